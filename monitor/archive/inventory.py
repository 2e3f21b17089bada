"""Sizes and modification times of the archive's files when they were closed or last verified: a cheap check for changes.

It finds files that are cut, written to or gone. A byte that the disk lost by itself is found by `monitor verify`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from monitor.archive.reader import read_capture
from monitor.archive.warc import OPEN
from monitor.errors import ArchiveError
from monitor.model import Capture

NAME = "files.json"


def record(folder: Path, *paths: Path) -> None:
    """Record the present size and modification time of these files. Raises OSError."""
    known = _known(folder) | {path.name: _look(path) for path in paths}
    target = folder / NAME
    partial = target.with_name(f"{NAME}.partial")
    partial.write_text(json.dumps(known, indent=0), encoding="ascii")
    partial.replace(target)


def changes(folder: Path, newest: Mapping[str, Capture]) -> Iterator[str]:
    """One line for each file of a folder that is not as recorded; `newest` is the last capture in each file, by name.

    Costs a stat of each file and the reading of one record.
    """
    known = _known(folder)
    for name in sorted({*known, *newest}):
        path = folder / name
        if not path.exists() and name not in known:
            path = path.with_name(name + OPEN)
        if not path.exists():
            yield f"{folder / name}: is gone"
            continue
        size, changed = _look(path)
        if name in known and size != known[name][0]:
            yield f"{path}: has {size} bytes; it had {known[name][0]}"
        elif name in known and changed != known[name][1]:
            at = f"{datetime.fromtimestamp(changed, UTC):%Y-%m-%d %H:%M} UTC"
            yield f"{path}: has the date {at}, another than when it was closed: perhaps it was copied, or written to"
        elif name in newest:
            try:
                read_capture(folder, newest[name])
            except ArchiveError as error:
                yield str(error)


def _known(folder: Path) -> dict[str, tuple[int, int]]:
    try:
        return {name: (int(size), int(changed)) for name, (size, changed) in json.loads((folder / NAME).read_bytes()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # it is made anew by `verify`


def _look(path: Path) -> tuple[int, int]:
    """Size, and time of change in whole seconds: more is lost by programs that copy files."""
    found = path.stat()
    return found.st_size, int(found.st_mtime)

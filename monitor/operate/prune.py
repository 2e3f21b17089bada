"""What may be deleted of a vault and beside it without losing evidence. Reads and deletes files beside the vault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from monitor.errors import MonitorError
from monitor.vault import Store, open_reader

_A_DAY = timedelta(days=1)
"""What makes a part of a file one that nobody writes any more."""


class Prunable(NamedTuple):
    """What may go, or is gone."""

    rows: dict[str, int]
    """Rows by what they are, in words."""
    files: tuple[Path, ...]
    bytes: int
    """Of the files."""


def prunable(db: Path, older: timedelta, now: datetime) -> Prunable:
    """What is no evidence, and older than that. Raises StoreError where there is no vault."""
    with open_reader(db) as reader:
        rows = reader.prunable(now - older)
    files = tuple(_files(db, now - older, now - _A_DAY))
    return Prunable(rows, files, sum(file.stat().st_size for file in files))


def prune(db: Path, older: timedelta, now: datetime) -> Prunable:
    """Delete it, and say what it was. Raises LockedError where another process writes, MonitorError where a file stays."""
    found = prunable(db, older, now)
    with Store.open(db, command="prune") as store:
        rows = store.prune(now - older)
        for file in found.files:
            try:
                file.unlink()
            except OSError as error:
                raise MonitorError(f"{file}: cannot be deleted: {error.strerror}") from error
    return found._replace(rows=rows)


def _files(db: Path, before: datetime, yesterday: datetime) -> Iterator[Path]:
    """Copies of the vault from before a migration, and what killed exports, snapshots and backups left beside it."""
    for pattern, until in ((f"{db.name}.before-*", before), (".*.part", yesterday), (".*.base", yesterday)):
        for file in sorted(db.parent.glob(pattern)):
            if file.is_file() and not file.is_symlink() and datetime.fromtimestamp(file.stat().st_mtime, UTC) < until:
                yield file

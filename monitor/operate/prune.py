"""Deletes rows of a vault, and files beside it, that are no evidence."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from monitor.vault import Store, open_reader, pruning

_A_DAY = timedelta(days=1)
"""What makes a part of a file one that nobody writes any more."""


class Prunable(NamedTuple):
    """What may be deleted, or was deleted."""

    rows: dict[str, int]
    """Rows by what they are, in words."""
    files: dict[Path, int]
    """With the bytes of each."""
    failed: tuple[str, ...] = ()
    """Files that should have gone and stay, each with why."""

    @property
    def bytes(self) -> int:
        """The bytes of all files."""
        return sum(self.files.values())


def prunable(db: Path, older: timedelta, now: datetime) -> Prunable:
    """What is no evidence, and older than that. Raises StoreError where there is no vault."""
    with open_reader(db) as reader:
        rows = pruning.prunable(reader.db, now - older)
    return Prunable(rows, dict(_files(db, now - older, now - _A_DAY)))


def prune(db: Path, older: timedelta, now: datetime) -> Prunable:
    """Delete it, and say what it was. Raises LockedError where another process writes."""
    found, failed = prunable(db, older, now), dict[Path, str]()
    with Store.open(db, command="prune") as store:
        rows = pruning.prune(store.db, now - older)
        for file in found.files:
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                failed[file] = f"{file}: cannot be deleted: {error.strerror}"
    gone = {file: size for file, size in found.files.items() if file not in failed}
    return Prunable(rows, gone, tuple(failed.values()))


def _files(db: Path, before: datetime, yesterday: datetime) -> Iterator[tuple[Path, int]]:
    """Copies of the vault from before a migration, and what killed exports, snapshots and backups left beside it."""
    for pattern, until in ((f"{db.name}.before-*", before), (".*.part", yesterday), (".*.base", yesterday)):
        for file in sorted(db.parent.glob(pattern)):
            with suppress(FileNotFoundError):  # it is gone meanwhile
                found = file.lstat()
                if stat.S_ISREG(found.st_mode) and datetime.fromtimestamp(found.st_mtime, UTC) < until:
                    yield file, found.st_size

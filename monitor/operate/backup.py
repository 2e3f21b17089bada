"""Copies a vault, its readers' marks, its alerts' outbox and its archive into a folder, also while a crawl writes them.

The database is copied first, then the archive, so that every row of the copy has its capture.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from monitor.archive import calendars, inventory, log, signing, timestamps
from monitor.archive.verify import archived_files
from monitor.archive.warc import OPEN
from monitor.errors import MonitorError
from monitor.operate.evidence import archive_of
from monitor.vault import copy_vault
from monitor.vault.marks import copy_notes, notes_of
from monitor.vault.outbox import Outbox, outbox_of

# How often the log is copied before one whose last signature was never made is copied as it is, and seconds between.
_TRIES = 20
_SIGNING = 0.1


@dataclass(frozen=True, slots=True)
class BackupResult:
    """The result of a backup."""

    vault: Path
    files: int
    """WARC files that were copied; those that were there and had not changed were not."""
    bytes: int


def backup(db: Path, to: Path, show: Callable[[int, int], None]) -> BackupResult:
    """Copy a vault, its readers' marks, its alerts' outbox and its archive into the folder `to`; `show` is told how many bytes of
    how many are done.

    A file there is replaced once its copy is whole. Raises StoreError, or MonitorError where the folder cannot be written.
    """
    archive, target = archive_of(db), archive_of(to / db.name)
    if to.resolve() == db.parent.resolve():
        raise MonitorError(f"{to}: is where the vault itself lies; name another folder, on another disk")
    try:
        to.mkdir(parents=True, exist_ok=True)
        copy_vault(db, to / db.name)
        _copy_side_database(notes_of(db), to, copy_notes)
        _copy_side_database(outbox_of(db), to, Outbox.copy)
        if not archive.exists():
            return BackupResult(to / db.name, 0, 0)
        target.mkdir(exist_ok=True)
        # The log before the files: what it has of a file that is being written is in the file by then.
        _copy_logs(archive, target)
        changed = [path for path in archived_files(archive) if not _is_same(path, target / path.name)]
        size, done = sum(_closed_since(path).stat().st_size for path in changed), 0
        for path in map(_closed_since, changed):
            done += _copy(path, target / path.name)
            show(done, size)
        kept = {path.name for path in archived_files(archive)}
        for left in archived_files(target):
            if left.name not in kept and left.name.removesuffix(OPEN) in kept:
                left.unlink()  # it was being written at the last backup, and is closed since
        inventory.record(target, *target.glob("*.warc.gz"))
    except OSError as error:
        raise MonitorError(f"{error.filename or to}: {error.strerror}; name a folder with room where you may write") from error
    return BackupResult(to / db.name, len(changed), done)


def _copy_side_database(path: Path, to: Path, copy: Callable[[Path, Path], None]) -> None:
    """Copy a small database beside the vault, where there is one."""
    if path.exists():
        partial = _partial(to / path.name)
        partial.unlink(missing_ok=True)
        copy(path, partial)
        _put(partial, to / path.name)


def _closed_since(path: Path) -> Path:
    """The file, under the name that it has since it was closed."""
    return path if path.exists() else path.with_name(path.name.removesuffix(OPEN))


def _is_same(path: Path, copy: Path) -> bool:
    if not copy.exists():
        return False
    here, there = path.stat(), copy.stat()
    return (here.st_size, int(here.st_mtime)) == (there.st_size, int(there.st_mtime))


def _copy(path: Path, target: Path) -> int:
    """Copy a file with its times; how many bytes it has."""
    partial = _partial(target)
    shutil.copy2(path, partial)
    return _put(partial, target)


def _copy_logs(archive: Path, target: Path) -> None:
    """Copy the log and what is beside it: again where a signature that the log announces was made meanwhile."""
    for _ in range(_TRIES):
        for name in (calendars.NAME, timestamps.NAME, signing.NAME, log.NAME):
            if (archive / name).exists():
                _copy_log(archive / name, target / name)
        if signing.announced(log.EvidenceLog(target)) <= len(signing.made_signatures(target)):
            return
        time.sleep(_SIGNING)


def _copy_log(path: Path, target: Path) -> int:
    """Copy a file to which lines are added meanwhile: whole lines alone."""
    partial = _partial(target)
    with partial.open("wb") as copy:
        copy.writelines(log.read_lines(path))
    return _put(partial, target)


def _partial(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


def _put(partial: Path, target: Path) -> int:
    """Give a copy its name once it is on the disk; how many bytes it has."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(target)
    return target.stat().st_size

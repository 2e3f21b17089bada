"""The writer lock of a database: a locked file beside it, which names the process that writes, and a locked byte of it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from monitor.errors import LockedError, StoreError
from monitor.vault.connection import Connection

# By device and inode. POSIX locks belong to the process, so this process must not take one twice: the second close would drop
# both.
_held: set[tuple[int, int]] = set()


# A byte of the database that SQLite, whose own locks lie at 1 GiB, never locks, and that no database reaches.
_BYTE = 1 << 62


class WriterLock:
    """Held from construction to `release`. The kernel drops it with the process, however that ends.

    A database may have several names. A file beside it, where all symbolic links are followed, is locked and says who writes; a
    hard link has another such file, so a byte of the database itself is locked too.

    lockf and not flock: a lock of flock is inherited by forked worker processes, and would outlive a killed parent.
    """

    def __init__(self, database: Path, command: str) -> None:
        """Raises LockedError, naming the process that writes, where another does."""
        path = database.resolve()
        if path.exists() and _inode(path.stat()) in _held:
            raise LockedError(f"{database}: this process writes it already; close that first")
        # Open until the database was closed: closing any file of it drops SQLite's own locks on it.
        self._database = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        self._inode = _inode(os.fstat(self._database))
        self._file: TextIO = _beside(path).open("a+", encoding="utf-8")
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.lockf(self._database, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _BYTE)
        except OSError as error:
            self._file.seek(0)
            who = self._file.read().strip() or "another process, under another name of the file,"
            self._file.close()
            os.close(self._database)
            raise LockedError(f"{database}: {who} writes it; wait until it ends, or stop it") from error
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} ({command}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC)")
        self._file.flush()
        _held.add(self._inode)

    def release(self) -> None:
        """Let another process write. The file stays: removing it could take away a lock that was taken in between."""
        self._file.truncate(0)
        self._file.close()
        os.close(self._database)
        _held.discard(self._inode)


def _inode(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _beside(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


@contextmanager
def written(database: Path, command: str) -> Iterator[Connection]:
    """The database, made if it is not there; no other process writes it meanwhile, and one that tries is told of `command`.

    Raises LockedError where another writes it, StoreError where it cannot be opened.
    """
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        lock = WriterLock(database, command)
    except OSError as error:
        raise StoreError(f"{database}: {error.strerror}; name a folder where you may write (--db)") from error
    try:
        db = Connection(database, writes=True)
        try:
            yield db
        finally:
            db.close()
    finally:
        lock.release()


def is_written(database: Path) -> bool:
    """Whether another process writes the database now. Not for a process that writes it itself: asking would drop its lock."""
    try:
        with _beside(database.resolve()).open(encoding="utf-8") as file:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False

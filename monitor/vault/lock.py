"""The lock that makes a process the one writer of a database: a file beside it, and who holds it. Touches the two of them."""

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

# POSIX locks belong to the process, so this process must not take one twice: the second close would drop both.
_held: set[Path] = set()


class WriterLock:
    """Held from construction to `release`. The kernel drops it with the process, however that ends.

    lockf and not flock: a lock of flock is inherited by forked worker processes, and would outlive a killed parent.
    """

    def __init__(self, database: Path, command: str) -> None:
        """Raises LockedError, naming the process that writes, where another does."""
        self._path = database.with_name(f"{database.name}.lock").resolve()
        if self._path in _held:
            raise LockedError(f"{database}: this process writes it already; close that first")
        self._file: TextIO = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            who = self._file.read().strip() or "another process"
            self._file.close()
            raise LockedError(f"{database}: {who} writes it; wait until it ends, or stop it") from error
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} ({command}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC)")
        self._file.flush()
        _held.add(self._path)

    def release(self) -> None:
        """Let another process write. The file stays: removing it could take away a lock that was taken in between."""
        self._file.truncate(0)
        self._file.close()
        _held.discard(self._path)


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
        with database.with_name(f"{database.name}.lock").open(encoding="utf-8") as file:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False

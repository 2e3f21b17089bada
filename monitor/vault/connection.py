"""A SQLite connection: opening, transactions, and conversion of its errors to StoreError."""

from __future__ import annotations

import json
import math
import os
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from monitor.errors import SlowError, StoreError
from monitor.model.times import iso_utc

BUSY_MS = 30_000
# A WAL that a long reader let grow is cut back to this at the next checkpoint that gets through.
WAL_LIMIT = 64 * 1024 * 1024
# NUL ends a text for SQLite's own functions, and a lone surrogate cannot be encoded; one character for one, so that spans hold.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DISK = "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY"

_STEPS = 100
"""Of SQLite's machine, between two looks at the clock: some microseconds of its own, two or three articles of a search."""

Value = str | int | float | bytes | None
P = ParamSpec("P")
R = TypeVar("R")


def stamp(moment: datetime) -> str:
    """A time as the vault stores it: ISO 8601 in UTC with microseconds, always 27 characters."""
    return iso_utc(moment)


def stamp_or_none(moment: datetime | None) -> str | None:
    """As `stamp`; None for None."""
    return stamp(moment) if moment else None


def moment(stamped: str) -> datetime:
    """The time that `stamp` wrote."""
    return datetime.fromisoformat(stamped)


def moment_or_none(stamped: str | None) -> datetime | None:
    """As `moment`; None for None."""
    return moment(stamped) if stamped else None


def as_json(values: Iterable[str]) -> str:
    """A list as JSON for a column, with Cyrillic unescaped so that it can be searched."""
    return _UNSTORABLE.sub("\ufffd", json.dumps(list(values), ensure_ascii=False))


def storable(text: str) -> str:
    """The text with U+FFFD in place of each character that SQLite cannot store (NUL, surrogates); of the same length."""
    # Nearly all texts can be kept, and to ask an encoder costs a quarter of what looking for such characters does.
    if "\0" not in text:
        if text.isascii():
            return text
        with suppress(UnicodeEncodeError):
            text.encode()
            return text
    return _UNSTORABLE.sub("\ufffd", text)


def read_only_uri(path: Path) -> str:
    """The address at which SQLite opens a database to read. Raises StoreError where it cannot be read whole.

    To read a database in WAL mode SQLite makes a file of its own beside it. On a disk that cannot be written, nobody writes the
    database either, and it is read as it stands; unless its newest transactions are still in the WAL.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    wal, shm = (path.with_name(f"{path.name}-{kind}") for kind in ("wal", "shm"))
    if os.access(path.parent, os.W_OK) or shm.exists() or not path.exists():
        return uri
    if wal.exists() and wal.stat().st_size:
        raise StoreError(f"{wal}: has what was written last, and the disk cannot be written; copy both files to one that can")
    return immutable_uri(path)


def immutable_uri(path: Path) -> str:
    """The address at which SQLite opens a database that nobody writes: without locks, and without files of its own beside it."""
    return f"{path.absolute().as_uri()}?mode=ro&immutable=1"


@contextmanager
def transaction_of(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction: all that is done within, or nothing. IMMEDIATE: the write lock is taken at once, not in the middle."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself where the disk was full.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


class Connection:
    """SQL in, rows out; every sqlite3.Error leaves as a StoreError of one line that names the file.

    `named` is the file that errors name, where `path` is one that nobody knows. What is not `lasting` is a file that nobody else
    sees: it needs no journal, and a power cut may take it.
    """

    def __init__(self, path: Path, *, writes: bool, named: Path | None = None, lasting: bool = True) -> None:
        self.path = named or path
        self.noting: Callable[[], AbstractContextManager[None]] | None = None
        """What goes around each transaction of a vault's writer (`monitor.vault.history.Moments.transaction`)."""
        with self.errors():
            # isolation_level=None: transactions begin where we say, not where the driver guesses.
            self.raw = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rwc" if writes else read_only_uri(path),
                uri=True,
                isolation_level=None,
                timeout=BUSY_MS / 1000,
                check_same_thread=False,
            )
            self.raw.row_factory = sqlite3.Row
            if writes and not lasting:
                self.pragma("journal_mode = OFF")
                self.pragma("synchronous = OFF")
            elif writes:
                # FULL: a commit is on the disk when it returns, whatever happens to the power (NORMAL may lose commits in WAL).
                self.pragma("journal_mode = WAL")
                self.pragma("synchronous = FULL")
                self.pragma(f"journal_size_limit = {WAL_LIMIT}")
                self.pragma("foreign_keys = ON")
                self.pragma("recursive_triggers = ON")  # what REPLACE takes away is deleted for triggers too

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self.errors():
            return self.raw.execute(sql, self._storable(values)).fetchall()

    def row(self, sql: str, values: Sequence[Value] = ()) -> sqlite3.Row | None:
        """The first row of a query, None where there is none."""
        with self.errors():
            found: sqlite3.Row | None = self.raw.execute(sql, self._storable(values)).fetchone()
            return found

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read within is of one state of the database; of that of the transaction in which it is asked, if any."""
        if self.raw.in_transaction:
            yield
            return
        with self.errors():
            self.raw.execute("BEGIN")
        try:
            yield
        finally:
            with self.errors():
                self.raw.execute("ROLLBACK")

    def iterate(self, sql: str, values: Mapping[str, Value] | None = None, *, timeout: float = math.inf) -> Iterator[sqlite3.Row]:
        """The rows of a query with named parameters, one by one: a cursor of one read transaction, so they are of one state.

        Raises SlowError where a row, also the first, does not come within `timeout`, in seconds. What the caller does between
        two rows is not counted.
        """
        named = {name: storable(value) if isinstance(value, str) else value for name, value in (values or {}).items()}
        with self.errors():
            if timeout == math.inf:
                yield from self.raw.execute(sql, named)
                return
            until = time.monotonic() + timeout
            # https://www.sqlite.org/c3ref/progress_handler.html: what is not 0 interrupts the query
            self.raw.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
            try:
                for row in self.raw.execute(sql, named):
                    yield row
                    until = time.monotonic() + timeout
            finally:
                self.raw.set_progress_handler(None, 0)

    def insert(self, sql: str, values: Sequence[Value]) -> int:
        """The rowid of the row that was inserted."""
        with self._noted():
            rowid = self.raw.execute(sql, self._storable(values)).lastrowid
        assert rowid is not None
        return rowid

    def change(self, sql: str, values: Sequence[Value] = ()) -> int:
        """How many rows were changed."""
        with self._noted():
            return self.raw.execute(sql, self._storable(values)).rowcount

    def change_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run a statement once for each row of values."""
        with self._noted():
            self.raw.executemany(sql, map(self._storable, rows))

    def put(self, table: str, columns: Sequence[str], of: tuple[str, Value], rows: Iterable[Sequence[Value]]) -> tuple[int, int]:
        """Put rows in the place of those of one thing (`of`, a column of `columns` and its value), unless they are as they were;
        how many came and how many went. What is as it was leaves no former row.
        """
        names, now = ", ".join(f'"{name}"' for name in columns), [tuple(self._storable(row)) for row in rows]
        where = f'FROM {table} WHERE "{of[0]}" = ?'
        before = [tuple(row) for row in self.rows(f"SELECT {names} {where}", (of[1],))]
        if not now and not before:
            return 0, 0
        came, went = Counter(now) - Counter(before), Counter(before) - Counter(now)
        if not came and not went:
            return 0, 0
        with self._noted():
            if before:
                self.raw.execute(f"DELETE {where}", (of[1],))
            self.raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", now)  # noqa: S608 - names are ours
        return came.total(), went.total()

    def pragma(self, setting: str) -> None:
        """Set a pragma, as `name = value`: it takes no parameters."""
        with self.errors():
            self.raw.execute(f"PRAGMA {setting}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; one within another is a part of it."""
        is_part = self.raw.in_transaction
        if is_part:
            yield
            return
        with self.errors(), transaction_of(self.raw):
            if self.noting is None:
                yield
            else:
                with self.noting():
                    yield

    def _noted(self) -> AbstractContextManager[None]:
        """One statement by itself: of a writer whose transactions are noted, it is one of these."""
        return self.transaction() if self.noting else self.errors()

    @contextmanager
    def part(self) -> Iterator[None]:
        """All of it or nothing, of a transaction that goes on in either case."""
        with self.errors():
            self.raw.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            if self.raw.in_transaction:  # SQLite has rolled all back where the disk was full
                with self.errors():
                    self.raw.execute("ROLLBACK TO part")
                    self.raw.execute("RELEASE part")
            raise
        with self.errors():
            self.raw.execute("RELEASE part")

    def close(self) -> None:
        """Close the connection."""
        with self.errors():
            self.raw.close()

    @staticmethod
    def _storable(values: Sequence[Value]) -> Sequence[Value]:
        # Most values are no texts, or of letters that every text may have: these need no call.
        return [
            value if not isinstance(value, str) or (value.isascii() and "\0" not in value) else storable(value)
            for value in values
        ]

    @contextmanager
    def errors(self) -> Iterator[None]:
        """A context that raises sqlite3.Error as StoreError. All SQLite errors are converted here."""
        try:
            yield
        except sqlite3.Error as error:
            # What Python's driver refuses by itself (a closed connection) bears no name of SQLite's.
            name = getattr(error, "sqlite_errorname", "")
            if name == "SQLITE_INTERRUPT":
                raise SlowError(f"{self.path}: a query gave no row for too long") from error
            remedy = "; make room or check the disk, then run again" if name.startswith(_DISK) else ""
            raise StoreError(f"{self.path}: {error}{remedy}") from error


def in_transaction(function: Callable[Concatenate[Connection, P], R]) -> Callable[Concatenate[Connection, P], R]:
    """All that a function of a connection stores, or nothing."""

    @wraps(function)
    def stored(db: Connection, /, *args: P.args, **options: P.kwargs) -> R:
        with db.transaction():
            return function(db, *args, **options)

    return stored

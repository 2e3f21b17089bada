"""What SQL of a visitor may do to a snapshot: on a connection of its own, within limits. SQL, no more."""

from __future__ import annotations

import sqlite3

LONGEST_VALUE = 10_000_000
"""Bytes of the longest text that a visitor's SQL may make: more than any article has. SQLite's own limit is 1 GB."""
LONGEST_STATEMENT = 100_000
"""Bytes of a statement; a page of ours takes 10,000."""
DEEPEST = 100
"""Of an expression, and of SELECTs joined by UNION: SQLite's own 1,000 and 500 let a statement of 100 KB take seconds to read."""

_UNTOLD = frozenset({"database_list", "compile_options", "module_list"})
"""PRAGMAs that tell of the machine and not of the data."""


def protect(connection: sqlite3.Connection) -> None:
    """Limit what a statement may take (https://www.sqlite.org/limits.html), and keep to ourselves where the file lies."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, LONGEST_STATEMENT)
    connection.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, DEEPEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, DEEPEST)
    connection.set_authorizer(_permitted)


def _permitted(action: int, first: str | None, *_: str | None) -> int:
    return sqlite3.SQLITE_IGNORE if action == sqlite3.SQLITE_PRAGMA and first in _UNTOLD else sqlite3.SQLITE_OK

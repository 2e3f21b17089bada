"""Limits for visitors' SQL: sizes of statements and values, depth of expressions, time, and no PRAGMA about the machine.

As a program of its own (`python -I -S visitors.py`) it reads one statement from its input, runs it, and writes the answer to its
output. SQLite checks its time limit only between two steps of a statement, and one step may take hours: the cost of `instr` is
the product of the lengths of its texts. A process can be ended in the middle of a step. It imports only modules that load fast.
"""

from __future__ import annotations

import base64
import json
import resource
import sqlite3
import sys
import time
from typing import Any

LONGEST_VALUE = 10_000_000
"""Bytes of the longest text that a visitor's SQL may make: more than any article has. SQLite's own limit is 1 GB."""
LONGEST_STATEMENT = 100_000
"""Bytes of a statement; a page of ours takes 10,000."""
LONGEST_PATTERN = 1_000
"""Bytes of a pattern of LIKE or GLOB, which may be looked for at each place of a text. SQLite's own limit is 50,000."""
DEEPEST = 100
"""Of an expression, and of SELECTs joined by UNION: SQLite's own 1,000 and 500 let a statement of 100 KB take seconds to read."""
MEMORY = 512 * 2**20
"""Bytes that the process of a statement may have; a thousand values of LONGEST_VALUE would be ten gigabytes."""
LONGEST_ANSWER = 20_000_000
"""Bytes of the rows of a statement."""
INTERRUPTED = "interrupted"
"""What SQLite says of a statement that was stopped."""

_UNTOLD = frozenset({"database_list", "compile_options", "module_list"})
"""PRAGMAs that tell of the machine and not of the data."""
_STEPS = 1_000
"""Of SQLite's machine, between two looks at the clock."""


def protect(connection: sqlite3.Connection) -> None:
    """Limit what a statement may take (https://www.sqlite.org/limits.html), and keep to ourselves where the file lies."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, LONGEST_STATEMENT)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)
    connection.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, DEEPEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, DEEPEST)
    connection.set_authorizer(_permitted)


def _permitted(action: int, first: str | None, *_: str | None) -> int:
    return sqlite3.SQLITE_IGNORE if action == sqlite3.SQLITE_PRAGMA and first in _UNTOLD else sqlite3.SQLITE_OK


def command(uri: str, sql: str, values: Any, *, most: int | None, milliseconds: int) -> bytes:
    """What the program is told: the statement, of the database at this address, its values, and the rows and time it may have."""
    return json.dumps({"uri": uri, "sql": sql, "values": values, "most": most, "milliseconds": milliseconds}).encode()


def answer(said: bytes) -> tuple[list[str], list[tuple[Any, ...]], bool]:
    """Columns, rows, and whether there were more. Raises sqlite3.OperationalError with what is wrong, INTERRUPTED for one."""
    found = json.loads(said)
    if "error" in found:
        raise sqlite3.OperationalError(found["error"])
    rows = [tuple(base64.b64decode(v["bytes"]) if isinstance(v, dict) else v for v in row) for row in found["rows"]]
    return found["columns"], rows, found["is_cut"]


def _run(uri: str, sql: str, values: Any, most: int | None, milliseconds: int) -> dict[str, Any]:
    connection = sqlite3.connect(uri, uri=True)
    connection.text_factory = lambda text: str(text, "utf-8", "replace")
    connection.execute("PRAGMA temp_store = MEMORY")  # which is limited: on the disk a sort takes a gigabyte in seconds
    protect(connection)
    until = time.monotonic() + milliseconds / 1000
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    cursor = connection.execute(sql, values)
    rows: list[list[Any]] = []
    size = 0
    for row in cursor:
        if most is not None and len(rows) == most:
            return _found(cursor, rows, is_cut=True)
        size += sum(len(value) if isinstance(value, str | bytes) else 8 for value in row)
        if size > LONGEST_ANSWER:
            return {"error": f"its rows have more than {LONGEST_ANSWER:,} bytes; ask for fewer or shorter ones"}
        rows.append([{"bytes": base64.b64encode(v).decode()} if isinstance(v, bytes) else v for v in row])
    return _found(cursor, rows, is_cut=False)


def _found(cursor: sqlite3.Cursor, rows: list[list[Any]], *, is_cut: bool) -> dict[str, Any]:
    return {"columns": [column[0] for column in cursor.description or ()], "rows": rows, "is_cut": is_cut}


def main() -> None:
    """Run the command that the input holds, as a process of its own."""
    task = json.load(sys.stdin.buffer)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds := task["milliseconds"] // 1000 + 1, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        found = json.dumps(_run(**task))
    except MemoryError:
        found = json.dumps({"error": f"it needs more than {MEMORY // 2**20} MB of memory"})
    except (sqlite3.Error, OverflowError, ValueError) as error:
        found = json.dumps({"error": str(error)})
    sys.stdout.buffer.write(found.encode())


if __name__ == "__main__":
    main()

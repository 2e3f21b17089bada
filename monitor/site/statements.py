"""SQL of a visitor: run by a process of its own, one at a time, which is ended where it takes too long. Knows Datasette."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from datasette.utils import sqlite3  # the SQLite that Datasette itself found, and its rows

from monitor.site.parameters import DATABASE
from monitor.snapshot import visitors
from monitor.vault.connection import immutable_uri

GRACE = 10
"""Seconds beyond the time of a statement after which its process is ended, whatever it does: the time that it may have of a
processor ends it before."""

_asked: ContextVar[tuple[str, ...]] = ContextVar("asked", default=())
"""SQL of the visitor whose request is answered: statements, or conditions that stand in one."""


@contextmanager
def asking(said: tuple[str, ...]) -> Iterator[None]:
    """While a request is answered, or a part of it: which SQL is the visitor's."""
    before = _asked.set(said)
    try:
        yield
    finally:
        _asked.reset(before)


def set_apart(datasette: Any) -> None:
    """Have a site run by a process of its own what has a visitor's SQL in it."""
    if DATABASE not in datasette.databases:
        return
    database = datasette.get_database(DATABASE)
    execute = database.execute

    async def execute_apart(sql: str, params: Any = None, truncate: bool = False, **options: Any) -> Any:
        if not any(part in sql for part in _asked.get()):
            return await execute(sql, params, truncate, **options)
        return await _execute(datasette, database, sql, params, truncate, **options)

    database.execute = execute_apart


async def _execute(
    datasette: Any,
    database: Any,
    sql: str,
    params: Any,
    truncate: bool,
    custom_time_limit: int | None = None,
    page_size: int | None = None,
    log_sql_errors: bool = True,
) -> Any:
    """As Datasette's own `Database.execute`, of which it has the results and errors."""
    from datasette.database import QueryInterrupted, Results  # not above: Datasette loads the plugin in the middle of loading

    del log_sql_errors  # of a stranger's statement: no business of the log
    most = datasette.max_returned_rows
    most += most == (page_size or datasette.page_size)
    limit = min(custom_time_limit or datasette.sql_time_limit_ms, datasette.sql_time_limit_ms)
    said = visitors.command(
        immutable_uri(Path(database.path)), sql, params or {}, most=most if truncate else None, milliseconds=limit
    )
    try:
        columns, rows, is_cut = visitors.answer(await _answered(said, limit / 1000 + GRACE))
    except sqlite3.OperationalError as error:
        if error.args == (visitors.INTERRUPTED,):
            raise QueryInterrupted(error, sql, params) from error
        raise
    return Results(_as_rows(columns, rows), is_cut, [(column,) for column in columns])


async def _answered(said: bytes, seconds: float) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", visitors.__file__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(seconds):
            found, _ = await process.communicate(said)
    except TimeoutError as error:
        raise sqlite3.OperationalError(visitors.INTERRUPTED) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise sqlite3.OperationalError(visitors.INTERRUPTED)
    if process.returncode:
        raise sqlite3.OperationalError("it could not be run")
    return found


def _as_rows(columns: list[str], rows: list[tuple[Any, ...]]) -> list[Any]:
    """Rows as SQLite gives them, which are asked by name and by number."""
    if not columns:
        return []
    names = ", ".join('NULL AS "{}"'.format(column.replace('"', '""')) for column in columns)
    connection = sqlite3.connect(":memory:")
    try:
        cursor = connection.execute(f"SELECT {names}")
        return [sqlite3.Row(cursor, row) for row in rows]
    finally:
        connection.close()

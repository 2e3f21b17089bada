"""The small databases beside a vault: the alerts' outbox and the readers' marks. Writes the file and its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import StoreError
from monitor.vault.connection import Connection
from monitor.vault.lock import written


@contextmanager
def open_side_database(
    path: Path, command: str, application_id: int, tables: str, *, before: tuple[str, str] = ("", "")
) -> Iterator[Connection]:
    """The open database, created if it does not exist. `tables` are CREATE ... IF NOT EXISTS statements.

    `before` is the name of an older version's table and the statements that migrate a database which has it.
    Raises LockedError where another process writes it, StoreError where it cannot be opened or is no database of this kind.
    """
    with written(path, command) as db:
        if db.rows("PRAGMA application_id")[0][0] not in (0, application_id):
            raise StoreError(f"{path}: is a database of another program; move it away")
        db.pragma(f"application_id = {application_id}")
        old, renamed = before
        with db.transaction():
            is_old = db.row("SELECT 1 FROM sqlite_master WHERE name = ?", (old,))
            for statement in (*(renamed.split(";\n") if is_old else ()), *tables.split(";\n")):
                db.change(statement)
        yield db

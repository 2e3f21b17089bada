"""The small databases beside a vault: what alerts have delivered, what readers have marked. Touches the file and its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.errors import StoreError
from monitor.vault.connection import Connection
from monitor.vault.lock import written


@contextmanager
def kept_beside(
    path: Path, command: str, application_id: int, tables: str, *, before: tuple[str, str] = ("", "")
) -> Iterator[Connection]:
    """The database, made if it is not there, with these `tables`: statements that change nothing where they are.

    `before` is a table of an older program, and the statements that come first where the database has it.
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

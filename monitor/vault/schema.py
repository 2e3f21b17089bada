"""Migrates a vault to this version's tables: runs the missing migrations, each in one transaction, after making a copy.

`PRAGMA user_version` says how many of them a vault has had. Changes nothing but the database it is given.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from monitor.errors import OlderError, StoreError
from monitor.vault import history
from monitor.vault.connection import Connection, transaction_of
from monitor.vault.migrations.steps import migrations
from monitor.vault.statement_views import HELPING_VIEWS
from monitor.vault.views import VIEWS

# "PVST": how a vault is told from somebody else's database before anything is written into it.
APPLICATION_ID = 0x50565354

_VIEWS = VIEWS | HELPING_VIEWS
# Up to version 0.1 a table of sqlite-utils counted the migrations.
_COUNTED_ELSEWHERE = "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Bring the vault to this program's tables and views; a copy of an older one is kept beside it first.

    Raises StoreError where the file is another program's, was written by a newer version of this one, or would be left with a row
    that refers to nothing.
    """
    is_empty = db.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    if not is_empty and db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path}: is a database of another program; name a file that `monitor` made, or a new one")
    done = _applied(db)
    _refuse_newer(done, path)
    if done < len(migrations) and not is_empty:
        _keep_copy(db, path.with_name(f"{path.name}.before-{migrations[done].__name__}"))
    if db.execute(_COUNTED_ELSEWHERE).fetchone():
        with transaction_of(db):
            db.execute("DROP TABLE _sqlite_migrations")
            db.execute(f"PRAGMA user_version = {done}")
    # A table that is made anew and takes the old one's name is no loss to those that refer to it.
    db.execute("PRAGMA foreign_keys = OFF")
    for number, step in enumerate(migrations[done:], done + 1):
        with transaction_of(db):
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            history.stop_history(db)
            _drop_views(db)  # a step may rename what they are made of
            step(db)
            if lost := db.execute("PRAGMA foreign_key_check").fetchone():
                raise StoreError(
                    f"{path}: {step.__name__}: a row of {lost[0]} refers to nothing in {lost[2]}; nothing was changed"
                )
            db.execute(f"PRAGMA user_version = {number}")
    db.execute("PRAGMA foreign_keys = ON")
    _renew_views(db)


def check_version(db: Connection) -> None:
    """Raises StoreError where a vault has had more migrations than this program knows, or fewer, or has other views, since only
    who writes it may change its tables. A snapshot has none.
    """
    if not is_vault(db):
        return
    with db.errors():
        done = _applied(db.raw)
        _refuse_newer(done, db.path)
        has_other_views = _stored_views(db.raw) != _VIEWS
    if done < len(migrations):
        raise OlderError(f"{db.path}: was made by an older version of Povestka; `monitor migrate` brings it to this one's tables")
    if has_other_views:
        raise OlderError(f"{db.path}: has other views than this version of Povestka; `monitor migrate` brings it to this one's")


def _applied(db: sqlite3.Connection) -> int:
    """How many migrations a vault has had."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if db.execute(_COUNTED_ELSEWHERE).fetchone():
        (version,) = db.execute("SELECT count(*) FROM _sqlite_migrations WHERE migration_set = 'povestka'").fetchone()
    return version


def _refuse_newer(done: int, path: Path) -> None:
    if done > len(migrations):
        raise StoreError(
            f"{path}: was written by a newer version of Povestka (its tables are of version {done}, this one knows"
            f" {len(migrations)}); update this one"
        )


def is_vault(db: Connection) -> bool:
    """Whether a database is a vault; else it is a snapshot of one, which has no migrations."""
    return db.row("SELECT 1 FROM sqlite_master WHERE name = 'frontier'") is not None


def _keep_copy(connection: sqlite3.Connection, target: Path) -> None:
    # VACUUM INTO refuses an existing file; a copy that was cut short by a crash must not stand in the way, nor pass for whole.
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(partial),))
    partial.replace(target)


def _renew_views(db: sqlite3.Connection) -> None:
    # Views hold no data: they follow the program without a migration.
    if _stored_views(db) == _VIEWS:
        return
    with transaction_of(db):
        _drop_views(db)
        for statement in _VIEWS.values():
            db.execute(statement)


def _drop_views(db: sqlite3.Connection) -> None:
    for name in _stored_views(db):
        db.execute(f"DROP VIEW [{name}]")


def _stored_views(db: sqlite3.Connection) -> dict[str, str]:
    return {row["name"]: row["sql"] for row in db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'")}

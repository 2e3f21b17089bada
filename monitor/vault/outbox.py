"""The outbox: what alerts have found, whom it was told, and what waits. A small database of its own beside the vault.

Of its own, because a crawl holds the vault's lock for as long as it runs, and an alert must not wait for it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from monitor.errors import StoreError
from monitor.vault.connection import Connection, moment, stamp
from monitor.vault.lock import written

_APPLICATION_ID = 0x50565341  # "PVSA"
_TABLES = """
CREATE TABLE IF NOT EXISTS alerts (
    alert TEXT PRIMARY KEY,
    after INTEGER NOT NULL -- the last request of the vault that was looked at
) STRICT;
CREATE TABLE IF NOT EXISTS things (
    number INTEGER PRIMARY KEY, -- the order in which they were found
    alert TEXT NOT NULL,
    thing TEXT NOT NULL, -- what makes two of them one
    target TEXT NOT NULL,
    said TEXT NOT NULL, -- what is told, as JSON
    found TEXT NOT NULL,
    told TEXT, -- NULL while it waits
    UNIQUE (alert, thing, target)
) STRICT;
CREATE INDEX IF NOT EXISTS things_waiting ON things (alert, target) WHERE told IS NULL
"""


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that an alert found."""

    thing: str
    said: Mapping[str, str]
    """What is told of it, by name."""
    also: tuple[str, ...] = ()
    """Other names of the same thing: where one of them was told, this is not told again."""


class Outbox:
    """An open outbox, and the only process that writes it. `open` is a context manager."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Made if it is not there. Raises LockedError where another process writes it, StoreError where it cannot be opened."""
        with written(path, "monitor alert") as db:
            if db.rows("PRAGMA application_id")[0][0] not in (0, _APPLICATION_ID):
                raise StoreError(f"{path}: is a database of another program; move it away")
            db.pragma(f"application_id = {_APPLICATION_ID}")
            with db.transaction():
                for statement in _TABLES.split(";\n"):
                    db.change(statement)
            yield cls(db)

    @staticmethod
    def copy(path: Path, target: Path) -> None:
        """A copy of the whole outbox: a killed process leaves what it wrote last in a file beside it. Raises StoreError."""
        db = Connection(path, writes=False)
        try:
            db.change("VACUUM INTO ?", (str(target),))
        finally:
            db.close()

    def after(self, alert: str) -> int | None:
        """The last request of the vault that the alert has looked at; None where it is new."""
        row = self._db.row("SELECT after FROM alerts WHERE alert = ?", (alert,))
        return row["after"] if row else None

    def add(self, alert: str, after: int, things: Collection[Notification], targets: Sequence[str], now: datetime) -> None:
        """All at once: what was found up to the request `after`. What is known under one of its names is not added again."""
        with self._db.transaction():
            self._db.change("INSERT INTO alerts VALUES (?1, ?2) ON CONFLICT DO UPDATE SET after = ?2", (alert, after))
            for found in things:
                for target in targets:
                    is_known = any(self._has(alert, name, target) for name in (found.thing, *found.also))
                    self._insert(alert, found.thing, target, {} if is_known else found.said, now, told=now if is_known else None)
                    for name in found.also:
                        self._insert(alert, name, target, {}, now, told=now)

    def end_all_but(self, alert: str, lasting: Collection[str]) -> None:
        """What lasts no more has ended: should it come again, it is another thing. What was not told of it still waits."""
        with self._db.transaction():
            self._db.change(
                "UPDATE things SET thing = thing || ' #' || number WHERE alert = ? AND thing NOT LIKE '% #%'"
                " AND thing NOT IN (SELECT value FROM json_each(?))",
                (alert, json.dumps(list(lasting))),
            )

    def _has(self, alert: str, thing: str, target: str) -> bool:
        return bool(self._db.row("SELECT 1 FROM things WHERE alert = ? AND thing = ? AND target = ?", (alert, thing, target)))

    def _insert(
        self, alert: str, thing: str, target: str, said: Mapping[str, str], now: datetime, *, told: datetime | None
    ) -> None:
        self._db.change(
            "INSERT INTO things (alert, thing, target, said, found, told) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (alert, thing, target, json.dumps(said, ensure_ascii=False), stamp(now), stamp(told) if told else None),
        )

    def waiting(self, alert: str, target: str) -> list[tuple[Notification, datetime]]:
        """What was found and not told yet, in order, and when it was found."""
        rows = self._db.rows(
            "SELECT * FROM things WHERE told IS NULL AND alert = ? AND target = ? ORDER BY number", (alert, target)
        )
        return [_thing(row) for row in rows]

    def newest(self, alert: str, target: str, count: int) -> list[tuple[Notification, datetime]]:
        """What was found last, told or not, the newest first, and when."""
        rows = self._db.rows(
            "SELECT * FROM things WHERE alert = ? AND target = ? AND said <> '{}' ORDER BY number DESC LIMIT ?",
            (alert, target, count),
        )
        return [_thing(row) for row in rows]

    def told(self, alert: str, target: str, things: Collection[Notification], now: datetime) -> None:
        """These were told."""
        with self._db.transaction():
            self._db.change_many(
                "UPDATE things SET told = ? WHERE alert = ? AND target = ? AND thing = ?",
                ((stamp(now), alert, target, thing.thing) for thing in things),
            )


def _thing(row: sqlite3.Row) -> tuple[Notification, datetime]:
    return Notification(row["thing"], json.loads(row["said"])), moment(row["found"])

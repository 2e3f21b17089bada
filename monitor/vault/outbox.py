"""The alerts' outbox: notifications found, delivered and waiting. A small database beside the vault.

It is separate because a crawl holds the vault's lock as long as it runs, and alerts must not wait for it.
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

from monitor.vault.connection import Connection, moment, stamp, stamp_or_none
from monitor.vault.side_database import open_side_database

NAME = "alerts.db"
_APPLICATION_ID = 0x50565341  # "PVSA"
_TABLES = """
CREATE TABLE IF NOT EXISTS alerts (
    alert TEXT PRIMARY KEY,
    after INTEGER NOT NULL -- the last request of the vault that was looked at
) STRICT;
CREATE TABLE IF NOT EXISTS notifications (
    number INTEGER PRIMARY KEY, -- the order in which they were found
    alert TEXT NOT NULL,
    key TEXT NOT NULL, -- what makes two of them one
    target TEXT NOT NULL,
    content TEXT NOT NULL, -- what its message says, as JSON
    found_at TEXT NOT NULL,
    delivered_at TEXT, -- NULL while it waits
    UNIQUE (alert, key, target)
) STRICT;
CREATE INDEX IF NOT EXISTS notifications_waiting ON notifications (alert, target) WHERE delivered_at IS NULL
"""
# As it was called up to version 0.1.
_RENAMED = """
ALTER TABLE things RENAME TO notifications;
ALTER TABLE notifications RENAME COLUMN thing TO key;
ALTER TABLE notifications RENAME COLUMN said TO content;
ALTER TABLE notifications RENAME COLUMN found TO found_at;
ALTER TABLE notifications RENAME COLUMN told TO delivered_at;
DROP INDEX things_waiting
"""


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that an alert found."""

    key: str
    content: Mapping[str, str]
    """What its message says, by name."""
    aliases: tuple[str, ...] = ()
    """Other keys of the same: where one of them was delivered, this is not delivered again."""


def outbox_of(vault: Path) -> Path:
    """The outbox of a vault's alerts, beside it."""
    return vault.with_name(NAME)


class Outbox:
    """An open outbox, and the only process that writes it. `open` is a context manager."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Made if it is not there. Raises LockedError where another process writes it, StoreError where it cannot be opened."""
        with open_side_database(path, "monitor alert", _APPLICATION_ID, _TABLES, before=("things", _RENAMED)) as db:
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

    def add(self, alert: str, after: int, found: Collection[Notification], targets: Sequence[str], now: datetime) -> None:
        """All at once: what was found up to the request `after`. What is known under one of its keys is not added again."""
        with self._db.transaction():
            self._db.change("INSERT INTO alerts VALUES (?1, ?2) ON CONFLICT DO UPDATE SET after = ?2", (alert, after))
            for one in found:
                for target in targets:
                    is_known = any(self._has(alert, key, target) for key in (one.key, *one.aliases))
                    self._insert(alert, one.key, target, {} if is_known else one.content, now, now if is_known else None)
                    for key in one.aliases:
                        self._insert(alert, key, target, {}, now, now)

    def end_all_but(self, alert: str, lasting: Collection[str]) -> None:
        """What lasts no more has ended: should it come again, it is another notification. What was not delivered still waits."""
        with self._db.transaction():
            self._db.change(
                "UPDATE notifications SET key = key || ' #' || number WHERE alert = ? AND key NOT LIKE '% #%'"
                " AND key NOT IN (SELECT value FROM json_each(?))",
                (alert, json.dumps(list(lasting))),
            )

    def _has(self, alert: str, key: str, target: str) -> bool:
        row = self._db.row("SELECT 1 FROM notifications WHERE alert = ? AND key = ? AND target = ?", (alert, key, target))
        return bool(row)

    def _insert(
        self, alert: str, key: str, target: str, content: Mapping[str, str], now: datetime, delivered_at: datetime | None
    ) -> None:
        self._db.change(
            "INSERT INTO notifications (alert, key, target, content, found_at, delivered_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (alert, key, target, json.dumps(content, ensure_ascii=False), stamp(now), stamp_or_none(delivered_at)),
        )

    def waiting(self, alert: str, target: str) -> list[tuple[Notification, datetime]]:
        """What was found and not delivered yet, in order, and when it was found."""
        rows = self._db.rows(
            "SELECT * FROM notifications WHERE delivered_at IS NULL AND alert = ? AND target = ? ORDER BY number", (alert, target)
        )
        return [_notification(row) for row in rows]

    def newest(self, alert: str, target: str, count: int) -> list[tuple[Notification, datetime]]:
        """What was found last, delivered or not, the newest first, and when."""
        rows = self._db.rows(
            "SELECT * FROM notifications WHERE alert = ? AND target = ? AND content <> '{}' ORDER BY number DESC LIMIT ?",
            (alert, target, count),
        )
        return [_notification(row) for row in rows]

    def deliver(self, alert: str, target: str, delivered: Collection[Notification], now: datetime) -> None:
        """Note that these were delivered."""
        with self._db.transaction():
            self._db.change_many(
                "UPDATE notifications SET delivered_at = ? WHERE alert = ? AND target = ? AND key = ?",
                ((stamp(now), alert, target, one.key) for one in delivered),
            )


def _notification(row: sqlite3.Row) -> tuple[Notification, datetime]:
    return Notification(row["key"], json.loads(row["content"])), moment(row["found_at"])

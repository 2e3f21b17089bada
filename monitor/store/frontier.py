"""The frontier: which addresses are to be fetched, out on lease, or done with. Durable; touches the table `frontier` alone.

Scrapy's own job directory lost work in 2 of 8 kills; here a lease that was not acknowledged comes back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from datetime import datetime

from monitor.store.connection import Connection, moment, stamp
from monitor.store.records import Counts, Leased, Pending

# An address that is known stays as it is; but one that still waits takes the shorter way, so that what is reached within
# the depth does not depend on which way was found first.
_PUSH = """
INSERT INTO frontier (key, url, kind, source, host, priority, depth, referrer, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET depth = excluded.depth, referrer = excluded.referrer, priority = max(priority, excluded.priority)
WHERE state = 'waiting' AND excluded.depth < depth"""


def push(db: Connection, pending: Iterable[Pending]) -> None:
    """Within the caller's transaction: add what is not known."""
    db.change_many(
        _PUSH, ((p.key, p.url, p.kind, p.source, p.host, p.priority, p.depth, p.referrer, stamp(p.due)) for p in pending)
    )


def acknowledge(db: Connection, key: str) -> None:
    """Within the caller's transaction: the address is done with."""
    db.change("UPDATE frontier SET state = 'done', leased_run = NULL WHERE key = ?", (key,))


def put_back(db: Connection, key: str, due: datetime) -> None:
    """Within the caller's transaction: the address is to be fetched (again), not before `due`."""
    db.change("UPDATE frontier SET state = 'waiting', leased_run = NULL, due = ? WHERE key = ?", (stamp(due), key))


def reopen(db: Connection, key: str, due: datetime) -> None:
    """Within the caller's transaction: an address that was done with is to be fetched again."""
    db.change("UPDATE frontier SET state = 'waiting', due = ? WHERE key = ? AND state = 'done'", (stamp(due), key))


class Frontier:
    """The frontier as the crawl uses it: each method is a transaction of its own."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._last_host = ""
        # Leases are held under the writer's lock: one that is there when the vault is opened belongs to a run that is dead.
        with db.transaction():
            db.change("UPDATE frontier SET state = 'waiting', leased_run = NULL WHERE state = 'leased'")

    def push(self, pending: Iterable[Pending]) -> None:
        """Add what is not known; an address that waits already takes the lesser depth."""
        with self._db.transaction():
            push(self._db, pending)

    def ask_again(self, pending: Collection[Pending]) -> None:
        """Add what is not known and take up what is done with; what waits for its time goes on waiting."""
        with self._db.transaction():
            push(self._db, pending)
            for p in pending:
                reopen(self._db, p.key, p.due)

    def lease(self, run: int, count: int, *, now: datetime, per_host: int = 1, avoid: Collection[str] = ()) -> list[Leased]:
        """Up to `count` addresses that are due, at most `per_host` of a host and none of those to `avoid`, now leased to `run`.

        Hosts take turns from call to call; within a host the highest priority comes first, then what has waited longest.
        """
        taken: list[Leased] = []
        with self._db.transaction():
            for host in self._hosts_in_turn():
                if host not in avoid:
                    taken += self._take(run, host, min(per_host, count - len(taken)), stamp(now))
                    self._last_host = host
                if len(taken) == count:
                    break
        return taken

    def _hosts_in_turn(self) -> Iterable[str]:
        # Each step is a seek in the index: a batch costs by the hosts it visits, not by the addresses that wait.
        start = self._last_host
        host = start
        wrapped = False
        while True:
            row = self._db.row("SELECT min(host) FROM frontier WHERE state = 'waiting' AND host > ?", (host,))
            found = row[0] if row else None
            if found is None:
                if wrapped:
                    return
                wrapped, host = True, ""
            elif wrapped and found > start:
                return
            else:
                host = found
                yield host

    def _take(self, run: int, host: str, count: int, now: str) -> list[Leased]:
        rows = self._db.rows(
            "SELECT * FROM frontier WHERE state = 'waiting' AND host = ? AND due <= ? ORDER BY priority DESC, due, key LIMIT ?",
            (host, now, count),
        )
        self._db.change_many(
            "UPDATE frontier SET state = 'leased', leased_run = ?, attempts = attempts + 1 WHERE key = ?",
            ((run, row["key"]) for row in rows),
        )
        return [Leased(_pending(row), row["attempts"] + 1) for row in rows]

    def done(self, key: str) -> None:
        """Acknowledge an address without a row in `fetches`: only for what was never asked for."""
        with self._db.transaction():
            acknowledge(self._db, key)

    def requeue(self, key: str, due: datetime) -> None:
        """Put a known address back among those that wait, not before `due`."""
        with self._db.transaction():
            put_back(self._db, key, due)

    def counts(self, now: datetime) -> Counts:
        """How many addresses are due, due later, out on lease, and done."""
        row = self._db.row(
            "SELECT count(*) FILTER (WHERE state = 'waiting' AND due <= ?1),"
            " count(*) FILTER (WHERE state = 'waiting' AND due > ?1),"
            " count(*) FILTER (WHERE state = 'leased'), count(*) FILTER (WHERE state = 'done') FROM frontier",
            (stamp(now),),
        )
        assert row is not None
        return Counts(*row)


def _pending(row: sqlite3.Row) -> Pending:
    return Pending(
        row["url"], row["key"], row["kind"], row["source"], row["host"], row["priority"], row["depth"], row["referrer"],
        moment(row["due"]),
    )  # fmt: skip

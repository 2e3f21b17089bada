"""The frontier: addresses that wait, are leased or are done, in the tables `frontier` and `hosts`. Durable.

A lease that was not acknowledged comes back after a kill. Scrapy's own job directory lost work in 2 of 8 kills.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.model import POLLED
from monitor.vault.connection import Connection, moment, stamp
from monitor.vault.host_queue import HostQueue, Queue
from monitor.vault.records import Counts, FrontierEntry, LeasedEntry

# No due date that this program sets lies further ahead: the longest back-off of an article is 7 days, and what is polled is
# polled once a day at least. One that does was set by a clock that has jumped back since, and would silence its address.
_FARTHEST, _FARTHEST_POLL = timedelta(days=8), timedelta(days=2)

# An address that is known stays as it is; but one that still waits takes the shorter way, so that what is reached within
# the depth does not depend on which way was found first.
_PUSH = """
INSERT INTO frontier (key, url, kind, source, host, priority, depth, referrer, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET depth = excluded.depth, referrer = excluded.referrer, priority = max(priority, excluded.priority)
WHERE state = 'waiting' AND excluded.depth < depth
RETURNING host, priority, depth, due"""

_PUT_BACK = """
UPDATE frontier SET state = 'waiting', leased_run = NULL, due = ?, attempts = max(0, attempts - ?) WHERE key = ?
RETURNING host, priority, depth, due"""

_REOPEN = """
UPDATE frontier SET state = 'waiting', due = ? WHERE key = ? AND state = 'done' RETURNING host, priority, depth, due"""

_TAKE = """
UPDATE frontier SET state = 'leased', leased_run = ?, attempts = attempts + 1 WHERE key IN (
    SELECT key FROM frontier WHERE state = 'waiting' AND host = ? AND priority = ? AND depth = ? AND due <= ?
    ORDER BY due, key LIMIT ?)
RETURNING *"""

# '~' sorts after every time. Without it SQLite would seek to the lane and walk to its end.
_NEXT_LANE = """
SELECT host, priority, depth FROM frontier WHERE state = 'waiting' AND (host, priority, depth, due) > (?, ?, ?, '~')
ORDER BY host, priority, depth, due LIMIT 1"""

_NEXT_DUE = """
SELECT due, kind FROM frontier WHERE state = 'waiting' AND host = ? AND priority = ? AND depth = ? ORDER BY due LIMIT 1"""

_PAUSE = """
INSERT INTO hosts (host, paused_until, asked_by) VALUES (?, ?, ?)
ON CONFLICT (host) DO UPDATE SET paused_until = max(paused_until, excluded.paused_until), asked_by = excluded.asked_by
RETURNING paused_until"""


class KnownEntry(NamedTuple):
    """An address that was added."""

    entry: FrontierEntry
    is_waiting: bool
    """Whether it is still to be requested."""


def _one(_host: str, _depth: int) -> int:
    return 1


def counts(db: Connection, now: datetime) -> Counts:
    """How many addresses are due, due later, out on lease, and done."""
    row = db.row(
        "SELECT count(*) FILTER (WHERE state = 'waiting' AND due <= ?1),"
        " count(*) FILTER (WHERE state = 'waiting' AND due > ?1),"
        " count(*) FILTER (WHERE state = 'leased'), count(*) FILTER (WHERE state = 'done') FROM frontier",
        (stamp(now),),
    )
    assert row is not None
    return Counts(*row)


class Frontier:
    """The frontier's operations. Each method is a transaction of its own, or part of the surrounding one."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._turns: HostQueue | None = None
        """Read from the table when it is first needed: most commands lease nothing."""
        # Leases are held under the writer's lock: one that is there when the vault is opened belongs to a run that is dead.
        with db.transaction():
            db.change("UPDATE frontier SET state = 'waiting', leased_run = NULL WHERE state = 'leased'")

    def push(self, pending: Iterable[FrontierEntry]) -> None:
        """Add addresses that are not known; one that waits already takes the smaller depth."""
        with self._db.transaction():
            for p in pending:
                row = (p.key, p.url, p.kind, p.source, p.host, p.priority, p.depth, p.referrer, stamp(p.due))
                self._note(self._db.rows(_PUSH, row))

    def ask_again(self, pending: Collection[FrontierEntry]) -> None:
        """Add addresses that are not known and reopen those that are done; those that wait keep their due times."""
        with self._db.transaction():
            self.push(pending)
            for p in pending:
                self.reopen(p.key, p.due)

    def done(self, key: str) -> None:
        """The address is done with."""
        with self._db.transaction():
            self._db.change("UPDATE frontier SET state = 'done', leased_run = NULL WHERE key = ?", (key,))

    def requeue(self, key: str, due: datetime, *, unsent: bool = False) -> None:
        """Put an address back, due at `due`. With `unsent`, the lease does not count as an attempt."""
        with self._db.transaction():
            self._note(self._db.rows(_PUT_BACK, (stamp(due), int(unsent), key)))

    def reopen(self, key: str, due: datetime) -> None:
        """Make an address that is done wait again, due at `due`."""
        with self._db.transaction():
            self._note(self._db.rows(_REOPEN, (stamp(due), key)))

    def pause_host(self, host: str, until: datetime, *, asked_by: str = "") -> None:
        """Lease nothing of the host before `until`, because it asked for time (429, 503).

        Has no effect where the same address (key `asked_by`) caused the host's last pause too: an address that always answers so
        must not stop its whole host.
        """
        with self._db.transaction():
            if asked_by and self._db.row("SELECT 1 FROM hosts WHERE host = ? AND asked_by = ?", (host, asked_by)):
                return
            rows = self._db.rows(_PAUSE, (host, stamp(until), asked_by))
        if self._turns:
            self._turns.pause_host(host, rows[0]["paused_until"])

    def paused_until(self, host: str, now: datetime) -> datetime | None:
        """Until when the host is paused; None where it may be requested."""
        row = self._db.row("SELECT paused_until FROM hosts WHERE host = ? AND paused_until > ?", (host, stamp(now)))
        return moment(row["paused_until"]) if row else None

    def waits_until(self, key: str, host: str, now: datetime) -> datetime | None:
        """Until when an address waits, itself or because of its host; None where it is due, done or not known."""
        row = self._db.row("SELECT due FROM frontier WHERE key = ? AND state = 'waiting' AND due > ?", (key, stamp(now)))
        times = [moment(row["due"]) if row else None, self.paused_until(host, now)]
        return max((time for time in times if time), default=None)

    def set_aside(self, host: str, depth: int | None = None) -> None:
        """Lease nothing more of the host, or of this depth of it, until the vault is opened again."""
        if self._turns:
            self._turns.set_aside(host, depth)

    def lease(self, run: int, count: int, *, now: datetime, room: Callable[[str, int], int] = _one) -> list[LeasedEntry]:
        """Up to `count` addresses that are due, now leased to `run`; of a host's depth, at most `room(host, depth)`.

        Hosts take turns from call to call. Within a host the highest priority comes first, then the least depth, then what has
        waited longest. What a call costs depends on what it gives and not on what waits.
        """
        taken: list[LeasedEntry] = []
        at = stamp(now)
        with self._db.transaction():
            turns = self._turns = self._turns or self._read_turns(now)
            for host, lanes in turns.hosts(at):
                before = len(taken)
                for lane in lanes:
                    wanted = min(room(host, lane.depth) - (len(taken) - before), count - len(taken))
                    if wanted <= 0:
                        continue
                    rows = self._db.rows(_TAKE, (run, host, -lane.rank, lane.depth, at, wanted))
                    taken += sorted((_leased(row) for row in rows), key=lambda one: (one.pending.due, one.pending.key))
                    if len(rows) < wanted:
                        turns.renew(host, lane, self._next_due(host, lane, now))
                if len(taken) == count:
                    break
        return taken

    def find(self, key: str) -> KnownEntry | None:
        """What is known of an address; None where it was never added."""
        row = self._db.row("SELECT * FROM frontier WHERE key = ?", (key,))
        return KnownEntry(pending_of(row), row["state"] == "waiting") if row else None

    def leased(self, run: int) -> list[LeasedEntry]:
        """What the run has leased and neither acknowledged nor put back."""
        return [_leased(row) for row in self._db.rows("SELECT * FROM frontier WHERE state = 'leased' AND leased_run = ?", (run,))]

    def left(self, host: str, depth: int | None, now: datetime) -> tuple[int, FrontierEntry | None]:
        """How many addresses of the host, or of this depth of it, are due, and one of them (None where there are none)."""
        where = "FROM frontier WHERE state = 'waiting' AND host = ?1 AND due <= ?2 AND depth = coalesce(?3, depth)"
        values = host, stamp(now), depth
        (count,) = self._db.rows(f"SELECT count(*) {where}", values)[0]
        row = self._db.row(f"SELECT * {where} ORDER BY priority DESC LIMIT 1", values)
        return count, pending_of(row) if row else None

    def left_over(self, now: datetime) -> tuple[int, FrontierEntry | None]:
        """How many addresses are due, and one of them."""
        row = self._db.row("SELECT * FROM frontier WHERE state = 'waiting' AND due <= ? LIMIT 1", (stamp(now),))
        return self.counts(now).due, pending_of(row) if row else None

    def defer_source(self, source: str, until: datetime) -> int:
        """Defer all waiting articles that the source lists to `until` or later; return how many would have been due before."""
        with self._db.transaction():
            return self._db.change(
                "UPDATE frontier SET due = ?1 WHERE state = 'waiting' AND kind = 'article' AND source = ?2 AND due < ?1",
                (stamp(until), source),
            )

    def counts(self, now: datetime) -> Counts:
        """How many addresses are due, due later, out on lease, and done."""
        return counts(self._db, now)

    def _read_turns(self, now: datetime) -> HostQueue:
        """One seek in the index for each lane: it costs by the hosts, not by the addresses that wait."""
        turns = HostQueue()
        # A pause that is further ahead than any server is granted was set by a clock that has jumped back since; one that is over
        # tells for some days at which address the host asked for it.
        bounds = stamp(now - _FARTHEST), stamp(now + _FARTHEST_POLL)
        self._db.change("DELETE FROM hosts WHERE paused_until NOT BETWEEN ? AND ?", bounds)
        for host, until in self._db.rows("SELECT host, paused_until FROM hosts WHERE paused_until > ?", (stamp(now),)):
            turns.pause_host(host, until)
        found = ("", 0, 0)
        while row := self._db.row(_NEXT_LANE, found):
            found = (row["host"], row["priority"], row["depth"])
            lane = Queue(-row["priority"], row["depth"])
            due = self._next_due(row["host"], lane, now)
            assert due is not None, "the lane was found because something waits in it"
            turns.note(row["host"], lane, due)
        return turns

    def _next_due(self, host: str, lane: Queue, now: datetime) -> str | None:
        """When the first of a lane is due; None where nothing waits there."""
        while row := self._db.row(_NEXT_DUE, (host, -lane.rank, lane.depth)):
            farthest = stamp(now + (_FARTHEST_POLL if row["kind"] in POLLED else _FARTHEST))
            if row["due"] <= farthest:
                return str(row["due"])
            self._db.change(
                "UPDATE frontier SET due = ? WHERE state = 'waiting' AND host = ? AND priority = ? AND depth = ? AND kind = ?"
                " AND due > ?",
                (stamp(now), host, -lane.rank, lane.depth, row["kind"], farthest),
            )
        return None

    def _note(self, rows: Iterable[sqlite3.Row]) -> None:
        if self._turns:
            for row in rows:
                self._turns.note(row["host"], Queue(-row["priority"], row["depth"]), row["due"])


def _leased(row: sqlite3.Row) -> LeasedEntry:
    return LeasedEntry(pending_of(row), row["attempts"])


def pending_of(row: sqlite3.Row) -> FrontierEntry:
    """The record of a row of `frontier`."""
    return FrontierEntry(
        row["url"], row["key"], row["kind"], row["source"], row["host"], row["priority"], row["depth"], row["referrer"],
        moment(row["due"]),
    )  # fmt: skip

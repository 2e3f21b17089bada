"""The table `feeds`: each source's validators, failures, learned publish rate, and when it is due. SQL within a transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from monitor.expect.schedule import (
    BACKOFF_WEIGHT,
    LONGEST,
    SLACK,
    PublishRate,
    is_dead,
    next_poll,
    rate_after_poll,
    rate_from_dates,
    rate_with_entries,
)
from monitor.model import Feed, FeedEntry, Fetch, Outcome, Source
from monitor.vault.connection import Connection, Value, moment, moment_or_none, stamp
from monitor.vault.records import FeedState, PollHints, PollTarget, ScheduledPoll


def state(db: Connection, source: str, part: str) -> FeedState:
    """The state for a conditional request of a source, or of one sitemap of its index (`part`); empty where it was never
    polled.
    """
    row = db.row("SELECT * FROM feeds WHERE source = ?", (_key(source, part),))
    if row is None:
        return FeedState()
    polled, looked = moment_or_none(row["polled"]), moment_or_none(row["looked"])
    return FeedState(
        row["etag"], row["last_modified"], row["digest"], row["polls"], polled, row["failures"], looked, row["moved_to"]
    )


def note_look(db: Connection, source: str, at: datetime, announced: str) -> None:
    """Within the caller's transaction: its outlet's home page was looked at; the other feed that it announces, or none."""
    db.change("UPDATE feeds SET looked = ?, announced = ? WHERE source = ?", (stamp(at), announced, source))


def not_due_sources(db: Connection, now: datetime) -> dict[str, PollTarget]:
    """The sources that are not due (not yet, or given up), by id, with the settings that they were last polled with.

    A due time further ahead than any interval was set by a clock that has been put back since; such a source is due.
    """
    rows = db.rows(
        "SELECT s.id, s.feed, s.every FROM feeds d JOIN sources s ON s.id = d.source"
        " WHERE d.given_up IS NOT NULL OR (d.due > ?1 AND d.due <= ?2)",
        (stamp(now), stamp(now + LONGEST)),
    )
    return {row["id"]: PollTarget(row["feed"], row["every"]) for row in rows}


def next_due(db: Connection, now: datetime) -> datetime | None:
    """When the first listed source that was ever polled is due: `now` where one is already, None where none ever is."""
    row = db.row(
        "SELECT min(iif(d.due > ?1 AND d.due <= ?2, d.due, ?1)) FROM sources s JOIN feeds d ON d.source = s.id"
        " WHERE s.listed = 1 AND d.given_up IS NULL",
        (stamp(now), stamp(now + LONGEST)),
    )
    return moment_or_none(row[0]) if row else None


def schedule(db: Connection, now: datetime) -> list[ScheduledPoll]:
    """The listed sources by when each is due, the earliest first; those that were given up come last."""
    rows = db.rows(
        "SELECT s.id, s.outlet, d.due, coalesce(d.why, '') AS why, d.given_up FROM sources s LEFT JOIN feeds d ON d.source = s.id"
        " WHERE s.listed = 1 ORDER BY d.given_up IS NOT NULL, d.due, s.id"
    )
    return [_due(row, now) for row in rows]


def _due(row: sqlite3.Row, now: datetime) -> ScheduledPoll:
    at = moment_or_none(row["due"])
    if row["given_up"] is not None:
        return ScheduledPoll(row["id"], row["outlet"], "given up", None, "did nothing but fail")
    if at is None or at > now + LONGEST:
        return ScheduledPoll(row["id"], row["outlet"], "due", None, row["why"])
    state = "later" if at > now else "due" if now - at <= SLACK else "overdue"
    return ScheduledPoll(row["id"], row["outlet"], state, at, row["why"])


def forget_changed(db: Connection, sources: Sequence[Source]) -> None:
    """Within the caller's transaction, before the list is renewed: a line that comes back, or whose interval was changed, is due
    at once; of one whose address was changed, nothing holds any more that was known of the old one.
    """
    db.change_many(
        "UPDATE feeds SET due = NULL WHERE source = ?1"
        " AND EXISTS (SELECT 1 FROM sources s WHERE s.id = ?1 AND (s.listed = 0 OR s.every IS NOT ?2))",
        [(s.id, s.every) for s in sources],
    )
    db.change_many(
        "DELETE FROM feeds WHERE source = ?1 AND EXISTS (SELECT 1 FROM sources s WHERE s.id = ?1 AND s.feed <> ?2)",
        [(s.id, s.feed) for s in sources],
    )


def note_answer(db: Connection, fetch: Fetch, hints: PollHints, not_before: datetime | None) -> None:
    """Within the caller's transaction: a poll that gave no new document."""
    row = _row(db, fetch)
    if fetch.outcome is Outcome.UNCHANGED:
        _note_success(db, fetch, row, _learned(row, fetch, ()), hints, not_before)
    elif weight := BACKOFF_WEIGHT.get(fetch.outcome, 1.0):
        _note_failure(db, fetch, row, weight, not_before)


def note_document(db: Connection, fetch: Fetch, feed: Feed, new: Sequence[FeedEntry], hints: PollHints) -> None:
    """Within the caller's transaction: a poll that gave a document, of which the entries in `new` were not known."""
    # An index's own bytes say nothing of its parts: it is read each time.
    etag, last_modified = ("", "") if feed.parts else (hints.etag, hints.last_modified)
    digest = fetch.capture.digest if fetch.capture and not feed.parts else ""
    listed = len(feed.entries) + len(feed.parts) + feed.left_out
    before = _row(db, fetch)
    learned = _learned(before, fetch, new) if before["polled"] else rate_from_dates(_declared(feed.entries), fetch.finished)
    if fetch.part and before["polled"]:
        _tell_index(db, fetch, before, new)
    _set(
        db, fetch, etag=etag, last_modified=last_modified, digest=digest, entries=listed,
        format=feed.format, title=feed.title, ttl=feed.ttl,
        changed=before["changed"] if digest and digest == before["digest"] else stamp(fetch.finished),
    )  # fmt: skip
    _note_success(db, fetch, _row(db, fetch), learned, hints)


def _key(source: str, part: str) -> str:
    """The key in `feeds` of what a source polls, or of one sitemap of its index."""
    return f"{source}:{part}" if part else source


def _row(db: Connection, fetch: Fetch) -> sqlite3.Row:
    """The row of what was polled, made where it was never asked, with the interval that its line asks for."""
    key = _key(fetch.source, fetch.part)
    db.change("INSERT INTO feeds (source) VALUES (?) ON CONFLICT DO NOTHING", (key,))
    row = db.row("SELECT d.*, s.every FROM feeds d LEFT JOIN sources s ON s.id = d.source WHERE d.source = ?", (key,))
    assert row is not None
    return row


def _set(db: Connection, fetch: Fetch, **values: Value) -> None:
    columns = ", ".join(f"{name} = ?" for name in values)
    key = _key(fetch.source, fetch.part)
    db.change(f"UPDATE feeds SET {columns} WHERE source = ?", (*values.values(), key))  # noqa: S608 - our own names


def _learned(row: sqlite3.Row, fetch: Fetch, new: Sequence[FeedEntry]) -> PublishRate:
    return rate_after_poll(_publish_rate(row), moment_or_none(row["polled"]) or fetch.finished, fetch.finished, _declared(new))


def _tell_index(db: Connection, fetch: Fetch, part: sqlite3.Row, new: Sequence[FeedEntry]) -> None:
    """Add a sitemap's new entries to the publish rate of its index: only the index is scheduled."""
    row = db.row("SELECT publish_rate FROM feeds WHERE source = ?", (fetch.source,))
    if row and new:
        publish_rate = rate_with_entries(_publish_rate(row), moment(part["polled"]), fetch.finished, _declared(new))
        db.change("UPDATE feeds SET publish_rate = ? WHERE source = ?", (_dump(publish_rate), fetch.source))


def _declared(entries: Sequence[FeedEntry]) -> list[datetime | None]:
    return [entry.published for entry in entries]


def _note_success(
    db: Connection,
    fetch: Fetch,
    row: sqlite3.Row,
    learned: PublishRate,
    hints: PollHints,
    not_before: datetime | None = None,
) -> None:
    """Store a successful poll; it resets the count of failures."""
    polls = row["polls"] + 1
    following = next_poll(
        learned, fetch.finished, source=row["source"], polls=polls, window=row["entries"], every=row["every"], ttl=row["ttl"],
        fresh_until=hints.fresh_until, not_before=not_before,
    )  # fmt: skip
    moved = (row["moved"] if hints.moved_to == row["moved_to"] else 0) + 1 if hints.moved_to else 0
    _set(
        db, fetch, polled=stamp(fetch.finished), polls=polls, due=stamp(following.due), why=following.why, failures=0,
        backoff=0, failing_since=None, given_up=None, announced="", publish_rate=_dump(learned), moved_to=hints.moved_to,
        moved=moved,
    )  # fmt: skip


def _note_failure(db: Connection, fetch: Fetch, row: sqlite3.Row, weight: float, not_before: datetime | None) -> None:
    polls, failures, backoff = row["polls"] + 1, row["failures"] + 1, row["backoff"] + weight
    following = next_poll(
        _publish_rate(row), fetch.finished, source=row["source"], polls=polls, window=row["entries"], every=row["every"],
        backoff=backoff, ttl=row["ttl"], not_before=not_before,
    )  # fmt: skip
    since = moment_or_none(row["failing_since"]) or fetch.finished
    is_hopeless = is_dead(since, fetch.finished, failures)
    given_up = row["given_up"] or (stamp(fetch.finished) if is_hopeless else None)
    _set(
        db, fetch, polls=polls, due=stamp(following.due), why=following.why, failures=failures, backoff=backoff,
        failing_since=stamp(since), given_up=given_up,
    )  # fmt: skip


def _publish_rate(row: sqlite3.Row) -> PublishRate:
    if not row["publish_rate"]:
        return PublishRate()
    stored = json.loads(row["publish_rate"])
    return PublishRate(tuple(stored["entries"]), tuple(stored["hours"]))


def _dump(publish_rate: PublishRate) -> str:
    return json.dumps({name: [round(number, 3) for number in numbers] for name, numbers in asdict(publish_rate).items()})

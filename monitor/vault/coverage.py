"""The coverage ledger: how each poll's document overlapped with the one before, and the state of each source by hour. SQL within
the caller's transaction.

A feed, a sitemap, a channel is a window over what its outlet publishes: whatever came and went between two polls was never seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from monitor.expect import HISTORY, expectation
from monitor.expect.schedule import SLACK
from monitor.model import POLLED, Feed, Fetch, Outcome
from monitor.vault.connection import Connection, moment, stamp
from monitor.vault.records import FeedItem

_REFUSALS = frozenset((Outcome.ROBOTS, Outcome.CHALLENGE, Outcome.BLOCKED, Outcome.PAYWALL, Outcome.LEGAL, Outcome.TOO_MANY))
"""The outlet could be reached and does not let us read."""
_NOT_ASKED = frozenset((Outcome.REDIRECTED, Outcome.INTERRUPTED, Outcome.UNANSWERED, Outcome.OVER_BUDGET))
"""Says nothing of the outlet: the run went on elsewhere, or ended first."""
_NUMBER = re.compile("[0-9]{1,18}")
_LATEST = 200
"""With how many entries of earlier windows a window's numbers are compared, besides as many as it has itself."""


@dataclass(frozen=True, slots=True)
class Window:
    """How a document's entries overlap with those stored before: a row of `polls` without `new`."""

    entries: int
    known: int
    oldest: str | None
    """Least date that its entries declare."""
    newest: str | None
    gap_since: str | None = None
    """Greatest date that was declared by what was known, where nothing of that stands in the document any more."""
    lost: int | None = 0
    """Entries that came and went before this poll, at least; None where that cannot be told."""
    is_news: bool = True
    """What is new in it came since the last poll: not so where the source is read for the first time, nor where all that it shows
    has other addresses than before.
    """


def compare_window(db: Connection, fetch: Fetch, feed: Feed, entries: Sequence[FeedItem]) -> Window:
    """Compare a document's entries with those stored. Call it before its entries are stored."""
    known = sum(_is_known(db, fetch.source, keyed) for keyed in entries)
    dates = sorted(stamp(keyed.entry.published) for keyed in entries if keyed.entry.published)
    window = Window(len(entries), known, *((dates[0], dates[-1]) if dates else (None, None)))
    if known or not entries:
        return window
    if db.row("SELECT 1 FROM feed_entries WHERE source = ? LIMIT 1", (fetch.source,)) is None:
        return replace(window, is_news=False)
    if fetch.kind == "home" or _reaches_back(db, fetch, feed):
        return window
    since = _newest_known(db, fetch.source)
    if since and window.oldest and window.oldest <= since:
        # It reaches back beyond what was known and shows none of it.
        return replace(window, lost=None, is_news=False)
    unsure = feed.partial or _is_restarted(db, fetch.source, len(entries))
    return replace(window, gap_since=since, lost=None if unsure else _least_lost(db, fetch.source, entries))


def note_wait(db: Connection, fetch: Fetch) -> None:
    """Store the hours before this poll in which the source was due and not polled. Call it before the next poll is scheduled."""
    row = db.row("SELECT due FROM feeds WHERE source = ? AND given_up IS NULL", (fetch.source,))
    if row is None or row["due"] is None or fetch.part or fetch.outcome in _NOT_ASKED:
        return
    since, until = _hour(moment(row["due"]) + SLACK), _hour(fetch.started)
    if since < until:
        db.change(
            "INSERT INTO unpolled VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
            (fetch.source, since, until),
        )


def note_document(db: Connection, fetch: Fetch, fetch_id: int, window: Window, new: int) -> None:
    """Store a document's row of `polls` and the state of its hour."""
    db.change(
        "INSERT INTO polls VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (fetch_id, window.entries, new, window.known, window.oldest, window.newest, window.gap_since, window.lost),
    )
    counts = {"read" if window.entries else "silent": 1, "new": new if window.is_news else 0}
    _note(db, fetch, counts | {"overflows": int(bool(window.lost)), "lost": window.lost or 0})


def note_request(db: Connection, fetch: Fetch) -> None:
    """Store the hour's state after a poll without a document, or after a request for a page that the source listed."""
    if not fetch.source or fetch.outcome in _NOT_ASKED:
        return
    if fetch.kind in POLLED:
        _note(db, fetch, {_answer(db, fetch): 1})
    elif fetch.kind == "article" and (fetch.outcome is Outcome.ARTICLE or fetch.outcome in _REFUSALS):
        _note(db, fetch, {"articles" if fetch.outcome is Outcome.ARTICLE else "refused": 1})


def update_expectations(db: Connection, run: int) -> None:
    """Compare what the run's sources gave in their newest days with the least to be expected of them, and store both."""
    for poll in db.rows(
        "SELECT f.source, max(f.id) AS fetch, max(f.finished) AS finished FROM fetches f JOIN sources s ON s.id = f.source"
        " WHERE f.run = ? AND f.kind = s.via AND f.outcome IN ('feed', 'unchanged') GROUP BY f.source",
        (run,),
    ):
        finished = moment(poll["finished"])
        found = expectation(_days(db, poll["source"], finished), finished.date())
        rows = [(poll["source"], poll["fetch"], found.days, found.seen, found.least, found.usual)] if found else []
        db.put("expectations", ("source", "fetch", "days", "seen", "least", "usual"), ("source", poll["source"]), rows)


def _days(db: Connection, source: str, now: datetime) -> list[int | None]:
    """Entries that came in the 24 hours to the end of this hour, in the 24 hours before, and so on; None where none was
    polled.
    """
    end = int(now.timestamp()) // 3600 * 3600 + 3600
    rows = db.rows(
        "SELECT (?1 - strftime('%s', hour) - 1) / 86400 AS ago, sum(new + lost) AS came FROM hours"
        " WHERE source = ?2 AND hour >= ?3 AND read + unchanged > 0 GROUP BY ago",
        (end, source, stamp(datetime.fromtimestamp(end, UTC) - timedelta(days=HISTORY))),
    )
    came = {row["ago"]: row["came"] for row in rows}
    return [came.get(ago) for ago in range(HISTORY)]


def _answer(db: Connection, fetch: Fetch) -> str:
    if fetch.outcome is Outcome.UNCHANGED:
        row = db.row("SELECT entries FROM feeds WHERE source = ?", (fetch.source,))
        return "unchanged" if row is None or row["entries"] else "silent"
    return "blocked" if fetch.outcome in _REFUSALS else "failed"


def _note(db: Connection, fetch: Fetch, counts: dict[str, int]) -> None:
    hour = _hour(fetch.finished)
    names, sums = ", ".join(counts), ", ".join(f"{name} = {name} + excluded.{name}" for name in counts)
    db.change(
        f"INSERT INTO hours (source, hour, {names}) VALUES (?, ?{', ?' * len(counts)}) ON CONFLICT DO UPDATE SET {sums}",  # noqa: S608 - names are ours
        (fetch.source, hour, *counts.values()),
    )


def _hour(time: datetime) -> str:
    return stamp(time.replace(minute=0, second=0, microsecond=0))


def _is_known(db: Connection, source: str, keyed: FeedItem) -> bool:
    row = db.row(
        "SELECT 1 FROM feed_entries WHERE source = ?1 AND key = ?2 AND (key <> '' OR (guid = ?3 AND url = ?4)) LIMIT 1",
        (source, keyed.key, keyed.entry.guid, keyed.entry.url),
    )
    return row is not None


def _reaches_back(db: Connection, fetch: Fetch, feed: Feed) -> bool:
    """Whether a sitemap shows all since it was last read, though nothing of it was known: it shows older entries, which were left
    out; or it was read within the two days that a news sitemap holds; or it is one of several, and what was known is others'.
    """
    if fetch.kind != "sitemap" or fetch.part or feed.left_out:
        return fetch.kind == "sitemap"
    row = db.row(
        "SELECT julianday(?) - julianday(polled) AS days FROM feeds WHERE source = ?", (stamp(fetch.started), fetch.source)
    )
    return row is not None and row["days"] is not None and row["days"] < 2


def _is_restarted(db: Connection, source: str, entries: int) -> bool:
    """A window of fewer than half as many entries as the last one is none that ran over. Half, and not all: windows that are
    bounded by time, as of a news sitemap, hold more on some days than on others.
    """
    row = db.row("SELECT entries FROM feeds WHERE source = ?", (source,))
    return row is not None and 2 * entries < row["entries"]


def _newest_known(db: Connection, source: str) -> str | None:
    # A date after the moment at which we saw it is wrong.
    row = db.row(
        "SELECT published FROM feed_entries WHERE source = ? AND published <= first_seen ORDER BY published DESC LIMIT 1",
        (source,),
    )
    newest: str | None = row["published"] if row else None
    return newest


def _least_lost(db: Connection, source: str, entries: Sequence[FeedItem]) -> int:
    """Exact where the outlet numbers its entries one by one; else 1: nothing was lost only if exactly as many entries came as
    the window holds, which nobody can tell from it.
    """
    # Those that came last have the greatest numbers.
    rows = db.rows(
        "SELECT guid, url FROM feed_entries WHERE source = ? ORDER BY fetch DESC LIMIT ?", (source, _LATEST + len(entries))
    )
    shown = sorted(_number(keyed.entry.guid or keyed.entry.url) for keyed in entries)
    known = sorted(_number(row["guid"] or row["url"]) for row in rows)[-len(shown) :]
    if _is_counted(shown) and _is_counted(known) and known[-1] < shown[0]:
        return shown[0] - known[-1] - 1
    return 1


def _number(name: str) -> int:
    """The last number in an entry's name; -1 where it has none."""
    found = _NUMBER.findall(name)
    return int(found[-1]) if found else -1


def _is_counted(numbers: Sequence[int]) -> bool:
    return len(numbers) > 1 and all(later - earlier == 1 for earlier, later in pairwise(numbers))

"""Captures of articles by other archives: which are known, and of which articles they are to be asked for. Their times are
of other clocks than ours. SQL within the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.model import OutsideCapture
from monitor.vault.connection import Connection, moment, stamp
from monitor.vault.records import DueRecheck, StoredOutside

# Archives exchange what they crawled after months; what has none is looked for again.
_SEARCH_AGAIN = timedelta(days=30)


def due(db: Connection, what: str, now: datetime, *, host: str, most: int) -> list[DueRecheck]:
    """Relevant articles of which captures are to be looked for (`search`), or asked for (`save`), the newest first; so many.

    Looked for once, and again after a month where there was none; asked for once a version. None where the host of the archive
    asked for time.
    """
    asked = """
        EXISTS (SELECT 1 FROM outside_looks o WHERE o.article = a.id AND o.what = 'search'
            AND (o.at > ?1 OR EXISTS (SELECT 1 FROM outside_captures c WHERE c.article = a.id AND c.how = 'found')))"""
    if what == "save":
        asked = """
        EXISTS (SELECT 1 FROM outside_looks o WHERE o.article = a.id AND o.what = 'save'
            AND o.at > (SELECT max(fetched) FROM revisions r WHERE r.article = a.id))"""
    rows = db.rows(
        f"SELECT a.id, a.url FROM articles a WHERE a.relevant = 1 AND a.url NOT LIKE 'https://t.me/%' AND NOT {asked}"  # noqa: S608 - ours
        " AND NOT EXISTS (SELECT 1 FROM hosts WHERE host = ?2 AND paused_until > ?3) ORDER BY a.first_seen DESC, a.id LIMIT ?4",
        (stamp(now - _SEARCH_AGAIN), host, stamp(now), most),
    )
    return [DueRecheck(row["id"], row["url"], "") for row in rows]


def save(db: Connection, article: str, what: str, captures: Sequence[OutsideCapture], fetch_id: int, at: datetime) -> None:
    """Store what an archive answered about an article, and by which request."""
    how = "found" if what == "search" else "asked for"
    db.change_many(
        "INSERT OR IGNORE INTO outside_captures VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (article, c.address, stamp(c.captured), urlsplit(c.address).hostname or "", c.url, c.digest, how, fetch_id)
            for c in captures
        ),
    )
    summary = f"{len(captures)} captures" if captures else "no capture"
    db.change("INSERT OR REPLACE INTO outside_looks VALUES (?, ?, ?, ?, ?)", (article, what, stamp(at), summary, fetch_id))


def captures(db: Connection, article: str | None = None) -> Iterator[StoredOutside]:
    """The captures that other archives have of an article, or of all, by article, the earliest first."""
    rows = db.iterate(
        "SELECT c.*, a.title, a.outlet FROM outside_captures c JOIN articles a ON a.id = c.article"
        " WHERE (:article IS NULL OR c.article = :article) AND a.relevant = 1 ORDER BY c.article, c.captured, c.capture",
        {"article": article},
    )
    for row in rows:
        yield StoredOutside(
            row["article"], row["title"], row["outlet"], moment(row["captured"]), row["archive"], row["capture"], row["url"],
            row["how"], row["fetch"],
        )  # fmt: skip

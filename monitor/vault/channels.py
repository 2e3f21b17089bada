"""Message numbers that a Telegram channel's previews showed, and those that they show no more. SQL within the caller's
transaction.

Posts, parts of albums and service messages share one row of numbers, so one that was never seen may never have been a post. One
that was seen, and is not shown now between others that are, is missing: nobody says why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from monitor.model import Channel, Fetch
from monitor.vault.connection import Connection, stamp


def note(db: Connection, fetch: Fetch, fetch_id: int, channel: Channel, articles: Mapping[int, str]) -> bool:
    """Store the numbers that a page shows. Return whether posts may lie between this page and those known before.

    `articles` are article ids by message number.
    """
    if not channel.numbers:
        return False
    is_torn = _note_unread(db, fetch, fetch_id, channel)
    seen, shown = stamp(fetch.finished), [row.number for row in channel.numbers]
    # Only between what is shown: beyond it the page ends, and says nothing.
    db.change(
        """
        UPDATE posts SET missed = ?2, missed_fetch = ?3
        WHERE source = ?1 AND number > ?4 AND number < ?5 AND (missed IS NULL OR last_seen > missed)
            AND number NOT IN (SELECT value FROM json_each(?6))""",
        (fetch.source, seen, fetch_id, shown[0], shown[-1], json.dumps(shown)),
    )
    db.change_many(
        """
        INSERT INTO posts (source, number, kind, post, article, first_seen, last_seen, fetch)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)
        ON CONFLICT DO UPDATE SET kind = excluded.kind, post = excluded.post, article = coalesce(excluded.article, article),
            last_seen = excluded.last_seen, fetch = excluded.fetch""",
        (
            (fetch.source, row.number, row.kind, row.post, articles.get(row.number), seen, fetch_id)
            for row in channel.numbers
        ),
    )  # fmt: skip
    return is_torn


def _note_unread(db: Connection, fetch: Fetch, fetch_id: int, channel: Channel) -> bool:
    """Note the numbers between the page and the last that was known below it, where it reaches down to none that was known."""
    low, high = channel.numbers[0].number, channel.numbers[-1].number
    least = low if channel.older else 1
    _note_read(db, fetch.source, least, channel.before - 1 if channel.before else high)
    known = db.row(
        "SELECT max(iif(number < ?2, number, NULL)) AS below, max(number >= ?2) AS overlaps FROM posts"
        " WHERE source = ?1 AND number <= ?3",
        (fetch.source, low, high),
    )
    assert known is not None
    if known["below"] is None or known["overlaps"] or known["below"] + 1 >= least:
        return False
    db.change(
        "INSERT OR IGNORE INTO unread VALUES (?, ?, ?, ?, ?)",
        (fetch.source, known["below"] + 1, low - 1, stamp(fetch.finished), fetch_id),
    )
    return True


def _note_read(db: Connection, source: str, least: int, most: int) -> None:
    """Of what was not read, nothing lies between these two numbers any more."""
    torn = db.rows("SELECT * FROM unread WHERE source = ? AND first <= ? AND last >= ?", (source, most, least))
    db.change("DELETE FROM unread WHERE source = ? AND first <= ? AND last >= ?", (source, most, least))
    db.change_many(
        "INSERT INTO unread VALUES (?, ?, ?, ?, ?)",
        (
            (source, first, last, row["noticed"], row["fetch"])
            for row in torn
            for first, last in ((row["first"], least - 1), (most + 1, row["last"]))
            if first <= last
        ),
    )

"""The entries of feeds, a row for each address that a source lists, and their full texts. SQL within the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from monitor.model import FROM_FEED, Capture, FeedEntry, Fetch
from monitor.vault.connection import Connection, moment_or_none, stamp, stamp_or_none
from monitor.vault.records import FeedItem, FeedText

Row = tuple[str, str]
"""Guid and address, which tell a row from the others of its source."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Whether a stored entry is new or has changed."""

    row: Row
    """Where it is stored."""
    is_new: bool
    """Its source did not list its address."""
    is_changed: bool
    """Its declared `updated` has grown."""


def save(db: Connection, fetch: Fetch, fetch_id: int, item: FeedItem, taken: set[Row]) -> Listed:
    """Store an entry of a document, of which the rows in `taken` are stored already.

    An address has one row for each time that one document lists it: some feeds give every entry a new guid at every poll, and
    would grow by a window a poll for ever.
    """
    entry, source, seen = item.entry, fetch.source, stamp(fetch.finished)
    rows = db.rows(
        "SELECT guid, url, updated, first_seen, text FROM feed_entries WHERE source = ?1 AND key = ?2"
        " AND (key <> '' OR (guid = ?3 AND url = ?4)) ORDER BY guid = ?3 AND url = ?4 DESC, first_seen, guid, url",
        (source, item.key, entry.guid, entry.url),
    )
    latest = max((row["updated"] or "" for row in rows), default="")
    updated, own = stamp_or_none(entry.updated), (entry.guid, entry.url)
    is_changed = bool(rows and updated and updated > latest)
    if own in taken:
        return Listed(own, is_new=False, is_changed=is_changed)
    row = next((row for row in rows if (row["guid"], row["url"]) not in taken), None)
    if row is None:
        db.change(
            "INSERT INTO feed_entries (source, guid, url, key, title, summary, published, published_raw, updated, first_seen,"
            " fetch, text, text_fetch, last_seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source, *own, item.key, entry.title, entry.summary, stamp_or_none(entry.published), entry.published_raw, updated,
                seen, fetch_id, entry.text, fetch_id if entry.text else None, seen,
            ),
        )  # fmt: skip
        return Listed(own, not rows, is_changed)
    # What it said when it was first seen stays, in whatever order documents are stored.
    if seen < row["first_seen"]:
        db.change(
            "UPDATE feed_entries SET guid = ?, url = ?, title = ?, summary = ?, published_raw = ?, fetch = ?"
            " WHERE source = ? AND guid = ? AND url = ?",
            (*own, entry.title, entry.summary, entry.published_raw, fetch_id, source, row["guid"], row["url"]),
        )
    else:
        own = (row["guid"], row["url"])
    db.change(
        """
        UPDATE feed_entries SET published = min(coalesce(published, ?4), coalesce(?4, published)),
            updated = max(coalesce(updated, ?5), coalesce(?5, updated)), first_seen = min(first_seen, ?6),
            last_seen = max(last_seen, ?6)
        WHERE source = ?1 AND guid = ?2 AND url = ?3""",
        (source, *own, stamp_or_none(entry.published), updated, seen),
    )
    if entry.text and entry.text != row["text"]:
        db.change(
            "UPDATE feed_entries SET text = ?, text_fetch = ? WHERE source = ? AND guid = ? AND url = ?",
            (entry.text, fetch_id, source, *own),
        )
    return Listed(own, is_new=False, is_changed=is_changed)


def full_text(db: Connection, key: str) -> FeedText | None:
    """The longest text that a feed gives for an address; None where none does, or the page itself gave an article already."""
    row = db.row(
        "SELECT e.*, f.warc_file, f.warc_offset, f.warc_record, f.digest"
        " FROM feed_entries e JOIN fetches f ON f.id = e.text_fetch"
        " WHERE e.key = ? AND e.key <> '' AND e.text <> '' ORDER BY length(e.text) DESC, e.source, e.guid LIMIT 1",
        (key,),
    )
    if row is None or any(FROM_FEED not in json.loads(article["flags"]) for article in _articles(db, key)):
        return None
    capture = Capture(row["warc_file"], row["warc_offset"], row["warc_record"], row["digest"]) if row["warc_file"] else None
    entry = FeedEntry(
        row["guid"], row["url"], row["title"], row["summary"], moment_or_none(row["published"]), row["published_raw"],
        moment_or_none(row["updated"]), (), row["text"],
    )  # fmt: skip
    return FeedText(entry, row["source"], capture)


def keys_with_texts(db: Connection) -> list[str]:
    """The identities of the addresses of which a feed gave a full text."""
    return [row["key"] for row in db.rows("SELECT DISTINCT key FROM feed_entries WHERE text <> '' AND key <> ''")]


def _articles(db: Connection, key: str) -> list[sqlite3.Row]:
    return db.rows("SELECT a.flags FROM article_urls u JOIN articles a ON a.id = u.article WHERE u.key = ?", (key,))

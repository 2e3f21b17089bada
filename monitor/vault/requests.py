"""Requests that were made: a row each, and the pages that are to be read out of the archive."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from monitor.model import Capture, Fetch, Outcome
from monitor.vault.connection import Connection, moment, stamp, stamp_or_none
from monitor.vault.records import UnreadPage

_PAGE = (
    "url, key, source, outcome, started, finished, status, bytes, location, referrer, depth, warc_file, warc_offset, warc_record,"
    " digest"
)

_UNREAD_SINCE = " AND key NOT IN (SELECT key FROM fetches WHERE kind = 'reread')"


def insert(db: Connection, run: int, fetch: Fetch, key: str) -> int:
    """The id of the new row of a request; `key` is the identity of its address."""
    capture = fetch.capture
    where = (capture.file, capture.offset, capture.record_id, capture.digest) if capture else (None,) * 4
    return db.insert(
        "INSERT INTO fetches (run, url, key, source, kind, outcome, detail, started, finished, status, bytes, location,"
        " referrer, depth, warc_file, warc_offset, warc_record, digest, proxy, captured, title)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run, fetch.url, key, fetch.source, fetch.kind, fetch.outcome, fetch.detail, stamp(fetch.started),
            stamp(fetch.finished), fetch.status, fetch.bytes, fetch.location, fetch.referrer, fetch.depth, *where,
            fetch.proxy, stamp_or_none(fetch.captured), fetch.title,
        ),
    )  # fmt: skip


def unread(db: Connection, gate: str, *, rejected: bool = False) -> list[UnreadPage]:
    """Pages that no reading of ours has come to the end of (`rejected`: and those that were read as no article), each as it
    was fetched last, in order; then `closed`.
    """
    # What a reading since then took for no article has a row of its own, and is read again as that.
    kinds, since = ("'article', 'reread'", "") if rejected else ("'article'", _UNREAD_SINCE)
    outcomes = "'parser stopped', 'parser failed'" + ", 'not an article', 'wrong type', 'paywall', 'challenge page'" * rejected
    rows = db.rows(
        f"SELECT max(id) AS id, {_PAGE} FROM fetches WHERE outcome IN ({outcomes})"  # noqa: S608 - ours
        f" AND kind IN ({kinds}) AND key <> '' AND warc_file IS NOT NULL"
        f" AND key NOT IN (SELECT key FROM article_urls){since} GROUP BY key ORDER BY 1"
    )
    return [*map(_unread, rows), *closed(db, gate)]


def closed(db: Connection, gate: str) -> list[UnreadPage]:
    """Pages that were not extracted by another version of the gate than this one."""
    rows = db.rows(
        f"SELECT id, {_PAGE} FROM fetches WHERE warc_file IS NOT NULL"  # noqa: S608 - ours
        " AND id IN (SELECT fetch FROM articles a WHERE gate NOT IN ('', ?) AND NOT EXISTS"
        " (SELECT 1 FROM fetches r WHERE r.kind = 'reread' AND r.key = fetches.key AND r.id > a.fetch)) ORDER BY id",
        (gate,),
    )
    return [_unread(row) for row in rows]


def is_captured(db: Connection, url: str, captured: datetime) -> bool:
    """Whether this capture of the address was taken from an archive before. What a run was stopped at was not."""
    sql = "SELECT 1 FROM fetches WHERE captured = ? AND url = ? AND outcome <> 'interrupted'"
    return db.row(sql, (stamp(captured), url)) is not None


def _unread(row: sqlite3.Row) -> UnreadPage:
    capture = Capture(row["warc_file"], row["warc_offset"], row["warc_record"], row["digest"])
    fetch = Fetch(
        row["url"], row["source"], "reread", Outcome(row["outcome"]), "", moment(row["started"]), moment(row["finished"]),
        row["status"], row["bytes"], row["location"], row["referrer"], row["depth"], capture,
    )  # fmt: skip
    return UnreadPage(fetch, row["key"], capture)

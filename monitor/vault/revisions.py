"""The versions of an article: a new one where its page differs from the sighting before. SQL within a transaction.

A version lasts from one sighting to another; a text that comes back is a new version. Versions depend on what was seen and when,
and not on the order of saving, because imported captures may come in any order.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import timedelta

from monitor.model import Article
from monitor.vault.connection import Connection, as_json, moment, stamp, stamp_or_none, storable

MOST_A_DAY, MOST_LIVE_A_DAY = 24, 4
"""Versions that are kept of an article, and of live updates, which are one article that grows: what changes more often would fill
the vault with copies of itself. The bytes of each are in the archive all the same."""


@dataclass(frozen=True, slots=True)
class PageSighting:
    """One sighting of an article's page."""

    article: str
    at: str
    fetch: int
    page: Article
    substance: str
    """Of `monitor.trace.edits.find.substance`; empty where it is not known."""
    parser: str = ""
    """As in `ParsedArticle`."""


def save(db: Connection, seen: PageSighting, *, is_first: bool) -> bool:
    """Store a sighting; return whether it makes a new version. `is_first`: the article has none yet."""
    text = _of(seen)
    row = text | {"fetched": seen.at, "last_seen": seen.at, "fetch": seen.fetch}
    if is_first:
        _insert(db, row, 1)
        return True
    before = db.row(f"{_SELECT} AND fetched <= ? ORDER BY fetched DESC, number DESC LIMIT 1", (seen.article, seen.at))
    after = db.row(f"{_SELECT} AND fetched > ? ORDER BY fetched, number LIMIT 1", (seen.article, seen.at))
    if before and _is_same(before, text):
        _see_again(db, before, seen, text)
        return False
    if after and _is_same(after, text) and not (before and before["last_seen"] > seen.at):
        db.change(
            "UPDATE revisions SET fetched = ?, fetch = ? WHERE article = ? AND number = ?",
            (seen.at, seen.fetch, seen.article, after["number"]),
        )
        return False
    if _has_enough(db, seen):
        return False
    if before and before["last_seen"] > seen.at:
        _part(db, before, seen.at)
    _insert(db, row, _next_number(db, seen.article))
    _renumber(db, seen.article)
    return True


def has_text(db: Connection, article: str, digest: str) -> bool:
    """Whether a version of the article has the text of that digest."""
    return db.row("SELECT 1 FROM revisions WHERE article = ? AND digest = ?", (article, digest)) is not None


def note_unchanged(db: Connection, article: str, at: str) -> None:
    """Note that the newest version was seen again at `at`."""
    db.change(
        "UPDATE revisions SET last_seen = max(last_seen, ?2) WHERE article = ?1"
        " AND number = (SELECT max(number) FROM revisions WHERE article = ?1)",
        (article, at),
    )


def limit(db: Connection, article: str) -> str:
    """Why no more versions of the article are stored, in words; empty where all are."""
    row = db.row("SELECT limited FROM looks WHERE article = ?", (article,))
    return row["limited"] if row else ""


_SELECT = "SELECT * FROM revisions WHERE article = ?"
_COLUMNS = (
    "article", "number", "fetched", "fetch", "title", "text", "digest", "authors", "published", "modified", "links", "substance",
    "last_seen", "parser",
)  # fmt: skip

Row = dict[str, str | int | None]


def digest_of(title: str, text: str) -> str:
    """SHA-256 of a version's title and text as they are stored, in hexadecimal."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def _of(seen: PageSighting) -> Row:
    """What a row says of the page itself."""
    page = seen.page
    title, text = storable(page.title), storable(page.text)
    links = [[link.url, link.anchor, link.start, link.end] for link in page.links if link.start >= 0]
    return {
        "article": seen.article, "title": title, "text": text,
        "digest": digest_of(title, text), "authors": as_json(page.authors),
        "published": stamp_or_none(page.published), "modified": stamp_or_none(page.modified),
        "links": storable(json.dumps(links, ensure_ascii=False)), "substance": seen.substance, "parser": seen.parser,
    }  # fmt: skip


def _is_same(row: sqlite3.Row, text: Row) -> bool:
    # Of versions that were kept before 0.2 the substance is not known.
    return bool(
        row["substance"] == text["substance"] if row["substance"] and text["substance"] else row["digest"] == text["digest"]
    )


def _see_again(db: Connection, row: sqlite3.Row, seen: PageSighting, text: Row) -> None:
    if seen.at < row["last_seen"]:
        return
    db.change(
        "UPDATE revisions SET last_seen = ?, modified = ?, links = ?, authors = ?, published = ?, substance = ?, parser = ?"
        " WHERE article = ? AND number = ?",
        (
            seen.at,
            text["modified"],
            text["links"],
            text["authors"],
            text["published"],
            text["substance"],
            text["parser"],
            seen.article,
            row["number"],
        ),
    )


def _part(db: Connection, row: sqlite3.Row, at: str) -> None:
    """Another version stood there between two sightings of this one: from then on it is another."""
    when = "coalesce(captured, finished)"
    seen = db.row(
        f"SELECT max(iif({when} < ?3, {when}, NULL)) AS last, min(iif({when} > ?3, {when}, NULL)) AS next FROM fetches"  # noqa: S608 - ours
        " WHERE article = ?1 AND version = ?2",
        (row["article"], row["substance"], at),
    )
    assert seen is not None
    again = seen["next"] or row["last_seen"]
    fetch = db.row(
        f"SELECT id FROM fetches WHERE article = ? AND version = ? AND {when} = ?",  # noqa: S608 - ours
        (row["article"], row["substance"], again),
    )
    db.change(
        "UPDATE revisions SET last_seen = ? WHERE article = ? AND number = ?",
        (max(seen["last"] or "", row["fetched"]), row["article"], row["number"]),
    )
    again_there = {**dict(row), "fetched": again, "fetch": fetch["id"] if fetch else row["fetch"]}
    _insert(db, again_there, _next_number(db, row["article"]))


def _next_number(db: Connection, article: str) -> int:
    number = db.row("SELECT coalesce(max(number), 0) + 1 FROM revisions WHERE article = ?", (article,))
    assert number is not None
    return int(number[0])


def _insert(db: Connection, row: Row, number: int) -> None:
    values = row | {"number": number}
    db.change(
        f"INSERT INTO revisions ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})",  # noqa: S608 - names are ours
        [values[name] for name in _COLUMNS],
    )


def _renumber(db: Connection, article: str) -> None:
    """Numbers follow the time; what was found between two versions is to be found again where one came between."""
    newest = db.row("SELECT number, fetched, (SELECT max(fetched) FROM revisions WHERE article = ?1) AS last FROM revisions"
                    " WHERE article = ?1 ORDER BY number DESC LIMIT 1", (article,))  # fmt: skip
    assert newest is not None
    if newest["fetched"] == newest["last"]:
        return  # it came last, as nearly all do
    # Negative first, so that no number is taken twice.
    db.change(
        """
        UPDATE revisions SET number = -(SELECT count(*) FROM revisions r WHERE r.article = revisions.article
            AND (r.fetched, r.digest) <= (revisions.fetched, revisions.digest)) WHERE article = ?""",
        (article,),
    )
    db.change("UPDATE revisions SET number = -number, compared = 0 WHERE article = ?", (article,))
    db.change("DELETE FROM version_edits WHERE article = ?", (article,))


def _has_enough(db: Connection, seen: PageSighting) -> bool:
    most = MOST_LIVE_A_DAY if seen.page.live else MOST_A_DAY
    day = stamp(moment(seen.at) - timedelta(days=1))
    kept = db.row(
        "SELECT count(*) FROM revisions WHERE article = ? AND fetched > ? AND fetched <= ?", (seen.article, day, seen.at)
    )
    assert kept is not None
    if kept[0] < most:
        return False
    what = "live updates: one article that grows" if seen.page.live else "it changes all the time"
    db.change("UPDATE looks SET limited = ? WHERE article = ?", (f"{what}; {most} versions a day are kept", seen.article))
    return True

"""Rereading: stores what another version of the parser reads from the same captures. Such changes are not edits by the outlet.

All captures of an article are read anew, by one parser, and its versions follow from them in their order. What differs from the
reading before stands in `changed_readings`, with which parser gave which; the former rows are kept as those of all tables are.
SQL within the caller's transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from monitor.model import FROM_FEED, PAGES_MISSING, SAYS_LESS, Capture, FeedEntry, ParsedArticle
from monitor.vault import articles, copies, rechecks, revisions
from monitor.vault.connection import Connection, as_json, in_transaction, moment, moment_or_none, stamp, stamp_or_none, storable
from monitor.vault.records import CapturedArticle, CapturedReading, CapturedVersion, ChangedReading

_VERSIONS = "SELECT 1 FROM revisions v JOIN fetches f ON f.id = v.fetch WHERE v.article = a.id"
_IS_PAGE = f"""(a.flags NOT LIKE '%{FROM_FEED}%' AND NOT EXISTS ({_VERSIONS}
    AND (f.article IS NOT a.id OR f.warc_file IS NULL OR f.outcome <> 'article' OR f.kind IN ('page', 'feed text'))))"""
_IS_OF_FEED = f"""(a.flags LIKE '%{FROM_FEED}%' AND NOT EXISTS ({_VERSIONS}
    AND (f.article IS NOT a.id OR f.warc_file IS NULL OR f.kind <> 'feed text')))"""
_IS_POST = f"""(EXISTS (SELECT 1 FROM posts p WHERE p.article = a.id)
    AND EXISTS (SELECT 1 FROM fetches f WHERE f.id = a.fetch AND f.warc_file IS NOT NULL AND f.outcome = 'feed')
    AND NOT EXISTS ({_VERSIONS} AND (f.warc_file IS NULL OR f.outcome <> 'feed')))"""  # noqa: S608 - ours
READABLE = f"({_IS_PAGE} OR {_IS_OF_FEED} OR {_IS_POST})"
"""Whether all versions of an article `a` lie in the archive: as pages of it, in feeds, or on pages of its channel."""

MIXED = f"""EXISTS (SELECT 1 FROM revisions r JOIN revisions b ON b.article = r.article AND b.number = r.number - 1
    JOIN articles a ON a.id = r.article JOIN fetches g ON g.id = r.fetch
    WHERE r.article = u.article AND r.number = u.number AND r.parser <> b.parser AND {READABLE} AND NOT EXISTS (
        SELECT 1 FROM changed_readings c WHERE c.article = r.article AND c.at >= g.finished AND c.field = 'outcome'))"""  # noqa: S608 - ours
"""Whether a version `u` and the one before it were read by two parsers, and can be read by one: until then nobody can tell an
edit of the outlet from another reading. One that was taken for no article since, by whichever parser, is compared as it is."""

# Of what an article's row has of its page, and no version does.
_OF_ARTICLE = (
    "subtitle", "published_raw", "modified_raw", "language", "section", "paywalled", "live", "flags", "canonical",
)  # fmt: skip
# Where it was read, and whose it is, is not told by its page.
_STAYS = frozenset(("url", "outlet"))


# Not every capture is of a version: that of a part, from before its further pages were had; that of another address, where it was
# not extracted; that of more versions than are kept of a day. Until 0.2 it was not noted as what a capture was read.
_KEPT = """(coalesce(f.version, '') = '' OR EXISTS (SELECT 1 FROM revisions v WHERE v.article = a.id AND v.fetch = f.id)
    OR coalesce((SELECT v.substance IN ('', f.version) FROM revisions v WHERE v.article = a.id
        AND v.fetched <= coalesce(f.captured, f.finished) ORDER BY v.fetched DESC, v.number DESC LIMIT 1), 0))"""


def mixed(db: Connection) -> list[str]:
    """Articles with a version to be compared that another parser read than the one before it."""
    return [
        row["article"]
        for row in db.rows(
            f"SELECT DISTINCT article FROM revisions u WHERE compared = 0 AND number > 1 AND {MIXED} ORDER BY article"  # noqa: S608 - ours
        )
    ]


def readable(db: Connection) -> list[str]:
    """The articles that can be read again."""
    return [row["id"] for row in db.rows(f"SELECT id FROM articles a WHERE {READABLE} ORDER BY id")]  # noqa: S608 - ours


def captured(db: Connection, named: Sequence[str]) -> list[CapturedArticle]:
    """Those of these articles that can be read again, with their captures in the order of time."""
    of_page = f"""f.article = a.id AND f.outcome = 'article' AND f.kind <> 'feed text' AND {_IS_PAGE}"""
    of_version = "f.id IN (SELECT fetch FROM revisions WHERE article = a.id)"
    rows: list[sqlite3.Row] = []
    for way, condition, is_kept in (
        ("iif(a.gate = '', 'page', 'gated page')", of_page, _KEPT),
        ("'feed text'", f"{of_version} AND {_IS_OF_FEED}", "1"),
        # What a channel's page shows of a post at the newest poll is what the article shows.
        ("'post'", f"({of_version} OR f.id = a.fetch) AND {_IS_POST}", "1"),
    ):
        rows += db.rows(
            f"""
            SELECT a.id AS article, a.outlet, a.url AS address, a.title, a.published_raw, a.flags, {way} AS way, f.id, f.url,
                f.kind, f.run, coalesce(f.captured, f.finished) AS at, f.finished, f.warc_file, f.warc_offset, f.warc_record,
                f.digest, {is_kept} AS is_kept, f.id = a.fetch AS is_shown
            FROM articles a CROSS JOIN fetches f
            WHERE a.id IN (SELECT value FROM json_each(?)) AND f.warc_file IS NOT NULL AND {condition}
            ORDER BY a.id, f.id""",  # noqa: S608 - ours
            (as_json(named),),
        )
    rows.sort(key=lambda row: (row["article"], row["id"]))
    pages = _pages_of_feed_texts(db, [row for row in rows if row["way"] == "feed text"])
    return [_captured(db, article, list(of), pages) for article, of in groupby(rows, key=lambda row: row["article"])]


def _captured(
    db: Connection, article: str, rows: Sequence[sqlite3.Row], pages_of_feed_texts: Mapping[tuple[str, int], list[sqlite3.Row]]
) -> CapturedArticle:
    found: list[CapturedVersion] = []
    pages: list[tuple[str, Capture]] = []
    for row in rows:  # further pages stand before the page that they go on with
        pages.append(_page(row))
        if row["way"] == "feed text":
            said_less = [page for page in pages_of_feed_texts.get((article, row["run"]), ()) if page["id"] < row["id"]]
            of = (*pages, *map(_page, said_less[-1:]))
            entry = _entry(db, row)
            found.append(CapturedVersion(row["id"], moment(row["at"]), moment(row["finished"]), of, way="feed text", entry=entry))
            pages = []
        elif row["kind"] != "page":
            if row["is_kept"] or row["is_shown"]:
                of, kept = (pages[-1], *pages[:-1]), bool(row["is_kept"])
                times = moment(row["at"]), moment(row["finished"])
                entry = FeedEntry("", row["address"], "", "", None, "", None)
                found.append(CapturedVersion(row["id"], *times, of, kept, row["way"], entry))
            pages = []
    found.sort(key=lambda version: (version.at, version.fetch))
    flags = json.loads(rows[0]["flags"])
    return CapturedArticle(article, rows[0]["outlet"], PAGES_MISSING not in flags, tuple(found))


def _page(row: sqlite3.Row) -> tuple[str, Capture]:
    return row["url"], Capture(row["warc_file"], row["warc_offset"], row["warc_record"], row["digest"])


def _entry(db: Connection, row: sqlite3.Row) -> FeedEntry:
    """What is known of an entry but for its text, which alone is read again: feeds said the rest at several polls."""
    version = db.row("SELECT * FROM revisions WHERE article = ? AND fetch = ?", (row["article"], row["id"]))
    assert version is not None
    dates = moment_or_none(version["published"]), row["published_raw"], moment_or_none(version["modified"])
    return FeedEntry("", row["url"], version["title"], "", *dates)


def _pages_of_feed_texts(db: Connection, texts: Sequence[sqlite3.Row]) -> dict[tuple[str, int], list[sqlite3.Row]]:
    """The pages that said less than their feeds, in order, by the article and the run of these texts: each run is gone through
    once.
    """
    if not texts:
        return {}
    found: dict[tuple[str, int], list[sqlite3.Row]] = {}
    for page in db.rows(
        "SELECT DISTINCT u.article, f.id, f.run, f.url, f.warc_file, f.warc_offset, f.warc_record, f.digest"
        " FROM fetches f CROSS JOIN article_urls u ON u.key = f.key AND u.key <> ''"
        " WHERE f.run IN (SELECT value FROM json_each(?)) AND f.detail = ? AND f.kind <> 'page' AND f.warc_file IS NOT NULL"
        " AND u.article IN (SELECT value FROM json_each(?)) ORDER BY f.id",
        (json.dumps(list({text["run"] for text in texts})), SAYS_LESS, as_json({text["article"] for text in texts})),
    ):
        found.setdefault((page["article"], page["run"]), []).append(page)
    return found


@in_transaction
def note_unreadable(
    db: Connection, article: str, failed: Iterable[tuple[CapturedVersion, str]], parser: str, at: datetime
) -> tuple[ChangedReading, ...]:
    """Note that this parser takes captures of an article for something else, each with what: the article stays as it is."""
    rows, found = _versions(db, article), []
    for version, what in failed:
        row = _row_at(rows, stamp(version.at))
        found.append(ChangedReading(article, version.fetch, "outcome", "article", what, row["parser"], parser))
        _note(db, found[-1], version, at, row["digest"])
    return tuple(found)


@in_transaction
def save(db: Connection, again: CapturedReading, at: datetime) -> tuple[ChangedReading, ...]:
    """Store that all captures of an article were read again, and what that changes of it; nothing where nothing is otherwise."""
    article, parser = again.article, again.readings[-1][1].parser
    before = _versions(db, article)
    shown = db.row("SELECT * FROM articles WHERE id = ?", (article,))
    assert shown is not None
    changes = _changes(before, shown, again)
    for version, parsed in again.readings:
        if version.way == "post":
            continue  # its request is of a page with many
        db.change("UPDATE fetches SET version = ?2 WHERE id = ?1 AND version IS NOT ?2", (version.fetch, parsed.substance))
    if not changes:
        substances = {version.fetch: parsed.substance for version, parsed in again.readings}
        db.change_many(
            "UPDATE revisions SET parser = ?, substance = ? WHERE article = ? AND number = ?",
            ((parser, substances[row["fetch"]], article, row["number"]) for row in before),
        )
        return ()
    for version, change, digest in changes:
        _note(db, change, version, at, digest)
    _rebuild(db, before, again)
    newest, parsed = again.readings[-1]
    if any(version is newest for version, _, _ in changes) and shown["fetch"] == newest.fetch:
        _show(db, shown, parsed)
    return tuple(change for _, change, _ in changes)


def _versions(db: Connection, article: str) -> list[sqlite3.Row]:
    return db.rows("SELECT * FROM revisions WHERE article = ? ORDER BY fetched, number", (article,))


def _row_at(rows: Sequence[sqlite3.Row], at: str) -> sqlite3.Row:
    """The version that stood there at a time."""
    return next((row for row in reversed(rows) if row["fetched"] <= at), rows[0])


def _changes(
    before: Sequence[sqlite3.Row], shown: sqlite3.Row, again: CapturedReading
) -> list[tuple[CapturedVersion, ChangedReading, str]]:
    """What each capture is read as otherwise than before, and the digest of the text that it was read as.

    A version keeps the words of its first capture, and the rest of its last. What lies between was the same to the parser
    before: it is told only where it is another version to this one. Of a capture of no version the article alone says how it was
    read, and by whom was not noted.
    """
    found = []
    of_row = [(_row_at(before, stamp(version.at)), version, parsed) for version, parsed in again.readings]
    last = {row["number"]: version.fetch for row, version, _ in of_row if version.is_kept}
    first = {row["number"]: parsed.substance for row, version, parsed in reversed(of_row) if row["fetch"] == version.fetch}
    for row, version, parsed in of_row:
        was: dict[str, str] = {}
        parser = row["parser"] if version.is_kept else ""
        digest = row["digest"] if version.is_kept else revisions.digest_of(shown["title"], shown["text"])
        if version.is_kept and (row["fetch"] == version.fetch or first.get(row["number"]) != parsed.substance):
            was |= {"title": row["title"], "text": row["text"]}
        if last.get(row["number"]) == version.fetch:
            was |= {name: _as_text(row[name]) for name in ("authors", "published", "modified") if row["authors"] is not None}
            was["links"] = _addresses(row["links"])
        if shown["fetch"] == version.fetch:
            was |= {name: _as_text(shown[name]) for name in ("title", "text", *_OF_ARTICLE)}
        now = _reading(parsed)
        differ = [field for field, value in was.items() if value != now[field]]
        if differ and shown["fetch"] == version.fetch and shown["relevant"] != parsed.is_relevant:
            was["relevant"] = str(shown["relevant"])
            differ.append("relevant")
        for field in differ:
            change = ChangedReading(again.article, version.fetch, field, was[field], now[field], parser, parsed.parser)
            found.append((version, change, digest))
    return found


def _reading(parsed: ParsedArticle) -> Mapping[str, str]:
    """All of a reading that is compared, as text."""
    page = parsed.article
    links = json.dumps([[link.url] for link in page.links if link.start >= 0], ensure_ascii=False)
    values = {
        "title": storable(page.title), "text": storable(page.text), "subtitle": storable(page.subtitle),
        "authors": as_json(page.authors), "published": stamp_or_none(page.published),
        "published_raw": storable(page.published_raw),
        "modified": stamp_or_none(page.modified), "modified_raw": storable(page.modified_raw), "language": page.language,
        "section": storable(page.section), "paywalled": int(page.paywalled), "live": int(page.live), "flags": as_json(page.flags),
        "canonical": storable(page.canonical), "relevant": int(parsed.is_relevant),
    }  # fmt: skip
    return {name: _as_text(value) for name, value in values.items()} | {"links": _addresses(storable(links))}


def _as_text(value: object) -> str:
    return "" if value is None else str(value)


def _addresses(links: str) -> str:
    """Where the links in a text lead. Where they stand follows from the text."""
    return as_json(link[0] for link in json.loads(links))


def _note(db: Connection, change: ChangedReading, version: CapturedVersion, at: datetime, digest: str) -> None:
    values = (change.article, change.fetch, change.field, change.after, change.parser)
    known = db.row(
        "SELECT 1 FROM changed_readings WHERE article = ? AND fetch = ? AND field = ? AND after = ? AND parser = ?", values
    )
    if known is None:
        db.change(
            "INSERT INTO changed_readings"
            " (article, fetch, field, after, parser, noticed, at, before, parser_before, digest_before)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, stamp(version.at), stamp(at), change.before, change.parser_before, digest),
        )


def _rebuild(db: Connection, before: Sequence[sqlite3.Row], again: CapturedReading) -> None:
    """The versions of an article as its captures are read now. When each was seen last stays: an answer that was unchanged is in
    no capture of its own.
    """
    article = again.article
    db.change("DELETE FROM version_edits WHERE article = ?", (article,))
    db.change("DELETE FROM revisions WHERE article = ?", (article,))
    for version, parsed in again.readings:
        if not version.is_kept:
            continue
        seen = revisions.PageSighting(article, stamp(version.at), version.fetch, parsed.article, parsed.substance, parsed.parser)
        revisions.save(db, seen, is_first=False)
    for row in before:
        db.change(
            "UPDATE revisions SET last_seen = max(last_seen, ?2) WHERE article = ?1 AND number ="
            " (SELECT max(number) FROM revisions WHERE article = ?1 AND fetched <= ?2)",
            (article, row["last_seen"]),
        )


def _show(db: Connection, shown: sqlite3.Row, parsed: ParsedArticle) -> None:
    """The article's row, and what was found in it, as its newest capture is read now."""
    article, page = shown["id"], parsed.article
    articles.update_row(db, article, {name: value for name, value in articles.columns_of(parsed).items() if name not in _STAYS})
    articles.save_findings(db, article, parsed)
    if (shown["title"], shown["text"]) != (storable(page.title), storable(page.text)):
        copies.note(db, article, parsed.fingerprint)
    articles.mark_changed(db, article)
    rechecks.plan(db, [article])

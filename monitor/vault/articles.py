"""An article's rows: what its page said, every text seen at it, what was found in it. SQL within the caller's transaction.

What is stored depends on what was seen and when, not on the order in which it is saved: the row shows the page of the newest
fetch, first_* are the least, revisions are numbered by time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.match import article_id, url_identity
from monitor.model import FROM_FEED, PAGES_MISSING, Attribution, Denial, Fetch, Link, ParsedArticle, Place, Verdict
from monitor.text import iso_week
from monitor.vault import embeddings, rechecks, revisions
from monitor.vault.connection import Connection, Value, as_json, in_transaction, stamp, stamp_or_none, storable
from monitor.vault.records import Changes, PollHints, Retraced, StoredText

# Texts held in memory at once while all are gone through.
_STORED_AT_ONCE = 100


class ArticleAddress(NamedTuple):
    """An article, by where it stands."""

    id: str
    url: str
    source: str


class Change(NamedTuple):
    """What saving did to an article's row."""

    article: str
    is_new: bool
    is_edited: bool
    """Its page says what was not seen there before."""
    is_shown_anew: bool
    """The row shows another title or text than before."""


def save(db: Connection, fetch: Fetch, fetch_id: int, parsed: ParsedArticle, hints: PollHints) -> Change:
    """Store a parsed article; return what changed. `hints` are the caching and redirect headers of its response."""
    key = url_identity(parsed.article.canonical)
    article = article_id(key)
    # Who captured a page before us says when it stood there so, and nothing of when we saw it.
    seen, stood = stamp(fetch.finished), stamp(fetch.captured or fetch.finished)
    known = db.row("SELECT last_fetched, title, text, flags, relevant, gate FROM articles WHERE id = ?", (article,))
    page = parsed.article
    is_other = known is None or (known["title"], known["text"]) != (storable(page.title), storable(page.text))
    # Under another of its addresses it was read whole: that it has no word of a topic there says nothing new.
    is_closed = known is not None and bool(parsed.gate) and not known["gate"]
    is_newest = known is None or (stood >= known["last_fetched"] and not is_closed)
    shown = columns_of(parsed) | {"source": fetch.source, "last_fetched": stood, "fetch": fetch_id}
    if known is None:
        row = {"id": article, "key": key, "first_seen": seen, "first_fetched": seen} | shown
        db.change(
            f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608 - names are ours
            tuple(row.values()),
        )
    else:
        if is_newest:
            update_row(db, article, shown)
        db.change("UPDATE articles SET first_fetched = min(first_fetched, ?) WHERE id = ?", (seen, article))
    if parsed.is_relevant and is_newest and not (known and known["relevant"]):
        db.change("UPDATE articles SET relevant_since = ? WHERE id = ?", (fetch_id, article))
    if fetch.captured:
        db.change("UPDATE articles SET captured = min(coalesce(captured, ?1), ?1) WHERE id = ?2", (stood, article))
    stood_in = known is not None and _forget_stand_ins(db, article, known, parsed)
    is_version = not is_closed and revisions.save(
        db, revisions.PageSighting(article, stood, fetch_id, page, parsed.substance, parsed.parser), is_first=known is None
    )
    is_edited = is_version and known is not None and not stood_in
    if known is not None and is_newest:
        embeddings.forget_former(db, article, storable(page.title), storable(page.text))
    # Of most pages nothing is found, and of a new one nothing is stored that would have to go.
    if is_newest and (known is not None or _has_findings(parsed)):
        save_findings(db, article, parsed)
    addresses = {page.url, page.canonical, *fetch.redirected_from}
    db.change_many(
        "INSERT INTO article_urls VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET first_seen = min(first_seen, excluded.first_seen)",
        ((url, article, key_of(url), seen) for url in sorted(addresses)),
    )
    update_first_seen(db, article)
    rechecks.note_there(db, article, fetch, fetch_id, hints, flags=page.flags)
    mark_changed(db, article)
    return Change(article, known is None, is_edited, is_newest and is_other)


def _forget_stand_ins(db: Connection, article: str, known: sqlite3.Row, parsed: ParsedArticle) -> bool:
    """Whether what is known of an article stood in the place of its page, as it is read now. Such texts are no versions of it:
    its feed's, before the page could be had; a part, before its further pages could; none, before it was extracted.
    """
    ended = set(json.loads(known["flags"])).difference(parsed.article.flags)
    is_extracted = bool(known["gate"]) and not parsed.gate
    if FROM_FEED in ended:
        db.change(
            "DELETE FROM revisions WHERE article = ? AND (SELECT kind FROM fetches WHERE id = revisions.fetch) = 'feed text'",
            (article,),
        )
    if PAGES_MISSING in ended:
        db.change("DELETE FROM revisions WHERE article = ?", (article,))
    if is_extracted:
        db.change("DELETE FROM revisions WHERE article = ? AND text = ''", (article,))
    return is_extracted or not ended.isdisjoint((FROM_FEED, PAGES_MISSING))


def mark_changed(db: Connection, article: str) -> None:
    """Mark an article, so that what is derived from it (copies, stories, speakers) is computed again."""
    for table in ("changed_articles", "changed_statements"):
        db.change(f"INSERT OR IGNORE INTO {table} VALUES (?)", (article,))  # noqa: S608 - names are ours


def changed_articles(db: Connection) -> tuple[str, ...]:
    """The ids of articles marked by `mark_changed` and not yet cleared by `clear_changed`, in order."""
    return tuple(row["article"] for row in db.rows("SELECT article FROM changed_articles ORDER BY article"))


def clear_changed(db: Connection, articles: Sequence[str]) -> None:
    """Clear the marks of these articles: what is derived from them is stored."""
    db.change("DELETE FROM changed_articles WHERE article IN (SELECT value FROM json_each(?))", (as_json(articles),))


def update_first_seen(db: Connection, article: str) -> None:
    """Recompute from feed entries when the article was first seen, and the earliest date that a feed gives for it."""
    db.change(
        """
        WITH entries AS (SELECT e.first_seen, e.published FROM feed_entries e
            WHERE e.key IN (SELECT key FROM article_urls WHERE article = ?1 AND key <> ''))
        UPDATE articles SET feed_date = (SELECT min(published) FROM entries),
            first_seen = min(first_fetched, coalesce((SELECT min(first_seen) FROM entries), first_fetched))
        WHERE id = ?1""",
        (article,),
    )


def is_article(db: Connection, key: str) -> bool:
    """Whether an article is stored under the identity of an address."""
    return db.row("SELECT 1 FROM article_urls WHERE key = ?", (key,)) is not None


def at(db: Connection, key: str) -> ArticleAddress | None:
    """The article that is stored under the identity of an address; None where there is none."""
    row = db.row(
        "SELECT a.id, a.url, a.source FROM article_urls u JOIN articles a ON a.id = u.article WHERE u.key = ? AND u.key <> ''"
        " ORDER BY u.first_seen, a.id",
        (key,),
    )
    return ArticleAddress(*row) if row else None


def by_id(db: Connection, article: str) -> ArticleAddress | None:
    """The article of that id; None where there is none."""
    row = db.row("SELECT id, url, source FROM articles WHERE id = ?", (article,))
    return ArticleAddress(*row) if row else None


def counts(db: Connection) -> tuple[int, int]:
    """How many articles there are, and how many of them are relevant."""
    row = db.row("SELECT count(*), coalesce(sum(relevant), 0) FROM articles")
    assert row is not None
    return row[0], row[1]


def is_whole(db: Connection, url: str) -> bool:
    """Whether an article was read at this address, with all of its pages."""
    rows = db.rows("SELECT flags FROM articles WHERE id IN (SELECT article FROM article_urls WHERE url = ?)", (url,))
    return any(PAGES_MISSING not in json.loads(row["flags"]) for row in rows)


def stored(db: Connection) -> Iterator[StoredText]:
    """Every article as its row shows it, in order of id, a few at a time: rows may be changed meanwhile."""
    last = ""
    while page := db.rows(
        "SELECT id, url, title, text, language, relevant FROM articles WHERE id > ? ORDER BY id LIMIT ?",
        (last, _STORED_AT_ONCE),
    ):
        yield from (StoredText(*row) for row in page)
        last = page[-1]["id"]


@in_transaction
def rejudge(db: Connection, article: StoredText, verdicts: Sequence[Verdict], places: Sequence[Place]) -> Changes:
    """Replace an article's verdicts and places; return for which topics it became or ceased to be relevant."""
    before = {row["topic"] for row in db.rows("SELECT topic FROM verdicts WHERE article = ? AND relevant = 1", (article.id,))}
    now = {verdict.topic for verdict in verdicts if verdict.relevant}
    placed = db.rows('SELECT region, town, role, field, start, "end" FROM places WHERE article = ?', (article.id,))
    now_placed = {(p.region, p.town, p.role, p.field, p.start, p.end) for p in places}
    if bool(before) != bool(now) or {tuple(row) for row in placed} != now_placed:
        mark_changed(db, article.id)
    _save_judgement(db, article.id, {"title": article.title, "text": article.text}, verdicts, places)
    if bool(before) != bool(now):
        db.change("UPDATE articles SET relevant = ? WHERE id = ?", (bool(now), article.id))
        rechecks.plan(db, [article.id])
    return Changes(tuple(sorted(now - before)), tuple(sorted(before - now)))


def links_of(db: Connection, article: str) -> tuple[Link, ...]:
    """The links of an article, in order."""
    rows = db.rows('SELECT url, kind, anchor, start, "end" FROM links WHERE article = ? ORDER BY rowid', (article,))
    return tuple(Link(*row) for row in rows)


@in_transaction
def retrace(
    db: Connection, article: StoredText, attributions: Sequence[Attribution], denials: Sequence[Denial]
) -> Retraced | None:
    """Replace an article's attributions and denials; return the counts of changes, None where there are none."""
    changes = _save_traces(db, article.id, attributions, denials)
    if not any(changes):
        return None
    mark_changed(db, article.id)
    rechecks.plan(db, [article.id])
    return Retraced(article.id, article.title, article.url, *changes)


def key_of(url: str) -> str:
    """The identity of an address; empty where it is no http(s) address."""
    try:
        return url_identity(url)
    except ValueError:
        return ""


def update_row(db: Connection, article: str, columns: Mapping[str, Value]) -> None:
    """Set these columns of an article's row."""
    assigned = ", ".join(f"{name} = ?" for name in columns)
    db.change(f"UPDATE articles SET {assigned} WHERE id = ?", (*columns.values(), article))  # noqa: S608 - names are ours


def columns_of(parsed: ParsedArticle) -> dict[str, Value]:
    """The columns of an article's row that come from its parsed page."""
    a = parsed.article
    return {
        "url": a.url, "canonical": a.canonical, "outlet": parsed.outlet, "title": a.title, "subtitle": a.subtitle,
        "authors": as_json(a.authors), "published": stamp_or_none(a.published), "published_raw": a.published_raw,
        "modified": stamp_or_none(a.modified), "modified_raw": a.modified_raw,
        "week": iso_week(a.published) if a.published else "", "language": a.language, "section": a.section, "text": a.text,
        "words": parsed.fingerprint.words, "paywalled": a.paywalled, "live": a.live, "flags": as_json(a.flags),
        "relevant": parsed.is_relevant, "gate": parsed.gate,
    }  # fmt: skip


def _has_findings(parsed: ParsedArticle) -> bool:
    return any((parsed.article.links, parsed.verdicts, parsed.places, parsed.attributions, parsed.denials))


def save_findings(db: Connection, article: str, parsed: ParsedArticle) -> None:
    """Replace an article's links, verdicts, places, attributions and denials."""
    page, of = parsed.article, ("article", article)
    _save_judgement(db, article, {"title": page.title, "text": page.text}, parsed.verdicts, parsed.places)
    db.put(
        "links",
        ("article", "url", "key", "kind", "anchor", "start", "end"),
        of,
        ((article, link.url, key_of(link.url), link.kind, link.anchor, link.start, link.end) for link in page.links),
    )
    _save_traces(db, article, parsed.attributions, parsed.denials)


def _save_traces(
    db: Connection, article: str, attributions: Sequence[Attribution], denials: Sequence[Denial]
) -> tuple[int, int, int, int]:
    """The numbers of attributions added and removed, and of denials added and removed."""
    of = ("article", article)
    attribution_counts = db.put(
        "attributions",
        ("article", "kind", "speaker", "outlet", "start", "end", "url", "rule", "resolved"),
        of,
        ((article, a.kind, a.speaker, a.outlet, a.start, a.end, a.url, a.rule, a.resolved) for a in attributions),
    )
    denied = db.put(
        "denials",
        ("article", "claim_start", "claim_end", "denial_start", "denial_end", "speaker", "claimed_by", "kind", "rule"),
        of,
        (
            (article, d.claim_start, d.claim_end, d.denial_start, d.denial_end, d.speaker, d.claimed_by, d.kind, d.rule)
            for d in denials
        ),
    )
    return *attribution_counts, *denied


def _save_judgement(
    db: Connection, article: str, fields: Mapping[str, str], verdicts: Sequence[Verdict], places: Sequence[Place]
) -> None:
    of = ("article", article)
    db.put(
        "verdicts",
        ("article", "topic", "relevant", "score", "subtopics", "near_miss_reason", "country", "near_miss_detail", "country_rule"),
        of,
        (
            (article, v.topic, v.relevant, v.score, as_json(v.subtopics), v.near_miss_reason, v.country, v.near_miss_detail,
             v.country_rule)
            for v in verdicts
        ),
    )  # fmt: skip
    db.put(
        "reasons",
        ("article", "topic", "field", "start", "end", "label", "word", "rule"),
        of,
        (
            (article, v.topic, r.field, r.start, r.end, r.label, fields[r.field][r.start : r.end], r.rule)
            for v in verdicts
            for r in v.reasons
        ),
    )
    db.put(
        "places",
        ("article", "region", "town", "role", "field", "start", "end"),
        of,
        ((article, p.region, p.town, p.role, p.field, p.start, p.end) for p in places),
    )

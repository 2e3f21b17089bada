"""Looking at articles again: when each is due, what a conditional request names, what the looks found. SQL within the caller's
transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from monitor.expect.absences import Absence, AbsenceSign, CrossCheck, ListEntry, dropped
from monitor.expect.recheck import LONGEST, RecheckHistory, next_recheck
from monitor.model import JOINED, NOINDEX, PAGES_MISSING, Capture, Fetch, Original, Outcome
from monitor.vault import revisions
from monitor.vault.connection import Connection, Value, as_json, in_transaction, moment, moment_or_none, stamp, stamp_or_none
from monitor.vault.records import DueRecheck, NewObservation, PollHints, RecheckState

# A post's own page shows none of its words: what becomes of posts is seen where their channel is polled.
_WORDLESS = "t.me"
_UNREACHABLE = frozenset((
    Outcome.CONNECTION, Outcome.TIMEOUT, Outcome.TLS, Outcome.HTTP_ERROR, Outcome.INCOMPLETE, Outcome.BAD_REDIRECT,
    Outcome.ROBOTS_UNREACHABLE,
))  # fmt: skip
_SIGNS = {
    Outcome.GONE: AbsenceSign.GONE, Outcome.LEGAL: AbsenceSign.LEGAL, Outcome.CHALLENGE: AbsenceSign.CHALLENGE,
    Outcome.PAYWALL: AbsenceSign.PAYWALL, Outcome.BLOCKED: AbsenceSign.BLOCKED, Outcome.ROBOTS: AbsenceSign.ROBOTS,
    Outcome.DNS: AbsenceSign.DNS,
    **dict.fromkeys(_UNREACHABLE, AbsenceSign.UNREACHABLE),
}  # fmt: skip


# Of an article that is suspected to be removed so many other addresses are asked.
_OTHER_ADDRESSES = 2


def absence_sign(fetch: Fetch) -> AbsenceSign | None:
    """How a request showed that an article is missing; None where its outcome says nothing of the article."""
    match fetch.outcome:
        case Outcome.NOT_FOUND:
            return AbsenceSign.NOT_FOUND if fetch.status == 404 else AbsenceSign.SOFT_404
        case Outcome.NOT_AN_ARTICLE:
            asked, led = (urlsplit(url).path.strip("/") for url in (_asked(fetch), fetch.url))
            if not fetch.redirected_from or asked == led:
                return AbsenceSign.NO_ARTICLE
            return AbsenceSign.SECTION if led else AbsenceSign.HOME
        case outcome:
            return _SIGNS.get(outcome)


def looked_at_article(db: Connection, fetch: Fetch) -> str | None:
    """The id of the article that a recheck requested; None where the address belongs to none."""
    row = db.row("SELECT article FROM article_urls WHERE url = ? ORDER BY first_seen, article", (_asked(fetch),))
    return row["article"] if row else None


def note_led_elsewhere(db: Connection, article: str, other: str, fetch: Fetch, fetch_id: int) -> None:
    """Note that a recheck led to another article, which was stored: the same one moved, or another in its place."""
    texts = db.rows("SELECT title, text FROM articles WHERE id IN (?, ?)", (article, other))
    is_moved = len({row["title"] for row in texts}) == 1 or len({row["text"] for row in texts}) == 1
    at = stamp(fetch.finished)
    if is_moved:
        _note_there(db, article, at)
        _queue(db, fetch_id, article, at, None)
    else:
        _note_absent(db, article, at, AbsenceSign.OTHER)
        _queue(db, fetch_id, article, at, AbsenceSign.OTHER)
    plan(db, [article], looked=fetch.finished)


def _note_there(db: Connection, article: str, at: str, way: AbsenceSign | None = None) -> None:
    """`way` is that in which it is hidden although it is there."""
    db.change(
        "UPDATE looks SET looked = ?2, there = ?2, absent = 0, outcome = ?3, looks = looks + 1 WHERE article = ?1",
        (article, at, way or ""),
    )


def _note_absent(db: Connection, article: str, at: str, way: AbsenceSign) -> None:
    db.change(
        "UPDATE looks SET looked = ?2, absent = absent + 1, outcome = ?3, looks = looks + 1 WHERE article = ?1",
        (article, at, way),
    )


def _asked(fetch: Fetch) -> str:
    return fetch.redirected_from[0] if fetch.redirected_from else fetch.url


def state(db: Connection, article: str) -> RecheckState:
    """What a conditional request for an article needs; empty where it is not known.

    Of an article of several pages its first page being as it was says nothing: all of them are looked at.
    """
    row = db.row("SELECT etag, last_modified, digest, looks, absent, outcome FROM looks WHERE article = ?", (article,))
    if row is None:
        return RecheckState()
    shown = db.row("SELECT flags FROM articles WHERE id = ?", (article,))
    if shown and {JOINED, PAGES_MISSING}.intersection(json.loads(shown["flags"])):
        return RecheckState(looks=row["looks"], absent=row["absent"], outcome=row["outcome"])
    kept = db.row(
        "SELECT url, coalesce(captured, finished) AS date, warc_file, warc_offset, warc_record, digest FROM fetches"
        " WHERE article = ? AND digest = ? AND warc_file IS NOT NULL ORDER BY id LIMIT 1",
        (article, row["digest"]),
    )
    if kept is None:
        return RecheckState(**dict(row))
    capture = Capture(kept["warc_file"], kept["warc_offset"], kept["warc_record"], kept["digest"])
    original = Original(kept["url"], moment(kept["date"]), capture)
    return RecheckState(**dict(row), original=original)


def due(db: Connection, now: datetime, *, per_host: int, everything: bool = False) -> list[DueRecheck]:
    """The relevant articles that are due to be looked at, hosts in turn, of each host the most overdue first, so many.

    A time that lies further ahead than any interval was set by a clock that has been put back since: then it is due.
    """
    rows = db.rows(
        """
        SELECT article, url, source,
            EXISTS (SELECT 1 FROM article_absences s
                WHERE s.article = d.article AND s.kind = 'removed' AND s.state = 'suspected') AS is_suspected,
            (SELECT json_group_array(u.url) FROM (SELECT url FROM article_urls
                WHERE article = d.article AND url <> d.url ORDER BY first_seen, url LIMIT ?5) u) AS others
        FROM (
            SELECT l.article, a.url, a.source, row_number() OVER (PARTITION BY l.host ORDER BY l.due, l.article) AS turn
            FROM looks l JOIN articles a ON a.id = l.article
            WHERE l.due IS NOT NULL AND (?3 OR l.due <= ?1 OR l.due > ?2) AND a.relevant = 1
                AND l.host NOT IN (SELECT host FROM hosts WHERE paused_until > ?1)) d
        WHERE turn <= ?4 ORDER BY turn, article""",
        (stamp(now), stamp(now + 2 * LONGEST), everything, per_host, _OTHER_ADDRESSES),
    )
    return [
        DueRecheck(
            row["article"], row["url"], row["source"], bool(row["is_suspected"]),
            tuple(json.loads(row["others"])) if row["is_suspected"] else (),
        )
        for row in rows
    ]  # fmt: skip


def next_due(db: Connection) -> datetime | None:
    """When the next relevant article is due; None where none ever is."""
    row = db.row("SELECT min(due) FROM looks WHERE due IS NOT NULL")
    return moment_or_none(row[0]) if row else None


def note_there(db: Connection, article: str, fetch: Fetch, fetch_id: int, hints: PollHints, *, flags: Sequence[str] = ()) -> None:
    """An article's page was read, and has these flags: it was there, or was when somebody else captured it. What only its feed
    had of it, since its page could not be had, is no look.

    A page that asks search engines to leave it out, and did not before, is hidden by that.
    """
    at, digest = stamp(fetch.captured or fetch.finished), fetch.capture.digest if fetch.capture else ""
    row = db.row(
        "SELECT url, l.article, l.noindex FROM articles a LEFT JOIN looks l ON l.article = a.id WHERE a.id = ?", (article,)
    )
    assert row is not None
    is_look = fetch.kind != "feed text" and not fetch.captured
    is_noindex = NOINDEX in flags
    way = AbsenceSign.NOINDEX if is_noindex and row["noindex"] == 0 else None
    if row["article"] is None:
        host = urlsplit(row["url"]).hostname or ""
        db.change(
            "INSERT INTO looks (article, host, looked, there, etag, last_modified, digest, noindex)"
            " VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7)",
            (article, host, at, hints.etag, hints.last_modified, digest, is_noindex if is_look else None),
        )
    elif is_look:
        _note_there(db, article, at, way)
        db.change(
            "UPDATE looks SET etag = ?1, last_modified = ?2, digest = ?3, noindex = iif(?4, coalesce(noindex, 1), 0)"
            " WHERE article = ?5",
            (hints.etag, hints.last_modified, digest, is_noindex, article),
        )
    elif fetch.captured:
        # Of what nobody but archives has read the newest capture holds, in whichever order they are stored.
        db.change(
            "UPDATE looks SET looked = ?2, there = ?2, etag = ?3, last_modified = ?4, digest = ?5"
            " WHERE article = ?1 AND noindex IS NULL AND looks = 0 AND (there, digest) < (?2, ?5)",
            (article, at, hints.etag, hints.last_modified, digest),
        )
    if is_look:
        _queue(db, fetch_id, article, at, way)
    plan(db, [article])


def note_failed_look(db: Connection, fetch: Fetch, fetch_id: int) -> None:
    """A look at an article gave no page to read: it is unchanged, or is not there, or that cannot be told."""
    article, at = looked_at_article(db, fetch), stamp(fetch.finished)
    if article is None:
        return
    way = absence_sign(fetch)
    if fetch.outcome is Outcome.UNCHANGED:
        was = db.row("SELECT outcome FROM looks WHERE article = ?", (article,))
        way = AbsenceSign.NOINDEX if was and was["outcome"] == AbsenceSign.NOINDEX else None
        _note_there(db, article, at, way)
        revisions.note_unchanged(db, article, at)
        _queue(db, fetch_id, article, at, way)
    elif way and _is_elsewhere(db, article, _asked(fetch)):
        # The look at its own address says that it is not there; that it is not here either confirms it.
        _note_cross_check(db, article, fetch_id, at, "another address", found=False)
        return
    elif way:
        _note_absent(db, article, at, way)
        _queue(db, fetch_id, article, at, way)
    elif fetch.outcome in {Outcome.INTERRUPTED, Outcome.UNANSWERED}:
        return  # it is still due
    plan(db, [article], looked=fetch.finished)


def _is_elsewhere(db: Connection, article: str, url: str) -> bool:
    """Whether an address of an article is another than the one that is looked at."""
    return db.row("SELECT 1 FROM articles WHERE id = ? AND url <> ?", (article, url)) is not None


def _note_cross_check(db: Connection, article: str, fetch_id: int, at: str, by: str, *, found: bool) -> None:
    db.change("INSERT OR REPLACE INTO second_looks VALUES (?, ?, ?, ?, ?)", (article, fetch_id, at, by, found))


def note_home(db: Connection, fetch: Fetch, fetch_id: int, keys: Iterable[str]) -> None:
    """The home page of a host was read, and links to the addresses that have these keys: whether it names those of its articles
    that are suspected to be removed.
    """
    rows = db.rows(
        "SELECT l.article, EXISTS (SELECT 1 FROM article_urls u JOIN json_each(?2) k ON k.value = u.key"
        " WHERE u.article = l.article) AS found FROM looks l WHERE l.host = ?1 AND l.absent > 0"
        " AND EXISTS (SELECT 1 FROM article_absences s WHERE s.article = l.article AND s.state = 'suspected')",
        (urlsplit(_asked(fetch)).hostname or "", as_json(sorted(keys))),
    )
    for row in rows:
        _note_cross_check(db, row["article"], fetch_id, stamp(fetch.finished), "home page", found=bool(row["found"]))


def note_list(db: Connection, fetch: Fetch, fetch_id: int, listed: Sequence[ListEntry]) -> None:
    """Before a document's entries are stored: which articles it named at the last poll, and does not now, although it goes on
    naming older ones; and which it names again. The page of one that was dropped is looked at next.
    """
    if fetch.part:
        return  # of an index, whose sitemaps share the source's entries
    at = stamp(fetch.finished)
    before = [
        ListEntry(row["key"], row["guid"], moment_or_none(row["published"]))
        for row in db.rows(
            # Named, since SQLite takes the key's first column instead, and goes through all that the source ever listed.
            "SELECT key, guid, published FROM feed_entries INDEXED BY feed_entries_last_seen WHERE source = ?1"
            " AND last_seen = (SELECT max(last_seen) FROM feed_entries WHERE source = ?1)",
            (fetch.source,),
        )
    ]
    for row in db.rows(_LISTED_ARTICLES, (as_json(dropped(before, listed)),)):
        _queue(db, fetch_id, row["article"], at, AbsenceSign.UNLISTED)
        db.change(
            "UPDATE looks SET due = ?1, why = ?2 WHERE article = ?3 AND due > ?1", (at, str(AbsenceSign.UNLISTED), row["article"])
        )
    keys = {entry.key for entry in listed}
    open_ = db.rows(
        "SELECT s.article, s.state, u.key FROM article_absences s JOIN article_urls u USING (article)"
        " WHERE s.way = ?1 AND s.state <> 'returned' AND EXISTS"
        " (SELECT 1 FROM feed_entries e WHERE e.key = u.key AND e.source = ?2)",
        (str(AbsenceSign.UNLISTED), fetch.source),
    )
    named = {row["article"] for row in open_ if row["key"] in keys}
    for article, state in {(row["article"], row["state"]) for row in open_}:
        if article in named:
            _queue(db, fetch_id, article, at, None)
        elif state == "suspected":
            _queue(db, fetch_id, article, at, AbsenceSign.UNLISTED)


_LISTED_ARTICLES = """
SELECT DISTINCT u.article FROM article_urls u JOIN articles a ON a.id = u.article
WHERE a.relevant = 1 AND u.key IN (SELECT value FROM json_each(?))"""


def _queue(db: Connection, fetch_id: int, article: str, at: str, way: AbsenceSign | None) -> None:
    db.change("INSERT OR REPLACE INTO new_looks VALUES (?, ?, ?, ?)", (article, fetch_id, at, way or ""))


def plan(db: Connection, articles: Iterable[str], *, looked: datetime | None = None) -> None:
    """Set when these articles are due: by their age, and by what happened to them and to their stories."""
    for article in articles:
        row = db.row(_LIFE, (article,))
        if row is None:
            continue
        if not row["relevant"] or row["host"] == _WORDLESS:
            db.change("UPDATE looks SET due = NULL, why = '' WHERE article = ?", (article,))
            continue
        life = RecheckHistory(
            article, moment(row["seen"]), moment_or_none(row["published"]), moment_or_none(row["edited"]),
            moment_or_none(row["story_moved"]), bool(row["is_denied"]), row["absent"],
        )  # fmt: skip
        following = next_recheck(life, looked or moment(row["looked"]))
        db.change("UPDATE looks SET due = ?, why = ? WHERE article = ?", (stamp(following.due), following.why, article))


@in_transaction
def plan_stories(db: Connection, since: datetime, most: int) -> None:
    """Bring the looks at articles forward whose story has a report that was first seen since then; of a story so many."""
    rows = db.rows(
        "SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY story ORDER BY first_seen DESC) AS turn FROM articles"
        " WHERE relevant = 1 AND first_seen < ?1 AND story IN"
        " (SELECT story FROM articles WHERE +story <> '' AND relevant = 1 AND first_seen >= ?1"
        # What was first seen since then is of a request of the run that went on then, or of a later one.
        " AND relevant_since >= coalesce((SELECT min(id) FROM fetches WHERE run >="
        " (SELECT max(id) FROM runs WHERE started <= ?1)), 0)))"
        " WHERE turn <= ?2",
        (stamp(since), most),
    )
    plan(db, [row["id"] for row in rows])


def new_observations(db: Connection) -> list[NewObservation]:
    """The observations that were not yet applied to the articles' absences, in order of time."""
    rows = db.rows(
        "SELECT n.article, n.fetch, n.at, n.way, l.host, f.run, f.kind FROM new_looks n JOIN looks l USING (article)"
        " JOIN fetches f ON f.id = n.fetch ORDER BY n.at, n.fetch"
    )
    return [
        NewObservation(
            row["article"], row["host"], row["fetch"], moment(row["at"]), AbsenceSign(row["way"]) if row["way"] else None,
            row["run"], row["kind"],
        )
        for row in rows
    ]  # fmt: skip


def forget_new_observations(db: Connection, found: Sequence[NewObservation]) -> None:
    """Delete observations that were applied to the articles' absences."""
    db.change("DELETE FROM new_looks WHERE fetch IN (SELECT value FROM json_each(?))", (as_json(str(n.fetch) for n in found),))


def others_there(db: Connection, article: str, host: str) -> datetime | None:
    """When another article of a host was last found to be there."""
    row = db.row("SELECT max(there) FROM looks WHERE host = ? AND article <> ?", (host, article))
    return moment_or_none(row[0]) if row else None


def cross_check(db: Connection, article: str, since: datetime) -> CrossCheck:
    """What other ways of looking for an article that were gone since then say."""
    rows = db.rows(
        "SELECT by, max(at) AS at, max(found) AS found FROM second_looks WHERE article = ? AND at > ? GROUP BY by",
        (article, stamp(since)),
    )
    found = {row["by"]: bool(row["found"]) for row in rows}
    home = next((moment(row["at"]) for row in rows if row["by"] == "home page"), None)
    return CrossCheck(_is_listed(db, article, since), found.get("home page"), found.get("another address"), home)


def _is_listed(db: Connection, article: str, since: datetime) -> bool | None:
    """Whether a list of its outlet names the article, of those that named it before and were read since then; None: none was."""
    row = db.row(
        """
        SELECT max(e.last_seen > ?2) AS is_named, count(*) AS lists FROM feed_entries e JOIN feeds d ON d.source = e.source
        WHERE e.key IN (SELECT key FROM article_urls WHERE article = ?1 AND key <> '')
            AND (e.last_seen > ?2 OR d.changed > ?2)""",
        (article, stamp(since)),
    )
    return bool(row["is_named"]) if row and row["lists"] else None


def absence(db: Connection, article: str) -> Absence | None:
    """The article's newest absence; None where it never had one."""
    row = db.row("SELECT * FROM article_absences WHERE article = ? ORDER BY since DESC LIMIT 1", (article,))
    if row is None:
        return None
    times = (moment_or_none(row[name]) for name in ("there", "looked", "confirmed", "returned"))
    there, looked, confirmed, returned = times
    assert looked is not None
    return Absence(
        AbsenceSign(row["way"]),
        row["state"],
        moment(row["since"]),
        there,
        looked,
        row["looks"],
        confirmed,
        row["confirmed_by"],
        returned,
    )


def there_before(db: Connection, article: str, at: datetime, *, by_lists: bool = False) -> datetime | None:
    """The last time before then that the article was found to be there, or that a list named it."""
    if by_lists:
        sql = (
            "SELECT max(last_seen) FROM feed_entries WHERE last_seen < ?2"
            " AND key IN (SELECT key FROM article_urls WHERE article = ?1 AND key <> '')"
        )
    else:
        sql = "SELECT max(last_seen) FROM revisions WHERE article = ?1 AND last_seen <= ?2"
    row = db.row(sql, (article, stamp(at)))
    return moment_or_none(row[0]) if row else None


@in_transaction
def save_absence(db: Connection, article: str, before: Absence | None, now: Absence, fetch: int) -> None:
    """Store an absence in place of what it was before; `fetch` is the look that says so."""
    if before and before.state != "returned":
        db.change("DELETE FROM article_absences WHERE article = ? AND since = ?", (article, stamp(before.since)))
    values: tuple[Value, ...] = (
        article, stamp(now.since), now.kind, now.way, now.state, stamp_or_none(now.there), stamp(now.looked), now.looks,
        stamp_or_none(now.confirmed), now.confirmed_by, stamp_or_none(now.returned), fetch,
    )  # fmt: skip
    db.change(f"INSERT OR REPLACE INTO article_absences VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608 - ours


_LIFE = """
SELECT a.relevant, l.host, l.looked, l.absent, min(a.first_seen, coalesce(a.captured, a.first_seen)) AS seen, a.published,
    (SELECT max(fetched) FROM revisions r WHERE r.article = a.id AND r.number > 1) AS edited,
    (SELECT max(first_seen) FROM articles o WHERE o.story = a.story AND o.story <> '' AND o.id <> a.id) AS story_moved,
    EXISTS (SELECT 1 FROM articles o JOIN denials d ON d.article = o.id
        WHERE o.id = a.id OR (o.story = a.story AND o.story <> '')) AS is_denied
FROM articles a JOIN looks l ON l.article = a.id WHERE a.id = ?"""

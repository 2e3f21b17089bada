"""Which rows of a vault have captures in the archive, and which are in the archive's log. SQL within a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from monitor.model import Capture
from monitor.vault.connection import Connection, Value, as_json, in_transaction, moment, moment_or_none
from monitor.vault.records import CapturedFetch, LoggedAbsence, LoggedText
from monitor.vault.revisions import digest_of


def captured_fetches(db: Connection, *, id_: int | None = None, article: str | None = None) -> Iterator[CapturedFetch]:
    """The requests whose answers are in the archive, in order: all, the one of that id, or those that gave an article."""
    return _fetches(
        db,
        """(:id IS NULL OR id = :id)
            AND (:article IS NULL OR article = :article OR id IN (SELECT fetch FROM posts WHERE article = :article))""",
        {"id": id_, "article": article},
    )


def captures_about(db: Connection, articles: Iterable[str]) -> Iterator[CapturedFetch]:
    """The requests that gave these articles, and those that looked at them again, whatever came of it, in order."""
    return _fetches(
        db,
        """(article IN (SELECT value FROM json_each(:articles))
            OR id IN (SELECT fetch FROM posts WHERE article IN (SELECT value FROM json_each(:articles)))
            OR id IN (SELECT fetch FROM article_absences WHERE article IN (SELECT value FROM json_each(:articles)))
            OR kind = 'recheck' AND url IN (
                SELECT url FROM article_urls WHERE article IN (SELECT value FROM json_each(:articles))))""",
        {"articles": as_json(articles)},
    )


def _fetches(db: Connection, condition: str, values: Mapping[str, Value]) -> Iterator[CapturedFetch]:
    rows = db.iterate(
        "SELECT id, url, outcome, status, finished, captured, article, warc_file, warc_offset, warc_record, digest FROM fetches"  # noqa: S608 - ours
        f" WHERE warc_file IS NOT NULL AND {condition} ORDER BY id",
        values,
    )
    for row in rows:
        capture = Capture(row["warc_file"], row["warc_offset"], row["warc_record"], row["digest"])
        yield CapturedFetch(
            row["id"], row["url"], row["outcome"], row["status"], moment(row["finished"]), moment_or_none(row["captured"]),
            row["article"], capture,
        )  # fmt: skip


def is_clock_set(db: Connection, fetch: int) -> bool:
    """Whether the clock of the run of a request was set, as for an invented press, and its times are none of ours."""
    return bool(db.row("SELECT 1 FROM fetches f JOIN runs r ON r.id = f.run WHERE f.id = ? AND r.clock IS NOT NULL", (fetch,)))


def newest_captures(db: Connection) -> dict[str, Capture]:
    """Of each file of the archive the last capture in it, by the file's name."""
    rows = db.rows(
        "SELECT warc_file, max(warc_offset) AS offset, warc_record, digest FROM fetches"
        " WHERE warc_file IS NOT NULL GROUP BY warc_file"
    )
    return {row["warc_file"]: Capture(row["warc_file"], row["offset"], row["warc_record"], row["digest"]) for row in rows}


def changed_texts(db: Connection) -> Iterator[LoggedText]:
    """The texts whose digest is not that of what is stored."""
    for row in db.iterate("SELECT article, fetch, fetched, title, text, digest FROM revisions ORDER BY article, number"):
        if digest_of(row["title"], row["text"]) != row["digest"]:
            yield LoggedText(row["article"], row["fetch"], row["fetched"], row["digest"])


_READ_SINCE = "SELECT article FROM changed_readings WHERE number > :reading"


def texts(db: Connection) -> Iterator[LoggedText]:
    """All texts of all articles."""
    for row in db.iterate("SELECT article, fetch, fetched, digest FROM revisions"):
        yield LoggedText(*row)


def read_since(db: Connection) -> set[str]:
    """The articles that were read again and not logged since, as after a kill, or that the vault says were."""
    return {row["article"] for row in db.iterate(_READ_SINCE, {"reading": int(logged(db, "reading") or 0)})}


def unlogged_texts(db: Connection) -> list[LoggedText]:
    """The texts that came, or were read again and otherwise, since `note_texts_logged`, in the order in which they came."""
    rows = db.iterate(
        "SELECT article, fetch, fetched, digest FROM revisions"  # noqa: S608 - ours
        f" WHERE fetch > :text OR article IN ({_READ_SINCE}) ORDER BY fetch, article",
        {what: int(logged(db, what) or 0) for what in ("text", "reading")},
    )
    return [LoggedText(*row) for row in rows]


@in_transaction
def note_texts_logged(db: Connection, found: Iterable[LoggedText]) -> None:
    """All texts that are stored are logged, these the last."""
    fetches = [int(logged(db, "text") or 0), *(text.fetch for text in found)]
    note_logged(db, "text", str(max(fetches)))
    row = db.row("SELECT coalesce(max(number), 0) AS number FROM changed_readings")
    note_logged(db, "reading", str(row["number"] if row else 0))


def absences(db: Connection, after: int = 0) -> Iterator[LoggedAbsence]:
    """The absences as a look behind the request `after` left them, in the order of looks."""
    rows = db.iterate(
        "SELECT article, since, kind, way, state, looked, fetch FROM article_absences WHERE fetch > :after"
        " ORDER BY fetch, article",
        {"after": after},
    )
    for row in rows:
        yield LoggedAbsence(*row)


def unlogged_absences(db: Connection) -> list[LoggedAbsence]:
    """The absences that began, changed or ended since `note_logged`."""
    return list(absences(db, int(logged(db, "absence") or 0)))


def logged(db: Connection, what: str) -> str:
    """What was noted last of what stands in the log; empty where nothing was."""
    row = db.row("SELECT value FROM evidence_logged WHERE what = ?", (what,))
    return row["value"] if row else ""


@in_transaction
def note_logged(db: Connection, what: str, value: str) -> None:
    """Note how far the log of the archive has what the vault has."""
    db.change("INSERT OR REPLACE INTO evidence_logged VALUES (?, ?)", (what, value))

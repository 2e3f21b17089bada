"""Pictures of captured pages: which versions have one, and what each is. SQL within the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from monitor.model import Capture
from monitor.vault.connection import Connection, moment, moment_or_none, stamp
from monitor.vault.records import CapturedFetch, NewPicture, StoredPicture, VersionPage

_NOT_DRAWN = (
    "SELECT r.article AS of, r.number, f.* FROM revisions r JOIN fetches f ON f.id = r.fetch WHERE f.warc_file IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM pictures p WHERE p.article = r.article AND p.fetch = r.fetch) AND "
)


def not_drawn(db: Connection, article: str) -> Iterator[VersionPage]:
    """The versions of an article, in order, whose capture no picture was drawn of."""
    return _pages(db, _NOT_DRAWN + "r.article = :article ORDER BY r.number", {"article": article})


def not_drawn_of(db: Connection, url: str, captured: datetime) -> Iterator[VersionPage]:
    """The versions, of an article or some, whose capture an archive made then, where no picture of it is here."""
    sql = _NOT_DRAWN + "f.captured = :captured AND f.url = :url ORDER BY r.article, r.number"
    return _pages(db, sql, {"captured": stamp(captured), "url": url})


def not_drawn_of_record(db: Connection, record_id: str) -> Iterator[VersionPage]:
    """The versions, of an article or some, whose capture that record of the archive is, where no picture of it is here."""
    return _pages(db, _NOT_DRAWN + "f.warc_record = :record ORDER BY r.article, r.number", {"record": record_id})


def is_drawn(db: Connection, page: VersionPage) -> bool:
    """Whether a picture of a version is here."""
    return db.row("SELECT 1 FROM pictures WHERE article = ? AND fetch = ?", (page.article, page.fetch.id)) is not None


def _pages(db: Connection, sql: str, values: Mapping[str, str]) -> Iterator[VersionPage]:
    for row in db.iterate(sql, values):
        fetch = CapturedFetch(
            row["id"], row["url"], row["outcome"], row["status"], moment(row["finished"]), moment_or_none(row["captured"]),
            row["article"], Capture(row["warc_file"], row["warc_offset"], row["warc_record"], row["digest"]),
        )  # fmt: skip
        yield VersionPage(row["of"], row["number"], fetch)


def save(db: Connection, picture: NewPicture, capture: Capture) -> None:
    """Store a picture, and where it lies in the archive."""
    db.change(
        "INSERT INTO pictures (article, fetch, drawn, browser, png, warc_file, warc_offset, warc_record, digest)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            picture.of.article, picture.of.fetch.id, stamp(picture.drawn), picture.browser, picture.png, capture.file,
            capture.offset, capture.record_id, capture.digest,
        ),
    )  # fmt: skip


def count(db: Connection, article: str) -> int:
    """How many pictures an article has."""
    row = db.row("SELECT count(*) FROM pictures WHERE article = ?", (article,))
    return int(row[0]) if row else 0


def png(db: Connection, picture: StoredPicture) -> bytes:
    """The bytes of a picture as the vault has them; none where it has it no more."""
    row = db.row("SELECT png FROM pictures WHERE article = ? AND fetch = ?", (picture.article, picture.fetch))
    return bytes(row["png"]) if row else b""


def pictures(db: Connection, article: str | None = None) -> Iterator[StoredPicture]:
    """The pictures of an article, or all, by when the pages that they are of were received. Their bytes, which are not sorted
    with them, have `png` and the archive.
    """
    rows = db.iterate(
        "SELECT p.article, p.fetch, p.drawn, p.browser, p.warc_file, p.warc_offset, p.warc_record, p.digest,"
        " coalesce(f.captured, f.finished) AS received, f.url FROM pictures p JOIN fetches f ON f.id = p.fetch"
        " WHERE :article IS NULL OR p.article = :article ORDER BY received, p.fetch, p.article",
        {"article": article},
    )
    for row in rows:
        capture = Capture(row["warc_file"], row["warc_offset"], row["warc_record"], row["digest"])
        yield StoredPicture(
            row["article"], row["fetch"], row["url"], moment(row["received"]), moment(row["drawn"]), row["browser"], capture,
        )  # fmt: skip

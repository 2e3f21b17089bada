"""Marks that readers of the internal edition made: `notes.db`, a small database beside the vault.

It is separate because marks are the newsroom's own data: a vault can be rebuilt from its archive, marks cannot. No mark is
changed or deleted; one that is taken back records by whom and when, so that former states are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from monitor.errors import UsageError
from monitor.vault.connection import Connection, stamp, storable
from monitor.vault.side_database import open_side_database

NAME = "notes.db"
KINDS = ("checked", "note", "tag")
"""Checked by a person, whose name says by whom; a note; a tag, which many articles may have."""
LONGEST = {"checked": 0, "note": 5_000, "tag": 60}
"""Characters of each."""
MOST = 200
"""Marks of one article that stand at a time."""

MOST_TAGS = 200
"""Tags to choose from."""

_APPLICATION_ID = 0x5056534E  # "PVSN"
_TABLES = """
CREATE TABLE IF NOT EXISTS marks (
    number INTEGER PRIMARY KEY,
    article TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('checked', 'note', 'tag')),
    text TEXT NOT NULL,
    marked_by TEXT NOT NULL,
    at TEXT NOT NULL,
    removed_by TEXT NOT NULL DEFAULT '',
    removed TEXT -- NULL while it stands
) STRICT;
CREATE INDEX IF NOT EXISTS marks_article ON marks (article) WHERE removed IS NULL;
CREATE INDEX IF NOT EXISTS marks_tag ON marks (text) WHERE removed IS NULL AND kind = 'tag'
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody marked at an article."""

    number: int
    article: str
    kind: str
    """One of KINDS."""
    text: str
    marked_by: str
    at: str
    removed_by: str = ""
    removed: str | None = None
    """When it was taken back; None while it stands."""


COLUMNS = ("number", "article", "kind", "text", "marked_by", "at", "removed_by", "removed")
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM marks"  # noqa: S608 - names are ours


def notes_of(vault: Path) -> Path:
    """Where the marks lie of the readers of a vault."""
    return vault.with_name(NAME)


class Notes:
    """The open file, and the only process that writes it. `open` is a context manager."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Self]:
        """Made if it is not there. Raises LockedError where another process writes it, StoreError where it cannot be opened."""
        with open_side_database(path, "monitor serve", _APPLICATION_ID, _TABLES) as db:
            yield cls(db)

    def add(self, article: str, kind: str, text: str, by: str, at: datetime) -> None:
        """Mark an article. What is marked so already, by the same person or as a tag by any, is not marked twice.

        Raises UsageError for a text that is empty or too long, and where an article has too many.
        """
        text = storable(text.replace("\r\n", "\n")).strip() if kind != "checked" else ""
        text = " ".join(text.split()) if kind == "tag" else text
        if kind not in KINDS:
            raise UsageError("there is no mark {kind}", kind=kind[:20])
        if kind != "checked" and not text:
            raise UsageError("there is nothing written in it")
        if len(text) > LONGEST[kind]:
            raise UsageError("it has {length} characters; {most} are the most", length=len(text), most=LONGEST[kind])
        with self._db.transaction():
            standing = [mark for mark in self._standing(article) if mark.kind == kind and mark.text == text]
            if any(kind == "tag" or mark.marked_by == by for mark in standing):
                return
            if len(self._standing(article)) >= MOST:
                raise UsageError("the article has {most} marks: take one back first", most=MOST)
            self._db.change(
                "INSERT INTO marks (article, kind, text, marked_by, at) VALUES (?, ?, ?, ?, ?)",
                (article, kind, text, storable(by), stamp(at)),
            )

    def remove(self, article: str, number: int, by: str, at: datetime) -> None:
        """Take a mark of an article back, whoever made it; nothing where it is none, or was taken back before."""
        self._db.change(
            "UPDATE marks SET removed = ?, removed_by = ? WHERE number = ? AND article = ? AND removed IS NULL",
            (stamp(at), storable(by), number, article),
        )

    def _standing(self, article: str) -> list[Mark]:
        return _marks(self._db, f"{_SELECT} WHERE article = ? AND removed IS NULL", (article,))


def marks_of(path: Path, article: str) -> list[Mark]:
    """The marks of an article that stand, in the order in which they were made. Raises StoreError."""
    return _read(path, f"{_SELECT} WHERE article = ? AND removed IS NULL ORDER BY number", (article,))


def tags(path: Path) -> list[tuple[str, int]]:
    """The most used of the tags that stand, MOST_TAGS at most, and how many articles have each. Raises StoreError."""
    if not path.exists():
        return []
    with _reading(path) as db:
        sql = "SELECT text, count(*) AS n FROM marks WHERE removed IS NULL AND kind = 'tag' GROUP BY text ORDER BY n DESC, text"
        return [(row["text"], row["n"]) for row in db.rows(f"{sql} LIMIT ?", (MOST_TAGS,))]


def newest(path: Path, *, tag: str = "", most: int) -> list[Mark]:
    """The marks that stand, the newest first, of all articles or of those that have a tag; so many. Raises StoreError."""
    where = "AND article IN (SELECT article FROM marks WHERE removed IS NULL AND kind = 'tag' AND text = ?)" if tag else ""
    sql = f"{_SELECT} WHERE removed IS NULL {where} ORDER BY number DESC LIMIT ?"
    return _read(path, sql, (*([tag] if tag else []), most))


def all_marks(path: Path, *, as_of: datetime | None = None) -> list[Mark]:
    """Every mark that was made, taken back or not, in order; as of a time those that were made until then, as they stood.

    Raises StoreError.
    """
    if as_of is None:
        return _read(path, f"{_SELECT} ORDER BY number", ())
    sql = (
        "SELECT number, article, kind, text, marked_by, at, iif(removed <= ?1, removed_by, '') AS removed_by,"
        " iif(removed <= ?1, removed, NULL) AS removed FROM marks WHERE at <= ?1 ORDER BY number"
    )
    return _read(path, sql, (stamp(as_of),))


def copy_notes(path: Path, target: Path) -> None:
    """A copy of the whole file: a killed process leaves what it wrote last in a file beside it. Raises StoreError."""
    with _reading(path) as db:
        db.change("VACUUM INTO ?", (str(target),))


def _read(path: Path, sql: str, values: tuple[str | int, ...]) -> list[Mark]:
    if not path.exists():
        return []
    with _reading(path) as db:
        return _marks(db, sql, values)


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    db = Connection(path, writes=False)
    try:
        yield db
    finally:
        db.close()


def _marks(db: Connection, sql: str, values: tuple[str | int, ...]) -> list[Mark]:
    return [Mark(*row) for row in db.rows(sql, values)]

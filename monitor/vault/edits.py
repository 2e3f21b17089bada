"""What changed between the versions of an article, as it was found. SQL within a transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta

from monitor.model import Edit, Link, Version
from monitor.vault.connection import Connection, as_json, in_transaction, moment, moment_or_none, stamp, storable
from monitor.vault.readings import MIXED
from monitor.vault.records import StoredVersion, VersionPair

# What so many articles of an outlet, each of a story of its own, have changed within this time is its site's.
SITE_WIDE, SITE_WINDOW = 3, timedelta(days=2)

_VERSION = """
SELECT r.article, r.number, r.fetched, r.title, r.text, r.modified, r.links, a.outlet, a.language
FROM revisions r JOIN articles a ON a.id = r.article WHERE r.article = ? AND r.number = ?"""


def not_compared(db: Connection, most: int) -> list[VersionPair]:
    """Versions that were not compared with the one before them yet, so many; not those that wait to be read by one reader."""
    rows = db.rows(
        f"SELECT article, number FROM revisions u WHERE compared = 0 AND number > 1 AND NOT {MIXED}"  # noqa: S608 - ours
        " ORDER BY article, number LIMIT ?",
        (most,),
    )
    return [VersionPair(_version(db, row["article"], row["number"] - 1), _version(db, *row)) for row in rows]


def _version(db: Connection, article: str, number: int) -> StoredVersion:
    row = db.row(_VERSION, (article, number))
    assert row is not None
    links = tuple(Link(url, "citation", anchor, start, end) for url, anchor, start, end in json.loads(row["links"]))
    version = Version(row["title"], row["text"], moment_or_none(row["modified"]), links)
    return StoredVersion(row["article"], row["number"], moment(row["fetched"]), row["outlet"], row["language"], version)


@in_transaction
def save(db: Connection, pair: VersionPair, edits: Sequence[Edit], words: Sequence[str]) -> None:
    """Store what changed between two versions; `words` has a digest of what went and came for each edit."""
    article, number = pair.after.article, pair.after.number
    db.change("DELETE FROM version_edits WHERE article = ? AND revision = ?", (article, number))
    db.change_many(
        "INSERT INTO version_edits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (
            (
                article, number, position, e.kind, e.disclosed, storable(e.before), storable(e.after), e.before_start,
                e.before_end, e.after_start, e.after_end, digest,
            )
            for position, (e, digest) in enumerate(zip(edits, words, strict=True))
        ),
    )  # fmt: skip
    db.change("UPDATE revisions SET compared = 1 WHERE article = ? AND number = ?", (article, number))


@in_transaction
def mark_site_wide(db: Connection, words: Iterable[str]) -> None:
    """Mark what many articles of one outlet changed alike at about the same time: it is the site's."""
    for row in db.rows(_ALIKE, (as_json(words),)):
        times = sorted(json.loads(row["found"]))
        for since, *_ in times:
            until = stamp(moment(since) + SITE_WINDOW)
            inside = [found for found in times if since <= found[0] <= until]
            if len({story for _, story, _, _ in inside}) >= SITE_WIDE:
                db.change_many(
                    "UPDATE version_edits SET site_wide = 1 WHERE article = ? AND revision = ? AND words = ?",
                    ((article, revision, row["words"]) for _, _, article, revision in inside),
                )


_ALIKE = """
SELECT e.words, a.outlet, json_group_array(json_array(r.fetched, iif(a.story <> '', a.story, a.id), a.id, e.revision)) AS found
FROM version_edits e JOIN articles a ON a.id = e.article JOIN revisions r ON r.article = e.article AND r.number = e.revision
WHERE e.words IN (SELECT value FROM json_each(?)) GROUP BY e.words, a.outlet HAVING count(DISTINCT a.id) >= 3"""

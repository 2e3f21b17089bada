"""Which stored articles are one text: candidates by shared bands, verified by `match`. SQL within the caller's transaction."""

from __future__ import annotations

import json

from monitor.match import compare, group_copies
from monitor.model import Copy, Fingerprint
from monitor.vault.connection import Connection, as_json


def renew(db: Connection, article: str, fingerprint: Fingerprint) -> None:
    """Find the copies of an article whose text or title is new, and regroup whatever that joins or parts."""
    _store_sketch(db, article, fingerprint)
    db.change("DELETE FROM copies WHERE a = ?1 OR b = ?1", (article,))
    found = _verified(db, article)
    db.change_many("INSERT INTO copies VALUES (?, ?, ?, ?)", ((c.a, c.b, c.kind, c.similarity) for c in found))
    touched = {article, *(copy.a for copy in found), *(copy.b for copy in found)}
    if db.row("SELECT 1 FROM articles WHERE id = ? AND copy_group <> ''", (article,)):
        _part(db, touched)
    elif found:
        _join(db, touched)


def of(db: Connection, article: str) -> tuple[str, ...]:
    """Ids of the articles that it is a copy of, verified, in order."""
    rows = db.rows("SELECT iif(a = ?1, b, a) AS other FROM copies WHERE a = ?1 OR b = ?1 ORDER BY other", (article,))
    return tuple(row["other"] for row in rows)


def _store_sketch(db: Connection, article: str, fingerprint: Fingerprint) -> None:
    db.change("DELETE FROM bands WHERE article = ?", (article,))
    db.change("INSERT OR REPLACE INTO sketches VALUES (?, ?, ?)", (article, fingerprint.digest, fingerprint.signature))
    # One statement for all of them, which takes a fifth of the time of one for each.
    db.change("INSERT OR IGNORE INTO bands SELECT value, ? FROM json_each(?)", (article, json.dumps(fingerprint.bands)))


def _verified(db: Connection, article: str) -> list[Copy]:
    mine = db.row("SELECT title, text FROM articles WHERE id = ?", (article,))
    assert mine is not None
    candidates = db.rows(
        "SELECT id, title, text FROM articles WHERE id IN"
        " (SELECT article FROM bands WHERE band IN (SELECT band FROM bands WHERE article = ?1) AND article <> ?1)",
        (article,),
    )
    compared = (compare(article, mine["title"], mine["text"], row["id"], row["title"], row["text"]) for row in candidates)
    return [copy for copy in compared if copy]


def _join(db: Connection, touched: set[str]) -> None:
    """An article that was alone has copies: all their groups are one. The edges need not be looked at, however many there are."""
    members = _members(db, touched)
    db.change("UPDATE articles SET copy_group = ? WHERE id IN (SELECT value FROM json_each(?))", (min(members), as_json(members)))


def _part(db: Connection, touched: set[str]) -> None:
    """An article of a group says something else now: the groups are the connected parts of what is left in `copies`."""
    members = _members(db, touched)
    edges = db.rows("SELECT * FROM copies WHERE a IN (SELECT value FROM json_each(?))", (as_json(members),))
    groups = group_copies(Copy(row["a"], row["b"], row["kind"], row["similarity"]) for row in edges)
    db.change_many("UPDATE articles SET copy_group = ? WHERE id = ?", ((groups.get(member, ""), member) for member in members))


def _members(db: Connection, touched: set[str]) -> list[str]:
    """The touched articles, and all others of the groups that they are in so far."""
    rows = db.rows(
        """
        WITH touched AS (SELECT value AS id FROM json_each(?))
        SELECT id FROM touched UNION SELECT id FROM articles WHERE copy_group <> ''
            AND copy_group IN (SELECT copy_group FROM articles JOIN touched USING (id))""",
        (as_json(touched),),
    )
    return [row["id"] for row in rows]

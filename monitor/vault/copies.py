"""Which stored articles are one text: candidates by shared bands, verified by `match`. SQL within the caller's transaction.

A wording is a text that one or more articles show. An article that shows a known wording is a copy without a comparison; a new
wording is compared with few others, and joined to the part of each that it is a copy of. What is stored depends on what the
articles show now, not on the order in which they came. Groups have their names from `monitor.derive.copies`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.match.copies import (
    COMPARED_LENGTH,
    COMPARED_WORDS,
    COMPARISONS,
    PER_BAND,
    Budget,
    Candidate,
    Parts,
    bands,
    find_copies,
)
from monitor.model import Copy, Fingerprint, FirstReport
from monitor.vault.connection import Connection, as_json, in_transaction, stamp
from monitor.vault.records import GroupMember, WordingPair

_REJOINING = 4
"""Times what a new text may cost: what may be compared where one goes that others were found by."""


def note(db: Connection, article: str, fingerprint: Fingerprint) -> None:
    """Store an article's wording, and the other wordings that it is a copy of."""
    before = db.row("SELECT wording FROM article_wordings WHERE article = ?", (article,))
    known = db.row("SELECT id FROM wordings WHERE digest = ?", (fingerprint.digest,))
    new = _insert(db, fingerprint) if known is None and fingerprint.digest else None
    if known or new:
        db.change("INSERT OR REPLACE INTO article_wordings VALUES (?, ?)", (article, known["id"] if known else new))
    else:
        db.change("DELETE FROM article_wordings WHERE article = ?", (article,))
    if before and not db.row("SELECT 1 FROM article_wordings WHERE wording = ?", (before["wording"],)):
        _forget(db, before["wording"])
    if new:
        _join_copies(db, new, Budget())


def _insert(db: Connection, fingerprint: Fingerprint) -> int:
    wording = db.insert(
        "INSERT INTO wordings (digest, signature, part) VALUES (?, ?, 0)", (fingerprint.digest, fingerprint.signature)
    )
    db.change("UPDATE wordings SET part = id WHERE id = ?", (wording,))
    # One statement for all of them, which takes a fifth of the time of one for each.
    db.change("INSERT OR IGNORE INTO wording_bands SELECT value, ? FROM json_each(?)", (wording, json.dumps(fingerprint.bands)))
    return wording


def _join_copies(db: Connection, wording: int, budget: Budget) -> None:
    mine = db.row("SELECT signature, part FROM wordings WHERE id = ?", (wording,))
    assert mine is not None
    if not mine["signature"]:
        return
    rows = db.rows(
        """
        SELECT w.id, w.signature, w.part,
            (SELECT count(*) FROM wording_pairs WHERE a = w.id) + (SELECT count(*) FROM wording_pairs WHERE b = w.id) AS links
        FROM wordings w WHERE w.id <> ?1 AND w.part <> ?2 AND w.id IN (
            SELECT n.value FROM json_each(?3) mine, json_each((SELECT json_group_array(wording) FROM (
                SELECT wording FROM wording_bands WHERE band = mine.value ORDER BY wording DESC LIMIT ?4))) n)""",
        (wording, mine["part"], json.dumps(bands(mine["signature"])), PER_BAND),
    )
    candidates = [Candidate(row["id"], row["signature"], row["part"], row["links"]) for row in rows]
    parts = {candidate.wording: candidate.part for candidate in candidates}
    found = find_copies(_text(db, wording), mine["signature"], candidates, lambda other: _text(db, other), budget)
    db.change_many(
        "INSERT INTO wording_pairs VALUES (?, ?, ?, ?)",
        ((min(wording, other), max(wording, other), *resemblance) for other, resemblance in found),
    )
    joined = sorted({mine["part"], *(parts[other] for other, _ in found)})
    db.change_many("UPDATE wordings SET part = ? WHERE part = ?", ((joined[0], part) for part in joined[1:]))


def _text(db: Connection, wording: int) -> str:
    row = db.row(
        "SELECT substr(text, 1, ?) AS text FROM articles WHERE id = (SELECT article FROM article_wordings WHERE wording = ?)",
        (COMPARED_LENGTH, wording),
    )
    assert row is not None
    return str(row["text"])


def _forget(db: Connection, wording: int) -> None:
    """Delete a wording that no article shows any more. Groups that it alone joined are split, unless other copies join them."""
    gone = db.row("SELECT signature, part FROM wordings WHERE id = ?", (wording,))
    assert gone is not None
    linked = db.rows(
        "SELECT a + b - ?1 AS other FROM wording_pairs WHERE a = ?1 UNION SELECT a FROM wording_pairs WHERE b = ?1", (wording,)
    )
    db.change("DELETE FROM wording_pairs WHERE ?1 IN (a, b)", (wording,))
    db.change_many("DELETE FROM wording_bands WHERE band = ? AND wording = ?", ((b, wording) for b in bands(gone["signature"])))
    db.change("DELETE FROM wordings WHERE id = ?", (wording,))
    if len(linked) < 2:
        return
    parts, members = Parts(), db.rows("SELECT id FROM wordings WHERE part = ?", (gone["part"],))
    for pair in db.rows("SELECT a, b FROM wording_pairs WHERE a IN (SELECT id FROM wordings WHERE part = ?)", (gone["part"],)):
        parts.join(pair["a"], pair["b"])
    db.change_many("UPDATE wordings SET part = ? WHERE id = ?", ((parts.root(row["id"]), row["id"]) for row in members))
    # Texts made to look alike and to be none would else cost each of these links all the comparisons that a new text may cost.
    comparisons, words = _REJOINING * COMPARISONS, _REJOINING * COMPARED_WORDS
    for row in linked[:comparisons]:
        budget = Budget(max(1, comparisons // len(linked)), words)
        _join_copies(db, row["other"], budget)
        if (words := budget.words) <= 0:
            break


# Groups


def members(db: Connection, changed: Iterable[str]) -> list[GroupMember]:
    """All articles of every part and every group that a changed article is in, or that any of those is in."""
    found: set[str] = set(changed)
    while True:
        rows = db.rows(
            """
            WITH known AS (SELECT value AS article FROM json_each(?)),
            parts AS (SELECT DISTINCT part FROM known JOIN article_wordings USING (article) JOIN wordings w ON w.id = wording),
            groups AS (SELECT DISTINCT copy_group FROM known JOIN articles a ON a.id = article WHERE copy_group <> '')
            SELECT s.article FROM parts JOIN wordings w USING (part) JOIN article_wordings s ON s.wording = w.id
            UNION SELECT a.id FROM groups JOIN articles a USING (copy_group) WHERE a.copy_group <> ''
            """,
            (as_json(sorted(found)),),
        )
        more = {row["article"] for row in rows} - found
        if not more:
            break
        found |= more
    rows = db.rows(
        """
        SELECT a.id, coalesce(s.wording, 0) AS wording, coalesce(w.part, 0) AS part, a.copy_group, a.title, a.relevant
        FROM json_each(?) known JOIN articles a ON a.id = known.value
        LEFT JOIN article_wordings s ON s.article = a.id LEFT JOIN wordings w ON w.id = s.wording ORDER BY a.id""",
        (as_json(sorted(found)),),
    )
    return [
        GroupMember(row["id"], row["wording"], row["part"], row["copy_group"], row["title"], bool(row["relevant"]))
        for row in rows
    ]


def pairs(db: Connection, parts: Iterable[int]) -> list[WordingPair]:
    """The pairs of wordings in these parts that were found to be one text."""
    rows = db.rows(
        "SELECT w.part, p.* FROM wordings w JOIN wording_pairs p ON p.a = w.id"
        " WHERE w.part IN (SELECT value FROM json_each(?)) ORDER BY p.a, p.b",
        (json.dumps(sorted(parts)),),
    )
    return [WordingPair(*row) for row in rows]


def ages(db: Connection, groups: Iterable[str]) -> dict[str, int]:
    """The running number of each of these groups, by name: the order in which they began."""
    rows = db.rows(
        "SELECT copy_group, number FROM copy_groups WHERE copy_group IN (SELECT value FROM json_each(?))", (as_json(groups),)
    )
    return {row["copy_group"]: row["number"] for row in rows}


def is_name(db: Connection, name: str) -> bool:
    """Whether a copy group has, or had, this name."""
    return bool(
        db.row("SELECT 1 FROM articles WHERE copy_group = ? AND copy_group <> ''", (name,))
        or db.row("SELECT 1 FROM former_ids WHERE kind = 'copies' AND id = ?", (name,))
    )


@in_transaction
def save_groups(
    db: Connection,
    groups: Mapping[str, str],
    copies: Iterable[Copy],
    originals: Mapping[str, FirstReport],
    merged: Mapping[str, str],
    at: datetime,
) -> None:
    """Store the group of each of these articles (empty: it has no copy), all copies among them, each group's original, and
    the names that led to another group from this time on.
    """
    ids = as_json(sorted(groups))
    rows = "SELECT * FROM copies WHERE a IN (SELECT value FROM json_each(?1))"
    stored = {tuple(row) for row in db.rows(f"{rows} UNION {rows.replace('WHERE a', 'WHERE b')}", (ids,))}
    found = {(c.a, c.b, c.kind, c.similarity) for c in copies}
    db.change_many("DELETE FROM copies WHERE a = ? AND b = ?", (row[:2] for row in sorted(stored - found)))
    db.change_many("INSERT INTO copies VALUES (?, ?, ?, ?)", sorted(found - stored))
    for statement in (
        "INSERT OR IGNORE INTO changed_articles SELECT id FROM articles WHERE id = ?2 AND copy_group <> ?1",
        "UPDATE articles SET copy_group = ?1 WHERE id = ?2 AND copy_group <> ?1",
    ):
        db.change_many(statement, ((name, article) for article, name in groups.items()))
    db.change_many(
        "INSERT INTO copy_groups (copy_group, original, basis) VALUES (?, ?, ?)"
        " ON CONFLICT (copy_group) DO UPDATE SET original = excluded.original, basis = excluded.basis",
        ((name, original.article, original.basis) for name, original in originals.items()),
    )
    save_merged(db, "copies", merged, stamp(at))


def save_merged(db: Connection, kind: str, merged: Mapping[str, str], at: str) -> None:
    """Names that lead to another group from now on; what led to one of them is led on."""
    for name, now in merged.items():
        db.change("UPDATE former_ids SET now = ? WHERE kind = ? AND now = ?", (now, kind, name))
        db.change(
            "INSERT INTO former_ids VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET now = excluded.now, at = excluded.at",
            (kind, name, now, at),
        )

"""Which stored articles are one text: candidates by shared bands, verified by `match`. SQL within the caller's transaction."""

from __future__ import annotations

from monitor.match import compare, group_copies
from monitor.model import Copy, Sketch
from monitor.store.connection import Connection


def renew(db: Connection, article: str, sketch: Sketch) -> None:
    """Find the copies of an article whose text or title is new, and regroup whatever that joins or parts."""
    _store_sketch(db, article, sketch)
    db.change("DELETE FROM copies WHERE a = ?1 OR b = ?1", (article,))
    found = _verified(db, article)
    db.change_many("INSERT INTO copies VALUES (?, ?, ?, ?)", ((c.a, c.b, c.kind, c.similarity) for c in found))
    _regroup(db, {article}, found)


def of(db: Connection, article: str) -> tuple[str, ...]:
    """Ids of the articles that it is a copy of, verified, in order."""
    rows = db.rows("SELECT iif(a = ?1, b, a) AS other FROM copies WHERE a = ?1 OR b = ?1 ORDER BY other", (article,))
    return tuple(row["other"] for row in rows)


def _store_sketch(db: Connection, article: str, sketch: Sketch) -> None:
    db.change("DELETE FROM bands WHERE article = ?", (article,))
    db.change("INSERT OR REPLACE INTO sketches VALUES (?, ?, ?)", (article, sketch.digest, sketch.signature))
    db.change_many("INSERT OR IGNORE INTO bands VALUES (?, ?)", ((band, article) for band in sketch.bands))


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


def _regroup(db: Connection, touched: set[str], found: list[Copy]) -> None:
    """The groups are the connected parts of `copies`; only what the touched articles were or are joined to can have changed."""
    # Their groups in the table are still the old ones: the members of those are looked at too.
    for copy in found:
        touched |= {copy.a, copy.b}
    marks = ", ".join("?" * len(touched))
    members = {row["id"] for row in db.rows(
        f"SELECT id FROM articles WHERE id IN ({marks}) OR (copy_group <> '' AND copy_group IN"  # noqa: S608 - marks are ours
        f" (SELECT copy_group FROM articles WHERE id IN ({marks})))",
        [*touched, *touched],
    )}  # fmt: skip
    marks = ", ".join("?" * len(members))
    edges = db.rows(f"SELECT * FROM copies WHERE a IN ({marks})", [*members])  # noqa: S608 - marks are ours
    groups = group_copies(Copy(row["a"], row["b"], row["kind"], row["similarity"]) for row in edges)
    db.change_many("UPDATE articles SET copy_group = ? WHERE id = ?", ((groups.get(member, ""), member) for member in members))

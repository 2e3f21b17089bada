"""The vault's copies of the newsroom's lists, and the digests of lists and topics. SQL within a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.model import Family, Source
from monitor.vault import feeds
from monitor.vault.connection import Connection, as_json, in_transaction


def sync(db: Connection, sources: Sequence[Source], families: Sequence[Family]) -> None:
    """Make the vault's lists those of the newsroom. A source that has left its list is marked so."""
    feeds.forget_changed(db, sources)
    db.change(
        "UPDATE sources SET listed = 0 WHERE id NOT IN (SELECT value FROM json_each(?))",
        (as_json(s.id for s in sources),),
    )
    columns = (
        *("id", "outlet", "home", "language", "country", "kind", "feed", "status", "doubt", "via", "aliases", "every"),
        "listed",
    )
    for s in sources:
        row = (
            s.id, s.outlet, s.home, s.language, s.country, s.kind, s.feed, s.status, s.doubt, s.via, as_json(s.aliases),
            s.every, 1,
        )  # fmt: skip
        db.put("sources", columns, ("id", s.id), [row])
    before = _families(db)
    now = {(f.id, o, f.kind) for f in families for o in f.outlets}
    db.change_many("DELETE FROM families WHERE id = ? AND outlet = ? AND kind = ?", sorted(before - now))
    db.change_many("INSERT INTO families (id, outlet, kind) VALUES (?, ?, ?)", sorted(now - before))
    # How many know follows from whose outlets are whose.
    outlets = {row[1] for row in before ^ now}
    db.change(
        "INSERT OR IGNORE INTO changed_articles SELECT a.id FROM json_each(?) JOIN articles a ON a.outlet = value"
        " WHERE a.relevant = 1",
        (as_json(sorted(outlets)),),
    )


@in_transaction
def note_digests(db: Connection, digests: Mapping[str, str]) -> None:
    """Note by which lists and topics the vault stands from now on: SHA-256 in hex, by name."""
    before = {row["name"]: row["digest"] for row in db.rows("SELECT name, digest FROM newsroom_digests")}
    gone = before.keys() - digests.keys()
    db.change_many("DELETE FROM newsroom_digests WHERE name = ?", ((name,) for name in sorted(gone)))
    changed = sorted(digests.items() - before.items())
    db.change_many("INSERT INTO newsroom_digests VALUES (?1, ?2) ON CONFLICT DO UPDATE SET digest = ?2", changed)


def _families(db: Connection) -> set[tuple[str, str, str]]:
    return {(row["id"], row["outlet"], row["kind"]) for row in db.rows("SELECT id, outlet, kind FROM families")}

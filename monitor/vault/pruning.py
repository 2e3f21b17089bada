"""Rows that may be deleted: they are no evidence and are not needed again. SQL within the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from monitor.vault.connection import Connection, in_transaction, stamp

# An address that is done with stays, so that a feed which goes on naming it does not have it fetched again.
_OF = {
    "addresses done with": (
        "frontier",
        "state = 'done' AND due < ?1"
        " AND NOT EXISTS (SELECT 1 FROM feed_entries e WHERE e.key = frontier.key AND e.last_seen >= ?1)",
    ),
    "messages of workers that are stored": ("messages", "stored < ?1"),
}


def prunable(db: Connection, before: datetime) -> dict[str, int]:
    """How many rows of each kind may go: what came before then."""
    found = {}
    for what, (table, where) in _OF.items():
        row = db.row(f"SELECT count(*) FROM {table} WHERE {where}", (stamp(before),))  # noqa: S608 - ours
        assert row is not None
        found[what] = int(row[0])
    return found


@in_transaction
def prune(db: Connection, before: datetime) -> dict[str, int]:
    """Delete them; how many there were of each kind."""
    return {
        what: db.change(f"DELETE FROM {table} WHERE {where}", (stamp(before),))  # noqa: S608 - ours
        for what, (table, where) in _OF.items()
    }

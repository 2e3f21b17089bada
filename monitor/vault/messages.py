"""Which messages of workers on other machines are stored: none is stored twice. SQL within the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from monitor.vault.connection import Connection, stamp


def note(db: Connection, id_: str, at: datetime) -> bool:
    """Note that a message is stored, in the transaction in which it is; False where it was before."""
    return db.change("INSERT OR IGNORE INTO messages (id, stored) VALUES (?, ?)", (id_, stamp(at))) == 1


def forget(db: Connection, before: datetime) -> None:
    """Forget messages that were stored before then: none of them comes again."""
    db.change("DELETE FROM messages WHERE stored < ?", (stamp(before),))

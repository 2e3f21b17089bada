"""monitor.db: one writer (`Store`) and any number of readers. The only SQL beside the snapshot's."""

from monitor.vault.lock import is_written
from monitor.vault.reader import Reader, open_reader
from monitor.vault.records import (
    Bundle,
    Counts,
    Due,
    FeedState,
    KeyedEntry,
    Leased,
    Notice,
    Pending,
    Polled,
    Saved,
    Sides,
    StoredText,
)
from monitor.vault.writer import Store

__all__ = [
    "Bundle",
    "Counts",
    "Due",
    "FeedState",
    "KeyedEntry",
    "Leased",
    "Notice",
    "Pending",
    "Polled",
    "Reader",
    "Saved",
    "Sides",
    "Store",
    "StoredText",
    "is_written",
    "open_reader",
]

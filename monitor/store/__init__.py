"""The database: the only SQL of the project. One writer (`Store`), any number of readers, and the snapshot that is published."""

from monitor.store.lock import is_written
from monitor.store.reader import Reader, open_reader
from monitor.store.records import (
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
from monitor.store.snapshot import snapshot
from monitor.store.writer import Store

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
    "snapshot",
]

"""monitor.db: one writer (`Store`) and any number of readers. The only SQL beside the snapshot's."""

from monitor.vault.lock import is_written
from monitor.vault.reader import Reader, copy_vault, open_reader
from monitor.vault.records import (
    CapturedFetch,
    Changes,
    Counts,
    Due,
    FeedItem,
    FeedState,
    FeedText,
    FrontierEntry,
    GroupMember,
    LeasedEntry,
    PausedHost,
    PollHints,
    PollTarget,
    Saved,
    StoredText,
    WordingPair,
)
from monitor.vault.writer import Store

__all__ = [
    "CapturedFetch",
    "Changes",
    "Counts",
    "Due",
    "FeedItem",
    "FeedState",
    "FeedText",
    "FrontierEntry",
    "GroupMember",
    "LeasedEntry",
    "PausedHost",
    "PollHints",
    "PollTarget",
    "Reader",
    "Saved",
    "Store",
    "StoredText",
    "WordingPair",
    "copy_vault",
    "is_written",
    "open_reader",
]

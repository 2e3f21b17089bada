"""The marks of a newsroom's readers as a file. Reads `notes.db`; writes the file that it is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from monitor.export.formats import About, Cell, writer
from monitor.export.words import ViewWords
from monitor.vault.marks import COLUMNS, all_marks

MARKS = "marks"
"""What stands for them, where a view is named."""


def rows(notes: Path, as_of: datetime | None = None) -> Iterator[Sequence[Cell]]:
    """Every mark, taken back or not, in the order in which they were made; as of a time, as they stood then."""
    for mark in all_marks(notes, as_of=as_of):
        taken_back = mark.removed_by, mark.removed
        yield mark.number, mark.article, mark.kind, mark.text, mark.marked_by, mark.at, *taken_back


def write_marks(
    notes: Path, file: IO[bytes], kind: str, profile: str, locale: str, words: ViewWords, as_of: datetime | None
) -> int:
    """All marks into a file, and how many they are. Raises UsageError for a wrong format, StoreError for unreadable marks."""
    write = writer(kind, profile=profile, locale=locale)
    return write(file, COLUMNS, rows(notes, as_of), About(MARKS, words, has_heads=locale != "en"))

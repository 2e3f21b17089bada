"""`monitor rematch`: groups all stored articles into stories again. Writes the vault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor.derive import stories
from monitor.derive.statements import update_statements
from monitor.match import StoryEvent
from monitor.newsroom import catalogue
from monitor.vault import Store, open_reader


@dataclass(frozen=True, slots=True)
class Report:
    """What grouping all anew came to."""

    articles: int
    """That are relevant."""
    stories: int
    events: tuple[StoryEvent, ...]
    """What became of stories, in order."""

    @property
    def counts(self) -> dict[str, int]:
        """How often each thing happened."""
        return dict(Counter(event.event for event in self.events))


def rematch(vault: Path, data: Path, *, progress: Callable[[int, int], None]) -> Report:
    """Group every relevant article anew, and find anew who was first in each story and who speaks in it: all of it or nothing.

    `progress` is called with how many articles are done, and how many there are.
    Raises DataError where the newsroom's folder has faults, LockedError where another process writes, StoreError where there is
    no vault or it cannot be written.
    """
    found = catalogue.load(data)
    open_reader(vault).close()
    with Store.open(vault, command="rematch") as store, store.db.transaction():
        events = stories.rematch(store, datetime.now(UTC), found.vocabulary, progress=progress)
        update_statements(store, anew=True)
    with open_reader(vault) as reader:
        totals = reader.totals()
    return Report(totals.relevant, totals.stories, tuple(events))

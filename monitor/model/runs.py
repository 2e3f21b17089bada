"""A run of the crawler. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the crawler: a row of `runs`, and the summary that is printed."""

    id: int
    command: str
    started: datetime
    finished: datetime | None
    outcome: str
    """running | done | gaps | failed | stopped."""
    fetches: int
    articles: int
    relevant: int
    copies: int
    silent: tuple[str, ...]
    """Outlets that gave nothing at all in this run."""

    @property
    def is_by_set_clock(self) -> bool:
        """Whether its clock was set to another time than the machine's."""
        return ", its clock set to " in self.command

    @property
    def is_of_captures(self) -> bool:
        """Whether it read captured pages in place of the network."""
        return self.command.startswith(("crawl replay", "crawl backfill"))

"""A run of the crawler. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the crawler: a row of `runs`, and the summary that is printed."""

    id: int
    kind: str
    """The spider that ran: feeds | related | recheck | replay | backfill | discover; or reread, of the archive."""
    clock: datetime | None
    """The time at which its clock was set to begin; None where it was the machine's."""
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
    def is_of_captures(self) -> bool:
        """Whether it read captured pages in place of the network."""
        return self.kind in OF_CAPTURES


OF_CAPTURES = ("replay", "backfill")
"""Kinds of runs that read captured pages in place of the network."""

"""What the parts of one run work with: the newsroom's lists, vault, archive, workers and the log of its requests."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from monitor.archive import WarcWriter
from monitor.archive.writer import PackedRecord
from monitor.crawl import clock
from monitor.crawl.fetch_log import Attempts, FetchAborted, FetchAttempt, FetchLog
from monitor.crawl.items import Unstored
from monitor.crawl.workers import Workers
from monitor.errors import MonitorError
from monitor.model import Capture, Outcome, Source
from monitor.newsroom.catalogue import Catalogue
from monitor.vault import FeedState, LeasedEntry, LookState, Store

logger = logging.getLogger(__name__)


class Leases(Protocol):
    """What a scheduler takes addresses from: the vault's frontier in this process (`Dispatcher`), or what a writer on another
    machine has handed out (`fleet.HandedOut`). What was taken comes back unless it is acknowledged.
    """

    def take(self, hosts: Mapping[str, int], groups: Mapping[str, int]) -> Sequence[LeasedEntry]:
        """What is to be sent now, beside what is on its way already of each host and of each group; none where nothing is."""

    def tell_budgets(self) -> None:
        """After the last request: say what there was no room for."""


class Known(Protocol):
    """What is known of earlier answers as a request is made and its answer is read."""

    def feed_state(self, source: str, part: str = "") -> FeedState: ...

    def look_state(self, article: str) -> LookState: ...

    def is_article(self, key: str) -> bool: ...


class Archive(Protocol):
    """What keeps the answers: see `WarcWriter.append`."""

    def append(self, record: PackedRecord, copied: datetime | None = None) -> Capture: ...


@dataclass(slots=True, eq=False, kw_only=True)
class FetchSession(ABC):
    """One run as those parts of the crawl know it that ask and read, wherever what they find is stored. Each is given it as it is
    made.
    """

    catalogue: Catalogue
    known: Known
    archive: Archive
    workers: Workers
    fetch_log: Attempts
    stop: Callable[[], None]
    """Ends the run before its end."""
    leases: Leases | None = None
    """Where addresses come from beside those in `unstored`."""
    sources: dict[str, Source] = field(init=False)
    """Those of the catalogue, by id."""
    delays: dict[str, float] = field(default_factory=dict)
    """Hosts that want so many seconds between two requests."""
    unstored: deque[Unstored] = field(default_factory=deque)
    """What is to be asked in this run alone; the scheduler takes it from here."""
    error: str = ""
    """Why the run gave up; empty where it did not."""
    _outlets: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.sources = {source.id: source for source in self.catalogue.sources}
        self._outlets = {source.outlet for source in self.catalogue.sources}

    @property
    def outlets(self) -> set[str]:
        """Those that were asked so far."""
        return {self.sources[id_].outlet for id_ in self.fetch_log.sources if id_ in self.sources}

    def outlet_of(self, url: str, source: str) -> str:
        """The outlet that a page belongs to. One whose feed has moved for ever, to a host of no other outlet, keeps its name."""
        found = self.catalogue.outlet_of(url)
        if source not in self.sources or found in self._outlets:
            return found
        moved_to = self.known.feed_state(source).moved_to
        return self.sources[source].outlet if moved_to and found == self.catalogue.outlet_of(moved_to) else found

    def give_up(self, error: MonitorError) -> None:
        """What is fetched cannot be kept: stop, and fetch nothing that would be lost."""
        if not self.error:
            self.error = str(error)
            logger.critical("%s", error)
            self.stop()

    @abstractmethod
    def defer_host(self, attempt: FetchAttempt, until: datetime) -> None:
        """A host asked for time: what waits for it waits until then, in this run and in those after it."""

    @abstractmethod
    def turn(self, url: str) -> AbstractAsyncContextManager[None]:
        """While a request is under way: begins when its host may be asked, by whoever asks it beside this process. Raises
        FetchAborted where the host asked for time since the request was taken on: what stands in line is not sent.
        """

    @abstractmethod
    async def known_robots(self, host: str) -> KnownRobots | None:
        """What another process found at a host's robots.txt, not long ago; None where nobody did."""

    @abstractmethod
    async def note_robots(self, host: str, found: KnownRobots) -> None:
        """Let other processes know what stands at a host's robots.txt."""

    async def note_delay(self, host: str, seconds: float) -> None:
        """The host wants so many seconds between two requests."""
        self.delays[host] = seconds


@dataclass(frozen=True, slots=True)
class KnownRobots:
    """What was found at a host's robots.txt."""

    body: bytes
    """What of it is read; empty where there are no rules."""
    outcome: Outcome | None = None
    """How every request to the host ends where its rules cannot be had."""
    detail: str = ""
    retry_at: datetime | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class CrawlSession(FetchSession):
    """One run, from before its first request until after its last, in the process that writes."""

    id: int
    started: datetime
    store: Store
    warc_writer: WarcWriter
    fetch_log: FetchLog
    asks_meaning: bool = False
    """Whether a model says what its articles mean."""
    not_due: int = 0
    """Sources that were left alone because they are not due."""
    waiting: dict[str, datetime] = field(default_factory=dict)
    """Addresses that a person gave and that are not asked now, and until when they wait."""

    def defer_host(self, attempt: FetchAttempt, until: datetime) -> None:
        self.store.frontier.pause_host(urlsplit(attempt.url).hostname or "", until, asked_by=attempt.key)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        until = self.store.frontier.paused_until(urlsplit(url).hostname or "", clock.now())
        if until:
            raise paused(until)
        yield

    async def known_robots(self, host: str) -> KnownRobots | None:  # noqa: ARG002 - there is no other process
        return None

    async def note_robots(self, host: str, found: KnownRobots) -> None:
        """Nobody else asks."""


def paused(until: datetime) -> FetchAborted:
    """How a request ends whose host asked for time."""
    return FetchAborted(Outcome.TOO_MANY, "not sent: its host asked for time while this waited for its turn", until)

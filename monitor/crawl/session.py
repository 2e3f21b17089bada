"""The session of one run: catalogue, vault, archive, worker processes and fetch log, passed to each Scrapy component."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from monitor.archive import WarcWriter
from monitor.archive.writer import PackedRecord
from monitor.crawl import clock
from monitor.crawl.fetch_log import Attempts, FetchAborted, FetchAttempt, FetchLog
from monitor.crawl.items import DirectRequest
from monitor.crawl.workers import Workers
from monitor.errors import MonitorError
from monitor.model import Capture, Outcome, Source
from monitor.newsroom.catalogue import Catalogue
from monitor.vault import FeedState, LeasedEntry, RecheckState, Store

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

logger = logging.getLogger(__name__)


class Leases(Protocol):
    """Where the scheduler gets addresses: from the vault's frontier (`Dispatcher`), or from a writer on another machine
    (`fleet.worker.LeasedTasks`). An address that is not acknowledged is handed out again.
    """

    def take(self, hosts: Mapping[str, int], groups: Mapping[str, int]) -> Sequence[LeasedEntry]:
        """The addresses to request now; empty where there are none. `hosts` and `groups` count the requests already under way."""

    def report_budgets(self) -> None:
        """Record, after the last request, what was over a budget."""


class KnownAnswers(Protocol):
    """Earlier answers, for conditional requests and for reading the new answer."""

    def feed_state(self, source: str, part: str = "") -> FeedState: ...

    def recheck_state(self, article: str) -> RecheckState: ...

    def is_article(self, key: str) -> bool: ...


class Archive(Protocol):
    """Stores responses: see `WarcWriter.append`."""

    def append(self, record: PackedRecord, copied: datetime | None = None) -> Capture: ...


@dataclass(slots=True, eq=False, kw_only=True)
class FetchSession(ABC):
    """The part of a run's session that fetching and parsing use, whether results are stored here or sent to a writer."""

    catalogue: Catalogue
    known: KnownAnswers
    archive: Archive
    workers: Workers
    fetch_log: Attempts
    stop: Callable[[], None]
    """Stops the run early."""
    download: Callable[[Request], Awaitable[Response]] | None = None
    """Where an article's further pages come from; None: from Scrapy's downloader."""
    leases: Leases | None = None
    """Where the scheduler gets addresses, other than `direct_requests`."""
    sources: dict[str, Source] = field(init=False)
    """Those of the catalogue, by id."""
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds between two requests that a host asks for (Crawl-delay), by host."""
    direct_requests: deque[DirectRequest] = field(default_factory=deque)
    """Requests of this run only; the scheduler takes them from here."""
    error: str = ""
    """Why the run gave up; empty where it did not."""
    _outlets: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.sources = {source.id: source for source in self.catalogue.sources}
        self._outlets = {source.outlet for source in self.catalogue.sources}

    @property
    def outlets(self) -> set[str]:
        """The outlets whose sources were requested so far."""
        return {self.sources[id_].outlet for id_ in self.fetch_log.sources if id_ in self.sources}

    def outlet_of(self, url: str, source: str) -> str:
        """The outlet that a page belongs to: still the source's, where its feed has moved for ever to a host of no outlet."""
        found = self.catalogue.outlet_of(url)
        if source not in self.sources or found in self._outlets:
            return found
        moved_to = self.known.feed_state(source).moved_to
        return self.sources[source].outlet if moved_to and found == self.catalogue.outlet_of(moved_to) else found

    def give_up(self, error: MonitorError) -> None:
        """Stop the run because responses can no longer be stored; the first error is kept."""
        if not self.error:
            self.error = str(error)
            logger.critical("%s", error)
            self.stop()

    @abstractmethod
    def defer_host(self, attempt: FetchAttempt, until: datetime) -> None:
        """Request nothing more of the attempt's host before `until` (429, 503, Retry-After), in this run and in later ones."""

    @abstractmethod
    def host_turn(self, url: str) -> AbstractAsyncContextManager[None]:
        """A context for the time in which a request is under way. Entering waits until the host may be asked by any process.

        Raises FetchAborted where the host has asked for time since the address was leased.
        """

    @abstractmethod
    async def known_robots(self, host: str) -> KnownRobots | None:
        """What another process recently found at the host's robots.txt; None where none did."""

    @abstractmethod
    async def note_robots(self, host: str, found: KnownRobots) -> None:
        """Share what was found at the host's robots.txt with other processes."""

    async def note_delay(self, host: str, seconds: float) -> None:
        """Keep at least `seconds` between two requests to the host."""
        self.delays[host] = seconds


@dataclass(frozen=True, slots=True)
class KnownRobots:
    """What was found at a host's robots.txt."""

    body: bytes
    """The part of the file that is parsed; empty where there are no rules."""
    outcome: Outcome | None = None
    """The outcome of every request to the host, where its robots.txt cannot be fetched."""
    detail: str = ""
    retry_at: datetime | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class CrawlSession(FetchSession):
    """The session of a run in the process that writes the vault, from before its first request until after its last."""

    id: int
    started: datetime
    store: Store
    warc_writer: WarcWriter
    fetch_log: FetchLog
    computes_embeddings: bool = False
    """Whether embeddings of relevant articles are computed at the end (MONITOR_MEANING)."""
    not_due: int = 0
    """How many sources were not polled because they are not due."""
    waiting: dict[str, datetime] = field(default_factory=dict)
    """Addresses given with --url that are not requested now, and until when (UTC) they wait."""

    def defer_host(self, attempt: FetchAttempt, until: datetime) -> None:
        self.store.frontier.pause_host(urlsplit(attempt.url).hostname or "", until, asked_by=attempt.key)

    @asynccontextmanager
    async def host_turn(self, url: str) -> AsyncIterator[None]:
        until = self.store.frontier.paused_until(urlsplit(url).hostname or "", clock.now())
        if until:
            raise paused(until)
        yield

    async def known_robots(self, host: str) -> KnownRobots | None:  # noqa: ARG002 - there is no other process
        return None

    async def note_robots(self, host: str, found: KnownRobots) -> None:
        """Does nothing: there is no other process."""


def paused(until: datetime) -> FetchAborted:
    """The error that ends a request whose host asked for time."""
    return FetchAborted(Outcome.TOO_MANY, "not sent: its host asked for time while this waited for its turn", until)

"""What the parts of one run work with: the newsroom's lists, vault, archive, workers and the log of its requests."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from monitor.archive import WarcWriter
from monitor.crawl import clock
from monitor.crawl.fetch_log import FetchAborted, FetchAttempt, FetchLog
from monitor.crawl.items import Unstored
from monitor.crawl.workers import Workers
from monitor.errors import MonitorError
from monitor.model import Outcome, Source
from monitor.newsroom.catalogue import Catalogue
from monitor.vault import Store

logger = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class CrawlSession:
    """One run, from before its first request until after its last. Each part of the crawl is given it as it is made."""

    id: int
    started: datetime
    catalogue: Catalogue
    store: Store
    warc_writer: WarcWriter
    workers: Workers
    fetch_log: FetchLog
    stop: Callable[[], None]
    """Ends the run before its end."""
    sources: dict[str, Source] = field(init=False)
    """Those of the catalogue, by id."""
    delays: dict[str, float] = field(default_factory=dict)
    """Hosts that want so many seconds between two requests."""
    not_due: int = 0
    """Sources that were left alone because they are not due."""
    waiting: dict[str, datetime] = field(default_factory=dict)
    """Addresses that a person gave and that are not asked now, and until when they wait."""
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
        moved_to = self.store.feed_state(source).moved_to
        return self.sources[source].outlet if moved_to and found == self.catalogue.outlet_of(moved_to) else found

    def defer_host(self, attempt: FetchAttempt, until: datetime) -> None:
        """A host asked for time: what waits for it waits until then, in this run and in those after it."""
        self.store.frontier.pause_host(urlsplit(attempt.url).hostname or "", until, asked_by=attempt.key)

    def raise_if_paused(self, url: str) -> None:
        """Raises FetchAborted where the host asked for time since the request was taken on: what stands in line is not sent."""
        until = self.store.frontier.paused_until(urlsplit(url).hostname or "", clock.now())
        if until:
            raise FetchAborted(Outcome.TOO_MANY, "not sent: its host asked for time while this waited for its turn", until)

    def give_up(self, error: MonitorError) -> None:
        """The vault or the archive cannot be written: stop, and fetch nothing that would be lost."""
        if not self.error:
            self.error = str(error)
            logger.critical("%s", error)
            self.stop()

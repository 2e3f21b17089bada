"""Scrapy's scheduler over what a frontier leases: durable, fair to hosts, bounded per host. It alone makes requests of what
spiders ask for.

An address is leased, not popped: it is done only when what became of it is stored, in the same transaction. After a kill,
whatever was leased comes back. Hops of a redirect and retries stay in memory, under the leased row that they belong to.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from monitor.crawl.entries import group_of
from monitor.crawl.requests import request_of
from monitor.crawl.run import session_of
from monitor.errors import MonitorError
from monitor.vault import FrontierEntry

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from monitor.crawl.session import FetchSession
    from monitor.crawl.spider import NewsSpider

logger = logging.getLogger(__name__)


class Frontier(BaseScheduler):
    """Hands out what is leased, and before it what belongs to a lease already."""

    def __init__(self, crawler: Crawler, session: FetchSession) -> None:
        self._crawler = crawler
        self._session = session
        self._until = time.monotonic() + 60 * crawler.settings.getfloat("MONITOR_RUN_MINUTES")
        self._now: deque[Request] = deque()
        """What is to be sent next: hops, and what was leased."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Frontier:
        return cls(crawler, session_of(crawler))

    def open(self, spider: Spider) -> None:
        self._spider = cast("NewsSpider", spider)

    def close(self, reason: str) -> None:
        """After the last request: what the run had no room for is said, and waits for the next one."""
        if reason == "finished" and self._session.leases:
            try:
                self._session.leases.report_budgets()
            except MonitorError as error:
                self._session.give_up(error)

    def enqueue_request(self, request: Request) -> bool:
        """Take a hop of a redirect or a retry in: it goes before all else, for its row is leased and its host is in mind."""
        if "entry" not in request.meta:
            raise TypeError(f"{request}: a spider yields entries of the frontier, and no requests")
        self._now.appendleft(request)
        return True

    def next_request(self) -> Request | None:
        self._fill()
        return self._now.popleft() if self._now else None

    def has_pending_requests(self) -> bool:
        # The engine asks it when nothing is on its way, so no host is busy: what can be leased is all that is left to do.
        self._fill()
        return bool(self._now)

    def _fill(self) -> None:
        left = self._session.direct_requests
        if left and self._session.leases is None and time.monotonic() > self._until:
            logger.warning("the run's minutes are over (MONITOR_RUN_MINUTES); %d requests are left to the next", len(left))
            left.clear()  # what it has not come to is due in the next
        if not self._now and self._session.direct_requests:
            asked = self._session.direct_requests.popleft()
            # Without a key: what comes of it says nothing of a row of the frontier.
            self._now.append(self._request(replace(asked.entry, key=""), **asked.context))
        if not self._now and self._session.leases:
            with self._faults_end_the_run():
                # With pages that wait for a worker: a source whose pages take long to read must not fill the queue before others.
                under_way = self._session.fetch_log.under_way
                hosts = Counter(urlsplit(attempt.url).hostname or "" for attempt in under_way)
                groups = Counter(map(group_of, under_way))
                for leased in self._session.leases.take(hosts, groups):
                    self._now.append(self._request(leased.pending, attempts=leased.attempts))

    def _request(self, entry: FrontierEntry, **meta: Any) -> Request:
        """What comes of an entry of kind K goes to the spider's `parse_K`; what Scrapy cannot ask raises ValueError."""
        callback = getattr(self._spider, f"parse_{entry.kind}")
        return request_of(entry, callback=callback, errback=self._spider.failed, **meta)

    @contextmanager
    def _faults_end_the_run(self) -> Iterator[None]:
        """Scrapy's engine would log what goes wrong here, and go on without the request or stand still for ever."""
        try:
            yield
        except MonitorError as error:
            self._session.give_up(error)
        except Exception as error:  # whatever fault of ours it is, the engine would stand still
            logger.exception("the frontier failed")
            self._session.give_up(MonitorError(f"the frontier failed: {type(error).__name__}: {error}"))

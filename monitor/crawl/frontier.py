"""Scrapy's scheduler over the vault's frontier: durable, fair to hosts, bounded per host. Writes through the store. It alone
makes requests of what spiders ask for.

An address is leased, not popped: it is done only when what became of it is stored, in the same transaction. After a kill,
whatever was leased comes back. Hops of a redirect and retries stay in memory, under the leased row that they belong to.
"""

from __future__ import annotations

import logging
import math
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.utils.httpobj import urlparse_cached

from monitor.crawl import clock
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.run import session_of
from monitor.errors import MonitorError
from monitor.model import POLLED, Outcome
from monitor.vault import FrontierEntry, LeasedEntry

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from monitor.crawl.session import CrawlSession
    from monitor.crawl.spider import NewsSpider

logger = logging.getLogger(__name__)

# Addresses taken on at once, as many as Scrapy keeps on their way: a commit costs more than all else of a lease.
_BATCH = 32
# Requests of one host that wait in the downloader, at most: else one host with much to give would take all of its places.
_PER_HOST = 4
# Seconds that one host may cost a run, about what all of its pages come to at one a second: a host that wants a minute
# between two requests would otherwise keep a run from its end for hours.
_LONGEST_WAIT = 600
# Requests on their way for what one source lists, or one host links to: hosts that hang would else take all places.
_PER_GROUP = 12
# Until when what is over a source's budget waits: for the next run.
_NEXT_RUN = timedelta(hours=1)
# Seconds between two looks at which sources have become due in a long run; and between two polls of one in it.
_LOOK, _POLL_AGAIN = 60, 300


class Frontier(BaseScheduler):
    """Hands out what is due, hosts in turn."""

    def __init__(self, crawler: Crawler, session: CrawlSession) -> None:
        self._crawler = crawler
        self._session = session
        self._most_pages = crawler.settings.getint("MONITOR_HOST_PAGES")
        self._most_linked = crawler.settings.getint("MONITOR_DEPTH_PAGES")
        self._most_of_group = crawler.settings.getint("MONITOR_SOURCE_PAGES")
        self._until = time.monotonic() + 60 * crawler.settings.getfloat("MONITOR_RUN_MINUTES")
        self._looked = time.monotonic()
        self._now: deque[Request] = deque()
        """What is to be sent next: hops, and what was leased."""
        self._held: deque[LeasedEntry] = deque()
        """Leased, and waiting for others of its group."""
        self._taken: Counter[str] = Counter()
        """Articles by group."""
        self._over: dict[str, tuple[int, FrontierEntry]] = {}
        """By group: how many wait for the next run, and one of them."""
        self._asked: dict[str, float] = {}
        """When a source that became due was asked again, by the monotonic clock."""
        self._pages: Counter[tuple[str, int | None]] = Counter()
        """By host, and by host and depth."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Frontier:
        return cls(crawler, session_of(crawler))

    def open(self, spider: Spider) -> None:
        self._spider = cast("NewsSpider", spider)

    def close(self, reason: str) -> None:
        """After the last request: what the run had no room for is said, and waits for the next one."""
        if reason == "finished":
            try:
                self._tell_budgets()
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
        if not self._now and self._session.unstored:
            asked = self._session.unstored.popleft()
            # Without a key: what comes of it says nothing of a row of the frontier.
            self._now.append(self._request(replace(asked.entry, key=""), **asked.context))
        if not self._now:
            self._lease()

    def _request(self, entry: FrontierEntry, **meta: Any) -> Request:
        """What comes of an entry of kind K goes to the spider's `parse_K`; what Scrapy cannot ask raises ValueError."""
        callback = getattr(self._spider, f"parse_{entry.kind}")
        return Request(entry.url, callback, meta={"entry": entry, **meta}, errback=self._spider.failed, dont_filter=True)

    def _lease(self) -> None:
        if self._spider.uses_frontier:
            with self._faults_end_the_run():
                busy = Counter(_group(request.meta["entry"]) for request in self._crawler.engine.downloader.active)
                if self._is_time_up:
                    self._put_back_held()
                    return
                self._take_held(busy)
                if not self._now:
                    self._poll_what_became_due()
                    while self._take_on(busy) and not self._now:
                        pass

    @property
    def _is_time_up(self) -> bool:
        return time.monotonic() > self._until

    def _take_held(self, busy: Counter[str]) -> None:
        """Send what was held back, as far as its group has room."""
        for _ in range(len(self._held)):
            leased = self._held.popleft()
            group = _group(leased.pending)
            if busy[group] < _PER_GROUP:
                busy[group] += 1
                self._now.append(self._request(leased.pending, attempts=leased.attempts))
            else:
                self._held.append(leased)

    def _put_back_held(self) -> None:
        for leased in self._held:
            self._session.store.frontier.requeue(leased.pending.key, clock.now(), unsent=True)
        self._held.clear()

    def _poll_what_became_due(self) -> None:
        """A run may be long: sources that were not due as it began are polled when they are."""
        now = time.monotonic()
        if now - self._looked < _LOOK:
            return
        self._looked = now
        due = [entry for entry in self._spider.due() if now - self._asked.get(entry.source, -math.inf) > _POLL_AGAIN]
        self._asked |= {entry.source: now for entry in due}
        self._session.store.frontier.ask_again(due)

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

    def _take_on(self, busy: Counter[str]) -> bool:
        """Lease a batch; whether there was anything. What its group has no room for is held, or waits for the next run."""
        frontier = self._session.store.frontier
        # Not by the downloader's slots: what still waits for its host's robots.txt is in none of them.
        on_their_way = Counter(urlparse_cached(request).hostname for request in self._crawler.engine.downloader.active)
        room = partial(self._room, on_their_way)
        batch = frontier.lease(self._session.id, _BATCH, now=clock.now(), room=room)
        for leased in batch:
            row, group = leased.pending, _group(leased.pending)
            if row.kind in {*POLLED, "older"} and row.source not in self._session.sources:
                frontier.done(row.key)  # its line has left the list
                continue
            if group and self._taken[group] >= self._most_of_group:
                self._put_off(group, row)
                continue
            self._taken[group] += 1
            if group and busy[group] >= _PER_GROUP:
                self._held.append(leased)
            else:
                busy[group] += 1
                self._now.append(self._request(row, attempts=leased.attempts))
            for budget in ((row.host, None), (row.host, row.depth)):
                self._pages[budget] += 1
                if self._pages[budget] == self._most(*budget):
                    frontier.set_aside(*budget)

        return bool(batch)

    def _put_off(self, group: str, row: FrontierEntry) -> None:
        """The group has had its budget: what it has more waits for the next run."""
        frontier, until = self._session.store.frontier, clock.now() + _NEXT_RUN
        frontier.requeue(row.key, until, unsent=True)
        count, one = self._over.get(group, (0, row))
        more = 0 if count or not row.source else frontier.defer_source(row.source, until)
        self._over[group] = (count + 1 + more, one)

    def _room(self, on_their_way: Counter[str | None], host: str, depth: int) -> int:
        """How many more of this depth of a host may be leased now."""
        budgets = ((host, None), (host, depth))
        return min(_PER_HOST - on_their_way[host], *(self._most(*budget) - self._pages[budget] for budget in budgets))

    def _most(self, host: str, depth: int | None) -> int:
        """Pages of a host in one run: of all depths, or of this one; fewer where it wants much time between two."""
        most = self._most_linked if depth else self._most_pages
        delay = self._session.delays.get(host, 0)
        return min(most, max(1, int(_LONGEST_WAIT / delay))) if delay else most

    def _tell_budgets(self) -> None:
        """Hosts, and depths of hosts, that have more to give than a run takes: a row for each, however much it is."""
        now = clock.now()
        for group, (count, one) in sorted(self._over.items()):
            detail = f"{self._taken[group]} pages of {group} were fetched in this run; {count} more wait for the next"
            self._session.fetch_log.note(FetchAttempt.of_entry(one), FetchResult(Outcome.OVER_BUDGET, detail, now + _NEXT_RUN))
        if self._is_time_up:
            count, first = self._session.store.frontier.left_over(now)
            if first:
                detail = f"the run took as long as it may; {count} addresses more wait for the next"
                self._session.fetch_log.note(FetchAttempt.of_entry(first), FetchResult(Outcome.OVER_BUDGET, detail, first.due))
        spent = {budget for budget, pages in self._pages.items() if pages >= self._most(*budget)}
        for host, depth in sorted(spent, key=str):
            if depth is not None and (host, None) in spent:
                continue
            count, row = self._session.store.frontier.left(host, depth, now)
            if row:
                where = f"at depth {depth} of this host" if depth else "of this host"
                detail = f"{self._pages[host, depth]} pages {where} were fetched in this run; {count} more wait for the next"
                self._session.fetch_log.note(FetchAttempt.of_entry(row), FetchResult(Outcome.OVER_BUDGET, detail, row.due))


def _group(entry: FrontierEntry) -> str:
    """Who leads to an article, and answers for how many it makes us ask: a source, or the host that links there.

    Empty for what is polled, and for what a person gave.
    """
    if entry.kind != "article":
        return ""
    return entry.source or urlsplit(entry.referrer).hostname or ""

"""Scrapy's scheduler over the vault's frontier: durable, fair to hosts, bounded per host. Writes through the store.

An address is leased, not popped: it is done only when what became of it is stored, in the same transaction. After a kill,
whatever was leased comes back. Hops of a redirect and retries stay in memory, under the leased row that they belong to.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from monitor.crawl import clock
from monitor.crawl.ledger import Ending
from monitor.crawl.run import current
from monitor.errors import MonitorError
from monitor.match import url_identity
from monitor.model import POLLED, Outcome
from monitor.store import Leased, Pending

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

# Addresses taken on at once: enough that the disk is asked once for several requests, few enough that hosts take turns.
_BATCH = 16
# Requests of one host that wait in the downloader, at most: else one host with much to give would take all of its places.
_PER_HOST = 4


class Frontier(BaseScheduler):
    """Hands out what is due, hosts in turn; takes in what spiders yield."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = current(crawler)
        self._most_pages = crawler.settings.getint("MONITOR_HOST_PAGES")
        self._now: deque[Request] = deque()
        """What is to be sent next: hops, and what was leased."""
        self._pages: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Frontier:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        self._spider = spider

    def close(self, reason: str) -> None:
        """After the last request: what the run had no room for is said, and waits for the next one."""
        if reason == "finished":
            try:
                self._put_off()
            except MonitorError as error:
                self._run.give_up(error)

    def enqueue_request(self, request: Request) -> bool:
        """Take a request in. One with `dont_filter` is asked again although its address is done with."""
        if "visit" in request.meta or request.meta.get("replay"):
            # A hop or a retry goes before all else: its row is leased, and its host is in mind. A replay is in no frontier.
            self._now.append(request)
        elif request.dont_filter:
            self._run.store.frontier.ask_again([pending(request)])
        else:
            self._run.store.frontier.push([pending(request)])
        return True

    def next_request(self) -> Request | None:
        if not self._now:
            self._lease()
        return self._now.popleft() if self._now else None

    def has_pending_requests(self) -> bool:
        # Asked when nothing is on its way, so no host is busy: what can be leased is all that is left to do.
        if not self._now:
            self._lease()
        return bool(self._now)

    def _lease(self) -> None:
        slots = self._crawler.engine.downloader.slots
        busy = {host for host, slot in slots.items() if len(slot.active) >= _PER_HOST}
        avoid = busy | self._run.alone.keys() | {host for host in self._pages if self._is_spent(host)}
        for leased in self._run.store.frontier.lease(self._run.id, _BATCH, now=clock.now(), per_host=_PER_HOST, avoid=avoid):
            if leased.pending.kind in POLLED and leased.pending.source not in self._run.sources:
                self._run.store.frontier.done(leased.pending.key)  # its line has left the list
                continue
            if self._is_spent(leased.pending.host):
                self._run.store.frontier.requeue(leased.pending.key, leased.pending.due)
                continue
            self._pages[leased.pending.host] += 1
            self._now.append(self._request(leased))

    def _is_spent(self, host: str) -> bool:
        return self._pages[host] >= self._most_pages

    def _request(self, leased: Leased) -> Request:
        row = leased.pending
        meta = {
            "key": row.key, "kind": row.kind, "source": row.source, "referrer": row.referrer, "depth": row.depth,
            "attempts": leased.attempts,
        }  # fmt: skip
        return Request(row.url, callback=getattr(self._spider, f"parse_{row.kind}"), meta=meta, dont_filter=True)

    def _put_off(self) -> None:
        """Hosts that asked for time get it; what else is due was one too many for its host."""
        now = clock.now()
        left: list[Leased] = []
        while batch := self._run.store.frontier.lease(self._run.id, 1000, now=now, per_host=1000):
            left += batch
        for leased in left:
            row = leased.pending
            if self._is_spent(row.host):
                detail = f"{self._most_pages} pages of this host were fetched in this run; the next run goes on"
                self._run.ledger.end(self._run.ledger.begin(self._request(leased)), Ending(Outcome.OVER_BUDGET, detail, now))
            else:
                self._run.store.frontier.requeue(row.key, self._run.alone.get(row.host, row.due))


def pending(request: Request) -> Pending:
    """The frontier's row of a request; raises ValueError where its address is no http(s) address."""
    meta = request.meta
    return Pending(
        url=request.url,
        key=meta.get("key") or url_identity(request.url),
        kind=meta["kind"],
        source=meta.get("source", ""),
        host=urlsplit(request.url).hostname or "",
        priority=request.priority,
        depth=meta.get("depth", 0),
        referrer=meta.get("referrer", ""),
        due=clock.now(),
    )

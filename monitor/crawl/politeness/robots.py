"""Obeys robots.txt by RFC 9309; Scrapy's own middleware crawls on where the file cannot be had. Fetches through the engine."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import NotConfigured, StopDownload
from scrapy.utils.httpobj import urlparse_cached

from monitor.crawl import clock
from monitor.crawl.entries import frontier_entry
from monitor.crawl.fetch_log import FetchAborted, FetchResult
from monitor.crawl.politeness.rules import Rules, parse_rules
from monitor.crawl.requests import request_of
from monitor.crawl.run import session_of
from monitor.crawl.session import KnownRobots
from monitor.model import POLLED, Outcome, Rejection

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from monitor.crawl.session import FetchSession

# RFC 9309, section 2.5: at least 500 KiB must be read; a file of 20 MB took a parser 59 s and 564 MB.
_MOST = 500 * 1024
# What says that the host itself cannot be reached, and may be later; or that it may not be asked, or not now.
_HOST_IS_DOWN = frozenset((Outcome.DNS, Outcome.CONNECTION, Outcome.TLS))
_NOT_ASKED = frozenset((Outcome.REFUSED, Outcome.BAD_URL, Outcome.TOO_MANY, Outcome.INTERRUPTED))
# Bytes that are read where everything else waits: some milliseconds.
_SHORT = 16 * 1024
# Section 2.4 lets a file be cached for a day; where it cannot be had, the host is asked again after an hour.
_UNREACHABLE_FOR = timedelta(hours=1)
KEPT = 3600
"""Seconds after which a process asks again: about as long as a run lasts."""
# Seconds. A host that wants more between two requests gets this much: Crawl-delay is no part of the RFC, and files are known
# that ask for hours. A minute is what the slowest of those that mean it ask for.
_LONGEST_DELAY = 60


class RobotsMiddleware:
    """Ends every request that its host's robots.txt closes, and every one to a host whose robots.txt cannot be had; slows the
    others down as their host wishes.
    """

    def __init__(self, crawler: Crawler, session: FetchSession) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._session = session
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Task[Rules | FetchResult]] = {}
        self._asked: dict[str, float] = {}
        """When, by the monotonic clock."""
        crawler.signals.connect(self._bytes_received, signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler, session_of(crawler))

    async def process_request(self, request: Request) -> None:
        if _is_for_robots(request):
            return
        url = urlparse_cached(request)
        host = f"{url.scheme}://{url.netloc}"
        rules = await self._rules_of(host)
        if isinstance(rules, FetchResult):
            # What is polled has a back-off of its own where its host is down.
            is_polled = request.meta["entry"].kind in POLLED and rules.outcome in _HOST_IS_DOWN
            raise FetchAborted(*(rules._replace(retry_at=None) if is_polled else rules))
        is_open = rules.allows(request.url) if rules.are_quick else await asyncio.to_thread(rules.allows, request.url)
        if not is_open:
            raise FetchAborted(Outcome.ROBOTS)

    async def _rules_of(self, host: str) -> Rules | FetchResult:
        if host not in self._rules or self._is_stale(host):
            self._rules[host] = asyncio.create_task(self._find(host))
            self._asked[host] = time.monotonic()
        # Requests that come meanwhile wait for the same answer, and none of them may cancel it for the others.
        return await asyncio.shield(self._rules[host])

    def _is_stale(self, host: str) -> bool:
        if time.monotonic() - self._asked[host] > KEPT:
            return True
        found = self._rules[host].result() if self._rules[host].done() else None
        return isinstance(found, FetchResult) and found.retry_at is not None and found.retry_at <= clock.now()

    async def _find(self, host: str) -> Rules | FetchResult:
        """The rules of a host, or how every request to it ends because they cannot be had."""
        found = await self._session.known_robots(host)
        if found is None:
            found = await self._ask(f"{host}/robots.txt")
            if found.outcome not in _NOT_ASKED:
                await self._session.note_robots(host, found)
        if found.outcome is not None:
            return FetchResult(found.outcome, found.detail, found.retry_at)
        # A long file takes its time to be read, and nothing else would go on meanwhile.
        rules = (
            parse_rules(found.body, self._agent)
            if len(found.body) <= _SHORT
            else await self._session.workers.run(parse_rules, found.body, self._agent)
        )
        if isinstance(rules, Rejection):
            found = _unreachable(clock.now() + _UNREACHABLE_FOR, rules.outcome, rules.detail)
            return FetchResult(Outcome.ROBOTS_UNREACHABLE, found.detail, found.retry_at)
        if rules.delay:
            await self._slow_down(urlsplit(host).hostname or "", min(rules.delay, _LONGEST_DELAY))
        return rules

    async def _ask(self, url: str) -> KnownRobots:
        again = clock.now() + _UNREACHABLE_FOR
        # However long it says to be, its beginning is read.
        asked = replace(frontier_entry(url, "robots"), key="")
        try:
            response: Response = await self._crawler.engine.download_async(request_of(asked, download_maxsize=0))
        except FetchAborted as ended:
            outcome, detail, retry_at = ended.result
            if outcome in _NOT_ASKED:
                return KnownRobots(b"", outcome, detail, retry_at)  # its pages end as its robots.txt did
            if outcome in _HOST_IS_DOWN:
                return KnownRobots(b"", outcome, detail, again)  # and none of them was asked
            return _unreachable(again, outcome, detail)
        if response.status >= 500 or response.status == 429:
            # Section 2.3.1.4: unreachable, so everything is disallowed. 429 refuses the moment, not the file.
            again = max(again, response.meta["attempt"].retry_after or again)
            return _unreachable(again, f"answers {response.status}")
        # Section 2.3.1.3: after other errors there are no rules. HTML in place of the file has none either.
        return KnownRobots(response.body[:_MOST] if response.status < 300 else b"")

    async def _slow_down(self, host: str, delay: float) -> None:
        """From now on a host's requests are `delay` seconds apart, or further where the operator says so."""
        downloader = self._crawler.engine.downloader
        slot = downloader.slots.get(host)
        slot_settings = downloader.per_slot_settings.setdefault(
            host, {"delay": self._crawler.settings.getfloat("DOWNLOAD_DELAY")}
        )
        slot_settings["delay"] = max(slot_settings["delay"], delay)
        await self._session.note_delay(host, slot_settings["delay"])
        # A slot that idles for a minute is made anew, by what was told; robots.txt itself came through one that is there now.
        if slot:
            slot.delay = slot_settings["delay"]

    def _bytes_received(self, data: bytes, request: Request) -> None:
        if _is_for_robots(request):
            received = request.meta["received"] = request.meta.get("received", 0) + len(data)
            if received > _MOST:
                raise StopDownload(fail=False)


def _unreachable(again: datetime, what: str, detail: str = "") -> KnownRobots:
    """How every request to a host ends whose robots.txt cannot be had, though the host is there."""
    said = f"{what}: {detail}" if detail else what
    return KnownRobots(b"", Outcome.ROBOTS_UNREACHABLE, f"{said}: nothing is fetched from this host for now", again)


def _is_for_robots(request: Request) -> bool:
    return bool(request.meta["entry"].kind == "robots")

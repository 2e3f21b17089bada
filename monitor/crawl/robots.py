"""Obeys robots.txt by RFC 9309; Scrapy's own middleware crawls on where the file cannot be had. Fetches through the engine."""

from __future__ import annotations

import asyncio
import codecs
from datetime import timedelta
from typing import TYPE_CHECKING

from scrapy import Request, signals
from scrapy.exceptions import NotConfigured, StopDownload
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached

from monitor.crawl import clock
from monitor.crawl.ledger import Ended, Ending
from monitor.model import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

# RFC 9309, section 2.5: at least 500 KiB must be read; a file of 20 MB took a parser 59 s and 564 MB.
_MOST = 500 * 1024
# Section 2.4 lets a file be cached for a day; where it cannot be had, the host is asked again after an hour.
_UNREACHABLE_FOR = timedelta(hours=1)


class RobotsMiddleware:
    """Ends every request that its host's robots.txt closes, and every one to a host whose robots.txt cannot be had."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        self._rules: dict[str, asyncio.Task[RobotParser | Ending]] = {}
        crawler.signals.connect(self._bytes_received, signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("kind") == "robots":
            return
        url = urlparse_cached(request)
        host = f"{url.scheme}://{url.netloc}"
        if host not in self._rules:
            self._rules[host] = asyncio.create_task(self._ask(f"{host}/robots.txt"))
        # Requests that come meanwhile wait for the same answer, and none of them may cancel it for the others.
        rules = await asyncio.shield(self._rules[host])
        if isinstance(rules, Ending):
            raise Ended(*rules)
        if not rules.allowed(request.url, self._agent):
            raise Ended(Outcome.ROBOTS)

    async def _ask(self, url: str) -> RobotParser | Ending:
        """The rules of a host, or how every request to it ends because they cannot be had."""
        again = clock.now() + _UNREACHABLE_FOR
        request = Request(url, meta={"kind": "robots"}, callback=NO_CALLBACK)
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except Ended as ended:
            if ended.ending.outcome is Outcome.BAD_REDIRECT:
                return Ending(
                    Outcome.ROBOTS, "robots.txt redirects without end: nothing is fetched from this host for now", again
                )
            # The host itself does not answer: its pages end as its robots.txt did.
            return ended.ending
        if response.status >= 500 or response.status == 429:
            # Section 2.3.1.4: unreachable, so everything is disallowed. 429 refuses the moment, not the file.
            return Ending(
                Outcome.ROBOTS, f"robots.txt answers {response.status}: nothing is fetched from this host for now", again
            )
        # Section 2.3.1.3: after other errors there are no rules. HTML in place of the file has none either.
        body = response.body[:_MOST] if response.status < 300 else b""
        return ProtegoRobotParser.from_crawler(self._crawler, _as_utf8(body))

    def _bytes_received(self, data: bytes, request: Request) -> None:
        if request.meta.get("kind") == "robots":
            received = request.meta["received"] = request.meta.get("received", 0) + len(data)
            if received > _MOST:
                raise StopDownload(fail=False)


def _as_utf8(body: bytes) -> bytes:
    """Section 2.3: the file is UTF-8. What Windows editors make of that is UTF-16 with a mark in front."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace").encode()
    return body

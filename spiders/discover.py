"""Finds an outlet's feeds, sitemaps and channels: those that its home page announces, else those at the usual addresses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from monitor.crawl import clock
from monitor.crawl.discovery import Candidate, DiscoveryResult, FetchedPage
from monitor.crawl.entries import frontier_entry
from monitor.crawl.fetch_log import FetchAborted, FetchAttempt, FetchResult
from monitor.crawl.items import DirectRequest, InvalidAddress, NoPage, ProbeResult
from monitor.crawl.parsing import read_candidate
from monitor.crawl.spider import NewsSpider
from monitor.errors import UsageError
from monitor.match import url_identity
from monitor.model import Feed, Outcome, Rejection

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from monitor.read.discover import Announced

# Of a robots.txt that is read here: as much as its rules are read of.
_MOST_ROBOTS = 500 * 1024


class DiscoverSpider(NewsSpider):
    """`monitor add URL` runs it, and shows what it `found`; `-a url=URL` looks too, and leaves its rows in `fetches` alone. Where
    a `page` is given to be filled, as by `monitor page URL`, that page is asked for and nothing else."""

    name = "discover"
    uses_frontier = False

    def __init__(
        self, *, url: str = "", found: DiscoveryResult | None = None, page: FetchedPage | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.page = page
        self.found = found or DiscoveryResult(url, url)
        try:
            url_identity(self.found.home)
        except ValueError as error:
            raise UsageError(f"{self.found.home!r} is no http(s) address, such as https://outlet.example/") from error
        self._asked: set[str] = set()

    @property
    def arguments(self) -> Mapping[str, object]:
        return {"url": self.found.given}

    async def start(self) -> AsyncIterator[DirectRequest | InvalidAddress]:
        for asked in self._ask("page", [self.found.home]):
            yield asked

    def _ask(self, what: str, urls: Iterable[str]) -> Iterator[DirectRequest | InvalidAddress]:
        for url in urls:
            if url not in self._asked:
                self._asked.add(url)
                try:
                    yield DirectRequest(frontier_entry(url, "discovery"), {"what": what})
                except ValueError as error:
                    yield InvalidAddress(url, str(error))

    async def parse_discovery(self, response: Response) -> AsyncIterator[ProbeResult | DirectRequest | InvalidAddress]:
        attempt: FetchAttempt = response.meta["attempt"]
        what: str = response.meta["what"]
        type_ = (response.headers.get("Content-Type") or b"").decode("latin-1")
        if self.page is not None and not attempt.flaw:
            self.page.url, self.page.content_type, self.page.status = response.url, type_, response.status
            self.page.body = response.body
            yield ProbeResult(attempt, FetchResult(Outcome.HOME_READ))
            return
        if attempt.flaw:
            read: Announced | Feed | Rejection = Rejection(attempt.flaw.outcome, attempt.flaw.detail)
        elif what == "robots":
            read = Rejection(Outcome.ROBOTS_READ, "")
        else:
            read = await self.session.workers.run(read_candidate, response.body, response.url, type_, what, clock.now())
        if isinstance(read, Rejection):
            yield ProbeResult(attempt, FetchResult(read.outcome, read.detail))
        else:
            yield ProbeResult(attempt, FetchResult(Outcome.FEED if isinstance(read, Feed) else Outcome.HOME_READ))
        for asked in self._next(what, response, read):
            yield asked

    def _next(
        self, what: str, response: Response, read: Announced | Feed | Rejection
    ) -> Iterator[DirectRequest | InvalidAddress]:
        from monitor.read.discover import Announced, likely_feeds, likely_sitemaps, sitemaps_of  # Scrapy loads every spider

        url = response.url
        if isinstance(read, Feed):
            self.found.candidates.append(Candidate(url, _via(what, read), read))
            if what == "page":  # a feed was given: its outlet's home page tells the name
                yield from self._ask("page", [urljoin(url, "/")])
        elif isinstance(read, Announced):
            self.found.home, self.found.page = url, read
            yield from self._ask("feed", read.feeds or likely_feeds(url))
            yield from self._ask("feed", read.channels)
            yield from self._ask("robots", [urljoin(url, "/robots.txt")])
        elif what == "robots":
            robots = response.body[:_MOST_ROBOTS] if read.outcome is Outcome.ROBOTS_READ else b""
            named = sitemaps_of(robots.decode("utf-8", "replace"), url)
            yield from self._ask("sitemap", named or likely_sitemaps(url))
        else:
            self.found.failed[url] = f"{read.outcome}{': ' * bool(read.detail)}{read.detail}"

    async def failed(self, failure: Failure) -> AsyncIterator[NoPage]:
        url = failure.request.url  # type: ignore[attr-defined] # Scrapy puts it there
        result = (
            failure.value.result
            if isinstance(failure.value, FetchAborted)
            else FetchResult(Outcome.PARSER_ERROR, str(failure.value))
        )
        self.found.failed[url] = f"{result.outcome}{': ' * bool(result.detail)}{result.detail}"
        async for item in super().failed(failure):
            yield item


def _via(what: str, feed: Feed) -> str:
    if feed.format in {"sitemap", "telegram"}:
        return feed.format
    return "sitemap" if what == "sitemap" else "feed"

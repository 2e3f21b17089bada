"""Fetches given articles, and follows the links of the relevant ones up to MONITOR_DEPTH."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from monitor.crawl import clock
from monitor.crawl.entries import frontier_entry
from monitor.crawl.session import CrawlSession
from monitor.crawl.spider import NewsSpider
from monitor.errors import UsageError
from monitor.match import url_identity
from monitor.vault import FrontierEntry


class RelatedSpider(NewsSpider):
    """`scrapy crawl related -a urls=URL,URL`, or `-a urls=FILE` with an address a line."""

    name = "related"
    session: CrawlSession

    def __init__(self, *, urls: str | Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = _addresses(urls) if isinstance(urls, str) else tuple(urls)
        if not self.urls:
            raise UsageError("the spider `related` needs addresses: -a urls=URL,URL or -a urls=FILE")
        for url in self.urls:
            try:
                url_identity(url)
            except ValueError as error:
                raise UsageError(f"{url!r} is no http(s) address") from error

    @property
    def arguments(self) -> Mapping[str, object]:
        return {"urls": self.urls}

    async def start(self) -> AsyncIterator[FrontierEntry]:
        for url in self.urls:
            # A person asked for it: fetched again although it was fetched before.
            entry = frontier_entry(url, "article")
            until = self.session.store.frontier.waits_until(entry.key, entry.host, clock.now())
            if until:
                self.session.waiting[url] = until
            yield entry


def _addresses(urls: str) -> tuple[str, ...]:
    if not urls:
        return ()
    if urls.startswith(("http://", "https://")):
        # Commas are allowed in addresses; a new address begins after one only where it says so.
        parts = urls.replace(",http", "\nhttp").splitlines()
    else:
        try:
            parts = Path(urls).read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise UsageError(f"{urls}: neither an http(s) address nor a file that can be read: {error.strerror}") from error
    return tuple(part.strip() for part in parts if part.strip())

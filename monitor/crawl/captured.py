"""Base class of the spiders that read captured pages instead of the network (replay, backfill).

An article's further pages come from the same archives. A page that may be another article's further page is read after those
articles, when it is known which pages were joined.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from monitor.crawl.fetch_log import FetchAttempt
from monitor.crawl.items import InvalidAddress, ParsedResponse, ProbeResult
from monitor.crawl.spider import NewsSpider
from monitor.model import ParsedArticle, Rejection

# Seconds between two looks at whether all that was asked has been answered.
_POLL_SECONDS = 0.02


class CapturedSpider(NewsSpider):
    """A spider without network access, which remembers the pages that were joined to articles."""

    is_live = False

    def __init__(self, **unknown: Any) -> None:
        super().__init__(**unknown)
        self._joined_pages: defaultdict[str, set[datetime | None]] = defaultdict(set)
        """When the further pages were captured whose texts are in their articles, by address."""

    async def take_article(
        self, attempt: FetchAttempt, parsed: ParsedArticle | Rejection
    ) -> AsyncIterator[ParsedResponse | ProbeResult | InvalidAddress]:
        async for item in super().take_article(attempt, parsed):
            if isinstance(item, ParsedResponse):
                for page in item.pages:
                    self._joined_pages[page.url].add(page.captured)
            yield item

    async def _all_read(self) -> None:
        """Wait until all that was asked for so far has been read and stored."""
        engine, quiet = self.crawler.engine, 0
        assert engine is not None
        # Twice, for between two moments a hop of a redirect is neither here nor there.
        while quiet < 2:
            await asyncio.sleep(_POLL_SECONDS)
            slot = engine.scraper.slot
            is_busy = self.session.direct_requests or engine.downloader.active or (slot and not slot.is_idle())
            quiet = 0 if is_busy else quiet + 1

"""What the spiders of captured pages share: an article's further pages come out of the same archives. Touches nothing else.

Pages whose address may be that of another's further page are taken after those others: by then it is known which were joined.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from monitor.crawl.fetch_log import FetchAttempt
from monitor.crawl.items import Look, ParsedResponse, Unaskable
from monitor.crawl.spider import NewsSpider
from monitor.model import ParsedArticle, Rejection

# Seconds between two looks at whether all that was asked has been answered.
_A_MOMENT = 0.02


class CapturedSpider(NewsSpider):
    """Never on the network."""

    is_live = False

    def __init__(self, **unknown: Any) -> None:
        super().__init__(**unknown)
        self._joined_pages: defaultdict[str, set[datetime | None]] = defaultdict(set)
        """When the further pages were captured whose texts are in their articles, by address."""

    async def take_article(
        self, attempt: FetchAttempt, parsed: ParsedArticle | Rejection
    ) -> AsyncIterator[ParsedResponse | Look | Unaskable]:
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
            await asyncio.sleep(_A_MOMENT)
            slot = engine.scraper.slot
            is_busy = self.session.unstored or engine.downloader.active or (slot and not slot.is_idle())
            quiet = 0 if is_busy else quiet + 1

"""Polls the newsroom's feeds, sitemaps and home pages; fetches the articles that they name, and what relevant ones link to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from scrapy import Request

from monitor.crawl import clock
from monitor.crawl.spider import NewsSpider
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.newsroom.catalogue import Catalogue


class FeedsSpider(NewsSpider):
    """`scrapy crawl feeds`: what is due. `-a source=ID,ID`: these feeds, due or not. `-a everything=1`: all, due or not."""

    name = "feeds"

    def __init__(self, *, source: str | Sequence[str] = (), everything: str | bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.chosen = tuple(source.split(",")) if isinstance(source, str) else tuple(source)
        self.everything = everything in {True, "1", "true", "yes"}

    def check(self, data: Catalogue) -> None:
        unknown = set(self.chosen) - {source.id for source in data.sources}
        if unknown:
            raise UsageError(f"no source {', '.join(sorted(unknown))} in sources.csv")

    async def start(self) -> AsyncIterator[Request]:
        run = self.run
        resting = {} if self.chosen or self.everything else run.store.resting(clock.now())
        for source in run.catalogue.sources:
            if self.chosen and source.id not in self.chosen:
                continue
            if source.id in resting:
                run.not_due += 1
            else:
                yield self.poll_request(source)

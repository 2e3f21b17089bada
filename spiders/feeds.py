"""Polls the newsroom's feeds, sitemaps and home pages; fetches the articles that they name, and what relevant ones link to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from monitor.crawl import clock
from monitor.crawl.entries import poll_entry
from monitor.crawl.session import CrawlSession
from monitor.crawl.spider import NewsSpider
from monitor.errors import UsageError
from monitor.vault import FrontierEntry

if TYPE_CHECKING:
    from monitor.newsroom.catalogue import Catalogue


class FeedsSpider(NewsSpider):
    """`scrapy crawl feeds`: what is due. `-a source=ID,ID`: these feeds, due or not. `-a everything=1`: all, due or not."""

    name = "feeds"
    polls = True
    session: CrawlSession

    def __init__(self, *, source: str | Sequence[str] = (), everything: str | bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.chosen = tuple(source.split(",")) if isinstance(source, str) else tuple(source)
        self.everything = everything in {True, "1", "true", "yes"}

    @property
    def arguments(self) -> Mapping[str, object]:
        return {"source": self.chosen, "everything": self.everything}

    def check(self, data: Catalogue) -> None:
        unknown = set(self.chosen) - {source.id for source in data.sources}
        if unknown:
            raise UsageError(f"no source {', '.join(sorted(unknown))} in sources.csv")

    def due(self) -> Sequence[FrontierEntry]:
        if self.chosen or self.everything:
            return ()
        not_due_sources = self.session.store.not_due_sources(clock.now())
        return [poll_entry(source) for source in self.session.catalogue.sources if source.id not in not_due_sources]

    async def start(self) -> AsyncIterator[FrontierEntry]:
        session = self.session
        not_due_sources = {} if self.chosen or self.everything else session.store.not_due_sources(clock.now())
        for source in session.catalogue.sources:
            if self.chosen and source.id not in self.chosen:
                continue
            if source.id in not_due_sources:
                session.not_due += 1
            else:
                yield poll_entry(source)

"""Looks again at articles that were read: what was edited, and what is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from monitor.crawl import clock
from monitor.crawl.entries import entry_of
from monitor.crawl.fetch_log import FetchAttempt
from monitor.crawl.items import Look, ParsedResponse, Unaskable, Unstored
from monitor.crawl.spider import NewsSpider
from monitor.model import Outcome, Rejection

if TYPE_CHECKING:
    from scrapy.http import Response


class RecheckSpider(NewsSpider):
    """`scrapy crawl recheck`: what is due. `-a everything=1`: every relevant article, due or not."""

    name = "recheck"
    uses_frontier = False
    seeks_news = False

    def __init__(self, *, everything: str | bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.everything = everything in {True, "1", "true", "yes"}

    @property
    def arguments(self) -> Mapping[str, object]:
        return {"everything": self.everything}

    async def start(self) -> AsyncIterator[Unstored]:
        most = self.settings.getint("MONITOR_RECHECK_PAGES")
        for look in self.session.store.due_looks(clock.now(), per_host=most, everything=self.everything):
            # Outside the frontier: what this run does not come to is due in the next one.
            yield Unstored(entry_of(look.url, "recheck", source=look.source), {"article": look.article})

    async def parse_recheck(self, response: Response) -> AsyncIterator[ParsedResponse | Look | Unaskable]:
        attempt: FetchAttempt = response.meta["attempt"]
        digest = attempt.capture.digest if attempt.capture else ""
        if not attempt.flaw and digest == self.session.store.look_state(response.meta["article"]).digest:
            yield ParsedResponse(attempt, Rejection(Outcome.UNCHANGED, "the same bytes as before"))
            return
        async for found in self.parse_article(response):
            yield found

"""Looks again at articles that were read: what was edited, and what is gone.

One that is suspected to be removed is looked for in other ways, too: at its other addresses, and on the home page of its host.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from monitor.crawl import clock
from monitor.crawl.entries import entry_of
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.items import Look, ParsedResponse, Unaskable, Unstored
from monitor.crawl.parsing import linked
from monitor.crawl.session import CrawlSession
from monitor.crawl.spider import NewsSpider, response_is_noindex
from monitor.expect.absences import Way
from monitor.model import Outcome, Rejection
from monitor.vault import looks

if TYPE_CHECKING:
    from scrapy.http import Response


class RecheckSpider(NewsSpider):
    """`scrapy crawl recheck`: what is due. `-a everything=1`: every relevant article, due or not."""

    name = "recheck"
    session: CrawlSession
    uses_frontier = False
    seeks_news = False

    def __init__(self, *, everything: str | bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.everything = everything in {True, "1", "true", "yes"}

    @property
    def arguments(self) -> Mapping[str, object]:
        return {"everything": self.everything}

    async def start(self) -> AsyncIterator[Unstored]:
        homes = set[str]()
        most = self.settings.getint("MONITOR_RECHECK_PAGES")
        for look in looks.due(self.session.store.db, clock.now(), per_host=most, everything=self.everything):
            # Outside the frontier: what this run does not come to is due in the next one.
            for url in (look.url, *look.others):
                yield Unstored(entry_of(url, "recheck", source=look.source), {"article": look.article})
            home = urljoin(look.url, "/")
            if look.is_suspected and home not in homes:
                homes.add(home)
                yield Unstored(entry_of(home, "discovery"))

    async def parse_recheck(self, response: Response) -> AsyncIterator[ParsedResponse | Look | Unaskable]:
        attempt: FetchAttempt = response.meta["attempt"]
        digest = attempt.capture.digest if attempt.capture else ""
        before = self.session.store.look_state(response.meta["article"])
        is_noindex = response_is_noindex(response) or before.outcome == Way.NOINDEX  # by its header alone, perhaps
        if not attempt.flaw and digest == before.digest and not is_noindex:
            yield ParsedResponse(attempt, Rejection(Outcome.UNCHANGED, "the same bytes as before"))
            return
        async for found in self.parse_article(response):
            yield found

    async def parse_discovery(self, response: Response) -> AsyncIterator[Look | Unstored | Unaskable]:
        attempt: FetchAttempt = response.meta["attempt"]
        if attempt.flaw:
            yield Look(attempt, attempt.flaw)
            return
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        found = await self.session.workers.run(linked, response.body, response.url, content_type)
        if isinstance(found, Rejection):
            yield Look(attempt, FetchResult(found.outcome, found.detail))
        else:
            yield Look(attempt, FetchResult(Outcome.HOME_READ), linked=found)

"""Checks articles again that were read before: for edits, and whether they are gone.

An article that is suspected to be removed is also looked for at its other addresses and on the home page of its host.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from monitor.crawl import clock
from monitor.crawl.entries import frontier_entry
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.items import DirectRequest, InvalidAddress, ParsedResponse, ProbeResult
from monitor.crawl.parsing import linked
from monitor.crawl.session import CrawlSession
from monitor.crawl.spider import NewsSpider, response_is_noindex
from monitor.expect.absences import AbsenceSign
from monitor.model import Outcome, Rejection
from monitor.vault import rechecks

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

    async def start(self) -> AsyncIterator[DirectRequest]:
        homes = set[str]()
        most = self.settings.getint("MONITOR_RECHECK_PAGES")
        for look in rechecks.due(self.session.store.db, clock.now(), per_host=most, everything=self.everything):
            # Outside the frontier: what this run does not come to is due in the next one.
            for url in (look.url, *look.others):
                yield DirectRequest(frontier_entry(url, "recheck", source=look.source), {"article": look.article})
            home = urljoin(look.url, "/")
            if look.is_suspected and home not in homes:
                homes.add(home)
                yield DirectRequest(frontier_entry(home, "discovery"))

    async def parse_recheck(self, response: Response) -> AsyncIterator[ParsedResponse | ProbeResult | InvalidAddress]:
        attempt: FetchAttempt = response.meta["attempt"]
        digest = attempt.capture.digest if attempt.capture else ""
        before = self.session.store.recheck_state(response.meta["article"])
        is_noindex = response_is_noindex(response) or before.outcome == AbsenceSign.NOINDEX  # by its header alone, perhaps
        if not attempt.flaw and digest == before.digest and not is_noindex:
            yield ParsedResponse(attempt, Rejection(Outcome.UNCHANGED, "the same bytes as before"))
            return
        async for found in self.parse_article(response):
            yield found

    async def parse_discovery(self, response: Response) -> AsyncIterator[ProbeResult | DirectRequest | InvalidAddress]:
        attempt: FetchAttempt = response.meta["attempt"]
        if attempt.flaw:
            yield ProbeResult(attempt, attempt.flaw)
            return
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        found = await self.session.workers.run(linked, response.body, response.url, content_type)
        if isinstance(found, Rejection):
            yield ProbeResult(attempt, FetchResult(found.outcome, found.detail))
        else:
            yield ProbeResult(attempt, FetchResult(Outcome.HOME_READ), linked=found)

"""Searches another archive (the Wayback Machine) for captures of relevant articles, and requests new ones. Only where
MONITOR_OUTSIDE_ARCHIVE names that archive.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.crawl import clock
from monitor.crawl.entries import frontier_entry
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.items import DirectRequest, InvalidAddress, OutsideAnswer, ProbeResult
from monitor.crawl.parsing import read_outside
from monitor.crawl.session import CrawlSession
from monitor.crawl.spider import NewsSpider
from monitor.errors import UsageError
from monitor.model import Rejection
from monitor.read.wayback import save_url, search_url
from monitor.vault import outside

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from monitor.newsroom.catalogue import Catalogue

# An archive captures while we wait.
_SAVE_TIMEOUT = 120


class OutsideSpider(NewsSpider):
    """`scrapy crawl outside`: looks for captures. `-a save=1`: asks for new ones, too."""

    name = "outside"
    session: CrawlSession
    uses_frontier = False
    seeks_news = False

    def __init__(self, *, save: str | bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.save = save in {True, "1", "true", "yes"}
        self.archive = ""
        """The address of the other archive, from `check` on."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        host, delay = urlsplit(settings["MONITOR_OUTSIDE_ARCHIVE"]).hostname, settings.getfloat("MONITOR_OUTSIDE_DELAY")
        if host:
            # One request after another, and far apart: it serves the whole world.
            settings.set("DOWNLOAD_SLOTS", {host: {"concurrency": 1, "delay": delay}}, priority="spider")

    @property
    def arguments(self) -> Mapping[str, object]:
        return {"save": self.save}

    def check(self, data: Catalogue) -> None:  # noqa: ARG002 - of every spider
        self.archive = self._named()

    def _named(self) -> str:
        """The address of the other archive; raises UsageError where none is named, or we do not say who asks."""
        named = str(self.settings["MONITOR_OUTSIDE_ARCHIVE"]).rstrip("/")
        if urlsplit(named).scheme not in {"http", "https"} or not urlsplit(named).hostname:
            raise UsageError(
                "MONITOR_OUTSIDE_ARCHIVE names no archive; https://web.archive.org is the Wayback Machine. Its operator learns"
                " which articles are of interest"
            )
        if not self.settings["MONITOR_CONTACT"]:
            raise UsageError("MONITOR_CONTACT is empty: an archive that is asked is to know by whom")
        return named

    async def start(self) -> AsyncIterator[DirectRequest]:
        archive, most = self.archive, self.settings.getint("MONITOR_OUTSIDE_PAGES")
        for what in ("search", *["save"] * self.save):
            for due in outside.due(self.session.store.db, what, clock.now(), host=urlsplit(archive).hostname or "", most=most):
                ask = search_url if what == "search" else save_url
                context = {
                    "article": due.article, "asked": due.url, "what": what, "archive": archive, "dont_redirect": True,
                    "dont_retry": True,
                }  # fmt: skip
                if what == "save":
                    context["download_timeout"] = _SAVE_TIMEOUT
                yield DirectRequest(frontier_entry(ask(archive, due.url), "outside"), context)

    async def parse_outside(self, response: Response) -> AsyncIterator[OutsideAnswer | ProbeResult | InvalidAddress]:
        attempt: FetchAttempt = response.meta["attempt"]
        is_search = response.meta["what"] == "search"
        led = response.headers.get("Content-Location") or response.headers.get("Location") or b""
        if attempt.flaw and (is_search or not (response.status in {301, 302} and led)):
            yield ProbeResult(attempt, attempt.flaw)
            return
        answer = response.body if is_search else led.decode("latin-1")
        found = await self.session.workers.run(
            read_outside, answer, response.meta["archive"], response.meta["asked"], clock.now()
        )
        if isinstance(found, Rejection):
            yield ProbeResult(attempt, FetchResult(found.outcome, found.detail))
            return
        yield OutsideAnswer(attempt, response.meta["article"], response.meta["what"], found)

"""Scrapy's downloader, with every request in the ledger. Opens no connection of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future

from monitor.crawl.ledger import Ended, Ending, ending_of_error
from monitor.crawl.run import current
from monitor.errors import MonitorError
from monitor.model import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred


class RecordingDownloader(Downloader):
    """Begins a visit for each request and ends it, unless a response goes on to a spider: then the pipeline does."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._run = current(crawler)

    def fetch(self, request: Request, spider: Spider | None = None) -> Deferred[Response | Request]:
        return deferred_from_coro(self._fetch(request))

    async def _fetch(self, request: Request) -> Response | Request:
        try:
            return await self._recorded(request)
        except MonitorError as error:
            # The database or the archive cannot be written: what would be fetched now would be lost.
            self._run.give_up(error)
            raise Ended(Outcome.UNANSWERED, str(error)) from error

    async def _recorded(self, request: Request) -> Response | Request:
        ledger = self._run.ledger
        visit = ledger.begin(request)
        try:
            result = await maybe_deferred_to_future(super().fetch(request))
        except MonitorError:
            raise
        except Exception as error:
            ending = ending_of_error(error, request)
            ledger.end(visit, ending)
            raise Ended(*ending) from error
        if isinstance(result, Request):
            # A redirect or a retry: it comes by again, as a visit of its own.
            if visit.location:
                ending = Ending(Outcome.REDIRECTED)
            else:
                ending = ending_of_error(visit.error, request) if visit.error else visit.flaw or Ending(Outcome.FAILED)
            ledger.end(visit, ending, goes_on=True)
        elif visit.kind == "robots":
            ledger.end(visit, visit.flaw or Ending(Outcome.READ))
        return result

"""Scrapy's downloader, with every request in the ledger. Opens no connection of its own."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.http import Response
from twisted.internet.defer import Deferred, inlineCallbacks

from monitor.crawl.fetch_log import Ended, Ending, Visit, ending_of_error
from monitor.crawl.session import current
from monitor.errors import MonitorError
from monitor.model import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class RecordingDownloader(Downloader):
    """Begins a visit for each request and ends it, unless a response goes on to a spider: then the pipeline does.

    Deferreds and no coroutine: what comes back must reach the engine in the same turn of the loop in which it leaves the
    downloader. The engine closes a spider as soon as it finds nothing on its way.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._run = current(crawler)

    @inlineCallbacks
    def fetch(self, request: Request, spider: Spider | None = None) -> Generator[Deferred[Any], Any, Response | Request]:  # noqa: ARG002 - Scrapy's signature
        visit = self._run.ledger.begin(request)
        try:
            try:
                result: Response | Request = yield super().fetch(request)
            except MonitorError:
                raise
            except Exception as error:
                ending = ending_of_error(error, request)
                self._run.ledger.end(visit, ending)
                raise Ended(*ending) from error
            self._record(visit, request, result)
        except MonitorError as error:
            # The database or the archive cannot be written: what would be fetched now would be lost.
            self._run.give_up(error)
            raise Ended(Outcome.INTERRUPTED, str(error)) from error
        return result

    def _record(self, visit: Visit, request: Request, result: Response | Request) -> None:
        if isinstance(result, Request):
            # A redirect or a retry: it comes by again, as a visit of its own.
            if visit.location:
                ending = Ending(Outcome.REDIRECTED)
            else:
                ending = ending_of_error(visit.error, request) if visit.error else visit.flaw or Ending(Outcome.FAILED)
            self._run.ledger.end(visit, ending, goes_on=True)
        elif visit.kind == "robots":
            self._run.ledger.end(visit, visit.flaw or Ending(Outcome.READ))

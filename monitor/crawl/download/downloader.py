"""Scrapy's downloader, with every request in the log of the run. Opens no connection of its own."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.http import Response
from twisted.internet.defer import Deferred, inlineCallbacks

from monitor.crawl.fetch_log import FetchAborted, FetchAttempt, FetchResult, result_of_error
from monitor.crawl.run import session_of
from monitor.errors import MonitorError
from monitor.model import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class RecordingDownloader(Downloader):
    """Begins an attempt for each request and ends it, unless a response goes on to a spider: then the pipeline does.

    Deferreds and no coroutine: what comes back must reach the engine in the same turn of the loop in which it leaves the
    downloader. The engine closes a spider as soon as it finds nothing on its way.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session = session_of(crawler)

    @inlineCallbacks
    def fetch(self, request: Request, spider: Spider | None = None) -> Generator[Deferred[Any], Any, Response | Request]:  # noqa: ARG002 - Scrapy's signature
        attempt = self._session.fetch_log.begin(request)
        try:
            try:
                answer: Response | Request = yield super().fetch(request)
            except MonitorError:
                raise
            except Exception as error:
                failure = result_of_error(error, request)
                self._session.fetch_log.end(attempt, failure)
                raise FetchAborted(*failure) from error
            self._record(attempt, request, answer)
        except MonitorError as error:
            # The database or the archive cannot be written: what would be fetched now would be lost.
            self._session.give_up(error)
            raise FetchAborted(Outcome.INTERRUPTED, str(error)) from error
        return answer

    def _record(self, attempt: FetchAttempt, request: Request, answer: Response | Request) -> None:
        if isinstance(answer, Request):
            # A redirect or a retry: it comes by again, as an attempt of its own.
            if attempt.location:
                result = FetchResult(Outcome.REDIRECTED)
            else:
                result = (
                    result_of_error(attempt.error, request)
                    if attempt.error
                    else attempt.flaw or FetchResult(Outcome.PARSER_ERROR)
                )
            self._session.fetch_log.end(attempt, result, goes_on=True)
        elif attempt.kind == "robots":
            self._session.fetch_log.end(attempt, attempt.flaw or FetchResult(Outcome.ROBOTS_READ))

"""Scrapy's downloader, with every request in the log of the run. Opens no connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.http import Response
from twisted.internet.defer import Deferred, fail, inlineCallbacks

from monitor.crawl.fetch_log import FetchAborted, FetchAttempt, FetchResult, result_of_error
from monitor.crawl.run import session_of
from monitor.errors import MonitorError
from monitor.model import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


T = TypeVar("T")

_OVER = FetchResult(Outcome.INTERRUPTED, "the run ended first")


class RecordingDownloader(Downloader):
    """Begins an attempt for each request and ends it, unless a response goes on to a spider: then the pipeline does.

    Deferreds and no coroutine: what comes back must reach the engine in the same turn of the loop in which it leaves the
    downloader. The engine closes a spider as soon as it finds nothing on its way.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._session = session_of(crawler)
        self._under_way: set[Deferred[Response | Request]] = set()
        self._is_abandoned = False

    def abandon(self) -> None:
        """End the requests that are under way, and each that would still set out, as interrupted: the run is being stopped."""
        self._is_abandoned = True
        for answer in tuple(self._under_way):
            answer.cancel()

    @inlineCallbacks
    def fetch(self, request: Request, spider: Spider | None = None) -> Generator[Deferred[Any], Any, Response | Request]:  # noqa: ARG002 - Scrapy's signature
        attempt = self._session.fetch_log.begin(request)
        try:
            try:
                answer: Response | Request = yield self._send(request)
            except MonitorError:
                raise
            except (Exception, asyncio.CancelledError) as error:
                failure = _OVER if isinstance(error, asyncio.CancelledError) else result_of_error(error, request)
                self._session.fetch_log.end(attempt, failure)
                raise FetchAborted(*failure) from error
            self._record(attempt, request, answer)
        except MonitorError as error:
            # The database or the archive cannot be written: what would be fetched now would be lost.
            self._session.give_up(error)
            raise FetchAborted(Outcome.INTERRUPTED, str(error)) from error
        return answer

    def _send(self, request: Request) -> Deferred[Response | Request]:
        if self._is_abandoned:
            return fail(FetchAborted(*_OVER))
        answer: Deferred[Response | Request] = super().fetch(request)
        self._under_way.add(answer)
        return answer.addBoth(self._arrived, answer)

    def _arrived(self, result: T, answer: Deferred[Response | Request]) -> T:
        self._under_way.remove(answer)
        return result

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

"""Downloader middlewares: archive raw responses before anything parses them, and give every flawed response an outcome."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import takewhile
from typing import TYPE_CHECKING

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirectMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware as ScrapyRetryMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.extensions.httpcache import parse_cachecontrol, rfc1123_to_epoch
from scrapy.utils.httpobj import urlparse_cached

from monitor.archive import pack
from monitor.compression import State, decode_content
from monitor.crawl import clock, guard
from monitor.crawl.entries import LONGEST
from monitor.crawl.fetch_log import FetchAborted, FetchAttempt, FetchResult, result_of_status
from monitor.crawl.run import session_of
from monitor.model import POLLED, Original, Outcome
from monitor.vault import FeedState, PollHints, RecheckState

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response

    from monitor.crawl.session import FetchSession

# Servers that ask for less or more than this are not taken at their word; where they say nothing, it is the default.
_LEAST_WAIT, _DEFAULT_WAIT, _MOST_WAIT = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=24)
# Every so many polls a feed is asked without conditions: servers are known whose ETag never changes.
_UNCONDITIONAL = 8


class AccessMiddleware:
    """Sends each request the way that its host's line names, robots.txt too; hands no proxy an address of an inner network."""

    def __init__(self, session: FetchSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AccessMiddleware:
        return cls(session_of(crawler))

    def process_request(self, request: Request) -> None:
        host = urlparse_cached(request).hostname or ""
        access = self._session.catalogue.access(host)
        if access.proxy and (reason := guard.internal_reason(host)):
            raise FetchAborted(Outcome.REFUSED, reason)
        request.meta["attempt"].access = access


class ArchiveMiddleware:
    """Next to the network: writes each response into the WARC as it came; the attempt says what came, or why nothing did."""

    def __init__(self, session: FetchSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        return cls(session_of(crawler))

    def process_response(self, request: Request, response: Response) -> Response:
        attempt: FetchAttempt = request.meta["attempt"]
        attempt.status = response.status
        attempt.bytes = len(response.body)
        # Through a proxy, the address that we are connected to is not the server's.
        ip = "" if attempt.access.proxy else str(response.ip_address or "")
        # The row of `fetches` and the WARC record have one time: what is read of the page later does not make it received later.
        attempt.finished = received = attempt.finished or clock.now()
        copied = received if attempt.captured else None
        record = pack(
            request.url, _pairs(request.headers), response.status, "", _pairs(response.headers), response.body,
            fetched=attempt.captured or received, ip=ip, proxy=attempt.access.proxy, copied=copied,
            original=self._original(request),
        )  # fmt: skip
        attempt.capture = self._session.archive.append(record, copied)
        attempt.flaw = result_of_status(response.status)
        if attempt.kind in {*POLLED, "article", "recheck"}:
            etag, modified = ((response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified"))
            attempt.hints = PollHints(fresh_until(response.headers, clock.now()), moved_to(request), etag, modified)
        if _asks_for_time(response):
            attempt.retry_after = retry_after(response.headers, clock.now())
            self._session.defer_host(attempt, attempt.retry_after)
        elif "dataloss" in response.flags:
            is_longer = response.headers.get("Content-Length") == str(attempt.bytes).encode()
            what = "more came than was announced" if is_longer else "the connection ended too soon"
            attempt.flaw = FetchResult(Outcome.INCOMPLETE, f"{what}, after {attempt.bytes} bytes")
        return response

    def _original(self, request: Request) -> Original | None:
        """What was received of an article before that is looked at again."""
        if request.meta["attempt"].kind != "recheck":
            return None
        return self._session.known.recheck_state(request.meta["article"]).original

    def process_exception(self, request: Request, exception: Exception) -> None:
        # A retry hides the exception from all that stands further out.
        request.meta["attempt"].error = exception


def moved_to(request: Request) -> str:
    """Where the permanent redirects led that a request came by, before any temporary one; empty where there was none."""
    reasons = request.meta.get("redirect_reasons", ())
    permanent = len(list(takewhile(lambda reason: reason in {301, 308}, reasons)))
    return (*request.meta.get("redirect_urls", ()), request.url)[permanent] if permanent else ""


def _asks_for_time(response: Response) -> bool:
    return response.status == 429 or (response.status == 503 and "Retry-After" in response.headers)


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]


def retry_after(headers: Headers, now: datetime) -> datetime:
    """When a server that said "not now" may be asked again (RFC 9110, section 10.2.3: seconds or a date), within bounds."""
    value = (headers.get("Retry-After") or b"").decode("latin-1").strip()
    wait = _DEFAULT_WAIT
    try:
        if value.isdecimal():
            # Python refuses to read thousands of digits; nine are decades.
            wait = timedelta(seconds=int(value[:9]))
        elif value:
            until = parsedate_to_datetime(value)
            # RFC 9110, section 5.6.7: dates are in GMT. One without its zone is not of the zone of this machine.
            wait = (until if until.tzinfo else until.replace(tzinfo=UTC)).astimezone(UTC) - now
    except (ValueError, OverflowError, TypeError):
        wait = _DEFAULT_WAIT  # no date, or one that no calendar has
    return now + min(max(wait, _LEAST_WAIT), _MOST_WAIT)


def fresh_until(headers: Headers, now: datetime) -> datetime:
    """Until when an answer may be cached (RFC 9111, section 4.2): nothing else is to be had before. At most a day."""
    cache_control = parse_cachecontrol(headers.get("Cache-Control") or b"")
    age = seconds(headers.get("Age"))
    if cache_control.keys() & {b"no-cache", b"no-store"}:
        fresh = 0.0
    elif b"max-age" in cache_control:
        fresh = seconds(cache_control[b"max-age"]) - age
    else:
        date = rfc1123_to_epoch(headers.get("Date"))
        fresh = (rfc1123_to_epoch(headers.get("Expires")) or 0) - (date or now.timestamp()) - age
    return now + min(max(timedelta(seconds=fresh), timedelta()), _MOST_WAIT)


def seconds(value: bytes | None) -> int:
    """A number of seconds in a header; 0 where there is none. Nine digits are decades, and Python refuses thousands."""
    return int(value[:9]) if value and value.isdigit() else 0


class ConditionalMiddleware:
    """Asks for a feed, or again for an article, on condition that it changed (RFC 9110, section 13), but now and then without:
    servers lie. What was not there, or hidden, is asked for without, so that no cache answers.
    """

    def __init__(self, session: FetchSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ConditionalMiddleware:
        return cls(session_of(crawler))

    def process_request(self, request: Request) -> None:
        attempt: FetchAttempt = request.meta["attempt"]
        if attempt.kind in POLLED:
            feed = self._session.known.feed_state(attempt.source, attempt.part)
            state: FeedState | RecheckState = feed
            is_unconditional = feed.polls % _UNCONDITIONAL == 0
        elif attempt.kind == "recheck":
            state = look = self._session.known.recheck_state(request.meta["article"])
            is_unconditional = bool(look.outcome) or (look.looks + 1) % _UNCONDITIONAL == 0
        else:
            return
        if is_unconditional:
            return
        if state.etag:
            request.headers["If-None-Match"] = state.etag
        if state.last_modified:
            request.headers["If-Modified-Since"] = state.last_modified


class RetryMiddleware(ScrapyRetryMiddleware):
    """Scrapy's, which also asks again for a body that ended too soon, and presses neither a server that asks for time nor the
    address guard.
    """

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:  # noqa: ARG002 - Scrapy's signature
        if _asks_for_time(response):
            return response
        if "dataloss" in response.flags:
            assert self.crawler.spider is not None
            return get_retry_request(request, spider=self.crawler.spider, reason="incomplete") or response
        return super().process_response(request, response)

    def process_exception(
        self,
        request: Request,
        exception: Exception,
        spider: Spider | None = None,  # noqa: ARG002 - Scrapy's signature
    ) -> Request | Response | None:
        if isinstance(exception, CannotResolveHostError) and guard.refusal(urlparse_cached(request).hostname or ""):
            return None  # a name that was resolved, to an address that stays closed
        return super().process_exception(request, exception)


class RedirectMiddleware(ScrapyRedirectMiddleware):
    """Scrapy's, which also gives an outcome to every redirect that leads nowhere."""

    def process_response(self, request: Request, response: Response, spider: Spider | None = None) -> Request | Response:  # noqa: ARG002 - Scrapy's signature
        try:
            result = super().process_response(request, response)
        except FetchAborted:
            raise
        except (IgnoreRequest, ValueError) as error:
            raise FetchAborted(Outcome.BAD_REDIRECT, str(error)) from error
        attempt: FetchAttempt = request.meta["attempt"]
        if isinstance(result, Request):
            attempt.location = result.url
            if len(result.url) > LONGEST:
                raise FetchAborted(Outcome.BAD_REDIRECT, f"leads to an address of {len(result.url)} characters")
            if result.url in {request.url, *request.meta.get("redirect_urls", ())}:
                raise FetchAborted(Outcome.BAD_REDIRECT, "leads back to itself")
        elif response.status in {301, 302, 303, 307, 308} and not request.meta.get("dont_redirect"):
            attempt.location = (response.headers.get("Location") or b"").decode("latin-1")
            raise FetchAborted(Outcome.BAD_REDIRECT, "leads to no http(s) address" if attempt.location else "leads nowhere")
        return result


class DecodeMiddleware:
    """Unpacks bodies; one that cannot be unpacked whole ends its request. We ask for gzip and deflate.

    Scrapy's own passes on what it could unpack of a cut body. The raw bytes are kept in either case.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DecodeMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", "gzip, deflate")

    async def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002 - Scrapy's signature
        codings = [value.decode("latin-1") for value in response.headers.getlist("Content-Encoding")]
        if not codings:
            return response
        # In a thread: as much as a download may hold, five times over, is bounded but takes its time.
        unpacked = await asyncio.to_thread(decode_content, response.body, codings, self._most)
        if unpacked.state is not State.WHOLE:
            raise FetchAborted(_OUTCOMES[unpacked.state], unpacked.detail)
        if unpacked.data is response.body:
            return response
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        return response.replace(body=unpacked.data, headers=headers)


_OUTCOMES = {
    State.CUT: Outcome.INCOMPLETE,
    State.TOO_LARGE: Outcome.TOO_LARGE,
    State.BROKEN: Outcome.BAD_ENCODING,
    State.UNKNOWN: Outcome.BAD_ENCODING,
}

"""The fetch log: every request that sets out ends in exactly one row of `fetches`, whatever became of it. Writes to the vault.

Scrapy's downloader is the one place that every request passes: hops of a redirect, retries, robots.txt, what a middleware
refuses, what never answers. A response that goes on to a spider keeps its attempt open until the pipeline knows what it gave;
what is open when the run ends is written as interrupted, or as unanswered where the run went to its end.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from OpenSSL import SSL
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    UnsupportedURLSchemeError,
)
from scrapy.utils.httpobj import urlparse_cached
from service_identity import VerificationError

from monitor.crawl import clock, guard
from monitor.crawl.entries import group_of
from monitor.model import POLLED, Access, Capture, Fetch, Outcome
from monitor.vault import FrontierEntry, PollHints

if TYPE_CHECKING:
    from monitor.vault import Store

logger = logging.getLogger(__name__)

# How long an address is left alone after a failure, by how often it was asked; after the last it is settled, and asked again only
# where a person, or a feed with a newer entry, names it. What is polled has its own schedule.
_MINUTES = [timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]
_DAYS = [timedelta(days=1), timedelta(days=3), timedelta(days=7)]
_BACK_OFF = {
    # What may pass by itself.
    Outcome.TIMEOUT: _MINUTES,
    Outcome.DNS: _MINUTES,
    Outcome.CONNECTION: _MINUTES,
    Outcome.HTTP_ERROR: _MINUTES,
    Outcome.INCOMPLETE: _MINUTES,
    # Who closes the door may open it again: a provider's order is lifted, a country let in, a wave of bots over. It is asked as
    # before, by the same name and from the same address, after days and not after minutes.
    Outcome.BLOCKED: _DAYS,
    Outcome.CHALLENGE: _DAYS,
    # A certificate that has expired is renewed when somebody notices.
    Outcome.TLS: _DAYS,
    # A fault of ours, or of a machine under load. Its bytes are in the archive: `monitor reread` reads them after a mend.
    Outcome.PARSER_LIMIT: _DAYS,
    Outcome.PARSER_ERROR: _DAYS,
    # As the server says, and then ever later: an address that always answers so must not keep its host from all others.
    Outcome.TOO_MANY: [timedelta(), *_MINUTES[1:]],
}
# A robots.txt that cannot be had, or whose host is down, says nothing of the page, which was not asked for: it is asked again, in
# the end once a week.
_ROBOTS_UNREACHABLE = frozenset((Outcome.ROBOTS_UNREACHABLE, Outcome.DNS, Outcome.CONNECTION, Outcome.TLS))
_ROBOTS_BACK_OFF = [timedelta(hours=1), timedelta(hours=6), *_DAYS]
_NO_ANSWER = frozenset((Outcome.TIMEOUT, Outcome.DNS, Outcome.CONNECTION, Outcome.ROBOTS_UNREACHABLE))
# The page that a server answered with "too many requests" comes after those that waited for it.
_LAST = timedelta(seconds=1)
VANISHED = "vanished: it was taken on, the run went to its end, and no part of the crawl said what became of it"
"""The detail of a request that is unanswered."""


class FetchResult(NamedTuple):
    """How a request ended."""

    outcome: Outcome
    detail: str = ""
    retry_at: datetime | None = None
    """When its address is to be tried again; None leaves that to the outcome."""


class FetchAborted(IgnoreRequest):
    """Raised by our middlewares to end a request. Scrapy does not log an IgnoreRequest as an error."""

    def __init__(self, outcome: Outcome, detail: str = "", retry_at: datetime | None = None) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.result = FetchResult(outcome, detail, retry_at)


@dataclass(slots=True, eq=False)
class FetchAttempt:
    """A request on its way: what its row of `fetches` will say."""

    url: str
    kind: str
    source: str
    referrer: str
    depth: int
    key: str
    """Of the leased row of the frontier that it was sent out for; empty where there is none."""
    attempts: int
    """How often that row was leased."""
    started: datetime
    part: str = ""
    """As in `Fetch`."""
    redirected_from: tuple[str, ...] = ()
    """As in `Fetch`."""
    captured: datetime | None = None
    """As in `Fetch`."""
    status: int | None = None
    bytes: int = 0
    capture: Capture | None = None
    location: str = ""
    """Where the answer sends us."""
    title: str = ""
    """As in `Fetch`."""
    flaw: FetchResult | None = None
    """What is wrong with the answer as it came, by its status and its length."""
    error: Exception | None = None
    """Why no answer came."""
    retry_after: datetime | None = None
    """The server asks to be left alone until then."""
    hints: PollHints = field(default_factory=PollHints)
    """Of a poll: what its server said beside the answer."""
    access: Access = field(default_factory=Access)
    """How its server was to be reached."""
    finished: datetime | None = None
    """When its answer was there, or it ended, where another process saw that; None: as its row is written."""
    result: FetchResult | None = None
    """How it ended; None while it is open. Set by the `FetchLog` alone."""

    @classmethod
    def of(cls, request: Request) -> FetchAttempt:
        """A request as it sets out, now; its `meta` has the frontier's row that it was made for."""
        entry: FrontierEntry = request.meta["entry"]
        return cls(
            request.url, entry.kind, entry.source, entry.referrer, entry.depth, entry.key, request.meta.get("attempts", 0),
            clock.now(), entry.part, tuple(request.meta.get("redirect_urls", ())),
        )  # fmt: skip

    @classmethod
    def of_entry(cls, entry: FrontierEntry, attempts: int = 0) -> FetchAttempt:
        """Of an address that did not set out."""
        return cls(entry.url, entry.kind, entry.source, entry.referrer, entry.depth, entry.key, attempts, clock.now(), entry.part)

    def fetch(self, result: FetchResult) -> Fetch:
        """Its row, as of now."""
        excuse = self.access.tls if self.url.startswith("https:") else ""
        detail = "; ".join(filter(None, (result.detail, excuse and f"certificate not verified: {excuse}")))
        return Fetch(
            self.url, self.source, self.kind, result.outcome, detail, self.started, self.finished or clock.now(), self.status,
            self.bytes, self.location, self.referrer, self.depth, self.capture, self.access.proxy, self.captured, self.part,
            self.redirected_from, self.title,
        )  # fmt: skip

    def retry_at(self, result: FetchResult) -> datetime | None:
        """When the address is to be tried again; None where it is settled.

        A feed is settled by every answer: it is polled again in any case, unless the server asks for time.
        """
        if result.outcome in {Outcome.INTERRUPTED, Outcome.UNANSWERED}:
            return result.retry_at or self.started
        if self.kind in POLLED:
            return result.retry_at or self.retry_after
        times, now = max(1, self.attempts), clock.now()
        if result.outcome in _ROBOTS_UNREACHABLE and result.retry_at:
            return max(result.retry_at, now + _ROBOTS_BACK_OFF[min(times, len(_ROBOTS_BACK_OFF)) - 1])
        if result.retry_at:
            return result.retry_at
        delays = _BACK_OFF.get(result.outcome, [])
        # A page of regret may come with 200.
        is_refused = result.outcome is Outcome.HTTP_ERROR and 400 <= (self.status or 0) < 500
        if times > len(delays) or is_refused:
            return None
        at = now + delays[times - 1]
        return max(at, self.retry_after + _LAST) if self.retry_after else at


class Attempts(ABC):
    """The attempts of one run that are open, and counts of all."""

    def __init__(self) -> None:
        self._open: set[FetchAttempt] = set()
        self.tally: Counter[Outcome] = Counter()
        """Of feeds and articles, as the view `skipped` has them: robots.txt itself is no page that anyone misses."""
        self.robots: Counter[Outcome] = Counter()
        """Of robots.txt: together with the tally all requests of the run."""
        self.sources: set[str] = set()
        """Ids of the sources that were asked."""
        self.articles = 0
        """How many requests for articles set out that were not asked before."""
        self.waited: defaultdict[str, float] = defaultdict(float)
        """Seconds that requests for articles waited for an answer that did not come, by what led to them (`group_of`)."""
        self.vanished = 0
        """How many requests nobody said an outcome of, although the run went to its end."""

    @property
    def under_way(self) -> Collection[FetchAttempt]:
        """The attempts that are open: waiting for robots.txt, for their turn, for an answer, for a worker."""
        return self._open

    def begin(self, request: Request) -> FetchAttempt:
        """A new attempt for a request that sets out; a hop or a retry is an attempt of its own, under the same leased row."""
        attempt = request.meta["attempt"] = FetchAttempt.of(request)
        self.open(attempt)
        return attempt

    def open(self, attempt: FetchAttempt) -> None:
        """The attempt has begun, here or in another process, whose word how it ended is not the last."""
        attempt.result = None
        self._open.add(attempt)
        # One that failed before says nothing of what there is to collect now.
        self.articles += attempt.kind == "article" and attempt.attempts <= 1
        if attempt.source:
            self.sources.add(attempt.source)

    @abstractmethod
    def end(self, attempt: FetchAttempt, result: FetchResult, *, goes_on: bool = False) -> None:
        """Write its row. Its address is acknowledged, or put back for later, unless the request `goes_on` as another."""

    def close(self, attempt: FetchAttempt, result: FetchResult) -> None:
        """The attempt is over: its row is written with what it gave. Raises KeyError where it was over before."""
        self._open.remove(attempt)
        attempt.result = result
        seconds = ((attempt.finished or clock.now()) - attempt.started).total_seconds()
        if result.outcome in _NO_ANSWER:
            self.waited[group_of(attempt)] += seconds
        if logger.isEnabledFor(logging.DEBUG):
            fields = {name: getattr(attempt, name) for name in ("source", "url", "kind", "status", "bytes")}
            extra = fields | {"outcome": str(result.outcome), "detail": result.detail, "seconds": round(seconds, 3)}
            logger.debug("%s: %s", attempt.url, result.outcome, extra=extra)
        (self.robots if attempt.kind == "robots" else self.tally)[result.outcome] += 1

    def fail(self, request: Request | None, error: BaseException | None) -> None:
        """A callback or a pipeline raised it for this request: a fault of ours."""
        attempt: FetchAttempt | None = request.meta.get("attempt") if request else None
        if attempt and attempt in self._open:
            self.end(attempt, failure_of(error))

    def note(self, attempt: FetchAttempt, result: FetchResult) -> None:
        """A request that never set out, and why."""
        self._open.add(attempt)
        self.end(attempt, result)


class FetchLog(Attempts):
    """The attempts of one run, whose rows are written here."""

    def __init__(self, store: Store, run: int) -> None:
        super().__init__()
        self._store = store
        self._run = run

    def end(self, attempt: FetchAttempt, result: FetchResult, *, goes_on: bool = False) -> None:
        self.close(attempt, result)
        if goes_on:
            self._store.save_fetch(self._run, attempt.fetch(result))
        else:
            retry_at = attempt.retry_at(result)
            self._store.save_fetch(self._run, attempt.fetch(result), key=attempt.key, retry_at=retry_at, hints=attempt.hints)

    def end_all(self, *, cut_short: bool) -> None:
        """What has no outcome: its addresses come back in the next run.

        Where the run was not `cut_short`, each was lost on its way: by a middleware that drops a request or a response, by a
        callback or a pipeline that gives nothing. That is counted in `vanished`.
        """
        result = (
            FetchResult(Outcome.INTERRUPTED, "the run ended first") if cut_short else FetchResult(Outcome.UNANSWERED, VANISHED)
        )
        for attempt in list(self._open):
            self.end(attempt, result)
            self.vanished += not cut_short
        for leased in self._store.frontier.leased(self._run):
            attempt = FetchAttempt.of_entry(leased.pending, leased.attempts)
            self.note(attempt, result)
            self.vanished += not cut_short


def failure_of(error: BaseException | None) -> FetchResult:
    """How a request ended over which a fault of ours was raised."""
    return FetchResult(Outcome.PARSER_ERROR, f"{type(error).__name__}: {error}"[:500])


def result_of_status(status: int) -> FetchResult | None:
    """What an HTTP status alone says of a request; None where the body has the word."""
    known = {
        304: Outcome.UNCHANGED, 401: Outcome.BLOCKED, 403: Outcome.BLOCKED, 404: Outcome.NOT_FOUND, 410: Outcome.GONE,
        429: Outcome.TOO_MANY, 451: Outcome.LEGAL,
    }  # fmt: skip
    if 200 <= status < 300:
        return None
    return FetchResult(known.get(status, Outcome.HTTP_ERROR), "" if status in known else f"HTTP status {status}")


def result_of_error(error: Exception, request: Request) -> FetchResult:
    """What an exception says of a request; an unknown one is a fault of ours, and is logged whole."""
    match error:
        case FetchAborted():
            return error.result
        case DownloadTimeoutError():
            return FetchResult(Outcome.TIMEOUT, "no whole answer within the time limit")
        case DownloadCancelledError():
            return FetchResult(Outcome.TOO_LARGE, "larger than the limit of a download")
        case CannotResolveHostError():
            address = guard.refusal(urlparse_cached(request).hostname or "")
            return FetchResult(Outcome.REFUSED, f"not a public address: {address}") if address else FetchResult(Outcome.DNS)
        case NotSupported() | UnsupportedURLSchemeError():
            return FetchResult(Outcome.REFUSED, "neither http nor https")
        case ValueError():
            return FetchResult(Outcome.BAD_URL, str(error))
    causes = list(_causes(error))
    if result := _tls_ending(causes):
        return result
    if type(error).__module__.startswith(("scrapy.", "twisted.")):
        return FetchResult(Outcome.CONNECTION, _words(causes[-1]))
    logger.error("%s: %s", request.url, error, exc_info=error, extra={"url": request.url})
    return failure_of(error)


def _tls_ending(causes: Sequence[BaseException]) -> FetchResult | None:
    """What the causes say of the server's certificate, or of the encryption; None where they are about something else."""
    for cause in causes:
        if isinstance(cause, FetchAborted):
            return cause.result
        if isinstance(cause, VerificationError):
            return FetchResult(Outcome.TLS, "is of another name")
    return FetchResult(Outcome.TLS, _words(causes[-1])) if any(isinstance(cause, SSL.Error) for cause in causes) else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies under it, the deepest last. Twisted keeps the causes of a failed request in `reasons`."""
    yield error
    reasons: list[Any] = getattr(error, "reasons", [])
    below = [reason.value for reason in reasons] or [error.__cause__]
    for cause in below:
        if cause is not None:
            yield from _causes(cause)


def _words(error: BaseException) -> str:
    """An error in words that fit a cell; OpenSSL's errors are lists of triples, of which the last word is for people."""
    if isinstance(error, SSL.Error) and error.args and isinstance(error.args[0], list) and error.args[0]:
        return str(error.args[0][0][-1])
    return (" ".join(str(error).split()) or type(error).__name__)[:200]

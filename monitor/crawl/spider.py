"""What our spiders share: requests for feeds and pages, and the callbacks that read them in workers. Touches nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from scrapy import Request, Spider

from monitor.crawl import clock
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.items import Page, Poll, Preview
from monitor.crawl.parsing import ChannelReading, Reading, announced, read_article, read_home, read_polled, read_sitemap
from monitor.crawl.session import current
from monitor.errors import UsageError
from monitor.match import url_identity
from monitor.model import Channel, Feed, Outcome, Rejection, Source

if TYPE_CHECKING:
    from scrapy.http import Response

    from monitor.crawl.session import RunExtension
    from monitor.newsroom.catalogue import Catalogue

T = TypeVar("T")

# Feeds first, then what relevant articles led to, then the rest of what feeds list.
_POLL, _LINK, _ENTRY = 2, 1, 0
_FOLLOWED = frozenset(("related", "citation"))
# A post's own page shows none of its words: its channel's preview does.
_WORDLESS = "https://t.me/"
# Pages that are read of a channel in one run, beyond its newest, to reach down to what is known: some hundred messages.
_OLDER_PAGES = 5
# What a news sitemap lists, by the protocol; what is older was seen, or is an archive.
_WINDOW = timedelta(days=2)
# So many addresses without a date, when a sitemap is read for the first time, are an archive: they are noted, what is added
# to them later is fetched.
_ARCHIVE = 100
# What says that nothing will stand at a feed's address any more.
_GONE = frozenset((Outcome.NOT_FOUND, Outcome.GONE, Outcome.NOT_A_FEED))
_LOOK_AGAIN = timedelta(days=1)
# An index of indexes is read; what lies deeper is a calendar without end.
_DEEPEST = 2


class NewsSpider(Spider):
    """A spider's own part is `start`. A row of the frontier of kind K is sent out with the callback `parse_K`."""

    is_live = True
    """Whether its pages come from the network, so that the run's clock says when they stood there."""

    backdates = False
    """Whether each of its pages says by itself when it was captured, so that it can stand among those that we saw."""
    uses_frontier = True
    """Whether it also takes up what waits in the frontier."""

    def __init__(self, **unknown: Any) -> None:
        # Scrapy makes an attribute of every -a: a slip of the pen would crawl everything that is due.
        if unknown:
            raise UsageError(f"the spider `{self.name}` has no argument {', '.join(sorted(unknown))}")
        super().__init__()
        self._older_pages: Counter[str] = Counter()
        """Read in this run, by source."""

    def check(self, data: Catalogue) -> None:
        """Called before anything is opened. Raises UsageError where the newsroom has not what its arguments name."""

    @property
    def run(self) -> RunExtension:
        return current(self.crawler)

    def poll_request(self, source: Source) -> Request:
        """For what a source polls; asked again although it was asked before. Raises ValueError where its address is none."""
        meta = {"kind": source.via, "source": source.id, "key": f"{source.via}:{source.id}"}
        return Request(source.feed, getattr(self, f"parse_{source.via}"), meta=meta, priority=_POLL, dont_filter=True)

    def page_request(self, url: str, *, priority: int = _ENTRY, **meta: Any) -> Request | None:
        """For an article's address; None where it is no http(s) address. `meta`: source, referrer, depth."""
        try:
            key = url_identity(url)
            return Request(url, self.parse_article, meta={"kind": "article", "key": key, **meta}, priority=priority)
        except ValueError:
            return None

    async def parse_feed(self, response: Response) -> AsyncIterator[Poll | Preview | Request]:
        poll = await self._poll_feed(response)
        look = self._look_elsewhere(poll) if isinstance(poll, Poll) else None
        yield poll
        if look:
            yield look

    def _look_elsewhere(self, poll: Poll) -> Request | None:
        """For the home page, where the feed is gone for the second time in a row: once a day. It may announce another."""
        attempt, now = poll.attempt, clock.now()
        state = self.run.store.feed_state(attempt.source)
        was_looked_at = state.looked is not None and now - state.looked < _LOOK_AGAIN
        is_gone = isinstance(poll.feed, Rejection) and poll.feed.outcome in _GONE and state.failures
        if not is_gone or was_looked_at or attempt.source not in self.run.sources:
            return None
        self.run.store.note_look(attempt.source, now)
        meta = {"kind": "discovery", "of": attempt.source}
        return Request(self.run.sources[attempt.source].home, self.parse_announced, meta=meta)

    async def parse_announced(self, response: Response) -> None:
        """The home page of an outlet whose feed is gone."""
        attempt: FetchAttempt = response.meta["attempt"]
        source = self.run.sources[response.meta["of"]]
        if attempt.flaw:
            self.run.fetch_log.end(attempt, attempt.flaw)
            return
        read = await self.run.workers.run(announced, response.body, response.url, _header(response, "Content-Type"))
        if isinstance(read, Rejection):
            self.run.fetch_log.end(attempt, FetchResult(read.outcome, read.detail))
            return
        self.run.fetch_log.end(attempt, FetchResult(Outcome.READ))
        others = [feed for feed in read.feeds if url_identity(feed) != url_identity(source.feed)]
        if others:
            self.run.store.note_look(source.id, clock.now(), others[0])

    async def parse_telegram(self, response: Response) -> AsyncIterator[Poll | Preview]:
        yield await self._poll_feed(response)

    async def parse_older(self, response: Response) -> AsyncIterator[Poll | Preview]:
        self._older_pages[response.meta["attempt"].source] += 1
        yield await self._poll_feed(response)

    async def _poll_feed(self, response: Response) -> Poll | Preview:
        """A feed or a channel: what stands at an address is known by its content, whatever the address promises."""
        attempt: FetchAttempt = response.meta["attempt"]
        found: Feed | ChannelReading | Rejection = await self._read_poll(response, attempt, read_polled)
        if not isinstance(found, ChannelReading):
            return self._polled(found, response, attempt)
        earned = tuple(request for post in found.posts for request in self._earned(post, attempt))
        return Preview(attempt, found, *_validators(response), earned, self._older_request(found.channel, attempt))

    def _older_request(self, channel: Channel, attempt: FetchAttempt) -> Request | None:
        if not channel.older or self._older_pages[attempt.source] >= _OLDER_PAGES:
            return None
        key = f"older:{attempt.source}:{channel.numbers[0].number}"
        meta = {"kind": "older", "source": attempt.source, "key": key, "referrer": attempt.url}
        return Request(channel.older, self.parse_older, meta=meta, priority=_POLL)

    async def parse_home(self, response: Response) -> AsyncIterator[Poll]:
        yield await self._poll(response, _home)

    async def parse_sitemap(self, response: Response) -> AsyncIterator[Poll]:
        attempt: FetchAttempt = response.meta["attempt"]
        polled = self.run.store.feed_state(attempt.source, attempt.part).polled
        poll = await self._poll(response, partial(_sitemap, since=min(polled or attempt.started, attempt.started - _WINDOW)))
        if isinstance(poll.feed, Rejection):
            yield poll
            return
        feed, foreign = _own(poll.feed, (self.run.sources[attempt.source].home, response.url))
        parts = self._part_requests(feed, attempt)
        undated = [entry.url for entry in feed.entries[len(feed.entries) - feed.undated :]]
        is_archive = polled is None and len(undated) > _ARCHIVE
        said = [
            f"refused addresses of other hosts: {foreign}" * bool(foreign),
            f"an index, its sitemaps to read: {len(parts)}" * bool(parts),
            f"left out sitemaps that lie too deep: {len(feed.parts) - len(parts)}" * (len(parts) < len(feed.parts)),
            f"noted as the archive, for they have no date: {len(undated)}" * is_archive,
        ]
        # An index tells of no change in its parts: it is read each time.
        etag, modified = ("", "") if feed.parts else (poll.etag, poll.last_modified)
        yield Poll(
            attempt, replace(feed, flags=(*feed.flags, *filter(None, said))), etag, modified,
            self._entry_requests(feed, attempt), parts, frozenset(undated if is_archive else ()),
        )  # fmt: skip

    def _part_requests(self, index: Feed, attempt: FetchAttempt) -> tuple[Request, ...]:
        if attempt.depth >= _DEEPEST:
            return ()
        own = {"kind": attempt.kind, "source": attempt.source, "referrer": attempt.url, "depth": attempt.depth + 1}
        return tuple(
            Request(
                url,
                self.parse_sitemap,
                meta={**own, "part": url, "key": f"{attempt.kind}:{attempt.source}:{url}"},
                priority=_POLL,
            )
            for url in index.parts
        )

    async def _poll(self, response: Response, read: Callable[..., Feed | Rejection]) -> Poll:
        """What a polled address gave; `read` runs in a worker: (body, url, content type, now)."""
        attempt: FetchAttempt = response.meta["attempt"]
        return self._polled(await self._read_poll(response, attempt, read), response, attempt)

    def _polled(self, feed: Feed | Rejection, response: Response, attempt: FetchAttempt) -> Poll:
        if isinstance(feed, Rejection):
            return Poll(attempt, feed)
        return Poll(attempt, feed, *_validators(response), self._entry_requests(feed, attempt))

    def _entry_requests(self, feed: Feed, attempt: FetchAttempt) -> tuple[Request | None, ...]:
        return tuple(self.page_request(entry.url, source=attempt.source, referrer=feed.url) for entry in feed.entries)

    async def parse_article(self, response: Response) -> AsyncIterator[Page]:
        attempt: FetchAttempt = response.meta["attempt"]
        urls = (*response.meta.get("redirect_urls", ()), response.url)
        reading = await self._read_article(response, attempt)
        yield Page(attempt, reading, urls, tuple(self._earned(reading, attempt)) if isinstance(reading, Reading) else ())

    async def _read_poll(self, response: Response, attempt: FetchAttempt, read: Callable[..., T | Rejection]) -> T | Rejection:
        if attempt.flaw:
            return Rejection(attempt.flaw.outcome, attempt.flaw.detail)
        if attempt.capture and attempt.capture.digest == self.run.store.feed_state(attempt.source, attempt.part).digest:
            return Rejection(Outcome.UNCHANGED, "the same bytes as before")
        return await self.run.workers.run(read, response.body, response.url, _header(response, "Content-Type"), clock.now())

    async def _read_article(self, response: Response, attempt: FetchAttempt) -> Reading | Rejection:
        # An error page is read: what it says decides between blocked, challenge and not found. A cut or absent body is not.
        if attempt.flaw and attempt.flaw.outcome in {Outcome.INCOMPLETE, Outcome.UNCHANGED}:
            return Rejection(attempt.flaw.outcome, attempt.flaw.detail)
        args = (response.body, response.url, _header(response, "Content-Type"), response.status, clock.now())
        reading = await self.run.workers.run(read_article, *args)
        if isinstance(reading, Rejection) and reading.outcome is Outcome.HTTP_ERROR and attempt.flaw:
            return Rejection(attempt.flaw.outcome, reading.detail)  # the page had nothing to add to its status
        return reading

    def _earned(self, reading: Reading, attempt: FetchAttempt) -> list[Request]:
        """Only a relevant article earns its links, and not beyond the depth."""
        depth = attempt.depth + 1
        if not reading.is_relevant or depth > self.settings.getint("MONITOR_DEPTH"):
            return []
        requests = []
        for link in reading.article.links:
            if link.kind not in _FOLLOWED or link.url.startswith(_WORDLESS):
                continue
            request = self.page_request(link.url, priority=_LINK, referrer=reading.article.url, depth=depth)
            if request:
                requests.append(request)
            else:
                self.refuse(link.url, referrer=attempt.url, depth=depth)
        return requests

    def refuse(self, url: str, detail: str = "", *, referrer: str = "", depth: int = 0) -> None:
        """Record an address that cannot even be asked for."""
        now = clock.now()
        self.run.fetch_log.note(
            FetchAttempt(url, "article", "", referrer, depth, "", 0, now), FetchResult(Outcome.BAD_URL, detail)
        )


def _home(body: bytes, url: str, content_type: str, now: datetime) -> Feed | Rejection:
    return read_home(body, url, content_type, now=now)


def _sitemap(body: bytes, url: str, content_type: str, now: datetime, *, since: datetime) -> Feed | Rejection:
    return read_sitemap(body, url, content_type, now=now, since=since)


def _own(sitemap: Feed, addresses: Sequence[str]) -> tuple[Feed, int]:
    """The sitemap with what lies on the hosts of these addresses, or under them, and how much else it lists: a sitemap speaks
    for its own host alone (sitemaps.org, "location"), else anybody could have us fetch anything in an outlet's name.
    """
    hosts = {(urlsplit(address).hostname or "").removeprefix("www.") for address in addresses}

    def is_own(url: str) -> bool:
        host = urlsplit(url).hostname or ""
        return not host or any(host == own or host.endswith(f".{own}") for own in hosts)

    entries = tuple(entry for entry in sitemap.entries if is_own(entry.url))
    undated = sum(is_own(entry.url) for entry in sitemap.entries[len(sitemap.entries) - sitemap.undated :])
    parts = tuple(filter(is_own, sitemap.parts))
    foreign = len(sitemap.entries) - len(entries) + len(sitemap.parts) - len(parts)
    return replace(sitemap, entries=entries, parts=parts, undated=undated), foreign


def _validators(response: Response) -> tuple[str, str]:
    return _header(response, "ETag"), _header(response, "Last-Modified")


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")

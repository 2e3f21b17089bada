"""Base class of the spiders: which addresses they yield, and the callbacks that parse responses in worker processes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from scrapy import Spider

from monitor.crawl import clock
from monitor.crawl.entries import LINK, POLL, article_entry, frontier_entry
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.items import CUT_SHORT, DirectRequest, InvalidAddress, NoPage, ParsedFeed, ParsedResponse, ProbeResult
from monitor.crawl.pages import FurtherPages, follow
from monitor.crawl.parsing import announced, read_article, read_gated, read_home, read_pages, read_polled, read_sitemap
from monitor.errors import UsageError
from monitor.match import url_identity
from monitor.model import NOINDEX, Channel, Feed, Outcome, ParsedArticle, ParsedChannel, Rejection
from monitor.read.robots import is_noindex
from monitor.vault import FeedItem, FrontierEntry

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from monitor.crawl.session import FetchSession
    from monitor.newsroom.catalogue import Catalogue

T = TypeVar("T")

_FOLLOWED = frozenset(("related", "citation"))
# A post's own page shows none of its words: its channel's preview does.
_WORDLESS = "https://t.me/"
# What a news sitemap lists, by the protocol; what is older was seen, or is an archive.
_WINDOW = timedelta(days=2)
# So many addresses without a date, when a sitemap is read for the first time, are an archive: they are noted, what is added
# to them later is fetched.
_ARCHIVE = 100
# What says that nothing will stand at a feed's address any more.
_GONE = frozenset((Outcome.NOT_FOUND, Outcome.GONE, Outcome.NOT_A_FEED))
_LOOK_AGAIN = timedelta(days=1)
# Links of one page that are followed: no article cites more, and a page of fifty thousand is a list, or wants to keep us busy.
_MOST_EARNED = 200
# An index of indexes is read; what lies deeper is a calendar without end.
_DEEPEST = 2


class NewsSpider(Spider):
    """A spider's own part is `start`. It yields what it asks for and what it read, as in `items`, and entries of the frontier,
    which are asked again although they were asked before. What comes of an entry of kind K goes to `parse_K`.
    """

    session: FetchSession
    """Of its run, which gives it as it opens: after the spider is made, and before it is asked for anything."""
    is_live = True
    """Whether its pages come from the network, so that the run's clock says when they stood there."""

    backdates = False
    """Whether each of its pages says by itself when it was captured, so that it can stand among those that we saw."""
    seeks_news = True
    """Whether a run of it that gives no article has collected nothing."""
    uses_frontier = True
    """Whether it also takes up what waits in the frontier."""
    polls = False
    """Whether it reads what sources list, and so perhaps many pages."""

    def __init__(self, **unknown: Any) -> None:
        # Scrapy makes an attribute of every -a: a slip of the pen would crawl everything that is due.
        if unknown:
            raise UsageError(f"the spider `{self.name}` has no argument {', '.join(sorted(unknown))}")
        super().__init__()

    async def failed(self, failure: Failure) -> AsyncIterator[NoPage]:
        """What comes of a request that gives no response; its attempt is over."""
        attempt: FetchAttempt | None = failure.request.meta.get("attempt")  # type: ignore[attr-defined] # Scrapy puts it there
        if attempt and attempt.kind == "article":
            yield NoPage(attempt)

    def due(self) -> Sequence[FrontierEntry]:
        """What is to be polled now; asked time and again while a run lasts."""
        return ()

    @property
    def arguments(self) -> Mapping[str, object]:
        """What the run was asked for, as its row tells it."""
        return {}

    def check(self, data: Catalogue) -> None:
        """Called before anything is opened. Raises UsageError where the newsroom has not what its arguments name."""

    async def parse_feed(self, response: Response) -> AsyncIterator[ParsedResponse | DirectRequest | InvalidAddress]:
        """Callback of a feed's response."""
        async for polled in self._poll_feed(response):
            look = self._look_elsewhere(polled) if isinstance(polled, ParsedResponse) else None
            yield polled
            if look:
                yield look

    def _look_elsewhere(self, polled: ParsedResponse) -> DirectRequest | None:
        """At the home page, where the feed is gone for the second time in a row: once a day. It may announce another."""
        attempt = polled.attempt
        state = self.session.known.feed_state(attempt.source)
        was_looked_at = state.looked is not None and clock.now() - state.looked < _LOOK_AGAIN
        is_gone = isinstance(polled.parsed, Rejection) and polled.parsed.outcome in _GONE and state.failures
        if not is_gone or was_looked_at or attempt.source not in self.session.sources:
            return None
        return DirectRequest(frontier_entry(self.session.sources[attempt.source].home, "discovery", source=attempt.source))

    async def parse_discovery(self, response: Response) -> AsyncIterator[ProbeResult | DirectRequest | InvalidAddress]:
        """The home page of an outlet whose feed is gone."""
        attempt: FetchAttempt = response.meta["attempt"]
        if attempt.flaw:
            yield ProbeResult(attempt, attempt.flaw)
            return
        read = await self.session.workers.run(announced, response.body, response.url, _header(response, "Content-Type"))
        if isinstance(read, Rejection):
            yield ProbeResult(attempt, FetchResult(read.outcome, read.detail))
            return
        own = url_identity(self.session.sources[attempt.source].feed)
        others = [feed for feed in read.feeds if url_identity(feed) != own]
        yield ProbeResult(attempt, FetchResult(Outcome.HOME_READ), others[0] if others else "")

    async def parse_telegram(self, response: Response) -> AsyncIterator[ParsedResponse | InvalidAddress]:
        """Callback of a Telegram channel's preview."""
        async for polled in self._poll_feed(response):
            yield polled

    async def parse_older(self, response: Response) -> AsyncIterator[ParsedResponse | InvalidAddress]:
        """Callback of an older page of a channel's preview."""
        async for polled in self._poll_feed(response):
            yield polled

    async def _poll_feed(self, response: Response) -> AsyncIterator[ParsedResponse | InvalidAddress]:
        """A feed or a channel: what stands at an address is known by its content, whatever the address promises."""
        attempt: FetchAttempt = response.meta["attempt"]
        # Whatever its address: a channel is the outlet's whose line names it.
        source = self.session.sources.get(attempt.source)
        read: Callable[..., Feed | ParsedChannel | Rejection] = partial(read_polled, outlet=source.outlet if source else "")
        found: Feed | ParsedChannel | Rejection = await self._read_poll(response, attempt, read)
        if not isinstance(found, ParsedChannel):
            yield self._polled(found, attempt)
            return
        followed: list[FrontierEntry] = []
        for asked in (asked for post in found.posts for asked in self._follow_links(post, attempt)):
            if isinstance(asked, InvalidAddress):
                yield asked
            else:
                followed.append(asked)
        yield ParsedResponse(attempt, found, tuple(followed), self._older(found.channel, attempt))

    def _older(self, channel: Channel, attempt: FetchAttempt) -> FrontierEntry | None:
        if not channel.older:
            return None
        key = f"older:{attempt.source}:{channel.numbers[0].number}"
        return frontier_entry(channel.older, "older", key=key, source=attempt.source, priority=POLL, referrer=attempt.url)

    async def parse_home(self, response: Response) -> AsyncIterator[ParsedResponse]:
        """Callback of a polled home page."""
        attempt: FetchAttempt = response.meta["attempt"]
        yield self._polled(await self._read_poll(response, attempt, read_home), attempt)

    async def parse_sitemap(self, response: Response) -> AsyncIterator[ParsedResponse]:
        """Callback of a sitemap's response."""
        attempt: FetchAttempt = response.meta["attempt"]
        polled = self.session.known.feed_state(attempt.source, attempt.part).polled
        since = min(polled or attempt.started, attempt.started - _WINDOW)
        found = await self._read_poll(response, attempt, partial(read_sitemap, since=since))
        if isinstance(found, Rejection):
            yield ParsedResponse(attempt, found)
            return
        feed, foreign = _own(found, (self.session.sources[attempt.source].home, response.url))
        parts = self._parts(feed, attempt)
        undated = [entry.url for entry in feed.entries[len(feed.entries) - feed.undated :]]
        is_archive = polled is None and len(undated) > _ARCHIVE
        said = [
            f"refused addresses of other hosts: {foreign}" * bool(foreign),
            f"an index, its sitemaps to read: {len(parts)}" * bool(parts),
            f"left out sitemaps that lie too deep: {len(feed.parts) - len(parts)}" * (len(parts) < len(feed.parts)),
            f"noted as the archive, for they have no date: {len(undated)}" * is_archive,
        ]
        feed = replace(feed, flags=(*feed.flags, *filter(None, said)))
        items = _items(feed, attempt, noted=frozenset(undated if is_archive else ()))
        yield ParsedResponse(attempt, ParsedFeed(feed, items, parts))

    def _parts(self, index: Feed, attempt: FetchAttempt) -> tuple[FrontierEntry, ...]:
        if attempt.depth >= _DEEPEST:
            return ()
        return tuple(
            frontier_entry(
                url, attempt.kind, key=f"{attempt.kind}:{attempt.source}:{url}", source=attempt.source, priority=POLL,
                depth=attempt.depth + 1, referrer=attempt.url,
            )
            for url in index.parts
        )  # fmt: skip

    def _polled(self, found: Feed | Rejection, attempt: FetchAttempt) -> ParsedResponse:
        return ParsedResponse(attempt, found if isinstance(found, Rejection) else ParsedFeed(found, _items(found, attempt)))

    async def parse_article(self, response: Response) -> AsyncIterator[ParsedResponse | ProbeResult | InvalidAddress]:
        """Callback of an article's response."""
        attempt: FetchAttempt = response.meta["attempt"]
        async for item in self.take_article(attempt, await self._read_article(response, attempt)):
            yield item

    async def take_article(
        self, attempt: FetchAttempt, parsed: ParsedArticle | Rejection
    ) -> AsyncIterator[ParsedResponse | ProbeResult | InvalidAddress]:
        """What comes of a page that was read, with the further pages of its article."""
        further = FurtherPages()
        unless_whole: Rejection | None = None
        if isinstance(parsed, ParsedArticle) and parsed.article.next_page:
            further = await follow(
                self.crawler, self.session, parsed.article, attempt,
                content_type=lambda page: _header(page, "Content-Type"), context=partial(self._context_of_page, attempt),
            )  # fmt: skip
            if further.missing:
                said = f"its page {len(further.read) + 2}: {further.missing.detail or further.missing.outcome}"
                unless_whole = Rejection(further.missing.outcome, said)
            is_stopped = unless_whole and unless_whole.outcome is Outcome.INTERRUPTED
            parsed = unless_whole if unless_whole and is_stopped else await self._joined(parsed, further)
        pages = tuple(page for page, _ in further.read)
        for page, result in further.ended:
            yield ProbeResult(page, result)
        if isinstance(parsed, Rejection):
            for page in pages:
                yield ProbeResult(page, FetchResult(parsed.outcome, CUT_SHORT))
            pages = ()
        followed: list[FrontierEntry] = []
        for asked in self._follow_links(parsed, attempt) if isinstance(parsed, ParsedArticle) else ():
            if isinstance(asked, InvalidAddress):
                yield asked
            else:
                followed.append(asked)
        yield ParsedResponse(attempt, parsed, tuple(followed), pages=pages, unless_whole=unless_whole)

    def _context_of_page(self, attempt: FetchAttempt, url: str) -> Mapping[str, Any] | None:  # noqa: ARG002 - archives ask
        """What goes with the request for a further page of the article; None where that is in no archive that is read."""
        return {}

    async def _joined(self, first: ParsedArticle, further: FurtherPages) -> ParsedArticle | Rejection:
        """The article with its further pages."""
        if not further.read and further.is_whole:
            return first
        pages = [first.article, *(page for _, page in further.read)]
        return await self.session.workers.run(read_pages, pages, first.outlet, further.is_whole)

    async def _read_poll(self, response: Response, attempt: FetchAttempt, read: Callable[..., T | Rejection]) -> T | Rejection:
        """What a polled address gave; `read` runs in a worker: (body, url, content type, now)."""
        if attempt.flaw:
            return Rejection(attempt.flaw.outcome, attempt.flaw.detail)
        digest = attempt.capture.digest if attempt.capture else ""
        if digest and digest == self.session.known.feed_state(attempt.source, attempt.part).digest:
            return Rejection(Outcome.UNCHANGED, "the same bytes as before")
        return await self.session.workers.run(read, response.body, response.url, _header(response, "Content-Type"), clock.now())

    async def _read_article(self, response: Response, attempt: FetchAttempt) -> ParsedArticle | Rejection:
        # An error page is read: what it says decides between blocked, challenge and not found. A cut or absent body is not.
        if attempt.flaw and attempt.flaw.outcome in {Outcome.INCOMPLETE, Outcome.UNCHANGED}:
            return Rejection(attempt.flaw.outcome, attempt.flaw.detail)
        outlet = self.session.outlet_of(response.url, attempt.source)
        args = (response.body, response.url, _header(response, "Content-Type"), response.status, clock.now(), outlet)
        # What an archive has comes in any order, and what is looked at again was read whole: neither is held back.
        gated = self.is_live and attempt.kind == "article" and not self.session.known.is_article(attempt.key)
        parsed = await (self.session.workers.run(read_gated, *args) if gated else self.read(response, *args))
        if isinstance(parsed, Rejection) and parsed.outcome is Outcome.HTTP_ERROR and attempt.flaw:
            return Rejection(attempt.flaw.outcome, parsed.detail)  # the page had nothing to add to its status
        if isinstance(parsed, ParsedArticle) and response_is_noindex(response):
            flags = dict.fromkeys((*parsed.article.flags, NOINDEX))
            return replace(parsed, article=replace(parsed.article, flags=tuple(flags)))
        return parsed

    async def read(self, response: Response, *args: Any) -> ParsedArticle | Rejection:  # noqa: ARG002 - who reads ahead asks
        """`read_article` in a worker."""
        return await self.session.workers.run(read_article, *args)

    def _follow_links(self, parsed: ParsedArticle, attempt: FetchAttempt) -> Iterator[FrontierEntry | InvalidAddress]:
        """Requests for the first links of an article, where it is relevant and they lie not beyond the depth."""
        depth = attempt.depth + 1
        if not parsed.is_relevant or depth > self.settings.getint("MONITOR_DEPTH"):
            return
        followed = (link for link in parsed.article.links if link.kind in _FOLLOWED and not link.url.startswith(_WORDLESS))
        for link in islice(followed, _MOST_EARNED):
            entry = article_entry(link.url, priority=LINK, referrer=parsed.article.url, depth=depth)
            yield entry or InvalidAddress(link.url, referrer=attempt.url, depth=depth)


def _items(feed: Feed, attempt: FetchAttempt, *, noted: frozenset[str] = frozenset()) -> tuple[FeedItem, ...]:
    """The entries with what each asks for: nothing where its address is `noted` alone, or is none."""
    items = []
    for entry in feed.entries:
        asked = article_entry(entry.url, source=attempt.source, referrer=feed.url)
        items.append(FeedItem(entry, asked.key if asked else "", None if entry.url in noted else asked))
    return tuple(items)


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


def response_is_noindex(response: Response) -> bool:
    """Whether its server, in its headers, asks search engines to leave a page out."""
    return is_noindex(_header(response, "X-Robots-Tag"))


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")

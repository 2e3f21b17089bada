"""Stores what spiders yield: one transaction a page or feed, with its row in `fetches` and what it asks for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from monitor.crawl import clock
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.items import (
    CUT_SHORT,
    DirectRequest,
    InvalidAddress,
    NoPage,
    OutsideAnswer,
    ParsedFeed,
    ParsedResponse,
    ProbeResult,
)
from monitor.crawl.parsing import read_entry, read_gated_with_text, read_with_text
from monitor.crawl.run import run_of
from monitor.errors import MonitorError
from monitor.model import SAYS_LESS, Fetch, Outcome, ParsedArticle, ParsedChannel, Rejection
from monitor.vault import FeedText, FrontierEntry, articles, entries

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from monitor.crawl.session import CrawlSession

# Characters of a text that is more than a summary.
_LEAST = 300
# Pages that are read of a channel in one run, beyond its newest, to reach down to what is known: some hundred messages.
_OLDER_PAGES = 5
# What says nothing of the page, or that it was had.
_SAYS_NOTHING = frozenset(
    (
        Outcome.ARTICLE, Outcome.UNCHANGED, Outcome.REDIRECTED, Outcome.TOO_MANY, Outcome.OVER_BUDGET, Outcome.INTERRUPTED,
        Outcome.UNANSWERED, Outcome.BAD_URL,
    )
)  # fmt: skip
# What passes in minutes: the page itself is waited for.
_MAY_PASS = frozenset((Outcome.TIMEOUT, Outcome.DNS, Outcome.CONNECTION, Outcome.HTTP_ERROR, Outcome.INCOMPLETE))

Item = ParsedResponse | NoPage | ProbeResult | OutsideAnswer | FrontierEntry | DirectRequest | InvalidAddress


class StorePipeline:
    """The one that writes."""

    def __init__(self, session: CrawlSession) -> None:
        self._session = session
        self._store = session.store
        self._older_pages: Counter[str] = Counter()
        """Read in this run, by source."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        return cls(run_of(crawler))

    async def process_item(self, item: Item) -> Item:
        try:
            match item:
                case ParsedResponse():
                    await self._take(item)
                case NoPage():
                    await self._take_text_of_feed(item.attempt)
                case FrontierEntry():
                    self._store.frontier.ask_again([item])
                case DirectRequest():
                    self.note_look(item)
                    self._session.direct_requests.append(item)
                case InvalidAddress():
                    attempt = FetchAttempt(item.url, "article", "", item.referrer, item.depth, "", 0, clock.now())
                    self._session.fetch_log.note(attempt, FetchResult(Outcome.BAD_URL, item.detail))
                case ProbeResult() | OutsideAnswer():
                    self._take_look(item)
        except MonitorError as error:
            self._session.give_up(error)
            raise DropItem(str(error)) from error
        return item

    def _take_look(self, look: ProbeResult | OutsideAnswer) -> None:
        if isinstance(look, OutsideAnswer):
            result = FetchResult(Outcome.ARCHIVE_READ, f"{len(look.captures)} captures" if look.what == "search" else "captured")
            self._store.save_outside(self._session.id, look.attempt.fetch(result), look.article, look.what, look.captures)
            self._session.fetch_log.close(look.attempt, result)
            return
        if look.linked is None:
            self._session.fetch_log.end(look.attempt, look.result)
        else:
            self._store.save_home(self._session.id, look.attempt.fetch(look.result), look.linked)
            self._session.fetch_log.close(look.attempt, look.result)
        if look.announced:
            self._store.note_look(look.attempt.source, clock.now(), look.announced)

    def note_look(self, asked: DirectRequest) -> None:
        """Note that the outlet of a feed that is gone is looked at, where that is asked."""
        if asked.entry.kind == "discovery" and asked.entry.source:
            self._store.note_look(asked.entry.source, clock.now())

    async def _take(self, response: ParsedResponse) -> None:
        response = self._unless_whole(response)
        article = response.parsed
        text = self._longer_text(response.attempt, article) if isinstance(article, ParsedArticle) else None
        if text and isinstance(article, ParsedArticle):
            await self._take_text_in_place_of(article, text, response)
        else:
            self._end(response)
            await self._take_text_of_feed(response.attempt)

    def _unless_whole(self, response: ParsedResponse) -> ParsedResponse:
        """The response, or its rejection where it is half of an article that was read whole before."""
        parsed, rejection = response.parsed, response.unless_whole
        if not rejection or not isinstance(parsed, ParsedArticle):
            return response
        if not articles.is_whole(self._store.db, parsed.article.canonical):
            return response
        for page in response.pages:
            self._session.fetch_log.end(page, FetchResult(rejection.outcome, CUT_SHORT))
        return ParsedResponse(response.attempt, rejection)

    def _longer_text(self, attempt: FetchAttempt, article: ParsedArticle) -> FeedText | None:
        """What the article's feed gives, where its page says less than half of that."""
        text = entries.full_text(self._store.db, attempt.key)
        return text if text and len(text.entry.text) > 2 * len(article.article.text) else None

    async def _take_text_in_place_of(self, page: ParsedArticle, text: FeedText, response: ParsedResponse) -> None:
        attempt = response.attempt
        read = read_gated_with_text if page.gate else read_with_text
        parsed = await self._session.workers.run(read, page.article, text.entry.text, page.outlet)
        if not isinstance(parsed, ParsedArticle) or (page.gate and not parsed.verdicts):
            self._end(response)
            return
        outcome = Outcome.PAYWALL if page.article.paywalled else Outcome.NOT_AN_ARTICLE
        for part in (attempt, *response.pages):
            self._session.fetch_log.end(part, FetchResult(outcome, SAYS_LESS))
        self._store.save_article(self._session.id, _of_feed(attempt, text), parsed, pending=response.followed)

    async def _take_text_of_feed(self, attempt: FetchAttempt) -> None:
        """Of a page that cannot be had, or not before long: the text that its feed gives is the article."""
        result = attempt.result
        if attempt.kind != "article" or result is None or result.outcome in _SAYS_NOTHING:
            return
        if result.outcome in _MAY_PASS and attempt.retry_at(result):
            return
        text = entries.full_text(self._store.db, attempt.key)
        if text is None or len(text.entry.text) < _LEAST:
            return
        parsed = await self._session.workers.run(read_entry, text.entry, self._session.outlet_of(text.entry.url, text.source))
        if isinstance(parsed, ParsedArticle):
            self._store.save_article(self._session.id, _of_feed(attempt, text), parsed)

    def _end(self, response: ParsedResponse) -> None:
        attempt, run = response.attempt, self._session.id
        match response.parsed:
            case Rejection() as rejection:
                attempt.title = rejection.title
                self._session.fetch_log.end(attempt, FetchResult(rejection.outcome, rejection.detail))
                return
            case ParsedArticle() as article:
                result = FetchResult(Outcome.ARTICLE)
                pages = [page.fetch(result) for page in response.pages]
                self._store.save_article(
                    run,
                    attempt.fetch(result),
                    article,
                    key=attempt.key,
                    hints=attempt.hints,
                    pending=response.followed,
                    pages=pages,
                )
                for page in response.pages:
                    self._session.fetch_log.close(page, result)
            case ParsedFeed(feed=feed, items=items, parts=parts):
                dropped = sum(not item.key for item in items)
                result = _read(
                    *feed.flags,
                    "cut short" * feed.partial,
                    f"{dropped} entries have no address that can be fetched" * bool(dropped),
                )
                self._store.save_feed(run, attempt.fetch(result), feed, items, key=attempt.key, parts=parts, hints=attempt.hints)
            case ParsedChannel(channel=channel, posts=posts) as parsed:
                self._older_pages[attempt.source] += attempt.kind == "older"
                older = response.older if self._older_pages[attempt.source] < _OLDER_PAGES else None
                without = len(channel.feed.entries) - len(posts)
                result = _read(*channel.feed.flags, f"posts without a text: {without}" * bool(without))
                self._store.save_channel(
                    run, attempt.fetch(result), parsed, key=attempt.key, hints=attempt.hints, older=older,
                    pending=response.followed,
                )  # fmt: skip
        self._session.fetch_log.close(attempt, result)


def _of_feed(attempt: FetchAttempt, text: FeedText) -> Fetch:
    """The row of the article that a feed's text gave: no request of its own, with the feed as its capture."""
    detail = f"the page: {attempt.result.outcome}" if attempt.result else ""
    return Fetch(
        text.entry.url,
        text.source,
        "feed text",
        Outcome.ARTICLE,
        detail,
        attempt.started,
        attempt.finished or clock.now(),
        capture=text.capture,
    )


def _read(*details: str) -> FetchResult:
    return FetchResult(Outcome.FEED, "; ".join(filter(None, details)))

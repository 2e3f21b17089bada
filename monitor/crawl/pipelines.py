"""Stores what spiders yield: one transaction a page or feed, with its row in `fetches` and what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from monitor.crawl import clock
from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.items import Look, ParsedFeed, ParsedResponse, Unaskable, Unstored
from monitor.crawl.run import session_of
from monitor.errors import MonitorError
from monitor.model import Outcome, ParsedArticle, ParsedChannel, Rejection
from monitor.vault import FrontierEntry

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from monitor.crawl.session import CrawlSession

Item = ParsedResponse | Look | FrontierEntry | Unstored | Unaskable


class StorePipeline:
    """The one that writes."""

    def __init__(self, session: CrawlSession) -> None:
        self._session = session
        self._store = session.store

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        return cls(session_of(crawler))

    def process_item(self, item: Item) -> Item:
        try:
            match item:
                case ParsedResponse():
                    self._end(item)
                case FrontierEntry():
                    self._store.frontier.ask_again([item])
                case Unstored(entry=entry):
                    if entry.kind == "discovery" and entry.source:
                        self._store.note_look(entry.source, clock.now())
                    self._session.unstored.append(item)
                case Unaskable():
                    attempt = FetchAttempt(item.url, "article", "", item.referrer, item.depth, "", 0, clock.now())
                    self._session.fetch_log.note(attempt, FetchResult(Outcome.BAD_URL, item.detail))
                case Look():
                    self._session.fetch_log.end(item.attempt, item.result)
                    if item.announced:
                        self._store.note_look(item.attempt.source, clock.now(), item.announced)
        except MonitorError as error:
            self._session.give_up(error)
            raise DropItem(str(error)) from error
        return item

    def _end(self, response: ParsedResponse) -> None:
        attempt, run = response.attempt, self._session.id
        match response.parsed:
            case Rejection() as rejection:
                self._session.fetch_log.end(attempt, FetchResult(rejection.outcome, rejection.detail))
                return
            case ParsedArticle() as article:
                result = FetchResult(Outcome.ARTICLE)
                self._store.save_article(run, attempt.fetch(result), article, key=attempt.key, pending=response.earned)
            case ParsedFeed(feed=feed, items=items, parts=parts):
                dropped = sum(not item.key for item in items)
                result = _read(
                    *feed.flags,
                    "cut short" * feed.partial,
                    f"{dropped} entries have no address that can be fetched" * bool(dropped),
                )
                self._store.save_feed(run, attempt.fetch(result), feed, items, key=attempt.key, parts=parts, hints=attempt.hints)
            case ParsedChannel(channel=channel, posts=posts) as parsed:
                without = len(channel.feed.entries) - len(posts)
                result = _read(*channel.feed.flags, f"posts without a text: {without}" * bool(without))
                self._store.save_channel(
                    run, attempt.fetch(result), parsed, key=attempt.key, hints=attempt.hints, older=response.older,
                    pending=response.earned,
                )  # fmt: skip
        self._session.fetch_log.close(attempt, result)


def _read(*details: str) -> FetchResult:
    return FetchResult(Outcome.FEED, "; ".join(filter(None, details)))

"""Stores what a callback made of a response: one transaction a page or feed, with its row in `fetches` and what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from monitor.crawl.fetch_log import FetchResult
from monitor.crawl.items import Page, Poll, Preview
from monitor.crawl.parsing import Reading
from monitor.crawl.requests import pending
from monitor.crawl.session import current
from monitor.errors import MonitorError
from monitor.match import url_identity
from monitor.model import Feed, FeedEntry, Outcome, Rejection
from monitor.vault import Bundle, FeedItem

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class StorePipeline:
    """The one that writes."""

    def __init__(self, crawler: Crawler) -> None:
        self._run = current(crawler)
        self._outlets = {source.outlet for source in self._run.catalogue.sources}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        return cls(crawler)

    def process_item(self, item: Page | Poll | Preview) -> Page | Poll | Preview:
        try:
            match item:
                case Page(reading=Reading() as reading):
                    self._save_article(item, reading)
                case Poll(feed=Feed() as feed):
                    self._save_feed(item, feed)
                case Preview():
                    self._save_channel(item)
                case Page(reading=Rejection() as unread) | Poll(feed=Rejection() as unread):
                    self._run.fetch_log.end(item.attempt, FetchResult(unread.outcome, unread.detail))
        except MonitorError as error:
            self._run.give_up(error)
            raise DropItem(str(error)) from error
        return item

    def _save_article(self, page: Page, reading: Reading) -> None:
        attempt = page.attempt
        bundle = _bundle(reading, self._outlet_of(reading.article.url, attempt.source), attempt.source, page.urls)
        fetch = attempt.fetch(FetchResult(Outcome.ARTICLE))
        self._run.store.save_article(self._run.id, fetch, bundle, key=attempt.key, pending=map(pending, page.earned))
        self._run.fetch_log.close(attempt, Outcome.ARTICLE)

    def _outlet_of(self, url: str, source: str) -> str:
        """The outlet that a page belongs to. One whose feed has moved for ever, to a host of no other outlet, keeps its name."""
        found = self._run.catalogue.outlet_of(url)
        if source not in self._run.sources or found in self._outlets:
            return found
        moved_to = self._run.store.feed_state(source).moved_to
        return self._run.sources[source].outlet if moved_to and found == self._run.catalogue.outlet_of(moved_to) else found

    def _save_feed(self, poll: Poll, feed: Feed) -> None:
        attempt = poll.attempt
        entries = [
            _keyed(entry, request, fetched=entry.url not in poll.archive)
            for entry, request in zip(feed.entries, poll.entries, strict=True)
        ]
        dropped = poll.entries.count(None)
        details = [
            *feed.flags,
            "cut short" * feed.partial,
            f"{dropped} entries have no address that can be fetched" * bool(dropped),
        ]
        fetch = attempt.fetch(FetchResult(Outcome.FEED, "; ".join(filter(None, details))))
        self._run.store.save_feed(
            self._run.id, fetch, feed, entries, etag=poll.etag, last_modified=poll.last_modified, key=attempt.key,
            parts=[pending(part) for part in poll.parts], hints=attempt.hints,
        )  # fmt: skip
        self._run.fetch_log.close(attempt, Outcome.FEED)

    def _save_channel(self, preview: Preview) -> None:
        attempt, channel = preview.attempt, preview.found.channel
        # Whatever its address: a channel is the outlet's whose line names it.
        outlet = self._run.sources[attempt.source].outlet
        bundles = [_bundle(reading, outlet, attempt.source) for reading in preview.found.posts]
        without = len(channel.feed.entries) - len(bundles)
        details = [*channel.feed.flags, f"posts without a text: {without}" * bool(without)]
        self._run.store.save_channel(
            self._run.id, attempt.fetch(FetchResult(Outcome.FEED, "; ".join(filter(None, details)))), channel,
            {int(bundle.article.url.rpartition("/")[2]): bundle for bundle in bundles},
            etag=preview.etag, last_modified=preview.last_modified, key=attempt.key, hints=attempt.hints,
            older=pending(preview.older) if preview.older else None, pending=map(pending, preview.earned),
        )  # fmt: skip
        self._run.fetch_log.close(attempt, Outcome.FEED)


def _bundle(reading: Reading, outlet: str, source: str, urls: tuple[str, ...] = ()) -> Bundle:
    return Bundle(
        article=reading.article,
        key=url_identity(reading.article.canonical),
        outlet=outlet,
        source=source,
        verdicts=reading.verdicts,
        places=reading.places,
        attributions=reading.attributions,
        denials=reading.denials,
        fingerprint=reading.fingerprint,
        urls=urls,
    )


def _keyed(entry: FeedEntry, request: Request | None, *, fetched: bool) -> FeedItem:
    row = pending(request) if request else None
    return FeedItem(entry, row.key if row else "", row if fetched else None)

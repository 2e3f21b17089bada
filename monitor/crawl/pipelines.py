"""Stores what a callback made of a response: one transaction a page or feed, with its row in `fetches` and what it asks for.

That is why a page carries the requests that it earned, and a feed those of its entries: what was yielded beside them would be
lost, or be there without them, after a kill in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from monitor.crawl.frontier import pending
from monitor.crawl.ledger import Ending, Visit
from monitor.crawl.reading import Reading
from monitor.crawl.run import current
from monitor.errors import MonitorError
from monitor.match import url_identity
from monitor.model import Feed, FeedEntry, Outcome, Unread
from monitor.store import Bundle, KeyedEntry

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was asked for as an article."""

    visit: Visit
    reading: Reading | Unread
    urls: tuple[str, ...] = ()
    """Addresses that led to it, the first of a redirect first."""
    earned: tuple[Request, ...] = ()
    """For the links that a relevant article earned."""


@dataclass(frozen=True, slots=True)
class Poll:
    """A feed that was asked for."""

    visit: Visit
    feed: Feed | Unread
    etag: str = ""
    last_modified: str = ""
    entries: tuple[Request | None, ...] = ()
    """For each entry, in order; None where it has no address that can be fetched."""
    parts: tuple[Request, ...] = ()
    """For the sitemaps of an index."""
    archive: frozenset[str] = frozenset()
    """Addresses of entries that are noted, and not fetched."""


class StorePipeline:
    """The one that writes."""

    def __init__(self, crawler: Crawler) -> None:
        self._run = current(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorePipeline:
        return cls(crawler)

    def process_item(self, item: Page | Poll) -> Page | Poll:
        try:
            match item:
                case Page(reading=Reading() as reading):
                    self._save_article(item, reading)
                case Poll(feed=Feed() as feed):
                    self._save_feed(item, feed)
                case Page(reading=Unread() as unread) | Poll(feed=Unread() as unread):
                    self._run.ledger.end(item.visit, Ending(unread.outcome, unread.detail))
        except MonitorError as error:
            self._run.give_up(error)
            raise DropItem(str(error)) from error
        return item

    def _save_article(self, page: Page, reading: Reading) -> None:
        visit, article = page.visit, reading.article
        bundle = Bundle(
            article=article,
            key=url_identity(article.canonical),
            outlet=self._run.catalogue.outlet_of(article.url),
            source=visit.source,
            verdicts=reading.verdicts,
            places=reading.places,
            attributions=reading.attributions,
            denials=reading.denials,
            sketch=reading.sketch,
            urls=page.urls,
        )
        fetch = visit.fetch(Ending(Outcome.ARTICLE))
        self._run.store.save_article(self._run.id, fetch, bundle, key=visit.key, pending=map(pending, page.earned))
        self._run.ledger.close(visit, Outcome.ARTICLE)

    def _save_feed(self, poll: Poll, feed: Feed) -> None:
        visit = poll.visit
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
        fetch = visit.fetch(Ending(Outcome.FEED, "; ".join(filter(None, details))))
        self._run.store.save_feed(
            self._run.id, fetch, feed, entries, etag=poll.etag, last_modified=poll.last_modified, key=visit.key,
            parts=[pending(part) for part in poll.parts], notice=visit.notice,
        )  # fmt: skip
        self._run.ledger.close(visit, Outcome.FEED)


def _keyed(entry: FeedEntry, request: Request | None, *, fetched: bool) -> KeyedEntry:
    row = pending(request) if request else None
    return KeyedEntry(entry, row.key if row else "", row if fetched else None)

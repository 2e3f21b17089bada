"""What spiders yield: what they made of a response, and what they ask for. No Scrapy request is among them: only the scheduler
makes one. Touches nothing.

A response carries the addresses that it earned, and a feed those of its entries: what was yielded beside them would be lost, or
be there without them, after a kill in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.model import Feed, OutsideCapture, ParsedArticle, ParsedChannel, Rejection
from monitor.vault import FeedItem, FrontierEntry

CUT_SHORT = "of an article that was not read to its end"
"""How the further pages of an article end that was not taken."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed that was read, with what each of its entries asks for."""

    feed: Feed
    items: tuple[FeedItem, ...]
    """One for each of its entries, in order."""
    parts: tuple[FrontierEntry, ...] = ()
    """The sitemaps of an index."""


@dataclass(frozen=True, slots=True)
class ParsedResponse:
    """A response that was read, or rejected: the last word on its attempt."""

    attempt: FetchAttempt
    parsed: ParsedArticle | ParsedFeed | ParsedChannel | Rejection
    earned: tuple[FrontierEntry, ...] = ()
    """For the links that a relevant article, or a relevant post of a channel, earned."""
    older: FrontierEntry | None = None
    """The page before that of a channel, should posts lie between it and what is known."""
    pages: tuple[FetchAttempt, ...] = ()
    """Of an article's further pages, whose texts are in it: they end with it."""
    unless_whole: Rejection | None = None
    """Of an article of which a further page cannot be had for now: how this ends where the article was read whole before. It then
    stays as it was, for half of it is no edit. Of another, what there is is stored now, and the rest at another look.
    """


@dataclass(frozen=True, slots=True)
class NoPage:
    """A page that gave no response, and whose attempt is over: its feed's text may stand in its place."""

    attempt: FetchAttempt


@dataclass(frozen=True, slots=True)
class Look:
    """An address that was looked at for what can be polled there, and how that ended: little else of it is stored."""

    attempt: FetchAttempt
    result: FetchResult
    announced: str = ""
    """Another feed that the home page of a source announces."""
    linked: frozenset[str] | None = None
    """Of the home page of a host whose articles may be removed: the identities of the addresses that it links to."""


@dataclass(frozen=True, slots=True)
class OutsideAnswer:
    """What another archive answered about an article."""

    attempt: FetchAttempt
    article: str
    what: str
    """search | save."""
    captures: tuple[OutsideCapture, ...]


@dataclass(frozen=True, slots=True)
class Unstored:
    """An address that this run alone asks: it stands in no frontier, so no later run comes to it."""

    entry: FrontierEntry
    context: Mapping[str, Any] = field(default_factory=dict)
    """Put into the request's `meta` beside the entry."""


@dataclass(frozen=True, slots=True)
class Unaskable:
    """An address that is none, so that it cannot even be asked."""

    url: str
    detail: str = ""
    referrer: str = ""
    depth: int = 0

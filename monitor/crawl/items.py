"""The items that spiders yield: parsed responses, and addresses to fetch. Only the scheduler makes Scrapy requests. Pure.

A parsed response carries the addresses that follow from it, so that both are stored in one transaction: yielded separately, one
could be lost when the process is killed in between.
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
    followed: tuple[FrontierEntry, ...] = ()
    """The links to follow of a relevant article, or of a channel's relevant posts."""
    older: FrontierEntry | None = None
    """The channel's page before this one, where posts may lie between this page and those already known."""
    pages: tuple[FetchAttempt, ...] = ()
    """The attempts of the article's further pages, whose texts it includes: they get their outcomes together with it."""
    unless_whole: Rejection | None = None
    """The outcome to store instead, if the article was read whole before: a further page cannot be fetched now, and half of the
    article would look like an edit. An article that is new is stored with the pages there are.
    """


@dataclass(frozen=True, slots=True)
class NoPage:
    """An article's page that gave no response. Its feed's full text may be stored instead."""

    attempt: FetchAttempt


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The outcome of a request that is not for an article: discovery of feeds, or a look at a home page. Only its `fetches` row
    and these fields are stored.
    """

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
class DirectRequest:
    """An address to fetch in this run only. It is not in the frontier, so no later run fetches it."""

    entry: FrontierEntry
    context: Mapping[str, Any] = field(default_factory=dict)
    """Put into the request's `meta` beside the entry."""


@dataclass(frozen=True, slots=True)
class InvalidAddress:
    """An address that cannot be requested: it is recorded in `fetches` with the outcome `bad address`."""

    url: str
    detail: str = ""
    referrer: str = ""
    depth: int = 0

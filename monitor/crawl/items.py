"""What callbacks make of a response, for the pipeline to store. Touches nothing.

A page carries the requests that it earned, and a feed those of its entries: what was yielded beside them would be lost, or be
there without them, after a kill in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.crawl.fetch_log import FetchAttempt
from monitor.crawl.parsing import ChannelReading, Reading
from monitor.model import Feed, Rejection

if TYPE_CHECKING:
    from scrapy import Request


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was asked for as an article."""

    attempt: FetchAttempt
    reading: Reading | Rejection
    urls: tuple[str, ...] = ()
    """Addresses that led to it, the first of a redirect first."""
    earned: tuple[Request, ...] = ()
    """For the links that a relevant article earned."""


@dataclass(frozen=True, slots=True)
class Poll:
    """A feed that was asked for."""

    attempt: FetchAttempt
    feed: Feed | Rejection
    etag: str = ""
    last_modified: str = ""
    entries: tuple[Request | None, ...] = ()
    """For each entry, in order; None where it has no address that can be fetched."""
    parts: tuple[Request, ...] = ()
    """For the sitemaps of an index."""
    archive: frozenset[str] = frozenset()
    """Addresses of entries that are noted, and not fetched."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of a Telegram channel that was asked for: a feed whose entries are articles."""

    attempt: FetchAttempt
    found: ChannelReading
    etag: str
    last_modified: str
    earned: tuple[Request, ...]
    """For the links that its relevant posts earned."""
    older: Request | None
    """For the page before it, should posts lie between it and what is known."""

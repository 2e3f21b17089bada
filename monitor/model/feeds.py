"""Records of polled documents: feeds with their entries, and Telegram channels. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.articles import Article


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry as the feed gives it."""

    guid: str
    url: str
    title: str
    summary: str
    published: datetime | None
    """Declared by the feed; None where absent or without a time zone."""
    published_raw: str
    updated: datetime | None
    authors: tuple[str, ...] = ()
    text: str = ""
    """Full text where the feed carries it, as plain text."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that was read, or whatever else is polled: a sitemap, a Telegram channel, a home page."""

    url: str
    format: str
    """rss0.9 ... rss2.0, rdf, atom, json; sitemap, telegram, home."""
    title: str
    language: str
    entries: tuple[FeedEntry, ...]
    ttl: int | None = None
    """Minutes, declared by the feed."""
    partial: bool = False
    """The document was cut: what is whole was taken."""
    flags: tuple[str, ...] = ()
    """What was odd, and what was left out, for people: "declared utf-8, is windows-1251"."""
    parts: tuple[str, ...] = ()
    """Addresses of the sitemaps of an index that are to be read too."""
    undated: int = 0
    """How many entries of a sitemap, the last of them, have no date at all."""
    left_out: int = 0
    """How many more entries it lists, which are not given: older ones, or too many."""


@dataclass(frozen=True, slots=True)
class MessageNumber:
    """A number that a Telegram channel's preview accounts for: of a post, a part of an album or a service message."""

    number: int
    kind: str
    """text | media (a post without a text) | part (of an album: of its post) | service ("Channel photo updated")."""
    post: int
    """The number of the post that it is, or is a part of."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A page of a Telegram channel's public preview."""

    feed: Feed
    """An entry a post, in the order of the page: the oldest first."""
    posts: tuple[Article, ...]
    """Its posts that have a text."""
    numbers: tuple[MessageNumber, ...]
    """All that the page accounts for, ascending."""
    older: str = ""
    """The address of the page of what came before; empty where the page says that nothing did."""
    before: int | None = None
    """The page was asked for what came before this number; None where for the newest."""

"""Makes frontier entries from addresses: of a source's feed, of an article, of a sitemap. Reads the clock."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from w3lib.url import safe_url_string

from monitor.crawl import clock
from monitor.match import url_identity
from monitor.model import Source
from monitor.vault import FrontierEntry

LONGEST = 8192
"""Characters of an address: RFC 9110, section 4.1, asks servers for 8,000, and hardly one takes more."""

# Feeds first, then what relevant articles led to, then the rest of what feeds list.
POLL, LINK, ENTRY = 2, 1, 0


def frontier_entry(
    url: str, kind: str, *, key: str = "", source: str = "", priority: int = ENTRY, depth: int = 0, referrer: str = ""
) -> FrontierEntry:
    """The frontier entry of an address, due at once. Raises ValueError where it is no http(s) address, or is too long."""
    identity = url_identity(url)
    # As it is sent: what is stored is what was asked for.
    url = safe_url_string(url)
    if len(url) > LONGEST:
        raise ValueError(f"an address of {len(url)} characters; no more than {LONGEST} are asked for")
    return FrontierEntry(url, key or identity, kind, source, urlsplit(url).hostname or "", priority, depth, referrer, clock.now())


def poll_entry(source: Source) -> FrontierEntry:
    """The frontier entry of what a source polls. Raises ValueError where its address is not http(s)."""
    return frontier_entry(source.feed, source.via, key=f"{source.via}:{source.id}", source=source.id, priority=POLL)


def article_entry(
    url: str, *, source: str = "", priority: int = ENTRY, depth: int = 0, referrer: str = ""
) -> FrontierEntry | None:
    """The frontier entry of an article; None where its address is not http(s), or is too long."""
    try:
        return frontier_entry(url, "article", source=source, priority=priority, depth=depth, referrer=referrer)
    except ValueError:
        return None


class Asked(Protocol):
    """An address that waits, or a request for it."""

    @property
    def kind(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def referrer(self) -> str: ...


def group_of(entry: Asked) -> str:
    """What led to an article and is limited for it: the id of a source, or the host whose page links there.

    Empty for polled addresses and for those that a person gave.
    """
    if entry.kind != "article":
        return ""
    return entry.source or urlsplit(entry.referrer).hostname or ""

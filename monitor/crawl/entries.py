"""Addresses as the frontier holds them: of a source's feed, of an article, of a sitemap of an index. Touches the clock alone."""

from __future__ import annotations

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


def entry_of(
    url: str, kind: str, *, key: str = "", source: str = "", priority: int = ENTRY, depth: int = 0, referrer: str = ""
) -> FrontierEntry:
    """The frontier's row of an address, due at once; raises ValueError where it is no http(s) address, or too long."""
    identity = url_identity(url)
    # As it is sent: what is stored is what was asked for.
    url = safe_url_string(url)
    if len(url) > LONGEST:
        raise ValueError(f"an address of {len(url)} characters; no more than {LONGEST} are asked for")
    return FrontierEntry(url, key or identity, kind, source, urlsplit(url).hostname or "", priority, depth, referrer, clock.now())


def poll_of(source: Source) -> FrontierEntry:
    """Of what a source polls. Raises ValueError where its address is none."""
    return entry_of(source.feed, source.via, key=f"{source.via}:{source.id}", source=source.id, priority=POLL)


def article_of(url: str, *, source: str = "", priority: int = ENTRY, depth: int = 0, referrer: str = "") -> FrontierEntry | None:
    """Of an article; None where it is no http(s) address, or too long."""
    try:
        return entry_of(url, "article", source=source, priority=priority, depth=depth, referrer=referrer)
    except ValueError:
        return None

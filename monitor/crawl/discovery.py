"""Discovers an outlet's feeds, sitemaps and channels; each address found was fetched and parsed. Runs the spider `discover`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import MonitorError
from monitor.model import Feed

if TYPE_CHECKING:
    from monitor.read.discover import Announced


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address at which an outlet can be polled."""

    url: str
    via: str
    """One of model.POLLED."""
    feed: Feed

    @property
    def newest(self) -> datetime | None:
        """The latest date that its entries declare."""
        dates = [date for entry in self.feed.entries for date in (entry.published, entry.updated) if date]
        return max(dates, default=None)

    @property
    def listed(self) -> int:
        """How many entries it lists, or, of an index, sitemaps."""
        return len(self.feed.entries) + len(self.feed.parts) + self.feed.left_out


@dataclass(slots=True)
class DiscoveryResult:
    """The addresses found at an outlet, and those that failed."""

    given: str
    home: str
    page: Announced | None = None
    candidates: list[Candidate] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    """Why an address was none, by the address."""


@dataclass(slots=True)
class FetchedPage:
    """A page as it came."""

    url: str
    """Where it was found: after redirects another address than that which was asked for."""
    content_type: str = ""
    status: int = 0
    body: bytes = b""


def fetch_page(data: Path, db: Path, url: str) -> FetchedPage:
    """The page at `url`, asked for as politely as by any crawl; the request is recorded in the vault.

    Raises MonitorError where it could not be had, and as `run_crawl` does.
    """
    from monitor.crawl.process import run_quietly, settings_of

    found, page = DiscoveryResult(url, url), FetchedPage(url)
    run_quietly(settings_of(data, db), "discover", {"found": found, "page": page})
    if found.failed or not page.status:
        raise MonitorError(f"{url}: {'; '.join(found.failed.values()) or 'no answer came'}")
    return page


def discover(data: Path, db: Path, url: str) -> DiscoveryResult:
    """Look at the outlet whose home page or feed is at `url`, as politely as any crawl; each request is recorded in the vault.

    Raises as `run_crawl` does.
    """
    # Scrapy takes its time to load.
    from monitor.crawl.process import run_quietly, settings_of

    found = DiscoveryResult(url, url)
    run_quietly(settings_of(data, db), "discover", {"found": found})
    return found

"""Records of requests: outcomes, fetches, captures. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

POLLED = ("feed", "sitemap", "telegram", "home")
"""What is asked again and again for new articles: `Source.via`, and kinds of a fetch."""


@dataclass(frozen=True, slots=True)
class Access:
    """How an outlet is reached; by default directly, and with a certificate that is in order."""

    proxy: str = ""
    """http://host:port or socks5h://host:port; empty where none is between."""
    tls: str = ""
    """Why its certificate is accepted although it is not in order; empty where it must be."""


DIRECT = Access()
"""Nothing between, and a certificate in order."""


class Outcome(StrEnum):
    """What became of one request. Every request ends in exactly one row of `fetches` with one of these.

    The value is what the database and the site show; docs/outcomes.md explains each for people.
    """

    ARTICLE = "article"
    FEED = "feed"
    UNCHANGED = "unchanged"
    REDIRECTED = "redirected"
    ROBOTS_READ = "robots.txt read"
    """The rules of its host are known."""
    HOME_READ = "home page read"
    """A page was looked at for what can be polled of its outlet."""
    ARCHIVE_READ = "other archive read"
    """Another archive said which captures it has, or which one it made."""
    NOT_AN_ARTICLE = "not an article"
    NOT_A_FEED = "not a feed"
    WRONG_TYPE = "wrong type"
    ROBOTS = "closed by robots.txt"
    """The outlet asks not to fetch it."""
    ROBOTS_UNREACHABLE = "robots.txt unreachable"
    """What the outlet asks could not be learned, and nothing was fetched until it can: an outage, and no wish of the outlet's."""
    REFUSED = "address refused"
    CHALLENGE = "challenge page"
    BLOCKED = "blocked"
    PAYWALL = "paywall"
    NOT_FOUND = "not found"
    GONE = "gone"
    LEGAL = "unavailable for legal reasons"
    TOO_MANY = "too many requests"
    HTTP_ERROR = "http error"
    TIMEOUT = "timeout"
    DNS = "name not found"
    CONNECTION = "connection failed"
    TLS = "certificate refused"
    TOO_LARGE = "too large"
    INCOMPLETE = "incomplete"
    BAD_ENCODING = "bad encoding"
    BAD_URL = "bad address"
    BAD_REDIRECT = "bad redirect"
    OVER_BUDGET = "over budget"
    PARSER_LIMIT = "parser stopped"
    PARSER_ERROR = "parser failed"
    INTERRUPTED = "interrupted"
    """The run was stopped first; the next one asks again."""
    UNANSWERED = "unanswered"
    """The run went to its end, but no part of it recorded an outcome of the request."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Where the raw bytes of a response lie: file name within the WARC folder, byte offset of the record, payload digest."""

    file: str
    offset: int
    record_id: str
    digest: str
    """`sha256:` and hex of the payload as received, before any decoding."""


class Original(NamedTuple):
    """The capture whose payload a later answer has again, or is said not to have changed since."""

    url: str
    date: datetime
    capture: Capture


@dataclass(frozen=True, slots=True)
class Fetch:
    """What became of one request: a row of `fetches`."""

    url: str
    source: str
    """Source id that caused the request; empty where a person gave the address."""
    kind: str
    """What was asked for: article | recheck (an article again) | robots | discovery (a look at an outlet) | older (posts of a
    polled channel than its newest) | page (a further page of an article) | outside (what another archive has), or one of POLLED.
    """
    outcome: Outcome
    detail: str
    """The reason in words, for people: empty where the outcome says it all."""
    started: datetime
    finished: datetime
    status: int | None = None
    bytes: int = 0
    location: str = ""
    """Where a redirect led."""
    referrer: str = ""
    """The page or feed that gave the address."""
    depth: int = 0
    capture: Capture | None = None
    proxy: str = ""
    """Through which it went; empty where it went directly, or nowhere."""
    captured: datetime | None = None
    """When somebody else captured the page, where it comes from an archive: a clock that is not ours, and not `finished`."""
    part: str = ""
    """Which sitemap of an index was asked for, as the index names it; empty for the source's own address."""
    redirected_from: tuple[str, ...] = ()
    """Addresses that led here by redirects, the first first."""
    title: str = ""
    """What a page that was read as no article calls itself; empty where it does not, and of all else."""


class OutsideCapture(NamedTuple):
    """A capture of an article that another archive says to have."""

    captured: datetime
    """By that archive's clock."""
    address: str
    """Its own, in that archive."""
    url: str
    """What it is of."""
    digest: str
    """As that archive gives it; empty where it does not."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Bytes that are not what was asked for, or could not be read: the outcome and the reason in words."""

    outcome: Outcome
    detail: str
    title: str = ""
    """What a page without an article calls itself; empty where it does not."""
    day: str = ""
    """The day on which that page says that it was published, as `published_day` gives it."""

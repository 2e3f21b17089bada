"""Every record that passes between rooms. Frozen, made of tuples, all times aware and in UTC; no behaviour but construction.

Clocks are never mixed. What a page or feed *declares* (`published`, `modified`, a feed's `updated`) may be wrong, shifted
or forged; what we *witnessed* (`first_seen`, `fetched`) is ours. A field says in its name or its docstring which it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

POLLED = ("feed", "sitemap", "telegram", "home")
"""What is asked again and again for new articles: `Source.via`, and kinds of a fetch."""


@dataclass(frozen=True, slots=True)
class Access:
    """How an outlet is reached; by default directly, and with a certificate that is in order."""

    proxy: str = ""
    """http://host:port or socks5h://host:port; empty where none is between."""
    tls: str = ""
    """Why its certificate is accepted although it is not in order; empty where it must be."""


@dataclass(frozen=True, slots=True)
class Source:
    """One address of an outlet that is polled for articles: the feed of a line of data/sources.csv, or its sitemap, or, where it
    has neither, its home page.
    """

    id: str
    outlet: str
    home: str
    language: str
    country: str
    kind: str
    feed: str
    """The address that is polled."""
    status: str
    """listed | doubtful | none: how far the address is to be believed."""
    doubt: str
    """What is doubtful about this line, for people."""
    via: str = "feed"
    """What stands at the address: one of POLLED."""
    aliases: tuple[str, ...] = ()
    """Other names under which the press cites this outlet ("7x7", "Mediazona")."""
    access: Access = Access()
    every: int | None = None
    """Minutes between two polls, where the newsroom says so; None leaves that to what the source publishes."""


@dataclass(frozen=True, slots=True)
class Family:
    """A line of data/families.csv: outlets that are one publisher, or a wire whose texts others reprint."""

    id: str
    kind: str
    """publisher | wire."""
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """A line of data/regions.csv: a federal subject, with every inflected form of its names in ru, uk and en."""

    iso: str
    """ISO 3166-2; Ukrainian codes for the two occupied ones."""
    en: str
    ru: str
    uk: str
    lat: float
    lon: float
    column: int
    row: int
    """Place on the tile map."""
    forms: tuple[str, ...]
    """Every inflected form of its names, and, in lower case, of its adjectives ("волгоградского"); data, not code."""


@dataclass(frozen=True, slots=True)
class Town:
    """A line of data/towns.csv: a town of a federal subject, with every inflected form of its names."""

    iso: str
    """Of its federal subject."""
    en: str
    ru: str
    uk: str
    also: str
    """name | surname | word: what else the name may be, so that it counts as a place only where the sentence says so."""
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """An [[alert]] of data/alerts.toml: what is told to whom, and when."""

    id: str
    about: str
    """article: a new relevant one; spread: a text that several outlets carry; gap: a source that cannot be seen."""
    to: tuple[str, ...]
    """`$NAME`: an Apprise address in that variable of the environment; `atom:FILE`: a feed."""
    query: str = ""
    """In the topic language: only articles, or texts, of which it holds."""
    outlets: int = 3
    """How many outlets must carry a text."""
    digest: time | None = None
    """When what came is told once a day; None tells it at once."""
    quiet: tuple[time, time] | None = None
    """From and until when nothing is told; it waits."""
    zone: str = "UTC"
    """Of `digest` and `quiet`, as in the IANA database."""


class Outcome(StrEnum):
    """What became of one request. Every request ends in exactly one row of `fetches` with one of these.

    The value is what the database and the site show; docs/outcomes.md explains each for people.
    """

    ARTICLE = "article"
    FEED = "feed"
    UNCHANGED = "unchanged"
    REDIRECTED = "redirected"
    READ = "read"
    """robots.txt: its rules are known; or a page that was looked at for what can be polled of its outlet."""
    NOT_AN_ARTICLE = "not an article"
    NOT_A_FEED = "not a feed"
    WRONG_TYPE = "wrong type"
    ROBOTS = "closed by robots.txt"
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
    KILLED = "parser stopped"
    FAILED = "parser failed"
    INTERRUPTED = "interrupted"
    """The run was stopped first; the next one asks again."""
    UNANSWERED = "unanswered"
    """It vanished: the run went to its end, and no part of it said what became of the request."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Where the raw bytes of a response lie: file name within the WARC folder, byte offset of the record, payload digest."""

    file: str
    offset: int
    record_id: str
    digest: str
    """`sha256:` and hex of the payload as received, before any decoding."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """What became of one request: a row of `fetches`."""

    url: str
    source: str
    """Source id that caused the request; empty where a person gave the address."""
    kind: str
    """article | robots | discovery (a look at an outlet) | older (posts of a polled channel than its newest), or one of POLLED:
    what was asked for.
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
class Link:
    """A link that an article makes: `start` and `end` are offsets into the article's text, -1 where not in the text."""

    url: str
    kind: str
    """related | citation | canonical | syndication."""
    anchor: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says of itself. Nothing here is inferred from other pages."""

    url: str
    """The address that the bytes came from."""
    canonical: str
    """rel=canonical where it is credible (same site), else `url`."""
    title: str
    subtitle: str
    authors: tuple[str, ...]
    published: datetime | None
    """Declared. None where absent, out of range or without a time zone that can be known."""
    published_raw: str
    """As written; kept even where it could not be read."""
    modified: datetime | None
    """Declared."""
    modified_raw: str
    language: str
    """ISO 639-1; empty where unknown."""
    section: str
    text: str
    """Plain text, paragraphs separated by one newline."""
    links: tuple[Link, ...]
    paywalled: bool = False
    live: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbered:
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
    numbers: tuple[Numbered, ...]
    """All that the page accounts for, ascending."""
    older: str = ""
    """The address of the page of what came before; empty where the page says that nothing did."""
    before: int | None = None
    """The page was asked for what came before this number; None where for the newest."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Bytes that are not what was asked for, or could not be read: the outcome and the reason in words."""

    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict: `label` is the rule's name, `start` and `end` are offsets into the article's `field`."""

    field: str
    """title | text."""
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a topic says of an article."""

    topic: str
    relevant: bool
    score: float
    subtopics: tuple[str, ...]
    reasons: tuple[Reason, ...]
    lacking: str = ""
    """For a near miss: what was lacking, in words. Empty where relevant, or not near."""
    country: str = "RU"
    """ISO 3166-1 of the country that the text is about, as far as the topic can tell; another country is a label, not a loss."""


@dataclass(frozen=True, slots=True)
class Place:
    """A federal subject that an article names. Unknown is an answer: then there is no Place."""

    region: str
    """ISO 3166-2."""
    town: str
    """As named in English; empty where only the subject is named."""
    role: str
    """event | dateline | speaker | mention."""
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """What matching needs to know of a text to find its copies without reading it again."""

    digest: str
    """Hash of the folded words: equal for equal texts."""
    signature: bytes
    """MinHash of the word shingles."""
    bands: tuple[int, ...]
    """Locality-sensitive hash of the signature: two texts that share a band are candidates, no more."""
    words: int
    """How many the text has."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Two articles whose texts were compared and found to be one text; `a` < `b`."""

    a: str
    b: str
    kind: str
    """exact | near | cut | headline: how the two differ."""
    similarity: float
    """Jaccard of word shingles, 0 to 1; containment of the shorter for `cut`."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """On whose word a statement stands: `start` and `end` are offsets into the article's text."""

    kind: str
    """outlet | named | official | lawyer | anonymous | document."""
    speaker: str
    outlet: str
    """Source outlet where the text credits another outlet; empty otherwise."""
    start: int
    end: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Denial:
    """A statement that another denies; both as spans into the article's text."""

    claim_start: int
    claim_end: int
    denial_start: int
    denial_end: int
    speaker: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was witnessed of one article's appearance, for asking who was first."""

    article: str
    outlet: str
    absent: datetime | None
    """Last time that its outlet's feed was read without it; None where it never was."""
    seen: datetime
    """First time that it was seen."""
    declared: datetime | None
    """When the outlet says that it published."""


@dataclass(frozen=True, slots=True)
class FirstReport:
    """Who published first among some articles, and how that is known."""

    article: str
    """Empty where undetermined."""
    basis: str
    """witnessed | declared | alone | undetermined."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the crawler: a row of `runs`, and the summary that is printed."""

    id: int
    command: str
    started: datetime
    finished: datetime | None
    outcome: str
    """running | done | gaps | failed | stopped."""
    fetches: int
    articles: int
    relevant: int
    copies: int
    silent: tuple[str, ...]
    """Outlets that gave nothing at all in this run."""

    @property
    def is_by_set_clock(self) -> bool:
        """Whether its clock was set to another time than the machine's."""
        return ", its clock set to " in self.command

    @property
    def is_of_captures(self) -> bool:
        """Whether it read captured pages in place of the network."""
        return self.command.startswith(("crawl replay", "crawl backfill"))

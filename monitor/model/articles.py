"""Records of articles: what a page says of itself, its verdicts, places, fingerprint and copies. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


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
    next_page: str = ""
    """The address of the next page of the same article, where the page names one (rel=next); empty where it does not."""
    day_shown: date | None = None
    """The day of `published` where the outlet is, if the page declares its time in UTC and shows the day before or after it."""
    rules: tuple[tuple[str, str], ...] = ()
    """Fields, and the names of the rules that decided each: docs/reading.md says what each name means."""


FROM_FEED = "text from the feed"
"""The flag of an article whose text is its feed's: its page could not be had, or says less."""
SAYS_LESS = "says less than its feed, whose text is taken"
"""What is noted of the request for such a page."""
JOINED = "joined from several pages"
"""The flag of an article whose text stands on more than one page."""
PAGES_MISSING = "not all of its pages were read"
"""The flag of an article that goes on where it could not be followed, for now or beyond the most pages that are joined."""
NOINDEX = "asks search engines to leave it out"
"""The flag of an article whose page, or whose server, says `noindex` to robots."""


NOT_EXTRACTED = "not extracted: no word of a topic"
"""The flag of an article that was recorded and not extracted: no word of any topic stands anywhere on its page."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict: `start` and `end` are offsets into the article's `field`."""

    field: str
    """title | text."""
    start: int
    end: int
    label: str
    """Id of the topic or subtopic, or of the exclusion; `context` of what a weak word stands beside."""
    rule: str = ""
    """Where its query stands in the topic's file: `conscription.query.delivered.ru`. Empty for a search."""


IN_PASSING, OTHER_COUNTRY, NO_COUNTRY = "mentioned in passing", "about another country", "about a country that is not named"
NO_CONTEXT, OTHER_SENSE = "no word of the topic's context near it", "in another sense"
"""Why a near miss is not relevant."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a topic says of an article."""

    topic: str
    relevant: bool
    score: float
    subtopics: tuple[str, ...]
    reasons: tuple[Reason, ...]
    near_miss_reason: str = ""
    """Why a near miss is not relevant, one of the five above. Empty where relevant, or not near."""
    country: str = "RU"
    """ISO 3166-1 of the country that the text is about, as far as the topic can tell; another country is a label, not a loss."""
    near_miss_detail: str = ""
    """What the reason is about, in no language: the score and the least (`0.5 / 1`), or the ids of the exclusions."""
    country_rule: str = ""
    """The rule that told the country, and the cue that it went by: `beside: Росія`. Empty for a topic without a scope."""


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
    rule: str = ""
    """Name of the rule that gave the role."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
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

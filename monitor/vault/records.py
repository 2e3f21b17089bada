"""The records that the vault takes and returns. Frozen; all times are aware and in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from monitor.expect.absences import AbsenceSign
from monitor.model import POLLED, Capture, FeedEntry, Fetch, Mention, Original, ParsedArticle, Version


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A speaker whom a stored article names."""

    place: tuple[str, str, int]
    """The table, column and number of the row that says by whom the words are."""
    mention: Mention
    was: str
    """The id that it has in that row."""


@dataclass(frozen=True, slots=True)
class NamedSpeaker:
    """All that a speaker is called."""

    id: str
    called: tuple[tuple[str, str, str, int], ...]
    """Names, with their languages, as what, and how often."""


@dataclass(frozen=True, slots=True)
class FrontierEntry:
    """An address that is to be fetched."""

    url: str
    key: str
    """What makes two addresses one: `match.url_identity` for articles; the crawl's own for feeds."""
    kind: str
    """article, or one of model.POLLED."""
    source: str
    """Source id that it comes from; empty where a person gave it."""
    host: str
    """Requests to one host are leased in turn with those to others."""
    priority: int
    """Larger first, within a host."""
    depth: int
    referrer: str
    due: datetime
    """Not before this."""

    @property
    def part(self) -> str:
        """Which sitemap of an index it is; empty for what a source polls itself."""
        return self.url if self.kind in POLLED and self.depth else ""


@dataclass(frozen=True, slots=True)
class LeasedEntry:
    """An address that this run has taken on; it comes back to the frontier unless it is acknowledged."""

    pending: FrontierEntry
    attempts: int
    """How many times it was leased, this one included: an address that keeps killing its crawler shows here."""


@dataclass(frozen=True, slots=True)
class PausedHost:
    """A host that asked for time."""

    host: str
    until: datetime
    url: str
    """At which address it last asked for it; empty where that is not known, as of robots.txt."""


@dataclass(frozen=True, slots=True)
class CapturedFetch:
    """A request whose answer is in the archive."""

    id: int
    url: str
    outcome: str
    status: int | None
    finished: datetime
    captured: datetime | None
    """When somebody else captured it, where it came from an archive."""
    article: str | None
    capture: Capture


class VersionPage(NamedTuple):
    """A version of an article, and the request that brought its page."""

    article: str
    revision: int
    fetch: CapturedFetch


class NewPicture(NamedTuple):
    """A picture that a browser drew of a captured page."""

    of: VersionPage
    png: bytes
    drawn: datetime
    browser: str
    """Its name and version, as it says them."""


class StoredPicture(NamedTuple):
    """A picture of a captured page, as the vault has it."""

    article: str
    fetch: int
    """The request that brought the page."""
    url: str
    received: datetime
    """When the page was."""
    drawn: datetime
    browser: str
    capture: Capture
    """Where the picture lies in the archive, and its digest."""


class LoggedAbsence(NamedTuple):
    """What was known of an absence after a look, as the archive's log has it."""

    article: str
    since: str
    kind: str
    way: str
    state: str
    looked: str
    fetch: int
    """The look that says so."""


class LoggedText(NamedTuple):
    """A text of an article, as the log of the archive has it: where it came from, and its digest."""

    article: str
    fetch: int
    fetched: str
    digest: str
    """SHA-256 of title, line end and text, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is in the frontier."""

    due: int
    later: int
    leased: int
    done: int


@dataclass(frozen=True, slots=True)
class FeedState:
    """Earlier answers of a feed, for its next conditional request."""

    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    """Of the last body that was read: an equal one need not be parsed."""
    polls: int = 0
    """How often it was asked."""
    polled: datetime | None = None
    """When it was last read, or found unchanged."""
    failures: int = 0
    """In a row."""
    looked: datetime | None = None
    """When its outlet's home page was last looked at for another feed."""
    moved_to: str = ""
    """Where a permanent redirect led at the last poll."""


@dataclass(frozen=True, slots=True)
class RecheckState:
    """Earlier answers of an article's address, for its next conditional request."""

    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    """Of the last body that was read: an equal one need not be."""
    looks: int = 0
    """How often it was looked at again."""
    absent: int = 0
    """How many looks in a row did not find it."""
    outcome: str = ""
    """In what way it was not there, or hidden, at the newest look; empty where it was there."""
    original: Original | None = None
    """The capture of that body, where it is in the archive."""


class DueRecheck(NamedTuple):
    """An article that is due to be looked at again."""

    article: str
    url: str
    source: str
    is_suspected: bool = False
    """It is suspected to be removed: another way of looking is needed, too."""
    others: tuple[str, ...] = ()
    """Other addresses at which such an article was read."""


class StoredOutside(NamedTuple):
    """A capture of an article by another archive."""

    article: str
    title: str
    outlet: str
    captured: datetime
    """By that archive's clock."""
    archive: str
    """Its host."""
    address: str
    """Of the capture, there."""
    url: str
    how: str
    """found | asked for."""
    fetch: int
    """The request that says so."""


@dataclass(frozen=True, slots=True)
class RecheckSummary:
    """Counts of a run's rechecks by result."""

    looks: int
    unchanged: int
    """Articles of which all of substance was as before, whether or not the page's bytes were."""
    edited: int
    """Articles in which something of substance had changed."""
    silent: int
    """Of these, those that do not say so."""
    suspected: int
    """Articles that are suspected to be removed."""
    confirmed: int
    returned: int
    hidden: int
    """Articles that could not be seen, whoever hid them: a wall, a block, a server that does not answer."""

    @property
    def inconclusive(self) -> int:
        """Looks that saw nothing and of which nothing follows, as of an outage of a host."""
        return self.looks - self.unchanged - self.edited - self.suspected - self.confirmed - self.hidden


class NewObservation(NamedTuple):
    """An observation that has not yet been applied to the article's absence."""

    article: str
    host: str
    fetch: int
    at: datetime
    way: AbsenceSign | None
    """In what way it was not there; None where it was."""
    run: int
    kind: str
    """As in `Fetch`."""

    @property
    def is_list(self) -> bool:
        """Whether a list of its outlet was looked at, and not its page."""
        return self.kind in POLLED


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of an article, with what comparing it needs."""

    article: str
    number: int
    fetched: datetime
    outlet: str
    language: str
    version: Version


class VersionPair(NamedTuple):
    """Two versions of an article, one after the other."""

    before: StoredVersion
    after: StoredVersion


class PollTarget(NamedTuple):
    """The settings with which a source is polled. When its line in data/sources.csv changes them, it is due at once."""

    feed: str
    every: int | None


@dataclass(frozen=True, slots=True)
class ScheduledPoll:
    """When a source is to be polled next."""

    source: str
    outlet: str
    state: str
    """later | due | overdue (for longer than a poll may be late) | given up."""
    at: datetime | None
    """None: as soon as there is a crawl, or never, as `state` says."""
    why: str
    """Why then, in words; empty where it was never asked."""


@dataclass(frozen=True, slots=True)
class PollHints:
    """Caching, redirect and validator headers of a response."""

    fresh_until: datetime | None = None
    """Until when the answer may be cached: nothing else is to be had before."""
    moved_to: str = ""
    """Where a permanent redirect led."""
    etag: str = ""
    """What the next conditional request names, as `last_modified`."""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A feed's entry, the key of its address, and the frontier entry of its article."""

    entry: FeedEntry
    key: str
    """Empty where its address is no http(s) address."""
    pending: FrontierEntry | None
    """None where nothing is to be fetched for it."""


@dataclass(frozen=True, slots=True)
class FeedText:
    """The full text of an entry, as its feed gives it."""

    entry: FeedEntry
    source: str
    """Whose feed it is."""
    capture: Capture | None
    """Of the feed's document that it stands in."""


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """A captured page that was not parsed to its end, because the parser failed, was stopped or was gated."""

    fetch: Fetch
    key: str
    """Of its address."""
    capture: Capture


_UNKNOWN_ENTRY = FeedEntry("", "", "", "", None, "", None)


@dataclass(frozen=True, slots=True)
class CapturedVersion:
    """A capture of an article's page, with those of the pages on which it goes on."""

    fetch: int
    """The request that brought it."""
    at: datetime
    """When the page stood so."""
    finished: datetime
    """When the answer came to us."""
    pages: tuple[tuple[str, Capture], ...]
    """Address and capture of each, the first first."""
    is_kept: bool = True
    """It is of the version that stood then; else the article shows it, and of its versions it is none."""
    way: Literal["page", "gated page", "post", "feed text"] = "page"
    """How it is read: a `gated page` is not extracted where no word of a topic stands on it, a `post` stands on a page of its
    channel, a `feed text` in a feed, with the page that said less than that behind it, where there was one."""
    entry: FeedEntry = _UNKNOWN_ENTRY
    """What is known of a feed's entry but for its text; of others the article's address."""


@dataclass(frozen=True, slots=True)
class CapturedArticle:
    """An article all of whose versions are in the archive."""

    id: str
    outlet: str
    is_whole: bool
    """All its pages were read."""
    captures: tuple[CapturedVersion, ...]
    """In the order of time; without those that are of no version and are not shown."""


class CapturedReading(NamedTuple):
    """All captures of an article as one version of the parser reads them, in order of time."""

    article: str
    readings: tuple[tuple[CapturedVersion, ParsedArticle], ...]


class ChangedReading(NamedTuple):
    """One field that another version of the parser reads differently from the same bytes; values as text, lists as JSON."""

    article: str
    fetch: int
    """The request that brought the capture."""
    field: str
    """A column of the article or its versions; `relevant`; or `outcome`, where it reads no article there."""
    before: str
    after: str
    parser_before: str
    """By which parser it was read (`ParsedArticle.parser`); empty where that was not noted yet."""
    parser: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The result of storing an article."""

    article: str
    """Its id."""
    is_new: bool
    is_edited: bool
    """A text that was not seen at this article before."""
    relevant: bool


@dataclass(frozen=True, slots=True)
class GroupMember:
    """An article of a copy group, with what naming the group needs."""

    id: str
    wording: int
    """The text that it shows; 0 where that has no words."""
    part: int
    """What is joined by copies of copies has one number."""
    group: str
    """The name of its group so far; empty where it has none."""
    title: str
    relevant: bool


class WordingPair(NamedTuple):
    """Two wordings that were compared and found to be one text."""

    part: int
    a: int
    b: int
    kind: str
    similarity: float


@dataclass(frozen=True, slots=True)
class StoredText:
    """A stored article's text, with what judging needs."""

    id: str
    url: str
    title: str
    text: str
    language: str
    is_relevant: bool
    """To a topic: of the others it is not traced who says what."""


@dataclass(frozen=True, slots=True)
class Retraced:
    """An article in which other attributions and denials were found than before, and how many."""

    article: str
    title: str
    url: str
    said: int
    said_no_more: int
    denied: int
    denied_no_more: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Topics for which an article changed sides when it was judged anew."""

    gained: tuple[str, ...]
    """It is relevant to them now, and was not."""
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What a vault holds."""

    articles: int
    relevant: int
    copied: int
    """Relevant articles whose text another carries too."""
    texts: int
    """How many texts those are."""
    stories: int
    rechecked: int
    """Relevant articles that were looked at again."""
    edited: int
    """Relevant articles in which something of substance was seen to change."""
    silent: int
    """Of these, those with an edit that is not disclosed."""
    removed: int
    """Relevant articles that are suspected or confirmed to be removed."""
    skipped: tuple[tuple[str, int], ...]
    """Requests that gave no relevant article: outcome and how many, the most first."""

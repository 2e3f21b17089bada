"""Records of tracing: attributions, denials, first reports, origins, edits, speakers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.articles import Link


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source that a statement is ascribed to: `start` and `end` are offsets into the article's text."""

    kind: str
    """outlet | telegram | official | lawyer | witness | document | own | anonymous | other."""
    speaker: str
    """As the text writes it: a name, else the words for who it is; empty where an outlet or the newsroom itself speaks."""
    outlet: str
    """The outlet that speaks, or to which the speaker spoke, by its name in the catalogue where it has one; else empty."""
    start: int
    end: int
    url: str = ""
    rule: str = ""
    """The rule that found it: docs/tracing.md has them."""
    resolved: bool = False
    """Whether the text has a pronoun, and the speaker is the one named before whom it stands for."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A statement that another denies; both as spans into the article's text."""

    claim_start: int
    claim_end: int
    denial_start: int
    denial_end: int
    speaker: str
    """Who denies; empty where the text does not say."""
    claimed_by: str = ""
    """Who claims, a person, office or outlet; empty where the text does not say."""
    kind: str = "denial"
    """denial | correction: by whoever made the claim, and then the claim is closed."""
    rule: str = ""
    """The rule that found it: docs/tracing.md has them."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """When one article was seen to appear, for deciding who was first."""

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
    since: datetime | None = None
    """The first report appeared after this; None where it may have been there before anybody looked."""
    until: datetime | None = None
    """... and it was there by this; None of no articles."""
    rival: str = ""
    """The article of another outlet that comes nearest to it, where the basis is of two."""
    reason: str = ""
    """Why, in words."""


@dataclass(frozen=True, slots=True)
class Telling:
    """An article of a story with its publisher, credits and citations, from which its origin is found."""

    article: str
    outlet: str
    publisher: str
    """The family of data/families.csv that its outlet is of; the outlet itself where it is of none."""
    is_wire: bool
    """Its outlet is a wire, whose texts others reprint."""
    published: datetime
    original: str
    """The article of the story whose text it carries; its own id where it is nobody's copy."""
    is_firsthand: bool
    """It quotes somebody who is no outlet: an office, a lawyer, a witness, a document, its own reporter."""
    credits: tuple[str, ...] = ()
    """Other outlets on whose word it stands, in order of the text."""
    cites: tuple[str, ...] = ()
    """Other articles of the story that its text links to, in order of the text."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """A step that leads from an article of a story to an independent origin of what it tells."""

    article: str
    """Empty where an origin is an outlet of which the story has no article."""
    rule: str
    """copy | credits | links | publisher: it has it from `source`. firsthand | wire | credited: it is an origin. unknown: it adds
    nothing."""
    source: str
    """An article of the story, or the name of an outlet of which it has none; empty for an origin, and for unknown."""
    reason: str
    """In words."""


@dataclass(frozen=True, slots=True)
class Version:
    """What an article said at one time, as far as edits of it are looked for."""

    title: str
    text: str
    modified: datetime | None
    """Declared."""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A change between two versions of an article."""

    kind: str
    """headline | passage_removed | denial_added | correction | link_removed | typo | quote | attribution | name | date |
    number.
    """
    disclosed: bool
    """Whether the later version says that it was changed; else the edit is silent."""
    before: str
    """The words that went; empty where words only came."""
    after: str
    before_start: int
    """Offsets into the earlier version's text, of a headline into its title; both -1 where words only came."""
    before_end: int
    after_start: int
    after_end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A speaker as one article names him."""

    article: str
    story: str
    """Empty where the article has none."""
    kind: str
    """Of its attribution."""
    name: str
    """As the text writes it."""
    language: str

    @property
    def is_person(self) -> bool:
        """Whether a surname alone may stand for the whole name."""
        return self.kind in {"official", "lawyer", "witness", "other"}


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person, office or outlet under all forms of the name."""

    id: str
    name: str
    """In its base form."""
    kind: str
    forms: tuple[str, ...]
    """As texts write it."""
    is_named: bool = True
    """Else it is a description of nobody in particular: officials, residents."""


@dataclass(frozen=True, slots=True)
class Traced:
    """An article of a story with what was traced in it."""

    article: str
    language: str
    text: str
    attributions: tuple[Attribution, ...]
    denials: tuple[Denial, ...]


@dataclass(frozen=True, slots=True)
class CrossDenial:
    """A claim of one article that another article of the story says is denied; spans into the text of each."""

    claim_article: str
    claim_start: int
    claim_end: int
    denial_article: str
    denial_start: int
    denial_end: int
    speaker: str
    """Who denies; empty where the text does not say."""
    claimed_by: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts, as an article has it."""

    article: str
    value: float
    start: int
    end: int
    """Of the number and its noun, in the text."""
    speaker: str
    """Who is credited with it; empty where nobody is."""

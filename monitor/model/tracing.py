"""On whose word something stands, who denies it, who was first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.articles import Link


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

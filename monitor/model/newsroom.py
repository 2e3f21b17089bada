"""Records of the newsroom's folder: sources, families, regions, towns, saved searches, alerts. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from monitor.model.requests import DIRECT, Access

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""An id of the newsroom, or a name of a file or page: lower-case letters and digits, in groups that hyphens part."""


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
    access: Access = DIRECT
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
class SavedSearch:
    """A [[search]] of data/searches.toml: a search with an address of its own on the site."""

    id: str
    title: Mapping[str, str]
    """By language of the site."""
    query: str
    """In the topic language."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An [[alert]] of data/alerts.toml: what is told to whom, and when."""

    id: str
    about: str
    """article: a new relevant one; spread: a text that several outlets carry; gap: a source that cannot be seen; edit: what was
    changed in an article; removal: one that may be, or is, taken down; brief: what is new in a week, when that is over.
    """
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
    title: str = ""
    """How messages and feeds are headed; empty: by the id."""
    region: str = ""
    """ISO 3166-2: a brief of the articles about that region alone."""
    topic: str = ""
    """The id of a topic: a brief of its articles alone."""
    scope: str = ""
    """The region and the topic in words: "Volgograd Oblast, Summons"."""

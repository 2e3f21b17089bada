"""A world of any size for measurements: outlets and articles from a seed, each made when it is asked for. Reads world/load.toml.

The same seed gives the same world, byte for byte. Word frequencies fall as in real text (Zipf): names and numbers give the
long tail, so that two articles share little but their commonest words, and copies stand out.
"""

from __future__ import annotations

import random
import re
import tomllib
from bisect import bisect
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from typing import Any

from monitor.press.world import FOLDER, MOMENTS, FeedSpec, Outlet, Paragraph, Piece, Run, path_of

_LANGUAGES = ("ru", "ru", "ru", "en", "uk")
_MARKUPS = (
    "wordpress",
    "asides",
    "wire",
    "portal",
    "microdata",
    "soup",
    "doc",
    "hashed",
    "blocks",
    "opengraph",
    "testids",
    "plain",
)
_LD = ("graph", "article", "none", "list", "semicolon")
_FEEDS = (("/feed/", "rss2.0"), ("/atom.xml", "atom"), ("/feed.json", "json"), ("/rdf.xml", "rdf"))
_SECTIONS = ("news", "society", "politics", "economy")
_PATH = re.compile(r"-(\d+)$")
_ZONE = timezone(timedelta(hours=3))

_SPAN = timedelta(days=30)
"""The articles of an outlet are spread over this time before the first moment."""
_WORDS = (300, 900)
"""Length of an article."""
_RELEVANT = 0.05
"""Share of articles on the beat, as general outlets have them."""
_FRAMED = 0.15
"""Share of the other pages that have a word of the beat around their article: the headline of one that is on it."""
_NEWEST = 6
"""Articles that each page of an outlet lists. None is on the beat, or all pages had its words; but where all articles are."""
_COPIES = 0.12
"""Share of articles that reprint one of the first outlet, which is the wire."""
_LOOKED = 100
"""So many older articles are asked for those that a page names beside its own."""
_LARGEST = 255 * 250
"""Outlets that 127.1.0.0/16 has addresses for."""


class LoadWorld:
    """`outlets` outlets of `articles` articles each. Raises ValueError where the numbers are out of range."""

    def __init__(self, outlets: int, articles: int, seed: int = 0, *, relevant: float = _RELEVANT) -> None:
        if not 1 <= outlets <= _LARGEST:
            raise ValueError(f"{outlets} outlets: from 1 to {_LARGEST} can be made")
        if not 1 <= articles < 10_000_000:
            raise ValueError(f"{articles} articles an outlet: from 1 to 9999999 can be made")
        if not 0 <= relevant <= 1:
            raise ValueError(f"a share of {relevant} on the beat: from 0 to 1 can be made")
        self.articles = articles
        self.seed = seed
        self._share = relevant if relevant == 1 else relevant * articles / max(1, articles - _NEWEST)
        self._voices = {language: _Voice(words) for language, words in tomllib.loads(_text()).items()}
        self._made = [_outlet(number) for number in range(outlets)]
        self.outlets: Mapping[str, Outlet] = {outlet.id: outlet for outlet in self._made}
        self._numbers = {outlet.id: number for number, outlet in enumerate(self._made)}
        # A page names its outlet's newest articles, and a crawl asks for many pages of an outlet in a row.
        self._newest = lru_cache(maxsize=256)(self._list)

    def newest(self, outlet: str, now: datetime, limit: int) -> Sequence[Piece]:
        """What the outlet lists at that time, newest first. Of each text only the first paragraph is made."""
        return self._newest(self._numbers[outlet], now, min(limit, self.articles))

    def at(self, outlet: str, path: str, now: datetime) -> Piece | None:
        """The article at that path, None where there is none at that time."""
        found = _PATH.search(path)
        if not found or int(found[1]) >= self.articles:
            return None
        piece = self.piece(self._numbers[outlet], int(found[1]))
        return piece if piece.path == path and piece.published <= now else None

    def place(self, article: str) -> tuple[Outlet, str]:
        """Outlet and path of an article."""
        piece = self._brief(article)
        return piece.outlet, piece.path

    def title(self, article: str, now: datetime) -> str:  # noqa: ARG002 - nothing is edited in this world
        """What links to an article call it."""
        return self._brief(article).title

    def piece(self, outlet: int, number: int, *, whole: bool = True) -> Piece:
        """An article by its place: `number` 0 is the outlet's newest. Without `whole`, only its first paragraph is made."""
        made = self._made[outlet]
        chance = random.Random(f"{self.seed}/{outlet}/{number}")  # noqa: S311 - a repeatable world, no secret
        published = self._published(outlet, number)
        # Whatever does not hang on the text is drawn before it: a brief article must agree with the whole one.
        section = _SECTIONS[chance.randrange(len(_SECTIONS))]
        author = self._voices[made.language].person(chance)
        source, cut = self._source(outlet, number), chance.randint(0, 2)
        if source is None:
            title, paragraphs = self._voices[made.language].article(
                chance, relevant=self.is_relevant(outlet, number), whole=whole
            )
        else:
            original = self.piece(0, source, whole=whole)
            title, paragraphs = original.title, original.paragraphs[: max(1, len(original.paragraphs) - cut)]
        if whole:
            paragraphs = self._cited(paragraphs, chance)
        related = tuple(f"{made.id}-{other}" for other in self._related(outlet, number)) if self.articles > 7 else ()
        return Piece(
            id=f"{made.id}-{number}",
            outlet=made,
            path=path_of(made, section=section, slug=f"{section}-{made.language}", number=number, published=published),
            section=section,
            title=title,
            subtitle="",
            authors=(author,),
            published=published,
            modified=None,
            paragraphs=paragraphs,
            related=related,
            listed=True,
            challenge=0,
            changed=published,
        )

    def _brief(self, article: str) -> Piece:
        outlet, _, number = article.partition("-")
        return self.piece(self._numbers[outlet], int(number), whole=False)

    def _list(self, outlet: int, now: datetime, limit: int) -> list[Piece]:
        found: list[Piece] = []
        for number in range(self.articles):
            if len(found) == limit:
                break
            if self._published(outlet, number) <= now:
                found.append(self.piece(outlet, number, whole=False))
        return found

    def _published(self, outlet: int, number: int) -> datetime:
        # Spread evenly, and outlets between each other's steps: a copy of an older article of the wire is always the later.
        age = _SPAN / self.articles * (number + outlet / len(self._made))
        return (MOMENTS[1] - age - timedelta(minutes=1)).astimezone(_ZONE).replace(microsecond=0)

    def is_relevant(self, outlet: int, number: int) -> bool:
        """Whether an article is on the beat: a copy, as its original."""
        source = self._source(outlet, number)
        if source is not None:
            return self.is_relevant(0, source)
        return (self._share == 1 or number >= _NEWEST) and self._chance("beat", outlet, number).random() < self._share

    def _related(self, outlet: int, number: int) -> list[int]:
        """The articles of the outlet that a page names beside its own: two of them; none on the beat, but on some pages the next
        that is."""
        others = [(number + step) % self.articles for step in range(1, min(self.articles, _LOOKED))]
        off_beat = [*islice((other for other in others if self._share == 1 or not self.is_relevant(outlet, other)), 2)]
        if self._chance("frame", outlet, number).random() < _FRAMED:
            off_beat[1:] = islice((other for other in others if self.is_relevant(outlet, other)), 1)
        return off_beat

    def _chance(self, what: str, outlet: int, number: int) -> random.Random:
        """What is drawn of an article by itself, so that it is known without making it."""
        return random.Random(f"{what}/{self.seed}/{outlet}/{number}")  # noqa: S311 - a repeatable world, no secret

    def _source(self, outlet: int, number: int) -> int | None:
        """The wire's article that this one reprints; None where the text is the outlet's own."""
        chance = self._chance("source", outlet, number)
        copies = chance.random() < _COPIES
        older = number + chance.randint(1, 5)
        same = outlet and self._made[outlet].language == self._made[0].language
        return older if copies and same and older < self.articles else None

    def _cited(self, paragraphs: tuple[Paragraph, ...], chance: random.Random) -> tuple[Paragraph, ...]:
        """The text with one citation of another outlet's article."""
        other = self._made[chance.randrange(len(self._made))]
        target = f"{other.id}-{chance.randrange(self.articles)}"
        first, *rest = paragraphs
        return ((*first, Run(" "), Run(other.name, target), Run(".")), *rest)


def load_world(outlets: int, articles: int, seed: int = 0, *, relevant: float = _RELEVANT) -> LoadWorld:
    """A world of `outlets` outlets with `articles` articles each, that share of them on the beat. Raises ValueError where the
    numbers are out of range."""
    return LoadWorld(outlets, articles, seed, relevant=relevant)


def _text() -> str:
    return (FOLDER / "load.toml").read_text(encoding="utf-8")


def _outlet(number: int) -> Outlet:
    path, format_ = _FEEDS[number % len(_FEEDS)]
    return Outlet(
        id=f"load{number}",
        name=f"Load {number}",
        language=_LANGUAGES[number % len(_LANGUAGES)],
        country="RU",
        kind="wire" if number == 0 else "independent",
        address=f"127.1.{number // 250}.{number % 250 + 1}",
        markup=_MARKUPS[number % len(_MARKUPS)],
        path="/{section}/{year}/{month}/{day}/{slug}-{number}",
        feeds=(FeedSpec(path, format_),),
        ld=_LD[number % len(_LD)],
        heavy=True,
    )


class _Voice:
    """How one language makes sentences."""

    def __init__(self, words: dict[str, Any]) -> None:
        self._lists: dict[str, list[str]] = {name: words[name] for name in ("adjective", "noun", "verb", "link", "time")}
        self._words = words
        self._weights = {
            name: list(accumulate(1 / rank for rank in range(1, len(list_) + 1))) for name, list_ in self._lists.items()
        }

    @cached_property
    def _patterns(self) -> dict[str, list[list[str]]]:
        """Each pattern as alternating literal words and slot names."""
        return {
            name: [re.split(r"\{(\w+)\}", p) for p in self._words[name]] for name in ("patterns", "beat", "title", "beat_title")
        }

    def article(self, chance: random.Random, *, relevant: bool, whole: bool) -> tuple[str, tuple[Paragraph, ...]]:
        """Title and paragraphs. Without `whole`, the first paragraph alone; it is the same one."""
        title = self._sentence(chance, "beat_title" if relevant else "title")
        length, words, paragraphs = chance.randint(*_WORDS), 0, []
        while words < length:
            sentences = [
                self._sentence(chance, "beat" if relevant and chance.random() < 0.4 else "patterns")
                for _ in range(chance.randint(2, 4))
            ]
            paragraphs.append((Run(" ".join(sentences)),))
            words += sum(sentence.count(" ") + 1 for sentence in sentences)
            if not whole:
                break
        return title, tuple(paragraphs)

    def person(self, chance: random.Random) -> str:
        """A name that nobody bears, as far as syllables go."""
        given, family, ending = (self._pick(chance, self._words[part]) for part in ("given", "syllables", "families"))
        return f"{given} {family.capitalize()}{ending}"

    def _sentence(self, chance: random.Random, kind: str) -> str:
        patterns = self._patterns[kind]
        parts = list(patterns[int(chance.random() * len(patterns))])
        for i in range(1, len(parts), 2):
            parts[i] = self._fill(chance, parts[i])
        return "".join(parts)

    def _fill(self, chance: random.Random, slot: str) -> str:
        match slot:
            case "town":
                words = self._words
                middle = self._pick(chance, words["syllables"]) if chance.random() < 0.5 else ""
                return f"{self._pick(chance, words['syllables'])}{middle}{self._pick(chance, words['endings'])}".capitalize()
            case "person":
                return self.person(chance)
            case "number":
                return str(int(10 ** (1 + 3 * chance.random())))
            case _:
                name = slot.lower()
                weights = self._weights[name]
                word = self._lists[name][bisect(weights, chance.random() * weights[-1])]
                return word.capitalize() if slot[0].isupper() else word

    @staticmethod
    def _pick(chance: random.Random, words: Sequence[str]) -> str:
        return words[int(chance.random() * len(words))]

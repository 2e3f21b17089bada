"""What a compiled query is made of: nodes that find themselves in an article; of words, attributes and dates. Pure.

Operators are in `proximity` and `logic`.

`find(article)` gives a node's matches, each a sorted tuple of word positions, or None where the node does not hold; a node that
holds by something else than words (NOT, lang:) gives an empty list. Each takes time in proportion to the matches of its parts,
and keeps MAX_MATCHES of its own, so that what a query takes is bounded by its size and the article's.

Most rules whose words an article has do not hold, since the words stand apart. `where(article)` tells that without a match:
positions are the bits of one number, and what stands beside what is asked of all of them at once, by shifts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import ClassVar, Protocol

MAX_BETWEEN = 100
"""Largest n of NEAR/n and "..."~n."""

MAX_MATCHES = 10_000
"""Matches that NEAR, BEFORE and SENTENCE keep, the first of the article: each may double those of its left side."""

_SHORT = 3
"""Letters of the longest preposition, article or pronoun that stands in nearly every article."""

Match = tuple[int, ...]
"""Positions of the words that matched, in order."""

Positions = int
"""A set of positions: the bit of each is set."""

EVERYWHERE: Positions = -1
"""Where what holds by no word holds."""


class Article(Protocol):
    """What a node asks of the article that it is looked for in."""

    @property
    def found(self) -> frozenset[Word]:
        """The words that occur, of those that the article was made ready for."""

    @property
    def day(self) -> date | None:
        """When it was published."""

    def word_matches(self, word: Word) -> list[Match] | None:
        """Where a word stands, None where nowhere."""

    def pattern_matches(self, pattern: Pattern | Patterns) -> list[Match] | None:
        """Where a word with wildcards stands, or any of some, None where nowhere."""

    def positions(self, leaf: Word | Pattern | Patterns) -> Positions:
        """Where a word stands, with wildcards or without, or any of some with."""

    def ends(self, positions: Positions) -> Positions:
        """The last positions of the sentences in which some positions are."""

    def find(self, node: Node) -> list[Match] | None:
        """What `node.find` gives, looked for once however many ask."""

    def where(self, node: NodeSet) -> Positions:
        """What `node.anywhere` gives, asked once however many rules have the set."""

    def by_sentence(self, node: Node) -> Mapping[int, Sequence[Match]]:
        """The matches of a node by the number of the sentence in which each begins, asked once."""

    def extent(self, field: str) -> tuple[int, int]:
        """First position of title, lead or text, and the one after its last."""

    def sentence(self, match: Match) -> int | None:
        """A number for the sentence in which a match stands; None where it reaches over an end."""

    def sentence_at(self, at: int) -> int:
        """A number for the sentence of a position; they are in order."""

    def paragraph_at(self, at: int) -> int:
        """A number for the paragraph of a position."""

    def attribute(self, name: str) -> tuple[str, ...]:
        """Values of lang, outlet, kind or region."""


class Node(Protocol):
    """A part of a query."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes that it is made of."""

    @property
    def needed(self) -> Sequence[frozenset[Word]]:
        """Sets of words, the rarest first: wherever the node holds, the article has a word of each."""

    def where(self, article: Article) -> Positions:
        """Positions among which are those of every match; 0 only where the node does not hold, EVERYWHERE where it holds by no
        word."""

    def find(self, article: Article) -> list[Match] | None:
        """The matches, in order and each once, None where the node does not hold; the list may be the article's own."""


class NodeSet(Node, Protocol):
    """Words and phrases that several rules ask for by one name."""

    def anywhere(self, article: Article) -> Positions:
        """Where any of them stands."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word in any of its forms, or all words of a set. Two nodes for one word are one object, so that an article is looked
    through once for it."""

    text: str
    forms: frozenset[str]
    parts: ClassVar[tuple[Node, ...]] = ()

    @property
    def is_set(self) -> bool:
        """Whether it stands for the words of a set, <men>."""
        return self.text.startswith("<")

    @property
    def needed(self) -> Sequence[frozenset[Word]]:
        return (frozenset({self}),)

    def where(self, article: Article) -> Positions:
        return article.positions(self)

    def find(self, article: Article) -> list[Match] | None:
        return article.word_matches(self)


@dataclass(frozen=True, eq=False)
class Pattern:
    """A word with wildcards: `prefix` is what stands before the first of them. One object for one such word, as with Word."""

    text: str
    prefix: str
    parts: ClassVar[tuple[Node, ...]] = ()
    needed: ClassVar[Sequence[frozenset[Word]]] = ()

    @cached_property
    def suffix(self) -> str:
        """What stands after the last wildcard."""
        return re.split("[*?]", self.text)[-1]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile("".join({"*": ".*", "?": "."}.get(c) or re.escape(c) for c in self.text))

    @cached_property
    def sought(self) -> Patterns:
        """How it is looked for."""
        return Patterns((self,))

    def where(self, article: Article) -> Positions:
        return article.positions(self)

    def find(self, article: Article) -> list[Match] | None:
        return article.pattern_matches(self)


class Patterns:
    """Some words with wildcards, any of which is enough: looked for together."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        # A language has many words, and few that begin or end alike: others are not held against a pattern.
        self.initials = "".join(sorted({one.prefix[0] for one in patterns if one.prefix}))
        """First letters of those that begin with one."""
        self.finals = "".join(sorted({one.suffix[-1] for one in patterns if one.suffix and not one.prefix}))
        """Last letters of the others, where they end with one."""
        self.begin_or_end = all(one.prefix or one.suffix for one in patterns)
        endings = [one for one in patterns if one.text == f"*{one.suffix}"]
        self._endings = tuple(one.suffix for one in endings)
        self._regex = re.compile("|".join(one.regex.pattern for one in patterns if one not in endings) or r"(?!)")

    def hold(self, word: str) -> bool:
        """Whether a word is of one of them."""
        return word.endswith(self._endings) or self._regex.fullmatch(word) is not None


@dataclass(frozen=True, slots=True)
class Attribute:
    """`lang:`, `outlet:`, `kind:`, `region:`: equal, ignoring case; `*` and `?` as in words."""

    field: str
    text: str
    """Its value as it was written, folded."""
    regex: re.Pattern[str]
    parts: ClassVar[tuple[Node, ...]] = ()
    needed: ClassVar[Sequence[frozenset[Word]]] = ()

    def where(self, article: Article) -> Positions:
        return EVERYWHERE if self.find(article) is not None else 0

    def find(self, article: Article) -> list[Match] | None:
        return [] if any(map(self.regex.fullmatch, article.attribute(self.field))) else None


@dataclass(frozen=True, slots=True)
class Dates:
    """`date:`: from `first` until `last`, both within; None where open. An article without a date is in no range."""

    first: date | None
    last: date | None
    field: ClassVar[str] = "date"
    parts: ClassVar[tuple[Node, ...]] = ()
    needed: ClassVar[Sequence[frozenset[Word]]] = ()

    def where(self, article: Article) -> Positions:
        return EVERYWHERE if self.find(article) is not None else 0

    def find(self, article: Article) -> list[Match] | None:
        day = article.day
        held = day is not None and (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        return [] if held else None


def _commonness(words: frozenset[Word]) -> int:
    """How often an article has one of the words, roughly: nearly every one has a preposition."""
    return sum(1 if len(word.text) > _SHORT else 50 for word in words)


@dataclass(frozen=True)
class Compound:
    """A node that holds by its parts."""

    parts: tuple[Node, ...]

    @cached_property
    def needed(self) -> Sequence[frozenset[Word]]:
        """The rarest words of each part: where an article has none of one, no part need be looked for."""
        return sorted({words for part in self.parts for words in part.needed}, key=_commonness)

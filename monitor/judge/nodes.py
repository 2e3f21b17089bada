"""What a compiled query is made of: words and operators that find themselves in an article. Pure.

`find(article)` gives a node's matches, each a sorted tuple of word positions, or None where the node does not hold; a node that
holds by something else than words (NOT, lang:) gives an empty list. Each takes time in proportion to the matches of its parts,
and keeps MAX_MATCHES of its own, so that what a query takes is bounded by its size and the article's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import ClassVar, Protocol

from monitor.judge.windows import least_windows

MAX_BETWEEN = 100
"""Largest n of NEAR/n and "..."~n."""

MAX_MATCHES = 10_000
"""Matches that NEAR, BEFORE and SENTENCE keep, the first of the article: each may double those of its left side."""

_TRIED = 50
"""Matches of a sentence that SENTENCE holds against one: all but the first few share a word with it only in a made-up text."""

Match = tuple[int, ...]
"""Positions of the words that matched, in order."""


class Article(Protocol):
    """What a node asks of the article that it is looked for in."""

    @property
    def found(self) -> Set[Word]:
        """The words that occur, of those that the article was made ready for."""

    @property
    def day(self) -> date | None:
        """When it was published."""

    def word_matches(self, word: Word) -> list[Match] | None:
        """Where a word stands, None where nowhere."""

    def pattern_matches(self, pattern: Pattern) -> list[Match] | None:
        """Where a word with wildcards stands, None where nowhere."""

    def extent(self, field: str) -> tuple[int, int]:
        """First position of title, lead or text, and the one after its last."""

    def sentence(self, match: Match) -> int | None:
        """A number for the sentence in which a match stands; None where it reaches over an end."""

    def attribute(self, name: str) -> tuple[str, ...]:
        """Values of lang, outlet, kind or region."""


class Node(Protocol):
    """A part of a query."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes that it is made of."""

    @property
    def anchors(self) -> frozenset[Word] | None:
        """Words of which at least one is in every article where the node holds; None where there are no such words."""

    def find(self, article: Article) -> list[Match] | None:
        """The matches, in order and each once, None where the node does not hold; the list may be the article's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word in any of its forms. Two nodes for one word are one object, so that an article is looked through once for it."""

    text: str
    forms: frozenset[str]
    parts: ClassVar[tuple[Node, ...]] = ()

    @property
    def anchors(self) -> frozenset[Word] | None:
        return frozenset({self})

    def find(self, article: Article) -> list[Match] | None:
        return article.word_matches(self)


@dataclass(frozen=True, eq=False)
class Pattern:
    """A word with wildcards: `prefix` is what stands before the first of them. One object for one such word, as with Word."""

    text: str
    prefix: str
    parts: ClassVar[tuple[Node, ...]] = ()
    anchors: ClassVar[frozenset[Word] | None] = None

    @cached_property
    def suffix(self) -> str:
        """What stands after the last wildcard."""
        return re.split("[*?]", self.text)[-1]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile("".join({"*": ".*", "?": "."}.get(c) or re.escape(c) for c in self.text))

    def find(self, article: Article) -> list[Match] | None:
        return article.pattern_matches(self)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`lang:`, `outlet:`, `kind:`, `region:`: equal, ignoring case; `*` and `?` as in words."""

    field: str
    regex: re.Pattern[str]
    parts: ClassVar[tuple[Node, ...]] = ()
    anchors: ClassVar[frozenset[Word] | None] = None

    def find(self, article: Article) -> list[Match] | None:
        return [] if any(map(self.regex.fullmatch, article.attribute(self.field))) else None


@dataclass(frozen=True, slots=True)
class Dates:
    """`date:`: from `first` until `last`, both within; None where open. An article without a date is in no range."""

    first: date | None
    last: date | None
    field: ClassVar[str] = "date"
    parts: ClassVar[tuple[Node, ...]] = ()
    anchors: ClassVar[frozenset[Word] | None] = None

    def find(self, article: Article) -> list[Match] | None:
        day = article.day
        held = day is not None and (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        return [] if held else None


@dataclass(frozen=True)
class _Compound:
    parts: tuple[Node, ...]

    @cached_property
    def anchors(self) -> frozenset[Word] | None:
        """Of several nodes that must all hold one will do, the rarer the better."""
        return min((words for part in self.parts if (words := part.anchors) is not None), key=len, default=None)


@dataclass(frozen=True)
class Phrase(_Compound):
    """Words one after another; or, with a slop, in any order with at most so many other words among them."""

    parts: tuple[Word | Pattern, ...]
    slop: int | None = None

    def find(self, article: Article) -> list[Match] | None:
        # Most phrases that are asked for have one of their words there and not the others.
        if not article.found >= self._needed:
            return None
        return (self._adjacent(article) if self.slop is None else self._near(article, self.slop)) or None

    def _adjacent(self, article: Article) -> list[Match]:
        # The words with forms first: a pattern looks at every word of the article, and often need not.
        found: set[int] | None = None
        for at, word in self._by_cost:
            starts = {match[0] - at for match in word.find(article) or ()}
            found = starts if found is None else found & starts
            if not found:
                return []
        return [tuple(range(start, start + len(self.parts))) for start in sorted(found or ())]

    def _near(self, article: Article, slop: int) -> list[Match]:
        places = []
        for word in self.parts:
            matches = word.find(article)
            if not matches:
                return []
            places.append([match[0] for match in matches])
        return least_windows(places, len(self.parts) + slop)

    @cached_property
    def _needed(self) -> frozenset[Word]:
        return frozenset(word for word in self.parts if isinstance(word, Word))

    @cached_property
    def _by_cost(self) -> list[tuple[int, Word | Pattern]]:
        return sorted(enumerate(self.parts), key=lambda pair: isinstance(pair[1], Pattern))


@dataclass(frozen=True)
class Near(_Compound):
    """`a NEAR/n b`: with at most n words between them, in either order; `a BEFORE/n b`: `a` first. Each `a` takes the nearest
    `b` on either side."""

    parts: tuple[Node, Node]
    between: int
    ordered: bool

    def find(self, article: Article) -> list[Match] | None:
        left = self.parts[0].find(article)
        right = self.parts[1].find(article) if left else None
        if not left or not right:
            return None
        first = [match[0] for match in right]
        ends = [] if self.ordered else sorted(right, key=lambda match: match[-1])
        last = [match[-1] for match in ends]
        found = set()
        for match in left:
            after = bisect_left(first, match[-1] + 1)
            if after < len(right) and first[after] - match[-1] - 1 <= self.between:
                found.add(match + right[after])
            before = bisect_left(last, match[0]) - 1
            if before >= 0 and match[0] - last[before] - 1 <= self.between:
                found.add(ends[before] + match)
            if len(found) >= MAX_MATCHES:
                break
        return sorted(found) or None


@dataclass(frozen=True)
class Sentence(_Compound):
    """`a SENTENCE b`: in one sentence, in either order. Each `a` takes the first other `b` of its sentence."""

    parts: tuple[Node, Node]

    def find(self, article: Article) -> list[Match] | None:
        left = self.parts[0].find(article)
        right = self.parts[1].find(article) if left else None
        if not left or not right:
            return None
        inside: dict[int | None, list[Match]] = {}
        for match in right:
            inside.setdefault(article.sentence(match), []).append(match)
        inside.pop(None, None)
        found = set()
        for match in islice(left, MAX_MATCHES):
            # A word cannot stand beside itself: "a SENTENCE a" asks for two.
            others = islice(inside.get(article.sentence(match), ()), _TRIED)
            other = next((other for other in others if set(other).isdisjoint(match)), None)
            if other is not None:
                found.add(tuple(sorted(match + other)))
        return sorted(found) or None


@dataclass(frozen=True)
class AnyOf(_Compound):
    """OR."""

    @cached_property
    def anchors(self) -> frozenset[Word] | None:
        anchors = [part.anchors for part in self.parts]
        return None if None in anchors else frozenset().union(*(words for words in anchors if words is not None))

    @cached_property
    def _by_anchor(self) -> dict[Word, list[int]]:
        found: dict[Word, list[int]] = {}
        for number, part in enumerate(self.parts):
            for word in part.anchors or ():
                found.setdefault(word, []).append(number)
        return found

    @cached_property
    def _always(self) -> list[int]:
        return [number for number, part in enumerate(self.parts) if part.anchors is None]

    def find(self, article: Article) -> list[Match] | None:
        # A topic has hundreds of alternatives, an article words of a few: only those are asked.
        anchored = self._by_anchor
        numbers = {number for word in anchored.keys() & article.found for number in anchored[word]}
        numbers.update(self._always)
        found = [matches for number in numbers if (matches := self.parts[number].find(article)) is not None]
        if len(found) < 2:
            return found[0] if found else None
        return sorted(set().union(*found))


@dataclass(frozen=True)
class AllOf(_Compound):
    """AND."""

    def find(self, article: Article) -> list[Match] | None:
        found: set[Match] = set()
        for part in self.parts:
            matches = part.find(article)
            if matches is None:
                return None
            found.update(matches)
        return sorted(found)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """NOT."""

    parts: tuple[Node]
    anchors: ClassVar[frozenset[Word] | None] = None

    def find(self, article: Article) -> list[Match] | None:
        return [] if self.parts[0].find(article) is None else None


@dataclass(frozen=True)
class Within(_Compound):
    """`title:`, `lead:` or `text:`: only what stands there."""

    parts: tuple[Node]
    field: str

    def find(self, article: Article) -> list[Match] | None:
        start, end = article.extent(self.field)
        return [match for match in self.parts[0].find(article) or () if start <= match[0] and match[-1] < end] or None


def leaves(node: Node, *, forbidden: bool = True) -> Iterator[Word | Pattern]:
    """The words of a node; without those under NOT where `forbidden` is false."""
    if isinstance(node, Word | Pattern):
        yield node
    elif forbidden or not isinstance(node, NoneOf):
        for part in node.parts:
            yield from leaves(part, forbidden=forbidden)


def finds_words(node: Node) -> bool:
    """Whether wherever the node holds, words of its stand; not so of `NOT a`, of `lang:ru`, nor of `a OR NOT b`."""
    if isinstance(node, AnyOf):
        return all(map(finds_words, node.parts))
    if isinstance(node, AllOf):
        return any(map(finds_words, node.parts))
    return not isinstance(node, NoneOf | Attribute | Dates)


def asked_fields(node: Node) -> Iterator[str]:
    """The fields of a node that ask for something else than words: lang, outlet, kind, region, date."""
    if isinstance(node, Attribute | Dates):
        yield node.field
    for part in node.parts:
        yield from asked_fields(part)


def any_of(parts: Iterable[Node]) -> Node:
    """OR of some nodes; a single one stays itself, and OR within OR is one."""
    flat = [node for part in parts for node in (part.parts if isinstance(part, AnyOf) else (part,))]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))

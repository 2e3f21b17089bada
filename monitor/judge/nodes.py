"""What a compiled query is made of: words and operators that find themselves in an article. Pure.

`find(article)` gives a node's matches, each a sorted tuple of word positions, or None where the node does not hold; a node that
holds by something else than words (NOT, lang:) gives an empty list. Each takes time in proportion to the matches of its parts,
and keeps MAX_MATCHES of its own, so that what a query takes is bounded by its size and the article's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
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

_SHORT = 3
"""Letters of the longest preposition, article or pronoun that stands in nearly every article."""

Match = tuple[int, ...]
"""Positions of the words that matched, in order."""


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

    def pattern_matches(self, pattern: Pattern) -> list[Match] | None:
        """Where a word with wildcards stands, None where nowhere."""

    def find(self, node: Node) -> list[Match] | None:
        """What `node.find` gives, looked for once however many ask."""

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
    def needed(self) -> Sequence[frozenset[Word]]:
        """Sets of words, the rarest first: wherever the node holds, the article has a word of each."""

    def find(self, article: Article) -> list[Match] | None:
        """The matches, in order and each once, None where the node does not hold; the list may be the article's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word in any of its forms. Two nodes for one word are one object, so that an article is looked through once for it."""

    text: str
    forms: frozenset[str]
    parts: ClassVar[tuple[Node, ...]] = ()

    @property
    def needed(self) -> Sequence[frozenset[Word]]:
        return (frozenset({self}),)

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

    def find(self, article: Article) -> list[Match] | None:
        return article.pattern_matches(self)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`lang:`, `outlet:`, `kind:`, `region:`: equal, ignoring case; `*` and `?` as in words."""

    field: str
    regex: re.Pattern[str]
    parts: ClassVar[tuple[Node, ...]] = ()
    needed: ClassVar[Sequence[frozenset[Word]]] = ()

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

    def find(self, article: Article) -> list[Match] | None:
        day = article.day
        held = day is not None and (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        return [] if held else None


def _commonness(words: frozenset[Word]) -> int:
    """How often an article has one of the words, roughly: nearly every one has a preposition."""
    return sum(1 if len(word.text) > _SHORT else 50 for word in words)


@dataclass(frozen=True)
class _Compound:
    parts: tuple[Node, ...]

    @cached_property
    def needed(self) -> Sequence[frozenset[Word]]:
        """The rarest words of each part: where an article has none of one, no part need be looked for."""
        return sorted({words for part in self.parts for words in part.needed}, key=_commonness)

    def _can_hold(self, article: Article) -> bool:
        found = article.found
        for words in self.needed:  # noqa: SIM110 - asked so often that a generator would take a tenth of judging
            if words.isdisjoint(found):
                return False
        return True


@dataclass(frozen=True)
class Phrase(_Compound):
    """Words one after another; or, with a slop, in any order with at most so many other words among them."""

    parts: tuple[Word | Pattern, ...]
    slop: int | None = None

    def find(self, article: Article) -> list[Match] | None:
        if not self._can_hold(article):
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
        left = self.parts[0].find(article) if self._can_hold(article) else None
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
        left = self.parts[0].find(article) if self._can_hold(article) else None
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


class Lookup:
    """Many nodes, of which an article has the words of a few: only those are asked."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes
        self._always: list[int] = []
        self._by_word: dict[Word, list[int]] = {}
        self._also = [tuple(node.needed[1:]) for node in nodes]
        """What each node needs besides the words by which it is looked up."""
        for number, node in enumerate(nodes):
            if not node.needed:
                self._always.append(number)
            for word in node.needed[0] if node.needed else ():
                self._by_word.setdefault(word, []).append(number)

    def find(self, article: Article) -> list[tuple[int, list[Match]]]:
        """The numbers of the nodes that hold, in order, with their matches."""
        numbers = set(self._always)
        words = article.found
        for word in self._by_word.keys() & words:
            numbers.update(self._by_word[word])
        found = []
        for number in sorted(numbers):
            for needed in self._also[number]:
                if needed.isdisjoint(words):
                    break
            else:
                matches = article.find(self._nodes[number])
                if matches is not None:
                    found.append((number, matches))
        return found


@dataclass(frozen=True)
class AnyOf(_Compound):
    """OR."""

    @cached_property
    def needed(self) -> Sequence[frozenset[Word]]:
        needed = [part.needed for part in self.parts]
        return (frozenset().union(*(words[0] for words in needed)),) if all(needed) else ()

    @cached_property
    def _lookup(self) -> Lookup:
        return Lookup(self.parts)

    @cached_property
    def _are_words(self) -> bool:
        return all(isinstance(part, Word) for part in self.parts)

    def find(self, article: Article) -> list[Match] | None:
        if self._are_words:
            found = [matches for word in self.needed[0] & article.found if (matches := article.word_matches(word))]
        else:
            found = [matches for _, matches in self._lookup.find(article)]
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
    needed: ClassVar[Sequence[frozenset[Word]]] = ()

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


def alternatives_of(node: Node) -> tuple[Node, ...]:
    """What OR joins; the node itself where it is no OR."""
    return node.parts if isinstance(node, AnyOf) else (node,)


def any_of(parts: Iterable[Node]) -> Node:
    """OR of some nodes; a single one stays itself, and OR within OR is one."""
    flat = [node for part in parts for node in alternatives_of(part)]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))

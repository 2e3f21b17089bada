"""OR, AND, NOT and fields; and what a node is made of. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from monitor.judge.nodes import EVERYWHERE, Article, Attribute, Compound, Dates, Match, Node, Pattern, Patterns, Positions, Word


class Lookup:
    """Many nodes, of which an article has the words of a few: only those are asked."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes
        self._always = [number for number, node in enumerate(nodes) if not node.needed]
        self._by_word: dict[Word, list[int]] = {}
        """The nodes by the words of which each needs one, of all that it needs those that the fewest nodes ask for: what many
        rules of a topic ask for stands in every article of it."""
        self._also: list[tuple[frozenset[Word], ...]] = []
        """What each node needs besides."""
        asked = Counter(word for node in nodes for words in node.needed for word in words)
        for number, node in enumerate(nodes):
            rarest, *also = sorted(node.needed, key=lambda words: sum(asked[word] for word in words)) or [frozenset[Word]()]
            self._also.append(tuple(also))
            for word in rarest:
                self._by_word.setdefault(word, []).append(number)
        self._words = frozenset(self._by_word)

    def find(self, article: Article) -> list[tuple[int, list[Match]]]:
        """The numbers of the nodes that hold, in order, with their matches."""
        found = []
        for number in self._candidates(article):
            matches = article.find(self._nodes[number])
            if matches is not None:
                found.append((number, matches))
        return found

    def asked(self, article: Article) -> Iterator[Node]:
        """The nodes of whose words the article has what they need, in order."""
        return map(self._nodes.__getitem__, self._candidates(article))

    def _candidates(self, article: Article) -> list[int]:
        numbers = set(self._always)
        words = article.found
        for word in self._words & words:
            numbers.update(self._by_word[word])
        found = []
        for number in sorted(numbers):
            for needed in self._also[number]:
                if needed.isdisjoint(words):
                    break
            else:
                found.append(number)
        return found


@dataclass(frozen=True)
class AnyOf(Compound):
    """OR."""

    @cached_property
    def needed(self) -> Sequence[frozenset[Word]]:
        needed = [part.needed for part in self.parts]
        return (frozenset().union(*(words[0] for words in needed)),) if all(needed) else ()

    @cached_property
    def _words(self) -> frozenset[Word]:
        return frozenset(part for part in self.parts if isinstance(part, Word))

    @cached_property
    def _patterns(self) -> Patterns | None:
        patterns = [part for part in self.parts if isinstance(part, Pattern)]
        return Patterns(patterns) if patterns else None

    @cached_property
    def _others(self) -> Lookup | None:
        others = [part for part in self.parts if not isinstance(part, Word | Pattern)]
        return Lookup(others) if others else None

    def where(self, article: Article) -> Positions:
        found = 0
        for word in self._words & article.found:
            found |= article.positions(word)
        if self._patterns:
            found |= article.positions(self._patterns)
        if self._others:
            for part in self._others.asked(article):
                found |= part.where(article)
        return found

    def find(self, article: Article) -> list[Match] | None:
        found = [matches for word in self._words & article.found if (matches := article.word_matches(word)) is not None]
        if self._patterns and (matches := article.pattern_matches(self._patterns)) is not None:
            found.append(matches)
        if self._others:
            found += [matches for _, matches in self._others.find(article)]
        if len(found) < 2:
            return found[0] if found else None
        return sorted(set().union(*found))


@dataclass(frozen=True)
class WordSet(AnyOf):
    """Words and phrases that several rules ask for by one name."""

    def where(self, article: Article) -> Positions:
        return article.where(self)

    def anywhere(self, article: Article) -> Positions:
        """Where any of them stands."""
        return super().where(article)


@dataclass(frozen=True)
class AllOf(Compound):
    """AND."""

    def where(self, article: Article) -> Positions:
        found = 0
        for part in self.parts:
            positions = part.where(article)
            if not positions:
                return 0
            found |= positions
        return found

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

    def where(self, article: Article) -> Positions:
        return EVERYWHERE if self.find(article) is not None else 0

    def find(self, article: Article) -> list[Match] | None:
        return [] if self.parts[0].find(article) is None else None


@dataclass(frozen=True)
class Within(Compound):
    """`title:`, `lead:` or `text:`: only what stands there."""

    parts: tuple[Node]
    field: str

    def where(self, article: Article) -> Positions:
        start, end = article.extent(self.field)
        return self.parts[0].where(article) & ((1 << end) - (1 << start))

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


def attributes(node: Node) -> Iterator[Attribute]:
    """The attributes that a node asks for, those too that it forbids."""
    if isinstance(node, Attribute):
        yield node
    for part in node.parts:
        yield from attributes(part)


def alternatives_of(node: Node) -> tuple[Node, ...]:
    """What OR joins; the node itself where it is no OR, or a set of words."""
    return node.parts if type(node) is AnyOf else (node,)


def sought_apart(node: Node) -> Iterator[Node]:
    """What OR joins, each to be looked for by itself; but words with wildcards together."""
    parts = alternatives_of(node)
    patterns = [part for part in parts if isinstance(part, Pattern)]
    yield from (part for part in parts if not isinstance(part, Pattern))
    if patterns:
        yield any_of(patterns)


def any_of(parts: Iterable[Node]) -> Node:
    """OR of some nodes; a single one stays itself, and OR within OR is one."""
    flat = [node for part in parts for node in alternatives_of(part)]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))

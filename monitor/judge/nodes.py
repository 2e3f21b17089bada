"""What a compiled query is made of: words and operators that find themselves in a document and propose an FTS5 expression. Pure.

Every node answers two questions. `find(document)` gives the matches, each a sorted tuple of word positions, or None where the
node does not hold; a node that holds by something else than words (NOT, lang:) gives an empty list. `fts(columns)` gives an
SQLite FTS5 expression that every document which the node matches also matches, or None where the index cannot help; of words and
what OR and AND make of them the index says all, of everything else it only proposes (`is_exact`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from monitor.judge.words import words

if TYPE_CHECKING:
    from monitor.judge.document import Document

Match = tuple[int, ...]
"""Positions of the words that matched, in order."""


class Node(Protocol):
    """A part of a query."""

    def find(self, document: Document) -> list[Match] | None:
        """The matches, in order and each once, None where the node does not hold; the list may be the document's own."""

    def fts(self) -> str | None:
        """An FTS5 expression that holds wherever the node does; None where there is none."""

    @property
    def is_exact(self) -> bool:
        """Whether the node holds wherever its FTS5 expression does, too: the index alone decides."""

    def parts(self) -> tuple[Node, ...]:
        """The nodes that it is made of."""

    @property
    def anchors(self) -> frozenset[Word] | None:
        """Words of which at least one is in every document where the node holds; None where there are no such words."""


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word in any of its forms. Two nodes for one word are one object, so that a document is looked through once for it."""

    text: str
    forms: frozenset[str]

    @property
    def anchors(self) -> frozenset[Word] | None:
        return frozenset({self})

    def find(self, document: Document) -> list[Match] | None:
        return document.word_matches(self)

    def fts(self) -> str | None:
        return "(" + " OR ".join(map(_quoted, sorted(self.forms))) + ")"

    @property
    def is_exact(self) -> bool:
        # A form that is several words is a phrase to the index, and nothing to a document.
        return all(words(form) == [form] for form in self.forms)

    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, eq=False)
class Pattern:
    """A word with wildcards: `prefix` is what stands before the first of them. One object for one such word, as with Word."""

    text: str
    prefix: str

    @cached_property
    def suffix(self) -> str:
        """What stands after the last wildcard."""
        return re.split("[*?]", self.text)[-1]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile("".join({"*": ".*", "?": "."}.get(c) or re.escape(c) for c in self.text))

    @property
    def anchors(self) -> frozenset[Word] | None:
        return None

    def find(self, document: Document) -> list[Match] | None:
        return document.pattern_matches(self)

    def fts(self) -> str | None:
        return f"{_quoted(self.prefix)} *" if self.prefix else None

    @property
    def is_exact(self) -> bool:
        return False

    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True)
class Phrase:
    """Words one after another; or, with a slop, in any order with at most so many other words among them."""

    words: tuple[Word | Pattern, ...]
    slop: int | None = None

    @cached_property
    def anchors(self) -> frozenset[Word] | None:
        return _fewest(word.anchors for word in self.words)

    def find(self, document: Document) -> list[Match] | None:
        return (self._adjacent(document) if self.slop is None else self._window(document, self.slop)) or None

    def _adjacent(self, document: Document) -> list[Match]:
        # Most phrases that are asked for have one of their words there and not the others.
        if not document.found >= self._needed:
            return []
        # The words with forms first: a pattern looks at every word of the document, and often need not.
        found: set[int] | None = None
        for at, word in self._by_cost:
            starts = {match[0] - at for match in word.find(document) or ()}
            found = starts if found is None else found & starts
            if not found:
                return []
        return [tuple(range(start, start + len(self.words))) for start in sorted(found or ())]

    @cached_property
    def _needed(self) -> frozenset[Word]:
        return frozenset(word for word in self.words if isinstance(word, Word))

    @cached_property
    def _by_cost(self) -> list[tuple[int, Word | Pattern]]:
        return sorted(enumerate(self.words), key=lambda pair: isinstance(pair[1], Pattern))

    def _window(self, document: Document, slop: int) -> list[Match]:
        places = []
        for word in self.words:
            matches = word.find(document)
            if not matches:
                return []
            places.append([match[0] for match in matches])
        found = []
        reach = len(self.words) + slop
        for start in places[0]:
            # Each further word takes the place nearest to the first that is still free.
            taken = [start]
            for others in places[1:]:
                near = others[bisect_left(others, start - reach) : bisect_left(others, start + reach)]
                free = [at for at in near if at not in taken]
                if not free:
                    break
                taken.append(min(free, key=lambda at: abs(at - start)))
            if len(taken) == len(self.words) and max(taken) - min(taken) < reach:
                found.append(tuple(sorted(taken)))
        return sorted(set(found))

    def fts(self) -> str | None:
        return _every(word.fts() for word in self.words)

    @property
    def is_exact(self) -> bool:
        return False

    def parts(self) -> tuple[Node, ...]:
        return self.words


@dataclass(frozen=True)
class Near:
    """`a NEAR/n b`: with at most n words between them, in either order; `a BEFORE/n b`: `a` first. Each `a` takes the nearest
    `b` on either side."""

    left: Node
    right: Node
    between: int
    ordered: bool

    @cached_property
    def anchors(self) -> frozenset[Word] | None:
        return _fewest((self.left.anchors, self.right.anchors))

    def find(self, document: Document) -> list[Match] | None:
        left = self.left.find(document)
        right = self.right.find(document) if left else None
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
        return sorted(found) or None

    def fts(self) -> str | None:
        return _every((self.left.fts(), self.right.fts()))

    @property
    def is_exact(self) -> bool:
        return False

    def parts(self) -> tuple[Node, ...]:
        return self.left, self.right


@dataclass(frozen=True)
class Sentence:
    """`a SENTENCE b`: in one sentence, in either order. Each `a` takes the first other `b` of its sentence."""

    left: Node
    right: Node

    @cached_property
    def anchors(self) -> frozenset[Word] | None:
        return _fewest((self.left.anchors, self.right.anchors))

    def find(self, document: Document) -> list[Match] | None:
        left = self.left.find(document)
        right = self.right.find(document) if left else None
        if not left or not right:
            return None
        inside: dict[int | None, list[Match]] = {}
        for match in right:
            inside.setdefault(document.sentence(match), []).append(match)
        inside.pop(None, None)
        found = set()
        for match in left:
            # A word cannot stand beside itself: "a SENTENCE a" asks for two.
            others = inside.get(document.sentence(match), ())
            other = next((other for other in others if set(other).isdisjoint(match)), None)
            if other is not None:
                found.add(tuple(sorted(match + other)))
        return sorted(found) or None

    def fts(self) -> str | None:
        return _every((self.left.fts(), self.right.fts()))

    @property
    def is_exact(self) -> bool:
        return False

    def parts(self) -> tuple[Node, ...]:
        return self.left, self.right


@dataclass(frozen=True)
class AnyOf:
    """OR."""

    nodes: tuple[Node, ...]

    @cached_property
    def anchors(self) -> frozenset[Word] | None:
        anchors = [node.anchors for node in self.nodes]
        return None if None in anchors else frozenset().union(*(words for words in anchors if words is not None))

    @cached_property
    def _by_anchor(self) -> dict[Word, list[int]]:
        found: dict[Word, list[int]] = {}
        for number, node in enumerate(self.nodes):
            for word in node.anchors or ():
                found.setdefault(word, []).append(number)
        return found

    @cached_property
    def _always(self) -> list[int]:
        return [number for number, node in enumerate(self.nodes) if node.anchors is None]

    def find(self, document: Document) -> list[Match] | None:
        # A topic has hundreds of alternatives, an article words of a few: only those are asked.
        anchored = self._by_anchor
        numbers = {number for word in anchored.keys() & document.found for number in anchored[word]}
        numbers.update(self._always)
        found = [matches for number in numbers if (matches := self.nodes[number].find(document)) is not None]
        if len(found) < 2:
            return found[0] if found else None
        return sorted(set().union(*found))

    def fts(self) -> str | None:
        parts = [part.fts() for part in self.nodes]
        return "(" + " OR ".join(part for part in parts if part) + ")" if all(parts) else None

    @property
    def is_exact(self) -> bool:
        return all(node.is_exact for node in self.nodes)

    def parts(self) -> tuple[Node, ...]:
        return self.nodes


@dataclass(frozen=True)
class AllOf:
    """AND."""

    nodes: tuple[Node, ...]

    @cached_property
    def anchors(self) -> frozenset[Word] | None:
        return _fewest(node.anchors for node in self.nodes)

    def find(self, document: Document) -> list[Match] | None:
        found: set[Match] = set()
        for part in self.nodes:
            matches = part.find(document)
            if matches is None:
                return None
            found.update(matches)
        return sorted(found)

    def fts(self) -> str | None:
        return _every(part.fts() for part in self.nodes)

    @property
    def is_exact(self) -> bool:
        return all(node.is_exact for node in self.nodes)

    def parts(self) -> tuple[Node, ...]:
        return self.nodes


@dataclass(frozen=True, slots=True)
class NoneOf:
    """NOT."""

    node: Node

    @property
    def anchors(self) -> frozenset[Word] | None:
        return None

    def find(self, document: Document) -> list[Match] | None:
        return [] if self.node.find(document) is None else None

    def fts(self) -> str | None:
        return None

    @property
    def is_exact(self) -> bool:
        return False

    def parts(self) -> tuple[Node, ...]:
        return (self.node,)


@dataclass(frozen=True, slots=True)
class Within:
    """`title:`, `lead:` or `text:`: only what stands there."""

    field: str
    node: Node

    @property
    def anchors(self) -> frozenset[Word] | None:
        return self.node.anchors

    def find(self, document: Document) -> list[Match] | None:
        start, end = document.extent(self.field)
        return [match for match in self.node.find(document) or () if start <= match[0] and match[-1] < end] or None

    def fts(self) -> str | None:
        inner = self.node.fts()
        # The index has two columns; a lead is the beginning of the text.
        return f"({{{'title' if self.field == 'title' else 'text'}}} : {inner})" if inner else None

    @property
    def is_exact(self) -> bool:
        return self.field in {"title", "text"} and isinstance(self.node, Word) and self.node.is_exact

    def parts(self) -> tuple[Node, ...]:
        return (self.node,)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`lang:`, `outlet:`, `kind:`, `region:`: equal, ignoring case; `*` and `?` as in words."""

    field: str
    regex: re.Pattern[str]

    @property
    def anchors(self) -> frozenset[Word] | None:
        return None

    def find(self, document: Document) -> list[Match] | None:
        return [] if any(map(self.regex.fullmatch, document.attribute(self.field))) else None

    def fts(self) -> str | None:
        return None

    @property
    def is_exact(self) -> bool:
        return False

    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Dates:
    """`date:`: from `first` until `last`, both within; None where open. An article without a date is in no range."""

    first: date | None
    last: date | None

    @property
    def anchors(self) -> frozenset[Word] | None:
        return None

    def find(self, document: Document) -> list[Match] | None:
        day = document.day
        held = day is not None and (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        return [] if held else None

    def fts(self) -> str | None:
        return None

    @property
    def is_exact(self) -> bool:
        return False

    def parts(self) -> tuple[Node, ...]:
        return ()


def _every(parts: Iterable[str | None]) -> str | None:
    """What AND makes of its parts: those that the index cannot narrow are left to the matcher."""
    narrowing = [part for part in parts if part]
    return "(" + " AND ".join(narrowing) + ")" if narrowing else None


def _fewest(anchors: Iterable[frozenset[Word] | None]) -> frozenset[Word] | None:
    """Of several nodes that must all hold: one will do, the rarer the better."""
    return min((words for words in anchors if words is not None), key=len, default=None)


def leaves(node: Node, *, forbidden: bool = True) -> Iterator[Word | Pattern]:
    """The words of a node; without those under NOT where `forbidden` is false."""
    if isinstance(node, Word | Pattern):
        yield node
    elif forbidden or not isinstance(node, NoneOf):
        for part in node.parts():
            yield from leaves(part, forbidden=forbidden)


def finds_words(node: Node) -> bool:
    """Whether wherever the node holds, words of its stand; not so of `NOT a`, of `lang:ru`, nor of `a OR NOT b`."""
    if isinstance(node, AnyOf):
        return all(map(finds_words, node.nodes))
    if isinstance(node, AllOf):
        return any(map(finds_words, node.nodes))
    return not isinstance(node, NoneOf | Attribute | Dates)


def asked_fields(node: Node) -> Iterator[str]:
    """The fields of a node that ask for something else than words: lang, outlet, kind, region, date."""
    if isinstance(node, Attribute):
        yield node.field
    elif isinstance(node, Dates):
        yield "date"
    for part in node.parts():
        yield from asked_fields(part)


def any_of(parts: Sequence[Node]) -> Node:
    """OR of some nodes; a single one stays itself, and OR within OR is one."""
    flat = [node for part in parts for node in (part.nodes if isinstance(part, AnyOf) else (part,))]
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))

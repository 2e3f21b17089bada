"""The gate: decides by a page's words, before its text is extracted, whether any topic's rule can match it. Pure.

A verdict, and a near miss too, begins with a rule that holds. What the rules need is asked here of all lines of a page, menus and
neighbours too. A text that is taken out of the page has some of its lines, whole and in their order: where no rule can hold in
any choice of them, no such text has a verdict.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence, Set
from functools import cached_property, lru_cache, reduce
from itertools import chain, product
from typing import NamedTuple

from monitor.judge.document import LONGEST_PATTERN, Vocabulary, vocabulary
from monitor.judge.logic import AnyOf, NoneOf, alternatives_of
from monitor.judge.nodes import Attribute, Dates, Node, Pattern, Word
from monitor.judge.proximity import Near, Phrase, Sentence
from monitor.judge.topics import Topic
from monitor.judge.weighing import FEWEST, MOST
from monitor.text import fold, words

# A word that is broken at the end of a line.
_BROKEN = re.compile(r"[^\W\d_]-\n")


class Gate:
    """The rules of some topics, weak ones too, of all languages."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        nodes = [node for topic in topics for rule in topic.rules for node in alternatives_of(rule.node)]
        self._weights = [weights for topic in topics for weights in topic.weighed.values()]
        self._most = [lru_cache(maxsize=1 << 16)(weights.most) for weights in self._weights]
        """For each of the weights: what a word weighs at most."""
        self._heaviest = lru_cache(maxsize=1 << 16)(lambda word: max((most(word) for most in self._most), default=0))
        """What a word weighs at most by any of the weights."""
        self._least = min((weights.least for weights in self._weights), default=0)
        """The least sum that any of the weights asks for."""
        spelled = sorted({"".join(_spelled(node)) for node in nodes})
        weighed = sorted(
            f"{weights.least} {sorted(weights.by_beginning.items())} {sorted(weights.sets_of.items())}"
            for weights in self._weights
        )
        self.version = hashlib.sha256("\n".join(spelled + weighed).encode()).hexdigest()[:16]
        """Of the rules: another one may open to other pages."""
        self._words = vocabulary(nodes)
        self._always = [node for node in nodes if not node.needed]
        self._by_word: dict[Word, list[Node]] = {}
        for node in nodes:
            for word in node.needed[0] if node.needed else ():
                self._by_word.setdefault(word, []).append(node)

    def opens(self, text: str) -> bool:
        """Whether an article made of lines of this text, its title among them, may have a verdict or a near miss."""
        if "-\n" in text and _BROKEN.search(text):
            return True  # the word may go on in any line behind it
        of_lines = [words(line) for line in fold(text).text.split("\n")]
        lines = _Lines(of_lines, self._words)
        asked = {id(node): node for word in lines.found for node in self._by_word.get(word, ())}
        return any(lines.where(node) is not None for node in (*asked.values(), *self._always)) or any(
            map(self._may_reach, of_lines)
        )

    def _may_reach(self, line: Sequence[str]) -> bool:
        """Whether the words of a line may be evidence together by any of the weights; most lines are done with by one sum."""
        stretch = line[:MOST]
        if len(stretch) < FEWEST or sum(map(self._heaviest, stretch)) < self._least:
            return False
        different = {*stretch}  # said again, a word adds nothing
        return any(
            sum(map(most, different)) >= weights.least and weights.may_reach(stretch)
            for most, weights in zip(self._most, self._weights, strict=True)
        )


class _Span(NamedTuple):
    """Where a match stands: the line, its first word there and its last."""

    line: int
    first: int
    last: int


_PARTED = _Span(-1, 0, 0)
"""A match that reaches over the end of a line: which lines stand beside each other in the text is not known."""
_MOST_PAIRS = 10_000
"""Pairs of matches in one line that are held against each other; of more it is taken that they stand near."""


class _Lines:
    """The lines of a page, and where its words stand in them."""

    def __init__(self, lines: Sequence[Sequence[str]], known: Vocabulary) -> None:
        self._lines = lines
        self._all = frozenset(chain.from_iterable(lines))
        self._known = known.keys() & self._all
        self.found = frozenset(chain.from_iterable(map(known.__getitem__, self._known)))
        """The words of the rules that occur."""
        self._asked: dict[int, Set[_Span] | None] = {}
        """By identity: rules share contexts. The gate keeps its nodes, so that no other takes the number of one."""

    @cached_property
    def _places(self) -> dict[str, list[_Span]]:
        """Where each word that is a form of one of the rules stands."""
        return self._standing(self._known)

    def _standing(self, sought: Set[str]) -> dict[str, list[_Span]]:
        """Where each of these words stands."""
        places: dict[str, list[_Span]] = {word: [] for word in sought}
        for number, line in enumerate(self._lines):
            if places.keys().isdisjoint(line):
                continue
            for at, word in enumerate(line):
                if word in places:
                    places[word].append(_Span(number, at, at))
        return places

    def where(self, node: Node) -> Set[_Span] | None:
        """Where matches of the node may stand; none of what is no word. None where it cannot hold in any choice of the lines."""
        for needed in node.needed:
            if needed.isdisjoint(self.found):
                return None
        if id(node) not in self._asked:
            self._asked[id(node)] = self._where(node)
        return self._asked[id(node)]

    def _where(self, node: Node) -> Set[_Span] | None:
        if isinstance(node, Word):
            return {span for form in node.forms & self._known for span in self._places[form]} or None
        if isinstance(node, Pattern):
            return {span for spans in self._standing(self._matching(node)).values() for span in spans} or None
        if isinstance(node, NoneOf | Attribute | Dates):
            return set()
        found = [spans for part in node.parts if (spans := self.where(part)) is not None]
        if isinstance(node, AnyOf):
            return set().union(*found) if found else None
        return self._together(node, found) if len(found) == len(node.parts) else None

    def _together(self, node: Node, found: Sequence[Set[_Span]]) -> Set[_Span] | None:
        """Where matches of a node may stand, whose parts may all hold."""
        match node:
            case Phrase(slop=None):
                return reduce(lambda left, right: self._near(left, right, 0, ordered=True), found) or None
            case Near():
                return self._near(found[0], found[1], node.between, ordered=node.ordered) or None
            case Sentence():
                return self._in_line(found[0], found[1]) or None
            case Phrase():
                return {_PARTED}
            case _:
                return set().union(*found)

    def _matching(self, pattern: Pattern) -> frozenset[str]:
        """The words of the page that a word with wildcards matches."""
        begin, holds = pattern.prefix, pattern.regex.fullmatch
        return frozenset(word for word in self._all if word.startswith(begin) and len(word) <= LONGEST_PATTERN and holds(word))

    def _near(self, left: Set[_Span], right: Set[_Span], between: int, *, ordered: bool) -> set[_Span]:
        """Matches of both with at most so many words between them, in any choice of the lines."""
        found = set()
        for a, b in self._pairs(left, right):
            if a is _PARTED or 0 <= b.first - a.last - 1 <= between or (not ordered and 0 <= a.first - b.last - 1 <= between):
                found.add(_PARTED if a is _PARTED else _Span(a.line, min(a.first, b.first), max(a.last, b.last)))
        if self._may_meet(left, right, between) or (not ordered and self._may_meet(right, left, between)):
            found.add(_PARTED)
        return found

    def _may_meet(self, left: Set[_Span], right: Set[_Span], between: int) -> bool:
        """Whether the end of one line and the beginning of another may bring them so near."""
        if _PARTED in left or _PARTED in right:
            return True
        ends, begins = dict[int, int](), dict[int, int]()
        for span in left:
            ends[span.line] = min(len(self._lines[span.line]) - 1 - span.last, ends.get(span.line, between + 1))
        for span in right:
            begins[span.line] = min(span.first, begins.get(span.line, between + 1))
        nearest = between + 1
        for line in sorted(ends.keys() | begins.keys()):
            if nearest + begins.get(line, between + 1) <= between:
                return True
            nearest = min(nearest, ends.get(line, nearest))
        return False

    def _in_line(self, left: Set[_Span], right: Set[_Span]) -> set[_Span]:
        """Matches of both in one line: no sentence reaches over the end of one."""
        return {
            _PARTED if a is _PARTED else _Span(a.line, min(a.first, b.first), max(a.last, b.last))
            for a, b in self._pairs(left, right)
        }

    @staticmethod
    def _pairs(left: Set[_Span], right: Set[_Span]) -> Iterator[tuple[_Span, _Span]]:
        """Matches of both that stand in one line; _PARTED twice where a line has too many."""
        there: dict[int, list[_Span]] = {}
        for span in right:
            there.setdefault(span.line, []).append(span)
        here: dict[int, list[_Span]] = {}
        for span in left:
            if span.line in there and span.line != _PARTED.line:
                here.setdefault(span.line, []).append(span)
        for line, some in here.items():
            others = there[line]
            if len(some) * len(others) > _MOST_PAIRS:
                yield _PARTED, _PARTED
            else:
                yield from product(some, others)


def _spelled(node: Node) -> Iterator[str]:
    """What a node asks, in pieces: two that ask the same are spelled the same."""
    match node:
        case Word():
            yield "|".join(sorted(node.forms))
        case Pattern():
            yield node.text
        case NoneOf() | Attribute() | Dates():
            yield "*"
        case _:
            yield f"{type(node).__name__}("
            for part in node.parts:
                yield from _spelled(part)
                yield ","
            yield ")"

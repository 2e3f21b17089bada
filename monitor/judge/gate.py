"""Whether a page can be of any topic at all, by its words alone: told before its text is known. Pure.

A verdict, and a near miss too, begins with a rule that holds. What the rules need is asked here of all lines of a page, menus and
neighbours too. A text that is taken out of the page has some of its lines, whole and in their order: where no rule can hold in
any choice of them, no such text has a verdict.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import product
from typing import NamedTuple

from monitor.judge.document import LONGEST_PATTERN, vocabulary
from monitor.judge.nodes import AnyOf, Attribute, Dates, Near, Node, NoneOf, Pattern, Phrase, Sentence, Word, alternatives_of
from monitor.judge.topics import Topic
from monitor.text import fold, words


class Gate:
    """The rules of some topics, weak ones too, of all languages."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        nodes = [node for topic in topics for rule in topic.rules for node in alternatives_of(rule.node)]
        self.version = hashlib.sha256("\n".join(sorted({"".join(_spelled(node)) for node in nodes})).encode()).hexdigest()[:16]
        """Of the rules: another one may open to other pages."""
        self._words = vocabulary(nodes)
        self._always = [node for node in nodes if not node.needed]
        self._by_word: dict[Word, list[Node]] = {}
        for node in nodes:
            for word in node.needed[0] if node.needed else ():
                self._by_word.setdefault(word, []).append(node)

    def opens(self, text: str) -> bool:
        """Whether an article made of lines of this text, its title among them, may have a verdict or a near miss."""
        lines = _Lines([words(line) for line in fold(text).text.split("\n")])
        lines.found = frozenset(word for form in self._words.keys() & lines.places.keys() for word in self._words[form])
        asked = {id(node): node for word in lines.found for node in self._by_word.get(word, ())}
        return any(lines.where(node) is not None for node in (*asked.values(), *self._always))


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

    def __init__(self, lines: Sequence[Sequence[str]]) -> None:
        self._lengths = [len(line) for line in lines]
        self.found: frozenset[Word] = frozenset()
        """The words of the rules that occur."""
        self.places: dict[str, list[_Span]] = defaultdict(list)
        """By word."""
        for number, line in enumerate(lines):
            for at, word in enumerate(line):
                self.places[word].append(_Span(number, at, at))

    def where(self, node: Node) -> set[_Span] | None:
        """Where matches of the node may stand; none of what is no word. None where it cannot hold in any choice of the lines."""
        if any(needed.isdisjoint(self.found) for needed in node.needed):
            return None
        if isinstance(node, Word | Pattern):
            return {span for form in self._forms(node) for span in self.places[form]} or None
        if isinstance(node, NoneOf | Attribute | Dates):
            return set()
        found = [spans for part in node.parts if (spans := self.where(part)) is not None]
        if isinstance(node, AnyOf):
            return set().union(*found) if found else None
        return self._together(node, found) if len(found) == len(node.parts) else None

    def _together(self, node: Node, found: Sequence[set[_Span]]) -> set[_Span] | None:
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

    def _forms(self, node: Word | Pattern) -> list[str]:
        """The words of the page that are of a word of a rule."""
        if isinstance(node, Word):
            return [form for form in node.forms if form in self.places]
        begin, holds = node.prefix, node.regex.fullmatch
        return [word for word in self.places if word.startswith(begin) and len(word) <= LONGEST_PATTERN and holds(word)]

    def _near(self, left: set[_Span], right: set[_Span], between: int, *, ordered: bool) -> set[_Span]:
        """Matches of both with at most so many words between them, in any choice of the lines."""
        found = set()
        for a, b in self._pairs(left, right):
            if a is _PARTED or 0 <= b.first - a.last - 1 <= between or (not ordered and 0 <= a.first - b.last - 1 <= between):
                found.add(_PARTED if a is _PARTED else _Span(a.line, min(a.first, b.first), max(a.last, b.last)))
        if self._may_meet(left, right, between) or (not ordered and self._may_meet(right, left, between)):
            found.add(_PARTED)
        return found

    def _may_meet(self, left: set[_Span], right: set[_Span], between: int) -> bool:
        """Whether the end of one line and the beginning of another may bring them so near."""
        if _PARTED in left or _PARTED in right:
            return True
        ends, begins = dict[int, int](), dict[int, int]()
        for span in left:
            ends[span.line] = min(self._lengths[span.line] - 1 - span.last, ends.get(span.line, between + 1))
        for span in right:
            begins[span.line] = min(span.first, begins.get(span.line, between + 1))
        nearest = between + 1
        for line in sorted(ends.keys() | begins.keys()):
            if nearest + begins.get(line, between + 1) <= between:
                return True
            nearest = min(nearest, ends.get(line, nearest))
        return False

    def _in_line(self, left: set[_Span], right: set[_Span]) -> set[_Span]:
        """Matches of both in one line: no sentence reaches over the end of one."""
        return {
            _PARTED if a is _PARTED else _Span(a.line, min(a.first, b.first), max(a.last, b.last))
            for a, b in self._pairs(left, right)
        }

    @staticmethod
    def _pairs(left: set[_Span], right: set[_Span]) -> Iterator[tuple[_Span, _Span]]:
        """Matches of both that stand in one line; _PARTED twice where a line has too many."""
        by_line = defaultdict[int, tuple[list[_Span], list[_Span]]](lambda: ([], []))
        for side, spans in enumerate((left, right)):
            for span in spans:
                by_line[span.line][side].append(span)
        for line, (some, others) in by_line.items():
            if line == _PARTED.line:
                continue
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

"""Words near one another: phrases, NEAR, BEFORE and SENTENCE. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from monitor.judge.nodes import EVERYWHERE, MAX_MATCHES, Article, Compound, Match, Node, Pattern, Positions, Word
from monitor.judge.windows import least_windows

_TRIED = 50
"""Matches of a sentence that SENTENCE holds against one, and SENTENCE/n tries to pair: all but the first few share a word with it
only in a made-up text."""


def _positions(found: Positions) -> list[int]:
    """The positions of a set, in order; in time that grows with its last."""
    bits = bin(found)[:1:-1]
    positions = []
    at = bits.find("1")
    while at >= 0:
        positions.append(at)
        at = bits.find("1", at + 1)
    return positions


def _spread(found: Positions, reach: int) -> Positions:
    """The positions that lie one to `reach` behind one of a set."""
    spread, width = found << 1, 1
    while width < reach:
        further = min(width, reach - width)
        spread |= spread << further
        width += further
    return spread


@dataclass(frozen=True)
class Phrase(Compound):
    """Words one after another; or, with a slop, in any order with at most so many other words among them."""

    parts: tuple[Word | Pattern, ...]
    slop: int | None = None

    def where(self, article: Article) -> Positions:
        found = 0
        if self.slop is None:
            starts = self._starts(article)
            for at in range(len(self.parts) if starts else 0):
                found |= starts << at
            return found
        for _, word in self._by_cost:
            positions = article.positions(word)
            if not positions:
                return 0
            found |= positions
        return found

    def find(self, article: Article) -> list[Match] | None:
        if self.slop is None:
            length = len(self.parts)
            return [tuple(range(start, start + length)) for start in _positions(self._starts(article))] or None
        return (self._near(article, self.slop) if self.where(article) else None) or None

    def _starts(self, article: Article) -> Positions:
        """Where the first word stands, the others behind it in order."""
        # The words with forms first: a pattern looks at every word of the article, and often need not.
        found = EVERYWHERE
        for at, word in self._by_cost:
            found &= article.positions(word) >> at
            if not found:
                break
        return found

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
class Near(Compound):
    """`a NEAR/n b`: with at most n words between them, in either order; `a BEFORE/n b`: `a` first. Each `a` takes the nearest
    `b` on either side."""

    parts: tuple[Node, Node]
    between: int
    ordered: bool

    def where(self, article: Article) -> Positions:
        left = self.parts[0].where(article)
        right = self.parts[1].where(article) if left else 0
        reach = self.between + 1
        meet = right and (_spread(left, reach) & right or (not self.ordered and _spread(right, reach) & left))
        return left | right if meet else 0

    def find(self, article: Article) -> list[Match] | None:
        if not self.where(article):
            return None
        left = self.parts[0].find(article)
        right = self.parts[1].find(article)
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
class Sentence(Compound):
    """`a SENTENCE b`: in one sentence, in either order. Each `a` takes the first other `b` of its sentence.

    `a SENTENCE/n b`: within `n` + 1 sentences of one paragraph; of each sentence the first `a` that another `b` is near, with the
    nearest.
    """

    parts: tuple[Node, Node]
    between: int = 0
    """Ends of sentences that may lie between."""

    def where(self, article: Article) -> Positions:
        left = self.parts[0].where(article)
        right = self.parts[1].where(article) if left else 0
        if not right:
            return 0
        ends, others = article.ends(left), article.ends(right)
        if not self.between or ends & others:
            return left | right if ends & others else 0
        return left | right if self._further(article, ends) & others or self._further(article, others) & ends else 0

    def _further(self, article: Article, ends: Positions) -> Positions:
        """The ends of the sentences behind some."""
        for _ in range(self.between):
            ends |= article.ends(ends << 1)
        return ends

    def find(self, article: Article) -> list[Match] | None:
        if not self.where(article):
            return None
        if self.between:
            return self._over_ends(article)
        left = self.parts[0].find(article)
        right = self.parts[1].find(article)
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

    def _over_ends(self, article: Article) -> list[Match] | None:
        others = article.by_sentence(self.parts[1])
        found = set()
        for number, matches in article.by_sentence(self.parts[0]).items():
            beside = (self._nearest(article, match, number, others) for match in islice(matches, _TRIED))
            found.add(next(filter(None, beside), ()))
        return sorted(found - {()}) or None

    def _nearest(self, article: Article, match: Match, first: int, others: Mapping[int, Sequence[Match]]) -> Match:
        """A match together with the nearest that stands beside it; empty where none does."""
        last, paragraph = article.sentence_at(match[-1]), article.paragraph_at(match[0])
        reach = [
            number
            for number in range(last - self.between, first + self.between + 1)
            if number in others and article.paragraph_at(others[number][0][0]) == paragraph
        ]
        for number in sorted(reach, key=lambda number: abs(number - first)):
            for other in islice(others[number], _TRIED):
                both = tuple(sorted(match + other))
                if len(set(both)) == len(both) and self._is_near(article, both[0], both[-1]):
                    return both
        return ()

    def _is_near(self, article: Article, begin: int, end: int) -> bool:
        is_one = article.paragraph_at(begin) == article.paragraph_at(end)
        return is_one and article.sentence_at(end) - article.sentence_at(begin) <= self.between

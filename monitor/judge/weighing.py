"""Words that are evidence together: what each weighs, and how much is enough. Pure.

A stretch of text is a title, or a paragraph of the lead. Each word of it counts once, by its first six letters and by its first
four: Russian and Ukrainian inflect at the end. Weights are whole numbers, so that a sum is the same in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

FEWEST = 8
"""Words that a stretch has at least: fewer say too little, and menus are made of them."""
MOST = 60
"""Words of a stretch that are weighed: as many as a lead has."""
_LETTERS = (4, 6)
_SCALE = 10
"""Weights are written with one digit behind the point."""
CLEAR = 7
"""Tenths from which a word weighs clearly."""
DIFFERENT = 3
"""Words that weigh clearly, at least: one or two are of other news as well, however much they weigh."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What the beginnings of words weigh in one language, and the sum from which they are evidence; both in tenths."""

    by_beginning: Mapping[str, int]
    least: int

    @classmethod
    def of(cls, by_beginning: Mapping[str, float], least: float) -> Weights:
        """Of numbers as a topic file has them."""
        return cls({begin: round(_SCALE * weight) for begin, weight in by_beginning.items()}, round(_SCALE * least))

    def heaviest(self, words: Sequence[str]) -> tuple[int, ...]:
        """Which words of a stretch, by their number, reach the sum first, the heaviest before others; none where all together do
        not, or too few weigh clearly."""
        if len(words) < FEWEST:
            return ()
        stretch = words[:MOST]
        known = self.by_beginning.keys() & beginnings(stretch)
        if sum(map(self.by_beginning.__getitem__, known)) < self.least:
            return ()
        weights = list(self._each(stretch))
        if sum(weight >= CLEAR for weight in weights) < DIFFERENT:
            return ()
        found: list[int] = []
        total = 0
        for number in sorted(range(len(weights)), key=weights.__getitem__, reverse=True):
            if total >= self.least and len(found) >= DIFFERENT:
                break
            total += weights[number]
            found.append(number)
        return tuple(sorted(found))

    def may_reach(self, words: Sequence[str]) -> bool:
        """Whether a stretch that begins with the first of these words, and ends with any, reaches the sum."""
        if len(words) < FEWEST:
            return False
        total = clear = 0
        for number, weight in enumerate(self._each(words[:MOST]), 1):
            total += weight
            clear += weight >= CLEAR
            if total >= self.least and clear >= DIFFERENT and number >= FEWEST:
                return True
        return False

    def _each(self, words: Sequence[str]) -> Iterator[int]:
        """What each word adds to those before it."""
        seen: set[str] = set()
        get = self.by_beginning.get
        for word in words:
            added = 0
            for letters in _LETTERS:
                begin = word[:letters]
                if begin not in seen:
                    seen.add(begin)
                    added += get(begin, 0)
            yield added


def beginnings(words: Sequence[str]) -> set[str]:
    """All that is weighed of some words."""
    short, long = _LETTERS
    return {word[:short] for word in words} | {word[:long] for word in words}

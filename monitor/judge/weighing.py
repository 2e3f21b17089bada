"""Words that are evidence together: what each weighs, and how much is enough. Pure.

A stretch of text is a title, or a paragraph of the lead. Each word of it counts once, by its first six letters and by its first
four: Russian and Ukrainian inflect at the end. A set of words, the part that any of them plays, counts once as well, and weighs
the same in every language: a word that nobody has written before weighs what its set does. Weights are whole numbers, so that
sums are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

FEWEST = 8
"""Words that a stretch has at least: fewer say too little, and menus are made of them."""
MOST = 60
"""Words of a stretch that are weighed: as many as a lead has."""
_LETTERS = (4, 6)
_SCALE = 10
"""Weights are written with one digit behind the point."""
CLEAR = 7
"""Tenths from which a word weighs clearly."""
HEAVIEST = 20
"""Tenths that one word weighs at most: "men" and "army" are of all news of an army, and would nearly reach the sum alone."""
DIFFERENT = 3
"""Words that weigh clearly, at least: one or two are of other news as well, however much they weigh."""

_NONE: Mapping[str, Iterable[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What the beginnings of words weigh in one language, and the sum from which they are evidence; both in tenths."""

    by_beginning: Mapping[str, int]
    """What a beginning weighs, and what a set does: `<men>`."""
    sets_of: Mapping[str, Sequence[str]]
    """The sets that weigh something, of each form of their words."""
    least: int

    @classmethod
    def of(cls, weights: Mapping[str, float], least: float, sets: Mapping[str, Iterable[str]] = _NONE) -> Weights:
        """Of numbers as a topic file has them; `sets` are the forms of the words of each set."""
        sets_of: dict[str, list[str]] = {}
        for name in sorted(sets.keys() & weights.keys()):
            for form in sets[name]:
                sets_of.setdefault(form, []).append(name)
        return cls({what: round(_SCALE * weight) for what, weight in weights.items()}, sets_of, round(_SCALE * least))

    def heaviest(self, words: Sequence[str]) -> tuple[int, ...]:
        """Which words of a stretch, by their number, reach the sum first, the heaviest before others; none where all together do
        not, or too few weigh clearly."""
        if len(words) < FEWEST:
            return ()
        stretch = words[:MOST]
        known = set[str]().union(*[_weighing(self, word) for word in set(stretch)])
        if sum(map(self.by_beginning.__getitem__, known)) < self.least:
            return ()
        weights = list(self._each(stretch))
        if sum(weights) < self.least or sum(weight >= CLEAR for weight in weights) < DIFFERENT:
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

    def most(self, word: str) -> int:
        """What a word adds at most, whatever stands before it."""
        return min(sum(max(0, self.by_beginning[what]) for what in _weighing(self, word)), HEAVIEST)

    def _each(self, words: Sequence[str]) -> Iterator[int]:
        """What each word adds to those before it."""
        seen: set[str] = set()
        for word in words:
            added = 0
            for what in _weighing(self, word):
                if what not in seen:
                    seen.add(what)
                    added += self.by_beginning[what]
            yield min(added, HEAVIEST)


@lru_cache(maxsize=1 << 16)
def _weighing(weights: Weights, word: str) -> tuple[str, ...]:
    """What of a word weighs something: most words of a language come again and again."""
    short, long = _LETTERS
    of_word = dict.fromkeys((word[:short], word[:long], *weights.sets_of.get(word, ())))
    return tuple(what for what in of_word if what in weights.by_beginning)


def beginnings(words: Sequence[str]) -> set[str]:
    """All that is weighed of some words."""
    short, long = _LETTERS
    return {word[:short] for word in words} | {word[:long] for word in words}

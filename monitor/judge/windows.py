"""Finds the smallest windows of an article that contain several words, each at a position of its own. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence


def least_windows(places: Sequence[Sequence[int]], reach: int) -> list[tuple[int, ...]]:
    """The places taken in each least window, in order: one of `places[0]`, one of `places[1]` and so on, none twice.

    `places` are sorted. A window has fewer than `reach` places from its first to its last, and is least where no window within
    it would do. Takes time in proportion to the places, times what the words have of them in a window.
    """
    window = _Window(places)
    found = []
    for last in sorted(set().union(*places)):
        window.add(last)
        while last - window.first >= reach:
            window.drop()
        taken: tuple[int, ...] = ()
        while window.is_full:
            # The last that is full has the latest beginning for this end.
            taken = window.taken
            window.drop()
        if taken:
            found.append(taken)
    return found


class _Window:
    """A window that moves over the places, and a place of its own for as many words as can have one.

    That is a greatest matching, kept as places come and go: one augmenting path at each is enough (Berge, 1957).
    """

    def __init__(self, places: Sequence[Sequence[int]]) -> None:
        self._places = places
        self._words = defaultdict[int, list[int]](list)
        """The words that can have each place."""
        for word, of_word in enumerate(places):
            for place in of_word:
                self._words[place].append(word)
        self._inside: list[int] = []
        self._begin = 0
        self._place: dict[int, int] = {}
        """Of each word that has one."""
        self._word: dict[int, int] = {}
        """Of each place that is taken."""

    @property
    def first(self) -> int:
        """The window's first place."""
        return self._inside[self._begin]

    @property
    def is_full(self) -> bool:
        """Whether every word has a place."""
        return len(self._place) == len(self._places)

    @property
    def taken(self) -> tuple[int, ...]:
        """The places that words have, in order."""
        return tuple(sorted(self._word))

    def add(self, place: int) -> None:
        """Move the end on."""
        self._inside.append(place)
        self._give(place, set())

    def drop(self) -> None:
        """Move the beginning on."""
        word = self._word.pop(self.first, None)
        self._begin += 1
        if word is not None:
            del self._place[word]
            self._seat(word, {word})

    def _give(self, place: int, asked: set[int]) -> bool:
        """Give a place to a word, others moving where they must; whether one could have it."""
        for word in self._words[place]:
            if word not in asked:
                asked.add(word)
                if word not in self._place or self._give(self._place[word], asked):
                    self._place[word], self._word[place] = place, word
                    return True
        return False

    def _seat(self, word: int, asked: set[int]) -> bool:
        """Give a word a place, others moving where they must; whether there was one."""
        own = self._places[word]
        inside = self._inside[self._begin :]
        start = bisect_left(own, inside[0]) if inside else len(own)
        for place in own[start : start + len(inside)]:
            if place > inside[-1]:
                break
            other = self._word.get(place)
            if other in asked:
                continue
            if other is not None:
                asked.add(other)
            if other is None or self._seat(other, asked):
                self._place[word], self._word[place] = place, word
                return True
        return False

"""An article made ready to be searched: its words in order, where each searched word stands, its sentences. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, pairwise

from monitor.judge.nodes import MAX_BETWEEN, Match, Node, Pattern, Word, leaves
from monitor.judge.words import word_starts, words
from monitor.model import Reason
from monitor.text import fold, sentences

LEAD = 60
"""Words of the text that count as its lead: the first paragraph of a news text, where the news is."""

# Nothing stands near across the end of the title: so many empty words lie between title and text.
_GAP = [""] * (MAX_BETWEEN + 1)

TITLE = -1
"""The number of the title among the sentences."""

_LONG = 100
"""Longer words are never matched by wildcards: backtracking over a hostile "word" of a megabyte takes hours."""

Vocabulary = Mapping[str, tuple[Word, ...]]
"""Which words of the queries each form belongs to."""


def vocabulary(nodes: Iterable[Node]) -> Vocabulary:
    """The table by which a document is looked through once for all words of all queries."""
    table: dict[str, tuple[Word, ...]] = {}
    for word in dict.fromkeys(leaf for node in nodes for leaf in leaves(node) if isinstance(leaf, Word)):
        for form in word.forms:
            table[form] = (*table.get(form, ()), word)
    return table


class Document:
    """A title and a text in one row of word positions, and what of the vocabulary stands where."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        *,
        title: str,
        text: str,
        attributes: Mapping[str, tuple[str, ...]] | None = None,
        day: date | None = None,
    ) -> None:
        self.day = day
        self._attributes = attributes or {}
        self._original = {"title": title, "text": text}
        self._folded = {"title": fold(title), "text": fold(text)}
        heading = words(self._folded["title"].text)
        self._start = len(heading) + len(_GAP)
        """Position of the first word of the text."""
        self._words = [*heading, *_GAP, *words(self._folded["text"].text)]
        self._title_words = len(heading)
        self._hits = defaultdict[Word, list[Match]](list)
        for at, found in enumerate(map(vocabulary.get, self._words)):
            if found:
                match = (at,)
                for word in found:
                    self._hits[word].append(match)
        self._masked: frozenset[int] = frozenset()
        self._patterns: dict[Pattern, list[Match]] = {}
        self._ends: dict[int, str] = {}
        """The first letters of all words, and their last; a space where there is no word."""
        self._by_letter: dict[tuple[int, str], list[int]] = {}

    @property
    def found(self) -> KeysView[Word]:
        """The words of the vocabulary that occur."""
        return self._hits.keys()

    def mask(self, positions: Iterable[int]) -> None:
        """From now on the words at these positions are not there."""
        self._masked = frozenset(positions)

    def all_positions(self) -> Iterator[int]:
        """Wherever a word stands."""
        return chain(range(self._title_words), range(self._start, len(self._words)))

    def word_matches(self, word: Word) -> list[Match] | None:
        """Where a word stands, None where nowhere."""
        found = self._hits.get(word)
        return self._unmasked(found) if found and self._masked else found

    def pattern_matches(self, pattern: Pattern) -> list[Match] | None:
        """Where a word with wildcards stands, None where nowhere."""
        found = self._patterns.get(pattern)
        if found is None:
            matches = pattern.regex.fullmatch
            found = [(at,) for at in self._candidates(pattern) if len(self._words[at]) <= _LONG and matches(self._words[at])]
            self._patterns[pattern] = found
        return self._unmasked(found)

    def _unmasked(self, found: list[Match]) -> list[Match] | None:
        return [match for match in found if match[0] not in self._masked] or None

    def _candidates(self, pattern: Pattern) -> Sequence[int]:
        """Words with the first letter of the pattern, or else its last: a language has many words, and few that end alike."""
        if pattern.prefix:
            return self._standing(0, pattern.prefix[0])
        if pattern.suffix:
            return self._standing(-1, pattern.suffix[-1])
        return range(len(self._words))

    def _standing(self, end: int, letter: str) -> list[int]:
        """Where the words are that begin (`end` 0) or end (`end` -1) with a letter."""
        if end not in self._ends:
            self._ends[end] = "".join([word[end] if word else " " for word in self._words])
        if (end, letter) not in self._by_letter:
            self._by_letter[end, letter] = [m.start() for m in re.finditer(re.escape(letter), self._ends[end])]
        return self._by_letter[end, letter]

    def word(self, at: int) -> str:
        """The word at a position, folded; empty beyond the ends."""
        return self._words[at] if 0 <= at < len(self._words) else ""

    def words_before(self, at: int, count: int) -> list[str]:
        """Up to `count` words before a position, folded."""
        return self._words[max(at - count, 0) : at]

    def extent(self, field: str) -> tuple[int, int]:
        """First position of title, lead or text, and the one after its last."""
        if field == "title":
            return 0, self._title_words
        return self._start, min(self._start + LEAD, len(self._words)) if field == "lead" else len(self._words)

    def attribute(self, name: str) -> tuple[str, ...]:
        """Values of lang, outlet, kind or region."""
        return self._attributes.get(name, ())

    def sentence(self, match: Match) -> int | None:
        """A number for the sentence in which a match stands; None where it reaches over an end."""
        first = self.sentence_at(match[0])
        return first if len(match) == 1 or self.sentence_at(match[-1]) == first else None

    def sentence_at(self, at: int) -> int:
        """A number for the sentence of a position; the title is TITLE."""
        return bisect_right(self._sentences, at) if at >= self._start else TITLE

    def sentence_positions(self, number: int) -> range:
        """The positions of a whole sentence, by its number."""
        if number == TITLE:
            return range(self._title_words)
        begins = self._sentences
        start = begins[number - 1] if number else self._start
        return range(start, begins[number] if number < len(begins) else len(self._words))

    @cached_property
    def _sentences(self) -> list[int]:
        """The position of the first word of each sentence of the text; not asked for most articles."""
        folded = self._folded["text"]
        begins = self._starts["text"]
        if folded.offsets is not None:
            begins = [folded.offsets[start] for start in begins]
        return [self._start + bisect_left(begins, start) for start, _ in sentences(self._original["text"])]

    def reasons(self, found: Iterable[tuple[Match, str]]) -> tuple[Reason, ...]:
        """Labelled matches as spans of the original, one for each run of neighbouring words; in order, each once."""
        # Positions are in the order of title and text: the runs are sorted as numbers, before they are looked up.
        runs = sorted({(*run, label) for match, label in found for run in _runs(match)})
        return tuple(self._reason(first, last, label) for first, last, label in runs)

    def _reason(self, first: int, last: int, label: str) -> Reason:
        field, begin = ("title", 0) if first < self._start else ("text", self._start)
        starts = self._starts[field]
        return Reason(
            field, *self._folded[field].span(starts[first - begin], starts[last - begin] + len(self._words[last])), label
        )

    @cached_property
    def _starts(self) -> Mapping[str, list[int]]:
        """Where each word begins in the folded title and text."""
        found = {"title": self._words[: self._title_words], "text": self._words[self._start :]}
        return {field: word_starts(self._folded[field].text, words) for field, words in found.items()}


def _runs(match: Match) -> list[tuple[int, int]]:
    """The first and last position of each run of neighbouring words."""
    if match[-1] - match[0] == len(match) - 1:
        return [(match[0], match[-1])]
    breaks = [i for i in range(1, len(match)) if match[i] != match[i - 1] + 1]
    return [(match[start], match[end - 1]) for start, end in pairwise((0, *breaks, len(match)))]

"""An article made ready to be searched: its words in order, where each searched word stands, its sentences. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from datetime import date
from itertools import chain

from monitor.judge.nodes import Match, Node, Pattern, Word, leaves
from monitor.judge.words import word_spans, words
from monitor.model import Reason
from monitor.text import Folded, fold, sentences

LEAD = 60
"""Words of the text that count as its lead: the first paragraph of a news text, where the news is."""

MAX_BETWEEN = 100
"""Largest n of NEAR/n and "..."~n."""

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
        self._hits: dict[Word, list[int]] = {}
        for at, found in enumerate(map(vocabulary.get, self._words)):
            if found:
                for word in found:
                    self._hits.setdefault(word, []).append(at)
        self._masked: frozenset[int] = frozenset()
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._sentences: list[int] | None = None
        """Where each sentence of the text begins; not asked for most articles."""
        self._by_first: dict[str, list[int]] = {}
        self._by_last: dict[str, list[int]] = {}
        self._patterns: dict[Pattern, list[int]] = {}

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

    def positions(self, word: Word) -> list[int]:
        """Where a word stands."""
        found = self._hits.get(word, [])
        return [at for at in found if at not in self._masked] if self._masked else found

    def pattern(self, pattern: Pattern) -> list[int]:
        """Where a word with wildcards stands."""
        found = self._patterns.get(pattern)
        if found is None:
            matches = pattern.regex.fullmatch
            found = [at for at in self._candidates(pattern) if len(self._words[at]) <= _LONG and matches(self._words[at])]
            self._patterns[pattern] = found
        return [at for at in found if at not in self._masked]

    def _candidates(self, pattern: Pattern) -> Sequence[int]:
        """Words with the first letter of the pattern, or else its last: a language has many words, and few that end alike."""
        if pattern.prefix:
            self._by_first = self._by_first or self._by_letter(0)
            return self._by_first.get(pattern.prefix[0], ())
        if pattern.suffix:
            self._by_last = self._by_last or self._by_letter(-1)
            return self._by_last.get(pattern.suffix[-1], ())
        return range(len(self._words))

    def _by_letter(self, index: int) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, word in enumerate(self._words):
            if word:
                found.setdefault(word[index], []).append(at)
        return found

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
        if at < self._start:
            return TITLE
        if self._sentences is None:
            self._sentences = [start for start, _ in sentences(self._original["text"])]
        _, start, _ = self._original_span(at)
        return bisect_right(self._sentences, start)

    def sentence_positions(self, at: int) -> range:
        """The positions of the whole sentence of a word."""
        sentence = self.sentence_at(at)
        if sentence == TITLE:
            return range(self._title_words)
        start, end = at, at + 1
        while start > self._start and self.sentence_at(start - 1) == sentence:
            start -= 1
        while end < len(self._words) and self.sentence_at(end) == sentence:
            end += 1
        return range(start, end)

    def reasons(self, match: Match, label: str) -> list[Reason]:
        """The match as spans of the original title and text: one for each run of neighbouring words."""
        found: list[Reason] = []
        previous = None
        for at in match:
            field, start, end = self._original_span(at)
            if previous is not None and at == previous + 1:
                found[-1] = Reason(field, found[-1].start, end, label)
            else:
                found.append(Reason(field, start, end, label))
            previous = at
        return found

    def _field(self, at: int) -> tuple[str, int]:
        return ("title", at) if at < self._start else ("text", at - self._start)

    def _original_span(self, at: int) -> tuple[str, int, int]:
        field, index = self._field(at)
        if field not in self._places:
            self._places[field] = word_spans(self._folded[field].text)
        folded: Folded = self._folded[field]
        return (field, *folded.span(*self._places[field][index]))

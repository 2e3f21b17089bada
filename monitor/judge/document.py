"""An article prepared for searching: its words in order, the positions of each searched word, its sentences. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, pairwise

from monitor.judge.logic import leaves
from monitor.judge.nodes import EVERYWHERE, MAX_BETWEEN, Match, Node, NodeSet, Pattern, Patterns, Positions, Word
from monitor.model import Reason
from monitor.text import fold, sentences, word_starts, words

LEAD = 60
"""Words of the text that count as its lead: the first paragraph of a news text, where the news is."""

# Nothing stands near across the end of the title: so many empty words lie between title and text.
_GAP = [""] * (MAX_BETWEEN + 1)

TITLE = -1
"""The number of the title among the sentences."""

_SHORT = 4_000
"""Words of an article whose positions are set one by one: of a long one each setting would take as long as the article."""

LONGEST_PATTERN = 100
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
        self._vocabulary = vocabulary
        # Most articles have words of the vocabulary, and none that a rule begins with: where they stand is not asked of them.
        self._present = vocabulary.keys() & set(self._words)
        self.found = frozenset(chain.from_iterable(map(vocabulary.__getitem__, self._present)))
        """The words of the vocabulary that occur."""
        self._hits: dict[Word, list[Match]] = {}
        self._masked: frozenset[int] = frozenset()
        self._unmasked = EVERYWHERE
        self._positions: dict[Word | Patterns, Positions] = {}
        """Without regard to what is masked."""
        self._found: dict[int, tuple[Node, list[Match] | None]] = {}
        """By identity: a node is compared with another word by word. It is kept, so that no other takes its number."""
        self._where: dict[int, tuple[Node, Positions]] = {}
        self._by_sentence: dict[int, tuple[Node, dict[int, list[Match]]]] = {}
        self._patterns: dict[Patterns, list[Match]] = {}
        self._ends: dict[int, str] = {}
        """The first letters of all words, and their last; a space where there is no word."""

    def mask(self, positions: Iterable[int]) -> None:
        """From now on the words at these positions are not there."""
        self._masked = frozenset(positions)
        self._unmasked = ~self._as_bits(self._masked)
        self._where, self._by_sentence = {}, {}

    def all_positions(self) -> Iterator[int]:
        """Wherever a word stands."""
        return chain(range(self._title_words), range(self._start, len(self._words)))

    def find(self, node: Node) -> list[Match] | None:
        """What `node.find` gives, looked for once however many ask: topics share exclusions and contexts."""
        if self._masked:
            return node.find(self)
        key = id(node)
        if key not in self._found:
            self._found[key] = node, node.find(self)
        return self._found[key][1]

    def where(self, node: NodeSet) -> Positions:
        """What `node.anywhere` gives, asked once however many rules have the set."""
        key = id(node)
        if key not in self._where:
            self._where[key] = node, node.anywhere(self)
        return self._where[key][1]

    def by_sentence(self, node: Node) -> Mapping[int, Sequence[Match]]:
        """The matches of a node by the number of the sentence in which each begins, asked once."""
        key = id(node)
        if key not in self._by_sentence:
            found: dict[int, list[Match]] = {}
            for match in node.find(self) or ():
                found.setdefault(self.sentence_at(match[0]), []).append(match)
            self._by_sentence[key] = node, found
        return self._by_sentence[key][1]

    def word_matches(self, word: Word) -> list[Match] | None:
        """Where a word stands, None where nowhere."""
        if word not in self.found:
            return None
        found = self._word_matches(word)
        return self._without_masked(found) if self._masked else found

    def _word_matches(self, word: Word) -> list[Match]:
        found = self._hits.get(word)
        if found is None:
            places = [self._places[form] for form in self._forms_of.get(word, ())]
            found = self._hits[word] = places[0] if len(places) == 1 else sorted(chain(*places))
        return found

    def positions(self, leaf: Word | Pattern | Patterns) -> Positions:
        """Where a word stands, with wildcards or without, or any of some with."""
        if isinstance(leaf, Pattern):
            leaf = leaf.sought
        found = self._positions.get(leaf)
        if found is None:
            matches = self._word_matches(leaf) if isinstance(leaf, Word) else self._pattern_matches(leaf)
            found = self._positions[leaf] = self._as_bits([at for (at,) in matches])
        return found & self._unmasked

    def _as_bits(self, positions: Iterable[int]) -> Positions:
        if len(self._words) < _SHORT:
            found = 0
            for at in positions:
                found |= 1 << at
            return found
        bits = bytearray(len(self._words) // 8 + 1)
        for at in positions:
            bits[at >> 3] |= 1 << (at & 7)
        return int.from_bytes(bits, "little")

    def ends(self, positions: Positions) -> Positions:
        """The last positions of the sentences in which some positions are."""
        # The bits of a sentence are a number of their own: all of its bits but the last, added to what is set of them, carry into
        # the last one where any is set.
        rest, ends = self._rest_and_ends
        return ((positions & rest) + rest | positions) & ends

    @cached_property
    def _rest_and_ends(self) -> tuple[Positions, Positions]:
        """All positions but the last of each sentence; and those."""
        ends = self._as_bits([begin - 1 for begin in self._sentences[1:]] + [self._start - 1, len(self._words) - 1])
        return ((1 << len(self._words)) - 1) & ~ends, ends

    @cached_property
    def _forms_of(self) -> Mapping[Word, list[str]]:
        """The forms in which each word of the vocabulary stands."""
        forms: dict[Word, list[str]] = {}
        for form in self._present:
            for word in self._vocabulary[form]:
                forms.setdefault(word, []).append(form)
        return forms

    @cached_property
    def _places(self) -> Mapping[str, list[Match]]:
        """Where each word of the vocabulary stands."""
        places: dict[str, list[Match]] = {form: [] for form in self._present}
        for at, word in enumerate(self._words):
            if word in places:
                places[word].append((at,))
        return places

    def pattern_matches(self, pattern: Pattern | Patterns) -> list[Match] | None:
        """Where a word with wildcards stands, or any of some, None where nowhere."""
        return self._without_masked(self._pattern_matches(pattern.sought if isinstance(pattern, Pattern) else pattern))

    def _pattern_matches(self, patterns: Patterns) -> list[Match]:
        found = self._patterns.get(patterns)
        if found is None:
            words, hold = self._words, patterns.hold
            found = [(at,) for at in self._candidates(patterns) if len(words[at]) <= LONGEST_PATTERN and hold(words[at])]
            self._patterns[patterns] = found
        return found

    def _without_masked(self, found: list[Match]) -> list[Match] | None:
        return [match for match in found if match[0] not in self._masked] or None

    def _candidates(self, patterns: Patterns) -> Sequence[int]:
        if not patterns.begin_or_end:
            return range(len(self._words))
        begin, end = self._standing(0, patterns.initials), self._standing(-1, patterns.finals)
        return sorted({*begin, *end}) if begin and end else begin or end

    def _standing(self, end: int, letters: str) -> list[int]:
        """Where the words are that begin (`end` 0) or end (`end` -1) with one of the letters."""
        if not letters:
            return []
        if end not in self._ends:
            self._ends[end] = "".join([word[end] if word else " " for word in self._words])
        return [m.start() for m in re.finditer(f"[{re.escape(letters)}]", self._ends[end])]

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

    def head(self) -> Iterator[tuple[int, Sequence[str]]]:
        """The title and each paragraph of the lead: the position of its first word, and its words."""
        yield 0, self._words[: self._title_words]
        at, end = self.extent("lead")
        for line in self._folded["text"].text.split("\n"):
            if at >= end:
                break
            count = len(words(line))
            yield at, self._words[at : min(at + count, end)]
            at += count

    def attribute(self, name: str) -> tuple[str, ...]:
        """Values of lang, outlet, kind or region."""
        return self._attributes.get(name, ())

    def sentence(self, match: Match) -> int | None:
        """A number for the sentence in which a match stands; None where it reaches over an end."""
        first = self.sentence_at(match[0])
        return first if len(match) == 1 or self.sentence_at(match[-1]) == first else None

    def sentence_at(self, at: int) -> int:
        """A number for the sentence of a position; the title is TITLE."""
        return self._sentence_of[at - self._start] if at >= self._start else TITLE

    def paragraph_at(self, at: int) -> int:
        """A number for the paragraph of a position; the title is TITLE."""
        return bisect_left(self._paragraphs, at + 1) if at >= self._start else TITLE

    @cached_property
    def _paragraphs(self) -> list[int]:
        """The position of the first word behind each end of a line of the text."""
        return [self.position("text", line.end()) for line in re.finditer("\n", self._original["text"])]

    @cached_property
    def _sentence_of(self) -> list[int]:
        """The number of the sentence of each word of the text."""
        ends = [*self._sentences, len(self._words)]
        numbers = [0] * (ends[0] - self._start)
        for number, (begin, end) in enumerate(pairwise(ends), 1):
            numbers += [number] * (end - begin)
        return numbers

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
        begins = self._original_starts["text"]
        return [self._start + bisect_left(begins, start) for start, _ in sentences(self._original["text"])]

    def reasons(self, found: Iterable[tuple[Match, str, str]]) -> tuple[Reason, ...]:
        """Matches with label and rule as spans of the original, one for each run of neighbouring words; in order, each once."""
        # Positions are in the order of title and text: the runs are sorted as numbers, before they are looked up.
        runs: dict[tuple[int, int, str], str] = {}
        for match, label, rule in found:
            for first, last in _runs(match):
                runs.setdefault((first, last, label), rule)
        return tuple(self._reason(*run, runs[run]) for run in sorted(runs))

    def _reason(self, first: int, last: int, label: str, rule: str) -> Reason:
        field, begin = self._field(first)
        starts = self._starts[field]
        span = self._folded[field].span(starts[first - begin], starts[last - begin] + len(self._words[last]))
        return Reason(field, *span, label, rule)

    def _field(self, at: int) -> tuple[str, int]:
        """Where a position stands, and the first position there."""
        return ("title", 0) if at < self._start else ("text", self._start)

    def sign_behind(self, at: int) -> str:
        """The character right behind a word, folded; empty at the end."""
        field, begin = self._field(at)
        end = self._starts[field][at - begin] + len(self._words[at])
        return self._folded[field].text[end : end + 1]

    def position(self, field: str, offset: int) -> int:
        """The position of the first word that begins at an offset of the original, or behind it."""
        begins = self._original_starts[field]
        return bisect_left(begins, offset) + (0 if field == "title" else self._start)

    @cached_property
    def _original_starts(self) -> Mapping[str, Sequence[int]]:
        """Where each word begins in the original title and text."""
        found = {}
        for field, starts in self._starts.items():
            offsets = self._folded[field].offsets
            found[field] = starts if offsets is None else [offsets[start] for start in starts]
        return found

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

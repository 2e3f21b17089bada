"""The lexicon of denying, with all forms of its words. Compiled once a process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from monitor.lexicons import lexicon
from monitor.text.morphology import analyzer
from monitor.trace.closed import closed
from monitor.trace.words import english_forms, frozen, looked_up

_START = 4
"""Letters by which a word is looked up."""
OPPOSITES = "opposites"
"""The section that has pairs of words."""
_GAP = 2
"""Words that may stand between a verb and what goes with it; phrases stand as they are."""
_CACHED = 20_000
"""Words of which it is known what the lexicon has."""


class Cue(NamedTuple):
    """A word or phrase of the lexicon where a text has it; places are numbers of words."""

    section: str
    entry: str
    first: int
    last: int


@dataclass(frozen=True)
class Denying:
    """The lexicon of one language."""

    starts: Mapping[str, tuple[tuple[str, str, int, tuple[frozenset[str], ...]], ...]]
    """By the first letters of its longest word: section, entry, which of its words that is, and the forms of each."""
    opposites: Mapping[str, tuple[tuple[int, int], ...]]
    """By a word: of which pairs of opposites it is, and on which side."""
    beginnings: Mapping[str, tuple[tuple[str, int, int], ...]]
    """The same of words of which only the beginning is told, by its first letters, at most four."""

    def cues(self, words: Sequence[str]) -> Iterator[Cue]:
        """Where words in small letters, with ё as е, have something of the lexicon."""
        for i, word in enumerate(words):
            for section, entry, key, forms in self._entries_of(word):
                if place := _place(words, i, key, forms, _GAP * (section in _INFLECTED and not entry.endswith(" back"))):
                    yield Cue(section, entry, *place)

    def sides(self, words: Sequence[str]) -> frozenset[tuple[int, int, int]]:
        """Which word stands on which side of which pair of opposites: number of the pair, 0 or 1, number of the word."""
        return frozenset((number, side, i) for i, word in enumerate(words) for number, side in self._sides(word))

    # Texts have few words, and most of them often: what the lexicon has of each is cached.

    @cached_property
    def _entries_of(self) -> Callable[[str], tuple[tuple[str, str, int, tuple[frozenset[str], ...]], ...]]:
        """The entries whose longest word a word is."""

        @lru_cache(_CACHED)
        def entries(word: str) -> tuple[tuple[str, str, int, tuple[frozenset[str], ...]], ...]:
            return tuple(entry for entry in self.starts.get(word[:_START], ()) if _matches(word, entry[3][entry[2]]))

        return entries

    @cached_property
    def _sides(self) -> Callable[[str], tuple[tuple[int, int], ...]]:
        """The pairs of opposites that a word is of, and on which side."""
        lengths = frozenset(map(len, self.beginnings))

        @lru_cache(_CACHED)
        def sides(word: str) -> tuple[tuple[int, int], ...]:
            begun = (pair for length in lengths for pair in self.beginnings.get(word[:length], ()))
            return (
                *self.opposites.get(word, ()),
                *((number, side) for beginning, number, side in begun if word.startswith(beginning)),
            )

        return sides


def _matches(word: str, forms: frozenset[str]) -> bool:
    return word in forms or any(form.endswith("*") and word.startswith(form[:-1]) for form in forms if form.endswith("*"))


def _place(words: Sequence[str], at: int, key: int, forms: tuple[frozenset[str], ...], gap: int) -> tuple[int, int] | None:
    first = last = at
    for wanted in reversed(forms[:key]):
        found = next((i for i in range(first - 1, max(-1, first - 2 - gap), -1) if _matches(words[i], wanted)), -1)
        if found < 0:
            return None
        first = found
    for wanted in forms[key + 1 :]:
        found = next((i for i in range(last + 1, min(len(words), last + 2 + gap)) if _matches(words[i], wanted)), -1)
        if found < 0:
            return None
        last = found
    return first, last


@cache
def denying_of(language: str) -> Denying:
    """The lexicon of `ru`, `uk` or `en`."""
    starts: defaultdict[str, list[tuple[str, str, int, tuple[frozenset[str], ...]]]] = defaultdict(list)
    sections = lexicon("denying")[language]
    for section in sections.keys() - {OPPOSITES}:
        for entry in sections[section]:
            parts = looked_up(entry).replace(",", "").replace(":", "").split()
            forms = tuple(_forms(part, section, language) for part in parts)
            key = max(range(len(parts)), key=lambda i: len(parts[i]))
            for start in {form.rstrip("*")[:_START] for form in forms[key]}:
                starts[start].append((section, entry, key, forms))
    opposites: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    beginnings: defaultdict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for number, entry in enumerate(sections[OPPOSITES]):
        for side, words in enumerate(entry.split(" / ")):
            for form in looked_up(words).split("|"):
                if form.endswith("*"):
                    beginnings[form[:-1][:_START]].append((form[:-1], number, side))
                else:
                    opposites[form].append((number, side))
    return Denying(frozen(starts), frozen(opposites), frozen(beginnings))


_INFLECTED = frozenset(["denying", "dismissing", "countering", "insisting", "claim"])


def _forms(word: str, section: str, language: str) -> frozenset[str]:
    if section not in _INFLECTED or len(word) < 2 + (section == "claim"):
        return frozenset([word])
    if language == "en":
        return frozenset(english_forms(word)) | (closed("is_now", "en") if word == "be" else frozenset())
    parses = [parse for parse in analyzer(language).parse(word) if parse.is_known]
    named = [parse for parse in parses if looked_up(parse.normal_form) == word] or parses
    found = {looked_up(form.word) for parse in named[:2] for form in parse.lexeme if _is_said(str(form.tag))}
    return frozenset(found) or frozenset([word])


def forms_of(word: str, language: str) -> frozenset[str]:
    """The forms of a word by which something is asserted or named."""
    return frozenset({word}) | _forms(word, "claim", language)


def _is_said(tag: str) -> bool:
    """Whether a form asserts, or is a noun's or an adjective's: no infinitive, imperative, participle or gerund."""
    return tag.startswith(("NOUN", "ADJF", "ADJS", "NPRO")) or (
        tag.startswith(("VERB", "PRTS")) and not any(mark in tag for mark in ("infn", "impr", "futr"))
    )

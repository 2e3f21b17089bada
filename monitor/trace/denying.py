"""The lexicon of denying, with all forms of its words. Compiled once a process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from monitor.lexicons import lexicon
from monitor.text.morphology import analyzer
from monitor.trace.words import english_forms, fold

_START = 4
"""Letters by which a word is looked up."""
_GAP = 2
"""Words that may stand between a verb and what goes with it; phrases stand as they are."""


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

    def cues(self, words: Sequence[str]) -> Iterator[Cue]:
        """Where words in small letters, with ё as е, have something of the lexicon."""
        for i, word in enumerate(words):
            for section, entry, key, forms in self.starts.get(word[:_START], ()):
                if _matches(word, forms[key]) and (place := _place(words, i, key, forms, _GAP * (section in _INFLECTED))):
                    yield Cue(section, entry, *place)


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
    for section, entries in lexicon("denying")[language].items():
        for entry in entries:
            words = fold(entry).replace(",", "").replace(":", "").split()
            forms = tuple(_forms(word, section, language) for word in words)
            key = max(range(len(words)), key=lambda i: len(words[i]))
            for start in {form.rstrip("*")[:_START] for form in forms[key]}:
                starts[start].append((section, entry, key, forms))
    return Denying({start: tuple(found) for start, found in starts.items()})


_INFLECTED = frozenset(["denying", "countering", "insisting", "claim"])


def _forms(word: str, section: str, language: str) -> frozenset[str]:
    if section not in _INFLECTED or len(word) < 2 + (section == "claim"):
        return frozenset([word])
    if language == "en":
        return frozenset(english_forms(word)) | ({"is", "are", "was", "were"} if word == "be" else frozenset())
    parses = [parse for parse in analyzer(language).parse(word) if parse.is_known]
    named = [parse for parse in parses if fold(parse.normal_form) == word] or parses
    found = {fold(form.word) for parse in named[:2] for form in parse.lexeme if _is_said(str(form.tag))}
    return frozenset(found) or frozenset([word])


def _is_said(tag: str) -> bool:
    """Whether a form asserts, or is a noun's or an adjective's: no infinitive, imperative, participle or gerund."""
    return tag.startswith(("NOUN", "ADJF", "ADJS", "NPRO")) or (
        tag.startswith(("VERB", "PRTS")) and "infn" not in tag and "impr" not in tag
    )

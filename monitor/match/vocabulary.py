"""Weights of words, by the share of texts of their language that contain them, independent of what is stored. Pure.

In a collection that is full of one story its own words would be common and weigh nothing. A table that knows the language alone
does not move: one threshold means the same everywhere, and a likeness never changes after the fact.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from monitor.lexicons import LANGUAGES, lexicon, word_weights
from monitor.text import fold, words

# Russian and Ukrainian inflect at the end: five letters of the transliterated word tell words apart about as well as lemmas.
STEM = 5
# Hundredths. What no table lists is a name or a number; a larger weight would let one of them decide.
MOST = 900
# The words that a topic turns on are in every text of the beat, however rare they are in the language.
COMMON = 200

_CYRILLIC = "абвгґдеєжзиіїйклмнопрстуфхцчшщыэюя"
_LATIN = "a b v g g d e e zh z i i i i k l m n o p r s t u f h ts ch sh sch i e u a"
_TRANSLITERATED = str.maketrans(dict(zip(_CYRILLIC, _LATIN.split(), strict=True)) | dict.fromkeys("ьъ'"))
# Spellings of one sound in the transliterations that newsrooms use: Yekaterinburg, Ekaterinburg; Kharkov, Harkov.
_SPELLINGS = (("y", "i"), ("kh", "h"), ("w", "v"), ("x", "ks"), ("ie", "e"), ("iu", "u"), ("ia", "a"))
_DOUBLE = re.compile(r"(.)\1")


@lru_cache(maxsize=200_000)
def stem(part: str) -> str:
    """What stands for a folded word, or a part of one between hyphens, in all its forms and in every script."""
    found = part.translate(_TRANSLITERATED)
    for spelling, plain in _SPELLINGS:
        found = found.replace(spelling, plain)
    return _DOUBLE.sub(r"\1", found)[:STEM]


def parts(folded: str) -> list[str]:
    """The words of a folded text that say something: of three letters or more, or a number; each part of a compound."""
    return [word for word in words(folded) if len(word) > 2 or word.isdigit()]


def stems(text: str) -> set[str]:
    """The stems of a text as it is written."""
    return {stem(part) for part in parts(fold(text).text)}


class Vocabulary:
    """What each word weighs."""

    def __init__(self, common: Iterable[str] = (), tables: Mapping[str, Mapping[str, float]] | None = None) -> None:
        """`common` are stems that every text of the beat has: of the words that a topic turns on. `tables` are weights by
        language, of those that are not the shipped ones.
        """
        self.common = frozenset(stem for stem in common if not stem.isdigit())
        self.weights: dict[str, dict[str, int]] = {}
        """By language: of each stem that is listed, in hundredths of the negative logarithm of its share of texts."""
        digest = hashlib.sha256(repr(sorted(self.common)).encode())
        for language in LANGUAGES:
            table = (tables or {}).get(language) or word_weights(language)
            digest.update(repr(sorted(table.items())).encode())
            listed = {stem: min(round(100 * weight), MOST) for stem, weight in table.items()}
            self.weights[language] = listed | {stem: min(listed.get(stem, MOST), COMMON) for stem in self.common}
        self.digest = digest.hexdigest()[:16]
        """Tells one vocabulary from another: what was weighed by two cannot be compared."""

    def weight(self, language: str, stem: str) -> int:
        """Of a stem; MOST where it is not listed."""
        return self.weights[language].get(stem, MOST)


@cache
def shipped() -> Vocabulary:
    """The vocabulary without any beat."""
    return Vocabulary()


@cache
def numerals() -> Mapping[str, int]:
    """What number a folded word says, in any form that the dictionaries have."""
    # Loading the dictionaries takes a second: not for who asks for an address.
    from monitor.text.morphology import analyzer

    found: dict[str, int] = {}
    for language, sections in lexicon("numerals").items():
        for number, entries in sections.items():
            for entry in entries:
                forms = {entry}
                if language != "en":
                    forms |= {f.word for p in analyzer(language).parse(entry) if p.normal_form == entry for f in p.lexeme}
                found |= dict.fromkeys((fold(form).text for form in forms), int(number))
    return found

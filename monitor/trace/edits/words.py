"""Properties of words for comparing versions: dictionary forms, numbers, dates, misspellings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from monitor.lexicons import lexicon
from monitor.text import compounds, fold
from monitor.text.endings import without_ending
from monitor.text.morphology import analyzer, english
from monitor.trace.closed import closed

_CYRILLIC_WORD = re.compile("[а-яіїєґ'-]+")
# How many other words may stand between two words of a phrase.
_BETWEEN = 10
# So many letters at the beginning all forms of a word of a phrase share.
_ALIKE = 2
_THOUSAND = 1000
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Dictionary:
    """The dictionary and the lexicon of one language. Forms are folded (`monitor.text.fold`)."""

    language: str

    def lemmas(self, form: str) -> frozenset[str]:
        """Every dictionary form that this may be a form of, and itself."""
        return _lemmas(self.language, form)

    def knows(self, form: str) -> bool:
        """Whether the dictionary has this form."""
        return _knows(self.language, form)

    def same(self, one: str, other: str) -> bool:
        """Whether two forms may be of one word."""
        if one == other or self.lemmas(one) & self.lemmas(other):
            return True
        if self.language == "en":
            return one.removesuffix("'s") == other.removesuffix("'s")
        # Of names that no dictionary has, the ending tells cases apart.
        stem = without_ending(one)
        return len(stem) >= 3 and stem == without_ending(other) and not (self.knows(one) and self.knows(other))

    def is_number(self, form: str) -> bool:
        """Whether it counts or numbers something, in figures or letters."""
        if _DIGIT.search(form):
            return True
        if self.lemmas(form) & self._numerals:
            return True
        parts = form.split("-")
        if self.language == "en":
            return len(parts) > 1 and parts[0] in self._numerals and not self.lemmas(form) & self._ones
        if any("NUMR" in tag or "Anum" in tag for tag in _tags(self.language, form)):
            return not self.is_one(form)
        prefix = next((p for p in self._prefixes if form.startswith(p) and len(form) > len(p) + 3), "")
        return bool(prefix) and any(tag.startswith("ADJF") for tag in _tags(self.language, form))

    def value(self, forms: Sequence[str]) -> int | None:
        """The number that words say: one, or several below a thousand of which each is less ("twenty six" is 26); else None."""
        said = [self._value(part) for form in forms for part in form.split("-")]
        values = [value for value in said if value is not None]
        is_one = len(values) == 1 or all(_THOUSAND > one > other for one, other in pairwise(values))
        return sum(values) if values and len(values) == len(said) and is_one else None

    def _value(self, form: str) -> int | None:
        if form.isdecimal():
            return int(form)
        return next((self._values[lemma] for lemma in self.lemmas(form) if lemma in self._values), None)

    def is_one(self, form: str) -> bool:
        """Whether it counts where another number stands against it, and else is an article or a pronoun."""
        return bool(self.lemmas(form) & self._ones)

    def is_calendar(self, form: str, written: str) -> bool:
        """Whether it names a day or a month."""
        if self.language == "en":
            return written in self._calendar or form in self._calendar
        return bool(self.lemmas(form) & self._calendar)

    def is_month_or_year(self, form: str, written: str) -> bool:
        """Whether a number beside it is of a date."""
        return self.is_calendar(form, written) or bool(self.lemmas(form) & self._years)

    def is_plural(self, forms: Iterable[str]) -> bool:
        """Whether these words name several, and not one of them."""
        given = [*forms]
        if not given or any(self.is_one(form) for form in given) or given[0] in closed("of_one_thing", "en"):
            return False
        if self.language == "en":
            return any(form.endswith("s") or form in closed("plural", "en") for form in given)
        return any(_is_plural(self.language, form) for form in given)

    def is_proper(self, form: str) -> bool:
        """Whether the dictionary has it as a name above all, or not at all."""
        if self.language == "en":
            return not self.knows(form)
        tags = _tags(self.language, form)
        return not self.knows(form) or any(kind in tags[0] for kind in ("Name", "Surn", "Patr", "Geox", "Orgn"))

    def misspelled(self, one: Sequence[str], other: Sequence[str]) -> bool:
        """Whether one side is the other but for a slip of the hand: a letter, two letters exchanged, a space."""
        if "".join(one).replace("-", "") == "".join(other).replace("-", ""):
            return True
        if len(one) != 1 or len(other) != 1:
            return False
        a, b = one[0], other[0]
        if len(a) < 3 or len(b) < 3 or self.knows(a) == self.knows(b) or _DIGIT.search(a + b):
            return False
        return is_near(a, b)

    def begins(self, section: str, forms: Sequence[str]) -> int:
        """How many of these words the entry of a section has that they begin with, as it is written; 0 where none does."""
        return max(
            (
                len(words)
                for words in self._phrases(section)
                if forms and words[0] == forms[0] and words == tuple(forms[: len(words)])
            ),
            default=0,
        )

    def holds(self, section: str, forms: Sequence[str]) -> bool:
        """Whether the words of an entry of a section stand among these, in their order and in any form."""
        beginnings = _beginnings(self.language, section)
        places = [at for at, form in enumerate(forms) if form[:_ALIKE] in beginnings]
        return bool(places) and any(
            at + len(words) <= len(forms) and self._stands(words, forms, at) for words in self._phrases(section) for at in places
        )

    def stem(self, form: str) -> str:
        """The same for most forms of one word."""
        return min(self.lemmas(form) - {form}, default=form)

    def _stands(self, words: Sequence[str], forms: Sequence[str], at: int) -> bool:
        if not self._is_form(forms[at], words[0]):
            return False
        for word in words[1:]:
            near = range(at + 1, min(at + 2 + _BETWEEN, len(forms)))
            found = next((i for i in near if self._is_form(forms[i], word)), None)
            if found is None:
                return False
            at = found
        return True

    def _is_form(self, form: str, word: str) -> bool:
        # Forms of one word begin alike: most are told apart without the dictionary, which is a hundred times as slow.
        return form[:_ALIKE] == word[:_ALIKE] and word in self.lemmas(form)

    def _entries(self, section: str) -> frozenset[str]:
        return frozenset(
            fold(entry).text if self.language != "en" else entry for entry in lexicon("edits")[self.language][section]
        )

    def _phrases(self, section: str) -> tuple[tuple[str, ...], ...]:
        return _phrases(self.language, section)

    @cached_property
    def _values(self) -> dict[str, int]:
        """What numerals say, by their dictionary forms."""
        return {fold(word).text: int(number) for number, words in lexicon("numerals")[self.language].items() for word in words}

    @cached_property
    def _numerals(self) -> frozenset[str]:
        return self._entries("numeral")

    @cached_property
    def _ones(self) -> frozenset[str]:
        return self._entries("one")

    @cached_property
    def _prefixes(self) -> frozenset[str]:
        return self._entries("counting_prefix")

    @cached_property
    def _calendar(self) -> frozenset[str]:
        return self._entries("calendar")

    @cached_property
    def _years(self) -> frozenset[str]:
        return self._entries("year")


@cache
def dictionary_of(language: str) -> Dictionary:
    """The one `Dictionary` of a language."""
    return Dictionary(language)


def is_near(one: str, other: str) -> bool:
    """Whether one letter was changed, left out or put in, or two neighbours exchanged."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


@cache
def _phrases(language: str, section: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(compounds(fold(entry).text)) for entry in lexicon("edits")[language][section])


@cache
def _beginnings(language: str, section: str) -> frozenset[str]:
    """How the forms of the first words of a section's entries begin."""
    return frozenset(words[0][:_ALIKE] for words in _phrases(language, section))


@cache
def _tags(language: str, form: str) -> tuple[str, ...]:
    # Of other scripts the analyzer knows nothing, and of some it raises.
    return tuple(str(parse.tag) for parse in analyzer(language).parse(form)) if _CYRILLIC_WORD.fullmatch(form) else ("",)


def _is_plural(language: str, form: str) -> bool:
    """Whether a noun, or what stands for one, can be no single one: in all cases, or as the subject."""
    nouns = [tag for tag in _tags(language, form) if tag.startswith(("NOUN", "ADJF", "PRTF"))]
    subjects = [tag for tag in nouns if "nomn" in tag]
    return any(found and all("plur" in tag for tag in found) for found in (nouns, subjects))


@cache
def _lemmas(language: str, form: str) -> frozenset[str]:
    if language == "en":
        known = english()
        found = known.get(form) or known.get(form.capitalize())
        return frozenset({form, form.removesuffix("'s"), found.lower() if found else form})
    if not _CYRILLIC_WORD.fullmatch(form):
        return frozenset({form})
    return frozenset({form, *(fold(parse.normal_form).text for parse in analyzer(language).parse(form))})


@cache
def _knows(language: str, form: str) -> bool:
    if language == "en":
        known = english()
        bare = form.removesuffix("'s")
        return all(part in known or part.capitalize() in known for part in bare.split("-"))
    return bool(_CYRILLIC_WORD.fullmatch(form) and analyzer(language).word_is_known(form))

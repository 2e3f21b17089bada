"""The dictionaries of word forms: pymorphy3's for Russian and Ukrainian, simplemma's for English. Loaded once a process.

Imported by whoever needs it, and not by `monitor.text`: loading takes half a second a language.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pymorphy3


@cache
def analyzer(language: str) -> pymorphy3.MorphAnalyzer:
    """The analyzer of `ru` or `uk`."""
    import pymorphy3  # as below: a tenth of a second, and most verbs ask for no form

    return pymorphy3.MorphAnalyzer(lang=language)


@cache
def english() -> Mapping[str, str]:
    """simplemma's English dictionary, form to lemma."""
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory

    return DefaultDictionaryFactory().get_dictionary("en")


@cache
def english_paradigms() -> Mapping[str, list[str]]:
    """The same turned round."""
    dictionary = english()
    paradigms: dict[str, list[str]] = {}
    for form, lemma in zip(dictionary, map(dictionary.__getitem__, dictionary), strict=True):  # its items() take twice as long
        paradigms.setdefault(lemma, []).append(form)
    return paradigms


class Reading(NamedTuple):
    """One thing that a written form may be. Grammemes are OpenCorpora's: `NOUN`, `nomn`, `plur`, `femn`, `past`, `Surn`."""

    lemma: str
    part: str
    case: str
    """Empty where the part of speech has none."""
    number: str
    """sing | plur; empty where both."""
    gender: str
    marks: frozenset[str]
    """All grammemes."""
    known: bool = True
    """Whether the dictionary has it; else its ending suggests it."""


_CASES = {case: case for case in ("nomn", "gent", "datv", "accs", "ablt", "loct", "voct")} | {"gen2": "gent", "loc2": "loct"}
_GENDERS = frozenset(["masc", "femn", "neut"])


def reading(lemma: str, grammemes: str) -> Reading:
    """A reading from the dictionary form and a tag as pymorphy3 writes it. The Ukrainian dictionary leaves out the nominative of
    some nouns, and writes no singular."""
    return Reading(lemma, *_grammar(grammemes))


@lru_cache(maxsize=10_000)
def _grammar(grammemes: str) -> tuple[str, str, str, str, frozenset[str]]:
    """What a tag says, as a Reading has it. There are some thousand tags, and a hundred times as many forms are read."""
    marks = frozenset(grammemes.replace(" ", ",").split(","))
    part = next(iter(grammemes.split(",")), "").split(" ")[0]
    case = next((_CASES[mark] for mark in marks if mark in _CASES), "nomn" if part == "NOUN" else "")
    gender = next((mark for mark in marks & _GENDERS), "")
    number = "plur" if "plur" in marks else "sing" if gender or "sing" in marks else ""
    return part, case, number, gender, marks


@lru_cache(maxsize=100_000)
def readings(word: str, language: str) -> tuple[Reading, ...]:
    """What a word of `ru` or `uk` may be, the likeliest first; of one that no dictionary has, what its ending suggests."""
    try:
        parses = analyzer(language).parse(word)
    except ValueError:  # pymorphy3 asks Unicode for the names of letters, and not all have one: those of Tangut have none
        return (Reading(word, "UNKN", "", "", "", frozenset(["UNKN"]), known=False),)
    return tuple(reading(parse.normal_form, str(parse.tag))._replace(known=parse.is_known) for parse in parses)

"""The dictionaries of word forms: pymorphy3's for Russian and Ukrainian, simplemma's for English. Loaded once a process.

Imported by whoever needs it, and not by `monitor.text`: loading takes half a second a language.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pymorphy3
from simplemma.strategies.dictionaries import DefaultDictionaryFactory


@cache
def analyzer(language: str) -> pymorphy3.MorphAnalyzer:
    """The analyzer of `ru` or `uk`."""
    return pymorphy3.MorphAnalyzer(lang=language)


@cache
def english() -> tuple[Mapping[str, str], Mapping[str, list[str]]]:
    """simplemma's English dictionary, form to lemma, and the same turned round."""
    dictionary = DefaultDictionaryFactory().get_dictionary("en")
    paradigms: dict[str, list[str]] = {}
    for form, lemma in dictionary.items():
        paradigms.setdefault(lemma, []).append(form)
    return dictionary, paradigms

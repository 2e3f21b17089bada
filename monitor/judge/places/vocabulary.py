"""The words of `monitor/lexicons/places.toml` as questions asked of a folded word or sentence. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import chain

from monitor.lexicons import lexicon
from monitor.text import fold
from monitor.text.forms import forms

_HOME = "RU"
_CODE_LETTERS = 2
_ADJECTIVE = "кий"


@cache
def word_in(section: str) -> Callable[[str], bool]:
    """Whether a word is one of the section's, in any language, also in the English possessive. Remembers its answers: texts
    have few different words."""
    entries = {fold(entry).text for sections in lexicon("places").values() for entry in sections.get(section, ())}
    alternatives = "|".join(re.escape(entry).replace(r"\*", r"\w*") for entry in sorted(entries))
    pattern = re.compile(rf"\A(?:{alternatives})(?:'s)?\Z")
    return lru_cache(maxsize=20_000)(lambda word: pattern.match(word) is not None)


@cache
def _forms_in(name: str, *sections: str) -> frozenset[str]:
    """Every form of the single words of some sections of another lexicon."""
    entries = (entry for of in lexicon(name).values() for section in sections for entry in of.get(section, ()))
    return frozenset().union(*(forms(entry) for entry in entries if " " not in entry))


@cache
def foreign() -> frozenset[str]:
    """Every form of the adjectives of other countries."""
    countries = (of[code] for of in lexicon("countries").values() for code in of if len(code) == _CODE_LETTERS and code != _HOME)
    entries = chain.from_iterable(countries)
    return frozenset().union(*(forms(entry) for entry in entries if " " not in entry and entry.endswith(_ADJECTIVE)))


@cache
def mastheads() -> frozenset[str]:
    """What an English newspaper's name ends in."""
    return frozenset(entry.lower() for entry in lexicon("speakers")["en"].get("masthead", ()))


def is_said(word: str) -> bool:
    """A verb of saying, urging, accusing or advising."""
    return word_in("saying")(word) or word in _forms_in("saying", "saying")


def is_office(word: str) -> bool:
    """An official, or an office that speaks."""
    return word_in("official")(word) or (word in _forms_in("speakers", "official") and not word_in("spot")(word))

"""What the cases of Russian and Ukrainian add to a word. Pure; loads no dictionary."""

from __future__ import annotations

import re

from monitor.text.letters import has_cyrillic

CASE_ENDINGS = (
    "ями", "ами", "ого", "его", "ому", "ему", "ыми", "ими", "ові", "еві", "єві", "ою", "ею", "єю", "ой", "ей", "ій", "ий", "ый",
    "ая", "яя", "ую", "юю", "ым", "им", "ім", "їм", "ом", "ем", "єм", "ам", "ям", "ах", "ях", "ів", "ої", "їй", *"аяуюеєоыиіїьй",
)  # fmt: skip
"""Of nouns and adjectives, in all cases, numbers and genders.

Those are left out that are part of a surname in the nominative: "ов" and "ев" (Соснов would be Сосн), "ых" and "их" (Черных)."""
_AFTER_I = ("иями", "иям", "иях", "ией", "ия", "ию", "ии", "ие", "ієм", "ія", "ію", "ії")
# The same with the last vowel of the stem, which the genitive plural has not: "Лилия", "Лилий".
_ENDING = re.compile(f"(?:{'|'.join((*_AFTER_I, *CASE_ENDINGS))})$")
_HARDLY_A_STEM = 3
"""A word of so few letters keeps them all."""


def without_ending(word: str) -> str:
    """A Cyrillic word, in lower case and with "е" for "ё", without the ending of its case. What is left need be no word: it is
    the same for most forms of one name, also where no dictionary has it. A word of up to three letters is left as it is.
    """
    return _ENDING.sub("", word) if len(word) > _HARDLY_A_STEM else word


def surname_stem(name: str) -> str:
    """What the last word of a name keeps in every case, in lower case: without the ending of its case, and without the English
    possessive. In the name's own letters; `monitor.trace.speakers.skeleton` compares across scripts.
    """
    last = next(reversed(name.lower().split()), "")
    return without_ending(last.replace("ё", "е")) if has_cyrillic(last) else last.removesuffix("'s").removesuffix("’s")

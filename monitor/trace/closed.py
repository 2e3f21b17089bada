"""Closed classes of words: prepositions, pronouns, negations. Read from the lexicons."""

from __future__ import annotations

from functools import cache

from monitor.lexicons import LANGUAGES, lexicon, single_words
from monitor.trace.tokens import plain


@cache
def closed(section: str, *languages: str) -> frozenset[str]:
    """The words of a class in these languages, in small letters and with ё as е; of no language: in all."""
    return frozenset(plain(word).lower() for word in single_words("grammar", section, *languages))


@cache
def closed_phrases(section: str) -> tuple[tuple[str, ...], ...]:
    """The same of all languages where an entry is one phrase: its words."""
    found = lexicon("grammar")
    return tuple(tuple(plain(entry).lower().split()) for language in LANGUAGES for entry in found[language].get(section, ()))

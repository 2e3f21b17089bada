"""Closed classes of words: prepositions, pronouns, negations. Read from the lexicons."""

from __future__ import annotations

from functools import cache

from monitor.lexicons import LANGUAGES, lexicon
from monitor.trace.tokens import plain


@cache
def closed(section: str, *languages: str) -> frozenset[str]:
    """The words of a class in these languages, in small letters and with ё as е; of no language: in all."""
    return frozenset(word for entry in _entries(section, languages) for word in entry.split())


@cache
def closed_phrases(section: str, *languages: str) -> tuple[tuple[str, ...], ...]:
    """The same where an entry is one phrase: its words."""
    return tuple(tuple(entry.split()) for entry in _entries(section, languages))


def _entries(section: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    words = lexicon("grammar")
    return tuple(plain(entry).lower() for language in languages or LANGUAGES for entry in words[language].get(section, ()))

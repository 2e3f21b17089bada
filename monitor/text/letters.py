"""In which letters a text is written. Pure; loads neither dictionaries nor models."""

from __future__ import annotations

import re

from monitor.lexicons import LANGUAGES

_CYRILLIC = re.compile("[\u0400-\u04ff]+")
_LETTERS = re.compile(r"[^\W\d_]+")
# Letters that one of the two has and the other has not.
_UKRAINIAN = "іїєґ"
_RUSSIAN = "ыэёъ"
# "iPhone 18 Pro Max подорожал": in a line so short, names may have more letters than what is said of them.
_LINE = 40
_CYRILLIC_WORD = re.compile("[\u0400-\u04ff]{3}")
SAMPLE = 20_000
"""Characters of a text that say in what it is written."""


def has_cyrillic(text: str) -> bool:
    """Whether a letter of a text, or of a word, is Cyrillic."""
    return _CYRILLIC.search(text) is not None


def has_letters(text: str, least: int) -> bool:
    """Whether a text has so many letters, of any script."""
    found = 0
    for run in _LETTERS.finditer(text):
        found += run.end() - run.start()
        if found >= least:
            return True
    return False


def _count(runs: re.Pattern[str], text: str) -> int:
    return sum(map(len, runs.findall(text)))


def is_cyrillic(text: str) -> bool:
    """Whether most of a text's letters are Cyrillic, of its first 20,000 characters."""
    sample = text[:SAMPLE]
    cyrillic = _count(_CYRILLIC, sample)
    # Most texts are done with here: letters of all scripts take three times as long to count.
    return cyrillic > 0 and (cyrillic > len(sample) / 2 or cyrillic > _count(_LETTERS, sample) / 2)


def own_letters(text: str) -> tuple[int, int]:
    """How many letters of a text's first 20,000 characters only Russian has of the two, and how many only Ukrainian."""
    small = text[:SAMPLE].lower()
    russian, ukrainian = (sum(map(small.count, own)) for own in (_RUSSIAN, _UKRAINIAN))
    return russian, ukrainian


def dictionary_language(declared: str, text: str) -> str:
    """`ru`, `uk` or `en`: by whose dictionary and lexicons a text is read. What is `declared`, where it is one of them; else by
    the letters, `en` for all that are not Cyrillic. In a line of up to 40 characters one Cyrillic word decides.

    `monitor.text.language.language` is the language that a text is stored under: it knows all languages, and says none of a
    text too short to tell. Here a headline or a single word needs an answer, too.
    """
    if declared in LANGUAGES:
        return declared
    if not is_cyrillic(text) and not (len(text) <= _LINE and _CYRILLIC_WORD.search(text)):
        return "en"
    russian, ukrainian = own_letters(text)
    return "uk" if ukrainian > russian else "ru"

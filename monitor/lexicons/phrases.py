"""Phrases of a lexicon as patterns. A phrase is words, in small letters, parted by blanks:

    канал*        a word that begins so
    *             any word
    …             up to four words of any kind
    [наш* новый]  may be absent
    фото:         a sign at the end of a word stands there, a blank before it or not

ё is е, and one apostrophe is any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from monitor.lexicons.loading import lexicon

# No word that people write is longer; so a pattern looks no further.
_LONGEST_WORD = 40
_WORD = rf"\S{{1,{_LONGEST_WORD}}}"
_BEGINS = r"(?<!\w)"
_SOME = rf"(?:{_WORD}\s++){{0,4}}?"
_PIECE = re.compile(r"\[[^\]]*\]|\S+")
_LETTERS = re.compile(r"[^\W_]+")
_SHORT = 4
_SIGNS = re.compile(r"(?<![:：.,!?…—-])[:：.,!?…—-]+$")


@cache
def phrases(name: str, section: str) -> str:
    """A pattern, as text, for every phrase of a section in all languages, the longest first: to be compiled with IGNORECASE, or
    for folded texts without."""
    found = {entry for sections in lexicon(name).values() for entry in sections.get(section, ())}
    bodies = "|".join(_body(phrase) for phrase in sorted(found, key=lambda phrase: (-len(phrase), phrase)))
    return rf"{_BEGINS}(?:{bodies})"


@cache
def single_words(name: str, section: str, *languages: str) -> frozenset[str]:
    """The words, as written, of a section whose entries are words parted by blanks, in these languages; of none: in all."""
    found = lexicon(name)
    tables = (found[language] for language in languages or found if language in found)
    return frozenset(word for sections in tables for entry in sections.get(section, ()) for word in entry.split())


def any_of(*words: Iterable[str]) -> str:
    """A pattern, as text, for each of these words, the longest first."""
    return "|".join(map(re.escape, sorted({word for some in words for word in some}, key=lambda word: (-len(word), word))))


@cache
def beginnings(name: str, section: str) -> frozenset[str]:
    """The words, with ё as е and a blank behind, with which phrases of the section may begin; of a word that may be another as
    well (`канал*`, `п'ять`), its first letters, at most four and perhaps none, without the blank."""
    entries = (entry for sections in lexicon(name).values() for entry in sections.get(section, ()))
    return frozenset(begins for entry in entries for begins in _beginnings(entry))


def _beginnings(phrase: str) -> Iterator[str]:
    for piece in _PIECE.findall(phrase):
        if piece == "…":
            yield ""
        elif piece.startswith("["):
            yield from _beginnings(piece[1:-1])
        else:
            word = piece.replace("ё", "е")
            letters = _LETTERS.match(word)
            yield f"{word} " if letters and letters[0] == word else letters[0][:_SHORT] if letters else ""
            return


def pattern(phrase: str) -> str:
    """The pattern of one phrase."""
    return _BEGINS + _body(phrase)


def _body(phrase: str) -> str:
    found, blank = "", ""
    for piece in _PIECE.findall(phrase):
        if piece == "…":
            found, blank = found + blank + _SOME, ""
        elif not piece.startswith("["):
            found, blank = found + blank + _word(piece), r"\s++"
        elif blank:
            found += rf"(?:\s++{_body(piece[1:-1])})?"
        else:
            found += rf"(?:{_body(piece[1:-1])}\s++)?"
    return found


def _word(word: str) -> str:
    if word == "*":
        return _WORD
    signs = _SIGNS.search(word)
    letters = word[: signs.start()] if signs else word
    body = "".join(map(_letter, letters))
    if signs:
        return body + rf"\s*+{re.escape(signs[0])}"
    return body if letters.endswith("*") else body + r"(?!\w)"


def _letter(letter: str) -> str:
    if letter == "*":
        return rf"\w{{0,{_LONGEST_WORD}}}"
    if letter in "её":
        return "[её]"
    return "['’ʼ`]" if letter in "'’" else re.escape(letter)

"""Words and sentences of a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from monitor.lexicons import any_of, single_words

# A word ends at a hyphen, so that "draft-age" is found by the phrase "draft age", and so does SQLite's unicode61 tokenizer,
# which proposes what the judge decides. Its tokens also hold combining and private-use characters: what it calls one token may
# not be two words here, or it would not propose what is found.
#
# Latin and Cyrillic are named, though \w has them: what a range answers is not asked of the tables of Unicode, which takes
# half as long again.
_LETTER = r"a-z0-9\u0400-\u0481\w\u0300-\u036f\ue000-\uf8ff\U000f0000-\U0010ffff"
_ONE = rf"[{_LETTER}]++(?:'[{_LETTER}]++)*+"
_WORD = re.compile(_ONE)
_COMPOUND = re.compile(rf"{_ONE}(?:-{_ONE})*+")
_PARTS = re.compile(rf"[^\x00-\x7f{_LETTER}]")
_QUOTES = re.compile(rf"(?<![{_LETTER}])'|'(?![{_LETTER}])")


WRITTEN_WORD = re.compile(r"[^\W_]++(?:['’ʼ‘`-][^\W_]++)*+")
"""A word of an original text as it is written: what hyphens and apostrophes join is one. What a folded text's words are to the
search index, `words` and `compounds` say."""


def words(folded: str) -> list[str]:
    """The words of a folded text, in order, each part of a compound by itself."""
    return _WORD.findall(folded.replace("_", " "))


def compounds(folded: str) -> list[str]:
    """The words of a folded text as they are written: what hyphens join is one."""
    return _COMPOUND.findall(folded.replace("_", " "))


def compound_spans(folded: str) -> Iterator[tuple[int, int]]:
    """Where the `compounds` of a folded text stand in it."""
    return (match.span() for match in _COMPOUND.finditer(folded.replace("_", " ")))


def parted(folded: str) -> str:
    """The folded text with its `words` parted by blanks or other ASCII, and no apostrophe but within a word: what takes ASCII
    for the end of a word, as SQLite's tokenizer "ascii" does, has the same words of it. A third of the time of taking them out.
    """
    folded = _PARTS.sub(" ", folded.replace("_", " "))
    return _QUOTES.sub(" ", folded) if "'" in folded else folded


def word_starts(folded: str, found: Iterable[str]) -> list[int]:
    """Where each of its `words` begins in the folded text."""
    starts = []
    end = 0
    for word in found:
        # No letter stands between two words, so that the first place is the right one; twice as fast as matching again.
        start = folded.index(word, end)
        starts.append(start)
        end = start + len(word)
    return starts


# A sentence ends at . ! ? … (with closing quotes) before space and a capital, digit, quote or dash; or at a newline. The pattern
# begins with one class of characters, not with alternatives: most of a text is passed over five times as fast.
_END = re.compile(r"[.!?…\n](?:(?<!\n)([\"'»”’)\]]*)\s++(?=[\"'«“„(\[—–-]*\s*[A-ZА-ЯЁІЇЄҐ0-9])|(?<=\n)\n*)")
# Of other scripts, too: pages are in any language.
_ENDED = re.compile(r"[.!?…։।。！？][»”\"’')\]」』]*$")
# Abbreviations and initials after which a sentence does not end.
_NOT_END = re.compile(rf"\b(?:{any_of(single_words('abbreviations', 'abbreviation'))}|[A-ZА-ЯЁІЇЄҐ])\.$", re.IGNORECASE)


def _is_abbreviation(end: str) -> bool:
    # No abbreviation has more than four letters: most sentences end in a word, and need not be asked the slow question.
    tail = end[-6:-1]
    return end[-1:] == "." and not (len(tail) == 5 and tail.isalpha()) and _NOT_END.search(end) is not None


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence of an original (not folded) text stands, without the white space around it."""
    found, start = [], 0
    for end in [*_END.finditer(text), None]:
        if end is None:
            stop = close = len(text)
        elif end[1] is None:
            stop = close = end.start()
        else:
            stop, close = end.span(1)
        # A closing quote after the point ends the sentence whatever the word before it looks like.
        if end and close == stop and "\n" not in end[0] and _is_abbreviation(text[max(start, stop - 12) : stop]):
            continue
        a, b = start, close
        while a < b and text[a].isspace():
            a += 1
        while b > a and text[b - 1].isspace():
            b -= 1
        if a < b:
            found.append((a, b))
        start = end.end() if end else stop
    return found


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, perhaps with a quotation mark or bracket behind the point."""
    return _ENDED.search(text) is not None


def whole_sentences(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentences stand that the characters `start` to `end` of an original text are in; these themselves where none."""
    inside = [(a, b) for a, b in sentences(text) if a < end and start < b] or [(start, end)]
    return inside[0][0], inside[-1][1]

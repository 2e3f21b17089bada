"""Words and sentences of a text. Pure."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def words(folded: str) -> list[str]:
    """The words of a folded text, in order."""
    return _WORD.findall(folded)


# A sentence ends at . ! ? … (with closing quotes) before space and a capital, digit, quote or dash; or at a newline. The pattern
# begins with one class of characters, not with alternatives: most of a text is passed over five times as fast.
_END = re.compile(r"[.!?…\n](?:(?<!\n)([\"'»”’)\]]*)\s++(?=[\"'«“„(\[—–-]*\s*[A-ZА-ЯЁІЇЄҐ0-9])|(?<=\n)\n*)")
# Abbreviations and initials after which a sentence does not end.
_NOT_END = re.compile(
    r"(?:\b(?:г|гг|ул|им|обл|р|ст|п|пп|ч|гл|разд|кн|абз|т|тыс|млн|млрд|руб|стр|д|св|проф|акад|ген|полк|см|напр|др|пр|е|к|c|с|о|mr|mrs|ms|dr|st|gen|col|lt|sgt|"
    r"no|vs|inc|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|u\.s|u\.k|e\.g|i\.e|вул|буд|рр|см|напр|ін)|\b[A-ZА-ЯЁІЇЄҐ])\.$",
    re.IGNORECASE,
)


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

"""What the pure rooms share about text: folding that keeps its offsets, words, sentences. Pure; knows no topic or outlet."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

# Marks that writers, typesetters and copy-protection put inside words; none of them is a letter. U+0301 is the stress mark.
_MARKS = "\u0301\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u061c"
# Breve and diaeresis: systems that decompose letters write й, ї and ё as a letter and one of these.
_ACCENTS = "\u0306\u0308"
# Same length on both sides: a fold that only replaces keeps every offset. U+0130 lower-cases to two characters, so it is
# named here. Replaced one by one: str.translate looks every character up, and took half of the time that judging took.
_SAME = tuple(zip("ёЁ’ʼ‘`´\u0130\u00a0\u202f‑‐", "ее'''''i  --", strict=True))
# Latin letters that are drawn like Cyrillic ones, after lower-casing.
_LOOKALIKE = str.maketrans("aceopxyikmhtbi", "асеорхуікмнтві")
# A word that was broken at the end of a line. A compound that was broken at its own hyphen is joined too: words tell them apart
# no more than a reader could.
_BROKEN = re.compile(r"(?<=[a-zа-яіїєґ])-\n(?=[a-zа-яіїєґ])")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_LATIN = re.compile("[a-z]")
_LATIN_RUN = re.compile("[a-z]+")
_CYRILLIC = re.compile("[а-яіїєґ]")
_MIXED = re.compile(r"[a-zа-яіїєґ]*(?:[a-z][а-яіїєґ]|[а-яіїєґ][a-z])[a-zа-яіїєґ]*")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and where each of its characters stood in the original."""

    text: str
    offsets: tuple[int, ...] | None
    """Original offset of each folded character, and one more for the end; None where nothing was dropped."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original offsets of the folded span."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1 if end > start else self.offsets[start]


def _unmix(match: re.Match[str]) -> str:
    word = match[0]
    if len(_CYRILLIC.findall(word)) < len(_LATIN.findall(word)):
        return word
    cyrillic = word.translate(_LOOKALIKE)
    return word if _LATIN.search(cyrillic) else cyrillic


def fold(text: str) -> Folded:
    """Lower case, without stress marks, soft hyphens, zero-width marks and hyphens that break a word at a line's end; ё as е, one
    apostrophe; Latin look-alikes inside Cyrillic words as Cyrillic. Spans of the result lead back into the original."""
    offsets = None
    for old, new in _SAME:
        if old in text:
            text = text.replace(old, new)
    text = text.lower()
    if any(mark in text for mark in _MARKS + _ACCENTS):
        text, offsets = _compose(text)
    if "-\n" in text:
        text, offsets = _rejoin(text, offsets)
    return Folded(_MIXED.sub(_unmix, text) if _has_mixed(text) else text, offsets)


def _compose(text: str) -> tuple[str, tuple[int, ...]]:
    """A text in small letters without marks, and with decomposed letters as one; and the offsets of what is left."""
    letters: list[str] = []
    kept = []
    for i, c in enumerate(text):
        if c in _MARKS:
            continue
        whole = unicodedata.normalize("NFC", letters[-1] + c) if c in _ACCENTS and letters else ""
        if len(whole) == 1:
            letters[-1] = "е" if whole == "ё" else whole
        else:
            letters.append(c)
            kept.append(i)
    return "".join(letters), (*kept, len(text))


def _rejoin(text: str, offsets: tuple[int, ...] | None) -> tuple[str, tuple[int, ...]]:
    """A text without the hyphens that break words at the ends of lines; and the offsets of what is left."""
    dropped = {at for match in _BROKEN.finditer(text) for at in range(*match.span())}
    kept = [at for at in range(len(text)) if at not in dropped]
    return "".join(text[at] for at in kept), tuple(offsets[at] if offsets else at for at in (*kept, len(text)))


def _has_mixed(text: str) -> bool:
    """Whether a Latin letter touches a Cyrillic one: far cheaper to ask than to look for the words."""
    # Of small letters, as here, bytes are "lower" where there is any Latin one: most Cyrillic texts are done with at once.
    if text.isascii() or not text.encode("ascii", "ignore").islower() or not _CYRILLIC.search(text):
        return False
    for run in _LATIN_RUN.finditer(text):
        start, end = run.span()
        if _CYRILLIC.match(text, max(start - 1, 0)) or _CYRILLIC.match(text, end):
            return True
    return False


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


def iso_week(day: date) -> str:
    """ISO 8601 week, as `2023-W16`: SQLite before 3.46 has no %G-%V, so weeks are made here and stored."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"

"""Folding that keeps its offsets: what is spelled or typeset in two ways becomes one. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Marks that writers, typesetters and copy-protection put inside words; none of them is a letter. U+0301 is the stress mark.
_MARKS = "\u0301\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u061c"
# Breve and diaeresis: systems that decompose letters write й, ї and ё as a letter and one of these.
_ACCENTS = "\u0306\u0308"
_MARK = re.compile(f"[{_MARKS}{_ACCENTS}]")
# Same length on both sides: a fold that only replaces keeps every offset. U+0130 lower-cases to two characters, so it is
# named here. Replaced one by one: str.translate looks every character up, and took half of the time that judging took.
_SAME = tuple(zip("ёЁ’ʼ‘`´\u0130\u00a0\u202f‑‐", "ее'''''i  --", strict=True))
_SAME_ASCII = tuple((old, new) for old, new in _SAME if old.isascii())
# Latin letters that are drawn like Cyrillic ones, after lower-casing.
_LOOKALIKE = str.maketrans("aceopxyikmhtbi", "асеорхуікмнтві")
# A word that was broken at the end of a line. A compound that was broken at its own hyphen is joined too: words tell them apart
# no more than a reader could.
_BROKEN = re.compile(r"(?<=[a-zа-яіїєґ])-\n(?=[a-zа-яіїєґ])")
_LATIN = re.compile("[a-z]")
_CYRILLIC = re.compile("[а-яіїєґ]")
_TOUCHING = re.compile("[a-z](?:(?<=[а-яіїєґ][a-z])|(?=[а-яіїєґ]))")
_LETTERS = re.compile("[a-zа-яіїєґ]+")


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
    if word.isascii() or not _LATIN.search(word):
        return word
    if len(_CYRILLIC.findall(word)) < len(_LATIN.findall(word)):
        return word
    cyrillic = word.translate(_LOOKALIKE)
    return word if _LATIN.search(cyrillic) else cyrillic


def fold(text: str) -> Folded:
    """Lower case, without stress marks, soft hyphens, zero-width marks and hyphens that break a word at a line's end; ё as е, one
    apostrophe; Latin look-alikes inside Cyrillic words as Cyrillic. Spans of the result lead back into the original."""
    offsets = None
    for old, new in _SAME_ASCII if text.isascii() else _SAME:
        if old in text:
            text = text.replace(old, new)
    text = text.lower()
    if not text.isascii() and any(mark in text for mark in _MARKS + _ACCENTS):
        text, offsets = _compose(text)
    if "-\n" in text:
        text, offsets = _rejoin(text, offsets)
    return Folded(_LETTERS.sub(_unmix, text) if _has_mixed(text) else text, offsets)


def _compose(text: str) -> tuple[str, tuple[int, ...]]:
    """A text in small letters without marks, and with decomposed letters as one; and the offsets of what is left."""
    parts: list[str] = []
    """The last of them is one letter, which an accent may make another."""
    kept: list[int] = []
    start = 0
    for match in _MARK.finditer(text):
        at = match.start()
        if at > start:
            parts += (text[start : at - 1], text[at - 1])
            kept += range(start, at)
        start = at + 1
        if match[0] in _MARKS:
            continue
        whole = unicodedata.normalize("NFC", parts[-1] + match[0]) if parts else ""
        if len(whole) == 1:
            parts[-1] = "е" if whole == "ё" else whole
        else:
            start = at
    return "".join([*parts, text[start:]]), (*kept, *range(start, len(text) + 1))


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
    return _TOUCHING.search(text) is not None

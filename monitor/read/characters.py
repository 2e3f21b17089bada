"""Removes illegal characters, and references to them, so that one of them does not make a document unreadable. Pure."""

from __future__ import annotations

import re
from html import unescape

# XML 1.0 section 2.2 has them in no document; HTML 13.2.3.5 calls them errors. A vertical tab or a form feed parts lines.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_BREAK = re.compile("[\x0b\x0c]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# The ASCII ones of both, as bytes: UTF-8 has no other use for them.
_CONTROL_BYTES = bytes(set(range(0x20)) - set(b"\t\n\r") | {0x7F})
# Of letters beyond U+FFFF: written as the two halves that UTF-16 makes of them.
_PAIR = re.compile(r"&#(?:x0*(d[89ab][0-9a-f]{2})|0*(5[56]\d{3}));&#(?:x0*(d[c-f][0-9a-f]{2})|0*(5[67]\d{3}));", re.IGNORECASE)
# The digits are bounded: what has more names no character.
_REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]{1,9}|[0-9]{1,9});?")
_REPLACEMENT = "\ufffd"


def legible(text: str) -> tuple[str, int]:
    """A text without control characters, half characters and references to either, and how many there were. A pair of
    references to half characters becomes the character that they make."""
    # Most pages refer to quotation marks and dashes alone, and each of them many times.
    pairs = broken = 0
    if not all(map(_names_a_character, set(_REFERENCE.findall(text)))):
        text, pairs = _PAIR.subn(_joined, text)
        text, broken = _mended(text)
    if _is_legible(text):
        return text, pairs + broken
    text, breaks = _BREAK.subn("\n", text)
    text, controls = _CONTROL.subn("", text)
    text, halves = _SURROGATE.subn(_REPLACEMENT, text)
    return text, pairs + broken + breaks + controls + halves


def _is_legible(text: str) -> bool:
    """Whether a text has none of these characters: a tenth of the time that looking for each by its expression takes."""
    try:
        written = text.encode()
    except UnicodeEncodeError:
        return False
    return len(written.translate(None, _CONTROL_BYTES)) == len(written) and "\ufffe" not in text and "\uffff" not in text


def illegible(count: int) -> list[str]:
    """The flag for a document with so many of them."""
    return [f"{count} characters that no text has were left out"] if count else []


def _joined(match: re.Match[str]) -> str:
    high, low = (
        int(hexadecimal, 16) if hexadecimal else int(decimal) for hexadecimal, decimal in (match.group(1, 2), match.group(3, 4))
    )
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return _REPLACEMENT
    return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)


def _number(reference: str) -> int:
    digits = reference[2:].rstrip(";")
    return int(digits[1:], 16) if digits[0] in "xX" else int(digits)


def _names_a_character(reference: str) -> bool:
    """Whether a reference is to a character that a text may have."""
    number = _number(reference)
    if number in (9, 10, 13) or 0x20 <= number < 0x7F or 0xA0 <= number < 0xD800 or 0xE000 <= number < 0xFFFE:
        return True
    return 0x10000 <= number < 0x110000 and number & 0xFFFE != 0xFFFE


def _mended(text: str) -> tuple[str, int]:
    count = 0

    def mend(match: re.Match[str]) -> str:
        nonlocal count
        if _names_a_character(match[0]):
            return match[0]
        # As every browser does: 128 to 159 are Windows' letters, the rest are nothing, or U+FFFD.
        meant = unescape(match[0] if match[0].endswith(";") else match[0] + ";")
        count += meant in ("", _REPLACEMENT)
        return meant

    return _REFERENCE.sub(mend, text), count

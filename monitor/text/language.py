"""Which language a text is in: what the page declares, checked against the letters. Pure."""

from __future__ import annotations

import re

from resiliparse.parse.lang import detect_fast

from monitor.text.letters import SAMPLE, has_letters, is_cyrillic, own_letters

# With fewer letters a text says nothing of its language.
_FEW = 20
_CYRILLIC_LANGUAGES = frozenset(
    ["ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "tt", "ba", "cv", "os", "ab", "av", "ce", "udm", "sah", "kv"]
)
# ISO 3166 codes and names that pages put where ISO 639 belongs.
_MISTAKEN = {
    "ua": "uk",
    "rus": "ru",
    "ukr": "uk",
    "eng": "en",
    "russian": "ru",
    "ukrainian": "uk",
    "english": "en",
    "by": "be",
    "kz": "kk",
}
# resiliparse's distance between a text and a language: above this it means that none fits.
_FAR = 1_200


def code(declared: str) -> str:
    """The ISO 639-1 code in a declared language tag (`ru-RU`, `uk_UA`); empty where there is none."""
    tag = re.split(r"[-_,; ]", declared.strip().lower(), maxsplit=1)[0]
    tag = _MISTAKEN.get(tag, tag)
    return tag if re.fullmatch(r"[a-z]{2}", tag) else ""


def language(declared: str, text: str) -> str:
    """The ISO 639-1 said of a text's language, empty where unknown. The letters decide between Russian and Ukrainian and
    against a declaration in the wrong script (templates declare `en` or `ru-RU` whatever they are filled with)."""
    declared_code, sample = code(declared), text[:SAMPLE]
    if not has_letters(sample, _FEW):
        return declared_code
    cyrillic = is_cyrillic(sample)
    if cyrillic and (declared_code in ("ru", "uk", "") or declared_code not in _CYRILLIC_LANGUAGES):
        russian, ukrainian = own_letters(sample)
        if russian or ukrainian:
            # Belarusian has both і and ы; its own letter is ў.
            if declared_code not in ("ru", "uk") and "ў" in sample:
                return "be"
            return "uk" if ukrainian > russian else "ru"
        return declared_code if declared_code in ("ru", "uk") else "ru"
    if declared_code and cyrillic == (declared_code in _CYRILLIC_LANGUAGES):
        return declared_code
    found, distance = detect_fast(sample, langs=None)
    return found if distance <= _FAR and re.fullmatch(r"[a-z]{2}", found) and (found in _CYRILLIC_LANGUAGES) == cyrillic else ""

"""The forms of the words that texts are searched for whatever the topics: those of the lexicons. Pure."""

from __future__ import annotations

from monitor.lexicons import lexicon
from monitor.text import fold, words
from monitor.text.forms import forms

_INFLECTED = {"countries": (), "demonyms": (), "saying": ("saying",), "speakers": ("official",)}
"""The lexicons whose entries are meant in all their forms, and which of their sections; all where none is named."""


def lexicon_forms() -> dict[str, str]:
    """By each word of these entries, folded: all its forms, with spaces between them. Takes 2 s: 3,000 words."""
    entries = [
        fold(entry).text
        for name, wanted in _INFLECTED.items()
        for sections in lexicon(name).values()
        for section, of in sections.items()
        if section in wanted or not wanted
        for entry in of
    ]
    # A question has the parts of "пресс-секретарь" one by one, a set of words has it whole.
    asked = {entry for entry in entries if " " not in entry}.union(*map(words, entries))
    return {word: " ".join(sorted(forms(word))) for word in sorted(asked)}

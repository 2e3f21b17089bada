"""Recognizes a newsroom's notes about the text (correction, update, editor's note), and sentences that are boilerplate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.trace.edits.versions import Said, Sentence, Token
from monitor.trace.edits.words import Dictionary

# A label without a mark after it ("Updated with the reply") makes a note of so few words, in a paragraph of their own.
_NOTE_WORDS = 12
# "at", "UTC", "г."
_SHORT = 3


def labelled(sentence: Sentence, words: Dictionary, *, alone: bool = False) -> str:
    """The section of the label that the sentence begins with: `correction`, `update` or `editor`; empty where it has none.

    `alone` says that the sentence is a paragraph: then no mark need stand after the label, nor where but a time follows.
    """
    for section in ("correction", "update", "editor"):
        length = words.begins(section, sentence.forms)
        rest = sentence.tokens[length:]
        if length and (
            sentence.tokens[length - 1].label or (alone and len(sentence.tokens) <= _NOTE_WORDS) or _is_time(rest, words)
        ):
            return section
    return ""


def _is_time(tokens: Sequence[Token], words: Dictionary) -> bool:
    return all(words.is_number(t.form) or words.is_calendar(t.form, t.written) or len(t.form) <= _SHORT for t in tokens)


def note(sentence: Sentence, words: Dictionary, *, alone: bool) -> str:
    """`correction` where the sentence says that the text was wrong or was put right, `update` where only that it was changed."""
    label = labelled(sentence, words, alone=alone)
    own, mistake = (words.holds(section, sentence.forms) for section in ("own_text", "mistake"))
    if label == "correction" or (mistake and (own or label == "editor")):
        return "correction"
    return "update" if label or (own and words.holds("change", sentence.forms)) else ""


def boilerplate(found: Iterable[Said], words: Dictionary) -> frozenset[int]:
    """The sentences, by number, that invite readers or are a label of the law; with all that follows them in their paragraph."""
    numbers = set()
    paragraph, begun = -1, False
    for number, sentence in enumerate(found):
        begun = begun and sentence.paragraph == paragraph
        paragraph = sentence.paragraph
        begun = begun or bool(words.begins("invitation", sentence.forms)) or words.holds("legal_label", sentence.forms)
        if begun:
            numbers.add(number)
    return frozenset(numbers)

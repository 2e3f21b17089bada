"""Sentences as tokens, with what stands between quotation marks as one token: a name, or somebody's words.

Whatever is said inside quotation marks is said by the one quoted: who speaks is asked of the words around them alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

WORD, NAME, SPEECH, COMMA, COLON, DASH, OPEN, CLOSE, END = "word", "name", "speech", ",", ":", "—", "(", ")", "."

_CAPITAL = "A-ZА-ЯЁІЇЄҐ"
_SMALL = "a-zа-яёіїєґ"
# One character for one, so that every offset stays. Replaced one by one: str.translate looks every character up.
# Two apostrophes are a quotation mark, and what is left of the second no word.
_PLAIN = (*zip("ёЁ’ʼ‘\u00a0\u202f", "еЕ'''  ", strict=True), ("''", '"\u200b'))
_MARK = re.compile(rf"[«»„“”\"\n]|(?<!\w)'(?=[{_CAPITAL}])|(?<=[\w.,!?…])'(?!\w)")
_OPENS = {"«": "»", "„": "“”", "“": '”"', '"': '"”', "'": "'"}
_CLOSES = frozenset("".join(_OPENS.values()))
# "Words, — said somebody. — More words": the writer's own between two dashes, within one pair of marks or in a dialogue's line.
_INSERTED = re.compile(rf"(?<=[,!?…»”\"])\s[—–-]\s(?=[{_SMALL}])")
_RESUMED = re.compile(r"[.,:;!?…]\s[—–-]\s")
_DIALOGUE = re.compile(r"^[—–-]\s(?=\S)", re.MULTILINE)
_NAME = re.compile(rf"(?:[{_CAPITAL}0-9]|[{_SMALL}][{_CAPITAL}])[^\n]{{0,70}}")
# Titles end in a point that ends no sentence. What is most frequent stands where least is tried before it.
_TOKEN = re.compile(
    rf"(?=[{_CAPITAL}])(?:(?:Mr|Mrs|Ms|Dr|Gov|Sen|Rep|Gen|Col|Lt|Sgt|Capt|Adm|Prof|St|Jr|Sr|Rev|Hon|Atty|Maj|Pvt|Cpl|Supt|Det|No)\."
    rf"|(?:[A-Z]\.){{2,}}|[{_CAPITAL}]\.(?=\s?[{_CAPITAL}]))"
    r"|\w+(?:[-'.&/]\w+)*(?:'(?!\w))?"
    # What Markdown puts around the words of a link.
    r"|(?P<link>\[(?=[^\]\n]{1,120}\]\()|\]\([^)\s]{0,500}\)|\*\*)"
    r"|[^\w\s]"
)
_KINDS = {",": COMMA, ":": COLON, "—": DASH, "–": DASH, "(": OPEN, "[": OPEN, ")": CLOSE, "]": CLOSE}
_LONGEST_NAME = 7
"""Words between quotation marks that are a name have so many at most."""


def word_set(*lists: str) -> frozenset[str]:
    """The words of these lists, which are parted by blanks."""
    return frozenset(" ".join(lists).split())


def plain(text: str) -> str:
    """The text with ё as е and one apostrophe, as the lexicons are looked up; every offset stays."""
    for old, new in _PLAIN:
        if old in text:
            text = text.replace(old, new)
    return text


@dataclass(slots=True)
class Token:
    """A word, a mark, a quoted name or quoted words. `start` and `end` are offsets into the text, of a name without its marks."""

    kind: str
    start: int
    end: int
    text: str
    low: str
    form: Any = None
    """What a grammar knows of the word, once it was asked (`monitor.trace.slavic_words.Form`)."""

    @property
    def is_capital(self) -> bool:
        """Whether it is written as a name is."""
        return self.text[:1].isupper() or (self.kind == NAME)


class Quotes:
    """Where a text quotes somebody's words or a name: spans with their marks, in order and apart."""

    def __init__(self, text: str) -> None:
        spans = [*_dialogue(text), *_marked(text)]
        self.spans: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if not self.spans or start >= self.spans[-1][1]:
                self.spans.append((start, end))
        self._starts = [start for start, _ in self.spans]

    def within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The spans that share something with this one."""
        at = max(0, bisect_right(self._starts, start) - 1)
        for span in self.spans[at:]:
            if span[0] >= end:
                return
            if span[1] > start:
                yield span

    def covers(self, start: int, end: int) -> bool:
        """Whether all of it is quoted."""
        return any(a <= start and end <= b for a, b in self.within(start, end))


def _marked(text: str) -> Iterator[tuple[int, int]]:
    """The outermost pairs of marks; what is opened with its paragraph and not closed lasts to the paragraph's end."""
    opened: list[tuple[int, str]] = []
    for match in _MARK.finditer(text):
        mark, at = match[0], match.start()
        if mark == "\n":
            if opened and (opened[0][0] == 0 or text[opened[0][0] - 1] == "\n"):
                yield from _without_author(text, opened[0][0], at)
            opened.clear()
        elif opened and mark in _OPENS[opened[-1][1]] and not (mark == '"' and _begins(text, at)):
            start, _ = opened.pop()
            if not opened:
                yield from _without_author(text, start, at + 1)
        elif mark in _OPENS and (mark != "'" or not opened):
            opened.append((at, mark))
    if opened and (opened[0][0] == 0 or text[opened[0][0] - 1] == "\n"):
        yield from _without_author(text, opened[0][0], len(text))


def _begins(text: str, at: int) -> bool:
    """Whether a straight mark stands where one is opened."""
    return (at == 0 or text[at - 1] in " \n(—–-[") and at + 1 < len(text) and not text[at + 1].isspace()


def _without_author(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    inserted = _INSERTED.search(text, start, end)
    resumed = _RESUMED.search(text, inserted.end(), end) if inserted else None
    if inserted is None or resumed is None:
        yield start, end
        return
    yield start, inserted.start()
    yield from _without_author(text, resumed.end(), end)


def _dialogue(text: str) -> Iterator[tuple[int, int]]:
    """Somebody's words in lines that begin with a dash, where the line says who speaks."""
    for match in _DIALOGUE.finditer(text):
        end = text.find("\n", match.end())
        end = end if end >= 0 else len(text)
        inserted = _INSERTED.search(text, match.end(), end)
        if inserted:
            yield match.start(), inserted.start()
            resumed = _RESUMED.search(text, inserted.end(), end)
            if resumed:
                yield resumed.end(), end


class Sentence(list[Token]):
    """The tokens of one sentence."""

    def __init__(self, text: str, start: int, end: int, quotes: Quotes, *, doubts: bool = True) -> None:
        """`doubts`: whether a small word or two between marks are the writer's own, as in Russian, or somebody's."""
        super().__init__()
        self.doubts = doubts
        self.start, self.end = start, end
        self.plain = text
        at = start
        for a, b in quotes.within(start, end):
            self._read(at, max(a, start))
            self._quote(max(a, start), min(b, end), whole=start <= a and b <= end)
            at = min(b, end)
        self._read(at, end)

    def _read(self, start: int, end: int) -> None:
        for match in _TOKEN.finditer(self.plain, start, end):
            word = match[0]
            first = word[0]
            if first.isalnum() or first == "_":
                kind = WORD
            elif first == "&":
                kind, word = WORD, "and"  # "Goss & Daughters"
            elif match["link"] or first == "\u200b":
                continue
            elif first == "-":
                kind = DASH
            else:
                kind = _KINDS.get(first, END if first in ".!?;…" else first)
            self.append(Token(kind, *match.span(), word, word.lower()))

    def _quote(self, start: int, end: int, *, whole: bool) -> None:
        inner = self.plain[start + 1 : end - 1]
        # What an author's words cut in two has a mark on one side alone, and is no name.
        whole = whole and self.plain[start] in _OPENS and self.plain[end - 1] in _CLOSES
        if whole and _is_name(self.plain, start, end):
            self.append(Token(NAME, start + 1, end - 1, inner, inner.lower()))
        elif self.doubts and whole and inner[:1].islower() and inner.count(" ") < 3 and inner[-1:].isalnum():
            # "In the «ministry»": a word that the writer doubts, and no name.
            self._read(start + 1, end - 1)
        else:
            self.append(Token(SPEECH, start, end, self.plain[start:end], ""))

    @cached_property
    def spoken(self) -> bool:
        """Whether somebody's words are quoted in it."""
        return any(token.kind == SPEECH for token in self)


_SPOKEN_AFTER = re.compile(rf"\s?[,!?]?\s?[—–-]\s(?=[{_SMALL}])")


def _is_name(text: str, start: int, end: int) -> bool:
    inner = text[start + 1 : end - 1]
    before = text[max(0, start - 2) : start].rstrip()
    return (
        bool(_NAME.fullmatch(inner))
        and inner.count(" ") < _LONGEST_NAME
        and inner[-1] not in ".,!?…:;"
        and not before.endswith(":")
        and not (_SPOKEN_AFTER.match(text, end) and "," in text[end : end + 2])
    )

"""Two versions of a text, word by word: which sentence became which, which left, which came, and what changed within.

What readers do not see as a change is none here: white space, kinds of quotation marks and dashes, marks that are not drawn,
emphasis, paragraphs, small letters and capitals.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import NamedTuple

from monitor.text import WRITTEN_WORD, fold, sentences

# Not drawn, or drawn as emphasis: left out. U+0301 is the stress mark.
_LEFT_OUT = re.compile("[\u0301\u00ad\u200b-\u200f\u2060\u061c\ufeff]|\\*+|(?<!\\w)_+(?=\\w)|(?<=\\w)_+(?!\\w)")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u3000\t]")
# A number is whole, with its point or its hour, and a sign of what is counted a word: an edit of either is one.
_WORD = re.compile(rf"\d+(?:[.,:/]\d+)+|{WRITTEN_WORD.pattern}|[%№$€₽£]")
# Speech and names between quotation marks; a mark that nobody closes opens nothing.
_QUOTES = re.compile(
    r"«[^«»]{1,1500}»|„[^„“”]{1,1500}[“”]|“[^“”]{1,1500}”|(?<!\w)\"[^\"\n]{1,1500}\"(?!\w)|(?<!\w)‘[^‘\n]{1,1500}’(?!\w)"
)
_SPEECH_AFTER = re.compile(r",\s*[—–-]")
_LABEL_END = re.compile(r" ?(?:[:.()\n—–-]|$)")
_SPEECH_BEFORE = re.compile(r":\s*$")
# A quotation of fewer words, with a capital and no mark of speech around it, is the name of something.
_NAME_WORDS = 4
# Of how much two sentences must share to be one that was changed, as a Dice coefficient of their words by weight.
_ALIKE = 0.45
# How far from the diagonal two sentences of a stretch are compared: no stretch costs more than its length times this.
_BAND = 60
# Two sentences that begin or end with the same words, so many, may be one; of short ones half of their words.
_FRAME = 2
# How many sentences of either side are looked at together: gone, come, changed, joined, parted.
_STEPS = ((1, 0), (0, 1), (1, 1), (2, 1), (1, 2))


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a version."""

    written: str
    form: str
    """Folded."""
    start: int
    end: int
    """Offsets into the text as it was given."""
    speech: int
    """Number of the quotation whose words it is one of; -1 where it is of none, or of a name in quotation marks."""
    first: bool
    """Whether a capital says nothing: it begins a sentence or a quotation."""
    label: bool
    """Whether a point, a colon, a dash or a bracket follows, or nothing."""


class Said(NamedTuple):
    """What a sentence says: its words, folded, and the number of its paragraph."""

    paragraph: int
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a version."""

    number: int
    """Among the sentences of its version."""
    paragraph: int
    tokens: tuple[Token, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(token.form for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Pair:
    """Sentences of both versions that are the same, changed; on either side one, or two that were one."""

    sentences_before: tuple[Sentence, ...]
    sentences_after: tuple[Sentence, ...]

    @property
    def before(self) -> tuple[Token, ...]:
        return tuple(token for sentence in self.sentences_before for token in sentence.tokens)

    @property
    def after(self) -> tuple[Token, ...]:
        return tuple(token for sentence in self.sentences_after for token in sentence.tokens)


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of a pair that differs: indexes into its tokens, as slices have them."""

    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What of two versions is not the same, in the order of the text."""

    pairs: tuple[Pair, ...]
    removed: tuple[tuple[Sentence, ...], ...]
    """Runs of neighbouring sentences that are gone."""
    added: tuple[Sentence, ...]


class Text:
    """A text as it is compared."""

    def __init__(self, text: str) -> None:
        self.text, self.offsets = _drawn(text)
        """What is drawn of it, and where each character stood."""

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(self._sentences())

    @property
    def said(self) -> list[Said]:
        """What each of its sentences says: a fifth of the time that its tokens take."""
        found = ((paragraph, _WORD.findall(self.text, start, end)) for paragraph, start, end in self._spans())
        return [Said(paragraph, tuple(map(_folded, words))) for paragraph, words in found if words]

    def _spans(self) -> Iterator[tuple[int, int, int]]:
        """The paragraph of each sentence, and where it stands."""
        paragraph = last = 0
        for start, end in sentences(self.text):
            paragraph += "\n" in self.text[last:start]
            last = end
            yield paragraph, start, end

    def _sentences(self) -> Iterator[Sentence]:
        quotations = [*_QUOTES.finditer(self.text)]
        number = at = 0
        for paragraph, begin, close in self._spans():
            tokens: list[Token] = []
            for match in _WORD.finditer(self.text, begin, close):
                while at < len(quotations) and quotations[at].end() <= match.start():
                    at += 1
                inside = at < len(quotations) and quotations[at].start() < match.start()
                speech = at if inside and _is_speech(self.text, quotations[at]) else -1
                first = not tokens or (inside and quotations[at].start() == match.start() - 1)
                ends = _LABEL_END.match(self.text, match.end()) is not None
                tokens.append(Token(match[0], _folded(match[0]), *self._given(*match.span()), speech, first, ends))
            if tokens:
                yield Sentence(number, paragraph, tuple(tokens))
                number += 1

    def _given(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the text as it was given."""
        return self.offsets[start], self.offsets[end - 1] + 1


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    """A text has most of its words many times, and all of a language's texts the same ones."""
    return fold(word).text


def _drawn(text: str) -> tuple[str, Sequence[int]]:
    text = _SPACES.sub(" ", text)
    if not _LEFT_OUT.search(text):
        return text, range(len(text) + 1)
    kept: list[int] = []
    last = 0
    for match in _LEFT_OUT.finditer(text):
        kept += range(last, match.start())
        last = match.end()
    kept += range(last, len(text))
    return "".join(text[i] for i in kept), [*kept, len(text)]


def _is_speech(text: str, quotation: re.Match[str]) -> bool:
    """Whether somebody speaks between these marks; else they hold the name of a paper, a ship or a firm."""
    inner = quotation[0][1:-1].strip()
    if len(_WORD.findall(inner)) > _NAME_WORDS or inner[-1:] in {",", ".", "!", "?", "…"} or not inner[:1].isupper():
        return True
    return bool(
        _SPEECH_AFTER.match(text, quotation.end())
        or _SPEECH_BEFORE.search(text[max(0, quotation.start() - 3) : quotation.start()])
    )


def compare(before: Sequence[Sentence], after: Sequence[Sentence], stem: Callable[[str], str]) -> Comparison:
    """Which sentences are the same, changed; which left, and which came. What only stands elsewhere is neither.

    `stem` gives the same for forms of one word.
    """
    pairs: list[Pair] = []
    gone: list[int] = []
    came: list[int] = []
    matcher = SequenceMatcher(None, [s.forms for s in before], [s.forms for s in after], autojunk=False)
    for what, a0, a1, b0, b1 in matcher.get_opcodes():
        if what != "equal":
            matched, left, right = _align(before[a0:a1], after[b0:b1], stem)
            pairs += matched
            gone += [a0 + i for i in left]
            came += [b0 + i for i in right]
    moved = {after[i].forms: i for i in came}
    for i in [*gone]:
        if (to := moved.pop(before[i].forms, None)) is not None:
            gone.remove(i)
            came.remove(to)
    return Comparison(
        tuple(pair for pair in pairs if [t.form for t in pair.before] != [t.form for t in pair.after]),
        tuple(tuple(before[i] for i in run) for run in _runs(gone)),
        tuple(after[i] for i in came),
    )


def hunks(pair: Pair) -> list[Hunk]:
    """Where the two sides of a pair differ, in order."""
    matcher = SequenceMatcher(None, [t.form for t in pair.before], [t.form for t in pair.after], autojunk=False)
    return [Hunk((a0, a1), (b0, b1)) for what, a0, a1, b0, b1 in matcher.get_opcodes() if what != "equal"]


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _align(
    before: Sequence[Sentence], after: Sequence[Sentence], stem: Callable[[str], str]
) -> tuple[list[Pair], list[int], list[int]]:
    """The best alignment in order, of one sentence with one, or with two that were one; and the indexes of those left over."""
    if len(before) == len(after) == 1 and _frames(before[0].forms, after[0].forms):
        return [Pair((before[0],), (after[0],))], [], []
    a, b = ([_weights(s.tokens, stem) for s in side] for side in (before, after))
    chosen: dict[tuple[int, int], tuple[int, int]] = {}
    best: dict[tuple[int, int], float] = {}
    for i in range(len(a) - 1, -1, -1):
        middle = i * len(b) // len(a)
        for j in range(min(len(b) - 1, middle + _BAND), max(0, middle - _BAND) - 1, -1):
            steps = [
                (best.get((i + di, j + dj), 0.0) + gain, -di - dj, di, dj)
                for di, dj in _STEPS
                if i + di <= len(a) and j + dj <= len(b) and (gain := _gain(a[i : i + di], b[j : j + dj])) is not None
            ]
            best[i, j], _, *step = max(steps)
            chosen[i, j] = step[0], step[1]
    pairs: list[Pair] = []
    left: list[int] = []
    right: list[int] = []
    i = j = 0
    while i < len(a) or j < len(b):
        di, dj = chosen.get((i, j), (int(i < len(a)), int(i == len(a))))
        if di and dj:
            pairs.append(Pair(tuple(before[i : i + di]), tuple(after[j : j + dj])))
        else:
            left += range(i, i + di)
            right += range(j, j + dj)
        i, j = i + di, j + dj
    return pairs, left, right


def _gain(one: Sequence[Counter[str]], other: Sequence[Counter[str]]) -> float | None:
    """What it is worth to take these sentences for the same, changed; None where they are too unlike."""
    if not one or not other:
        return 0.0
    a, b = sum(one, Counter()), sum(other, Counter())
    likeness = 2 * (a & b).total() / (a.total() + b.total())
    return likeness - _ALIKE if likeness >= _ALIKE else None


def _frames(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two sentences begin or end alike: where one came for one, it is the same, written anew."""
    length = max(1, min(_FRAME, len(one) // 2, len(other) // 2))
    return one[:length] == other[:length] or one[-length:] == other[-length:]


def _weights(tokens: Iterable[Token], stem: Callable[[str], str]) -> Counter[str]:
    """How much each word says of which sentence it is: the long ones most."""
    weights: Counter[str] = Counter()
    for token in tokens:
        weights[stem(token.form)] += min(len(token.form), 8)
    return weights

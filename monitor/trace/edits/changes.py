"""Classifies the changes within a sentence that both versions have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from monitor.model import Attribution
from monitor.text import fold
from monitor.trace.edits.versions import Hunk, Pair, Token, hunks
from monitor.trace.edits.words import Dictionary

# Two changes of one class with so few words between them are one ("from 20 to 30").
_NEAR = 3
# Two names that share so much of their letters are one name, spelled anew.
_SPELLED_ANEW = 0.5
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMERIC_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[./](?:0[1-9]|1[0-2])(?:[./](?:\d\d)?\d\d)?|(?:19|20)\d\d-\d\d-\d\d")
# How many words may stand between a day's number and its month: "с 5 по 10 мая".
_TO_MONTH = 3
_LEAST_CONTENT = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one class: the words that went, and those that came in their place."""

    kind: str
    before: tuple[Token, ...]
    after: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What has to be known of both texts to tell what changed in a sentence of them."""

    words: Dictionary
    said_before: Sequence[Attribution]
    said_after: Sequence[Attribution]
    forms: Counter[str]
    """How often the later version has each word, its title too."""


def changes(pair: Pair, context: Context) -> list[Change]:
    """The changes of a pair, each once, those that touch and are of one class together."""
    return _PairReader(pair, context).read()


class _PairReader:
    def __init__(self, pair: Pair, context: Context) -> None:
        self.a, self.b = pair.before, pair.after
        self.words, self.forms = context.words, context.forms
        self.hunks = hunks(pair)
        self.gone = {i for h in self.hunks for i in range(*h.before)}
        self.came = {j for h in self.hunks for j in range(*h.after)}
        self.kept = _kept(self.hunks, len(self.a))
        self.said = _within(context.said_before, self.a)
        self.unnamed = [s for s in _within(context.said_after, self.b) if s.kind == "anonymous"]
        self.found: list[tuple[str, set[int], set[int]]] = []

    def read(self) -> list[Change]:
        self._moved()
        self._typos()
        self._quotes()
        for said in self.said:
            self._attribution(said)
        for said in self.unnamed:
            self._unnamed_source(said)
        self._items("name", self._is_name)
        self._items("date", self._is_date)
        self._items("number", self._is_number)
        joined = self._joined()
        return [Change(kind, tuple(self.a[i] for i in sorted(a)), tuple(self.b[j] for j in sorted(b))) for kind, a, b in joined]

    def _take(self, kind: str, gone: Iterable[int], came: Iterable[int]) -> None:
        a, b = set(gone), set(came)
        self.found.append((kind, a, b))
        self.gone -= a
        self.came -= b

    def _opposite(self, gone: set[int]) -> set[int]:
        """The words that came where these went."""
        return {j for h in self.hunks if gone & set(range(*h.before)) for j in range(*h.after)} & self.came

    # What only stands elsewhere in the sentence

    def _moved(self) -> None:
        came: dict[str, list[int]] = {}
        for j in self.came:
            came.setdefault(self.b[j].form, []).append(j)
        for i in sorted(self.gone):
            if len(self.a[i].form) >= _LEAST_CONTENT and came.get(self.a[i].form) and self.a[i].speech < 0:
                self.gone.discard(i)
                self.came.discard(came[self.a[i].form].pop())

    # Misspellings

    def _typos(self) -> None:
        for hunk in self.hunks:
            a, b = [i for i in range(*hunk.before) if i in self.gone], [j for j in range(*hunk.after) if j in self.came]
            if not b and len(a) == 1 and self._is_doubled(self.a, a[0]):
                self._take("typo", a, ())
            elif not a and len(b) == 1 and self._is_doubled(self.b, b[0]):
                self._take("typo", (), b)
            elif a and b and len(a) != len(b) and self._misspelled(a, b):
                self._take("typo", a, b)
            else:
                for i in a:
                    near = next((j for j in b if j in self.came and self._misspelled([i], [j])), None)
                    if near is not None:
                        self._take("typo", [i], [near])

    def _is_doubled(self, side: Sequence[Token], at: int) -> bool:
        beside = {side[i].form for i in (at - 1, at + 1) if 0 <= i < len(side)}
        return side[at].form in beside and not side[at].form[0].isdigit()

    def _misspelled(self, a: Sequence[int], b: Sequence[int]) -> bool:
        one, other = [self.a[i] for i in a], [self.b[j] for j in b]
        if not self.words.misspelled([t.form for t in one], [t.form for t in other]):
            return False
        if not any(t.written[0].isupper() and not t.first for t in (*one, *other)):
            return True
        # A name that was spelled wrongly once and rightly elsewhere; else it is another name.
        wrong, right = self.words.stem(one[0].form), self.words.stem(other[0].form)
        return self.forms[right] > 1 and not self.forms[wrong]

    # Quotations

    def _quotes(self) -> None:
        # A quotation of the later version is the one whose words it keeps, or which it stands for.
        same = {self.b[j].speech: self.a[i].speech for i, j in self.kept if self.b[j].speech >= 0}
        changed: dict[int, tuple[set[int], set[int]]] = {}
        for hunk in self.hunks:
            a = {i for i in range(*hunk.before) if i in self.gone and self.a[i].speech >= 0}
            b = {j for j in range(*hunk.after) if j in self.came and self.b[j].speech >= 0}
            for i in a:
                changed.setdefault(self.a[i].speech, (set(), set()))[0].add(i)
            stands_for = self.a[min(a)].speech if a else -1
            for j in b:
                changed.setdefault(same.get(self.b[j].speech, stands_for), (set(), set()))[1].add(j)
        for a, b in changed.values():
            self._take("quote", a, b)

    # Sources

    def _attribution(self, said: Attribution) -> None:
        span = {i for i, t in enumerate(self.a) if said.start <= t.start < said.end}
        gone = span & self.gone
        came = self._opposite(gone)
        if gone != span or any(self._counts(self.b[j]) for j in came):
            # A number or day is a change of its own, but where it went with all that is said of its source.
            gone = {i for i in gone if not self._is_date(self.a, i) and not self._counts(self.a[i])}
            came = self._opposite(gone)
        left = {i for i in gone if not any(self.words.same(self.a[i].form, self.b[j].form) for j in came)}
        if not any(len(self.a[i].form) >= _LEAST_CONTENT or self.a[i].written[0].isupper() for i in left):
            return
        names = {i for i in left if self._is_name(self.a, i)}
        speaker = fold(said.speaker).text.split()
        is_speakers = any(self.words.same(self.a[i].form, word) for i in names for word in speaker)
        is_renamed = names and any(self._is_name(self.b, j) for j in came)
        if (
            (is_speakers or is_renamed)
            and span - left
            and left - names <= self._roles(left, names)
            and self._is_name_alone(names, came)
        ):
            return
        if span - gone and not names and self._says_otherwise(span, gone):
            return
        self._take("attribution", gone | (self._beside(gone) if gone == span else set()), came)

    def _says_otherwise(self, span: set[int], gone: set[int]) -> bool:
        """Whether who speaks stayed, and the verb went with what was said by it: another statement by the same source."""
        stretch = {i for h in self.hunks if gone & set(range(*h.before)) for i in range(*h.before)}
        return bool(self._opposite(gone)) and any(len(self.a[i].form) >= _LEAST_CONTENT for i in stretch - span)

    def _beside(self, gone: set[int]) -> set[int]:
        """What went in one stretch with a whole source and tells more of it: names, and all behind its first word."""
        stretches = [h for h in self.hunks if gone & set(range(*h.before))]
        names = {i for h in stretches for i in range(*h.before) if self._is_name(self.a, i)}
        rest = {i for h in stretches if not self._came_in(h) for i in range(max(min(gone), h.before[0]), h.before[1])}
        return (names | rest) & self.gone

    def _came_in(self, hunk: Hunk) -> bool:
        return hunk.after[0] < hunk.after[1]

    def _unnamed_source(self, said: Attribution) -> None:
        """Nobody who could be asked has come in the place of words that went: a source was weakened, whoever it was."""
        came = {j for j, t in enumerate(self.b) if said.start <= t.start < said.end} & self.came
        gone = {i for h in self.hunks if came & set(range(*h.after)) for i in range(*h.before)} & self.gone
        if any(self._is_name(self.a, i) or len(self.a[i].form) >= _LEAST_CONTENT for i in gone):
            self._take("attribution", gone, came)

    def _roles(self, left: set[int], names: set[int]) -> set[int]:
        """The words before a name that say who it is of."""
        return {i for i in left if i not in names and i < max(names)}

    def _is_name_alone(self, names: set[int], came: set[int]) -> bool:
        """Whether what came still speaks of one person, without the name or by another."""
        new = {j for j in came if self._is_name(self.b, j)}
        if new:
            old, other = (" ".join(side[i].form for i in sorted(at)) for side, at in ((self.a, names), (self.b, new)))
            return SequenceMatcher(None, old, other, autojunk=False).ratio() >= _SPELLED_ANEW or len(names) == 1
        is_unnamed = any(s.start <= self.b[j].start < s.end for s in self.unnamed for j in came)
        return not is_unnamed and not self.words.is_plural(self.b[j].form for j in sorted(came))

    # Names, dates and numbers

    def _is_name(self, side: Sequence[Token], at: int) -> bool:
        token = side[at]
        if not token.written[0].isupper() or self.words.is_calendar(token.form, token.written):
            return False
        return not token.first or self.words.is_proper(token.form)

    def _counts(self, token: Token) -> bool:
        return self.words.is_number(token.form)

    def _is_number(self, side: Sequence[Token], at: int) -> bool:
        return self._counts(side[at]) and not self._is_date(side, at)

    def _is_date(self, side: Sequence[Token], at: int) -> bool:
        token = side[at]
        if self.words.is_calendar(token.form, token.written) or _NUMERIC_DATE.fullmatch(token.form):
            return True
        if not self._counts(token):
            return False
        beside = [side[i] for i in (at - 1, at + 1) if 0 <= i < len(side)]
        if any(self.words.is_calendar(t.form, t.written) for t in beside):
            return True
        if _YEAR.fullmatch(token.form):
            return any(self.words.is_month_or_year(t.form, t.written) for t in beside)
        following = side[at + 1 : at + 1 + _TO_MONTH]
        month = next((n for n, t in enumerate(following) if self.words.is_calendar(t.form, t.written)), None)
        return month is not None and all(self._counts(t) or len(t.form) <= 3 for t in following[:month])

    def _items(self, kind: str, is_one: Callable[[Sequence[Token], int], bool]) -> None:
        for hunk in self.hunks:
            a = [i for i in range(*hunk.before) if i in self.gone and is_one(self.a, i)]
            b = [j for j in range(*hunk.after) if j in self.came and is_one(self.b, j)]
            a, b = self._different(a, b)
            if kind == "number" and bool(a) != bool(b):
                a = a or [i for i in range(*hunk.before) if i in self.gone and self.words.is_one(self.a[i].form)]
                b = b or [j for j in range(*hunk.after) if j in self.came and self.words.is_one(self.b[j].form)]
            if kind == "number" and self._is_same_number(a, b):
                continue
            if not a or (kind == "name" and not b and self._is_shortened(a)):
                continue
            self._take(kind, a, b)

    def _different(self, a: list[int], b: list[int]) -> tuple[list[int], list[int]]:
        """Without what is one word on both sides, in another case."""
        left = [*b]
        for i in [*a]:
            same = next((j for j in left if self.words.same(self.a[i].form, self.b[j].form)), None)
            if same is not None:
                a.remove(i)
                left.remove(same)
        return a, left

    def _is_same_number(self, a: Sequence[int], b: Sequence[int]) -> bool:
        """Whether one side says in words what the other says in figures."""
        old, new = [self.a[i].form for i in a], [self.b[j].form for j in b]
        in_figures = [form.isdecimal() for form in (*old, *new)]
        if 1 not in {len(old), len(new)} or sum(in_figures) != 1:
            return False
        return self.words.value(old) == self.words.value(new) is not None

    def _is_shortened(self, gone: Sequence[int]) -> bool:
        """Whether a part of the name still stands beside what went."""
        return any(
            0 <= i < len(self.a) and i not in gone and self._is_name(self.a, i) and not self.a[i].first
            for i in (min(gone) - 1, max(gone) + 1)
        )

    def _joined(self) -> list[tuple[str, set[int], set[int]]]:
        """Changes of one class beside each other as one."""
        joined: list[tuple[str, set[int], set[int]]] = []
        for kind, a, b in sorted(self.found, key=lambda found: (min(found[1], default=0), min(found[2], default=0))):
            last = next((f for f in reversed(joined) if f[0] == kind), None)
            if last and kind in {"name", "date", "number"} and a and last[1] and min(a) - max(last[1]) <= _NEAR + 1:
                last[1].update(a)
                last[2].update(b)
            else:
                joined.append((kind, set(a), set(b)))
        return joined


def _within(said: Sequence[Attribution], tokens: Sequence[Token]) -> list[Attribution]:
    return [s for s in said if tokens[0].start <= s.start < tokens[-1].end]


def _kept(found: Sequence[Hunk], length: int) -> list[tuple[int, int]]:
    """Which words of either side are the same, by index, where those between them differ."""
    kept = []
    i = j = 0
    for hunk in [*found, Hunk((length, length), (0, 0))]:
        kept += [(i + n, j + n) for n in range(hunk.before[0] - i)]
        i, j = hunk.before[1], hunk.after[1]
    return kept

"""A sentence that names places, and what is known of each name. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import pairwise

from monitor.judge.places.gazetteer import Name
from monitor.judge.places.vocabulary import is_said, word_in
from monitor.lexicons import phrases

_CLAUSE = re.compile("[,;:—–(]")
LONG_CLAUSE = 40
"""Words of a clause before a name that are looked through; and adjectives that share one noun."""
_LONG_QUOTATION = 1_000
"""Characters before a name that are looked through for the beginning of a quotation."""
_MARK_BEFORE = 2
"""Characters before a sentence's first word where a quotation may begin that begins the sentence: « and a narrow blank."""
_KIND = word_in("kind")
_HOW = word_in("how")
_SEES = word_in("seeing")
_AND = word_in("and")
_COMPARED = re.compile(
    rf"{phrases('places', 'compared')}(?: {phrases('places', 'inside')})?(?: \w+)?$|{phrases('places', 'compared_directly')}$"
)
_COMPARISON = 5
"""Words before a name in which it is compared."""


def _opens(text: str, at: int) -> bool:
    """Whether a mark that may open or close a quotation opens one: behind a blank, a bracket or a dash, and directly before a
    word."""
    before, behind = text[at - 1 : at] if at else " ", text[at + 1 : at + 2]
    return (before.isspace() or before in "([«„—–-") and not behind.isspace()


class Tie(IntEnum):
    """How closely a sentence ties what happens to a place; the closest ones are where it happened."""

    NONE = 0
    ASIDE = 1
    """A sentence in which nothing happens names it: where it happened only if nothing else says where."""
    GOAL = 2
    """Somebody is taken there: where it happened only if no other place is named for it."""
    ORIGIN = 3
    """Somebody is from there: likewise, but what happens to him happens at home sooner than at the goal."""
    PEOPLE = 4
    """It happens to people of the place: there, unless the same sentence says where."""
    PLACE = 5
    """It happens in the place, at a spot in it, or to the place itself."""


@dataclass(slots=True)
class Found:
    """A name that is a place, and what its sentence says of it."""

    name: Name
    first: int
    """Of its words in the sentence."""
    last: int
    role: str = "mention"
    tie: Tie = Tie.NONE
    rule: str = ""
    """Name of the rule that tied it."""


class Sentence:
    """One sentence's words: folded, as written, and where they stand in the original."""

    def __init__(self, original: str, number: int, language: str) -> None:
        self._has: dict[Callable[[str], bool], bool] = {}
        self._clauses_with: dict[Callable[[str], bool], list[int]] = {}
        self._part_has: dict[tuple[Callable[[str], bool], int], bool] = {}
        self._governors: dict[int, int] = {}
        self.original = original
        self.number = number
        self.language = language
        self.words: list[str] = []
        self.spans: list[tuple[int, int]] = []
        self.names: list[Found] = []
        """The places that it names, in their order."""

    def word(self, at: int) -> str:
        """The folded word, or nothing beyond the sentence's ends."""
        return self.words[at] if 0 <= at < len(self.words) else ""

    def is_capital(self, at: int) -> bool:
        """Whether the word is written with a capital."""
        return 0 <= at < len(self.words) and self.original[self.spans[at][0]].isupper()

    def before(self, found: Found) -> str:
        """What stands directly before the name, as written."""
        start = self.spans[found.first][0]
        return self.original[max(0, start - 1) : start]

    def after(self, found: Found) -> str:
        """What stands directly behind the name, as written."""
        end = self.spans[found.last][1]
        return self.original[end : end + 1]

    def behind(self, found: Found) -> str:
        """The folded word behind the name, with a blank between and no mark; else nothing."""
        return self.word(found.last + 1) if self.after(found).isspace() else ""

    def is_compared(self, found: Found) -> bool:
        """Whether a comparison leads to the name, "than in"; "told how in Omsk" is none."""
        first = max(found.first - _COMPARISON, 0)
        said = _COMPARED.search(" ".join(self.words[first : found.first]))
        if said is None:
            return False
        at = first + said.string.count(" ", 0, said.start())
        previous = self.previous(found)
        if previous and previous.last > at:
            return False  # "Unlike Moscow, Chita has": it leads to the place before.
        if not _HOW(self.words[at]) or _AND(self.word(at + 1)):
            return True
        told = {*self.clauses_with(is_said), *self.clauses_with(_SEES)}
        return at == 0 or self.clauses[at] == self.clauses[at - 1] or self.clauses[at] - 1 not in told

    def is_quoted(self, found: Found) -> bool:
        """Whether a quotation that began in the sentence stands open at the name."""
        end = self.spans[found.first][0]
        start = max(self.spans[0][0] - _MARK_BEFORE, end - _LONG_QUOTATION, 0)

        def last(marks: str) -> int:
            return max(self.original.rfind(mark, start, end) for mark in marks)

        if last("«") > last("»") or last("„") > last("“”"):
            return True
        # „ends“ and “begins” with one mark, "both" with another; 19" is neither.
        alike = (last("“") if last("„") < 0 and last("“") > last("”") else -1, last('"'))
        return any(at >= 0 and _opens(self.original, at) for at in alike)

    def closes(self, at: int) -> bool:
        """Whether a closing quotation mark stands directly behind a word."""
        end = self.spans[at][1] if 0 <= at < len(self.words) else 0
        return self.original[end : end + 1] in {"»", "“", "”"} if end else False

    def clause_before(self, found: Found) -> str:
        """The folded words from the comma before the name up to it, or the last forty of them."""
        at = found.first
        least = max(found.first - LONG_CLAUSE, 0)
        while at > least and not _CLAUSE.search(self.original[self.spans[at - 1][1] : self.spans[at][0]]):
            at -= 1
        return " ".join(self.words[at : found.first])

    def previous(self, found: Found) -> Found | None:
        """The last place that is named before this one."""
        number = bisect_left(self._ends_of_names, found.first)
        return self.names[number - 1] if number else None

    @cached_property
    def _ends_of_names(self) -> list[int]:
        return [one.last for one in self.names]

    @cached_property
    def begins(self) -> frozenset[int]:
        """Where the names of its places begin."""
        return frozenset(one.first for one in self.names)

    @cached_property
    def clauses(self) -> list[int]:
        """In which clause each word stands. Places in a list share theirs: "в Омске, Томске и Чите"."""
        number, lasts = 0, {one.last for one in self.names}
        found = [0]
        for at, ((_, end), (start, _)) in enumerate(pairwise(self.spans), 1):
            number += _CLAUSE.search(self.original[end:start]) is not None and not (at in self.begins and at - 1 in lasts)
            found.append(number)
        return found

    def clauses_with(self, rule: Callable[[str], bool]) -> list[int]:
        """The clauses in which any word is one of the rule's, in order; asked once for all the names of the sentence."""
        if rule not in self._clauses_with:
            found = (clause for clause, word in zip(self.clauses, self.words, strict=True) if rule(word))
            self._clauses_with[rule] = list(dict.fromkeys(found))
        return self._clauses_with[rule]

    def clause_behind(self, clause: int, rule: Callable[[str], bool]) -> int | None:
        """The next clause with a word of the rule's; None where there is none."""
        found = self.clauses_with(rule)
        at = bisect_right(found, clause)
        return found[at] if at < len(found) else None

    @cached_property
    def regions(self) -> dict[int, set[str]]:
        """The subjects that are named in each clause that names any."""
        found: dict[int, set[str]] = {}
        for one in self.names:
            found.setdefault(self.clauses[one.first], set()).add(one.name.region)
        return found

    def part(self, found: Found) -> tuple[int, int]:
        """The part of the sentence, between semicolons, in which the name stands: its first word and its end."""
        number = bisect_right(self._parts, found.first)
        return self._parts[number - 1], self._parts[number] if number < len(self._parts) else len(self.words)

    @cached_property
    def _parts(self) -> list[int]:
        behind = enumerate(pairwise(self.spans), 1)
        return [0, *(at for at, ((_, end), (start, _)) in behind if ";" in self.original[end:start])]

    def part_has(self, rule: Callable[[str], bool], found: Found) -> bool:
        """Whether any word of the name's part is one of the rule's; asked once a part."""
        first, end = self.part(found)
        if (rule, first) not in self._part_has:
            self._part_has[rule, first] = any(map(rule, self.words[first:end]))
        return self._part_has[rule, first]

    def has(self, rule: Callable[[str], bool]) -> bool:
        """Whether any word is one of the rule's; asked once for all the names of the sentence."""
        if rule not in self._has:
            self._has[rule] = any(map(rule, self.words))
        return self._has[rule]

    def is_latin(self, found: Found) -> bool:
        """An English name, which stands before what is of the place as an adjective would: "Moscow students"."""
        return self.words[found.last].isascii()

    def governor(self, found: Found) -> int:
        """Where the word stands that governs the name: before it, past "the southern city of"; -1 where there is none."""
        if found.first not in self._governors:
            at = found.first - 1
            while at >= 0 and _KIND(self.words[at]):
                at -= 1
            self._governors[found.first] = at
        return self._governors[found.first]

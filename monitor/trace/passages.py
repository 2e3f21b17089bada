"""A text's sentences with their cues of denial, and the spans within a sentence: a clause, a noun for a claim.

Results are spans of the text, so that they can be shown word for word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from monitor.lexicons import any_of, beginnings, phrases
from monitor.model import Attribution
from monitor.text import WRITTEN_WORD
from monitor.text.letters import dictionary_language
from monitor.text.morphology import readings
from monitor.trace.closed import closed
from monitor.trace.denying import Cue, Denying, denying_of
from monitor.trace.tokens import plain
from monitor.trace.words import stem_of

Span = tuple[int, int]

NEGATIONS = closed("negation")
_BOUND = closed("bound")
POINTS_BACK = closed("points_back")
THAT = re.compile(rf"(?:,\s*)?\b(?:{any_of(closed('clause_of_content'))})\b\s*")
_CLAUSE_END = re.compile(r"[;.!?\n]|,(?=\s)|\s[—–-]\s|[»”\"]")
_LEAD = re.compile(
    rf"[\s,.:;!?—–«»“”\"'()-]*(?:(?:(?:{any_of(closed('of_that'))}) )?(?:{any_of(closed('that_thing'))}),?\s+)?"
    rf"(?:(?:{any_of(closed('clause_of_content'), closed('how'))})\s+|(?:{any_of(closed('about'))})\s+)?"
)
_OF_WHAT = re.compile(
    rf"(?:\]\([^)\s]*+\))?+(?:\s(?:{any_of(closed('by', 'en'))})(?:\s[\w'-]+){{1,5}}?)??\s*+,?+"
    rf"\s*+(?:{any_of(closed('of_what'), closed('clause_of_content'))})\b"
)
_CLAUSE = re.compile(rf"\s+(?:{any_of(closed('begins_clause', 'en'))})\b")
_EMPTY = closed("empty") | NEGATIONS | POINTS_BACK
# Each part of a compound: a phrase may begin within one.
_PARTS = re.compile(r"[^\W_]+")
_SOUGHT = (
    "after", "answers", "before", "commented", "declines", "doubted", "drew", "earlier", "erred", "goes_round", "issues",
    "misstated", "own_report", "put", "such", "supposedly", "whether",
)  # fmt: skip
_PATTERNS = {section: re.compile(phrases("claiming", section)) for section in _SOUGHT}
_BEGINNINGS = {section: beginnings("claiming", section) for section in _SOUGHT}
_UNIT = any_of(closed("time_unit", "en"))
SOME_TIME = rf"(?:(?:{any_of(closed('so_many', 'en'))}) (?:{_UNIT})s? |(?:{_UNIT})s )"
"""A pattern, as text, for how long before or after: "a day "."""
AFTER = re.compile(rf",\s(?:{SOME_TIME})?(?:{phrases('claiming', 'after')})")
# What is left of the next clause where a claim ends before who says something else.
_JOINS = re.compile(rf",?\s(?:{any_of(closed('joins'))})$")
_LEAST = 6
"""A claim of fewer letters is a pronoun or an adverb, and points elsewhere."""


@dataclass(slots=True)
class Statement:
    """A sentence with what denies in it."""

    start: int
    end: int
    words: list[str]
    starts: list[int]
    cues: list[Cue]
    """Without those that are negated or say something else."""
    said: list[Attribution]
    negated: list[int]
    """Numbers of the words that negate."""
    is_name: list[bool]
    """Of each word, whether it is written as one."""
    signs: dict[str, bool]
    """What of the sentence alone looks like a denial."""
    sides: frozenset[tuple[int, int, int]]
    """Of which pairs of opposites it has which side, and where."""
    stems: list[str]
    """What each of its words keeps in all forms, roughly."""
    figures: frozenset[str]
    """The numbers in it."""
    counted: frozenset[str]
    """Stems of what they count; "" where nothing stands behind one."""
    admits: bool = False
    """Whether somebody does not deny something in it."""

    def place(self, cue: Cue) -> Span:
        """Where the cue stands."""
        return self.starts[cue.first], self.starts[cue.last] + len(self.words[cue.last])

    def cue(self, *sections: str) -> Cue | None:
        """The first cue of a section."""
        if not self.cues:
            return None
        return next((cue for cue in self.cues if cue.section in sections), None)

    def numbers(self, section: str) -> set[int]:
        """Numbers of the words of all cues of a section."""
        return {i for cue in self.cues if cue.section == section for i in range(cue.first, cue.last + 1)}


class Passage:
    """A text and the spans in it. Every method that looks for something within a sentence gives a span of the text."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.plain = plain(text)
        self.low = self.plain.replace("\u0130", "i").lower()
        self.language = dictionary_language(language, self.plain)

    @cached_property
    def denying(self) -> Denying:
        """The lexicon of denying in its language."""
        return denying_of(self.language)

    def trimmed(self, start: int, end: int) -> Span | None:
        """Without marks and blanks at its ends; None where too little is left to be a claim."""
        while start < end and not self.plain[start].isalnum() and self.plain[start] not in '«“"':
            start += 1
        while end > start and not self.plain[end - 1].isalnum() and self.plain[end - 1] not in '»”"':
            end -= 1
        return (start, end) if sum(map(str.isalnum, self.plain[start:end])) >= _LEAST else None

    def clause(self, start: int, sentence: Statement) -> Span | None:
        """From a place to the end of its clause, or to who says so."""
        start = self.led(start, sentence.end)
        stop = _CLAUSE_END.search(self.plain, start, sentence.end)
        said = [a.start for a in sentence.said if a.start >= start]
        return self.trimmed(start, min([stop.start() if stop else sentence.end, *said]))

    def clause_before(self, end: int, sentence: Statement) -> Span | None:
        """From the beginning of a clause to a place in it."""
        start = max([sentence.start, *(m.end() for m in _CLAUSE_END.finditer(self.plain, sentence.start, end))])
        return self.trimmed(start, end)

    def to_end(self, start: int, sentence: Statement) -> Span | None:
        """From a place to the end of the sentence, to who says so, or to what it came after: ", a day after …"."""
        end = min([sentence.end, *(a.start for a in sentence.said if a.start > start)])
        after = AFTER.search(self.low, start, end) if self.search("after", start, end) else None
        return self.unjoined(start, after.start() if after else end, sentence)

    def unjoined(self, start: int, end: int, sentence: Statement) -> Span | None:
        """Without a word at its end that begins the next clause."""
        span = self.trimmed(start, end)
        joins = _JOINS.search(self.low, *span) if span and span[1] < sentence.end else None
        return self.trimmed(start, joins.start()) if joins else span

    def led(self, start: int, end: int) -> int:
        """Where what is said begins: behind "that", "о том, что" and the like."""
        lead = _LEAD.match(self.low, start, end)
        return lead.end() if lead else start

    def claim_noun(self, sentence: Statement, start: int, end: int) -> Span | None:
        """The first noun for a claim between two places: "слухи", "reports"."""
        return next(self.claim_nouns(sentence, start, end), None)

    @staticmethod
    def claim_nouns(sentence: Statement, start: int, end: int) -> Iterator[Span]:
        """All nouns for a claim between two places."""
        for cue in sentence.cues:
            span = sentence.place(cue)
            if cue.section == "claim" and start <= span[0] < end:
                yield span

    def says_what(self, noun: Span) -> bool:
        """Whether what is claimed stands behind the noun: "слухи о…", "reports that…", "факт передачи"."""
        if _OF_WHAT.match(self.low, noun[1]) or _CLAUSE.match(self.low, noun[1]):
            return True
        following = WRITTEN_WORD.match(self.low, noun[1] + 1)
        if self.language == "en" or following is None or following[0] in POINTS_BACK:
            return False
        return any(r.case == "gent" for r in readings(following[0], self.language)) and len(following[0]) > 3

    def is_of_what(self, at: int) -> bool:
        """Whether a preposition or conjunction behind a word says what it is of."""
        return bool(_OF_WHAT.match(self.low, at))

    def goes_round(self, start: int, end: int) -> re.Match[str] | None:
        """How it is told that a claim goes round, where nobody is credited with it."""
        return self.search("goes_round", start, end)

    def search(self, section: str, start: int, end: int, pattern: re.Pattern[str] | None = None) -> re.Match[str] | None:
        """Where a section of `claiming.toml` stands between two places; or a pattern that has one of its phrases in it."""
        # Few sentences have a word that begins like one of its phrases, and the others need not be searched.
        begins = self._begins.get(section)
        if begins is None:
            return None
        at = bisect_left(begins, start)
        return (pattern or _PATTERNS[section]).search(self.low, start, end) if at < len(begins) and begins[at] < end else None

    @cached_property
    def _begins(self) -> Mapping[str, list[int]]:
        """Where a word begins like a phrase of each section, in order."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for match in _PARTS.finditer(self.low):
            for section in _begun(match[0]):
                found[section].append(match.start())
        return found

    def stems(self, start: int, end: int) -> frozenset[str]:
        """What its longer words keep in all forms, roughly."""
        return stems_of(WRITTEN_WORD.findall(self.low, start, end))


def stems_of(words: Iterable[str]) -> frozenset[str]:
    """What the longer of these words keep in all forms, roughly."""
    return frozenset(stem_of(word) for word in words if len(word) > 3 and word not in _EMPTY)


@lru_cache(20_000)
def _begun(word: str) -> tuple[str, ...]:
    """The sections that have a phrase which may begin with the word."""
    begins = {f"{word} ", *(word[:n] for n in range(5))}
    return tuple(section for section in _SOUGHT if not _BEGINNINGS[section].isdisjoint(begins))


def negations(words: Sequence[str]) -> list[int]:
    """Numbers of the words that negate."""
    if NEGATIONS.isdisjoint(words) and "n't" not in " ".join(words):
        return []
    pairs = enumerate(zip(words, (*words[1:], ""), strict=True))
    return [i for i, (word, after) in pairs if word.endswith("n't") or (word in NEGATIONS and after not in _BOUND)]


def is_negated(at: int, negated: Iterable[int]) -> bool:
    """Whether a negation stands just before a word, or a word between."""
    return any(0 < at - i <= 2 for i in negated)


def known_by(name: str) -> str:
    """By what a speaker is told from another: the last word's stem, as `stems_of` has those of a sentence's words."""
    last = name.lower().replace("ё", "е").split()[-1:] or [""]
    return last[0][:5]

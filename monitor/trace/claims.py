"""The claims in each sentence of a text and their speakers: what a source is credited with, or the whole sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from monitor.lexicons import any_of, lexicon, phrases
from monitor.model import Attribution
from monitor.text import WRITTEN_WORD, sentences
from monitor.text.morphology import readings
from monitor.trace.attributions import LONG
from monitor.trace.closed import closed, closed_phrases
from monitor.trace.denying import Cue, forms_of
from monitor.trace.passages import POINTS_BACK, THAT, Passage, Span, Statement, is_negated, negations, stems_of
from monitor.trace.standing import DENYING, REFUSED, is_not_denied, standing
from monitor.trace.words import looked_up, stem_of, words_of

_ABSOLUTE, _NOT_ONE = closed("absolute"), frozenset(closed_phrases("not_one"))
_NOT_ONE_BEGINS = frozenset(first for first, *_ in _NOT_ONE)
AUXILIARIES = closed("auxiliary", "en")
_BESIDES, _ONLY, _TOO = closed("besides"), closed("only"), closed("too")
_EVERY, _FIRST_PERSON = closed("every"), closed("first_person")
# What was said earlier is no answer to what stands before it.
_EARLIER = re.compile(
    "".join(rf"(?<!\b{word} )" for word in sorted(closed("and", "ru", "uk"))) + rf"(?:{phrases('claiming', 'earlier')})"
)
# A question whether something is so.
WHETHER = re.compile(
    rf"(?:{phrases('claiming', 'whether')})[,:]?\s*(?:(?:{any_of(closed('that'), closed('asks_whether'))})\b\s*)?"
)
_NO = re.compile(rf"[\s«“\"—–-]*(?:{phrases('claiming', 'no')})(?=\s*[,.!;:»”\"—–-])")
# "Not a fire but a drill": what it is not, and what it is.
_INSTEAD = re.compile(
    rf"(?:^|(?<=[\n«“\"—–] )|(?<=[\n«“\"—–])|(?<=[.!?] ))(?:{any_of(closed('not'))})\s[^.,;:«»“”\"]{{2,40}},?\s"
    rf"(?:{any_of(closed('but_rather'))})\s"
)
_OPENS_SPEECH = frozenset("«“„\"'—–-")
_FIGURE = re.compile(r"\d+(?:[ .,]\d+)*")
_COUNTS = re.compile(r"\b(\d[\d., ]*|[^\W\d_]+)(?=((?: [^\W\d_]+(?:['’-][^\W\d_]+)*){0,2}))")
_SEMICOLON = re.compile(r";\s+")
# Before who said what stands behind, or around it.
_AS = re.compile(rf"(?:,|^)\s*(?:{any_of(closed('as'))})\s+$")
_ANSWERS_ALONE, _ANSWERS_BESIDE = closed("answers_alone"), closed("answers_beside")
_BRIEF_CLAUSE = re.compile(r"[\s«“\"„—–-]*([^.,;:!?»”\"—–\n]{2,30})[.,;:!?»”\"—–]")
_ANSWER = 3
"""Words of an answer that is hardly more than its verb."""
_JOINING = closed("and_or")
_NEAR_TELLING = 5
"""Words between a verb of telling and "otherwise" behind it."""
_POINTING = 4
"""Words at a sentence's beginning in which a pronoun and a noun for a claim point back."""
_PART = 4
"""Words that each part of a sentence has at least which a semicolon divides."""
# "A day after …", "Через добу після …": what was said before stands first.
_AFTERWARDS = re.compile(rf"(?:[\w-]+\s){{0,3}}(?:{phrases('claiming', 'afterwards')})")
_OPENS_CLAUSE = re.compile(rf"\s*+(?::|,?+\s*+(?:{any_of(closed('clause_of_content'), closed('how', 'uk'))})\b)")


class Claim(NamedTuple):
    """What somebody said, without the cue that says who."""

    span: Span
    speaker: str
    kind: str
    """Of the speaker; empty where nobody is credited."""
    stems: frozenset[str]
    sides: frozenset[tuple[int, int]]
    """Of which pairs of opposites it has which side; the other one where the word is negated: not given is deprived."""
    negated: frozenset[str]
    """Stems of the words beside its negations."""
    is_negative: bool
    figures: frozenset[str]
    """Its numbers."""
    counted: frozenset[str]
    """Stems of what they count."""
    length: int
    """Its words."""


class Claims(Passage):
    """A text with its statements and what is claimed in each."""

    def __init__(self, text: str, language: str, attributions: Sequence[Attribution]) -> None:
        """`attributions` are the text's: they tell who claims and who denies."""
        super().__init__(text, language)
        self._claims: dict[int, list[Claim]] = {}
        self.denying_in: set[int] = set()
        """Numbers of the sentences in which a denial is found already: what denies is no claim."""
        parts = [part for span in sentences(self.plain) for part in _parts(self.plain, *span)]
        said: list[list[Attribution]] = [[] for _ in parts]
        starts = [start for start, _ in parts]
        for a in attributions:
            at = bisect_right(starts, a.start) - 1
            if at >= 0 and a.start < parts[at][1]:
                said[at].append(a)
        self.credited = [
            (part, [a for a in of if part[0] <= a.start < part[1]])
            for whole, of in zip(parts, said, strict=True)
            for part in self._turns(*whole, of)
        ]
        """Where each sentence stands, and the attributions in it."""

    @cached_property
    def sentences(self) -> list[Statement]:
        """The sentences with what is looked up of their words, in the order of the text."""
        return [self._statement(*part, said) for part, said in self.credited]

    def _turns(self, start: int, end: int, said: Sequence[Attribution]) -> Iterator[Span]:
        """A sentence; or both parts of one that begins with what was said before: "A day after he wrote that …, she said …"."""
        opens = _AFTERWARDS.match(self.low, start, end) if len(said) > 1 else None
        cut = self.plain.rfind(", ", said[0].end, said[1].start) if opens and opens.end() <= said[0].start + 1 else -1
        if cut > 0:
            yield start, cut
            yield cut + 2, end
        else:
            yield start, end

    def _statement(self, start: int, end: int, said: list[Attribution]) -> Statement:
        matches = list(WRITTEN_WORD.finditer(self.low, start, min(end, start + LONG)))
        words = [m[0] for m in matches]
        negated = negations(words)
        is_name = [i > 0 and self.plain[m.start()].isupper() for i, m in enumerate(matches)]
        sentence = Statement(
            start, end, words, [m.start() for m in matches], [], said, negated, is_name, {}, frozenset(),
            [stem_of(word) for word in words], self._figures(start, end, words), self._counted(start, end),
        )  # fmt: skip
        sentence.sides = frozenset(
            (pair, 1 - side if is_negated(at, negated) else side, at) for pair, side, at in self.denying.sides(words)
        )
        cues = [*self.denying.cues(words), *self._otherwise(words)]
        sentence.cues = standing(self, sentence, cues) if cues else cues
        sentence.admits = any(cue.section in DENYING and is_not_denied(self, sentence, cue) for cue in cues)
        sentence.signs = {
            **dict.fromkeys({cue.section for cue in sentence.cues} - DENYING - {"unchanged"}, True),
            "answers": bool(self.search("answers", start, end)),
            "vows": bool(said) and not _forms_of("vows", self.language).isdisjoint(words),
            "instead": bool(negated) and bool(_INSTEAD.search(self.low, start, end)),
            "such": bool(negated) and bool(self.search("such", start, end)),
            "answers alone": self._answers_alone(start, end),
            "answered": bool(_NO.match(self.low, start, end)),
            "absolute": not _ABSOLUTE.isdisjoint(words)
            or (not _NOT_ONE_BEGINS.isdisjoint(words) and any(pair in _NOT_ONE for pair in pairwise(words))),
            "credited": bool(said) or not _said(self.language).isdisjoint(words),
            "confirms": self._confirms(words, negated),
            "besides": not _BESIDES.isdisjoint(words),
            "declines": bool(self.search("declines", start, end)),
            "only": not _ONLY.isdisjoint(words),
            "every": not _EVERY.isdisjoint(words),
            "of himself": self.plain[start] in _OPENS_SPEECH and not _FIRST_PERSON.isdisjoint(words),
            "asked": bool(self.search("whether", start, end)),
            "shows": not _forms_of("shows", self.language).isdisjoint(words),
            "earlier": bool(self.search("earlier", start, end, _EARLIER)) or not _TOO.isdisjoint(words),
        }
        return sentence

    def _answers_alone(self, start: int, end: int) -> bool:
        """Whether a sentence begins with a clause that is hardly more than its verb: "They won't, the mayor said"."""
        clause = _BRIEF_CLAUSE.match(self.low, start, end)
        words = WRITTEN_WORD.findall(clause[1]) if clause else ()
        beside = _ANSWERS_ALONE | _ANSWERS_BESIDE
        return 0 < len(words) <= _ANSWER and not _ANSWERS_ALONE.isdisjoint(words) and beside.issuperset(words)

    def _confirms(self, words: Sequence[str], negated: Sequence[int]) -> bool:
        """Whether somebody says the same."""
        confirms = _forms_of("confirms", self.language)
        return not confirms.isdisjoint(words) and any(
            word in confirms and not is_negated(n, negated) for n, word in enumerate(words)
        )

    def _otherwise(self, words: Sequence[str]) -> Iterator[Cue]:
        """ "Помнит иначе", "says otherwise": by whatever verb of saying, seeing or knowing."""
        otherwise = closed("otherwise", self.language)
        if otherwise.isdisjoint(words):
            return
        for i, word in enumerate(words):
            if word in otherwise and not (i and words[i - 1] in _JOINING):  # "stealthy or otherwise"
                near = range(max(0, i - _NEAR_TELLING), min(len(words), i + 3))
                verb = next((k for k in near if words[k] in _forms_of("tells", self.language)), -1)
                if verb >= 0 and not is_negated(verb, negations(words)):
                    yield Cue("countering", "otherwise", min(i, verb), max(i, verb))

    def _figures(self, start: int, end: int, words: Sequence[str]) -> frozenset[str]:
        """The numbers that are written in figures or words."""
        numbers = _numerals(self.language)
        return frozenset([*_FIGURE.findall(self.low, start, end), *map(numbers.__getitem__, numbers.keys() & words)])

    def _counted(self, start: int, end: int) -> frozenset[str]:
        """Stems of the two words behind each number; "" where it ends its clause."""
        found: set[str] = set()
        numbers = _numerals(self.language)
        for match in _COUNTS.finditer(self.low, start, end):
            if match[1][0].isdigit() or match[1] in numbers:
                behind = WRITTEN_WORD.findall(match[2])
                found |= {stem_of(word) for word in behind if len(word) > 2} if behind else {""}
        return frozenset(found)

    @cached_property
    def told_in(self) -> Counter[str]:
        """In how many sentences of the text a stem stands."""
        return Counter(stem for sentence in self.sentences for stem in set(sentence.stems))

    def claims(self, k: int) -> list[Claim]:
        """What is claimed in a sentence, by its number."""
        if k not in self._claims:
            self._claims[k] = self._claimed(self.sentences[k])
        return self._claims[k]

    def _claimed(self, sentence: Statement) -> list[Claim]:
        if sentence.words and sentence.words[0] in POINTS_BACK and self.claim_noun(sentence, *self._beginning(sentence)):
            return []  # "Such a message reached hundreds": what it says stands before
        if sentence.said:
            return [claim for a in sentence.said if (claim := self._content(sentence, a))]
        span = self._uncredited(sentence)
        return [self.claim(span)] if span else []

    @staticmethod
    def _beginning(sentence: Statement) -> Span:
        """Its first words."""
        return sentence.start, sentence.starts[min(_POINTING, len(sentence.words)) - 1] + 1

    def _uncredited(self, sentence: Statement) -> Span | None:
        """What a sentence tells in which nobody is credited: what goes round behind "that", else all of it."""
        asked = self.search("whether", sentence.start, sentence.end, WHETHER)
        if asked and (span := self.trimmed(asked.end(), sentence.end)):
            return span
        round_ = self.goes_round(sentence.start, sentence.end)
        that = THAT.search(self.low, round_.end(), sentence.end) if round_ else None
        end = sentence.end
        if round_ and not that and len(sentence.words) - len(WRITTEN_WORD.findall(round_[0])) < _PART:
            return None  # "Panic broke out after the post": what it says stands elsewhere
        if round_ and not that:  # "… — under that headline came out the Waves"
            cut = max(self.plain.rfind(mark, sentence.start, round_.start()) for mark in (", ", ": ", " — ", " – "))
            end = cut if cut - sentence.start > end - cut else end
        return self.trimmed(that.end() if that else sentence.start, end)

    def _content(self, sentence: Statement, said: Attribution) -> Claim | None:
        """What is said beside the cue: behind it where a clause or colon begins, else the longer side."""
        before = max([sentence.start, *(a.end for a in sentence.said if a.end <= said.start)])
        behind = min([sentence.end, *(a.start for a in sentence.said if a.start >= said.end)])
        left, right = self.content(before, said.start), self.content(said.end, behind)
        if right and _AS.search(self.low, before, said.start):
            left = None  # "They ask whether, as a blog says, the school will close"
        opens = (
            _OPENS_CLAUSE.match(self.low[said.end : behind])
            or self._follows_bare(said, left, right)
            or (
                left and right and self.plain[left[1] : left[1] + 1] == "," and not self._asserts(left) and self._asserts(right)
            )  # "The school, writes the Zarya, was given to soldiers"
        )
        span = right if right and (opens or not left or right[1] - right[0] > 2 * (left[1] - left[0])) else left
        if span and REFUSED.intersection(WRITTEN_WORD.findall(self.low, *span)[:1]):
            return None  # "A court denied bail to …"
        return self.claim(span, said.speaker or said.outlet, said.kind) if span else None

    def _follows_bare(self, said: Attribution, left: Span | None, right: Span | None) -> bool:
        """Whether a clause without "that" follows: "The leaflet on every door said rents would go up"."""
        if right is None or self.language != "en" or right[0] != said.end + 1:
            return False
        return self._asserts(right) and not (left and self._asserts(left))

    def _asserts(self, span: Span) -> bool:
        """Whether a verb stands in a span."""
        words = WRITTEN_WORD.findall(self.low, *span)
        if self.language == "en":
            return any(word in AUXILIARIES or word.endswith("ed") for word in words)
        return any(r.part in {"VERB", "PRTS", "INFN"} for word in words for r in readings(word, self.language)[:1])

    def content(self, start: int, end: int) -> Span | None:
        """What is said between two places, without what leads to it and the marks around it."""
        span = self.trimmed(self.led(start, end), end)
        if span and self.plain[span[1] - 1] in '»”"':
            if self.plain[span[0]] in '«“"':
                return span[0] + 1, span[1] - 1
            if not re.search('[«“"]', self.plain[span[0] : span[1] - 1]):
                return self.trimmed(span[0], span[1] - 1)  # of a quotation that opens before
        return span

    def claim(self, span: Span, speaker: str = "", kind: str = "") -> Claim:
        """A span as a claim, with what it may be contradicted by."""
        words = WRITTEN_WORD.findall(self.low, *span)
        negated = negations(words)
        sides = frozenset(
            (number, 1 - side if is_negated(at, negated) else side) for number, side, at in self.denying.sides(words)
        )
        near = {at + step for at in negated for step in (1, 2)}
        beside = frozenset(stem_of(words[i]) for i in near if i < len(words) and len(words[i]) > 3)
        return Claim(
            span,
            speaker,
            kind,
            stems_of(words),
            sides,
            beside,
            bool(negated),
            self._figures(*span, words),
            self._counted(*span),
            len(words),
        )


@cache
def _said(language: str) -> frozenset[str]:
    """The verbs of saying, in the forms by which somebody has said something."""
    verbs = words_of(language).verbs.items()
    return frozenset(
        word for word, verb in verbs if verb.tense in {"past", "pres"} and not verb.sections.isdisjoint({"saying", "thinking"})
    )


@cache
def _numerals(language: str) -> Mapping[str, str]:
    """Words for numbers in all forms, with the number in figures."""
    return {
        form: number
        for number, entries in lexicon("numerals")[language].items()
        for entry in entries
        for form in forms_of(looked_up(entry), language)
    }


@cache
def _forms_of(section: str, language: str) -> frozenset[str]:
    """The forms by which verbs of a closed class assert something; of "tells": and all verbs of saying."""
    said = _said(language) if section == "tells" else frozenset()
    return said.union(*(forms_of(word, language) for word in closed(section, language)))


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    """A sentence, or the parts of it that a semicolon puts beside each other, where both are more than a list's."""
    begin = start
    for match in _SEMICOLON.finditer(text, start, end) if ";" in text else ():
        if (
            len(WRITTEN_WORD.findall(text, begin, match.start())) >= _PART
            and len(WRITTEN_WORD.findall(text, match.end(), end)) >= _PART
        ):
            yield begin, match.start()
            begin = match.end()
    yield begin, end

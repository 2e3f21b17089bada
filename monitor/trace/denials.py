"""Who denies what? Finds what somebody denies, the claim that is denied, wherever it stands, and both speakers.

Cues first: words of denying, of falsehood, of ignorance, of answering against another; or a denial without such a word, where a
statement with a negation has words in common with what another said before. docs/tracing.md names each rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.model import Attribution, Denial
from monitor.text import sentences
from monitor.text.morphology import readings
from monitor.trace.attributions import LONG, language_of
from monitor.trace.denying import Cue, denying_of
from monitor.trace.tokens import plain, word_set

Span = tuple[int, int]

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_NEGATIONS = word_set(
    "не ни нет никто никого никому никем никогда нигде никуда никаких никакого никакой никакие ничего ничем нельзя",
    "ні немає нема ніхто нікого нікому ніколи ніде нікуди жоден жодна жодне жодного жодної жодних жодному ніяких ніякого ніякої",
    "нічого not no never none nobody nothing neither nor cannot",
)
_ABSOLUTE = word_set(
    "никто никого никому никогда нигде никуда ніхто нікого нікому ніколи ніде нікуди жоден жодна жодне жодного жодної",
    "nobody never",
)
_NOT_ONE = tuple(
    phrase.split() for phrase in ("ни один", "ни одна", "ни одного", "ни одной", "ни одну", "no one", "not one", "not a")
)
_STANDS_FOR = word_set("it they he she он она оно они він вона воно вони")
_CONDITIONS = word_set("если якщо if suppose допустим припустимо допустимо imagine")
_POINTS_BACK = word_set(
    "это этого этому этим эту эта эти этих этой этот такое такого такие такая его ее их все данную данные "
    "це цього цьому цим цю ця ці цих цієї цей таке такого такі така його її їх усе все "
    "this that these those it them his her their such him"
)
# Words that any two sentences may have in common.
_EMPTY = (
    _NEGATIONS
    | _POINTS_BACK
    | word_set(
        "который которая которое которые которых которого которой которому также более было были была будет будут может могут",
        "когда чтобы после если того тоже очень только сейчас сегодня вчера года году лет человек людей время раньше позже тогда",
        "який яка яке які яких якого якої також більше було були була буде будуть може можуть коли щоб після якщо того теж дуже",
        "тільки зараз сьогодні вчора року років людей людина раніше пізніше тоді",
        "would could should there their about which what when where while with without from into over under then than have been",
        "were will being other after before also only more most some such very just said says told that this these those they",
        "them your because around year years people time made make many much even still does doing want know think",
    )
)
_ANSWERS = re.compile(
    r"\b(?:в ответ|на это|на слухи|на рассказы|на сообщения|на слова|у відповідь|на це|на чутки|in response|asked about that)\b"
)
_DOUBTED = re.compile(
    r"\b(?:будто|якобы|слух|хваст|похвал|обвини|ніби|нібито|чутк|хвали|похвали|звинува|claim|boast|alleg|viral|rumou?r|accus)"
)
# How much each sign weighs that one sentence denies what another claims; together they must reach ENOUGH.
_WEIGHTS = {
    "denying": 4.0, "false": 3.0, "countering": 3.0, "never": 1.0, "insisting": 1.0, "answers": 1.5, "negated": 2.0,
    "unchanged": 1.6, "replies": 1.5, "absolute": 1.2, "negation": 0.5, "figures": 0.7, "shared": 0.5, "alike": 0.7,
    "claimed": 1.0, "doubted": 0.5, "credited": 1.0, "far": 0.4, "behind": 1.0,
}  # fmt: skip
ENOUGH = 4.0
_CONTRADICTS = ("denying", "false", "countering", "never", "insisting", "answers", "negated", "unchanged", "replies", "absolute")
"""Without one of these two sentences are only about one thing."""
_FIGURE = re.compile(r"\d+(?:[ .,]\d+)*")
_THAT = re.compile(r"(?:,\s*)?\b(?:что|будто|якобы|що|ніби|нібито|that)\b\s*")
_LEAD = re.compile(
    r"[\s,.:;!?—–«»“”\"'()-]*(?:(?:о том|про те|том|те),?\s+)?"
    r"(?:(?:что|будто|якобы|как|що|ніби|нібито|як|that|how)\s+|(?:о|об|про|about|of)\s+)?"
)
_CLAUSE_END = re.compile(r"[;.!?\n]|,(?=\s)|\s[—–-]\s|[»”\"]")
_OF_WHAT = re.compile(
    r"(?:\]\([^)\s]*\))?\s*,?\s*(?:о|об|обо|в|во|на|про|у|щодо|что|будто|якобы|що|ніби|нібито|of|that|about|from|over)\b"
)
# "Фейком назвали объявление о выселении": what is called so, with what it is of.
_CALLED = re.compile(r"\b(?:наз[ыв]\w+|призна\w+|визна\w+|called|dismissed)\b[^.;:«“\"]{0,40}?\b(\w{4,} (?:о|об|про|of|that)\b)")
_ABOUT = re.compile(r"\b(?:about|of|о|об|про)\b")
_BE = re.compile(r"[\s,—–-]*(?:\b(?:are|is|was|were|as|been|being|be|have|has|had|это|є|це|было|были)\b[\s,—–-]*)*$")
_PASSIVE = word_set("was were been being be is are to")
_NEEDS_CLAIM = word_set(
    "отвергнуть отвергать оспорить оспаривать развеять развенчать відкинути відкидати оскаржити оспорити розвіяти "
    "reject dismiss dispute rebut repudiate debunk disavow"
)
_QUALIFY = word_set(
    "false fake wrong incorrect unfounded baseless groundless inaccurate absurd ridiculous bogus exaggerated mistaken fabricated",
    "untrue",
)
_AFTER_PREDICATE = word_set("and or but to as in on by the a that because he she they it since when while who which for")
# Of what he himself had said.
_HIMSELF = ("признал, что", "признала, что", "визнав, що", "визнала, що", "admitted that", "backtracked", "меня неверно поняли")
_LEAST = 6
"""A claim of fewer letters is a pronoun or an adverb, and points elsewhere."""
_BACK = 4
"""How many sentences back a claim is looked for."""


class Claim(NamedTuple):
    """What somebody said, without the cue that says who."""

    span: Span
    speaker: str
    kind: str
    """Of the speaker; empty where nobody is credited."""
    stems: frozenset[str]
    is_negative: bool
    figures: frozenset[str]


@dataclass(slots=True)
class Statement:
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

    def place(self, cue: Cue) -> Span:
        """Where the cue stands."""
        return self.starts[cue.first], self.starts[cue.last] + len(self.words[cue.last])


def find_denials(*, text: str, language: str, attributions: Sequence[Attribution]) -> tuple[Denial, ...]:
    """Every plain denial with its claim, by offset. `attributions` are the text's: they tell who claims and who denies.

    The claim is what the word of denial governs, or, where that only points back, what another said before, in a headline or
    behind. `speaker` is who is credited in the sentence that denies; `claimed_by` who is credited with the claim.
    """
    return tuple(Reader(text, language, attributions).read())


class Reader:
    """One text's sentences with what denies in them, and what is claimed in each."""

    def __init__(self, text: str, language: str, attributions: Sequence[Attribution]) -> None:
        self.plain = plain(text)
        self.low = self.plain.replace("\u0130", "i").lower()
        self.language = language_of(self.plain, language)
        self.attributions = attributions
        self._claims: dict[int, list[Claim]] = {}
        self.sentences = [self._sentence(start, end) for start, end in sentences(self.plain)]

    def _sentence(self, start: int, end: int) -> Statement:
        matches = list(_WORD.finditer(self.low, start, min(end, start + LONG)))
        words = [m[0] for m in matches]
        negated = [i for i, word in enumerate(words) if word in _NEGATIONS or word.endswith("n't")]
        is_name = [i > 0 and self.plain[m.start()].isupper() for i, m in enumerate(matches)]
        said = [a for a in self.attributions if start <= a.start < end]
        sentence = Statement(start, end, words, [m.start() for m in matches], [], said, negated, is_name, {})
        sentence.cues = [cue for cue in denying_of(self.language).cues(words) if not self._is_void(sentence, cue)]
        sentence.signs = {
            **dict.fromkeys({cue.section for cue in sentence.cues} & _WEIGHTS.keys() - {"denying", "unchanged"}, True),
            "answers": bool(_ANSWERS.search(self.low, start, end)),
            "absolute": any(word in _ABSOLUTE or words[i : i + 2] in _NOT_ONE for i, word in enumerate(words)),
            "credited": bool(said),
        }
        return sentence

    def read(self) -> Iterator[Denial]:
        for i, sentence in enumerate(self.sentences):
            if not sentence.words or sentence.words[0] in _CONDITIONS:
                continue
            found = (
                self._correcting(i, sentence)
                or self._denying(i, sentence)
                or self._against(sentence)
                or self._false(i, sentence)
                or self._ignorance(sentence)
                or self._contrary(i, sentence)
                or self._never(sentence)
            )
            if found:
                yield found

    # The rules: each sees one sentence

    def _denying(self, i: int, sentence: Statement) -> Denial | None:
        """A verb of denial: "опровергла слухи о…", "denied that…", "this she denies"."""
        cue = self._cue(sentence, "denying")
        if cue is None:
            return None
        local = self._governed(sentence, cue)
        if local is not None:
            return self._made(local, sentence, "denying", at=sentence.place(cue)[0])
        if not self._points_back(sentence, cue) and cue.entry in _NEEDS_CLAIM:
            return None
        return self._paired(i, sentence, "denying")

    def _against(self, sentence: Statement) -> Denial | None:
        """ "Contrary to reports that …, the embassy said …"."""
        cue = self._cue(sentence, "against")
        noun = self._claim_noun(sentence, sentence.place(cue)[1], sentence.end) if cue else None
        if cue is None or noun is None or noun[0] - sentence.place(cue)[1] > 20 or not self._says_what(noun):
            return None
        stop = re.compile(r",\s(?!(?:что|будто|якобы|що|ніби|нібито)\b)").search(self.low, noun[1], sentence.end)
        claim = self._trimmed(noun[0], stop.start() if stop else sentence.end)
        return self._made(claim, sentence, "against") if claim else None

    def _false(self, i: int, sentence: Statement) -> Denial | None:
        """What says that something is untrue: "это фейк", "reports that … are false"."""
        cue = self._cue(sentence, "false")
        if cue is None:
            return None
        at = sentence.place(cue)
        local = self._named_claim(sentence, at)
        return self._made(local, sentence, "false", at=at[0]) if local else self._paired(i, sentence, "false")

    def _ignorance(self, sentence: Statement) -> Denial | None:
        """ "He had no knowledge of …": what is not known of is denied."""
        cue = self._cue(sentence, "ignorance")
        if cue is None or not sentence.said:
            return None
        span = self._clause(sentence.place(cue)[1], sentence)
        return self._made(span, sentence, "ignorance") if span else None

    def _contrary(self, i: int, sentence: Statement) -> Denial | None:
        """An answer against another ("возразил"), or the contrary of what he said: "никто не уезжал, сказали в части"."""
        cue = self._cue(sentence, "countering")
        if cue and (local := self._named_claim(sentence, sentence.place(cue))):
            return self._made(local, sentence, "countering", at=sentence.place(cue)[0])
        return self._paired(i, sentence, "countering" if cue else "contrary")

    def _never(self, sentence: Statement) -> Denial | None:
        """ "Никакой мобилизации не планируется", "there is no talk of …", where nobody is seen to claim it."""
        cues = [cue for cue in sentence.cues if cue.section == "never" and not cue.entry.startswith("there ")]
        if not cues or not any(a.kind == "official" for a in sentence.said):
            return None
        cue = cues[0]
        start, end = sentence.place(cue)
        about = _ABOUT.search(self.low, end, sentence.end)
        span = self._clause(about.start() if about else end, sentence) or self._clause_before(start, sentence)
        return self._made(span, sentence, "never", at=start) if span else None

    def _correcting(self, i: int, sentence: Statement) -> Denial | None:
        """Whoever made a claim takes it back: "мы ошиблись", "Correction: …"."""
        cue = self._cue(sentence, "correcting")
        if cue is None:
            return None
        himself = cue.entry in _HIMSELF
        by_outlet = not himself and not cue.entry.endswith(":")
        deniers = {_known(a.speaker or a.outlet) for a in sentence.said}
        stems = self.stems(sentence.start, sentence.end)
        for k in (*range(i - 1, max(-1, i - 1 - _BACK), -1), i + 1):
            for claim in self.claims(k) if 0 <= k < len(self.sentences) else ():
                own = claim.speaker and _known(claim.speaker) in deniers
                if own if himself else claim.stems & stems or (by_outlet and claim.kind == "outlet"):
                    return self._with(claim, sentence, "correcting", kind="correction")
        if cue.entry == "backtracked":  # from what his side had said
            return next(
                (
                    self._with(claim, sentence, "correcting", kind="correction")
                    for k in range(i - 1, max(-1, i - 1 - _BACK), -1)
                    for claim in self.claims(k)
                    if claim.kind == "official"
                ),
                None,
            )
        return None

    # What a cue stands in

    def _cue(self, sentence: Statement, section: str) -> Cue | None:
        """The first cue of a section."""
        return next((cue for cue in sentence.cues if cue.section == section), None)

    def _is_void(self, sentence: Statement, cue: Cue) -> bool:
        if cue.entry.endswith(":") and self.plain[sentence.place(cue)[1] :][:1] != ":":
            return True
        if cue.section in {"denying", "false", "insisting"} and self._is_negated(sentence, cue):
            return True
        if cue.section == "denying" and sentence.words[cue.last + 1 : cue.last + 2] in (["против"], ["проти"], ["against"]):
            return True
        if cue.section in {"countering", "insisting"}:
            # Only as what somebody does: "no doubt", "the challenge" are no answers.
            start, end = sentence.place(cue)
            return cue.first == cue.last and not any(a.start < end and start < a.end for a in sentence.said)
        return cue.section == "false" and self._is_attribute(sentence, cue)

    def _is_negated(self, sentence: Statement, cue: Cue) -> bool:
        """ "Не отрицает", "did not deny", "was denied entry", "neither confirmed nor denied"."""
        before = sentence.words[max(0, cue.first - 3) : cue.first]
        if any(word in _NEGATIONS or word.endswith("n't") for word in before[-2:]) or "nor" in before or "ни" in before:
            return True
        if cue.section == "denying" and self.language == "en":
            return bool(before) and before[-1] in _PASSIVE
        return False

    def _is_attribute(self, sentence: Statement, cue: Cue) -> bool:
        """Whether the word only qualifies another: "the false ceiling", "ложная тревога"."""
        if self.plain[sentence.place(cue)[1] :][:1] != " " or cue.last + 1 >= len(sentence.words):
            return False
        word, following = sentence.words[cue.last], sentence.words[cue.last + 1]
        if self.language == "en":
            return cue.entry in _QUALIFY and following not in _AFTER_PREDICATE
        return cue.entry.endswith("н*") and _agree(word, following, self.language)

    def _points_back(self, sentence: Statement, cue: Cue) -> bool:
        """Whether a pronoun or a noun for a claim stands beside the verb, and says no more: "опроверг эту информацию"."""
        near = sentence.words[max(0, cue.first - 3) : cue.first] + sentence.words[cue.last + 1 : cue.last + 4]
        nouns = {i for c in sentence.cues if c.section == "claim" for i in range(c.first, c.last + 1)}
        return any(word in _POINTS_BACK for word in near) or any(abs(i - cue.first) <= 3 for i in nouns)

    def _governed(self, sentence: Statement, cue: Cue) -> Span | None:
        """What the verb denies, where it stands behind it."""
        end = sentence.place(cue)[1]
        if re.match(r"\s*[:,—–]?\s*[«“\"]|\s*:", self.plain[end : end + 4]):
            return None
        that = _THAT.search(self.low, end, min(sentence.end, end + 60))
        if (
            that
            and self.plain[that.end() : that.end() + 1].isalnum()
            and not re.search(r"[,;:«“\"]\s*\w", self.plain[end : that.start()])
            and not self._claim_noun(sentence, end, that.start())
        ):
            return self._to_end(that.end(), sentence)
        noun = self._claim_noun(sentence, end, sentence.end)
        if noun and noun[0] - end < 45:
            return self._to_end(noun[0], sentence) if self._says_what(noun) else None
        if cue.entry in _NEEDS_CLAIM:
            return None
        following = next((i for i, start in enumerate(sentence.starts) if start >= end), -1)
        if (
            following < 0
            or sentence.words[following] in _POINTS_BACK
            or sentence.words[following] in {"и", "та", "and", "против", "проти"}
        ):
            return None
        return self._clause(end, sentence)

    def _says_what(self, noun: Span) -> bool:
        """Whether what is claimed stands behind the noun: "слухи о…", "reports that…", "факт передачи"."""
        if _OF_WHAT.match(self.low, noun[1]):
            return True
        following = _WORD.match(self.low, noun[1] + 1)
        if self.language == "en" or following is None or following[0] in _POINTS_BACK:
            return False
        return any(r.case == "gent" for r in readings(following[0], self.language)) and len(following[0]) > 3

    def _claim_noun(self, sentence: Statement, start: int, end: int) -> Span | None:
        """The first noun for a claim between two places."""
        for cue in sentence.cues:
            span = sentence.place(cue)
            if cue.section == "claim" and start <= span[0] < end:
                return span
        return None

    def _named_claim(self, sentence: Statement, cue: Span) -> Span | None:
        """A noun for a claim with what it is of, before or behind the words that say it is false."""
        before = self._claim_noun(sentence, sentence.start, cue[0])
        if before and self._says_what(before):
            be = _BE.search(self.low, before[1], cue[0])
            end = be.start() if be else cue[0]
            said = [a.start for a in sentence.said if before[1] < a.start < end]
            return self._trimmed(before[0], min([end, *said]))
        behind = self._claim_noun(sentence, cue[1], sentence.end)
        if behind:
            return self._to_end(behind[0], sentence) if self._says_what(behind) else None
        called = _CALLED.search(self.low, cue[1], sentence.end)
        return self._to_end(called.start(1), sentence) if called else None

    def _clause(self, start: int, sentence: Statement) -> Span | None:
        """From a place to the end of its clause, or to who says so."""
        lead = _LEAD.match(self.low, start, sentence.end)
        start = lead.end() if lead else start
        stop = _CLAUSE_END.search(self.plain, start, sentence.end)
        said = [a.start for a in sentence.said if a.start >= start]
        return self._trimmed(start, min([stop.start() if stop else sentence.end, *said]))

    def _clause_before(self, end: int, sentence: Statement) -> Span | None:
        start = max([sentence.start, *(m.end() for m in _CLAUSE_END.finditer(self.plain, sentence.start, end))])
        return self._trimmed(start, end)

    def _to_end(self, start: int, sentence: Statement) -> Span | None:
        """From a place to the end of the sentence, or to who says so."""
        said = [a.start for a in sentence.said if a.start > start]
        return self._trimmed(start, min([sentence.end, *said]))

    def _trimmed(self, start: int, end: int) -> Span | None:
        while start < end and not self.plain[start].isalnum() and self.plain[start] not in '«“"':
            start += 1
        while end > start and not self.plain[end - 1].isalnum() and self.plain[end - 1] not in '»”"':
            end -= 1
        return (start, end) if sum(map(str.isalnum, self.plain[start:end])) >= _LEAST else None

    # What was claimed

    def claims(self, k: int) -> list[Claim]:
        """What is said in a sentence: of each who is credited there, or all of it where nobody is."""
        if k not in self._claims:
            sentence = self.sentences[k]
            found = [claim for a in sentence.said if a.kind != "document" and (claim := self._content(sentence, a))]
            if not sentence.said and (span := self._trimmed(sentence.start, sentence.end)):
                found = [self._claim(span, "", "")]
            self._claims[k] = found
        return self._claims[k]

    def _content(self, sentence: Statement, said: Attribution) -> Claim | None:
        """What is said beside the cue: behind it where a clause or colon begins, else the longer side."""
        before = max([sentence.start, *(a.end for a in sentence.said if a.end <= said.start)])
        behind = min([sentence.end, *(a.start for a in sentence.said if a.start >= said.end)])
        left, right = self._content_of(before, said.start), self._content_of(said.end, behind)
        opens = re.match(r"\s*(?::|,?\s*(?:что|будто|якобы|як|що|ніби|нібито|that)\b)", self.low[said.end : behind])
        span = right if right and (opens or not left or right[1] - right[0] > 2 * (left[1] - left[0])) else left
        return self._claim(span, said.speaker or said.outlet, said.kind) if span else None

    def _claim(self, span: Span, speaker: str, kind: str) -> Claim:
        words = _WORD.findall(self.low, *span)
        is_negative = any(word in _NEGATIONS or word.endswith("n't") for word in words)
        return Claim(span, speaker, kind, self.stems(*span), is_negative, frozenset(_FIGURE.findall(self.low, *span)))

    def _content_of(self, start: int, end: int) -> Span | None:
        lead = _LEAD.match(self.low, start, end)
        span = self._trimmed(lead.end() if lead else start, end)
        if span and self.plain[span[0]] in '«“"' and self.plain[span[1] - 1] in '»”"':
            return span[0] + 1, span[1] - 1
        return span

    def _search(self, i: int, sentence: Statement, rule: str) -> tuple[Claim | None, float]:
        """The claim that the sentence most likely denies, and how much says so: what another said near it."""
        deniers = {_known(a.speaker or a.outlet) for a in sentence.said}
        best, most = None, 0.0
        for k in (*range(i - 1, max(-1, i - 1 - _BACK), -1), *((0,) if i > _BACK else ()), i + 1, i + 2):
            if not 0 <= k < len(self.sentences):
                continue
            for claim in self.claims(k):
                if claim.kind and _known(claim.speaker) in deniers:
                    continue
                worth = self.evidence(claim, sentence, self.sentences[k], rule)
                worth -= _WEIGHTS["far"] * (abs(i - k) - 1) + (_WEIGHTS["behind"] if k > i else 0.0)
                if worth > most:
                    best, most = claim, worth
        return best, most

    def evidence(self, claim: Claim, sentence: Statement, other: Statement, rule: str) -> float:
        """How much says that the sentence denies the claim."""
        alike = {i: word[:5] for i, word in enumerate(sentence.words) if word[:5] in claim.stems and not sentence.is_name[i]}
        common = [*alike, *(i for i, word in enumerate(sentence.words) if word in _STANDS_FOR)]
        unchanged = [i for cue in sentence.cues if cue.section == "unchanged" for i in range(cue.first, cue.last + 1)]
        figures = set(_FIGURE.findall(self.low, sentence.start, sentence.end)) if claim.figures else set()
        turned = bool(sentence.negated) != claim.is_negative
        signs = {
            **sentence.signs,
            "denying": rule == "denying",
            "absolute": sentence.signs["absolute"] and not claim.is_negative,
            "negated": not claim.is_negative and any(-1 <= b - a <= 2 for a in sentence.negated for b in alike),
            "unchanged": any(abs(b - a) <= 3 for a in unchanged for b in common),
            "negation": turned,
            "replies": turned and any(_known(a.speaker) in claim.stems for a in sentence.said if a.speaker),
            "shared": bool(common),
            "alike": len(set(alike.values())) * 2 >= max(2, len(claim.stems)),
            "claimed": bool(claim.kind),
            "figures": bool(figures and not figures & claim.figures),
        }
        contradicts = any(signs.get(sign) for sign in _CONTRADICTS) or (signs["figures"] and signs["alike"])
        is_told = signs["claimed"] and signs["credited"]
        if not contradicts or (rule == "contrary" and not is_told and not signs.keys() & {"false", "never"}):
            return 0.0
        signs["doubted"] = bool(_DOUBTED.search(self.low, other.start, other.end))
        return sum(_WEIGHTS[sign] for sign, is_there in signs.items() if is_there)

    def stems(self, start: int, end: int) -> frozenset[str]:
        """What its longer words keep in all forms, roughly."""
        return frozenset(word[:5] for word in _WORD.findall(self.low, start, end) if len(word) > 3 and word not in _EMPTY)

    # The pair

    def _made(self, claim: Span | None, sentence: Statement, rule: str, at: int = -1) -> Denial | None:
        """A pair within one sentence: the denial is what is left of it."""
        if claim is None:
            return None
        sides = [self._trimmed(sentence.start, claim[0]), self._trimmed(claim[1], sentence.end)]
        kept = [side for side in sides if side]
        if not kept:
            return None
        longest = max(kept, key=lambda side: side[1] - side[0])
        says = next((side for side in kept for a in sentence.said if side[0] <= a.start < side[1]), longest)
        denial = next((side for side in kept if side[0] <= at < side[1]), says)
        speaker = self._speaker(sentence, denial)
        return Denial(*claim, *denial, speaker, self._claimant(claim, speaker), rule=rule)

    def _claimant(self, claim: Span, denier: str) -> str:
        """Who said before what a denial speaks of: "despite the authorities' assurances that …"."""
        stems = self.stems(*claim)
        earlier = [c for k, s in enumerate(self.sentences) if s.end <= claim[0] for c in self.claims(k) if c.speaker]
        alike = [(len(c.stems & stems), c.speaker) for c in earlier if _known(c.speaker) != _known(denier)]
        return max(alike, key=lambda found: found[0], default=(0, ""))[1] if any(n >= 2 for n, _ in alike) else ""

    def _paired(self, i: int, sentence: Statement, rule: str) -> Denial | None:
        """A pair with a claim elsewhere, where enough says that it is one."""
        if rule == "contrary" and not self._may_deny(sentence):
            return None
        claim, worth = self._search(i, sentence, rule)
        return self._with(claim, sentence, rule) if claim and worth >= ENOUGH else None

    def _may_deny(self, sentence: Statement) -> bool:
        """Whether anything in the sentence might contradict: most need not be compared with others."""
        return bool(sentence.negated or any(sentence.signs.get(sign) for sign in _CONTRADICTS)) or any(
            cue.section == "unchanged" for cue in sentence.cues
        )

    def _with(self, claim: Claim, sentence: Statement, rule: str, kind: str = "denial") -> Denial | None:
        denial = self._trimmed(sentence.start, sentence.end)
        if denial is None:
            return None
        return Denial(*claim.span, *denial, self._speaker(sentence, denial), claim.speaker, kind, rule)

    def _speaker(self, sentence: Statement, denial: Span) -> str:
        inside = [a for a in sentence.said if denial[0] <= a.start < denial[1]] or sentence.said
        said = next((a for a in inside if a.kind not in {"document", "outlet"}), inside[0] if inside else None)
        return (said.speaker or said.outlet) if said else ""


def _known(name: str) -> str:
    """By what a speaker is told from another: the last word's beginning."""
    last = name.lower().replace("ё", "е").split()[-1:] or [""]
    return last[0][:5]


def _agree(word: str, following: str, language: str) -> bool:
    """Whether an adjective qualifies the noun behind it."""
    nouns = {(r.case, r.number, r.gender) for r in readings(following, language) if r.part == "NOUN"}
    return any(
        (r.case, r.number, r.gender) in nouns or (r.number == "plur" and any(n[:2] == (r.case, "plur") for n in nouns))
        for r in readings(word, language)
        if r.part in {"ADJF", "PRTF"}
    )

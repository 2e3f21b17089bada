"""Finds denials: the denying statement, the claim that it denies (anywhere in the text), and both speakers.

Cues first: words of denying, of falsehood, of ignorance, of answering against another; or a denial without such a word, where a
statement with a negation has words in common with what another said before. docs/tracing.md names each rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from monitor.lexicons import any_of, phrases
from monitor.model import Attribution, Denial
from monitor.text.morphology import readings
from monitor.trace.claims import WHETHER, Claim, Claims
from monitor.trace.closed import closed, closed_phrases
from monitor.trace.contradicting import BACK, HEARSAY, denied_by
from monitor.trace.deniers import Deniers
from monitor.trace.denying import Cue
from monitor.trace.passages import POINTS_BACK, SOME_TIME, THAT, WORD, Span, Statement, known_by
from monitor.trace.standing import AFTER_PREDICATE, DENYING

_THAT = closed("that")
_CONDITIONS, _AND, _STANDS_FOR = closed("condition"), closed("coordinator"), closed("stands_for")
_CORRECTING = ("correcting", "withdrawing", "himself")
_CALLING, _FAKE_HEADS = phrases("claiming", "calling"), phrases("claiming", "fake")
# A question put to somebody that others raise, his answer, and that it is not so.
_TURN = re.compile(r"\s*+(?:[AОВ]:|[—–-]\s)")
_YES = re.compile(rf"(?:[aов]:|[\s«“\"—–-])*+(?:{phrases('claiming', 'yes')})(?=\s*[,.!;:»”\"—–-])")
_ANSWERED = re.compile(rf"[«“\"]\s*+(?:{phrases('claiming', 'no')})\s*+[.,!]?+\s*+[»”\"]")
_FAKE = re.compile(rf"[^\w«“\"]*(?:{_FAKE_HEADS})\s*[:.]\s*")
_VERDICT = re.compile(rf"\W*(?:{phrases('claiming', 'verdict')})")
_CORRECTS = re.compile(rf"\W*(?:{phrases('claiming', 'corrects')})")
_AFTER = re.compile(rf"\b(?:{SOME_TIME})?(?:{phrases('claiming', 'after')})")
_MISSTATED = re.compile(rf"(?:{phrases('claiming', 'misstated')})\s+(?:(?:{any_of(_THAT)}) )?")
_SAID_SO = re.compile(rf"\b(?:{any_of(closed('said_so'))})\b|, (?:{any_of(closed('that', 'ru', 'uk'))})\b")
# Behind a denial that is a noun: "issued a denial of", "drew a denial from".
_DENIES_WHAT = re.compile(r"\b(?:of|that)\b")
_DENIER = re.compile(r"\s(?:from|by)\s")
# "…, a charge the observers call absurd".
_APPOSED = re.compile(rf"[,—–]\s(?:{any_of(closed('article', 'en'))})?\s?$")
_ASIDE = re.compile(rf",\s(?!(?:{any_of(closed('clause_of_content', 'ru', 'uk'))})\b)")
# "Фейком назвали объявление о выселении": what is called so, with what it is of.
_CALLED = re.compile(rf"(?:{_CALLING})[^.;:«“\"]{{0,40}}?\b(\w{{4,}} (?:{any_of(closed('about'), closed('that', 'en'))})\b)")
_CALLS = re.compile(rf"(?:{_CALLING})[^.;:«»“”\"]*$")
_ABOUT = re.compile(rf"\b(?:{any_of(closed('about'))})\b")
_BE = re.compile(
    rf"(?<![\s,—–-])[\s,—–-]*+(?:\b(?:{any_of(closed('is'))})\b[\s,—–-]*+){{0,6}}+(?:[«“\"]?\w{{1,20}}ly\s)?+[«“\"]?+$"
)
# "Не согласны с тем, что…": what is not so stands behind.
_WITH_THAT = re.compile(
    rf"\s(?:{any_of(closed('with_that'))})\s(?:{any_of(closed('that_fact'))}),\s(?:{any_of(closed('that', 'ru', 'uk'))})\s"
)
_WITH_THAT_FACT = re.compile(rf"\s(?:{any_of(closed('that_fact'))}),\s(?:{any_of(closed('that', 'ru', 'uk'))})\s")
# "«…» — fake, according to…": what is false stands before the dash.
_BEFORE_DASH = re.compile(rf"\s[—–-]\s(?:(?:{any_of(map(' '.join, closed_phrases('is_that')))}|a) )?$")
_NOTHING_CALLED = (
    POINTS_BACK
    | AFTER_PREDICATE - closed("article", "en") - closed("that", "en")
    | closed("preposition", "ru", "uk")
    | closed("coordinator")
)
_GUILT, _SUPPOSES = closed("guilt"), closed("supposes", "en")
_PREPOSITIONS = closed("preposition", "ru", "uk")
_NEAR_OBJECT = 4
"""Words before a verb within which its object may stand."""
_PUBLISHES = frozenset(["telegram", "outlet", "own_reporting"])
_SHORT = 3
"""A sentence of fewer words says no more than yes or no."""
_NEGATES = 8
"""Letters before a word within which a negation of it begins."""
_NEAR = 45
"""Letters between a verb and the noun for the claim that it denies."""


def find_denials(*, text: str, language: str, attributions: Sequence[Attribution]) -> tuple[Denial, ...]:
    """Every plain denial with its claim, by offset. `attributions` are the text's: they tell who claims and who denies.

    The claim is what the word of denial governs, or, where that only points back, what another said before, in a headline or
    behind. `speaker` is who is credited in the sentence that denies; `claimed_by` who is credited with the claim.
    """
    return tuple(_Reader(Claims(text, language, attributions)).read())


class _Reader:
    """Asks the rules of each sentence of one text."""

    def __init__(self, claims: Claims) -> None:
        self.claims = claims
        self.low, self.plain = claims.low, claims.plain
        self.sentences = claims.sentences
        self.deniers = Deniers(claims)
        self._found: dict[int, Claim | None] = {}

    def read(self) -> list[Denial]:
        """The denials of the text, each once, in order."""
        told: list[Denial] = []
        for i, sentence in enumerate(self.sentences):
            if not sentence.words or sentence.words[0] in _CONDITIONS or self._is_inverted(sentence):
                continue
            found = next((denial for rule in _RULES if (denial := rule(self, i, sentence))), None)
            if found and not any(_is_told_again(found, before) for before in told):
                told.append(found)
                self.claims.denying_in.add(i)
        return told

    def _is_inverted(self, sentence: Statement) -> bool:
        """ "Should the ministry deny it, …": supposed."""
        return sentence.words[0] in _SUPPOSES and self.plain[sentence.end - 1] != "?" and self.claims.language == "en"

    # The rules: each sees one sentence, by its number

    def correcting(self, i: int, sentence: Statement) -> Denial | None:
        """Whoever made a claim takes it back: "мы ошиблись", "Correction: …"."""
        if made := self._erred(i, sentence):
            return made
        cue = sentence.cue(*_CORRECTING)
        if cue is None:
            return None
        end = sentence.place(cue)[1]
        noun = self.claims.claim_noun(sentence, end, sentence.end) if cue.section == "withdrawing" else None
        if (
            noun
            and self.claims.says_what(noun)
            and (made := self._within(self.claims.to_end(noun[0], sentence), i, "correcting"))
        ):
            return replace(made, kind="correction")
        misstated = self.claims.search("misstated", end, sentence.end, _MISSTATED)
        says_what = misstated and _SAID_SO.search(misstated[0]) and i + 1 < len(self.sentences)  # and behind it what is so
        if not says_what and (claim := self._taken_back(i, sentence, cue)):
            return self._with(claim, sentence, "correcting", kind="correction")
        if misstated:
            claim_span = self.claims.to_end(misstated.end(), sentence)
            if claim_span and says_what:
                return self._with(self.claims.claim(claim_span), self.sentences[i + 1], "correcting", kind="correction")
            made = self._within(self.claims.to_end(misstated.end(), sentence), i, "correcting")
            return replace(made, kind="correction") if made else None
        if cue.entry == "backtracked":  # from what his side had said
            back = [claim for k in range(i - 1, max(-1, i - 1 - BACK), -1) for claim in self.claims.claims(k)]
            claim = next((claim for claim in back if claim.kind == "official"), None)
            return self._with(claim, sentence, "correcting", kind="correction") if claim else None
        return None

    def _erred(self, i: int, sentence: Statement) -> Denial | None:
        """What was reported here before, where it was headed as a correction, or is said to have been wrong."""
        erred = self.claims.search("erred", sentence.start, sentence.end)
        for k in range(i - 1, max(-1, i - 1 - (BACK if erred else 1)), -1):
            before = self.sentences[k]
            own = self.claims.search("own_report", before.start, before.end)
            headed = any(_CORRECTS.match(self.low, self.sentences[n].start, self.sentences[n].end) for n in (k, k - 1) if n >= 0)
            that = THAT.search(self.low, own.end(), before.end) if own else None
            span = self.claims.trimmed(that.end(), before.end) if that else None
            claim = self.claims.claim(span) if span else None
            if claim and (erred or (headed and self._says_otherwise(claim, before, i))):
                made = self._with(claim, sentence, "correcting", kind="correction")
                # "It was another. We apologize": what is so stands between
                return replace(made, denial_start=self.sentences[k + 1].start) if made else None
            for claim in self.claims.claims(k) if erred else ():
                if claim.kind in _PUBLISHES and claim.speaker and self._speaks_of(sentence, claim.speaker):
                    return self._with(claim, sentence, "correcting", kind="correction")
        return None

    def _says_otherwise(self, claim: Claim, before: Statement, i: int) -> bool:
        """Whether what stands under the heading of a correction says something else than what was reported in the sentence
        before, or the next one that this was wrong."""
        sentence, behind = self.sentences[i], self.sentences[i + 1 : i + 2]
        if sentence.negated or sentence.cue("false", "really", "never", *_CORRECTING, *DENYING):
            return True
        if any((pair, 1 - side) in claim.sides for pair, side, _ in sentence.sides):
            return True
        if sentence.figures - claim.figures and claim.figures:
            return True
        named, other = ({s.stems[n] for n, is_name in enumerate(s.is_name) if is_name} for s in (before, sentence))
        if named and other - named and not _STANDS_FOR.isdisjoint(sentence.words):
            return True  # "It is in Lipsk"
        return any(self.claims.search("erred", s.start, s.end) for s in behind)

    def _speaks_of(self, sentence: Statement, speaker: str) -> bool:
        return known_by(speaker) in sentence.stems or any(known_by(a.speaker) == known_by(speaker) for a in sentence.said)

    def _taken_back(self, i: int, sentence: Statement, cue: Cue) -> Claim | None:
        """What he himself had said, or an outlet, or what a correction has words in common with."""
        by_outlet = cue.section != "himself" and not cue.entry.endswith(":")
        deniers = {known_by(a.speaker or a.outlet) for a in sentence.said}
        stems = self.claims.stems(sentence.start, sentence.end)
        for k in (*range(i - 1, max(-1, i - 1 - BACK), -1), i + 1):
            for claim in self.claims.claims(k) if 0 <= k < len(self.sentences) else ():
                if cue.section == "himself":
                    if claim.speaker and known_by(claim.speaker) in deniers and self._turns(claim, sentence):
                        return claim
                elif claim.stems & stems or (by_outlet and claim.kind == "outlet"):
                    return claim
        return None

    def _turns(self, claim: Claim, sentence: Statement) -> bool:
        """Whether what he admits may be the contrary of what he said: one of the two is negative, or he was misunderstood."""
        misunderstood = not any(word in _ADMITS for word in sentence.words)
        made_up = any(cue.section == "false" for cue in self.claims.denying.cues(sentence.words))  # "that he made it up"
        return misunderstood or made_up or claim.is_negative != bool(sentence.negated) or bool(claim.figures)

    def exposed(self, i: int, sentence: Statement) -> Denial | None:
        """ "Fake: «…»", and behind it what is so."""
        before = self.sentences[i - 1] if i else sentence
        headed = _FAKE.match(self.low, before.start, before.end) if i else None
        if not headed and i > 1 and len(self.sentences[i - 2].words) < _SHORT and self.plain[before.start] in '«“"':
            headed = _FAKE.match(self.low, self.sentences[i - 2].start, self.sentences[i - 2].end)
        corrects = sentence.said or sentence.negated or sentence.cue("really", "unchanged")
        claim = self.claims.trimmed(max(before.start, headed.end()), before.end) if headed and corrects else None
        return self._with(self.claims.claim(claim), sentence, "exposed") if claim else None

    def answered(self, i: int, sentence: Statement) -> Denial | None:
        """Asked whether it is so, somebody says no: in the sentence itself, or in the one behind the question."""
        asked = self.claims.search("whether", sentence.start, sentence.end, WHETHER)
        answer = _ANSWERED.search(self.low, asked.end(), sentence.end) if asked else None
        if asked and answer:
            said = [a.start for a in sentence.said if asked.end() < a.start < answer.start()]
            comma = self.plain.find(",", asked.end(), min([answer.start(), *said]))
            end = min([answer.start(), *said, comma if comma > 0 else answer.start()])
            return self._within(self.claims.trimmed(asked.end(), end), i, "answered", at=answer.start())
        if put := self._answers_put(sentence):
            return put
        if not sentence.signs["answered"]:
            return None
        noun = self.claims.claim_noun(sentence, sentence.start, sentence.end)
        if noun and self.claims.says_what(noun):
            return self._within(self.claims.to_end(noun[0], sentence), i, "answered", at=sentence.start)
        return self._answers_question(i, sentence) if i else None

    def _answers_put(self, sentence: Statement) -> Denial | None:
        """An interviewer puts to somebody what others say of him, and the answer contradicts it."""
        line = self.plain.rfind("\n", 0, sentence.start + 1) + 1
        first = next((s for s in self.sentences if s.start >= line), sentence)
        if not line or first is not sentence or not _TURN.match(self.plain, line, sentence.end):
            return None
        asking = [s for s in self.sentences if self.plain.rfind("\n", 0, line - 1) < s.start < line]
        put = next(((s, found) for s in asking if (found := self.claims.search("put", s.start, s.end))), None)
        if put is None or _YES.match(self.low, line, sentence.end):
            return None
        claim = self.claims.trimmed(self.claims.led(put[1].end(), put[0].end), put[0].end)
        answer = [s for s in self.sentences if line <= s.start and "\n" not in self.plain[line : s.end]][:2]
        if any(s.signs["declines"] for s in answer) or not any(map(self._objects, answer)):
            return None
        denial = self.claims.trimmed(sentence.start, answer[-1].end)
        if claim is None or denial is None:
            return None
        return Denial(*claim, *denial, self.deniers.of(answer[-1], denial), rule="answered")

    def _objects(self, sentence: Statement) -> bool:
        """Whether an answer may deny what is put to somebody: it negates, denies by a word, asks back, or says the contrary."""
        if sentence.negated or self.plain[sentence.end - 1] == "?" or sentence.cue("false", "countering", "never", *DENYING):
            return True
        return self._denied(self.sentences.index(sentence)) is not None

    def _answers_question(self, i: int, sentence: Statement) -> Denial | None:
        question = self.sentences[i - 1]
        asked = self.claims.search("whether", question.start, question.end, WHETHER)
        claim = self.claims.trimmed(asked.end(), question.end) if asked and self.plain[question.end - 1] == "?" else None
        if claim is None:
            return None
        goes_on = len(sentence.words) < _SHORT and i + 1 < len(self.sentences)  # "No. The bill has not passed."
        denial = self.claims.trimmed(sentence.start, self.sentences[i + 1].end if goes_on else sentence.end)
        return Denial(*claim, *denial, self.deniers.of(sentence, denial), rule="answered") if denial else None

    def prompted(self, _: int, sentence: Statement) -> Denial | None:
        """A denial "after" another said so, in one sentence: "There was no list, he said, after the paper wrote of one"."""
        if len(sentence.said) < 2:
            return None
        denies, claims = sentence.said[0], sentence.said[-1]
        after = self.claims.search("after", denies.end, claims.start, _AFTER)
        claim = self.claims.content(claims.end, sentence.end) if after else None
        denial = self.claims.trimmed(sentence.start, after.start()) if after else None
        contradicts = any(cue.section in {"never", "false"} and sentence.place(cue)[0] < denies.start for cue in sentence.cues)
        if claim is None or denial is None or not contradicts:
            return None
        return Denial(*claim, *denial, self.deniers.of(sentence, denial), claims.speaker or claims.outlet, rule="prompted")

    def nominal(self, i: int, sentence: Statement) -> Denial | None:
        """A denial that is a noun: "issued a denial of …", "the report drew a denial from …"."""
        if issues := self.claims.search("issues", sentence.start, sentence.end):
            noun = self.claims.claim_noun(sentence, issues.end(), sentence.end)
            what = _DENIES_WHAT.search(self.low, issues.end(), min(sentence.end, issues.end() + _NEAR))
            at = noun[0] if noun and self.claims.says_what(noun) else what.end() if what else -1
            made = self._within(self.claims.to_end(at, sentence), i, "nominal", at=issues.start()) if at > 0 else None
            return replace(made, speaker=made.speaker or self.deniers.doing(sentence, issues.start())) if made else None
        drew = self.claims.search("drew", sentence.start, sentence.end)
        claim = self.claims.trimmed(sentence.start, drew.start()) if drew else None
        denial = self.claims.trimmed(drew.start(), sentence.end) if drew else None
        if claim is None or denial is None:
            return None
        who = _DENIER.search(self.low, *denial)
        speaker = self.deniers.behind(sentence, who.end()) if who else ""
        return Denial(*claim, *denial, speaker or self.deniers.of(sentence, denial), rule="nominal")

    def commented(self, i: int, sentence: Statement) -> Denial | None:
        """A denial beside the claim on which it comments: "Nobody leaves, he said, commenting on reports that …"."""
        cue = self.claims.search("commented", sentence.start, sentence.end)
        noun = self.claims.claim_noun(sentence, cue.end(), sentence.end) if cue else None
        if cue is None or noun is None or noun[0] - cue.end() > _NEAR or not self.claims.says_what(noun):
            return None
        if sentence.signs["declines"] or any(0 <= cue.start() - sentence.starts[n] < _NEGATES for n in sentence.negated):
            return None  # "they do not comment on reports that …"
        stop = _ASIDE.search(self.low, noun[1], sentence.end) if cue.start() == sentence.start else None
        claim = self.claims.trimmed(noun[0], stop.start() if stop else sentence.end)
        if claim is None:
            return None
        negated = [sentence.starts[n] for n in sentence.negated if not claim[0] <= sentence.starts[n] < claim[1]]
        if negated or sentence.cue("false", "never"):
            return self._within(claim, i, "commented", at=min(negated, default=-1))
        before = self.sentences[i - 1] if i else sentence  # "«…» So he commented on reports that …"
        if sentence.words[0] in _LIKE_THAT and before.negated and not before.said:
            denial = self.claims.trimmed(before.start, before.end)
            return Denial(*claim, *denial, self.deniers.of(sentence, claim), rule="commented") if denial else None
        return None

    def denying(self, i: int, sentence: Statement) -> Denial | None:
        """A verb of denial: "опровергла слухи о…", "denied that…", "this she denies"."""
        cue = sentence.cue(*DENYING)
        if cue is None:
            return None
        local = self._fronted(sentence, cue) if self._is_passive(sentence, cue) else self._governed(sentence, cue)
        local = local or self._fronted(sentence, cue)
        if local is not None:
            return self._within(local, i, "denying", at=sentence.place(cue)[0])
        if cue.section == "dismissing" and not self._points_back(sentence, cue):
            return None
        return self._elsewhere(i, sentence, "denying")

    def _is_passive(self, sentence: Statement, cue: Cue) -> bool:
        """Whether what is denied is the verb's subject: "were denied by", "опровергнуты", "відкинуто"."""
        if self.claims.language == "en":
            return _is_done(sentence, cue)
        return any(r.part == "PRTS" or "Impe" in r.marks for r in readings(sentence.words[cue.first], self.claims.language)[:1])

    def against(self, i: int, sentence: Statement) -> Denial | None:
        """ "Contrary to reports that …, the embassy said …"."""
        cue = sentence.cue("against")
        if cue and (that := _WITH_THAT_FACT.match(self.low, sentence.place(cue)[1], sentence.end)):
            claim = self._aside(that.end(), sentence)
            return self._within(claim, i, "against", at=self._next_word(claim[1])) if claim else None
        noun = self.claims.claim_noun(sentence, sentence.place(cue)[1], sentence.end) if cue else None
        if cue is None or noun is None or noun[0] - sentence.place(cue)[1] > 20 or not self.claims.says_what(noun):
            return None
        stop = _ASIDE.search(self.low, noun[1], sentence.end)
        return self._within(self.claims.trimmed(noun[0], stop.start() if stop else sentence.end), i, "against")

    def _next_word(self, at: int) -> int:
        """Where the next word or quotation begins."""
        return next((n for n in range(at, len(self.plain)) if self.plain[n].isalnum() or self.plain[n] in '«“"'), at)

    def _aside(self, start: int, sentence: Statement) -> Span | None:
        """What "contrary to what …" says: the clause, or that within it which somebody said."""
        stop = _ASIDE.search(self.low, start, sentence.end)
        inner = THAT.search(self.low, start, sentence.end)
        if inner and stop and inner.start() <= stop.start() + 2:
            start, stop = inner.end(), _ASIDE.search(self.low, inner.end(), sentence.end)
        return self.claims.trimmed(start, stop.start()) if stop else None

    def false(self, i: int, sentence: Statement) -> Denial | None:
        """What says that something is untrue: "это фейк", "reports that … are false"."""
        cue = sentence.cue("false")
        if cue is None:
            return None
        if (head := _FAKE.match(self.low, sentence.start, sentence.end)) and i + 1 < len(self.sentences):
            return self._headed(i, sentence, head)
        if (verdict := _VERDICT.match(self.low, sentence.start, sentence.end)) or len(sentence.words) == 1:
            asked = next((k for k in range(i) if self.sentences[k].signs["asked"] and self.claims.claims(k)), None)
            if asked is not None and len(sentence.words) <= _SHORT + bool(verdict):
                made = self._with(self.claims.claims(asked)[0], sentence, "false")
                return replace(made, speaker="") if made else None
        at = sentence.place(cue)
        if apposed := self._apposed(sentence, at):
            return apposed
        that = THAT.match(self.low, at[1], sentence.end) or THAT.match(self.low, at[1] + 1, sentence.end)
        that = that or (THAT.match(self.low, at[1] + 2, sentence.end) if self.plain[at[1] : at[1] + 1] in '”"»' else None)
        dash = _BEFORE_DASH.search(self.low, max(sentence.start, at[0] - 12), at[0])
        told = self.claims.trimmed(sentence.start, dash.start()) if dash else None
        if told and len(WORD.findall(self.low, *told)) < _SHORT:
            told = None
        local = self.claims.to_end(that.end(), sentence) if that else self._named(sentence, at) or told
        supposedly = self.claims.search("supposedly", at[1], sentence.end) if local is None else None
        local = self.claims.to_end(supposedly.end(), sentence) if supposedly else local
        return self._within(local, i, "false", at=at[0]) if local else self._elsewhere(i, sentence, "false")

    def _headed(self, i: int, sentence: Statement, head: re.Match[str]) -> Denial | None:
        """ "Fake: …", where what stands behind does not say what is so."""
        claim = self.claims.trimmed(head.end(), sentence.end)
        if claim is None or self.exposed(i + 1, self.sentences[i + 1]):
            return None
        start = next(at for at in range(sentence.start, sentence.end) if self.plain[at].isalnum())
        return Denial(*claim, start, head.end(0) - len(head[0].lstrip()) + len(head[0].strip().rstrip(":. ")), "", rule="false")

    def _apposed(self, sentence: Statement, cue: Span) -> Denial | None:
        """ "…, a charge the observers call absurd": the noun for what stands before it is called false."""
        for noun in (sentence.place(c) for c in sentence.cues if c.section == "claim" and sentence.place(c)[0] < cue[0]):
            opened = _APPOSED.search(self.low[max(sentence.start, noun[0] - 5) : noun[0]])
            if opened is None or not _CALLS.search(self.low[noun[1] : cue[0]]):
                continue
            said = [a for a in sentence.said if a.end < noun[0]]
            claim = self.claims.content(sentence.start, min([a.start for a in said if a.start > sentence.start] or [noun[0] - 1]))
            denial = self.claims.trimmed(noun[0] - len(opened[0]), sentence.end)
            if claim and denial and claim[1] <= denial[0]:
                return Denial(*claim, *denial, self.deniers.of(sentence, denial), rule="false")
        return None

    def ignorance(self, i: int, sentence: Statement) -> Denial | None:
        """ "He had no knowledge of …": what is not known of is denied."""
        cue = sentence.cue("ignorance")
        if cue is None or not sentence.said:
            return None
        return self._within(self.claims.clause(sentence.place(cue)[1], sentence), i, "ignorance")

    def countering(self, i: int, sentence: Statement) -> Denial | None:
        """An answer against another: "возразил", "disagreed"."""
        cue = sentence.cue("countering")
        if cue is None:
            return None
        thing = _WITH_THAT.match(self.low, sentence.place(cue)[1], sentence.end)
        local = self.claims.to_end(thing.end(), sentence) if thing else self._named(sentence, sentence.place(cue))
        if local:
            return self._within(local, i, "countering", at=sentence.place(cue)[0])
        if found := self._elsewhere(i, sentence, "countering"):
            return found
        # Who answers where a text begins answers what stands behind
        behind = self.claims.claims(1) if i == 0 and len(self.sentences) > 1 else []
        told = next((claim for claim in behind if claim.kind in HEARSAY and sentence.negated and not claim.is_negative), None)
        return self._with(told, sentence, "countering") if told else None

    def contrary(self, i: int, sentence: Statement) -> Denial | None:
        """The contrary of what another said: "никто не уезжал, сказали в части"."""
        return None if sentence.cue("countering") else self._elsewhere(i, sentence, "contrary")

    def never(self, i: int, sentence: Statement) -> Denial | None:
        """ "Никакой мобилизации не планируется", "there is no talk of …", where nobody is seen to claim it."""
        cue = next((cue for cue in sentence.cues if cue.section == "never" and not cue.entry.startswith("there ")), None)
        if cue is None or not any(a.kind == "official" for a in sentence.said):
            return None
        told = [claim for claim in self.claims.claims(i - 1) if claim.kind in HEARSAY] if i else []
        told = [claim for claim in told if not claim.stems.isdisjoint(sentence.stems)]
        if told and not any(known_by(a.speaker) == known_by(told[-1].speaker) for a in sentence.said):
            return self._with(told[-1], sentence, "never")
        start, end = sentence.place(cue)
        before = sentence.words[cue.first - 1] if cue.first else ""
        if before in _AND or before in _STANDS_FOR:
            return None  # "he has not fled and is not going to", "it is not planned": what, the sentence leaves to the one before
        about = _ABOUT.search(self.low, end, sentence.end)
        span = self.claims.clause(about.start() if about else end, sentence) or self.claims.clause_before(start, sentence)
        span = self._affirmed(span, sentence) if span else None
        if span and not POINTS_BACK.isdisjoint(WORD.findall(self.low, *span)) and i and self.sentences[i - 1].cues:
            return None  # "this order they will not change": what it is, the sentence before says
        return self._within(span, i, "never")

    def _affirmed(self, span: Span, sentence: Statement) -> Span | None:
        """What is denied, without what denies it: "the raid" of "there was no raid at all", "облавы" of "облавы не было"."""
        places = [(sentence.starts[i], sentence.starts[i] + len(sentence.words[i])) for i in sentence.negated]
        inside = [place for place in places if span[0] <= place[0] < span[1]]
        span = (self.claims.led(*span), span[1])
        while inside and self.claims.trimmed(span[0], inside[0][0]) is None:
            span = (inside.pop(0)[1], span[1])
        return self.claims.trimmed(span[0], inside[0][0] if inside else span[1])

    # What is denied within the sentence

    def _points_back(self, sentence: Statement, cue: Cue) -> bool:
        """Whether a pronoun or a noun for a claim stands beside the verb, and says no more: "опроверг эту информацию"."""
        near = sentence.words[max(0, cue.first - 3) : cue.last + 4]
        return any(word in POINTS_BACK for word in near) or any(abs(i - cue.first) <= 3 for i in sentence.numbers("claim"))

    def _governed(self, sentence: Statement, cue: Cue) -> Span | None:
        """What the verb denies, where it stands behind it."""
        start, end = sentence.place(cue)
        if re.search(r"[,—–]\s*$", self.plain[max(sentence.start, start - 3) : start]) and not self.claims.is_of_what(end):
            return None  # "The call-up goes on, lawyers object": who denies stands behind
        if re.match(r"\s*+[:,—–]?+\s*+[«“\"]|\s*+:", self.plain[end : end + 4]):
            return None
        that = THAT.search(self.low, end, min(sentence.end, end + 60))
        if (
            that
            and self.plain[that.end() : that.end() + 1].isalnum()
            and not re.search(r"[,;:«“\"]\s*\w", self.plain[end : that.start()])
            and _AND.isdisjoint(WORD.findall(self.low, end, that.start()))  # "denies guilt and says that…"
            and not self.claims.claim_noun(sentence, end, that.start())
        ):
            return self.claims.to_end(that.end(), sentence)
        noun = self.claims.claim_noun(sentence, end, sentence.end)
        if noun and noun[0] - end < _NEAR:
            return self.claims.to_end(noun[0], sentence) if self.claims.says_what(noun) else None
        following = next((sentence.words[i] for i, start in enumerate(sentence.starts) if start >= end), "")
        points_back = following in POINTS_BACK and following not in _HIS
        if cue.section == "dismissing" or not following or points_back or following in _GOVERNS_NOTHING:
            return None
        return self.claims.clause(end, sentence)

    def _fronted(self, sentence: Statement, cue: Cue) -> Span | None:
        """What the verb denies, where it stands before it: "слухи о закрытии рынка мэр опроверг". English has no such order."""
        at = sentence.place(cue)[0]
        is_passive = _is_done(sentence, cue)
        noun = self.claims.claim_noun(sentence, sentence.start, at) if self.claims.language != "en" or is_passive else None
        if noun is None and self.claims.language != "en" and cue.section == "denying":
            return self._object_before(sentence, cue)
        if noun is None or not self.claims.says_what(noun) or re.search(r"[.;:«»“”\"]", self.plain[noun[0] : at]):
            return None
        end = min([at, *(a.start for a in sentence.said if noun[1] < a.start < at)])
        be = _BE.search(self.low, noun[1], end) if is_passive else None
        return self.claims.unjoined(noun[0], be.start() if be else end, sentence)

    def _object_before(self, sentence: Statement, cue: Cue) -> Span | None:
        """A noun before the verb that can only be its object: "побои следователь отрицает", "принуждение в штабе отрицают"."""
        language = self.claims.language
        verb = next((r for r in readings(sentence.words[cue.first], language) if r.part == "VERB"), None)
        if verb is None:
            return None
        has_subject = False
        for i in range(cue.first - 1, max(-1, cue.first - 1 - _NEAR_OBJECT), -1):
            behind = self.low[sentence.starts[i] + len(sentence.words[i]) : sentence.starts[i + 1]]
            if behind.strip() or sentence.words[i] in POINTS_BACK:
                return None  # another clause, or the object stands elsewhere
            found = [r for r in readings(sentence.words[i], language) if r.part in {"NOUN", "NPRO", "ADJF"}]
            preposition = i > 0 and sentence.words[i - 1] in _PREPOSITIONS
            if preposition or not found or not any(r.case == "accs" for r in found):
                has_subject = has_subject or (not preposition and any(r.case == "nomn" for r in found))
                continue
            subject = not has_subject and any(
                r.case == "nomn" and (not verb.number or r.number in {"", verb.number}) for r in found
            )
            owned = i > 0 and any(r.case == "gent" for r in found) and self._is_noun(sentence.words[i - 1])
            if found[0].part == "NOUN" and not subject and not owned and sentence.words[i] not in _GUILT:
                ends = (sentence.starts[k] for k in range(i + 1, cue.first) if self._ends_object(sentence, k))
                stop = next(ends, sentence.starts[cue.first])
                said = [a.start for a in sentence.said if sentence.starts[i] < a.start < stop]
                return self.claims.trimmed(sentence.starts[i], min([stop, *said]))
        return None

    def _is_noun(self, word: str) -> bool:
        return any(r.part == "NOUN" for r in readings(word, self.claims.language)[:1])

    def _ends_object(self, sentence: Statement, i: int) -> bool:
        """Whether a word behind an object is none that belongs to it: no genitive."""
        return not any(
            r.case == "gent" and r.part in {"NOUN", "ADJF"} for r in readings(sentence.words[i], self.claims.language)[:1]
        )

    def _named(self, sentence: Statement, cue: Span) -> Span | None:
        """A noun for a claim with what it is of, before or behind the words that say it is false."""
        before = self.claims.claim_noun(sentence, sentence.start, cue[0])
        if before and self.claims.says_what(before):
            be = _BE.search(self.low, before[1], cue[0])
            end = be.start() if be else cue[0]
            said = [a.start for a in sentence.said if before[1] < a.start < end]
            return self.claims.trimmed(before[0], min([end, *said]))
        behind = self.claims.claim_noun(sentence, cue[1], sentence.end)
        if behind:
            return self.claims.to_end(behind[0], sentence) if self.claims.says_what(behind) else None
        called = _CALLED.search(self.low, cue[1], sentence.end)
        if called:
            return self.claims.to_end(called.start(1), sentence)
        return self._called(sentence, cue)

    def _called(self, sentence: Statement, cue: Span) -> Span | None:
        """What somebody calls false, where it stands behind: "назвал уткой законопроект о…", "dismissed as fake a video…"."""
        if not _CALLS.search(self.low[max(sentence.start, cue[0] - 40) : cue[0]]):
            return None
        following = WORD.match(self.low, cue[1] + 1) if self.plain[cue[1] : cue[1] + 1] == " " else None
        return self.claims.to_end(following.start(), sentence) if following and following[0] not in _NOTHING_CALLED else None

    # The pair

    def _within(self, claim: Span | None, i: int, rule: str, at: int = -1) -> Denial | None:
        """A pair within one sentence: the denial is what is left of it, on the side of a place where that is given."""
        sentence = self.sentences[i]
        if claim is None:
            return None
        sides = [self.claims.trimmed(sentence.start, claim[0]), self.claims.trimmed(claim[1], sentence.end)]
        kept = [side for side in sides if side]
        if not kept:
            return None
        longest = max(kept, key=lambda side: side[1] - side[0])
        says = next((side for side in kept for a in sentence.said if side[0] <= a.start < side[1]), longest)
        denial = next((side for side in kept if side[0] <= at < side[1]), says)
        speaker = self.deniers.of(sentence, denial)
        text = self.claims.text
        if speaker and speaker in text[slice(*claim)] and speaker not in text[slice(*denial)]:
            speaker = self.deniers.subject(sentence)
        return Denial(*claim, *denial, speaker, self._claimant(claim, speaker), rule=rule)

    def _claimant(self, claim: Span, denier: str) -> str:
        """Who said before what a denial speaks of: "despite the authorities' assurances that …"."""
        stems = self.claims.stems(*claim)
        earlier = [c for k, s in enumerate(self.sentences) if s.end <= claim[0] for c in self.claims.claims(k) if c.speaker]
        alike = [(len(c.stems & stems), c.speaker) for c in earlier if known_by(c.speaker) != known_by(denier)]
        return max(alike, key=lambda found: found[0], default=(0, ""))[1] if any(n >= 2 for n, _ in alike) else ""

    def _denied(self, i: int) -> Claim | None:
        """The claim elsewhere that a sentence denies: of one sentence several rules ask."""
        if i not in self._found:
            self._found[i] = denied_by(self.claims, i)
        return self._found[i]

    def _elsewhere(self, i: int, sentence: Statement, rule: str) -> Denial | None:
        """A pair with a claim elsewhere, where enough says that it is one."""
        claim = self._denied(i)
        return self._with(claim, sentence, rule) if claim else None

    def _with(self, claim: Claim, sentence: Statement, rule: str, kind: str = "denial") -> Denial | None:
        denial = self.claims.trimmed(sentence.start, sentence.end)
        if denial is None:
            return None
        return Denial(*claim.span, *denial, self.deniers.of(sentence, denial), claim.speaker, kind, rule)


def _is_done(sentence: Statement, cue: Cue) -> bool:
    """ "Were denied", "were flatly contradicted"."""
    at = cue.first - 1
    while at > 0 and sentence.words[at].endswith("ly"):
        at -= 1
    return at >= 0 and sentence.words[at] in _BE_DONE


def _is_told_again(denial: Denial, before: Denial) -> bool:
    """Whether one before stands in the same words, or the same speaker goes on to deny the same claim."""
    if before.denial_start < denial.denial_end and denial.denial_start < before.denial_end:
        return True
    same_claim = before.claim_start < denial.claim_end and denial.claim_start < before.claim_end
    if same_claim and denial.rule == "correcting":
        return True
    return same_claim and before.kind == denial.kind and known_by(before.speaker) == known_by(denial.speaker)


_ADMITS = closed("admits")
_LIKE_THAT = closed("like_that")
_HIS, _BE_DONE = closed("possessive", "en"), closed("passive", "en") - {"to"}
_GOVERNS_NOTHING = closed("and") | closed("against", "ru", "uk")
_RULES: tuple[Callable[[_Reader, int, Statement], Denial | None], ...] = (
    _Reader.correcting, _Reader.exposed, _Reader.answered, _Reader.prompted, _Reader.nominal, _Reader.commented,
    _Reader.denying, _Reader.against, _Reader.false, _Reader.ignorance, _Reader.countering, _Reader.contrary, _Reader.never,
)  # fmt: skip
"""In order: the first that finds a denial in a sentence is the sentence's."""

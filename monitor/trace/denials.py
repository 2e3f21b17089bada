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
from monitor.text import WRITTEN_WORD
from monitor.trace.answers import answered
from monitor.trace.claims import Claims
from monitor.trace.closed import closed, closed_phrases
from monitor.trace.contradicting import HEARSAY
from monitor.trace.corrections import correcting
from monitor.trace.denied import (
    ASIDE,
    CALLS_IT,
    COORDINATORS,
    NEAR_VERB,
    affirmed,
    aside,
    fronted,
    governed,
    is_passive,
    named,
    next_word,
    points_back,
)
from monitor.trace.pairs import SHORT_ANSWER, STANDS_FOR, Pairs
from monitor.trace.passages import POINTS_BACK, SOME_TIME, THAT, Span, Statement, known_by
from monitor.trace.standing import DENYING

_CONDITIONS = closed("condition")
_FAKE_HEADS = phrases("claiming", "fake")
_FAKE = re.compile(rf"[^\w«“\"]*(?:{_FAKE_HEADS})\s*[:.]\s*")
_VERDICT = re.compile(rf"\W*(?:{phrases('claiming', 'verdict')})")
_AFTER = re.compile(rf"\b(?:{SOME_TIME})?(?:{phrases('claiming', 'after')})")
# Behind a denial that is a noun: "issued a denial of", "drew a denial from".
_DENIES_WHAT = re.compile(r"\b(?:of|that)\b")
_DENIER = re.compile(r"\s(?:from|by)\s")
# "…, a charge the observers call absurd".
_APPOSED = re.compile(rf"[,—–]\s(?:{any_of(closed('article', 'en'))})?\s?$")
_ABOUT = re.compile(rf"\b(?:{any_of(closed('about'))})\b")
# "Не согласны с тем, что…": what is not so stands behind.
_WITH_THAT = re.compile(
    rf"\s(?:{any_of(closed('with_that'))})\s(?:{any_of(closed('that_fact'))}),\s(?:{any_of(closed('that', 'ru', 'uk'))})\s"
)
_WITH_THAT_FACT = re.compile(rf"\s(?:{any_of(closed('that_fact'))}),\s(?:{any_of(closed('that', 'ru', 'uk'))})\s")
# "«…» — fake, according to…": what is false stands before the dash.
_BEFORE_DASH = re.compile(rf"\s[—–-]\s(?:(?:{any_of(map(' '.join, closed_phrases('is_that')))}|a) )?$")
_SUPPOSES = closed("supposes", "en")
_ASIDE = 3
"""Letters between a word that calls something false and who says so."""
_NEGATES = 8
"""Letters before a word within which a negation of it begins."""


def find_denials(*, text: str, language: str, attributions: Sequence[Attribution]) -> tuple[Denial, ...]:
    """Every plain denial with its claim, by offset. `attributions` are the text's: they tell who claims and who denies.

    The claim is what the word of denial governs, or, where that only points back, what another said before, in a headline or
    behind. `speaker` is who is credited in the sentence that denies; `claimed_by` who is credited with the claim.
    """
    return tuple(_read(Pairs(Claims(text, language, attributions))))


def _read(pairs: Pairs) -> list[Denial]:
    """The denials of the text, each once, in order."""
    denials: list[Denial] = []
    for i, sentence in enumerate(pairs.sentences):
        if not sentence.words or sentence.words[0] in _CONDITIONS or _is_inverted(pairs, sentence):
            continue
        found = next((denial for rule in _RULES if (denial := rule(pairs, i, sentence))), None)
        if found and not any(_is_told_again(found, before) for before in denials):
            denials.append(found)
            pairs.claims.denying_in.add(i)
    return denials


def _is_inverted(pairs: Pairs, sentence: Statement) -> bool:
    """ "Should the ministry deny it, …": supposed."""
    return sentence.words[0] in _SUPPOSES and pairs.plain[sentence.end - 1] != "?" and pairs.claims.language == "en"


def exposed(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """ "Fake: «…»", and behind it what is so."""
    before = pairs.sentences[i - 1] if i else sentence
    headed = _FAKE.match(pairs.low, before.start, before.end) if i else None
    if not headed and i > 1 and len(pairs.sentences[i - 2].words) < SHORT_ANSWER and pairs.plain[before.start] in '«“"':
        headed = _FAKE.match(pairs.low, pairs.sentences[i - 2].start, pairs.sentences[i - 2].end)
    corrects = sentence.said or sentence.negated or sentence.cue("really", "unchanged")
    claim = pairs.claims.trimmed(max(before.start, headed.end()), before.end) if headed and corrects else None
    return pairs.with_claim(pairs.claims.claim(claim), sentence, "exposed") if claim else None


def prompted(pairs: Pairs, _: int, sentence: Statement) -> Denial | None:
    """A denial "after" another said so, in one sentence: "There was no list, he said, after the paper wrote of one"."""
    if len(sentence.said) < 2:
        return None
    denies, claims = sentence.said[0], sentence.said[-1]
    after = pairs.claims.search("after", denies.end, claims.start, _AFTER)
    claim = pairs.claims.content(claims.end, sentence.end) if after else None
    denial = pairs.claims.trimmed(sentence.start, after.start()) if after else None
    contradicts = any(cue.section in {"never", "false"} and sentence.place(cue)[0] < denies.start for cue in sentence.cues)
    contradicts = contradicts or any(sentence.starts[n] < claims.start for n in sentence.negated)
    if claim is None or denial is None or not contradicts:
        return None
    return Denial(*claim, *denial, pairs.deniers.of(sentence, denial), claims.speaker or claims.outlet, rule="prompted")


def nominal(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """A denial that is a noun: "issued a denial of …", "the report drew a denial from …"."""
    if issues := pairs.claims.search("issues", sentence.start, sentence.end):
        noun = pairs.claims.claim_noun(sentence, issues.end(), sentence.end)
        what = _DENIES_WHAT.search(pairs.low, issues.end(), min(sentence.end, issues.end() + NEAR_VERB))
        at = noun[0] if noun and pairs.claims.says_what(noun) else what.end() if what else -1
        made = pairs.within(pairs.claims.to_end(at, sentence), i, "nominal", at=issues.start()) if at > 0 else None
        return replace(made, speaker=made.speaker or pairs.deniers.doing(sentence, issues.start())) if made else None
    drew = pairs.claims.search("drew", sentence.start, sentence.end)
    claim = pairs.claims.trimmed(sentence.start, drew.start()) if drew else None
    denial = pairs.claims.trimmed(drew.start(), sentence.end) if drew else None
    if claim is None or denial is None:
        return None
    who = _DENIER.search(pairs.low, *denial)
    speaker = pairs.deniers.behind(sentence, who.end()) if who else ""
    return Denial(*claim, *denial, speaker or pairs.deniers.of(sentence, denial), rule="nominal")


def commented(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """A denial beside the claim on which it comments: "Nobody leaves, he said, commenting on reports that …"."""
    cue = pairs.claims.search("commented", sentence.start, sentence.end)
    noun = pairs.claims.claim_noun(sentence, cue.end(), sentence.end) if cue else None
    if cue is None or noun is None or noun[0] - cue.end() > NEAR_VERB or not pairs.claims.says_what(noun):
        return None
    if sentence.signs["declines"] or any(0 <= cue.start() - sentence.starts[n] < _NEGATES for n in sentence.negated):
        return None  # "they do not comment on reports that …"
    stop = ASIDE.search(pairs.low, noun[1], sentence.end) if cue.start() == sentence.start else None
    claim = pairs.claims.trimmed(noun[0], stop.start() if stop else sentence.end)
    if claim is None:
        return None
    negated = [sentence.starts[n] for n in sentence.negated if not claim[0] <= sentence.starts[n] < claim[1]]
    if negated or sentence.cue("false", "never"):
        return pairs.within(claim, i, "commented", at=min(negated, default=-1))
    before = pairs.sentences[i - 1] if i else sentence  # "«…» So he commented on reports that …"
    if sentence.words[0] in _LIKE_THAT and before.negated and not before.said:
        denial = pairs.claims.trimmed(before.start, before.end)
        return Denial(*claim, *denial, pairs.deniers.of(sentence, claim), rule="commented") if denial else None
    return None


def denying(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """A verb of denial: "опровергла слухи о…", "denied that…", "this she denies"."""
    cue = sentence.cue(*DENYING)
    if cue is None:
        return None
    local = fronted(pairs, sentence, cue) if is_passive(pairs, sentence, cue) else governed(pairs, sentence, cue)
    local = local or fronted(pairs, sentence, cue)
    if local is not None:
        return pairs.within(local, i, "denying", at=sentence.place(cue)[0])
    if cue.section == "dismissing" and not points_back(sentence, cue):
        return None
    return pairs.elsewhere(i, sentence, "denying")


def against(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """ "Contrary to reports that …, the embassy said …"."""
    cue = sentence.cue("against")
    if cue and (that := _WITH_THAT_FACT.match(pairs.low, sentence.place(cue)[1], sentence.end)):
        claim = aside(pairs, that.end(), sentence)
        if claim and any(a.start <= claim[0] and claim[1] <= a.end + 1 for a in sentence.said):
            beside = (one for k in (i - 1, i + 1) if 0 <= k < len(pairs.sentences) for one in pairs.claims.claims(k))
            told = next((one for one in beside if one.kind in HEARSAY), None)  # "contrary to what the Coast wrote, …"
            return pairs.with_claim(told, sentence, "against") if told else None
        return pairs.within(claim, i, "against", at=next_word(pairs, claim[1])) if claim else None
    noun = pairs.claims.claim_noun(sentence, sentence.place(cue)[1], sentence.end) if cue else None
    if cue is None or noun is None or noun[0] - sentence.place(cue)[1] > 20 or not pairs.claims.says_what(noun):
        return None
    stop = ASIDE.search(pairs.low, noun[1], sentence.end)
    return pairs.within(pairs.claims.trimmed(noun[0], stop.start() if stop else sentence.end), i, "against")


def false(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """What says that something is untrue: "это фейк", "reports that … are false"."""
    cue = sentence.cue("false")
    if cue is None:
        return None
    if (head := _FAKE.match(pairs.low, sentence.start, sentence.end)) and i + 1 < len(pairs.sentences):
        return _headed(pairs, i, sentence, head)
    if (verdict := _VERDICT.match(pairs.low, sentence.start, sentence.end)) or len(sentence.words) == 1:
        asked = next((k for k in range(i) if pairs.sentences[k].signs["asked"] and pairs.claims.claims(k)), None)
        if asked is not None and len(sentence.words) <= SHORT_ANSWER + bool(verdict):
            made = pairs.with_claim(pairs.claims.claims(asked)[0], sentence, "false")
            return replace(made, speaker="") if made else None
    at = sentence.place(cue)
    if apposed := _apposed(pairs, sentence, at):
        return apposed
    that = THAT.match(pairs.low, at[1], sentence.end) or THAT.match(pairs.low, at[1] + 1, sentence.end)
    that = that or (THAT.match(pairs.low, at[1] + 2, sentence.end) if pairs.plain[at[1] : at[1] + 1] in '”"»' else None)
    said = next((a for a in sentence.said if 0 < a.start - at[1] <= _ASIDE), None)
    that = that or (THAT.match(pairs.low, said.end, sentence.end) if said else None)  # "It is a lie, he said, that …"
    dash = _BEFORE_DASH.search(pairs.low, max(sentence.start, at[0] - 12), at[0])
    told = pairs.claims.trimmed(sentence.start, dash.start()) if dash else None
    if told and len(WRITTEN_WORD.findall(pairs.low, *told)) < SHORT_ANSWER:
        told = None
    local = pairs.claims.to_end(that.end(), sentence) if that else named(pairs, sentence, at) or told
    supposedly = pairs.claims.search("supposedly", at[1], sentence.end) if local is None else None
    local = pairs.claims.to_end(supposedly.end(), sentence) if supposedly else local
    return pairs.within(local, i, "false", at=at[0]) if local else pairs.elsewhere(i, sentence, "false")


def _headed(pairs: Pairs, i: int, sentence: Statement, head: re.Match[str]) -> Denial | None:
    """ "Fake: …", where what stands behind does not say what is so."""
    claim = pairs.claims.trimmed(head.end(), sentence.end)
    if claim is None or exposed(pairs, i + 1, pairs.sentences[i + 1]):
        return None
    start = next(at for at in range(sentence.start, sentence.end) if pairs.plain[at].isalnum())
    return Denial(*claim, start, head.end(0) - len(head[0].lstrip()) + len(head[0].strip().rstrip(":. ")), "", rule="false")


def _apposed(pairs: Pairs, sentence: Statement, cue: Span) -> Denial | None:
    """ "…, a charge the observers call absurd": the noun for what stands before it is called false."""
    for noun in (sentence.place(c) for c in sentence.cues if c.section == "claim" and sentence.place(c)[0] < cue[0]):
        opened = _APPOSED.search(pairs.low[max(sentence.start, noun[0] - 5) : noun[0]])
        if opened is None or not CALLS_IT.search(pairs.low[noun[1] : cue[0]]):
            continue
        said = [a for a in sentence.said if a.end < noun[0]]
        claim = pairs.claims.content(sentence.start, min([a.start for a in said if a.start > sentence.start] or [noun[0] - 1]))
        denial = pairs.claims.trimmed(noun[0] - len(opened[0]), sentence.end)
        if claim and denial and claim[1] <= denial[0]:
            return Denial(*claim, *denial, pairs.deniers.of(sentence, denial), rule="false")
    return None


def ignorance(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """ "He had no knowledge of …": what is not known of is denied."""
    cue = sentence.cue("ignorance")
    if cue is None or not sentence.said:
        return None
    return pairs.within(pairs.claims.clause(sentence.place(cue)[1], sentence), i, "ignorance")


def countering(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """An answer against another: "возразил", "disagreed"."""
    cue = sentence.cue("countering")
    if cue is None:
        return None
    thing = _WITH_THAT.match(pairs.low, sentence.place(cue)[1], sentence.end)
    local = pairs.claims.to_end(thing.end(), sentence) if thing else named(pairs, sentence, sentence.place(cue))
    if local:
        return pairs.within(local, i, "countering", at=sentence.place(cue)[0])
    if found := pairs.elsewhere(i, sentence, "countering"):
        return found
    # Who answers where a text begins answers what stands behind
    behind = pairs.claims.claims(1) if i == 0 and len(pairs.sentences) > 1 else []
    told = next((claim for claim in behind if claim.kind in HEARSAY and sentence.negated and not claim.is_negative), None)
    return pairs.with_claim(told, sentence, "countering") if told else None


def contrary(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """The contrary of what another said: "никто не уезжал, сказали в части"."""
    if sentence.cue("countering") or _FAKE.match(pairs.low, sentence.start, sentence.end):
        return None  # "Myth: …" tells the claim
    return pairs.elsewhere(i, sentence, "contrary")


def never(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """ "Никакой мобилизации не планируется", "there is no talk of …", where nobody is seen to claim it."""
    cue = next((cue for cue in sentence.cues if cue.section == "never" and not cue.entry.startswith("there ")), None)
    if cue is None or not any(a.kind == "official" for a in sentence.said):
        return None
    told = [claim for claim in pairs.claims.claims(i - 1) if claim.kind in HEARSAY] if i else []
    told = [claim for claim in told if not claim.stems.isdisjoint(sentence.stems)]
    if told and not any(known_by(a.speaker) == known_by(told[-1].speaker) for a in sentence.said):
        return pairs.with_claim(told[-1], sentence, "never")
    start, end = sentence.place(cue)
    before = sentence.words[cue.first - 1] if cue.first else ""
    if before in COORDINATORS or before in STANDS_FOR:
        return None  # "he has not fled and is not going to", "it is not planned": what, the sentence leaves to the one before
    about = _ABOUT.search(pairs.low, end, sentence.end)
    span = pairs.claims.clause(about.start() if about else end, sentence) or pairs.claims.clause_before(start, sentence)
    span = affirmed(pairs, span, sentence) if span else None
    if span and not POINTS_BACK.isdisjoint(WRITTEN_WORD.findall(pairs.low, *span)) and i and pairs.sentences[i - 1].cues:
        return None  # "this order they will not change": what it is, the sentence before says
    return pairs.within(span, i, "never")


def _is_told_again(denial: Denial, before: Denial) -> bool:
    """Whether one before stands in the same words, or the same speaker goes on to deny the same claim."""
    if before.denial_start < denial.denial_end and denial.denial_start < before.denial_end:
        return True
    same_claim = before.claim_start < denial.claim_end and denial.claim_start < before.claim_end
    if same_claim and denial.rule == "correcting":
        return True
    return same_claim and before.kind == denial.kind and known_by(before.speaker) == known_by(denial.speaker)


_LIKE_THAT = closed("like_that")
_RULES: tuple[Callable[[Pairs, int, Statement], Denial | None], ...] = (
    correcting, exposed, answered, prompted, nominal, commented,
    denying, against, false, ignorance, countering, contrary, never,
)  # fmt: skip
"""In order: the first that finds a denial in a sentence is the sentence's."""

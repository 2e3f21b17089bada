"""The rule of corrections: whoever made a claim takes it back."""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.lexicons import any_of, phrases
from monitor.model import Denial
from monitor.trace.claims import Claim
from monitor.trace.closed import closed
from monitor.trace.contradicting import BACK
from monitor.trace.denying import Cue
from monitor.trace.pairs import STANDS_FOR, Pairs
from monitor.trace.passages import THAT, Statement, known_by
from monitor.trace.standing import DENYING

_THAT = closed("that")
_CORRECTING = ("correcting", "withdrawing", "himself")
_CORRECTS = re.compile(rf"\W*(?:{phrases('claiming', 'corrects')})")
_MISSTATED = re.compile(rf"(?:{phrases('claiming', 'misstated')})\s+(?:(?:{any_of(_THAT)}) )?")
_SAID_SO = re.compile(rf"\b(?:{any_of(closed('said_so'))})\b|, (?:{any_of(closed('that', 'ru', 'uk'))})\b")
_PUBLISHES = frozenset(["telegram", "outlet", "own_reporting"])


def correcting(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """Whoever made a claim takes it back: "мы ошиблись", "Correction: …"."""
    if made := _erred(pairs, i, sentence):
        return made
    cue = sentence.cue(*_CORRECTING)
    if cue is None:
        return None
    end = sentence.place(cue)[1]
    noun = pairs.claims.claim_noun(sentence, end, sentence.end) if cue.section == "withdrawing" else None
    if noun and pairs.claims.says_what(noun) and (made := pairs.within(pairs.claims.to_end(noun[0], sentence), i, "correcting")):
        return replace(made, kind="correction")
    misstated = pairs.claims.search("misstated", end, sentence.end, _MISSTATED)
    says_what = misstated and _SAID_SO.search(misstated[0]) and i + 1 < len(pairs.sentences)  # and behind it what is so
    if not says_what and (claim := _taken_back(pairs, i, sentence, cue)):
        return pairs.with_claim(claim, sentence, "correcting", kind="correction")
    if misstated:
        claim_span = pairs.claims.to_end(misstated.end(), sentence)
        if claim_span and says_what:
            return pairs.with_claim(pairs.claims.claim(claim_span), pairs.sentences[i + 1], "correcting", kind="correction")
        made = pairs.within(pairs.claims.to_end(misstated.end(), sentence), i, "correcting")
        return replace(made, kind="correction") if made else None
    if cue.entry == "backtracked":  # from what his side had said
        back = [claim for k in range(i - 1, max(-1, i - 1 - BACK), -1) for claim in pairs.claims.claims(k)]
        claim = next((claim for claim in back if claim.kind == "official"), None)
        return pairs.with_claim(claim, sentence, "correcting", kind="correction") if claim else None
    return None


def _erred(pairs: Pairs, i: int, sentence: Statement) -> Denial | None:
    """What was reported here before, where it was headed as a correction, or is said to have been wrong."""
    erred = pairs.claims.search("erred", sentence.start, sentence.end)
    for k in range(i - 1, max(-1, i - 1 - (BACK if erred else 1)), -1):
        before = pairs.sentences[k]
        own = pairs.claims.search("own_report", before.start, before.end)
        headed = any(_CORRECTS.match(pairs.low, pairs.sentences[n].start, pairs.sentences[n].end) for n in (k, k - 1) if n >= 0)
        that = THAT.search(pairs.low, own.end(), before.end) if own else None
        span = pairs.claims.trimmed(that.end(), before.end) if that else None
        claim = pairs.claims.claim(span) if span else None
        if claim and (erred or (headed and _says_otherwise(pairs, claim, before, i))):
            made = pairs.with_claim(claim, sentence, "correcting", kind="correction")
            # "It was another. We apologize": what is so stands between
            return replace(made, denial_start=pairs.sentences[k + 1].start) if made else None
        for claim in pairs.claims.claims(k) if erred else ():
            if claim.kind in _PUBLISHES and claim.speaker and _speaks_of(sentence, claim.speaker):
                return pairs.with_claim(claim, sentence, "correcting", kind="correction")
    return None


def _says_otherwise(pairs: Pairs, claim: Claim, before: Statement, i: int) -> bool:
    """Whether what stands under the heading of a correction says something else than what was reported in the sentence
    before, or the next one that this was wrong."""
    sentence, behind = pairs.sentences[i], pairs.sentences[i + 1 : i + 2]
    if sentence.negated or sentence.cue("false", "really", "never", *_CORRECTING, *DENYING):
        return True
    if any((pair, 1 - side) in claim.sides for pair, side, _ in sentence.sides):
        return True
    if sentence.figures - claim.figures and claim.figures:
        return True
    named, other = ({s.stems[n] for n, is_name in enumerate(s.is_name) if is_name} for s in (before, sentence))
    if named and other - named and not STANDS_FOR.isdisjoint(sentence.words):
        return True  # "It is in Lipsk"
    return any(pairs.claims.search("erred", s.start, s.end) for s in behind)


def _speaks_of(sentence: Statement, speaker: str) -> bool:
    return known_by(speaker) in sentence.stems or any(known_by(a.speaker) == known_by(speaker) for a in sentence.said)


def _taken_back(pairs: Pairs, i: int, sentence: Statement, cue: Cue) -> Claim | None:
    """What he himself had said, or an outlet, or what a correction has words in common with."""
    by_outlet = cue.section != "himself" and not cue.entry.endswith(":")
    deniers = {known_by(a.speaker or a.outlet) for a in sentence.said}
    stems = pairs.claims.stems(sentence.start, sentence.end)
    for k in (*range(i - 1, max(-1, i - 1 - BACK), -1), i + 1):
        for claim in pairs.claims.claims(k) if 0 <= k < len(pairs.sentences) else ():
            if cue.section == "himself":
                if claim.speaker and known_by(claim.speaker) in deniers and _turns(pairs, claim, sentence):
                    return claim
            elif claim.stems & stems or (by_outlet and claim.kind == "outlet"):
                return claim
    return None


def _turns(pairs: Pairs, claim: Claim, sentence: Statement) -> bool:
    """Whether what he admits may be the contrary of what he said: one of the two is negative, or he was misunderstood."""
    misunderstood = not any(word in _ADMITS for word in sentence.words)
    made_up = any(cue.section == "false" for cue in pairs.claims.denying.cues(sentence.words))  # "that he made it up"
    return misunderstood or made_up or claim.is_negative != bool(sentence.negated) or bool(claim.figures)


_ADMITS = closed("admits")

"""Scores how likely one sentence denies a claim elsewhere in the text: weighted signs against a threshold.

Without a word of denial a sentence must be of the same thing as the claim, and contradict it in something; or an authority,
or whoever is spoken of, answers what others tell; or it speaks of everybody, or its speaker of himself, just behind the claim.
The weights are learned by tests/bench/weigh_denials.py; docs/tracing.md has what they give on items not seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from monitor.trace.claims import Claim, Claims
from monitor.trace.closed import closed
from monitor.trace.passages import NEGATIONS, POINTS_BACK, Statement, is_negated, known_by
from monitor.trace.standing import DENYING, THIS
from monitor.trace.weights import ENOUGH, WEIGHTS

BACK = 4
"""How many sentences back a claim is looked for."""
_NEAR_CLAIM = 6
"""Words within which a noun for a claim says what is called false."""
HEARSAY = frozenset(["witness", "telegram", "outlet", "anonymous", "document"])
_OF_ITS_SPEAKER = frozenset(["every", "of himself"])
"""By these a sentence with a negation may answer one with which it shares no word."""
_PUBLISHED = frozenset(["outlet", "telegram", "anonymous"])
_OFFICIAL = frozenset(["official", "document", "own"])
_PEOPLE = frozenset(["witness", "lawyer", "anonymous"])
_WORDS_OF_DENIAL = ("denying", "false", "countering")
SIGNS_ALONE = (
    *_WORDS_OF_DENIAL, "never", "insisting", "answers", "absolute", "such", "really", "answered", "instead", "vows", "only",
    "shows", "every", "of himself", "answers alone",
)  # fmt: skip
"""Signs of a sentence alone that may contradict what another said."""
_POINTS_BY_ITSELF = ("opposite", "answers", "answered", "such", "answers alone")
"""By one of these a sentence is of the claim though it shares no word with it."""
_LEAST_NAME = 3
_LEAST_STEMS = 2
"""Words that a claim has at least where no word says that it is denied: of one alone nothing can be the contrary."""
_BRIEF, _LONG = 4, 8
"""A text of so few sentences is of one thing; each more, up to so many, makes it likelier that two are of different things."""
_BUT = closed("but")
_BOUND = closed("bound")
_FRAMES = closed("frames")
_OPENS_QUOTE = frozenset('«“„"—–')
_STANDS_FOR, _ADDS = closed("stands_for"), closed("adds")


class _Denier(NamedTuple):
    """A sentence that may deny something, with what of it is the same for all claims around it."""

    sentence: Statement
    at: int
    """Its number."""
    linked: bool
    """Whether a pronoun or a noun for a claim beside the word of denial says that what is denied stands elsewhere."""
    by_word: bool
    """Whether a word says that something is denied."""
    speaker: frozenset[str]
    """Stems of the phrases that name who speaks, with his role."""
    stands_for: list[int]
    """Numbers of the words that may stand for the subject of a claim."""
    nearest: int
    """The number of the last sentence before it in which somebody is credited; -1 where there is none."""
    opens: bool
    """Whether an official negates something where nobody is credited before: what he answers stands behind."""
    kind: str
    """Of who is credited first; empty where nobody is."""
    own: dict[str, bool]
    """Its signs that contradict whatever is claimed."""


def denied_by(claims: Claims, i: int) -> Claim | None:
    """The claim elsewhere in the text that a sentence denies, by its number; None where not enough says so."""
    if not may_contradict(claims.sentences[i]):
        return None
    denier = denier_of(claims, i)
    best, most = None, ENOUGH
    for k, claim in candidates(claims, denier):
        signs = signs_of(claims, claim, denier, k)
        worth = sum(WEIGHTS.get(sign, 0.0) * much for sign, much in signs.items() if much) if signs else 0.0
        if worth >= most and (best is None or worth > most):
            best, most = claim, worth
    return best


def may_contradict(sentence: Statement) -> bool:
    """Whether anything in the sentence might contradict what another said: most need not be compared with others."""
    if sentence.admits:
        return False  # "no one disputes that he was at sea"
    signs = sentence.signs
    if (signs["confirms"] or signs["earlier"]) and not sentence.cue(*_WORDS_OF_DENIAL, "insisting"):
        return False  # the same, or what was said before
    if signs["declines"] and not sentence.cue(*_WORDS_OF_DENIAL, *DENYING):
        return False  # nothing
    return bool(
        sentence.negated
        or sentence.sides
        or any(signs.get(sign) for sign in SIGNS_ALONE)
        or sentence.cue(*DENYING, "unchanged")
        or sentence.figures
        or (sentence.said and NEGATIONS.isdisjoint(sentence.words))
    )


def denier_of(claims: Claims, i: int) -> _Denier:
    """A sentence, by its number, with what is the same for all claims around it."""
    sentence = claims.sentences[i]
    linked = _is_linked(sentence)
    spans = [(a.start, a.end) for a in sentence.said]
    named = [word for word, at in zip(sentence.words, sentence.starts, strict=True) if any(a <= at < b for a, b in spans)]
    credited = (n for n in range(i - 1, max(-1, i - 1 - BACK), -1) if claims.sentences[n].signs["credited"])
    nearest = next(credited, -1)
    return _Denier(
        sentence,
        i,
        linked,
        bool(sentence.cue("denying", "false", "countering") or (linked and sentence.cue("dismissing"))),
        frozenset(word[:5] for word in named if len(word) > 3),
        [n for n, word in enumerate(sentence.words) if word in _STANDS_FOR],
        nearest,
        nearest < 0 and bool(sentence.negated) and any(a.kind == "official" for a in sentence.said),
        sentence.said[0].kind if sentence.said else "",
        {sign: True for sign in SIGNS_ALONE if sentence.signs.get(sign)},
    )


def candidates(claims: Claims, denier: _Denier) -> Iterator[tuple[int, Claim]]:
    """Claims near a sentence, with the number of theirs: before it, in the headline and just behind it, by somebody else."""
    i, sentence = denier.at, denier.sentence
    deniers = {known_by(a.speaker or a.outlet) for a in sentence.said}
    if i and not _ADDS.isdisjoint(sentence.words):
        deniers |= {known_by(a.speaker or a.outlet) for a in claims.sentences[i - 1].said}
    headline = (0,) if i > BACK else ()
    for k in (*range(i - 1, max(-1, i - 1 - BACK), -1), *headline, i + 1, i + 2):
        if not 0 <= k < len(claims.sentences) or (k > i and not _may_be_behind(claims, denier, k)):
            continue
        other = claims.sentences[k]
        if k in claims.denying_in or (not denier.by_word and other.cue("false", *DENYING)):
            continue
        for claim in () if other.admits else claims.claims(k):
            if k > i and not claim.kind and not claims.goes_round(other.start, other.end):
                continue
            if not denier.by_word and _are_framed_apart(other, sentence):
                continue
            if _is_of_one_thing(claims, claim, denier, k) and not (claim.kind and known_by(claim.speaker) in deniers):
                yield k, claim


def _may_be_behind(claims: Claims, denier: _Denier, k: int) -> bool:
    """Whether a claim may stand behind its denial: where a word denies something, or it is told that it was made before. A
    statement that negates answers the one before it, and is not answered by it.
    """
    other = claims.sentences[k]
    if other.negated and not denier.by_word and not denier.sentence.negated:
        return False
    return denier.by_word or denier.opens or other.signs["earlier"] or bool(claims.search("before", other.start, other.end))


def _are_framed_apart(one: Statement, other: Statement) -> bool:
    """Whether both begin with a place or time of theirs: "in January there were three hundred", "in February eight"."""
    framed = [s.stems[1] for s in (one, other) if len(s.words) > 1 and s.words[0] in _FRAMES and not _begins_with_speaker(s)]
    return len(framed) == 2 and framed[0] != framed[1]


def _begins_with_speaker(sentence: Statement) -> bool:
    return any(a.start <= sentence.starts[0] for a in sentence.said)


def _is_of_one_thing(claims: Claims, claim: Claim, denier: _Denier, k: int) -> bool:
    """Whether a sentence may be of what a claim is of: most are not, and need not be compared with it."""
    if denier.by_word:
        return True
    if len(claim.stems) < _LEAST_STEMS or (not claim.kind and claims.plain[claim.span[0]] in '«“„"'):
        return False  # of one word; or in quotation marks that nobody is credited with, and that may go on
    if denier.stands_for or not claim.stems.isdisjoint(denier.sentence.stems):
        return True
    opposite = any((pair, 1 - side) in claim.sides for pair, side, _ in denier.sentence.sides)
    if _replies(claim, denier, k) or _counts_otherwise(claim, denier.sentence):
        return True
    return opposite or len(denier.own) > 1 or any(sign in denier.own for sign in _POINTS_BY_ITSELF)


def _replies(claim: Claim, denier: _Denier, k: int) -> bool:
    """Whether who is credited may answer, in other words, the one who was credited just before, or, where a text begins, just
    behind. Who says that nobody does something answers in other words only what was published, or of himself or everybody.
    """
    if not claim.kind or not denier.sentence.said:
        return False
    if k == denier.at + 1:
        return denier.opens and claim.kind in HEARSAY
    answers = not denier.own.keys().isdisjoint(_OF_ITS_SPEAKER) or claim.kind in _PUBLISHED
    return k in {denier.at - 1, denier.nearest} and (answers or not denier.sentence.signs["absolute"])


def _counts_otherwise(claim: Claim, sentence: Statement) -> bool:
    """Whether both have figures, and none in common."""
    return bool(claim.figures and sentence.figures) and claim.figures.isdisjoint(sentence.figures)


def signs_of(claims: Claims, claim: Claim, denier: _Denier, k: int) -> dict[str, float]:
    """What says for or against it that a sentence denies a claim of sentence `k`, and how much there is of it; nothing where it
    cannot."""
    sentence, other, i = denier.sentence, claims.sentences[k], denier.at
    by_word = denier.by_word
    shared = [n for n, stem in enumerate(sentence.stems) if stem in claim.stems]
    alike = [n for n in shared if not sentence.is_name[n]]
    likely = [*alike, *denier.stands_for]
    negative = bool(sentence.negated)
    contradicts = {
        **denier.own,
        "absolute": sentence.signs["absolute"] and not claim.is_negative,
        "opposite": any((pair, 1 - side) in claim.sides for pair, side, _ in sentence.sides)
        and bool(likely or shared or k == i - 1),
        "opposite apart": any((pair, 1 - side) in claim.sides for pair, side, _ in sentence.sides)
        and not (likely or shared or k == i - 1),
        "affirmed": any(sentence.stems[n] in claim.negated and not is_negated(n, sentence.negated) for n in alike),
        "negated": not claim.is_negative and any(-1 <= n - at <= 2 for at in sentence.negated for n in alike),
        "unchanged": any(abs(n - at) <= 3 for at in sentence.numbers("unchanged") for n in likely),
        "denies shared": negative and not claim.is_negative and bool(shared or likely),
        "denied shared": claim.is_negative and not negative and bool(shared),
    }
    denies = contradicts["negated"] or (contradicts["absolute"] and not claim.is_negative)
    is_alike = len({sentence.stems[n] for n in alike}) * 2 >= max(3, len(claim.stems))
    answers = bool(sentence.said) and sentence.said[0].kind == "official" and claim.kind not in {"official", ""}
    of_speaker = not denier.speaker.isdisjoint(claim.stems)
    if not by_word:
        number = sum(map(bool, contradicts.values()))
        of_it = bool(shared or likely or of_speaker) and _BOUND.isdisjoint(sentence.words)  # "no fewer than ten" may be more
        faces = of_it and (_replies(claim, denier, k) or _counts_otherwise(claim, sentence))
        pointed = number > 1 or _replies(claim, denier, k) or any(contradicts.get(sign) for sign in _POINTS_BY_ITSELF)
        # Where nothing contradicts, an authority or who is spoken of answers what others tell, in other words than theirs
        if not (likely or of_speaker or pointed) or (
            number == 0 and not faces and (is_alike or not likely or not (answers or of_speaker))
        ):
            return {}
    signs, told = other.signs, bool(claim.kind or other.signs["credited"] or claims.goes_round(other.start, other.end))
    sentences = max(0, min(len(claims.sentences), _LONG) - _BRIEF) / 5
    return {
        **contradicts,
        **(_unworded(claims, claim, denier, k, answers=answers) if not by_word else {}),
        "by word": by_word,
        "countering": "countering" in sentence.signs,
        "denying": bool(sentence.cue("denying") or (denier.linked and sentence.cue("dismissing"))),
        "linked": denier.linked,
        "credited": sentence.signs["credited"] and not by_word,
        "credited, by word": sentence.signs["credited"] and by_word,
        "alone": not sentence.signs["credited"] and not by_word,
        # What makes it likely that both are of one thing
        "alike": is_alike,
        "rare": max((1 / max(1, claims.told_in[sentence.stems[n]] - 1) for n in shared), default=0.0),
        "official": answers and not by_word,
        "official, by word": answers and by_word,
        "official denies": answers and denies and bool(shared or (denier.stands_for and k == i - 1)),
        # Whether it is a claim at all
        "told": told and not by_word,
        "told, by word": told and by_word,
        "others tell": not told and denier.nearest >= 0,
        "own told": claim.kind == "own",
        "names who told": bool(claim.kind) and by_word and _names(sentence, claim),
        "doubted": bool(claims.search("doubted", other.start, other.end)),
        "goes round": bool(claims.goes_round(other.start, other.end)),
        "denied there": other.cue("false", *DENYING) is not None,
        "adds there": signs["besides"],
        "declines": sentence.signs["declines"],
        # How they stand to each other
        "next, by word": k == i - 1 and by_word,
        "two before": k == i - 2,
        "nearest": denier.nearest <= k < i,
        "two behind": k > i + 1,
        # Long sentences have something in common with all about them, and long texts are of several things
        "long": max(0, len(sentence.words) - 12) / 10,
        "long claim": max(0, claim.length - 8) / 10,
        "sentences": 0.0 if by_word else sentences,
        # Who denies just behind a claim of another denies that, however long the text is
        "sentences, by word": sentences if by_word and not (k == i - 1 and _denies_itself(claim, sentence)) else 0.0,
        "many sentences, by word": len(claims.sentences) > _LONG and by_word,
    }


def _denies_itself(claim: Claim, sentence: Statement) -> bool:
    """Whether somebody is credited with a word of denial, and the claim with another."""
    return bool(claim.kind and sentence.said and sentence.cue(*DENYING))


def _unworded(claims: Claims, claim: Claim, denier: _Denier, k: int, *, answers: bool) -> dict[str, bool]:
    """What tells the contrary from another matter where no word denies anything: who speaks, of whom and how fully."""
    sentence = denier.sentence
    replies = _replies(claim, denier, k)
    shares = bool(denier.stands_for) or not claim.stems.isdisjoint(sentence.stems)
    return {
        "negated at all": bool(sentence.negated),
        "affirms": claim.is_negative and not sentence.negated,
        "first told": bool(claim.kind) and not any(claims.sentences[n].said for n in range(k)),
        "replies": replies,
        "official replies": replies and not shares and answers,
        "replies in quotes": replies and not shares and claims.plain[sentence.start] in _OPENS_QUOTE,
        "same kind": bool(sentence.said) and sentence.said[0].kind == claim.kind,
        "but": not _BUT.isdisjoint(sentence.words[:2]),
        "colon": ":" in claims.plain[sentence.start : sentence.end],
        "title": k == 0 and claims.plain.startswith("\n\n", claims.sentences[0].end),
        "counts otherwise": _counts_otherwise(claim, sentence) and not claim.counted.isdisjoint(sentence.counted),
        "bare figure": _counts_otherwise(claim, sentence) and "" in sentence.counted,
        "figures differ": _counts_otherwise(claim, sentence),
        "figures differ next": _counts_otherwise(claim, sentence) and denier.nearest <= k < denier.at,
        "people answer": denier.kind in _PEOPLE and claim.kind in _OFFICIAL,
        "other answers": denier.kind == "other" and bool(claim.kind),
        "people answer people": denier.kind in _PEOPLE and claim.kind in _PEOPLE,
        "of speaker": not denier.speaker.isdisjoint(claim.stems),
        "next": k == denier.at - 1,
        "quotes nobody": not sentence.said and claims.plain[sentence.start] in _OPENS_QUOTE,
        "hearsay told": claim.kind in _PUBLISHED,
        "people told": bool(claim.kind) and claim.kind not in _PUBLISHED | _OFFICIAL,
        "nobody speaks": not sentence.said,
    }


def _names(sentence: Statement, claim: Claim) -> bool:
    """Whether a sentence names, or refers to, who made a claim: "the soldiers' words were called an invention"."""
    return known_by(claim.speaker) in {word[:5] for word in sentence.words if len(word) > _LEAST_NAME}


def _is_linked(sentence: Statement) -> bool:
    cues = [cue for cue in sentence.cues if cue.section in DENYING or cue.section in {"false", "countering"}]
    near = {n for cue in cues for n in range(cue.first - _NEAR_CLAIM, cue.last + _NEAR_CLAIM + 1)}
    if not near:
        return False
    return bool(near & sentence.numbers("claim")) or any(
        word in THIS or word in POINTS_BACK for n, word in enumerate(sentence.words) if n in near
    )

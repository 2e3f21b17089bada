"""How much says that one sentence denies what another claims: signs, each with a weight, against a threshold.

A sentence with a word of denial needs little more, one without needs a contradiction that somebody asserts against somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from monitor.lexicons import phrases
from monitor.trace.claims import Claim, Claims
from monitor.trace.closed import closed
from monitor.trace.passages import POINTS_BACK, WORD, Statement, is_negated, known_by
from monitor.trace.standing import DENYING, THIS

# How much each sign weighs that one sentence denies what another claims; together they must reach ENOUGH.
_WEIGHTS = {
    "denying": 4.0, "false": 3.0, "countering": 3.0, "never": 1.0, "insisting": 1.0, "answers": 1.5, "negated": 2.0,
    "unchanged": 1.6, "replies": 1.5, "absolute": 1.2, "negation": 0.5, "figures": 0.7, "shared": 0.5, "alike": 0.7,
    "bare": 1.0, "linked": 0.5, "opposite": 2.1, "affirmed": 2.0, "such": 2.2, "really": 1.4, "answered": 2.5,
    "claimed": 1.0, "doubted": 0.35, "credited": 1.0, "far": 0.4, "behind": 1.0,
}  # fmt: skip
_ENOUGH = 4.0
# Where no word says that anything is denied, what contradicts counts one, and a half what only points that way. Half a point more
# than what speaks against it is enough. Long sentences have something in common with all about them, and against each.
_CONTRARY = {
    **dict.fromkeys(
        ("negated", "opposite", "affirmed", "absolute", "never", "such", "unchanged", "really", "answered", "instead"), 1.0
    ),
    **dict.fromkeys(("insisting", "hearsay"), 1.0),
    **dict.fromkeys(("answers", "reply", "replies", "figures", "negation", "doubted", "own"), 0.5),
}
_ENOUGH_CONTRARY = 0.5
_MANY_WORDS, _MORE_WORDS = (8, 12), 1 / 3
"""So many words of a claim and of what contradicts it cost nothing, and each more so much."""
_AWAY, _BEHIND = 1.5, 2.0
"""What it costs not to stand in the very next sentence, and to stand before the claim."""
BACK = 4
"""How many sentences back a claim is looked for."""
_ALONE = 12
"""A sentence of so few words can answer what stands before it without a word that points there."""
_NEAR_CLAIM = 6
"""Words within which a noun for a claim says what is called false."""
_POINTS_BY_ITSELF = ("opposite", "answers", "answered", "such")
"""By one of these a sentence is of the claim though it shares no word with it."""
_BY_ITSELF = ("opposite", "affirmed", "replies", "answers", "answered", "unchanged")
_BRIEF = 8
"""A text of so few sentences is of one thing. In a longer one what shares no word with a claim, and does not follow it, is of
another matter, but by one of these signs: of the press's 95 articles such pairs were found, and all were wrong."""
_LEAST_STEMS = 2
"""Words that a claim has at least where no word says that it is denied: of one alone nothing can be the contrary."""
HEARSAY = frozenset(["witness", "telegram", "outlet", "anonymous", "document"])
_CONTRADICTS = (
    "denying", "false", "countering", "never", "insisting", "answers", "negated", "unchanged", "replies", "absolute", "opposite",
    "affirmed", "such", "really", "answered", "instead",
)  # fmt: skip
"""Without one of these two sentences are only about one thing."""
# What was said earlier is no answer to what stands before it.
_EARLIER = re.compile(rf"(?<!\bи )(?<!\bі )(?:{phrases('claiming', 'earlier')})")
_STANDS_FOR, _ADDS, _TOO = closed("stands_for"), closed("adds"), closed("too")


def denied_by(claims: Claims, i: int, rule: str) -> Claim | None:
    """The claim elsewhere in the text that a sentence denies, by its number; None where not enough says so."""
    sentence = claims.sentences[i]
    if rule == "contrary" and not _may_contradict(claims, sentence):
        return None
    found, worth = _most_likely(claims, i, rule)
    return found if worth >= (_ENOUGH_CONTRARY if rule == "contrary" else _ENOUGH) else None


def _may_contradict(claims: Claims, sentence: Statement) -> bool:
    """Whether anything in the sentence might contradict what another said before: most need not be compared with others."""
    if sentence.admits:
        return False  # "no one disputes that he was at sea"
    if claims.search("earlier", sentence.start, sentence.end, _EARLIER) or not _TOO.isdisjoint(sentence.words):
        return False
    signs = any(sentence.signs.get(sign) for sign in _CONTRADICTS)
    return bool(sentence.negated or signs or sentence.sides or sentence.cue("unchanged"))


def _most_likely(claims: Claims, i: int, rule: str) -> tuple[Claim | None, float]:
    """What another said near a sentence that it most likely denies, and how much says so."""
    sentence = claims.sentences[i]
    best, most = None, 0.0
    for k, claim in _candidates(claims, i, rule):
        worth = _evidence(claims, claim, sentence, claims.sentences[k], rule)
        if rule == "contrary":
            near = abs(i - k) <= 1 or _is_spread_headline(claims, claim, sentence)
            worth -= _AWAY * (not near) + _BEHIND * (k > i)
        else:
            worth -= _WEIGHTS["far"] * (abs(i - k) - 1) + (_WEIGHTS["behind"] if k > i else 0.0)
        if worth > most:
            best, most = claim, worth
    return best, most


def _candidates(claims: Claims, i: int, rule: str) -> Iterator[tuple[int, Claim]]:
    """Claims near a sentence, with the number of theirs: before it, in the headline and just behind it, by somebody else."""
    sentence = claims.sentences[i]
    deniers = {known_by(a.speaker or a.outlet) for a in sentence.said}
    if i and not _ADDS.isdisjoint(sentence.words):
        deniers |= {known_by(a.speaker or a.outlet) for a in claims.sentences[i - 1].said}
    headline = (0,) if i > BACK and rule != "contrary" else ()
    for k in (*range(i - 1, max(-1, i - 1 - BACK), -1), *headline, i + 1, i + 2):
        if not 0 <= k < len(claims.sentences) or claims.sentences[k].admits:
            continue
        other = claims.sentences[k]
        if rule == "contrary" and other.cue("false", *DENYING):
            continue  # it denies by itself, and what stands around it goes on to
        if k > i and rule == "contrary" and not claims.search("before", other.start, other.end):
            continue
        for claim in claims.claims(k):
            if k > i and not claim.kind and not claims.goes_round(other.start, other.end):
                continue
            if not claim.kind or known_by(claim.speaker) not in deniers:
                yield k, claim


class _Common(NamedTuple):
    """What a sentence has in common with a claim, by numbers of the sentence's words."""

    alike: dict[int, str]
    """Words that are no names, with what they keep in all forms."""
    likely: list[int]
    """These, and pronouns."""


def _evidence(claims: Claims, claim: Claim, sentence: Statement, other: Statement, rule: str) -> float:
    """How much says that the sentence denies the claim, which stands in the other."""
    if rule == "contrary" and not _may_be_contrary(claims, claim, sentence, other):
        return 0.0
    signs, common = _signs(claims, claim, sentence, other, rule)
    if not _is_contradiction(claim, sentence, signs, rule):
        return 0.0
    is_of_one_thing = len(claims.sentences) <= _BRIEF or any(signs.get(sign) for sign in ("common", "next", *_BY_ITSELF))
    if rule == "contrary" and not is_of_one_thing:
        return 0.0
    words = (claim.length, len(sentence.words))
    long = sum(max(0, n - most) for n, most in zip(words, _MANY_WORDS, strict=True))
    if rule == "contrary":
        signs["hearsay"], signs["own"] = claim.kind in HEARSAY, not claim.kind
        return sum(worth for sign, worth in _CONTRARY.items() if signs.get(sign)) - _MORE_WORDS * long
    signs["linked"] = _is_linked(sentence, rule)
    if rule in {"false", "countering"} and not (common.likely or signs["linked"] or len(sentence.words) <= _ALONE):
        return 0.0
    return sum(_WEIGHTS.get(sign, 0.0) for sign, is_there in signs.items() if is_there) - _MORE_WORDS / 2 * long


def _may_be_contrary(claims: Claims, claim: Claim, sentence: Statement, other: Statement) -> bool:
    """Whether somebody tells the claim, or it is said and somebody is credited with the contrary: most need not be compared."""
    if len(claim.stems) < _LEAST_STEMS or (not claim.kind and claims.plain[claim.span[0]] in '«“„"'):
        return False  # of one word; or in quotation marks that nobody is credited with, and that may go on
    if claim.kind or claims.goes_round(*claim.span) or _is_spread_headline(claims, claim, sentence):
        return True
    return sentence.signs["credited"] and _is_claimed(claims, claim, other)


def _is_claimed(claims: Claims, claim: Claim, other: Statement) -> bool:
    """Whether the sentence in which a claim stands has anybody say it."""
    return bool(claim.kind) or other.signs["credited"] or bool(claims.goes_round(other.start, other.end))


def _signs(claims: Claims, claim: Claim, sentence: Statement, other: Statement, rule: str) -> tuple[dict[str, bool], _Common]:
    shared = [] if claim.stems.isdisjoint(sentence.stems) else [i for i, stem in enumerate(sentence.stems) if stem in claim.stems]
    alike = {i: sentence.stems[i] for i in shared if not sentence.is_name[i]}
    common = _Common(alike, [*alike, *(i for i, word in enumerate(sentence.words) if word in _STANDS_FOR)])
    is_next = other.end <= sentence.start and not claims.low[other.end : sentence.start].strip()
    turned = bool(sentence.negated) != claim.is_negative
    signs = {
        **sentence.signs,
        "denying": rule == "denying",
        "absolute": sentence.signs["absolute"] and not claim.is_negative,
        "negated": not claim.is_negative and any(-1 <= b - a <= 2 for a in sentence.negated for b in alike),
        "opposite": any((number, 1 - side) in claim.sides for number, side, _ in sentence.sides)
        and (bool(common.likely) or is_next or bool(shared)),
        "affirmed": any(sentence.stems[i] in claim.negated and not is_negated(i, sentence.negated) for i in alike),
        "unchanged": any(abs(b - a) <= 3 for a in sentence.numbers("unchanged") for b in common.likely),
        "negation": turned,
        "replies": _is_spoken_of(claim, sentence) and (turned or sentence.signs["reply"] or sentence.signs["vows"]),
        "shared": bool(common.likely),
        "common": bool(shared),
        "next": is_next,
        "alike": len(set(alike.values())) * 2 >= max(3, len(claim.stems)),
        "claimed": _is_claimed(claims, claim, other),
        "figures": bool(claim.figures and sentence.figures and not sentence.figures & claim.figures),
        "doubted": bool(claims.search("doubted", other.start, other.end)),
    }
    return signs, common


def _is_spoken_of(claim: Claim, sentence: Statement) -> bool:
    """Whether the claim tells something of whoever speaks in the sentence."""
    return any(word.lower()[:5] in claim.stems for a in sentence.said for word in WORD.findall(a.speaker) if len(word) > 3)


def _is_contradiction(claim: Claim, sentence: Statement, signs: dict[str, bool], rule: str) -> bool:
    """Whether one contradicts the other at all; where no word of denial says so, somebody must assert it against what is told."""
    contradicting = [sign for sign in _CONTRADICTS if signs.get(sign)]
    if rule != "contrary":
        return bool(contradicting) or (signs["figures"] and signs["alike"])
    of_whom = any(stem in claim.stems for stem, named in zip(sentence.stems, sentence.is_name, strict=True) if named) or (
        bool(sentence.stems) and sentence.stems[0] in claim.stems
    )
    several = len(contradicting) > 1 or (signs["negated"] and signs["alike"]) or (signs["opposite"] and of_whom)
    return (
        (signs["shared"] or len(contradicting) > 1 or any(signs.get(sign) for sign in _POINTS_BY_ITSELF))
        and (bool(contradicting) or (signs["figures"] and signs["alike"]))
        and (signs["credited"] or several)
    )


def _is_spread_headline(claims: Claims, claim: Claim, sentence: Statement) -> bool:
    """Whether the claim is the headline, and the text says before the sentence that it went round."""
    first = claims.sentences[0]
    headed = claim.span[0] < first.end and claims.plain[first.end : first.end + 1] == "\n"
    return headed and bool(claims.goes_round(first.end, sentence.start))


def _is_linked(sentence: Statement, rule: str) -> bool:
    """Whether what is called false stands elsewhere, as a pronoun or a noun for a claim beside it says."""
    sections = DENYING if rule == "denying" else {rule}
    near = {i for c in sentence.cues if c.section in sections for i in range(c.first - _NEAR_CLAIM, c.last + _NEAR_CLAIM + 1)}
    return bool(near & sentence.numbers("claim")) or any(
        word in THIS or word in POINTS_BACK for i, word in enumerate(sentence.words) if i in near
    )

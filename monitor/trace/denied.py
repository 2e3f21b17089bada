"""What a sentence denies within itself: what its verb governs, what stands before it, what is called false."""

from __future__ import annotations

import re

from monitor.lexicons import any_of, phrases
from monitor.text import WRITTEN_WORD
from monitor.text.morphology import readings
from monitor.trace.closed import closed
from monitor.trace.denying import Cue
from monitor.trace.pairs import Pairs
from monitor.trace.passages import POINTS_BACK, THAT, Span, Statement
from monitor.trace.standing import AFTER_PREDICATE

COORDINATORS = closed("coordinator")
_CALLING = phrases("claiming", "calling")
# A comma that ends what is denied: no clause of its own content follows.
ASIDE = re.compile(rf",\s(?!(?:{any_of(closed('clause_of_content', 'ru', 'uk'))})\b)")
# "Фейком назвали объявление о выселении": what is called so, with what it is of.
_CALLED = re.compile(rf"(?:{_CALLING})[^.;:«“\"]{{0,40}}?\b(\w{{4,}} (?:{any_of(closed('about'), closed('that', 'en'))})\b)")
CALLS_IT = re.compile(rf"(?:{_CALLING})[^.;:«»“”\"]*$")
_BE = re.compile(
    rf"(?<![\s,—–-])[\s,—–-]*+(?:\b(?:{any_of(closed('is'))})\b[\s,—–-]*+){{0,6}}+(?:[«“\"]?\w{{1,20}}ly\s)?+[«“\"]?+$"
)
_NOTHING_CALLED = (
    POINTS_BACK
    | AFTER_PREDICATE - closed("article", "en") - closed("that", "en")
    | closed("preposition", "ru", "uk")
    | closed("coordinator")
)
_GUILT = closed("guilt")
_PREPOSITIONS = closed("preposition", "ru", "uk")
_NEAR_OBJECT = 4
"""Words before a verb within which its object may stand."""
NEAR_VERB = 45
"""Letters between a verb and the noun for the claim that it denies."""


def is_passive(pairs: Pairs, sentence: Statement, cue: Cue) -> bool:
    """Whether what is denied is the verb's subject: "were denied by", "опровергнуты", "відкинуто"."""
    if pairs.claims.language == "en":
        return _is_done(sentence, cue)
    return any(r.part == "PRTS" or "Impe" in r.marks for r in readings(sentence.words[cue.first], pairs.claims.language)[:1])


def next_word(pairs: Pairs, at: int) -> int:
    """Where the next word or quotation begins."""
    return next((n for n in range(at, len(pairs.plain)) if pairs.plain[n].isalnum() or pairs.plain[n] in '«“"'), at)


def aside(pairs: Pairs, start: int, sentence: Statement) -> Span | None:
    """What "contrary to what …" says: the clause, or that within it which somebody said."""
    stop = ASIDE.search(pairs.low, start, sentence.end)
    inner = THAT.search(pairs.low, start, sentence.end)
    if inner and stop and inner.start() <= stop.start() + 2:
        start, stop = inner.end(), ASIDE.search(pairs.low, inner.end(), sentence.end)
    return pairs.claims.trimmed(start, stop.start()) if stop else None


def affirmed(pairs: Pairs, span: Span, sentence: Statement) -> Span | None:
    """What is denied, without what denies it: "the raid" of "there was no raid at all", "облавы" of "облавы не было"."""
    places = [(sentence.starts[i], sentence.starts[i] + len(sentence.words[i])) for i in sentence.negated]
    inside = [place for place in places if span[0] <= place[0] < span[1]]
    span = (pairs.claims.led(*span), span[1])
    while inside and pairs.claims.trimmed(span[0], inside[0][0]) is None:
        span = (inside.pop(0)[1], span[1])
    return pairs.claims.trimmed(span[0], inside[0][0] if inside else span[1])


def points_back(sentence: Statement, cue: Cue) -> bool:
    """Whether a pronoun or a noun for a claim stands beside the verb, and says no more: "опроверг эту информацию"."""
    near = sentence.words[max(0, cue.first - 3) : cue.last + 4]
    return any(word in POINTS_BACK for word in near) or any(abs(i - cue.first) <= 3 for i in sentence.numbers("claim"))


def governed(pairs: Pairs, sentence: Statement, cue: Cue) -> Span | None:
    """What the verb denies, where it stands behind it."""
    start, end = sentence.place(cue)
    if re.search(r"[,—–]\s*$", pairs.plain[max(sentence.start, start - 3) : start]) and not pairs.claims.is_of_what(end):
        return None  # "The call-up goes on, lawyers object": who denies stands behind
    if re.match(r"\s*+[:,—–]?+\s*+[«“\"]|\s*+:", pairs.plain[end : end + 4]):
        return None
    that = THAT.search(pairs.low, end, min(sentence.end, end + 60))
    if (
        that
        and pairs.plain[that.end() : that.end() + 1].isalnum()
        and not re.search(r"[,;:«“\"]\s*\w", pairs.plain[end : that.start()])
        and COORDINATORS.isdisjoint(WRITTEN_WORD.findall(pairs.low, end, that.start()))  # "denies guilt and says that…"
        and not pairs.claims.claim_noun(sentence, end, that.start())
    ):
        return pairs.claims.to_end(that.end(), sentence)
    noun = pairs.claims.claim_noun(sentence, end, sentence.end)
    if noun and noun[0] - end < NEAR_VERB:
        return pairs.claims.to_end(noun[0], sentence) if pairs.claims.says_what(noun) else None
    following = next((sentence.words[i] for i, start in enumerate(sentence.starts) if start >= end), "")
    points_back = following in POINTS_BACK and following not in _HIS
    if cue.section == "dismissing" or not following or points_back or following in _GOVERNS_NOTHING:
        return None
    return pairs.claims.clause(end, sentence)


def fronted(pairs: Pairs, sentence: Statement, cue: Cue) -> Span | None:
    """What the verb denies, where it stands before it: "слухи о закрытии рынка мэр опроверг". English has no such order."""
    at = sentence.place(cue)[0]
    is_passive = _is_done(sentence, cue)
    noun = pairs.claims.claim_noun(sentence, sentence.start, at) if pairs.claims.language != "en" or is_passive else None
    if noun is None and pairs.claims.language != "en" and cue.section == "denying":
        return _object_before(pairs, sentence, cue)
    if noun is None or not pairs.claims.says_what(noun) or re.search(r"[.;:«»“”\"]", pairs.plain[noun[0] : at]):
        return None
    end = min([at, *(a.start for a in sentence.said if noun[1] < a.start < at)])
    be = _BE.search(pairs.low, noun[1], end) if is_passive else None
    return pairs.claims.unjoined(noun[0], be.start() if be else end, sentence)


def _object_before(pairs: Pairs, sentence: Statement, cue: Cue) -> Span | None:
    """A noun before the verb that can only be its object: "побои следователь отрицает", "принуждение в штабе отрицают"."""
    language = pairs.claims.language
    verb = next((r for r in readings(sentence.words[cue.first], language) if r.part == "VERB"), None)
    if verb is None:
        return None
    has_subject = False
    for i in range(cue.first - 1, max(-1, cue.first - 1 - _NEAR_OBJECT), -1):
        behind = pairs.low[sentence.starts[i] + len(sentence.words[i]) : sentence.starts[i + 1]]
        if behind.strip() or sentence.words[i] in POINTS_BACK:
            return None  # another clause, or the object stands elsewhere
        found = [r for r in readings(sentence.words[i], language) if r.part in {"NOUN", "NPRO", "ADJF"}]
        preposition = i > 0 and sentence.words[i - 1] in _PREPOSITIONS
        if preposition or not found or not any(r.case == "accs" for r in found):
            has_subject = has_subject or (not preposition and any(r.case == "nomn" for r in found))
            continue
        subject = not has_subject and any(r.case == "nomn" and (not verb.number or r.number in {"", verb.number}) for r in found)
        owned = i > 0 and any(r.case == "gent" for r in found) and _is_noun(pairs, sentence.words[i - 1])
        if found[0].part == "NOUN" and not subject and not owned and sentence.words[i] not in _GUILT:
            ends = (sentence.starts[k] for k in range(i + 1, cue.first) if _ends_object(pairs, sentence, k))
            stop = next(ends, sentence.starts[cue.first])
            said = [a.start for a in sentence.said if sentence.starts[i] < a.start < stop]
            return pairs.claims.trimmed(sentence.starts[i], min([stop, *said]))
    return None


def _is_noun(pairs: Pairs, word: str) -> bool:
    return any(r.part == "NOUN" for r in readings(word, pairs.claims.language)[:1])


def _ends_object(pairs: Pairs, sentence: Statement, i: int) -> bool:
    """Whether a word behind an object is none that belongs to it: no genitive."""
    return not any(
        r.case == "gent" and r.part in {"NOUN", "ADJF"} for r in readings(sentence.words[i], pairs.claims.language)[:1]
    )


def named(pairs: Pairs, sentence: Statement, cue: Span) -> Span | None:
    """A noun for a claim with what it is of, before or behind the words that say it is false."""
    before = pairs.claims.claim_noun(sentence, sentence.start, cue[0])
    if before and pairs.claims.says_what(before):
        be = _BE.search(pairs.low, before[1], cue[0])
        end = be.start() if be else cue[0]
        said = [a.start for a in sentence.said if before[1] < a.start < end]
        return pairs.claims.trimmed(before[0], min([end, *said]))
    behind = list(pairs.claims.claim_nouns(sentence, cue[1], sentence.end))
    if behind:
        says = next((noun for noun in behind if pairs.claims.says_what(noun)), None)
        return pairs.claims.to_end(says[0], sentence) if says else None
    called = _CALLED.search(pairs.low, cue[1], sentence.end)
    if called:
        return pairs.claims.to_end(called.start(1), sentence)
    return _called(pairs, sentence, cue)


def _called(pairs: Pairs, sentence: Statement, cue: Span) -> Span | None:
    """What somebody calls false, where it stands behind: "назвал уткой законопроект о…", "dismissed as fake a video…"."""
    if not CALLS_IT.search(pairs.low[max(sentence.start, cue[0] - 40) : cue[0]]):
        return None
    following = WRITTEN_WORD.match(pairs.low, cue[1] + 1) if pairs.plain[cue[1] : cue[1] + 1] == " " else None
    return pairs.claims.to_end(following.start(), sentence) if following and following[0] not in _NOTHING_CALLED else None


def _is_done(sentence: Statement, cue: Cue) -> bool:
    """ "Were denied", "were flatly contradicted"."""
    at = cue.first - 1
    while at > 0 and sentence.words[at].endswith("ly"):
        at -= 1
    return at >= 0 and sentence.words[at] in _BE_DONE


_HIS, _BE_DONE = closed("possessive", "en"), closed("passive", "en") - {"to"}
_GOVERNS_NOTHING = closed("and") | closed("against", "ru", "uk")

"""Decides whether a word of denying denies in its context: not in "did not deny", "denied bail", "the false ceiling"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from monitor.lexicons import lexicon, phrases
from monitor.text.morphology import readings
from monitor.trace.closed import closed
from monitor.trace.denying import Cue
from monitor.trace.passages import NEGATIONS, POINTS_BACK, Passage, Statement

DENYING = frozenset(["denying", "dismissing"])
"""Sections of verbs that deny what they govern."""
BARE = 4
"""A sentence of so few words that calls something false can only mean what stands beside it."""
_NEAR_CLAIM = 6
"""Words within which a noun for a claim says what is called false."""
THIS = closed("this")
CALLING = re.compile(phrases("claiming", "calling"))
AFTER_PREDICATE = closed("after_predicate")
_CALLS = re.compile(phrases("claiming", "calling") + r"\w*")
_NEAR_THING = 4
"""Words between what is called something and what it is called."""
REFUSED = frozenset(word for sections in lexicon("claiming").values() for word in sections["refused"])
_WILL, _BOUND = closed("will", "en"), closed("bound")
_AT_FIRST, _PASSIVE, _MAY, _REFUSED_TO = closed("at_first"), closed("passive"), closed("may"), closed("refused_to")
_FOR = closed("for", "en")
_NEAR_PASSIVE = 14
_ARTICLES = closed("article", "en") | closed("possessive", "en")
_AGAINST = closed("against")
_IT, _NOR = closed("it_object"), closed("nor")
_MADE_UP = tuple(closed("made_up"))
# What stands between "called", "is" and the word that says it is false.
_CALLED = re.compile(
    rf"(?:{phrases('claiming', 'calling')}|\b(?:{phrases('claiming', 'being')}|'s))"
    rf"(?:\s+(?:{phrases('claiming', 'merely')}|“|\"|«))*"
    r"\s*(?:[\w-]+\s+){0,2}[«“\"]?$"
)


def standing(passage: Passage, sentence: Statement, cues: Sequence[Cue]) -> list[Cue]:
    """The cues of a sentence that say there what they say by themselves."""
    return [cue for cue in cues if not any(is_void(passage, sentence, cue, cues) for is_void in _VOID)]


Void = Callable[[Passage, Statement, Cue, Sequence[Cue]], bool]


def _lacks_colon(passage: Passage, sentence: Statement, cue: Cue, _: Sequence[Cue]) -> bool:
    """ "Correction" without the colon that heads one."""
    return cue.entry.endswith(":") and passage.plain[sentence.place(cue)[1] :][:1] != ":"


def _goes_on(passage: Passage, sentence: Statement, cue: Cue, _: Sequence[Cue]) -> bool:
    """ "Not so much": what says so by itself ends there; "made up of" says what a thing consists of."""
    behind = passage.plain[sentence.place(cue)[1] :][:2]
    if cue.entry == "made up":
        return sentence.words[cue.last + 1 : cue.last + 2] == ["of"]
    return cue.entry == "not so" and behind[:1] == " " and behind[1:].isalnum()


def is_not_denied(passage: Passage, sentence: Statement, cue: Cue, cues: Sequence[Cue] = ()) -> bool:
    """ "Не отрицает", "did not deny", "was denied entry", "neither confirmed nor denied"."""
    if cue.section not in DENYING | {"false", "insisting"}:
        return False
    before = sentence.words[max(0, cue.first - 3) : cue.first]
    if before[-2:-1] == ["confirm"] or before[-2:-1] == ["confirmed"]:
        return True  # "would confirm or deny"
    if any(word in NEGATIONS or word.endswith("n't") for word in before[-2:]) or not _NOR.isdisjoint(before):
        return True
    while before and before[-1].endswith("ly"):
        before = before[:-1]  # "was widely ridiculed"
    passive = cue.section in DENYING and passage.language == "en" and bool(before) and before[-1] in _PASSIVE
    return passive and not (sentence.words[cue.last + 1 : cue.last + 2] == ["by"] or _speaks_of_claim(cue, cues))


def _speaks_of_claim(cue: Cue, cues: Sequence[Cue]) -> bool:
    """ "The reports were denied": what is denied is a claim."""
    return any(other.section == "claim" and other.first < cue.first <= other.first + _NEAR_PASSIVE for other in cues)


def _may_be(_: Passage, sentence: Statement, cue: Cue, __: Sequence[Cue]) -> bool:
    """ "You could dismiss that", "denying that": nobody has done so."""
    verb = sentence.words[cue.first]
    return cue.section in DENYING and (
        not _MAY.isdisjoint(sentence.words[max(0, cue.first - 2) : cue.first])
        or not _WILL.isdisjoint(sentence.words[max(0, cue.first - 1) : cue.first])
        or (verb.endswith("ing") and (cue.first == 0 or sentence.words[cue.first - 1] in _FOR))
    )


def _is_certain(_: Passage, sentence: Statement, cue: Cue, __: Sequence[Cue]) -> bool:
    """ "There is no doubt that …"."""
    return cue.section == "never" and not _BOUND.isdisjoint(sentence.words[cue.last + 1 : cue.last + 2])


def _is_at_first(_: Passage, sentence: Statement, cue: Cue, __: Sequence[Cue]) -> bool:
    """ "Сначала отрицал": he does no longer."""
    near = sentence.words[max(0, cue.first - 2) : cue.first]
    return cue.section in DENYING | {"countering"} and not _AT_FIRST.isdisjoint(near)


def _is_refusal(_: Passage, sentence: Statement, cue: Cue, cues: Sequence[Cue]) -> bool:
    """ "Denied bail", "denied us a hall", "отверг ходатайство", "заперечив проти застави"."""
    behind = sentence.words[cue.last + 1 : cue.last + 6]
    if cue.section not in DENYING or (_AGAINST | _REFUSED_TO).intersection(behind[:1]):
        return cue.section in DENYING
    refused = next((i for i, word in enumerate(behind, cue.last + 1) if word in REFUSED), 0)
    claimed = (c.first for c in cues if c.section == "claim" and c.first > cue.last)
    return 0 < refused < min(claimed, default=refused + 1)


def _is_nobodys(_: Passage, sentence: Statement, cue: Cue, __: Sequence[Cue]) -> bool:
    """Answers are such only as what somebody does: "no doubt", "the challenge" are none."""
    start, end = sentence.place(cue)
    return (
        cue.section in {"countering", "insisting"}
        and cue.first == cue.last
        and not any(a.start < end and start < a.end for a in sentence.said)
    )


def _withdraws_no_claim(_: Passage, sentence: Statement, cue: Cue, cues: Sequence[Cue]) -> bool:
    """ "Withdrew his troops": a noun for a claim, or "it", follows where a claim is withdrawn."""
    if cue.section != "withdrawing":
        return False
    near = range(cue.last + 1, cue.last + 7)
    names = any(c.section == "claim" and c.first in near for c in cues)  # "took back on Tuesday his earlier assertion"
    return not names and _IT.isdisjoint(sentence.words[cue.last + 1 : cue.last + 2])


def _is_attribute(passage: Passage, sentence: Statement, cue: Cue, _: Sequence[Cue]) -> bool:
    """Whether the word only qualifies another: "the false ceiling", "ложная тревога"."""
    if cue.section != "false" or passage.plain[sentence.place(cue)[1] :][:1] != " " or cue.last + 1 >= len(sentence.words):
        return False
    word, following = sentence.words[cue.last], sentence.words[cue.last + 1]
    if passage.language == "en":
        return cue.entry in closed("qualifying") and following not in AFTER_PREDICATE
    if any(r.part == "ADVB" for r in readings(word, passage.language)[:1]):  # "неверно указано"
        return any(r.part in {"PRTS", "PRTF", "VERB"} for r in readings(following, passage.language)[:1])
    return cue.entry.endswith("*") and _agree(word, following, passage.language)


def _agree(word: str, following: str, language: str) -> bool:
    """Whether an adjective qualifies the noun behind it."""
    nouns = {(r.case, r.number, r.gender) for r in readings(following, language) if r.part == "NOUN"}
    return any(
        (r.case, r.number, r.gender) in nouns or (r.number == "plur" and any(n[:2] == (r.case, "plur") for n in nouns))
        for r in readings(word, language)
        if r.part in {"ADJF", "PRTF"}
    )


def _qualifies(passage: Passage, sentence: Statement, cue: Cue, _: Sequence[Cue]) -> bool:
    """ "The disputed border", "a mock summons": what stands behind an article is no verb."""
    before = sentence.words[cue.first - 1] if cue.first else ""
    return passage.language == "en" and cue.section in DENYING and before in _ARTICLES


def _is_counted(_: Passage, sentence: Statement, cue: Cue, cues: Sequence[Cue]) -> bool:
    """ "Rejected 1,140 claims": who is counted among so many says nothing that is denied."""
    behind = range(cue.last + 1, cue.last + 5)
    noun = next((c.first for c in cues if c.section == "claim" and c.first in behind), 0)
    return cue.section == "dismissing" and any(word.isdigit() for word in sentence.words[cue.last + 1 : noun])


def _calls_thing(passage: Passage, sentence: Statement, cue: Cue, cues: Sequence[Cue]) -> bool:
    """ "Считает отказ необоснованным": what is called so is named between, and is no claim."""
    if cue.section != "false" or passage.language == "en":
        return False
    calls = list(_CALLS.finditer(passage.low, sentence.start, sentence.starts[cue.first]))
    between = [n for n in range(cue.first) if calls and sentence.starts[n] >= calls[-1].end()]
    if not between or len(between) > _NEAR_THING or any(c.section == "claim" and c.first in between for c in cues):
        return False
    words = [sentence.words[n] for n in between]
    return POINTS_BACK.isdisjoint(words) and any(
        r.part == "NOUN" and r.case == "accs" for word in words for r in readings(word, passage.language)[:1]
    )


def _only_speaks_of_it(passage: Passage, sentence: Statement, cue: Cue, cues: Sequence[Cue]) -> bool:
    """Falsehood is spoken of, and nothing is said to be false: "a case about fakes", "tales of the north"."""
    return cue.section == "false" and not _is_predicate(passage, sentence, cue, cues)


_VOID: tuple[Void, ...] = (
    _lacks_colon, _goes_on, _qualifies, _is_counted, _calls_thing,
    is_not_denied, _may_be, _is_certain, _is_at_first, _is_refusal, _is_nobodys, _withdraws_no_claim, _is_attribute,
    _only_speaks_of_it,
)  # fmt: skip
"""By any of these a cue says nothing where it stands."""


# Whether a word says that something is false


def _is_predicate(passage: Passage, sentence: Statement, cue: Cue, cues: Sequence[Cue]) -> bool:
    if " " in cue.entry and not cue.entry.startswith(("a ", "is ")):
        return True  # a phrase says so by itself
    if passage.language != "en" and _is_oblique(sentence.words[cue.last], passage.language):
        return False
    return any(says(passage, sentence, cue, cues) for says in _PREDICATES)


def _is_alone(passage: Passage, sentence: Statement, cue: Cue, _: Sequence[Cue]) -> bool:
    """In a sentence of few words, or behind a dash, a colon or the mark of a quotation."""
    start = sentence.place(cue)[0]
    return len(sentence.words) <= BARE or bool(re.search(r"[«“\"—–:]\s*$", passage.plain[max(sentence.start, start - 2) : start]))


def _begins(passage: Passage, sentence: Statement, cue: Cue, _: Sequence[Cue]) -> bool:
    """Where the sentence begins with it, or short quoted words end with it."""
    start, end = sentence.place(cue)
    if cue.first == 0:
        return True
    opens = re.search(r"(?:^|[«“\"])[^«“\"»”.,;:]{0,25}$", passage.plain[max(sentence.start, start - 30) : start])
    return bool(re.match(r"\s*[!.»”\"]", passage.plain[end : end + 2]) and opens)


def _stands_beside_this(_: Passage, sentence: Statement, cue: Cue, __: Sequence[Cue]) -> bool:
    """Beside a pronoun: "это ложь"."""
    near = sentence.words[max(0, cue.first - 3) : cue.first] + sentence.words[cue.last + 1 : cue.last + 3]
    return not THIS.isdisjoint(near)


def _stands_by_claim(_: Passage, __: Statement, cue: Cue, cues: Sequence[Cue]) -> bool:
    """Near a noun for a claim: "слухи оказались ложью"."""
    claims = [i for c in cues if c.section == "claim" for i in range(c.first, c.last + 1)]
    return any(abs(i - cue.first) <= _NEAR_CLAIM and i not in range(cue.first, cue.last + 1) for i in claims)


def _is_called(passage: Passage, sentence: Statement, cue: Cue, _: Sequence[Cue]) -> bool:
    """Behind or before a verb of calling or being: "назвал уткой", "was a hoax"."""
    start, end = sentence.place(cue)
    before = _CALLED.search(passage.low[max(sentence.start, start - 60) : start])
    return bool(before or CALLING.match(passage.low, end + 1))


def _is_its_own_predicate(passage: Passage, sentence: Statement, cue: Cue, _: Sequence[Cue]) -> bool:
    """A verb or a short adjective: "его слова исказили", "сведения недостоверны"."""
    if passage.language == "en":
        return cue.entry in closed("predicate")
    found = readings(sentence.words[cue.last], passage.language)
    finite = any(r.part == "VERB" and ("past" in r.marks or "3per" in r.marks) for r in found)
    return any(r.part in {"ADJS", "PRTS"} for r in found) or (finite and not cue.entry.startswith(_MADE_UP))


_PREDICATES: tuple[Void, ...] = (_is_alone, _begins, _stands_beside_this, _stands_by_claim, _is_called, _is_its_own_predicate)
"""Where one of these holds, something is said to be false."""


def _is_oblique(word: str, language: str) -> bool:
    """Whether a noun or adjective is neither subject nor what something is called: "о фейках"."""
    found = readings(word, language)
    cases = {r.case for r in found if r.part in {"NOUN", "ADJF", "PRTF"}}
    return bool(cases) and not cases & {"nomn", "ablt"} and not any(r.part in {"VERB", "ADJS", "PRTS", "ADVB"} for r in found)

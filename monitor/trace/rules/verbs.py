"""Sources by a verb of saying: its subject, a subject that it shares with another verb, and the newsroom itself."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.lexicons import lexicon
from monitor.trace.closed import closed
from monitor.trace.english import BE, English
from monitor.trace.english_phrases import ADVERBS, AUXILIARIES
from monitor.trace.phrases import Phrase
from monitor.trace.rules.context import CITES, CONTENT_THAT, Context, Finding, is_known, span, verbs_of
from monitor.trace.rules.phrases import OURSELVES
from monitor.trace.slavic import Slavic
from monitor.trace.slavic_words import ADVERBS as SLAVIC_ADVERBS
from monitor.trace.slavic_words import PREPOSITIONS
from monitor.trace.tokens import COLON, COMMA, DASH, END, SPEECH, WORD, Sentence
from monitor.trace.words import VerbForm, rest_of

_OWNS_NOBODY = closed("owns_nobody", "ru", "uk")
_PAPERS = frozenset(["document", "publication", "representative"])
_DENIES = frozenset(
    verb for of in ("ru", "uk") for section in ("denying", "dismissing") for verb in lexicon("denying")[of][section]
)
"""Verbs that govern what is denied, in Russian and Ukrainian."""
_LEADS = closed("leads")
_OUTLETS_SAY = closed("outlets_say")
_REFERS = closed("refers")
_AND_BUT = closed("and_but")
_HIS = closed("possessive", "en")
_HIMSELF = closed("himself")
_DONE = closed("also_done", "ru", "uk")
_FINDS = closed("finds", "en")
_TURNS_DOWN, _BRANDS, _COUNTED = closed("turns_down", "en"), closed("brands", "en"), closed("counted", "en")
_NOT_DONE = BE | closed("will", "en")
_RELATIVES = closed("opens_relative", "en") | frozenset(["that"])
_ANSWERS, _ONTO = closed("answers"), closed("onto")
_RUMOURS = closed("rumours", "ru", "uk")
_AND = closed("coordinator", "ru", "uk") | frozenset(["and"])
_TOLD = frozenset(["past", "pres", "base"])
_OUR, _AUTHORS, _THESE_LINES = closed("our"), closed("author"), closed("these_lines")


def by_verb(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A verb of saying with its subject: "губернатор заявил", "said the mayor"."""
    grammar = context.grammar
    last: Finding | None = None
    for v, verb in verbs_of(context, tokens):
        if verb.sections <= {"asking"} or (isinstance(grammar, Slavic) and verb.tense in {"gerund", "impersonal"}):
            continue
        silent = verb.sections <= {"quoting", "thinking"} and not grammar.has_content(tokens, v)
        if silent and not _is_outlets(context, tokens, v, verb):
            continue
        if verb.sections == {"thinking"} and last is not None and not _apart(tokens, last.verb, v):
            continue
        if verb.lemma == "ask" and tokens[v + 1 : v + 3] and tokens[v + 1].low == "that" and tokens[v + 2].low in _HIS:
            continue  # "who asked that his surname not be used"
        phrase = _subject(context, tokens, v, verb)
        if phrase is None or (phrase.pronoun and tokens[phrase.first].low in OURSELVES):
            continue
        if verb.lemma in _RUMOURS and tokens[phrase.first].low in PREPOSITIONS:
            yield Finding(*span(tokens, min(phrase.first, v), max(phrase.last, v)), "hearsay", tokens, None, v)
            continue  # "на базаре поговаривают"
        if not _may_say(context, tokens, v, verb, phrase) or _is_his_own(context, tokens, phrase, v):
            continue
        start, end = span(tokens, min(phrase.first, v), max(phrase.last, v + _rest(tokens, v, verb)))
        publishes = "publishing" in verb.sections or verb.lemma in _OUTLETS_SAY
        last = Finding(start, end, "verb", tokens, phrase, v, publishes)
        yield last


def _is_outlets(context: Context, tokens: Sentence, v: int, verb: VerbForm) -> bool:
    """Whether an outlet does what the verb says: "историю описал «Курьер»"."""
    if verb.lemma not in _OUTLETS_SAY or isinstance(context.grammar, English):
        return False
    phrase = _subject(context, tokens, v, verb)
    return phrase is not None and (phrase.kind == "outlet" or is_known(context, tokens, phrase))


def _may_say(context: Context, tokens: Sentence, v: int, verb: VerbForm, phrase: Phrase) -> bool:
    """Whether what the phrase names can do what the verb says: papers show, outlets publish and find out, people say."""
    grammar = context.grammar
    is_paper = phrase.kind in {"document", "publication"}
    if is_paper and v and tokens[v - 1].low in _HIMSELF:
        return False  # "реестр сам запрещает сделки"
    if not grammar.names_source(phrase) and verb.sections.isdisjoint({"saying", "publishing", "quoting"}):
        return False
    if verb.sections <= {"showing", "publishing"} and ("showing" if is_paper else "publishing") not in verb.sections:
        return False
    if isinstance(grammar, Slavic) and verb.lemma in _DONE and phrase.kind not in {"outlet", "telegram", "publication"}:
        is_outlet = is_known(context, tokens, phrase) or (phrase.title is not None and phrase.first == phrase.title)
        return is_outlet or is_paper or grammar.tells(tokens, v, phrase)
    if isinstance(grammar, English) and _is_done(tokens, v, verb):
        return False
    if not isinstance(grammar, English) or is_paper or phrase.kind in {"outlet", "masthead", "telegram", "lawyer"}:
        return True
    # Whoever is not known to speak must be seen to say something, and who finds something may have looked for it.
    unsure = not grammar.names_source(phrase) or verb.lemma in _FINDS
    return not unsure or grammar.has_content(tokens, v)


def _is_done(tokens: Sentence, v: int, verb: VerbForm) -> bool:
    """Whether an English verb tells what was done and not said: "rejected 300 claims", "branded the buses blue"."""
    behind = tokens[v + 1 :]
    if verb.lemma in _TURNS_DOWN:
        is_counted = bool(behind) and (behind[0].low[:1].isdigit() or behind[0].low in _COUNTED)
        clause = next((t.low for t in behind if t.kind != WORD or t.low in AUXILIARIES or t.low in _RELATIVES), "")
        return is_counted and clause not in AUXILIARIES  # but "denied thousands were drafted"
    is_named = any(token.kind == SPEECH or token.low in {"a", "an", "as"} for token in behind[1:])
    return verb.lemma in _BRANDS and bool(behind) and not is_named


def _is_his_own(context: Context, tokens: Sentence, phrase: Phrase, v: int) -> bool:
    """Whether a pronoun stands right behind another verb of saying: "said he thinks" is said once, by one."""
    if not phrase.pronoun or (v < phrase.first and phrase.gender != "place"):
        return False
    at = phrase.first - 1
    while at > 0 and (tokens[at].low in CONTENT_THAT or tokens[at].kind == COMMA):
        at -= 1
    verb = context.words.verbs.get(tokens[at].low) if at > 0 and tokens[at].kind == WORD else None
    if verb is None or rest_of(verb, [token.low for token in tokens[at + 1 : at + 4]]) < 0:
        return False  # "already had, he told": "have" says something with "it" alone
    return "saying" in verb.sections and not (verb.gender and phrase.gender and verb.gender != phrase.gender)


def _subject(context: Context, tokens: Sentence, v: int, verb: VerbForm) -> Phrase | None:
    grammar = context.grammar
    if isinstance(grammar, English):
        sides = (grammar.right, grammar.left) if v == 0 or tokens[v - 1].kind == SPEECH else (grammar.left, grammar.right)
        return next((p for side in sides if (p := side(tokens, v, verb)) is not None), None)
    i = v - 1
    while i >= 0 and tokens[i].kind == WORD and tokens[i].low in _LEADS:
        i -= 1
    behind = i < 0 or tokens[i].kind in {SPEECH, COMMA, DASH, END, COLON}
    sides_ = (grammar.right, grammar.left) if behind else (grammar.left, grammar.right)
    phrase = next((p for side in sides_ if (p := side(tokens, v, verb)) is not None), None)
    if verb.number == "plur" and (phrase is None or _may_be_object(grammar, tokens, v, phrase)):
        is_object = phrase is not None and (_is_nobody(tokens, phrase) or verb.lemma in _DENIES)
        phrase = grammar.office(tokens, v) or (None if is_object else phrase)
        if phrase and not phrase.kind and verb.sections <= {"publishing", "showing"}:
            return None  # "в Туле печатали бюллетени"
    return phrase or (grammar.dropped(tokens, v, verb) if "saying" in verb.sections else None)


def _may_be_object(grammar: Slavic, tokens: Sentence, v: int, phrase: Phrase) -> bool:
    """Whether it may be what the verb governs, or whose that is: "опровергли сообщения", "слова матери назвали выдумкой"."""
    is_paper = phrase.first > v and phrase.kind in _PAPERS and grammar.is_thing(tokens[phrase.head])
    return is_paper or _is_nobody(tokens, phrase)


def _is_nobody(tokens: Sentence, phrase: Phrase) -> bool:
    """Whether it is, or is behind, a word that never speaks: "слова"."""
    return tokens[phrase.head].low in _OWNS_NOBODY or (phrase.first > 0 and tokens[phrase.first - 1].low in _OWNS_NOBODY)


def _rest(tokens: Sentence, v: int, verb: VerbForm) -> int:
    return max(0, rest_of(verb, [token.low for token in tokens[v + 1 : v + 4]]))


def _apart(tokens: Sentence, before: int, v: int) -> bool:
    """Whether the second verb is not within what the first says."""
    return any(tokens[i].kind in {SPEECH, COLON, END} or tokens[i].low in _AND_BUT for i in range(before, v))


def shared(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A verb whose subject is that of a verb before it: "the mayor came and said", "…, adding that", "призвал и рассказал"."""
    grammar = context.grammar
    for v, verb in verbs_of(context, tokens):
        if (
            verb.sections <= {"asking", "showing"}
            or verb.tense == "impersonal"
            or (verb.tense == "gerund" and verb.lemma in CITES | _REFERS)
            or (verb.tense == "gerund" and verb.lemma in _ANSWERS and v + 1 < len(tokens) and tokens[v + 1].low in _ONTO)
        ):
            continue
        if verb.sections <= {"quoting", "thinking"} and not grammar.has_content(tokens, v):
            continue
        phrase = grammar.shared(tokens, v, verb)
        if phrase is not None and not (phrase.pronoun and tokens[phrase.first].low in OURSELVES):
            yield Finding(*span(tokens, v, v + _rest(tokens, v, verb)), "shared", tokens, phrase, v)


def _ourselves_before(context: Context, tokens: Sentence, v: int) -> int:
    """Where "we" begins the clause in which the verb is the second: "we walked the stairs and saw"; -1 where nobody does."""
    at = v - 1
    while at > 0 and tokens[at].kind == WORD and (tokens[at].low in ADVERBS or tokens[at].low in SLAVIC_ADVERBS):
        at -= 1
    if at < 2 or tokens[at].low not in _AND:
        return -1
    begins = next((i + 1 for i in range(at - 1, -1, -1) if tokens[i].kind != WORD), 0)
    if tokens[begins].low not in OURSELVES:
        return -1
    verbs = [i for i in range(begins + 1, at) if context.grammar.finite(tokens, i)]
    return begins if verbs or isinstance(context.grammar, English) else -1


def _is_newsroom(context: Context, tokens: Sentence, at: int) -> bool:
    """Whether "our reporter" or "автор этих строк" begins here."""
    grammar = context.grammar
    if tokens[at].low in _OUR and grammar.kind(tokens[at + 1])[0] == "outlet":
        return isinstance(grammar, English) or any(r.case == "nomn" for r in grammar.form(tokens[at + 1]).nouns)
    these = tokens[at + 1].low in _THESE_LINES and tokens[at + 2].low in _THESE_LINES
    return these and at + 3 < len(tokens) and bool(grammar.lemmas(tokens[at]) & _AUTHORS)


def _verb_of_newsroom(context: Context, tokens: Sentence, at: int) -> int:
    """The verb of finding out or saying that is said of our reporter, over an aside; -1 where he does something else."""
    begins = at + 2 + (tokens[at + 1].low in _THESE_LINES)
    if begins < len(tokens) and tokens[begins].kind == COMMA:
        begins = next((i + 1 for i in range(begins + 1, len(tokens)) if tokens[i].kind == COMMA), len(tokens))
    end = next((i for i in range(begins, len(tokens)) if tokens[i].kind != WORD), len(tokens))
    return next((v for v, verb in verbs_of(context, tokens) if begins <= v < end and verb.tense in _TOLD), -1)


def own(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """What the newsroom did itself: "мы обзвонили", "I counted"."""
    for v, verb in verbs_of(context, tokens):
        if not verb.sections & {"asking", "publishing"} or verb.tense not in {"past", "pres", "base"}:
            continue
        at = next((i for i in range(max(0, v - 3), v) if tokens[i].low in OURSELVES), -1)
        at = _ourselves_before(context, tokens, v) if at < 0 else at
        if isinstance(context.grammar, English) and any(t.low in _NOT_DONE for t in tokens[at + 1 : v]):
            continue  # "I was found unfit", "we will ask"
        if at > 0 and tokens[at - 1].low == "as" and verb.sections <= {"asking"}:
            continue  # "as we saw in May"
        if at >= 0 and all(tokens[i].kind == WORD for i in range(at, v)):
            yield Finding(*span(tokens, at, v), "own", tokens, None, v, own=True)
    for at in range(len(tokens) - 2 if verbs_of(context, tokens) else 0):
        if _is_newsroom(context, tokens, at) and (v := _verb_of_newsroom(context, tokens, at)) > 0:
            if isinstance(context.grammar, English) and any(t.low in _NOT_DONE for t in tokens[at + 1 : v]):
                continue
            yield Finding(*span(tokens, at, v), "own", tokens, None, v, own=True)

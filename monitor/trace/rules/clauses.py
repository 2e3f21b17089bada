"""Sources by whatever verb of a person's that has a clause for its object."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.trace.closed import closed
from monitor.trace.english import BE, English
from monitor.trace.english_phrases import ADVERBS, AUXILIARIES, DETERMINERS, PRONOUNS
from monitor.trace.phrases import SPEAKERS, Phrase
from monitor.trace.rules.context import CONDITIONS, CONTENT, Context, Finding, is_fiction, span
from monitor.trace.slavic import NEGATIONS
from monitor.trace.tokens import COLON, COMMA, NAME, WORD, Sentence
from monitor.trace.words import VerbForm, rest_of

_NOT_SAID = closed("not_said")
_SURE = closed("sure", "en")
_NOT_SAID_EN = closed("not_said", "en")
_GOES_ON = closed("goes_on", "en")
_MAY_SAY = frozenset(["official", "lawyer", "witness", "outlet", "telegram", "expert", "other"])
_NOT = closed("not_done", "en")


def claused(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """Whatever verb of a person's has a clause for its object: "обмолвился, что…", "мэр рассудил: …"."""
    grammar = context.grammar
    if isinstance(grammar, English):
        yield from _english_clauses(context, grammar, tokens)
        return
    if is_fiction(tokens):
        return
    for i in range(1, len(tokens) - 1):
        if not (tokens[i].kind == COMMA and tokens[i + 1].low in CONTENT) and tokens[i].kind != COLON:
            continue
        v = next(
            (k for k in range(i - 1, max(-1, i - 8), -1) if tokens[k].kind not in {WORD, NAME} or grammar.finite(tokens, k)), -1
        )
        verb = grammar.finite(tokens, v) if v >= 0 else None
        if verb is None or verb.lemma in _NOT_SAID or (v and tokens[v - 1].low in NEGATIONS) or tokens[0].low in CONDITIONS:
            continue
        phrase = grammar.left(tokens, v, verb) or grammar.right(tokens, v, verb)
        begins = grammar.clause_start(tokens, v)
        if any(grammar.is_relative(token) for token in tokens[begins : begins + 2]):
            continue  # "под которым стоит подпись: …"
        if tokens[i].kind == COLON and phrase and grammar.has_object(tokens, max(v, phrase.last if phrase.first > v else v), i):
            continue  # "Суд отпустил сторожа домой: …", "осталась без победителя: …"
        if phrase and (phrase.name or phrase.kind in _MAY_SAY or phrase.pronoun):
            yield Finding(*span(tokens, min(v, phrase.first), max(v, phrase.last)), "claused", tokens, phrase, v)


def _english_clauses(context: Context, grammar: English, tokens: Sentence) -> Iterator[Finding]:
    """ "The mayor volunteered that…", "she is adamant that…", "he went on to say that…"."""
    supposed = len(tokens) > 0 and tokens[0].low in CONDITIONS
    for i in range(2, len(tokens) - 2):
        token = tokens[i]
        if token.low == "to" and (verb := context.words.verbs.get(tokens[i + 1].low)) and verb.tense == "base" and not supposed:
            v = next((k for k in range(i - 1, max(0, i - 6), -1) if tokens[k].low in _GOES_ON), -1)
            is_whole = rest_of(verb, [t.low for t in tokens[i + 2 : i + 5]]) >= 0  # not "to plead for", as "plead guilty" is
            is_said = is_whole and ("saying" in verb.sections or verb.lemma == "announce")
        elif token.low == "that" and not supposed and _opens_clause(tokens, i):
            v, is_said = _verb_before(grammar, tokens, i), True
        else:
            continue
        if v < 1 or not is_said or any(tokens[k].low in _NOT for k in range(max(0, v - 3), i)):
            continue
        past = VerbForm("", frozenset(), "past", "", "")
        phrase = grammar.left(tokens, v, past) if tokens[v].low not in _SURE else _subject_of_being(grammar, tokens, v - 1, past)
        is_it = phrase is not None and phrase.pronoun and phrase.gender == "neut"
        if phrase and not is_it and (phrase.pronoun or phrase.name or phrase.living or phrase.kind in SPEAKERS):
            last = i + 1 if token.low == "to" else v
            yield Finding(*span(tokens, phrase.first, max(last, phrase.last)), "claused", tokens, phrase, v)


def _subject_of_being(grammar: English, tokens: Sentence, at: int, verb: VerbForm) -> Phrase | None:
    """Whose opinion an adjective tells: "the mayor is still adamant"."""
    while at > 0 and (tokens[at].low in ADVERBS or tokens[at].low.endswith("ly")):
        at -= 1
    return grammar.left(tokens, at, verb) if at > 0 and tokens[at].low in BE else None


def _opens_clause(tokens: Sentence, that: int) -> bool:
    """Whether "that" begins a clause, and is no determiner: "volunteered that the market", not "mailed that day"."""
    following = tokens[that + 1]
    if following.kind != WORD:
        return following.kind == NAME
    if following.low in DETERMINERS or following.low in PRONOUNS or following.low == "there" or following.is_capital:
        return True
    return any(t.low in AUXILIARIES or t.low.endswith("ed") for t in tokens[that + 2 : that + 5])


def _verb_before(grammar: English, tokens: Sentence, that: int) -> int:
    """The verb that governs a clause, over the one to whom it is said; -1 where none does."""
    for v in range(that - 1, max(0, that - 4), -1):
        low = tokens[v].low
        if tokens[v].kind != WORD or low in _NOT_SAID_EN:
            return -1
        if low in _SURE or (low.endswith("ed") and not tokens[v].is_capital and low not in ADVERBS):
            return v if low not in _SURE or v == that - 1 else -1
        if not (tokens[v].is_capital or low in DETERMINERS or low in grammar.objects or grammar.kind(tokens[v])[0]):
            return -1
    return -1

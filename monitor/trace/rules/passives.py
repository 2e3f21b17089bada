"""Sources that are no subject: the agent of what was said, and the document from which it follows."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.trace.closed import closed
from monitor.trace.english import BE, English
from monitor.trace.english_phrases import ADVERBS
from monitor.trace.phrases import SPEAKERS, Phrase
from monitor.trace.rules.context import Context, Finding, forms_of, is_known, span, verbs_of
from monitor.trace.slavic import Slavic
from monitor.trace.tokens import WORD, Sentence
from monitor.trace.words import VerbForm, rest_of

_DONE_TO = closed("done_to", "en")
_EMERGES, _BEFORE_EMERGES = closed("emerges", "en"), closed("before_emerges", "en")
_LISTED_AS = closed("listed_as")
_ASKED = closed("asked", "en")


def by_agent(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """Who it was reported by: "were reported this week by independent media outlets", "shared by the channel"."""
    grammar = context.grammar
    if not isinstance(grammar, English):
        yield from _instrumental(context, grammar, tokens)
        return
    for v, verb in forms_of(context, tokens):
        if verb.tense not in {"past", "participle"} or not verb.sections & {"saying", "publishing", "quoting"}:
            continue
        if verb.lemma in _ASKED:
            continue  # "asked by the Courier": who answers speaks
        by = next((i for i in range(v + 1, min(len(tokens), v + 5)) if tokens[i].low == "by"), 0)
        if rest_of(verb, [t.low for t in tokens[v + 1 : v + 4]]) < 0:
            continue
        if not by or any(tokens[i].kind != WORD for i in range(v, by)):
            continue
        phrase = grammar.starting(tokens, by + 1, len(tokens))
        publishes = phrase and (
            phrase.kind in {"outlet", "telegram", "masthead", "anonymous"} or is_known(context, tokens, phrase)
        )
        if phrase and (publishes or _is_said_by(tokens, v, verb, phrase)):
            yield Finding(*span(tokens, v, phrase.last), "agent", tokens, phrase, v, publishes=True)


def _is_said_by(tokens: Sentence, v: int, verb: VerbForm, phrase: Phrase) -> bool:
    """Whether somebody speaks, where the verb is passive: "was described by the mayor as", "as was noted by the court"."""
    if verb.lemma in _DONE_TO or not (phrase.name or phrase.kind in SPEAKERS) or not verb.sections & {"saying", "quoting"}:
        return False
    before = v - 1
    while before >= 0 and tokens[before].low in ADVERBS:
        before -= 1
    return before >= 0 and (tokens[before].low in BE or tokens[before].low == "as")


def _instrumental(context: Context, grammar: Slavic, tokens: Sentence) -> Iterator[Finding]:
    """By whom it is said, where the verb is passive: "управлением сообщается о…", "повідомлено прокуратурою"."""
    for v, token in enumerate(tokens):
        if token.kind != WORD:
            continue
        verb = context.words.verbs.get(token.low)
        passive = context.words.passives.get(token.low)
        if passive is not None:
            verb = passive
        elif token.low.endswith(("ся", "сь")) and verb is None:
            verb = context.words.verbs.get(token.low[:-2])
        elif verb is not None and verb.tense != "impersonal" and "showing" not in verb.sections:
            continue
        if verb is None or verb.lemma in _LISTED_AS or verb.sections.isdisjoint({"saying", "publishing", "showing"}):
            continue  # "значится выпускником": as what, and by nobody
        phrase = _agent(grammar, tokens, v, passive)
        if phrase:
            yield Finding(*span(tokens, min(phrase.first, v), max(phrase.last, v)), "agent", tokens, phrase, v, publishes=True)


def _agent(grammar: Slavic, tokens: Sentence, v: int, passive: VerbForm | None) -> Phrase | None:
    """By whom, behind the verb or before it; or where it was published: "запись опубликована в канале «Призыв»"."""
    for low, high in ((v + 1, grammar.clause_end(tokens, v + 1)), (grammar.clause_start(tokens, v), v)):
        phrase = grammar.phrase(tokens, low, high, ("ablt",)) if low < high else None
        if phrase is None or tokens[phrase.first].low.isdigit():
            continue  # "перечислены 27 источников": how many there are, and by nobody
        titled = phrase.title is not None and phrase.first == phrase.title
        named = passive is not None and (phrase.name is not None or titled)
        if named or phrase.kind in {"official", "outlet", "lawyer", "telegram", "witness", "anonymous"}:
            return phrase
    where = grammar.office(tokens, v) if passive is not None and "publishing" in passive.sections else None
    return where if where and where.title is not None and where.kind in {"outlet", "telegram"} else None


def shown(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A document that says so: "следует из карточки дела", "в письме говорится"."""
    grammar = context.grammar
    if isinstance(grammar, English):
        yield from _follows_from(grammar, tokens)
        return
    for v, verb in verbs_of(context, tokens):
        if "showing" not in verb.sections and verb.tense != "impersonal":
            continue
        if verb.tense not in {"impersonal", "pres", "past"} or (verb.number == "plur" and "showing" not in verb.sections):
            continue
        phrase = grammar.origin(tokens, v)
        if phrase:
            yield Finding(*span(tokens, min(phrase.first, v), max(phrase.last, v)), "shown", tokens, phrase, v)


def _follows_from(grammar: English, tokens: Sentence) -> Iterator[Finding]:
    """ "This follows from an order", "it says in the decree", "as stated in the letter"."""
    for v, token in enumerate(tokens):
        if token.low not in _EMERGES:
            continue
        if v + 2 < len(tokens) and tokens[v + 1].low in {"from", "in"}:
            phrase = grammar.starting(tokens, v + 2, len(tokens))
            if phrase and phrase.kind in {"document", "publication"}:
                first = v - (v > 0 and tokens[v - 1].low in _BEFORE_EMERGES)
                yield Finding(*span(tokens, first, phrase.last), "shown", tokens, phrase, v)

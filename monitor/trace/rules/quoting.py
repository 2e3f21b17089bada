"""Whom an outlet quotes: the outlet and the one whose words they are."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.trace.english import English
from monitor.trace.rules.context import CITES, Context, Finding, cues_of, forms_of, is_known, place, span
from monitor.trace.slavic import Slavic
from monitor.trace.tokens import COMMA, DASH, Sentence
from monitor.trace.words import VerbForm


def quoted(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """Whom an outlet quotes: "…, слова которого приводит «Курьер»", "quoted by the Courier"."""
    grammar = context.grammar
    for v, verb in forms_of(context, tokens):
        if verb.lemma not in CITES:
            continue
        if isinstance(grammar, English):
            yield from _quoted_by(grammar, tokens, v)
            continue
        opened = next((i for i in range(v - 1, -1, -1) if tokens[i].kind in {COMMA, DASH}), -1)
        cites_after = v > 0 and tokens[v - 1].kind == COMMA  # "…, цитирует «Курьер» главу министерства"
        if (tokens.spoken or cites_after) and (two := _quotes_whom(grammar, tokens, v, verb)):
            yield from two
            continue
        if opened < 1 or not any(grammar.is_relative(tokens[i]) for i in range(opened + 1, min(v, opened + 4))):
            continue
        outlet = grammar.right(tokens, v, verb) or grammar.left(tokens, v, verb)
        person = grammar.ending(tokens, opened - 1)
        if outlet and person:
            yield Finding(
                *span(tokens, min(opened + 1, outlet.first), max(v, outlet.last)), "quoted", tokens, outlet, v, publishes=True
            )
            yield Finding(*span(tokens, person.first, person.last), "quoted", tokens, person)


def citing_outlet(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """An outlet that passes on what another says, by no verb of its own: "The tabloid, quoting an inspector, had it empty"."""
    grammar = context.grammar
    for i, cue in cues_of(context, tokens, "citing"):
        found = place(tokens, i, cue.words)
        if found is None or found[0] < 2 or tokens[found[0] - 1].kind != COMMA:
            continue
        outlet = grammar.ending(tokens, found[0] - 2)
        if outlet and (outlet.kind in {"outlet", "masthead", "telegram"} or is_known(context, tokens, outlet)):
            yield Finding(*span(tokens, outlet.first, outlet.last), "citing", tokens, outlet, publishes=True)


def _quotes_whom(grammar: Slavic, tokens: Sentence, v: int, verb: VerbForm) -> list[Finding]:
    """An outlet and whom it quotes: "«…», — цитирует «Курьер» бабушку мальчика"."""
    outlet = grammar.right(tokens, v, verb)
    if outlet is None or (outlet.title is None and outlet.kind not in {"outlet", "telegram"}):
        return []
    at, end = outlet.last + 1, grammar.clause_end(tokens, v + 1)
    person = grammar.phrase(tokens, at, end, ("accs",)) if at < end else None
    if person is None or not (person.living or person.name or person.kind):
        return []
    return [
        Finding(*span(tokens, v, outlet.last), "quoted", tokens, outlet, v, publishes=True),
        Finding(*span(tokens, person.first, person.last), "quoted", tokens, person),
    ]


def _quoted_by(grammar: English, tokens: Sentence, v: int) -> Iterator[Finding]:
    by = next((i for i in range(v + 1, min(len(tokens), v + 4)) if tokens[i].low == "by"), 0)
    outlet = grammar.starting(tokens, by + 1, len(tokens)) if by else None
    if tokens[v].low not in {"quoted", "cited"} or (outlet is None and v + 1 < len(tokens) and tokens[v + 1].low != "as"):
        return
    passive = grammar.subject_of_passive(tokens, v)
    person = passive or (grammar.ending(tokens, v - 2) if v > 1 and tokens[v - 1].kind == COMMA else None)
    if person is None:
        return
    if outlet:
        yield Finding(*span(tokens, v if passive is None else by, outlet.last), "quoted", tokens, outlet, v, publishes=True)
    yield Finding(*span(tokens, person.first, person.last if passive is None else v), "quoted", tokens, person)

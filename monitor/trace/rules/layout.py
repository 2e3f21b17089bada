"""Sources by where they stand: beside quoted words, before a colon, behind a dash, in brackets."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.trace.closed import closed
from monitor.trace.english import English
from monitor.trace.english_phrases import AUXILIARIES, DETERMINERS, PREPOSITIONS
from monitor.trace.phrases import Phrase
from monitor.trace.rules.context import Context, Finding, Grammar, is_known, span
from monitor.trace.slavic import Slavic
from monitor.trace.tokens import CLOSE, COLON, COMMA, DASH, END, NAME, OPEN, SPEECH, Sentence

_GOES_ON = closed("coordinator", "ru", "uk")
_SOURCE_IS = closed("source_label")
_HEADS = frozenset(["official", "lawyer", "witness", "outlet", "telegram", "anonymous", "masthead", "expert", "other"])
_ON_WHAT = closed("topic_of_title")
_LONG_NAME = 3
"""Quoted words before a colon that are more than these are said, and name nobody."""


def spoken(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """Whatever verb stands beside quoted words: "— усмехнулся сторож", "his neighbor corrected"."""
    grammar = context.grammar
    for i, token in enumerate(tokens if tokens.spoken else ()):
        if token.kind != SPEECH:
            continue
        at = i + 1
        while at < len(tokens) and tokens[at].kind in {COMMA, DASH, END}:
            at += 1
        if at < len(tokens) and tokens[at].low in _GOES_ON and tokens[at - 1].kind == COMMA:
            continue  # "сообщение «вас вызывают», а наутро он уже сидел в очереди"
        if at > i + 1 or isinstance(grammar, English):
            yield from _beside(grammar, tokens, at, i)
        if i > 1 and tokens[i - 1].kind == COLON:
            yield from _before_colon(grammar, tokens, i - 1)


def _beside(grammar: Grammar, tokens: Sentence, at: int, quote: int) -> Iterator[Finding]:
    end = next((k for k in range(at, len(tokens)) if tokens[k].kind in {SPEECH, DASH, END, COLON}), len(tokens))
    for v in range(at, min(end, at + 9)):
        verb = grammar.finite(tokens, v)
        if verb is None:
            continue
        if isinstance(grammar, English):
            if tokens[quote].text[-2:-1] not in ",?!" or (quote and tokens[quote - 1].low in PREPOSITIONS):
                return  # "On “The Apprentice,” Reed shouted"
            phrase = grammar.right(tokens, v, verb) if v == at else grammar.left(tokens, v, verb)
        else:
            phrase = grammar.right(tokens, v, verb) or grammar.left(tokens, v, verb)
        if (
            phrase
            and phrase.first >= at
            and phrase.last < end
            and (isinstance(grammar, Slavic) or min(v, phrase.first) == at)
            and (phrase.living or phrase.name or phrase.kind not in {"", "document", "publication"})
        ):
            yield Finding(*span(tokens, min(v, phrase.first), max(v, phrase.last)), "spoken", tokens, phrase, v)
        return


def _before_colon(grammar: Grammar, tokens: Sentence, colon: int) -> Iterator[Finding]:
    start = grammar.clause_start(tokens, colon)
    for v in range(start, colon):
        verb = grammar.finite(tokens, v)
        if verb is None:
            continue
        phrase = grammar.left(tokens, v, verb) or grammar.right(tokens, v, verb)
        if phrase and (phrase.living or phrase.name or phrase.pronoun or phrase.kind not in {"", "document", "publication"}):
            yield Finding(*span(tokens, min(v, phrase.first), max(v, phrase.last)), "spoken", tokens, phrase, v)
        return


def _labelled(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """ "(source: Ministry of Land)"."""
    for i in range(1, len(tokens) - 2):
        if tokens[i].low in _SOURCE_IS and tokens[i + 1].kind == COLON and tokens[i - 1].kind in {OPEN, END, DASH, SPEECH}:
            end = next((k for k in range(i + 2, len(tokens)) if tokens[k].kind in {CLOSE, END, COMMA}), len(tokens))
            phrase = context.grammar.whole(tokens, i + 2, end)
            if phrase:
                yield Finding(*span(tokens, i, end - 1), "headed", tokens, phrase, publishes=True)


def headed(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """A headline's source: "Минтранс: …", "… – Courier", "(«Курьер»)", "Военком — о слухах"."""
    grammar, count = context.grammar, len(tokens)
    yield from _labelled(context, tokens)
    colon = next((i for i in range(min(count, 14)) if tokens[i].kind == COLON), 0)
    if colon and colon + 1 < count and (phrase := _before_heading(grammar, tokens, colon)) and _may_head(context, tokens, phrase):
        yield Finding(*span(tokens, 0, colon - 1), "headed", tokens, phrase, publishes=True)
    dash = next((i for i in range(min(count, 14)) if tokens[i].kind == DASH), 0)
    if dash and dash + 1 < count and tokens[dash + 1].low in _ON_WHAT:
        phrase = grammar.whole(tokens, 0, dash)
        if phrase and phrase.kind not in {"", "document"}:
            yield Finding(*span(tokens, 0, dash - 1), "headed", tokens, phrase, publishes=True)
    yield from _behind_dash(context, tokens)
    yield from _in_brackets(context, tokens)


def _behind_dash(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """ "… – Courier", "… — agriculture ministry.", "Бывший охранник — «Вторнику»"."""
    grammar, count = context.grammar, len(tokens)
    dash = next((i for i in range(count - 1, 0, -1) if tokens[i].kind == DASH), 0)
    if dash and tokens[count - 1].kind == END and count > dash + 2 and _is_headline(tokens, dash, grammar):
        phrase = grammar.whole(tokens, dash + 1, count - 1)
        if phrase and phrase.kind in _HEADS - {"witness"} and tokens[dash + 1].low not in DETERMINERS:
            yield Finding(*span(tokens, dash + 1, count - 2), "headed", tokens, phrase, publishes=True)
    if dash and tokens[-1 + count].kind != END and dash + 6 > count:
        phrase = grammar.whole(tokens, dash + 1, count)
        if phrase is None and dash + 2 == count and tokens[dash + 1].kind == NAME:
            start = next((i + 1 for i in range(dash - 1, -1, -1) if tokens[i].kind in {END, SPEECH, COLON}), 0)
            teller = grammar.whole(tokens, start, dash)  # "Бывший охранник — «Вторнику»"
            if teller and (teller.living or teller.name or teller.kind in _HEADS):
                outlet = tokens[dash + 1].text
                yield Finding(*span(tokens, start, dash + 1), "headed", tokens, teller, outlet=outlet)
        if phrase and _may_head(context, tokens, phrase):
            yield Finding(*span(tokens, dash + 1, count - 1), "headed", tokens, phrase, publishes=True)


def _in_brackets(context: Context, tokens: Sentence) -> Iterator[Finding]:
    """ "(«Курьер»)", "(МВД по Туве)"."""
    grammar, count = context.grammar, len(tokens)
    last = count - 1 - (tokens[count - 1].kind == END) if count else 0
    if last > 2 and tokens[last].kind == CLOSE:
        opened = next((i for i in range(last - 1, max(0, last - 6), -1) if tokens[i].kind == OPEN), 0)
        phrase = grammar.whole(tokens, opened + 1, last) if opened else None
        if phrase and (
            phrase.title is not None
            or phrase.kind == "masthead"
            or is_known(context, tokens, phrase)
            or _is_told_by(context, tokens, opened, phrase)
        ):
            yield Finding(*span(tokens, phrase.first, phrase.last), "headed", tokens, phrase, publishes=True)


def _is_headline(tokens: Sentence, dash: int, grammar: Grammar) -> bool:
    """Whether what stands before a dash is a clause, with which the text or a line begins."""
    begins = tokens.start == 0 or tokens.plain[tokens.start - 1] == "\n"
    return begins and any(grammar.finite(tokens, i) or tokens[i].low in AUXILIARIES for i in range(dash))


def _is_told_by(context: Context, tokens: Sentence, opened: int, phrase: Phrase) -> bool:
    """Whether brackets name who said what stands before: behind quoted words somebody, behind a sentence an office."""
    before = tokens[opened - 1]
    if before.kind == SPEECH:
        return bool(phrase.name or phrase.living or phrase.kind)
    is_office = phrase.kind == "official" and phrase.name is None and not context.grammar.is_person(tokens, phrase)
    return is_office and not (before.is_capital or context.grammar.kind(before)[0])


def _before_heading(grammar: Grammar, tokens: Sentence, colon: int) -> Phrase | None:
    """What stands before a headline's colon, also with an apposition: "Ivan Reed, commander of the garrison: …"."""
    if phrase := grammar.whole(tokens, 0, colon):
        is_said = colon == 1 and tokens[0].kind == NAME and len(tokens[0].text.split()) > _LONG_NAME
        return None if is_said else phrase
    comma = next((i for i in range(1, colon) if tokens[i].kind == COMMA), 0)
    phrase = grammar.whole(tokens, 0, comma) if comma else None
    if phrase is None or phrase.name is None or any(grammar.finite(tokens, i) for i in range(comma + 1, colon)):
        return None
    grammar.append(tokens, phrase)
    return phrase if phrase.kind and phrase.last == colon - 1 else None


def _may_head(context: Context, tokens: Sentence, phrase: Phrase) -> bool:
    if phrase.kind in _HEADS or is_known(context, tokens, phrase):
        return True
    if phrase.title is not None and phrase.first == phrase.last:
        return True
    if isinstance(context.grammar, English):
        return phrase.kind == "document" and phrase.first == phrase.last == 0  # "Report: …"
    return phrase.living or (phrase.proper is not None and not context.grammar.is_place(tokens[phrase.head]))

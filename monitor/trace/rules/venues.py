"""To whom it was said: the outlet of an interview, or the one that has read a document."""

from __future__ import annotations

import re

from monitor.trace.closed import closed
from monitor.trace.english import English
from monitor.trace.english_phrases import DETERMINERS
from monitor.trace.phrases import Phrase
from monitor.trace.rules.context import Context, Finding
from monitor.trace.slavic import Slavic
from monitor.trace.tokens import COLON, COMMA, DASH, END, NAME, SPEECH, WORD, Sentence

_WITH = closed("with")
_THIS = closed("this", "ru", "uk")
_BEFORE_VENUE = closed("before_venue", "en")
_CONTENT_BEGINS = closed("content_begins")
_HAS_READ = closed("has_read", "ru", "uk")
_SPEAKING_ON = closed("speaking_on", "en")
_PAPER_DONE, _ASKED = closed("paper_done", "en"), closed("was_asked", "en")
_NUMBERED = re.compile(r"[A-Z]{2,}-\d+")
"""A wire's name with a number: TASS-24."""


def tell_to(context: Context, finding: Finding) -> None:
    """Names the outlet to which it was said ("told the Courier", "в интервью «Курьеру»") and takes it into the finding's span."""
    tokens, phrase = finding.tokens, finding.phrase
    if phrase is None or finding.verb < 0 or phrase.kind in {"outlet", "telegram", "masthead", "publication"}:
        return
    first, last = min(phrase.first, finding.verb), max(phrase.last, finding.verb)
    venue = (
        _english_venue(context, finding, last)
        if isinstance(context.grammar, English)
        else _slavic_venue(context, finding, first, last)
    )
    if venue is None:
        return
    a, b, name = venue
    finding.outlet = name
    # What stands between belongs to it, but for another clause.
    if b > last and all(tokens[i].kind in {WORD, NAME} for i in range(last + 1, b + 1)):
        finding.end = max(finding.end, tokens[b].end)
    fronted = isinstance(context.grammar, English)  # "Speaking on Radio Polden, the mayor said"
    if a < first and (fronted or all(tokens[i].kind in {WORD, NAME} for i in range(a, first))):
        finding.start = min(finding.start, tokens[a].start)


def _slavic_venue(context: Context, finding: Finding, first: int, last: int) -> tuple[int, int, str] | None:
    grammar, tokens, phrase = context.grammar, finding.tokens, finding.phrase
    if not isinstance(grammar, Slavic) or phrase is None:
        return None
    if phrase.kind == "document":
        return _owner_of_paper(context, finding, last) or _owner_of_paper(context, finding, phrase.last)
    start, end = grammar.clause_start(tokens, first), grammar.clause_end(tokens, last + 1)
    core = phrase.core if phrase.core >= 0 else phrase.last
    for i in range(start, end):
        if phrase.first <= i <= core or tokens[i].kind not in {NAME, WORD}:
            continue
        before = tokens[i - 1] if i > start else None
        kind = grammar.kind(before)[0] if before is not None else ""
        if tokens[i].kind == NAME:
            is_told = kind in {"outlet", "telegram"} or kind == "publication" or i + 1 == finding.verb
            is_told = is_told or (i == start and i + 1 == phrase.first and grammar.is_told(tokens[i]))
            is_told = is_told or _behind(grammar, tokens, i) in {finding.verb, core}
            is_told = is_told or (
                before is not None and (before.kind != WORD or before.low in _WITH or before.low in context.words.venues)
            )
            if is_told and i != phrase.title:
                opened = i
                while opened > start and tokens[opened - 1].kind == WORD and opened - 1 not in {finding.verb, core}:
                    opened -= 1
                name = tokens.plain[tokens[i].start : tokens[i].end]
                return opened, i, context.outlets.of_name(name) or name
        elif tokens[i].is_capital and i > 0 and i != finding.verb and (known := context.outlets.of_name(tokens[i].text)):
            return i, i, known
    return None


def _behind(grammar: Slavic, tokens: Sentence, i: int) -> int:
    """The token before a name, over adjectives and what points back: "заявил военком государственному «Рупору»"."""
    i -= 1
    while (
        i > 0
        and tokens[i].kind == WORD
        and (tokens[i].low in _THIS or (grammar.form(tokens[i]).adjectives and not tokens[i].is_capital))
    ):
        i -= 1
    return i


def _owner_of_paper(context: Context, finding: Finding, last: int) -> tuple[int, int, str] | None:
    """The outlet that has read a document: "из накладных, которые изучила редакция «Тупика»"."""
    grammar, tokens = context.grammar, finding.tokens
    if not isinstance(grammar, Slavic) or last + 2 >= len(tokens) or tokens[last + 1].kind != COMMA:
        return None
    end = grammar.clause_end(tokens, last + 2)
    if not any(grammar.is_relative(tokens[i]) for i in range(last + 2, min(end, last + 5))):
        return None
    name = next((i for i in range(last + 2, end) if tokens[i].kind == NAME), 0)
    read = any(tokens[i].low in _HAS_READ for i in range(last + 2, end))
    if not (name and read):
        return None
    finding.end = max(finding.end, tokens[name].end)
    written = tokens.plain[tokens[name].start : tokens[name].end]
    return last + 2, name, context.outlets.of_name(written) or written


def _english_venue(context: Context, finding: Finding, last: int) -> tuple[int, int, str] | None:
    grammar, tokens = context.grammar, finding.tokens
    if not isinstance(grammar, English):
        return None
    for i in range(last + 1, min(len(tokens), last + 14)):
        token = tokens[i]
        if token.kind in {COMMA, END, SPEECH, COLON, DASH} or token.low in _CONTENT_BEGINS:
            break
        if i == finding.verb + 1 or tokens[i - 1].low in _BEFORE_VENUE:
            phrase = grammar.starting(tokens, i, len(tokens))
            if phrase and (name := outlet_name(context, tokens, phrase)):
                return i, phrase.last, name
    first = min(finding.phrase.first, finding.verb) if finding.phrase else 0
    return _within_subject(context, grammar, finding) or _fronted_venue(context, grammar, tokens, first)


def _within_subject(context: Context, grammar: English, finding: Finding) -> tuple[int, int, str] | None:
    """The outlet that has asked or read what it names: "economists polled by the Ledger expect", "footage obtained by …"."""
    tokens, phrase = finding.tokens, finding.phrase
    for by in range(phrase.first + 2, finding.verb - 1) if phrase else ():
        if tokens[by].low == "by" and (tokens[by - 1].low in _PAPER_DONE or tokens[by - 1].low in _ASKED):
            outlet = grammar.starting(tokens, by + 1, finding.verb)
            run = (outlet.proper or outlet.name) if outlet else None
            if outlet and run:
                name = tokens.plain[tokens[run[0]].start : tokens[run[1]].end]
                return by, outlet.last, context.outlets.of_name(name) or name
    return None


def _fronted_venue(context: Context, grammar: English, tokens: Sentence, first: int) -> tuple[int, int, str] | None:
    """The outlet of an opening before the subject: "Speaking on Radio Polden, the mayor …"."""
    comma = first - 1 - (tokens[first - 1].low in DETERMINERS)
    if first < 3 or tokens[comma].kind != COMMA or tokens[0].low not in _SPEAKING_ON:
        return None
    for i in range(1, comma):
        if tokens[i].kind == COMMA:
            return None
        phrase = grammar.starting(tokens, i, comma) if tokens[i - 1].low in {"to", "with", "in", "for", "on", "by"} else None
        if phrase and (name := outlet_name(context, tokens, phrase)):
            return 0, phrase.last, name
    return None


def outlet_name(context: Context, tokens: Sentence, phrase: Phrase) -> str:
    """The name of the outlet that the English phrase is; empty where it is none."""
    run = phrase.proper or phrase.name
    if run is None:
        capitals = [i for i in range(phrase.first, phrase.last + 1) if tokens[i].kind == WORD and tokens[i].text[0].isupper()]
        run = (capitals[0], capitals[-1]) if capitals else None
    if run is None:
        return ""
    name = tokens.plain[tokens[run[0]].start : tokens[run[1]].end]
    if known := context.outlets.of_name(name) or context.outlets.of_name(f"the {name}"):
        return known
    is_outlet = phrase.kind in {"outlet", "masthead", "telegram"} or any(
        "masthead" in context.grammar.kinds(tokens[i]) or _NUMBERED.fullmatch(tokens[i].text) for i in range(run[0], run[1] + 1)
    )
    return name.removesuffix("'s") if is_outlet else ""

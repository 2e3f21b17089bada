"""What the rules share: what they ask about a language, what they find, and the verbs of a sentence that may report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.trace.closed import closed, closed_phrases
from monitor.trace.english import English
from monitor.trace.outlets import Outlets
from monitor.trace.phrases import Phrase
from monitor.trace.slavic import NEGATIONS, Slavic
from monitor.trace.tokens import COMMA, SPEECH, WORD, Sentence
from monitor.trace.words import Phrase as Cue
from monitor.trace.words import VerbForm, Words, words_of

Grammar = Slavic | English

CONDITIONS = closed("supposed")
_FICTION = closed_phrases("told_in_fiction")
CITES = closed("cites")
CONTENT = closed("clause_of_content", "ru", "uk")
CONTENT_THAT = closed("clause_of_content")


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules ask about a language and of the catalogue."""

    grammar: Grammar
    words: Words
    outlets: Outlets
    verbs: dict[int, tuple[Sentence, list[tuple[int, VerbForm]]]] = field(default_factory=dict)
    """Verbs that may report, of the sentence that was asked last."""
    forms: dict[int, tuple[Sentence, list[tuple[int, VerbForm]]]] = field(default_factory=dict)
    """Words of it that are a form of such a verb, or of another word."""
    cues: dict[int, tuple[Sentence, list[tuple[int, Cue]]]] = field(default_factory=dict)
    """Words of it by which cues of several words are looked up."""


@dataclass(slots=True)
class Finding:
    """A cue with the phrase that names its source; offsets into the text."""

    start: int
    end: int
    rule: str
    tokens: Sentence
    phrase: Phrase | None
    verb: int = -1
    """Token of the verb."""
    publishes: bool = False
    """Whether the cue is one by which outlets speak."""
    outlet: str = ""
    """To whom it was said, or by whom quoted."""
    own: bool = False
    """Whether the newsroom speaks of what it saw or asked itself."""


def span(tokens: Sentence, first: int, last: int) -> tuple[int, int]:
    """Offsets from the beginning of one token to the end of another."""
    return tokens[first].start, tokens[last].end


def cues_of(context: Context, tokens: Sentence, section: str) -> list[tuple[int, Cue]]:
    """Cues of several words that may stand in the sentence, with the token of the longest word. Looked for once a sentence."""
    if context.cues.get(tokens.start, (None,))[0] is not tokens:
        known = context.words.phrases
        found = [
            (i, cue) for i, token in enumerate(tokens) if token.low in known and token.kind == WORD for cue in known[token.low]
        ]
        context.cues.clear()
        context.cues[tokens.start] = tokens, found
    return [(i, cue) for i, cue in context.cues[tokens.start][1] if cue.section == section]


def forms_of(context: Context, tokens: Sentence) -> list[tuple[int, VerbForm]]:
    """Words that may be a form of a verb of the lexicons. Looked for once a sentence."""
    if context.forms.get(tokens.start, (None,))[0] is not tokens:
        known = context.words.verbs
        context.forms.clear()
        context.forms[tokens.start] = (
            tokens,
            [(v, known[token.low]) for v, token in enumerate(tokens) if token.low in known and token.kind == WORD],
        )
    return context.forms[tokens.start][1]


def verbs_of(context: Context, tokens: Sentence) -> list[tuple[int, VerbForm]]:
    """Verbs of the lexicons that may report here: not negated, not yet to come, not supposed. Looked for once a sentence."""
    if context.verbs.get(tokens.start, (None,))[0] is not tokens:
        context.verbs.clear()
        context.verbs[tokens.start] = tokens, list(_verbs(context, tokens))
    return context.verbs[tokens.start][1]


def _verbs(context: Context, tokens: Sentence) -> Iterator[tuple[int, VerbForm]]:
    supposed = len(tokens) > 0 and tokens[0].low in CONDITIONS
    if is_fiction(tokens):
        return
    for v, verb in forms_of(context, tokens):
        if verb.tense == "futr" or (v and tokens[v - 1].low in NEGATIONS and "thinking" not in verb.sections):
            continue
        if supposed and not any(tokens[i].kind in {COMMA, SPEECH} for i in range(v)):
            continue
        if context.grammar.is_verb(tokens, v, verb):
            yield v, verb


def is_fiction(tokens: Sentence) -> bool:
    """Whether the sentence tells what happens in a play or film: "По сюжету чиновник сообщает герою"."""
    return tuple(token.low for token in tokens[:2]) in _FICTION


def place(tokens: Sentence, i: int, cue: tuple[str, ...]) -> tuple[int, int, list[int]] | None:
    """Where the cue begins and what follows it begins, if its longest word stands at i; and what stands between its words."""
    key = cue.index(max(cue, key=len))
    between: list[int] = []
    first = i
    for word in reversed(cue[:key]):
        first -= 1
        while first >= 0 and tokens[first].low != word and len(between) < 3 and tokens[first].kind == WORD:
            between.insert(0, first)
            first -= 1
        if first < 0 or tokens[first].low != word:
            return None
    after = i + 1
    for word in cue[key + 1 :]:
        if after >= len(tokens) or tokens[after].low != word:
            return None
        after += 1
    return first, after, between


def is_known(context: Context, tokens: Sentence, phrase: Phrase) -> bool:
    """Whether the catalogue has an outlet by the phrase's words."""
    return bool(context.outlets.of_name(tokens.plain[tokens[phrase.first].start : tokens[phrase.last].end]))


def context_of(language: str, outlets: Outlets) -> Context:
    """The grammar and lexicons of `ru`, `uk` or `en`."""
    if language not in _GRAMMARS:
        _GRAMMARS[language] = English() if language == "en" else Slavic(language)
    return Context(_GRAMMARS[language], words_of(language), outlets)


_GRAMMARS: dict[str, Grammar] = {}

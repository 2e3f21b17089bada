"""Finds who denies: the source credited in the sentence, else the subject of the verb that denies or calls something false."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from monitor.model import Attribution
from monitor.text.morphology import readings
from monitor.trace.claims import Claims
from monitor.trace.closed import closed
from monitor.trace.english import English
from monitor.trace.outlets import Outlets
from monitor.trace.passages import Span, Statement
from monitor.trace.rules.context import Context, Finding, context_of
from monitor.trace.sources import Namer
from monitor.trace.standing import CALLING, DENYING
from monitor.trace.tokens import Quotes, Sentence, Token
from monitor.trace.words import VerbForm, words_of

_PREPOSITIONS = closed("preposition")


class Deniers:
    """Names who denies in the sentences of one text."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._language = claims.language

    def of(self, sentence: Statement, denial: Span) -> str:
        """Who is credited in the denial, else in its sentence, else the verb's subject; documents and outlets last."""
        all_said = self.denying(sentence)
        inside = [a for a in all_said if denial[0] <= a.start < denial[1]] or all_said
        said = next((a for a in inside if a.kind not in {"document", "outlet"}), inside[0] if inside else None)
        return (said.speaker or said.outlet) if said else self.subject(sentence) or self._acting(sentence, denial)

    def _acting(self, sentence: Statement, denial: Span) -> str:
        """Who is named in full where nobody is credited, first: "Oleg Brod held up the list: nobody is on it"."""
        tokens = self._tokens(sentence)
        for phrase in self._context.grammar.introductions(tokens):
            first, last = phrase.name or phrase.proper or (0, 0)
            inside = first < last and denial[0] <= tokens[first].start < denial[1]
            if inside and not (phrase.first and tokens[phrase.first - 1].low in _PREPOSITIONS) and self._may_act(tokens[last]):
                return self._claims.text[tokens[first].start : tokens[last].end]
        return ""

    def _may_act(self, token: Token) -> bool:
        """Whether a name may be a subject, by its case; English has none."""
        return self._language == "en" or any(r.case == "nomn" for r in readings(token.low, self._language))

    def denying(self, sentence: Statement) -> list[Attribution]:
        """Who is credited in the sentence, without those by whom it is told what is denied: "reports spread by X were denied"."""
        verbs = [sentence.place(cue)[0] for cue in sentence.cues if cue.section in DENYING]
        return [a for a in sentence.said if a.rule != "agent" or not verbs or any(a.start <= at < a.end for at in verbs)]

    def subject(self, sentence: Statement) -> str:
        """The subject of the verb that denies, answers or calls something false; empty where none is named."""
        tokens = self._tokens(sentence)
        cues = [cue for cue in sentence.cues if cue.section in DENYING | {"countering"}]
        verbs = {sentence.starts[i] for cue in cues for i in range(cue.first, cue.last + 1)}
        if sentence.cue("false"):
            verbs |= {m.start() for m in CALLING.finditer(self._claims.low, sentence.start, sentence.end)}
        for v, token in enumerate(tokens):
            if token.start not in verbs:
                continue
            by = self._agent(tokens, v, verbs)
            if by:
                return by
            if found := self._subject_of(tokens, v):
                return found
        return ""

    def _subject_of(self, tokens: Sentence, v: int) -> str:
        """The subject of the verb that the word is; a paper behind it is its object: "в части опровергли сообщения"."""
        for verb in self._finite(tokens[v].low):
            phrase = self._context.grammar.left(tokens, v, verb) or self._context.grammar.right(tokens, v, verb)
            at = tokens[v].start, tokens[v].end
            source = self._namer.source(Finding(*at, "denier", tokens, phrase, v)) if phrase else None
            if phrase and source and not (phrase.first > v and source.kind == "document") and (source.speaker or source.outlet):
                return source.speaker or source.outlet
        return ""

    def behind(self, sentence: Statement, at: int) -> str:
        """Who is named at an offset, behind a preposition: "drew a denial from the mayor"."""
        tokens = self._tokens(sentence)
        start = next((i for i, token in enumerate(tokens) if token.start >= at), len(tokens))
        return self._name(tokens, start, ("gent", "ablt", "datv"))

    def doing(self, sentence: Statement, at: int) -> str:
        """The subject of a verb at an offset, whatever it means."""
        tokens = self._tokens(sentence)
        v = next((i for i, token in enumerate(tokens) if token.start == at), -1)
        return self._subject_of(tokens, v) if v >= 0 else ""

    def _agent(self, tokens: Sentence, v: int, cues: Collection[int]) -> str:
        """By whom it is denied, where the verb is passive: "відкинуто підсудною", "were denied by the mayor"."""
        if self._language == "en":
            by = v + 1 < len(tokens) and tokens[v + 1].low == "by"
            return self._name(tokens, v + 2, ()) if by else ""
        passive = any(r.part == "PRTS" or "Impe" in r.marks for r in readings(tokens[v].low, self._language)[:1])
        called = v + 1 < len(tokens) and tokens[v + 1].start in cues  # "объявлены фейком полицией"
        return self._name(tokens, v + 1 + called, ("ablt",)) if passive else ""

    def _name(self, tokens: Sentence, start: int, cases: tuple[str, ...]) -> str:
        if start >= len(tokens):
            return ""
        grammar = self._context.grammar
        phrase = (
            grammar.starting(tokens, start, len(tokens))
            if isinstance(grammar, English)
            else grammar.phrase(tokens, start, len(tokens), cases)
        )
        named = phrase if phrase and grammar.names_source(phrase) else None
        source = self._namer.source(Finding(tokens[start].start, tokens[start].end, "denier", tokens, named)) if named else None
        return (source.speaker or source.outlet) if source else ""

    def _finite(self, word: str) -> list[VerbForm]:
        """What the word is as a verb with a subject."""
        if self._language == "en":
            known = words_of("en").verbs.get(word)
            third = word.endswith("s") and not word.endswith("ss")
            return [known or VerbForm(word, frozenset(), "pres" if third else "past", "sing" if third else "", "")]
        found = [r for r in readings(word, self._language) if r.part == "VERB" and ("past" in r.marks or "3per" in r.marks)]
        return [VerbForm(r.lemma, frozenset(), "past" if "past" in r.marks else "pres", r.number, r.gender) for r in found[:1]]

    @cached_property
    def _context(self) -> Context:
        return context_of(self._language, Outlets())

    @cached_property
    def _quotes(self) -> Quotes:
        return Quotes(self._claims.plain)

    @cached_property
    def _namer(self) -> Namer:
        return Namer(self._claims.text, self._context, self._sentence_before)

    def _tokens(self, sentence: Statement) -> Sentence:
        return Sentence(self._claims.plain, sentence.start, sentence.end, self._quotes, doubts=self._language != "en")

    def _sentence_before(self, offset: int, n: int) -> Sentence | None:
        at = max((i for i, s in enumerate(self._claims.sentences) if s.start <= offset), default=-1) - n
        return self._tokens(self._claims.sentences[at]) if at >= 0 else None

"""What a Russian or Ukrainian word may be in a sentence: by its endings (pymorphy3), the lexicons, and its letters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.text.morphology import Reading, readings
from monitor.trace.closed import closed
from monitor.trace.phrases import Phrase
from monitor.trace.tokens import NAME, WORD, Token
from monitor.trace.words import KINDS, Words, words_of

_BOTH = ("ru", "uk")
POSSESSIVES, PREPOSITIONS = closed("possessive", *_BOTH), closed("preposition", *_BOTH)
COORDINATORS, SUBORDINATORS = closed("coordinator", *_BOTH), closed("subordinator", *_BOTH)
ADVERBS, OUT_OF = closed("adverb", *_BOTH), closed("out_of", *_BOTH)
_RELATIVES = closed("relative", *_BOTH)
ACRONYM = re.compile(r"[A-ZА-ЯІЇЄҐ]{2,6}(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Form:
    """What a word may be in a sentence."""

    nouns: tuple[Reading, ...]
    adjectives: tuple[Reading, ...]
    finite: tuple[Reading, ...]
    kinds: tuple[tuple[str, str], ...]
    """Kind of speaker and dictionary form, the most telling first."""
    nominal: bool
    """Whether it may be a noun, an adjective or a name at all."""
    known: bool
    """Whether a lexicon or dictionary has it as a common noun."""
    plain: bool
    """Whether it is as common an adjective, and nobody's name: "обновлённый"."""
    marks: frozenset[str]
    cases: frozenset[str]
    """In which a phrase may be that begins with the word, where no capital makes a name of it."""


@lru_cache(maxsize=100_000)
def form(low: str, language: str) -> Form:
    """What a word in small letters may be."""
    named = words_of(language).nouns.get(low, ())
    found = readings(low, language)
    known = [r for r in found if r.known]
    nominal = bool(named) or not known or any(r.part in {"NOUN", "ADJF", "PRTF", "NUMR", "NPRO"} for r in known)
    nouns = tuple(made for _, made in named) + tuple(r for r in found if nominal and r.part in {"NOUN", "UNKN", "NPRO"})
    kinds = tuple(dict.fromkeys(sorted(((kind, made.lemma) for kind, made in named), key=lambda k: KINDS.index(k[0]))))
    marks = frozenset(mark for made in nouns for mark in made.marks)
    proper = {"Name", "Surn", "Patr", "Geox", "Orgn", "Trad"}
    adjectives = tuple(r for r in found if r.part in {"ADJF", "PRTF", "NUMR"})
    accusative = ["accs"] if any(r.case == "nomn" for r in adjectives) else []
    return Form(
        nouns,
        adjectives,
        tuple(r for r in found if r.part == "VERB" and ("past" in r.marks or "3per" in r.marks)),
        kinds,
        nominal,
        bool(named) or any(r.part == "NOUN" and not r.marks & proper for r in known),
        bool(known) and all(r.part in {"ADJF", "PRTF"} and not r.marks & proper for r in known),
        marks,
        frozenset([*(r.case for r in (*nouns, *adjectives)), *accusative]),
    )


@lru_cache(maxsize=100_000)
def _small(low: str, language: str) -> Form:
    """The same of a word without a capital, which is nobody's name: "машину" is no Машин."""
    made = form(low, language)
    nouns = tuple(r for r in made.nouns if not r.marks & {"Name", "Surn", "Patr"})
    return replace(made, nouns=nouns) if nouns and len(nouns) < len(made.nouns) else made


class SlavicWords:
    """The words of Russian (`ru`) or Ukrainian (`uk`)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words: Words = words_of(language)

    def form(self, token: Token) -> Form:
        """What the token's word may be."""
        made: Form | None = token.form
        if made is None:
            made = token.form = (form if token.is_capital else _small)(token.low, self.language)
        return made

    def kind(self, token: Token) -> tuple[str, str]:
        """Kind of speaker that a word names, and the word's dictionary form; both empty where it names none."""
        if token.kind != WORD:
            return "", ""
        kinds = self.form(token).kinds
        if not kinds and "-" in token.low:  # "мер-вигнанець", "журналист-расследователь"
            kinds = next((k for part in token.low.split("-") if (k := form(part, self.language).kinds)), ())
        return kinds[0] if kinds else ("", "")

    def kinds(self, token: Token) -> tuple[str, ...]:
        """All kinds of speaker that a word may name."""
        return tuple(kind for kind, _ in self.form(token).kinds) if token.kind == WORD else ()

    def lemmas(self, token: Token) -> frozenset[str]:
        """The dictionary forms of the noun that the word may be."""
        return frozenset(r.lemma for r in self.form(token).nouns) if token.kind == WORD else frozenset()

    def is_relative(self, token: Token) -> bool:
        """Whether the word leads into a relative clause."""
        return token.kind == WORD and token.low in _RELATIVES

    def is_place(self, token: Token) -> bool:
        """Whether the word is a place's name and nothing else."""
        return token.kind == WORD and "Geox" in self.form(token).marks

    def is_given_name(self, token: Token) -> bool:
        """Whether the word is a given name, and no surname."""
        made = self.form(token)
        first = made.nouns[0] if made.nouns else None
        return first is not None and first.known and "Name" in first.marks and "Surn" not in made.marks

    def is_thing(self, token: Token) -> bool:
        """Whether the word, or what is quoted, is no living being's by all that the dictionary knows."""
        made = self.form(token)
        if {"Abbr", "Fixd"} <= made.marks and not made.marks & {"Orgn", "Geox"} and not ACRONYM.fullmatch(token.text):
            return False  # "врио"
        return token.kind == NAME or not any("anim" in r.marks or r.part != "NOUN" for r in made.nouns)

    def names_source(self, found: Phrase) -> bool:
        """Whether somebody or something that can say anything is named."""
        return bool(found.kind or found.name or found.pronoun or found.living or found.proper or found.title is not None)


def one(values: set[str]) -> str:
    """The only value, or nothing."""
    values.discard("")
    return next(iter(values)) if len(values) == 1 else ""

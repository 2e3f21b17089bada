"""Decides which country a passage is about, by the names and institutions nearest to it. Pure.

A topic's scope is a country; an article about another country is labelled so. The cues are monitor/lexicons/countries.toml and,
for Russia, every place of the gazetteer; a country that is not in the lexicon is not noticed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from monitor.judge.document import Document
from monitor.judge.logic import Lookup, leaves
from monitor.judge.nodes import Match, Node, Word
from monitor.judge.syntax import phrase
from monitor.lexicons import LANGUAGES, lexicon
from monitor.model import Place

_LEXICON = "countries"

COUNTRIES = tuple(dict.fromkeys(section for sections in lexicon(_LEXICON).values() for section in sections if section.isupper()))
"""ISO 3166-1 codes of the countries that are told apart."""

_PRESUMED = {"ru": "RU", "uk": "UA"}
"""Of which country a text is that names none: a Russian's own, a Ukrainian's own."""

_PROMINENT = 3
"""A name in title or lead says as much as so many further down, where background stands."""


class Cue(NamedTuple):
    """A word or phrase that stands for a country."""

    match: Match
    country: str
    entry: str
    """As the lexicon has it; the code of its region for a place."""


class Decision(NamedTuple):
    """A country, empty where nothing says, and what told it: `beside: Росія`."""

    country: str
    rule: str


@cache
def _entries(language: str, *sections: str) -> tuple[tuple[str, str, Node], ...]:
    """Section, entry and query of these sections, or of all countries; of every language for a text that is in none of them."""
    wanted = sections or COUNTRIES
    return tuple(
        (section, entry, phrase(entry))
        for of, by_section in lexicon(_LEXICON).items()
        if of == language or language not in LANGUAGES
        for section, entries in by_section.items()
        if section in wanted
        for entry in entries
    )


@cache
def _lookup(language: str, *sections: str) -> Lookup:
    return Lookup([node for _, _, node in _entries(language, *sections)])


def lexicon_nodes(language: str) -> Iterator[Node]:
    """All that a document in a language is searched for to find its cues."""
    yield from (node for _, _, node in (*_entries(language), *_entries(language, _FIXED)))


_FIXED = "fixed"


@cache
def _forms(*sections: str) -> frozenset[str]:
    """The words of some sections, in all their forms."""
    words = (leaf for _, _, node in _entries("", *sections) for leaf in leaves(node) if isinstance(leaf, Word))
    return frozenset().union(*(word.forms for word in words))


def _found(document: Document, language: str, *sections: str) -> Iterator[tuple[str, str, Match]]:
    entries = _entries(language, *sections)
    for number, matches in _lookup(language, *sections).find(document):
        section, entry, _ = entries[number]
        for match in matches:
            # "Резерв+" is no reserve.
            if not entry.endswith("+") or document.sign_behind(match[-1]) == "+":
                yield section, entry, match


def cues_of(document: Document, places: Iterable[Place], language: str) -> list[Cue]:
    """The cues of a document, in order: those of the lexicon, save within a fixed phrase ("шведская стенка"), and its places."""
    fixed = {at for _, _, match in _found(document, language, _FIXED) for at in match}
    cues = {Cue(match, country, entry) for country, entry, match in _found(document, language) if fixed.isdisjoint(match)}
    for place in places:
        at = document.position(place.field, place.start)
        cues.add(Cue((at,), "RU", place.region))
    return sorted(cues)


class Countries:
    """The countries that a document names, and of which one a passage is; `home` is the country that is asked about."""

    def __init__(self, document: Document, cues: Sequence[Cue], *, language: str, home: str) -> None:
        self._document = document
        self._home = home
        self._presumed = _PRESUMED.get(language, "")
        self._cues: dict[int, list[Cue]] = {}
        """Those of each sentence, in order."""
        weights: dict[str, int] = {}
        first: dict[str, Cue] = {}
        _, lead_end = document.extent("lead")
        for cue in cues:
            if cue.country == home or not _is_in_passing(document, cue.match):
                self._cues.setdefault(document.sentence_at(cue.match[0]), []).append(cue)
                weights[cue.country] = weights.get(cue.country, 0) + (_PROMINENT if cue.match[0] < lead_end else 1)
                first.setdefault(cue.country, cue)
        for beside in self._cues.values():
            if _is_of_occupier(document, beside, home):
                beside[:] = [cue for cue in beside if cue.entry not in _occupied()]
        self._most = first.get(max(weights, key=lambda country: (weights[country], country == home, country), default=""))

    def of(self, match: Match, *, is_strong: bool) -> Decision:
        """The country of a passage, by the first of the rules that tells one; none where none is asked about."""
        if not self._home:
            return Decision("", "")
        for name, rule in _RULES:
            country, entry = rule(self, match, is_strong)
            if country:
                return Decision(country, f"{name}: {entry}" if entry else name)
        return Decision("", "")

    def _beside(self, match: Match, _: bool) -> tuple[str, str]:
        beside = self._cues.get(self._document.sentence_at(match[0]))
        if not beside:
            return "", ""
        near: set[Cue] = set()
        for at in match:
            after = bisect_left(beside, at, key=_position)
            near.update(cue for cue in beside[max(after - 1, 0) : after + 1] if not self._is_recruited(cue, match))
        if not near:  # the match begins with the sentence's first cue: at every match, to go through all would take their square
            near = {cue for cue in beside if not self._is_recruited(cue, match)}
        if not near:
            return "", ""
        cue = min(near, key=lambda cue: (min(abs(cue.match[0] - at) for at in match), cue.country != self._home, cue))
        return cue.country, cue.entry

    def _is_recruited(self, cue: Cue, match: Match) -> bool:
        """Whether a rule itself asks for the people: "Cubans lured into the trenches" are taken there, and do not call up."""
        return cue.country != self._home and cue.match[0] in match

    def _most_named(self, match: Match, _: bool) -> tuple[str, str]:
        most = self._most
        return (most.country, most.entry) if most and not self._is_recruited(most, match) else ("", "")

    def _of_language(self, _: Match, __: bool) -> tuple[str, str]:
        return self._presumed, ""

    def _of_strong_words(self, _: Match, is_strong: bool) -> tuple[str, str]:
        # "Conscript Numbers Dwindle": the headlines of those who write on the beat in English leave the country out.
        return (self._home, "") if is_strong else ("", "")


_RULES = (
    ("beside", Countries._beside),
    ("most named", Countries._most_named),
    ("language", Countries._of_language),
    ("strong words", Countries._of_strong_words),
)
"""How the country of a passage is told, in order; docs/judging.md says why."""


def _position(cue: Cue) -> int:
    return cue.match[0]


@cache
def _occupied() -> frozenset[str]:
    """The names of the country of which a part is occupied, and of its people."""
    return frozenset(entry for _, entry, _ in _entries("", "occupied"))


def _is_of_occupier(document: Document, cues: Iterable[Cue], home: str) -> bool:
    """Whether a sentence names the country as the occupier: of its people it says who is taken, or who tells of it."""
    return any(document.word(at) in _forms("occupier") for cue in cues if cue.country == home for at in cue.match)


def _is_in_passing(document: Document, match: Match) -> bool:
    """Where somebody went, an opponent, a seat of war: "left for Yerevan", "fled to Kazakhstan", "war in Ukraine"."""
    before = document.words_before(match[0], 3)
    if not _forms("refugee").isdisjoint(before[-2:]):
        return False
    return (
        (bool(before) and before[-1] in _forms("direction"))
        or not _forms("war", "leaving").isdisjoint(before)
        or document.word(match[-1] + 1) in _forms("war", "border")
    )

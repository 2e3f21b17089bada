"""The phrase that names a speaker, as the grammars of the languages return it."""

from __future__ import annotations

from dataclasses import dataclass

SPEAKERS = frozenset(["official", "lawyer", "witness", "outlet", "telegram", "anonymous", "representative", "expert", "other"])
"""Kinds of phrases that may name who speaks."""


@dataclass(slots=True)
class Phrase:
    """Somebody or something that a sentence names, by the places of its tokens; `last` is within."""

    first: int
    last: int
    head: int
    kind: str = ""
    """What its nouns say of it; empty where they say nothing."""
    lemma: str = ""
    """Of the noun that said so."""
    name: tuple[int, int] | None = None
    """A person's name."""
    title: int | None = None
    """A quoted name: of an outlet, a channel, an organisation."""
    proper: tuple[int, int] | None = None
    """The name of an institution or outlet that is written without marks."""
    number: str = ""
    gender: str = ""
    pronoun: bool = False
    living: bool = False
    """Whether its head is of people or animals."""
    start: int = 0
    """Its own first token, where `first` is a preposition before it."""
    core: int = -1
    """The last token of what names it, where more was taken in behind: an apposition, a relative clause."""
    role: int = -1
    """The noun of an apposition that says what the one named is."""
    joined: Phrase | None = None
    """Another that "and" joins to it."""

"""Holds a name that a person typed against those that there are: a wrong one would give a confident zero. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.judge.topics import Topic
    from monitor.model import Region

NEAR = 5
"""Names that may be meant by one that is misspelt."""
_ALIKE = 0.6
"""Of the letters of a misspelt name and of the one that is meant, the share that both have in the same order."""


def names_of_regions(regions: Iterable[Region]) -> dict[str, Collection[str]]:
    """The names of each region in all languages, with their forms, by its code."""
    return {one.iso: (one.en, one.ru, one.uk, *one.forms) for one in regions}


def names_of_topics(topics: Iterable[Topic]) -> dict[str, Collection[str]]:
    """The titles of each topic, by its id."""
    return {one.id: tuple(one.titles.values()) for one in topics}


def key_of(value: str, known: Mapping[str, Collection[str]]) -> str:
    """The key of `known` that the value is, or among whose names it is, in any case of letters; empty where it is neither."""
    if value in known:
        return value
    written = value.casefold()
    return next((key for key, names in known.items() if written in {name.casefold() for name in (key, *names)}), "")


def near(value: str, known: Mapping[str, Collection[str]]) -> list[str]:
    """The keys of `known` that may be meant: those with the value in them or in one of their names, else those that are spelt
    much alike. Empty where none is."""
    written = value.casefold()
    if holding := [key for key, names in known.items() if any(written in name.casefold() for name in (key, *names))]:
        return holding
    spelt = {name.casefold(): key for key, names in known.items() for name in (*names, key) if name}
    return list(dict.fromkeys(spelt[name] for name in get_close_matches(written, spelt, NEAR, _ALIKE)))

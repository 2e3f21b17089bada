"""Holds a name that a person typed against those that there are: a wrong one would give a confident zero. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

NEAR = 5
"""Names that may be meant by one that is misspelt."""
_ALIKE = 0.6
"""Of the letters of a misspelt name and of the one that is meant, the share that both have in the same order."""


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

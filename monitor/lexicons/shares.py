"""How common words are in a language: which share of its texts holds them. Reads the files of word_shares/ alone.

A file has a line for each weight, the negative logarithm of the share to one digit, and behind it the stems that have it. Lines
that begin with # say where it comes from, and under which licence.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LEAST = 1 / 5_000
"""Stems in a smaller share of texts are not listed: what they say is as rare as a name."""


@cache
def word_weights(language: str) -> Mapping[str, float]:
    """The negative logarithm of the share of texts that hold a stem, of those listed for `ru`, `uk` or `en`."""
    return parse_weights((files(__package__) / "word_shares" / f"{language}.txt").read_text("utf-8"))


def parse_weights(text: str) -> dict[str, float]:
    """Weights by stem, of a file's text. Raises ValueError, naming the line, where one has no weight."""
    weights = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line and not line.startswith("#"):
            weight, *stems = line.split(" ")
            try:
                weights.update(dict.fromkeys(stems, float(weight)))
            except ValueError as error:
                raise ValueError(f"line {number}: begins with {weight!r}; a number is expected") from error
    return weights


def format_shares(shares: Mapping[str, float], note: str) -> str:
    """A file's text: what `note` says, and the stems that LEAST of all texts hold, the commonest first."""
    lines: defaultdict[float, list[str]] = defaultdict(list)
    for stem, share in shares.items():
        if share >= LEAST:
            lines[abs(round(-math.log(share), 1))].append(stem)
    notes = "".join(f"# {line}\n" for line in note.splitlines())
    return notes + "".join(f"{weight} {' '.join(sorted(lines[weight]))}\n" for weight in sorted(lines))

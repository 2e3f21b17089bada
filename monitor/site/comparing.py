"""Compares two texts word by word, for a page that shows them side by side. Pure: texts in, spans out."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from monitor.text import WRITTEN_WORD

LONGEST = 3_000
"""Words of each text that are compared: of more the work grows with the square."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts, what only each of them has, and how much they share, of their first LONGEST words."""

    texts: tuple[str, str]
    spans: tuple[list[dict[str, int | str]], list[dict[str, int | str]]]
    same: float
    """Of the words of both, the share that stands in both in the same order; 0 to 1."""
    is_partial: bool
    """One of them is longer than what was compared."""


def compare(one: str, other: str) -> Comparison:
    """Two texts, whole, and what differs between their first LONGEST words."""
    words = [list(islice(WRITTEN_WORD.finditer(text), LONGEST + 1)) for text in (one, other)]
    is_partial = any(len(found) > LONGEST for found in words)
    words = [found[:LONGEST] for found in words]
    folded = [[match[0].casefold() for match in found] for found in words]
    matcher = SequenceMatcher(None, folded[0], folded[1])
    spans: tuple[list[dict[str, int | str]], list[dict[str, int | str]]] = ([], [])
    for what, *ends in matcher.get_opcodes():
        if what == "equal":
            continue
        for side, (begin, end) in enumerate((ends[:2], ends[2:])):
            if begin < end:
                found = words[side]
                spans[side].append({"start": found[begin].start(), "end": found[end - 1].end(), "label": ""})
    return Comparison((one, other), spans, matcher.ratio(), is_partial)

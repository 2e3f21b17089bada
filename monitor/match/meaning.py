"""What a text means, as a model that was taught many languages puts it: vectors that are compared across them. Pure.

The model itself is an extra (`povestka[meaning]`); what is compared here is stored, and never made again.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from operator import mul

MEANT_HEAD = 500
"""Characters of a text; what a model needs grows with them, and news is told from the top."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A text's vector."""

    model: str
    """Name and version: vectors of two models say nothing of each other."""
    vector: bytes
    """Signed bytes of any length: cosines ask for the direction alone."""

    numbers: array[int] = field(init=False, repr=False, compare=False)
    square: int = field(init=False, repr=False, compare=False)
    """Of its length; a whole number, as all products are: the order of adding up does not count."""

    def __post_init__(self) -> None:
        numbers = array("b", self.vector)
        object.__setattr__(self, "numbers", numbers)
        object.__setattr__(self, "square", sum(map(mul, numbers, numbers)))


def meant(title: str, text: str) -> str:
    """What of an article a model is asked about: its title, and where its text begins."""
    return f"{title}\n{text[:MEANT_HEAD]}".strip()


def same_meaning(a: Meaning | None, b: Meaning | None) -> float | None:
    """The cosine of two texts' vectors; None where not both have one, of the same model."""
    if a is None or b is None or a.model != b.model or not (a.square and b.square):
        return None
    product: int = sum(map(mul, a.numbers, b.numbers))
    return product / math.sqrt(a.square * b.square)

"""Embeddings: vectors of texts by a multilingual model, so that texts in different languages can be compared. Pure.

The model is an extra (`povestka[meaning]`). Embeddings are stored and computed once for a text.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from operator import mul

EMBEDDED_CHARACTERS = 500
"""How many characters of an article the model reads: its cost grows with them, and news tells the main thing first."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """A text's vector."""

    model: str
    """Name and version of the model: vectors of two models cannot be compared."""
    vector: bytes
    """Signed bytes. Its length is arbitrary, since cosines compare directions only."""

    numbers: array[int] = field(init=False, repr=False, compare=False)
    squared_length: int = field(init=False, repr=False, compare=False)
    """The squared length. An integer, so that the order of summation cannot change it."""

    def __post_init__(self) -> None:
        numbers = array("b", self.vector)
        object.__setattr__(self, "numbers", numbers)
        object.__setattr__(self, "squared_length", sum(map(mul, numbers, numbers)))


def embedding_input(title: str, text: str) -> str:
    """The part of an article that the model reads: its title and the beginning of its text."""
    return f"{title}\n{text[:EMBEDDED_CHARACTERS]}".strip()


def cosine(a: Embedding | None, b: Embedding | None) -> float | None:
    """The cosine of two embeddings; None where one is missing, or they are of different models."""
    if a is None or b is None or a.model != b.model or not (a.squared_length and b.squared_length):
        return None
    product: int = sum(map(mul, a.numbers, b.numbers))
    return product / math.sqrt(a.squared_length * b.squared_length)

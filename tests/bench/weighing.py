"""One logistic regression for the benches that learn weights: of signs, of words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

NONE: Mapping[str, float] = {}
ROUNDS = 3_000
CLOSE = 1e-4
"""A step of no weight is longer where the descent ends; weights are written with one or two decimals."""


def regression(
    rows: Sequence[Mapping[str, float]], labels: Sequence[bool], *, strength: float, start: Mapping[str, float] = NONE
) -> dict[str, float]:
    """The weight of each feature in the regression with the least loss, by Nesterov's descent.

    A row is its features with their values; a constant is a feature that all rows have. `strength` is what an error counts
    beside the squares of the weights, or of how far they are from those of `start`. The same rows give the same weights.
    """
    names = {name: number for number, name in enumerate(sorted(set(chain.from_iterable(rows))))}
    features = np.array([names[name] for row in rows for name in sorted(row)])
    values = np.array([row[name] for row in rows for name in sorted(row)], float)
    row_of = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    sums = np.bincount(row_of, weights=np.abs(values), minlength=len(rows))
    steepest = 1 + strength / 4 * np.bincount(features, weights=np.abs(values) * sums[row_of], minlength=len(names))
    wanted = np.array(labels, float)
    first = np.array([start.get(name, 0.0) for name in names])
    weights = ahead = first
    momentum = 1.0
    for _ in range(ROUNDS):
        likelihood = 1 / (1 + np.exp(-np.bincount(row_of, weights=ahead[features] * values, minlength=len(rows))))
        errors = (likelihood - wanted)[row_of] * values
        found = ahead - (ahead - first + strength * np.bincount(features, weights=errors, minlength=len(names))) / steepest
        step, last = found - weights, momentum
        momentum = 1.0 if (ahead - found) @ step > 0 else (1 + math.sqrt(1 + 4 * last * last)) / 2
        ahead = found if momentum == 1.0 else found + (last - 1) / momentum * step
        weights = found
        if np.abs(step).max() < CLOSE:
            break
    return dict(zip(names, weights.tolist(), strict=True))


def enough(likelihood: float, constant: float) -> float:
    """What the weights of the features add up to where it is so likely."""
    return math.log(likelihood / (1 - likelihood)) - constant

"""A weekly trend that new outlets, and outlets that were not observed, do not distort. Pure.

A chained index over a matched panel, as price statistics has it for goods that come and go: each week is compared with the one
before over those outlets that were observed in both, and the ratios are multiplied (ILO et al. (2020), Consumer Price Index
Manual: Concepts and Methods, on matched models and chained indices).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise

BASE = 100.0


@dataclass(frozen=True, slots=True)
class Point:
    """One week of the trend."""

    week: str
    articles: int
    """Of all outlets, observed or not."""
    panel: int
    """Outlets that were observed in this week and in the one before."""
    chain: int
    """Which chain the week belongs to, from 1: indices of two chains cannot be compared. 0 where no outlet was observed."""
    index: float | None
    """BASE where a chain begins; None where no outlet was observed."""


def trend(
    articles: Mapping[str, Mapping[str, int]], observed: Mapping[str, Collection[str]], weeks: Collection[str]
) -> list[Point]:
    """`weeks` in order, none left out; `articles` a week and outlet, `observed` the outlets that were watched through a week.

    A chain begins with the first week in which any outlet was observed. Where no outlet was observed both in a week and in the
    one before, or those that were had no article in the one before, nothing links the two: another chain begins.
    """
    points: list[Point] = []
    chain, index = 0, None
    for before, week in pairwise(["", *weeks]):
        panel = set(observed.get(before, ())) & set(observed.get(week, ()))
        now, then = (sum(articles.get(w, {}).get(outlet, 0) for outlet in panel) for w in (week, before))
        if index and then:
            index = index * now / then
        elif observed.get(week):
            chain, index = chain + 1, BASE
        else:
            index = None
        points.append(Point(week, sum(articles.get(week, {}).values()), len(panel), chain if index is not None else 0, index))
    return points

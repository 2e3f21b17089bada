"""The least that a source gives in a stretch of days, learned from its own weeks before. Pure.

Farrington, Andrews, Beale and Catchpole (1996), A statistical algorithm for the early detection of outbreaks of infectious
disease, J. R. Statist. Soc. A 159:547-563: a quasi-Poisson model of the history, and a limit for the new count from its power of
two thirds. There it is the upper limit for too many cases, here the lower one for too few entries. Odd days of the history count
less, by Noufaily et al. (2013), Statist. Med. 32:1206-1222. In place of the season stands the day of the week. The newest days
are left out of the history, as EARS C2 does (Hutwagner et al. 2003), so that a drop does not become what is expected.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

# Eight of each day of the week: fewer make a shaky mean, more reach back into another season.
_REFERENCE = 56
_LEAST_REFERENCE = 21
_GUARD = 2
# Of the days that are judged: a monitor that was off for most of them finds only what the feed's window still holds.
_WATCHED = 2 / 3
# The shortest in which something must come is judged, and the longer ones too: half a drop shows only in the sum of days.
_STRETCHES = (1, 3, 7, 14, 28)
HISTORY = _STRETCHES[-1] + _GUARD + _REFERENCE
"""How many days back `expectation` looks."""

# Deviations below the expected. Chosen by simulated years (tests/bench/expectation.py): docs/ledger.md has the figures.
_Z = 4.5
# However evenly it publishes: a newsroom that gives more than this share of the usual has a quiet day, and nobody need look.
_QUIET = 0.6
# Anscombe residuals beyond this count less: Noufaily et al.'s own figure.
_ODD = 2.58
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a source gave in its newest days, and what it should have."""

    days: int
    """How long the stretch is that was judged, of 24 hours each."""
    seen: int
    least: int
    """Entries; fewer are a drop."""
    usual: float
    """What it gives in such a stretch in the mean."""

    @property
    def is_drop(self) -> bool:
        """Whether the source gave fewer entries than the least to be expected."""
        return self.seen < self.least


def expectation(counts: Sequence[int | None], last: date) -> Expectation | None:
    """Judge the newest days of a source. `counts[0]` are the entries that came in the 24 hours up to now, `counts[1]` those of
    the 24 hours before, and so on; None for days in which nobody looked: what came then is in the count of the next look. `last`
    is the day that `counts[0]` ends in.

    The first stretch that shows a drop; else the shortest in which anything must come; None where the history is too short, or no
    stretch is so long that something must come.
    """
    found = [judged for days in _STRETCHES if (judged := _judge(counts, last, days)) and judged.least]
    return next((judged for judged in found if judged.is_drop), found[0] if found else None)


def _judge(counts: Sequence[int | None], last: date, days: int) -> Expectation | None:
    newest = [count for count in counts[:days] if count is not None]
    start = days + _GUARD
    history = {
        ago: _Day(_kind(last, ago), count)
        for ago, count in enumerate(counts[start : start + _REFERENCE], start=start)
        if count is not None
    }
    if len(newest) < _WATCHED * days or len(history) < _LEAST_REFERENCE:
        return None
    model = _fit(history)
    kinds = Counter(_kind(last, ago) for ago in range(days))
    if not kinds.keys() <= model.means.keys():
        return None
    usual = sum(times * model.means[kind] for kind, times in kinds.items())
    error = sum(times**2 * model.means[kind] / model.weights[kind] for kind, times in kinds.items())
    # Days that follow each other are alike: the sum of a stretch varies more than its days would by themselves.
    alike = 1 + 2 * sum((1 - lag / days) * model.memory**lag for lag in range(1, days))
    return Expectation(days, sum(newest), math.ceil(_limit(usual, model.dispersion * (usual * alike + error))), usual)


@dataclass(frozen=True, slots=True)
class _Model:
    means: dict[int, float]
    weights: dict[int, float]
    """How many days each mean rests on, odd ones counted for less."""
    dispersion: float
    memory: float
    """Correlation of a day with the day before, beyond what its kind tells."""


class _Day(NamedTuple):
    kind: int
    came: int


def _fit(history: Mapping[int, _Day]) -> _Model:
    """Quasi-Poisson with a factor for the kind of day: its estimates are the weighted means of each kind."""
    weights = dict.fromkeys(history, 1.0)
    # Twice: the first means are those that odd days have moved.
    for _ in range(2):
        means, _totals = _means(history, weights)
        weights = {ago: _weight(day.came, means[day.kind]) for ago, day in history.items()}
    means, totals = _means(history, weights)
    residuals = {
        ago: (day.came - means[day.kind]) / math.sqrt(means[day.kind]) * math.sqrt(weights[ago])
        for ago, day in history.items()
        if means[day.kind]
    }
    squares = sum(residual**2 for residual in residuals.values())
    dispersion = squares / max(1.0, sum(weights.values()) - len(means))
    return _Model(means, totals, max(1.0, dispersion), _memory(residuals, squares))


def _memory(residuals: Mapping[int, float], squares: float) -> float:
    """Lag-one autocorrelation, corrected for its bias in short series (Kendall 1954), and not below nought."""
    pairs = [(residual, residuals[ago + 1]) for ago, residual in residuals.items() if ago + 1 in residuals]
    if not pairs or not squares:
        return 0.0
    found = sum(a * b for a, b in pairs) / squares * len(residuals) / len(pairs)
    return min(0.9, max(0.0, found + (1 + 3 * found) / len(residuals)))


def _means(history: Mapping[int, _Day], weights: Mapping[int, float]) -> tuple[dict[int, float], dict[int, float]]:
    sums: defaultdict[int, float] = defaultdict(float)
    totals: defaultdict[int, float] = defaultdict(float)
    for ago, day in history.items():
        sums[day.kind] += weights[ago] * day.came
        totals[day.kind] += weights[ago]
    return {kind: sums[kind] / totals[kind] for kind in sums}, dict(totals)


def _weight(count: int, mean: float) -> float:
    if not mean:
        return 1.0
    residual = abs(1.5 * (math.pow(count, 2 / 3) - math.pow(mean, 2 / 3)) / math.pow(mean, 1 / 6))
    return 1.0 if residual <= _ODD else (_ODD / residual) ** 2


def _limit(mean: float, variance: float) -> float:
    """The lower limit of a count of that mean and variance: on the scale of its two-thirds power it is nearly normal."""
    if not mean:
        return 0.0
    return mean * min(_QUIET, math.pow(max(0.0, 1 - 2 / 3 * _Z * math.sqrt(variance) / mean), 1.5))


def _kind(last: date, ago: int) -> int:
    """Its day of the week; the New Year's holidays (1 to 8 January, Labour Code of Russia, article 112) are like Sundays."""
    day = last - timedelta(days=ago)
    return _SUNDAY if day.month == 1 and day.day <= 8 else day.weekday()

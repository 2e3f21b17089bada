"""Draws the coverage ledger as strips: one line for each outlet, one colour for each state of an hour. Pure: rows in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

DAY = 24
"""Units of a strip's width that a day has: one an hour."""
HEIGHT = 12
"""Units of a strip's height."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one outlet."""

    day: date
    x: int
    """Where it begins in the strip."""
    hours: Mapping[str, int]
    """Hours of this day by state; hours in which nothing was due are in none."""
    is_watched: bool
    """Whether the outlet was watched by the end of this day."""


@dataclass(frozen=True, slots=True)
class Strip:
    """The days of one outlet."""

    outlet: str
    begins: int
    """Where the outlet's first hour in the ledger begins; 0 where that is earlier than the strip."""
    paths: Mapping[str, str]
    """The SVG path of all hours of a state, by state."""
    days: Sequence[Day]
    hours: Mapping[str, int]
    """Hours of all days by state."""


@dataclass(frozen=True, slots=True)
class Strips:
    """What was seen of each outlet on the same days."""

    days: Sequence[date]
    until: int
    """Where the last hour ends that any row tells of; behind it the day is not over."""
    strips: Sequence[Strip]

    @property
    def width(self) -> int:
        """The width of the picture, in its units: one for each hour."""
        return DAY * len(self.days)


def strips(rows: Sequence[Mapping[str, Any]], days: int) -> Strips:
    """The last `days` days that the rows of a ledger tell of (`outlet`, `hour` in UTC, `hours`, `state`; `first`, the first
    hour of the outlet in the whole ledger), by outlet. A row may stand for many hours in which one state lasted.
    """
    if not rows:
        return Strips((), 0, ())
    ends = [datetime.fromisoformat(row["hour"]) + timedelta(hours=row["hours"]) for row in rows]
    last = (max(ends) - timedelta(hours=1)).date()
    shown = [last - timedelta(days=back) for back in reversed(range(days))]
    begin = datetime.combine(shown[0], datetime.min.time(), UTC)

    def x(moment: datetime) -> int:
        return max(int((moment - begin) / timedelta(hours=1)), 0)

    spans: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    begins = {}
    for row, end in zip(rows, ends, strict=True):
        begins[row["outlet"]] = x(datetime.fromisoformat(row["first"]))
        if x(end):
            spans[row["outlet"]].append((x(datetime.fromisoformat(row["hour"])), x(end), row["state"]))
    return Strips(shown, x(max(ends)), [_strip(outlet, begins[outlet], spans[outlet], shown) for outlet in sorted(spans)])


def _strip(outlet: str, begins: int, spans: Sequence[tuple[int, int, str]], shown: Sequence[date]) -> Strip:
    paths: defaultdict[str, list[str]] = defaultdict(list)
    by_day: list[defaultdict[str, int]] = [defaultdict(int) for _ in shown]
    hours: defaultdict[str, int] = defaultdict(int)
    for first, behind, state in sorted(spans):
        paths[state].append(f"M{first} 0h{behind - first}v{HEIGHT}h-{behind - first}z")
        hours[state] += behind - first
        for number in range(first // DAY, -(-behind // DAY)):
            by_day[number][state] += min(behind, (number + 1) * DAY) - max(first, number * DAY)
    days = [Day(day, DAY * number, by_day[number], DAY * (number + 1) > begins) for number, day in enumerate(shown)]
    return Strip(outlet, begins, {state: "".join(parts) for state, parts in sorted(paths.items())}, days, hours)

"""Draws a column chart of weeks, of one or more series, and marks the weeks in which nobody watched. Pure: rows in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from monitor.text import iso_week

WIDTH, LEFT, TOP, BASE = 640, 44, 14, 150
"""Of the drawing: its width, what is left for the numbers beside it, where the highest column ends, and where all begin."""
MOST = 104
"""Weeks that are drawn, the newest; the table has all."""
SERIES = 6
"""Series that have a colour of their own; all others are one."""
OTHERS = ""
FEW = 5
"""Columns are no wider than those of so many weeks."""
LABEL = 112
"""Width of a week's name, with what parts it from the next."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one series has of a week."""

    series: str
    number: int
    """Of the series, by which it has its colour; SERIES for all others together."""
    count: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """One week."""

    week: str
    monday: date
    sunday: date
    x: float
    width: float
    total: float
    state: str
    """"unfinished", "not watched", or empty."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Weeks:
    """The picture: its weeks without a hole, the series by size, and the numbers beside it."""

    columns: Sequence[Column]
    series: Sequence[str]
    scale: Sequence[tuple[float, float]]
    """Heights and the numbers that stand there."""
    labels: Sequence[Column]
    """The columns that have their name below."""
    left_out: int
    """Weeks that are older than those which are drawn."""

    @property
    def states(self) -> list[str]:
        """The states of the weeks that occur, for the legend."""
        return sorted({column.state for column in self.columns} - {""})


def weeks(
    rows: Sequence[Mapping[str, Any]], *, newest: str | None, watched: Collection[str] | None = None, beside: Sequence[str] = ()
) -> Weeks:
    """The weeks from the first that the rows tell of to the newest (`week`, ISO; `articles`; `series`, where there are several).

    `newest` is when anything was last seen, a stored time: its week is not over. `watched` are the weeks in which somebody
    watched; None where that is not known. `beside` names the series that stand beside each other; else they are stacked, the
    largest lowest.
    """
    counts: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    totals: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        if row["week"]:
            series = str(row.get("series") or OTHERS)
            counts[row["week"]][series] += row["articles"]
            totals[series] += row["articles"]
    if not counts:
        return Weeks((), (), (), (), 0)
    named = sorted(totals, key=lambda series: (-totals[series], series))
    shown = list(beside) or ([series for series in named if series != OTHERS][:SERIES] if len(named) > 1 else named)
    ending = _week_of(newest)
    all_weeks = _between(min(counts), max(*counts, ending))
    drawn = all_weeks[-MOST:]
    split = [{series: counts[week][series] for series in shown} for week in drawn]
    for week, parts in zip(drawn, split, strict=True):
        if rest := sum(count for series, count in counts[week].items() if series not in shown):
            parts[OTHERS] = parts.get(OTHERS, 0) + rest
    most = max(max(parts.values(), default=0) if beside else sum(parts.values()) for parts in split)
    top = _above(most)
    room = (WIDTH - LEFT) / max(len(drawn), FEW)
    columns = []
    for number, (week, parts) in enumerate(zip(drawn, split, strict=True)):
        x, width = LEFT + number * room + room * 0.08, room * 0.84
        state = "unfinished" if week == ending else "" if watched is None or week in watched else "not watched"
        drawn_parts = _parts(parts, shown, x, width, top, beside=bool(beside))
        monday = _monday(week)
        total = sum(parts.values())
        columns.append(Column(week, monday, monday + timedelta(days=6), round(x, 2), round(width, 2), total, state, drawn_parts))
    every = max(1, round(LABEL / room + 0.5))
    labels = columns[::-every][::-1]
    scale = [(round(_height(value, top), 2), value) for value in dict.fromkeys((0, top / 2 if top > 1 else 0, top))]
    in_order = [*shown, *([OTHERS] if len(shown) > 1 and any(OTHERS in parts for parts in split) else [])]
    return Weeks(columns, in_order, scale, labels, len(all_weeks) - len(drawn))


def _parts(
    parts: Mapping[str, float], shown: Sequence[str], x: float, width: float, top: float, *, beside: bool
) -> tuple[Part, ...]:
    found, base = [], 0.0
    each = width / max(len(shown), 1) if beside else width
    for series, count in parts.items():
        number = shown.index(series) if series in shown else SERIES
        y, below = _height(base + count, top), _height(base, top)
        if count:
            at = x + each * number if beside else x
            found.append(Part(series, number, count, round(at, 2), round(y, 2), round(each, 2), round(below - y, 2)))
        if not beside:
            base += count
    return tuple(found)


def _height(count: float, top: float) -> float:
    return BASE - (BASE - TOP) * count / top


def _above(most: float) -> float:
    """A round number that is no less: 1, 2 or 5 with noughts, or twice such."""
    step = 1.0
    while step * 10 < most:
        step *= 10
    return next(step * times for times in (1, 2, 4, 5, 10) if step * times >= most)


def _between(first: str, last: str) -> list[str]:
    monday, end, found = _monday(first), _monday(last), []
    while monday <= end:
        found.append(iso_week(monday))
        monday += timedelta(days=7)
    return found


def _monday(week: str) -> date:
    return date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def _week_of(time: str | None) -> str:
    return iso_week(date.fromisoformat(time[:10])) if time else ""

"""Draws a story over time: a lane for each outlet, and arcs for who cites whom. Pure: rows in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

WIDTH, LANE, LEFT = 640, 26, 190
"""Of the drawing: its width, the height of a lane, and what is left for the names of outlets."""
MOST = 40
"""Lanes and arcs that are drawn; the tables have all."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An article in its lane."""

    x: float
    y: int
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What a drawing has: names of lanes with their heights, marks, the times at its ends."""

    lanes: list[tuple[str, int]]
    marks: list[Mark]
    height: int
    first: str
    last: str
    left_out: int
    """Articles that are not drawn."""


@dataclass(frozen=True, slots=True)
class Arc:
    """Who has it from whom: from where to where, and the row that says so."""

    start: tuple[float, int]
    end: tuple[float, int]
    bend: tuple[float, float]
    """What the curve is drawn to."""
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CitationGraph:
    """Who cites whom, in time: lanes of outlets with their heights, and arcs between them."""

    lanes: list[tuple[str, int]]
    arcs: list[Arc]
    height: int
    left_out: int
    """Arcs that are not drawn."""


def timeline(rows: Sequence[Mapping[str, Any]]) -> Timeline:
    """The articles of a story, each in the lane of its outlet, at the time that it declares, else at the time we first saw it."""
    dated = sorted(rows, key=_time)
    outlets = list(dict.fromkeys(str(row["outlet"]) for row in dated))
    lanes = {outlet: LANE * number + 16 for number, outlet in enumerate(outlets[:MOST])}
    shown = [row for row in dated if row["outlet"] in lanes]
    x = _scale(shown)
    marks = [Mark(x(_time(row)), lanes[row["outlet"]], row) for row in shown]
    ends = (_time(shown[0]), _time(shown[-1])) if shown else ("", "")
    return Timeline(list(lanes.items()), marks, LANE * len(lanes) + 30, *ends, len(dated) - len(shown))


def citation_graph(rows: Sequence[Mapping[str, Any]], steps: Sequence[Mapping[str, Any]]) -> CitationGraph:
    """The steps that lead from an article of a story to another, or to an outlet of which it has none, over the story's time."""
    by_article = {row["article"]: row for row in rows}
    x = _scale(sorted(rows, key=_time))
    leading = [step for step in steps if step["article"] in by_article and step["from_outlet"]]
    shown = leading[:MOST]
    outlets = dict.fromkeys(str(step[name]) for step in shown for name in ("from_outlet", "outlet"))
    lanes = {outlet: LANE * number + 16 for number, outlet in enumerate(outlets)}
    arcs = []
    for step in shown:
        at = x(_time(by_article[step["article"]]))
        source = by_article.get(step["from_article"])
        start, end = (at, lanes[step["outlet"]]), (x(_time(source)) if source else at, lanes[step["from_outlet"]])
        # Where both stand above each other, or in one lane, the curve is seen by its bend.
        bend = ((start[0] + end[0]) / 2 + (16 if abs(start[0] - end[0]) < LANE else 0), (start[1] + end[1]) / 2 - LANE / 2)
        arcs.append(Arc(start, end, (min(bend[0], WIDTH - 4), max(bend[1], 0)), step))
    return CitationGraph(list(lanes.items()), arcs, LANE * len(lanes) + 30, len(leading) - len(shown))


def _time(row: Mapping[str, Any]) -> str:
    return str(row["published"] or row["first_seen"])


def _scale(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Where a time stands between the first and the last of some rows that are in order."""
    room = WIDTH - LEFT - 16
    if not rows:
        return lambda _: LEFT
    begin, end = (datetime.fromisoformat(_time(row)).timestamp() for row in (rows[0], rows[-1]))
    span = end - begin

    def x(time: str) -> float:
        share = (datetime.fromisoformat(time).timestamp() - begin) / span if span else 0.0
        return round(LEFT + 8 + room * share, 1)

    return x

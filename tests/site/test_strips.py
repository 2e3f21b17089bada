"""How outlets were seen, as strips: each hour in its place, none drawn that no row tells of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from monitor.site.strips import strips

FIRST = "2026-05-17T22:00:00.000000Z"


def row(hour: str, hours: int, state: str, outlet: str = "Берег", first: str = FIRST) -> dict[str, Any]:
    return {"outlet": outlet, "hour": hour, "hours": hours, "state": state, "first": first}


ROWS = [
    row(FIRST, 1, "polled"),
    row("2026-05-17T23:00:00.000000Z", 4, "not running"),
    row("2026-05-18T10:00:00.000000Z", 1, "failed"),
    row("2026-05-18T12:00:00.000000Z", 2, "polled", "Полдень", "2026-01-01T00:00:00.000000Z"),
]


def test_a_stretch_is_drawn_where_its_hours_are_and_counts_on_the_days_that_it_touches() -> None:
    all_ = strips(ROWS, 2)
    bereg, polden = all_.strips
    assert all_.days == [date(2026, 5, 17), date(2026, 5, 18)]
    assert (all_.width, all_.until) == (48, 38)
    assert bereg.paths == {"failed": "M34 0h1v12h-1z", "not running": "M23 0h4v12h-4z", "polled": "M22 0h1v12h-1z"}
    assert [dict(day.hours) for day in bereg.days] == [{"polled": 1, "not running": 1}, {"not running": 3, "failed": 1}]
    assert bereg.hours == {"polled": 1, "not running": 4, "failed": 1}
    assert polden.paths == {"polled": "M36 0h2v12h-2z"}


def test_before_its_first_hour_an_outlet_was_not_watched() -> None:
    bereg, polden = strips(ROWS, 3).strips
    assert (bereg.begins, [day.is_watched for day in bereg.days]) == (46, [False, True, True])
    assert (polden.begins, [day.is_watched for day in polden.days]) == (0, [True, True, True])


def test_what_began_before_the_first_day_is_cut_there_and_what_ended_before_is_not_drawn() -> None:
    (bereg, polden) = strips(ROWS, 1).strips
    assert bereg.paths == {"failed": "M10 0h1v12h-1z", "not running": "M0 0h3v12h-3z"}
    assert bereg.hours == {"not running": 3, "failed": 1}
    assert strips(ROWS[:1] + ROWS[3:], 1).strips == [polden]


@pytest.mark.parametrize("days", [1, 7])
def test_a_ledger_without_rows_has_no_day(days: int) -> None:
    assert (strips([], days).days, strips([], days).width, strips([], days).strips) == ((), 0, ())

"""Sequences of looks at an article, and what they make of it: a table."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.expect.absences import HIDDEN, KINDS, REMOVED, UNREACHABLE, Look, Way, follow, is_site_wide

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)
THERE = None


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def looked(hours: float, way: Way | None, others: float | None = -1, *, site: bool = False, listed: bool | None = None) -> Look:
    """A look so many hours after noon; `others` is when another article of the host was there."""
    return Look(at(hours), way, None if others is None else at(others), site, listed)


def states(*looks: Look) -> list[str]:
    """The state after each look."""
    absence, found = None, []
    for look in looks:
        absence = follow(absence, look, NOON)
        found.append(absence.state if absence else "")
    return found


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        pytest.param([looked(0, THERE), looked(9, THERE)], ["", ""], id="there"),
        pytest.param([looked(0, Way.NOT_FOUND)], ["suspected"], id="one look proves nothing"),
        pytest.param([looked(0, Way.GONE), looked(7, Way.GONE, 6)], ["suspected", "confirmed"], id="again, and others are there"),
        pytest.param([looked(0, Way.GONE), looked(5, Way.GONE, 4)], ["suspected"] * 2, id="again, too soon"),
        pytest.param([looked(0, Way.GONE), looked(7, Way.GONE)], ["suspected"] * 2, id="no other article was seen since"),
        pytest.param([looked(0, Way.GONE), looked(99, Way.GONE, None)], ["suspected"] * 2, id="no other article was ever seen"),
        pytest.param([looked(0, Way.GONE), looked(7, Way.GONE, 6, listed=True)], ["suspected"] * 2, id="a list still names it"),
        pytest.param(
            [looked(0, Way.GONE), looked(7, Way.GONE, 6, listed=False)], ["suspected", "confirmed"], id="no list names it"
        ),
        pytest.param([looked(0, Way.NOT_FOUND), looked(1, THERE)], ["suspected", "returned"], id="a slip"),
        pytest.param(
            [looked(0, Way.GONE), looked(7, Way.GONE, 6), looked(30, THERE)],
            ["suspected", "confirmed", "returned"],
            id="put back",
        ),
        pytest.param(
            [looked(0, Way.GONE), looked(1, THERE), looked(2, Way.GONE), looked(7, Way.GONE, 6), looked(9, Way.GONE, 8)],
            ["suspected", "returned", "suspected", "suspected", "confirmed"],
            id="gone again: counted anew",
        ),
        pytest.param(
            [looked(0, Way.NOT_FOUND), looked(7, Way.HOME, 6)], ["suspected", "confirmed"], id="another way of being removed"
        ),
        pytest.param([looked(0, Way.BLOCKED), looked(7, Way.BLOCKED, 6)], ["suspected"] * 2, id="closed to us for hours"),
        pytest.param(
            [looked(0, Way.GONE, site=True), looked(7, Way.GONE, site=True)], ["", ""], id="an outage of the whole site"
        ),
        pytest.param(
            [looked(0, Way.GONE), looked(7, Way.GONE, 6, site=True), looked(8, Way.GONE, 7)],
            ["suspected", "suspected", "confirmed"],
            id="an outage confirms nothing",
        ),
        pytest.param(
            [looked(0, Way.GONE), looked(7, Way.CHALLENGE, 6), looked(8, Way.GONE, 7)],
            ["suspected", "suspected", "confirmed"],
            id="a challenge between says nothing",
        ),
        pytest.param([looked(0, Way.DNS, None), looked(99, Way.DNS, None)], ["suspected"] * 2, id="the whole host has no name"),
        pytest.param(
            [looked(0, Way.UNLISTED, None), looked(25, Way.UNLISTED, None)],
            ["suspected", "confirmed"],
            id="dropped from its feed",
        ),
    ],
)
def test_looks_suspect_confirm_and_take_back(looks: list[Look], expected: list[str]) -> None:
    assert states(*looks) == expected


@pytest.mark.parametrize("way", sorted(HIDDEN | UNREACHABLE))
def test_what_cannot_be_seen_never_becomes_removed(way: Way) -> None:
    absence = None
    for day in range(30):
        absence = follow(absence, looked(24 * day, way, 24 * day - 1), NOON)
    assert absence is not None
    assert absence.kind in {"hidden", "unreachable"}


@pytest.mark.parametrize("way", sorted(HIDDEN | UNREACHABLE))
@pytest.mark.parametrize("removed", sorted(REMOVED))
def test_a_removal_counts_from_the_first_look_that_says_so(way: Way, removed: Way) -> None:
    absence = follow(follow(None, looked(0, way), NOON), looked(30, removed, 29), NOON)
    assert absence is not None
    assert (absence.state, absence.since, absence.there, absence.looks) == ("suspected", at(30), NOON, 1)


def test_an_absence_says_when_and_why() -> None:
    absence = follow(follow(None, looked(1, Way.GONE), NOON), looked(9, Way.GONE, 8, listed=False), NOON)
    assert absence is not None
    assert (absence.since, absence.there, absence.confirmed, absence.looks) == (at(1), NOON, at(9), 2)
    assert absence.confirmed_by == (
        "not there at 2 looks in 8 hours; other articles of its host are; no list of its outlet names it"
    )
    back = follow(absence, looked(50, THERE), NOON)
    assert back is not None
    assert (back.state, back.returned, back.confirmed) == ("returned", at(50), at(9))
    assert follow(back, looked(60, THERE), NOON) == back


@pytest.mark.parametrize(
    ("absent", "there", "expected"), [(2, 0, False), (3, 0, True), (3, 2, True), (3, 3, False), (40, 10, True), (40, 60, False)]
)
def test_what_most_articles_of_a_host_show_is_the_hosts(absent: int, there: int, expected: bool) -> None:
    assert is_site_wide(absent, there) is expected


def test_each_way_is_of_one_kind() -> None:
    assert set(KINDS) == set(Way)

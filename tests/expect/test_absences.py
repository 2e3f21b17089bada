"""Sequences of looks at an article, and what they make of it: a table."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.expect.absences import (
    HIDDEN,
    KINDS,
    REMOVED,
    UNREACHABLE,
    AbsenceSign,
    CrossCheck,
    ListEntry,
    Observation,
    dropped,
    is_site_wide,
    next_absence,
)

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)
THERE = None


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def looked(
    hours: float, way: AbsenceSign | None, others: float | None = -1, *, site: bool = False, listed: bool | None = None,
    home: bool | None = None, elsewhere: bool | None = None,
) -> Observation:  # fmt: skip
    """A look so many hours after noon; `others` is when another article of the host was there, `home` whether its home page, read
    just then, links to it.
    """
    second = CrossCheck(listed, home, elsewhere, None if home is None else at(hours))
    return Observation(at(hours), way, None if others is None else at(others), site, second)


def polled(hours: float, way: AbsenceSign | None) -> Observation:
    """A look at a list, so many hours after noon."""
    return Observation(at(hours), way, is_list=True)


def states(*looks: Observation) -> list[str]:
    """The state after each look."""
    absence, found = None, []
    for look in looks:
        absence = next_absence(absence, look, NOON)
        found.append(absence.state if absence else "")
    return found


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        pytest.param([looked(0, THERE), looked(9, THERE)], ["", ""], id="there"),
        pytest.param([looked(0, AbsenceSign.NOT_FOUND)], ["suspected"], id="one look proves nothing"),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, 6)],
            ["suspected"] * 2,
            id="time is no second way of looking",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, 6, home=False)],
            ["suspected", "confirmed"],
            id="again, and not on the home page",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, home=False)],
            ["suspected", "confirmed"],
            id="the home page is alive",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, 6, elsewhere=False)],
            ["suspected", "confirmed"],
            id="not at another address",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, 6, listed=False, home=True)],
            ["suspected"] * 2,
            id="the home page still links to it",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, 6, home=False, elsewhere=True)],
            ["suspected"] * 2,
            id="it stands at another address",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(5, AbsenceSign.GONE, 4, home=False)], ["suspected"] * 2, id="again, too soon"
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, listed=False)],
            ["suspected"] * 2,
            id="nothing of its host was seen since",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(99, AbsenceSign.GONE, None, elsewhere=False)],
            ["suspected"] * 2,
            id="no other article was ever seen",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, 6, listed=True)],
            ["suspected"] * 2,
            id="a list still names it",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, 6, listed=False)],
            ["suspected", "confirmed"],
            id="no list names it",
        ),
        pytest.param([looked(0, AbsenceSign.NOT_FOUND), looked(1, THERE)], ["suspected", "returned"], id="a slip"),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, 6, home=False), looked(30, THERE)],
            ["suspected", "confirmed", "returned"],
            id="put back",
        ),
        pytest.param(
            [
                looked(0, AbsenceSign.GONE),
                looked(1, THERE),
                looked(2, AbsenceSign.GONE),
                looked(7, AbsenceSign.GONE, 6),
                looked(9, AbsenceSign.GONE, 8, home=False),
            ],
            ["suspected", "returned", "suspected", "suspected", "confirmed"],
            id="gone again: counted anew",
        ),
        pytest.param(
            [looked(0, AbsenceSign.NOT_FOUND), looked(7, AbsenceSign.HOME, 6, home=False)],
            ["suspected", "confirmed"],
            id="another way of being removed",
        ),
        pytest.param(
            [looked(0, AbsenceSign.BLOCKED), looked(7, AbsenceSign.BLOCKED, 6)], ["suspected"] * 2, id="closed to us for hours"
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE, site=True), looked(7, AbsenceSign.GONE, site=True)],
            ["", ""],
            id="an outage of the whole site",
        ),
        pytest.param(
            [
                looked(0, AbsenceSign.GONE),
                looked(7, AbsenceSign.GONE, 6, site=True, home=False),
                looked(8, AbsenceSign.GONE, 7, home=False),
            ],
            ["suspected", "suspected", "confirmed"],
            id="an outage confirms nothing",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.CHALLENGE, 6), looked(8, AbsenceSign.GONE, 7, home=False)],
            ["suspected", "suspected", "confirmed"],
            id="a challenge between says nothing",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.DNS, 6), looked(8, AbsenceSign.GONE, 7, home=False)],
            ["suspected", "suspected", "confirmed"],
            id="a host without a name between says nothing",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(6, AbsenceSign.GONE, 5, home=False)],
            ["suspected", "confirmed"],
            id="again, after just six hours",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.GONE, 0, listed=False)],
            ["suspected"] * 2,
            id="another article of the host was there when it began, and not since",
        ),
        pytest.param(
            [looked(0, AbsenceSign.BLOCKED), looked(24, AbsenceSign.BLOCKED, 23)],
            ["suspected", "confirmed"],
            id="closed to us for a day: only a removal needs a second way of looking",
        ),
        pytest.param(
            [looked(0, AbsenceSign.DNS, None), looked(99, AbsenceSign.DNS, None)],
            ["suspected"] * 2,
            id="the whole host has no name",
        ),
        pytest.param(
            [polled(0, AbsenceSign.UNLISTED), polled(1, AbsenceSign.UNLISTED), polled(25, AbsenceSign.UNLISTED)],
            ["suspected", "suspected", "confirmed"],
            id="dropped from its feed for a day",
        ),
        pytest.param([polled(0, AbsenceSign.UNLISTED), polled(1, THERE)], ["suspected", "returned"], id="listed again"),
        pytest.param(
            [polled(0, AbsenceSign.UNLISTED), looked(1, THERE), polled(25, AbsenceSign.UNLISTED)],
            ["suspected", "suspected", "confirmed"],
            id="dropped from its feed, its page is there",
        ),
        pytest.param(
            [polled(0, AbsenceSign.UNLISTED), looked(1, AbsenceSign.GONE), looked(8, AbsenceSign.GONE, 7, listed=False)],
            ["suspected", "suspected", "confirmed"],
            id="dropped from its feed, then gone: counted from when it was",
        ),
        pytest.param(
            [polled(0, AbsenceSign.UNLISTED), looked(1, AbsenceSign.BLOCKED), looked(2, AbsenceSign.NOINDEX), polled(3, THERE)],
            ["suspected", "suspected", "suspected", "returned"],
            id="of what a list dropped the page says nothing",
        ),
        pytest.param(
            [looked(0, AbsenceSign.GONE), polled(1, AbsenceSign.UNLISTED), polled(2, THERE)],
            ["suspected"] * 3,
            id="a list does not bring back what is gone",
        ),
        pytest.param([polled(0, THERE)], [""], id="listed"),
        pytest.param(
            [looked(0, AbsenceSign.NOINDEX), looked(7, AbsenceSign.NOINDEX), looked(25, AbsenceSign.NOINDEX), looked(26, THERE)],
            ["suspected", "suspected", "confirmed", "returned"],
            id="hidden from search engines for a day",
        ),
        pytest.param(
            [looked(0, AbsenceSign.NOINDEX), looked(7, AbsenceSign.CHALLENGE, 6), looked(25, AbsenceSign.NOINDEX)],
            ["suspected", "suspected", "confirmed"],
            id="hidden from search engines, a challenge between",
        ),
        pytest.param([looked(0, AbsenceSign.NOINDEX, site=True)] * 2, ["", ""], id="a whole site hidden from search engines"),
        pytest.param(
            [looked(0, AbsenceSign.GONE), looked(7, AbsenceSign.NOINDEX)],
            ["suspected", "returned"],
            id="back, hidden from search engines",
        ),
        pytest.param(
            [looked(0, AbsenceSign.BLOCKED), looked(7, AbsenceSign.NOINDEX), looked(8, AbsenceSign.NOINDEX)],
            ["suspected", "returned", "suspected"],
            id="a page that says noindex can be seen",
        ),
    ],
)
def test_looks_suspect_confirm_and_take_back(looks: list[Observation], expected: list[str]) -> None:
    assert states(*looks) == expected


@pytest.mark.parametrize("way", sorted(HIDDEN | UNREACHABLE))
def test_what_cannot_be_seen_never_becomes_removed(way: AbsenceSign) -> None:
    absence = None
    for day in range(30):
        absence = next_absence(absence, looked(24 * day, way, 24 * day - 1), NOON)
    assert absence is not None
    assert absence.kind in {"hidden", "unreachable"}


@pytest.mark.parametrize("way", sorted(HIDDEN | UNREACHABLE))
@pytest.mark.parametrize("removed", sorted(REMOVED))
def test_a_removal_counts_from_the_first_look_that_says_so(way: AbsenceSign, removed: AbsenceSign) -> None:
    absence = next_absence(next_absence(None, looked(0, way), NOON), looked(30, removed, 29), NOON)
    assert absence is not None
    assert (absence.state, absence.since, absence.there, absence.looks) == ("suspected", at(30), NOON, 1)
    hidden = next_absence(None, looked(0, way), NOON)
    assert next_absence(hidden, looked(30, removed, 29), at(-9)) == absence, "it was there last before it was hidden"


def test_an_absence_says_when_and_why() -> None:
    second = looked(9, AbsenceSign.GONE, 8, listed=False, home=False, elsewhere=False)
    absence = next_absence(next_absence(None, looked(1, AbsenceSign.GONE), NOON), second, NOON)
    assert absence is not None
    assert (absence.since, absence.there, absence.confirmed, absence.looks) == (at(1), NOON, at(9), 2)
    assert absence.confirmed_by == (
        "not there at 2 looks in 8 hours; other articles of its host are; no list of its outlet names it; the home page does not"
        " link to it; it is at none of its other addresses"
    )
    later = next_absence(absence, looked(40, AbsenceSign.GONE, 39, home=False), NOON)
    assert later is not None
    assert (later.confirmed, later.confirmed_by, later.looks) == (at(9), absence.confirmed_by, 3)
    back = next_absence(absence, looked(50, THERE), NOON)
    assert back is not None
    assert (back.state, back.returned, back.looked, back.confirmed) == ("returned", at(50), at(50), at(9))
    assert next_absence(back, looked(60, THERE), NOON) == back


def test_a_home_page_that_was_read_as_the_absence_began_says_nothing_of_the_time_since() -> None:
    absence = next_absence(None, looked(0, AbsenceSign.GONE), NOON)
    for hours, state in ((0, "suspected"), (1, "confirmed")):
        second = CrossCheck(is_on_home_page=False, home_page=at(hours))
        after = next_absence(absence, Observation(at(7), AbsenceSign.GONE, None, second=second), NOON)
        assert after is not None
        assert after.state == state


def test_an_absence_shows_in_which_way_it_was_not_there_last() -> None:
    absence = next_absence(next_absence(None, looked(0, AbsenceSign.NOT_FOUND), NOON), looked(1, AbsenceSign.HOME), NOON)
    assert absence is not None
    assert (absence.way, absence.since) == (AbsenceSign.HOME, at(0))


@pytest.mark.parametrize(("hours", "said"), [(7, "7 hours"), (47, "47 hours"), (48, "2 days"), (60, "2 days")])
def test_how_long_it_was_not_there_is_told_in_hours_up_to_two_days(hours: int, said: str) -> None:
    absence = next_absence(
        next_absence(None, looked(0, AbsenceSign.GONE), NOON), looked(hours, AbsenceSign.GONE, home=False), NOON
    )
    assert absence is not None
    assert absence.confirmed_by.startswith(f"not there at 2 looks in {said};")


@pytest.mark.parametrize(
    ("absent", "there", "expected"), [(2, 0, False), (3, 0, True), (3, 2, True), (3, 3, False), (40, 10, True), (40, 60, False)]
)
def test_what_most_articles_of_a_host_show_is_the_hosts(absent: int, there: int, expected: bool) -> None:
    assert is_site_wide(absent, there) is expected


def test_each_way_is_of_one_kind() -> None:
    assert set(KINDS) == set(AbsenceSign)


def entries(numbers: str) -> list[ListEntry]:
    """A feed that lists these, each an hour younger than the next lower one."""
    return [ListEntry(n, n, at(int(n))) for n in numbers]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param("76543", "876543", "", id="one more"),
        pytest.param("76543", "98765", "", id="the oldest fall off the end"),
        pytest.param("76543", "8754", "", id="two older ones that stay may be pinned"),
        pytest.param("765432", "875432", "6", id="one is left out although older ones stay"),
        pytest.param("87654321", "9321", "", id="more went than stayed: another feed"),
        pytest.param("765432", "65432", "", id="nothing newer: an older copy of the feed"),
        pytest.param("765432", "", "", id="an empty feed"),
        pytest.param("876543210", "97643210", "85", id="two of many"),
        pytest.param("765432", "843257", "", id="a feed that does not go by time"),
        pytest.param("76543", "87543", "6", id="three older ones that stay"),
    ],
)
def test_what_left_a_feed_and_did_not_fall_off_its_end_was_dropped(before: str, now: str, expected: str) -> None:
    assert "".join(dropped(entries(before), entries(now))) == expected


def test_an_entry_that_got_another_address_or_has_no_date_was_not_dropped() -> None:
    assert dropped(entries("765432"), [*entries("87"), ListEntry("x", "6", at(6)), *entries("5432")]) == ()
    assert dropped(entries("765432"), [*entries("875432"), ListEntry("y", "y", None)]) == ()
    assert dropped([], entries("75432")) == ()
    alike = ListEntry("also at 6", "also at 6", at(6))
    assert dropped([*entries("6"), alike, *entries("54")], [*entries("7"), alike, *entries("54")]) == ()

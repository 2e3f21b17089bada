"""The least to expect of a source is learned from its own weeks, by the day of the week; a drop is told, a quiet day is not."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from monitor.expect import HISTORY, expectation

FRIDAY = date(2026, 5, 15)
COUNTS = st.one_of(st.none(), st.integers(0, 500))
DAYS = st.lists(COUNTS, max_size=HISTORY + 5)
LONG = st.lists(st.integers(5, 50), min_size=40, max_size=HISTORY)


def weeks(workday, weekend, last=FRIDAY, *, days=HISTORY):
    """The newest day first: what an even rhythm gives."""
    return [weekend if is_off(last - timedelta(days=ago)) else workday for ago in range(days)]


def is_off(day):
    return day.weekday() > 4 or (day.month == 1 and day.day <= 8)


def test_a_source_that_keeps_its_rhythm_is_as_expected():
    found = expectation(weeks(30, 10), FRIDAY)
    assert (found.days, found.seen, found.usual, found.is_drop) == (1, 30, 30, False)
    assert 0 < found.least < 30


@pytest.mark.parametrize("came", [0, 1])
def test_a_day_with_next_to_nothing_is_a_drop(came):
    found = expectation([came, *weeks(30, 10)[1:]], FRIDAY)
    assert (found.is_drop, found.days, found.seen) == (True, 1, came)
    assert found.least > came


@pytest.mark.parametrize(("came", "is_drop"), [(200, False), (170, True)])
def test_of_a_rhythm_however_even_a_quiet_day_is_no_drop(came, is_drop):
    assert expectation([came, *weeks(300, 300)[1:]], FRIDAY).is_drop is is_drop


def test_who_gives_the_least_is_no_drop():
    least = expectation(weeks(30, 10), FRIDAY).least
    drops = [expectation([came, *weeks(30, 10)[1:]], FRIDAY).is_drop for came in (least - 1, least)]
    assert drops == [True, False]


def test_what_is_too_few_for_a_friday_is_enough_for_a_saturday():
    few = 8
    assert expectation([few, *weeks(40, 12)[1:]], FRIDAY).is_drop
    saturday = FRIDAY + timedelta(days=1)
    assert not expectation([few, *weeks(40, 12, saturday)[1:]], saturday).is_drop


@pytest.mark.parametrize(("day", "is_drop"), [(date(2027, 1, 5), False), (date(2027, 1, 12), True)])
def test_the_new_years_holidays_are_like_sundays(day, is_drop):
    counts = weeks(60, 12, day)
    counts[0] = 12
    found = expectation(counts, day)
    assert found.is_drop is is_drop


def test_half_a_drop_shows_in_the_sum_of_several_days():
    counts = weeks(20, 20)
    for day in range(7):
        counts[day] = 9
    found = expectation(counts, FRIDAY)
    assert found.is_drop
    assert found.days > 1


def test_a_source_that_gives_little_is_judged_over_as_many_days_as_it_takes():
    found = expectation(weeks(5, 5), FRIDAY)
    assert found.days > 1
    assert not found.is_drop
    assert expectation([0] * found.days + weeks(5, 5), FRIDAY).is_drop


def test_of_a_source_that_gives_next_to_nothing_nothing_is_expected():
    assert expectation([1] + [0] * HISTORY, FRIDAY) is None


def test_the_two_days_before_those_that_are_judged_teach_nothing():
    counts = weeks(3, 3)
    counts[7:9] = [0, 0]
    found = expectation(counts, FRIDAY)
    assert (found.days, found.usual) == (7, 21)


def test_of_a_source_that_has_good_weeks_and_bad_ones_less_is_expected_than_of_one_that_changes_by_the_day():
    by_the_day, by_the_week = ([4] * 9 + [(6, 2)[ago // run % 2] for ago in range(9, HISTORY)] for run in (1, 7))
    assert expectation(by_the_day, FRIDAY).days < expectation(by_the_week, FRIDAY).days


def test_three_weeks_are_needed_to_learn():
    assert expectation(weeks(30, 10, days=20), FRIDAY) is None
    assert expectation(weeks(30, 10, days=30), FRIDAY) is not None


def test_an_outage_in_the_history_does_not_teach_that_nothing_is_usual():
    counts = weeks(30, 30)
    counts[20:24] = [0, 0, 0, 0]
    outage = expectation([0, *counts[1:]], FRIDAY)
    assert outage.is_drop
    assert outage.usual > 27


def test_days_in_which_nobody_looked_teach_nothing_and_most_of_a_stretch_must_be_watched():
    counts = weeks(30, 10)
    counts[10:30] = [None] * 20
    assert expectation(counts, FRIDAY).usual == 30
    assert expectation([None, *weeks(30, 10)[1:]], FRIDAY).days > 1


@given(counts=DAYS, last=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_any_history_gives_a_least_that_is_no_more_than_the_usual(counts, last):
    found = expectation(counts, last)
    if found:
        assert 1 <= found.least <= found.usual + 1
        assert found.seen >= 0


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(counts=LONG, last=st.dates(date(2020, 1, 1), date(2040, 1, 1)), more=st.integers(1, 400))
def test_who_gives_more_is_not_below_what_is_expected_sooner(counts, last, more):
    """The newest days are no part of what is expected of them."""
    before = expectation(counts, last)
    assume(before and not before.is_drop and counts[0] is not None)
    assert not expectation([counts[0] + more, *counts[1:]], last).is_drop

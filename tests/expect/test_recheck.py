"""When an article is looked at again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.expect.recheck import AFTER_ABSENCE, DENIED, GROWTH, LONGEST, SHORTEST, RecheckHistory, next_recheck

BEGAN = datetime(2026, 5, 18, 12, tzinfo=UTC)
LIFE = RecheckHistory("a", BEGAN)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Of an interval, by which jitter may move it.
DRIFT = 0.1 + 1e-9


def interval(life: RecheckHistory, looked: datetime) -> timedelta:
    return next_recheck(life, looked).due - looked


@pytest.mark.parametrize(
    ("age", "length"),
    [
        (timedelta(0), SHORTEST),
        (timedelta(minutes=10), SHORTEST),
        (4 * HOUR, 4 * HOUR * GROWTH),
        (10 * DAY, 10 * DAY * GROWTH),
        (1000 * DAY, LONGEST),
    ],
)
def test_the_interval_is_a_part_of_the_age_within_bounds(age: timedelta, length: timedelta) -> None:
    assert abs(interval(LIFE, BEGAN + age) - length) <= length * DRIFT


def test_an_article_of_tomorrow_is_looked_at_as_a_new_one() -> None:
    assert interval(LIFE, BEGAN - DAY) <= SHORTEST * (1 + DRIFT)


def test_what_was_old_when_it_was_first_seen_is_looked_at_by_its_declared_age() -> None:
    declared = {days: interval(replace(LIFE, published=BEGAN - days * DAY), BEGAN + HOUR) for days in (0, 20, 40, 400)}
    assert declared[0] == declared[20] == interval(LIFE, BEGAN + HOUR)
    assert abs(declared[40] - 20 * DAY) <= 3 * DAY
    assert declared[400] >= LONGEST * 0.9


def test_age_begins_anew_with_an_edit() -> None:
    edited = replace(LIFE, edited=BEGAN + 10 * DAY)
    assert abs(interval(edited, BEGAN + 10 * DAY + 2 * HOUR) - 2 * HOUR * GROWTH) <= 2 * HOUR * GROWTH * DRIFT
    assert "last edit" in next_recheck(edited, BEGAN + 11 * DAY).why


def test_a_story_that_moves_brings_the_next_look_forward_and_less_so_as_it_rests() -> None:
    looked = BEGAN + 16 * DAY
    lengths = [interval(replace(LIFE, story_moved=looked - since), looked) for since in (HOUR, DAY, 15 * DAY)]
    assert lengths == sorted(lengths)
    expected = 16 * DAY * GROWTH / 4  # the geometric mean of 16 days and one
    assert abs(lengths[1] - expected) <= expected * DRIFT


def test_a_report_that_comes_after_a_look_brings_the_next_one_forward() -> None:
    looked = BEGAN + 16 * DAY
    due = next_recheck(replace(LIFE, story_moved=looked + DAY), looked).due
    assert looked + DAY < due < looked + 2 * DAY


def test_a_report_that_comes_when_a_look_is_overdue_does_not_put_it_off() -> None:
    life = replace(LIFE, story_moved=BEGAN + 9 * DAY)
    assert next_recheck(life, BEGAN + HOUR).due == next_recheck(LIFE, BEGAN + HOUR).due


def test_what_was_denied_is_looked_at_more_often() -> None:
    looked = BEGAN + 4 * DAY
    assert abs(interval(replace(LIFE, is_denied=True), looked) * DENIED - interval(LIFE, looked)) < timedelta(seconds=1)
    assert "denied" in next_recheck(replace(LIFE, is_denied=True), looked).why


def test_what_was_not_there_is_looked_at_soon_then_less_and_less() -> None:
    looked = BEGAN + 300 * DAY
    lengths = [interval(replace(LIFE, absent_looks=n), looked) for n in range(1, len(AFTER_ABSENCE) + 3)]
    assert lengths == sorted(lengths)
    assert lengths[0] <= HOUR * (1 + DRIFT)
    assert lengths[-1] <= AFTER_ABSENCE[-1] * (1 + DRIFT)
    for length, after in zip(lengths, AFTER_ABSENCE, strict=False):
        assert abs(length - after) <= after * DRIFT


def test_articles_of_one_moment_drift_apart_and_each_always_in_the_same_way() -> None:
    looked = BEGAN + DAY
    lengths = {interval(replace(LIFE, article=f"a{n}"), looked) for n in range(50)}
    assert len(lengths) > 40
    assert interval(LIFE, looked) == interval(LIFE, looked)


@given(
    st.timedeltas(timedelta(0), timedelta(days=4000)), st.none() | st.timedeltas(-DAY, timedelta(days=4000)),
    st.none() | st.timedeltas(-DAY, timedelta(days=4000)), st.booleans(), st.integers(0, 9),
)  # fmt: skip
def test_the_interval_is_always_within_its_bounds(age, edited, moved, denied, absent) -> None:
    last_edit, last_move = (BEGAN + after if after is not None else None for after in (edited, moved))
    life = RecheckHistory("a", BEGAN, None, last_edit, last_move, denied, absent)
    assert SHORTEST * 0.9 - HOUR * 1e-6 <= interval(life, BEGAN + age) <= LONGEST * (1 + DRIFT)


def test_a_year_costs_as_many_looks_as_the_documents_say() -> None:
    looks, at = 0, BEGAN
    while at < BEGAN + 365 * DAY:
        looks, at = looks + 1, next_recheck(LIFE, at).due
    assert 20 <= looks <= 30

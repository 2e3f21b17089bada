"""When a source is polled next: within bounds whatever comes, sooner where more is published, later where its server asks."""

import importlib.util
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.expect.schedule import (
    BACKOFF_WEIGHT,
    DUE_THRESHOLD,
    LONGEST,
    SHORTEST,
    PublishRate,
    interval,
    is_dead,
    next_poll,
    rate_after_poll,
    rate_from_dates,
    rate_with_entries,
)
from monitor.model import Outcome

MONDAY = datetime(2026, 5, 18, tzinfo=UTC)
NOON = MONDAY + timedelta(hours=12)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given


def steady(per_hour: float, days: int = 28) -> PublishRate:
    """What is learned of a source that publishes so many entries in every hour, watched for so long."""
    hours = (days,) * 24 + (days * 24 / 7,) * 7
    return PublishRate(tuple(per_hour * watched for watched in hours), hours)


def following(rate: PublishRate | None = None, **more: object) -> timedelta:
    return next_poll(rate or PublishRate(), NOON, **({"source": "bridge", "polls": 1} | more)).due - NOON


numbers = st.floats(0, 1e6)
rates = st.builds(PublishRate, st.tuples(*[numbers] * 31), st.tuples(*[numbers] * 31))


@given(
    rates, moments, st.integers(0, 10**6), st.integers(0, 500), st.none() | st.integers(5, 1440), st.floats(0, 1e4),
    st.none() | st.integers(0, 10**7), st.none() | moments, st.none() | moments,
)  # fmt: skip
def test_whatever_is_known_a_source_is_due_after_5_minutes_at_least_and_a_day_at_most(
    rate, polled_at, polls, window, every, backoff, ttl, fresh, not_before
):
    due = next_poll(
        rate, polled_at, source="bridge", polls=polls, window=window, every=every, backoff=backoff, ttl=ttl,
        fresh_until=fresh, not_before=not_before,
    ).due  # fmt: skip
    assert SHORTEST <= due - polled_at <= LONGEST
    if not_before:
        assert due >= min(not_before, polled_at + LONGEST)
    if ttl and not every:
        assert due >= polled_at + min(timedelta(minutes=ttl), LONGEST)


def test_what_publishes_more_is_polled_more_by_the_cube_root():
    often, seldom = interval(steady(1), NOON), interval(steady(1 / 64), NOON)
    assert seldom / often == pytest.approx(4, rel=0.05)


def test_the_waiting_that_is_reached_is_the_one_that_was_asked_for():
    """Of a steady source: the rate times the cube of the interval, by three."""
    for per_hour in (0.01, 0.3, 2, 50):
        hours = interval(steady(per_hour, days=10_000), NOON) / HOUR
        assert per_hour * hours**3 / 3 * 3600 == pytest.approx(DUE_THRESHOLD, rel=0.01)


def test_a_newsroom_that_sleeps_is_hardly_asked():
    by_day = [MONDAY + DAY * day + HOUR * hour for day in range(21) for hour in range(9, 18) for _ in range(9)]
    rate = rate_from_dates(by_day, MONDAY + DAY * 21)
    morning, night = (interval(rate, MONDAY + DAY * 21 + HOUR * hour) for hour in (10, 20))
    assert night > 3 * morning


def test_a_weekend_of_rest_is_learned():
    weekdays = [MONDAY + DAY * day + HOUR * hour for day in range(28) if day % 7 < 5 for hour in range(0, 24, 2)]
    rate = rate_from_dates(weekdays, MONDAY + DAY * 28)
    assert interval(rate, MONDAY + DAY * 33) > 1.5 * interval(rate, MONDAY + DAY * 29)


def test_a_document_is_polled_before_it_has_lost_what_nobody_saw():
    assert interval(steady(2), NOON, window=2, threshold=30_000) <= HOUR / 2
    assert interval(steady(2), NOON, threshold=30_000) > HOUR


def test_what_declares_no_time_or_a_wrong_one_counts_between_the_two_polls():
    since, until = NOON, NOON + HOUR / 2
    odd = [None, datetime(9999, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC), NOON + HOUR / 4]
    assert rate_after_poll(PublishRate(), since, until, odd).entries[12] == pytest.approx(4, rel=0.01)


@given(rates, moments, moments, st.lists(st.none() | moments, max_size=5))
def test_no_clock_that_jumps_breaks_what_was_learned(rate, since, until, declared):
    learned = rate_after_poll(rate, since, until, declared)
    assert all(count >= 0 for count in (*learned.entries, *learned.hours))
    if not timedelta() < until - since <= timedelta(days=3):
        assert learned == rate, "what happened while nobody looked is not known"
    assert sum(rate_with_entries(rate, since, until, declared).entries[:24]) == pytest.approx(
        sum(rate.entries[:24]) + len(declared)
    )


def test_old_counts_fade():
    busy = steady(4)
    for day in range(27):
        busy = rate_after_poll(busy, NOON + DAY * day, NOON + DAY * (day + 1), [])
    assert busy.rate < 2.2


def test_the_operators_word_stands_against_all_but_a_server_that_asks_for_time():
    assert following(steady(8), every=60, ttl=600, fresh_until=NOON + 5 * HOUR) == pytest.approx(HOUR, rel=0.11)
    assert following(every=30, not_before=NOON + 3 * HOUR) == 3 * HOUR


def test_a_cache_is_not_asked_before_it_has_something_else():
    assert following(steady(8), fresh_until=NOON + HOUR / 2) == HOUR / 2
    assert following(steady(8), fresh_until=NOON - HOUR) < HOUR / 6


def test_failures_back_off_in_a_line_and_those_of_the_moment_half_as_fast():
    waits = [following(every=60, backoff=count) for count in (0, 0.5, 1, 2, 4)]
    assert [wait / waits[0] for wait in waits] == pytest.approx([1, 1.5, 2, 3, 5])
    assert following(every=60, backoff=1000) == LONGEST


def test_what_the_run_itself_left_aside_is_no_failure_and_what_passes_counts_half():
    assert BACKOFF_WEIGHT[Outcome.INTERRUPTED] == BACKOFF_WEIGHT[Outcome.UNANSWERED] == BACKOFF_WEIGHT[Outcome.OVER_BUDGET] == 0
    assert BACKOFF_WEIGHT[Outcome.TIMEOUT] == BACKOFF_WEIGHT[Outcome.TOO_MANY] == 0.5
    assert not BACKOFF_WEIGHT.keys() & {Outcome.GONE, Outcome.NOT_FOUND, Outcome.NOT_A_FEED, Outcome.BLOCKED, Outcome.DNS}


@pytest.mark.parametrize(("days", "failures", "dead"), [(29, 500, False), (31, 2, False), (30, 10, True)])
def test_a_source_is_given_up_after_30_days_of_failures_and_not_by_a_few(days, failures, dead):
    assert is_dead(NOON, NOON + DAY * days, failures) is dead


def test_sources_that_were_polled_together_drift_apart_in_the_same_way_each_time():
    due = [following(every=60, source=f"outlet-{n}") for n in range(50)]
    assert due == [following(every=60, source=f"outlet-{n}") for n in range(50)]
    assert min(due) < HOUR * 0.95 < HOUR * 1.05 < max(due)
    assert len({following(every=60, polls=n) for n in range(50)}) == 50


def test_the_reason_is_told_in_words():
    def why(rate=None, **more):
        return next_poll(rate or PublishRate(), NOON, source="bridge", polls=1, **more).why

    assert why(steady(1)) == "publishes about 168 entries a week"
    assert why(every=30) == "the operator's interval"
    assert why(backoff=1.5).endswith("backs off after failures that count 1.5")
    assert why(ttl=600) == "its document asks for 600 minutes"
    assert why(not_before=NOON + 5 * HOUR) == "its server asks for time"


@pytest.fixture(scope="module")
def bench(checkout):
    spec = importlib.util.spec_from_file_location("polling", checkout / "tests" / "bench" / "polling.py")
    module = sys.modules["polling"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_simulated_feeds_are_seen_sooner_with_fewer_requests_than_at_fixed_intervals(bench):
    """docs/polling.md has the figures of a month of 1,000 feeds."""
    days = 8
    crowd = list(bench.feeds(40, days, seed=7))
    often, seldom = (bench.month(crowd, bench.fixed(minutes), days) for minutes in (15, 60))
    for threshold, policy in ((3, often), (150, seldom)):
        ours = bench.month(crowd, bench.by_publish_rate(threshold), days)
        assert len(ours.delays) == len(policy.delays) > 1000
        assert ours.requests < policy.requests
        assert ours.delay(0.5) < policy.delay(0.5)
        assert ours.delay(0.95) < policy.delay(0.95)

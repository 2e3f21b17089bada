"""The time of a run."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.crawl import clock
from monitor.errors import UsageError


@pytest.fixture(autouse=True)
def machine_time_afterwards():
    yield
    clock.set_clock("")


def test_it_is_the_machines_unless_it_is_set():
    clock.set_clock("")
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_clock_that_was_set_goes_on_from_there():
    clock.set_clock("2026-05-18T15:00:00+03:00")
    begun = clock.now()
    assert timedelta() <= begun - datetime(2026, 5, 18, 12, tzinfo=UTC) < timedelta(seconds=5)
    assert clock.now() >= begun


@pytest.mark.parametrize("said", ["yesterday", "2026-05-18T12:00:00"])
def test_a_time_that_is_none_is_refused_by_name(said):
    with pytest.raises(UsageError, match="MONITOR_CLOCK"):
        clock.set_clock(said)

"""Who was first: only what was witnessed, or declared and not contradicted, names anybody."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Sighting
from monitor.trace.first import first_report, original

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)


def at(minutes):
    return None if minutes is None else NOON + timedelta(minutes=minutes)


def sighting(article, outlet, absent, seen, declared=None):
    return Sighting(article, outlet, at(absent), at(seen), at(declared))


def told(report):
    return report.article, report.basis


def test_seen_while_the_others_were_still_without_it_is_witnessed():
    sightings = [sighting("a", "A", -10, 0), sighting("b", "B", 5, 20), sighting("c", "C", 0, 1)]
    assert told(first_report(sightings)) == ("a", "witnessed")


def test_what_was_witnessed_outweighs_what_is_declared():
    sightings = [sighting("a", "A", -10, 0, -1), sighting("b", "B", 5, 20, -500)]
    assert told(first_report(sightings)) == ("a", "witnessed")


def test_one_outlet_alone_is_first_with_its_earliest():
    assert told(first_report([sighting("b", "A", None, 9, 9), sighting("a", "A", None, 3, 3)])) == ("a", "alone")


def test_of_articles_seen_at_once_the_outlets_own_clock_decides_and_none_stands_for_when_it_was_seen():
    undated, earlier, later = sighting("a", "A", None, 5), sighting("b", "A", None, 5, 3), sighting("c", "A", None, 5, 9)
    assert told(first_report([undated, earlier, later])) == ("b", "alone")
    assert told(first_report([later, undated])) == ("a", "alone")


def test_declared_times_decide_where_nothing_was_witnessed():
    sightings = [sighting("a", "A", None, 60, 10), sighting("b", "B", None, 60, 20)]
    assert told(first_report(sightings)) == ("a", "declared")


def test_equal_or_missing_declared_times_decide_nothing():
    assert first_report([sighting("a", "A", None, 60, 10), sighting("b", "B", None, 60, 10)]).basis == "undetermined"
    assert first_report([sighting("a", "A", None, 60, 10), sighting("b", "B", None, 60)]).basis == "undetermined"


def test_a_declared_time_that_was_witnessed_to_be_false_decides_nothing():
    backdated = sighting("a", "A", 30, 60, 10)
    from_the_future = sighting("a", "A", None, 60, 90)
    others = [sighting("b", "B", None, 60, 50), sighting("c", "C", None, 60, 20)]
    assert told(first_report([sighting("a", "A", None, 60, 10), *others])) == ("a", "declared")
    for false in (backdated, from_the_future):
        assert told(first_report([false, *others])) == ("", "undetermined")


def test_of_no_sightings_nothing_is_said():
    assert told(first_report([])) == ("", "undetermined")


def interval(report):
    return tuple(time and int((time - NOON).total_seconds() / 60) for time in (report.since, report.until))


def test_a_witnessed_report_appeared_between_two_looks_at_its_own_feed_and_names_who_comes_nearest():
    report = first_report([sighting("a", "A", -10, 0), sighting("b", "B", 5, 20), sighting("c", "C", 2, 9)])
    assert (interval(report), report.rival) == ((-10, 0), "c")
    assert report.reason == (
        "seen by 2026-05-18 12:00 UTC; every other outlet's feed was read without it then or later, C's at 2026-05-18 12:02 UTC"
    )


def test_whoever_was_first_appeared_before_the_first_was_seen_and_after_all_were_absent():
    assert interval(first_report([sighting("a", "A", -10, 30, 4), sighting("b", "B", -20, 20, 9)])) == (-20, 20)
    assert interval(first_report([sighting("a", "A", None, 30, 4), sighting("b", "B", -20, 20, 9)])) == (None, 20)
    assert interval(first_report([sighting("a", "A", -10, 30)])) == (-10, 30)
    assert interval(first_report([])) == (None, None)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("a", "A", None, 60, 10), ("b", "B", None, 60, 20)],
         "by the outlets' own timestamps: A 2026-05-18 12:10 UTC, B 2026-05-18 12:20 UTC"),
        ([("a", "A", None, 60, 10), ("b", "B", None, 60, 10)],
         "A and B declare the same time, 2026-05-18 12:10 UTC, and neither was witnessed"),
        ([("a", "A", None, 60, 10), ("b", "B", None, 60)], "B declares no time, and it was not witnessed which outlet was first"),
        ([("a", "A", 30, 60, 10), ("b", "B", None, 60, 20)],
         "A declares 2026-05-18 12:10 UTC, and was read without it after that, at 2026-05-18 12:30 UTC"),
        ([("a", "A", None, 5, 10), ("b", "B", None, 60, 20)],
         "A declares 2026-05-18 12:10 UTC, and it was seen before that, at 2026-05-18 12:05 UTC"),
        # Of several that decide nothing, the one that was seen first is told.
        ([("a", "A", None, 60), ("b", "B", None, 50), ("c", "C", None, 70)],
         "B declares no time, and it was not witnessed which outlet was first"),
        ([("a", "A", None, 60, 10), ("b", "A", None, 60, 10)], "no other outlet tells it"),
    ],
)  # fmt: skip
def test_the_reason_says_what_decided_or_what_is_lacking(rows, reason):
    assert first_report([sighting(*row) for row in rows]).reason == reason


def test_two_articles_of_the_first_outlet_do_not_stand_in_each_others_way():
    rows = [sighting("b", "A", None, 60, 10), sighting("a", "A", None, 60, 10), sighting("c", "C", None, 60, 20)]
    report = first_report(rows)
    assert (told(report), report.rival) == (("a", "declared"), "c")


MINUTES = st.integers(-5, 5)


@st.composite
def sightings(draw):
    rows = []
    for i in range(draw(st.integers(0, 5))):
        seen = draw(MINUTES)
        absent = draw(st.none() | st.integers(-9, seen - 1))
        rows.append(sighting(f"x{i}", draw(st.sampled_from("ABC")), absent, seen, draw(st.none() | MINUTES)))
    return rows


@given(sightings().flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_sightings_says_nothing(both):
    rows, shuffled = both
    assert first_report(rows) == first_report(shuffled)
    assert original(rows) == original(shuffled)


@given(sightings())
def test_nobody_is_named_whom_a_witnessed_clock_contradicts(rows):
    report = first_report(rows)
    if not report.article:
        return
    named = next(s for s in rows if s.article == report.article)
    for other in rows:
        if other.outlet != named.outlet:
            # Were `other` seen at a time when `named` was still absent, `other` was first.
            assert named.absent is None or other.seen > named.absent
    if report.basis == "declared":
        assert all(s.declared is not None and s.declared <= s.seen for s in rows)


def test_the_original_is_the_first_report_or_what_is_earliest_by_clocks_that_can_be_believed():
    assert told(original([sighting("a", "A", -10, 0), sighting("b", "B", 5, 20, -90)])) == ("a", "witnessed")
    backdated, undated = sighting("a", "A", 30, 60, 10), sighting("c", "C", None, 25)
    assert told(original([backdated, sighting("b", "B", None, 60, 50), undated])) == ("c", "undetermined")
    assert told(original([backdated, sighting("b", "B", None, 60, 50)])) == ("b", "undetermined")
    assert told(original([])) == ("", "undetermined")

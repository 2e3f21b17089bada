"""Who was first: only what was witnessed, or declared and not contradicted, names anybody."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import FirstReport, Sighting
from monitor.trace import first_report, original

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)


def at(minutes):
    return None if minutes is None else NOON + timedelta(minutes=minutes)


def sighting(article, outlet, absent, seen, declared=None):
    return Sighting(article, outlet, at(absent), at(seen), at(declared))


def test_seen_while_the_others_were_still_without_it_is_witnessed():
    sightings = [sighting("a", "A", -10, 0), sighting("b", "B", 5, 20), sighting("c", "C", 0, 1)]
    assert first_report(sightings) == FirstReport("a", "witnessed")


def test_what_was_witnessed_outweighs_what_is_declared():
    sightings = [sighting("a", "A", -10, 0, -1), sighting("b", "B", 5, 20, -500)]
    assert first_report(sightings) == FirstReport("a", "witnessed")


def test_one_outlet_alone_is_first_with_its_earliest():
    assert first_report([sighting("b", "A", None, 9, 9), sighting("a", "A", None, 3, 3)]) == FirstReport("a", "alone")


def test_declared_times_decide_where_nothing_was_witnessed():
    sightings = [sighting("a", "A", None, 60, 10), sighting("b", "B", None, 60, 20)]
    assert first_report(sightings) == FirstReport("a", "declared")


def test_equal_or_missing_declared_times_decide_nothing():
    assert first_report([sighting("a", "A", None, 60, 10), sighting("b", "B", None, 60, 10)]).basis == "undetermined"
    assert first_report([sighting("a", "A", None, 60, 10), sighting("b", "B", None, 60)]).basis == "undetermined"


def test_a_declared_time_that_was_witnessed_to_be_false_decides_nothing():
    backdated = sighting("a", "A", 30, 60, 10)
    from_the_future = sighting("a", "A", None, 60, 90)
    others = [sighting("b", "B", None, 60, 50), sighting("c", "C", None, 60, 20)]
    assert first_report([sighting("a", "A", None, 60, 10), *others]) == FirstReport("a", "declared")
    for false in (backdated, from_the_future):
        assert first_report([false, *others]) == FirstReport("", "undetermined")


def test_of_no_sightings_nothing_is_said():
    assert first_report([]) == FirstReport("", "undetermined")


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
    assert original([sighting("a", "A", -10, 0), sighting("b", "B", 5, 20, -90)]) == FirstReport("a", "witnessed")
    backdated, undated = sighting("a", "A", 30, 60, 10), sighting("c", "C", None, 25)
    assert original([backdated, sighting("b", "B", None, 60, 50), undated]) == FirstReport("c", "undetermined")
    assert original([backdated, sighting("b", "B", None, 60, 50)]) == FirstReport("b", "undetermined")
    assert original([]) == FirstReport("", "undetermined")

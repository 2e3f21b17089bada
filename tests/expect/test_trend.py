"""The trend compares a week with the one before over the outlets seen in both: who comes or is not seen does not bend it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.expect import trend

OLD = ("Bereg", "Rupor", "Krug")
WEEKS = [f"2026-W{number:02}" for number in range(10, 20)]
COUNT = st.integers(1, 1000)
TABLES = st.lists(st.fixed_dictionaries(dict.fromkeys(OLD, COUNT)), min_size=2, max_size=10)


def indices(articles, observed=None):
    """The index of each week; all outlets that have articles are observed, unless it is said otherwise."""
    counts = dict(zip(WEEKS, articles, strict=False))
    seen = {week: set(by_outlet) for week, by_outlet in counts.items()} if observed is None else observed
    return [point.index for point in trend(counts, seen, list(counts))]


@given(tables=TABLES)
def test_while_the_panel_stays_the_index_is_the_plain_ratio_to_the_first_week(tables):
    totals = [sum(by_outlet.values()) for by_outlet in tables]
    assert indices(tables) == pytest.approx([100 * total / totals[0] for total in totals])


@given(tables=TABLES, entry=st.integers(1, 9), volume=COUNT, factor=st.integers(2, 50))
def test_a_new_outlet_of_any_volume_changes_nothing_up_to_the_week_of_its_entry(tables, entry, volume, factor):
    entry = min(entry, len(tables) - 1)
    grown = [by | ({"New": volume * factor} if n >= entry else {}) for n, by in enumerate(tables)]
    assert indices(grown)[: entry + 1] == pytest.approx(indices(tables)[: entry + 1])


@given(tables=TABLES, entry=st.integers(1, 9), share=st.integers(1, 9))
def test_a_new_outlet_that_moves_with_the_others_never_bends_the_index(tables, entry, share):
    grown = [by | ({"New": share * sum(by.values())} if n >= entry else {}) for n, by in enumerate(tables)]
    assert indices(grown) == pytest.approx(indices(tables))


@given(tables=TABLES, scale=st.integers(2, 20))
def test_the_index_does_not_know_how_large_the_press_is(tables, scale):
    assert indices([{o: scale * n for o, n in by.items()} for by in tables]) == pytest.approx(indices(tables))


def test_an_outlet_that_was_not_seen_is_left_out_of_the_panel_and_its_silence_is_no_fall():
    tables = [{"Bereg": 10, "Rupor": 30}, {"Bereg": 11}, {"Bereg": 11, "Rupor": 33}, {"Bereg": 11, "Rupor": 33}]
    assert indices(tables) == pytest.approx([100, 110, 110, 110])


def test_an_outlet_that_was_seen_and_published_nothing_is_a_fall():
    watched = {week: {"Bereg", "Rupor"} for week in WEEKS}
    assert indices([{"Bereg": 10, "Rupor": 30}, {"Bereg": 10}], watched) == pytest.approx([100, 25])


def test_a_week_in_which_nobody_looked_has_no_index_and_the_next_begins_another_chain():
    counts = dict(zip(WEEKS, [{"Bereg": 10}, {"Bereg": 4}, {"Bereg": 20}, {"Bereg": 30}], strict=False))
    observed = {week: {"Bereg"} for week in counts if week != WEEKS[1]}
    points = trend(counts, observed, list(counts))
    assert [(p.panel, p.chain, p.index) for p in points] == [(0, 1, 100), (0, 0, None), (0, 2, 100), (1, 2, 150)]
    assert [p.articles for p in points] == [10, 4, 20, 30]


def test_from_a_week_without_articles_no_ratio_can_be_taken():
    watched = {week: {"Bereg"} for week in WEEKS}
    points = trend(dict(zip(WEEKS, [{"Bereg": 4}, {}, {"Bereg": 5}], strict=False)), watched, WEEKS[:3])
    assert [(p.chain, p.index) for p in points] == [(1, 100), (1, 0), (2, 100)]

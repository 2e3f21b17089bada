"""When sources are due, as the vault keeps it: learned poll by poll, never for ever, and not against the newsroom's word."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Outcome
from monitor.vault import PollHints, Store, entries, open_reader

FEED = "http://bereg.test/feed"
DAY = 24 * 60


def due(store: Store, make: Any) -> float:
    """In how many minutes after noon the source is due; 0 where it was due before."""
    minutes = 0.0
    while "bereg" in store.not_due_sources(make.at(minutes)):
        minutes += 1
        assert minutes < 3 * DAY
    return minutes


def poll(store: Store, run: int, make: Any, *urls: str, at: float = 0, **more: Any) -> None:
    # Their pages are another test's.
    entries = [replace(make.entry(f"http://bereg.test/{url}", published=at), pending=None) for url in urls]
    feed = make.fetch(FEED, Outcome.FEED, kind="feed", at=at, digest=f"sha256:{at}")
    store.save_feed(run, feed, replace(make.feed(*entries), ttl=more.pop("ttl", None)), entries, **more)


def fail(store: Store, run: int, make: Any, outcome: Outcome = Outcome.GONE, *, at: float = 0, **more: Any) -> None:
    store.save_fetch(run, make.fetch(FEED, outcome, kind="feed", at=at), **more)


def state(store: Store, vault: Path) -> Any:
    with open_reader(vault) as reader:
        return reader.query("SELECT * FROM feeds WHERE source = 'bereg'")[0]


@pytest.fixture(autouse=True)
def listed(store: Store, make: Any) -> None:
    store.sync_sources([make.source("bereg")], [])


def test_a_source_that_was_never_polled_is_due(store: Store, make: Any) -> None:
    assert due(store, make) == 0


def test_every_answer_says_when_the_next_poll_is_due_and_why(store: Store, run: int, make: Any, vault: Path) -> None:
    poll(store, run, make, "1", "2")
    assert 5 <= due(store, make) <= DAY
    assert state(store, vault)["why"].startswith("publishes")


def test_what_publishes_more_becomes_due_sooner(store: Store, run: int, make: Any) -> None:
    poll(store, run, make, "0")
    for at in range(10, 120, 10):
        store.save_fetch(run, make.fetch(FEED, Outcome.UNCHANGED, kind="feed", at=at))
    quiet = due(store, make) - 110
    for at in range(120, 240, 10):
        poll(store, run, make, *(f"{at}-{n}" for n in range(5)), at=at)
    assert due(store, make) - 230 < quiet


def test_a_ttl_is_remembered_when_the_document_is_not_sent_again(store: Store, run: int, make: Any) -> None:
    poll(store, run, make, "1", ttl=300)
    assert due(store, make) == 300
    store.save_fetch(run, make.fetch(FEED, Outcome.UNCHANGED, kind="feed", at=300))
    assert due(store, make) == 600


def test_a_cache_and_a_server_that_asks_for_time_are_waited_for(store: Store, run: int, make: Any) -> None:
    poll(store, run, make, "1", hints=PollHints(fresh_until=make.at(200)))
    assert due(store, make) == 200
    fail(store, run, make, Outcome.TOO_MANY, at=200, retry_at=make.at(500))
    assert due(store, make) == 500


def test_the_newsrooms_interval_holds_at_once(store: Store, run: int, make: Any) -> None:
    poll(store, run, make, "1", ttl=600)
    store.sync_sources([replace(make.source("bereg"), every=30)], [])
    assert due(store, make) == 0
    poll(store, run, make, "1", at=1, ttl=600)
    assert due(store, make) - 1 == pytest.approx(30, abs=4)
    store.sync_sources([replace(make.source("bereg"), every=30)], [])
    assert due(store, make) > 1, "the same line again changes nothing"


def test_of_another_address_nothing_is_known(store: Store, run: int, make: Any) -> None:
    poll(store, run, make, "1", hints=PollHints(etag='"old"'))
    store.sync_sources([replace(make.source("bereg"), feed="http://bereg.test/new")], [])
    assert due(store, make) == 0
    assert store.feed_state("bereg").etag == ""


def test_failures_back_off_and_an_answer_forgives_them(store: Store, run: int, make: Any, vault: Path) -> None:
    poll(store, run, make, "1")
    waits = []
    for _ in range(6):
        at = due(store, make)
        fail(store, run, make, at=at)
        waits.append(due(store, make) - at)
    assert waits[-1] > 3 * waits[0]
    assert (state(store, vault)["failures"], state(store, vault)["backoff"]) == (6, 6.0)
    poll(store, run, make, "1", at=due(store, make))
    assert (state(store, vault)["failures"], state(store, vault)["failing_since"]) == (0, None)


def test_a_failure_of_the_moment_counts_half_and_one_of_ours_not_at_all(store: Store, run: int, make: Any, vault: Path) -> None:
    poll(store, run, make, "1")
    before = due(store, make)
    fail(store, run, make, Outcome.UNANSWERED, at=1)
    assert due(store, make) == before
    fail(store, run, make, Outcome.TIMEOUT, at=2)
    assert state(store, vault)["backoff"] == 0.5


def test_a_dead_source_is_asked_for_30_days_then_reported_and_left_alone_until_its_line_changes(
    store: Store, run: int, make: Any, vault: Path
) -> None:
    poll(store, run, make, "1")
    for day in range(1, 31):
        fail(store, run, make, at=day * DAY)
        assert state(store, vault)["given_up"] is None
    fail(store, run, make, at=31 * DAY)
    assert "bereg" in store.not_due_sources(make.at(1000 * DAY))
    with open_reader(vault) as reader:
        (gap,) = (gap for gap in reader.gaps() if gap["source"])
        assert gap["gap"] == "dead"
        assert "nothing but failures since 2026-05-19" in gap["detail"]
        assert reader.next_due(make.at(31 * DAY)) is None
    store.sync_sources([replace(make.source("bereg"), feed="http://bereg.test/new")], [])
    assert "bereg" not in store.not_due_sources(make.at(31 * DAY))


def test_a_source_that_was_given_up_and_answers_when_asked_is_polled_again(store: Store, run: int, make: Any) -> None:
    for day in range(32):
        fail(store, run, make, at=day * DAY)
    poll(store, run, make, "1", at=40 * DAY)
    assert "bereg" not in store.not_due_sources(make.at(42 * DAY))


@pytest.mark.fault(53)
def test_a_clock_that_is_put_back_by_months_lets_no_source_wait_for_them(store: Store, run: int, make: Any) -> None:
    poll(store, run, make, "1", at=200 * DAY)
    assert due(store, make) == 0
    poll(store, run, make, "1", at=0)
    assert 5 <= due(store, make) <= DAY


@pytest.mark.fault(53)
def test_a_clock_that_jumps_ahead_makes_one_poll_and_no_storm(store: Store, run: int, make: Any) -> None:
    poll(store, run, make, "1")
    poll(store, run, make, "1", at=200 * DAY)
    assert "bereg" in store.not_due_sources(make.at(200 * DAY + 4))


@pytest.mark.fault(54)
def test_a_permanent_redirect_is_a_move_when_three_polls_in_a_row_were_led_there(
    store: Store, run: int, make: Any, vault: Path
) -> None:
    there = PollHints(moved_to="http://new.test/feed")
    told = []
    for number, hints in enumerate((there, there, PollHints(), there, there, there)):
        poll(store, run, make, "1", at=number * 60, hints=hints)
        with open_reader(vault) as reader:
            told += [(number, gap["gap"], gap["detail"]) for gap in reader.gaps() if gap["source"]]
    assert told == [(5, "moved", "has moved for ever to http://new.test/feed: change its line")]


def test_what_is_new_in_a_sitemap_of_an_index_counts_for_the_index(store: Store, run: int, make: Any, vault: Path) -> None:
    def read(part: str, at: float, *entries: Any) -> None:
        fetch = replace(make.fetch("http://bereg.test/map", Outcome.FEED, kind="sitemap", at=at), part=part)
        store.save_feed(run, fetch, make.feed(*entries), entries)

    for at in (0, 60):
        read("", at)
        read("http://bereg.test/map-1", at, *(make.entry(f"http://bereg.test/{at}-{n}") for n in range(4)))
    read("", 61)
    assert sum(json.loads(state(store, vault)["publish_rate"])["entries"][:24]) == pytest.approx(4, rel=0.01)


def test_next_due_looks_over_all_that_is_listed(store: Store, run: int, make: Any, vault: Path) -> None:
    poll(store, run, make, "1")
    with open_reader(vault) as reader:
        found = reader.next_due(make.at())
    assert abs(found - make.at(due(store, make))) <= timedelta(minutes=1)


def rows_of(vault, sql):
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.query(sql)]


def test_a_feed_whose_ids_change_at_every_poll_does_not_grow(store, run, make, vault):
    store.sync_sources([make.source("bereg")], [])
    for poll_number in range(5):
        entries = [make.entry(f"http://bereg.test/{n}", guid=f"{n}-{poll_number}") for n in range(3)]
        fetch = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=poll_number)
        store.save_feed(run, fetch, make.feed(*entries), entries)
    found = rows_of(vault, "SELECT guid, substr(first_seen, 12, 5) FROM feed_entries ORDER BY guid")
    assert found == [("0-0", "12:00"), ("1-0", "12:00"), ("2-0", "12:00")]


def test_entries_of_one_document_that_share_an_address_are_both_kept(store, run, make, vault):
    store.sync_sources([make.source("bereg")], [])
    for minute in (0, 1):
        entries = [make.entry("http://bereg.test/all", guid=guid) for guid in ("a", "b", "b")]
        fetch = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=minute)
        store.save_feed(run, fetch, make.feed(*entries), entries)
    assert rows_of(vault, "SELECT guid FROM feed_entries ORDER BY guid") == [("a",), ("b",)]


def steps_of(store, work):
    """How many instructions of SQLite's machine the work takes."""
    count = [0]

    def step():
        count[0] += 1

    store.db.raw.set_progress_handler(step, 1)
    try:
        work()
    finally:
        store.db.raw.set_progress_handler(None, 0)
    return count[0]


@pytest.mark.parametrize("is_torn", [False, True])
def test_a_poll_costs_by_its_window_and_not_by_what_was_polled_before(store, run, make, is_torn):
    store.sync_sources([make.source("bereg")], [])
    number, steps = 0, []
    for history in (300, 1200):
        while number < history:
            entries = [make.entry(f"http://bereg.test/{number + n}", published=number - 1500) for n in range(30)]
            number += 30
            fetch = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=number)
            store.save_feed(run, fetch, make.feed(*entries), entries)
        first = number + 1000 if is_torn else number - 10
        entries = [make.entry(f"http://bereg.test/{first + n}", published=number) for n in range(20)]
        fetch = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=number + 5)
        steps.append(steps_of(store, lambda f=fetch, e=entries: store.save_feed(run, f, make.feed(*e), e)))
    assert steps[1] < 1.3 * steps[0]


def test_a_full_text_stands_with_the_capture_of_the_feed_that_gave_it(store, run, make):
    store.sync_sources([make.source("bereg")], [])
    item = make.entry("http://bereg.test/1")
    for minute, text in enumerate(("short", "the whole of it", "the whole of it")):
        listed = replace(item, entry=replace(item.entry, text=text))
        fetch = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=minute, digest=f"sha256:{minute}")
        store.save_feed(run, fetch, make.feed(listed), [listed])
    found = entries.full_text(store.db, item.key)
    assert (found.entry.text, found.entry.title, found.source, found.capture.digest) == (
        "the whole of it", "Title", "bereg", "sha256:1",
    )  # fmt: skip
    assert entries.full_text(store.db, "http://bereg.test/2") is None
    store.save_article(run, make.fetch("http://bereg.test/1", at=5), make.parsed("http://bereg.test/1", "its own page"))
    assert entries.full_text(store.db, item.key) is None

"""What the ledger promises: a window that ran over is told, an hour has one state, hours that nobody watched are counted."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Feed, Link, Outcome, Source
from monitor.snapshot import snapshot
from monitor.vault import Store, history, open_reader, runs
from monitor.vault.connection import moment
from monitor.vault.migrations import steps

DAY = 24 * 60
Poll = Callable[..., None]


@pytest.fixture
def poll(store: Store, run: int, make: Any) -> Poll:
    """Polls the feed of bereg, which lists stories by number; `at` in minutes, `published` as far before it as given."""
    store.sync_sources([make.source("bereg")], [])

    def poll_feed(numbers: Sequence[int], *, at: float, dated: bool = True, guid: str = "{}", partial: bool = False) -> None:
        entries = [
            make.entry(f"http://bereg.test/{guid.format(n)}", guid=guid.format(n), published=n if dated else None)
            for n in numbers
        ]
        feed = Feed("http://bereg.test/feed", "rss2.0", "Bereg", "ru", tuple(e.entry for e in entries), partial=partial)
        store.save_feed(run, make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=at), feed, entries)

    return poll_feed


def rows(vault: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.query(sql)]


def test_a_wrong_date_in_the_future_does_not_count_as_the_newest_known(store: Store, run: int, make: Any, vault: Path) -> None:
    """Else every window after it would reach back beyond what was known, and no overflow would be seen again."""
    store.sync_sources([make.source("bereg")], [])
    for at, dates in ((60, [0, 1, 2, 600_000]), (120, [61, 62, 63, 64])):
        entries = [make.entry(f"http://bereg.test/{at}-{n}", published=published) for n, published in enumerate(dates)]
        fetch = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=at)
        store.save_feed(run, fetch, make.feed(*entries), entries)
    assert rows(vault, "SELECT substr(gap_since, 12, 5), lost FROM polls ORDER BY fetch DESC LIMIT 1") == [("12:02", 1)]


def test_each_poll_says_how_its_window_overlaps_with_what_was_known(poll: Poll, vault: Path) -> None:
    poll(range(10), at=60)
    poll([*range(5, 15), 14], at=120)
    assert rows(vault, "SELECT entries, new, known, substr(oldest, 12, 5), substr(newest, 12, 5), lost FROM polls") == [
        (10, 10, 0, "12:00", "12:09", 0),  # the first is torn from nothing
        (11, 5, 5, "12:05", "12:14", 0),  # an entry that stands twice in it is new once, and never known
    ]


@pytest.mark.parametrize(
    ("later", "lost"),
    [
        ({"numbers": range(30, 40)}, 20),  # numbered one by one: exact
        ({"numbers": range(10, 20)}, 0),  # as many as the window holds, and none between
        ({"numbers": [30, 31, 33, 34, 36]}, 1),  # numbers that leave some out count nothing
        ({"numbers": range(30, 40), "guid": "no-number-{:c}"}, 1),
        ({"numbers": range(30, 40), "dated": False}, 20),
        ({"numbers": range(9, 20)}, 0),  # one known entry joins the two windows
        ({"numbers": range(10), "guid": "moved/{}"}, None),  # the same days under other addresses: nothing ran over
        ({"numbers": range(30, 34)}, None),  # a window that begins anew
        ({"numbers": range(30, 36)}, 20),  # of more than half as many it is told
        ({"numbers": range(9, 19), "guid": "moved/{}"}, None),  # what is as old as the newest known reaches back to it
        ({"numbers": range(30, 40), "partial": True}, None),
        ({"numbers": []}, 0),
    ],
)
@pytest.mark.fault(57)
def test_a_window_without_overlap_has_lost_entries_at_least_so_many(
    poll: Poll, vault: Path, later: dict[str, Any], lost: int | None
) -> None:
    poll(range(10), at=20, dated=later.get("dated", True))
    poll(**later, at=60)
    ((found, hour),) = rows(
        vault, "SELECT p.lost, h.lost FROM polls p, hours h WHERE fetch = 2 AND h.lost >= 0 ORDER BY hour DESC LIMIT 1"
    )
    assert found == lost
    assert hour == (lost or 0)
    gaps = rows(vault, "SELECT gap FROM gaps WHERE gap <> 'silent'")
    assert gaps == ([("window overflow",)] if lost else [])


def test_a_number_is_no_count_where_one_entry_stands_alone(poll: Poll, vault: Path) -> None:
    for number, at in ((5, 20), (9, 60)):
        poll([number], at=at)
    assert rows(vault, "SELECT lost FROM polls ORDER BY fetch") == [(0,), (1,)]


def test_what_was_lost_is_counted_from_the_greatest_numbers_that_came_last(poll: Poll, vault: Path) -> None:
    """Beside numbers of long ago, of which some are missing."""
    polls = [range(5), range(50, 290), range(280, 300), range(320, 350)]
    for at, numbers in enumerate(polls):
        poll(numbers, at=20 + 20 * at)
    assert rows(vault, "SELECT lost FROM polls ORDER BY fetch") == [(0,), (45,), (0,), (20,)]


def test_entries_under_other_addresses_than_before_are_no_news(poll: Poll, vault: Path) -> None:
    poll(range(10), at=20)
    poll(range(10), at=DAY, guid="moved/{}")
    assert rows(vault, "SELECT sum(new) FROM hours") == [(0,)]


@pytest.mark.parametrize("outcome", [Outcome.REDIRECTED, Outcome.INTERRUPTED, Outcome.UNANSWERED, Outcome.OVER_BUDGET])
def test_what_says_nothing_of_the_outlet_is_in_no_hour(
    poll: Poll, store: Store, run: int, vault: Path, make: Any, outcome: Outcome
) -> None:
    for kind in ("feed", "article"):
        store.save_fetch(run, make.fetch(f"http://bereg.test/{kind}", outcome, kind=kind, at=5))
    assert rows(vault, "SELECT 1 FROM hours") == []


@pytest.mark.parametrize("outcome", [
    Outcome.ROBOTS, Outcome.CHALLENGE, Outcome.BLOCKED, Outcome.PAYWALL, Outcome.LEGAL, Outcome.TOO_MANY,
])  # fmt: skip
def test_who_does_not_let_us_read_refuses_the_poll_and_the_page(
    poll: Poll, store: Store, run: int, vault: Path, make: Any, outcome: Outcome
) -> None:
    for kind in ("feed", "article"):
        store.save_fetch(run, make.fetch(f"http://bereg.test/{kind}", outcome, kind=kind, at=5))
    assert rows(vault, "SELECT blocked, failed, refused FROM hours") == [(1, 0, 1)]


@pytest.mark.parametrize(
    ("kind", "days", "more", "lost"),
    [
        ("sitemap", 1, {}, 0),  # within the days that a news sitemap holds
        ("sitemap", 3, {}, 1),
        ("sitemap", 3, {"left_out": 5}, 0),  # older ones stand in it
        ("home", 3, {}, 0),  # a home page shows what its editors choose
    ],
)
def test_what_reaches_back_to_the_last_poll_has_lost_nothing_though_nothing_joins_the_two(
    store: Store, run: int, vault: Path, make: Any, kind: str, days: int, more: dict[str, int], lost: int
) -> None:
    for url, at in (("http://bereg.test/old", 0), ("http://bereg.test/new", days * DAY)):
        listed = make.entry(url, published=at)
        fetch = make.fetch("http://bereg.test/map", Outcome.FEED, kind=kind, at=at)
        store.save_feed(run, fetch, replace(make.feed(listed), **(more if at else {})), [listed])
    assert rows(vault, "SELECT lost FROM polls ORDER BY fetch") == [(0,), (lost,)]


def test_a_torn_window_is_a_gap_with_words_for_a_day_and_stays_in_the_ledger(poll: Poll, vault: Path) -> None:
    poll(range(10), at=20)
    poll(range(30, 40), at=60)
    poll(range(31, 41), at=61)
    said = "at least 20 entries came and went unseen after 2026-05-18T12:09:00.000000Z"
    assert rows(vault, "SELECT gap, detail FROM gaps") == [("window overflow", said)]
    poll(range(31, 41), at=61 + DAY)
    assert rows(vault, "SELECT gap FROM gaps WHERE gap <> 'not running'") == []
    assert rows(vault, "SELECT state, overflows, lost FROM ledger WHERE lost") == [("window overflow", 1, 20)]


def test_each_hour_of_an_outlet_has_its_most_telling_state(poll: Poll, store: Store, run: int, vault: Path, make: Any) -> None:
    feed, page = "http://bereg.test/feed", "http://bereg.test/0"

    def ask(outcome: Outcome, at: float, *, kind: str = "feed") -> None:
        store.save_fetch(run, make.fetch(feed if kind == "feed" else page, outcome, kind=kind, at=at))

    poll([0, 1], at=5)
    poll([0, 1, 2], at=59)
    ask(Outcome.UNCHANGED, 60)
    ask(Outcome.TIMEOUT, 61)
    ask(Outcome.TIMEOUT, 120)
    ask(Outcome.BLOCKED, 180)
    poll([0, 1, 2, 3], at=240)
    ask(Outcome.CHALLENGE, 241, kind="article")
    poll([], at=300)
    ask(Outcome.UNCHANGED, 360)  # the same nothing again
    ask(Outcome.UNANSWERED, 420)  # the run's end says nothing of the outlet
    ask(Outcome.REDIRECTED, 421)
    columns = "substr(hour, 12, 2), state, hours, read, unchanged, silent, failed, blocked, new, refused"
    assert rows(vault, f"SELECT {columns} FROM ledger") == [
        ("12", "polled", 1, 2, 0, 0, 0, 0, 1, 0),
        ("13", "unchanged", 1, 0, 1, 0, 1, 0, 0, 0),
        ("14", "failed", 1, 0, 0, 0, 1, 0, 0, 0),
        ("15", "blocked", 1, 0, 0, 0, 0, 1, 0, 0),
        ("16", "blocked", 1, 1, 0, 0, 0, 0, 1, 1),
        ("17", "silent", 1, 0, 0, 1, 0, 0, 0, 0),
        ("18", "silent", 1, 0, 0, 1, 0, 0, 0, 0),
    ]  # fmt: skip


def test_what_the_feed_lists_and_no_page_of_it_can_be_read_is_blocked_until_one_can(
    poll: Poll, store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    poll([0, 1], at=5)
    store.save_fetch(run, make.fetch("http://bereg.test/0", Outcome.BLOCKED, at=6))
    assert rows(vault, "SELECT state FROM ledger") == [("blocked",)]
    store.save_article(run, make.fetch("http://bereg.test/1", at=7), make.parsed("http://bereg.test/1", text_of(1)))
    assert rows(vault, "SELECT state, articles, refused FROM ledger") == [("polled", 1, 1)]


def test_a_robots_txt_that_cannot_be_had_is_an_outage_and_one_that_closes_is_a_refusal(
    store: Store, run: int, vault: Path, make: Any
) -> None:
    store.sync_sources([make.source("bereg"), make.source("polden")], [])
    for name, outcome in (("bereg", Outcome.ROBOTS_UNREACHABLE), ("polden", Outcome.ROBOTS)):
        store.save_fetch(run, make.fetch(f"http://{name}.test/feed", outcome, kind="feed", at=5))
        store.save_fetch(run, make.fetch(f"http://{name}.test/1", outcome, at=6))
    assert rows(vault, "SELECT outlet, state FROM ledger") == [("Bereg", "failed"), ("Polden", "blocked")]
    assert rows(vault, "SELECT source, gap, outcome FROM gaps") == [
        ("bereg", "failed", "robots.txt unreachable"), ("polden", "failed", "closed by robots.txt"),
    ]  # fmt: skip
    found = rows(vault, "SELECT outlet, outcome, count(*) FROM skipped GROUP BY 1, 2")
    assert found == [("Bereg", "robots.txt unreachable", 2), ("Polden", "closed by robots.txt", 2)]


@pytest.fixture
def watch(store: Store, run: int, vault: Path, make: Any) -> Callable[..., list[tuple[str, int]]]:
    """Asks the feed of bereg at these minutes, whose line wants it each `every` minutes; which hours of its outlet nobody
    watched, as day and hour of the first, and how many.
    """

    def ask(*polls: float, every: int = 60, outcome: Outcome = Outcome.UNCHANGED) -> list[tuple[str, int]]:
        store.sync_sources([replace(make.source("bereg"), every=every), make.source("polden")], [])
        for at in polls:
            store.save_fetch(run, make.fetch("http://bereg.test/feed", outcome, kind="feed", at=at))
        return rows(
            vault,
            "SELECT substr(hour, 9, 5), hours FROM ledger WHERE state IN ('not polled', 'not running') AND outlet = 'Bereg'",
        )

    return ask


@pytest.mark.parametrize("every", [5, 45, 60, 700, 1440])
def test_a_feed_that_is_asked_when_it_is_due_or_a_quarter_of_an_hour_later_has_no_hour_that_nobody_watched(
    watch: Callable[..., Any], vault: Path, make: Any, every: int
) -> None:
    at = 7.0
    while at < 2 * DAY:
        assert watch(at, every=every) == []
        ((due,),) = rows(vault, "SELECT due FROM feeds")
        at = (moment(due) - make.at()).total_seconds() / 60 + 15


@pytest.mark.parametrize(
    ("every", "polls", "unwatched"),
    [
        (5, [10, 110], []),  # at 12:10 and 13:50: each hour was looked into
        (5, [10, 190], [("18T13", 2)]),  # at 12:10 and 15:10
        (60, [0, 120], [("18T13", 1)]),  # due at 13:00 or so
        (60, [50, 125], []),  # due at 13:50 or so: to be late by a quarter of an hour is no fault
        (60, [0, 2 * DAY], [("18T13", 11), ("19T00", 24), ("20T00", 12)]),  # the machine was off for two days
        (1440, [0, 3 * DAY], [("19T12", 12), ("20T00", 24), ("21T00", 12)]),  # for three, of which one was no loss
    ],
)
@pytest.mark.fault(57)
def test_an_hour_in_which_a_feed_was_due_and_nobody_asked_is_not_polled(
    watch: Callable[..., Any], every: int, polls: Sequence[int], unwatched: list[tuple[str, int]]
) -> None:
    assert watch(*polls, every=every) == unwatched


def test_what_has_not_been_asked_yet_is_a_gap_with_when_it_was_due_and_is_none_once_it_is_asked(
    watch: Callable[..., Any], store: Store, run: int, vault: Path, make: Any
) -> None:
    watch(0)
    for later, gaps in ((119, []), (180, [("bereg", "not polled")])):  # while 13 o'clock lasts, it is not lost
        store.save_fetch(run, make.fetch("http://polden.test/feed", Outcome.UNCHANGED, kind="feed", at=later))
        found = rows(vault, "SELECT source, gap, detail FROM gaps WHERE gap NOT IN ('silent', 'not running')")
        assert [row[:2] for row in found] == gaps
    ((due,),) = rows(vault, "SELECT substr(due, 1, 16) FROM feeds WHERE source = 'bereg'")
    assert found[0][2] == f"due since {due.replace('T', ' ')} UTC, and nobody asked"
    unwatched = [("18T13", 1), ("18T14", 1)]  # in the first another was asked, in the second nobody
    assert watch() == unwatched
    assert watch(181) == unwatched
    assert rows(vault, "SELECT gap FROM gaps WHERE gap = 'not polled'") == []


def test_hours_of_one_feed_in_which_another_of_its_outlet_was_asked_are_no_loss_and_the_feed_is_a_gap(
    store: Store, run: int, vault: Path, make: Any
) -> None:
    both = [replace(make.source(name, "Bereg"), every=60) for name in ("bereg", "polden")]
    store.sync_sources(both, [])
    for name, at in (("bereg", 0), ("polden", 0), ("bereg", 125), ("bereg", 360)):
        store.save_fetch(run, make.fetch(f"http://{name}.test/feed", Outcome.UNCHANGED, kind="feed", at=at))
    assert rows(vault, "SELECT substr(hour, 12, 2), hours, state FROM ledger") == [
        ("12", 1, "silent"), ("13", 1, "not running"), ("14", 1, "silent"), ("15", 3, "not running"), ("18", 1, "silent"),
    ]  # fmt: skip
    assert rows(vault, "SELECT source FROM gaps WHERE gap = 'not polled'") == [("polden",)]


def test_who_is_not_to_be_asked_is_not_missed(watch: Callable[..., Any], store: Store, vault: Path, make: Any) -> None:
    assert watch(0) == []
    store.sync_sources([make.source("polden")], [])  # its line is taken out of the list, and put back
    assert watch(2 * DAY) == []
    watch(*range(2 * DAY, 60 * DAY, DAY), every=1440, outcome=Outcome.NOT_FOUND)
    assert rows(vault, "SELECT given_up IS NOT NULL FROM feeds") == [(1,)]
    assert watch(90 * DAY) == []


def test_a_poll_that_the_run_left_aside_was_none(watch: Callable[..., Any]) -> None:
    watch(0)
    assert watch(90, outcome=Outcome.OVER_BUDGET) == []
    assert watch(240) == [("18T13", 3)]


def test_hours_in_which_the_monitor_itself_was_off_are_a_gap_for_a_day_and_one_in_the_ledger(
    store: Store, run: int, vault: Path, tmp_path: Path, make: Any
) -> None:
    store.sync_sources([replace(make.source(name), every=60) for name in ("bereg", "polden")], [])

    def ask(name: str, at: float) -> None:
        store.save_fetch(run, make.fetch(f"http://{name}.test/feed", Outcome.UNCHANGED, kind="feed", at=at))

    for name, at in (("bereg", 0), ("polden", 1), ("bereg", 24 * 60), ("polden", 26 * 60)):
        ask(name, at)
    assert rows(vault, "SELECT outlet, state, sum(hours) FROM ledger WHERE state <> 'silent' GROUP BY 1, 2") == [
        ("Bereg", "not running", 24),  # of which the last is that between the two later polls
        ("Polden", "not polled", 1),  # Bereg was asked then
        ("Polden", "not running", 24),
    ]
    with open_reader(vault) as reader:
        (gap,) = (gap for gap in reader.gaps() if gap["gap"] == "not running")
        unseen = reader.unseen()
    assert (gap["source"], gap["outlet"], gap["last_read"], gap["asked"]) == (
        "", "", None, "2026-05-19T14:00:00.000000Z",
    )  # fmt: skip
    said = "nobody was asked for 24 hours between 2026-05-18 13:00 UTC and 2026-05-19 14:00 UTC, while 2 outlets were due"
    assert gap["detail"] == said
    assert sum(int(str(row["hours"])) for row in unseen) == 49
    snapshot(vault, tmp_path / "public.db")
    with open_reader(tmp_path / "public.db") as reader:
        assert [row["detail"] for row in reader.gaps() if row["gap"] == "not running"] == [said]
        assert reader.unseen() == unseen
        counted = "SELECT sum(overflowed + unseen + not_polled + not_running), sum(not_running) FROM outlets_days"
        assert [tuple(row) for row in reader.query(counted)] == [(49, 48)]
    for at in range(27 * 60, 27 * 60 + DAY, 60):
        for name in ("bereg", "polden"):
            ask(name, at)
    assert rows(vault, "SELECT gap FROM gaps WHERE gap = 'not running'") == []


def test_the_monitor_was_not_off_while_it_asked_others_or_nothing_was_due(store: Store, run: int, vault: Path, make: Any) -> None:
    store.sync_sources([replace(make.source("bereg"), every=60), replace(make.source("polden"), every=DAY)], [])
    for at in range(0, 12 * 60, 60):
        store.save_fetch(run, make.fetch("http://bereg.test/feed", Outcome.UNCHANGED, kind="feed", at=at))
    assert rows(vault, "SELECT 1 FROM gaps WHERE gap = 'not running'") == []
    store.sync_sources([replace(make.source("polden"), every=DAY)], [])
    for at in (0, DAY):
        store.save_fetch(run, make.fetch("http://polden.test/feed", Outcome.UNCHANGED, kind="feed", at=at))
    assert rows(vault, "SELECT 1 FROM gaps WHERE gap = 'not running'") == []


@pytest.mark.parametrize(("minutes", "hours"), [(59, None), (124, None), (125, 1), (24 * 60, 22)])
def test_hours_in_which_it_is_off_still_are_told_by_the_clock(
    store: Store, run: int, vault: Path, make: Any, minutes: int, hours: int | None
) -> None:
    store.sync_sources([replace(make.source("bereg"), every=60)], [])
    store.save_fetch(run, make.fetch("http://bereg.test/feed", Outcome.UNCHANGED, kind="feed", at=55))
    with open_reader(vault) as reader:
        gaps = reader.idle(make.at(55 + minutes))
        assert [gap["gap"] for gap in gaps] == ["not running"] * (hours is not None)
        assert not gaps or f"for {hours} hour" in str(gaps[0]["detail"])
        before = [gap["gap"] for gap in reader.gaps(until=date(2020, 1, 1))]
        assert before == ["not watched"], "a gap that lasts is none of a time before it"


def test_a_source_without_anything_new_in_thirty_days_is_silent_for_long(poll: Poll, vault: Path) -> None:
    for day in range(31):
        poll([0], at=day * DAY)
    assert rows(vault, "SELECT gap FROM gaps WHERE gap <> 'not running'") == []
    poll([0], at=30 * DAY + 60)
    assert rows(vault, "SELECT gap, detail FROM gaps WHERE gap <> 'not running'") == [
        ("silent for long", "nothing new since 2026-05-18")
    ]
    poll([0, 1], at=30 * DAY + 61)
    assert rows(vault, "SELECT gap FROM gaps WHERE gap <> 'not running'") == []


def test_a_source_that_gives_less_than_its_own_weeks_let_expect_is_a_gap_until_it_gives_enough(
    poll: Poll, store: Store, run: int, vault: Path
) -> None:
    for day in range(26):
        poll(range(20 * day, 20 * day + 30), at=day * DAY, dated=False)
    store.update_expectations(run)
    assert rows(vault, "SELECT gap FROM gaps WHERE gap <> 'not running'") == []
    assert rows(vault, "SELECT fetch, days, seen, usual FROM expectations") == [(26, 1, 20, 20.0)]
    poll(range(501, 531), at=26 * DAY, dated=False)
    store.update_expectations(run)
    ((gap, detail),) = rows(vault, "SELECT gap, detail FROM gaps WHERE gap <> 'not running'")
    assert (gap, detail[:13], detail[-42:]) == (
        "below expectation",
        "1 of at least",
        " entries in 24 hours, where 20.0 are usual",
    )
    assert runs.unseen(store.db, run) == (f"Bereg, below expectation, {detail}",)
    poll(range(520, 550), at=26 * DAY + 60, dated=False)
    store.update_expectations(run)
    assert rows(vault, "SELECT gap FROM gaps WHERE gap <> 'not running'") == []


def test_what_was_lost_for_certain_is_no_drop_of_the_outlet(poll: Poll, store: Store, run: int, vault: Path) -> None:
    for day in range(26):
        poll([20 * day + 18, 20 * day + 19], at=day * DAY, dated=False)  # numbered: 18 come and go unseen
    store.update_expectations(run)
    assert rows(vault, "SELECT seen, usual FROM expectations") == [(20, 20.0)]


@pytest.fixture
def met(store: Store, run: int, make: Any, text_of: Callable[..., str]) -> list[str]:
    """Articles 0 to 9 of one outlet, of which the feed lists all but two and an article of another outlet links to half."""
    store.sync_sources([make.source("bereg"), make.source("polden")], [])
    urls = [f"http://bereg.test/{n}" for n in range(10)]
    entries = [make.entry(url) for url in urls[:8]]
    store.save_feed(run, make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=1), make.feed(*entries), entries)
    for n, url in enumerate(urls):
        store.save_article(run, make.fetch(url, at=10 + n), make.parsed(url, text_of(n)))
    for host, relevant in (("polden", True), ("krug", False)):
        bundle = make.parsed(f"http://{host}.test/x", text_of(ord(host[0])), relevant=relevant)
        links = tuple(Link(url, "citation", "там") for url in (urls[5:] if relevant else urls))
        bundle = replace(bundle, article=replace(bundle.article, links=links))
        store.save_article(run, make.fetch(f"http://{host}.test/x", at=30), bundle)
    return urls


def test_each_article_has_the_ways_that_met_it_the_first_first(met: list[str], vault: Path) -> None:
    with open_reader(vault) as reader:
        ids = {row["url"]: row["article"] for row in reader.view("coverage")}
    found = rows(vault, "SELECT article, way, substr(seen, 12, 5) FROM ways WHERE outlet = 'Bereg'")
    of = {url: [(way, seen) for article, way, seen in found if article == ids[url]] for url in met}
    assert of[met[0]] == [("feed", "12:01")]
    assert of[met[7]] == [("feed", "12:01"), ("citation", "12:30")]  # who is not relevant links to it too, and earns nothing
    assert of[met[9]] == [("citation", "12:30")]


def test_an_address_that_a_person_gave_is_a_way_too(store: Store, make: Any, vault: Path, text_of: Callable[..., str]) -> None:
    store.sync_sources([make.source("bereg")], [])
    for kind, url in (("related", "http://bereg.test/1"), ("replay", "http://bereg.test/2")):
        fetch = replace(make.fetch(url), source="")
        store.save_article(store.begin_run(kind, make.at()), fetch, make.parsed(url, text_of(ord(url[-1]))))
    assert sorted(rows(vault, "SELECT way FROM ways")) == [("archive",), ("person",)]


def test_the_snapshot_tells_the_recall_of_each_way_of_each_outlet_and_of_all(met: list[str], vault: Path, tmp_path: Path) -> None:
    snapshot(vault, tmp_path / "public.db")
    with open_reader(tmp_path / "public.db") as reader:
        found = [tuple(row) for row in reader.query("SELECT outlet, way, found, others, both, share FROM recall")]
    assert found == [
        ("", "citation", 5, 8, 3, 3 / 8),
        ("", "feed", 8, 5, 3, 3 / 5),
        ("Bereg", "citation", 5, 8, 3, 3 / 8),
        ("Bereg", "feed", 8, 5, 3, 3 / 5),
    ]


def test_the_snapshots_trend_leaves_out_an_outlet_in_weeks_when_it_was_not_seen(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str], tmp_path: Path
) -> None:
    store.sync_sources([make.source("bereg"), make.source("rupor")], [])
    for host in ("bereg", "rupor"):
        feed = make.fetch(f"http://{host}.test/feed", Outcome.FEED, kind="feed", at=-13 * 60)
        store.save_feed(run, feed, make.feed(entry := make.entry(f"http://{host}.test/0")), [entry])
    number = 0
    for week, (bereg, rupor) in enumerate([(2, 8), (3, 0), (3, 9), (0, 0)]):
        for host, many in (("bereg", bereg), ("rupor", rupor)):
            for day in range(7):
                fails = host == "rupor" and week == 1
                at = (7 * week + day) * DAY - 12 * 60  # 18 May 2026 is a Monday
                outcome = Outcome.TIMEOUT if fails else Outcome.UNCHANGED
                store.save_fetch(run, make.fetch(f"http://{host}.test/feed", outcome, kind="feed", at=at))
            for _ in range(many):
                number += 1
                url = f"http://{host}.test/{number}"
                bundle = make.parsed(url, text_of(number), published=week * 7 * DAY + DAY)
                store.save_article(run, make.fetch(url, at=week * 7 * DAY + DAY), bundle)
    snapshot(vault, tmp_path / "public.db")
    with open_reader(tmp_path / "public.db") as reader:
        trend = [tuple(row) for row in reader.query('SELECT week, articles, panel, chain, round("index") FROM trend')]
    assert trend == [
        ("2026-W21", 10, 0, 1, 100),
        ("2026-W22", 3, 1, 1, 150),
        ("2026-W23", 12, 1, 1, 150),
        ("2026-W24", 0, 2, 1, 0),
    ]


def migrated(vault: Path, undo: str, step: steps.Migration) -> Path:
    """A copy of the vault to which a migration was done again, after a script that undoes it."""
    older = vault.with_name("older.db")
    with closing(sqlite3.connect(vault)) as newer:
        newer.execute("VACUUM INTO ?", (str(older),))
    with closing(sqlite3.connect(older)) as connection:
        history.stop_history(connection)  # as `migrate` does
        connection.executescript(undo)
        step(connection)
        connection.commit()
    Store.open(older).close()  # which makes the views anew
    return older


WITHOUT_NAMES = """
DROP VIEW gaps; DROP VIEW near_misses; DROP VIEW skipped;
ALTER TABLE hosts RENAME COLUMN paused_until TO rests_until;
ALTER TABLE polls RENAME COLUMN gap_since TO torn_since;
ALTER TABLE verdicts RENAME COLUMN near_miss_reason TO lacking;
ALTER TABLE verdicts DROP COLUMN near_miss_detail;
"""
"""What takes the columns' present names away."""


@pytest.mark.parametrize(("lacking", "reason", "detail"), [
    ("mentioned in passing: 0.5 of 1", "mentioned in passing", "0.5 / 1"),
    ("about KZ, not RU", "about another country", ""),
    ("about a country that is not named, not RU", "about a country that is not named", ""),
    ("only as agenda, court", "in another sense", "agenda, court"),
    ("no word of the topic's context in the same sentence, the title or the lead", "no word of the topic's context near it", ""),
    ("", "", ""),
])  # fmt: skip
def test_an_older_vault_says_in_two_columns_why_a_near_miss_is_none(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str], lacking: str, reason: str, detail: str
) -> None:
    url = "http://bereg.test/1"
    store.save_article(run, make.fetch(url), make.parsed(url, text_of(1), relevant=False))
    quoted = lacking.replace("'", "''")
    older = migrated(vault, f"{WITHOUT_NAMES} UPDATE verdicts SET lacking = '{quoted}'", steps.m0014_names)
    assert rows(older, "SELECT near_miss_reason, near_miss_detail FROM verdicts") == [(reason, detail)]


def test_an_older_vault_has_the_hours_that_its_fetches_tell(poll: Poll, store: Store, run: int, vault: Path, make: Any) -> None:
    poll([0, 1], at=5)
    poll([0, 1, 2], at=59)
    store.save_fetch(run, make.fetch("http://bereg.test/feed", Outcome.TIMEOUT, kind="feed", at=61))
    hours = rows(vault, "SELECT * FROM hours")
    older = migrated(vault, "DROP TABLE hours; DROP TABLE polls", steps.m0004_ledger)
    assert rows(older, "SELECT * FROM hours") == hours
    assert len(hours) == 2


def test_an_older_vault_tells_an_outage_of_robots_txt_from_the_wish_of_an_outlet(
    store: Store, run: int, vault: Path, make: Any
) -> None:
    """Both were closed by robots.txt: each is stored once as it was then, and once as it is now, in two vaults that end alike."""
    outage = ": nothing is fetched from this host for now"
    now = [
        (f"answers 503{outage}", f"robots.txt answers 503{outage}"),
        (f"timeout: no answer within 30 s{outage}", f"robots.txt, timeout: no answer within 30 s{outage}"),
        (f"redirects without end{outage}", f"robots.txt redirects without end{outage}"),
    ]
    store.sync_sources([make.source("bereg"), make.source("polden")], [])
    for kind in ("feed", "sitemap", "article", "related"):
        for host in ("bereg", "polden"):
            for at, (detail, _) in enumerate(now):
                store.save_fetch(
                    run, make.fetch(f"http://{host}.test/{at}", Outcome.ROBOTS_UNREACHABLE, kind=kind, at=50 * at, detail=detail)
                )
            store.save_fetch(run, make.fetch(f"http://{host}.test/closed", Outcome.ROBOTS, kind=kind, at=70))
    what = "SELECT id, outcome, detail FROM fetches"
    hours = "SELECT source, hour, read, unchanged, failed, blocked, articles, refused FROM hours ORDER BY 1, 2"
    right = rows(vault, what), rows(vault, hours)
    undo = "".join(f"UPDATE fetches SET detail = '{then}' WHERE detail = '{detail}';" for detail, then in now)
    undo += "UPDATE fetches SET outcome = 'closed by robots.txt' WHERE outcome = 'robots.txt unreachable';"
    counted = "SELECT count(*) FROM fetches f WHERE f.source = hours.source AND substr(f.finished, 1, 13) = substr(hour, 1, 13)"
    undo += f"UPDATE hours SET failed = 0, blocked = ({counted} AND kind IN ('feed', 'sitemap')),"
    undo += f" refused = ({counted} AND kind = 'article');"
    older = migrated(vault, undo, steps.m0035_robots_unreachable)
    assert (rows(older, what), rows(older, hours)) == right
    assert [row[4:6] for row in right[1]] == [(4, 0), (2, 2)] * 2


def test_of_an_older_vault_the_hours_count_that_lie_beyond_what_any_rhythm_waits(watch: Callable[..., Any], vault: Path) -> None:
    watch(30, 30 + DAY, 30 + 4 * DAY)
    older = migrated(vault, "DROP TABLE unpolled", steps.m0012_unpolled)
    found = rows(older, "SELECT substr(since, 9, 5), substr(until, 9, 5) FROM unpolled")
    assert found == [("20T13", "22T12")]


def test_the_sources_of_an_outlet_are_one_line_of_the_ledger(store: Store, run: int, vault: Path, make: Any) -> None:
    both: list[Source] = [make.source("bereg", "Bereg"), make.source("polden", "Bereg")]
    store.sync_sources(both, [])
    for name, outcome in (("bereg", Outcome.BLOCKED), ("polden", Outcome.TIMEOUT)):
        store.save_fetch(run, make.fetch(f"http://{name}.test/feed", outcome, kind="feed"))
    assert rows(vault, "SELECT outlet, state, blocked, failed FROM ledger") == [("Bereg", "blocked", 1, 1)]


def test_the_unseen_hours_of_some_days_are_those_that_lie_in_them(store: Store, run: int, vault: Path, make: Any) -> None:
    store.sync_sources([make.source("bereg")], [])
    for day in (0, 9):
        store.save_fetch(run, make.fetch("http://bereg.test/feed", Outcome.UNCHANGED, kind="feed", at=day * DAY))
    with open_reader(vault) as reader:
        (whole,) = reader.unseen()
        days = [date(2026, 5, 17) + timedelta(days=n) for n in range(12)]
        by_day = [sum(int(row["hours"]) for row in reader.unseen(day, day)) for day in days]
        assert by_day[0] == by_day[-1] == 0
        assert by_day[5] == 24, "the stretch that nobody watched began before this day, and ended after it"
        assert sum(by_day) == whole["hours"] == sum(row["hours"] for row in reader.unseen(days[0], days[-1]))


def test_a_vault_that_polled_nobody_has_a_gap_for_ever(store: Store, run: int, vault: Path, make: Any) -> None:
    for _ in range(2):  # nothing at all; and an article of an archive
        with open_reader(vault) as reader:
            for days in ((None, None), (date(2020, 1, 1), date(2030, 1, 1))):
                (gap,) = reader.gaps(*days)
                assert (gap["gap"], gap["outlet"], gap["detail"]) == ("not watched", "", "no feed was ever polled")
        store.save_fetch(run, make.fetch("http://bereg.test/news/1", Outcome.ARTICLE, kind="article", at=5))

"""Who is asked now: budgets of hosts, depths and groups, what is held back and put back, and what becomes due in a long run."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.settings import Settings

from monitor.crawl import dispatch
from monitor.crawl.dispatch import Dispatcher
from monitor.model import Outcome
from monitor.vault import FrontierEntry, Store
from tests.records import Maker

MAKE = Maker()
LIMITS = {"MONITOR_HOST_PAGES": 6, "MONITOR_DEPTH_PAGES": 3, "MONITOR_SOURCE_PAGES": 5, "MONITOR_RUN_MINUTES": 10.0}
HOST = "bereg.test"


@dataclass
class Run:
    """A run of which each request is answered at once, and the time that it takes."""

    store: Store
    seconds: float = 0
    due: list[FrontierEntry] = field(default_factory=list)
    delays: dict[str, float] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    retries: list[Any] = field(default_factory=list)
    waited: defaultdict[str, float] = field(default_factory=partial(defaultdict, float))

    def begin(self, run: int) -> None:
        log = SimpleNamespace(note=self._note, waited=self.waited)
        session: Any = SimpleNamespace(store=self.store, id=run, sources={"bereg": None}, delays=self.delays, fetch_log=log)
        self.dispatcher = Dispatcher(session, Settings(LIMITS), lambda: self.due)

    def _note(self, attempt: Any, result: Any) -> None:
        assert result.outcome is Outcome.OVER_BUDGET
        self.told.append(result.detail)
        self.retries.append(result.retry_at)

    def push(self, *entries: FrontierEntry) -> None:
        self.store.frontier.push(entries)

    def take(self, hosts: dict[str, int] | None = None, groups: dict[str, int] | None = None) -> list[str]:
        return [leased.pending.key for leased in self.dispatcher.take(hosts or {}, groups or {})]

    def take_all(self) -> int:
        return sum(iter(lambda: len(self.take()), 0))

    def tell(self) -> list[str]:
        self.dispatcher.report_budgets()
        return self.told

    def waiting(self) -> list[tuple[Any, ...]]:
        return [
            tuple(row) for row in self.store.db.rows("SELECT due > ?, attempts FROM frontier WHERE state = 'waiting'", (NOW,))
        ]


NOW = "2026-05-18T12:01:00.000000Z"


@pytest.fixture
def crawl(store: Store, run: int, monkeypatch: pytest.MonkeyPatch) -> Run:
    made = Run(store)
    monkeypatch.setattr(dispatch.clock, "now", lambda: MAKE.at(1))
    monkeypatch.setattr(dispatch, "time", SimpleNamespace(monotonic=lambda: made.seconds))
    store.db.pragma("synchronous = OFF")
    made.begin(run)
    return made


def of_host(count: int, depth: int = 0) -> list[FrontierEntry]:
    entries = (MAKE.pending(f"http://{HOST}/{depth}/{number}", depth=depth) for number in range(count))
    return [replace(entry, source="") for entry in entries]


def of_group(count: int, *, source: str = "many", referrer: str = "") -> list[FrontierEntry]:
    """Each on a host of its own."""
    entries = (MAKE.pending(f"http://h{number}.test/{source}") for number in range(count))
    return [replace(entry, source=source, referrer=referrer) for entry in entries]


def test_a_host_has_so_many_requests_on_their_way_and_so_many_in_a_run(crawl: Run) -> None:
    crawl.push(*of_host(10))
    assert len(crawl.take()) == dispatch._PER_HOST == 4
    assert crawl.take({HOST: 4}) == []
    assert len(crawl.take({HOST: 3})) == 1
    assert len(crawl.take()) == 1, "the budget of the host"
    assert crawl.take() == []
    assert crawl.tell() == ["6 pages of this host were fetched in this run; 4 more wait for the next"]


def test_links_of_a_host_have_a_budget_of_their_own(crawl: Run) -> None:
    crawl.push(*of_host(5, depth=1))
    assert crawl.take_all() == 3
    assert crawl.tell() == ["3 pages at depth 1 of this host were fetched in this run; 2 more wait for the next"]


def test_a_host_that_has_had_its_budget_is_told_once_and_not_for_each_depth(crawl: Run) -> None:
    crawl.push(*of_host(4), *of_host(5, depth=1))
    assert crawl.take_all() == 6
    assert crawl.tell() == ["6 pages of this host were fetched in this run; 3 more wait for the next"]


def test_a_budget_that_is_not_spent_is_not_told(crawl: Run) -> None:
    crawl.push(*of_host(5))
    assert crawl.take_all() == 5
    assert crawl.tell() == []


@pytest.mark.parametrize(("delay", "pages"), [(100, 6), (150, 4), (300, 2), (5000, 1)])
def test_a_host_that_wants_time_between_two_requests_gives_fewer_pages(crawl: Run, delay: float, pages: int) -> None:
    """So that it keeps no run from its end for longer than ten minutes, and is asked for one page at least."""
    crawl.delays[HOST] = delay
    crawl.push(*of_host(9))
    assert crawl.take_all() == pages


@pytest.mark.parametrize("who", [{"source": "many"}, {"source": "", "referrer": "http://linker.test/x"}])
def test_what_a_group_has_no_room_for_is_held_until_it_has(
    crawl: Run, who: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_PER_GROUP", 2)
    group = who["source"] or "linker.test"
    crawl.push(*of_group(5, **who))
    first = crawl.take()
    assert len(first) == 2
    assert crawl.take({}, {group: 2}) == []
    second = crawl.take({}, {group: 1})
    assert len(second) == 1
    third = crawl.take()
    assert len(third) == 2
    assert len({*first, *second, *third}) == 5
    assert crawl.take() == []


def test_what_is_polled_and_what_a_person_gave_is_of_no_group(crawl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_PER_GROUP", 1)
    feeds = [MAKE.pending(f"http://bereg{n}.test/feed", kind="feed") for n in range(3)]
    crawl.push(*(replace(feed, source="bereg") for feed in feeds), *of_group(3, source=""))
    assert len(crawl.take()) == 6


def test_a_source_that_has_had_its_budget_waits_for_the_next_run_with_all_that_it_lists(crawl: Run) -> None:
    crawl.push(*of_group(8), *of_group(1, source="other"))
    assert crawl.take_all() == 6
    assert crawl.waiting() == [(1, 0)] * 3, "due later, and not counted as asked"
    assert crawl.tell() == ["5 pages of many were fetched in this run; 3 more wait for the next"]
    assert crawl.retries == [MAKE.at(61)]


def test_a_source_whose_pages_do_not_answer_waits_for_the_next_run_with_what_is_held_too(
    crawl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_PER_GROUP", 2)
    crawl.push(*of_group(4), *of_group(1, source="other"))
    assert len(crawl.take()) == 3
    crawl.push(*of_group(6)[4:])
    crawl.waited["many"] = 600
    assert len(crawl.take({}, {"many": 1})) == 1, "as long as it may take"
    crawl.waited["many"] += 1
    assert crawl.take() == []
    assert crawl.waiting() == [(1, 0)] * 3, "due later, and not counted as asked"
    assert crawl.tell() == ["requests for pages of many waited 601 s without an answer in this run; 3 more wait for the next"]
    assert crawl.retries == [MAKE.at(61)]


def test_a_source_that_has_left_the_list_is_done_with(crawl: Run) -> None:
    gone = (MAKE.pending(f"http://gone.test/{kind}", kind=kind) for kind in ("feed", "older"))
    crawl.push(*gone, MAKE.pending("http://bereg.test/feed", kind="feed"))
    assert crawl.take() == ["https://bereg.test/feed"]
    assert crawl.waiting() == []


def test_when_the_time_is_up_nothing_is_sent_and_what_was_held_is_put_back(crawl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_PER_GROUP", 2)
    crawl.push(*of_group(5), *of_host(1))
    assert len(crawl.take()) == 3
    crawl.push(*of_host(2))
    crawl.seconds = 601
    assert crawl.take() == []
    assert crawl.waiting() == [(0, 0)] * 4, "due now, and not counted as asked"
    assert crawl.tell() == ["the run took as long as it may; 4 addresses more wait for the next"]


def test_a_source_that_becomes_due_in_a_long_run_is_polled_when_it_is(crawl: Run) -> None:
    feed = MAKE.pending("http://bereg.test/feed", kind="feed")
    crawl.due = [feed]
    polled: list[int] = []
    done: Callable[[str], None] = crawl.store.frontier.done
    for crawl.seconds in range(0, 500, 10):
        if taken := crawl.take():
            assert taken == [feed.key]
            done(feed.key)
            polled.append(int(crawl.seconds))
    assert polled == [60, 420], "looked for each minute, and asked again after more than five"

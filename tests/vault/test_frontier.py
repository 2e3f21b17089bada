"""What the frontier promises, in one process and through a Redis between writer and workers: nothing that was taken on is lost,
hosts take turns, what is known is known.
"""

from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from monitor.crawl.fleet.queue import Queue
from monitor.crawl.fleet.writer import task_of
from monitor.vault import Counts, FrontierEntry, LeasedEntry, Store, open_reader
from monitor.vault.frontier import Frontier
from tests.redis_server import RedisServer, redis_server


class ThroughRedis:
    """The vault's frontier as it is seen by workers on other machines: what it leases is handed out, and leased again."""

    def __init__(self, frontier: Frontier, store: Store, server: RedisServer) -> None:
        server.client().flushall()
        self._frontier, self._store = frontier, store
        self._queue, self._late = (Queue(server.url, lease=lease) for lease in (600, 0.001))
        self.worker = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._frontier, name)

    def lease(self, run: int, count: int, **given: Any) -> list[LeasedEntry]:
        self._queue.hand_out(task_of(self._store, leased) for leased in self._frontier.lease(run, count, **given))
        return [LeasedEntry(task.entry, task.attempts) for _, task in self._queue.lease(str(self.worker), 99)]

    def done(self, key: str) -> None:
        self._frontier.done(key)
        self._queue.settle([], [key])

    def requeue(self, key: str, due: datetime, *, unsent: bool = False) -> None:
        self._frontier.requeue(key, due, unsent=unsent)
        self._queue.settle([], [key])

    def lose_worker(self) -> list[str]:
        """The keys that a new worker takes over from one that is dead."""
        sleep(0.002)
        self.worker += 1
        return [task.entry.key for _, task in self._late.lease(str(self.worker), 99)]


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture(params=["here", pytest.param("through Redis", marks=pytest.mark.system)])
def store(request: pytest.FixtureRequest, vault: Path) -> Iterator[Store]:
    with Store.open(vault, command="test") as store:
        if request.param != "here":
            store.frontier = ThroughRedis(store.frontier, store, request.getfixturevalue("server"))
        yield store


def paths(leased: list[Any]) -> list[str]:
    return [one.pending.url.rpartition("/")[2] for one in leased]


def up_to(count: int) -> Any:
    """So many of each depth of a host."""
    return lambda _host, _depth: count


def test_a_lease_gives_what_was_pushed_and_counts_the_attempt(store: Store, run: int, make: Any) -> None:
    wanted = make.pending("http://bereg.test/a", depth=2, priority=5)
    store.frontier.push([wanted])
    (leased,) = store.frontier.lease(run, 10, now=make.at())
    assert leased.pending == wanted
    assert leased.attempts == 1
    assert store.frontier.lease(run, 10, now=make.at()) == []


def test_hosts_take_turns_within_a_batch_and_from_batch_to_batch(store: Store, run: int, make: Any) -> None:
    store.frontier.push(make.pending(f"http://{host}.test/{number}") for host in "abc" for number in range(4))
    batches = [[one.pending.host for one in store.frontier.lease(run, 2, now=make.at())] for _ in range(6)]
    assert batches == [["a.test", "b.test"], ["c.test", "a.test"], ["b.test", "c.test"]] * 2


def test_no_host_gets_more_than_it_has_room_for(store: Store, run: int, make: Any) -> None:
    store.frontier.push(make.pending(f"http://{host}.test/{number}") for host in "abc" for number in range(4))
    room = {"a.test": 2, "b.test": 0, "c.test": 3}
    leased = store.frontier.lease(run, 100, now=make.at(), room=lambda host, _depth: room[host])
    assert [one.pending.host for one in leased] == ["a.test"] * 2 + ["c.test"] * 3


def test_a_depth_has_room_of_its_own(store: Store, run: int, make: Any) -> None:
    store.frontier.push(make.pending(f"http://a.test/{depth}{number}", depth=depth) for depth in (0, 1) for number in range(4))
    leased = store.frontier.lease(run, 100, now=make.at(), room=lambda _host, depth: 1 if depth else 4)
    assert [one.pending.depth for one in leased] == [0] * 4
    leased = store.frontier.lease(run, 100, now=make.at(), room=lambda _host, depth: 1 if depth else 4)
    assert [one.pending.depth for one in leased] == [1]


def test_a_host_without_room_keeps_what_it_has(store: Store, run: int, make: Any) -> None:
    store.frontier.push([make.pending("http://a.test/x")])
    assert store.frontier.lease(run, 1, now=make.at(), room=up_to(0)) == []
    assert paths(store.frontier.lease(run, 1, now=make.at())) == ["x"]


def test_what_is_set_aside_waits_until_the_vault_is_opened_anew(vault: Path, make: Any) -> None:
    def lease(store: Store) -> list[str]:
        run = store.begin_run("feeds", make.at())
        return sorted(paths(store.frontier.lease(run, 9, now=make.at(), room=up_to(1))))

    with Store.open(vault) as store:
        rows = [("a.test/deep", 1), ("a.test/deep2", 1), ("a.test/near", 0), ("b.test/one", 0), ("b.test/two", 0)]
        store.frontier.push(make.pending(f"http://{address}", depth=depth) for address, depth in rows)
        assert lease(store) == ["near", "one"]
        store.frontier.set_aside("a.test", 1)
        store.frontier.set_aside("b.test")
        store.frontier.push([make.pending("http://a.test/deep3", depth=1), make.pending("http://b.test/three")])
        assert lease(store) == []
    with Store.open(vault) as store:
        assert lease(store) == ["near", "one"]


def test_a_host_that_rests_is_left_alone_until_its_time_also_by_the_next_run(vault: Path, make: Any) -> None:
    with Store.open(vault) as store:
        store.frontier.pause_host("a.test", make.at(10))
        store.frontier.pause_host("a.test", make.at(5))
        store.frontier.push([make.pending("http://a.test/x"), make.pending("http://b.test/y")])
        run = store.begin_run("feeds", make.at())
        assert paths(store.frontier.lease(run, 9, now=make.at(9))) == ["y"]
        store.frontier.pause_host("b.test", make.at(30))
        store.frontier.push([make.pending("http://b.test/z")])
        assert store.frontier.lease(run, 9, now=make.at(9)) == []
        with open_reader(vault) as reader:
            assert reader.due(make.at(9)) == []
    with Store.open(vault) as store:
        run = store.begin_run("feeds", make.at(10))
        assert paths(store.frontier.lease(run, 9, now=make.at(10))) == ["x"]
        assert sorted(paths(store.frontier.lease(run, 9, now=make.at(30), room=up_to(9)))) == ["y", "z"]


def test_within_a_host_the_highest_priority_then_the_least_depth_then_what_waited_longest(
    store: Store, run: int, make: Any
) -> None:
    store.frontier.push(
        [
            make.pending("http://a.test/late", due=-1),
            make.pending("http://a.test/early", due=-2),
            make.pending("http://a.test/deeper", priority=1, depth=2, due=-9),
            make.pending("http://a.test/deep", priority=1, depth=1, due=-5),
            make.pending("http://a.test/first", priority=9, due=0),
        ]
    )
    leased = store.frontier.lease(run, 5, now=make.at(), room=up_to(5))
    assert paths(leased) == ["first", "deep", "deeper", "early", "late"]


def test_what_is_not_due_waits(store: Store, run: int, make: Any) -> None:
    store.frontier.push([make.pending("http://a.test/later", due=10)])
    assert store.frontier.lease(run, 1, now=make.at(9)) == []
    assert len(store.frontier.lease(run, 1, now=make.at(10))) == 1


def test_what_is_known_is_not_taken_on_twice(store: Store, run: int, make: Any) -> None:
    store.frontier.push([make.pending("http://a.test/x"), make.pending("http://www.a.test/x?utm_source=rss")])
    (leased,) = store.frontier.lease(run, 9, now=make.at(), room=up_to(9))
    store.frontier.done(leased.pending.key)
    store.frontier.push([make.pending("http://a.test/x")])
    assert store.frontier.counts(make.at()) == Counts(due=0, later=0, leased=0, done=1)


def test_the_shorter_way_counts_whichever_was_found_first(store: Store, run: int, make: Any) -> None:
    for depths in ((3, 1), (1, 3)):
        url = f"http://a.test/{depths[0]}"
        for depth in depths:
            store.frontier.push([make.pending(url, depth=depth)])
    assert [one.pending.depth for one in store.frontier.lease(run, 9, now=make.at(), room=up_to(9))] == [1, 1]


def test_a_shorter_way_takes_no_priority_away(store: Store, run: int, make: Any) -> None:
    store.frontier.push([make.pending("http://a.test/urgent", priority=1, depth=3), make.pending("http://a.test/other")])
    store.frontier.push([make.pending("http://a.test/urgent", priority=0, depth=1)])
    leased = store.frontier.lease(run, 9, now=make.at(), room=up_to(9))
    assert [(one.pending.priority, one.pending.depth) for one in leased] == [(1, 1), (0, 0)]


def test_what_a_source_lists_is_put_off_and_nothing_is_brought_forward(store: Store, run: int, make: Any) -> None:
    listed = [replace(make.pending(f"http://{host}.test/x"), source="many") for host in ("soon", "late")]
    store.frontier.push(listed)
    (late,) = (entry.key for entry in listed if "late" in entry.url)
    store.frontier.requeue(late, make.at(9_000))
    assert store.frontier.defer_source("many", make.at(60)) == 1
    assert store.frontier.waits_until(late, "late.test", make.at()) == make.at(9_000)
    assert store.frontier.lease(run, 9, now=make.at(59)) == []
    assert [one.pending.host for one in store.frontier.lease(run, 9, now=make.at(61))] == ["soon.test"]


def test_what_is_put_back_comes_again_when_it_is_due(store: Store, run: int, make: Any) -> None:
    store.frontier.push([make.pending("http://a.test/x")])
    (leased,) = store.frontier.lease(run, 1, now=make.at())
    store.frontier.requeue(leased.pending.key, make.at(5))
    assert store.frontier.counts(make.at()) == Counts(due=0, later=1, leased=0, done=0)
    (again,) = store.frontier.lease(run, 1, now=make.at(5))
    assert again.attempts == 2


def test_asking_again_takes_up_what_is_done_with_and_not_what_waits_for_its_time(store: Store, run: int, make: Any) -> None:
    done, waits, new = (make.pending(f"http://a.test/{name}") for name in ("done", "waits", "new"))
    store.frontier.push([done, waits])
    store.frontier.done(done.key)
    store.frontier.requeue(waits.key, make.at(60))
    store.frontier.ask_again([done, waits, new])
    assert store.frontier.counts(make.at()) == Counts(due=2, later=1, leased=0, done=0)


def test_leases_of_a_dead_run_come_back_when_the_vault_is_opened(vault: Path, make: Any) -> None:
    with Store.open(vault) as dead:
        run = dead.begin_run("feeds", make.at())
        dead.frontier.push([make.pending(f"http://a.test/{number}") for number in range(3)])
        dead.frontier.lease(run, 2, now=make.at(), room=up_to(2))
    with Store.open(vault) as alive:
        assert alive.frontier.counts(make.at()) == Counts(due=3, later=0, leased=0, done=0)


def test_what_the_run_leased_and_did_not_end_is_known(store: Store, run: int, make: Any) -> None:
    store.frontier.push(make.pending(f"http://a.test/{name}") for name in ("done", "later", "lost"))
    leased = store.frontier.lease(run, 9, now=make.at(), room=up_to(9))
    store.frontier.done(leased[0].pending.key)
    store.frontier.requeue(leased[1].pending.key, make.at(1))
    assert [one.pending.key for one in store.frontier.leased(run)] == [leased[2].pending.key]
    assert store.frontier.leased(run + 1) == []


def test_what_is_left_of_a_host_is_counted_by_depth(store: Store, make: Any) -> None:
    store.frontier.push(make.pending(f"http://a.test/{depth}/{n}", depth=depth) for depth in (0, 1) for n in range(2 + depth))
    store.frontier.push([make.pending("http://a.test/later", due=5), make.pending("http://b.test/else")])
    assert [store.frontier.left("a.test", depth, make.at())[0] for depth in (None, 0, 1, 2)] == [5, 2, 3, 0]
    assert store.frontier.left("a.test", 2, make.at())[1] is None
    one = store.frontier.left("a.test", 1, make.at())[1]
    assert one is not None
    assert (one.host, one.depth) == ("a.test", 1)


# The clock jumps (NTP, a dead battery, a machine that slept)


@pytest.mark.fault(53)
def test_after_a_clock_that_jumped_back_hosts_still_take_turns(store: Store, run: int, make: Any) -> None:
    store.frontier.push(make.pending(f"http://{host}.test/{number}", due=-999) for host in "abc" for number in range(2))
    clocks = [0, 60, -300, -299, 600, -500]
    hosts = [store.frontier.lease(run, 1, now=make.at(minutes))[0].pending.host for minutes in clocks]
    assert hosts == ["a.test", "b.test", "c.test"] * 2


@pytest.mark.fault(70)
def test_an_address_that_asks_for_time_each_time_does_not_speak_for_its_host(store: Store, run: int, make: Any) -> None:
    hasty, other = make.pending("http://a.test/hasty"), make.pending("http://a.test/other")
    store.frontier.push([hasty, other])
    store.frontier.pause_host("a.test", make.at(10), asked_by=hasty.key)
    assert store.frontier.lease(run, 9, now=make.at(9)) == []
    store.frontier.pause_host("a.test", make.at(60), asked_by=hasty.key)
    assert sorted(paths(store.frontier.lease(run, 9, now=make.at(10), room=up_to(9)))) == ["hasty", "other"]
    store.frontier.pause_host("a.test", make.at(70), asked_by=other.key)
    assert store.frontier.paused_until("a.test", make.at(60)) == make.at(70)


@pytest.mark.fault(70)
def test_who_was_asked_for_time_is_told_with_the_address(store: Store, vault: Path, make: Any) -> None:
    hasty = make.pending("http://a.test/hasty")
    store.frontier.push([hasty])
    store.frontier.pause_host("a.test", make.at(10), asked_by=hasty.key)
    store.frontier.pause_host("b.test", make.at(10))
    with open_reader(vault) as reader:
        assert [tuple(map(str, astuple(host))) for host in reader.paused_hosts(make.at(5))] == [
            ("a.test", str(make.at(10)), hasty.url),
            ("b.test", str(make.at(10)), ""),
        ]
        assert reader.paused_hosts(make.at(10)) == []


def test_a_lease_for_which_nothing_was_sent_is_not_counted(store: Store, run: int, make: Any) -> None:
    store.frontier.push([make.pending("http://a.test/x")])
    attempts = []
    for minute, unsent in enumerate((False, True, True, False)):
        (leased,) = store.frontier.lease(run, 1, now=make.at(minute))
        attempts.append(leased.attempts)
        store.frontier.requeue(leased.pending.key, make.at(minute), unsent=unsent)
    assert attempts == [1, 2, 2, 2]


def test_until_when_an_address_waits_is_known(store: Store, run: int, make: Any) -> None:
    x = make.pending("http://a.test/x")
    assert store.frontier.waits_until(x.key, x.host, make.at()) is None
    store.frontier.push([x])
    store.frontier.lease(run, 1, now=make.at())
    store.frontier.requeue(x.key, make.at(10))
    assert store.frontier.waits_until(x.key, x.host, make.at(9)) == make.at(10)
    store.frontier.pause_host(x.host, make.at(20))
    assert store.frontier.waits_until(x.key, x.host, make.at(9)) == make.at(20)
    assert store.frontier.waits_until(x.key, x.host, make.at(20)) is None


@pytest.mark.fault(53)
def test_what_a_clock_from_the_future_put_off_is_asked_again_and_once(vault: Path, make: Any) -> None:
    year = 366 * 24 * 60
    with Store.open(vault) as store:
        run = store.begin_run("feeds", make.at(year))
        store.frontier.push([make.pending("http://a.test/feed", kind="feed"), make.pending("http://a.test/x")])
        for leased in store.frontier.lease(run, 9, now=make.at(year), room=up_to(9)):
            store.frontier.requeue(leased.pending.key, make.at(year + 60))
        store.frontier.pause_host("b.test", make.at(year + 60))
        store.frontier.push([make.pending("http://b.test/y")])
    with Store.open(vault) as store:
        run = store.begin_run("feeds", make.at())
        asked = []
        while leased := store.frontier.lease(run, 9, now=make.at(), room=up_to(9)):
            asked += paths(leased)
            for one in leased:
                store.frontier.requeue(one.pending.key, make.at(60))
        assert sorted(asked) == ["feed", "x", "y"]


@pytest.mark.fault(53)
def test_no_address_that_was_put_off_in_earnest_is_asked_sooner(store: Store, run: int, make: Any) -> None:
    day = 24 * 60
    store.frontier.push(
        [make.pending("http://a.test/x", due=7 * day), make.pending("http://a.test/f", kind="feed", due=1.5 * day)]
    )
    assert store.frontier.lease(run, 9, now=make.at(day), room=up_to(9)) == []
    assert paths(store.frontier.lease(run, 9, now=make.at(1.5 * day), room=up_to(9))) == ["f"]


class AnyOrder(RuleBasedStateMachine):
    """Pushes, leases, answers and jumps of the clock in any order, beside a model of what must be due."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self.store = Store.open(Path(self._folder.name) / "monitor.db")
        self.frontier = self.store.frontier
        self.now = 0
        self.run = self.store.begin_run("feeds", self.at(0))
        self.due: dict[str, int] = {}
        self.out: list[str] = []
        self.done: set[str] = set()

    def take(self, count: int, room: int) -> int:
        leased = self.frontier.lease(self.run, count, now=self.at(self.now), room=up_to(room))
        for one in leased:
            assert self.due.pop(one.pending.key) <= self.now
            self.out.append(one.pending.key)
        return len(leased)

    def at(self, minutes: int) -> datetime:
        return datetime(2026, 5, 18, tzinfo=UTC) + timedelta(minutes=minutes)

    @rule(host=st.sampled_from("ab"), number=st.integers(0, 5), priority=st.integers(0, 1), depth=st.integers(0, 2))
    def push(self, host: str, number: int, priority: int, depth: int) -> None:
        key = f"{host}{number}"
        self.frontier.push([FrontierEntry(key, key, "article", "", host, priority, depth, "", self.at(self.now))])
        if key not in self.done and key not in self.out:
            self.due.setdefault(key, self.now)

    @rule(count=st.integers(1, 5), room=st.integers(1, 3))
    def lease(self, count: int, room: int) -> None:
        self.take(count, room)

    @precondition(lambda self: self.out)
    @rule()
    def acknowledge(self) -> None:
        self.done.add(self.out[-1])
        self.frontier.done(self.out.pop())

    @precondition(lambda self: self.out)
    @rule(later=st.integers(-60, 60))
    def restore(self, later: int) -> None:
        self.due[self.out[-1]] = self.now + later
        self.frontier.requeue(self.out.pop(), self.at(self.now + later))

    @rule(minutes=st.integers(-60, 60))
    def jump(self, minutes: int) -> None:
        self.now += minutes

    def teardown(self) -> None:
        self.now += 10_000
        while self.take(3, 2):
            pass
        assert self.due == {}
        assert sorted(one.pending.key for one in self.frontier.leased(self.run)) == sorted(self.out)
        self.store.close()
        self._folder.cleanup()


AnyOrder.TestCase.settings = settings(max_examples=40, stateful_step_count=40)
TestWhateverHappensAllThatIsDueIsLeasedAndNothingTwice = AnyOrder.TestCase


@pytest.mark.system
def test_the_same_holds_through_redis_and_a_dead_worker_loses_nothing(server: RedisServer) -> None:
    class Through(AnyOrder):
        def __init__(self) -> None:
            super().__init__()
            self.frontier = self.through = ThroughRedis(self.frontier, self.store, server)

        @rule()
        def lose_worker(self) -> None:
            assert sorted(self.through.lose_worker()) == sorted(self.out)

    run_state_machine_as_test(Through, settings=settings(max_examples=15, stateful_step_count=30))

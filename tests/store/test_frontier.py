"""What the frontier promises: nothing that was taken on is lost, hosts take turns, what is known is known."""

from pathlib import Path
from typing import Any

from monitor.store import Counts, Store


def keys(leased: list[Any]) -> list[str]:
    return [one.pending.key for one in leased]


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


def test_hosts_to_avoid_are_left_alone_and_no_host_gets_more_than_its_share(store: Store, run: int, make: Any) -> None:
    store.frontier.push(make.pending(f"http://{host}.test/{number}") for host in "abc" for number in range(4))
    leased = store.frontier.lease(run, 100, now=make.at(), per_host=2, avoid={"b.test"})
    assert sorted(one.pending.host for one in leased) == ["a.test"] * 2 + ["c.test"] * 2


def test_within_a_host_the_highest_priority_then_what_waited_longest(store: Store, run: int, make: Any) -> None:
    store.frontier.push(
        [
            make.pending("http://a.test/late", due=-1),
            make.pending("http://a.test/early", due=-2),
            make.pending("http://a.test/first", priority=9, due=0),
        ]
    )
    leased = store.frontier.lease(run, 3, now=make.at(), per_host=3)
    assert [one.pending.url.rpartition("/")[2] for one in leased] == ["first", "early", "late"]


def test_what_is_not_due_waits(store: Store, run: int, make: Any) -> None:
    store.frontier.push([make.pending("http://a.test/later", due=10)])
    assert store.frontier.lease(run, 1, now=make.at(9)) == []
    assert len(store.frontier.lease(run, 1, now=make.at(10))) == 1


def test_what_is_known_is_not_taken_on_twice(store: Store, run: int, make: Any) -> None:
    store.frontier.push([make.pending("http://a.test/x"), make.pending("http://www.a.test/x?utm_source=rss")])
    (leased,) = store.frontier.lease(run, 9, now=make.at(), per_host=9)
    store.frontier.done(leased.pending.key)
    store.frontier.push([make.pending("http://a.test/x")])
    assert store.frontier.counts(make.at()) == Counts(due=0, later=0, leased=0, done=1)


def test_the_shorter_way_counts_whichever_was_found_first(store: Store, run: int, make: Any) -> None:
    for depths in ((3, 1), (1, 3)):
        url = f"http://a.test/{depths[0]}"
        for depth in depths:
            store.frontier.push([make.pending(url, depth=depth)])
    assert [one.pending.depth for one in store.frontier.lease(run, 9, now=make.at(), per_host=9)] == [1, 1]


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
        run = dead.begin_run("crawl", make.at())
        dead.frontier.push([make.pending(f"http://a.test/{number}") for number in range(3)])
        dead.frontier.lease(run, 2, now=make.at(), per_host=2)
    with Store.open(vault) as alive:
        assert alive.frontier.counts(make.at()) == Counts(due=3, later=0, leased=0, done=0)

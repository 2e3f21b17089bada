"""When the next address is due: who sleeps until then must not oversleep."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.model import Outcome
from monitor.vault import Store, open_reader


def test_nothing_waits_in_a_new_vault(vault: Path, store: Store, make: Any) -> None:
    with open_reader(vault) as reader:
        assert reader.next_due(make.at()) is None


def test_it_is_the_first_of_what_waits_in_the_frontier_and_what_is_done_with_does_not_count(
    vault: Path, store: Store, run: int, make: Any
) -> None:
    store.frontier.push([make.pending("http://bereg.test/1", due=3), make.pending("http://polden.test/1", due=9)])
    with open_reader(vault) as reader:
        assert reader.next_due(make.at()) == make.at(3)
        (leased,) = store.frontier.lease(run, 1, now=make.at(4))
        assert reader.next_due(make.at()) == make.at(3), "a lease that nobody acknowledged is due"
        store.frontier.done(leased.pending.key)
        assert reader.next_due(make.at()) == make.at(9)


def test_what_waits_at_a_host_that_rests_is_due_when_it_has_rested(vault: Path, store: Store, make: Any) -> None:
    store.frontier.push([make.pending("http://bereg.test/1", due=3), make.pending("http://polden.test/1", due=30)])
    store.frontier.pause_host("bereg.test", make.at(20))
    with open_reader(vault) as reader:
        assert reader.next_due(make.at()) == make.at(20)


def test_a_source_is_due_by_its_rhythm_unless_its_line_has_gone(vault: Path, store: Store, run: int, make: Any) -> None:
    store.sync_sources([make.source("bereg")], [])
    fetch = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed")
    store.save_feed(run, fetch, make.feed(), [])
    with open_reader(vault) as reader:
        due = reader.next_due(make.at())
        assert make.at(5) <= due <= make.at(24 * 60)
        assert reader.next_due(due + timedelta(minutes=1)) == due + timedelta(minutes=1), "due already"
        store.sync_sources([], [])
        assert reader.next_due(make.at()) is None

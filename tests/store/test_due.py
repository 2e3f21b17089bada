"""When the next address is due: who sleeps until then must not oversleep."""

from pathlib import Path
from typing import Any

from monitor.model import Outcome
from monitor.store import Store, open_reader

FIVE_MINUTES = 300


def test_nothing_waits_in_a_new_vault(vault: Path, store: Store) -> None:
    with open_reader(vault) as reader:
        assert reader.next_due(FIVE_MINUTES) is None


def test_it_is_the_first_of_what_waits_in_the_frontier_and_what_is_done_with_does_not_count(
    vault: Path, store: Store, run: int, make: Any
) -> None:
    store.frontier.push([make.pending("http://bereg.test/1", due=3), make.pending("http://polden.test/1", due=9)])
    with open_reader(vault) as reader:
        assert reader.next_due(FIVE_MINUTES) == make.at(3)
        (leased,) = store.frontier.lease(run, 1, now=make.at(4))
        assert reader.next_due(FIVE_MINUTES) == make.at(3), "a lease that nobody acknowledged is due"
        store.frontier.done(leased.pending.key)
        assert reader.next_due(FIVE_MINUTES) == make.at(9)


def test_a_feed_is_due_an_interval_after_its_poll_unless_its_line_has_gone(
    vault: Path, store: Store, run: int, make: Any
) -> None:
    store.sync_sources([make.source("bereg")], [])
    fetch = make.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed")
    store.save_feed(run, fetch, make.feed(), [])
    with open_reader(vault) as reader:
        assert reader.next_due(FIVE_MINUTES) == make.at(5)
        store.sync_sources([], [])
        assert reader.next_due(FIVE_MINUTES) is None

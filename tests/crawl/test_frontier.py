"""The scheduler over the vault's frontier: what goes first, what is not sent, and who waits for whom."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.settings import Settings

from monitor.crawl import frontier as scheduling
from monitor.crawl.frontier import Frontier
from tests.records import Maker

MAKE = Maker()
LIMITS = {"MONITOR_HOST_PAGES": 500, "MONITOR_DEPTH_PAGES": 100, "MONITOR_SOURCE_PAGES": 20, "MONITOR_RUN_MINUTES": 60.0}


@pytest.fixture
def scheduler(store, run, monkeypatch):
    monkeypatch.setattr(scheduling.clock, "now", lambda: MAKE.at(1))
    engine = SimpleNamespace(downloader=SimpleNamespace(active=set()))
    faults = []
    session = SimpleNamespace(store=store, id=run, sources={"bereg": None}, unstored=[], delays={}, give_up=faults.append)
    made = Frontier(SimpleNamespace(settings=Settings(LIMITS), engine=engine), session)
    made.open(SimpleNamespace(uses_frontier=True, parse_article=print, parse_feed=print, failed=print, due=list))
    yield made
    assert faults == []


def taken(scheduler):
    """All that it gives while nothing is answered."""
    paths = []
    while request := scheduler.next_request():
        scheduler._crawler.engine.downloader.active.add(request)
        paths.append(request.url.removeprefix("http://"))
    return paths


def test_a_hop_goes_before_all_else(scheduler, store):
    store.frontier.push([MAKE.pending("http://bereg.test/1"), MAKE.pending("http://bereg.test/2")])
    first = scheduler.next_request()
    scheduler.enqueue_request(Request("http://bereg.test/hop", meta=first.meta))
    assert scheduler.next_request().url == "http://bereg.test/hop"


def test_a_feed_that_has_left_the_list_is_not_asked_and_is_done_with(scheduler, store):
    store.frontier.push([MAKE.pending(f"http://{name}.test/feed", kind="feed") for name in ("bereg", "gone")])
    assert taken(scheduler) == ["bereg.test/feed"]
    assert store.frontier.counts(MAKE.at(1)).done == 1


def test_a_request_of_no_entry_is_refused(scheduler):
    with pytest.raises(TypeError, match="a spider yields entries of the frontier, and no requests"):
        scheduler.enqueue_request(Request("http://bereg.test/"))


@pytest.mark.fault(63)
def test_of_one_source_so_many_are_on_their_way_and_so_many_taken(scheduler, store):
    many = [replace(MAKE.pending(f"http://h{n}.test/{n}"), source="many") for n in range(40)]
    other = MAKE.pending("http://bereg.test/1")
    store.frontier.push([*many, other])
    first = taken(scheduler)
    assert "bereg.test/1" in first
    assert len(first) == 1 + scheduling._PER_GROUP
    scheduler._crawler.engine.downloader.active.clear()
    assert len(taken(scheduler)) == LIMITS["MONITOR_SOURCE_PAGES"] - scheduling._PER_GROUP
    assert scheduler._over["many"][0] == 20

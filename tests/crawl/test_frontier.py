"""The scheduler over the vault's frontier, in one process and through a Redis between two: what goes first, what is not sent, and
who waits for whom.
"""

from collections import Counter, deque
from dataclasses import replace
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.settings import Settings

from monitor.crawl import dispatch, frontier
from monitor.crawl.dispatch import Dispatcher
from monitor.crawl.fetch_log import FetchAttempt
from monitor.crawl.fleet.queue import Queue
from monitor.crawl.fleet.worker import LeasedTasks
from monitor.crawl.fleet.writer import task_of
from monitor.crawl.frontier import Frontier
from monitor.crawl.items import DirectRequest
from tests.records import Maker
from tests.redis_server import redis_server

MAKE = Maker()
LIMITS = {"MONITOR_HOST_PAGES": 500, "MONITOR_DEPTH_PAGES": 100, "MONITOR_SOURCE_PAGES": 20, "MONITOR_RUN_MINUTES": 60.0}


class ThroughRedis:
    """The vault's frontier on one machine, and what a worker on another has to send."""

    def __init__(self, session, dispatcher, queue):
        self._session, self._dispatcher, self._queue = session, dispatcher, queue
        self._here = LeasedTasks()

    def take(self, hosts, groups):
        taken = self._dispatcher.take(hosts, groups)
        self._queue.hand_out(task_of(self._session.store, leased) for leased in taken)
        self._here.add([handed.task for handed in self._queue.lease("worker", 99)])
        return self._here.take(hosts, groups)


@pytest.fixture(scope="module")
def server():
    with redis_server() as server:
        yield server


@pytest.fixture
def queue(server):
    server.client().flushall()
    queue = Queue(server.url, lease=600)
    yield queue
    queue.close()


@pytest.fixture(params=["here", pytest.param("through Redis", marks=pytest.mark.system)])
def scheduler(request, store, run, monkeypatch):
    monkeypatch.setattr(dispatch.clock, "now", lambda: MAKE.at(1))
    faults = []
    session = SimpleNamespace(
        store=store, id=run, sources={"bereg": None}, direct_requests=[], delays={}, give_up=faults.append,
        fetch_log=SimpleNamespace(waited=Counter(), under_way=set()),
    )  # fmt: skip
    dispatcher = session.leases = Dispatcher(session, Settings(LIMITS), list)
    if request.param != "here":
        session.leases = ThroughRedis(session, dispatcher, request.getfixturevalue("queue"))
    made = Frontier(SimpleNamespace(settings=Settings(LIMITS)), session)
    made.dispatcher = dispatcher
    made.open(SimpleNamespace(parse_article=print, parse_feed=print, failed=print))
    yield made
    assert faults == []


def taken(scheduler):
    """All that it gives while nothing is answered."""
    paths = []
    while request := scheduler.next_request():
        scheduler._session.fetch_log.under_way.add(FetchAttempt.of(request))
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
    assert len(first) == 1 + dispatch._PER_GROUP
    scheduler._session.fetch_log.under_way.clear()
    assert len(taken(scheduler)) == LIMITS["MONITOR_SOURCE_PAGES"] - dispatch._PER_GROUP
    assert scheduler.dispatcher._over["many"][0] == 20


def test_a_look_again_ends_when_its_time_is_up_and_what_it_has_not_come_to_waits(monkeypatch, caplog):
    seconds = [0.0]
    monkeypatch.setattr(frontier, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    asked = deque(DirectRequest(MAKE.pending(f"http://bereg.test/{n}")) for n in range(3))
    session = SimpleNamespace(leases=None, direct_requests=asked)
    made = Frontier(SimpleNamespace(settings=Settings(LIMITS)), session)
    made.open(SimpleNamespace(parse_article=print, failed=print))
    assert made.next_request().url == "http://bereg.test/0"
    seconds[0] = 60 * LIMITS["MONITOR_RUN_MINUTES"] + 1
    assert not made.has_pending_requests()
    assert made.next_request() is None
    assert caplog.messages == ["the run's minutes are over (MONITOR_RUN_MINUTES); 2 requests are left to the next"]

"""What stands in Redis: leases that end with their worker, messages that are stored once, one host at a time for all."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest

from monitor.crawl.fetch_log import FetchAttempt, FetchResult
from monitor.crawl.fleet.messages import Message, Task, Writer, decode, encode, ended
from monitor.crawl.fleet.queue import Queue, QueueError
from monitor.crawl.session import KnownRobots
from monitor.errors import MonitorError, UsageError
from monitor.model import Outcome
from monitor.vault import FeedState
from tests.records import Maker
from tests.redis_server import redis_server

pytestmark = pytest.mark.system

MAKE = Maker()
NOW = MAKE.at()


def task(path, **known):
    return Task(MAKE.pending(f"http://bereg.test/{path}"), 1, FeedState(**known), "", is_article=False)


def paths(handed):
    return [one.task.entry.url.rpartition("/")[2] for one in handed]


def said(of, *, id_="one", outcome=Outcome.TIMEOUT, goes_on=False):
    message = Message(id_, ended(FetchAttempt.of_entry(of.entry, 1), FetchResult(outcome), goes_on=goes_on))
    return message, encode(message)


def test_what_is_handed_out_is_leased_once_with_all_that_is_known_of_it(queue):
    given = [task("a", etag="x", polls=3), task("b")]
    queue.hand_out(given)
    queue.hand_out(given)
    first, second, third = (queue.lease(worker, count) for worker, count in (("w1", 1), ("w2", 9), ("w3", 9)))
    assert [one.task for one in first + second] == given
    assert third == []


def test_what_a_worker_leased_comes_back_when_it_is_not_heard_of_any_more(queue):
    queue.hand_out([task("a"), task("b")])
    lives, _ = queue.lease("w1", 1), queue.lease("w2", 1)
    back, begun = [], time.monotonic()
    while not back:
        time.sleep(0.1)
        queue.renew("w1", [one.id for one in lives])
        back = paths(queue.lease("w3", 9))
    assert back == ["b"]
    assert time.monotonic() - begun >= queue.lease_seconds - 0.1
    time.sleep(queue.lease_seconds + 0.1)
    assert sorted(paths(queue.lease("w4", 9))) == ["a", "b"]
    queue.renew("w1", [one.id for one in lives])  # it slept, and takes nothing away from who has it now
    queue.put_back("w1", [one.id for one in lives])
    assert queue.lease("w5", 9) == []


def test_what_is_put_back_is_leased_by_another_at_once(queue):
    queue.hand_out([task("a")])
    queue.put_back("w1", [one.id for one in queue.lease("w1", 1)])
    assert paths(queue.lease("w2", 1)) == ["a"]


def test_an_answer_ends_its_task_and_its_address_stays_out_until_it_is_settled(queue):
    queue.hand_out([task("a")])
    (handed,) = queue.lease("w1", 1)
    queue.send(*said(handed.task), handed.id)
    time.sleep(queue.lease_seconds + 0.1)
    queue.hand_out([task("a")])
    assert queue.lease("w2", 1) == []
    (delivered,) = queue.read()
    assert delivered.settled == handed.task.entry.key
    queue.settle([delivered.place], [delivered.settled])
    queue.hand_out([task("a")])
    assert paths(queue.lease("w2", 1)) == ["a"]


def test_a_message_is_there_until_it_is_settled(queue):
    queue.send(*said(task("a")))
    (delivered,) = queue.read()
    assert queue.read() == []
    assert queue.read(again=True) == [delivered]
    queue.settle([delivered.place], [])
    assert queue.read(again=True) == []


def test_it_is_quiet_when_no_worker_has_anything_and_nothing_waits(queue):
    assert queue.is_idle()
    queue.hand_out([task("a")])
    (handed,) = queue.lease("w1", 1)
    assert not queue.is_idle()
    queue.send(*said(handed.task), handed.id)
    queue.note_idle("w1")
    assert not queue.is_idle()
    queue.settle([one.place for one in queue.read()], [handed.task.entry.key])
    assert queue.is_idle()


def test_a_dead_worker_does_not_keep_it_from_being_quiet(queue):
    queue.hand_out([task("a")])
    (handed,) = queue.lease("w1", 1)
    queue.settle([], [handed.task.entry.key])
    time.sleep(queue.lease_seconds + 0.1)
    assert queue.is_idle()


@pytest.mark.fault(60)
def test_what_the_server_forgot_is_handed_out_again(queue, server):
    queue.hand_out([task("a"), task("b")])
    keys = [one.task.entry.key for one in queue.lease("w1", 9)]
    assert queue.missing_keys(keys) == []
    server.client().flushall()
    assert queue.missing_keys(keys) == keys
    queue.hand_out([task("a")])
    assert queue.missing_keys(keys) == keys[1:]
    assert paths(queue.lease("w1", 9)) == ["a"]


@pytest.mark.parametrize(("delay", "most"), [(0.04, 9), (0.0, 2)])
def test_one_host_is_asked_in_turn_by_all_together(server, queue, delay, most):
    log, lock = [], threading.Lock()

    def work(name):
        mine = Queue(server.url, lease=1)
        for number in range(4):
            request = f"{name}-{number}"
            while wait := mine.host_turn("a.test", request, delay=delay, most=most, longest=5, now=NOW).wait:
                time.sleep(wait)
            with lock:
                log.append((time.monotonic(), 1))
            time.sleep(0.02)
            with lock:
                log.append((time.monotonic(), -1))
            mine.leave("a.test", request)
        mine.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    begun = sorted(moment for moment, change in log if change > 0)
    assert len(begun) == 12
    assert begun[-1] - begun[0] >= 11 * (delay - 0.002)
    at_once, most_at_once = 0, 0
    for _, change in log:
        at_once += change
        most_at_once = max(most_at_once, at_once)
    assert 1 <= most_at_once <= most
    assert queue.host_turn("b.test", "other", delay=9, most=1, longest=5, now=NOW).wait == 0


def test_a_request_whose_worker_died_holds_no_place_for_ever(queue):
    assert queue.host_turn("a.test", "dead", delay=0, most=1, longest=1, now=NOW).wait == 0
    assert queue.host_turn("a.test", "next", delay=0, most=1, longest=1, now=NOW).wait > 0
    time.sleep(1.1)
    assert queue.host_turn("a.test", "next", delay=0, most=1, longest=1, now=NOW).wait == 0


@pytest.mark.fault(70)
def test_a_host_that_asked_for_time_is_left_alone_by_all_as_by_one(queue):
    def paused(minute):
        return queue.host_turn("a.test", str(minute), delay=0, most=99, longest=5, now=MAKE.at(minute)).paused_until

    queue.pause("a.test", MAKE.at(10), asked_by="hasty")
    queue.pause("a.test", MAKE.at(5), asked_by="other")
    assert [paused(minute) for minute in (1, 9.999999, 10)] == [MAKE.at(10), MAKE.at(10), None]
    queue.pause("a.test", MAKE.at(60), asked_by="other")  # who always answers so does not speak for its host
    assert paused(11) is None
    queue.pause("a.test", MAKE.at(60), asked_by="hasty")
    assert paused(11) == MAKE.at(60)


def test_robots_and_delays_are_known_to_all_for_their_time(queue):
    found = KnownRobots(b"User-agent: *\nDisallow: /\n")
    assert queue.robots("http://a.test") is None
    queue.note_robots("http://a.test", found, 1)
    queue.note_delay("a.test", 2.5)
    assert queue.robots("http://a.test") == found
    assert queue.delays() == {"a.test": 2.5}
    time.sleep(1.1)
    assert queue.robots("http://a.test") is None


def test_there_is_one_writer_and_its_own_vault_has_it_again_at_once(queue):
    mine, other = (Writer(vault, "1", "digest") for vault in ("here", "there"))
    assert queue.claim(mine) == queue.claim(mine) == ""
    assert queue.claim(other) == "here"
    assert queue.writer() == mine
    time.sleep(queue.lease_seconds + 0.1)
    assert queue.claim(other) == ""
    queue.release()
    assert queue.claim(mine) == ""


def test_workers_that_hold_nothing_are_forgotten_late(queue):
    queue.forget_workers()
    queue.hand_out([task("a")])
    queue.lease("w1", 1)
    queue.forget_workers()
    time.sleep(queue.lease_seconds + 0.1)
    assert paths(queue.lease("w2", 1)) == ["a"]


def test_a_server_that_is_away_is_told_in_one_line_without_its_password():
    with redis_server() as server:
        server.client().config_set("requirepass", "geheim")
        queues = [Queue(server.url.replace("unix://", f"unix://:{word}@"), lease=1) for word in ("geheim", "falsch")]
        queues[0].hand_out([task("a")])
        with pytest.raises(MonitorError, match="refuses the password") as refused:
            queues[1].lease("w1", 1)
    with pytest.raises(QueueError) as away:
        queues[0].lease("w1", 1)
    for error in (refused, away):
        assert "geheim" not in str(error.value)
        assert "falsch" not in str(error.value)
        assert "\n" not in str(error.value)
        assert str(error.value).startswith("unix:///")


@pytest.mark.parametrize("url", ["", "http://:geheim@queue.test/", "redis://:geheim@queue.test:none/0", "queue.test:6379"])
def test_what_is_no_address_is_wrong_use_and_not_repeated(url):
    with pytest.raises(UsageError, match="redis://host:6379/0") as wrong:
        Queue(url, lease=1)
    assert "geheim" not in str(wrong.value)


def test_all_of_many_workers_leases_are_other_tasks(server, queue):
    queue.hand_out([task(number) for number in range(60)])
    found, lock = Counter(), threading.Lock()

    def work(name):
        mine = Queue(server.url, lease=5)
        while leased := mine.lease(name, 3):
            with lock:
                found.update(paths(leased))
        mine.close()

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {str(number): 1 for number in range(60)}


def test_a_message_is_what_it_was(queue):
    message, encoded = said(task("a"))
    queue.send(message, encoded)
    (delivered,) = queue.read()
    assert decode(Message, delivered.encoded).body.result == message.body.result
    assert message.body.attempt.finished - message.body.attempt.started < timedelta(seconds=5)

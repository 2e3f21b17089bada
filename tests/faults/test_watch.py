"""A watch as a user starts it, against the hostile web: stopped in the middle of a crawl; and what was missed is caught up."""

import asyncio
import json
import os
import signal
import sys
import threading
import time

import pytest

from monitor.vault import Store, open_reader

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
ITEM = "<item><title>Story</title><link>{}/{}</link></item>"
MONITOR = [sys.executable, "-m", "monitor.cli"]


@pytest.fixture
def stories(web, newsroom):
    """A newsroom with one feed; the feed has as many stories as `count` says."""
    count = [40]

    async def answer(call):
        if call.path == "/feed.xml":
            await call.answer(
                200, RSS.format("".join(ITEM.format(base, n) for n in range(count[0]))), type_="application/rss+xml"
            )
        else:
            words = " ".join(f"{word}{call.path[1:]}" for word in ("alder", "birch", "cedar", "dogwood") * 9)
            await call.answer(200, call.article(f"Story {call.path}", words=words))

    base = web.on("127.0.7.20", answer)
    newsroom.sources(stories=f"{base}/feed.xml")
    return count


def until(condition, process):
    for _ in range(2400):
        if condition() or process.poll() is not None:
            return
        time.sleep(0.05)


def run(newsroom, *arguments, **variables):
    process = newsroom.popen([*MONITOR, *arguments], **variables)
    out, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    return out


def test_a_watch_is_stopped_in_mid_crawl_and_the_next_goes_on_publishes_and_ends_with_0(newsroom, stories, web, tmp_path):
    public = tmp_path / "public"
    asked = len(web.paths("127.0.7.20"))
    first = newsroom.popen([*MONITOR, "watch"], MONITOR_DELAY="0.2")
    until(lambda: len(web.paths("127.0.7.20")) > asked + 2, first)
    first.send_signal(signal.SIGTERM)
    _, said = first.communicate(timeout=300)
    assert (first.returncode, "Traceback" in said) == (0, False), said
    assert newsroom.query("SELECT outcome FROM runs") == [("stopped",)]

    left = run(newsroom, "crawl", "--dry-run").split()
    asked = len(web.paths("127.0.7.20"))
    second = newsroom.popen([*MONITOR, "watch", "--json", "--publish", str(public)])
    until((public / "public.db").exists, second)
    os.killpg(second.pid, signal.SIGINT)  # as a terminal does it
    out, said = second.communicate(timeout=300)
    assert (second.returncode, "Traceback" in said) == (0, False), said
    assert json.loads(out)["outcome"] == "done"
    then = [f"http://127.0.7.20:{web.port}{path}" for path in web.paths("127.0.7.20")[asked:] if path != "/robots.txt"]
    assert sorted(left) == sorted(then) != []
    assert newsroom.query("SELECT outcome FROM runs") == [("stopped",), ("done",)]
    assert newsroom.query("SELECT count(*) FROM articles") == [(40,)]
    with open_reader(public / "public.db") as reader:
        assert reader.counts()["coverage"] == 40


IMPATIENT = """
import functools, pathlib, sys
from monitor.operate import watch

watch.Pacing = functools.partial(watch.Pacing, grace=1, look=1, most=2)
data = pathlib.Path(sys.argv[1])
sys.exit(watch.watch(data, data / "monitor.db", site=pathlib.Path(sys.argv[2])))
"""


@pytest.mark.fault(82)
def test_the_site_is_published_while_an_outlet_keeps_a_crawl_from_its_end(newsroom, web, tmp_path):
    async def half(call):
        if call.path == "/feed.xml":
            await call.answer(200, RSS.format("".join(ITEM.format(base, n) for n in range(4))), type_="application/rss+xml")
        elif call.path == "/3":
            await asyncio.to_thread(ended.wait, 120)
        else:
            await call.answer(200, call.article(f"Story {call.path}"))

    ended = threading.Event()

    def coverage():
        if not (public / "public.db").exists():
            return 0
        with open_reader(public / "public.db") as reader:
            return reader.counts()["coverage"]

    base = web.on("127.0.7.21", half)
    newsroom.sources(half=f"{base}/feed.xml")
    public = tmp_path / "public"
    watching = newsroom.popen([sys.executable, "-c", IMPATIENT, str(newsroom.folder), str(public)])
    until(lambda: coverage() == 3, watching)
    ((outcome, articles),) = newsroom.query("SELECT outcome, (SELECT count(*) FROM articles) FROM runs")
    watching.terminate()
    _, said = watching.communicate(timeout=300)
    ended.set()
    assert (watching.returncode, "Traceback" in said) == (0, False), said
    assert (outcome, articles, coverage()) == ("running", 3, 3)


def test_a_crawl_by_hand_makes_the_watch_wait_and_say_who_it_waits_for(newsroom, stories):
    with Store.open(newsroom.folder / "monitor.db", command="crawl feeds"):
        watch = newsroom.popen([*MONITOR, "watch"])
        said = ""
        while "in a row" not in said and watch.poll() is None:
            said += watch.stderr.readline()
        watch.terminate()
        watch.communicate(timeout=300)
    assert f"process {os.getpid()} (crawl feeds" in said
    assert "the crawl failed (exit code 1), 1 in a row; the next begins in 2 minutes" in said
    assert watch.returncode == 0


def test_after_days_without_a_crawl_one_crawl_catches_up_and_nothing_is_due_then(newsroom, stories, web):
    monday, thursday = ({"MONITOR_CLOCK": f"2026-05-{day}T12:00:00+00:00"} for day in (18, 21))
    feed = f"http://127.0.7.20:{web.port}/feed.xml"
    stories[0] = 3
    run(newsroom, "crawl", **monday)
    assert run(newsroom, "crawl", "--dry-run", **monday) == ""
    stories[0] = 5
    asked = len(web.paths("127.0.7.20"))
    assert run(newsroom, "crawl", "--dry-run", **thursday) == f"{feed}\n"
    run(newsroom, "crawl", **thursday)
    assert sorted(web.paths("127.0.7.20")[asked:]) == ["/3", "/4", "/feed.xml", "/robots.txt"]

"""One source that would keep a run busy without end costs it so much and no more, and the others meanwhile get what is theirs."""

import asyncio
import re
import sqlite3
import time
from contextlib import closing

import pytest

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
HOSTILE, HONEST, LATER = "127.0.7.44", "127.0.7.45", "127.0.7.46"
HANGING = [f"127.0.7.{n}" for n in range(47, 71)]
MANY = 40
QUICK = """
from monitor.crawl import dispatch
from monitor.crawl.frontier import Frontier

dispatch._POLL_CHECK = 1
dispatch._LONGEST_SILENCE = 20


class Quick(Frontier):
    pass
"""


@pytest.fixture
def quick(tmp_path, monkeypatch):
    """The name of a scheduler with less patience."""
    (tmp_path / "quick.py").write_text(QUICK, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    return "quick.Quick"


def rss(*addresses):
    return RSS.format("".join(f"<item><title>{address}</title><link>{address}</link></item>" for address in addresses))


def feed(*addresses):
    async def answer(call):
        await call.answer(200, rss(*addresses), type_="application/rss+xml")

    return answer


async def hang(call):
    await asyncio.sleep(60)


async def page(call):
    words = " ".join(f"word{call.path[1:]}x{n}" for n in range(40))
    await call.answer(200, call.article(f"Story {call.path}", words=words))


@pytest.mark.fault(63)
def test_hosts_that_hang_do_not_take_the_places_of_others(newsroom, web):
    for host in HANGING:
        web.on(host, hang)
    listed = [f"http://{host}:{web.port}/{n}" for n in range(8) for host in HANGING]
    honest = f"http://{HONEST}:{web.port}"

    async def both(call):
        await (feed(*(f"{honest}/{n}" for n in range(6)))(call) if call.path == "/feed.xml" else page(call))

    newsroom.sources(bad=web.on(HOSTILE, feed(*listed)) + "/feed.xml", good=web.on(HONEST, both) + "/feed.xml")
    newsroom.crawl("feeds", DOWNLOAD_TIMEOUT=3, RETRY_TIMES=0, MONITOR_RUN_MINUTES=0.6)
    assert newsroom.query("SELECT count(*) FROM articles") == [(6,)]
    ((honest_last,),) = newsroom.query("SELECT max(finished) FROM fetches WHERE outcome = 'article'")
    ((hanging_last,),) = newsroom.query("SELECT max(finished) FROM fetches WHERE outcome = 'timeout'")
    assert honest_last < hanging_last
    ((seconds,),) = newsroom.query("SELECT (julianday(finished) - julianday(started)) * 86400 FROM runs")
    assert seconds < 90
    over = newsroom.query("SELECT detail FROM fetches WHERE outcome = 'over budget' AND detail LIKE 'the run took%'")
    assert len(over) == 1
    assert newsroom.query("SELECT count(*) FROM frontier WHERE state = 'leased'") == [(0,)]


@pytest.mark.fault(63)
def test_hosts_that_hang_do_not_keep_a_run_from_its_end(newsroom, web, quick):
    for host in HANGING:
        web.on(host, hang)
    listed = [f"http://{host}:{web.port}/h{n}" for n in range(10) for host in HANGING]
    newsroom.sources(bad=web.on(HOSTILE, feed(*listed)) + "/feed.xml")
    newsroom.crawl("feeds", SCHEDULER=quick, DOWNLOAD_TIMEOUT=3, RETRY_TIMES=0)
    ((asked, over),) = newsroom.query("SELECT sum(outcome = 'timeout'), sum(outcome = 'over budget') FROM fetches")
    assert 7 <= asked <= 24, "in twelve places at a time"
    assert over == 1
    ((detail,),) = newsroom.query("SELECT detail FROM fetches WHERE outcome = 'over budget'")
    assert re.fullmatch(
        r"requests for pages of bad waited \d+ s without an answer in this run; \d+ more wait for the next", detail
    )
    assert newsroom.query("SELECT count(*) FROM frontier WHERE state = 'waiting'") == [(len(listed),)]


@pytest.mark.fault(63)
def test_pages_that_take_long_to_read_are_not_all_read_before_those_of_others(newsroom, web):
    hosts = [f"127.0.7.{n}" for n in range(71, 79)]
    slow = "<html><body><article><p>" + "<b>a</b> <i>military</i> <span>summons</span>" * 400
    began = asyncio.Event()

    async def long_to_read(call):
        began.set()
        await call.answer(200, slow)

    async def honest(call):
        if call.path == "/feed.xml":
            await asyncio.wait_for(began.wait(), 60)
            await asyncio.sleep(1)  # time enough to send for all pages of the other
            await feed(*(f"http://{HONEST}:{web.port}/q{n}" for n in range(3)))(call)
        else:
            await page(call)

    for host in hosts:
        web.on(host, long_to_read)
    listed = [f"http://{host}:{web.port}/r{n}" for n in range(6) for host in hosts]
    newsroom.sources(bad=web.on(HOSTILE, feed(*listed)) + "/feed.xml", good=web.on(HONEST, honest) + "/feed.xml")
    newsroom.crawl("feeds")
    ((articles, last),) = newsroom.query(
        "SELECT count(*), max(finished) FROM fetches WHERE source = 'good' AND outcome = 'article'"
    )
    ((before, read),) = newsroom.query(
        "SELECT sum(finished < ?), count(*) FROM fetches WHERE source = 'bad' AND kind = 'article'", last
    )
    assert (articles, read) == (3, len(listed))
    assert before < 40, "twelve before the feed, twelve before its articles, and what was read while the feed was waited for"


@pytest.mark.fault(63)
def test_a_source_gives_so_many_pages_a_run_whatever_hosts_they_are_on(newsroom, web):
    hosts = [f"127.0.7.{n}" for n in range(71, 79)]
    for host in hosts:
        web.on(host, page)
    listed = [f"http://{host}:{web.port}/s{n}" for n in range(5) for host in hosts]
    assert len(listed) == MANY
    newsroom.sources(many=web.on(HOSTILE, feed(*listed)) + "/feed.xml")
    for expected in (15, 15):
        newsroom.crawl("feeds", MONITOR_SOURCE_PAGES=15)
        assert newsroom.query("SELECT count(*) FROM fetches WHERE kind = 'article' AND outcome = 'article'") == [(expected,)]
    details = [detail for (detail,) in newsroom.query("SELECT detail FROM fetches WHERE outcome = 'over budget'")]
    assert details == ["15 pages of many were fetched in this run; 25 more wait for the next"]
    assert newsroom.query("SELECT count(*) FROM frontier WHERE state = 'waiting'") == [(25,)]


@pytest.mark.fault(63)
def test_a_source_that_becomes_due_in_a_long_run_is_polled_in_it(newsroom, web, quick):
    polled = asyncio.Event()

    async def later(call):
        if web.log.count((LATER, "/feed.xml")) == 2:
            polled.set()
        await feed(f"http://{LATER}:{web.port}/none")(call)

    async def slow(call):
        if call.path == "/feed.xml":
            await call.answer(200, rss(f"http://{HOSTILE}:{web.port}/slow"))
            return
        # The run is on its way by now. Only here does the other source become due, and this page takes until it was asked.
        with closing(sqlite3.connect(newsroom.folder / "monitor.db", timeout=30)) as db, db:
            db.execute(
                "UPDATE feeds SET due = ? WHERE source = 'later'", (time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime()),)
            )
        await asyncio.wait_for(polled.wait(), 60)
        await call.answer(404)

    newsroom.sources(later=web.on(LATER, later) + "/feed.xml")
    newsroom.crawl("feeds")
    newsroom.sources(slow=web.on(HOSTILE, slow) + "/feed.xml", later=f"http://{LATER}:{web.port}/feed.xml")
    newsroom.crawl("feeds", SCHEDULER=quick, DOWNLOAD_TIMEOUT=60)
    polls = newsroom.query("SELECT run, count(*) FROM fetches WHERE source = 'later' AND kind = 'feed' GROUP BY run ORDER BY run")
    assert polls == [(1, 1), (2, 1)]


@pytest.mark.fault(46)
def test_a_run_that_is_stopped_waits_for_no_host_that_hangs(newsroom, web):
    async def hang_at_robots(call):
        await asyncio.sleep(90)

    hang_at_robots.has_robots = True
    for host in HANGING[:6]:
        web.on(host, hang_at_robots)
    for host in HANGING[6:12]:
        web.on(host, hang)
    listed = [f"http://{host}:{web.port}/t" for host in HANGING[:12]]
    newsroom.sources(bad=web.on(HOSTILE, feed(*listed)) + "/feed.xml")
    asked = len(web.log)
    crawl = newsroom.start("feeds", DOWNLOAD_TIMEOUT=80)
    while len(web.log) < asked + 2 + 6 + 12 and crawl.poll() is None:  # the feed's two, and six and twice six of those that hang
        time.sleep(0.1)
    crawl.terminate()
    stopped = time.monotonic()
    _, said = crawl.communicate(timeout=300)
    assert time.monotonic() - stopped < 40, "of which five are theirs; the rest is this machine's load"
    assert (crawl.returncode, "Traceback" in said) == (1, False), said
    assert newsroom.query("SELECT outcome FROM runs") == [("stopped",)]
    outcomes = dict(newsroom.query("SELECT outcome, count(*) FROM fetches WHERE kind = 'article' GROUP BY 1"))
    assert outcomes == {"interrupted": 12}
    ((waiting,),) = newsroom.query("SELECT count(*) FROM frontier WHERE state = 'waiting' AND kind = 'article'")
    assert waiting == len(listed)

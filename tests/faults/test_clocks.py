"""A clock that jumps, and a server that will not tell of news: feeds are polled in time all the same, and nothing is lost."""

from __future__ import annotations

import sqlite3
import sys

import pytest

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
ITEM = "<item><title>Story {0}</title><link>http://{1}/{0}</link><guid>{0}</guid></item>"


class Outlet:
    """A feed that has one story more each time that somebody adds one; pages that answer 503 as long as they are told to."""

    def __init__(self, *, claims_no_news=False):
        self.stories = 1
        self.is_down = False
        self._claims_no_news = claims_no_news

    async def answer(self, call):
        if call.path == "/feed.xml":
            if self._claims_no_news and "if-none-match" in call.headers:
                await call.answer(304)
                return
            home = call.headers["host"]
            body = RSS.format("".join(ITEM.format(number, home) for number in range(1, self.stories + 1)))
            await call.answer(200, body, type_="application/rss+xml", ETag=f'"{0 if self._claims_no_news else self.stories}"')
        elif self.is_down:
            await call.answer(503)
        else:
            number = call.path.strip("/")
            await call.answer(200, call.article(f"Story {number}", words=f"{'day ' * int(number)} went by."))


def crawl(newsroom, at="", *arguments):
    clock = {"MONITOR_CLOCK": at} if at else {}
    done = newsroom.crawl("feeds", *arguments, RETRY_TIMES=0, **clock)
    assert done.returncode in {0, 3}, done.stderr
    return newsroom.query(
        "SELECT kind, outcome FROM fetches WHERE run = (SELECT max(id) FROM runs) AND kind <> 'robots' ORDER BY id"
    )


@pytest.mark.fault(53)
def test_a_clock_that_jumps_silences_no_feed_loses_no_page_and_makes_no_storm(newsroom, web):
    outlet = Outlet()
    newsroom.sources(outlet=web.on("127.0.7.2", outlet.answer) + "/feed.xml")
    assert crawl(newsroom, "2026-05-18T12:00:00Z") == [("feed", "feed"), ("article", "article")]

    # Five years ahead: what is polled and put off now is polled and put off by a clock that nobody else has.
    outlet.stories, outlet.is_down = 2, True
    assert crawl(newsroom, "2031-05-18T12:00:00Z") == [("feed", "feed"), ("article", "http error")]

    # Back: the feed is polled although it was polled "in five years", and the page is fetched although it waits until then.
    outlet.stories, outlet.is_down = 3, False
    assert sorted(crawl(newsroom, "2026-05-20T12:00:00Z")) == [("article", "article"), ("article", "article"), ("feed", "feed")]
    assert newsroom.query("SELECT count(*) FROM articles") == [(3,)]

    # And a moment later nothing is asked for again.
    assert crawl(newsroom, "2026-05-20T12:00:30Z") == []


@pytest.mark.fault(41)
def test_a_server_that_says_for_ever_that_nothing_changed_is_asked_without_condition_now_and_then(newsroom, web):
    outlet = Outlet(claims_no_news=True)
    newsroom.sources(outlet=web.on("127.0.7.3", outlet.answer) + "/feed.xml")
    assert crawl(newsroom, "", "everything=1") == [("feed", "feed"), ("article", "article")]
    outlet.stories = 2
    assert crawl(newsroom, "", "everything=1") == [("feed", "unchanged")]
    with sqlite3.connect(newsroom.folder / "monitor.db") as vault:
        vault.execute("UPDATE feeds SET polls = 8")  # as if six polls more had been told so
    assert crawl(newsroom, "", "everything=1") == [("feed", "feed"), ("article", "article")]


# A host may cost a run ten minutes; here it is three seconds.
IMPATIENT = """
import sys
from monitor.crawl import dispatch
dispatch._LONGEST_WAIT = 3
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""


def test_a_host_that_wants_much_time_gives_fewer_pages_in_a_run_and_the_next_goes_on(newsroom, web):
    outlet = Outlet()
    outlet.stories = 5

    async def in_no_hurry(call):
        if call.path == "/robots.txt":
            await call.answer(200, "User-agent: *\nCrawl-delay: 1\n", type_="text/plain")
        else:
            await outlet.answer(call)

    in_no_hurry.has_robots = True
    newsroom.sources(outlet=web.on("127.0.7.4", in_no_hurry) + "/feed.xml")
    for pages in (3, 3):
        process = newsroom.popen([sys.executable, "-c", IMPATIENT, *newsroom.command("feeds")[3:]])
        process.communicate(timeout=300)
        asked = newsroom.query("SELECT count(*) FROM fetches WHERE run = (SELECT max(id) FROM runs) AND status = 200")
        assert asked == [(1 + pages,)]
    assert newsroom.query("SELECT count(*) FROM articles") == [(5,)]

"""A host that asks for time gets it at once: what stands in line for it is not sent, by this run or by the next."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
HOST = "127.0.7.33"


@pytest.mark.fault(40)
def test_after_a_429_nothing_more_is_sent_to_its_host_by_this_run_or_the_next(newsroom, web):
    async def answer(call):
        if call.path == "/feed.xml":
            items = "".join(f"<item><title>{n}</title><link>http://{HOST}:{web.port}/story/{n}</link></item>" for n in range(6))
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        else:
            await call.answer(429, Retry_After="7200")

    newsroom.sources(hasty=web.on(HOST, answer) + "/feed.xml")
    for _ in range(2):
        # Slow enough that the answer to one page is there before the next is sent.
        newsroom.crawl("feeds", MONITOR_DELAY=0.5)
    assert len([path for path in web.paths(HOST) if path.startswith("/story/")]) == 1
    rows = newsroom.query("SELECT state, (julianday(due) - julianday('now')) * 86400 FROM frontier WHERE kind = 'article'")
    assert len(rows) == 6
    assert {state for state, _ in rows} == {"waiting"}
    (unsent,) = newsroom.query("SELECT count(*) FROM fetches WHERE outcome = 'too many requests' AND detail LIKE 'not sent:%'")[0]
    held = [seconds for _, seconds in rows if seconds > 6900]
    assert len(held) == unsent + 1


def age(newsroom, minutes):
    """As if so much time had passed: all that waits has waited so much longer."""
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db, db:
        for table, column in (("frontier", "due"), ("hosts", "paused_until"), ("feeds", "due")):
            earlier = f"strftime('%Y-%m-%dT%H:%M:%f000Z', {column}, '-{minutes} minutes')"
            db.execute(f"UPDATE {table} SET {column} = {earlier} WHERE {column} IS NOT NULL")


@pytest.mark.fault(70)
def test_one_page_that_always_answers_429_does_not_keep_its_host_from_all_others(newsroom, web):
    host = "127.0.7.37"

    async def answer(call):
        if call.path == "/feed.xml":
            items = "".join(f"<item><title>{n}</title><link>http://{host}:{web.port}/story/{n}</link></item>" for n in range(4))
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        elif call.path == "/story/0":
            await call.answer(429)
        else:
            await call.answer(200, call.article(f"Story {call.path}", words=" ".join(f"w{call.path[-1]}x{n}" for n in range(40))))

    newsroom.sources(hasty=web.on(host, answer) + "/feed.xml")
    newsroom.crawl("feeds", MONITOR_DELAY=0.3)
    status = newsroom.monitor("status")
    assert f"Paused: {host} asked for time until" in status.stdout
    assert f"at http://{host}:{web.port}/story/0." in status.stdout
    for _ in range(8):  # two days, six hours at a time
        age(newsroom, 6 * 60)
        newsroom.crawl("feeds", MONITOR_DELAY=0)
    assert {path for (path,) in newsroom.query("SELECT url FROM articles")} == {
        f"http://{host}:{web.port}/story/{n}" for n in (1, 2, 3)
    }
    assert web.paths(host).count("/story/0") <= 5
    assert newsroom.query("SELECT state FROM frontier WHERE url LIKE '%/story/0'") == [("done",)]


@pytest.mark.fault(71)
def test_a_challenge_that_answers_503_is_not_asked_three_times_at_once(newsroom, web):
    host = "127.0.7.38"
    page = "<html><head><title>Just a moment...</title></head><body><script src='/cdn-cgi/challenge-platform/x'></script></body>"

    async def answer(call):
        await call.answer(503, page)

    url = web.on(host, answer) + "/story"
    newsroom.crawl("related", f"urls={url}")
    assert web.paths(host).count("/story") == 1
    assert newsroom.outcomes(url) == ["challenge page"]


def test_who_gives_an_address_that_waits_is_told_until_when(newsroom, web):
    host = "127.0.7.39"

    async def answer(call):
        await call.answer(500)

    url = web.on(host, answer) + "/story"
    newsroom.crawl("related", f"urls={url}")
    again = newsroom.crawl("related", f"urls={url}")
    assert f"Not asked: {url} waits until 20" in again.stdout
    assert again.returncode == 3
    assert web.paths(host).count("/story") == 3  # the first run's three tries


def test_a_crawl_of_the_network_without_a_contact_is_warned_of(newsroom, web):
    newsroom.sources(quiet="http://127.0.7.33:9/feed.xml")
    warned, told = newsroom.crawl("feeds"), newsroom.crawl("feeds", "everything=1", MONITOR_CONTACT="https://desk.example/bot")
    assert "MONITOR_CONTACT is not set" in warned.stderr
    assert "MONITOR_CONTACT" not in told.stderr


def test_a_host_whose_robots_txt_is_slow_does_not_take_the_places_of_others(newsroom, web):
    slow, quick, count = "127.0.7.34", "127.0.7.35", 40

    async def feed(call):
        addresses = [f"http://{host}:{web.port}/story/{n}" for n in range(count) for host in (slow, quick)]
        await call.answer(200, RSS.format("".join(f"<item><link>{address}</link></item>" for address in addresses)))

    async def page(call):
        await call.answer(404)

    async def page_behind_slow_robots(call):
        for _ in range(300):
            if call.path != "/robots.txt" or len(web.paths(quick)) > count:
                break
            await asyncio.sleep(0.05)
        await call.answer(404)

    page_behind_slow_robots.has_robots = True
    web.on(quick, page)
    web.on(slow, page_behind_slow_robots)
    newsroom.sources(list=web.on("127.0.7.36", feed) + "/feed.xml")
    newsroom.crawl("feeds")
    asked = [(host, path) for host, path in web.log if host in {slow, quick} and path != "/robots.txt"]
    assert len(asked) == 2 * count
    assert {host for host, _ in asked[:count]} == {quick}

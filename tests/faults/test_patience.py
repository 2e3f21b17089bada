"""A host that asks for time gets it at once: what stands in line for it is not sent, by this run or by the next."""

import asyncio

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

"""A feed that is gone: its outlet's home page is looked at, once a day, and what it announces is told with the gap."""

from __future__ import annotations

HOST = "127.0.7.51"
HOME = '<html><head><link rel="alternate" type="application/rss+xml" href="/new.xml"></head><body><p>Bridge.</p></body></html>'


def test_the_home_page_of_a_feed_that_is_gone_says_where_another_is_and_is_asked_once_a_day(newsroom, web):
    async def answer(call):
        await (call.answer(200, HOME) if call.path == "/" else call.answer(404))

    home = web.on(HOST, answer)
    newsroom.sources(bridge=f"{home}/old.xml")
    newsroom.crawl("feeds")
    assert "/" not in web.paths(HOST)  # once may be an accident
    for _ in range(2):
        newsroom.crawl("feeds", "everything=1")
    assert web.paths(HOST).count("/") == 1
    assert web.paths(HOST).count("/old.xml") == 3
    assert newsroom.query("SELECT gap, detail FROM gaps") == [("failed", f"the home page announces another: {home}/new.xml")]
    assert newsroom.query("SELECT kind, outcome FROM fetches WHERE url = ?", f"{home}/") == [("discovery", "home page read")]

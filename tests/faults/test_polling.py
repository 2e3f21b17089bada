"""Feeds that move for ever, and when they are asked again: crawls as a user starts them, against the hostile web."""

import sys

import pytest

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
ITEM = "<item><title>Story</title><link>{}/story</link><guid>1</guid></item>"
OLD, NEW, CACHED = "127.0.7.50", "127.0.7.51", "127.0.7.52"


@pytest.fixture(scope="module")
def moved(web, new_newsroom):
    """A newsroom after three polls of a feed that has moved, and of one that is cached; the words of `--dry-run` after them."""

    async def old(call):
        await call.answer(301, Location=f"http://{NEW}:{web.port}{call.path}")

    def feed(base, **headers):
        async def answer(call):
            if call.path == "/feed.xml":
                await call.answer(200, RSS.format(ITEM.format(base)), type_="application/rss+xml", **headers)
            else:
                await call.answer(200, call.article("Story", words=f"The paper at {base} wrote of it at length."))

        return answer

    here, there = (f"http://{host}:{web.port}" for host in (NEW, CACHED))
    web.on(NEW, feed(here))
    newsroom = new_newsroom("moved")
    newsroom.sources(
        lantern=f"{web.on(OLD, old)}/feed.xml",
        cached=f"{web.on(CACHED, feed(there, Cache_Control='max-age=7200'))}/feed.xml",
    )
    newsroom.runs = [newsroom.crawl("feeds", *given) for given in ((), ("everything=1",), ("source=lantern",))]
    return newsroom


def say(newsroom, *arguments):
    process = newsroom.popen([sys.executable, "-m", "monitor.cli", *arguments])
    out, _ = process.communicate(timeout=300)
    return process.returncode, out


@pytest.mark.fault(54)
def test_a_feed_that_moved_is_followed_recorded_and_keeps_its_name(moved, web):
    assert web.paths(OLD).count("/feed.xml") == web.paths(NEW).count("/feed.xml") == 3
    assert moved.query("SELECT source, outlet FROM articles WHERE url LIKE '%' || ? || '%'", NEW) == [
        ("lantern", "Outlet lantern")
    ]
    assert moved.query("SELECT moved_to, moved FROM feeds WHERE source = 'lantern'") == [(f"http://{NEW}:{web.port}/feed.xml", 3)]


@pytest.mark.fault(54)
def test_after_three_polls_status_says_that_the_line_is_to_be_changed(moved, web):
    code, said = say(moved, "status")
    assert code == 3
    assert f"lantern (Outlet lantern): moved: has moved for ever to http://{NEW}:{web.port}/feed.xml: change its line" in said


def test_a_feed_that_is_cached_for_hours_is_not_asked_before(moved):
    ((why, minutes),) = moved.query(
        "SELECT why, (julianday(due) - julianday(polled)) * 24 * 60 FROM feeds WHERE source = 'cached'"
    )
    assert why == "its answer may be cached until then"
    assert minutes == pytest.approx(120, abs=1)


def test_what_is_not_due_is_not_asked_and_a_dry_run_says_the_same(moved):
    assert say(moved, "crawl", "--dry-run") == (0, "")
    done = moved.crawl("feeds")
    assert "Left alone: 2 sources not due yet" in done.stdout

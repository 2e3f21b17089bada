"""What befalls whole runs: kills, two at once, silence, feeds that lie. Crawls as a user starts them, against the hostile web."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from monitor.errors import StoreError

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
ITEM = (
    "<item><title>{title}</title><link>{link}</link><guid>{guid}</guid><pubDate>Tue, 12 May 2026 09:30:00 +0300</pubDate></item>"
)


def outlet(base, entries, *, links=()):
    """An outlet with so many entries in its feed; the first article cites `links`."""

    async def answer(call):
        if call.path == "/feed.xml":
            items = "".join(ITEM.format(title=f"Story {n}", link=f"{base}/story/{n}", guid=n) for n in range(entries))
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        else:
            number = call.path.rsplit("/", 1)[1]
            words = " ".join(f"{word}{number}" for word in ("alder", "birch", "cedar", "dogwood", "elm") * 8)
            await call.answer(200, call.article(f"Story {number}", words=words, links=links if number == "0" else ()))

    return answer


def content(newsroom):
    """All that a vault says, without clocks and the numbers of runs and fetches."""
    return {
        "articles": newsroom.query(
            "SELECT id, key, url, outlet, source, title, published, text, relevant, copy_group, story FROM articles ORDER BY id"
        ),
        "revisions": newsroom.query("SELECT article, number, digest FROM revisions ORDER BY article, number"),
        "urls": newsroom.query("SELECT url, article FROM article_urls ORDER BY url, article"),
        "links": newsroom.query("SELECT article, url, kind FROM links ORDER BY article, url, start"),
        "verdicts": newsroom.query("SELECT article, topic, relevant, score FROM verdicts ORDER BY article, topic"),
        "entries": newsroom.query("SELECT source, guid, url, title FROM feed_entries ORDER BY source, guid, url"),
        "frontier": newsroom.query("SELECT key, url, kind, source, depth, state FROM frontier ORDER BY key"),
        "feeds": newsroom.query("SELECT source, digest, entries, format FROM feeds ORDER BY source"),
        "copies": newsroom.query("SELECT a, b, kind FROM copies ORDER BY a, b"),
    }


@pytest.fixture(scope="module")
def outlets(web):
    """Feeds of four outlets of eight articles each; they cite an article that no feed lists."""
    unlisted = web.on("127.0.7.24", outlet("", 0)) + "/story/99"
    feeds = {}
    for n in range(20, 24):
        host = f"127.0.7.{n}"
        feeds[f"outlet{n}"] = web.on(host, outlet(f"http://{host}:{web.port}", 8, links=(unlisted,))) + "/feed.xml"
    return feeds


@pytest.fixture(scope="module")
def whole(outlets, new_newsroom):
    """A newsroom after one run that nothing disturbed."""
    newsroom = new_newsroom("whole")
    newsroom.sources(**outlets)
    done = newsroom.crawl("feeds", MONITOR_DEPTH=1)
    assert done.returncode == 0, done.stderr
    return newsroom


def test_a_run_takes_feeds_their_articles_and_what_those_cite(whole):
    assert whole.query("SELECT count(*), sum(relevant) FROM articles") == [(4 * 8 + 1, 4 * 8 + 1)]
    assert whole.query("SELECT outcome, articles, relevant FROM runs") == [("done", 33, 33)]


def pytest_generate_tests(metafunc):
    if "moment" in metafunc.fixturenames:
        metafunc.parametrize("moment", range(metafunc.config.getoption("kills")))


@pytest.fixture(scope="module")
def span(outlets, whole, new_newsroom):
    """Seconds from the vault's first byte to the end of a run that nothing disturbs, on this machine as it is now."""
    newsroom = new_newsroom("span")
    newsroom.sources(**outlets)
    run = begun(newsroom)
    began = time.monotonic()
    run.communicate(timeout=300)
    return time.monotonic() - began


def begun(newsroom):
    """A run that has just made its vault."""
    run = newsroom.start("feeds", MONITOR_DEPTH=1)
    while not (newsroom.folder / "monitor.db").exists() and run.poll() is None:
        time.sleep(0.005)
    return run


def stop(run, how, pause):
    """As the kernel, a service manager and a terminal do it: Ctrl-C goes to the workers too."""
    if how in {"SIGKILL", "SIGTERM"}:
        run.send_signal(signal.Signals[how])
        return
    for number in range(how.count("SIGINT")):
        time.sleep(number * pause)
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGINT)


def settled(newsroom):
    """Host and path of every address that is done with."""
    try:
        rows = newsroom.query("SELECT url FROM frontier WHERE state = 'done'")
    except StoreError:
        return set()  # killed before the vault had its tables
    parts = [urlsplit(url) for (url,) in rows]
    return {(part.hostname, part.path) for part in parts}


@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "SIGINT", "SIGINT-SIGINT"])
@pytest.mark.fault(46)
def test_a_stopped_run_is_resumed_to_the_same_end_and_nothing_settled_is_asked_twice(
    outlets, whole, span, newsroom, web, how, moment, request
):
    newsroom.sources(**outlets)
    chance = random.Random(f"{how} {moment}")
    first = begun(newsroom)
    # So many moments, spread over the whole of the run.
    time.sleep(span * (moment + chance.random()) / request.config.getoption("kills"))
    stop(first, how, chance.uniform(0, 0.3))
    out, said = first.communicate(timeout=300)
    assert how == "SIGKILL" or "Traceback" not in said
    if how == "SIGINT-SIGINT":
        lines = [line for line in said.splitlines() if line and "MONITOR_CONTACT" not in line] or re.findall(
            "Stopped before its end.*", out
        )
        assert first.returncode in {0, 1}
        assert len(lines) == first.returncode, said
    done, asked = settled(newsroom), len(web.log)
    second = newsroom.crawl("feeds", MONITOR_DEPTH=1)
    assert second.returncode == 0, second.stderr
    assert not done & set(web.log[asked:])
    assert newsroom.query("SELECT url FROM fetches WHERE outcome = 'parser failed'") == []
    assert content(newsroom) == content(whole)


@pytest.mark.fault(50)
def test_the_second_of_two_crawls_says_who_runs_and_fails(outlets, newsroom):
    newsroom.sources(**outlets)
    first = newsroom.start("feeds", MONITOR_DELAY=1, DOWNLOAD_DELAY=1)
    while not (newsroom.folder / "monitor.db.lock").exists() and first.poll() is None:
        time.sleep(0.01)
    time.sleep(0.3)
    second = newsroom.crawl("feeds")
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=300)
    assert second.returncode == 1
    assert f"process {first.pid} (crawl feeds" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.fault(49)
def test_a_full_disk_stops_the_run_and_the_next_one_goes_on(outlets, whole, newsroom):
    newsroom.sources(**outlets)
    # No file may grow past 200 KiB: what the kernel then says is what it says of a full disk.
    command = ["bash", "-c", 'ulimit -f 200; exec "$@"', "bash", *newsroom.command("feeds", MONITOR_DEPTH=1)]
    first = newsroom.popen(command, PYTHONDONTWRITEBYTECODE="1")  # else what Python compiles is cut too, for all tests
    _, said = first.communicate(timeout=300)
    assert first.returncode == 1
    assert str(newsroom.folder) in said.splitlines()[-1]
    second = newsroom.crawl("feeds", MONITOR_DEPTH=1)
    assert second.returncode == 0, second.stderr
    assert content(newsroom) == content(whole)


def test_who_watches_a_run_sees_a_live_line(whole, copied):
    whole = copied(whole)
    ours, theirs = os.openpty()
    process = whole.popen(whole.command("feeds", "everything=1"), stderr=theirs)
    process.communicate(timeout=300)
    os.close(theirs)
    shown = ""
    with suppress(OSError):  # EIO: a terminal that nobody has open any more has said all
        while part := os.read(ours, 1 << 20):
            shown += part.decode()
    os.close(ours)
    assert re.search(r"\r\x1b\[K\d+ outlets, \d+ pages, \d+ articles, \d+ s", shown)


@pytest.mark.fault(58)
def test_a_faulty_newsroom_starts_no_crawl(newsroom):
    newsroom.sources(wrong="gopher://nowhere.example/feed")
    done = newsroom.crawl("feeds")
    assert done.returncode == 1
    assert "sources.csv:2: feed:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (newsroom.folder / "monitor.db").exists()


class Changing:
    """Feeds whose answers change from poll to poll."""

    def __init__(self):
        self.polls = {}

    def feed(self, name, *answers):
        async def answer(call):
            if not call.path.endswith("/feed.xml"):
                await call.answer(
                    200, call.article(f"{name} {call.path}", words=f"{name} wrote of {call.path.strip('/')} at length.")
                )
                return
            number = self.polls[name] = self.polls.get(name, 0) + 1
            await answers[min(number, len(answers)) - 1](call)

        return answer


def rss(*entries, **headers):
    async def answer(call):
        base = f"http://{call.host}:{call.writer.get_extra_info('sockname')[1]}"
        items = "".join(ITEM.format(title=title, link=base + path, guid=guid) for title, path, guid in entries)
        await call.answer(200, RSS.format(items), type_="application/rss+xml", **headers)

    return answer


def by_etag(call_answer):
    """304 to who names the ETag."""

    async def answer(call):
        if call.headers.get("if-none-match") == '"v1"':
            await call.answer(304, ETag='"v1"')
        else:
            await call_answer(call)

    return answer


async def html(call):
    await call.answer(200, "<html><head><title>Access denied</title></head><body>Access denied by the provider</body></html>")


async def empty(call):
    await call.answer(200, b"", type_="application/rss+xml")


async def cut(call):
    whole = RSS.format(
        ITEM.format(title="Whole", link=f"http://{call.host}:{call.writer.get_extra_info('sockname')[1]}/whole", guid="1")
    )
    await call.answer(200, whole[: whole.index("</channel>")] + "<item><title>Only ha", type_="application/rss+xml")


async def monster(call):
    author = "a" * 60_000
    await call.answer(
        200, RSS.format(f"<managingEditor>{author}</managingEditor>" + "<!--" * 200_000), type_="application/rss+xml"
    )


async def gone(call):
    await call.answer(410)


async def moved(call):
    await call.answer(301, Location="/new/feed.xml")


async def entities(call):
    """Entities that multiply, that name a file, and a document type that lies elsewhere."""
    home = f"http://{call.host}:{call.writer.get_extra_info('sockname')[1]}"
    laughs = "".join(f'<!ENTITY ha{n} "{f"&ha{n - 1};" * 10}">' for n in range(1, 10))
    types = (
        f'<!ENTITY ha0 "ha"><!ENTITY % more SYSTEM "{home}/more.dtd">%more;<!ENTITY secret SYSTEM "file:///etc/passwd">{laughs}'
    )
    item = ITEM.format(title="A &secret; story &ha9;", link=f"{home}/one", guid="1")
    await call.answer(200, f'<?xml version="1.0"?><!DOCTYPE rss [{types}]>' + RSS[21:].format(item), type_="application/rss+xml")


@pytest.fixture(scope="module")
def polled(web, new_newsroom):
    """A newsroom after two polls of feeds with a fault each; the runs, as they ended, are in `runs`."""
    changing = Changing()
    feeds = {
        "etag": [by_etag(rss(("One", "/one", "1"), ETag='"v1"'))],
        "same": [rss(("One", "/one", "1"))],
        "guids": [rss(("One", "/one", "1")), rss(("One", "/one", "2"))],
        "shared": [rss(("One", "/one", "same"), ("Two", "/two", "same"))],
        "empty": [empty],
        "html": [html],
        "cut": [cut],
        "monster": [monster],
        "gone": [gone],
        "moved": [moved, rss(("One", "/one", "1")), moved, rss(("Two", "/two", "2"))],
        "entities": [entities],
        "badlink": [rss(("Script", "javascript:alert(1)", "1"), ("One", "/one", "2"))],
    }
    newsroom = new_newsroom("polled")
    hosts = {name: f"127.0.7.{n}" for n, name in enumerate(feeds, 30)}
    newsroom.sources(
        **{name: web.on(hosts[name], changing.feed(name, *answers)) + "/feed.xml" for name, answers in feeds.items()}
    )
    newsroom.runs = [newsroom.crawl("feeds", "everything=1", MONITOR_WORKER_CPU=5) for _ in range(2)]
    return newsroom


def polls(newsroom, name):
    return [row[0] for row in newsroom.query("SELECT outcome FROM fetches WHERE kind = 'feed' AND source = ? ORDER BY id", name)]


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        pytest.param("etag", ["feed", "unchanged"], marks=pytest.mark.fault(41)),
        ("same", ["feed", "unchanged"]),
        ("guids", ["feed", "feed"]),
        ("shared", ["feed", "unchanged"]),
        pytest.param("empty", ["not a feed", "not a feed"], marks=pytest.mark.fault(30)),
        pytest.param("html", ["blocked", "blocked"], marks=pytest.mark.fault(31)),
        pytest.param("cut", ["feed", "unchanged"], marks=pytest.mark.fault(29)),
        ("gone", ["gone", "gone"]),
        pytest.param("moved", ["redirected", "feed", "redirected", "feed"], marks=pytest.mark.fault(54)),
        ("badlink", ["feed", "unchanged"]),
    ],
)
def test_each_poll_ends_in_one_outcome(polled, name, outcomes):
    assert polls(polled, name) == outcomes


@pytest.mark.fault(27)
def test_a_feed_that_takes_parsers_minutes_costs_one_outcome(polled):
    assert polls(polled, "monster") == ["feed", "unchanged"]


@pytest.mark.fault(54)
def test_what_a_feed_that_moved_gives_stays_its_outlets(polled):
    assert polled.query("SELECT title, outlet FROM articles WHERE source = 'moved' ORDER BY title") == [
        ("moved /one", "Outlet moved"),
        ("moved /two", "Outlet moved"),
    ]
    locations = polled.query("SELECT DISTINCT location FROM fetches WHERE source = 'moved' AND outcome = 'redirected'")
    assert [str(location).endswith("/new/feed.xml") for (location,) in locations] == [True]


@pytest.mark.fault(26)
def test_entities_of_a_feed_open_and_fetch_nothing(polled, web):
    assert len(polls(polled, "entities")) == 2
    assert "/more.dtd" not in [path for _, path in web.log]
    for (said,) in polled.query("SELECT title || summary FROM feed_entries WHERE source = 'entities'"):
        assert "root:" not in str(said)
        assert len(str(said)) < 1000


@pytest.mark.fault(33)
def test_an_entry_under_changing_ids_is_one_article_and_fetched_once(polled, web):
    assert web.paths("127.0.7.32").count("/one") == 1
    assert polled.query("SELECT count(*) FROM articles WHERE source = 'guids'") == [(1,)]


@pytest.mark.fault(33)
def test_different_entries_under_one_id_are_both_kept(polled):
    assert polled.query("SELECT title FROM articles WHERE source = 'shared' ORDER BY title") == [
        ("shared /one",),
        ("shared /two",),
    ]


@pytest.mark.fault(29)
def test_of_a_cut_feed_what_is_whole_is_taken_and_it_is_said(polled):
    assert polled.query("SELECT title FROM articles WHERE source = 'cut'") == [("cut /whole",)]
    assert "cut short" in str(polled.query("SELECT detail FROM fetches WHERE kind = 'feed' AND source = 'cut'")[0][0])


@pytest.mark.fault(9)
def test_an_entry_without_an_address_that_can_be_fetched_is_counted(polled):
    assert "1 entries have no address" in str(
        polled.query("SELECT detail FROM fetches WHERE kind = 'feed' AND source = 'badlink'")[0][0]
    )


@pytest.mark.fault(57)
def test_outlets_that_gave_nothing_are_named_and_the_exit_code_is_3(polled):
    for run in polled.runs:
        assert run.returncode == 3, run.stderr
        assert "Silent, gave nothing at all: Outlet empty, Outlet gone, Outlet html, Outlet monster." in run.stdout


@pytest.mark.fault(57)
def test_a_crawl_that_collects_nothing_exits_3(newsroom):
    done = newsroom.crawl("feeds")
    assert done.returncode == 3
    assert "Nothing was collected." in done.stdout


def test_a_feed_that_was_just_polled_is_left_alone(whole, copied):
    done = copied(whole).crawl("feeds")
    assert done.returncode == 0
    assert "Left alone: 4 sources" in done.stdout
    assert "0 requests" in done.stdout


def test_a_crawl_of_an_unknown_source_is_one_clear_line_and_no_run(newsroom):
    done = newsroom.crawl("feeds", "source=nobody")
    assert done.returncode == 2
    assert "no source nobody in sources.csv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (newsroom.folder / "monitor.db").exists()

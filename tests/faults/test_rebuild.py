"""A vault is rebuilt from an archive that is damaged, or of outlets that have left the list: what can be read comes back."""

import asyncio
import json
import os
import shutil
import signal
import threading
import time

import pytest

from tests.faults.conftest import REBUILT

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
STORIES = range(3)


@pytest.fixture(scope="module")
def crawled(web, new_newsroom):
    base = f"http://127.0.7.44:{web.port}"

    async def answer(call):
        if call.path == "/feed.xml":
            items = "".join(f"<item><title>Story {n}</title><link>{base}/story/{n}</link></item>" for n in STORIES)
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        else:
            words = " ".join(f"{word}{call.path.rpartition('/')[2]}" for word in ("alder", "birch", "cedar") * 8)
            await call.answer(200, call.article(f"Story {call.path}", words=words))

    newsroom = new_newsroom("damaged")
    newsroom.sources(damaged=web.on("127.0.7.44", answer) + "/feed.xml")
    assert newsroom.crawl("feeds").returncode == 0
    return newsroom


@pytest.fixture
def lost(crawled, copied):
    """The same without its vault."""
    newsroom = copied(crawled)
    for left in newsroom.folder.glob("monitor.db*"):
        left.unlink()
    return newsroom


def entry_of(newsroom, path):
    lines = (newsroom.folder / "warc" / "log.jsonl").read_text("utf-8").splitlines()
    return next(entry for entry in map(json.loads, lines) if entry.get("url", "").endswith(path))


def texts(newsroom):
    return newsroom.query("SELECT url, title, text, outlet FROM articles ORDER BY url")


def test_of_a_damaged_archive_what_can_be_read_comes_back_and_the_rest_is_named(crawled, lost):
    feed, story = entry_of(lost, "/feed.xml"), entry_of(lost, "/story/1")
    with (lost.folder / "warc" / feed["file"]).open("r+b") as file:
        for place in (feed["offset"] + 100, story["offset"] + 100):
            file.seek(place)
            (byte,) = file.read(1)
            file.seek(place)
            file.write(bytes([byte ^ 1]))
    ran = lost.monitor("rebuild")
    assert ran.returncode == 3, ran.stderr
    for entry in (feed, story):
        assert f"{entry['file']}: offset {entry['offset']}: " in ran.stdout
    assert texts(lost) == [row for row in texts(crawled) if not row[0].endswith("/1")]


def test_articles_of_an_outlet_that_left_the_list_come_back(crawled, lost):
    lost.sources(another="http://127.0.7.45:1/feed.xml")
    ran = lost.monitor("rebuild")
    assert ran.returncode == 0, ran.stderr
    assert [row[:3] for row in texts(lost)] == [row[:3] for row in texts(crawled)]


def test_without_a_log_or_beside_a_vault_nothing_is_rebuilt(crawled, lost):
    ran = crawled.monitor("rebuild")
    assert (ran.returncode, "monitor.db is there; a vault is rebuilt where none is" in ran.stderr) == (2, True)
    shutil.rmtree(lost.folder / "warc")
    ran = lost.monitor("rebuild")
    assert (ran.returncode, "log.jsonl is not there: put the archive into" in ran.stderr) == (1, True)
    assert not list(lost.folder.glob("monitor.db*"))


@pytest.mark.fault(47)
def test_what_a_killed_run_captured_comes_back_and_the_rest_is_fetched(web, new_newsroom, copied):
    base, held = f"http://127.0.7.46:{web.port}", threading.Event()
    asked, stories = [], range(9)

    async def answer(call):
        asked.append(call.path)
        if call.path == "/feed.xml":
            items = "".join(f"<item><title>Story {n}</title><link>{base}/story/{n}</link></item>" for n in stories)
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
            return
        if call.path == f"/story/{stories[-1]}" and not held.is_set():
            held.set()
            await asyncio.sleep(300)
        words = " ".join(f"{word}{call.path.rpartition('/')[2]}" for word in ("summons", "alder", "birch", "cedar") * 8)
        await call.answer(200, call.article(f"Story {call.path}", words=words))

    killed = new_newsroom("killed")
    killed.sources(killed=web.on("127.0.7.46", answer) + "/feed.xml")
    run = killed.start("feeds")
    assert held.wait(300)
    while not texts(killed):  # those that were not held are on their way to the vault
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    before = texts(killed)
    assert 0 < len(before) < len(stories)
    again = copied(killed)
    for left in again.folder.glob("monitor.db*"):
        left.unlink()
    ran = again.monitor("rebuild")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert set(before) <= set(texts(again)), "also what was captured and not stored yet"
    for name in ("entries", "links", "findings", "places"):
        assert set(killed.query(REBUILT[name])) <= set(again.query(REBUILT[name])), name
    assert again.monitor("verify").returncode == 0
    back = [row[0] for row in texts(again)]
    asked.clear()
    assert again.crawl("feeds").returncode == 0
    assert len(texts(again)) == len(stories)
    assert sorted(set(asked) - {"/feed.xml", "/robots.txt"}) == sorted(
        f"/story/{n}" for n in stories if f"{base}/story/{n}" not in back
    )
    assert again.monitor("verify").returncode == 0

"""The log of a crawl of a hostile web, as a program reads it."""

import json
import sys

import pytest

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
ITEM = "<item><title>Story</title><link>{}</link></item>"
FORGED = "&#10;2026-05-18 12:00:00 CRITICAL the vault is gone"


@pytest.fixture
def hostile(web):
    base = f"http://127.0.7.20:{web.port}"

    async def answer(call):
        if call.path == "/feed.xml":
            items = "".join(map(ITEM.format, [f"{base}/story", f"{base}/gone", f"{base}/{FORGED}", f"javascript:{FORGED}"]))
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        elif call.path == "/story":
            await call.answer(200, call.article(f"Story {FORGED}"))
        else:
            await call.answer(410)

    return web.on("127.0.7.20", answer)


def crawl(newsroom, *command, **variables):
    process = newsroom.popen([sys.executable, "-m", *command], **variables)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, [json.loads(line) for line in err.splitlines()]


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        (["monitor.cli", "crawl", "--json"], {"MONITOR_LOG": "json"}),
        (["scrapy", "crawl", "feeds", "-s", "MONITOR_LOG=json", "-s", "MONITOR_WORKERS=1"], {}),
    ],
)
def test_every_line_is_json_and_every_request_has_one_with_its_run_outlet_and_address(newsroom, hostile, command, variables):
    newsroom.sources(hostile=f"{hostile}/feed.xml")
    code, _, lines = crawl(newsroom, *command, **variables)
    assert code == 0
    requests = [line for line in lines if "outcome" in line]
    stored = newsroom.query("SELECT url, outcome FROM fetches ORDER BY id")
    assert sorted((line["url"], line["outcome"]) for line in requests) == sorted(stored)
    assert {line["run"] for line in requests} == {1}
    assert {line["outlet"] for line in requests} == {"Outlet hostile"}
    assert {"article", "feed", "gone"} <= {line["outcome"] for line in requests}


def test_what_keeps_a_crawl_from_starting_is_json_too(newsroom):
    newsroom.sources(wrong="gopher://nowhere.example/feed")
    code, out, lines = crawl(newsroom, "monitor.cli", "crawl", MONITOR_LOG="json")
    assert (code, out, len(lines)) == (1, "", 1)
    assert "sources.csv:2: feed:" in lines[0]["message"]

"""Archives are taken in beside what we saw: by the archive's own dates, of our outlets, once, and as far as they can be read."""

from __future__ import annotations

import gzip
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.archive import read_capture, records
from monitor.archive.writer import members
from monitor.model import Capture

HOST = "127.0.7.50"
FEED = "<rss version='2.0'><channel><title>Bridge</title><item><link>{}/news/1</link></item></channel></rss>"


def archive(path: Path, *pages: tuple[str, str, str, int]) -> Path:
    """An archive as Common Crawl's of news is made: a warcinfo, then a request and a response a page, and what was said of it."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "news crawler of the tests"}))
        for url, date, body, status in pages:
            about = {"WARC-Date": date}
            type_ = "application/pdf" if url.endswith(".pdf") else "text/html; charset=utf-8"
            head = StatusAndHeaders(f"{status} Word", [("Content-Type", type_), ("X-Crawler", "1")], protocol="HTTP/1.1")
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
            response = writer.create_warc_record(
                url, "response", payload=BytesIO(body.encode()), http_headers=head, warc_headers_dict=about
            )
            request = writer.create_warc_record(url, "request", http_headers=asked, warc_headers_dict=about)
            writer.write_request_response_pair(request, response)
            said = BytesIO(b"fetchTimeMs: 12\r\n")
            writer.write_record(writer.create_warc_record(url, "metadata", payload=said, warc_headers_dict=about))
    return path


@pytest.fixture(scope="module")
def filled(new_newsroom, web, article, tmp_path_factory):
    """A vault of one crawl of the network, into which an archive was taken twice, and then a cut one."""
    newsroom = new_newsroom("backfilled")

    async def answer(call):
        if call.path == "/feed":
            await call.answer(200, FEED.format(home), type_="application/rss+xml")
        else:
            await call.answer(200, call.article("Now", words="As it stands now."))

    home = web.on(HOST, answer)
    newsroom.sources(bridge=f"{home}/feed")
    seen = newsroom.crawl("feeds")
    assert seen.returncode == 0, seen.stderr
    asked = len(web.log)
    folder = tmp_path_factory.mktemp("archives")
    whole = archive(
        folder / "CC-NEWS-20260301000000-00001.warc.gz",
        (f"{home}/news/1", "2026-03-01T10:00:00Z", article("Then", words="As it stood then."), 200),
        (f"{home}/news/1", "2026-03-02T10:00:00Z", article("Later", words="As it stood later."), 200),
        (f"{home}/news/2", "2026-03-01T11:00:00Z", article("Gone since", words="Nobody has it any more."), 200),
        (f"{home}/news/3", "2026-03-01T11:00:00Z", "not found", 404),
        (f"{home}/report.pdf", "2026-03-01T11:00:00Z", "%PDF", 200),
        (f"{home}/news/4", "2999-01-01T00:00:00Z", article("From the future", words="It has no date that can be."), 200),
        ("http://elsewhere.example/news/1", "2026-03-01T11:00:00Z", article("Elsewhere", words="Of other people."), 200),
    )
    first = newsroom.crawl("backfill", f"archives={whole}")
    rows = [newsroom.query(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("fetches", "articles", "revisions", "frontier")]
    again = newsroom.crawl("backfill", f"archives={whole}")
    same = [newsroom.query(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("fetches", "articles", "revisions", "frontier")]
    assert len(web.log) == asked
    return newsroom, home, whole, (first, again), (rows, same)


def test_pages_of_our_outlets_are_taken_and_no_request_is_made(filled):
    newsroom, home, _, (first, _), _ = filled
    assert first.returncode == 0, first.stderr
    taken = newsroom.query("SELECT url, captured FROM fetches WHERE captured IS NOT NULL ORDER BY captured")
    assert taken == [
        (f"{home}/news/1", "2026-03-01T10:00:00.000000Z"),
        (f"{home}/news/2", "2026-03-01T11:00:00.000000Z"),
        (f"{home}/news/1", "2026-03-02T10:00:00.000000Z"),
    ]


def test_taken_twice_it_is_the_same_vault(filled):
    newsroom, *_, (_, again), (rows, same) = filled
    assert again.returncode == 0, again.stderr
    assert same == rows
    gave = newsroom.query("SELECT fetches, articles FROM runs WHERE kind = 'backfill' ORDER BY id LIMIT 2")
    assert gave == [(3, 2), (0, 0)]


def test_the_page_that_we_saw_stays_the_newest_and_the_captures_are_its_earlier_texts(filled):
    newsroom, home, *_ = filled
    ((title, captured),) = newsroom.query("SELECT title, captured FROM articles WHERE url = ?", f"{home}/news/1")
    assert (title, captured) == ("Now", "2026-03-01T10:00:00.000000Z")
    texts = newsroom.query(
        "SELECT r.number, r.title FROM revisions r JOIN articles a ON a.id = r.article WHERE a.url = ? ORDER BY 1",
        f"{home}/news/1",
    )
    assert texts == [(1, "Then"), (2, "Later"), (3, "Now")]


def test_an_archives_date_is_no_time_at_which_we_saw_anything(filled):
    newsroom, *_ = filled
    ((started,),) = newsroom.query("SELECT min(started) FROM runs WHERE kind = 'backfill'")
    rows = newsroom.query(
        "SELECT first_seen >= ?, first_fetched >= ?, captured FROM articles WHERE url LIKE '%/news/2'", started, started
    )
    assert rows == [(1, 1, "2026-03-01T11:00:00.000000Z")]
    seen = newsroom.query(
        "SELECT a.first_seen = e.first_seen FROM articles a JOIN feed_entries e USING (key) WHERE a.url LIKE '%/news/1'"
    )
    assert seen == [(1,)]


def test_the_coverage_has_the_clock_of_the_archive_beside_ours(filled):
    newsroom, home, *_ = filled
    rows = dict(newsroom.query("SELECT url, captured FROM coverage"))
    assert rows == {f"{home}/news/1": "2026-03-01T10:00:00.000000Z", f"{home}/news/2": "2026-03-01T11:00:00.000000Z"}


def test_every_page_leads_to_its_bytes_which_keep_the_date_of_their_capture(filled):
    newsroom, _, whole, *_ = filled
    where = newsroom.query("SELECT warc_file, warc_offset, warc_record, digest FROM fetches WHERE captured IS NOT NULL")
    captures = [Capture(*row) for row in where]
    for capture in captures:
        assert read_capture(newsroom.folder / "warc", capture)[0] == 200
    ours = {
        (r.url, r.captured, r.payload) for file in {c.file for c in captures} for r in records(newsroom.folder / "warc" / file)
    }
    theirs = {(r.url, r.captured, r.payload) for r in records(whole)}
    assert len(ours & theirs) == 3


def test_of_damaged_archives_what_can_be_read_is_taken_and_each_damage_is_told(newsroom, tmp_path, article):
    newsroom.sources(bridge="http://bridge.example/feed")
    pages = [
        (f"http://bridge.example/news/{n}", "2026-03-01T10:00:00Z", article(f"Story {n}", words=f"Words of {n}. " * 9), 200)
        for n in range(4)
    ]
    whole = archive(tmp_path / "whole.warc.gz", *pages).read_bytes()
    begin = next(
        begin for begin, end in pairwise(members(BytesIO(whole))) if b"<h1>Story 1<" in gzip.decompress(whole[begin:end])
    )
    files = {
        "broken": whole[: begin + 90] + b"\xff" * 40 + whole[begin + 130 :],
        "cut": whole[:-900],
        "empty": b"",
        "notes": b"These are notes, and no archive.\n",
    }
    for name, content in files.items():
        (tmp_path / f"{name}.warc.gz").write_bytes(content)
    names = [str(tmp_path / f"{name}.warc.gz") for name in files]
    done = newsroom.popen([*newsroom.command("backfill")[:1], "-m", "monitor.cli", "backfill", *names])
    out, err = done.communicate(timeout=300)
    assert done.returncode == 3, err
    said = [line.removeprefix(f"Could not be read: {tmp_path}/") for line in out.splitlines() if line.startswith("Could not")]
    assert [line.split(":")[0] for line in said] == [f"{name}.warc.gz" for name in files]
    assert said[0].endswith("bytes passed over, to the next record")
    assert said[1].endswith("bytes passed over, to the end")
    assert said[2].endswith("offset 0: the file is empty; 0 bytes passed over, to the end")
    assert said[3].endswith("; 33 bytes passed over, to the end")
    taken = newsroom.query("SELECT url FROM articles ORDER BY url")
    assert len(taken) == 4, "what was broken in one archive was whole in the other"
    assert "6 captures gave 4 articles" in out

"""A page that reading was stopped at is in the archive, and read again after a mend, with nothing fetched."""

import json
import sqlite3
from contextlib import closing

import pytest

HOST = "127.0.7.48"


@pytest.mark.fault(28)
def test_what_could_not_be_read_is_read_again_out_of_the_archive(newsroom, web):
    slow = '<link rel="next" href="/slow?page=2"></head>'

    async def answer(call):
        page = call.article("Slow to read").replace("</head>", slow) if call.path == "/slow" else "No sentence here"
        await call.answer(200, page)

    base = web.on(HOST, answer)
    for path in ("slow", "none"):
        newsroom.crawl("related", f"urls={base}/{path}", MONITOR_WORKER_MEMORY=100_000_000)
    assert newsroom.query("SELECT outcome FROM fetches WHERE kind = 'article'") == [("parser stopped",), ("not an article",)]
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db, db:
        db.execute("UPDATE fetches SET outcome = 'parser failed' WHERE outcome = 'not an article'")  # as a reader of yesterday
    asked = len(web.log)
    again = newsroom.monitor("reread", "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["outcomes"] == {"article": 1, "not an article": 1}
    assert len(web.log) == asked
    (stored,) = newsroom.query("SELECT title, relevant, first_fetched FROM articles")
    assert newsroom.query("SELECT flags FROM articles") == [('["not all of its pages were read"]',)], "nobody asked for the next"
    ((finished, offset),) = newsroom.query(
        "SELECT finished, warc_offset FROM fetches WHERE kind = 'article' AND url LIKE '%/slow'"
    )
    assert stored == ("Slow to read", 1, finished)
    assert newsroom.query("SELECT warc_offset FROM fetches WHERE kind = 'reread' AND outcome = 'article'") == [(offset,)]
    assert newsroom.query("SELECT DISTINCT state FROM frontier") == [("done",)]
    assert newsroom.monitor("reread").stdout == "Read again: 0 pages.\n"


PAGE = """<!doctype html><html lang=en><head><title>Bridge mended</title><meta property='og:type' content='article'>
<meta property='article:published_time' content='2026-05-12T09:30:00+03:00'></head><body><h1>Bridge mended</h1>
<p>The old bridge over the river was opened on Monday, and the first lorries have crossed it without a hitch.</p>
<p>The engineer who repainted the zeppelin hangar repainted the railing too, in the same dark green.</p></body></html>"""


def test_a_page_without_a_word_of_a_topic_is_recorded_and_extracted_when_a_topic_asks_for_it(newsroom, web):
    async def answer(call):
        await call.answer(200, PAGE)

    base = web.on(HOST, answer)
    newsroom.crawl("related", f"urls={base}/bridge")
    stored = "SELECT title, text, flags, words, relevant, published FROM articles"
    assert newsroom.query(stored) == [
        ("Bridge mended", "", '["not extracted: no word of a topic"]', 0, 0, "2026-05-12T06:30:00.000000Z")
    ]
    assert newsroom.query("SELECT outcome FROM fetches WHERE kind = 'article'") == [("article",)]
    assert newsroom.monitor("reread").stdout == "Read again: 0 pages.\n"

    topics = newsroom.folder / "topics"
    topics.mkdir(exist_ok=True)
    (topics / "hangars.toml").write_text(
        'id = "hangars"\ntitle = {en = "Hangars", ru = "Ангары", uk = "Ангари"}\nquery = "zeppelin"\nthreshold = 0.5\n'
    )
    asked = len(web.log)
    assert "1 page to read again" in newsroom.monitor("rejudge").stdout
    assert newsroom.monitor("reread").stdout == "Read again: 1 page: 1 article.\n"
    assert len(web.log) == asked
    ((title, text, flags, _, relevant, _),) = newsroom.query(stored)
    assert (title, flags, relevant) == ("Bridge mended", "[]", 1)
    assert "zeppelin" in str(text)
    assert newsroom.query("SELECT number, revisions.text = a.text FROM revisions JOIN articles a ON a.id = article") == [(1, 1)]
    assert newsroom.monitor("reread").stdout == "Read again: 0 pages.\n"

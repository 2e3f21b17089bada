"""A page that reading was stopped at is in the archive, and read again after a mend, with nothing fetched."""

import json
import sqlite3
from contextlib import closing

import pytest

HOST = "127.0.7.48"


@pytest.mark.fault(28)
def test_what_could_not_be_read_is_read_again_out_of_the_archive(newsroom, web):
    async def answer(call):
        await (call.answer(200, call.article("Slow to read")) if call.path == "/slow" else call.answer(200, "No sentence here"))

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
    ((finished, offset),) = newsroom.query(
        "SELECT finished, warc_offset FROM fetches WHERE kind = 'article' AND url LIKE '%/slow'"
    )
    assert stored == ("Slow to read", 1, finished)
    assert newsroom.query("SELECT warc_offset FROM fetches WHERE kind = 'reread' AND outcome = 'article'") == [(offset,)]
    assert newsroom.query("SELECT DISTINCT state FROM frontier") == [("done",)]
    assert newsroom.monitor("reread").stdout == "Read again: 0 pages.\n"

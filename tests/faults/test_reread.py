"""A page that reading was stopped at is in the archive, and read again after a mend, with nothing fetched."""

import hashlib
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
    (slow_one,), (none,) = newsroom.query("SELECT outcome FROM fetches WHERE kind = 'article'")
    assert slow_one in {"parser stopped", "parser failed"}, "as the memory ends within Python or within a library"
    assert none == "not an article"
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


STORY = """<!doctype html><html lang=en><head><title>{title}</title><meta property='og:type' content='article'>
<meta property='article:published_time' content='2026-05-12T09:30:00+03:00'></head><body><h1>{title}</h1>
<p>The clerk said that a military summons had been handed to {number} men in the village of Nowhere on
Monday, and that they had ten days to answer it. Their neighbours remember the morning well, since the bus did not come.</p>
<p>The men were told to come to the office within a week, the clerk said, and to bring their papers and food.</p>
</body></html>"""
OLD = "0.1.0+yesterday000"


def as_read_by_yesterdays_reader(newsroom, number):
    """A version without its second line, and its article, as a reader that stopped too early left them."""
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db, db:
        ((title, text),) = db.execute("SELECT title, text FROM revisions WHERE number = ?", (number,)).fetchall()
        cut = text.partition("\n")[0]
        digest = hashlib.sha256(f"{title}\n{cut}".encode()).hexdigest()
        db.execute(
            "UPDATE revisions SET text = ?, digest = ?, substance = 'yesterday', reader = ? WHERE number = ?",
            (cut, digest, OLD, number),
        )
        db.execute(
            "UPDATE fetches SET version = 'yesterday' WHERE id = (SELECT fetch FROM revisions WHERE number = ?)", (number,)
        )
        db.execute("UPDATE articles SET text = ? WHERE fetch = (SELECT fetch FROM revisions WHERE number = ?)", (cut, number))
    return cut, text


def test_what_another_reader_reads_of_the_same_bytes_is_told_and_is_no_edit(newsroom, web):
    async def answer(call):
        await call.answer(200, STORY.format(title="Summonses at the works", number="forty"))

    base = web.on(HOST, answer)
    newsroom.crawl("related", f"urls={base}/works")
    ((article,),) = newsroom.query("SELECT id FROM articles")
    again = newsroom.monitor("reread", "--all")
    assert (again.returncode, again.stderr) == (0, "")
    assert "1 capture of 1 article that were read before" in again.stdout
    assert ": 0 read otherwise.\n" in again.stdout
    assert newsroom.query("SELECT count(*) FROM changed_readings") == [(0,)]
    noted = newsroom.query("SELECT name FROM newsroom_digests")
    assert {("sources",), ("lexicons",)} <= {*noted}, "by which lists and words this was read"

    cut, whole = as_read_by_yesterdays_reader(newsroom, 1)
    asked = len(web.log)
    again = newsroom.monitor("reread", article, "--json")
    said = json.loads(again.stdout)
    (change,) = said["changes"]
    assert (change["article"], change["field"], change["before"], change["after"]) == (article, "text", cut, whole)
    assert (change["reader_before"], change["reader"]) == (OLD, said["reader"])
    assert len(web.log) == asked
    assert newsroom.query("SELECT text FROM articles") == newsroom.query("SELECT text FROM revisions") == [(whole,)]
    assert newsroom.query("SELECT number, reader FROM revisions") == [(1, said["reader"])]
    assert newsroom.query("SELECT count(*) FROM version_edits") == [(0,)]
    assert newsroom.monitor("verify").returncode == 0, "the text as it is read now is in the log"

    newsroom.monitor("export", "rereadings", "-o", newsroom.folder / "list.jsonl")
    (row,) = map(json.loads, (newsroom.folder / "list.jsonl").read_text("utf-8").splitlines())
    assert (row["article"], row["field"], row["reader_before"], row["after"]) == (article, "text", OLD, whole)
    assert json.loads(newsroom.monitor("reread", article, "--json").stdout)["changes"] == []


def test_versions_that_two_readers_read_are_read_by_one_before_they_are_compared(newsroom, web):
    shown = {"number": "forty"}

    async def answer(call):
        await call.answer(200, STORY.format(title="Summonses at the works", **shown) + f"<!-- {len(web.log)} -->")

    base = web.on(HOST, answer)
    newsroom.crawl("related", f"urls={base}/works")
    cut, whole = as_read_by_yesterdays_reader(newsroom, 1)
    newsroom.crawl("recheck", "everything=1")
    assert newsroom.query("SELECT number, text FROM revisions") == [(1, whole)], "another reader makes no version"
    assert newsroom.query("SELECT count(*) FROM version_edits") == [(0,)]

    as_read_by_yesterdays_reader(newsroom, 1)
    shown["number"] = "fifty"
    newsroom.crawl("recheck", "everything=1")
    assert newsroom.query("SELECT class, before, after FROM version_edits") == [("number", "forty", "fifty")]
    assert newsroom.query("SELECT text FROM revisions WHERE number = 1") == [(whole,)]
    assert newsroom.query("SELECT before, after, reader_before FROM changed_readings")[0] == (cut, whole, OLD)


def test_an_article_whose_capture_cannot_be_had_stays_and_nothing_is_told_of_it(newsroom, web):
    async def answer(call):
        await call.answer(200, STORY.format(title="Summonses at the works", number="forty"))

    base = web.on(HOST, answer)
    newsroom.crawl("related", f"urls={base}/works")
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db, db:
        db.execute("UPDATE fetches SET digest = replace(digest, 'sha256:', 'sha256:0') WHERE article IS NOT NULL")
    before = newsroom.query("SELECT * FROM articles")
    again = newsroom.monitor("reread", "--all")
    assert again.returncode == 3
    assert "Cannot be read again:" in again.stdout
    assert newsroom.query("SELECT * FROM changed_readings") == [], "that says nothing of the page"
    assert newsroom.query("SELECT * FROM articles") == before


def test_a_page_that_was_taken_for_none_becomes_an_article(newsroom, web):
    async def answer(call):
        await call.answer(200, STORY.format(title="Summonses at the works", number="forty"))

    base = web.on(HOST, answer)
    newsroom.crawl("related", f"urls={base}/works")
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db, db:
        db.execute("PRAGMA foreign_keys = OFF")
        for table in ("revisions", "article_urls", "looks", "new_looks", "articles"):
            db.execute(f"DELETE FROM {table}")
        db.execute("UPDATE fetches SET outcome = 'not an article', article = NULL WHERE article IS NOT NULL")
    assert newsroom.monitor("reread").stdout == "Read again: 0 pages.\n"
    assert newsroom.monitor("reread", "--all").stdout == "Read again: 1 page: 1 article.\n"
    assert newsroom.query("SELECT title, relevant FROM articles") == [("Summonses at the works", 1)]


def test_only_what_is_there_can_be_read_again(newsroom, web):
    refused = newsroom.monitor("reread", "nothing")
    assert refused.returncode == 2
    assert "nothing: no article here" in refused.stderr
    refused = newsroom.monitor("reread", "nothing", "--all")
    assert refused.returncode == 2
    assert "exclude each other" in refused.stderr

"""A page that reading was stopped at is in the archive, and read again after a mend, with nothing fetched."""

import hashlib
import json
import sqlite3
from contextlib import closing

import pytest

HOST = "127.0.7.48"


@pytest.mark.fault(28)
def test_what_could_not_be_read_is_read_again_out_of_the_archive(newsroom, web):
    # A worker whose limit lies below what it has as it starts cannot hold the page, however little it has to do for it.
    slow = f'<link rel="next" href="/slow?page=2"><!-- {"large " * 500_000}--></head>'

    async def answer(call):
        page = call.article("Slow to read").replace("</head>", slow) if call.path == "/slow" else "No sentence here"
        await call.answer(200, page)

    base = web.on(HOST, answer)
    newsroom.crawl("related", f"urls={base}/slow", MONITOR_WORKER_MEMORY=100_000_000)
    newsroom.crawl("related", f"urls={base}/none")
    (slow_one,), (none,) = newsroom.query("SELECT outcome FROM fetches WHERE kind = 'article'")
    assert slow_one in {"parser stopped", "parser failed"}, "as the memory ends within Python or within a library"
    assert none == "not an article"
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db, db:
        db.execute("UPDATE fetches SET outcome = 'parser failed' WHERE outcome = 'not an article'")  # as a parser of yesterday
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


def as_read_by_yesterdays_parser(newsroom, number):
    """A version without its second line, and its article, as a parser that stopped too early left them."""
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db, db:
        ((title, text),) = db.execute("SELECT title, text FROM revisions WHERE number = ?", (number,)).fetchall()
        cut = text.partition("\n")[0]
        digest = hashlib.sha256(f"{title}\n{cut}".encode()).hexdigest()
        db.execute(
            "UPDATE revisions SET text = ?, digest = ?, substance = 'yesterday', parser = ? WHERE number = ?",
            (cut, digest, OLD, number),
        )
        db.execute(
            "UPDATE fetches SET version = 'yesterday' WHERE id = (SELECT fetch FROM revisions WHERE number = ?)", (number,)
        )
        db.execute("UPDATE articles SET text = ? WHERE fetch = (SELECT fetch FROM revisions WHERE number = ?)", (cut, number))
    return cut, text


def test_what_another_parser_reads_of_the_same_bytes_is_told_and_is_no_edit(newsroom, web):
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

    cut, whole = as_read_by_yesterdays_parser(newsroom, 1)
    asked = len(web.log)
    again = newsroom.monitor("reread", article, "--json")
    said = json.loads(again.stdout)
    (change,) = said["changes"]
    assert (change["article"], change["field"], change["before"], change["after"]) == (article, "text", cut, whole)
    assert (change["parser_before"], change["parser"]) == (OLD, said["parser"])
    assert len(web.log) == asked
    assert newsroom.query("SELECT text FROM articles") == newsroom.query("SELECT text FROM revisions") == [(whole,)]
    assert newsroom.query("SELECT number, parser FROM revisions") == [(1, said["parser"])]
    assert newsroom.query("SELECT count(*) FROM version_edits") == [(0,)]
    assert newsroom.monitor("verify").returncode == 0, "the text as it is read now is in the log"

    newsroom.monitor("export", "rereadings", "-o", newsroom.folder / "list.jsonl")
    (row,) = map(json.loads, (newsroom.folder / "list.jsonl").read_text("utf-8").splitlines())
    assert (row["article"], row["field"], row["parser_before"], row["after"]) == (article, "text", OLD, whole)
    assert json.loads(newsroom.monitor("reread", article, "--json").stdout)["changes"] == []


def test_versions_that_two_parsers_read_are_read_by_one_before_they_are_compared(newsroom, web):
    shown = {"number": "forty"}

    async def answer(call):
        await call.answer(200, STORY.format(title="Summonses at the works", **shown) + f"<!-- {len(web.log)} -->")

    base = web.on(HOST, answer)
    newsroom.crawl("related", f"urls={base}/works")
    cut, whole = as_read_by_yesterdays_parser(newsroom, 1)
    newsroom.crawl("recheck", "everything=1")
    assert newsroom.query("SELECT number, text FROM revisions") == [(1, whole)], "another parser makes no version"
    assert newsroom.query("SELECT count(*) FROM version_edits") == [(0,)]

    as_read_by_yesterdays_parser(newsroom, 1)
    shown["number"] = "fifty"
    newsroom.crawl("recheck", "everything=1")
    assert newsroom.query("SELECT class, before, after FROM version_edits") == [("number", "forty", "fifty")]
    assert newsroom.query("SELECT text FROM revisions WHERE number = 1") == [(whole,)]
    assert newsroom.query("SELECT before, after, parser_before FROM changed_readings")[0] == (cut, whole, OLD)


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


def cut_all(newsroom, where):
    """Each version of these articles without its last ten letters, and the articles, as another parser left them; the texts."""
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db, db:
        named = f"SELECT id FROM articles a WHERE {where}"
        db.execute(f"UPDATE articles SET text = substr(text, 1, length(text) - 10) WHERE id IN ({named})")
        rows = db.execute(f"SELECT article, number, title, text FROM revisions WHERE article IN ({named})").fetchall()
        for article, number, title, text in rows:
            digest = hashlib.sha256(f"{title}\n{text[:-10]}".encode()).hexdigest()
            db.execute(
                "UPDATE revisions SET text = ?, digest = ?, substance = ?, parser = ? WHERE article = ? AND number = ?",
                (text[:-10], digest, digest[:9], OLD, article, number),
            )
    return {(article, number): text for article, number, _, text in rows}


def versions(newsroom):
    return {(article, number): text for article, number, text in newsroom.query("SELECT article, number, text FROM revisions")}


POST = """<html><body><section class="tgme_channel_history"><div class="tgme_widget_message_wrap">
<div class="tgme_widget_message" data-post="zarya/{number}"><div class="tgme_widget_message_text">Summonses at the works.<br>
A military summons was handed to {men} men in the village of Nowhere on Monday, and they had ten days.</div>
<a class="tgme_widget_message_date">
<time datetime="2026-05-12T09:00:00+03:00"></time></a></div></div></section></body></html>"""


def test_posts_are_read_again_out_of_their_channels_pages(newsroom, web):
    shown = {"men": "forty"}

    async def answer(call):
        await call.answer(200, POST.format(number=7, **shown))

    newsroom.sources(zarya=f"{web.on(HOST, answer)}/s/zarya")
    newsroom.crawl("feeds", "everything=1")
    shown["men"] = "fifty"
    newsroom.crawl("feeds", "everything=1")
    assert newsroom.query("SELECT class, before, after FROM version_edits") == [("number", "forty", "fifty")]
    before = versions(newsroom)
    assert len(before) == 2

    assert ": 0 read otherwise." in newsroom.monitor("reread", "--all").stdout
    assert cut_all(newsroom, "true") == before
    asked = len(web.log)
    said = json.loads(newsroom.monitor("reread", "--all", "--json").stdout)
    assert [change["field"] for change in said["changes"]] == ["text", "text"]
    assert [change["parser_before"] for change in said["changes"]] == [OLD, OLD]
    assert versions(newsroom) == before
    assert newsroom.query("SELECT a.text = r.text FROM articles a JOIN revisions r ON r.article = a.id AND number = 2") == [(1,)]
    assert newsroom.query("SELECT class, before, after FROM version_edits") == [("number", "forty", "fifty")]
    assert len(web.log) == asked


ITEM = """<item><title>The {name} story</title><link>{base}/{name}</link><author>clerk@nowhere.test (A Clerk)</author>
<content:encoded>{text}</content:encoded></item>"""
RSS = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{}</channel></rss>'


def test_texts_of_feeds_are_read_again_out_of_them(newsroom, web, article):
    text = " ".join(f"A military summons was handed to man number {n} in the village of Nowhere on Monday." for n in range(12))

    async def answer(call):
        if call.path == "/feed.xml":
            items = "".join(ITEM.format(name=name, base=f"http://{HOST}:{web.port}", text=text) for name in ("gone", "teaser"))
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        elif call.path == "/teaser":
            await call.answer(200, call.article("The teaser story").replace("The clerk said that", "In short,"))
        else:
            await call.answer(410, "Gone.")

    newsroom.sources(full=f"{web.on(HOST, answer)}/feed.xml")
    newsroom.crawl("feeds", "everything=1")
    assert newsroom.query("SELECT count(*) FROM articles WHERE flags LIKE '%text from the feed%' AND text = ?", text) == [(2,)]
    before, rows = versions(newsroom), newsroom.query("SELECT * FROM articles ORDER BY id")
    assert "2 captures of 2 articles" in newsroom.monitor("reread", "--all").stdout
    assert newsroom.query("SELECT * FROM changed_readings") == []
    cut_all(newsroom, "true")
    said = json.loads(newsroom.monitor("reread", "--all", "--json").stdout)
    assert [(change["field"], change["after"]) for change in said["changes"]] == [("text", text)] * 2
    assert (versions(newsroom), newsroom.query("SELECT * FROM articles ORDER BY id")) == (before, rows)

    cut_all(newsroom, "true")
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db, db:
        second = "NEW.article = (SELECT max(id) FROM articles)"
        db.execute(f"CREATE TRIGGER full BEFORE UPDATE ON revisions WHEN {second} BEGIN SELECT RAISE(ABORT, 'full'); END")
    failed = newsroom.monitor("reread", "--all", "--json")
    assert failed.returncode != 0
    assert "full" in failed.stderr
    assert len(json.loads(failed.stdout)["changes"]) == 1, "an object also of a run that fails"


def test_a_page_that_was_not_extracted_is_read_again_as_far_as_it_is(newsroom, web):
    async def answer(call):
        await call.answer(200, PAGE)

    newsroom.crawl("related", f"urls={web.on(HOST, answer)}/bridge")
    assert "1 capture of 1 article that were read before" in newsroom.monitor("reread", "--all").stdout
    before = newsroom.query("SELECT * FROM articles")
    with closing(sqlite3.connect(newsroom.folder / "monitor.db")) as db, db:
        db.execute("UPDATE articles SET title = 'Bridge'")
        digest = hashlib.sha256(b"Bridge\n").hexdigest()
        db.execute("UPDATE revisions SET title = 'Bridge', digest = ?, substance = 'x', parser = ?", (digest, OLD))
    (change,) = json.loads(newsroom.monitor("reread", "--all", "--json").stdout)["changes"]
    assert (change["field"], change["before"], change["after"]) == ("title", "Bridge", "Bridge mended")
    assert newsroom.query("SELECT * FROM articles") == before, "and is not extracted"


def test_only_what_is_there_can_be_read_again(newsroom, web):
    refused = newsroom.monitor("reread", "nothing")
    assert refused.returncode == 2
    assert "nothing: no article here" in refused.stderr
    refused = newsroom.monitor("reread", "nothing", "--all")
    assert refused.returncode == 2
    assert "exclude each other" in refused.stderr

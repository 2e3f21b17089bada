"""Where a page cannot be had, or says less, its feed's own text is the article, and says so."""

import json

import pytest

FEED = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{}</channel></rss>'
)
CASES = {
    "challenge": (403, "<title>Just a moment...</title><body><script src='/cdn-cgi/challenge-platform/x'></script></body>"),
    "refused": (401, "No."),
    "gone": (410, "Gone."),
    "teaser": (200, None),
    "closed": (200, "never asked"),
    "open": (200, None),
    "later": (410, "Gone, and back."),
    "bare": (410, "Gone, and its feed has no text of it."),
}


@pytest.fixture(scope="module")
def crawled(web, new_newsroom, article):
    host = "127.0.7.40"

    def text(name, count=12):
        return " ".join(
            f"Sentence {n} of the {name}: a military summons was handed to man number {n} in the village of Nowhere."
            for n in range(count)
        )

    async def answer(call):
        name = call.path.strip("/").split("/")[-1]
        if call.path == "/feed.xml":
            items = "".join(
                f"<item><title>The {case} story</title><link>http://{host}:{web.port}/{case}</link>"
                + ("" if case == "bare" else f"<content:encoded>{text(case)}</content:encoded>")
                + "</item>"
                for case in CASES
            )
            await call.answer(200, FEED.format(items), type_="application/rss+xml")
        elif call.path == "/robots.txt":
            await call.answer(200, "User-agent: *\nDisallow: /closed\n", type_="text/plain")
        elif name == "teaser":
            await call.answer(200, call.article("The teaser story").replace("The clerk said that", "In short,"))
        elif name == "open":
            links = (f"http://{host}:{web.port}/pictures", f"http://{host}:{web.port}/wall")
            await call.answer(200, call.article("The open story", words=text("open"), links=links))
        elif name == "pictures":
            await call.answer(200, "<title>A raid in pictures</title><h1>A raid in pictures</h1><img src=/1.jpg><img src=/2.jpg>")
        elif name == "wall":
            await call.answer(*CASES["challenge"])
        else:
            status, body = CASES[name]
            await call.answer(status, body)

    answer.has_robots = True
    newsroom = new_newsroom("texts")
    newsroom.sources(full=web.on(host, answer) + "/feed.xml")
    newsroom.run = newsroom.crawl("feeds")
    newsroom.base = f"http://{host}:{web.port}"
    newsroom.text = text
    return newsroom


@pytest.mark.fault(32)
@pytest.mark.parametrize("case", ["challenge", "refused", "gone", "closed"])
def test_where_the_page_cannot_be_had_the_feeds_text_is_the_article(crawled, case):
    (row,) = crawled.query("SELECT text, title, outlet, flags, relevant FROM articles WHERE url = ?", f"{crawled.base}/{case}")
    assert row[:3] == (crawled.text(case), f"The {case} story", "Outlet full")
    assert (json.loads(row[3]), row[4]) == (["text from the feed"], 1)


@pytest.mark.fault(32)
def test_its_capture_is_the_feed_and_the_pages_own_outcome_stays(crawled):
    ((file, offset),) = crawled.query("SELECT warc_file, warc_offset FROM fetches WHERE kind = 'feed'")
    for case, outcome in (
        ("challenge", "challenge page"),
        ("refused", "blocked"),
        ("gone", "gone"),
        ("closed", "closed by robots.txt"),
    ):
        rows = crawled.query(
            "SELECT kind, outcome, warc_file, warc_offset FROM fetches WHERE url = ? ORDER BY id", f"{crawled.base}/{case}"
        )
        assert [row[:2] for row in rows] == [("article", outcome), ("feed text", "article")]
        assert rows[1][2:] == (file, offset)


def test_where_the_page_says_much_less_its_feeds_text_stands_in_its_place(crawled):
    ((text, flags),) = crawled.query("SELECT text, flags FROM articles WHERE url = ?", f"{crawled.base}/teaser")
    assert text == crawled.text("teaser")
    assert "text from the feed" in flags


def test_where_the_page_says_as_much_it_is_the_article(crawled):
    ((flags,),) = crawled.query("SELECT flags FROM articles WHERE url = ?", f"{crawled.base}/open")
    assert "text from the feed" not in flags


def test_without_a_text_the_title_is_shown_where_it_was_skipped(crawled):
    assert crawled.query("SELECT title, outcome FROM skipped WHERE url = ?", f"{crawled.base}/bare") == [
        ("The bare story", "gone")
    ]


def test_when_the_page_can_be_had_at_last_it_takes_the_place_and_was_not_edited(crawled, web, article):
    async def answer(call):
        await call.answer(200, article("The later story", words=crawled.text("later")))

    web.on("127.0.7.40", answer)
    run = crawled.crawl("related", f"urls={crawled.base}/later")
    assert run.returncode == 0, run.stdout
    ((flags, revisions),) = crawled.query(
        "SELECT flags, (SELECT count(*) FROM revisions WHERE article = articles.id) FROM articles WHERE url = ?",
        f"{crawled.base}/later",
    )
    assert "text from the feed" not in flags
    assert revisions == 1


def test_texts_of_feeds_and_what_took_their_place_come_back_from_the_archive(crawled, rebuilt):
    rebuilt(crawled)


def test_a_page_without_a_text_is_shown_by_its_title_and_one_that_stands_in_its_place_has_none(crawled):
    titles = dict(crawled.query("SELECT url, title FROM skipped WHERE referrer = ?", f"{crawled.base}/open"))
    assert titles == {f"{crawled.base}/pictures": "A raid in pictures", f"{crawled.base}/wall": ""}

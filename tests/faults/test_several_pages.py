"""An article that stands on several pages is one article: its pages are fetched, each on its own, and joined. Real crawls."""

import json

import pytest

from monitor.crawl.pages import MOST

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
CASES = ("whole", "scroll", "endless", "broken", "loop", "same", "paths")


def body_of(call, case, number, *, of=3, title=None):
    """Page `number` of a story; each names the next."""
    page = call.article(title or f"The {case} story", words=f"{case} part {number}.")
    following = {"loop": (number % of) + 1}.get(case, number + 1)
    if case in {"endless", "loop", "scroll", "same"} or number < of:
        page = page.replace("</head>", f'<link rel="next" href="/{case}?page={following}"></head>')
    if case == "paths":
        numbers = "".join(f'<a href="/paths/{n}">{n}</a>' for n in range(1, of + 1) if n != number)
        page = page.replace('<link rel="next"', "<link").replace("</body>", f"<p>{numbers}</p></body>")
    return page


@pytest.fixture(scope="module")
def crawled(web, new_newsroom):
    """A newsroom after a crawl of a feed whose stories go on, and a crawl's look at them again while one page is down."""
    host, state = "127.0.7.61", {"broken": 503, "edited": ""}

    async def answer(call):
        path, _, query = call.path.replace("/paths/", "/paths?page=").partition("?page=")
        case, number = path.strip("/"), int(query or 1)
        if path == "/feed.xml":
            links = (f"http://{host}:{web.port}/{case}" for case in CASES)
            items = "".join(f"<item><title>A story</title><link>{link}</link></item>" for link in links)
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        elif case == "broken" and number == 2 and state["broken"] != 200:
            await call.answer(state["broken"])
        elif case == "scroll" and number > 1:
            await call.answer(200, body_of(call, case, number, title=f"Another matter of {'xyz'[number % 3] * 9}"))
        elif case == "same":
            await call.answer(200, body_of(call, case, 1))
        else:
            await call.answer(200, body_of(call, case, number).replace("clerk", state["edited"] or "clerk"))

    newsroom = new_newsroom("several-pages")
    newsroom.base, newsroom.state = web.on(host, answer), state
    newsroom.sources(several=newsroom.base + "/feed.xml")
    newsroom.run = newsroom.crawl("feeds", MONITOR_HOST_PAGES=100)
    newsroom.first = newsroom.query("SELECT url, text, flags FROM articles ORDER BY url")
    newsroom.skipped = newsroom.query("SELECT url, kind, outcome FROM skipped ORDER BY url")
    state |= {"broken": 200}
    newsroom.again = newsroom.crawl("recheck", "everything=1")
    newsroom.revised = newsroom.query("SELECT a.url FROM revisions r JOIN articles a ON a.id = r.article WHERE r.number > 1")
    newsroom.mended = newsroom.query("SELECT text, flags FROM articles WHERE url LIKE '%/broken'")
    state |= {"broken": 503, "edited": "registrar"}
    newsroom.third = newsroom.crawl("recheck", "everything=1")
    return newsroom


def text_of(rows, case):
    (found,) = ((str(text), json.loads(str(flags))) for url, text, flags in rows if str(url).endswith(f"/{case}"))
    return found


def parts(text, case):
    return [n for n in range(1, 2 * MOST) if f"{case} part {n}." in text]


def test_its_pages_are_joined_in_order_and_each_has_its_row_and_its_capture(crawled):
    assert crawled.run.returncode == 0, crawled.run.stderr
    text, flags = text_of(crawled.first, "whole")
    assert parts(text, "whole") == [1, 2, 3]
    assert text.index("part 1") < text.index("part 2") < text.index("part 3")
    assert flags == ["joined from several pages"]
    rows = crawled.query(
        "SELECT f.url, f.kind, f.outcome, f.warc_offset IS NOT NULL FROM fetches f JOIN articles a ON a.id = f.article"
        " WHERE a.url LIKE '%/whole' AND f.run = 1 ORDER BY f.id"
    )
    assert [(str(url).removeprefix(crawled.base), *rest) for url, *rest in rows] == [
        ("/whole?page=2", "page", "article", 1),
        ("/whole?page=3", "page", "article", 1),
        ("/whole", "article", "article", 1),
    ]
    assert len(crawled.first) == len(CASES), "a further page is no article of its own"


def test_pages_that_links_only_number_are_joined_to_the_last(crawled):
    text, flags = text_of(crawled.first, "paths")
    assert (parts(text, "paths"), flags) == ([1, 2, 3], ["joined from several pages"])
    assert [crawled.outcomes(f"{crawled.base}/paths/{n}")[:1] for n in (1, 2, 3)] == [[], ["article"], ["article"]]


def test_the_next_article_of_a_scroll_is_not_taken_for_a_page(crawled):
    text, flags = text_of(crawled.first, "scroll")
    assert (parts(text, "scroll"), flags) == ([1], [])
    assert crawled.outcomes(f"{crawled.base}/scroll?page=2")[:1] == ["not an article"]
    assert crawled.outcomes(f"{crawled.base}/scroll?page=3") == []


def test_pages_without_end_are_joined_within_reason(crawled):
    text, flags = text_of(crawled.first, "endless")
    assert parts(text, "endless") == list(range(1, MOST + 1))
    assert flags == ["joined from several pages", "not all of its pages were read"]
    assert crawled.outcomes(f"{crawled.base}/endless?page={MOST + 1}") == []


def test_pages_that_lead_in_a_circle_or_repeat_the_first_are_asked_once(crawled):
    assert parts(text_of(crawled.first, "loop")[0], "loop") == [1, 2, 3]
    assert parts(text_of(crawled.first, "same")[0], "same") == [1]
    assert len(crawled.query("SELECT 1 FROM fetches WHERE run = 1 AND url LIKE '%/same?page=%'")) == 1


def test_a_page_that_cannot_be_had_is_told_and_comes_with_another_look_which_is_no_edit(crawled):
    text, flags = text_of(crawled.first, "broken")
    assert (parts(text, "broken"), flags) == ([1], ["not all of its pages were read"])
    assert (f"{crawled.base}/broken?page=2", "page", "http error") in crawled.skipped
    assert crawled.again.returncode == 0, crawled.again.stderr
    ((text, flags),) = crawled.mended
    assert parts(text, "broken") == [1, 2, 3]
    assert json.loads(flags) == ["joined from several pages"]
    assert crawled.revised == []


def test_a_page_that_is_down_for_once_takes_nothing_from_an_article_and_an_edit_of_another_page_is_seen(crawled):
    assert crawled.third.returncode == 0, crawled.third.stderr
    ((text, _),) = crawled.query("SELECT text, flags FROM articles WHERE url LIKE '%/broken'")
    assert parts(text, "broken") == [1, 2, 3]
    assert crawled.query("SELECT number FROM revisions r JOIN articles a ON a.id = r.article WHERE a.url LIKE '%/broken'") == [
        (1,)
    ]
    ((text,),) = crawled.query("SELECT text FROM articles WHERE url LIKE '%/whole'")
    assert "clerk" not in str(text)


def test_articles_of_several_pages_come_back_from_the_archive(crawled, rebuilt):
    rebuilt(crawled)

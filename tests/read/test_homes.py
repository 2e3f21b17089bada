"""Of a home page the articles that it links to are taken, and not what stands around them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import url_identity
from monitor.model import Feed, Outcome, Rejection
from monitor.press import MOMENTS
from monitor.press.pages import View
from monitor.press.site import answer
from monitor.press.world import load
from monitor.read.home import read_home

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
URL = "https://zarya.example/"
PAGE = """<!doctype html><html lang="ru"><head><title>Заря: новости</title></head><body>
<header class="site-head"><nav>
<a href="/politics/2026-all-the-news-of-the-year">Политика и власть за год</a></nav></header>
<div class="main-menu">
<a href="/special/about-the-war-and-people">Особый раздел о людях</a></div>
<main><div class="card"><a href="/news/most-cherez-reku"><img src="/m.jpg" alt=""></a>
<h2><a href="/news/most-cherez-reku">Мост через реку закрыли на ремонт</a></h2>
<a href="/tag/most">мост и река</a></div>
<a class="card" href="/story/17?from=home">
<span>Общество</span><h3>Школа осталась без отопления</h3><p>Родители собрались у ворот.</p></a>
<a href="https://elsewhere.example/news/partners-news-of-today-1">Новости наших партнёров сегодня</a>
<a href="/files/report-of-the-year-2026.pdf">Отчёт редакции за весь год</a>
<a href="javascript:alert(1)">Открыть окно с новостью 12</a>
<a href="/author/ivan-ivanovich-ivanov">Иван Иванович Иванов</a><a href="/news/12345">Далее</a>
<a href="/">Заря, новости города и края</a></main>
<footer><a href="/docs/rules-of-our-site-2026">Правила пользования нашим сайтом</a></footer></body></html>"""


def found(body: str) -> dict[str, str]:
    page = read_home(body.encode(), URL, "text/html; charset=utf-8", now=NOW)
    assert isinstance(page, Feed), page
    return {entry.url.removeprefix(URL): entry.title for entry in page.entries}


def test_articles_are_taken_by_their_titles_and_nothing_around_them() -> None:
    assert found(PAGE) == {
        "news/most-cherez-reku": "Мост через реку закрыли на ремонт",
        "story/17?from=home": "Школа осталась без отопления",
    }


def test_the_page_is_a_feed_without_dates_in_its_own_language() -> None:
    page = read_home(PAGE.encode(), URL, now=NOW)
    assert isinstance(page, Feed)
    assert (page.format, page.language, page.title) == ("home", "ru", "Заря: новости")
    assert all(entry.published is entry.updated is None for entry in page.entries)


def test_of_every_outlet_of_the_press_at_least_99_in_100_articles_are_found_and_nothing_else() -> None:
    world = load()
    view = View(world, MOMENTS[2], 8765)
    listed, taken = set(), set()
    for outlet in world.outlets.values():
        page = answer(view, outlet, "/", {})
        home = read_home(page.body, view.url(outlet), dict(page.headers)["Content-Type"], now=MOMENTS[2])
        assert isinstance(home, Feed)
        listed |= {url_identity(view.url(outlet, piece.path)) for piece in world.newest(outlet.id, MOMENTS[2], 50)}
        taken |= {url_identity(entry.url) for entry in home.entries}
    assert taken <= listed
    assert len(taken) >= 0.99 * len(listed) > 190


def test_a_page_with_more_links_than_a_home_page_has_is_cut_and_says_so() -> None:
    page = read_home("".join(f"<a href='/{n}'>Новость номер {n} сегодня</a>" for n in range(400)).encode(), URL, now=NOW)
    assert isinstance(page, Feed)
    assert (len(page.entries), page.left_out) == (300, 100)
    assert "left out: 100" in " ".join(page.flags)


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        ("<html><body><div id=root></div><script src=/app.js></script>", Outcome.NOT_A_FEED, "made by scripts"),
        ("<html><title>Just a moment...</title><p>Checking your browser", Outcome.CHALLENGE, "page says"),
        ("", Outcome.NOT_A_FEED, "empty"),
        ("<rss version='2.0'><channel></channel></rss>", Outcome.NOT_A_FEED, "feed"),
    ],
)
def test_a_page_without_articles_says_what_it_is(body: str, outcome: Outcome, words: str) -> None:
    page = read_home(body.encode(), URL, now=NOW)
    assert isinstance(page, Rejection)
    assert page.outcome is outcome
    assert words in page.detail


@given(st.binary(max_size=300), st.integers(0, 900), st.integers(0, 900))
def test_no_bytes_make_it_raise(noise: bytes, start: int, end: int) -> None:
    body = PAGE.encode()
    read_home(body[:start] + noise + body[end:], URL, now=NOW)

"""The next page of an article is told; the next article of an endless scroll is not."""

from datetime import UTC, datetime

import pytest

from monitor.model import Article
from monitor.read.address import is_next_page
from monitor.read.article import read_page

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
URL = "https://zarya.example/2026/05/bridge.html"


@pytest.mark.parametrize(
    ("url", "other", "is_next"),
    [
        (URL, "https://zarya.example/2026/05/bridge.html?page=2", True),
        (URL, "https://zarya.example/2026/05/bridge-2.html", True),
        ("https://zarya.example/bridge/", "https://zarya.example/bridge/2/", True),
        ("https://zarya.example/bridge/", "https://zarya.example/bridge/page/2/", True),
        ("https://zarya.example/bridge/page/2/", "https://zarya.example/bridge/page/3/", True),
        (URL, "https://zarya.example/2026/05/ferry.html", False),
        (URL, URL, False),
        ("https://zarya.example/news/4711", "https://zarya.example/news/4712", False),
        ("https://zarya.example/news/4711.html", "https://zarya.example/news/4710.html", False),
        (URL, "https://other.example/2026/05/bridge.html?page=2", False),
        ("https://zarya.example/?id=1", "https://zarya.example/?id=2", False),
        ("https://zarya.example/?id=1", "https://zarya.example/?id=1&page=2", True),
    ],
)
def test_another_page_differs_in_its_number_alone(url: str, other: str, is_next: bool) -> None:
    assert is_next_page(url, other) == is_next


@pytest.mark.parametrize("link", ['<link rel="next" href="?page=2">', '<a rel="next" href="/2026/05/bridge.html?page=2">2</a>'])
def test_an_article_names_its_next_page(link: str) -> None:
    text = "".join(f"<p>В районе {n} повестки вручали вечером, и жители спрашивали о порядке обжалования.</p>" for n in range(5))
    page = f"<html><head><title>Мост закрыли до июня</title></head><body><h1>Мост закрыли до июня</h1>{text}{link}</body></html>"
    article = read_page(page.encode(), URL, now=NOW)
    assert isinstance(article, Article)
    assert article.next_page == f"{URL}?page=2"


BRIDGE = "https://zarya.example/bridge/"


def next_page(url: str, links: str, first: str = "") -> str:
    text = "".join(f"<p>В районе {n} повестки вручали вечером, и жители спрашивали о порядке обжалования.</p>" for n in range(5))
    page = f"<html><head><title>Мост закрыли до июня</title></head><body><h1>Мост закрыли до июня</h1>{text}{links}</body></html>"
    article = read_page(page.encode(), url, now=NOW, first=first)
    assert isinstance(article, Article)
    return article.next_page


@pytest.mark.parametrize(
    ("url", "links", "expected"),
    [
        (BRIDGE, "<a href='/bridge/2/'>2</a><a href='/bridge/3/'>3</a>", f"{BRIDGE}2/"),
        (f"{BRIDGE}2/", "<a href='/bridge/'>1</a><a href='/bridge/3/'>[3]</a>", f"{BRIDGE}3/"),
        (f"{BRIDGE}2/", "<link rel='next' href='/bridge/3/'>", f"{BRIDGE}3/"),
        (f"{BRIDGE}3/", "<a href='/bridge/'>1</a><a href='/bridge/2/'>2</a>", ""),
        (f"{BRIDGE}?page=2", "<a href='?page=1'>1</a><a href='?page=3'>3</a>", f"{BRIDGE}?page=3"),
        (BRIDGE, "<div class='comments'><p><a href='?page=2'>2</a></p></div>", ""),
        (BRIDGE, "<a href='/2026/05/2/'>2</a>", ""),
        (BRIDGE, "<a href='/bridge/3/'>3</a>", ""),
        (BRIDGE, "<a href='/bridge/20/'>20</a><a href='/bridge/2/'>( ۲ )</a>", f"{BRIDGE}2/"),
        (BRIDGE, "<a href='/bridge/2/'>2</a><aside class='calendar'><a href='/2026/05/02/'>2</a></aside>", f"{BRIDGE}2/"),
        (BRIDGE, "<aside class='calendar'><a href='/2026/05/02/'>2</a></aside><a href='/bridge/2/'>2</a>", f"{BRIDGE}2/"),
    ],
)
def test_pages_that_are_only_numbered_lead_on_one_by_one(url: str, links: str, expected: str) -> None:
    assert next_page(url, links, BRIDGE) == expected
    assert url != BRIDGE or next_page(url, links) == expected

"""The next page of an article is told; the next article of an endless scroll is not."""

from datetime import UTC, datetime

import pytest

from monitor.model import Article
from monitor.read import read_page
from monitor.read.address import is_next_page

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

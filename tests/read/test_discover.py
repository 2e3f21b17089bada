"""What an outlet's page and its robots.txt say of where it can be polled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Rejection
from monitor.read.discover import Announced, announced, likely_feeds, likely_sitemaps, sitemaps_of

URL = "https://zarya.example/news/"
PAGE = """<!doctype html><html lang="ru"><head><title>Новости города | Заря</title>
<meta property="og:site_name" content="Заря&amp;Ко">
<link rel="alternate" type="application/rss+xml" href="/feed/" title="Заря">
<link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="atom.xml">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
<link rel="alternate" hreflang="uk" href="/uk/"><link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
</head><body><p>Заря выходит каждый день и пишет о жизни города.</p><a href="https://t.me/zarya_news">Мы в Telegram</a>
<a href="https://t.me/share/url?url=x">Поделиться</a><a href="tg://resolve?domain=zarya">х</a>
<a href="/rss/politics.xml">RSS</a><a href="/first">Первая</a></body></html>"""


def found(body: str) -> Announced:
    page = announced(body.encode(), URL)
    assert isinstance(page, Announced), page
    return page


def test_a_page_announces_its_name_its_language_and_its_feeds() -> None:
    page = found(PAGE)
    assert (page.name, page.language) == ("Заря&Ко", "ru")
    assert page.feeds == (
        "https://zarya.example/feed/",
        "https://zarya.example/news/atom.xml",
        "https://zarya.example/rss/politics.xml",  # linked to for people, and so the last
    )


def test_a_channel_is_asked_for_at_its_public_preview() -> None:
    assert found(PAGE).channels == ("https://t.me/s/zarya_news",)


def test_relative_addresses_follow_the_pages_base() -> None:
    body = PAGE.replace("<head>", '<head><base href="https://zarya.example/x/">')
    assert "https://zarya.example/x/atom.xml" in found(body).feeds


def test_no_page_has_more_than_ten() -> None:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}/feed">' for n in range(50))
    assert len(found(f"<html><head>{links}</head><body></body></html>").feeds) == 10


@pytest.mark.parametrize(("body", "words"), [(b"", "empty"), (b"%PDF-1.4", "pdf"), (b"\x00\x01\x02", "not a feed")])
def test_what_is_no_page_is_said_to_be_none(body: bytes, words: str) -> None:
    page = announced(body, URL)
    assert isinstance(page, Rejection)
    assert words in page.detail


def test_robots_txt_names_sitemaps_wherever_they_lie_each_once() -> None:
    robots = (
        "\ufeffUser-agent: *\r\nDisallow: /x\r\nSITEMAP : https://zarya.example/map.xml\r\nsitemap:/news.xml # new\n"
        "# Sitemap: https://zarya.example/no.xml\nSitemap: https://zarya.example/map.xml\nSitemap: ftp://zarya.example/f.xml\n"
    )
    assert sitemaps_of(robots, "https://zarya.example/robots.txt") == (
        "https://zarya.example/map.xml",
        "https://zarya.example/news.xml",
    )


def test_where_nothing_is_announced_the_usual_places_of_the_host_are_tried() -> None:
    assert likely_feeds(URL)[0] == "https://zarya.example/rss.xml"
    assert likely_sitemaps(URL)[0] == "https://zarya.example/sitemap.xml"


@given(st.binary(max_size=300), st.integers(0, 900), st.integers(0, 900))
def test_no_bytes_make_it_raise(noise: bytes, start: int, end: int) -> None:
    body = PAGE.encode()
    announced(body[:start] + noise + body[end:], URL)
    sitemaps_of(noise.decode("utf-8", "replace"), URL)

"""Every page of every markup: served, decoded, parsed, and holding its article among the noise."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from monitor.press.pages import View, article_page
from monitor.press.world import MOMENTS, Piece, WrittenWorld, load

OUTLETS = (
    "bereg severny polden gorod slovo rupor panorama khroniki krug dzvin pivden courier riverside ledger".split()  # noqa: SIM905 - read as a list
)


def words(text: str) -> str:
    return " ".join(text.split())


def scripts_aside(page: str) -> html.HtmlElement:
    tree = html.document_fromstring(page)
    for element in tree.xpath("//script|//style"):
        element.drop_tree()
    return tree


def structured(page: str) -> list[str]:
    return [element.text for element in html.document_fromstring(page).xpath('//script[@type="application/ld+json"]')]


def pieces(world: WrittenWorld, outlet: str, moment: int) -> list[Piece]:
    found = (entry.at(MOMENTS[moment]) for entry in world.entries.values() if entry.first.outlet.id == outlet)
    return [piece for piece in found if piece]


@pytest.mark.parametrize("moment", [1, 2])
@pytest.mark.parametrize("outlet", OUTLETS)
def test_every_article_is_served_whole_in_its_outlets_encoding(press, get, world: WrittenWorld, outlet: str, moment: int) -> None:
    press.move(moment)
    there = pieces(world, outlet, moment)
    assert there
    for piece in there:
        got = get(press.article_url(piece.id))
        if piece.challenge:
            assert got.status == piece.challenge
            assert b"Checking your browser" in got.body
            continue
        assert got.status == 200
        assert got.headers["content-type"] == f"text/html; charset={piece.outlet.encoding}"
        text = words(scripts_aside(got.body.decode(piece.outlet.encoding)).text_content())
        for paragraph in piece.text.splitlines():
            assert words(paragraph) in text
        assert words(piece.title) in text
        assert re.search("fictional outlet|вымышленное издание|вигадане видання", text)
        assert all(words(author) in text for author in piece.authors)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_citations_and_related_articles_are_links_to_their_addresses(press, get, world: WrittenWorld, outlet: str) -> None:
    for piece in pieces(world, outlet, 1):
        if piece.challenge:
            continue
        hrefs = html.document_fromstring(get(press.article_url(piece.id)).body).xpath("//a/@href")
        cited = [run.target for paragraph in piece.paragraphs for run in paragraph if run.target]
        for target in (*cited, *piece.related):
            assert press.view().link(target) in hrefs


def test_the_seed_shaped_article_has_two_asides_many_citations_and_a_cluster(press, get) -> None:
    tree = html.document_fromstring(get(press.article_url("courier-001")).body)
    block = "//div[contains(@class,'article__block--article')]/aside[@class='article__related-article']"
    assert tree.xpath(f"{block}/a[@data-id='in-article-block']/@href") == [
        press.article_url("courier-002"),
        press.article_url("courier-003"),
    ]
    assert len(tree.xpath("//div[contains(@class,'article__block--html')]//a")) >= 5
    cluster = "//section[@class='cluster']//div[@class='article-excerpt-default']/@data-url"
    assert tree.xpath(cluster) == [press.article_url("courier-004"), press.article_url("courier-005")]


HOSTILE = '<script>alert(1)</script> & "{{ 7 * 7 }}" </title><img src=x onerror=alert(2)>'


@pytest.fixture
def hostile_world(written: Callable[..., Path], sound: tuple[str, str]) -> Callable[[str, str], WrittenWorld]:
    def make(markup: str, ld: str) -> WrittenWorld:
        articles = sound[0].replace('"Первая заметка"', f"'{HOSTILE}'").replace("Начало заметки.", HOSTILE)
        articles = articles.replace('section = "news"', f"section = \"news\"\nsubtitle = '{HOSTILE}'\nauthors = ['{HOSTILE}']")
        return load(written(articles, sound[1].replace('"plain"', f'"{markup}"\nld = "{ld}"')))

    return make


@pytest.mark.parametrize("ld", ["graph", "article", "list", "semicolon", "publisher", "newlines", "none"])
@pytest.mark.parametrize(
    "markup",
    [
        "wordpress",
        "tables",
        "wire",
        "portal",
        "plain",
        "soup",
        "microdata",
        "doc",
        "sports",
        "hashed",
        "blocks",
        "asides",
        "opengraph",
        "testids",
    ],
)
def test_no_word_of_an_article_becomes_markup(hostile_world: Callable[[str, str], WrittenWorld], markup: str, ld: str) -> None:
    world = hostile_world(markup, ld)
    piece = replace(world.entries["vesna-001"].first, related=("vesna-002",))
    page = article_page(View(world, MOMENTS[1], 80), piece)
    tree = html.document_fromstring(page)
    assert not tree.xpath("//*[@onerror]|//img[@src='x']")
    assert not [script for script in tree.xpath("//script[not(@type)]/text()") if "alert" in script]
    assert HOSTILE in scripts_aside(page).text_content()
    assert "49" not in tree.xpath("string(//title)")


def loads(text: str) -> Any:
    return json.loads(text)


def test_structured_data_comes_in_each_outlets_habit(press, get) -> None:
    def ld(article: str) -> str:
        [block] = structured(get(press.article_url(article)).body.decode())
        return block

    graph = {part["@type"]: part for part in loads(ld("bereg-001"))["@graph"]}
    assert graph["NewsArticle"]["author"][0]["@id"] == graph["Person"]["@id"]
    assert loads(ld("khroniki-001"))["author"]["name"] == "Деловые хроники"
    assert loads(ld("gorod-001"))[1]["author"] == ["Оксана Журавина"]
    assert ld("rupor-001").endswith(";")
    assert loads(ld("rupor-001").rstrip(";"))["@type"] == "NewsArticle"
    with pytest.raises(json.JSONDecodeError, match="Invalid control character"):
        loads(ld("ledger-001"))
    assert structured(get(press.article_url("riverside-001")).body.decode()) == []


def test_every_page_declares_when_it_was_published(press, get, world: WrittenWorld) -> None:
    for outlet in OUTLETS:
        piece = pieces(world, outlet, 1)[0]
        page = get(press.article_url(piece.id)).body.decode(piece.outlet.encoding)
        assert piece.published.isoformat() in page


def test_an_edit_shows_at_its_moment_and_a_removed_article_is_not_found(press, get, world: WrittenWorld) -> None:
    edited = next(id_ for id_, entry in world.entries.items() if entry.edited)
    removed = next(id_ for id_, entry in world.entries.items() if entry.removed_at)
    before = get(press.article_url(edited)).body
    assert get(press.article_url(removed)).status == 200
    press.move(2)
    assert get(press.article_url(edited)).body != before
    assert get(press.article_url(removed)).status == 404


def test_what_is_published_later_is_not_found_yet(press, get, world: WrittenWorld) -> None:
    later = next(id_ for id_, entry in world.entries.items() if entry.first.published > MOMENTS[1])
    assert get(press.article_url(later)).status == 404
    press.move(2)
    assert get(press.article_url(later)).status == 200


@pytest.mark.parametrize("outlet", OUTLETS)
def test_the_home_page_lists_the_newest_and_names_the_feed(press, get, world: WrittenWorld, outlet: str) -> None:
    tree = html.document_fromstring(get(press.url(outlet)).body)
    newest = world.newest(outlet, MOMENTS[1], 50)
    assert tree.xpath("//div[@class='item']//a/@href") == [piece.path for piece in newest]
    feeds = [press.url(outlet, feed.path) for feed in world.outlets[outlet].feeds]
    assert tree.xpath("//link[@rel='alternate']/@href") == feeds
    section = newest[0].section
    assert get(press.url(outlet, f"/{section}/")).status == 200


def test_the_calendar_has_no_end(press, get) -> None:
    url = press.url("krug", "/calendar/2026-05-18")
    seen = set()
    for _ in range(40):
        tree = html.document_fromstring(get(url).body)
        [onward] = tree.xpath("//link[@rel='next']/@href")
        url = press.url("krug", onward)
        seen.add(url)
    assert len(seen) == 40
    for nowhere in ("/calendar/9999-12-31", "/calendar/2026-02-30", "/calendar/"):
        assert get(press.url("krug", nowhere)).status == 404


def test_the_calendar_is_linked_where_a_crawler_meets_it(press, get) -> None:
    related = html.document_fromstring(get(press.article_url("krug-001")).body).xpath("//div[@class='see-also']/a/@href")
    assert any(href.startswith("/calendar/") for href in related)
    assert b"/calendar/" in get(press.url("krug", "/rss")).body

"""Every article of the embedded press is read as it was written: fourteen markups, three languages, two encodings."""

import re
from dataclasses import replace
from html import unescape

import pytest

from monitor.model import Article, Link
from monitor.press.pages import View, article_page
from monitor.press.world import MOMENTS, Piece, WrittenWorld, load
from monitor.read.article import read_page

WORLD: WrittenWorld = load()
VIEW = View(WORLD, MOMENTS[2], 8080)
PIECES = [piece for entry in WORLD.entries.values() if (piece := entry.at(MOMENTS[2])) and not piece.challenge]
# An author is a person: what an outlet signs with its own name has none.
SIGNED_BY_THE_OUTLET = {"bereg-018"}


def read(piece: Piece) -> Article:
    body = article_page(VIEW, piece).encode(piece.outlet.encoding, "xmlcharrefreplace")
    url = VIEW.url(piece.outlet, piece.path)
    article = read_page(body, url, f"text/html; charset={piece.outlet.encoding}", now=MOMENTS[2])
    assert isinstance(article, Article), article
    return article


def standfirst(piece: Piece) -> str:
    """What stands between headline and text, where the outlet's markup shows it."""
    body = re.sub(r"<[^>]+>", " ", article_page(VIEW, piece).partition("<body")[2])
    return piece.subtitle if " ".join(piece.subtitle.split()) in " ".join(unescape(body).split()) else ""


def kinds(article: Article, kind: str) -> list[Link]:
    return [link for link in article.links if link.kind == kind]


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.id)
def test_an_article_of_the_press_is_read_as_written(piece: Piece) -> None:
    article = read(piece)
    assert article.title == piece.title
    assert article.authors == (() if piece.id in SIGNED_BY_THE_OUTLET else piece.authors)
    assert article.published == piece.published
    assert re.findall(r"\w+", article.text) == re.findall(r"\w+", f"{standfirst(piece)} {piece.text}")
    assert [link.url for link in kinds(article, "related")] == [VIEW.link(target) for target in piece.related]
    cited = [(VIEW.link(run.target), run.text) for paragraph in piece.paragraphs for run in paragraph if run.target]
    assert [(link.url, link.anchor) for link in kinds(article, "citation")] == cited
    assert article.canonical == VIEW.url(piece.outlet, piece.path)
    assert not article.flags


@pytest.mark.parametrize("outlet", WORLD.outlets)
def test_the_related_blocks_of_each_markup_are_read_and_no_other_lists(outlet: str) -> None:
    first = next(piece for piece in PIECES if piece.outlet.id == outlet)
    related = tuple(piece.id for piece in PIECES if piece.outlet.id != outlet)[:3]
    article = read(replace(first, related=related))
    assert [link.url for link in kinds(article, "related")] == [VIEW.link(target) for target in related]
    assert re.findall(r"\w+", article.text) == re.findall(r"\w+", f"{standfirst(first)} {first.text}")


def test_the_press_has_what_makes_reading_hard() -> None:
    assert {piece.outlet.id for piece in PIECES} == set(WORLD.outlets)
    assert len({piece.outlet.markup for piece in PIECES}) == len(WORLD.outlets) >= 14
    assert {piece.outlet.encoding for piece in PIECES} == {"utf-8", "windows-1251"}

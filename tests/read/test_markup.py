"""How a page becomes a tree, and what is taken out of it."""

from copy import copy
from datetime import UTC, datetime

import pytest
from lxml.html import HtmlElement

from monitor.model import Article
from monitor.read.article import read_page
from monitor.read.markup import parse

FORM = (
    "<html><head><title>Заря</title></head><body><form><input name='q'><select><option>1</option></select></form></body></html>"
)


def test_no_element_has_a_class_of_its_own_and_neither_has_that_of_a_copy():
    """To give forms and inputs classes of their own lxml calls a function in Python for every element of every copy."""
    tree, _ = parse(FORM)
    assert tree is not None
    assert {type(element) for page in (tree, copy(tree)) for element in page.iter()} == {HtmlElement}


def test_what_is_no_markup_has_no_tree():
    assert [parse(markup)[0] for markup in ("", "<!-- a comment -->", "</p>")] == [None, None, None]


@pytest.mark.parametrize("root", ["<html/>", '<html lang="ru" />', "<html><body/>"])
def test_a_root_that_is_written_as_empty_holds_its_page(root: str) -> None:
    tree, _ = parse(f"{root}<p>В селе закрыли мост.</p>")
    assert tree is not None
    assert tree.text_content().strip() == "В селе закрыли мост."


def test_the_title_of_a_drawing_is_no_word_of_a_link():
    text = "".join(f"<p>В районе {n} повестки вручали вечером, и жители спрашивали о порядке обжалования.</p>" for n in range(9))
    drawing = "<svg><title>Стрелка, которая ведёт дальше</title><path d='M0 0'/></svg>"
    related = f"<div class='related'><a href='/2'>{drawing}Суд отменил решение комиссии</a><a href='/sport'>{drawing}</a></div>"
    page = f"<html><body><article><h1>Повестки</h1>{text}{related}</article></body></html>"
    article = read_page(page.encode(), "https://zarya.example/1", now=datetime(2026, 5, 18, tzinfo=UTC))
    assert isinstance(article, Article)
    assert [(link.url, link.anchor) for link in article.links if link.kind == "related"] == [
        ("https://zarya.example/2", "Суд отменил решение комиссии")
    ]

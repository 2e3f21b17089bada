"""The pages of one article become one article; the next article of an endless scroll does not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.model import JOINED, PAGES_MISSING, Article, Link
from monitor.read.article import read_page
from monitor.read.pages import continues, join_pages

URL = "https://zarya.example/2026/05/bridge.html"
NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)


def page(number: int, *, title: str = "Мост закрыли до июня", lead: bool = False) -> Article:
    lines = [f"На {number}-й странице говорят о повестке №{n}: её вручали вечером, у моста." for n in range(4)]
    text = "".join(f"<p>{line}</p>" for line in (["Мост закрыли: главное."] * lead + lines))
    link = f'<p>Об этом писала <a href="https://krug.example/{number}">газета «Круг»</a>, ссылаясь на военкомат района.</p>'
    url = URL if number == 1 else f"{URL}?page={number}"
    body = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}{link}</article></body></html>"
    article = read_page(body.encode(), url, now=NOW)
    assert isinstance(article, Article)
    return article


def test_the_texts_stand_one_after_the_other_and_every_link_in_its_words() -> None:
    pages = [page(number) for number in (1, 2, 3)]
    joined = join_pages(pages, is_whole=True)
    assert joined.text == "\n".join(one.text for one in pages)
    cited = [link for link in joined.links if link.kind == "citation"]
    assert [(link.url[-1], joined.text[link.start : link.end]) for link in cited] == [
        (str(number), "газета «Круг»") for number in (1, 2, 3)
    ]
    assert (joined.url, joined.title, joined.flags) == (URL, pages[0].title, (*pages[0].flags, JOINED))


def test_a_head_that_each_page_repeats_stands_once() -> None:
    first, second = page(1, lead=True), page(2, lead=True)
    joined = join_pages([first, second], is_whole=False)
    assert joined.text.count("главное") == first.text.count("главное")
    assert joined.flags[-2:] == (JOINED, PAGES_MISSING)
    assert [joined.text[link.start : link.end] for link in joined.links if link.start >= 0] == ["газета «Круг»"] * 2


def test_a_link_that_stands_in_no_text_is_there_once() -> None:
    related = Link("https://zarya.example/2026/05/ferry.html", "related", "Паром")
    pages = [replace(page(number), links=(related,)) for number in (1, 2)]
    assert join_pages(pages, is_whole=True).links == (related,)


@pytest.mark.parametrize(
    ("later", "goes_on"),
    [
        (page(2), True),
        (page(2, title="Мост закрыли до июня - страница 2"), True),
        (page(2, title="Паром пустили раньше срока"), False),  # the list goes on, and not the article
        (replace(page(2), canonical=URL), True),
        (replace(page(2), canonical="https://zarya.example/2026/05/ferry.html"), False),
        (replace(page(1), url=f"{URL}?page=2", canonical=f"{URL}?page=2"), False),  # the same page once more
    ],
)
def test_only_a_page_of_the_same_article_goes_on_with_it(later: Article, goes_on: bool) -> None:
    assert continues([page(1)], later) == goes_on

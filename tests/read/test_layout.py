"""Markup that is rewritten before extraction keeps every word, in order, however hostile; and takes its time in proportion."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring

from monitor.read.blocks import blocks, joined, line_texts, mark_struck
from monitor.read.layout import split_paragraphs, unlink_boxes, unwrap_tables

TAGS = ("table", "tr", "td", "th", "tbody", "caption", "div", "p", "span", "font", "a href='/x'", "h1", "ul", "section")


@st.composite
def page(draw: st.DrawFn) -> HtmlElement:
    parts = []
    for n in range(draw(st.integers(1, 40))):
        tag = draw(st.sampled_from(TAGS))
        parts.append(
            draw(st.sampled_from((f"<{tag}>", f"</{tag.split()[0]}>", "<br><br>", "<br>\n<br/> <br>", f"<b>b{n}</b> t{n} ")))
        )
        parts.append(draw(st.sampled_from(("", f" text{n} ", " ".join(f" r{n}-{k} " for k in range(90))))))
    return document_fromstring("<html><body>" + "".join(parts) + "end</body></html>")


def words(tree: HtmlElement) -> list[str]:
    return " ".join(tree.itertext()).split()


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(page())
def test_no_word_is_lost_or_moved(tree: HtmlElement) -> None:
    before = words(tree)
    unwrap_tables(tree)
    split_paragraphs(tree)
    unlink_boxes(tree)
    assert words(tree) == before


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(page())
def test_every_word_stands_in_a_line_and_struck_ones_are_told(tree: HtmlElement) -> None:
    body = tree.find("body")
    assert body is not None
    lines = blocks(body)
    assert [word for line in lines for word in line.text.split()] == words(body)
    struck = dict.fromkeys(tree.iter("p"), "a rule")
    mark_struck(lines, struck)
    for line in lines:
        assert (line.rule == "a rule") == any(e in struck for e in (line.element, *line.element.iterancestors()))
    text, links = joined(lines)
    assert text == "\n".join(line.text for line in lines)
    for anchor, start, end in links:
        assert set(text[start:end].split()) <= set(words(anchor))


PIECES = (
    "<b>",
    "</b>",
    "<a href='/x'>",
    "</a>",
    "<td>",
    "<p>",
    "<div hidden>",
    "</div>",
    "<br>",
    "\u200b",
    "\u00a0",
    "\u00ad",
    " ",
    "\n",
    "word",
    "слово",
)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_texts_of_lines_are_those_of_the_lines(markup: str) -> None:
    body = document_fromstring(f"<html><body>{markup} end</body></html>").find("body")
    assert line_texts(body) == [line.text for line in blocks(body)]


HIDING = (
    *(f"class='{name}'" for name in ("visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "screen-reader-only")),
    *(f"class='a {name} b'" for name in ("offscreen", "hidden", "is-hidden", "d-none")),
    "hidden", "style='color: red; DISPLAY : none'", "style='visibility:hidden'",
)  # fmt: skip


@pytest.mark.parametrize("attribute", HIDING)
def test_words_that_an_element_hides_are_in_no_line(attribute: str) -> None:
    body = document_fromstring(f"<body><p>one</p><div {attribute}><p>two</p></div><p {attribute}>three</p></body>").find("body")
    assert [line.text for line in blocks(body)] == ["one"]


@pytest.mark.parametrize(
    "attribute", ["class='hidden md:block'", "class='hiddenly'", "style='color: red'", "class='d-none d-md-flex'"]
)
def test_words_that_an_element_does_not_hide_are_in_a_line(attribute: str) -> None:
    body = document_fromstring(f"<body><div {attribute}>one</div><div hidden><h1>two</h1></div></body>").find("body")
    assert [line.text for line in blocks(body)] == ["one", "two"]


def test_what_is_not_drawn_between_two_parts_of_a_word_parts_it_no_more_than_within_one() -> None:
    body = document_fromstring("<body><p><b>при</b>\u200b<i>зыв</i>, <b>one</b>\u200b <i>two</i></p></body>").find("body")
    assert [line.text for line in blocks(body)] == ["призыв, one two"]


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td>a</td><td>b</td></tr></table>" * 20_000,
        "<table>" + "<tr><td>a b c</td><td>d</td></tr>" * 40_000,
        "<div>" + "a line of text<br><br>" * 50_000,
        "<div><p>some words are here and <a href='/a'>a link</a> too</p></div>" * 20_000,
        "<table><tr><td>" * 200 + "a word or two " * 50_000,
    ],
    ids=["tables", "rows", "lines", "boxes", "depth"],
)
def test_a_hostile_page_takes_no_minutes(markup: str) -> None:
    tree = document_fromstring(f"<html><body>{markup}</body></html>")
    start = time.process_time()
    unwrap_tables(tree)
    split_paragraphs(tree)
    unlink_boxes(tree)
    assert time.process_time() - start < 5

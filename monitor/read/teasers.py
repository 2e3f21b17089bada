"""Rows of teasers: boxes that look alike, each with a headline that links to an article, as lists of articles have them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.read.address import site, web_address
from monitor.read.blocks import Block

# Two boxes may look alike by chance.
_ROW = 3
# A headline has more words than the name of a section.
_HEADLINE_WORDS = 3
# Most of a headline's line is its link: a date or a section may stand before it.
_LINKED, _ALL_LINK = 0.6, 0.85
# Letters that a teaser has beside its headline, at most: an item of an article that is a list has more.
_BESIDE = 300
# How far around a headline its box may be.
_DEEP = 6


def teasers(lines: Sequence[Block], base: str) -> Iterator[Block]:
    """The lines of all teasers that stand in a row, their headlines too."""
    headlines = [line for line in lines if _is_headline(line, base)]
    if len(headlines) < _ROW:
        return
    around = {element: [*_around(element)] for element in {line.element for line in lines}}
    inside: Counter[HtmlElement] = Counter()
    letters: Counter[HtmlElement] = Counter()
    for line in headlines:
        inside.update(around[line.element])
    for line in lines:
        length = len(line.key)
        for element in around[line.element]:
            if element in inside:
                letters[element] += length
    rows: dict[tuple[HtmlElement, object, str | None], list[HtmlElement]] = {}
    for element, count in inside.items():
        parent = element.getparent()
        if count == 1 and parent is not None:
            rows.setdefault((parent, element.tag, element.get("class")), []).append(element)
    headline_of = {element: len(line.key) for line in headlines for element in around[line.element] if inside[element] == 1}
    found = {
        element
        for row in rows.values()
        if len(row) >= _ROW
        for element in row
        if letters[element] - headline_of[element] <= _BESIDE
    }
    if found:
        yield from (line for line in lines if not found.isdisjoint(around[line.element]))


def _around(element: HtmlElement) -> Iterator[HtmlElement]:
    """An element and those around it, as far as a teaser's box may be."""
    for around in islice((element, *element.iterancestors()), _DEEP):
        if around.tag in ("body", "main"):
            return
        yield around


def _is_headline(line: Block, base: str) -> bool:
    if line.linked < _LINKED or len(line.text.split()) < _HEADLINE_WORDS:
        return False
    if line.linked < _ALL_LINK and line.text.endswith("."):
        return False  # a sentence that cites
    anchor = max(line.links, key=lambda link: link[2] - link[1])[0]
    address = web_address(base, anchor.get("href") or "")
    return bool(address) and site(address) == site(base) and len(urlsplit(address).path) > 1

"""Joins the pages of a multi-page article. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.model import JOINED, PAGES_MISSING, Article, Link
from monitor.read.address import is_next_page
from monitor.text import fold, words

_WORD = 3
"""Letters of the shortest word that tells one title from another."""
# Of the words of the first page's title, so many stand in a later page's, which may add its number or leave the site's name out.
_SHARED = 0.5


def continues(pages: Sequence[Article], later: Article) -> bool:
    """Whether a page that was named as the next one goes on with the article, of which these were read: of its family by its own
    word, under its title, with words that stand on none of them. Another article, and the same page once more, do not.
    """
    first = pages[0]
    of_family = {first.url, first.canonical, *(page.url for page in pages), later.url}
    if later.canonical not in of_family and not is_next_page(first.url, later.canonical):
        return False
    title, other = ({word for word in words(fold(article.title).text) if len(word) >= _WORD} for article in (first, later))
    return len(title & other) >= _SHARED * len(title) and bool(_new_lines(pages, later))


def join_pages(pages: Sequence[Article], *, is_whole: bool) -> Article:
    """The article of these pages: what the first says of itself, the texts of all; what a page repeats at its head, once."""
    first, *others = pages
    text, links = first.text, list(first.links)
    known = {(link.url, link.kind) for link in links}
    for number, page in enumerate(others, 1):
        lines = _new_lines(pages[:number], page)
        cut, shift = len(page.text) - len("\n".join(lines)), len(text) + 1
        text = "\n".join((text, *lines))
        for link in page.links:
            is_there = link.start >= cut
            if is_there or (link.url, link.kind) not in known:
                known.add((link.url, link.kind))
                links.append(_moved(link, shift - cut) if is_there else replace(link, start=-1, end=-1))
    flags = dict.fromkeys((*(flag for page in pages for flag in page.flags), *([JOINED] if others else [])))
    if not is_whole:
        flags[PAGES_MISSING] = None
    paywalled = any(page.paywalled for page in pages)
    return replace(first, text=text, links=tuple(links), flags=tuple(flags), paywalled=paywalled, next_page="")


def _new_lines(pages: Sequence[Article], later: Article) -> list[str]:
    """The lines of a page without those at its head that the article has already: its standfirst, its byline."""
    known = {line for page in pages for line in page.text.split("\n")}
    lines = later.text.split("\n")
    while lines and lines[0] in known:
        del lines[0]
    return lines


def _moved(link: Link, by: int) -> Link:
    return replace(link, start=link.start + by, end=link.end + by)

"""Finds boilerplate inside an article: the repeated headline, captions, advertising, sign-offs, other articles. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.read.elements import class_names, words
from monitor.read.names import key

_NAME = re.compile(r"(?:^|[\s-])(?:ads?|advert\w*|banners?|sign-?off|newsletters?|subscribe|subscription)(?:$|[\s-])")
_ADVERTISING = phrases("signoffs", "advertising")
# A label alone or with a word to the reader; in Russia with the advertiser's taxpayer number and the advertisement's own
# (law 38-FZ, article 18.1).
_LABEL = re.compile(
    rf"\W*{_ADVERTISING}\W*(?:[·•|:—–-]\W*(?:\w++\W*+){{1,4}})?|\W*{_ADVERTISING}.*\b(?:erid|инн)\b.*",
    re.IGNORECASE,
)
_LABEL_WORD = re.compile(rf"\W*{_ADVERTISING}", re.IGNORECASE)
_BOXES = ("div", "section", "aside", "p", "ul")
# What is longer may hold the article itself, whatever it is called.
_LONGEST = 400
# Letters of a paragraph, and how many such an article has at least.
_PARAGRAPH, _PARAGRAPHS = 80, 2
# What is shorter may be the name of a section.
_HEADLINE = 20


@lru_cache(maxsize=4096)
def _is_named(names: str) -> bool:
    return _NAME.search(names) is not None


def boilerplate(tree: HtmlElement, title: str) -> Iterator[HtmlElement]:
    """Elements whose words are not the article's text; `title` is the article's."""
    yield from (h for h in tree.iter("h1", "h2") if title and _is_title(h, title))
    yield from tree.iter("figcaption")
    for box in tree.iter(*_BOXES):
        named = _is_named(class_names(box))
        if named or _LABEL_WORD.match(box.text or ""):
            said = words(box, _LONGEST)
            if len(said) <= _LONGEST and (named or _LABEL.fullmatch(said)):
                yield box


def other_articles(tree: HtmlElement, title: str) -> Iterator[HtmlElement]:
    """Whole articles that follow the one of this title on its page, as an endless scroll has them: what stands around a heading
    of the first level, or is an <article>, beside it."""
    own = next((h for h in tree.iter("h1", "h2") if title and _is_title(h, title)), None)
    if own is None:
        return
    around = {own, *own.iterancestors()}
    for other in tree.iter("h1"):
        if len(words(other, _HEADLINE)) < _HEADLINE:
            continue
        whole: HtmlElement | None = None
        for element in (other, *other.iterancestors()):
            if element in around:
                break
            whole = element
        if whole is not None and not _is_title(other, title) and _holds_text(whole) and _follows(whole, around):
            yield whole
    for element in own.iterancestors("article"):
        if _holds_text(element):
            yield from (other for other in element.itersiblings("article") if _holds_text(other))


def _is_title(heading: HtmlElement, title: str) -> bool:
    return key(words(heading, len(title) * 2)) == key(title)


def _holds_text(element: HtmlElement) -> bool:
    return sum(1 for p in element.iter("p") if len(words(p, _PARAGRAPH)) >= _PARAGRAPH) >= _PARAGRAPHS


def _follows(element: HtmlElement, around: set[HtmlElement]) -> bool:
    """Whether an element stands after the one of these that is beside it, and that one has a text."""
    beside = next((sibling for sibling in element.itersiblings(preceding=True) if sibling in around), None)
    return beside is not None and _holds_text(beside)

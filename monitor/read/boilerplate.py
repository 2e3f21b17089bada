"""What stands among an article's sentences and is none: its headline again, captions, advertising, sign-offs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.html import HtmlElement

from monitor.read.elements import called, words
from monitor.read.names import key

_NAME = re.compile(r"(?:^|[\s_-])(?:ads?|advert\w*|banners?|sign-?off|newsletters?|subscribe|subscription)(?:$|[\s_-])")
# A label alone or with a word to the reader; in Russia with the advertiser's taxpayer number and the advertisement's own
# (law 38-FZ, article 18.1).
_LABEL = re.compile(
    r"\W*(?:advertisement|advertising|реклама)\W*(?:[·•|:—–-]\W*(?:\w+\W*){1,4})?|\W*реклама\b.*\b(?:erid|инн)\b.*",
    re.IGNORECASE,
)
_LABEL_WORD = re.compile(r"\W*(?:advertis|реклама)", re.IGNORECASE)
_BOXES = ("div", "section", "aside", "p", "ul")
# What is longer may hold the article itself, whatever it is called.
_LONGEST = 400


@lru_cache(maxsize=4096)
def _is_named(names: str) -> bool:
    return _NAME.search(names) is not None


def boilerplate(tree: HtmlElement, title: str) -> Iterator[HtmlElement]:
    """Elements whose words are not the article's text; `title` is the article's."""
    headline = key(title)
    yield from (h for h in tree.iter("h1", "h2") if headline and key(words(h, len(title) * 2)) == headline)
    yield from tree.iter("figcaption")
    for box in tree.iter(*_BOXES):
        named = _is_named(called(box))
        if named or _LABEL_WORD.match(box.text or ""):
            said = words(box, _LONGEST)
            if len(said) <= _LONGEST and (named or _LABEL.fullmatch(said)):
                yield box

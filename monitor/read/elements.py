"""What the parts of this room ask of an element: what it is called, and its words. Pure."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_NAMING = ("class", "id", "data-name", "data-testid", "data-component")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def called(element: HtmlElement) -> str:
    """The names that an element's markup gives it, in lower case, RelatedArticles as related-articles."""
    return _HUMP.sub("-", " ".join(filter(None, map(element.get, _NAMING)))).lower()


def words(element: HtmlElement, limit: int) -> str:
    """An element's words, white space squeezed; of more than `limit` characters only the beginning."""
    parts: list[str] = []
    length = 0
    for text in element.itertext():
        if length > limit:
            break
        parts.append(" ".join(text.split()))
        length += len(parts[-1])
    return " ".join(filter(None, parts))

"""What the parts of this package ask of an element: what it is called, and its words. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from lxml.html import HtmlElement

_NAMING = ("class", "id", "itemprop", "data-name", "data-testid", "data-component")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
# What an element has, or is without, is no name of it: a text in a box called has-ads is no advertisement.
_OTHER = re.compile(r"(?:^|(?<=\s))(?:has|have|no|not|with|without|hide|show)-\S*")

LONGEST_NAMES = 2_000
"""Characters of a class or an id that are looked at: what is longer lists no names of the element, but all that is true of it."""


def called(element: HtmlElement) -> str:
    """The names that an element's markup gives it, in lower case, RelatedArticles and related_articles as related-articles."""
    names = " ".join(filter(None, map(element.get, _NAMING)))
    return _parted(names[:LONGEST_NAMES]) if names else ""


# An outlet's pages call their parts by the same few hundred names; the questions that are asked of names are kept as well.
@lru_cache(maxsize=4096)
def _parted(names: str) -> str:
    return _OTHER.sub("", _HUMP.sub("-", names).lower().replace("_", "-"))


def words(element: HtmlElement, limit: int) -> str:
    """An element's words, white space squeezed; of more than `limit` characters only the beginning."""
    parts: list[str] = []
    length = 0
    for text in element.itertext():
        if length > limit:
            break
        if part := " ".join(text.split()):
            parts.append(part)
            length += len(part)
    return " ".join(parts)

"""Helpers for HTML elements: class names, words, and whether an element belongs to the page's own article. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

_NAMING = ("class", "id", "itemprop", "data-name", "data-testid", "data-component")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
# What an element has, or is without, is no name of it, nor is a state of what it has: a text in a box called has-ads,
# text--with-ads or ads-enabled is no advertisement.
_OTHER = re.compile(
    r"(?:^|(?<=\s))(?:has|have|no|not|with|without|hide|show)-\S*|--(?:has|no|with|without)-\S*|"
    r"(?:^|(?<=\s))\S*-(?:enabled|disabled|open|closed|allowed|free)(?!\S)"
)

LONGEST_NAMES = 2_000
"""Characters of a class or an id that are looked at: what is longer lists no names of the element, but all that is true of it."""


def class_names(element: HtmlElement) -> str:
    """The names that an element's markup gives it, in lower case, RelatedArticles and related_articles as related-articles. A
    tag of the site's own is one of them: <news-lead>."""
    names = " ".join(filter(None, map(element.get, _NAMING)))
    tag = element.tag
    if isinstance(tag, str) and "-" in tag:
        names = f"{names} {tag}"
    return _parted(names[:LONGEST_NAMES]) if names else ""


# An outlet's pages call their parts by the same few hundred names; the questions that are asked of names are kept as well.
@lru_cache(maxsize=4096)
def _parted(names: str) -> str:
    return _OTHER.sub("", _HUMP.sub("-", names).lower().replace("_", "-"))


def words(element: HtmlElement, limit: int) -> str:
    """An element's words, white space squeezed; of more than `limit` characters only the beginning."""
    if next(element.iterchildren(), None) is None:
        return " ".join((element.text or "").split())
    parts: list[str] = []
    length = 0
    for text in element.itertext():
        if length > limit:
            break
        if part := " ".join(text.split()):
            parts.append(part)
            length += len(part)
    return " ".join(parts)


# Parts of a page that speak of other articles, or of none; an article's own footer has its byline. Elementor, with which many
# pages are laid out, calls each box a widget, and Drupal calls an article promoted that stands on the home page.
_OTHER_TEXT = re.compile(
    r"comment|side-?bar|related|recommend|(?<!node-)(?<!node--)promo|teaser|(?<!elementor-)widget|most-?read|popular|trending|latest|carousel"
)
_FOOTER = re.compile(r"(?<!post-)(?<!article-)(?<!entry-)(?<!story-)footer")
# With fewer letters a box beside the text is no list of other articles.
_FEW_LETTERS = 200
# So many <article>s are a list of articles; of a longer one only so many characters are weighed.
_LIST, _MUCH = 3, 20_000


def is_of_other(element: HtmlElement) -> bool:
    """Whether an element stands in a part of the page that speaks of other articles, or of none. An <article> does not."""
    return _is_of_other(element, (), {})


def _is_of_other(element: HtmlElement, around: Container[HtmlElement], known: dict[HtmlElement, bool]) -> bool:
    """The same, by what is `known` of elements; each that is looked at on the way is known after. What is `around` the headline
    speaks of no others."""
    asked = []
    found = False
    for parent in (element, *element.iterancestors()):
        if parent in known:
            found = known[parent]
            break
        if parent in around or parent.tag in ("body", "html", "article", "main"):
            break
        asked.append(parent)
        if _is_other(parent):
            found = True
            break
    known |= dict.fromkeys(asked, found)
    return found


def _is_other(element: HtmlElement) -> bool:
    """Whether an element is by itself a part of the page that speaks of other articles, or of none."""
    names = class_names(element)
    if _speaks_of_others(names) or (element.tag in ("aside", "nav") and len(words(element, _FEW_LETTERS)) > _FEW_LETTERS):
        return True
    is_footer = element.tag == "footer" or _FOOTER.search(names) is not None
    return is_footer and not any(outer.tag in ("article", "main") for outer in element.iterancestors())


@lru_cache(maxsize=8192)
def _speaks_of_others(names: str) -> bool:
    return _OTHER_TEXT.search(names) is not None


class Place:
    """Where on a page its own article stands."""

    def __init__(self, tree: HtmlElement, headings: Sequence[HtmlElement]) -> None:
        self.around = {parent for heading in headings[:1] for parent in heading.iterancestors()}
        """What the headline stands in."""
        of_headline = [parent for heading in headings[:1] for parent in heading.iterancestors("article")]
        articles = list(islice(tree.iter("article"), _LIST))
        self._of_other: dict[HtmlElement, bool] = {}
        self.article: HtmlElement | None = None
        """The outermost <article> with the headline; where none has it and the page has no list of them, the one with most."""
        if of_headline:
            self.article = of_headline[-1]
        elif 0 < len(articles) < _LIST:
            self.article = max(articles, key=lambda article: len(words(article, _MUCH)))

    def is_own(self, element: HtmlElement) -> bool:
        """Whether an element speaks of the page's article: it is in no <article> but that one and those around the headline, nor
        among others."""
        if _is_of_other(element, self.around, self._of_other):
            return False
        innermost = next(element.iterancestors("article"), None)
        return innermost is None or innermost is self.article or innermost in self.around

    def distance(self, element: HtmlElement) -> int:
        """How many elements one has to leave, from the headline on, to find another."""
        return len(self.around) - sum(1 for parent in element.iterancestors() if parent in self.around)

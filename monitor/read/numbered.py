"""Links that are called by a number: those of an article's other pages. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.read.elements import class_names, words

# So many figures a page's number has at most.
_FIGURES = 2
# Digits of Arabic, Persian and Hindi are read, too.
_DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९")
_IN_DIGITS = [str.maketrans(_DIGITS[0], digits) for digits in _DIGITS]
_WITH_NUMBER = XPath("//a[contains(., $n0) or contains(., $n1) or contains(., $n2) or contains(., $n3)]")


def numbered(tree: HtmlElement, number: int) -> Iterator[str]:
    """Where the links lead, as written, that are called by a number and nothing else: those of an article's other pages are."""
    known: dict[HtmlElement, bool] = {}
    written = {f"n{at}": str(number).translate(digits) for at, digits in enumerate(_IN_DIGITS)}
    for anchor in _WITH_NUMBER(tree, **written):
        said = words(anchor, _FIGURES).strip("[]() ")
        if said.isdecimal() and len(said) <= _FIGURES and int(said) == number and not _is_among_comments(anchor, known):
            yield anchor.get("href") or ""


def _is_among_comments(anchor: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether an element around a link is called one of comments; each that is asked is `known` after."""
    asked: list[HtmlElement] = []
    for element in anchor.iterancestors():
        if element in known or "comment" in class_names(element):
            found = known.get(element, True)
            break
        asked.append(element)
    else:
        found = False
    known |= dict.fromkeys(asked, found)
    return found

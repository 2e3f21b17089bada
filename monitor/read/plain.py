"""Markup of a feed's field to plain text. Pure."""

from __future__ import annotations

import html
import re

from lxml.etree import ParserError, XMLSyntaxError
from lxml.html import fragment_fromstring

from monitor.read.characters import legible

_BREAKING = (
    *("p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "blockquote", "figure", "section"),
    *("article", "pre", "hr"),
)
_LONGEST = 1_000_000


def plain(markup: str) -> str:
    """The text of an HTML fragment, its blocks separated by one newline, without scripts and styles."""
    markup, _ = legible(markup[:_LONGEST])
    if "<" not in markup:
        return "\n".join(line for raw in html.unescape(markup).splitlines() if (line := " ".join(raw.split())))
    try:
        tree = fragment_fromstring(re.sub(r"<\?xml[^<>]*>", "", markup), create_parent="div")
    except (ParserError, XMLSyntaxError, ValueError, AssertionError):
        # lxml wraps what is no fragment (a frameset, a lone comment) in ways that its own check refuses.
        return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", markup)).split())
    for element in list(tree.iter("script", "style", "template", "noscript", "head")):
        element.drop_tree()
    # A space that no feed writes keeps block ends apart from the white space of the source.
    for element in tree.iter(*_BREAKING):
        element.text = "\u2028" + (element.text or "")
        element.tail = "\u2028" + (element.tail or "")
    return "\n".join(line for raw in tree.text_content().split("\u2028") if (line := " ".join(raw.split())))

"""Markup to a tree of elements. Pure."""

from __future__ import annotations

import re

from lxml.etree import ElementDefaultClassLookup, ParserError, XMLSyntaxError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from monitor.read.characters import legible

# lxml.html calls a function in Python for every element that it makes an object of, to give forms and inputs classes of their
# own. Nobody here fills in forms, and of each copy of a page that the extractor makes all elements are made anew: a tenth of its
# time. A copy has the parser of its original.
_PARSER = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False)
_PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
_EMPTY_ROOT = re.compile(r"(<(?:html|head|body)(?:\s[^<>]*)?)/>", re.IGNORECASE)


def parse(markup: str) -> tuple[HtmlElement | None, int]:
    """The tree of a page, without comments, and how many characters that no text has were left out of it. The tree is None where
    there is no markup that makes one."""
    text, count = legible(markup)
    # libxml2 takes <html/> for a whole page; no browser does.
    text = _EMPTY_ROOT.sub(r"\1>", text, count=3)
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=_PARSER), count
    except (ParserError, XMLSyntaxError, ValueError, AssertionError):
        # lxml wraps what has no element (a lone comment) in ways that its own check refuses.
        return None, count

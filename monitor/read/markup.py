"""Markup to a tree of elements, by trafilatura's parser: it mends what libxml2 stumbles over. Pure."""

from __future__ import annotations

from lxml.etree import ElementDefaultClassLookup
from lxml.html import HtmlElement
from trafilatura import load_html
from trafilatura.utils import HTML_PARSER

# lxml.html calls a function in Python for every element that it makes an object of, to give forms and inputs classes of their
# own. Nobody here fills in forms, and of each copy of a page that the extractor makes all elements are made anew: a tenth of its
# time. A copy has the parser of its original.
HTML_PARSER.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))


def parse(markup: str) -> HtmlElement | None:
    """The tree of a page, without comments; None where there is no markup that makes one."""
    tree: HtmlElement | None = load_html(markup)
    return tree

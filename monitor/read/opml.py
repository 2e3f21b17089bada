"""Reads and writes OPML 2.0, the lists of feeds that feed readers exchange. Pure. http://opml.org/spec2.opml"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from xml.etree import ElementTree as ET

from lxml import etree

from monitor.errors import UsageError

# Entities are not resolved and nothing is loaded; lxml's own limits hold: a list is some hundred lines.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
MOST = 2_000
"""Feeds of one list: each of them is asked."""


class Subscription(NamedTuple):
    """A feed of a list."""

    feed: str
    name: str
    home: str


def read_opml(content: bytes) -> list[Subscription]:
    """The feeds of a list in its order, each address once, out of all folders. Raises UsageError where it is no OPML."""
    try:
        root = etree.fromstring(content, _PARSER)
    except etree.XMLSyntaxError as error:
        raise UsageError("is no OPML: {error}", error=str(error).partition(" (<string>")[0]) from error
    if etree.QName(root).localname.lower() != "opml":
        raise UsageError("is no OPML: its root is {root!r}", root=etree.QName(root).localname[:40])
    found = dict[str, Subscription]()
    for outline in root.iter("outline"):
        # Programs write the names of attributes in any case.
        text = {name.lower(): " ".join(value.split()) for name, value in outline.attrib.items()}
        if (feed := text.get("xmlurl", "")) and len(found) < MOST:
            found.setdefault(feed, Subscription(feed, text.get("text") or text.get("title", ""), text.get("htmlurl", "")))
    return list(found.values())


def write_opml(title: str, feeds: Iterable[Subscription]) -> bytes:
    """A list of these feeds, as feed readers take it."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    for one in feeds:
        ET.SubElement(body, "outline", type="rss", text=one.name, title=one.name, xmlUrl=one.feed, htmlUrl=one.home)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()

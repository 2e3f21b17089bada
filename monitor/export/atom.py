"""Writes Atom feeds (RFC 4287). Pure: entries in, bytes out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from monitor.errors import Message
from monitor.export.addresses import link as link_to

_NAMESPACE = "http://www.w3.org/2005/Atom"
# What XML 1.0 cannot hold at all, however it is written (section 2.2).
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


FICTION = Message("[Fiction: nothing here happened]")
"""What stands before the title of a feed of invented news, and with each of its entries."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed; all of it plain text, which a reader shows as it stands."""

    id: str
    title: str
    updated: datetime
    summary: str
    link: str = ""
    """Where it leads; only an http(s) address becomes a link."""
    author: str = ""
    published: datetime | None = None
    """When it says itself that it was published."""
    via: str = ""
    """Where it is from; only an http(s) address becomes a link."""
    categories: tuple[tuple[str, str, str], ...] = ()
    """What it is about: scheme, term and label of each."""


def atom(id_: str, title: str, entries: Iterable[Entry], *, updated: datetime, link: str = "", fictional: bool = False) -> bytes:
    """An Atom feed as UTF-8. `id_` and the entries' ids are IRIs that never change; `updated` is in UTC.

    What is `fictional` says so, in its title and with each entry.
    """
    feed = ET.Element("feed", {"xmlns": _NAMESPACE})
    _add(feed, "id", id_)
    _add(feed, "title", f"{FICTION} {title}" if fictional else title)
    _add(feed, "updated", updated.isoformat())
    _add(_add(feed, "author"), "name", "Povestka")
    if link:
        _add(feed, "link", rel="self", href=link)
    for entry in entries:
        element = _add(feed, "entry")
        _add(element, "id", entry.id)
        if fictional:
            _add(element, "category", term="fiction", label=FICTION)
        _add(element, "title", entry.title)
        _add(element, "updated", entry.updated.isoformat())
        if entry.published:
            _add(element, "published", entry.published.isoformat())
        if entry.author:
            _add(_add(element, "author"), "name", entry.author)
        href = link_to(entry.link)
        if href:
            _add(element, "link", rel="alternate", href=href)
        if source := link_to(entry.via):
            _add(element, "link", rel="via", href=source)
        for scheme, term, label in entry.categories:
            _add(element, "category", scheme=scheme, term=term, label=label)
        # What leads nowhere must have a content: https://www.rfc-editor.org/rfc/rfc4287#section-4.1.2
        _add(element, "summary" if href else "content", entry.summary, type="text")
    return bytes(ET.tostring(feed, encoding="utf-8", xml_declaration=True))


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, name, {key: _ILLEGAL.sub("\ufffd", value) for key, value in attributes.items()})
    element.text = _ILLEGAL.sub("\ufffd", text)
    return element

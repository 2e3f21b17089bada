"""Addresses that a page writes, to absolute ones of the web. Pure."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp)\.")
_BREAK = re.compile(r"[ ]*+[\t\r\n]\s*+")
_BLANK = re.compile(r"[ \u00a0]")


def web_address(base: str, href: str) -> str:
    """The absolute http(s) address of a link, without its fragment; empty for every other scheme and for what is no address."""
    try:
        # As every browser does: what breaks the line is no part of an address, and a blank in it is one that was not escaped.
        url = urldefrag(urljoin(base, _BLANK.sub("%20", _BREAK.sub("", href.strip()))))[0]
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return (
        url if sound and len(url) <= 4_096 and "%20" not in parts.netloc and not any(c.isspace() or c < " " for c in url) else ""
    )


def site(url: str) -> str:
    """What two addresses of one site have in common: the host, without what telephones and habit put before it."""
    return _PREFIX.sub("", (urlsplit(url).hostname or "").lower())


def base_address(tree: HtmlElement, url: str) -> str:
    """What relative links of the page are relative to."""
    element = tree.find(".//base[@href]")
    return web_address(url, element.get("href") or "") or url if element is not None else url

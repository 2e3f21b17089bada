"""Addresses that a page writes, to absolute ones of the web. Pure."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp)\.")


def web_address(base: str, href: str) -> str:
    """The absolute http(s) address of a link, without its fragment; empty for every other scheme and for what is no address."""
    try:
        url = urldefrag(urljoin(base, "".join(href.split()) if "\n" in href or "\t" in href else href.strip()))[0]
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return url if sound and len(url) <= 4_096 and not any(c.isspace() or c < " " for c in url) else ""


def site(url: str) -> str:
    """What two addresses of one site have in common: the host, without what telephones and habit put before it."""
    return _PREFIX.sub("", (urlsplit(url).hostname or "").lower())


def base_address(tree: HtmlElement, url: str) -> str:
    """What relative links of the page are relative to."""
    element = tree.find(".//base[@href]")
    return web_address(url, element.get("href") or "") or url if element is not None else url

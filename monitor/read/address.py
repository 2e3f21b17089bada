"""Addresses that a page writes, to absolute ones of the web. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp)\.")
_BREAK = re.compile(r"(?<! )[ ]*+[\t\r\n]\s*+")
_BLANK = re.compile(r"[ \u00a0]")
_NO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_NO_ADDRESS = re.compile(r"[\s\x00-\x1f]")
_LONGEST_HOST = 253


def web_address(base: str, href: str) -> str:
    """The absolute http(s) address of a link, without its fragment; empty for every other scheme and for what is no address."""
    try:
        # As every browser does: what breaks the line is no part of an address, and a blank in it is one that was not escaped.
        written = href.strip()
        if not written.isprintable() or " " in written:
            # What has no width comes with text that was copied.
            written = _BLANK.sub("%20", _BREAK.sub("", _NO_WIDTH.sub("", written).strip()))
        if "\\" in written:
            path, query, rest = written.partition("?")
            written = path.replace("\\", "/") + query + rest
        if "." in written[:_LONGEST_HOST] and _is_host(base, written):
            # A path that begins with the site's own name is an address that lacks its scheme.
            written = "//" + written
        url = urldefrag(urljoin(base, written))[0]
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return url if sound and len(url) <= 4_096 and "%20" not in parts.netloc and not _NO_ADDRESS.search(url) else ""


def _is_host(base: str, written: str) -> bool:
    """Whether an address begins with the host of another, and no scheme."""
    host, slash, _ = written.partition("/")
    return bool(slash) and ":" not in host and "." in host and host != "." and site(f"//{host}") == site(base) != ""


# What a page's number is in an address: "/2", "-2", "/page/2", "page2".
_PAGE_NUMBER = re.compile(r"[/_-]?(?:page|p|str)?[/_-]?\d{1,3}(?=/?(?:\.\w{2,5})?$)")
_FEW_DIGITS = re.compile(r"[/_-]?(page|p|str)?[/_-]?(?<!\d)(\d{1,3})/?(?:\.\w{2,5})?$")
_MOST_NUMBERS = 3
_PAGE_QUERY = re.compile(r"(?:^|&)(?:page|p|pagen_1|str)=\d{1,3}(?=&|$)", re.IGNORECASE)


def is_next_page(url: str, other: str) -> bool:
    """Whether an address is that of another page of the same article: it differs in a page's number alone. The next article of an
    endless scroll has another name."""
    here, there = urlsplit(url), urlsplit(other)
    if url == other or site(url) != site(other):
        return False
    queries = [_PAGE_QUERY.sub("", parts.query).strip("&") for parts in (here, there)]
    if here.path == there.path:
        return queries[0] == queries[1] and _PAGE_QUERY.search(there.query) is not None
    stems = [_PAGE_NUMBER.sub("", parts.path).rstrip("/") for parts in (here, there)]
    # Where an address ends in an article's own number, another number is another article.
    whole = re.sub(r"\.\w{2,5}$", "", here.path).rstrip("/")
    is_longer = re.sub(r"\.\w{2,5}$", "", stems[1]) == whole and there.path != here.path
    is_later = (
        stems[0] == stems[1] != "" and stems[0].rstrip("/") != here.path.rstrip("/") and bool(re.search(r"page", here.path))
    )
    return queries[0] == queries[1] and (is_longer or is_later)


def page_number(first: str, url: str) -> int:
    """The number of a page of the article whose first page is at `first`."""
    if url == first:
        return 1
    parts = urlsplit(url)
    if queries := _PAGE_QUERY.findall(parts.query):
        return int(queries[0].rpartition("=")[2])
    found = _FEW_DIGITS.search(parts.path)
    return int(found[2]) if found else 1


def page_rank(url: str) -> int:
    """0 where an address has no page's number; else the greater, the more numbers it ends in. Of two addresses of which one is a
    further page of the other, that one has the greater, or both were numbered from another beginning.
    """
    parts = urlsplit(url)
    path, numbers = parts.path, [int(found.rpartition("=")[2]) for found in _PAGE_QUERY.findall(parts.query)][:1]
    while len(numbers) < _MOST_NUMBERS and (found := _FEW_DIGITS.search(path)):
        numbers.append(int(found[2]))
        path = path[: found.start()]
    return 2 * len(numbers) + (numbers[0] > 1) if numbers else 0


@lru_cache(maxsize=1024)
def site(url: str) -> str:
    """What two addresses of one site have in common: the host, without what telephones and habit put before it. Empty for what is
    no address."""
    try:
        return _PREFIX.sub("", (urlsplit(url).hostname or "").lower())
    except ValueError:
        return ""


def path_of(url: str) -> str:
    """The path of an address, be it relative, without a slash at its end; empty for what is no address."""
    try:
        return urlsplit(url.partition("#")[0]).path.rstrip("/")
    except ValueError:
        return ""


def base_address(tree: HtmlElement, url: str) -> str:
    """What relative links of the page are relative to."""
    element = tree.find(".//base[@href]")
    return web_address(url, element.get("href") or "") or url if element is not None else url

"""Where a page leads: the address that it gives itself, what its text cites, its next page. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.model import Link
from monitor.read.address import is_next_page, page_number, site, web_address
from monitor.read.blocks import Spans
from monitor.read.numbered import numbered
from monitor.read.structured import Declared


def canonical(url: str, base: str, declaration: Declared) -> tuple[str, list[Link]]:
    """The address that the page gives itself, where it may be believed, and what it says of itself elsewhere.

    Another host is a claim about syndication, and the home page in place of an article's address is a template's mistake.
    """
    credible, found = url, []
    address = web_address(base, declaration.canonical) if declaration.canonical else ""
    if address and site(address) != site(url):
        found.append(Link(address, "syndication", ""))
    elif address and (urlsplit(address).path.strip("/") or not urlsplit(url).path.strip("/")):
        credible = address
        if address != url:
            found.append(Link(address, "canonical", ""))
    for source in declaration.syndicated:
        if (other := web_address(base, source)) and site(other) != site(url) and other not in {k.url for k in found}:
            found.append(Link(other, "syndication", ""))
    return credible, found


def citations(spans: Spans, text: str, url: str, base: str) -> tuple[list[Link], list[str]]:
    """Links inside the text, and a flag where it has links of schemes that are not the web's."""
    found, dropped = [], 0
    for anchor, start, end in spans:
        if not (href := anchor.get("href")):
            continue
        address = web_address(base, href)
        if address and address != url.partition("#")[0]:
            found.append(Link(address, "citation", text[start:end], start, end))
        elif not address:
            dropped += 1
    return found, [f"{dropped} links in the text lead to no web address"] if dropped else []


def next_page(tree: HtmlElement, declaration: Declared, *, first: str, url: str, base: str) -> str:
    """The address of the next page: the one that this page calls so, or links to by the next number. `first` is that of the
    article's first page. Empty where there is none."""
    number = page_number(first, url) + 1
    written = (*declaration.next_pages, *numbered(tree, number))
    addresses = (web_address(base, address) for address in written if address)
    return next((address for address in addresses if address not in ("", url) and is_next_page(first, address)), "")

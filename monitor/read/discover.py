"""Finds where an outlet can be polled: feeds, channels and sitemaps that its page and robots.txt name, and usual addresses.
Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from monitor.model import Rejection
from monitor.read.address import base_address, web_address
from monitor.read.decode import decode, sniff
from monitor.read.feed import not_a_feed
from monitor.read.markup import parse
from monitor.read.names import tidy
from monitor.text.language import language

_MOST = 10
_MARKUP = 5_000_000
# https://www.rssboard.org/rss-autodiscovery, and what Atom and JSON Feed say of the same.
_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json")
)
_FEED_LINK = re.compile(r"(?:^|[/._-])(?:rss|feed|atom)s?\d?(?:[/._-]|$)", re.IGNORECASE)
_SERVICES = re.compile(r"oembed|wp-json|manifest", re.IGNORECASE)
_CHANNEL = re.compile(r"https?://(?:www\.)?(?:t|telegram)\.me/(?:s/)?([A-Za-z]\w{3,31})/?(?:\?.*)?$")
_NO_CHANNEL = frozenset(("share", "joinchat", "addstickers", "proxy", "iv"))
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_FEEDS = ("/rss.xml", "/feed", "/rss", "/feed.xml", "/atom.xml")
_SITEMAPS = ("/sitemap.xml", "/news-sitemap.xml")


@dataclass(frozen=True, slots=True)
class Announced:
    """What a page says of its outlet."""

    name: str
    language: str
    feeds: tuple[str, ...]
    """Announced for programs, then linked to for people; at most 10."""
    channels: tuple[str, ...]
    """Public previews of the Telegram channels that it links to; at most 2."""


def announced(body: bytes, url: str, content_type: str = "") -> Announced | Rejection:
    """What the page at `url` announces. Never raises: what is no page is Rejection."""
    decoded = decode(body, content_type)
    kind = sniff(body, decoded.text)
    tree, _ = parse(decoded.text[:_MARKUP]) if kind == "html" else (None, 0)
    if tree is None:
        return not_a_feed(decoded, kind)
    base = base_address(tree, url)
    said = {
        " ".join((meta.get("property") or meta.get("name") or "").split()).lower(): meta.get("content") or ""
        for meta in tree.iter("meta")
    }
    title = tidy(said.get("og:site_name") or said.get("application-name") or tree.findtext(".//title") or "")
    visible = " ".join(tree.text_content().split())[:20_000]
    feeds = dict.fromkeys([*_alternates(tree, base), *_links(tree, base)])
    channels = dict.fromkeys(f"https://t.me/s/{name}" for name in _channels(tree, base))
    return Announced(title, language(tree.get("lang") or "", visible), tuple(feeds)[:_MOST], tuple(channels)[:2])


def sitemaps_of(robots: str, url: str) -> tuple[str, ...]:
    """The addresses in the Sitemap lines of a robots.txt (https://www.sitemaps.org/protocol.html), at most 10, each once."""
    found: dict[str, None] = {}
    for line in _SITEMAP_LINE.finditer(robots):
        if address := web_address(url, line[1]):
            found[address] = None
        if len(found) == _MOST:
            break
    return tuple(found)


def likely_feeds(url: str) -> tuple[str, ...]:
    """Where feeds lie on most sites that announce none."""
    return tuple(urljoin(url, path) for path in _FEEDS)


def likely_sitemaps(url: str) -> tuple[str, ...]:
    """Where sitemaps lie on most sites whose robots.txt names none."""
    return tuple(urljoin(url, path) for path in _SITEMAPS)


def _alternates(tree: HtmlElement, base: str) -> list[str]:
    links = (
        web_address(base, link.get("href") or "")
        for link in tree.iter("link")
        if "alternate" in (link.get("rel") or "").lower().split()
        and (link.get("type") or "").partition(";")[0].strip().lower() in _TYPES
    )
    return [link for link in links if link and not _SERVICES.search(link)]


def _links(tree: HtmlElement, base: str) -> list[str]:
    links = (web_address(base, anchor.get("href") or "") for anchor in tree.iter("a"))
    return [link for link in links if link and _FEED_LINK.search(urlsplit(link).path)]


def _channels(tree: HtmlElement, base: str) -> list[str]:
    found = (_CHANNEL.match(web_address(base, anchor.get("href") or "")) for anchor in tree.iter("a"))
    return [match[1] for match in found if match and match[1].lower() not in _NO_CHANNEL]

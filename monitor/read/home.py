"""Home pages to entries: the links that look like articles, for outlets that have nothing else. Pure; no outlet's own rules.

A link is taken for an article's by two things that are true of nearly all and of little else: it is called by a title, of some
words, and its address ends in what tells one article from another, a number, a date or some words joined together.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from monitor.model import Feed, FeedEntry, Outcome, Rejection
from monitor.read import stand_ins
from monitor.read.address import base_address, site, web_address
from monitor.read.characters import illegible
from monitor.read.decode import decode, sniff
from monitor.read.elements import class_names, words
from monitor.read.feed import not_a_feed
from monitor.read.markup import parse
from monitor.read.related import NO_ARTICLE
from monitor.text.language import language

_MOST = 300
_MARKUP = 5_000_000
_LONGEST_TITLE = 500
# "About us" and "All the news" are sections; the shortest headlines have three words.
_TITLE_WORDS, _TITLE_LETTERS = 3, 16
# What stands in a menu or under the page is called so.
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|submenu|foot|footer|breadcrumbs?|tags?|share|social|advert|ads?|banner)(?:$|[\s_-])"
)
_NUMBER = re.compile(r"\d")
# Words of a headline in an address, joined by hyphens: three or more.
_WORDS = re.compile(r"(?<![^\W\d_])[^\W\d_]++(?:[-_+ ][^\W_]++){2,}+")
_FILE = re.compile(r"/print/|\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|zip|mp3|mp4|xml|rss|json|css|js)$", re.IGNORECASE)


def read_home(body: bytes, url: str, content_type: str = "", *, now: datetime) -> Feed | Rejection:  # noqa: ARG001 - as every reader of what is polled
    """The articles that the page at `url` links to on its own site, each once, in the order in which they stand, at most 300 of
    them. They have titles and no dates. Never raises: a page without such links, or none at all, is Rejection.
    """
    decoded = decode(body, content_type)
    kind = sniff(body, decoded.text)
    markup = decoded.text[:_MARKUP]
    tree, count = parse(markup) if kind == "html" else (None, 0)
    if tree is None:
        return not_a_feed(decoded, kind)
    title = " ".join((tree.findtext(".//title") or "").split())
    titles = _titles(tree, base_address(tree, url), url)
    if not titles:
        refused = stand_ins.find_stand_in(title, words(tree, 20_000), markup[:100_000])
        return refused or Rejection(
            Outcome.NOT_A_FEED, "the page links to no articles; it may be made by scripts, which are not run"
        )
    entries = [FeedEntry(address, address, said, "", None, "", None) for address, said in titles.items()]
    flags = [
        *decoded.flags,
        *illegible(count),
        *([f"links beyond the first {_MOST} are left out: {len(entries) - _MOST}"] * (len(entries) > _MOST)),
    ]
    return Feed(
        url=url,
        format="home",
        title=title,
        language=language(tree.get("lang") or "", " ".join(titles.values())),
        entries=tuple(entries[:_MOST]),
        flags=tuple(flags),
        left_out=max(0, len(entries) - _MOST),
    )


def linked(body: bytes, url: str, content_type: str = "") -> frozenset[str] | Rejection:
    """Every address on its own site that the page at `url` links to. Never raises: what is no page, or stands in the place of
    one, is Rejection.
    """
    decoded = decode(body, content_type)
    kind = sniff(body, decoded.text)
    markup = decoded.text[:_MARKUP]
    tree, _ = parse(markup) if kind == "html" else (None, 0)
    if tree is None:
        return not_a_feed(decoded, kind)
    base = base_address(tree, url)
    found = {web_address(base, anchor.get("href") or "") for anchor in tree.iter("a")} - {""}
    own = frozenset(address for address in found if site(address) == site(url))
    if own:
        return own
    title = " ".join((tree.findtext(".//title") or "").split())
    return stand_ins.find_stand_in(title, words(tree, 20_000), markup[:100_000]) or Rejection(
        Outcome.NOT_A_FEED, "the page links to nothing of its site"
    )


def _titles(tree: HtmlElement, base: str, url: str) -> dict[str, str]:
    """The title of each article that is linked to, by its address: a picture and a headline may both link to one."""
    found: dict[str, str] = {}
    around = {e for e in tree.iter("nav", "footer", "menu", "div", "ul", "section") if _is_around(e)}
    for anchor in tree.iter("a"):
        address = web_address(base, anchor.get("href") or "")
        if address in {"", url} or site(address) != site(url) or not _is_article_address(address):
            continue
        said = _link_title(anchor)
        if len(said) > len(found.get(address, "")) and not any(parent in around for parent in anchor.iterancestors()):
            found[address] = said
    return {address: said for address, said in found.items() if len(said.split()) >= _TITLE_WORDS and len(said) >= _TITLE_LETTERS}


def _is_around(element: HtmlElement) -> bool:
    return element.tag in {"nav", "footer", "menu"} or _AROUND.search(class_names(element)) is not None


def _link_title(anchor: HtmlElement) -> str:
    """What a link is called: the headline in it, where there is one beside a teaser, a section and a time."""
    heading = next(anchor.iter("h1", "h2", "h3", "h4", "h5"), None)
    said = words(anchor if heading is None else heading, _LONGEST_TITLE)
    return (said or " ".join((anchor.get("title") or anchor.get("aria-label") or "").split()))[:_LONGEST_TITLE]


def _is_article_address(address: str) -> bool:
    """Whether an address ends in what tells one article from another."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if NO_ARTICLE.search(path) or _FILE.search(path):
        return False
    last = path.rstrip("/").rpartition("/")[2]
    return bool(_NUMBER.search(last) or _WORDS.search(last) or (parts.query and _NUMBER.search(parts.query)))

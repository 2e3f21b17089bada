"""A page to an Article, or to the reason why it is none. Pure: bytes and `now` in, records out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from monitor.model import Article, Link, Outcome, Rejection
from monitor.read import refuse
from monitor.read.address import base_address, site, web_address
from monitor.read.body import PARSER_ERRORS, body_text
from monitor.read.boilerplate import boilerplate
from monitor.read.characters import illegible
from monitor.read.dates import EARLIEST, instant, read_date
from monitor.read.decode import decode, sniff
from monitor.read.layout import fallback_text, part_paragraphs, unwrap_tables
from monitor.read.marks import mark_links, remove_boilerplate, unmark, without_marks
from monitor.read.markup import parse
from monitor.read.related import Related, mark_related, related_links
from monitor.read.structured import Declared, declared
from monitor.text.language import language

MAX_TEXT = 5_000_000
"""Characters of markup that are read of one page."""
MAX_LINKS = 50_000
"""Links that are read of one page."""
_ANCHOR = re.compile(r"<a\s", re.IGNORECASE)
_UNSEEN = ("style", "svg", "link", "meta")
# They stay in the tree, for some pages keep their text in them; a reader whose browser runs scripts sees none of it.
_HIDDEN = ("script", "noscript", "template")
# More than any page in an article's place has for a reader to see.
_SEEN = 20_000
_KINDS = {
    "empty": (Outcome.NOT_AN_ARTICLE, "the body is empty"),
    "feed": (Outcome.NOT_AN_ARTICLE, "the page is a feed"),
    "json": (Outcome.WRONG_TYPE, "the page is JSON"),
    "xml": (Outcome.WRONG_TYPE, "the page is XML"),
    "text": (Outcome.NOT_AN_ARTICLE, "the page has no markup"),
    "html": (Outcome.NOT_AN_ARTICLE, "the page has no markup"),
}
_ADDRESS_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-])")
# Of the words of a list more than this share is links. Dated articles can have more, and are not asked.
_LISTED = 0.6
_LIVE = re.compile(r"/live(?:-?blog|-updates)?(?:/|$)", re.IGNORECASE)


def _capped(text: str) -> tuple[str, list[str]]:
    flags = []
    if len(text) > MAX_TEXT:
        flags.append(f"cut at {MAX_TEXT:,} of {len(text):,} characters")
        text = text[:MAX_TEXT]
    for number, match in enumerate(_ANCHOR.finditer(text)):
        if number == MAX_LINKS:
            flags.append(f"cut at {MAX_LINKS:,} links")
            return text[: match.start()], flags
    return text, flags


def _visible(tree: HtmlElement) -> str:
    """What a reader sees, or the beginning of it."""
    body = tree.find("body")
    parts: list[str] = []
    length = 0
    hidden = {part for box in tree.iter(*_HIDDEN) for part in box.iter()}
    for element in () if body is None else body.iter():
        if element.text and element not in hidden:
            parts.append(element.text)
            length += len(element.text)
        if element.tail and element.getparent() not in hidden:
            parts.append(element.tail)
            length += len(element.tail)
        if length > _SEEN:
            break
    return " ".join(without_marks(" ".join(parts)).split())


def published_day(article: Article) -> str:
    """The day on which the page says that it was published, in its own time zone, ISO 8601; empty where it says none that can
    be read. Where its clock is declared in UTC and its address names a day beside it, that day is the outlet's own."""
    when = read_date(article.published_raw)
    if when.day is None or when.day < EARLIEST or (when.instant and not article.published):
        # Nothing, a placeholder, or the far future: read_page found it not plausible.
        return ""
    day = when.day
    match = _ADDRESS_DAY.search(article.url)
    if match and article.published and article.published.date() == day:
        named = read_date("-".join(match.groups())).day
        if named and abs(named - day) == timedelta(days=1):
            day = named
    return day.isoformat()


def _canonical(url: str, base: str, said: Declared) -> tuple[str, list[Link]]:
    """The address that the page gives itself, where it may be believed, and what it says of itself elsewhere.

    Another host is a claim about syndication, and the home page in place of an article's address is a template's mistake.
    """
    credible, found = url, []
    address = web_address(base, said.canonical) if said.canonical else ""
    if address and site(address) != site(url):
        found.append(Link(address, "syndication", ""))
    elif address and (urlsplit(address).path.strip("/") or not urlsplit(url).path.strip("/")):
        credible = address
        if address != url:
            found.append(Link(address, "canonical", ""))
    for source in said.syndicated:
        if (other := web_address(base, source)) and site(other) != site(url) and other not in {k.url for k in found}:
            found.append(Link(other, "syndication", ""))
    return credible, found


def _citations(
    text_spans: list[tuple[int, int, int]], text: str, anchors: list[HtmlElement], url: str, base: str
) -> tuple[list[Link], int]:
    """Links inside the text, and how many of its links were of schemes that are not the web's."""
    found, dropped = [], 0
    for number, start, end in text_spans:
        href = anchors[number].get("href") or ""
        address = web_address(base, href)
        if address and address != url.partition("#")[0]:
            found.append(Link(address, "citation", text[start:end], start, end))
        elif not address:
            dropped += 1
    return found, dropped


def _lists(url: str, said: Declared, text: str, spans: list[tuple[int, int, int]]) -> str:
    """Why a page is a home page or a list of articles and not one; empty where it is not."""
    if said.article:
        return ""
    parts = urlsplit(url)
    if url and not parts.path.strip("/") and not parts.query:
        return "the address is a home page and its markup declares no article"
    linked = sum(end - start for _, start, end in spans)
    if len(spans) >= 5 and linked > _LISTED * len(text) and not said.published:
        return "the page is a list of links"
    return ""


def _body(tree: HtmlElement, blocks: list[Related]) -> tuple[str, list[tuple[int, int, int]]]:
    """The text and where its links stand. Raises PARSER_ERRORS."""
    marked = body_text(tree)
    text, spans = unmark(marked)
    if blocks and len(text) < len(marked) / 2:
        # The blocks were taken for the body: without them the extractor has to look elsewhere.
        for related in blocks:
            related.block.drop_tree()
        text, spans = unmark(body_text(tree))
    return text, spans


def read_page(body: bytes, url: str, content_type: str = "", *, status: int = 200, now: datetime) -> Article | Rejection:
    """Reads the page at `url`. `now` bounds what declared dates are plausible. Never raises: what cannot be read is Rejection.

    Of a page whose address is unknown (empty, or none of the web's) relative links are not read.
    """
    given, url = url, web_address(url, url)
    decoded = decode(body, content_type)
    kind = sniff(body, decoded.text)
    markup, capped = _capped(without_marks(decoded.text))
    tree, broken = parse(markup) if kind == "html" else (None, 0)
    if tree is None:
        outcome, detail = _KINDS.get(kind, (Outcome.WRONG_TYPE, f"the page is {kind} data"))
        return refuse.by_status(status) or Rejection(outcome, detail)
    said, base = declared(tree, url, now), base_address(tree, url)
    # On many pages these are a third of all elements, and each is a cost to all that follows.
    strip_elements(tree, *_UNSEEN, with_tail=False)
    # lxml makes an element's Python object anew at each visit unless somebody holds it: a twentieth of the time of reading.
    _held = [*tree.iter()]
    signed = said.article or bool(said.authors) or instant(said.published, now) is not None
    # 451 is the plainest word there is; the pages that come with it say "blocked" or "not in your country".
    refused = refuse.by_status(status) if status == 451 else None
    if not signed:
        refused = refused or refuse.stand_in(said.title, _visible(tree), markup[:100_000])
    refused = refused or refuse.by_status(status)
    if refused:
        return refused
    around = unwrap_tables(tree)
    part_paragraphs(tree)
    blocks = mark_related(tree, base)
    for element in (*around, *boilerplate(tree, said.title)):
        remove_boilerplate(element)
    anchors = mark_links(tree.iter("a"))
    fallback_text(tree)
    try:
        text, spans = _body(tree, blocks)
    except PARSER_ERRORS as error:
        return Rejection(Outcome.PARSER_ERROR, f"the body could not be extracted: {type(error).__name__}: {error}"[:200])
    if listed := _lists(url, said, text, spans):
        return Rejection(Outcome.NOT_AN_ARTICLE, listed)
    if len(said.body) > 2 * len(text):
        text, spans = said.body, []
    short = len(text.split()) < refuse.WALL_WORDS
    paywalled = said.free is False or (short and refuse.paywalled(_visible(tree)))
    if paywalled and short:
        return Rejection(Outcome.PAYWALL, "the page shows only the beginning of its article")
    if not text:
        return Rejection(Outcome.NOT_AN_ARTICLE, "no text was found in the page")
    citations, dropped = _citations(spans, text, anchors, url, base)
    canonical, self_links = _canonical(url, base, said)
    return Article(
        url=given,
        canonical=canonical or given,
        title=said.title,
        subtitle=said.subtitle,
        authors=said.authors,
        published=instant(said.published, now),
        published_raw=said.published,
        modified=instant(said.modified, now),
        modified_raw=said.modified,
        language=language(said.language, text),
        section=said.section,
        text=text,
        links=(*citations, *related_links(tree, text, blocks, url), *self_links),
        paywalled=paywalled,
        live=said.live or bool(_LIVE.search(urlsplit(url).path)),
        flags=(*decoded.flags, *illegible(broken), *capped, *_mismatch(content_type), *_dropped(dropped)),
    )


def _mismatch(content_type: str) -> list[str]:
    """A flag for a page that was served under a type which is no page's."""
    stated = content_type.partition(";")[0].strip().lower()
    return [] if not stated or re.search(r"html|xml|text/plain", stated) else [f"served as {stated}, is html"]


def _dropped(count: int) -> list[str]:
    return [f"{count} links in the text lead to no web address"] if count else []

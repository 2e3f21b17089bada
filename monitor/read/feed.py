"""Feeds to entries: RSS 0.9 to 2.0, RDF and Atom, however broken; JSON Feed by jsonfeed, channels by telegram. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from urllib.parse import urljoin

from monitor.model import Channel, Feed, FeedEntry, Outcome, Rejection
from monitor.read import jsonfeed, stand_ins, telegram
from monitor.read.address import site as host_site
from monitor.read.address import web_address
from monitor.read.characters import illegible, legible
from monitor.read.dates import instant
from monitor.read.decode import Decoded, decode, sniff
from monitor.read.loose_xml import Element, elements, local, without_doctype
from monitor.read.names import names, tidy
from monitor.read.plain import plain
from monitor.text.language import code

MAX_ENTRIES = 20_000
"""Entries that are read of one feed."""
_ENTRIES = frozenset({"item", "entry"})
_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
# Where an entry's own elements are written with a prefix, or one that is not the usual.
_PREFIXES = {
    "http://www.w3.org/2005/atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.pheedo.com/namespace/pheedo": "pheedo",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
# In this order: when an entry was published, when it was changed, and who wrote it.
_PUBLISHED = ("pubdate", "atom:published", "atom:issued", "dc:date", "dcterms:issued", "dcterms:created", "atom:created", "date")
_UPDATED = ("atom:updated", "atom:modified", "dcterms:modified", "dc:date", "lastmod", "updated")
_AUTHORS = ("author", "atom:author", "dc:creator", "itunes:author", "dc:contributor")
_SUMMARIES = ("description", "atom:summary", "summary", "dc:description")
# The article itself: RSS's content module, Atom, and what Russian aggregators ask newsrooms for.
_FULL_TEXTS = re.compile(
    r"content:encoded|atom:content|content|(?:xhtml:)?body|text|(?:(?<!\w)\w++:)?full[-_]?text|turbo:content|fullitem"
)
_LONGEST_GUID = 2_000
# RFC 4287, section 4.2.7.2: what a link's relation is short for.
_RELATIONS = "http://www.iana.org/assignments/relation/"
_NUMBER = re.compile(r"\s*(\d{1,7})")
# Minutes. https://web.resource.org/rss/1.0/modules/syndication/
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
# So much of a title tells whether a tag was meant.
_CLOSING = re.compile(r"</\w+\s*>|<br\s*/?>", re.IGNORECASE)


class _Fields:
    """The elements directly inside an entry or a channel, by name: its own without prefix, others with the usual one."""

    def __init__(self, found: Iterable[Element], prefixes: Mapping[str, str]) -> None:
        self._by_name: dict[str, list[Element]] = {}
        for element in found:
            prefix, _, name = element.name.rpartition(":")
            prefix = prefixes.get(prefix, prefix)
            self._by_name.setdefault(f"{prefix}:{name}" if prefix else name, []).append(element)

    def all(self, *wanted: str) -> Iterator[Element]:
        """The elements of these names, in the order of the names."""
        for name in wanted:
            yield from self._by_name.get(name, ())

    def matching(self, pattern: re.Pattern[str]) -> Iterator[Element]:
        """The elements whose whole name a pattern matches."""
        for name, found in self._by_name.items():
            if pattern.fullmatch(name):
                yield from found

    def first(self, *wanted: str) -> str:
        """The words of the first of them that has any."""
        return next((words for element in self.all(*wanted) if (words := element.words)), "")

    def markup(self, *wanted: str) -> str:
        """The text of the first of them that has any."""
        return next((text for element in self.all(*wanted) if (text := _text(element))), "")


def _text(element: Element) -> str:
    """Plain text of an element: what says that it is plain text, and has no tags, is not read as markup."""
    markup = element.markup
    if element.attributes.get("type", "").lower() in {"text", "text/plain"} and not _CLOSING.search(markup):
        return "\n".join(line for raw in markup.splitlines() if (line := " ".join(raw.split())))
    return plain(markup)


# An entry's address by the first of these that gives one. `host` is that of the feed's own site.


def _by_original_link(fields: _Fields, _host: str) -> Iterator[str]:
    """Of a feed that a service passes on, where each link leads through the service."""
    yield from (element.address for element in fields.all("feedburner:origlink", "pheedo:origlink"))


def _by_link(fields: _Fields, _host: str) -> Iterator[str]:
    """RSS's own link."""
    yield from (element.address for element in fields.all("link"))


def _by_alternate(fields: _Fields, _host: str) -> Iterator[str]:
    """Atom's: of several, the page before what is for programs."""
    links = [element.attributes for element in fields.all("atom:link", "link")]
    pages = [link for link in links if link.get("rel", "alternate").lower().removeprefix(_RELATIONS) == "alternate"]
    for link in sorted(pages, key=lambda link: "html" not in link.get("type", "html")):
        yield _joined(link.get("xml:base", ""), link.get("href", ""))
    # RFC 4287 has no words in a link; who writes RSS's into Atom means them.
    yield from (element.address for element in fields.all("atom:link") if not element.attributes.keys() & {"href", "rel"})


def _joined(base: str, link: str) -> str:
    """A link by the xml:base of its own element, which may be relative itself."""
    try:
        return urljoin(base, link) if base and link else link
    except ValueError:
        return link


def _by_permalink(fields: _Fields, _host: str) -> Iterator[str]:
    """RSS 2.0: a guid is the address, unless it says that it is not; a path alone, where it says that it is."""
    for guid in fields.all("guid"):
        said = guid.attributes.get("ispermalink", "").lower()
        if said != "false" and ("://" in guid.words or (said == "true" and guid.words.startswith("/"))):
            yield guid.words


def _by_identifier(fields: _Fields, host: str) -> Iterator[str]:
    """An identifier that is an address of the outlet's own, whatever it says of itself."""
    for element in fields.all("guid", "atom:id", "id"):
        if host and host_site(web_address("", element.words)) == host:
            yield element.words


ADDRESS_RULES: tuple[tuple[str, Callable[[_Fields, str], Iterator[str]]], ...] = (
    ("original link", _by_original_link),
    ("link", _by_link),
    ("alternate", _by_alternate),
    ("permalink", _by_permalink),
    ("identifier", _by_identifier),
)
"""How an entry's address is found: the first rule that gives an address of the web."""


@dataclass(frozen=True, slots=True)
class _Document:
    """What all entries of a feed share."""

    base: str
    """What relative links are relative to."""
    host: str
    prefixes: Mapping[str, str]
    now: datetime


def _entry(element: Element, feed: _Document) -> FeedEntry:
    fields = _Fields(element.children(), feed.prefixes)
    written = [link for _, rule in ADDRESS_RULES for link in rule(fields, feed.host)]
    updated = fields.first(*_UPDATED)
    raw = fields.first(*_PUBLISHED) or updated
    contents = [_text(content) for content in fields.matching(_FULL_TEXTS)]
    about = element.attributes.get("rdf:about", "")
    base = web_address(feed.base, element.attributes.get("xml:base", "")) or feed.base
    url = next(filter(None, (web_address(base, link) for link in [*written, about] if link)), "")
    return FeedEntry(
        guid=(fields.first("guid", "atom:id", "id") or about or url)[:_LONGEST_GUID],
        url=url,
        title=" ".join(fields.markup("title", "atom:title", "dc:title").split()),
        summary=fields.markup(*_SUMMARIES),
        published=instant(raw, feed.now),
        published_raw=raw,
        updated=instant(updated, feed.now),
        authors=names(_signed(fields)),
        text=max(contents, key=len, default=""),
    )


def _signed(fields: _Fields) -> Iterator[str]:
    """Whom the first kind of signature names."""
    for kind in _AUTHORS:
        said = []
        for element in fields.all(kind):
            inner = [child.words for child in element.children() if local(child.name) == "name"]
            said += inner or [_person(element.words)]
        if any(said):
            yield from said
            return


def _person(words: str) -> str:
    """Whom RSS 2.0's author, an address of e-mail, names: "editor@paper.example (Anna Moor)"."""
    address, _, name = words.partition(" (")
    return name.rstrip(")") if name and "@" in address else words


def not_a_feed(decoded: Decoded, kind: str) -> Rejection:
    """Why a document of this kind (as `sniff` names it) is no feed: what stands in its place."""
    text = decoded.text
    if kind == "empty":
        return Rejection(Outcome.NOT_A_FEED, "the body is empty")
    if kind in ("html", "text"):
        title = re.search(r"<title[^>]{0,200}>([^<]*)", text, re.IGNORECASE)
        visible = plain(text[:100_000])
        refused = stand_ins.find_stand_in(tidy(title[1]) if title else "", visible, text[:100_000])
        if refused and refused.outcome is not Outcome.NOT_FOUND:
            return refused
        return Rejection(Outcome.NOT_A_FEED, f"{'a page' if kind == 'html' else 'plain text'} stands where a feed was")
    return Rejection(Outcome.NOT_A_FEED, f"the body is {kind}, not a feed")


def _ttl(channel: _Fields) -> int | None:
    """Minutes for which the document asks to be left alone: RSS 2.0's ttl, or the period of RSS 1.0's syndication module.

    "Hourly, once" is no wish of anybody's: WordPress says so of every site unless it is told otherwise.
    """
    ttl = _NUMBER.match(channel.first("ttl"))
    if ttl:
        return int(ttl[1])
    often = _NUMBER.match(channel.first("sy:updatefrequency") or "1")
    period = _PERIODS.get(channel.first("sy:updateperiod").lower(), 0) // max(int(often[1]) if often else 1, 1)
    return None if period in {0, _PERIODS["hourly"]} else period


def _format(root: Element) -> str:
    match local(root.name):
        case "feed":
            return "atom"
        case "rdf":
            return "rss0.9" if "netscape.com" in root.tag else "rdf"
    version = root.attributes.get("version", "")
    return f"rss{version}" if re.fullmatch(r"0\.9[0-9]?", version) else "rss2.0"


def _prefixes(root: Element, *others: Element | None) -> dict[str, str]:
    """The usual prefix for each that the document declares. What a feed's own root has is its entries' own."""
    found = {}
    for element in (root, *others):
        for name, value in (element.attributes if element else {}).items():
            if name.startswith("xmlns"):
                found[name.partition(":")[2]] = _PREFIXES.get(value.strip().lower(), name.partition(":")[2])
    is_atom = local(root.name) == "feed"
    if not is_atom:
        # A module's namespace as the default one, which some feeds declare by mistake, would take RSS's own elements away.
        found[""] = ""
    else:
        found.setdefault("", "atom")
        found[root.name.rpartition(":")[0]] = "atom"
    return found


def read_feed(body: bytes, url: str, content_type: str = "", *, now: datetime) -> Feed | Channel | Rejection:
    """Reads the feed at `url`: RSS 0.9 to 2.0, RDF, Atom or JSON Feed; or the preview of a Telegram channel, known by its markup.
    `now` bounds what declared dates are plausible. Never raises: what is no feed is Rejection. Of a feed that was cut its whole
    entries are given, and `partial` is True.

    An entry whose link leads to no web address (javascript:, data:, file:) is kept with an empty `url`.
    """
    decoded = decode(body, content_type)
    kind = sniff(body, decoded.text)
    if kind == "json":
        return jsonfeed.read(decoded, url, now)
    if kind == "html" and telegram.is_preview(decoded.text):
        return telegram.read(decoded, url, now)
    if kind != "feed":
        return not_a_feed(decoded, kind)
    text, count = legible(decoded.text)
    text = without_doctype(text)
    root = next(elements(text, _ROOTS), None)
    if root is None:
        return Rejection(Outcome.NOT_A_FEED, "the body is XML without a feed's root")
    found: list[Element] = []
    for element in elements(text, _ENTRIES, root.start):
        found.append(element)
        if len(found) > MAX_ENTRIES:
            break
    end = re.compile(rf"</\s*{re.escape(root.name)}\s*>", re.IGNORECASE)
    is_cut = end.search(text, found[-1].start if found else root.start) is None
    if is_cut and found and not found[-1].whole:
        del found[-1]
    head = text[root.start : found[0].start if found else len(text)]
    channel = next(elements(head, {"channel"}), None)
    inside = channel or Element("", head, 0, len(head), "")
    prefixes = _prefixes(root, channel)
    fields = _Fields(inside.children(), prefixes)
    site = next((a for link in (*_by_link(fields, ""), *_by_alternate(fields, "")) if (a := web_address(url, link))), url)
    # RFC 3986, 5.1.3: what is relative is so to where the document came from; through a service it came from another's host.
    base = url if host_site(site) == host_site(url) else site
    # RFC 4287, section 2: unless the document says to what.
    said = [written for element in (root, channel) if element and (written := element.attributes.get("xml:base"))]
    base = reduce(lambda outer, written: web_address(outer, written) or outer, said, url) if said else base
    feed = _Document(base, host_site(site), prefixes, now)
    cut = [f"entries beyond the first {MAX_ENTRIES} are left out"] if len(found) > MAX_ENTRIES else []
    return Feed(
        url=url,
        format=_format(root),
        title=" ".join(fields.markup("title", "atom:title").split()),
        language=code(fields.first("language", "dc:language") or root.attributes.get("xml:lang", "")),
        entries=tuple(_entry(element, feed) for element in found[:MAX_ENTRIES]),
        ttl=_ttl(fields),
        partial=is_cut,
        flags=(*decoded.flags, *illegible(count), *cut),
    )

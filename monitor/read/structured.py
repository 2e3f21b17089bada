"""Reads a page's metadata from JSON-LD, meta tags, microdata, time tags and headings, and decides between them. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from itertools import chain, islice
from urllib.parse import urlsplit

from htmldate import find_date
from lxml.etree import XPath, iterwalk
from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.read import jsonld
from monitor.read.address import web_address
from monitor.read.blocks import INLINE
from monitor.read.body import PARSER_ERRORS
from monitor.read.bylines import bylines, is_person, joined_to, rights_holders
from monitor.read.dates import AHEAD, EARLIEST, ParsedDate, is_date, own_day, plausible, read_date
from monitor.read.elements import Place, class_names, is_of_other, words
from monitor.read.names import is_like, key, names, tidy
from monitor.read.plain import plain

_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "date_published", "publish_date",
    "publication_date", "pubdate", "publishdate", "published_at", "published_time", "article.published", "sailthru.date",
    "parsely-pub-date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued",
    "citation_publication_date", "ptime", "article_date_original", "originalpublicationdate", "mediator_published_time",
    "rnews:datepublished", "og:pubdate", "displaydate", "bt:pubdate",
)  # fmt: skip
# Content management systems write into these when the page was last touched as often as when it was published.
_DATED = ("date", "dc.date", "dcterms.date", "dcterms.created", "dc.date.created", "created", "timestamp")
_MODIFIED = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "og:modified_time", "datemodified", "date_modified",
    "lastmod", "last-modified", "modified", "revised", "dcterms.modified", "dc.date.modified", "article.updated", "updated_time",
)  # fmt: skip
_AUTHOR = (
    "author", "article:author", "og:article:author", "og:author", "authors", "byl", "byline", "dc.creator", "dcterms.creator",
    "sailthru.author", "parsely-author", "mediator_author", "citation_author", "article.author", "article:author_name",
    "shareaholic:article_author_name", "rbauthors", "creator", "cxenseparse:author", "dcsext.author",
)  # fmt: skip
_TITLE = ("twitter:title", "title", "headline", "dc.title", "sailthru.title", "parsely-title")
_SITE = ("og:site_name", "application-name", "publisher", "article:publisher", "dc.publisher", "twitter:site", "al:ios:app_name")
# As plugins for search engines label it, in the languages of outlets.
_WRITTEN_BY = re.compile(phrases("bylines", "written_by"), re.IGNORECASE)
# An address without a path.
_HOME = re.compile(r"(?:(?:https?:)?//[^/?#]+)?/?")
_INDEX = re.compile(r"^/(?:index|default|home|main)\.\w{2,5}$", re.IGNORECASE)
_HOME_LINKS = 3
# "Газета «Полюс»": by its form the name of who publishes, and no part of a headline.
_HOUSE = re.compile(rf"(?:{phrases('bylines', 'house')})\s+[«“\"„][^«»“”\"„]{{1,60}}[»”\"“]", re.IGNORECASE)
# What stands between a title and its site's name. A hyphen without blanks is part of a title; what a colon parts is only cut
# where it is the site's name, or beside another declaration's whole title.
_PARTS = re.compile(r"(?<=\S)\s(?:[|–—·•»«⁄/\\:~-]|&gt;|&raquo;){1,3}\s|\s?\|\s?|:\s")
_PUBLISHED_CLASS = re.compile(
    r"publish|pubdate|post-?date|entry-?date|article-?date|news-?date|date-?time|timestamp|byline|dateline|posted", re.IGNORECASE
)
_ADDRESS_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-])|/((?:19|20)\d\d[01]\d[0-3]\d)(?=[/-])|/(\d\d)-(\d\d)-((?:19|20)\d\d)(?=[/-])"
)
# The dates of so many headings are looked for, among so many texts after them and before. What is longer than a label is a
# paragraph; so many stand before the text.
_HEADLINES, _AFTER, _BEFORE, _LABEL, _STANDFIRST = 3, 40, 15, 80, 2
_UPDATED = re.compile(phrases("dates", "updated"), re.IGNORECASE)
_IS_PUBLISHED = re.compile(rf"(?:(?<=^)|(?<=[.;|·•]\s))\W{{0,3}}{phrases('dates', 'published')}\s*[:—–-]?(?=\s|$)", re.IGNORECASE)
_NEXT_LABEL = re.compile(rf"[.;|·•]\s|{phrases('dates', 'updated')}", re.IGNORECASE)
# So many texts behind the headline a label is looked for, where no date is found near it.
_FAR = 400
_LESSER_HEADINGS = 60
# So many figures a page's number has at most.
_FIGURES = 2
# Digits of Arabic, Persian and Hindi are read, too.
_DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९")
_IN_DIGITS = [str.maketrans(_DIGITS[0], digits) for digits in _DIGITS]
_WITH_NUMBER = XPath("//a[contains(., $n0) or contains(., $n1) or contains(., $n2) or contains(., $n3)]")
_NOT_OWN = frozenset({"script", "style", "noscript", "nav", "aside", "footer", "blockquote"})
_STAMP_NAMES = ("data-timestamp", "data-datetime", "data-date", "data-published", "data-pubdate")
# By its attributes' own axis each of these takes a quarter of the time of a question to every element.
_WITH_STAMP = XPath(" | ".join(f"//@{name}/.." for name in _STAMP_NAMES))
_STAMPS = 20
# A date in parts has a day, a month, a year, and perhaps a time.
_DATE_PARTS, _LONGEST_DATE = 5, 40
_WITH_ITEMPROP = XPath("//@itemprop/..")
_WITH_ITEMTYPE = XPath("//@itemtype/parent::*[@itemscope]")


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page says of itself, before the text is looked at. Dates are as written."""

    title: str
    title_rule: str
    """The votes (TITLE_VOTES) that decided."""
    subtitle: str
    authors: tuple[str, ...]
    published: str
    date_rule: str
    """Where `published` was found: declared, labelled, beside the headline, address, in a line, searched, under the text. Filled
    by `signed`. In a line and searched it may be of something else."""
    day_shown: date | None
    """The day of `published` where the outlet is, if the page shows another than it declares; filled by `signed`."""
    modified: str
    section: str
    language: str
    """As declared, may have a region; empty where it is not."""
    canonical: str
    """As written."""
    next_pages: tuple[str, ...]
    """What the page says comes after it, as written."""
    syndicated: tuple[str, ...]
    article: bool
    """Whether the markup says that this page is an article,"""
    other: str
    """and what else, where it says neither that nor a date of its own: Product, CollectionPage ...; empty where nothing."""
    free: bool | None
    live: bool
    body: str
    """JSON-LD articleBody; empty where absent."""


def _content(element: HtmlElement) -> str:
    """An element's words; a blank between its parts, for markup parts words that the source does not."""
    return " ".join(" ".join(element.itertext()).split())[:2_000]


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for element in tree.iter("meta"):
        # Test pages of the Mercury parser have `value` for `content`; so have some old sites.
        content = (element.get("content") or element.get("value") or "").strip()[:5_000]
        for name in (element.get(a) for a in ("property", "name", "itemprop", "http-equiv")):
            if content and name:
                found[name.strip().lower()].append(content)
    return found


class Declarations:
    """The declarations of a page, from which what it says of itself is told."""

    def __init__(self, tree: HtmlElement, url: str, now: datetime) -> None:
        self.tree, self.url, self.now = tree, url, now
        self.graph = jsonld.Graph(tree)
        self.article = self.graph.article(url) or {}
        self.meta = _metas(tree)
        self.props: dict[str, list[HtmlElement]] = defaultdict(list)
        for element in _WITH_ITEMPROP(tree):
            for name in element.get("itemprop").split():
                self.props[name].append(element)
        self.items = _WITH_ITEMTYPE(tree)[:200]
        self.links: dict[str, list[str]] = defaultdict(list)
        for element in tree.iter("link"):
            for rel in (element.get("rel") or "").lower().split():
                self.links[rel].append((element.get("href") or "").strip())
        self.elements = {tag: list(tree.iter(tag)) for tag in ("h1", "title", "time", "html")}
        self._site_headings: list[HtmlElement] | None = None
        self._shown: list[HtmlElement | None] | None = None

    def metas(self, *keys: str) -> Iterator[str]:
        """The contents of meta tags with these names, in the order of the names."""
        for name in keys:
            yield from self.meta.get(name, ())

    def prop(self, *keys: str) -> Iterator[str]:
        """Values of microdata properties (HTML 5.2.4: an attribute where the element has one, else its text)."""
        for name in keys:
            for element in self.props.get(name, ())[:50]:
                if value := element.get("content") or element.get("datetime") or _content(element):
                    yield value

    def offers(self) -> bool:
        """Whether the markup declares what is sold, for how much, and no article: no object of that type, and no time at which
        one was published. A shop calls its goods articles, too."""
        is_article = self.article or any(self.metas("article:published_time", "og:article:published_time"))
        return not is_article and any(node.get("offers") for node in self.graph.of_type("^Product$"))

    def titles(self) -> list[str]:
        """What stands in the title of the window."""
        return [_content(e) for e in self.elements["title"]]

    def leads_home(self, heading: HtmlElement) -> bool:
        """Whether a heading is a link to the home page: the site's name over its page, and no article's title."""
        anchor = next(chain(heading.iter("a"), heading.iterancestors("a")), None)
        parts = urlsplit(web_address(self.url, anchor.get("href") or "") if anchor is not None else "")
        return bool(parts.netloc) and not (_INDEX.sub("", parts.path).strip("/") or parts.query or parts.fragment)

    def names_site(self, heading: HtmlElement) -> bool:
        """Whether a heading is the site's name over its page: a link to the home page, or the last part of the window's title,
        whose first part stands under it as a headline."""
        if self.leads_home(heading):
            return True
        if self._site_headings is None:
            lasts = {key(parts[-1]) for text in self.titles() if len(parts := _PARTS.split(text)) > 1}
            firsts = {key(parts[0]) for text in self.titles() if len(parts := _PARTS.split(text)) > 1}
            last = [h for h in self.elements["h1"] if key(_content(h)) in lasts] if lasts else []
            own = self._titled() if last else None
            is_titled = own is not None and key(own.text or "") in firsts
            self._site_headings = [h for h in last if _precedes(h, own)] if is_titled and own is not None else []
        return heading in self._site_headings

    def home_links(self) -> Iterator[str]:
        """What links to the home page say, the first of them: mostly the site's name over its page, in words or in a picture."""
        links = (a for a in self.tree.iter("a") if _HOME.fullmatch((a.get("href") or "").strip()))
        for anchor in islice((a for a in links if self.leads_home(a)), _HOME_LINKS):
            yield from (_content(anchor), anchor.get("title") or "", *(image.get("alt") or "" for image in anchor.iter("img")))

    def shown_title(self) -> HtmlElement | None:
        """What stands as the headline on a page that has none of the first level but the site's: the heading that is marked as
        its article's name, or the words of the window's title, or of a part of it, that have an element of their own."""
        if any(not self.names_site(h) for h in self.elements["h1"]):
            return None
        if self._shown is None:
            named = (e for name in ("headline", "name") for e in self.props.get(name, ()))
            found = next((e for e in named if e.tag in _LESSER and _is_article_part(e)), None)
            self._shown = [found if found is not None else self._titled()]
        return self._shown[0]

    def _titled(self) -> HtmlElement | None:
        said = [*self.titles(), *self.metas("og:title")]
        wholes = {key(text) for text in said if len(text.split()) >= _SHOWN_WORDS}
        parts = {key(part) for text in said for part in _title_parts(text) if len(part.split()) >= _HEADLINE_WORDS}
        sought = wholes | parts
        least = min(map(len, sought), default=0)
        found: list[HtmlElement] = []
        body = self.tree.find("body")
        for element in () if body is None else body.iter(*_SHOWN_IN):
            text = element.text or ""
            # No text is shorter than its key.
            if len(text) >= least and text.strip() and key(text) in sought and _is_alone(element) and not _is_on_the_way(element):
                found.append(element)
        longest = max((len(key(e.text or "")) for e in found), default=0)
        return next((e for e in found if len(key(e.text or "")) == longest), None)

    def headlines(self, title: str) -> list[HtmlElement]:
        """Headings, that with the title first: the first may be the site's name, and the title one of a lesser level. Where none
        has it and none is of the first level, the first whose words are like it, or what stands as the headline."""
        first = sorted(self.elements["h1"], key=self.names_site)
        lesser = [*islice(self.tree.iter("h2", "h3"), _LESSER_HEADINGS)]
        own = next((h for h in chain(first, lesser) if title and key(_content(h)) == key(title)), None)
        if own is None and (not first or self.names_site(first[0])):
            own = next((h for h in lesser if is_like(_content(h), title)), None)
            own = own if own is not None else self.shown_title()
        return first if own is None else [own, *(h for h in first if h is not own)]

    def publishers(self) -> tuple[str, ...]:
        """The names under which the site may sign: never a person's."""
        publisher = self.graph.resolve(self.article.get("publisher"))
        is_person = isinstance(publisher, dict) and "Person" in jsonld.types(publisher)
        said = [*self.metas(*_SITE), *([] if is_person else jsonld.texts(publisher))]
        for node in self.graph.of_type(r"Organization$|^WebSite$"):
            if "Person" in jsonld.types(node):
                continue
            said += [*jsonld.texts(node.get("name")), *jsonld.texts(node.get("alternateName"))]
        host = (urlsplit(self.url).hostname or "").removeprefix("www.")
        return tuple(dict.fromkeys([*(tidy(s).lstrip("@") for s in said), host, host.split(".")[0]]))


TITLE_VOTES = {
    "headline": 10.0,
    "shown as the headline": 10.0,
    "one of the headlines": 4.0,
    "JSON-LD": 3.0,
    "og:title": 3.0,
    "title": 2.0,
    "meta": 1.5,
    "microdata": 1.5,
}
"""What says a page's title, and how far each is trusted: the headline that readers see above all, where there is one; what is
written for search engines is worded anew. Measured on the development half (docs/reading.md)."""
_HEADLINE_WORDS = 3
# The whole title of a window may be shorter.
_SHOWN_WORDS = 2
_LESSER = ("h2", "h3", "h4", "h5", "h6")
_SHOWN_IN = (*_LESSER, "div", "td", "th", "p", "b", "strong", "font", "big", "span", "center", "dt")
_NEW_LINE = ("br", "hr", "p", "div", "table")
_WAY = re.compile(r"bread-?crumb|path-?way|naviga|menu|side-?bar|popular|latest")


def _title_parts(text: str) -> Iterator[str]:
    """What stands in a title before and behind each thing that may part it from the site's name."""
    cuts = [(0, 0), *((cut.start(), cut.end()) for cut in _PARTS.finditer(text)), (len(text), len(text))]
    for (_, start), *behind in (cuts[number:] for number in range(len(cuts) - 1)):
        yield from (text[start:end] for end, _ in behind)


def _is_alone(element: HtmlElement) -> bool:
    """Whether an element's line has no words but those with which it begins."""
    if len(element):
        return False
    while element.tag in INLINE and (parent := element.getparent()) is not None:
        before, behind = element.getprevious(), element.getnext()
        if (element.tail or "").strip() and (behind is None or behind.tag not in _NEW_LINE):
            return False
        if any(e is not None and e.tag in INLINE for e in (before, behind)):
            return False
        if before is None and (parent.text or "").strip():
            return False
        element = parent
    return True


def _precedes(element: HtmlElement, other: HtmlElement) -> bool:
    """Whether an element stands before another in the document."""
    tree = element.getroottree().getroot()
    return next(e is element for e in tree.iter() if e is element or e is other)


def _is_on_the_way(element: HtmlElement) -> bool:
    """Whether an element is a link, or shows where on the site the page is."""
    return any(
        e.tag in ("a", "nav", "footer", "aside", "li") or _WAY.search(class_names(e)) for e in (element, *element.iterancestors())
    )


def _is_article_part(element: HtmlElement) -> bool:
    """Whether the thing whose property an element is is an article."""
    scope = next((e for e in element.iterancestors() if e.get("itemscope") is not None), None)
    types = (scope.get("itemtype") or "").split() if scope is not None else []
    return any(jsonld.is_article(t.rpartition("/")[2]) for t in types)


def _of_site(page: Declarations, sites: set[str]) -> Callable[[str], bool]:
    """Whether a part of a title is the site's. What links to the home page say is it only there: it may be a headline's word,
    as in "News: …"."""

    @cache
    def names() -> set[str]:
        return sites | {key(said).replace(" ", "") for said in page.home_links()} - {""}

    return lambda part: key(part).replace(" ", "") in names() or _HOUSE.fullmatch(part.strip()) is not None


def _title(page: Declarations, publishers: tuple[str, ...]) -> tuple[str, str]:
    """The title that has most votes once the site's name is off, and the names of those that voted for it."""
    sites = {key(p).replace(" ", "") for p in publishers if p}
    home = [h for h in page.elements["h1"] if page.names_site(h)]
    sites |= {key(t).replace(" ", "") for h in home if (t := _content(h))}
    headings = [t for h in page.elements["h1"] if h not in home and (t := _content(h)) and not is_of_other(h)]
    # The first of several may be the site's name over its page.
    headings = [t for t in headings if key(t).replace(" ", "") not in sites] or headings
    shown = None if headings else page.shown_title()
    headings += [] if shown is None else [_content(shown)]
    is_headline = len(headings) == 1 and len(headings[0].split()) >= _HEADLINE_WORDS
    vote = "one of the headlines" if not is_headline else "headline" if shown is None else "shown as the headline"
    said = [
        *(("JSON-LD", t) for t in jsonld.texts(page.article.get("headline"))[:1]),
        *(("og:title", t) for t in [*page.metas("og:title")][:1]),
        *((vote, t) for t in headings[:1]),
        *(("title", _content(e)) for e in page.elements["title"][:1]),
        *(("meta", t) for t in [*page.metas(*_TITLE)][:2]),
        *(("microdata", t) for t in [*page.prop("headline")][:1]),
    ]
    texts = [(tidy(text), vote) for vote, text in said]
    whole = {key(text) for text, _ in texts}

    is_site = _of_site(page, sites)

    def bare(text: str) -> str:
        """Without what only the site adds: its name, or what stands beside words that are another declaration's whole title."""
        for cut in _PARTS.finditer(text):
            before, after = text[: cut.start()], text[cut.end() :]
            if cut[0][0] == ":":
                if key(before).replace(" ", "") in sites:
                    return bare(after)
            elif key(before) in whole or is_site(after):
                return before
            elif key(after) in whole or is_site(before):
                return bare(after)
        return text

    weight: dict[str, float] = defaultdict(float)
    first: dict[str, str] = {}
    voted: dict[str, list[str]] = defaultdict(list)
    for text, vote in texts:
        short = bare(text)
        if same := key(short):
            weight[same] += TITLE_VOTES[vote]
            first.setdefault(same, short)
            voted[same].append(vote)
    if not weight:
        return "", ""
    best = max(weight, key=lambda same: weight[same])
    return first[best], ", ".join(dict.fromkeys(voted[best]))


def _authors(page: Declarations, publishers: tuple[str, ...], headlines: Sequence[HtmlElement]) -> tuple[str, ...]:
    """The people whom the first declaration that names any names: JSON-LD, meta tags, microdata, then the byline; a name
    that is no person's by its form stands only where none of them names a person."""
    said = page.graph.resolve(page.article.get("author") or page.article.get("creator"))
    signed = said if isinstance(said, list) else [said]
    houses = [a for a in signed if isinstance(a, dict) and _is_organization(a)]
    publishers = (*(n for a in houses for n in jsonld.texts(a)), *publishers)
    people = [n for a in signed if a not in houses for n in jsonld.texts(a) or _in_parts(a)]
    holders = rights_holders(page.tree)
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    hosts = tuple(host.split(".")[:-1])
    # A host may be called as its author is.
    named = tuple(publisher for publisher in publishers if publisher not in (host, *hosts))
    spare: tuple[str, ...] = ()
    declared = (people, page.metas(*_AUTHOR), _labelled(page), _microdata_authors(page))
    for group in chain(declared, bylines(page.tree, headlines)):
        found = names(group, publishers)
        if persons := tuple(name for name in found if is_person(name, holders, hosts, named)):
            whole = tuple(_whole_name(page, name) for name in persons)
            together = names([*whole, *joined_to(whole[-1], headlines)], publishers)
            return together if len(together) > len(whole) else whole
        spare = spare or found
    return spare


def _whole_name(page: Declarations, name: str) -> str:
    """A given name alone, with the family name with which the description of that person begins."""
    if " " in name:
        return name
    for node in page.graph.of_type("^Person$"):
        words = jsonld.first(node.get("description")).split()[:2]
        if jsonld.first(node.get("name")) == name and len(words) == 2 and words[0] == name and words[1].istitle():
            return " ".join(words)
    return name


def _in_parts(author: jsonld.Json) -> list[str]:
    """A person's name that is declared in two parts."""
    parts = [jsonld.first(author.get(part)) for part in ("givenName", "familyName")] if isinstance(author, dict) else []
    return [" ".join(parts)] if any(parts) else []


def _labelled(page: Declarations) -> list[str]:
    """What Twitter's cards show under "Written by", as plugins of WordPress write it."""
    return [
        value
        for number in ("1", "2")
        for label in page.metas(f"twitter:label{number}")
        if _WRITTEN_BY.fullmatch(label)
        for value in page.metas(f"twitter:data{number}")
    ]


def _microdata_authors(page: Declarations) -> list[str]:
    """Authors by microdata: those of the first thing that has any. Others are of articles that the page lists beside its own."""
    found: list[str] = []
    first: HtmlElement | None = None
    for element in page.props.get("author", ())[:20]:
        scope = next((parent for parent in element.iterancestors() if parent.get("itemscope") is not None), None)
        first = scope if not found else first
        if scope is not first:
            continue
        inner = [_content(e) or e.get("content", "") for e in element.iter("*") if "name" in (e.get("itemprop") or "").split()]
        found += inner or [element.get("content") or _content(element)]
    return found


def _is_organization(author: jsonld.Node) -> bool:
    """Whether an author is an organization: what is a person too is a person."""
    types = jsonld.types(author)
    return any(t.endswith("Organization") for t in types) and "Person" not in types


def _published(page: Declarations, headlines: Sequence[HtmlElement]) -> tuple[list[str], list[str]]:
    """When it was published, as written: by what says that it is that, and by what may be of another day."""
    node, place = page.article, Place(page.tree, headlines)
    times = [t for t in page.elements["time"][:100] if place.is_own(t) and next(t.iterancestors("blockquote"), None) is None]
    named = [t for t in times if t.get("pubdate") is not None or _PUBLISHED_CLASS.search(t.get("class") or "")]
    sure = [
        *jsonld.texts(node.get("datePublished")),
        *page.metas(*_PUBLISHED),
        *page.prop("datePublished", "dateCreated"),
        *jsonld.texts(node.get("dateCreated")),
        *(t.get("datetime") or _content(t) for t in named),
    ]
    # What scripts make an "an hour ago" of.
    stamps = (e for e in islice(_WITH_STAMP(page.tree), _STAMPS) if place.is_own(e))
    stamped = [value for e in stamps for name in _STAMP_NAMES if (value := e.get(name))]
    return sure, [*page.metas(*_DATED), *(t.get("datetime") or _content(t) for t in times[:1]), *stamped[:1]]


def _modified(page: Declarations) -> str:
    return _pick([*jsonld.texts(page.article.get("dateModified")), *page.metas(*_MODIFIED), *page.prop("dateModified")], page.now)


def _pick(written: Iterable[str], now: datetime) -> str:
    """The first plausible date; of those that name the same day, the first with time and zone. What could not be read is
    kept where nothing could."""
    raws = [w for w in (w.strip() for w in written) if w]
    read: list[tuple[str, ParsedDate]] = [(w, when) for w in raws if plausible(when := read_date(w), now)]
    if not read:
        return raws[0] if raws else ""
    day = read[0][1].day
    return next((w for w, when in read if when.day == day and when.instant), read[0][0])


def _own_texts(element: HtmlElement) -> Iterator[str]:
    """The texts in an element, without those of embedded posts, scripts, and parts that are about the site."""
    walker = iterwalk(element, events=("start", "end"))
    for event, inner in walker:
        if event == "start" and (not isinstance(inner.tag, str) or inner.tag in _NOT_OWN):
            walker.skip_subtree()
        elif event == "start" and inner.text:
            yield inner.text
        elif event == "end" and inner is not element and inner.tail:
            yield inner.tail


def _beside(heading: HtmlElement, preceding: bool) -> Iterator[str]:
    """Texts that stand before a heading or after it, the nearest first: where outlets print dates and bylines."""
    node: HtmlElement | None = heading
    while node is not None and node.tag != "body":
        raws = [] if preceding else [node.tail or ""]
        for sibling in node.itersiblings(preceding=preceding):
            # Old pages write a text bare, between line breaks.
            behind = sibling.tail or ""
            own = [*_own_texts(sibling), *_in_parts_of_own(sibling)]
            raws += [behind, *own] if preceding else [*own, behind]
            yield from (words for raw in raws if (words := " ".join(raw.split())))
            raws = []
        node = node.getparent()
        before = [node.text or ""] if preceding and node is not None else []
        yield from (words for raw in (*raws, *before) if (words := " ".join(raw.split())))


def _in_parts_of_own(element: HtmlElement) -> Iterator[str]:
    """The words of boxes whose parts have elements of their own, and are together as short as a date."""
    for box in (element, *islice(element.iter("div", "span", "p", "time"), _STAMPS)):
        if 1 < len(box) <= _DATE_PARTS and len(said := words(box, _LONGEST_DATE)) <= _LONGEST_DATE and is_date(said):
            yield said


def _printed(page: Declarations, headlines: Sequence[HtmlElement]) -> tuple[str, str, str]:
    """The date that stands beside the headline and says nothing else, the first that says more, and the first that is said to be
    that of publication; empty where there is none."""
    alone = other = labelled = ""
    for heading in headlines[:_HEADLINES]:
        for preceding, most in ((False, _AFTER), (True, _BEFORE)):
            paragraphs = 0
            before = ""
            for text in islice(_beside(heading, preceding), most):
                paragraphs += len(text) > _LABEL
                labelled = labelled or _labelled_date(text, before, page.now)
                before = text
                if len(text) > _LABEL or not any(c.isdigit() for c in text) or _UPDATED.search(text):
                    continue
                if not alone and paragraphs <= _STANDFIRST and is_date(text):
                    alone = text
                if not other and plausible(read_date(text), page.now):
                    other = text
    return alone, other, labelled


def _labelled_date(text: str, before: str, now: datetime) -> str:
    """The date behind words that say it is that of publication, in the same text or in the one `before`; empty where none is."""
    match = _IS_PUBLISHED.search(text)
    said = text[match.end() :] if match else text if _IS_PUBLISHED.fullmatch(before) else ""
    said = _NEXT_LABEL.split(said[: _LABEL * 2], maxsplit=1)[0].strip()
    return said if any(map(str.isdigit, said)) and is_date(said) and plausible(read_date(said), now) else ""


def _far_date(page: Declarations, headlines: Sequence[HtmlElement]) -> str:
    """A date that is said to be that of publication anywhere behind the headline; or that is a part of the window's title."""
    before = ""
    for heading in headlines[:1]:
        for text in islice(_beside(heading, False), _FAR):
            if found := _labelled_date(text, before, page.now):
                return found
            before = text
    parts = (part for title in page.titles() for part in _PARTS.split(title)[1:])
    return next((part for part in parts if is_date(part)), "")


def _address_day(url: str) -> str:
    """The day in an address: /2026/05/18/, /20260518/, or 18-05-2026 before the words of the title."""
    match = _ADDRESS_DAY.search(urlsplit(url).path)
    return "-".join(filter(None, match.groups())) if match else ""


def _searched(tree: HtmlElement, url: str, now: datetime) -> str:
    """The day that htmldate finds in address and text, as ISO 8601; its extensive search is off, for it took 25 s on a page."""
    try:
        found = find_date(
            tree,
            extensive_search=False,
            original_date=True,
            url=url,
            min_date=EARLIEST.isoformat(),
            max_date=(now + AHEAD).date().isoformat(),
        )
    except PARSER_ERRORS:
        # Whatever hostile markup does to a search of last resort, the page is read without its date.
        return ""
    return found or ""


def _language(page: Declarations) -> str:
    attribute = next(
        (e.get("lang") or e.get("{http://www.w3.org/XML/1998/namespace}lang") or "" for e in page.elements["html"]), ""
    )
    return attribute or next(page.metas("content-language", "og:locale"), "") or jsonld.first(page.article.get("inLanguage"))


def _subtitle(page: Declarations, title: str) -> str:
    """The standfirst, or the summary that stands for it; empty where it only repeats the title."""

    def is_title(text: str) -> bool:
        return key(text) == key(title) or (len(title.split()) >= _HEADLINE_WORDS and key(text).startswith(f"{key(title)} "))

    said = [
        jsonld.first(page.article.get("alternativeHeadline")),
        *page.prop("alternativeHeadline"),
        jsonld.first(page.article.get("description")),
        *page.metas("og:description", "description", "twitter:description"),
    ]
    return next((text for raw in said if (text := tidy(raw)) and not is_title(text)), "")


def numbered(tree: HtmlElement, number: int) -> Iterator[str]:
    """Where the links lead, as written, that are called by a number and nothing else: those of an article's other pages are."""
    known: dict[HtmlElement, bool] = {}
    written = {f"n{at}": str(number).translate(digits) for at, digits in enumerate(_IN_DIGITS)}
    for anchor in _WITH_NUMBER(tree, **written):
        said = words(anchor, _FIGURES).strip("[]() ")
        if said.isdecimal() and len(said) <= _FIGURES and int(said) == number and not _is_among_comments(anchor, known):
            yield anchor.get("href") or ""


def _is_among_comments(anchor: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether an element around a link is called one of comments; each that is asked is `known` after."""
    asked: list[HtmlElement] = []
    for element in anchor.iterancestors():
        if element in known or "comment" in class_names(element):
            found = known.get(element, True)
            break
        asked.append(element)
    else:
        found = False
    known |= dict.fromkeys(asked, found)
    return found


_OTHER_TYPES = re.compile(
    r"^(?:Product(?:Group)?|Movie|TVSeries|Book|MusicAlbum|ProfilePage|CollectionPage|SearchResultsPage|CheckoutPage|JobPosting|"
    r"SoftwareApplication|MobileApplication|VideoGame|Hotel|Restaurant|LocalBusiness)$"
)
# The dates that these print are of what they list.
_LISTS = re.compile(r"ProfilePage|CollectionPage|SearchResultsPage|profile", re.IGNORECASE)
_OTHER_OPEN_GRAPH = re.compile(r"product\b.*|video\.(?:movie|tv_show)|profile|books?|music\..*", re.IGNORECASE)


def _kind(page: Declarations) -> tuple[bool, str]:
    """Whether the markup says that the page is an article, and what else it says that it is."""
    open_graph = next(page.metas("og:type"), "").strip()
    # Of microdata only what is no part of something else: an article has pictures and an author.
    items = [e for e in page.items if not any(parent.get("itemscope") is not None for parent in e.iterancestors())]
    types = [t.rpartition("/")[2] for e in items for t in (e.get("itemtype") or "").split()]
    if page.article or open_graph.lower() == "article" or any(jsonld.is_article(t) for t in types):
        return True, ""
    others = [t for node in page.graph.of_type(_OTHER_TYPES.pattern) for t in jsonld.types(node) if _OTHER_TYPES.match(t)]
    others += [t for t in types if _OTHER_TYPES.match(t)]
    others += [open_graph] if _OTHER_OPEN_GRAPH.fullmatch(open_graph) else []
    return False, next(iter(others), "")


def declared(page: Declarations) -> Declared:
    """What a page says of itself; who signed it is asked of `signed`."""
    node, publishers, now = page.article, page.publishers(), page.now
    title, title_rule = _title(page, publishers)
    sure, unsure = _published(page, page.headlines(title))
    free = node.get("isAccessibleForFree")
    article, other = _kind(page)
    return Declared(
        title=title,
        title_rule=title_rule,
        subtitle=_subtitle(page, title),
        authors=(),
        published=_pick([*sure, *unsure], now),
        date_rule="",
        day_shown=None,
        modified=_modified(page),
        section=tidy(next(page.metas("article:section"), "") or jsonld.first(node.get("articleSection"))),
        language=_language(page),
        canonical=next(iter(page.links["canonical"]), ""),
        next_pages=(
            *page.links["next"],
            *(a.get("href") or "" for a in page.tree.iter("a") if "next" in (a.get("rel") or "").split()),
        ),
        syndicated=tuple(page.metas("syndication-source", "original-source")),
        article=article,
        other="" if plausible(read_date(_pick([*sure, *unsure], now)), now) else other,
        free=None if free is None else str(free).lower().rsplit("/", 1)[-1] not in ("false", "no", "0"),
        live="LiveBlogPosting" in jsonld.types(node),
        body=plain(jsonld.first(node.get("articleBody"))),
    )


def signed(page: Declarations, declaration: Declared) -> Declared:
    """The same with its authors, and with the date that is printed, where none is declared or only such as may be another's."""
    headlines = page.headlines(declaration.title)
    sure, unsure = _published(page, headlines)
    alone, beside, labelled = _printed(page, headlines)
    published, day_shown, rule = _pick(sure, page.now), None, "declared"
    if plausible(read_date(published), page.now):
        day_shown = own_day(published, labelled or alone)
        if labelled and not day_shown and read_date(labelled).day != read_date(published).day:
            # What is written for programs may be of the first version; what readers are told is the page's own word.
            published, rule = labelled, "labelled"
    else:
        found = (
            (rule, _pick(written, page.now))
            for rule, written in (
                ("labelled", [labelled]),
                ("beside the headline", [alone, *unsure]),
                ("address", [_address_day(page.url)]),
                ("labelled", [_far_date(page, headlines)]),
                ("in a line", [beside]),
            )
        )
        rule, published = next(((r, date) for r, date in found if plausible(read_date(date), page.now)), ("", published))
        # htmldate makes 1 February of a declared 30th: it is asked only where nothing is declared.
        if not published:
            rule, published = "searched", _searched(page.tree, page.url, page.now)
    is_dated = plausible(read_date(published), page.now) and not _LISTS.fullmatch(declaration.other)
    return replace(
        declaration,
        authors=_authors(page, page.publishers(), headlines),
        published=published,
        date_rule=rule,
        day_shown=day_shown,
        other="" if is_dated else declaration.other,
    )

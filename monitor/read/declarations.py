"""A page's declarations, looked up once: JSON-LD, meta tags, microdata, links, headings. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.read import jsonld
from monitor.read.address import web_address
from monitor.read.blocks import INLINE
from monitor.read.elements import class_names
from monitor.read.names import is_like, key, tidy

_SITE = ("og:site_name", "application-name", "publisher", "article:publisher", "dc.publisher", "twitter:site", "al:ios:app_name")
# An address without a path.
_HOME = re.compile(r"(?:(?:https?:)?//[^/?#]+)?/?")
_INDEX = re.compile(r"^/(?:index|default|home|main)\.\w{2,5}$", re.IGNORECASE)
_HOME_LINKS = 3
# What stands between a title and its site's name. A hyphen without blanks is part of a title; what a colon parts is only cut
# where it is the site's name, or beside another declaration's whole title.
TITLE_PARTS = re.compile(r"(?<=\S)\s(?:[|–—·•»«⁄/\\:~-]|&gt;|&raquo;){1,3}\s|\s?\|\s?|:\s")
_LESSER_HEADINGS = 60
# Americans write the month first, and many pages of others declare no country.
_DAY_FIRST = frozenset({"en-gb", "en-au", "en-nz", "en-ie", "en-in", "en-za"})
_CYRILLIC, _LATIN = re.compile("[а-яёіїєґ]", re.IGNORECASE), re.compile("[a-z]", re.IGNORECASE)
_WITH_ITEMPROP = XPath("//@itemprop/..")
_WITH_ITEMTYPE = XPath("//@itemtype/parent::*[@itemscope]")


def content_of(element: HtmlElement) -> str:
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
                if value := element.get("content") or element.get("datetime") or content_of(element):
                    yield value

    def offers(self) -> bool:
        """Whether the markup declares what is sold, for how much, and no article: no object of that type, and no time at which
        one was published. A shop calls its goods articles, too."""
        is_article = self.article or any(self.metas("article:published_time", "og:article:published_time"))
        return not is_article and any(node.get("offers") for node in self.graph.of_type("^Product$"))

    def titles(self) -> list[str]:
        """What stands in the title of the window."""
        return [content_of(e) for e in self.elements["title"]]

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
            lasts = {key(parts[-1]) for text in self.titles() if len(parts := TITLE_PARTS.split(text)) > 1}
            firsts = {key(parts[0]) for text in self.titles() if len(parts := TITLE_PARTS.split(text)) > 1}
            last = [h for h in self.elements["h1"] if key(content_of(h)) in lasts] if lasts else []
            own = self._titled() if last else None
            is_titled = own is not None and key(own.text or "") in firsts
            self._site_headings = [h for h in last if _precedes(h, own)] if is_titled and own is not None else []
        return heading in self._site_headings

    def home_links(self) -> Iterator[str]:
        """What links to the home page say, the first of them: mostly the site's name over its page, in words or in a picture."""
        links = (a for a in self.tree.iter("a") if _HOME.fullmatch((a.get("href") or "").strip()))
        for anchor in islice((a for a in links if self.leads_home(a)), _HOME_LINKS):
            yield from (content_of(anchor), anchor.get("title") or "", *(image.get("alt") or "" for image in anchor.iter("img")))

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
        parts = {key(part) for text in said for part in _title_parts(text) if len(part.split()) >= HEADLINE_WORDS}
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
        own = next((h for h in chain(first, lesser) if title and key(content_of(h)) == key(title)), None)
        if own is None and (not first or self.names_site(first[0])):
            own = next((h for h in lesser if is_like(content_of(h), title)), None)
            own = own if own is not None else self.shown_title()
        return first if own is None else [own, *(h for h in first if h is not own)]

    def language(self) -> str:
        """The language as declared, may have a region; empty where none is."""
        page = next(
            (e.get("lang") or e.get("{http://www.w3.org/XML/1998/namespace}lang") or "" for e in self.elements["html"]), ""
        )
        return page or next(self.metas("content-language", "og:locale"), "") or jsonld.first(self.article.get("inLanguage"))

    def is_day_first(self) -> bool:
        """Whether a date in figures has the day first: in Cyrillic letters, or by its language. English has it by the country;
        themes declare it on pages that are in another language."""
        titles = " ".join(self.titles())
        if len(_CYRILLIC.findall(titles)) > len(_LATIN.findall(titles)):
            return True
        said = self.language().lower().replace("_", "-")
        return said in _DAY_FIRST if said.startswith("en") else bool(said)

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


HEADLINE_WORDS = 3
# The whole title of a window may be shorter.
_SHOWN_WORDS = 2
_LESSER = ("h2", "h3", "h4", "h5", "h6")
_SHOWN_IN = (*_LESSER, "div", "td", "th", "p", "b", "strong", "font", "big", "span", "center", "dt")
_NEW_LINE = ("br", "hr", "p", "div", "table")
_WAY = re.compile(r"bread-?crumb|path-?way|naviga|menu|side-?bar|popular|latest")


def _title_parts(text: str) -> Iterator[str]:
    """What stands in a title before and behind each thing that may part it from the site's name."""
    cuts = [(0, 0), *((cut.start(), cut.end()) for cut in TITLE_PARTS.finditer(text)), (len(text), len(text))]
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

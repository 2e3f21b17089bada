"""What a page declares of itself in its markup: JSON-LD, meta tags, microdata, time tags, headings. Pure; chooses between them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from htmldate import find_date
from lxml.html import HtmlElement

from monitor.read import jsonld
from monitor.read.dates import AHEAD, EARLIEST, When, plausible, read_date
from monitor.read.names import names, tidy
from monitor.text import fold

_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "date_published", "publish_date",
    "publication_date", "pubdate", "publishdate", "published_at", "published_time", "article.published", "sailthru.date",
    "parsely-pub-date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created",
    "citation_publication_date", "ptime", "article_date_original", "originalpublicationdate", "mediator_published_time",
    "rnews:datepublished", "og:pubdate", "displaydate", "bt:pubdate", "date", "dc.date", "dcterms.date", "created", "timestamp",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "og:modified_time", "datemodified", "date_modified", "lastmod",
    "last-modified", "modified", "revised", "dcterms.modified", "dc.date.modified", "article.updated", "updated_time",
)  # fmt: skip
_AUTHOR = (
    "author", "article:author", "og:article:author", "og:author", "authors", "byl", "byline", "dc.creator", "dcterms.creator",
    "sailthru.author", "parsely-author", "mediator_author", "citation_author", "article.author", "article:author_name",
    "shareaholic:article_author_name", "rbauthors", "creator", "cxenseparse:author", "dcsext.author",
)  # fmt: skip
_SITE = ("og:site_name", "application-name", "publisher", "article:publisher", "dc.publisher", "twitter:site", "al:ios:app_name")
# What stands between a title and its site's name. A colon or a hyphen without blanks is part of a title.
_PARTS = re.compile(r"\s+(?:[|–—·•»«⁄/\\:-]|::|&gt;|&raquo;)+\s+|\s*\|\s*")
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|authors|article-?author|post-?author|c-byline|autor|avtor|writer|contributor|reporter)"
    r"(?:s|[_-]?(?:name|names|link|item|inner|title|author)(?:s)?)*(?:$|[\s_])|(?:byline|author)[\w]*[_-]{1,2}name(?:$|\s)",
    re.IGNORECASE,
)
_PUBLISHED_CLASS = re.compile(
    r"publish|pubdate|post-?date|entry-?date|article-?date|news-?date|date-?time|timestamp|byline|dateline|posted", re.I
)
_UPDATED = re.compile(r"updat|modif|обновл|измен|оновл", re.IGNORECASE)
_OTHER_TEXT = re.compile(
    r"comment|sidebar|related|recommend|footer|promo|teaser|widget|most-?read|popular|trending|latest|carousel", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a page says of itself, before the text is looked at. Dates are as written."""

    title: str
    subtitle: str
    authors: tuple[str, ...]
    published: str
    modified: str
    section: str
    language: str
    """As declared, may have a region; empty where it is not."""
    canonical: str
    """As written."""
    syndicated: tuple[str, ...]
    article: bool
    """Whether the markup says that this page is an article."""
    listing: bool
    """Whether the markup says that it is a list, a section or a home page."""
    free: bool | None
    live: bool
    body: str
    """JSON-LD articleBody; empty where absent."""


def _content(element: HtmlElement) -> str:
    return " ".join(element.text_content()[:2_000].split())


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text).text))


def _inside_other(element: HtmlElement) -> bool:
    """Whether an element stands in a part of the page that speaks of other articles."""
    for parent in (element, *element.iterancestors()):
        if parent.tag in ("body", "html", "article", "main"):
            return False
        if parent.tag in ("aside", "footer", "nav") or _OTHER_TEXT.search(f"{parent.get('class', '')} {parent.get('id', '')}"):
            return True
    return False


class _Page:
    """One pass over the tree, and what the questions below share."""

    def __init__(self, tree: HtmlElement, url: str, now: datetime) -> None:
        self.tree, self.url, self.now = tree, url, now
        self.graph = jsonld.Graph(tree)
        self.article = self.graph.article(url) or {}
        self.meta: dict[str, list[str]] = defaultdict(list)
        self.props: dict[str, list[HtmlElement]] = defaultdict(list)
        self.elements: dict[str, list[HtmlElement]] = defaultdict(list)
        self.bylines: list[HtmlElement] = []
        self.links: dict[str, list[str]] = defaultdict(list)
        for element in tree.iter("*"):
            tag = element.tag
            if tag == "meta":
                content = (element.get("content") or element.get("value") or "").strip()
                for attribute in ("property", "name", "itemprop", "http-equiv"):
                    if content and (name := element.get(attribute)):
                        self.meta[name.strip().lower()].append(content[:5_000])
            elif tag in ("h1", "h2", "title", "time", "html", "base"):
                self.elements[tag].append(element)
            elif tag == "link":
                for rel in (element.get("rel") or "").lower().split():
                    self.links[rel].append((element.get("href") or "").strip())
            if prop := element.get("itemprop"):
                for name in prop.split():
                    self.props[name].append(element)
            if tag not in ("script", "style", "meta", "link", "body", "html") and (
                "author" in (element.get("rel") or "").split() or _BYLINE.search(element.get("class") or "")
            ):
                self.bylines.append(element)

    def metas(self, *keys: str) -> Iterator[str]:
        for key in keys:
            yield from self.meta.get(key, ())

    def prop(self, *keys: str) -> Iterator[str]:
        """Values of microdata properties (HTML 5.2.4: an attribute where the element has one, else its text)."""
        for key in keys:
            for element in self.props.get(key, ())[:50]:
                if value := element.get("content") or element.get("datetime") or _content(element):
                    yield value

    def publishers(self) -> tuple[str, ...]:
        """The names under which the site may sign: never a person's."""
        said = [*self.metas(*_SITE), *jsonld.texts(self.graph.resolve(self.article.get("publisher")))]
        for node in self.graph.of_type(r"Organization$|^WebSite$"):
            said += [*jsonld.texts(node.get("name")), *jsonld.texts(node.get("alternateName"))]
        host = (urlsplit(self.url).hostname or "").removeprefix("www.")
        return tuple(dict.fromkeys([*(tidy(s).lstrip("@") for s in said), host, host.split(".")[0]]))


def _titles(page: _Page, publishers: tuple[str, ...]) -> str:
    """The title on which most declarations agree once the site's name is off; the first in order of trust where none do."""
    sites = {_key(p) for p in publishers if p}
    squeezed = {s.replace(" ", "") for s in sites}

    def bare(text: str) -> str:
        text = tidy(text)
        while True:
            cuts = list(_PARTS.finditer(text))
            if not cuts:
                return text
            tail, head = _key(text[cuts[-1].end() :]), _key(text[: cuts[0].start()])
            if tail in sites or tail.replace(" ", "") in squeezed:
                text = text[: cuts[-1].start()]
            elif head in sites or head.replace(" ", "") in squeezed:
                text = text[cuts[0].end() :]
            else:
                return text

    headings = [t for h in page.elements["h1"] if (t := _content(h)) and not _inside_other(h)]
    said = [
        *((bare(t), 3.0) for t in jsonld.texts(page.article.get("headline"))[:1]),
        *((bare(t), 3.0) for t in [*page.metas("og:title")][:1]),
        *((bare(t), 2.5) for t in headings[:1]),
        *((bare(_content(e)), 2.0) for e in page.elements["title"][:1]),
        *(
            (bare(t), 1.5)
            for t in [*page.metas("twitter:title", "title", "headline", "dc.title", "sailthru.title", "parsely-title")][:2]
        ),
        *((bare(t), 1.5) for t in [*page.prop("headline")][:1]),
    ]
    weight: Counter[str] = Counter()
    for text, trust in said:
        if key := _key(text):
            weight[key] += trust  # type: ignore[assignment]  # Counter is typed for int alone
    return max(((weight[_key(t)], -i, t) for i, (t, _) in enumerate(said) if _key(t)), default=(0, 0, ""))[2]


def _authors(page: _Page, publishers: tuple[str, ...]) -> tuple[str, ...]:
    said = page.graph.resolve(page.article.get("author") or page.article.get("creator"))
    people = [
        a for a in (said if isinstance(said, list) else [said]) if not (isinstance(a, dict) and "Organization" in jsonld.types(a))
    ]
    if found := names([n for a in people for n in jsonld.texts(a)], publishers):
        return found
    if found := names(page.metas(*_AUTHOR), publishers):
        return found
    microdata = []
    for element in page.props.get("author", ())[:20]:
        inner = [
            _content(e) or e.get("content", "")
            for e in element.iter("*")
            if e is not element and "name" in (e.get("itemprop") or "").split()
        ]
        microdata += inner or [element.get("content") or _content(element)]
    if found := names(microdata, publishers):
        return found
    lines = [_content(e) for e in page.bylines[:50] if not _inside_other(e)]
    return names([t for t in lines if len(t) < 120][:1], publishers)


def _dates(page: _Page) -> tuple[str, str]:
    """Published and modified, as written."""
    node = page.article
    times = [t for t in page.elements["time"][:100] if not _inside_other(t)]
    written = [
        *jsonld.texts(node.get("datePublished")),
        *page.metas(*_PUBLISHED),
        *page.prop("datePublished", "dateCreated"),
        *jsonld.texts(node.get("dateCreated")),
        *(
            t.get("datetime") or _content(t)
            for t in times
            if t.get("pubdate") is not None or _PUBLISHED_CLASS.search(t.get("class") or "")
        ),
        *(t.get("datetime") or _content(t) for t in times[:1]),
    ]
    published = _pick(written, page.now)
    modified = _pick([*jsonld.texts(node.get("dateModified")), *page.metas(*_MODIFIED), *page.prop("dateModified")], page.now)
    return published, modified


def _pick(written: Iterable[str], now: datetime) -> str:
    """The first plausible date; of those that name the same day, the first with time and zone. What could not be read is
    kept where nothing could."""
    raws = [w for w in (w.strip() for w in written) if w]
    read: list[tuple[str, When]] = [(w, when) for w in raws if plausible(when := read_date(w), now)]
    if not read:
        return raws[0] if raws else ""
    day = read[0][1].day
    return next((w for w, when in read if when.day == day and when.instant), read[0][0])


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
    except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        # Whatever hostile markup does to a search of last resort, the page is read without its date.
        return ""
    return found or ""


def declared(tree: HtmlElement, url: str, now: datetime) -> Declared:
    """Reads a page's declarations. `now` bounds what date is plausible."""
    page = _Page(tree, url, now)
    publishers = page.publishers()
    published, modified = _dates(page)
    if not plausible(read_date(published), now):
        published = _searched(tree, url, now) or published
    node = page.article
    kinds = {t for n in [page.article] for t in jsonld.types(n)}
    og = next(page.metas("og:type"), "").lower()
    title = _titles(page, publishers)
    subtitle = tidy(
        jsonld.first(node.get("alternativeHeadline"))
        or jsonld.first(node.get("description"))
        or next(page.metas("og:description", "description", "twitter:description"), "")
    )
    free = node.get("isAccessibleForFree")
    return Declared(
        title=title,
        subtitle=subtitle if _key(subtitle) != _key(title) else "",
        authors=_authors(page, publishers),
        published=published,
        modified=modified,
        section=tidy(next(page.metas("article:section"), "") or jsonld.first(node.get("articleSection"))),
        language=(page.elements["html"][0].get("lang") or "")
        if page.elements["html"]
        else "" or next(page.metas("content-language", "og:locale"), "") or jsonld.first(node.get("inLanguage")),
        canonical=next(iter(page.links["canonical"]), ""),
        syndicated=tuple(page.metas("syndication-source", "original-source")),
        article=bool(node) or og == "article",
        listing=not node and (og == "website" or bool(page.graph.of_type(r"^CollectionPage$|^ItemList$"))),
        free=None if free is None else str(free).lower().rsplit("/", 1)[-1] not in ("false", "no", "0"),
        live="LiveBlogPosting" in kinds,
        body=tidy(jsonld.first(node.get("articleBody"))),
    )

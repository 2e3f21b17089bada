"""Who wrote a page, by what it declares and by its byline. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.read import jsonld
from monitor.read.bylines import bylines, is_person, joined_to, rights_holders
from monitor.read.declarations import Declarations, content_of
from monitor.read.names import names

_AUTHOR = (
    "author", "article:author", "og:article:author", "og:author", "authors", "byl", "byline", "dc.creator", "dcterms.creator",
    "sailthru.author", "parsely-author", "mediator_author", "citation_author", "article.author", "article:author_name",
    "shareaholic:article_author_name", "rbauthors", "creator", "cxenseparse:author", "dcsext.author",
)  # fmt: skip
# As plugins for search engines label it, in the languages of outlets.
_WRITTEN_BY = re.compile(phrases("bylines", "written_by"), re.IGNORECASE)


def authors_of(page: Declarations, publishers: tuple[str, ...], headlines: Sequence[HtmlElement]) -> tuple[str, ...]:
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
        inner = [content_of(e) or e.get("content", "") for e in element.iter("*") if "name" in (e.get("itemprop") or "").split()]
        found += inner or [element.get("content") or content_of(element)]
    return found


def _is_organization(author: jsonld.Node) -> bool:
    """Whether an author is an organization: what is a person too is a person."""
    types = jsonld.types(author)
    return any(t.endswith("Organization") for t in types) and "Person" not in types

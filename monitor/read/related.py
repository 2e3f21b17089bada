"""Related-article blocks: what newsrooms call them, where they stand, and which of a page's links they hold. Pure.

A block is known by what its markup calls it, or by the label before its links (monitor/lexicons/related.toml); no outlet is
named here.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.model import Link
from monitor.read.address import site, web_address
from monitor.read.blocks import Block
from monitor.read.elements import class_names, words

# Words that newsrooms put before links to articles of their own on the same matter, and before links that need have nothing to do
# with it; and what stands over links that were chosen by time, by readers or by money.
_SAME, _OTHER, _NEWEST = (phrases("related", section) for section in ("same", "other", "newest"))
_ON_TOPIC = rf"(?: {phrases('related', 'on_topic')})?"
_LABEL = f"(?:{_SAME}|{_OTHER}){_ON_TOPIC}"
_LABEL_START = re.compile(r"[^\w]{0,9}" + _LABEL + r"\s*(?:[:：.…—–|→>-]\s*|$|(?=[\s«\"“]))", re.IGNORECASE)
_LABEL_ALONE = re.compile(r"[^\w]{0,9}" + _LABEL + r"[^\w]{0,9}", re.IGNORECASE)
_SAME_START = re.compile(rf"[^\w]{{0,9}}(?:{_SAME}){_ON_TOPIC}(?!\w)", re.IGNORECASE)
_NEWEST_START = re.compile(rf"[^\w]{{0,9}}(?:{_NEWEST})(?!\w)", re.IGNORECASE)
# The names of classes, once RelatedArticles and related_articles are related-articles.
_EDGE, _END = r"(?:^|[\s-])", r"(?:$|[\s-])"
_SAME_NAME = re.compile(
    _EDGE
    + r"(?:related(?:article|stor|news|post|link|item|block|content|material|rich)?\w{0,40}|read-?also|also-?read|see-?also|"
    r"more-?on|cross-?links?|linked-?(?:article|story|material)|po-?teme)" + _END
)
_OTHER_NAME = re.compile(
    _EDGE + r"(?:recommended|recommendations?|similar|also|read-?(?:more|next)|media-block|in-?article-?link|"
    r"inline-?(?:link|promo|article|story))" + _END
)
_ELSEWHERE_NAME = re.compile(
    _EDGE + r"(?:nav|navbar|navigation|menu|foot|footer|(?:side|right|left)-?bar|rail|breadcrumbs?|"
    r"most-?(?:read|viewed|popular)|popular|trending|latest|just-?in|newsfeed|share|social|subscribe|newsletter|tags?|comments?|advert|ads?|banner|promo|"
    r"sponsored?|partners?|outbrain|taboola|infinite|load-?next|next-?article)" + _END
)
_SPONSORED = re.compile(r"sponsor|advert|promo(?:ted|tion)|partner", re.IGNORECASE)
_BLOCKS = frozenset(
    {"p", "div", "section", "aside", "ul", "ol", "li", "blockquote", "figure", "h2", "h3", "h4", "h5", "h6", "table", "nav"}
)
NO_ARTICLE = re.compile(
    r"^/*$|/(?:authors?|avtor|tags?|categor(?:y|ies)|topics?|people|search|subscribe|podcasts?)(?:/|$)", re.IGNORECASE
)
"""Paths that are no article's."""
# A related block names some articles; it does not tell them. After the article lists are longer, and mean less.
_LONGEST_BLOCK = 1_500
_MANY, _FEW = 30, 10
# Lines of links behind a label, and letters of a line among them that is no link: a date, a section, a teaser.
_MOST_LINES, _BESIDE = 20, 120
_LINK_LINE, _ALL_LINK = 0.6, 0.85
# Rules of lines that are another article's headline.
_LINK_RULES = frozenset({"nothing but a link", "label and link", "another article"})
# A paragraph or a heading ends such a list.
_TEXTS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True)
class Related:
    """Links to related articles, and where they stand."""

    place: HtmlElement
    """The block, where its markup is called one; else the element of the line that has the label."""
    links: tuple[Link, ...]
    """None where they are paid for."""
    same: bool
    """Whether its name or label says that its articles are about the same matter."""


def _text(element: HtmlElement) -> str:
    return words(element, _LONGEST_BLOCK)


def _lead(element: HtmlElement) -> str:
    # The first words alone, for most blocks are not of this kind and many hold most of the page.
    return words(element, 80)


def _anchors(element: HtmlElement) -> list[HtmlElement]:
    return [a for a in element.iter("a") if a.get("href")]


def _names_articles(block: HtmlElement, label: int) -> bool:
    """Whether a block's words are those of some links, a label and a teaser aside."""
    anchors = _anchors(block)
    total = len(_text(block))
    if not anchors or len(anchors) > _MANY or total > _LONGEST_BLOCK:
        return False
    return sum(len(_text(a)) for a in anchors) >= 0.5 * (total - label)


@lru_cache(maxsize=4096)
def _names(names: str) -> tuple[bool, bool]:
    same = _SAME_NAME.search(names) is not None
    return same or _OTHER_NAME.search(names) is not None, same


def _named(element: HtmlElement) -> tuple[bool, bool]:
    """Whether an element is called a related-article block, and one of the same matter."""
    named, same = _names(class_names(element))
    aria = (element.get("aria-label") or "").strip()
    if aria and _LABEL_ALONE.fullmatch(aria):
        return True, same or _SAME_START.match(aria) is not None
    return named, same


def tells_of_others(element: HtmlElement) -> bool:
    """Whether an element is called a related-article block, or begins with the label of one."""
    return _named(element)[0] or _LABEL_START.match(_lead(element)) is not None


def _blocks(tree: HtmlElement) -> Iterator[tuple[HtmlElement, bool]]:
    """Elements that are called related-article blocks, outermost first, and whether they say that they are of the same matter."""
    inside: set[HtmlElement] = set()
    for element in list(tree.iter(*_BLOCKS)):
        if element in inside:
            continue
        named, same = _named(element)
        if named and _names_articles(element, 20):
            inside.update(element.iterdescendants())
            yield element, same


def related_blocks(tree: HtmlElement, base: str) -> list[Related]:
    """The blocks of a page that are called related-article blocks, with their links, in the order of the document."""
    return [
        Related(block, () if _is_sponsored(block) else tuple(_links(_anchors(block), base)), same)
        for block, same in list(_blocks(tree))
        if block.getparent() is not None
    ]


def _is_sponsored(block: HtmlElement) -> bool:
    return any(_SPONSORED.search(element.get("class") or "") for element in block.iter("*"))


def related_lines(lines: Sequence[Block], base: str) -> list[Related]:
    """What stands behind labels of related articles, in the order of the document; each such line, and its label, has the rule
    "related" after."""
    found = []
    number = 0
    while number < len(lines):
        label = lines[number]
        behind = [] if label.rule else _behind(lines, number)
        if behind:
            anchors = [anchor for line in behind for anchor, _, _ in line.links]
            same = _SAME_START.match(label.text) is not None
            sponsored = any(_SPONSORED.search(e.get("class") or "") for line in behind for e in _near(line.element))
            found.append(Related(label.element, () if sponsored else tuple(_links(anchors, base)), same))
            for line in [label, *behind]:
                line.rule = "related"
        number += max(1, len(behind))
    return found


def linked_lines(lines: Sequence[Block], base: str) -> list[Related]:
    """Lines among those of the text that were left out because they are a link to another article of the site and nothing else:
    whatever such a line is called, it stands there because it is about the same matter."""
    kept = [number for number, line in enumerate(lines) if line.kept]
    among = lines[kept[0] : kept[-1]] if kept else []
    return [
        Related(line.element, links, True)
        for line in among
        if (line.rule in _LINK_RULES or (not line.rule and not line.kept and line.linked >= _ALL_LINK))
        and (links := tuple(link for link in _links([a for a, _, _ in line.links], base) if site(link.url) == site(base)))
        and not any(_SPONSORED.search(e.get("class") or "") for e in _near(line.element))
    ]


def _near(element: HtmlElement) -> list[HtmlElement]:
    parent = element.getparent()
    return [element] if parent is None else [element, parent]


def _behind(lines: Sequence[Block], number: int) -> list[Block]:
    """The lines that a label at this place speaks of: its own, where links follow it there; else those of links that follow."""
    line = lines[number]
    # A label may have an element of its own right before the link, and no blank between them.
    before = line.text[: line.links[0][1]] if line.links else ""
    label = _LABEL_START.match(line.text) or _LABEL_ALONE.fullmatch(before)
    if label is None:
        return []
    if not _LABEL_ALONE.fullmatch(line.text):
        linked = sum(end - max(start, label.end()) for _, start, end in line.links if end > label.end())
        return [line] if linked >= 0.5 * (len(line.text) - label.end()) else []
    found: list[Block] = []
    waiting: list[Block] = []
    around = {line.element, *line.element.iterancestors()}
    block: HtmlElement | None = None
    for other in lines[number + 1 : number + 1 + _MOST_LINES]:
        path = (other.element, *other.element.iterancestors())
        if other.rule or (block is not None and block not in path):
            break
        if other.linked >= _LINK_LINE and not _LABEL_START.match(other.text):
            # The first link tells the block: the innermost element that holds it and the label.
            block = block if block is not None else next(e for e in path if e in around)
            found += [*waiting, other]
            waiting = []
        elif len(other.text) <= _BESIDE and not waiting and other.kind not in _TEXTS:
            waiting = [other]
        else:
            break
    return found


def _links(anchors: Iterable[HtmlElement], base: str) -> Iterable[Link]:
    links: dict[str, Link] = {}
    for anchor in anchors:
        url = web_address(base, anchor.get("href") or "")
        title = anchor.get("title") or next((_text(h) for h in anchor.iter("h2", "h3", "h4", "h5")), "") or _text(anchor)
        label = _LABEL_START.match(title)
        title = " ".join(title[label.end() if label else 0 :].split())[:500]
        # Two words are a tag or a name; an article has a title.
        if url and len(title.split()) > 2 and not NO_ARTICLE.search(urlsplit(url).path):
            links.setdefault(url, Link(url, "related", title))
    return links.values()


def related_links(container: HtmlElement | None, found: Sequence[Related], url: str, among: Container[HtmlElement]) -> list[Link]:
    """Links of what was found in the article, whose text `container` holds, then of what was found after it and is of the same
    matter; none of the page around it. What stands `among` the lines of the text and says that it is of the same matter is in it,
    whatever its box is called."""
    if container is None:
        return []
    scope = next((e for e in (container, *container.iterancestors()) if e.tag == "article"), container)
    whole = {scope, container, *container.iterancestors()}
    found = [each for each in found if not _is_newest(each.place)]
    inside = [
        each
        for each in found
        if _is_in(each.place, scope) and ((each.same and each.place in among) or not _elsewhere(each.place, whole))
    ]
    after = [link for each in found if each.same and _follows(each.place, scope) for link in each.links]
    links = [*(link for each in inside for link in each.links), *after[:_FEW]]
    return list({link.url: link for link in links if link.url != url}.values())


def _is_in(element: HtmlElement, scope: HtmlElement) -> bool:
    return element is scope or scope in element.iterancestors()


def _elsewhere(element: HtmlElement, whole: Container[HtmlElement]) -> bool:
    """Whether an element stands in navigation, a footer, a side bar or an advertisement inside what holds the whole article."""
    for parent in (element, *element.iterancestors()):
        if parent in whole:
            return False
        if parent.tag in ("nav", "footer") or _ELSEWHERE_NAME.search(class_names(parent)):
            return True
    return False


def _follows(block: HtmlElement, scope: HtmlElement) -> bool:
    """Whether a block stands after the article, and not in navigation, a side bar, a footer, or another article."""
    around = {e: child for child, e in zip((scope, *scope.iterancestors()), scope.iterancestors(), strict=False)}
    if _ELSEWHERE_NAME.search(class_names(block)):
        return False
    inner = block
    for parent in block.iterancestors():
        if parent in around:
            return parent.index(around[parent]) < parent.index(inner)
        if parent.tag in ("nav", "header", "footer", "aside", "article") or _ELSEWHERE_NAME.search(class_names(parent)):
            return False
        inner = parent
    return False


def _is_newest(block: HtmlElement) -> bool:
    """Whether a block, or the heading over it, says that its articles were chosen by something else than their matter."""
    over = block.getprevious()
    heading = _lead(over) if over is not None and over.tag in ("h2", "h3", "h4", "h5") else ""
    return any(_NEWEST_START.match(said) for said in (_lead(block), heading, block.get("aria-label") or ""))

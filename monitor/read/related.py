"""Related-article blocks: what newsrooms call them, where they stand, and which of a page's links they hold. Pure.

Blocks are known by what newsrooms everywhere call them, in class names and in words; no outlet is named here.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from monitor.model import Link
from monitor.read.address import web_address
from monitor.read.elements import called, words
from monitor.read.marks import remove_boilerplate, without_marks


def _any(*patterns: str) -> str:
    return "|".join(patterns)


# Words that newsrooms put before links to articles of their own on the same matter,
_SAME = _any(
    r"related(?: (?:articles?|stor(?:y|ies)|news|content|coverage|reading|posts?|links?|topics?|photos?|materials?))?",
    r"read (?:more|also)|also read|see also|more on (?:this|the) (?:story|topic|subject)|more coverage|further reading",
    r"читайте?(?: \w+)? (?:также|ещ[её]|по теме|далее)|(?:также|ещ[её]) (?:читайте|по теме)|смотрите также|читать также",
    r"(?:(?:другие )?(?:материалы|новости|статьи) )?по теме|подробнее(?: (?:по теме|читайте))?",
    r"(?:похожие|связанные) (?:материалы|новости|статьи)|к теме|в тему",
    r"читайте?(?: \w+)? (?:також|теж|ще|далі)|(?:також|ще) читайте|читати також|дивіться також",
    r"(?:(?:матеріали|новини|статті|більше|ще) )?(?:за|по) тем(?:ою|і)|докладніше|до теми",
    r"(?:схожі|пов['’]язані) (?:матеріали|новини|статті)",
)
# and before links that need have nothing to do with it.
_OTHER = _any(
    r"read (?:next|on)|you (?:may|might) also like|recommended|don'?t miss|more stories",
    r"рекомендуем(?: прочитать)?|рекомендуємо(?: прочитати)?",
)
_ON_TOPIC = r"(?: (?:на|по|про) (?:эту|этой|цю|цій) тем[уеиі])?"
_LABEL = f"(?:{_SAME}|{_OTHER}){_ON_TOPIC}"
_LABEL_START = re.compile(r"\W*" + _LABEL + r"\s*(?:[:：.—–|-]\s*|$|(?=\s))", re.IGNORECASE)
_LABEL_ALONE = re.compile(r"\W*" + _LABEL + r"\W*", re.IGNORECASE)
_SAME_START = re.compile(rf"\W*(?:{_SAME}){_ON_TOPIC}(?!\w)", re.IGNORECASE)
# What stands over links that were chosen by time, by readers or by money.
_NEWEST = re.compile(
    r"\W*(?:"
    + _any(
        r"most (?:read|viewed|popular|shared|commented|recent)|popular|trending|latest|just in|newest|top stories|breaking news",
        r"more from|around the web|promoted|sponsored|from our partners|editor'?s'? picks?",
        r"сам(?:ое|ые) (?:читаемое|популярн\w+|обсуждаемое)|популярн\w+|последние|свежие|лента|новости (?:дня|часа|партн[её]ров)",
        r"главн(?:ое|ые)|сейчас читают|выбор редакции|реклама|материалы партн[её]ров",
        r"найчитаніш\w+|найпопулярніш\w+|популярн\w+|останні|свіжі|стрічка|новини (?:дня|партнерів)|головн(?:е|і)|зараз читають",
    )
    + r")(?!\w)",
    re.IGNORECASE,
)
# The same in the names of classes, once RelatedArticles is related-articles.
_EDGE, _END = r"(?:^|[\s_-])", r"(?:$|[\s_-])"
_SAME_NAME = re.compile(
    _EDGE + r"(?:related(?:article|stor|news|post|link|item|block|content|material|rich)?\w*|read-?also|also-?read|see-?also|"
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
_SPONSORED = re.compile(r"sponsor|advert|promo(?:ted|tion)|partner|реклам|партн[её]р", re.IGNORECASE)
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
# So many words in a row tell that a piece of markup is in the text.
_TELLING = 4


@dataclass(frozen=True, slots=True)
class Related:
    """A related-article block, where it stands, and its links (none where it is paid for)."""

    block: HtmlElement
    parent: HtmlElement
    links: tuple[Link, ...]
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
    named, same = _names(called(element))
    aria = (element.get("aria-label") or "").strip()
    if aria and _LABEL_ALONE.fullmatch(aria):
        return True, same or _SAME_START.match(aria) is not None
    return named, same


def _find(tree: HtmlElement) -> Iterator[tuple[HtmlElement, bool]]:
    """Elements that are related-article blocks, outermost first, and whether they say that they are of the same matter."""
    inside: set[HtmlElement] = set()
    for element in list(tree.iter(*_BLOCKS)):
        if element in inside:
            continue
        named, same = _named(element)
        if named:
            if _names_articles(element, 20):
                inside.update(element.iterdescendants())
                yield element, same
            continue
        lead = _lead(element)
        label = _LABEL_START.match(lead)
        if not label or len(text := _text(element)) > _LONGEST_BLOCK:
            continue
        same = _SAME_START.match(lead) is not None
        if _LABEL_ALONE.fullmatch(text) and not _anchors(element):
            # A heading: what it stands over follows it, or fills the rest of its parent.
            follower = element.getnext()
            if follower is not None and isinstance(follower.tag, str) and _names_articles(follower, 0):
                for part in (element, follower):
                    inside.update(part.iterdescendants())
                    yield part, same
        elif _names_articles(element, label.end() + 20):
            inside.update(element.iterdescendants())
            yield element, same


def mark_related(tree: HtmlElement, base: str) -> list[Related]:
    """Finds related-article blocks, gives their links, and strikes their words."""
    found = []
    for block, same in list(_find(tree)):
        parent = block.getparent()
        if parent is None:
            continue
        sponsored = any(_SPONSORED.search(e.get("class") or "") for e in block.iter("*"))
        found.append(Related(block, parent, () if sponsored else tuple(_links(block, base)), same))
        remove_boilerplate(block)
    return found


def _links(block: HtmlElement, base: str) -> Iterable[Link]:
    links: dict[str, Link] = {}
    for anchor in _anchors(block):
        url = web_address(base, anchor.get("href") or "")
        title = anchor.get("title") or next((_text(h) for h in anchor.iter("h2", "h3", "h4", "h5")), "") or _text(anchor)
        title = " ".join(_LABEL_START.sub("", title, count=1).split())[:500]
        # Two words are a tag or a name; an article has a title.
        if url and len(title.split()) > 2 and not NO_ARTICLE.search(urlsplit(url).path):
            links.setdefault(url, Link(url, "related", title))
    return links.values()


def related_links(tree: HtmlElement, text: str, blocks: list[Related], url: str) -> list[Link]:
    """Links of the blocks in the article, then of those after it that are of the same matter; none of the page around it."""
    container = _container(tree, text) if blocks else None
    if container is None:
        return []
    scope = next((e for e in (container, *container.iterancestors()) if e.tag == "article"), container)
    whole = {scope, container, *container.iterancestors()}
    blocks = [b for b in blocks if not _newest(b.block)]
    inside = [b for b in blocks if scope in (b.parent, *b.parent.iterancestors()) and not _elsewhere(b.parent, whole)]
    after = [link for b in blocks if b.same and _follows(b.block, scope) for link in b.links]
    links = [*(link for b in inside for link in b.links), *after[:_FEW]]
    return list({link.url: link for link in links if link.url != url}.values())


def _container(tree: HtmlElement, text: str) -> HtmlElement | None:
    """The innermost element that holds most of the text; None where its words are not those of the markup."""
    weights: dict[HtmlElement, int] = {}
    total = 0
    said = text.split()
    beginnings = set(zip(*(said[n:] for n in range(_TELLING)), strict=False))
    for element in tree.iter("*"):
        for written, is_tail in ((element.text, False), (element.tail, True)):
            # Marks are taken off the few that are long enough: it never makes more words of them.
            if not written or len(written.split(None, _TELLING - 1)) < _TELLING:
                continue
            line = without_marks(written).split()
            holder = element.getparent() if is_tail else element
            if holder is None or tuple(line[:_TELLING]) not in beginnings:
                continue
            total += len(line)
            for parent in (holder, *holder.iterancestors()):
                weights[parent] = weights.get(parent, 0) + len(line)
    # Document order puts the innermost last.
    return next((e for e in reversed(list(tree.iter("*"))) if weights.get(e, 0) > 0.7 * total), None)


def _elsewhere(element: HtmlElement, whole: Container[HtmlElement]) -> bool:
    """Whether an element stands in navigation, a footer, a side bar or an advertisement inside what holds the whole article."""
    for parent in (element, *element.iterancestors()):
        if parent in whole:
            return False
        if parent.tag in ("nav", "footer") or _ELSEWHERE_NAME.search(called(parent)):
            return True
    return False


def _follows(block: HtmlElement, scope: HtmlElement) -> bool:
    """Whether a block stands after the article, and not in navigation, a side bar, a footer, or another article."""
    around = {e: child for child, e in zip((scope, *scope.iterancestors()), scope.iterancestors(), strict=False)}
    if _ELSEWHERE_NAME.search(called(block)):
        return False
    inner = block
    for parent in block.iterancestors():
        if parent in around:
            return parent.index(around[parent]) < parent.index(inner)
        if parent.tag in ("nav", "header", "footer", "aside", "article") or _ELSEWHERE_NAME.search(called(parent)):
            return False
        inner = parent
    return False


def _newest(block: HtmlElement) -> bool:
    """Whether a block, or the heading over it, says that its articles were chosen by something else than their matter."""
    over = block.getprevious()
    heading = _lead(over) if over is not None and over.tag in ("h2", "h3", "h4", "h5") else ""
    return any(_NEWEST.match(without_marks(said)) for said in (_lead(block), heading, block.get("aria-label") or ""))

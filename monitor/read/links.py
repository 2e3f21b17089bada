"""The links that an article makes: related-article blocks, and citations inside its text with their spans. Pure.

Blocks are known by what newsrooms everywhere call them, in class names and in words; no outlet is named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from monitor.model import Link

# Words that newsrooms put before a link to another article of their own.
_LABEL = "(?:{})(?: (?:на|по|про) (?:эту|этой|цю|цій) тем[уеиі])?".format(
    "|".join(
        (
            r"related(?: (?:articles?|stor(?:y|ies)|news|content|coverage|reading|posts?|links?|topics?|photos?))?",
            r"read (?:more|also|next|on)|also read|see also|more on (?:this|the) (?:story|topic)|more (?:stories|coverage)",
            r"further reading|you (?:may|might) also like|recommended|don'?t miss",
            r"читайте?(?: \w+)? (?:также|ещ[её]|по теме|далее)|(?:также|ещ[её]) (?:читайте|по теме)|смотрите также|читать также",
            r"(?:(?:другие )?(?:материалы|новости|статьи) )?по теме|подробнее(?: (?:по теме|читайте))?",
            r"(?:похожие|связанные) (?:материалы|новости|статьи)|к теме|в тему|рекомендуем(?: прочитать)?",
            r"читайте?(?: \w+)? (?:також|теж|ще|далі)|(?:також|ще) читайте|читати також|дивіться також",
            r"(?:(?:матеріали|новини|статті) )?(?:за|по) тем(?:ою|і)|докладніше|схожі (?:матеріали|новини|статті)",
            r"до теми|рекомендуємо(?: прочитати)?",
        )
    )
)
_LABEL_START = re.compile(r"\W*" + _LABEL + r"\s*(?:[:：.—–|-]\s*|$|(?=\s))", re.IGNORECASE)
_LABEL_ALONE = re.compile(r"\W*" + _LABEL + r"\W*", re.IGNORECASE)
_RELATED_CLASS = re.compile(
    r"(?:^|[\s_-])(?:related|read-?more|read-?also|also-?read|see-?also|more-?on|recommended|recommendations?|similar|also|"
    r"in-?article-?link|inline-?(?:link|promo|article|story)|read-?next|media-block|linked-?(?:article|story|material)|po-?teme)"
    r"(?:$|[\s_-])|related-?(?:article|stor|news|post|link|item|block|content|material|rich)|Related",
)
_ELSEWHERE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|sidebar|side-?bar|breadcrumbs?|most-?read|popular|trending|latest|just-?in|"
    r"newsfeed|share|social|subscribe|newsletter|tags?|comments?|advert|ad|banner|promo|sponsored?|partner|outbrain|taboola)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_SPONSORED = re.compile(r"sponsor|advert|promo(?:ted|tion)|partner|реклам|партн[её]р", re.IGNORECASE)
_BLOCKS = frozenset(
    {"p", "div", "section", "aside", "ul", "ol", "li", "blockquote", "figure", "h2", "h3", "h4", "h5", "h6", "table", "nav"}
)
_NO_ARTICLE = re.compile(
    r"^/*$|/(?:authors?|avtor|tags?|categor(?:y|ies)|topics?|people|search|subscribe|podcasts?)(?:/|$)", re.IGNORECASE
)
# A related block names some articles; it does not tell them.
_LONGEST_BLOCK = 1_500
_MANY = 30

# Anchors are marked with pairs of one Tangut ideograph, so that they can be found again in the text that the extractor gives:
# it keeps what is printable, and the press that we read does not write Tangut.
_FIRST_MARK, _MARKS = 0x17000, 6_000
_OTHER = chr(_FIRST_MARK + _MARKS)
_MARK = re.compile(f"[{chr(_FIRST_MARK)}-{chr(_FIRST_MARK + _MARKS - 1)}]")
_ANY_MARK = re.compile(f"[{chr(_FIRST_MARK)}-{_OTHER}]")


@dataclass(frozen=True, slots=True)
class Related:
    """A related-article block, where it stands, and its links (none where it is paid for)."""

    block: HtmlElement
    parent: HtmlElement
    links: tuple[Link, ...]


def web_address(base: str, href: str) -> str:
    """The absolute http(s) address of a link, without its fragment; empty for every other scheme and for what is no address."""
    try:
        url = urldefrag(urljoin(base, "".join(href.split()) if "\n" in href or "\t" in href else href.strip()))[0]
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return url if sound and len(url) <= 4_096 and not any(c.isspace() or c < " " for c in url) else ""


def base(tree: HtmlElement, url: str) -> str:
    """What relative links of the page are relative to."""
    element = tree.find(".//base[@href]")
    return web_address(url, element.get("href") or "") or url if element is not None else url


def elsewhere(element: HtmlElement, scope: HtmlElement) -> bool:
    """Whether an element stands in navigation, a footer, a side bar or an advertisement inside `scope`."""
    for parent in (element, *element.iterancestors()):
        if parent is scope:
            return False
        if parent.tag in ("nav", "footer") or _ELSEWHERE_CLASS.search(f"{parent.get('class') or ''} {parent.get('id') or ''}"):
            return True
    return False


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content()[: _LONGEST_BLOCK * 2].split())


def _lead(element: HtmlElement) -> str:
    words = ""
    for text in element.itertext():
        words = f"{words} {text}".lstrip()
        if len(words) > 80:
            break
    return " ".join(words.split())


def _anchors(element: HtmlElement) -> list[HtmlElement]:
    return [a for a in element.iter("a") if a.get("href")]


def _only_links(element: HtmlElement, anchors: list[HtmlElement], label: int = 0) -> bool:
    """Whether a block's words are those of its links, a label and a teaser aside."""
    total = len(_text(element))
    linked = sum(len(_text(a)) for a in anchors)
    return linked >= 0.5 * (total - label)


def _find(tree: HtmlElement) -> Iterable[HtmlElement]:
    """Elements that are related-article blocks, outermost first."""
    taken: set[HtmlElement] = set()
    for element in list(tree.iter(*_BLOCKS)):
        if any(parent in taken for parent in element.iterancestors()):
            continue
        block = element
        names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-name') or ''}"
        aria = element.get("aria-label") or ""
        by_class = bool(_RELATED_CLASS.search(names)) or bool(aria and _LABEL_ALONE.fullmatch(aria.strip()))
        start = 0
        if not by_class:
            # The first words alone, for most blocks are not of this kind and many hold most of the page.
            label = _LABEL_START.match(_lead(element))
            if not label or len(text := _text(element)) > _LONGEST_BLOCK:
                continue
            start = label.end()
            if _LABEL_ALONE.fullmatch(text) and not _anchors(element):
                # A heading: what it stands over follows it, or fills the rest of its parent.
                follower = element.getnext()
                if follower is None or not isinstance(follower.tag, str) or not _anchors(follower):
                    continue
                anchors = _anchors(follower)
                if len(_text(follower)) <= _LONGEST_BLOCK and len(anchors) <= _MANY and _only_links(follower, anchors):
                    taken.add(element)
                    yield element
                    taken.add(follower)
                    yield follower
                continue
        anchors = _anchors(block)
        if (
            not anchors
            or len(anchors) > _MANY
            or len(_text(block)) > _LONGEST_BLOCK
            or not _only_links(block, anchors, start + 20)
        ):
            continue
        taken.add(block)
        yield block


def mark_related(tree: HtmlElement, base: str) -> list[Related]:
    """Finds related-article blocks, gives their links, and marks their words, so that `unmark` can leave them out.

    They are not removed before extraction: an extractor that weighs a page's parts may then take another part for the body.
    """
    found = []
    for block in list(_find(tree)):
        parent = block.getparent()
        if parent is None:
            continue
        links: list[Link] = []
        sponsored = _SPONSORED.search(" ".join(e.get("class") or "" for e in block.iter("*"))) is not None
        for anchor in _anchors(block) if not sponsored else ():
            url = web_address(base, anchor.get("href") or "")
            title = anchor.get("title") or next((_text(h) for h in anchor.iter("h2", "h3", "h4", "h5")), "") or _text(anchor)
            title = " ".join(_LABEL_START.sub("", title, count=1).split())[:500]
            # Two words are a tag or a name; an article has a title.
            if (
                url
                and len(title.split()) > 2
                and not _NO_ARTICLE.search(urlsplit(url).path)
                and url not in {k.url for k in links}
            ):
                links.append(Link(url, "related", title))
        for element in block.iter():
            if isinstance(element.tag, str) and element.text and element.text.strip():
                element.text = _OTHER + element.text
            if element is not block and element.tail and element.tail.strip():
                element.tail = _OTHER + element.tail
        found.append(Related(block, parent, tuple(links)))
    return found


def mark(tree: HtmlElement) -> list[HtmlElement]:
    """Puts marks around the words of every link; the n-th element of the result has the n-th mark."""
    marked: list[HtmlElement] = []
    for anchor in tree.iter("a"):
        if len(marked) >= _MARKS:
            break
        if not anchor.get("href") or not (anchor.text_content()[:500].strip()):
            continue
        sign = chr(_FIRST_MARK + len(marked))
        anchor.text = sign + (anchor.text or "")
        if len(anchor):
            anchor[-1].tail = (anchor[-1].tail or "") + sign
        else:
            anchor.text += sign
        marked.append(anchor)
    return marked


def without_marks(text: str) -> str:
    """The text as it was before marking."""
    return _ANY_MARK.sub("", text)


def unmark(text: str) -> tuple[str, list[tuple[int, int, int]]]:
    """The text without marks and without the words of related blocks, and for each pair of marks its number and where its
    words stand, without white space around."""
    lines: list[str] = []
    spans: list[tuple[int, int, int]] = []
    opened: dict[int, int] = {}
    offset = 0
    for line in text.splitlines():
        if _OTHER in line or not _MARK.sub("", line).strip():
            continue
        clean, last = "", 0
        for match in [*_MARK.finditer(line), None]:
            piece = line[last : match.start() if match else None]
            # White space on both sides of a mark would be left double, or at the start of a line.
            clean += piece if clean and not clean[-1].isspace() else piece.lstrip()
            if match is None:
                break
            last = match.end()
            number = ord(match[0]) - _FIRST_MARK
            if number in opened:
                spans.append((number, opened.pop(number), offset + len(clean.rstrip())))
            else:
                opened[number] = offset + len(clean)
        lines.append(clean.rstrip())
        offset += len(lines[-1]) + 1
    whole = "\n".join(lines)
    tight = []
    for number, start, end in spans:
        words = whole[start:end]
        start += len(words) - len(words.lstrip())
        if start < end:
            tight.append((number, start, end))
    return whole, tight

"""When a page was published and modified: declared, printed beside the headline, in its address, searched. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from htmldate import find_date
from lxml.etree import XPath, iterwalk
from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.read import jsonld
from monitor.read.body import PARSER_ERRORS
from monitor.read.dates import AHEAD, EARLIEST, ParsedDate, day_first, is_date, plausible, read_date
from monitor.read.declarations import TITLE_PARTS, Declarations, content_of
from monitor.read.elements import Place, is_of_other, words
from monitor.read.related import tells_of_others

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
_PUBLISHED_CLASS = re.compile(
    r"publish|pubdate|post-?date|entry-?date|article-?date|news-?date|date-?time|timestamp|byline|dateline|posted", re.IGNORECASE
)
_ADDRESS_DAY = re.compile(
    r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-])|/((?:19|20)\d\d[01]\d[0-3]\d)(?=[/-])|/(\d\d)-(\d\d)-((?:19|20)\d\d)(?=[/-])"
)
# The dates of so many headings are looked for, among so many texts after them and before. What is longer than a label is a
# paragraph; so many stand before the text. One of so many texts right before a heading is nearer than what stands behind a
# paragraph.
_HEADLINES, _AFTER, _BEFORE, _LABEL, _STANDFIRST, _RIGHT_BEFORE = 3, 40, 15, 80, 2, 3
_UPDATED = re.compile(phrases("dates", "updated"), re.IGNORECASE)
_IS_PUBLISHED = re.compile(rf"(?:(?<=^)|(?<=[.;|·•]\s))\W{{0,3}}{phrases('dates', 'published')}\s*[:—–-]?(?=\s|$)", re.IGNORECASE)
_NEXT_LABEL = re.compile(rf"[.;|·•]\s|{phrases('dates', 'updated')}", re.IGNORECASE)
# So many texts behind the headline a label is looked for, where no date is found near it.
_FAR = 400
_NOT_OWN = frozenset({"script", "style", "noscript", "nav", "aside", "footer", "blockquote"})
_STAMP_NAMES = ("data-timestamp", "data-datetime", "data-date", "data-published", "data-pubdate")
# By its attributes' own axis each of these takes a quarter of the time of a question to every element.
_WITH_STAMP = XPath(" | ".join(f"//@{name}/.." for name in _STAMP_NAMES))
_STAMPS = 20
# A date in parts has a day, a month, a year, and perhaps a time.
_DATE_PARTS, _LONGEST_DATE = 5, 40
_TITLED = frozenset({"time", "abbr", "span", "div", "a", "small"})
_LONGEST_PRINT = 200
# A link of more words leads to another article: those to who wrote it have a name.
_NAME_WORDS = 2


def published_dates(page: Declarations, headlines: Sequence[HtmlElement]) -> tuple[list[str], list[str]]:
    """When it was published, as written: by what says that it is that, and by what may be of another day."""
    node, place = page.article, Place(page.tree, headlines)
    times = [t for t in page.elements["time"][:100] if place.is_own(t) and next(t.iterancestors("blockquote"), None) is None]
    named = [t for t in times if t.get("pubdate") is not None or _PUBLISHED_CLASS.search(t.get("class") or "")]
    sure = [
        *jsonld.texts(node.get("datePublished")),
        *page.metas(*_PUBLISHED),
        *page.prop("datePublished", "dateCreated"),
        *jsonld.texts(node.get("dateCreated")),
        *(t.get("datetime") or content_of(t) for t in named),
    ]
    # What scripts make an "an hour ago" of.
    stamps = (e for e in islice(_WITH_STAMP(page.tree), _STAMPS) if place.is_own(e))
    stamped = [value for e in stamps for name in _STAMP_NAMES if (value := e.get(name))]
    unsure = [*page.metas(*_DATED), *(t.get("datetime") or content_of(t) for t in times[:1]), *stamped[:1]]
    return ([*map(day_first, sure)], [*map(day_first, unsure)]) if page.is_day_first() else (sure, unsure)


def modified_date(page: Declarations) -> str:
    """When it was modified, as written; empty where it does not say."""
    said = [*jsonld.texts(page.article.get("dateModified")), *page.metas(*_MODIFIED), *page.prop("dateModified")]
    return most_exact(said, page.now)


def most_exact(written: Iterable[str], now: datetime) -> str:
    """The first plausible date; of those that name the same day, the first with time and zone. What could not be read is
    kept where nothing could."""
    raws = [w for w in (w.strip() for w in written) if w]
    read: list[tuple[str, ParsedDate]] = [(w, when) for w in raws if plausible(when := read_date(w), now)]
    if not read:
        return raws[0] if raws else ""
    day = read[0][1].day
    return next((w for w, when in read if when.day == day and when.instant), read[0][0])


def _own_texts(element: HtmlElement, small_print: bool) -> Iterator[str]:
    """The texts in an element, without those of embedded posts, scripts, and parts that are about the site; of boxes beside the
    text only `small_print`."""
    walker = iterwalk(element, events=("start", "end"))
    for event, inner in walker:
        if event == "start":
            # Each question for a tag makes its word anew.
            tag = inner.tag
            if (not isinstance(tag, str) or tag in _NOT_OWN) and not (small_print and _is_small_print(inner)):
                walker.skip_subtree()
                continue
            # What readers see when they point at "three hours ago".
            if tag in _TITLED and (title := inner.get("title")) and is_date(title):
                yield title
            if text := inner.text:
                yield text
        elif inner is not element and (tail := inner.tail):
            yield tail


def _is_small_print(element: HtmlElement) -> bool:
    """Whether a box beside the text is as short as who wrote it and when, and names no other article."""
    if element.tag != "aside" or len(words(element, _LONGEST_PRINT)) > _LONGEST_PRINT:
        return False
    links = (a for a in element.iter("a") if "author" not in (a.get("rel") or "").lower().split())
    names_others = any(len(words(a, _LONGEST_PRINT).split()) > _NAME_WORDS for a in links)
    return not (names_others or is_of_other(element) or tells_of_others(element))


def _beside(heading: HtmlElement, preceding: bool, small_print: bool = False) -> Iterator[str]:
    """Texts that stand before a heading or after it, the nearest first: where outlets print dates and bylines."""
    node: HtmlElement | None = heading
    while node is not None and node.tag != "body":
        raws = [] if preceding else [node.tail or ""]
        for sibling in node.itersiblings(preceding=preceding):
            # Old pages write a text bare, between line breaks.
            behind = sibling.tail or ""
            own = [*_own_texts(sibling, small_print), *_in_parts_of_own(sibling)]
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


def printed_dates(page: Declarations, headlines: Sequence[HtmlElement]) -> tuple[str, str, str]:
    """The date that stands beside the headline and says nothing else, the first that says more, and the first that is said to be
    that of publication; empty where there is none. Boxes beside the text are looked into where no date stands alone outside."""
    alone, other, labelled = _printed(page, headlines, small_print=False)
    if alone or page.tree.find(".//aside") is None:
        return alone, other, labelled
    alone, beside, said = _printed(page, headlines, small_print=True)
    return alone, other or beside, labelled or said


def _printed(page: Declarations, headlines: Sequence[HtmlElement], small_print: bool) -> tuple[str, str, str]:
    other = labelled = ""
    # By how near it is: behind the headline, right before it, behind paragraphs, before it.
    alone: dict[int, str] = {}
    is_day_first = page.is_day_first()
    for number, heading in enumerate(headlines[:_HEADLINES]):
        for preceding, most in ((False, _AFTER), (True, _BEFORE)):
            paragraphs = 0
            before = ""
            for place, printed in enumerate(islice(_beside(heading, preceding, small_print), most)):
                text = day_first(printed) if is_day_first and len(printed) <= _LABEL * 2 else printed
                paragraphs += len(text) > _LABEL
                labelled = labelled or _labelled_date(text, before, page.now)
                before = text
                if len(text) > _LABEL or not any(c.isdigit() for c in text) or _UPDATED.search(text):
                    continue
                if paragraphs <= _STANDFIRST and is_date(text):
                    far = place >= _RIGHT_BEFORE if preceding else paragraphs > 0
                    alone.setdefault(number * 4 + far * 2 + preceding, text)
                if not other and plausible(read_date(text), page.now):
                    other = text
    return alone[min(alone)] if alone else "", other, labelled


def _labelled_date(text: str, before: str, now: datetime) -> str:
    """The date behind words that say it is that of publication, in the same text or in the one `before`; empty where none is."""
    match = _IS_PUBLISHED.search(text)
    said = text[match.end() :] if match else text if _IS_PUBLISHED.fullmatch(before) else ""
    said = _NEXT_LABEL.split(said[: _LABEL * 2], maxsplit=1)[0].strip()
    return said if any(map(str.isdigit, said)) and is_date(said) and plausible(read_date(said), now) else ""


def far_date(page: Declarations, headlines: Sequence[HtmlElement]) -> str:
    """A date that is said to be that of publication anywhere behind the headline; or that is a part of the window's title."""
    before = ""
    for heading in headlines[:1]:
        for text in islice(_beside(heading, False), _FAR):
            if found := _labelled_date(text, before, page.now):
                return found
            before = text
    parts = (part for title in page.titles() for part in TITLE_PARTS.split(title)[1:])
    return next((part for part in parts if is_date(part)), "")


def address_day(url: str) -> str:
    """The day in an address: /2026/05/18/, /20260518/, or 18-05-2026 before the words of the title."""
    match = _ADDRESS_DAY.search(urlsplit(url).path)
    return "-".join(filter(None, match.groups())) if match else ""


def searched_date(tree: HtmlElement, url: str, now: datetime) -> str:
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

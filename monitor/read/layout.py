"""Normalizes layout markup before extraction: layout tables to boxes, text with empty lines to paragraphs. Pure.

The extractor has different rules for tables, boxes and paragraphs, and loses text that is marked up as the wrong one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.read.blocks import hidden_in, show
from monitor.read.elements import words
from monitor.text import ends_sentence

# What stands in no table of data, and how long a cell of figures never is.
_PARTS = frozenset({"table", "h1", "h2", "article"})
_LONG_CELL = 400
_ROWS = "./tr|./*[self::tbody or self::thead or self::tfoot or self::form]/tr"
# No page is laid out so deep; every level is weighed anew.
_DEEP = 10
# A cell with more than this share of a table's sentences holds the article; one with this share of the article's is no menu.
_MOST, _MUCH = 0.6, 0.33
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins"}
    | {"kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
# From these on the share of links tells a sentence from a list of links.
_PROSE, _LINKED = 20, 0.5
# What is shown to those whose browser runs no scripts is shorter.
_LONG_NOSCRIPT = 1_000
# What opens the rest of a text, and how long it and a sentence are.
_OPENER = re.compile(rf"\W{{0,5}}(?:{phrases('signoffs', 'openers')})\W{{0,5}}", re.IGNORECASE)
_LONG_LABEL, _SENTENCE = 40, 60
# Parts of a page's frame, of which HTML (4.4.14) lets none be around <main>; some sites do put it into an <aside>.
_FRAME = ("button", "header", "nav")
# One empty line may stand under a picture.
_LINES = 2
_HEADINGS = XPath("//*[@role='heading']")
# So many boxes that look alike are a text; two may be anything.
_SERIES = 3


def unwrap_tables(tree: HtmlElement) -> list[HtmlElement]:
    """Turns the tables that lay out a page into boxes, in place, and gives those of them that stand around the article:
    its header, menu, side columns and footer."""
    # All are told first: a table inside one tells that it lays out a page, and is a box later.
    layouts = {table: cells for table in tree.iter("table") if _lays_out(table, cells := _cells(table))}
    around = [cell for table, cells in layouts.items() for cell in _around(table, cells, layouts.keys())]
    for table, rows in layouts.items():
        for part in [*(cell for row in rows for cell in row), *table.xpath(_ROWS), table]:
            part.tag = "div"
        for part in table.xpath("./tbody|./thead|./tfoot|./colgroup|./col"):
            part.drop_tag()
    return around


def _cells(table: HtmlElement) -> list[list[HtmlElement]]:
    """The cells of each row of the table, not those of a table inside it."""
    return [row.findall("td") for row in table.xpath(_ROWS)]


def _lays_out(table: HtmlElement, rows: list[list[HtmlElement]]) -> bool:
    if table.get("role") in ("presentation", "none"):
        return True
    if table.find("caption") is not None or any(row.find("th") is not None for row in table.xpath(_ROWS)):
        return False
    return all(len(cells) < 2 for cells in rows) or any(
        any(e.tag in _PARTS for e in cell.iterdescendants()) or len(words(cell, _LONG_CELL)) > _LONG_CELL
        for cells in rows
        for cell in cells
    )


def _around(table: HtmlElement, rows: list[list[HtmlElement]], layouts: Container[HtmlElement]) -> Iterator[HtmlElement]:
    """The cells beside the one that holds the article, and those above and below where it goes on as a table in itself."""
    if sum(1 for _ in table.iterancestors("table")) > _DEEP:
        return
    weights = {cell: _unlinked(cell) for cells in rows for cell in cells}
    heaviest = max(weights, key=lambda cell: weights[cell], default=None)
    if heaviest is None or weights[heaviest] <= _MOST * sum(weights.values()):
        return
    headings = set(table.iter("h1"))
    if headings and not headings & set(heaviest.iter("h1")):
        return
    goes_on = any(t in layouts and _unlinked(t) > _MOST * weights[heaviest] for t in heaviest.iter("table"))
    for cells in rows:
        if goes_on or heaviest in cells:
            yield from (cell for cell in cells if weights[cell] < _MUCH * weights[heaviest])


def _unlinked(element: HtmlElement) -> int:
    """How many characters are a reader's to see, outside links."""
    return max(_length(element) - _hidden_or_linked(element), 0)


def _hidden_or_linked(element: HtmlElement) -> int:
    return sum(map(_length, element.iter("a", "script", "style", "noscript")))


def _length(element: HtmlElement) -> int:
    return len(" ".join(element.text_content().split()))


def name_headings(tree: HtmlElement) -> None:
    """Makes headings, in place, of boxes that are such by their role (WAI-ARIA 1.2): <div role="heading" aria-level="1">."""
    for heading in _HEADINGS(tree):
        level = heading.get("aria-level") or "2"
        if heading.tag in ("div", "span", "p") and level in "123456":
            heading.tag = f"h{level}"


def free_main(tree: HtmlElement) -> None:
    """Makes boxes, in place, of a button, a header or a menu that is around <main>: HTML lets none of
    them hold it. The parser leaves them open where an element inside was not closed, and they swallow the page."""
    for main in tree.iter("main"):
        for element in main.iterancestors(*_FRAME):
            element.tag = "div"


def free_captions(tree: HtmlElement) -> None:
    """Takes off, in place, <caption> elements that are in no table: browsers pass over them."""
    for caption in [*tree.iter("caption")]:
        parent = caption.getparent()
        if parent is not None and parent.tag != "table":
            caption.tag = "span"


def part_quotations(tree: HtmlElement) -> None:
    """Makes a line of its own, in place, of who is quoted where the words stand bare before it: <blockquote>…<cite>."""
    for cite in tree.iter("cite"):
        parent, previous = cite.getparent(), cite.getprevious()
        if parent is None or parent.tag != "blockquote" or (cite.tail or "").strip():
            continue
        before = parent.text if previous is None else previous.tail
        if ends_sentence((before or "").strip()):
            cite.tag = "p"


def join_cells(tree: HtmlElement) -> None:
    """Takes the paragraphs off, in place, that cells of a table have around all that is in them, as editors paste them."""
    for cell in tree.iter("td", "th"):
        while len(cell) == 1 and cell[0].tag in ("p", "div") and not ((cell.text or "") + (cell[0].tail or "")).strip():
            cell[0].drop_tag()


def open_noscript(tree: HtmlElement) -> None:
    """Makes a box, in place, of a <noscript> that holds the page: one that was never closed."""
    for element in tree.iter("noscript"):
        if _length(element) > _LONG_NOSCRIPT:
            element.tag = "div"


def open_folded(tree: HtmlElement) -> None:
    """Shows, in place, the rest of a text that is folded behind words such as "Read more": what is hidden right beside them, says
    something in words of its own, and goes on with paragraphs that are seen."""
    for element in hidden_in(tree):
        parent = element.getparent()
        around = (element.getprevious(), element.getnext())
        if parent is None or not any(e is not None and _OPENER.fullmatch(words(e, _LONG_LABEL)) for e in around):
            continue
        seen = (child for child in parent if child is not element and child.tag in ("p", "div"))
        if _length(element) >= _SENTENCE and _prose(element) and any(_length(e) >= _SENTENCE and _prose(e) for e in seen):
            show(element)


def split_paragraphs(tree: HtmlElement) -> None:
    """Makes paragraphs, in place, of text that is parted by empty lines (two or more <br>), as old and hand-made pages do."""
    lines = Counter(br.getparent() for br in tree.iter("br") if _empty_line(br))
    if max(lines.values(), default=0) < _LINES:
        return
    for box in list(tree.iter("div", "section", "article", "main", "body", "font", "span")):
        if lines[box] >= _LINES:
            _split_at_empty_lines(box)


def _empty_line(br: HtmlElement) -> bool:
    following = br.getnext()
    return following is not None and following.tag == "br" and not (br.tail or "").strip()


def _split_at_empty_lines(box: HtmlElement) -> None:
    children = [(child, child.tail, child.tag == "br" and _empty_line(child)) for child in box]
    for child, _, _ in children:
        box.remove(child)
        child.tail = None
    paragraph = box.makeelement("p")
    paragraph.text, box.text = box.text, None
    box.append(paragraph)
    parting = False
    for child, tail, empty_line in children:
        # The last <br> of an empty line has the next paragraph behind it.
        parts = empty_line or (parting and child.tag == "br")
        parting = empty_line
        if not parts and (child.tag in _INLINE or not isinstance(child.tag, str)):
            child.tail = tail
            paragraph.append(child)
            continue
        if not parts:
            box.append(child)
        paragraph = box.makeelement("p")
        paragraph.text = tail
        box.append(paragraph)
    for empty in [p for p in box.iterchildren("p") if not len(p) and not (p.text or "").strip()]:
        box.remove(empty)
    if box.tag in _INLINE:
        box.tag = "div"


def unlink_boxes(tree: HtmlElement) -> None:
    """Turns the links of sentences that have a box of their own into plain words, in place: an extractor takes a short box
    with a link for navigation, and drops the sentence with its citation."""
    series: dict[HtmlElement, Counter[tuple[object, str | None]]] = {}
    for box in tree.iter("div"):
        if next(box.iter("a"), None) is None or not _paragraph(box) or not _prose(box):
            continue
        outer, parent = _outermost(box)
        if parent is None:
            continue
        if parent not in series:
            series[parent] = Counter(map(_appearance, parent))
        if series[parent][_appearance(outer)] >= _SERIES:
            for anchor in list(box.iter("a")):
                anchor.tag = "span"


def _appearance(element: HtmlElement) -> tuple[object, str | None]:
    return element.tag, element.get("class")


def _outermost(box: HtmlElement) -> tuple[HtmlElement, HtmlElement | None]:
    """The outermost box around a box that holds nothing else, and what that one stands in."""
    parent = box.getparent()
    # Not by len(), which counts: a hostile page has 100,000 boxes in one.
    while parent is not None and box.getnext() is None and box.getprevious() is None:
        box, parent = parent, parent.getparent()
    return box, parent


def _paragraph(box: HtmlElement) -> bool:
    """Whether a box holds one paragraph and nothing else."""
    if [child.tag for child in box] == ["p"]:
        return not (box.text or "").strip() and not (box[0].tail or "").strip()
    return all(e.tag in _INLINE for e in box.iterdescendants() if isinstance(e.tag, str))


def _prose(box: HtmlElement) -> bool:
    length = _length(box)
    return length >= _PROSE and _hidden_or_linked(box) < _LINKED * length

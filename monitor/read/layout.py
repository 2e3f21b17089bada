"""Markup as people write it to markup that says what it means: tables that lay out a page, and sentences in boxes. Pure.

The extractor weighs tables, boxes and paragraphs by different rules, so what is laid out as one and is another is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml.html import HtmlElement

# What stands in no table of data, and how long a cell of figures never is.
_PARTS = frozenset({"table", "h1", "h2", "article"})
_LONG_CELL = 400
# A cell with more than this share of a table's sentences holds the article; one with this share of the article's is no menu.
_MOST, _MUCH = 0.6, 0.33
_INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins"}
    | {"kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
# From these on the share of links tells a sentence from a list of links.
_PROSE, _LINKED = 40, 0.5
# So many boxes that look alike are a text; two may be anything.
_SERIES = 3


def unwrap_tables(tree: HtmlElement) -> list[HtmlElement]:
    """Turns the tables that lay out a page into boxes, in place, and gives those of them that stand around the article:
    its header, menu, side columns and footer."""
    # All are told first: a table inside one tells that it lays out a page, and is a box later.
    layouts = [(table, _rows(table)) for table in tree.iter("table")]
    layouts = [(table, rows) for table, rows in layouts if _lays_out(table, rows)]
    inner = {table for table, _ in layouts}
    around = [cell for table, rows in layouts for cell in _around(table, rows, inner)]
    for table in inner:
        for part in [p for tag in ("thead", "tbody", "tfoot", "colgroup", "col") for p in _own(table, tag)]:
            part.drop_tag()
        for part in [p for tag in ("tr", "td") for p in _own(table, tag)]:
            part.tag = "div"
    for table in inner:
        table.tag = "div"
    return around


def _own(table: HtmlElement, tag: str) -> list[HtmlElement]:
    """Parts of the table that are not those of a table inside it."""
    return [e for e in table.iter(tag) if next(e.iterancestors("table"), None) is table]


def _rows(table: HtmlElement) -> list[list[HtmlElement]]:
    return [[cell for cell in row if cell.tag == "td"] for row in _own(table, "tr")]


def _lays_out(table: HtmlElement, rows: list[list[HtmlElement]]) -> bool:
    if table.get("role") in ("presentation", "none"):
        return True
    if any(_own(table, tag) for tag in ("th", "caption")):
        return False
    return all(len(cells) < 2 for cells in rows) or any(
        any(e.tag in _PARTS for e in cell.iterdescendants()) or len(cell.text_content()) > _LONG_CELL
        for cells in rows
        for cell in cells
    )


def _around(table: HtmlElement, rows: list[list[HtmlElement]], layouts: set[HtmlElement]) -> Iterator[HtmlElement]:
    """The cells beside the one that holds the article, and those above and below where it goes on as a table in itself."""
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
    seen = _length(element) - sum(map(_length, element.iter("a", "script", "style", "noscript")))
    return max(seen, 0)


def _length(element: HtmlElement) -> int:
    return len(" ".join(element.text_content().split()))


def spare_prose(tree: HtmlElement) -> None:
    """Turns the links of sentences that have a box of their own into plain words, in place: an extractor takes a short box
    with a link for navigation, and drops the sentence with its citation."""
    series: dict[HtmlElement, Counter[tuple[object, str | None]]] = {}
    for box in tree.iter("div"):
        if box.find(".//a") is None or not _paragraph(box) or not _prose(box):
            continue
        outer, parent = _outermost(box)
        if parent is None:
            continue
        if parent not in series:
            series[parent] = Counter(map(_looks, parent))
        if series[parent][_looks(outer)] >= _SERIES:
            for anchor in list(box.iter("a")):
                anchor.tag = "span"


def _looks(element: HtmlElement) -> tuple[object, str | None]:
    return element.tag, element.get("class")


def _outermost(box: HtmlElement) -> tuple[HtmlElement, HtmlElement | None]:
    """The outermost box around a box that holds nothing else, and what that one stands in."""
    parent = box.getparent()
    while parent is not None and len(parent) == 1:
        box, parent = parent, parent.getparent()
    return box, parent


def _paragraph(box: HtmlElement) -> bool:
    """Whether a box holds one paragraph and nothing else."""
    if [child.tag for child in box] == ["p"]:
        return not (box.text or "").strip() and not (box[0].tail or "").strip()
    return all(e.tag in _INLINE for e in box.iterdescendants() if isinstance(e.tag, str))


def _prose(box: HtmlElement) -> bool:
    words = _length(box)
    return words >= _PROSE and words - _unlinked(box) < _LINKED * words

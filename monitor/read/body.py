"""Which of a page's lines are the article's, by trafilatura. Pure; the only place that knows trafilatura's options."""

from __future__ import annotations

from collections.abc import Sequence

from lxml.etree import LxmlError, XPath
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from monitor.read.blocks import Block, letters_and_digits

# Measured (docs/reading.md): without comparison to other extractors, and tuned for precision, trafilatura is cheapest and
# cleanest. Where that gives under this share of what its plain fast mode gives, it cut into the article;
# which cannot be where it has that share of all paragraphs in which an article may stand (five pages in six).
_SHARE = 0.6
_PARAGRAPHS = XPath("//p[not(ancestor::aside or ancestor::footer or ancestor::nav)]")
# under this one it found none of it, and what fast mode gives is the page around it: the comparison is worth its time,
_NOTHING = 0.1
# and so it is for what is shorter than most briefs, believed if it finds several times as much, and not asked where the page
# has not so many words (two such pages in five).
_SHORT, _TIMES = 800, 3
_WORDS = XPath(
    "//body//text()[not(ancestor::aside or ancestor::footer or ancestor::nav or ancestor::script or ancestor::noscript"
    " or ancestor::select or ancestor::button)]",
    smart_strings=False,
)
# What an extractor that was written for sound markup raises on hostile markup. LxmlError is no ValueError.
PARSER_ERRORS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, LxmlError)


_PRECISE = Extractor(output_format="python", comments=False, fast=True, precision=True)
_FAST = Extractor(output_format="python", comments=False, fast=True)
_COMPARED = Extractor(output_format="python", comments=False)

# So many letters of a line tell that it is the same line; of shorter ones all must be the same.
_TELLING = 40
_SHORT_LINE = 20
# Of so many lines with the same words one is looked for.
_SAME = 100
# So much of the text stands in one element.
_MOST = 0.7


def _extract(tree: HtmlElement, options: Extractor) -> str:
    document = bare_extraction(tree, options=options)
    return (document.text or "") if document is not None else ""  # type: ignore[union-attr]  # its dict form is deprecated


def extracted(tree: HtmlElement) -> str:
    """What the extractor takes for the article's text; empty where it finds none. Raises PARSER_ERRORS."""
    text = _extract(tree, _PRECISE)
    if len(text) < _SHORT or len(text) < _SHARE * sum(len(p.text_content()) for p in _PARAGRAPHS(tree)):
        text = _reconsidered(tree, text)
    return text


def _reconsidered(tree: HtmlElement, text: str) -> str:
    """The text, or what another mode finds where the page's paragraphs say that there is more."""
    plain = _extract(tree, _FAST)
    if len(text) < _NOTHING * len(plain):
        return _extract(tree, _COMPARED) or plain
    if len(text) < _SHARE * len(plain):
        text = plain
    if len(text) < _SHORT and _has_more(tree, _TIMES * len(text)):
        compared = _extract(tree, _COMPARED)
        return compared if len(compared) > _TIMES * len(text) else text
    return text


def _has_more(tree: HtmlElement, length: int) -> bool:
    """Whether the page has more words than those of `length` characters where an article may stand."""
    return len(" ".join(" ".join(_WORDS(tree)).split())) > length


def choose(lines: Sequence[Block], text: str) -> list[bool]:
    """Which of a page's lines stand in the extractor's text. It keeps their order, so of lines with the same words the next one
    is meant; and it may leave out a part of a line or join two."""
    places: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        places.setdefault(line.key, []).append(number)
    chosen = [False] * len(lines)
    others: list[str] = []
    last = -1
    for said in filter(None, map(letters_and_digits, text.splitlines())):
        free = [number for number in places.get(said, ())[:_SAME] if not chosen[number]]
        if not free:
            others.append(said)
            continue
        last = next((number for number in free if number > last), free[0])
        chosen[last] = True
    rest = "".join(others)
    for number, line in enumerate(lines):
        key, middle = line.key, len(line.key) // 2
        if not chosen[number] and len(key) >= _SHORT_LINE:
            chosen[number] = any(part in rest for part in (key[:_TELLING], key[-_TELLING:], key[middle : middle + _TELLING]))
    for number, line in enumerate(lines):
        if not chosen[number] and len(line.key) < _SHORT_LINE and line.key in rest:
            # A row of a table, or the heading of an item: what stands beside it tells that it is this one.
            chosen[number] = any(chosen[max(number - 1, 0) : number + 2])
    return chosen


def container(lines: Sequence[Block]) -> HtmlElement | None:
    """The innermost element that holds most of the kept lines; None where there are none."""
    weights: dict[HtmlElement, int] = {}
    kept = [line for line in lines if line.kept]
    for line in kept:
        for element in (line.element, *line.element.iterancestors()):
            weights[element] = weights.get(element, 0) + len(line.key)
    most = _MOST * sum(len(line.key) for line in kept)
    # Each of those that hold most holds the others: the innermost has the most around it.
    return max(
        (e for e, weight in weights.items() if weight > most), key=lambda e: sum(1 for _ in e.iterancestors()), default=None
    )

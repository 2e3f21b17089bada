"""The body text of a page, by trafilatura, with where its links stand. Pure; the only place that knows trafilatura's options."""

from __future__ import annotations

import re

from lxml.etree import LxmlError, XPath
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

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
# Between cells, and the rule under a table's head. A bar of the page's own is escaped.
_BAR = re.compile(r"(?<!\\)\|(?:-{3,}\|)*")
# What an extractor that was written for sound markup raises on hostile markup. LxmlError is no ValueError.
PARSER_ERRORS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, LxmlError)


_PRECISE = Extractor(output_format="python", comments=False, fast=True, precision=True)
_FAST = Extractor(output_format="python", comments=False, fast=True)
_COMPARED = Extractor(output_format="python", comments=False)


def _extract(tree: HtmlElement, options: Extractor) -> str:
    document = bare_extraction(tree, options=options)
    return (document.text or "") if document is not None else ""  # type: ignore[union-attr]  # its dict form is deprecated


def body_text(tree: HtmlElement) -> str:
    """The article's text, paragraphs separated by one newline; empty where none was found. Raises PARSER_ERRORS."""
    text = _extract(tree, _PRECISE)
    if len(text) < _SHORT or len(text) < _SHARE * sum(len(p.text_content()) for p in _PARAGRAPHS(tree)):
        text = _reconsidered(tree, text)
    return "\n".join(line for raw in text.splitlines() if (line := " ".join(_unbarred(raw).split())))


def _unbarred(line: str) -> str:
    """A row of a table without the bars that the extractor draws between its cells."""
    row = line.strip()
    if not (len(row) > 1 and row[0] == row[-1] == "|"):
        return line
    return _BAR.sub(" ", row).replace("\\|", "|")


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

"""The body text of a page, by trafilatura, with where its links stand. Pure; the only place that knows trafilatura's options."""

from __future__ import annotations

from lxml.etree import LxmlError
from lxml.html import HtmlElement
from trafilatura import bare_extraction

# Without comparison to other extractors and tuned for precision it is the cheapest and the cleanest; where that comes to under
# this share of what the plain fast mode finds, it cut into the article. Measured: docs/reading.md.
_SHARE = 0.6
# What an extractor that was written for sound markup raises on hostile markup. LxmlError is no ValueError.
PARSER_ERRORS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, LxmlError)


def _extract(tree: HtmlElement, *, fast: bool, precise: bool) -> str:
    document = bare_extraction(tree, fast=fast, favor_precision=precise, include_comments=False)
    return (document.text or "") if document is not None else ""  # type: ignore[union-attr]  # its dict form is deprecated


def body_text(tree: HtmlElement) -> str:
    """The article's text, paragraphs separated by one newline; empty where none was found. Raises PARSER_ERRORS."""
    text = _extract(tree, fast=True, precise=True)
    plain = _extract(tree, fast=True, precise=False)
    if len(text) < _SHARE * len(plain):
        text = plain
    return "\n".join(line for raw in text.splitlines() if (line := " ".join(raw.split())))

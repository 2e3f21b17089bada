"""Rules that correct the extractor's choice of a page's lines: they drop lines that are no text, and keep lines it left out.
Pure.

Each rule has a name and yields lines that it keeps or drops; the last rule that yields a line decides. docs/reading.md lists
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from monitor.read import drop_rules as drop
from monitor.read import keep_rules as keep
from monitor.read.blocks import Block
from monitor.read.comments import comments
from monitor.read.page_text import PageText


@dataclass(frozen=True, slots=True)
class Rule:
    """Gives lines of a text, which it keeps or drops."""

    name: str
    keeps: bool
    lines: Callable[[PageText], Iterable[Block]]


RULES = (
    Rule("repeated headline", False, drop.repeated_headline),
    Rule("over the headline", False, drop.over_the_headline),
    Rule("nothing said", False, drop.nothing_said),
    Rule("comments", False, comments),
    Rule("another article", False, drop.another_article),
    Rule("named box", False, drop.named_box),
    Rule("nothing but a link", False, drop.nothing_but_a_link),
    Rule("label and link", False, drop.label_and_link),
    Rule("lead", True, keep.lead),
    Rule("beside paragraphs", True, keep.beside_paragraphs),
    Rule("quotation", True, keep.quotations),
    Rule("among paragraphs", True, keep.among_paragraphs),
    Rule("headings alike", True, keep.headings_alike),
    Rule("like the text", True, keep.like_the_text),
    Rule("goes on", True, keep.goes_on),
    Rule("date or byline", False, drop.date_or_byline),
    Rule("contact", False, drop.contact),
    Rule("notes", False, drop.notes),
    Rule("sources", False, drop.sources),
    Rule("farewell", False, drop.farewell),
    Rule("caption", False, drop.caption),
    Rule("heading of nothing", False, drop.heading_of_nothing),
)
"""In the order in which they are asked."""


def apply_rules(text: PageText) -> None:
    """Asks all rules in turn; each line says which kept or dropped it."""
    for rule in RULES:
        if not text.kept:
            return
        for line in [*rule.lines(text)]:
            if line.kept != rule.keeps:
                line.kept, line.rule = rule.keeps, rule.name

"""What stands around a page's text: the headline and standfirst over it, the signature and the date under it. Pure."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from monitor.read.blocks import Block
from monitor.read.bylines import TOWN
from monitor.read.dates import is_date
from monitor.read.elements import class_names
from monitor.read.line_kinds import (
    AROUND_NAME,
    ASIDE_NAME,
    CAPTION_LETTERS,
    FIRST_LINES,
    LABEL_WORDS,
    LEAD_NAME,
    LINES_OVER,
    NOTE_NAME,
    TEAM,
    WHO_AND_WHAT,
    box_in,
    is_in_other_letters,
    letters_by_box,
)
from monitor.read.page_text import CLOSE, EDGE, HEADINGS, SENTENCE_END, SOME_LINK, PageText, is_named, says_something

_KICKER_NAME = re.compile(EDGE + r"(?:kickers?|rubri\w+|overlines?|categor\w+|sections?|labels?|crumbs?|path)" + CLOSE)
# A signature stands so near behind the text. It is a name of two or three parts, the first perhaps by its letter.
_BEHIND, _HOUSE_WORDS = 3, 7
_NAME_ALONE = re.compile(r"(?:[^\W\d_a-zа-яёіїєґ](?:\.|[\w'’-]{1,30})\s){1,2}[^\W\d_a-zа-яёіїєґ][\w'’-]{1,30}")
_AT_RIGHT = re.compile(r"text-align\s{0,3}:\s{0,3}(?:right|end)", re.IGNORECASE)


def headline_over(text: PageText) -> str:
    """The headline that stands over the text, of a page whose declared title is what it calls itself over all its pages; empty
    where the title stands over no page, or nothing that may be a headline does over the text."""
    first = next((number for number, line in enumerate(text.lines) if line.kept and says_something(line)), 0)
    title = text.title.casefold()
    top = next((number for number in range(first - 1, -1, -1) if text.lines[number].key.casefold().startswith(title)), None)
    # A text between is of that title, whatever stands behind it.
    if top is None or not title or any(map(says_something, text.lines[top + 1 : first])):
        return ""
    for line in text.lines[max(first - LINES_OVER, top + 1) : first]:
        # What stands in one box with the title is its standfirst.
        may_be = line.kind in HEADINGS or (line.kept and not SENTENCE_END.search(line.text))
        may_be = may_be and line.element.getparent() is not text.lines[top].element.getparent()
        is_label = len(line.text.split()) <= LABEL_WORDS or text.is_called(line, _KICKER_NAME)
        if may_be and not is_label and line.linked <= SOME_LINK and not is_date(line.text) and len(line.text) <= CAPTION_LETTERS:
            return line.text
    return ""


def date_under(text: PageText) -> str:
    """The line at the text's end, or right behind it, that is a date and nothing else: of a text that is dated there."""
    last = max((number for number, line in enumerate(text.lines) if line.kept), default=0)
    near = text.lines[last : last + _BEHIND + 1]
    return next((line.text for line in near if is_date(line.text) and not line.links and line.rule in ("", "date or byline")), "")


def standfirst(text: PageText) -> str:
    """What stands between headline and text, and is none of its paragraphs: what is called a lead, is a heading of its own right
    under the headline, or was kept as a lead; empty where a page has none, or a whole text there."""
    kept, headline = text.kept, text.headline()
    main = {element for element, _ in letters_by_box(text).most_common(1)}
    first = None if headline is None else next((line for line in text.lines[headline + 1 :] if line.kept or line.key), None)
    found: list[Block] = []
    for number, line in enumerate(kept[:FIRST_LINES]):
        # Whence a text comes is no summary.
        if text.is_called(line, NOTE_NAME):
            continue
        is_second = line is first and line.kind in ("h2", "h3", "h4")
        is_outside = box_in(line, main) is None
        is_second = is_second or (line is first and is_outside and line.kind == "p" and not SENTENCE_END.search(line.text))
        is_called = is_named(LEAD_NAME, class_names(line.element))
        is_lead = is_called or (is_outside and text.is_called(line, LEAD_NAME))
        if not (line.rule == "lead" or is_second or is_lead) or (found and line is not kept[number]):
            break
        if found and text.is_called(found[0], LEAD_NAME) and not is_lead:
            break
        found.append(line)
    return " ".join(line.text for line in found) if len(found) < FIRST_LINES else ""


def signature(text: PageText) -> tuple[Block, str] | None:
    """The line at the text's end, or behind it, that is one name and perhaps what its bearer is: in other letters, at the right
    edge, or alone right there; and the name. Who wrote it. A name in a list, or behind what announces it, is the text's."""
    kept = [number for number, line in enumerate(text.lines) if line.kept]
    if len(kept) <= LABEL_WORDS:
        return None
    for number in range(kept[-1], min(kept[-1] + _BEHIND, len(text.lines))):
        line = text.lines[number]
        name, *rest = WHO_AND_WHAT.split(line.text.strip(AROUND_NAME), maxsplit=1)
        if line.links or line.rule or _is_listed(text, number):
            continue
        if not _NAME_ALONE.fullmatch(name.strip()):
            if _is_at_right(line.element) and _is_house(line.text):
                return line, line.text
            continue
        is_right_behind = number <= kept[-1] + 1 and not TOWN.match(name) and not text.is_called(line, ASIDE_NAME)
        if (is_right_behind and not rest) or _is_at_right(line.element) or is_in_other_letters(line):
            return line, name.strip()
    return None


def _is_house(words: str) -> bool:
    """Whether a line may be the name of an organisation: a few words, the first with a capital, and no sentence."""
    return 1 < len(words.split()) <= _HOUSE_WORDS and words[0].isupper() and not SENTENCE_END.search(words) and not is_date(words)


def _is_listed(text: PageText, number: int) -> bool:
    """Whether a name stands in a list, behind a line that announces it, or behind another name."""
    line, before = text.lines[number], text.lines[number - 1].text.strip()
    is_announced = before.endswith(":") and not TEAM.match(before)
    is_item = any(element.tag in ("ul", "ol", "dl") for element in text.path(line))
    return is_item or is_announced or _NAME_ALONE.fullmatch(WHO_AND_WHAT.split(before.strip(AROUND_NAME))[0].strip()) is not None


def _is_at_right(element: HtmlElement) -> bool:
    return (element.get("align") or "").lower() == "right" or _AT_RIGHT.search(element.get("style") or "") is not None

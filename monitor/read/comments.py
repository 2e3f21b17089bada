"""Tells what readers wrote under an article from its text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.read.blocks import Block, letters_and_digits
from monitor.read.elements import class_names
from monitor.read.page_text import (
    CLOSE,
    EDGE,
    GOES_ON,
    HEADINGS,
    NAME_WORD,
    PARAGRAPH_LETTERS,
    SOME_LINK,
    PageText,
    is_named,
    says_something,
)

# What one reader wrote: a name with a day behind it, or a text with the day at its end.
_ENTRY = re.compile(
    r"(?P<name>[^\W\d_][^:\[\]]{1,40}?)[\s,.:;|•·()\[—–-]{1,4}(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}(?:[,\s]{1,3}(?:(?:о|в|at)\s)?\d{1,2}:\d{2}(?::\d{2})?)?|\d{1,2}:\d{2})\W{0,5}"
    r"|(?:[^\W\d_].{3,300})[\s(\[]\d{1,2}[./]\d{1,2}[./]\d{4}(?:[,\s]{1,3}\d{1,2}:\d{2})?\W{0,5}"
)
_ENTRIES = 3
_DAY, _HOUR = re.compile(r"\d[./]\d{1,2}[./]\d"), re.compile(r"(\d{1,2}):(\d{2})")
_WORD_AND_HOUR = re.compile(r"[^\W\d_a-z][^\W\d_]*[^\w\d]{1,4}\d{1,2}:\d{2}\W{0,5}")
_DIGIT = re.compile(r"\d")
_COMMENT_NAME = re.compile(EDGE + r"(?:u?comments?|comments?-?(?:area|list|item|text|body)|guest-?book)" + CLOSE)
# A reader is called by an account or by up to three words with capitals: «petro_m», «Гость», «Анна Мурова».
_READER = re.compile(rf"\S{{2,40}}|{NAME_WORD}(?:\s{NAME_WORD}){{1,2}}")
# «Комментарии (7)»
_READERS = re.compile(phrases("signoffs", "readers"), re.IGNORECASE)
_DISCUSSION = re.compile(
    rf"\W{{0,5}}(?:{phrases('signoffs', 'discussion')})[\s:]{{0,3}}(?:\(?\d{{1,5}}\)?)?\W{{0,5}}", re.IGNORECASE
)


def comments(text: PageText) -> Iterable[Block]:
    """What readers wrote: behind the text, in a box of its own, a row of entries alike, each with a name and its day or hour."""
    entries = [number for number, line in enumerate(text.lines) if _is_entry(text, line)]
    for label in (number for number, line in enumerate(text.lines) if _DISCUSSION.fullmatch(line.text)):
        if sum(line.kept and says_something(line) for line in text.lines[:label]) >= GOES_ON and _labels(text, label, entries):
            yield from (line for line in text.lines[label : _end(text, label, entries)] if line.kept)
            break
    rows: dict[tuple[object, str | None], list[int]] = {}
    for number in entries:
        line = text.lines[number]
        rows.setdefault((line.element.tag, line.element.get("class")), []).append(number)
    for numbers in rows.values():
        # A timetable has nothing between its hours.
        if not any(behind - number > 1 for number, behind in pairwise(numbers)) or _is_programme(
            [text.lines[n] for n in numbers]
        ):
            continue
        box = _holder([text.lines[number].element for number in numbers])
        # A list at the end of a text may have days, too.
        if len(numbers) < _ENTRIES or box is None or box.tag in ("ul", "ol", "dl"):
            continue
        inside = [box in (line.element, *line.element.iterancestors()) for line in text.lines]
        before = [line for line, is_in in zip(text.lines[: numbers[0]], inside, strict=False) if line.kept and not is_in]
        is_first = not any(line.kept and is_in for line, is_in in zip(text.lines[: numbers[0]], inside, strict=False))
        if is_first and any(map(says_something, before)):
            yield from (line for line, is_in in zip(text.lines, inside, strict=True) if line.kept and is_in)


def _end(text: PageText, label: int, entries: Sequence[int]) -> int:
    """The number of the line at which the comments behind a label end: the next heading of its level with paragraphs of its
    own that nobody's comments are, as the answers to a question stand behind comments on it; the page's end where none has. A
    box called comments ends them where a paragraph behind it stands in no box but those around the text."""
    kind = text.lines[label].kind
    box = next((e for e in text.path(text.lines[label]) if is_named(_COMMENT_NAME, class_names(e))), None)
    if box is not None:
        outside = [n for n in range(label + 1, len(text.lines)) if box not in _around(text.lines[n])]
        own = {e for line in text.lines[:label] if line.kept and says_something(line) for e in _around(line)}
        kept = (text.lines[n] for n in outside if text.lines[n].kept)
        if any(_is_paragraph(line) and _paragraph_box(line) in own for line in kept):
            return outside[0]
    for number in range(label + 1, len(text.lines)) if kind in HEADINGS else ():
        line = text.lines[number]
        if line.kind not in HEADINGS or line.kind > kind or line.links or _DISCUSSION.fullmatch(line.text):
            continue
        if any(entry > number for entry in entries):
            continue
        rest = text.lines[number + 1 :]
        behind = [other for other in rest[: _next_heading(rest, line.kind)] if other.kept]
        if not any(text.is_called(other, _COMMENT_NAME) for other in behind) and sum(map(_is_paragraph, behind)) >= GOES_ON:
            return number
    return len(text.lines)


def _next_heading(lines: Sequence[Block], kind: str) -> int:
    """The number of the first line that is a heading of this level or a higher one; how many there are, where none is."""
    return next((number for number, line in enumerate(lines) if line.kind in HEADINGS and line.kind <= kind), len(lines))


def _is_entry(text: PageText, line: Block) -> bool:
    """Whether a line is who wrote a comment and when: a chronicle has days and hours behind what happened, too."""
    match = _ENTRY.fullmatch(line.text)
    if match is None or (match["name"] and letters_and_digits(match["name"]).casefold() in text.authors):
        return False
    is_reader = match["name"] is not None and _READER.fullmatch(match["name"]) is not None and line.kind not in HEADINGS
    return is_reader or text.is_called(line, _COMMENT_NAME)


def _is_programme(lines: Sequence[Block]) -> bool:
    """Whether entries are words and rising hours, as «Завтрак, 9:00» and «Обед, 13:00» are: no day, no account, no whole name."""
    hours = [(int(found[1]), int(found[2])) for line in lines if (found := _HOUR.search(line.text))]
    are_words = all(_DAY.search(line.text) is None and _WORD_AND_HOUR.fullmatch(line.text) is not None for line in lines)
    return are_words and hours == sorted(hours)


def _labels(text: PageText, label: int, entries: Sequence[int]) -> bool:
    """Whether comments stand behind a line that may be their label, and no text: an article has headings such as «Обсуждение»,
    and a counter of its comments between paragraphs."""
    lines = [line for line in text.lines[label + 1 :] if line.kept]
    unlinked = [line for line in lines if line.linked <= SOME_LINK]
    if not any(map(says_something, lines)) and len(unlinked) < _ENTRIES and all(line.kind != "li" for line in unlinked):
        return True
    line = text.lines[label]
    # No article calls a part of its own so.
    if line.kind in HEADINGS and not line.kept and _READERS.search(line.text) and not _DIGIT.search(line.text):
        return True
    # What a reply is written in stands behind the article; behind that, what stands in none of its boxes.
    if _is_over_comments(text, line):
        main = {_paragraph_box(line) for line in text.lines[:label] if line.kept and says_something(line)}
        return not any(main.intersection((line.element, *line.element.iterancestors())) for line in lines)
    found = [number for number in entries if number > label]
    behind = [n for n in range(label + 1, len(text.lines)) if text.lines[n].kept and _is_paragraph(text.lines[n])]
    if not found:
        return bool(_READERS.search(text.lines[label].text)) and bool(lines) and all(map(_begins_with_name, lines))
    box = _holder([text.lines[number].element for number in (label, *found)])
    outside = [n for n in behind if box not in (text.lines[n].element, *text.lines[n].element.iterancestors())]
    over, under = [n for n in behind if n < found[0]], [n for n in behind if n > found[-1]]
    return not outside and not over and len(under) < GOES_ON


def _is_over_comments(text: PageText, line: Block) -> bool:
    """Whether a line stands in a box called comments and is its heading, or has a form beside it."""
    return any(
        is_named(_COMMENT_NAME, class_names(e)) and (line.kind in HEADINGS or next(e.iter("form"), None) is not None)
        for e in text.path(line)
    )


def _paragraph_box(line: Block) -> HtmlElement:
    parent = line.element.getparent()
    return line.element if parent is None or line.element.tag != "p" else parent


def _around(line: Block) -> tuple[HtmlElement, ...]:
    return line.element, *line.element.iterancestors()


def _is_paragraph(line: Block) -> bool:
    return len(line.key) >= PARAGRAPH_LETTERS and says_something(line)


def _begins_with_name(line: Block) -> bool:
    """Whether a line begins with few words in other letters, as comments do with who wrote them."""
    first = next((e for e in line.element.iter("b", "strong", "cite")), None)
    said = "" if first is None else " ".join("".join(first.itertext()).split())
    return bool(said) and line.text.startswith(said) and _READER.fullmatch(said.rstrip(":,")) is not None


def _holder(elements: Sequence[HtmlElement]) -> HtmlElement | None:
    """The innermost element around all of these."""
    first, *others = elements
    around = [{*other.iterancestors()} for other in others]
    return next((e for e in first.iterancestors() if all(e in each for each in around)), None)

"""Rules that drop lines that are no text, though the extractor kept them. Pure.

Each has a name in `line_rules`; docs/reading.md lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import dropwhile, takewhile

from monitor.lexicons import phrases
from monitor.read.blocks import Block, letters_and_digits
from monitor.read.dates import is_date, read_date
from monitor.read.elements import class_names
from monitor.read.line_kinds import (
    BOLD_WORDS,
    BOX_NAME,
    CAPTION_LETTERS,
    COPYRIGHT,
    COUNTED,
    FIRST_LINES,
    LABEL_WORDS,
    LAST_LINES,
    LINES_OVER,
    PICTURES,
    RIGHTS,
    SIGNATURE_WORDS,
    TEAM,
    TITLES,
    WHO_AND_WHAT,
    is_caption,
    is_farewell,
    is_in_bold,
    is_in_other_letters,
    is_in_picture,
)
from monitor.read.names import key
from monitor.read.page_text import HEADINGS, NAME_WORD, SAYING_LETTERS, SENTENCE_END, SOME_LINK, PageText, says_something

_ALIKE_LINES = 3
# Almost all of a line is a link.
_ALL_LINK = 0.85
# So much of the text is no box in it, and no series of links.
_BOX_MOST, _LINKS_MOST = 0.35, 0.3
# Two writings of a headline share so much of their words.
_ALIKE = 0.7
# So many signs lead on: "Previous", "Filed under: Ferries".
_LEADING_ON = 30
_NAME_LETTERS = 6
_CONTACT = re.compile(rf"{phrases('signoffs', 'contact')}:?", re.IGNORECASE)
_REACHED = re.compile(
    rf"\S@\S|{phrases('signoffs', 'phone')}|\+\d[\d\s()-]{{7,}}|\d{{3}}[)\s.-]{{1,2}}\d{{3}}[\s.-]\d{{4}}", re.IGNORECASE
)
_CONTACT_LINES = 12
_NOTES = re.compile(rf"\W{{0,9}}(?:{phrases('signoffs', 'notes')})\W{{0,9}}", re.IGNORECASE)
_COUNTER = re.compile(
    rf"\W{{0,5}}(?:(?:{COUNTED})\W{{0,5}}\d[\d\s.,]{{0,12}}|\d[\d\s.,]{{0,12}}\w?\s(?:{COUNTED}))\W{{0,5}}",
    re.IGNORECASE,
)
# As Joomla writes it in braces, and WordPress in square brackets.
# A word alone in square brackets is a transcript's "[applause]".
_COMMAND = re.compile(
    r"\{/?[a-z][\w-]*(?:\s[^{}]*)?\}|\[/[a-z][\w-]*\]|\[[a-z][\w-]*(?:/\]|\s[^\[\]=]*+=[^\[\]]*+\])",
    re.ASCII,
)
_HOUR = re.compile(r"\d{1,2}[:.]\d{2}")
_CONTRIBUTED = re.compile(phrases("signoffs", "contributed"), re.IGNORECASE)
# «При участии Анны Муровой и Петра Соснина», "Anna Moor can be reached at anna@pole.example": sentences have these words, too.
_TOGETHER = re.compile(
    rf"\W{{0,5}}(?i:{phrases('signoffs', 'together_with')})\s{NAME_WORD}"
    rf"(?:(?:,|\s(?i:{phrases('bylines', 'and')}))?\s{NAME_WORD}){{0,8}}\W{{0,5}}"
)
_TWO_NAMES = re.compile(rf"{NAME_WORD}\s{NAME_WORD}")
_REACHED_AT = re.compile(
    rf"(?:^|.*\s){NAME_WORD}\s{NAME_WORD}\s(?i:{phrases('signoffs', 'reached_at')})\s.{{0,60}}?(?:\S@\S|\[email|\d)"
)
_SOURCES = re.compile(rf"\W*(?:{phrases('signoffs', 'sources')})[^\w]*", re.IGNORECASE)
# Where something can be read, or what a book or a paper is found by: a year behind the authors.
_ADDRESS = re.compile(r"https?://|\bwww\.|\bdoi\b|\bISBN\b|[(,]\s?(?:19|20)\d\d\)?[.,:]\s?\S", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(rf"[,;/]|\s(?:{phrases('bylines', 'and')}|&)\s")
_LABEL_LETTERS, _HEADLINE_WORDS = 40, 4
_BRACKETS = re.compile(r"\(\w+\)")
# Who wrote it, by initials, and the agencies: "am/PNA", "(PNA, RN)". A text may end in a few words with commas, too.
_AGENCY = re.compile(r"[^\W\d_]{2,5}(?:\s?/\s?[^\W\d_]{2,8}){1,3}|\([^\W\d_]{2,5}(?:\s?[/,]\s?[^\W\d_]{2,8}){1,3}\)")
_WORD = re.compile(r"\w+")
# (RNS/Gazeta "Novograd")
_SOURCE_ALONE = re.compile(r"\([^()]{2,60}[^().!?…]\)")


def repeated_headline(text: PageText) -> Iterable[Block]:
    """The headline again: a line with its words, or another first-level heading."""
    kept = text.kept
    for number, line in enumerate(kept):
        words = set(key(line.text).split())
        alike = len(words & text.title_words) >= _ALIKE * len(words | text.title_words)
        if (line.kind == "h1" and len(kept) > 1) or (alike and (line.kind in HEADINGS or number < FIRST_LINES)):
            yield line


def another_article(text: PageText) -> Iterable[Block]:
    """What stands in an <article> inside the text's own, under a heading that links elsewhere; and headings that are links."""
    linked = [
        line for line in text.lines if line.kind in HEADINGS and line.linked >= _ALL_LINK and len(line.text.split()) > LABEL_WORDS
    ]
    inside = {element for line in linked for element in text.path(line) if element.tag == "article"}
    others = [line for line in text.kept if line in linked or not inside.isdisjoint(text.path(line))]
    if sum(len(line.key) for line in others) < _BOX_MOST * text.weight:
        yield from others


def named_box(text: PageText) -> Iterable[Block]:
    """Boxes whose names say that they are none of the text, where they are the lesser part of it."""
    found: dict[str, list[Block]] = {}
    for line in text.kept:
        for element in text.path(line):
            if match := BOX_NAME.search(class_names(element)):
                found.setdefault(match[0].strip(" -"), []).append(line)
                break
    for lines in found.values():
        if sum(len(line.key) for line in lines) < _BOX_MOST * text.weight:
            yield from lines


def nothing_but_a_link(text: PageText) -> Iterable[Block]:
    """A line that is a link and nothing else, where not much of the text is such lines."""
    dated = _dated_links(text)
    lines = [
        line
        for line in text.kept
        if (line.linked >= _ALL_LINK or line in dated)
        and line.kind not in HEADINGS
        and line.kind not in ("tr", "dt")
        and len(line.text.split()) > 2
    ]
    if sum(len(line.key) for line in lines) < _LINKS_MOST * text.weight:
        yield from lines
    # A menu of links has signs between them, and no other words.
    yield from (line for line in text.kept if len(line.links) > 1 and _has_only_links(line))
    # Of fewer words what stands at the end leads on: "Previous", "Next".
    yield from takewhile(
        lambda line: line.linked >= SOME_LINK and len(line.text) <= _LEADING_ON and not SENTENCE_END.search(line.text),
        reversed(text.kept),
    )


def _dated_links(text: PageText) -> list[Block]:
    """The days with links at the text's end, behind a line that announces them: among paragraphs they are a chronicle."""
    found = [*takewhile(_is_dated_link, reversed(text.kept))]
    before = text.lines[: text.lines.index(found[-1])][-1:] if found else []
    return found if any(map(_announces, before)) else []


def _is_dated_link(line: Block) -> bool:
    """Whether a line is a day and a link, and nothing else: as old pages list their articles."""
    if len(line.links) != 1:
        return False
    _, start, end = line.links[0]
    return is_date(f"{line.text[:start]} {line.text[end:]}".strip())


def _has_only_links(line: Block) -> bool:
    return letters_and_digits(" ".join(line.text[start:end] for _, start, end in line.links)) == line.key


def label_and_link(text: PageText) -> Iterable[Block]:
    """A label with a colon, and a headline that is a link, and nothing else: another article, in whatever language."""
    for line in text.kept:
        if len(line.links) != 1 or line.kind in HEADINGS or line.kind in ("tr", "dt"):
            continue
        _, start, end = line.links[0]
        label, words = line.text[:start].strip(), line.text[start:end].split()
        is_label = label.endswith(":") and len(label) <= _LABEL_LETTERS and ". " not in label
        if is_label and len(words) > _HEADLINE_WORDS and not line.text[end:].strip(' .»”"'):
            yield line


def contact(text: PageText) -> Iterable[Block]:
    """At the end of a press release: whom to ask, with a telephone or an address."""
    kept = text.kept
    for number in range(max(len(kept) - _CONTACT_LINES, 1), len(kept)):
        rest = kept[number:]
        label = _CONTACT.match(kept[number].text)
        is_alone = label is not None and label.end() == len(kept[number].text)
        is_line = (
            label is not None and len(kept[number].text) <= CAPTION_LETTERS / 2 and _REACHED.search(kept[number].text) is not None
        )
        if is_line or (is_alone and any(_REACHED.search(line.text) for line in rest[1:])):
            if sum(len(line.key) for line in rest) < _BOX_MOST * text.weight:
                yield from rest
            return


def notes(text: PageText) -> Iterable[Block]:
    """At the end of a press release: what it tells newsrooms and nobody else."""
    kept = text.kept
    rest, weight = 0, text.weight
    for number in range(len(kept) - 1, 0, -1):
        rest += len(kept[number].key)
        if rest >= _BOX_MOST * weight:
            return
        if _NOTES.fullmatch(kept[number].text):
            yield from kept[number:]
            return


def over_the_headline(text: PageText) -> Iterable[Block]:
    """What stands over the headline and is no sentence: a section, a sign of the page."""
    headline = text.headline()
    over = [line for line in text.lines[:headline] if line.kept] if headline is not None else []
    if len(over) < FIRST_LINES and not any(map(says_something, over)):
        yield from over


def nothing_said(text: PageText) -> Iterable[Block]:
    """Lines of signs alone, what the page counts, hours of entries, and commands of the page's program."""
    for line in text.kept:
        is_said = any(map(str.isalnum, line.text)) and not _COUNTER.fullmatch(line.text) and not _COMMAND.fullmatch(line.text)
        if not is_said or (_HOUR.fullmatch(line.text) and _is_time(line)):
            yield line


def _is_time(line: Block) -> bool:
    """Whether a line is marked as a time and nothing else, as those of a live page's entries are."""
    return any(" ".join("".join(time.itertext()).split()) == line.text for time in line.element.iter("time"))


def sources(text: PageText) -> Iterable[Block]:
    """A label at the end, and the references behind it: what the text was made of, and what else there is to read."""
    kept = text.kept
    weight = rest = text.weight
    for number, line in enumerate(kept):
        if rest < _BOX_MOST * weight and _SOURCES.fullmatch(line.text):
            behind = (kept[place] for place in range(number + 1, len(kept)))
            if references := [*takewhile(_is_reference, behind)]:
                yield from (line, *references)
                return
        rest -= len(line.key)


def _is_reference(line: Block) -> bool:
    """Whether a line names something to read: by an address, or by its link or its few words, which say nothing."""
    return _ADDRESS.search(line.text) is not None or not says_something(line)


def date_or_byline(text: PageText) -> Iterable[Block]:
    """At either end of the text: a date alone, an author's name alone, who made the article."""
    kept = text.kept
    for line in {*kept[:LINES_OVER], *kept[-LAST_LINES:]}:
        words = line.text
        is_team = len(words) <= CAPTION_LETTERS and (
            _names_team(words) or _CONTRIBUTED.search(words) or _TOGETHER.fullmatch(words) or _REACHED_AT.match(words)
        )
        named = {letters_and_digits(name).casefold() for name in _BETWEEN_NAMES.split(words)} - {""}
        if is_date(words) or is_team or line.key.casefold() in text.authors or (named and named <= text.authors):
            yield line
    yield from (line for line in kept[:LINES_OVER] if _is_byline(text, line))
    yield from takewhile(lambda line: line.rule == "contact" or _is_about_author(text, line), reversed(kept))


def _is_byline(text: PageText, line: Block) -> bool:
    """Whether a short line over the text has an author's name with a day, or with what others did in brackets."""
    has_more = _BRACKETS.search(line.text) is not None or read_date(line.text).day is not None
    is_short = len(line.text) <= CAPTION_LETTERS / 2 and not line.text.endswith(("!", "?"))
    return is_short and has_more and any(author in line.key.casefold() for author in text.authors)


def _is_about_author(text: PageText, line: Block) -> bool:
    """Whether a short line at the text's end says who an author is, behind a comma or a dash, or how to reach them. A sentence
    that only begins with the name is text."""
    if len(line.text) > CAPTION_LETTERS:
        return False
    key, stop = line.key.casefold(), WHO_AND_WHAT.search(line.text)
    who = letters_and_digits(line.text[: stop.start()]).casefold() if stop else ""
    names = {author for author in text.authors if len(author) >= _NAME_LETTERS}
    return who in names or (_REACHED.search(line.text) is not None and any(author in key for author in names))


def _names_team(words: str) -> bool:
    """Whether a line says who made the article: of "Prepared Anna Moor" the verb begins sentences, too."""
    match = TEAM.match(words)
    if match is None:
        return False
    rest = words[match.end() :].lstrip(" :—–-")
    is_short = len(rest.split()) <= SIGNATURE_WORDS / 2 and _TWO_NAMES.search(rest) is not None
    return match[0].endswith(":") or not rest[:1].islower() or is_short


def farewell(text: PageText) -> Iterable[Block]:
    """Lines that ask the reader to subscribe, follow, pay or report misprints; at the end, lines of rights."""
    kept = text.kept
    yield from (line for line in kept if is_farewell(line))
    yield from (line for line in kept[-LAST_LINES:] if RIGHTS.match(line.text) or COPYRIGHT.match(line.text))
    yield from (line for line in kept[-2:] if _SOURCE_ALONE.fullmatch(line.text) and is_in_other_letters(line))
    yield from (line for line in kept[-1:] if len(kept) > 1 and _is_agency(line.text) and line.kind in ("p", "box"))


def _is_agency(words: str) -> bool:
    """Whether words are initials and agencies, of which one at least is written in capitals."""
    return _AGENCY.fullmatch(words) is not None and any(map(str.isupper, _WORD.findall(words)))


def caption(text: PageText) -> Iterable[Block]:
    """Lines that name who took a picture, are a table's or a picture's title by their tag, or stand alone in a picture's box."""
    yield from (line for line in text.kept if is_caption(line) or line.kind in TITLES or is_in_picture(text, line))
    yield from _captions_alike(text)


def _captions_alike(text: PageText) -> Iterable[Block]:
    """The lines of boxes that are called alike, of which each has a picture and one line: the captions of a report in pictures
    that has a text besides."""
    boxes: dict[tuple[object, str | None], list[Block]] = {}
    for line in text.kept:
        box = line.element.getparent()
        if box is None or not line.element.get("class") or text.lines_in(box) != 1 or len(line.text) > CAPTION_LETTERS:
            continue
        if line.kind == "p" and SENTENCE_END.search(line.text):
            continue  # a list of things, each with its picture
        if next(box.iter(*PICTURES), None) is not None:
            boxes.setdefault((line.element.tag, line.element.get("class")), []).append(line)
    for lines in boxes.values():
        if len(lines) >= _ALIKE_LINES and sum(len(line.key) for line in lines) < _BOX_MOST * text.weight:
            yield from lines


def heading_of_nothing(text: PageText) -> Iterable[Block]:
    """A heading, or a short line that announces something, with nothing after it: at the end of the text, or in a box whose other
    lines are all left out."""
    yield from takewhile(lambda line: _announces(line) or _is_over_links(text, line), reversed(text.kept))
    yield from (line for line in text.kept if _is_label_of_links(text, line))
    # What stands over the first paragraph may be the standfirst.
    behind = dropwhile(lambda line: _announces(line) or not says_something(line), text.kept)
    for line in filter(_announces, behind):
        box = line.element.getparent()
        if box is None or box not in (*text.path(line),):
            continue
        others = [other for other in text.lines if other is not line and box in (other.element, *other.element.iterancestors())]
        if sum(len(other.key) for other in others) >= SAYING_LETTERS and not any(other.kept for other in others):
            yield line


def _is_over_links(text: PageText, line: Block) -> bool:
    """Whether a label in bold letters stands right over a line that is a link."""
    following = text.lines[text.lines.index(line) + 1 :][:1]
    is_label = len(line.text.split()) <= BOLD_WORDS and not SENTENCE_END.search(line.text) and is_in_bold(line)
    return is_label and any(other.linked > SOME_LINK for other in following)


def _is_label_of_links(text: PageText, line: Block) -> bool:
    """Whether a line of two words that ask or announce stands right over links that are left out: "Further reading:"."""
    if len(line.text.split()) > LABEL_WORDS or not line.text.endswith((":", "?")) or line.kind in HEADINGS:
        return False
    following = text.lines[text.lines.index(line) + 1 :][:1]
    is_left_out = any(not other.kept and len(other.text.split()) > LABEL_WORDS for other in following)
    return is_left_out and any(other.linked >= _ALL_LINK or _is_dated_link(other) for other in following)


def _announces(line: Block) -> bool:
    return line.kind in HEADINGS or (line.text.endswith(":") and len(line.text) < CAPTION_LETTERS / 2)

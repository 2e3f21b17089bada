"""Rules that correct the extractor's choice of a page's lines: they drop lines that are no text, and keep lines it left out.
Pure.

Each rule has a name and yields lines that it keeps or drops; the last rule that yields a line decides. docs/reading.md lists
them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from lxml.html import HtmlElement

from monitor.lexicons import phrases
from monitor.read.blocks import Block, letters_and_digits
from monitor.read.bylines import TOWN as _TOWN
from monitor.read.comments import comments
from monitor.read.dates import is_date, read_date
from monitor.read.elements import class_names
from monitor.read.names import key
from monitor.read.page_text import (
    CLOSE,
    EDGE,
    GOES_ON,
    HEADINGS,
    NAME_WORD,
    PARAGRAPH_LETTERS,
    SAYING_LETTERS,
    SENTENCE_END,
    SENTENCE_WORDS,
    SOME_LINK,
    WORD_LETTERS,
    PageText,
    is_named,
    is_sentence,
    says_something,
)

_TITLES = frozenset({"figcaption", "caption"})
_PICTURES = ("img", "picture", "figure", "video", "iframe", "amp-img")
_PICTURE_LINES, _ALIKE_LINES = 2, 3
# What newsrooms call the sentences that stand over a text.
_LEAD_NAME = re.compile(
    EDGE + r"(?:leads?|lede|stand(?:-?first)?|dek|deck|intro(?:duction)?|summary|sub-?(?:title|head(?:line)?|heading)|abstract|"
    r"excerpt|descr|chapeau|chapo|vorspann|anons|anonce|announce|description|preamble|ingress|bajada|entradilla|sommario|preview-text)"
    + CLOSE
)
_KICKER_NAME = re.compile(EDGE + r"(?:kickers?|rubri\w+|overlines?|categor\w+|sections?|labels?|crumbs?|path)" + CLOSE)
# What is called so is beside a text, wherever it stands.
_ASIDE_NAME = re.compile(
    EDGE + r"(?:captions?|credits?|copyright|by-?line|authors?|bio|sponsor\w*|"
    r"dates?|time|share|sharing|social|tags?|breadcrumbs?|related|promo|"
    r"ads?|adv|advert\w*|newsletters?|subscri\w+|nav|navigation|menu|comments?|rating|player|video|image|photo|figure|gallery|"
    r"cookies?|consent|modal|pop-?up|overlay|dialog|push-?\w*|side-?bar|recommend\w*|popular|toolbar|footer|img|pic|legend|toc|paywall|form|button|meta)"
    + CLOSE
)
# Boxes in a text that are none of it.
_BOX_NAME = re.compile(
    EDGE + r"(?:key-?(?:points?|takeaways?)|highlights|"
    r"facts?|fact-?box|info-?box|donat\w*|support|info-?kasten|newsletters?|subscri\w+|paywall|print-?(?:only|notice)|"
    r"author-?(?:bio|box|info|card|description)|about-?author|copyright|credits?|disclaimer|polls?|survey|quiz|cta|"
    r"call-?to-?action|promo|ads?|advert\w*|banners?|captions?|photo-?credit|social|share|sharing|sign-?up|sign-?off|"
    r"popular|most-?read|comments?|rating|author-?signature|(?<!drop-)caps?|"
    r"(?:image|img|photo|foto|picture|pic|bild)-?(?:captions?|descriptions?|desc|unterschrift|inline)|img-?inline)" + CLOSE
)
_NEXT_NAME = re.compile(EDGE + r"(?:next|more|related|another|other)" + CLOSE)
# Almost all of a line is a link.
_ALL_LINK = 0.85
# So much of the text is no box in it, and no series of links.
_BOX_MOST, _LINKS_MOST = 0.35, 0.3
# Two writings of a headline share so much of their words.
_ALIKE = 0.7
# So many signs lead on: "Previous", "Filed under: Ferries".
_LEADING_ON = 30
_LABEL_WORDS, _BOLD_WORDS, _LEAD_WORDS = 2, 6, 8
_LEAD_LETTERS, _LINE_LETTERS = 30, 20
# A quotation begins so, and so few words name who said it.
_QUOTED, _SIGNATURE_WORDS = re.compile(r"[«“„\"—–-]"), 12
_WHOLE_QUOTATION = re.compile(r"«[^«»]{20,}»|“[^“”]{20,}”|\"[^\"]{20,}\"")
_SENTENCES = re.compile(r"[.!?…](?=\s|$)")
_PULLED_NAME = re.compile(r"pull-?quote|quote-?pull")
_QUOTATION_NAME = re.compile(EDGE + r"(?:(?:block-?)?quot(?:e|es|ation)|cit(?:e|ation|ata)|zitat|speech|interview)" + CLOSE)
# What is added to an article when it is out already, also where its box is marked as one beside it.
_ADDED_NAME = re.compile(EDGE + r"(?:upd(?:ate[ds]?)?|corrections?|clarifications?|addend(?:um|a)|errat(?:um|a))" + CLOSE)
_CAPTION, _ASKING = 200, 350
# Lines from either end among which signatures, dates and farewells stand.
_FIRST, _OVER, _LAST = 4, 8, 5
# A signature stands so near behind the text. It is a name of two or three parts, the first perhaps by its letter.
_BEHIND, _HOUSE_WORDS, _NAME_LETTERS = 3, 7, 6
_NAME_ALONE = re.compile(r"(?:[^\W\d_a-zа-яёіїєґ](?:\.|[\w'’-]{1,30})\s){1,2}[^\W\d_a-zа-яёіїєґ][\w'’-]{1,30}")
# "Anna Moor, reporter", "Anna Moor, Novograd"
_WHO_AND_WHAT, _AROUND_NAME = re.compile(r"[,—–]"), " .()©"
_AT_RIGHT = re.compile(r"text-align\s{0,3}:\s{0,3}(?:right|end)", re.IGNORECASE)
_PARENT_SHARE = 0.2
# So much of the text has one class; its second half stands in one of so many boxes around it.
_MOST_ALIKE, _NEAR = 0.7, 6


def _starts(section: str) -> re.Pattern[str]:
    return re.compile(rf"[^\w«©]*(?:{phrases('signoffs', section)})", re.IGNORECASE)


_CHANNELS, _ASKS, _MISTAKES, _RIGHTS, _CAPTIONS, _TEAM = map(
    _starts, ("channels", "asks", "mistakes", "rights", "captions", "team")
)
# Who took a picture, behind what is seen in it: "The depot in May. © Anna Moor / Pole".
_CREDIT_BEHIND = re.compile(
    rf".{{3,}}?(?:©|\({phrases('signoffs', 'picture_of')}\s*:|[.|/]\s*{phrases('signoffs', 'credit')}\s*:?)"
    r"\s*(?:[^\s©]+\s*){1,8}",
    re.IGNORECASE,
)
# "Figure 2:", «Рис. 3.»
_FIGURE = re.compile(rf"{phrases('signoffs', 'figure')}\s*+\d{{1,3}}\s*+[:.—–-]", re.IGNORECASE)
_CONTACT = re.compile(rf"{phrases('signoffs', 'contact')}:?", re.IGNORECASE)
_REACHED = re.compile(
    rf"\S@\S|{phrases('signoffs', 'phone')}|\+\d[\d\s()-]{{7,}}|\d{{3}}[)\s.-]{{1,2}}\d{{3}}[\s.-]\d{{4}}", re.IGNORECASE
)
_CONTACT_LINES = 12
_NOTES = re.compile(rf"\W{{0,9}}(?:{phrases('signoffs', 'notes')})\W{{0,9}}", re.IGNORECASE)
# «Просмотров: 2 841», "811 views"
_COUNTED = phrases("signoffs", "counters")
_COUNTER = re.compile(
    rf"\W{{0,5}}(?:(?:{_COUNTED})\W{{0,5}}\d[\d\s.,]{{0,12}}|\d[\d\s.,]{{0,12}}\w?\s(?:{_COUNTED}))\W{{0,5}}",
    re.IGNORECASE,
)
# As Joomla writes it in braces, and WordPress in square brackets.
# A word alone in square brackets is a transcript's "[applause]".
_COMMAND = re.compile(
    r"\{/?[a-z][\w-]*(?:\s[^{}]*)?\}|\[/[a-z][\w-]*\]|\[[a-z][\w-]*(?:/\]|\s[^\[\]=]*+=[^\[\]]*+\])",
    re.ASCII,
)
_HOUR = re.compile(r"\d{1,2}[:.]\d{2}")
_A_CLOCK, _COUNTS = re.compile(r"\b\d{1,2}[:.]\d{2}\b"), re.compile(rf"(?:{_COUNTED})\W{{0,3}}\d", re.IGNORECASE)
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
# (RNS/Gazeta "Novograd")
_SOURCE_ALONE = re.compile(r"\([^()]{2,60}[^().!?…]\)")
_COPYRIGHT = re.compile(r"\s*(?:©|\(c\)\s)", re.IGNORECASE)


def _is_farewell(line: Block) -> bool:
    """Whether a line speaks to the reader, of the outlet or of its rights, and not of the matter."""
    text = line.text
    if len(text) > _ASKING:
        return False
    if _CHANNELS.match(text) or _MISTAKES.match(text):
        return True
    return bool(_ASKS.match(text)) and (bool(line.links) or not SENTENCE_END.search(text))


def _is_caption(line: Block) -> bool:
    if _FIGURE.match(line.text) or (len(line.text) <= _CAPTION and _CREDIT_BEHIND.fullmatch(line.text)):
        return True
    match = _CAPTIONS.match(line.text)
    if not match or len(line.text) > _CAPTION:
        return False
    return match[0].endswith((":", "©")) or not SENTENCE_END.search(line.text)


def _repeated_headline(text: PageText) -> Iterable[Block]:
    """The headline again: a line with its words, or another first-level heading."""
    kept = text.kept
    for number, line in enumerate(kept):
        words = set(key(line.text).split())
        alike = len(words & text.title_words) >= _ALIKE * len(words | text.title_words)
        if (line.kind == "h1" and len(kept) > 1) or (alike and (line.kind in HEADINGS or number < _FIRST)):
            yield line


def _another_article(text: PageText) -> Iterable[Block]:
    """What stands in an <article> inside the text's own, under a heading that links elsewhere; and headings that are links."""
    linked = [
        line
        for line in text.lines
        if line.kind in HEADINGS and line.linked >= _ALL_LINK and len(line.text.split()) > _LABEL_WORDS
    ]
    inside = {element for line in linked for element in text.path(line) if element.tag == "article"}
    others = [line for line in text.kept if line in linked or not inside.isdisjoint(text.path(line))]
    if sum(len(line.key) for line in others) < _BOX_MOST * text.weight:
        yield from others


def _named_box(text: PageText) -> Iterable[Block]:
    """Boxes whose names say that they are none of the text, where they are the lesser part of it."""
    found: dict[str, list[Block]] = {}
    for line in text.kept:
        for element in text.path(line):
            if match := _BOX_NAME.search(class_names(element)):
                found.setdefault(match[0].strip(" -"), []).append(line)
                break
    for lines in found.values():
        if sum(len(line.key) for line in lines) < _BOX_MOST * text.weight:
            yield from lines


def _nothing_but_a_link(text: PageText) -> Iterable[Block]:
    """A line that is a link and nothing else, where not much of the text is such lines."""
    lines = [
        line
        for line in text.kept
        if line.linked >= _ALL_LINK and line.kind not in HEADINGS and line.kind not in ("tr", "dt") and len(line.text.split()) > 2
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


def _has_only_links(line: Block) -> bool:
    return letters_and_digits(" ".join(line.text[start:end] for _, start, end in line.links)) == line.key


def _label_and_link(text: PageText) -> Iterable[Block]:
    """A label with a colon, and a headline that is a link, and nothing else: another article, in whatever language."""
    for line in text.kept:
        if len(line.links) != 1 or line.kind in HEADINGS or line.kind in ("tr", "dt"):
            continue
        _, start, end = line.links[0]
        label, words = line.text[:start].strip(), line.text[start:end].split()
        is_label = label.endswith(":") and len(label) <= _LABEL_LETTERS and ". " not in label
        if is_label and len(words) > _HEADLINE_WORDS and not line.text[end:].strip(' .»”"'):
            yield line


def _contact(text: PageText) -> Iterable[Block]:
    """At the end of a press release: whom to ask, with a telephone or an address."""
    kept = text.kept
    for number in range(max(len(kept) - _CONTACT_LINES, 1), len(kept)):
        rest = kept[number:]
        label = _CONTACT.match(kept[number].text)
        is_alone = label is not None and label.end() == len(kept[number].text)
        is_line = label is not None and len(kept[number].text) <= _CAPTION / 2 and _REACHED.search(kept[number].text) is not None
        if is_line or (is_alone and any(_REACHED.search(line.text) for line in rest[1:])):
            if sum(len(line.key) for line in rest) < _BOX_MOST * text.weight:
                yield from rest
            return


def _notes(text: PageText) -> Iterable[Block]:
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


def _over_the_headline(text: PageText) -> Iterable[Block]:
    """What stands over the headline and is no sentence: a section, a sign of the page."""
    headline = text.headline()
    over = [line for line in text.lines[:headline] if line.kept] if headline is not None else []
    if len(over) < _FIRST and not any(map(says_something, over)):
        yield from over


def _nothing_said(text: PageText) -> Iterable[Block]:
    """Lines of signs alone, what the page counts, hours of entries, and commands of the page's program."""
    for line in text.kept:
        is_said = any(map(str.isalnum, line.text)) and not _COUNTER.fullmatch(line.text) and not _COMMAND.fullmatch(line.text)
        if not is_said or (_HOUR.fullmatch(line.text) and _is_time(line)):
            yield line


def _is_time(line: Block) -> bool:
    """Whether a line is marked as a time and nothing else, as those of a live page's entries are."""
    return any(" ".join("".join(time.itertext()).split()) == line.text for time in line.element.iter("time"))


def _sources(text: PageText) -> Iterable[Block]:
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


def _date_or_byline(text: PageText) -> Iterable[Block]:
    """At either end of the text: a date alone, an author's name alone, who made the article."""
    kept = text.kept
    for line in {*kept[:_OVER], *kept[-_LAST:]}:
        words = line.text
        is_team = len(words) <= _CAPTION and (
            _names_team(words) or _CONTRIBUTED.search(words) or _TOGETHER.fullmatch(words) or _REACHED_AT.match(words)
        )
        named = {letters_and_digits(name).casefold() for name in _BETWEEN_NAMES.split(words)} - {""}
        if is_date(words) or is_team or line.key.casefold() in text.authors or (named and named <= text.authors):
            yield line
    yield from (line for line in kept[:_OVER] if _is_byline(text, line))
    yield from takewhile(lambda line: line.rule == "contact" or _is_about_author(text, line), reversed(kept))


def _is_byline(text: PageText, line: Block) -> bool:
    """Whether a short line over the text has an author's name with a day, or with what others did in brackets."""
    has_more = _BRACKETS.search(line.text) is not None or read_date(line.text).day is not None
    is_short = len(line.text) <= _CAPTION / 2 and not line.text.endswith(("!", "?"))
    return is_short and has_more and any(author in line.key.casefold() for author in text.authors)


def _is_about_author(text: PageText, line: Block) -> bool:
    """Whether a short line at the text's end says who an author is, behind a comma or a dash, or how to reach them. A sentence
    that only begins with the name is text."""
    if len(line.text) > _CAPTION:
        return False
    key, stop = line.key.casefold(), _WHO_AND_WHAT.search(line.text)
    who = letters_and_digits(line.text[: stop.start()]).casefold() if stop else ""
    names = {author for author in text.authors if len(author) >= _NAME_LETTERS}
    return who in names or (_REACHED.search(line.text) is not None and any(author in key for author in names))


def _names_team(words: str) -> bool:
    """Whether a line says who made the article: of "Prepared Anna Moor" the verb begins sentences, too."""
    match = _TEAM.match(words)
    if match is None:
        return False
    rest = words[match.end() :].lstrip(" :—–-")
    is_short = len(rest.split()) <= _SIGNATURE_WORDS / 2 and _TWO_NAMES.search(rest) is not None
    return match[0].endswith(":") or not rest[:1].islower() or is_short


def _farewell(text: PageText) -> Iterable[Block]:
    """Lines that ask the reader to subscribe, follow, pay or report misprints; at the end, lines of rights."""
    kept = text.kept
    yield from (line for line in kept if _is_farewell(line))
    yield from (line for line in kept[-_LAST:] if _RIGHTS.match(line.text) or _COPYRIGHT.match(line.text))
    yield from (line for line in kept[-2:] if _SOURCE_ALONE.fullmatch(line.text) and _is_in_other_letters(line))


def _caption(text: PageText) -> Iterable[Block]:
    """Lines that name who took a picture, are a table's or a picture's title by their tag, or stand alone in a picture's box."""
    yield from (line for line in text.kept if _is_caption(line) or line.kind in _TITLES or _is_in_picture(text, line))
    yield from _captions_alike(text)


def _captions_alike(text: PageText) -> Iterable[Block]:
    """The lines of boxes that are called alike, of which each has a picture and one line: the captions of a report in pictures
    that has a text besides."""
    boxes: dict[tuple[object, str | None], list[Block]] = {}
    for line in text.kept:
        box = line.element.getparent()
        if box is None or not line.element.get("class") or text.lines_in(box) != 1 or len(line.text) > _CAPTION:
            continue
        if line.kind == "p" and SENTENCE_END.search(line.text):
            continue  # a list of things, each with its picture
        if next(box.iter(*_PICTURES), None) is not None:
            boxes.setdefault((line.element.tag, line.element.get("class")), []).append(line)
    for lines in boxes.values():
        if len(lines) >= _ALIKE_LINES and sum(len(line.key) for line in lines) < _BOX_MOST * text.weight:
            yield from lines


def is_never_text(line: Block) -> bool:
    """Whether the rules drop a line from any text, by what it says alone: no rule behind theirs keeps one."""
    return _is_farewell(line) or _is_caption(line) or line.kind in _TITLES


def _is_in_picture(text: PageText, line: Block) -> bool:
    """Whether a line that is no sentence has a box with a picture, and at most one line more."""
    if line.kind in HEADINGS or len(line.text) > _CAPTION or SENTENCE_END.search(line.text):
        return False
    for element in text.path(line):
        if text.lines_in(element) > _PICTURE_LINES:
            return False
        is_of_quotation = element.tag == "figure" and next(element.iter("blockquote"), None) is not None
        pictures = (e for e in element.iter(*_PICTURES) if not (is_of_quotation and e is element))
        if not (element is line.element and element.tag == "p") and next(pictures, None) is not None:
            return True
    return False


def _heading_of_nothing(text: PageText) -> Iterable[Block]:
    """A heading, or a short line that announces something, with nothing after it: at the end of the text, or in a box whose other
    lines are all left out."""
    yield from takewhile(lambda line: _announces(line) or _is_over_links(text, line), reversed(text.kept))
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
    is_label = len(line.text.split()) <= _BOLD_WORDS and not SENTENCE_END.search(line.text) and _is_in_bold(line)
    return is_label and any(other.linked > SOME_LINK for other in following)


def _announces(line: Block) -> bool:
    return line.kind in HEADINGS or (line.text.endswith(":") and len(line.text) < _CAPTION / 2)


def _lead(text: PageText) -> Iterable[Block]:
    """Sentences between the headline and the text: what the page gives as its summary, what is called a lead, reads as one, or is
    a second heading right under the first."""
    headline = text.headline()
    if headline is None:
        return
    said = "".join(line.key for line in text.kept)
    first = next(number for number, line in enumerate(text.lines) if line.kept)
    for line in text.lines[headline + 1 : first]:
        is_called = text.is_called(line, _LEAD_NAME)
        is_right_under = line is text.lines[headline + 1] and _is_under_headline(text, line)
        is_short = (is_right_under and line.kind not in HEADINGS) or (is_called and not text.is_called(line, _ASIDE_NAME))
        least = _LABEL_WORDS * WORD_LETTERS if is_short else _LEAD_LETTERS
        if line.rule or len(line.key) < least or line.linked > SOME_LINK or line.key in said or _is_beside(text, line):
            continue
        if text.title and (text.title in line.key or line.key in text.title):
            continue
        is_summary = line.key[:_LEAD_LETTERS] == text.summary[:_LEAD_LETTERS] != ""
        if is_summary or is_right_under or is_called or is_sentence(line, _LEAD_WORDS):
            yield line


def _is_under_headline(text: PageText, line: Block) -> bool:
    """Whether what stands right under the headline may be its standfirst: a second heading, or words that are no link, no day, no
    count and no author's."""
    if line.kind in ("h2", "h3"):
        return True
    words = len(line.text.split())
    if line.kind not in ("p", "box") or line.links or words <= SENTENCE_WORDS:
        return False
    if words < _LEAD_WORDS and (line.kind == "box" or any(map(str.isdigit, line.text))):
        return False
    is_byline = any(author in line.key.casefold() for author in text.authors) or _TEAM.match(line.text) is not None
    is_counted = _A_CLOCK.search(line.text) is not None or _COUNTS.search(line.text) is not None
    return not is_byline and not is_counted and read_date(line.text).day is None


def _is_beside(text: PageText, line: Block) -> bool:
    """Whether a line that the extractor left out is no sentence of the text, whatever it says."""
    return (
        line.kind in (*_TITLES, "tr", "dt")
        or _is_farewell(line)
        or _is_caption(line)
        or _is_in_picture(text, line)
        or bool(_RIGHTS.match(line.text) or _COPYRIGHT.match(line.text) or _TEAM.match(line.text))
        or (text.is_called(line, _ASIDE_NAME) and not text.is_called(line, _LEAD_NAME))
        or any(
            element.tag in ("footer", "nav", "form")
            or (element.tag == "aside" and not is_named(_ADDED_NAME, class_names(element)))
            for element in text.path(line)
        )
    )


def _beside_paragraphs(text: PageText) -> Iterable[Block]:
    """A sentence that stands alone in a box, or bare, beside the text's paragraphs: an extractor takes it for none. Alone are
    quotations, too, with who said them."""
    parents = _parents(text)
    said = "".join(line.key for line in text.kept)
    boxes = {line: box for line in text.lines if (box := _box_in(line, parents)) is not None}
    lines_of = Counter(boxes.values())
    plain = Counter(box for line, box in boxes.items() if not (_is_signature(line) or _is_quotation(text, line)))
    for line, box in boxes.items():
        if line.kept or line.rule or len(line.key) < _LINE_LETTERS or line.key in said:
            continue
        is_quotation = _is_quotation(text, line)
        if is_quotation and (text.is_called(line, _PULLED_NAME) or _is_said(line, said)):
            continue
        is_alone = box in parents or lines_of[box] == 1 or (is_quotation and not plain[box])
        if (
            is_alone
            and (is_sentence(line) or (is_quotation and _WHOLE_QUOTATION.fullmatch(line.text)))
            and not _is_beside(text, line)
        ):
            yield line


def _is_said(line: Block, said: str) -> bool:
    """Whether each sentence of a quotation stands in the text, too, perhaps with who said it between them: it was pulled out."""
    return all(key in said for part in _SENTENCES.split(line.text) if (key := letters_and_digits(part)))


def _is_quotation(text: PageText, line: Block) -> bool:
    """Whether a line has the mark of what somebody says, or stands in a box of quotations."""
    return _QUOTED.match(line.text) is not None or text.is_called(line, _QUOTATION_NAME)


def _is_signature(line: Block) -> bool:
    """Whether a line may be who said what stands over it: a few words that are no sentence, and no link."""
    return len(line.text.split()) <= _SIGNATURE_WORDS and not line.linked and not SENTENCE_END.search(line.text)


def _among_paragraphs(text: PageText) -> Iterable[Block]:
    """Items of a list, and headings, that stand among paragraphs and are no links: an extractor takes some for a menu. So is a
    list right behind a paragraph."""
    parents = _parents(text)
    paragraphs = {line.element for line in text.kept}
    numbers = [number for number, line in enumerate(text.lines) if line.kept]
    for line in text.lines[numbers[0] : numbers[-1]]:
        if line.kept or line.rule or line.linked > SOME_LINK or line.kind not in (*HEADINGS, "li") or line.key == text.title:
            continue
        outer = line.element.getparent()
        is_behind = False
        if line.kind == "li" and outer is not None:
            is_behind = outer.getprevious() in paragraphs
            outer = outer.getparent()
        if (outer in parents or is_behind) and not _is_beside(text, line):
            yield line


def _headings_alike(text: PageText) -> Iterable[Block]:
    """Headings right over a paragraph of the text that are marked as others that were kept, and lines in bold letters over the
    paragraphs of their box."""
    alike = {(line.kind, line.element.get("class")) for line in text.kept if line.kind in HEADINGS}
    headline = text.headline()
    for number in range(0 if headline is None else headline + 1, len(text.lines) - 1):
        line, following = text.lines[number], text.lines[number + 1]
        if line.kept or line.rule or line.links or not following.kept or line.key == text.title:
            continue
        is_alike = (line.kind, line.element.get("class")) in alike
        is_bold = following.element.getparent() is line.element and len(line.text.split()) <= _BOLD_WORDS
        if (is_alike or (is_bold and _is_in_bold(line))) and says_something(following) and not _is_beside(text, line):
            yield line


def _is_in_bold(line: Block) -> bool:
    return any(letters_and_digits(" ".join(inner.itertext())) == line.key for inner in line.element.iter("b", "strong"))


def _like_the_text(text: PageText) -> Iterable[Block]:
    """Sentences in paragraphs with the class that most of the text's have, near it: an extractor takes a second half for another
    article's. What stands outside of the text's <article>, behind a headline or in a box of what is next is another's."""
    classes: Counter[tuple[str, str]] = Counter()
    for line in text.kept:
        if name := line.element.get("class"):
            classes[str(line.element.tag), name] += len(line.key)
    own, weight = next(iter(classes.most_common(1)), (None, 0))
    if weight < _MOST_ALIKE * text.weight or text.holder is None:
        return
    around = [e for e in (text.holder, *text.holder.iterancestors()) if e.tag not in ("body", "html")]
    whole = next((number for number, element in enumerate(around, 1) if element.tag == "article"), _NEAR)
    near = {*around[: min(whole, _NEAR)]}
    said = "".join(line.key for line in text.kept)
    first = next(number for number, line in enumerate(text.lines) if line.kept)
    is_behind_another = False
    for line in text.lines[first:]:
        element = line.element
        if line.kept or (line.kind in HEADINGS and line.key != text.title and len(line.text.split()) > _LABEL_WORDS):
            is_behind_another = not line.kept
        if (
            is_behind_another
            or line.kept
            or line.rule
            or (element.tag, element.get("class")) != own
            or near.isdisjoint(element.iterancestors())
        ):
            continue
        if len(line.key) < PARAGRAPH_LETTERS or line.key in said or text.is_called(line, _NEXT_NAME):
            continue
        if says_something(line) and not _is_beside(text, line):
            yield line


def _parents(text: PageText) -> set[HtmlElement]:
    """The elements whose own paragraphs are much of the text."""
    most = _PARENT_SHARE * text.weight
    return {parent for parent, weight in _weights(text).items() if weight >= most}


def _weights(text: PageText) -> Counter[HtmlElement]:
    """How many letters of the text stand in paragraphs of each element."""
    weights: Counter[HtmlElement] = Counter()
    for line in text.kept:
        parent = line.element.getparent() if line.element.tag == "p" else line.element
        if parent is not None:
            weights[parent] += len(line.key)
    return weights


def _goes_on(text: PageText) -> Iterable[Block]:
    """The text in a second box: one right behind that of the text, which has nothing but paragraphs of sentences."""
    box = text.holder
    following = None if box is None else box.getnext()
    if box is None or following is None or following.tag not in ("div", "section"):
        return
    if any(box not in (line.element, *line.element.iterancestors()) for line in text.kept):
        return
    lines = [line for line in text.lines if following in (line.element, *line.element.iterancestors())]
    if len(lines) < GOES_ON or any(line.rule or len(line.key) < PARAGRAPH_LETTERS for line in lines):
        return
    if all(is_sentence(line, _LEAD_WORDS) and not _is_beside(text, line) for line in lines) and not any(
        is_named(_BOX_NAME, class_names(element)) for line in lines for element in text.path(line)
    ):
        yield from lines


def _box_in(line: Block, parents: set[HtmlElement]) -> HtmlElement | None:
    """The child of one of these elements in which a line stands, or that element where it stands bare in it."""
    inner = line.element
    for element in (line.element, *line.element.iterancestors()):
        if element in parents:
            return inner
        inner = element
    return None


def headline_over(text: PageText) -> str:
    """The headline that stands over the text, of a page whose declared title is what it calls itself over all its pages; empty
    where the title stands over no page, or nothing that may be a headline does over the text."""
    first = next((number for number, line in enumerate(text.lines) if line.kept and says_something(line)), 0)
    title = text.title.casefold()
    top = next((number for number in range(first - 1, -1, -1) if text.lines[number].key.casefold().startswith(title)), None)
    # A text between is of that title, whatever stands behind it.
    if top is None or not title or any(map(says_something, text.lines[top + 1 : first])):
        return ""
    for line in text.lines[max(first - _OVER, top + 1) : first]:
        # What stands in one box with the title is its standfirst.
        may_be = line.kind in HEADINGS or (line.kept and not SENTENCE_END.search(line.text))
        may_be = may_be and line.element.getparent() is not text.lines[top].element.getparent()
        is_label = len(line.text.split()) <= _LABEL_WORDS or text.is_called(line, _KICKER_NAME)
        if may_be and not is_label and line.linked <= SOME_LINK and not is_date(line.text) and len(line.text) <= _CAPTION:
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
    main = {element for element, _ in _weights(text).most_common(1)}
    first = None if headline is None else next((line for line in text.lines[headline + 1 :] if line.kept or line.key), None)
    found: list[Block] = []
    for number, line in enumerate(kept[:_FIRST]):
        is_second = line is first and line.kind in ("h2", "h3", "h4")
        is_outside = _box_in(line, main) is None
        is_second = is_second or (line is first and is_outside and line.kind == "p" and not SENTENCE_END.search(line.text))
        is_called = is_named(_LEAD_NAME, class_names(line.element))
        is_lead = is_called or (is_outside and text.is_called(line, _LEAD_NAME))
        if not (line.rule == "lead" or is_second or is_lead) or (found and line is not kept[number]):
            break
        if found and text.is_called(found[0], _LEAD_NAME) and not is_lead:
            break
        found.append(line)
    return " ".join(line.text for line in found) if len(found) < _FIRST else ""


def signature(text: PageText) -> tuple[Block, str] | None:
    """The line at the text's end, or behind it, that is one name and perhaps what its bearer is: in other letters, at the right
    edge, or alone right there; and the name. Who wrote it. A name in a list, or behind what announces it, is the text's."""
    kept = [number for number, line in enumerate(text.lines) if line.kept]
    if len(kept) <= _LABEL_WORDS:
        return None
    for number in range(kept[-1], min(kept[-1] + _BEHIND, len(text.lines))):
        line = text.lines[number]
        name, *rest = _WHO_AND_WHAT.split(line.text.strip(_AROUND_NAME), maxsplit=1)
        if line.links or line.rule or _is_listed(text, number):
            continue
        if not _NAME_ALONE.fullmatch(name.strip()):
            if _is_at_right(line.element) and _is_house(line.text):
                return line, line.text
            continue
        is_right_behind = number <= kept[-1] + 1 and not _TOWN.match(name) and not text.is_called(line, _ASIDE_NAME)
        if (is_right_behind and not rest) or _is_at_right(line.element) or _is_in_other_letters(line):
            return line, name.strip()
    return None


def _is_house(words: str) -> bool:
    """Whether a line may be the name of an organisation: a few words, the first with a capital, and no sentence."""
    return 1 < len(words.split()) <= _HOUSE_WORDS and words[0].isupper() and not SENTENCE_END.search(words) and not is_date(words)


def _is_listed(text: PageText, number: int) -> bool:
    """Whether a name stands in a list, behind a line that announces it, or behind another name."""
    line, before = text.lines[number], text.lines[number - 1].text.strip()
    is_announced = before.endswith(":") and not _TEAM.match(before)
    is_item = any(element.tag in ("ul", "ol", "dl") for element in text.path(line))
    return (
        is_item or is_announced or _NAME_ALONE.fullmatch(_WHO_AND_WHAT.split(before.strip(_AROUND_NAME))[0].strip()) is not None
    )


def _is_at_right(element: HtmlElement) -> bool:
    return (element.get("align") or "").lower() == "right" or _AT_RIGHT.search(element.get("style") or "") is not None


def _is_in_other_letters(line: Block) -> bool:
    """Whether all words of a line are in bold or italics."""
    return any(
        letters_and_digits(" ".join(inner.itertext())) == line.key for inner in line.element.iter("b", "strong", "i", "em")
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """Gives lines of a text, which it keeps or drops."""

    name: str
    keeps: bool
    lines: Callable[[PageText], Iterable[Block]]


RULES = (
    Rule("repeated headline", False, _repeated_headline),
    Rule("over the headline", False, _over_the_headline),
    Rule("nothing said", False, _nothing_said),
    Rule("comments", False, comments),
    Rule("another article", False, _another_article),
    Rule("named box", False, _named_box),
    Rule("nothing but a link", False, _nothing_but_a_link),
    Rule("label and link", False, _label_and_link),
    Rule("lead", True, _lead),
    Rule("beside paragraphs", True, _beside_paragraphs),
    Rule("among paragraphs", True, _among_paragraphs),
    Rule("headings alike", True, _headings_alike),
    Rule("like the text", True, _like_the_text),
    Rule("goes on", True, _goes_on),
    Rule("date or byline", False, _date_or_byline),
    Rule("contact", False, _contact),
    Rule("notes", False, _notes),
    Rule("sources", False, _sources),
    Rule("farewell", False, _farewell),
    Rule("caption", False, _caption),
    Rule("heading of nothing", False, _heading_of_nothing),
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

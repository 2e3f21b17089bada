"""Splits a page into the lines that a reader sees, each with its element and its links. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from lxml.etree import iterwalk
from lxml.html import HtmlElement

INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd"}
    | {"label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt"}
    | {"u", "var", "wbr"}
    # Of Telegram's own: pictures among letters, and what shows when a reader touches it.
    | {"tg-emoji", "tg-spoiler"}
)
"""Elements that part no line."""
# Cells of a row are parted by a blank; a table that lays out a page is none by now.
_CELLS = frozenset({"td", "th"})
# A reader sees no words of these, or none that belong to a text.
_UNSEEN = frozenset(
    {"audio", "button", "canvas", "datalist", "embed", "head", "iframe", "link", "meta", "noscript", "object", "option", "script"}
    | {"select", "style", "svg", "template", "textarea", "title", "video"}
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# What frameworks call the words that are for those who listen to a page.
_HIDDEN_CLASS = frozenset(
    {"visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "screen-reader-only", "offscreen"}
    | {"hidden", "is-hidden", "d-none"}
)
# "hidden md:block": hidden on telephones alone.
_SHOWN_CLASS = re.compile(r"(?:sm|md|lg|xl)[:-]|d-(?:sm|md|lg|xl)-")
_KINDS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "figcaption", "caption", "pre", "dt", "dd", "tr", "blockquote"}
)
_WORD = re.compile(r"\w+")
_JOINERS = "\u200c\u200d"


Spans: TypeAlias = list[tuple[HtmlElement, int, int]]
"""Links, and where the words of each begin and end in a text."""
_Pieces: TypeAlias = list[tuple[str | None, HtmlElement | None]]
"""What is written in a line, and the link that each part of it is of."""


@dataclass(slots=True, eq=False)
class Block:
    """A line of a page: words that nothing parts."""

    element: HtmlElement
    """The innermost element that parts lines and holds all of it."""
    text: str
    """White space squeezed."""
    links: Spans
    """Each link in it, and where its words begin and end in `text`."""
    key: str
    """Its letters and digits alone, by which two writings of one line are the same."""
    kept: bool = False
    """Whether it is of the article's text,"""
    rule: str = ""
    """and the name of the rule that says so; empty where none was asked."""

    @property
    def kind(self) -> str:
        """The tag of the nearest element that says what the line is (p, h2, li, figcaption, tr ...); "box" where none does."""
        for element in (self.element, *self.element.iterancestors()):
            if element.tag in _KINDS:
                return str(element.tag)
            if element.tag in ("div", "section", "article", "main", "body", "td"):
                break
        return "box"

    @property
    def linked(self) -> float:
        """The share of its words that are links."""
        return sum(end - start for _, start, end in self.links) / len(self.text)


def letters_and_digits(text: str) -> str:
    """The letters and digits of a text."""
    return "".join(_WORD.findall(text))


def _is_hidden(element: HtmlElement) -> bool:
    """Whether a reader sees no words of an element, as its own attributes say. What holds the headline or an article is shown by
    a script."""
    classes, style = element.get("class"), element.get("style")
    is_said = (
        (classes is not None and _is_hidden_class(classes))
        or (style is not None and _HIDDEN_STYLE.search(style) is not None)
        or element.get("hidden") is not None
    )
    return is_said and next(element.iter("h1", "article"), None) is None


# An outlet's pages have the same few hundred classes.
@lru_cache(maxsize=4096)
def _is_hidden_class(said: str) -> bool:
    classes = said.split()
    return not _HIDDEN_CLASS.isdisjoint(classes) and not any(map(_SHOWN_CLASS.match, classes))


def hidden_in(body: HtmlElement) -> list[HtmlElement]:
    """The boxes of which a reader sees no words, as their own attributes say."""
    return [element for element in body.iter("div", "section") if _is_hidden(element)]


def show(element: HtmlElement) -> None:
    """Takes from an element, in place, what says that a reader does not see it."""
    for name in ("hidden", "style"):
        element.attrib.pop(name, None)
    if classes := element.get("class"):
        element.set("class", " ".join(name for name in classes.split() if name not in _HIDDEN_CLASS))


def blocks(body: HtmlElement) -> list[Block]:
    """The lines of an element, in the order of the document."""
    return [line for holder, pieces in _gathered(body) if (line := _line(holder, pieces))]


def line_texts(body: HtmlElement) -> list[str]:
    """The texts of the lines that `blocks` gives, in half of the time: where nothing else of them is asked."""
    texts = (_squeezed_space("".join([raw for raw, _ in pieces if raw])) for _, pieces in _gathered(body))
    return [text for text in texts if text]


def _gathered(body: HtmlElement) -> Iterator[tuple[HtmlElement, _Pieces]]:
    """What is written between any two ends of lines, and the innermost element that parts lines and holds all of it."""
    holders: list[HtmlElement] = [body]
    anchors: list[HtmlElement | None] = [None]
    pieces: _Pieces = []
    walker = iterwalk(body, events=("start", "end"))
    for event, element in walker:
        if event == "start":
            tag = element.tag
            if tag in _UNSEEN or _is_hidden(element):
                walker.skip_subtree()
                continue
            if tag in _CELLS:
                pieces.append((" ", None))
            elif tag not in INLINE:
                yield holders[-1], pieces
                pieces = []
                holders.append(element)
            elif tag == "a":
                anchors.append(element)
            pieces.append((element.text, anchors[-1]))
            continue
        if holders[-1] is element:
            yield element, pieces
            pieces = []
            holders.pop()
        elif anchors[-1] is element:
            anchors.pop()
        if element is not body:
            pieces.append((element.tail, anchors[-1]))
    yield body, pieces


def _line(holder: HtmlElement, pieces: _Pieces) -> Block | None:
    """The line that was gathered, if it has any words."""
    parts: list[str] = []
    links: Spans = []
    length, is_parted = 0, False
    for raw, anchor in pieces:
        if not raw:
            continue
        words = " ".join(raw.split())
        if not words:
            is_parted = True
            continue
        if not words.isprintable():
            raw = without_unseen(raw)
            words = " ".join(raw.split())
            if not words:
                is_parted = is_parted or bool(raw)
                continue
        if length and (is_parted or raw[0].isspace()):
            parts.append(" ")
            length += 1
        if anchor is not None and links and links[-1][0] is anchor:
            links[-1] = (anchor, links[-1][1], length + len(words))
        elif anchor is not None:
            links.append((anchor, length, length + len(words)))
        parts.append(words)
        length += len(words)
        is_parted = raw[-1].isspace()
    text = "".join(parts)
    return Block(holder, text, links, letters_and_digits(text)) if text else None


def _squeezed_space(text: str) -> str:
    """The printable words of a text, a blank between them."""
    text = " ".join(text.split())
    return text if text.isprintable() else " ".join(without_unseen(text).split())


def without_unseen(text: str) -> str:
    """A text without marks that no reader sees: soft hyphens, zero-width blanks, changes of direction. What joins letters, and
    the parts of a picture, stays."""
    return text if text.isprintable() else "".join(c for c in text if c.isprintable() or c.isspace() or c in _JOINERS)


def joined(lines: Iterable[Block]) -> tuple[str, Spans]:
    """The text of some lines, a line each, and where the links in it stand."""
    parts: list[str] = []
    links: Spans = []
    offset = 0
    for line in lines:
        links += [(anchor, offset + start, offset + end) for anchor, start, end in line.links]
        parts.append(line.text)
        offset += len(line.text) + 1
    return "\n".join(parts), links


def mark_struck(lines: Iterable[Block], struck: Mapping[HtmlElement, str]) -> None:
    """Gives each line inside one of these elements the name of the rule that struck that element."""
    rules: dict[HtmlElement, str] = {}
    for line in lines:
        line.rule = line.rule or _rule_of(line.element, struck, rules)


def _rule_of(element: HtmlElement, struck: Mapping[HtmlElement, str], known: dict[HtmlElement, str]) -> str:
    path = []
    found = ""
    for ancestor in (element, *element.iterancestors()):
        if ancestor in known:
            found = known[ancestor]
            break
        path.append(ancestor)
        if ancestor in struck:
            found = struck[ancestor]
            break
    known |= dict.fromkeys(path, found)
    return found

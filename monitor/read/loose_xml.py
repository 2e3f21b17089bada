"""A tolerant XML reader: finds elements and their text in documents that are not well-formed. Pure.

Linear in the document. No entity is opened but those that name a character, and nothing that a document type names is fetched.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

# What hides tags, and the inside of one. A tag ends at the next "<" at the latest, for an attribute has none (XML 1.0, section
# 2.3): so each character is looked at once.
_HIDING = r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
_ATTRIBUTES = r"\s(?:[^<>\"']++|\"[^<\"]*\"|'[^<']*')*+|\s[^<>]*|/?"
_TOKEN = re.compile(rf"{_HIDING}|<(?P<end>/?)(?P<name>[^\W\d][\w.:-]*+)(?P<attributes>{_ATTRIBUTES})>", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^\[<>]*\[?", re.IGNORECASE)
_SUBSET_END, _TAG_END = re.compile(r"\]\s*+>"), re.compile(">")
_TAG = re.compile(r"</?[^\W\d][^<>]*>")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_REFERENCE = re.compile(r"&#?\w{1,40};")
_ATTRIBUTE = re.compile(r"(?<![^\s=\"'<>/])([^\s=\"'<>/]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
# They have no end tag, wherever markup stands in a feed unescaped.
_VOID = frozenset({"br", "hr", "img", "input", "wbr", "meta"})


@dataclass(slots=True)  # not frozen: a sitemap has a quarter of a million of them
class Element:
    """An element: `start` and `end` are the offsets in `source` of what stands between its tags."""

    name: str
    """In lower case, with its prefix as written."""
    source: str
    start: int
    end: int
    tag: str
    """Its attributes as written."""
    whole: bool = True
    """Whether its end tag was found."""

    @property
    def attributes(self) -> dict[str, str]:
        """By name in lower case."""
        return {match[1].lower(): unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(self.tag)}

    @property
    def inside(self) -> str:
        """What stands between its tags, as written."""
        return self.source[self.start : self.end]

    @property
    def markup(self) -> str:
        """What it says, as HTML: of what is escaped or a section of character data, the markup that was meant."""
        pieces = _CDATA.split(self.inside)
        return "".join(
            piece or "" if number % 2 else piece if _TAG.search(piece) else html.unescape(piece)
            for number, piece in enumerate(pieces)
        )

    @property
    def words(self) -> str:
        """What it says, white space squeezed, without the tags inside it."""
        return " ".join(html.unescape(_TAG.sub(" ", self.markup)).split())

    @property
    def address(self) -> str:
        """What it says, as an address is written: its line breaks tell where it was broken. Empty where it has other elements.

        What was escaped twice, or in a section of character data, is an ampersand too: no parameter is called "amp;id".
        """
        pieces = _CDATA.split(self.inside)
        said = "".join((piece or "") if number % 2 else unescape(piece) for number, piece in enumerate(pieces))
        return "" if "<" in said else said.replace("&amp;", "&").strip()

    def children(self) -> Iterator[Element]:
        """The elements directly inside it, in order. One whose end tag is missing ends where another ends around it."""
        first: re.Match[str] | None = None
        opened: list[str] = []
        counts: Counter[str] = Counter()
        for token in _TOKEN.finditer(self.source, self.start, self.end):
            if not token["name"]:
                continue
            name = token["name"].lower()
            if token["end"]:
                if _close(opened, counts, name) and first and not opened:
                    yield _element(first, self.source, token.start())
            elif token["attributes"].endswith("/") or name in _VOID:
                if not opened:
                    yield _element(token, self.source, token.end())
            else:
                if not opened:
                    first = token
                opened.append(name)
                counts[name] += 1
        if first and opened:
            yield _element(first, self.source, self.end, whole=False)


def unescape(text: str) -> str:
    """Text with its references replaced, each of which ends with a semicolon (XML 1.0, section 4.1): "?a=1&copy=2" has none."""
    return _REFERENCE.sub(lambda reference: html.unescape(reference[0]), text) if "&" in text else text


def _close(opened: list[str], counts: Counter[str], name: str) -> bool:
    """Ends the innermost open element of that name and all in it; whether there is one. Each is ended once."""
    if not counts[name]:
        return False
    last = ""
    while last != name:
        last = opened.pop()
        counts[last] -= 1
    return True


def elements(source: str, names: Iterable[str], start: int = 0) -> Iterator[Element]:
    """The elements of these names (in lower case, whatever their prefix), wherever they stand; where one begins another ends."""
    begun: re.Match[str] | None = None
    for token in _tags(tuple(names)).finditer(source, start):
        if not token["name"]:
            continue
        if begun and not (token["end"] and token["name"].lower() != begun["name"].lower()):
            yield _element(begun, source, token.start(), whole=bool(token["end"]))
            begun = None
        if token["end"]:
            continue
        if token["attributes"].endswith("/"):
            yield _element(token, source, token.end())
        else:
            begun = token
    if begun:
        yield _element(begun, source, len(source), whole=False)


@lru_cache(maxsize=16)
def _tags(names: tuple[str, ...]) -> re.Pattern[str]:
    """The tags of these names, and what hides tags."""
    return re.compile(
        rf"{_HIDING}|<(?P<end>/?)(?P<name>(?:[^\W\d][\w.-]*+:)?(?:{'|'.join(names)}))(?P<attributes>{_ATTRIBUTES})>",
        re.DOTALL | re.IGNORECASE,
    )


def _element(tag: re.Match[str], source: str, end: int, *, whole: bool = True) -> Element:
    return Element(tag["name"].lower(), source, tag.end(), end, tag["attributes"].rstrip("/"), whole)


def without_doctype(text: str) -> str:
    """A document without its document type, and so without the entities that are its own: they are how bombs are made."""
    start = _DOCTYPE.search(text)
    if start is None:
        return text
    end = (_SUBSET_END if "[" in start[0] else _TAG_END).search(text, start.end())
    return text[: start.start()] + text[end.end() :] if end else text


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]

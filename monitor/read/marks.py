"""Signs put into a page's words before extraction, so that links and what is not the article's can be told in the text. Pure.

The extractor gives plain text: it keeps what is printable, and the press that we read does not write Tangut, so links are
marked with pairs of one Tangut ideograph, and words that belong to no article with another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

_FIRST, _COUNT = 0x17000, 6_000
_STRUCK = chr(_FIRST + _COUNT)
_LINK = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _COUNT - 1)}]")
_STRUCK_WORDS = re.compile(f"{_STRUCK}[^{_STRUCK}]*(?:{_STRUCK}|$)")
_ANY = re.compile(f"[{chr(_FIRST)}-{_STRUCK}]")


def without_marks(text: str) -> str:
    """The text as it was before marking."""
    # Of a whole page it is far cheaper to know that there is none: these bytes begin each of them, and little else.
    raw = text.encode("utf-8", "surrogatepass")
    return _ANY.sub("", text) if b"\xf0\x97" in raw or b"\xf0\x98" in raw else text


def remove_boilerplate(element: HtmlElement) -> None:
    """Marks the words of an element, so that `unmark` leaves them out.

    It is not removed before extraction: an extractor that weighs a page's parts may then take another part for the body.
    """
    for part in element.iter():
        if isinstance(part.tag, str):
            part.text = _struck(part.text)
        if part is not element:
            part.tail = _struck(part.tail)


def _struck(text: str | None) -> str | None:
    return f"{_STRUCK}{text}{_STRUCK}" if text and text.strip() and _STRUCK not in text else text


def mark_links(anchors: Iterable[HtmlElement]) -> list[HtmlElement]:
    """Puts marks around the words of every link; the n-th element of the result has the n-th mark."""
    marked: list[HtmlElement] = []
    for anchor in anchors:
        if len(marked) >= _COUNT:
            break
        if not anchor.get("href") or not ((anchor.text or "").strip() or anchor.text_content()[:500].strip()):
            continue
        sign = chr(_FIRST + len(marked))
        anchor.text = sign + (anchor.text or "")
        if len(anchor):
            anchor[-1].tail = (anchor[-1].tail or "") + sign
        else:
            anchor.text += sign
        marked.append(anchor)
    return marked


def unmark(text: str) -> tuple[str, list[tuple[int, int, int]]]:
    """The text without marks and struck words, and for each pair of marks its number and where its words stand,
    without white space around."""
    lines: list[str] = []
    spans: list[tuple[int, int, int]] = []
    opened: dict[int, int] = {}
    offset = 0
    for line in text.splitlines():
        line = " ".join(_STRUCK_WORDS.sub(" ", line).split())
        if not _LINK.sub("", line).strip():
            continue
        clean, last = "", 0
        for match in [*_LINK.finditer(line), None]:
            piece = line[last : match.start() if match else None]
            # White space on both sides of a mark would be left double, or at the start of a line.
            clean += piece if clean and not clean[-1].isspace() else piece.lstrip()
            if match is None:
                break
            last = match.end()
            number = ord(match[0]) - _FIRST
            if number in opened:
                spans.append((number, opened.pop(number), offset + len(clean.rstrip())))
            else:
                opened[number] = offset + len(clean)
        lines.append(clean.rstrip())
        offset += len(lines[-1]) + 1
    whole = "\n".join(lines)
    tight = []
    for number, start, end in spans:
        words = whole[start:end]
        start += len(words) - len(words.lstrip())
        if start < end:
            tight.append((number, start, end))
    return whole, tight

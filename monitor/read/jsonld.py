"""JSON-LD as newsrooms write it, broken or not, to plain objects. Pure; knows schema.org's words for an article."""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from typing import TypeAlias

from lxml.html import HtmlElement

from monitor.read.address import path_of

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Node: TypeAlias = "dict[str, Json]"

# A page has a few kilobytes of this; what is larger is an attack or a data dump.
_LONGEST = 1_000_000
_NODES = 5_000
# Each page has one or two of them; so many are looked for.
_WRAPPING = re.compile(
    r"\A\s*+(?:<!--|//\s*+<!\[CDATA\[|<!\[CDATA\[|/\*\s*+<!\[CDATA\[\s*+\*/){1,9}"
    r"|(?:-->|//\s*+\]\]>|\]\]>|/\*\s*+\]\]>\s*+\*/){1,9}\s*+\Z"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
# \' and other escapes that JavaScript knows and JSON does not.
_BAD_ESCAPE = re.compile(r"(\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4}))|\\")
_BETWEEN = re.compile(r"[\s;,]*")
# Where these hang, the articles are other articles.
_OTHERS = frozenset(
    {"itemListElement", "mentions", "relatedLink", "citation", "comment", "isRelatedTo", "significantLink", "liveBlogUpdate"}
)
_ARTICLE = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|Report|Review)$")


def parse(text: str) -> list[Json]:
    """Every JSON value in a script's text. strict=False takes control characters; wrapping comments, trailing semicolons and
    commas, JavaScript's escapes and several values in one block are taken too. What stays unreadable gives nothing."""
    text = _WRAPPING.sub("", text[:_LONGEST]).strip()
    decoder = json.JSONDecoder(strict=False)
    for attempt in (text, _TRAILING_COMMA.sub("", _BAD_ESCAPE.sub(r"\1", text)), html.unescape(text) if "&quot;" in text else ""):
        found: list[Json] = []
        position = 0
        try:
            while position < len(attempt):
                value, position = decoder.raw_decode(attempt, position)
                found.append(value)
                gap = _BETWEEN.match(attempt, position)
                position = gap.end() if gap else position
        except (ValueError, RecursionError):
            if not found:
                continue
        if found:
            return found
    return []


def _nodes(values: list[Json]) -> Iterator[tuple[Node, bool]]:
    """Every object, outermost first, and whether it hangs where other articles are listed."""
    queue: deque[tuple[Json, bool]] = deque((value, False) for value in values)
    for _ in range(_NODES):
        if not queue:
            return
        value, other = queue.popleft()
        if isinstance(value, dict):
            yield value, other
            queue.extend((v, other or k in _OTHERS) for k, v in value.items() if isinstance(v, dict | list))
        elif isinstance(value, list):
            queue.extend((v, other) for v in value if isinstance(v, dict | list))


def types(node: Node) -> tuple[str, ...]:
    """The object's schema.org types, without their prefix."""
    said = node.get("@type")
    listed = said if isinstance(said, list) else [said]
    return tuple(t.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for t in listed if isinstance(t, str))


def is_article(kind: str) -> bool:
    """Whether a schema.org type is one of articles."""
    return _ARTICLE.search(kind) is not None


def texts(value: Json, key: str = "name") -> list[str]:
    """The strings of a value that may be a string, an object with a name, or a list of either."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return texts(value.get(key), key) if isinstance(value.get(key), str | list) else []
    if isinstance(value, list):
        return [s for v in value[:50] for s in (texts(v, key) if not isinstance(v, list) else [])]
    return []


def first(value: Json, key: str = "name") -> str:
    """The first non-blank string of a value; empty where there is none."""
    return next((s for t in texts(value, key) if (s := t.strip())), "")


class Graph:
    """All JSON-LD of one page."""

    def __init__(self, tree: HtmlElement) -> None:
        values = [
            v
            for script in tree.iter("script")
            if "ld+json" in (script.get("type") or "").lower() and script.text
            for v in parse(script.text)
        ]
        self.nodes = list(_nodes(values))
        # A reference may stand before what it names, and most references carry no more than the id.
        self._by_id: dict[str, Node] = {}
        for node, _ in self.nodes:
            if isinstance(key := node.get("@id"), str) and len(node) > len(self._by_id.get(key, {})):
                self._by_id[key] = node

    def resolve(self, value: Json) -> Json:
        """The object that `{"@id": …}` names, where this page has it; else the value."""
        if isinstance(value, list):
            return [self.resolve(v) for v in value[:50] if not isinstance(v, list)]
        if isinstance(value, dict) and isinstance(key := value.get("@id"), str):
            return {**self._by_id.get(key, {}), **value}
        return value

    def article(self, url: str) -> Node | None:
        """The object that describes this page's article: the one that names this address, else the first."""
        articles = [n for n, other in self.nodes if not other and any(_ARTICLE.search(t) for t in types(n))]
        path = path_of(url)

        def names_page(node: Node) -> bool:
            said = [first(node.get(k), "@id") for k in ("url", "mainEntityOfPage", "@id")]
            return len(path) > 1 and any(path == path_of(s) for s in said if len(s) < 2_000)

        def key(node: Node) -> tuple[bool, bool]:
            return not names_page(node), not ("headline" in node or "datePublished" in node)

        return min(articles, key=key, default=None)

    def of_type(self, pattern: str) -> list[Node]:
        """Objects with a type that matches, which are not part of a list of others."""
        return [n for n, other in self.nodes if not other and any(re.search(pattern, t) for t in types(n))]

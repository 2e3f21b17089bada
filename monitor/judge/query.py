"""A query of the topic language, compiled: whether an article matches, where, and what the full-text index may propose. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from monitor.judge.document import Document, Vocabulary, vocabulary
from monitor.judge.index import expression, is_exact
from monitor.judge.logic import attributes, leaves
from monitor.judge.nodes import Node, Word
from monitor.judge.syntax import parse
from monitor.model import Reason
from monitor.text import fold

_MAX_FTS = 200_000
"""Characters of an FTS5 expression: a longer one costs more to read than the scan that it saves."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a query can ask of an article."""

    title: str
    text: str
    language: str = ""
    outlet: str = ""
    kind: str = ""
    """Kind of its source."""
    regions: tuple[str, ...] = ()
    """ISO 3166-2 codes of the federal subjects where it happened."""
    date: date | None = None
    """Day of its declared publication, UTC."""


class Query:
    """A compiled query: `compile_query` makes it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._node: Node = parse(text)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return vocabulary([self._node])

    @cached_property
    def forms(self) -> frozenset[str]:
        """The folded words to highlight; not those that the query forbids, nor those of its wildcards."""
        return frozenset(form for leaf in leaves(self._node, forbidden=False) if isinstance(leaf, Word) for form in leaf.forms)

    def matches(self, record: Record) -> tuple[Reason, ...] | None:
        """The spans that matched, each labelled "query", in order and each once; None where the article does not match.

        Empty where it matches by something else than words: `lang:ru`, `NOT word`.
        """
        document = Document(
            self._vocabulary, title=record.title, text=record.text, attributes=_attributes(record), day=record.date
        )
        found = self._node.find(document)
        if found is None:
            return None
        return document.reasons((match, "query", "") for match in found)

    def unknown(self, field: str, known: Iterable[str]) -> list[str]:
        """The values that the query asks of lang, outlet, kind or region and that none of the known ones is, as they are written
        there, folded."""
        asked = [one for one in attributes(self._node) if one.field == field]
        values = [fold(value).text for value in known] if asked else []
        return [one.text for one in asked if not any(map(one.regex.fullmatch, values))]

    @property
    def asked_fields(self) -> frozenset[str]:
        """Which of lang, outlet, kind and region the query asks of."""
        return frozenset(one.field for one in attributes(self._node))

    def fts(self) -> str:
        """An FTS5 MATCH expression that every matching article also matches, over columns `title` and `text` that hold the words
        (`words` of the folded field, each a token); "" where the index cannot narrow the query."""
        return self._expression

    @property
    def is_exact(self) -> bool:
        """Whether every article that matches `fts` also matches the query: no text need be read."""
        return bool(self._expression) and is_exact(self._node)

    @cached_property
    def _expression(self) -> str:
        written = expression(self._node)
        return written if len(written) <= _MAX_FTS else ""


def compile_query(text: str) -> Query:
    """The query; raises QueryError with the offset of the first wrong character, and what would be right."""
    return Query(text)


def _attributes(record: Record) -> Mapping[str, tuple[str, ...]]:
    return {
        "lang": (fold(record.language).text,),
        "outlet": (fold(record.outlet).text,),
        "kind": (fold(record.kind).text,),
        "region": tuple(fold(region).text for region in record.regions),
    }

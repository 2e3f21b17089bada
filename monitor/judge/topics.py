"""A topic file's content, checked and compiled. Pure: the catalogue reads the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from monitor.errors import QueryError
from monitor.judge.countries import COUNTRIES
from monitor.judge.nodes import AnyOf, Node, Pattern, Word, any_of, asked_fields, finds_words, leaves
from monitor.judge.syntax import parse

LANGUAGES = ("en", "ru", "uk")


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Words that are evidence of a topic or of one of its subtopics."""

    id: str
    query: Node | None
    """Evidence by itself."""
    weak: Node | None
    """Evidence beside the topic's context."""


@dataclass(frozen=True, slots=True, eq=False)
class Exclusion:
    """Words that look like the topic and are something else: they are not seen by its rules."""

    id: str
    query: Node
    unless: Node | None
    """What in the same sentence makes them the topic after all."""
    sentence: bool
    """The whole sentence is something else, not only these words."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that the newsroom has judged: the tests run it."""

    text: str
    language: str
    relevant: bool


@dataclass(frozen=True, eq=False)
class Topic:
    """A compiled topic."""

    id: str
    titles: Mapping[str, str]
    """Its name in en, ru, uk."""
    rules: tuple[Rule, ...]
    """The topic's own, then those of its subtopics."""
    context: Node | None
    exclusions: tuple[Exclusion, ...]
    country: str
    """ISO 3166-1 of its scope; empty where any country is."""
    threshold: float
    subtopics: Mapping[str, Mapping[str, str]]
    """Names of the subtopics in en, ru, uk."""
    examples: tuple[Example, ...]

    @cached_property
    def words(self) -> frozenset[Word | Pattern]:
        """The words of its rules."""
        queries = [node for rule in self.rules for node in (rule.query, rule.weak) if node is not None]
        return frozenset(leaf for node in queries for leaf in leaves(node, forbidden=False))

    def nodes(self) -> list[Node]:
        """All its queries."""
        queries = [node for rule in self.rules for node in (rule.query, rule.weak)]
        queries += [node for exclusion in self.exclusions for node in (exclusion.query, exclusion.unless)]
        return [node for node in (*queries, self.context) if node is not None]


def topic_faults(spec: Mapping[str, object]) -> list[tuple[str, str]]:
    """Every fault of a topic, as (field, what is wrong and what would be right); none where it compiles."""
    return _Reader(spec).faults


def compile_topic(spec: Mapping[str, object]) -> Topic:
    """The topic of a parsed TOML file.

    Raises ValueError that names the field, and what would be right, for the first of `topic_faults`. Whether its examples
    are judged rightly is a matter for tests, not checked here.
    """
    reader = _Reader(spec)
    if reader.faults:
        name, what = reader.faults[0]
        raise ValueError(f"{name}: {what}")
    return reader.topic


@dataclass
class _Reader:
    """Reads a topic and goes on after a fault, so that all are told at once."""

    spec: Mapping[str, object]
    faults: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        allowed = {"id", "title", "query", "weak", "context", "exclusion", "scope", "threshold", "subtopic", "example"}
        self._only("", self.spec, allowed)
        top = Rule(self._name("id", self.spec.get("id")), *self._evidence("", self.spec, needed=not self.spec.get("subtopic")))
        subtopics = self._tables("subtopic", {"id", "title", "query", "weak"})
        rules = [Rule(self._name(f"{at}.id", table.get("id")), *self._evidence(f"{at}.", table)) for at, table in subtopics]
        exclusions = [
            Exclusion(
                self._name(f"{at}.id", table.get("id")),
                self._query(f"{at}.query", table.get("query")) or _NOTHING,
                self._optional(f"{at}.unless", table.get("unless")),
                self._typed(f"{at}.sentence", table.get("sentence", False), bool, "true or false"),
            )
            for at, table in self._tables("exclusion", {"id", "why", "query", "unless", "sentence"}, {"why"})
        ]
        self._unique("subtopic", [rule.id for rule in rules])
        self._unique("exclusion", [exclusion.id for exclusion in exclusions])
        threshold = self._typed("threshold", self.spec.get("threshold", 1), (int, float), "a number above 0, as in 1.0")
        if threshold <= 0:
            self.faults.append(("threshold", "a number above 0 is needed: 1 is one mention in title or lead, or two in the text"))
        context = self._optional("context", self.spec.get("context"))
        for rule in (top, *rules):
            if rule.weak and not context:
                self.faults.append(("context", f"{rule.id} has weak words, which need a context beside them"))
        self.topic = Topic(
            id=top.id,
            titles=self._titles("title", self.spec.get("title")),
            rules=(top, *rules),
            context=context,
            exclusions=tuple(exclusions),
            country=self._scope(),
            threshold=float(threshold),
            subtopics={
                rule.id: self._titles(f"{at}.title", table.get("title"))
                for rule, (at, table) in zip(rules, subtopics, strict=True)
            },
            examples=tuple(
                Example(
                    self._typed(f"{at}.text", table.get("text"), str, "a sentence of your own"),
                    self._language(f"{at}.language", table.get("language")),
                    self._typed(f"{at}.relevant", table.get("relevant"), bool, "true or false"),
                )
                for at, table in self._tables("example", {"text", "language", "relevant", "why"})
            ),
        )

    def _scope(self) -> str:
        scope = self._typed("scope", self.spec.get("scope", {}), Mapping, 'a table, as in scope = { country = "RU" }')
        self._only("scope.", scope, {"country"})
        country: str = self._typed("scope.country", scope.get("country", ""), str, 'a country\'s code, as in "RU"')
        if country and country not in COUNTRIES:
            self.faults.append(
                ("scope.country", f"'{country}' is not a country that texts are told apart by: {', '.join(COUNTRIES)}")
            )
        return country

    def _only(self, prefix: str, table: Mapping[str, object], allowed: set[str]) -> None:
        for name in table:
            if name not in allowed:
                self.faults.append((f"{prefix}{name}", f"there is no such field; there are {', '.join(sorted(allowed))}"))

    def _typed(self, name: str, value: object, kind: Any, right: str) -> Any:
        # bool is a number to Python, and not to the reader of a file.
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        self.faults.append((name, f"{'missing' if value is None else 'wrong'}: {right} is needed"))
        return {str: "", bool: False, Mapping: {}, list: []}.get(kind, 1)

    def _name(self, name: str, value: object) -> str:
        written = self._typed(name, value, str, "a short name in small letters, as in exit-bans")
        if written and not (written.replace("-", "").isalnum() and written == written.lower() and written.isascii()):
            self.faults.append((name, f"'{written}': small Latin letters, digits and hyphens are needed, as in exit-bans"))
        return str(written)

    def _language(self, name: str, value: object) -> str:
        if value not in LANGUAGES:
            self.faults.append((name, f"one of {', '.join(LANGUAGES)} is needed"))
        return str(value)

    def _titles(self, name: str, value: object) -> Mapping[str, str]:
        titles: Mapping[str, object] = self._typed(name, value, Mapping, "a table of names in en, ru and uk")
        self._only(f"{name}.", titles, set(LANGUAGES))
        return {one: self._typed(f"{name}.{one}", titles.get(one), str, "a name") for one in LANGUAGES if titles}

    def _tables(
        self,
        name: str,
        allowed: set[str],
        needed: set[str] = frozenset(),  # type: ignore[assignment]  # never written to
    ) -> list[tuple[str, Mapping[str, object]]]:
        found = []
        for number, table in enumerate(self._typed(name, self.spec.get(name, []), list, f"a list of [[{name}]]"), 1):
            at = f"{name}[{number}]"
            if isinstance(table, Mapping):
                self._only(f"{at}.", table, allowed)
                self.faults += [(f"{at}.{one}", "missing: say it in a few words") for one in sorted(needed) if not table.get(one)]
                found.append((at, table))
            else:
                self.faults.append((at, f"a table is needed: [[{name}]]"))
        return found

    def _unique(self, name: str, ids: list[str]) -> None:
        for number, one in enumerate(ids, 1):
            if one and one in ids[: number - 1]:
                self.faults.append((f"{name}[{number}].id", f"'{one}' is there twice"))

    def _evidence(self, prefix: str, table: Mapping[str, object], *, needed: bool = True) -> tuple[Node | None, Node | None]:
        if needed and not table.get("query") and not table.get("weak"):
            self.faults.append((f"{prefix}query", "missing: a query is needed, or weak"))
        return self._optional(f"{prefix}query", table.get("query")), self._optional(f"{prefix}weak", table.get("weak"))

    def _optional(self, name: str, value: object) -> Node | None:
        return None if value is None else self._query(name, value)

    def _query(self, name: str, value: object) -> Node | None:
        """A query, or a list of queries any of which is enough."""
        if isinstance(value, str):
            return self._parsed(name, value)
        nodes = []
        for number, one in enumerate(self._typed(name, value, list, "a query, or a list of queries any of which is enough"), 1):
            at = f"{name}[{number}]"
            text = self._typed(at, one, str, "a query")
            if isinstance(one, str) and (node := self._parsed(at, text)):
                nodes.append(node)
        return any_of(nodes) if nodes else None

    def _parsed(self, name: str, text: str) -> Node | None:
        try:
            node = parse(text)
        except QueryError as error:
            self.faults.append((name, f"at {error.start}: {error}"))
            return None
        # Outlets and kinds come from a list that changes, regions and days from other rooms: a verdict would change with them,
        # and its reasons, which are words, would not say why.
        if asked := next(asked_fields(node), ""):
            self.faults.append((name, f"a topic judges by words alone: take {asked}: out, and ask it in a search or an export"))
        elif not finds_words(node):
            self.faults.append(
                (name, "this also holds of texts with none of its words: a NOT needs words beside it, as in a NOT b")
            )
        return node


_NOTHING: Node = AnyOf(())
"""Stands for a query that has a fault, so that reading can go on; no topic with a fault is ever used."""

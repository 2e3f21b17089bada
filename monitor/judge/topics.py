"""A topic file's content, checked and compiled. Pure: the catalogue reads the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from monitor.errors import QueryError
from monitor.judge.countries import COUNTRIES
from monitor.judge.logic import Lookup, asked_fields, finds_words, leaves, sought_apart
from monitor.judge.nodes import Article, Match, Node, Pattern, Word
from monitor.judge.syntax import parse, set_forms, word_set
from monitor.judge.weighing import Weights
from monitor.lexicons import parse_weights

LANGUAGES = ("en", "ru", "uk")


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A query of a topic, with the name by which its line is found in the file."""

    name: str
    """As `query.delivered.ru`; `query` alone, or `query[2]`, where the file gives it no name."""
    node: Node
    topic: str = ""
    """Id of the topic or subtopic that it is evidence of, or of the exclusion that it belongs to."""
    is_weak: bool = False
    """It is evidence only beside the topic's context."""
    beside: tuple[str, ...] = ()
    """Names of the contexts that a weak one needs one of; empty where any will do."""

    @property
    def language(self) -> str:
        """Of the articles that it is asked of; empty where of all."""
        named = self.name.partition("[")[0].split(".")
        return named[2] if len(named) > 2 else ""

    @property
    def path(self) -> str:
        """Its whole name: `conscription.query.delivered.ru`."""
        return ".".join(filter(None, (self.topic, self.name)))


class Rules:
    """Some queries, of which an article's words ask for a few."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._by_language: dict[str, tuple[tuple[Rule, ...], Lookup]] = {}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def of_language(self, language: str) -> list[Rule]:
        """The rules that are asked in a language: its own, and those of no language; of one that no rule is of, all."""
        return [rule for rule in self._rules if rule.language in {"", language} or language not in LANGUAGES]

    def find(self, article: Article, language: str) -> list[tuple[Rule, Match]]:
        """Each match of each in an article of that language, in the order of the rules.

        A rule of another language is not asked: "призов" is conscription in Ukrainian, and in Russian prizes. In a language that
        no rule is of, all are.
        """
        if language not in self._by_language:
            of_it = self.of_language(language)
            # What OR joins is looked up by itself: an article asks for few of the hundreds.
            alternatives = [(rule, node) for rule in of_it for node in sought_apart(rule.node)]
            self._by_language[language] = tuple(rule for rule, _ in alternatives), Lookup([node for _, node in alternatives])
        rules, lookup = self._by_language[language]
        return list(dict.fromkeys((rules[number], match) for number, found in lookup.find(article) for match in found))


@dataclass(frozen=True, slots=True, eq=False)
class Exclusion:
    """Words that look like the topic and are something else: they are not seen by its rules."""

    id: str
    unless: Rules
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
    rules: Rules
    """The topic's own, then those of its subtopics."""
    context: Rules
    exclusions: tuple[Exclusion, ...]
    excluding: Rules
    """The queries of all exclusions."""
    country: str
    """ISO 3166-1 of its scope; empty where any country is."""
    named_in: frozenset[str]
    """Languages in which a name of that country is context, too."""
    threshold: float
    subtopics: Mapping[str, Mapping[str, str]]
    """Names of the subtopics in en, ru, uk."""
    weighed: Mapping[str, Weights]
    """By language: words that are evidence together, where no rule of any topic finds some."""
    sets: Mapping[str, Mapping[str, frozenset[str]]]
    """By language: the sets that may be weighed, as `<men>`, and all forms of the words of each."""
    examples: tuple[Example, ...]

    @cached_property
    def words(self) -> frozenset[Word]:
        """The words of its rules, but for sets of them: a part has many words, and no sense of its own."""
        return frozenset(leaf for leaf in self._leaves if isinstance(leaf, Word) and not leaf.is_set)

    @cached_property
    def word_counts(self) -> Counter[Word]:
        """In how many of its rules each word stands, but for sets of words."""
        return Counter(
            word
            for rule in self.rules
            for word in {leaf for leaf in leaves(rule.node, forbidden=False) if isinstance(leaf, Word) and not leaf.is_set}
        )

    @cached_property
    def patterns(self) -> frozenset[Pattern]:
        """The words with wildcards of its rules."""
        return frozenset(leaf for leaf in self._leaves if isinstance(leaf, Pattern))

    @property
    def _leaves(self) -> Iterator[Word | Pattern]:
        return (leaf for rule in self.rules for leaf in leaves(rule.node, forbidden=False))

    def nodes(self, language: str) -> list[Node]:
        """All its queries that are asked in a language."""
        unless = (exclusion.unless for exclusion in self.exclusions)
        asked = (self.rules, self.context, self.excluding, *unless)
        return [rule.node for rules in asked for rule in rules.of_language(language)]


def topic_faults(spec: Mapping[str, object], *, has_all_sets: bool = True) -> list[tuple[str, str]]:
    """Every fault of a topic, as (field, what is wrong and what would be right); none where it compiles.

    Where it has not all sets of words that it may name, queries that name any are not looked at.
    """
    return _Reader(spec, has_all_sets).faults


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
    has_all_sets: bool = True
    faults: list[tuple[str, str]] = field(default_factory=list)
    _sets: dict[str, dict[str, Node]] = field(default_factory=dict)
    """By language and name."""

    def __post_init__(self) -> None:
        needed = {"id", "title", "query", "weak", "context", "exclusion", "scope", "threshold", "subtopic", "example"}
        self._only("", self.spec, needed | {"words", "weighed"}, {"shared"})
        self._read_sets()
        top = self._name("id", self.spec.get("id"))
        rules = self._evidence(top, "", self.spec, needed=not self.spec.get("subtopic"))
        subtopics = [
            (at, self._name(f"{at}.id", table.get("id")), table)
            for at, table in self._tables("subtopic", {"id", "title", "query", "weak"})
        ]
        for at, name, table in subtopics:
            rules += self._evidence(name, f"{at}.", table)
        excluding: list[Rule] = []
        exclusions = []
        for at, table in self._tables("exclusion", {"id", "why", "query", "unless", "sentence"}, {"why"}):
            name = self._name(f"{at}.id", table.get("id"))
            excluding += self._rules(f"{at}.query", table.get("query"), topic=name)
            unless = Rules(self._rules(f"{at}.unless", table.get("unless", ()), topic=name))
            sentence = self._typed(f"{at}.sentence", table.get("sentence", False), bool, "true or false")
            exclusions.append(Exclusion(name, unless, sentence))
        self._unique("subtopic", [name for _, name, _ in subtopics])
        self._unique("exclusion", [exclusion.id for exclusion in exclusions])
        threshold = self._typed("threshold", self.spec.get("threshold", 1), (int, float), "a number above 0, as in 1.0")
        if threshold <= 0:
            self.faults.append(("threshold", "a number above 0 is needed: 1 is one mention in title or lead, or two in the text"))
        context = self._rules("context", self.spec.get("context", ()))
        country, named_in = self._scope()
        for name in dict.fromkeys(rule.topic for rule in rules if rule.is_weak and not context and self.has_all_sets):
            self.faults.append(("context", f"{name} has weak words, which need a context beside them"))
        named = {rule.name.split(".")[1] for rule in context if "." in rule.name}
        for rule in rules:
            self.faults += [
                (f"{rule.path}.beside", f"'{name}' is no context; there are {', '.join(sorted(named))}")
                for name in rule.beside
                if name not in named and self.has_all_sets
            ]
        self.topic = Topic(
            id=top,
            titles=self._titles("title", self.spec.get("title")),
            rules=Rules(rules),
            context=Rules(context),
            exclusions=tuple(exclusions),
            excluding=Rules(excluding),
            country=country,
            named_in=named_in,
            threshold=float(threshold),
            subtopics={name: self._titles(f"{at}.title", table.get("title")) for at, name, table in subtopics},
            weighed=self._weighed(),
            sets={language: self._forms_of_sets(language) for language in LANGUAGES},
            examples=tuple(
                Example(
                    self._typed(f"{at}.text", table.get("text"), str, "a sentence of your own"),
                    self._language(f"{at}.language", table.get("language")),
                    self._typed(f"{at}.relevant", table.get("relevant"), bool, "true or false"),
                )
                for at, table in self._tables("example", {"text", "language", "relevant", "why"})
            ),
        )

    def _read_sets(self) -> None:
        """Sets of words by the name of the part that they play, each of which may be made of those above it."""
        for name, table in self._typed("words", self.spec.get("words", {}), Mapping, "a table of sets of words").items():
            at = f"words.{self._name(f'words.{name}', name)}"
            for language, text in self._typed(at, table, Mapping, "a table of languages").items():
                if (node := self._parsed(f"{at}.{language}", text)) is not None:
                    self._sets.setdefault(self._language(f"{at}.{language}", language), {})[name] = word_set(name, node)

    def _forms_of_sets(self, language: str) -> Mapping[str, frozenset[str]]:
        return {f"<{name}>": set_forms(node) for name, node in self._sets.get(language, {}).items()}

    def _weighed(self) -> Mapping[str, Weights]:
        found = {}
        for name, table in self._typed("weighed", self.spec.get("weighed", {}), Mapping, "a table of languages").items():
            at = f"weighed.{name}"
            language = self._language(at, name)
            weights = self._typed(at, table, Mapping, "a table of least and words")
            self._only(f"{at}.", weights, {"least", "words"})
            least = self._typed(f"{at}.least", weights.get("least"), (int, float), "a number above 0, as in 3.5")
            if least <= 0:
                self.faults.append((f"{at}.least", "a number above 0 is needed: the sum from which words are evidence"))
            try:
                words = parse_weights(self._typed(f"{at}.words", weights.get("words"), str, "lines of a weight and words"))
            except ValueError as error:
                self.faults.append((f"{at}.words", str(error)))
            else:
                sets = self._forms_of_sets(language)
                unknown_sets = (what for what in words if what.startswith("<") and what not in sets)
                for unknown in sorted(unknown_sets) if self.has_all_sets else ():
                    self.faults.append(
                        (f"{at}.words", f"there is no set {unknown}; there are {', '.join(sorted(sets)) or 'none'}")
                    )
                found[language] = Weights.of(words, least, sets)
        return found

    def _scope(self) -> tuple[str, frozenset[str]]:
        scope = self._typed("scope", self.spec.get("scope", {}), Mapping, 'a table, as in scope = { country = "RU" }')
        self._only("scope.", scope, {"country", "context"})
        country: str = self._typed("scope.country", scope.get("country", ""), str, 'a country\'s code, as in "RU"')
        if country and country not in COUNTRIES:
            self.faults.append(
                ("scope.country", f"'{country}' is not a country that texts are told apart by: {', '.join(COUNTRIES)}")
            )
        languages = self._typed("scope.context", scope.get("context", []), list, 'a list of languages, as in ["en", "uk"]')
        return country, frozenset(self._language(f"scope.context[{n}]", one) for n, one in enumerate(languages, 1))

    def _only(self, prefix: str, table: Mapping[str, object], allowed: set[str], elsewhere: Set[str] = frozenset()) -> None:
        """A fault for each field that is not `allowed`; those that are read `elsewhere` are named as fields, too."""
        for name in table:
            if name not in allowed:
                there = ", ".join(sorted(allowed | elsewhere))
                self.faults.append((f"{prefix}{name}", f"there is no such field; there are {there}"))

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
        needed: Set[str] = frozenset(),
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

    def _evidence(self, topic: str, prefix: str, table: Mapping[str, object], *, needed: bool = True) -> list[Rule]:
        if needed and not table.get("query") and not table.get("weak"):
            self.faults.append((f"{prefix}query", "missing: a query is needed, or weak"))
        return [
            rule
            for field in ("query", "weak")
            for rule in self._rules(f"{prefix}{field}", table.get(field, ()), topic=topic, is_weak=field == "weak")
        ]

    def _rules(self, name: str, value: object, *, topic: str = "", is_weak: bool = False) -> list[Rule]:
        """A query, or several any of which is enough: a list, or a table of names, each with a query or a table of languages."""
        field = name.rpartition("].")[2]
        rules = []
        for at, text, beside in self._queries(name, value):
            if (node := self._parsed(name + at, text)) is not None:
                rules.append(Rule(field + at, node, topic, is_weak, beside))
        return rules

    def _queries(
        self, name: str, value: object, at: str = "", beside: tuple[str, ...] = ()
    ) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Each query by where it stands behind the field (`[2]`, `.delivered.ru`), and the contexts that it needs one of."""
        if isinstance(value, str):
            yield at, value, beside
        elif isinstance(value, Mapping):
            beside = tuple(self._typed(f"{name}{at}.beside", value.get("beside", []), list, "a list of names of contexts"))
            for key, inner in value.items():
                if key not in {"beside", "lacks"}:  # `lacks` says why a language is not there
                    yield from self._queries(name, inner, f"{at}.{key}", beside)
        elif isinstance(value, Sequence):
            for number, inner in enumerate(value, 1):
                if isinstance(inner, str):
                    yield f"{at}[{number}]", inner, beside
                else:
                    self.faults.append((f"{name}{at}[{number}]", "wrong: a query is needed"))
        else:
            self.faults.append((name + at, f"{'missing' if value is None else 'wrong'}: {_QUERIES} is needed"))

    def _parsed(self, name: str, text: str) -> Node | None:
        if "<" in text and not self.has_all_sets:
            return None
        try:
            sets = self._sets.get(name.rpartition(".")[2])
            node = parse(text, sets) if sets and "<" in text else _parse(text)
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


_parse = lru_cache(maxsize=2_000)(parse)
"""One node for one text: what topics share is looked for once."""

_QUERIES = "a query, a list of queries any of which is enough, or a table of them by name"

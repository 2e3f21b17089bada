"""The topic language: text to nodes. The grammar is topic_language.lark beside this module, its only file. Pure.

docs/topic-language.md explains it to its users. Whatever cannot be answered by yes or no with its words in the text (weights,
fuzzy words, regular expressions) is refused, with what to write instead.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from monitor.errors import Message, QueryError
from monitor.judge.logic import AllOf, NoneOf, Within, WordSet, alternatives_of, any_of
from monitor.judge.nodes import MAX_BETWEEN, Attribute, Dates, Node, Pattern, Word
from monitor.judge.proximity import Near, Phrase, Sentence
from monitor.text import fold, words
from monitor.text.forms import forms

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

    Item: TypeAlias = Tree[Token]

MAX_LENGTH = 20_000
"""Characters of a query."""

MAX_DEPTH = 14
"""Groups, NOT and - within one another: SQLite's FTS5 refuses expressions that nest deeper than some thirty parentheses."""

MAX_WORDS = 1_000
"""Words of a query: each costs a look into the dictionaries, and a look at every article."""

MAX_NEAR = 30
"""NEAR, BEFORE and SENTENCE in a query."""

MAX_ENDS = 5
"""Largest n of SENTENCE/n: a paragraph is seldom longer."""

MAX_PATTERNS = 100
"""Words with wildcards in a query: each is held against every word of an article that begins or ends as it does."""

MAX_PHRASE = 100
"""Words of a phrase."""

MAX_PROXIMITY = 20
"""Words of a phrase in any order."""

_PLACES = frozenset({"title", "lead", "text"})
_ATTRIBUTES = frozenset({"lang", "outlet", "kind", "region"})
_FIELDS = "title: lead: text: lang: outlet: kind: region: date:"
_WILDCARDS = re.compile(r"[*?]")
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def parse(text: str, sets: Mapping[str, Node] = MappingProxyType({})) -> Node:
    """The query as a node, in time that is in proportion to its length; `sets` are what it may ask for by name, as <men>.

    Raises QueryError with the offset of the first wrong character, and what would be right there.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError("the query is {n} characters long; at most {most} are read", MAX_LENGTH, n=len(text), most=MAX_LENGTH)
    if not text.strip():
        raise QueryError("the query is empty: write at least one word")
    before = _SETS.set(sets)
    try:
        return _node(_tree(text))
    finally:
        _SETS.reset(before)


_SETS: ContextVar[Mapping[str, Node]] = ContextVar("sets")
"""Those of the query that is being read."""


def word_set(name: str, node: Node) -> Node:
    """What OR joins, its words as one of all their forms: a set of a hundred is looked for once. Phrases stay beside it."""
    parts = [one for part in alternatives_of(node) for one in (part.parts if isinstance(part, WordSet) else (part,))]
    single = [part.forms for part in parts if isinstance(part, Word)]
    others = [part for part in parts if not isinstance(part, Word)]
    together = [Word(f"<{name}>", frozenset().union(*single))] if single else []
    return WordSet((*together, *others)) if others else together[0]


def set_forms(node: Node) -> frozenset[str]:
    """All forms of the single words of a set."""
    parts = node.parts if isinstance(node, WordSet) else (node,)
    return frozenset().union(*(part.forms for part in parts if isinstance(part, Word)))


# --- Text to tree ----------------------------------------------------------------------------------------------------------


@cache
def _grammar() -> Lark:
    from lark import Lark  # most of who import this package ask for no query

    return Lark.open(
        "topic_language.lark",
        rel_to=__file__,
        start="neighbours",
        parser="lalr",
        lexer="basic",
        propagate_positions=True,
        postlex=_Limits(),
    )


def _tree(text: str) -> Item:
    from lark import UnexpectedCharacters, UnexpectedToken  # as above

    try:
        return _grammar().parse(text)
    except UnexpectedToken as error:
        at, kind = error.token.start_pos, error.token.type
        if kind == "$END" or at is None:
            raise QueryError("the query ends too early: a word is missing, or a ')'", len(text)) from error
        right = _RIGHT.get(kind, _OPERAND)
        raise QueryError("'{what}' cannot stand here: {right}", at, what=str(error.token), right=right) from error
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        if text[at] == '"':
            raise QueryError('a quotation mark that is not closed; write \\" for the character itself', at) from error
        raise QueryError("'{sign}' cannot stand here; write \\{sign} for the character itself", at, sign=text[at]) from error


_OPERAND = Message("an operator needs a word, a phrase or a group on either side")
_RIGHT = {
    "RPAR": Message("there is no '(' for it, or nothing stands between the two"),
    "COLON": Message("a ':' belongs right after a field's name; write \\: for a colon in a word"),
    "DEGREE": Message('a ~ belongs after a phrase, as in "a b"~10'),
    "CLOSE": Message("a range is written [2023-04-01 TO 2023-04-30]"),
    "OPEN": Message("a range is written [2023-04-01 TO 2023-04-30]"),
}


class _Limits:
    """Counts what a query is made of while it is read; Lark calls it PostLex."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The same tokens; raises QueryError at the first that is too many."""
        depth = near = words_read = patterns = 0
        groups = [0]  # the depth within each open group, and outside of all
        for token in stream:
            kind = token.type
            if kind == "LPAR":
                groups.append(depth + 1)
            elif kind == "RPAR" and groups[1:]:
                groups.pop()
            depth = depth + 1 if kind in {"_NOT", "MINUS", "PLUS"} else groups[-1]
            near += kind in {"NEAR", "SENTENCE"}
            if kind in {"TERM", "PHRASE"}:
                words_read += len(token.split())
                patterns += len(_WILD_WORD.findall(token)) if _WILDCARDS.search(token) else 0
            at = token.start_pos or 0
            if depth > MAX_DEPTH:
                raise QueryError("more than {most} NOT, - or groups within one another", at, most=MAX_DEPTH)
            if near > MAX_NEAR:
                raise QueryError("more than {most} of NEAR, BEFORE and SENTENCE in one query", at, most=MAX_NEAR)
            if words_read > MAX_WORDS:
                raise QueryError("more than {most} words in one query", at, most=MAX_WORDS)
            if patterns > MAX_PATTERNS:
                raise QueryError("more than {most} words with wildcards in one query", at, most=MAX_PATTERNS)
            yield token


# --- Tree to nodes ---------------------------------------------------------------------------------------------------------


def _node(item: Item) -> Node:
    return _BUILD[item.data](item)


def _at(item: Item) -> int:
    return item.meta.start_pos


def _trees(item: Item) -> list[Item]:
    """The trees that an item is made of; its tokens are the rule's own."""
    return [part for part in item.children if not isinstance(part, str)]


def _token(item: Item, number: int) -> Token:
    """A token by its place in the rule."""
    token = item.children[number]
    assert isinstance(token, str)
    return token


def _refuse(what: str) -> Callable[[Item], NoReturn]:
    def refuse(item: Item) -> NoReturn:
        raise QueryError(what, _at(item))

    return refuse


def _all(item: Item) -> Node:
    # In "a +b -c" every word is asked for anyway, so that + adds nothing.
    return AllOf(tuple(map(_node, _trees(item))))


def _either(item: Item) -> Node:
    for part in _trees(item):
        if part.data == "required":
            raise QueryError("a + within OR has no meaning: write a AND (b OR c)", _at(part))
    return any_of(map(_node, _trees(item)))


def _inner(item: Item) -> Node:
    return _node(_trees(item)[0])


def _near(item: Item) -> Node:
    left, operator, right = item.children
    assert isinstance(operator, str)
    assert not isinstance(left, str)
    assert not isinstance(right, str)
    name, _, between = operator.partition("/")
    if not between or int(between[:4]) > MAX_BETWEEN:
        raise QueryError(
            "{name} needs a number of words from 0 to {most}, as in {name}/5",
            operator.start_pos or 0,
            name=name,
            most=MAX_BETWEEN,
        )
    return Near((_operand(left, operator), _operand(right, operator)), int(between), ordered=name == "BEFORE")


def _sentence(item: Item) -> Node:
    left, operator, right = item.children
    assert isinstance(operator, str)
    assert not isinstance(left, str)
    assert not isinstance(right, str)
    name, slash, ends = operator.partition("/")
    if slash and not 0 < int(ends[:4] or 0) <= MAX_ENDS:
        raise QueryError(
            "SENTENCE takes no number, or how many ends of sentences may lie between, from 1 to {most}, as in SENTENCE/1",
            operator.start_pos or 0,
            most=MAX_ENDS,
        )
    return Sentence((_operand(left, name), _operand(right, name)), int(ends or 0))


def _operand(item: Item, operator: str) -> Node:
    """What stands beside NEAR or SENTENCE: words, phrases, and groups of them with OR."""
    while item.data == "group":
        (item,) = _trees(item)
    if item.data == "either":
        return any_of([_operand(part, operator) for part in _trees(item)])
    if item.data not in {"word", "to", "phrase", "set", "proximity", "near", "sentence"}:
        raise QueryError(
            "{operator} stands between words, phrases or groups of them with OR, as in (a OR b) {operator} c; "
            "take AND, NOT and fields out of it",
            _at(item),
            operator=operator,
        )
    return _node(item)


def _word(item: Item) -> Node:
    return _phrase_of([_token(item, 0)], _at(item))


def _set(item: Item) -> Node:
    name = _token(item, 0)[1:-1]
    sets = _SETS.get()
    if not sets:
        raise QueryError("there is no set of words <{name}>: a topic's file may have one, as [words.men]", _at(item), name=name)
    if name not in sets:
        there = ", ".join(f"<{one}>" for one in sorted(sets))
        raise QueryError("there is no set of words <{name}>; there are {there}", _at(item), name=name, there=there)
    return sets[name]


def _phrase(item: Item, slop: int | None = None) -> Node:
    return _phrase_of(_token(item, 0)[1:-1].split(), _at(item), slop)


def _proximity(item: Item) -> Node:
    degree = _token(item, 1)[1:]
    if not degree.isdecimal() or not 0 < int(degree[:4]) <= MAX_BETWEEN:
        raise QueryError('a proximity is a number of words from 1 to {most}, as in "a b"~10', _at(item), most=MAX_BETWEEN)
    return _phrase(item, int(degree))


def _phrase_of(written: Sequence[str], at: int, slop: int | None = None) -> Node:
    parts = [part for one in written for part in _leaves(one, at)]
    if not parts:
        raise QueryError("there is no word here: write letters or digits", at)
    if len(parts) == 1:
        return parts[0]
    if len(parts) > MAX_PHRASE:
        raise QueryError("more than {most} words in a phrase", at, most=MAX_PHRASE)
    if slop is not None and len(parts) > MAX_PROXIMITY:
        raise QueryError("more than {most} words in a phrase in any order", at, most=MAX_PROXIMITY)
    return Phrase(tuple(parts), slop)


_ESCAPED = re.compile(r"\\(.)")


def _leaves(written: str, at: int) -> list[Word | Pattern]:
    """One word as it was written, which may be several for the text: "военно-врачебная" is two."""
    exact = written.startswith("=")
    written = written.removeprefix("=")
    # An escaped wildcard is no letter: the text has no word with one in it.
    folded = fold(_ESCAPED.sub(lambda m: " " if m[1] in "*?" else m[1], written)).text
    if not _WILDCARDS.search(folded):
        return [exact_word(word) if exact else word_in_all_forms(word) for word in words(folded)]
    return [_pattern(part, at) if _WILDCARDS.search(part) else word_in_all_forms(part) for part in _WILD_WORD.findall(folded)]


_WILD_WORD = re.compile(r"[\w*?]+(?:'[\w*?]+)*")


def _pattern(written: str, at: int) -> Pattern:
    prefix = _WILDCARDS.split(written)[0]
    if len(_WILDCARDS.sub("", written)) < 2 or written.count("*") > 2:
        raise QueryError("a word with wildcards needs at least two letters, and at most two *, as in повест* or mobili?ation", at)
    return _one_pattern(written, prefix)


_one_pattern = lru_cache(maxsize=20_000)(Pattern)


def phrase(written: str) -> Node:
    """A word or phrase, as if it stood in quotation marks."""
    return _phrase_of(written.split(), 0)


@lru_cache(maxsize=20_000)
def word_in_all_forms(word: str) -> Word:
    """A plain word."""
    return Word(word, forms(word))


@lru_cache(maxsize=20_000)
def exact_word(word: str) -> Word:
    """`=word`."""
    return Word(word, frozenset({word}))


def _field(item: Item) -> Node:
    name, (inner,) = _token(item, 0), _trees(item)
    if name in _PLACES:
        if next(inner.find_data("field"), None):
            raise QueryError("a field within {name}: has no meaning: write them side by side", _at(inner), name=name)
        return _within(name, inner)
    if name == "date":
        return _values(inner, _date)
    if name in _ATTRIBUTES:
        return _values(inner, lambda value: _attribute(name, value))
    raise QueryError(
        "there is no field {name}:, only {fields}; write {name}\\: for a colon in a word", _at(item), name=name, fields=_FIELDS
    )


def _within(name: str, inner: Item) -> Node:
    """A field is asked of each word of its group: title:(a AND NOT b) holds where the title has a and has no b."""
    match inner.data:
        case "group" | "required":
            return _within(name, _trees(inner)[0])
        case "either":
            return any_of(_within(name, part) for part in _trees(inner))
        case "both" | "neighbours":
            return AllOf(tuple(_within(name, part) for part in _trees(inner)))
        case "forbidden":
            return NoneOf((_within(name, _trees(inner)[0]),))
        case _:
            return Within((_node(inner),), name)


def _values(inner: Item, build: Callable[[Item], Node]) -> Node:
    if inner.data == "group":
        return _values(_trees(inner)[0], build)
    if inner.data in {"either", "neighbours"}:
        return any_of(_values(part, build) for part in _trees(inner))
    return build(inner)


def _attribute(name: str, value: Item) -> Attribute:
    if value.data not in {"word", "phrase"}:
        raise QueryError("{name}: takes a value, or several as in {name}:(a OR b)", _at(value), name=name)
    written = fold(_token(value, 0).strip('"')).text
    if written.count("*") > 2:
        raise QueryError("at most two * in a value", _at(value))
    pattern = "".join({"*": ".*", "?": "."}.get(c) or re.escape(c) for c in _ESCAPED.sub(r"\1", written))
    return Attribute(name, written, re.compile(pattern))


def _date(value: Item) -> Dates:
    if value.data == "range":
        opening, low, high, closing = value.children
        if opening != "[" or closing != "]":
            raise QueryError("both ends of a date range belong to it: write [ and ]", _at(value))
        return Dates(_day(low, 0), _day(high, 1))
    if value.data == "comparison":
        sign, (end,) = _token(value, 0), _trees(value)
        if not sign.endswith("="):
            raise QueryError("write date:>=2023-04-21 or date:<=2023-04-21", _at(value))
        return Dates(_day(end, 0), None) if sign == ">=" else Dates(None, _day(end, 1))
    return Dates(_day(value, 0), _day(value, 1))


def _day(item: Item | Token, end: int) -> date | None:
    """First or last day of 2023-04-21, 2023-04 or 2023; None for *."""
    assert not isinstance(item, str)
    written = _token(item, 0).strip('"') if item.data in {"word", "phrase"} else ""
    if written == "*":
        return None
    wrong = QueryError("'{written}' is no date: write 2023-04-21, 2023-04 or 2023", _at(item), written=written)
    parts = _DAY.fullmatch(written)
    if parts is None:
        raise wrong
    year, month, day = int(parts[1]), int(parts[2] or (1, 12)[end]), int(parts[3] or 0)
    try:
        return date(year, month, day or (1, calendar.monthrange(year, month)[1])[end])
    except ValueError as error:
        raise wrong from error


_RANGE = Message("a range belongs to a date, as in date:[2023-04-01 TO 2023-04-30]")
_BUILD: dict[str, Callable[[Item], Node]] = {
    "neighbours": _all,
    "both": _all,
    "either": _either,
    "forbidden": lambda item: NoneOf((_inner(item),)),
    "required": _inner,
    "group": _inner,
    "field": _field,
    "near": _near,
    "sentence": _sentence,
    "word": _word,
    "to": lambda _: word_in_all_forms("to"),
    "phrase": _phrase,
    "set": _set,
    "proximity": _proximity,
    "range": _refuse(_RANGE),
    "comparison": _refuse(_RANGE),
    "fuzzy": _refuse(
        "a fuzzy word (~) is not asked for here: every inflected form is found anyway; for spellings write mobili?e or word*"
    ),
    "weight": _refuse("a weight (^) has no meaning here: a query holds or it does not"),
    "regex": _refuse("regular expressions are not read: write wildcards, as in mobili?ation or повест*"),
}
"""How each rule of the grammar becomes a node."""

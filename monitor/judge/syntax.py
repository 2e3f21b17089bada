"""The topic language: text to nodes. luqum's grammar of Lucene's query-string syntax, with NEAR/n, BEFORE/n and SENTENCE. Pure.

docs/topic-language.md explains it to its users. Whatever cannot be answered by yes or no with its words in the text (weights,
fuzzy words, regular expressions) is refused, with what to write instead.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, lru_cache
from threading import Lock
from typing import Any, NoReturn, cast

import luqum.parser as lucene
from luqum import tree
from luqum.exceptions import IllegalCharacterError
from luqum.head_tail import TokenValue
from ply import yacc  # type: ignore[import-untyped]  # PLY, which luqum is built on, has no types

from monitor.errors import QueryError
from monitor.judge.document import MAX_BETWEEN
from monitor.judge.nodes import AllOf, Attribute, Dates, Near, Node, NoneOf, Pattern, Phrase, Sentence, Within, Word, any_of
from monitor.judge.words import forms, words
from monitor.text import fold

MAX_LENGTH = 20_000
"""Characters of a query."""

MAX_DEPTH = 14
"""Groups within groups: SQLite's FTS5 refuses expressions that nest deeper than some thirty parentheses."""

_PLACES = frozenset({"title", "lead", "text"})
_ATTRIBUTES = frozenset({"lang", "outlet", "kind", "region"})
_FIELDS = "title: lead: text: lang: outlet: kind: region: date:"
_WILDCARDS = re.compile(r"[*?]")
_NEAR = re.compile(r"(NEAR|BEFORE)(?:/(\d*))?")
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def parse(text: str) -> Node:
    """The query as a node.

    Raises QueryError with the offset of the first wrong character, and what would be right there.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is {len(text)} characters long; at most {MAX_LENGTH} are read", MAX_LENGTH)
    if not text.strip():
        raise QueryError("the query is empty: write at least one word")
    _check_depth(text)
    return _node(_parse(text))


def _check_depth(text: str) -> None:
    depth = 0
    for at, mark in enumerate(text):
        depth += (mark == "(") - (mark == ")")
        if depth > MAX_DEPTH:
            raise QueryError(f"more than {MAX_DEPTH} groups within one another", at)


# --- The grammar: luqum's, and two operators more ------------------------------------------------------------------------


class _Lexer:
    """luqum's lexer, which reads `NEAR/5`, `BEFORE/5` and `SENTENCE` as words, made to give them as operators."""

    def __init__(self) -> None:
        self._lexer = lucene.lexer.clone()

    @property
    def position(self) -> int:
        return int(self._lexer.lexpos)

    def input(self, text: str) -> None:
        self._lexer.input(text)

    def token(self) -> Any:
        token = self._lexer.token()
        if token is None or token.type != "TERM":
            return token
        written = str(token.value.value)
        if _NEAR.fullmatch(written):
            token.type = "NEAR"
        elif written == "SENTENCE":
            token.type = "SENTENCE"
        else:
            return token
        operator = TokenValue(written)
        operator.pos, operator.size = token.value.pos, token.value.size
        operator.head, operator.tail = token.value.head, token.value.tail
        token.value = operator
        return token


class _Near(tree.BaseOperation):  # type: ignore[misc]  # luqum has no types
    """`operator` is the token, as written and where."""

    op = "NEAR"
    operator: TokenValue


class _Sentence(tree.BaseOperation):  # type: ignore[misc]  # luqum has no types
    op = "SENTENCE"


def p_expression_near(p: Any) -> None:
    "expression : expression NEAR expression"
    p[0] = _Near(p[1], p[3])
    p[0].operator = p[2]
    p[0].pos = p[1].pos


def p_expression_sentence(p: Any) -> None:
    "expression : expression SENTENCE expression"
    p[0] = _Sentence(p[1], p[3])
    p[0].pos = p[1].pos


def p_error(token: Any) -> NoReturn:
    if token is None:
        raise QueryError("the query ends too early: a word is missing, or a ')'", -1)
    written = getattr(token.value, "value", token.value)
    raise QueryError(f"'{written}' cannot stand here: {_hint(token.type)}", token.lexpos)


def _hint(kind: str) -> str:
    return {
        "RPAREN": "there is no '(' for it, or nothing stands between the two",
        "COLUMN": "a ':' belongs right after a field's name; write \\: for a colon in a word",
        "APPROX": 'a ~ belongs after a phrase, as in "a b"~10',
        "RBRACKET": "a range is written [2023-04-01 TO 2023-04-30]",
        "LBRACKET": "a range is written [2023-04-01 TO 2023-04-30]",
    }.get(kind, "an operator needs a word, a phrase or a group on either side")


@cache
def _grammar() -> tuple[Any, Lock]:
    """The parser, built from luqum's rules and those above; and a lock, for PLY's parsers keep their state in themselves."""
    rules = {name: value for name, value in vars(lucene).items() if name.startswith("p_") and name != "p_error"}
    before = [level for level in lucene.precedence if level[1] in {"IMPLICIT_OP", "OR_OP", "AND_OP"}]
    after = [level for level in lucene.precedence if level not in before]
    module = type(
        "grammar",
        (),
        {
            **rules,
            "p_expression_near": p_expression_near,
            "p_expression_sentence": p_expression_sentence,
            "p_error": p_error,
            "tokens": [*lucene.tokens, "NEAR", "SENTENCE"],
            "precedence": (*before, ("left", "SENTENCE"), ("left", "NEAR"), *after),
            "__file__": __file__,
        },
    )
    return yacc.yacc(module=module, start="expression", debug=False, write_tables=False), Lock()


def _parse(text: str) -> Any:
    parser, lock = _grammar()
    lexer = _Lexer()
    with lock:
        try:
            return parser.parse(text, lexer=lexer)
        except IllegalCharacterError as error:
            at = lexer.position
            what = "a quotation mark that is not closed" if text[at] == '"' else f"'{text[at]}' cannot stand here"
            raise QueryError(f"{what}; write \\{text[at]} for the character itself", at) from error
        except QueryError as error:
            if error.start < 0:
                raise QueryError(str(error), len(text)) from error
            raise


# --- luqum's tree to nodes -----------------------------------------------------------------------------------------------


def _node(item: Any) -> Node:
    build = _BUILD.get(type(item))
    if build is None:
        raise _refused(item)
    return build(item)


def _refused(item: Any) -> QueryError:
    if isinstance(item, tree.Fuzzy):
        what = (
            "a fuzzy word (~) is not asked for here: every inflected form is found anyway; for spellings write mobili?e or word*"
        )
    elif isinstance(item, tree.Boost):
        what = "a weight (^) has no meaning here: a query holds or it does not"
    elif isinstance(item, tree.Regex):
        what = "regular expressions are not read: write wildcards, as in mobili?ation or повест*"
    elif isinstance(item, tree.Range | tree.From | tree.To):
        what = "a range belongs to a date, as in date:[2023-04-01 TO 2023-04-30]"
    elif isinstance(item, tree.Plus):
        what = "a + within OR has no meaning: write a AND (b OR c)"
    else:
        what = f"'{item}' cannot stand here"
    return QueryError(what, item.pos or 0)


def _and(item: Any) -> Node:
    # In "a +b -c" every word is asked for anyway, so that + adds nothing.
    return AllOf(tuple(_node(part.a if isinstance(part, tree.Plus) else part) for part in item.children))


def _or(item: Any) -> Node:
    for part in item.children:
        if isinstance(part, tree.Plus):
            raise _refused(part)
    return any_of([_node(part) for part in item.children])


def _positional(item: Any, operator: str) -> Node:
    """An operand of NEAR or SENTENCE: words, phrases, and groups of them with OR."""
    inner = item.expr if isinstance(item, tree.BaseGroup) else item
    parts = inner.children if isinstance(inner, tree.OrOperation | _Near | _Sentence) else ()
    if not parts and not isinstance(inner, tree.Word | tree.Phrase | tree.Proximity):
        raise QueryError(
            f"{operator} stands between words, phrases or groups of them with OR, as in (a OR b) {operator} c; "
            "take AND, NOT and fields out of it",
            inner.pos or 0,
        )
    for part in parts:
        _positional(part, operator)
    return _node(inner)


def _near(item: Any) -> Node:
    written = item.operator.value
    name, between = cast("re.Match[str]", _NEAR.fullmatch(written)).groups()
    if not between or int(between[:4]) > MAX_BETWEEN:
        raise QueryError(f"{name} needs a number of words from 0 to {MAX_BETWEEN}, as in {name}/5", item.operator.pos)
    left, right = item.children
    return Near(_positional(left, written), _positional(right, written), int(between), ordered=name == "BEFORE")


def _sentence(item: Any) -> Node:
    left, right = item.children
    return Sentence(_positional(left, "SENTENCE"), _positional(right, "SENTENCE"))


def _word(item: Any) -> Node:
    return _phrase_of([item.value], item.pos)


def _phrase(item: Any, slop: int | None = None) -> Node:
    return _phrase_of(item.value[1:-1].split(), item.pos, slop)


def _proximity(item: Any) -> Node:
    # luqum reads "a b"~ as a proximity of one.
    degree = int(item.degree)
    if degree != item.degree or not 0 < degree <= MAX_BETWEEN:
        raise QueryError(f'a proximity is a number of words from 1 to {MAX_BETWEEN}, as in "a b"~10', item.pos)
    return _phrase(item.term, degree)


def _phrase_of(written: Sequence[str], at: int, slop: int | None = None) -> Node:
    parts = [part for one in written for part in _leaves(one, at)]
    if not parts:
        raise QueryError("there is no word here: write letters or digits", at)
    if len(parts) == 1:
        return parts[0]
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


def _field(item: Any) -> Node:
    name, inner = item.name, item.expr
    if name in _PLACES:
        if any(isinstance(part, tree.SearchField) for part in _walk(inner)):
            raise QueryError(f"a field within {name}: has no meaning: write them side by side", inner.pos or 0)
        return _within(name, inner)
    if name == "date":
        return _values(inner, _date)
    if name in _ATTRIBUTES:
        return _values(inner, lambda value: _attribute(name, value))
    raise QueryError(f"there is no field {name}:, only {_FIELDS}; write {name}\\: for a colon in a word", item.pos or 0)


def _within(name: str, inner: Any) -> Node:
    """A field is asked of each word of its group: title:(a AND NOT b) holds where the title has a and has no b."""
    inner = inner.expr if isinstance(inner, tree.BaseGroup) else inner
    if isinstance(inner, tree.OrOperation):
        return any_of([_within(name, part) for part in inner.children])
    if isinstance(inner, tree.AndOperation | tree.UnknownOperation):
        return AllOf(tuple(_within(name, part.a if isinstance(part, tree.Plus) else part) for part in inner.children))
    if isinstance(inner, tree.Not | tree.Prohibit):
        return NoneOf(_within(name, inner.a))
    return Within(name, _node(inner))


def _walk(item: Any) -> list[Any]:
    return [item, *(below for part in item.children for below in _walk(part))]


def _values(inner: Any, build: Callable[[Any], Node]) -> Node:
    inner = inner.expr if isinstance(inner, tree.BaseGroup) else inner
    if isinstance(inner, tree.OrOperation | tree.UnknownOperation):
        return any_of([_values(part, build) for part in inner.children])
    return build(inner)


def _attribute(name: str, value: Any) -> Attribute:
    if not isinstance(value, tree.Word | tree.Phrase):
        raise QueryError(f"{name}: takes a value, or several as in {name}:(a OR b)", value.pos or 0)
    written = fold(value.value.strip('"')).text
    if len(re.findall(r"\*", written)) > 2:
        raise QueryError("at most two * in a value", value.pos)
    pattern = "".join({"*": ".*", "?": "."}.get(c) or re.escape(c) for c in _ESCAPED.sub(r"\1", written))
    return Attribute(name, re.compile(pattern))


def _date(value: Any) -> Dates:
    if isinstance(value, tree.Range):
        first, last = _day(value.low, 0), _day(value.high, 1)
        if not value.include_low or not value.include_high:
            raise QueryError("both ends of a date range belong to it: write [ and ]", value.pos)
        return Dates(first, last)
    if isinstance(value, tree.From | tree.To):
        if not value.include:
            raise QueryError("write date:>=2023-04-21 or date:<=2023-04-21", value.pos)
        return Dates(_day(value.a, 0), None) if isinstance(value, tree.From) else Dates(None, _day(value.a, 1))
    return Dates(_day(value, 0), _day(value, 1))


def _day(item: Any, end: int) -> date | None:
    """First or last day of 2023-04-21, 2023-04 or 2023; None for *."""
    written = str(getattr(item, "value", item)).strip('"')
    if written == "*":
        return None
    wrong = QueryError(f"'{written}' is no date: write 2023-04-21, 2023-04 or 2023", item.pos or 0)
    parts = _DAY.fullmatch(written)
    if parts is None:
        raise wrong
    year, month, day = int(parts[1]), int(parts[2] or (1, 12)[end]), int(parts[3] or 0)
    try:
        return date(year, month, day or (1, calendar.monthrange(year, month)[1])[end])
    except ValueError as error:
        raise wrong from error


_BUILD: dict[type, Callable[[Any], Node]] = {
    tree.AndOperation: _and,
    tree.UnknownOperation: _and,
    tree.OrOperation: _or,
    tree.Not: lambda item: NoneOf(_node(item.a)),
    tree.Prohibit: lambda item: NoneOf(_node(item.a)),
    tree.Plus: lambda item: _node(item.a),
    tree.Group: lambda item: _node(item.expr),
    tree.FieldGroup: lambda item: _node(item.expr),
    tree.SearchField: _field,
    tree.Word: _word,
    tree.Phrase: _phrase,
    tree.Proximity: _proximity,
    _Near: _near,
    _Sentence: _sentence,
}

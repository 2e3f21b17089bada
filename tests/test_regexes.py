"""Every regular expression of the program, those of its lexicons and of data/ too, takes time as its text is long, no faster.

Each is timed on strings made against it: each part of it that may be repeated, over and over, behind what leads to it, and broken
at the end; at 1,000, 2,000 and 4,000 characters. What grows with the square of the text takes 16 times as long for 4 times the
text, and what is linear 4 times. It is CPU time of this thread alone, and the least of some measurements; yet another process on
the same core, or the machine beneath, once made a linear one take 13.8 times as long. So what seems to grow is measured again,
ROUNDS times, all lengths in turn: the least time of each is what the text asks for, and what is quadratic stays so.
"""

import ast
import functools
import importlib
import json
import pkgutil
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import monitor
import spiders

CHECKOUT = Path(__file__).resolve().parent.parent
LENGTHS = (1_000, 2_000, 4_000)
MOST = 8.0
"""Times as long that four times the text may take; 4 where it is linear, 16 where it is quadratic."""
ENOUGH = 0.001
"""Seconds at the greatest length, below which nothing grows that anybody could notice."""
OPERATIONS: dict[str, Callable[[re.Pattern[Any], Any], Any]] = {
    "match": re.Pattern.match,
    "fullmatch": re.Pattern.fullmatch,
    "search": re.Pattern.search,
    "finditer": lambda pattern, text: sum(1 for _ in pattern.finditer(text)),
}
ALL = frozenset(OPERATIONS)
SAME = {"sub": "finditer", "subn": "finditer", "split": "finditer", "findall": "finditer", "compile": "all"}
FILLERS = [
    "a",
    "А",
    " ",
    "a ",
    "Аб ",
    "1",
    "1 ",
    "-",
    "a-",
    ".",
    "А. ",
    ",",
    ", ",
    ":",
    "«",
    '"',
    "<",
    "<a ",
    "&",
    "/",
    "\n",
    "\t\n",
    "(",
    "_",
]

ROUNDS = 8
"""How often what seems to grow is measured again, until it no longer does."""

BOUNDED = {"monitor.trace.standing: _CALLED": "asked of the 60 characters before a cue"}
"""Those that are never asked of more than some characters, and of which."""

# What the program compiles, whoever asked for it: a program of its own, for modules are loaded once.
RECORD = """
import importlib, json, pkgutil, re, sys
from pathlib import Path
compiled, made = {}, re._compiler.compile
def compile(pattern, flags=0):
    result = made(pattern, flags)
    frame = sys._getframe(1)
    while frame.f_code.co_filename == re.__file__:
        frame = frame.f_back
    if Path(frame.f_code.co_filename).is_relative_to(Path.cwd()) and "site-packages" not in frame.f_code.co_filename:
        is_text = isinstance(pattern, str)
        where = f"{Path(frame.f_code.co_filename).relative_to(Path.cwd())}:{frame.f_lineno}"
        compiled[pattern if is_text else pattern.decode("latin-1"), result.flags, is_text] = where
    return result
re._compiler.compile = compile
import monitor, spiders
for package in (monitor, spiders):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
from monitor.newsroom import catalogue
catalogue.load(Path("data"))
print(json.dumps([[*key, where] for key, where in compiled.items()]))
"""


class Regex(NamedTuple):
    pattern: str | bytes
    flags: int
    where: str


@functools.cache
def regexes() -> dict[Regex, frozenset[str]]:
    """All of them, each with what the program does with it: everything, where that cannot be told."""
    uses = dict[tuple[str | bytes, int], set[str]]()
    where = dict[tuple[str | bytes, int], str]()
    for key, place, operation in _in_code():
        uses.setdefault(key, set()).add(operation)
        where.setdefault(key, place)
    done = subprocess.run([sys.executable, "-c", RECORD], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    for pattern, flags, is_text, place in json.loads(done.stdout):
        where.setdefault((pattern if is_text else pattern.encode("latin-1"), flags), place)
    return {Regex(*key, place): ALL if "all" in uses.get(key, {"all"}) else frozenset(uses[key]) for key, place in where.items()}


def _in_code() -> Iterator[tuple[tuple[str | bytes, int], str, str]]:
    """Of each regular expression that has a name of its own in a module, or stands in a call of `re`, its uses."""
    names = [
        module.name
        for package in (monitor, spiders)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not module.name.endswith("__main__")
    ]
    for name in names:
        module = importlib.import_module(name)
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        called = {id(node.func.value): node.func.attr for node in ast.walk(tree) if _is_method(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                value = getattr(module, node.id, None)
                if isinstance(value, re.Pattern):
                    operation = called.get(id(node), "compile")
                    yield (value.pattern, value.flags), f"{name}: {node.id}", SAME.get(operation, operation)
            elif _is_inline(node):
                said = ast.unparse(node)
                given = sum(flag for flag in (re.IGNORECASE, re.DOTALL, re.MULTILINE) if f"re.{flag.name}" in said)
                regex = re.compile(node.args[0].value, given)
                yield (regex.pattern, regex.flags), f"{name}:{node.lineno}", SAME.get(node.func.attr, node.func.attr)


def _is_inline(node: Any) -> bool:
    """Whether it is a call such as `re.search("a*", text)`."""
    is_call = _is_method(node) and ast.unparse(node.func.value) == "re" and node.func.attr != "compile"
    return bool(is_call and node.args and isinstance(node.args[0], ast.Constant))


def _is_method(node: ast.AST) -> Any:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {*OPERATIONS, *SAME}


def _characters(parts: Any) -> list[str]:
    """Some that a class of characters has."""
    is_not = any(str(what) == "NEGATE" for what, _ in parts)
    known = [(str(what), value) for what, value in parts if str(what) != "NEGATE"]
    tests = {
        "CATEGORY_DIGIT": str.isdigit, "CATEGORY_SPACE": str.isspace, "CATEGORY_WORD": lambda c: c.isalnum() or c == "_",
        "CATEGORY_NOT_DIGIT": lambda c: not c.isdigit(), "CATEGORY_NOT_SPACE": lambda c: not c.isspace(),
        "CATEGORY_NOT_WORD": lambda c: not (c.isalnum() or c == "_"),
    }  # fmt: skip

    def has(character: str) -> bool:
        return any(
            (what == "LITERAL" and ord(character) == value)
            or (what == "RANGE" and value[0] <= ord(character) <= value[1])
            or (what == "CATEGORY" and tests[str(value)](character))
            for what, value in known
        )

    own = [chr(value if what == "LITERAL" else value[0]) for what, value in known if what in {"LITERAL", "RANGE"}]
    return [c for c in (*"aА1 .-:,\"'«<>/&=_\n\t#;(—ZЯ@%+?![]|", *own) if has(c) != is_not] or ["a"]


def _sample(tree: Any, which: int = 0) -> str:
    """A string that a part of a regular expression matches; another for another `which`."""
    made = ""
    for what, value in tree:
        match str(what):
            case "LITERAL":
                made += chr(value)
            case "NOT_LITERAL":
                made += "a" if value != ord("a") else "b"
            case "ANY":
                made += "a"
            case "IN":
                choices = _characters(value)
                made += choices[which % len(choices)]
            case "BRANCH":
                made += _sample(value[1][which % len(value[1])], which)
            case "SUBPATTERN":
                made += _sample(value[3], which)
            case "ATOMIC_GROUP":
                made += _sample(value, which)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                made += _sample(value[2], which) * max(1, value[0])
    return made


def _repeats(tree: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Each part that may be repeated, with a string that leads to it."""
    for what, value in tree:
        match str(what):
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                yield before, value[2]
                yield from _repeats(value[2], before)
            case "BRANCH":
                for branch in value[1]:
                    yield from _repeats(branch, before)
            case "SUBPATTERN":
                yield from _repeats(value[3], before)
            case "ATOMIC_GROUP":
                yield from _repeats(value, before)
            case "ASSERT" | "ASSERT_NOT":
                yield from _repeats(value[1], before)
        before += _sample([(what, value)])


def against(regex: Regex) -> list[tuple[str, str]]:
    """Strings made against a regular expression: what stands first, and what is repeated behind it."""
    parser: Any = re._parser  # no public name tells what a pattern is made of
    flags = regex.flags & ~re.UNICODE if isinstance(regex.pattern, bytes) else regex.flags
    tree = parser.parse(regex.pattern, flags)
    pairs = dict[tuple[str, str], None]()
    for before, part in islice(_repeats(tree), 40):
        for which in range(2):
            unit = _sample(part, which)
            pairs[before[-40:], unit] = None
            pairs["", before[-40:] + unit] = None
    pairs["", _sample(tree)] = None
    pairs |= dict.fromkeys(("", filler) for filler in FILLERS)
    return [pair for pair in pairs if pair[1]]


def _text(regex: Regex, first: str, unit: str, length: int) -> str | bytes:
    made = (first + unit * (length // len(unit) + 1))[:length] + "\0"
    return made.encode("latin-1", "replace") if isinstance(regex.pattern, bytes) else made


def growth(regex: Regex, operations: frozenset[str]) -> str:
    """What grows faster than its text, and by how much; empty where nothing does."""
    pattern = re.compile(regex.pattern, regex.flags & ~re.UNICODE if isinstance(regex.pattern, bytes) else regex.flags)

    def timed(operation: str, text: str | bytes) -> float:
        begun = time.thread_time()
        OPERATIONS[operation](pattern, text)
        return time.thread_time() - begun

    for first, unit in against(regex):
        texts = [_text(regex, first, unit, length) for length in LENGTHS]
        for operation in operations:
            once = [timed(operation, text) for text in (texts[0], texts[2])]
            if once[1] < max(ENOUGH, MOST * once[0] * 0.7):
                continue
            least = [timed(operation, text) for text in texts]
            for _ in range(ROUNDS):
                least = [min(seconds, timed(operation, text)) for seconds, text in zip(least, texts, strict=True)]
                short, middle, long = least
                if not (long > ENOUGH and long > MOST * short and long > 2.5 * middle):
                    break
            else:
                return f"{operation} of {first!r} and many {unit!r}: {long / short:.1f} times as long for 4 times the text"
    return ""


def test_all_of_them_are_found() -> None:
    found = regexes()
    assert len(found) > 300
    assert {"str", "bytes"} == {type(regex.pattern).__name__ for regex in found}
    assert {regex.where for regex in found} >= BOUNDED.keys()
    assert len([regex for regex in found if len(regex.pattern) > 1_000]) > 10, "those that are made of lexicons"


@pytest.mark.parametrize(
    ("pattern", "operation"),
    [(r"a*b", "search"), (r"\s+$", "search"), (r"\s*,?\s*x", "match"), (r"<[^>]*>", "finditer")],
)
def test_what_grows_faster_is_noticed(pattern: str, operation: str) -> None:
    assert growth(Regex(pattern, re.compile(pattern).flags, "here"), frozenset({operation}))


@pytest.mark.parametrize(
    ("pattern", "operation"), [(r"(?<!a)a*+b", "search"), (r"\s*+,?+\s*+x", "match"), (r"<[^<>]*>", "finditer")]
)
def test_what_does_not_is_let_pass(pattern: str, operation: str) -> None:
    assert growth(Regex(pattern, re.compile(pattern).flags, "here"), frozenset({operation})) == ""


@pytest.mark.fault(77)
def test_none_takes_longer_than_its_text_is_long() -> None:
    found = {
        f"{regex.where}: {regex.pattern[:80]!r}": growth(regex, uses)
        for regex, uses in regexes().items()
        if regex.where not in BOUNDED
    }
    assert {place: said for place, said in found.items() if said} == {}

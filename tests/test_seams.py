"""Names of other libraries that no document promises: each of seams.toml is there, with the signature that we rely on.

An upgrade that takes one away fails here, in a second, and names the place. Private names are found by reading our own code, too:
one that is not in the table fails, and so does one in the table that is not used any more.
"""

import ast
import importlib
import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

LIBRARIES = ("scrapy", "twisted", "datasette", "trafilatura", "simplemma", "pymorphy3", "warcio", "lark")


SEAMS = tomllib.loads(Path(__file__).with_name("seams.toml").read_text("utf-8"))


def found(name: str) -> Any:
    module, _, path = name.partition(":")
    thing = importlib.import_module(module)
    for part in path.split("."):
        thing = getattr(thing, part)
    return thing


@pytest.mark.parametrize(("name", "seam"), [pair for kind in SEAMS.values() for pair in kind.items()])
def test_a_name_that_nobody_promises_is_there_as_we_use_it(name: str, seam: dict[str, Any]) -> None:
    thing = found(name)
    if "parameters" in seam:
        assert set(seam["parameters"]) <= set(inspect.signature(thing).parameters), seam["why"]
    if "sets" in seam:
        family = [one for one in thing.__mro__ if one.__module__ != "builtins"] if isinstance(thing, type) else [thing]
        source = "".join(map(inspect.getsource, family))
        assert [attribute for attribute in seam["sets"] if attribute not in source] == [], seam["why"]


def test_every_private_name_that_we_use_is_in_the_table(checkout: Path) -> None:
    private = SEAMS["private"].items()
    listed = {part for name, seam in private for part in (*name.replace(":", ".").split("."), *seam.get("sets", ()))}
    used = dict(names(checkout))
    assert {name: place for name, place in used.items() if name not in listed} == {}
    left = {part for part in listed if part.startswith("_") and not part.startswith("__")}
    assert left - used.keys() - {"_newclient"} == set(), "no longer used: take it from the table"


def names(checkout: Path) -> Iterator[tuple[str, str]]:
    """Each private name of a library that our code imports, reads of an object, or overrides; and where."""
    for folder in ("monitor", "spiders"):
        for path in sorted((checkout / folder).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            own = {
                node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            }
            own |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
            own |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
            own -= FOREIGN
            for name, line in _imported(tree):
                yield name, f"{path.name}:{line}"
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef) and _is_foreign(node, tree):
                    yield from ((name, f"{path.name}:{line}") for name, line in (*_inherited(node), *_overridden(node)))
                elif isinstance(node, ast.Attribute) and _is_private(node.attr) and not _is_own(node, own):
                    yield node.attr, f"{path.name}:{node.lineno}"


def _imported(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LIBRARIES:
            for name in (*(node.module or "").split("."), *(alias.name for alias in node.names)):
                if _is_private(name):
                    yield name, node.lineno


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def _is_own(node: ast.Attribute, own: set[str]) -> bool:
    """Whether a private attribute is of an object of the same file: its own, its class's, or of another of that class."""
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super":
        return False
    return (isinstance(value, ast.Name) and value.id in {"self", "cls"}) or node.attr in own or node.attr in OURS


FOREIGN = {"_factory", "_contextFactory"}
"""Of a library, though we set them."""
OURS = {"_replace", "_asdict", "_fields"}
"""Of named tuples, whose documentation has them."""


def _is_foreign(node: ast.ClassDef, tree: ast.AST) -> bool:
    """Whether one of its bases comes from a library."""
    imported = {
        alias.asname or alias.name
        for one in ast.walk(tree)
        if isinstance(one, ast.ImportFrom) and (one.module or "").split(".")[0] in LIBRARIES
        for alias in one.names
    }
    return any(isinstance(base, ast.Name) and base.id in imported for base in node.bases)


def _inherited(node: ast.ClassDef) -> Iterator[tuple[str, int]]:
    """Private names of `self` that the class does not set itself, private methods that call the same of `super()`."""
    attributes = [one for one in ast.walk(node) if isinstance(one, ast.Attribute) and _is_private(one.attr)]
    set_here = {one.attr for one in attributes if isinstance(one.ctx, ast.Store)}
    set_here |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    methods = {one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    for one in attributes:
        is_of_self = isinstance(one.value, ast.Name) and one.value.id == "self"
        if is_of_self and one.attr not in set_here | methods:
            yield one.attr, one.lineno


def _overridden(node: ast.ClassDef) -> Iterator[tuple[str, int]]:
    """Private methods of a class that it does not call itself: who calls them is the library."""
    called = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
    for one in node.body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and _is_private(one.name) and one.name not in called:
            yield one.name, one.lineno


def test_the_reading_of_our_code_finds_what_it_is_to_find() -> None:
    source = (
        "from scrapy.x import _A\n"
        "class B(_A):\n"
        "    def _f(self, other):\n"
        "        self._mine = 1\n"
        "        return self._theirs, other._deep\n"
    )
    tree = ast.parse(source)
    (made,) = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert dict(_imported(tree)) == {"_A": 1}
    assert _is_foreign(made, tree)
    assert {name for name, _ in _inherited(made)} == {"_theirs"}
    assert {name for name, _ in _overridden(made)} == {"_f"}

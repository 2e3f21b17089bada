"""CONTRIBUTING's walk of one article names what there is, in few hops."""

import ast
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
HOPS = re.findall(r"^(\d+)\. `(\S+\.py)` `([\w.]+)`", (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)


def test_it_has_few_hops():
    assert [int(number) for number, _, _ in HOPS] == list(range(1, len(HOPS) + 1))
    assert 10 <= len(HOPS) <= 14


@pytest.mark.parametrize(("file", "name"), [(file, name) for _, file, name in HOPS])
def test_each_hop_is_there(file, name):
    found = ast.parse((CHECKOUT / file).read_text("utf-8"))
    for part in name.split("."):
        kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        (found,) = [node for node in found.body if isinstance(node, kinds) and node.name == part]

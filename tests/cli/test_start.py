"""What a verb loads as it starts: a person who asks for the help or the state waits for no dictionary, parser or web server."""

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from monitor.cli.main import GROUPS
from monitor.newsroom import catalogue, compiled
from monitor.press.data import write_data
from monitor.vault import Store

_LOADED = """
import sys
from monitor.cli.main import main
try:
    main({arguments!r})
finally:
    print(*sys.modules, file=sys.stderr)
"""
HEAVY = {"datasette", "lark", "lxml", "pymorphy3", "scrapy", "simplemma", "trafilatura", "twisted", "warcio", "xlsxwriter"}
READING = {
    "monitor.judge.gate", "monitor.judge.places", "monitor.judge.verdict", "monitor.read.article",
    "monitor.read.feed", "monitor.trace.attributions", "monitor.trace.denials", "monitor.trace.edits.find",
}  # fmt: skip
"""What worker processes do."""
NO_JUDGE = HEAVY | READING
NO_CRAWL = READING | {"aiohttp", "feedparser", "lark", "pymorphy3", "simplemma", "tldextract", "trafilatura"}
"""What a crawl's own process does without; the others come with Scrapy, or are loaded for what is stored."""


def loaded(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", _LOADED.format(arguments=list(arguments))]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return set(ran.stderr.split())


def test_the_help_of_all_verbs_loads_nothing_that_does_the_work() -> None:
    modules = loaded("--help")
    assert {f"monitor.cli.{verb}" for verbs in GROUPS.values() for verb in verbs} <= modules
    assert not modules & HEAVY


@pytest.mark.parametrize(
    "verb",
    [("status", "--json"), ("export", "coverage", "-o", "{folder}/x.csv"), ("backup", "{folder}/copy")],
    ids=lambda v: v[0],
)
def test_a_verb_that_judges_nothing_loads_no_dictionary_and_no_parser(tmp_path: Path, verb: tuple[str, ...]) -> None:
    Store.open(tmp_path / "monitor.db", command="crawl").close()
    modules = loaded("--data", str(tmp_path), *(word.format(folder=tmp_path) for word in verb))
    assert f"monitor.cli.{verb[0]}" in modules
    assert not modules & NO_JUDGE


def test_the_process_of_a_crawl_loads_nothing_that_its_workers_do(tmp_path: Path) -> None:
    """Of a run that asks for a feed, and is refused the address; what is stored of an article needs more."""
    write_data(tmp_path, port=9)
    catalogue.load(tmp_path)  # compiles topics and forms, as whoever comes first
    compiled.kept_forms()
    modules = loaded("--data", str(tmp_path), "crawl", "--source", "rupor")
    assert {"monitor.crawl.parsing", "monitor.vault.stories", "spiders.feeds"} <= modules
    assert not modules & NO_CRAWL


def test_what_workers_are_forked_from_has_loaded_all_that_they_call(checkout: Path) -> None:
    """A function of parsing.py imports what it needs where it is called: none is left for each worker to load by itself."""
    tree = ast.parse((checkout / "monitor" / "crawl" / "parsing.py").read_text("utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    imports = [node for function in functions for node in ast.walk(function) if isinstance(node, ast.ImportFrom)]
    command = [sys.executable, "-c", "import sys; from monitor.crawl import parsing; parsing.load(); print(*sys.modules)"]
    modules = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert {node.module for node in imports} >= {"monitor.read.article", "monitor.judge.verdict", "monitor.trace.denials"}
    for node in imports:
        assert node.module in modules
        assert {f"{node.module}.{alias.name}" for alias in node.names if is_module(f"{node.module}.{alias.name}")} <= modules


def is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # what it is in is no package
        return False

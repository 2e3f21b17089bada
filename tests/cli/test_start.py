"""What a verb loads as it starts: a person who asks for the help or the state waits for no dictionary, parser or web server."""

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli.main import GROUPS
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
NO_JUDGE = HEAVY | {"monitor.judge.verdict", "monitor.read.article", "monitor.trace.denials"}


def loaded(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", _LOADED.format(arguments=list(arguments))]
    return set(subprocess.run(command, capture_output=True, text=True, check=False).stderr.split())


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

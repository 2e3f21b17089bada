"""Requests are made in one place, of entries of the frontier."""

import ast
from datetime import UTC, datetime
from pathlib import Path

from monitor.crawl.requests import request_of
from monitor.vault import FrontierEntry

ROOT = Path(__file__).resolve().parents[2]
ENTRY = FrontierEntry(
    "https://bereg.example/a", "a", "article", "bereg", "bereg.example", 0, 0, "", datetime(2026, 5, 18, tzinfo=UTC)
)


def test_a_request_bears_its_entry_and_what_is_given_beside_it() -> None:
    request = request_of(ENTRY, attempts=2)
    assert (request.url, request.meta) == (ENTRY.url, {"entry": ENTRY, "attempts": 2})
    assert request.dont_filter, "the frontier knows what was asked"


def test_no_other_module_makes_one() -> None:
    makers = set()
    for file in [*(ROOT / "monitor").rglob("*.py"), *(ROOT / "spiders").rglob("*.py")]:
        tree = ast.parse(file.read_text("utf-8"))
        of_scrapy = {
            name.asname or name.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("scrapy")
            for name in node.names
            if name.name.endswith("Request")
        }
        called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        if of_scrapy & called:
            makers.add(file.relative_to(ROOT).as_posix())
    assert makers == {"monitor/crawl/requests.py"}

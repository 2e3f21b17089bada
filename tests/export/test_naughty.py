"""Texts that break programs go through the vault and every format that a program reads, and come back as they were."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from monitor.export import ExportRequest, export
from monitor.vault import Store
from tests.records import NOON, Maker, empty_vault
from tests.site.payloads import PAYLOADS

# What is written by people who never meant harm, and is read wrongly by programs; what attacks is in tests/site/payloads.py.
_ODD = (
    "null", "NULL", "None", "nan", "undefined", "true", "", " ", "0", "-0", "1e309", "0x1F", "007", "1/2", "1,5", "12:30", "٣١ ٤",
    "A\u030a Å \u212b", "и\u0306 й", "ß ẞ İ ı ſ", "ﬁ ① ㎏", "👩\u200d👩\u200d👧 🇺🇦 👍🏽",
    "\U0010fffd \ue000", "עברית و العربية",
    "\u202eовтсеьтед\u202c", "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306", "\ufeffначало", "конец\u200b", "a\u00adb",
    "a\u2028b\u2029c",
    "'", '"', '""', "''", "\\", "\\n", "%s %d %n", "{0}", "{{x}}", "${HOME}", "`id`", "$(id)", "; --",
    "' OR 1=1 --", "*/", "<!--", "]]>",
    "a;b", "a,b", "a\tb", "a\nb", "=1+1", "+7 900 000-00-00", "@имя", "-", "#",
    "CON", "../../etc/passwd", "file:///", "\u0435\u0301",
    "я" * 5_000, "😀" * 700, "слово " * 900,
)  # fmt: skip
NAUGHTY = (*_ODD, *PAYLOADS[::9])


TITLES = {f"http://bereg.test/{number}": said for number, said in enumerate(NAUGHTY)}
"""By the address of an article: what is its title, its only author and its text."""
STORED = {url: said.replace("\0", "\ufffd") for url, said in TITLES.items()}
"""SQLite's functions take a text to end where U+0000 stands: the vault has U+FFFD in its place, and nothing else changes."""


@pytest.fixture(scope="module")
def naughty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = empty_vault(tmp_path_factory, tmp_path_factory.mktemp("naughty") / "monitor.db")
    make = Maker()
    with Store.open(path, command="test") as store:
        run = store.begin_run("feeds", NOON)
        for url, said in TITLES.items():
            parsed = make.parsed(url, said, title=said)
            store.save_article(run, make.fetch(url), replace(parsed, article=replace(parsed.article, authors=(said,))))
    return path


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_what_was_stored_is_what_a_program_gets(naughty: Path, tmp_path: Path, kind: str) -> None:
    for view in ("coverage", "texts"):
        assert export(naughty, ExportRequest(view, kind), tmp_path / view) == len(TITLES)
    coverage, texts = (_rows(kind, tmp_path / view) for view in ("coverage", "texts"))
    assert {row["url"]: row["title"] or "" for row in coverage} == STORED
    assert sorted(row["text"] or "" for row in texts) == sorted(STORED.values())


def _rows(kind: str, file: Path) -> list[dict[str, Any]]:
    if kind == "parquet":
        return parquet.read_table(file).to_pylist()
    if kind == "jsonl":
        return [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))

"""What docs/research.md promises: the notebook runs on an export, its numbers are those of the views, and each table is told."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from monitor.export import ExportRequest
from monitor.export.package import PRIMARY_KEYS, export_all
from monitor.vault import open_reader
from monitor.vault.views import TABLES, VIEWS


@pytest.fixture(scope="module")
def folder(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("research") / "export"
    export_all(vault, ExportRequest("all"), made)
    return made


@pytest.fixture(scope="module")
def notebook(checkout: Path) -> Path:
    return checkout / "docs" / "examples" / "three_pictures.py"


def test_the_notebook_makes_three_pictures_of_an_export(folder: Path, notebook: Path, tmp_path: Path) -> None:
    made, copy = tmp_path / "pictures.html", tmp_path / notebook.name  # marimo leaves notes beside what it runs
    shutil.copy(notebook, copy)
    marimo = [sys.executable, "-m", "marimo", "export", "html", copy, "-o", made, "--", "--export", folder]
    subprocess.run(marimo, check=True, capture_output=True, cwd=tmp_path)
    assert made.read_text("utf-8").count("data:image/png") == 3


def test_its_numbers_are_those_of_the_views(folder: Path, notebook: Path, vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(notebook), "--export", str(folder)])
    _, found = runpy.run_path(str(notebook))["app"].run()
    found["tables"].close()
    with open_reader(vault) as reader:
        coverage = [dict(row) for row in reader.view("coverage")]
        ledger = [dict(row) for row in reader.view("ledger")]
    dated = [row for row in coverage if row["week"]]
    assert found["weeks"]["articles"].sum() == len(dated)
    of_week = {(row["week"], row["copy_group"] or row["article"]) for row in dated}
    assert found["weeks"]["texts"].sum() == len(of_week) < len(dated)
    assert found["regions"]["articles"].get("not said", 0) == len([row for row in coverage if row["regions"] == "[]"])
    assert found["regions"]["articles"].get("RU-VGG", 0) == len([row for row in coverage if "RU-VGG" in str(row["regions"])]) > 0
    assert found["seen"].to_numpy().sum() == sum(int(row["hours"]) for row in ledger) > 0


def test_every_table_is_told_in_a_line_with_its_key(checkout: Path) -> None:
    page = (checkout / "docs" / "research.md").read_text("utf-8")
    lines = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    assert set(lines) == {*VIEWS, *TABLES}
    for view, key in PRIMARY_KEYS.items():
        assert ", ".join(f"`{column}`" for column in key) in lines[view], view


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
def test_its_joins_give_the_same_in_every_format(checkout: Path, vault: Path, tmp_path: Path, kind: str) -> None:
    export_all(vault, ExportRequest("coverage", kind), tmp_path / "all")
    with duckdb.connect() as db:
        if kind == "csv":
            db.execute((tmp_path / "all" / "load.sql").read_text("utf-8").replace("read_csv('", f"read_csv('{tmp_path}/all/"))
        else:
            for path in (tmp_path / "all").glob(f"*.{kind}"):
                db.execute(f"CREATE TABLE {path.stem} AS FROM '{path}'")
        page = (checkout / "docs" / "research.md").read_text("utf-8")
        statements = page.split("```sql\n")[1].split("```")[0].split(";")
        found = [db.execute(statement).fetchall() for statement in statements if statement.strip()]
    with open_reader(vault) as reader:
        coverage = [dict(row) for row in reader.view("coverage")]
        outlets = {row["outlet"] for row in reader.view("ledger")}
    assert found[0] == [(len({row["copy_group"] or row["article"] for row in coverage}),)]
    assert found[0][0][0] < len(coverage)
    assert [row[0] for row in found[1]] == sorted(outlets)
    assert sum(row[1] for row in found[1]) == len(coverage)
    assert 0 < sum(row[2] for row in found[1]) < len(coverage)

"""Every view in one folder: others' programs read it with its types and keys, and what an order chooses is chosen everywhere."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from frictionless import Package, system

from monitor.errors import MonitorError, UsageError
from monitor.export import ExportRequest, export
from monitor.export.export import type_of
from monitor.export.package import export_all
from monitor.site.words import view_words
from monitor.snapshot import snapshot
from monitor.vault import open_reader
from monitor.vault.views import TABLES, VIEWS

EVERY = (*VIEWS, *TABLES)
DUCKDB_TYPES = {"text": "VARCHAR", "time": "TIMESTAMP WITH TIME ZONE", "int": "BIGINT", "float": "DOUBLE", "list": "VARCHAR"}


@pytest.fixture(scope="module", params=["vault", "snapshot"])
def database(request: pytest.FixtureRequest, vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "vault":
        return vault
    made = tmp_path_factory.mktemp("snapshot") / "public.db"
    snapshot(vault, made)
    return made


@pytest.fixture(scope="module")
def packed(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed") / "all"
    export_all(database, ExportRequest("all"), folder, words=view_words())
    return folder


def described(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "datapackage.json").read_text("utf-8")))


def stored(database: Path, view: str, column: str) -> list[object]:
    with open_reader(database) as reader:
        return [row[column] for row in reader.view(view)]


def test_the_package_is_valid_for_frictionless_with_its_types_and_keys_and_digests(packed: Path) -> None:
    with system.use_context(trusted=True):
        report = Package(str(packed / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []
    assert report.stats["tasks"] == len(EVERY)


def test_what_frictionless_reads_is_what_is_stored(packed: Path, database: Path) -> None:
    package = Package(str(packed / "datapackage.json"))
    rows = package.get_resource("coverage").read_rows()
    assert [row["article"] for row in rows] == stored(database, "coverage", "article")
    assert [row["fetch"] for row in rows] == stored(database, "coverage", "fetch")
    assert all(row["first_seen"].utcoffset().total_seconds() == 0 for row in rows)


def test_a_wrong_cell_is_found_by_what_the_package_says(packed: Path, tmp_path: Path) -> None:
    """So that the test above proves something: the types and keys are there to be broken."""
    for file in packed.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    lines = (tmp_path / "ways.csv").read_text("utf-8").splitlines(keepends=True)
    first = lines[1].split(",")
    (tmp_path / "ways.csv").write_text("".join([lines[0], ",".join(["f" * 16, *first[1:-1], "noon\r\n"])]), encoding="utf-8")
    found = {error[0] for error in Package(str(tmp_path / "datapackage.json")).validate().flatten(["type"])}
    assert {"type-error", "foreign-key", "hash-count"} <= found


def test_every_column_of_every_view_is_named_and_explained_in_both_languages(packed: Path) -> None:
    unexplained = [
        (resource["name"], field["name"])
        for resource in described(packed)["resources"]
        for field in resource["schema"]["fields"]
        if not field.get("description") or not field.get("title")
    ]
    assert unexplained == []
    english, russian = view_words("en"), view_words("ru")
    for view in EVERY:
        assert russian[view].title != english[view].title
        assert [name for name, said in russian[view].columns.items() if said == english[view].columns[name]] == []


def test_all_views_are_of_one_state_and_the_package_says_which(packed: Path, database: Path) -> None:
    about = described(packed)
    with open_reader(database) as reader:
        assert about["povestka"]["state"] == {
            **reader.state(),
            "snapshot": reader.description().get("snapshot") if not reader.is_vault else None,
        }
        assert about["povestka"]["gaps"] == reader.gaps()
        assert {r["name"]: r["rows"] for r in about["resources"]} == {view: len(list(reader.view(view))) for view in EVERY}
    assert sorted(file.name for file in packed.iterdir()) == sorted(
        ["datapackage.json", "load.sql", *(f"{view}.csv" for view in EVERY)]
    )


def test_duckdb_loads_each_column_with_its_type_whatever_is_in_it(
    packed: Path, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(packed)
    with closing(duckdb.connect()) as db:
        db.execute((packed / "load.sql").read_text("utf-8"))
        for view in EVERY:
            table = db.table(view)
            types = [str(type_) for type_ in table.types]
            assert types == [DUCKDB_TYPES[type_of(column)] for column in table.columns], view
        (count,) = db.execute("SELECT count(*) FROM coverage WHERE first IN ('yes', 'no', 'undetermined')").fetchone() or (0,)
        articles = db.execute("SELECT article FROM coverage").fetchall()
    assert count == len(articles) > 5
    assert [article for (article,) in articles] == stored(database, "coverage", "article")


@pytest.fixture(params=[
    {"only": (("outlet", "Полюс"),)}, {"only": (("language", "uk"),)}, {"only": (("region", "RU-VGG"),)},
    {"query": "студентами"}, {"clock": "published", "since": date(2026, 5, 17), "until": date(2026, 5, 17)},
])  # fmt: skip
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(request.param)


def test_what_an_order_chooses_is_chosen_in_every_view_about_articles(
    database: Path, options: dict[str, Any], tmp_path: Path
) -> None:
    export_all(database, ExportRequest("all", "jsonl", **options), tmp_path / "some")
    left_out = described(tmp_path / "some")["povestka"]["left_out"]
    assert list(left_out) == (["near_misses"] if "query" in options and database.name == "public.db" else [])
    rows = {view: list(read(tmp_path / "some" / f"{view}.jsonl")) for view in EVERY if view not in left_out}
    chosen = {row["article"] for row in rows["coverage"]}
    assert 0 < len(chosen) < len(stored(database, "coverage", "article"))
    seen = 0
    with open_reader(database) as reader:
        stories = {row["story"] for row in rows["coverage"]} - {""}
        assert {row["story"] for row in rows["stories"]} == stories
        for view in EVERY:
            if reader.key(view) == "article" and view not in ("coverage", "near_misses"):
                of = ("a", "b") if view == "copies" else ("article",)
                expected = [found for row in reader.view(view) if {*(found := [row[one] for one in of])} <= chosen]
                assert [[row[one] for one in of] for row in rows[view]] == expected, view
                seen += len(expected)
    assert seen, "some view has rows of these articles"


def test_a_single_view_is_narrowed_as_in_the_package_and_the_package_stays_valid(database: Path, tmp_path: Path) -> None:
    order = ExportRequest("all", only=(("outlet", "Полюс"),))
    export_all(database, order, tmp_path / "some", words=view_words())
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "some" / "datapackage.json")).validate()
    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []
    for view in ("attributions", "ways", "story_articles", "gaps", "ledger", "stories", "near_misses"):
        export(database, ExportRequest(view, only=order.only), tmp_path / f"{view}.csv")
        assert (tmp_path / f"{view}.csv").read_bytes() == (tmp_path / "some" / f"{view}.csv").read_bytes()


def read(file: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in file.read_text("utf-8").splitlines())


@pytest.mark.parametrize(("view", "only", "word"), [
    ("gaps", (("topic", "summons"),), "--topic say nothing of the view gaps; there is --outlet"),
    ("near_misses", (("story", "x"),), "--story say nothing of the view near_misses"),
])  # fmt: skip
def test_what_says_nothing_of_a_view_is_refused(vault: Path, tmp_path: Path, view: str, only: Any, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        export(vault, ExportRequest(view, only=only), tmp_path / "x.csv")


@pytest.mark.parametrize("kind", ["parquet", "xlsx", "jsonl"])
def test_other_formats_make_a_package_too(vault: Path, tmp_path: Path, kind: str) -> None:
    counts = export_all(vault, ExportRequest("all", kind), tmp_path / "all")
    assert set(counts) == set(EVERY)
    assert (tmp_path / "all" / f"coverage.{kind}").stat().st_size == described(tmp_path / "all")["resources"][0]["bytes"]


def test_a_folder_with_something_in_it_is_not_touched_and_a_failure_leaves_nothing(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        export_all(vault, ExportRequest("all"), taken)
    assert [file.name for file in taken.iterdir()] == ["mine.txt"]

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("monitor.export.package.write_view", full)
    with pytest.raises(MonitorError, match="No space left"):
        export_all(vault, ExportRequest("all"), tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]

"""What is invented says so wherever it goes: exports of every format, their manifests, feeds, citations, pages, alerts."""

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import feedparser
import pytest
from openpyxl import load_workbook
from pyarrow import parquet

from monitor.export import ExportRequest, export
from monitor.export.atom import FICTION
from monitor.export.citation import citations
from monitor.export.formats import KINDS
from monitor.newsroom.digests import digests
from monitor.site import publish
from monitor.vault import open_reader
from tests.published import asking, folder, get, payloads, vault

__all__ = ["asking", "folder", "get", "payloads", "vault"]


@pytest.fixture(scope="module", params=["clock", "loopback"])
def invented(request: pytest.FixtureRequest, vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vault of a demonstration, whose clock was set; and of any press, which is on the loopback network."""
    path = tmp_path_factory.mktemp("invented") / "monitor.db"
    shutil.copy(vault, path)
    with closing(sqlite3.connect(path)) as db, db:
        if request.param == "clock":
            db.execute("UPDATE runs SET clock = '2026-05-18T12:00:00.000000Z'")
        else:
            db.execute("UPDATE sources SET home = 'http://127.0.0.7:8765/'")
    return path


def manifest(out: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(out.with_name(f"{out.name}.manifest.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_of_an_export_says_so_and_so_does_its_manifest(kind: str, invented: Path, vault: Path, tmp_path: Path) -> None:
    out, real = tmp_path / f"x.{kind}", tmp_path / f"real.{kind}"
    count = export(invented, ExportRequest("coverage", kind), out)
    export(vault, ExportRequest("coverage", kind), real)
    assert (manifest(out)["fictional"], manifest(real)["fictional"]) == (True, False)
    assert values(out, kind) == ["1"] * count
    assert values(real, kind) == []


def values(out: Path, kind: str) -> list[str]:
    """What stands in the column `fictional`; nothing where there is none."""
    if kind == "csv":
        with out.open(encoding="utf-8", newline="") as file:
            return [row["fictional"] for row in csv.DictReader(file) if "fictional" in row]
    if kind == "jsonl":
        rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        return [str(row["fictional"]) for row in rows if "fictional" in row]
    if kind == "parquet":
        table = parquet.read_table(out)
        return [str(value) for value in table.column("fictional").to_pylist()] if "fictional" in table.column_names else []
    header, *rows = load_workbook(out, read_only=True)["rows"].iter_rows(values_only=True)
    return [str(row[header.index("fictional")]) for row in rows] if "fictional" in header else []


def test_the_site_says_so_on_pages_in_feeds_and_in_citations(invented: Path, tmp_path: Path) -> None:
    publish(invented, tmp_path / "site")
    with asking.__wrapped__()(tmp_path / "site") as get:
        assert "Fiction: an invented press. Nothing here happened." in get("/").text
        for path in ("/public/coverage.atom", "/public/newly_seen.atom"):
            feed = feedparser.parse(get(path).content)
            assert feed.feed.title.startswith(FICTION)
            assert feed.entries
            # What an article is about has a scheme of its own kind; beside that stands this, first and alone.
            tags = [[(tag.term, tag.label) for tag in entry.tags if not tag.scheme] for entry in feed.entries]
            assert tags == [[("fiction", FICTION)]] * len(tags)
            assert {entry.tags[0].term for entry in feed.entries} == {"fiction"}
        article = get("/public/coverage.json?_shape=array&_size=1").json()[0]["article"]
        assert FICTION in get(f"/public/coverage/{article}").text


def test_a_citation_says_so_in_each_of_its_forms() -> None:
    row = dict.fromkeys(("title", "outlet", "url", "published", "language"), "") | {
        "authors": "[]",
        "article": "0",
        "digest": "sha256:0",
    }
    for form in citations(row, None, fictional=True).values():
        assert "Fiction: nothing here happened" in form
    assert "Fiction" not in "".join(citations(row, None).values())


def test_two_exports_that_differ_never_have_one_state(vault: Path, tmp_path: Path) -> None:
    """Judged anew, a vault has no other run and no other request: its rows tell."""
    changed = tmp_path / "changed.db"
    shutil.copy(vault, changed)
    with closing(sqlite3.connect(changed)) as db, db:
        db.execute("UPDATE verdicts SET score = score + 1 WHERE article = (SELECT min(article) FROM verdicts WHERE relevant = 1)")
    for name, database in (("a", vault), ("b", changed), ("again", vault)):
        export(database, ExportRequest("coverage"), tmp_path / f"{name}.csv", newsroom={"topics": "0"})
    a, b, again = (manifest(tmp_path / f"{name}.csv") for name in ("a", "b", "again"))
    assert a["state"] != b["state"]
    assert a["state"] == again["state"]
    assert a["newsroom"] == {"topics": "0"}
    assert str(a["made"]) < str(again["made"])


def test_a_snapshot_says_which_program_and_newsroom_made_it(vault: Path, checkout: Path, tmp_path: Path) -> None:
    publish(vault, tmp_path / "a", data=checkout / "data")
    publish(vault, tmp_path / "b", data=checkout / "data")
    about = []
    for name in ("a", "b"):
        with open_reader(tmp_path / name / "public.db") as reader:
            about.append(reader.description())
        export(tmp_path / name / "public.db", ExportRequest("coverage"), tmp_path / f"{name}.csv")
    assert about[0]["snapshot"] != about[1]["snapshot"]
    assert about[0]["program"].startswith("Povestka ")
    assert json.loads(about[0]["newsroom"]) == digests(checkout / "data")
    state = manifest(tmp_path / "a.csv")["state"]
    assert isinstance(state, dict)
    assert state["snapshot"] == about[0]["snapshot"]
    assert manifest(tmp_path / "a.csv")["newsroom"] == digests(checkout / "data")


def test_each_file_of_a_newsroom_changes_its_own_digest(checkout: Path, tmp_path: Path) -> None:
    shutil.copytree(checkout / "data" / "topics", tmp_path / "topics")
    for name in ("sources", "families", "regions", "towns"):
        shutil.copy(checkout / "data" / f"{name}.csv", tmp_path)
    before = digests(tmp_path)
    assert before == digests(checkout / "data")
    for name in ("sources", "families", "regions", "towns"):
        (tmp_path / f"{name}.csv").open("a").write("\n")
        assert {key for key, value in digests(tmp_path).items() if value != before[key]} == {name}
        before = digests(tmp_path)
    next((tmp_path / "topics").iterdir()).open("a").write("\n")
    assert {key for key, value in digests(tmp_path).items() if value != before[key]} == {"topics"}

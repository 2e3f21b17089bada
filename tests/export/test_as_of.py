"""Exports, briefs and publications as of another time: byte for byte what they were then, whatever was stored since."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.derive.edits import update_edits
from monitor.derive.statements import update_statements
from monitor.derive.stories import rematch, update_stories
from monitor.export.package import DESCRIPTOR
from monitor.model import Outcome, Place, Verdict
from monitor.newsroom.digests import digests
from monitor.trace.outlets import Outlets
from monitor.vault import Store, articles, lists, open_reader
from monitor.vault.views import TABLES, VIEWS
from tests.published import NOW
from tests.records import Maker

ORDERS = (
    ("coverage", "coverage.parquet"), ("stories", "stories.xlsx"), ("edits", "edits.jsonl"),
    ("coverage", "found.csv", "--query", "повестка", "--from", "2026-05-01", "--to", "2026-05-18"),
)  # fmt: skip
DAYS = ("--from", "2026-05-17", "--to", "2026-05-19")


class Then(NamedTuple):
    """What was exported before the vault was changed."""

    db: Path
    time: str
    folder: Path


def monitor(db: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--db", str(db), *arguments])


def done(db: Path, *arguments: str) -> str:
    result = monitor(db, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def export(db: Path, folder: Path, *as_of: str) -> None:
    folder.mkdir(exist_ok=True)
    done(db, "export", "all", "-o", str(folder / "all"), *as_of)
    for view, out, *options in ORDERS:
        done(db, "export", view, "-o", str(folder / out), *options, *as_of)
    done(db, "brief", *DAYS, "-o", str(folder / "week.html"), *as_of)
    done(db, "publish", str(folder / "public"), *as_of)


@pytest.fixture(scope="module")
def then(vault: Path, tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Then:
    folder = tmp_path_factory.mktemp("then")
    db = Path(shutil.copy(vault, folder))
    with Store.open(db) as store:
        lists.note_digests(store.db, digests(checkout / "data"))
    with open_reader(db) as reader:
        time = str(reader.state()["as_of"])
    export(db, folder)
    _change(db)
    return Then(db, time, folder)


def _change(db: Path) -> None:
    """Another day: pages are new, edited and gone, a source leaves the list, all is judged and grouped anew."""
    make = Maker()
    with Store.open(db) as store:
        run = store.begin_run("recheck", NOW + timedelta(days=2))
        for number, row in enumerate(store.db.rows("SELECT url, title, text FROM articles WHERE relevant = 1 ORDER BY id")):
            at = 60 * 48 + number
            if number % 3 == 0:
                parsed = make.parsed(row["url"], row["text"] + " Военком это отрицает.", title=row["title"] + "!")
                store.save_article(run, make.fetch(row["url"], kind="recheck", at=at), parsed)
            elif number % 3 == 1:
                store.save_fetch(run, make.fetch(row["url"], Outcome.GONE, kind="recheck", at=at))
        store.save_article(run, make.fetch("http://novy.test/1"), make.parsed("http://novy.test/1", "Новая повестка."))
        store.sync_sources([make.source("novy")], [])
        with store.db.transaction():
            for number, article in enumerate(articles.stored(store.db)):
                verdict = Verdict("summons", number % 2 == 0, 0.1, (), (), "" if number % 2 == 0 else "mentioned in passing")
                articles.rejudge(store.db, article, [verdict], [Place("RU-SAR", "", "event", "title", 0, 1)])
        update_stories(store, NOW + timedelta(days=3))
        rematch(store, NOW + timedelta(days=3))
        update_statements(store)
        update_edits(store, Outlets({}))
        store.finish_run(run, "done", NOW + timedelta(days=3))


@pytest.fixture(scope="module")
def again(then: Then, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("again")
    export(then.db, folder, "--as-of", then.time)
    return folder


def test_every_export_is_byte_for_byte_what_it_was(then: Then, again: Path, tmp_path: Path) -> None:
    files = [f"all/{view}.csv" for view in (*VIEWS, *TABLES)] + ["all/load.sql", "week.html", *(out for _, out, *_ in ORDERS)]
    assert [file for file in files if (again / file).read_bytes() != (then.folder / file).read_bytes()] == []
    done(then.db, "export", "all", "-o", str(tmp_path / "now"))
    changed = [
        view for view in VIEWS if (tmp_path / "now" / f"{view}.csv").read_bytes() != (again / f"all/{view}.csv").read_bytes()
    ]
    assert {"coverage", "near_misses", "stories", "story_articles", "versions", "edits", "rechecks", "who_first"} <= {*changed}


def test_the_manifest_names_the_time_that_was_asked_and_the_state_of_then(then: Then, again: Path) -> None:
    before, after = (json.loads((at / "coverage.parquet.manifest.json").read_text()) for at in (then.folder, again))
    assert (before["as_of"], after["as_of"]) == (None, then.time)
    assert before["state"]["as_of"] == then.time
    differ = {name for name in before if before[name] != after[name]}
    assert differ <= {"as_of", "made"}
    packages = [json.loads((at / "all" / DESCRIPTOR).read_text()) for at in (then.folder, again)]
    assert [package["povestka"]["as_of"] for package in packages] == [None, then.time]
    assert packages[0]["resources"] == packages[1]["resources"]


def test_what_is_published_as_of_then_has_the_tables_of_then(then: Then, again: Path) -> None:
    dumps = []
    for folder in (then.folder, again):
        with closing(sqlite3.connect(folder / "public" / "public.db")) as db:
            names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'meta'")]
            dumps.append({name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names if "fts" not in name})
            meta = dict(db.execute("SELECT key, value FROM meta"))
            assert (meta["as_of"], meta["vault_path"]) == (then.time, str(then.db))
    assert len(dumps[0]) > 30
    assert dumps[0] == dumps[1]


def test_an_export_of_the_snapshot_names_the_time_by_which_the_vault_gives_the_same(then: Then, again: Path) -> None:
    out = again / "of_snapshot.csv"
    done(again / "public" / "public.db", "export", "coverage", "-o", str(out))
    assert out.read_bytes() == (then.folder / "all" / "coverage.csv").read_bytes()
    assert json.loads(out.with_name("of_snapshot.csv.manifest.json").read_text())["state"]["as_of"] == then.time


@pytest.mark.parametrize(("time", "options", "said"), [
    ("2199-01-01T00:00:00Z", (), "is still to come; name a time that has passed"),
    ("2026-05-18", (), "'2026-05-18' is no time with a zone, such as 2026-05-18T12:00:00Z"),
    ("2026-05-18T12:00:00Z", ("--query", "("), "--query: at character"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(
    then: Then, tmp_path: Path, time: str, options: tuple[str, ...], said: str
) -> None:
    result = monitor(then.db, "export", "coverage", "-o", str(tmp_path / "x.csv"), "--as-of", time, *options)
    assert (result.exit_code, [*tmp_path.iterdir()]) == (2, [])
    assert said in result.output + str(result.exception)


def test_before_the_first_row_nothing_was_known_and_that_is_said(then: Then, tmp_path: Path) -> None:
    out = tmp_path / "x.csv"
    said = done(then.db, "export", "coverage", "-o", str(out), "--as-of", "2020-01-01T00:00:00Z")
    assert "Nothing was known then: " in said
    assert said.endswith("0 rows of coverage\n")
    assert out.read_bytes().count(b"\n") == 1


@pytest.mark.parametrize("kind", ["story", "copy_group"])
def test_a_thing_that_came_later_was_not_there_and_is_said_to_have_come_when(then: Then, kind: str) -> None:
    with open_reader(then.db) as reader:
        id_, came = reader.query(f"SELECT {kind}, first_seen FROM coverage WHERE {kind} <> '' ORDER BY first_seen")[0]
        assert came <= reader.came(kind, id_)
        assert reader.came(kind, "nothing") == ""


@pytest.mark.parametrize("asked", ["--story {}", "all --story {}", "story {}"])
def test_an_id_that_came_later_is_not_said_to_be_none(then: Then, tmp_path: Path, asked: str) -> None:
    with open_reader(then.db) as reader:
        story = reader.query("SELECT story FROM stories")[0][0]
        came = reader.came("story", story)
    view = asked.format(story).split()
    arguments = ["export", *(view if view[0] != "--story" else ["coverage", *view])]
    out = str(tmp_path / ("x.wacz" if view[0] == "story" else "x.csv"))
    for time, said in (
        ("2020-01-01T00:00:00Z", f"was not there as of 2020-01-01T00:00:00.000000Z: it came at {came}"),
        (came, ""),
    ):
        result = monitor(then.db, *arguments, "-o", out, "--as-of", time)
        assert said in result.output + str(result.exception)
        assert result.exit_code == 2 if said else "was not there" not in result.output + str(result.exception)
    nothing = [part.replace(story, "f" * 16) for part in arguments]
    never = monitor(then.db, *nothing, "-o", out.replace("x.", "y."), "--as-of", "2020-01-01T00:00:00Z")
    assert "there is no" in never.output + str(never.exception)


@pytest.mark.parametrize("option", ["--story", "--outlet", "--region", "--topic"])
def test_an_empty_value_is_said_to_be_empty(then: Then, tmp_path: Path, option: str) -> None:
    result = monitor(then.db, "export", "coverage", "-o", str(tmp_path / "x.csv"), option, " ")
    assert f"{option}: is empty; write what it is, or leave it out" in result.output + str(result.exception)
    assert not [*tmp_path.iterdir()]


def test_another_state_does_not_take_the_place_of_what_is_served(then: Then) -> None:
    result = monitor(then.db, "publish", "--as-of", then.time)
    assert result.exit_code == 2
    assert "--as-of needs a DIR of its own" in result.output + str(result.exception)


def test_the_manifest_has_the_digests_of_the_newsroom_of_that_time(vault: Path, tmp_path: Path) -> None:
    db = Path(shutil.copy(vault, tmp_path))
    times = []
    for noted in ({}, {"topics": "aa", "sources": "bb"}, {"topics": "cc"}):
        with Store.open(db) as store:
            lists.note_digests(store.db, noted)
            lists.note_digests(store.db, noted)
        with open_reader(db) as reader:
            times.append((str(reader.state()["as_of"]), noted))
            assert reader.newsroom() == noted
    for time, noted in times:
        out = tmp_path / "then.csv"
        done(db, "export", "ways", "-o", str(out), "--as-of", time)
        assert json.loads((tmp_path / "then.csv.manifest.json").read_text())["newsroom"] == noted
    folder = tmp_path / "public"
    done(db, "publish", str(folder), "--as-of", times[1][0])
    with open_reader(folder / "public.db") as reader:
        assert json.loads(reader.description()["newsroom"]) == times[1][1]

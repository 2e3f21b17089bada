"""What is pruned is no evidence, is old, and nothing that a feed still names is asked for again."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.archive import WarcWriter, pack
from monitor.cli import main
from monitor.match import url_identity
from monitor.operate.evidence import archive_of, log_run
from monitor.vault import Store, messages
from monitor.vault.connection import stamp
from tests.records import Maker, words_of

NOW = datetime.now(UTC)


def monitor(db: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--db", str(db), *arguments])


def key_of(name: str) -> str:
    return url_identity(f"http://bereg.test/{name}")


@pytest.fixture
def db(tmp_path: Path, make: Maker) -> Path:
    """A vault with an article, whose addresses were asked for in May 2026, and files beside it."""
    db = tmp_path / "data" / "monitor.db"
    with Store.open(db) as store, WarcWriter(archive_of(db)) as writer:
        run, url = store.begin_run("feeds", make.at()), "http://bereg.test/stored"
        capture = writer.append(pack(url, [], 200, "OK", [("Content-Type", "text/html")], words_of(1).encode(), make.at()))
        store.save_article(run, replace(make.fetch(url), capture=capture), make.parsed(url, words_of(1)))
        for name in ("gone", "listed", "waits", "recent"):
            due = (NOW - make.at()) / timedelta(minutes=1) if name == "recent" else 0
            store.frontier.push([make.pending(f"http://bereg.test/{name}", due=due)])
            if name != "waits":
                store.frontier.done(key_of(name))
        store.db.change(
            "INSERT INTO feed_entries (source, guid, url, key, title, summary, published_raw, first_seen, fetch, last_seen)"
            " VALUES ('bereg', 'x', 'http://bereg.test/listed', ?, '', '', '', ?, 1, ?)",
            (key_of("listed"), stamp(make.at()), stamp(NOW)),
        )
        messages.note(store.db, "old", make.at())
        messages.note(store.db, "new", NOW)
        finished = store.finish_run(run, "done", make.at(99))
        writer.close()
        log_run(store, writer.log, finished, db.parent / "topics")
    for name, age in (("monitor.db.before-m0002_via", 300), (".coverage.csv.ab12.part", 2), (".public.db.cd34.part", 0)):
        (db.parent / name).write_bytes(b"12345")
        os.utime(db.parent / name, ((NOW - timedelta(days=age)).timestamp(),) * 2)
    return db


def held(db: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(db)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}


def test_without_yes_nothing_goes_and_what_would_is_told(db: Path) -> None:
    before, files = held(db), sorted(db.parent.iterdir())
    told = monitor(db, "prune", "--older", "30", "--json")
    assert told.exit_code == 0, told.output
    said = json.loads(told.output)
    assert said["rows"] == {"addresses done with": 1, "messages of workers that are stored": 1}
    assert [Path(file).name for file in said["files"]] == ["monitor.db.before-m0002_via", ".coverage.csv.ab12.part"]
    assert (said["deleted"], said["bytes"]) == (False, 10)
    assert (
        "2 rows and 2 files, 10 bytes: would go. Nothing is deleted; --yes does it."
        in monitor(db, "prune", "--older", "30").output
    )
    assert (held(db), sorted(db.parent.iterdir())) == (before, files)


def test_what_goes_is_old_and_no_evidence_and_no_feed_names_it(db: Path) -> None:
    before = held(db)
    done = monitor(db, "prune", "--older", "30", "--yes")
    assert done.exit_code == 0, done.output
    assert "2 rows and 2 files, 10 bytes: deleted." in done.output
    after = held(db)
    assert [row[0] for row in after["frontier"]] == [key_of(name) for name in ("listed", "recent", "waits")]
    assert [row[0] for row in after["messages"]] == ["new"]
    for table in before.keys() - {"frontier", "messages", "moments"}:
        assert after[table] == before[table], table
    assert not list(db.parent.glob("monitor.db.before-*"))
    assert [file.name for file in db.parent.glob(".*.part")] == [".public.db.cd34.part"]
    assert monitor(db, "verify").exit_code == 0
    assert "0 rows and 0 files" in monitor(db, "prune", "--older", "30", "--yes").output


def test_a_file_that_stays_is_named_beside_what_is_deleted(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if ".before-" in path.name:
            raise PermissionError(1, "Operation not permitted")
        unlink(path)  # another process was the first
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    done = monitor(db, "prune", "--older", "30", "--yes")
    assert done.exit_code == 1
    assert "2 rows and 1 file, 5 bytes: deleted." in done.output
    assert "monitor.db.before-m0002_via: cannot be deleted: Operation not permitted" in done.output
    assert not list(db.parent.glob(".coverage.csv.*"))


def test_less_than_a_month_is_refused(db: Path) -> None:
    assert monitor(db, "prune", "--older", "29", "--yes").exit_code == 2

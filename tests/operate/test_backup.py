"""A backup is whole, whatever is written meanwhile, and a vault goes on from it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.archive import WarcWriter, calendars, pack
from monitor.archive.log import SIGNATURE, EvidenceLog
from monitor.archive.signing import made_signatures
from monitor.cli import main
from monitor.operate.evidence import archive_of, log_run
from monitor.vault import Store
from monitor.vault.marks import Notes, all_marks, notes_of
from monitor.vault.outbox import Notification, Outbox, outbox_of
from tests.records import Maker, words_of


def monitor(db: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--db", str(db), *arguments])


def crawl(db: Path, make: Maker, numbers: range, *, ends: bool = True) -> None:
    """Articles of these numbers, captured and stored one after the other."""
    topics = db.parent / "topics"
    with Store.open(db) as store, WarcWriter(archive_of(db)) as writer:
        run = store.begin_run("feeds", make.at())
        for n in numbers:
            url = f"http://bereg.test/{n}"
            capture = writer.append(pack(url, [], 200, "OK", [("Content-Type", "text/html")], words_of(n).encode(), make.at(n)))
            store.save_article(run, replace(make.fetch(url, at=n), capture=capture), make.parsed(url, words_of(n)))
        if ends:
            finished = store.finish_run(run, "done", make.at(99))
            writer.close()
            log_run(store, writer.log, finished, topics)


def counts(db: Path) -> list[int]:
    with closing(sqlite3.connect(db)) as connection:
        return [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("articles", "fetches", "revisions")
        ]


def test_a_backup_is_verified_and_crawled_on_from(tmp_path: Path, make: Maker) -> None:
    db, copy = tmp_path / "data" / "monitor.db", tmp_path / "backup" / "monitor.db"
    crawl(db, make, range(3))
    done = monitor(db, "backup", str(copy.parent))
    assert done.exit_code == 0, done.output
    assert "1 file of the archive copied" in done.output
    assert sorted(path.name for path in copy.parent.iterdir()) == ["monitor.db", "warc"]
    shutil.rmtree(db.parent)
    assert monitor(copy, "verify").exit_code == 0
    assert monitor(copy, "status").exit_code == 0
    crawl(copy, make, range(3, 5))
    assert counts(copy) == [5, 5, 5]
    assert monitor(copy, "verify").exit_code == 0


def test_the_next_backup_copies_what_is_new(tmp_path: Path, make: Maker) -> None:
    db, to = tmp_path / "data" / "monitor.db", tmp_path / "backup"
    for number in range(3):
        crawl(db, make, range(number, number + 1))
        assert "; 1 file of the archive copied" in monitor(db, "backup", str(to)).output
    assert "; 0 files of the archive copied" in monitor(db, "backup", str(to)).output
    assert counts(to / "monitor.db") == [3, 3, 3]
    assert monitor(to / "monitor.db", "verify").exit_code == 0


def test_readers_marks_are_copied_too(tmp_path: Path, make: Maker) -> None:
    db = tmp_path / "newsroom" / "monitor.db"
    crawl(db, make, range(1))
    for number in range(2):  # the second copy takes the place of the first
        with Notes.open(notes_of(db)) as notes:
            notes.add("a", "note", str(number), "desk", make.at())
        assert monitor(db, "backup", str(tmp_path / "copy")).exit_code == 0
        assert all_marks(tmp_path / "copy" / "notes.db") == all_marks(notes_of(db))


def test_what_alerts_sent_and_what_waits_is_copied_too(tmp_path: Path, make: Maker) -> None:
    db = tmp_path / "newsroom" / "monitor.db"
    crawl(db, make, range(1))
    for number in range(2):
        with Outbox.open(outbox_of(db)) as outbox:
            outbox.add("news", number, [Notification(f"article:{number}", {"title": str(number)})], ["$DESK"], make.at())
        assert monitor(db, "backup", str(tmp_path / "copy")).exit_code == 0
    with Outbox.open(outbox_of(tmp_path / "copy" / "monitor.db")) as restored:
        assert restored.after("news") == 1
        assert [one.key for one, _ in restored.waiting("news", "$DESK")] == ["article:0", "article:1"]


def test_a_backup_while_a_crawl_writes_has_every_capture_of_its_rows(tmp_path: Path, make: Maker) -> None:
    db, copy = tmp_path / "data" / "monitor.db", tmp_path / "backup" / "monitor.db"
    crawl(db, make, range(1))
    crawling = threading.Thread(target=crawl, args=(db, make, range(1, 60)))
    crawling.start()
    while crawling.is_alive():
        assert monitor(db, "backup", str(copy.parent)).exit_code == 0
        found = monitor(copy, "verify")
        assert found.exit_code == 0, found.output
    crawling.join()
    assert monitor(db, "backup", str(copy.parent)).exit_code == 0
    assert counts(copy) == [60, 60, 60]
    assert not list(archive_of(copy).glob("*.open"))
    assert monitor(copy, "verify").exit_code == 0


def test_what_stands_beside_the_log_is_copied_also_where_a_signature_was_never_made(tmp_path: Path, make: Maker) -> None:
    db, copy = tmp_path / "data" / "monitor.db", tmp_path / "backup" / "monitor.db"
    crawl(db, make, range(1))
    archive = archive_of(db)
    (archive / calendars.NAME).write_bytes(b"{}\n")
    EvidenceLog(archive).append(SIGNATURE, number=2, last=made_signatures(archive)[0])
    assert monitor(db, "backup", str(copy.parent)).exit_code == 0
    for name in (calendars.NAME, "checkpoints.jsonl", "log.jsonl"):
        assert (archive_of(copy) / name).read_bytes() == (archive / name).read_bytes()
    assert "signature 2, which entry 6 announces, is missing" in monitor(copy, "verify").output


def test_a_line_of_the_log_that_is_being_written_is_waited_for(tmp_path: Path, make: Maker) -> None:
    db, copy = tmp_path / "data" / "monitor.db", tmp_path / "backup" / "monitor.db"
    crawl(db, make, range(2))
    log = archive_of(db) / "log.jsonl"
    last = log.read_bytes().splitlines(keepends=True)[-1]
    os.truncate(log, log.stat().st_size - len(last) + 9)
    with log.open("ab", buffering=0) as file, ThreadPoolExecutor() as others:
        fcntl.flock(file, fcntl.LOCK_EX)
        copied = others.submit(monitor, db, "backup", str(copy.parent))
        assert not wait([copied], timeout=1.5).done
        file.write(last[9:])
        fcntl.flock(file, fcntl.LOCK_UN)
        assert copied.result().exit_code == 0
    assert monitor(copy, "verify").exit_code == 0
    assert (archive_of(copy) / "log.jsonl").read_bytes() == log.read_bytes()


@pytest.mark.parametrize("where", ["data", "file"])
def test_where_a_backup_cannot_lie_is_told_in_one_line(tmp_path: Path, make: Maker, where: str) -> None:
    db = tmp_path / "data" / "monitor.db"
    crawl(db, make, range(1))
    (tmp_path / "file").write_text("")
    to = tmp_path / where if where == "data" else tmp_path / "file" / "backup"
    done = monitor(db, "backup", str(to))
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert done.output.startswith("monitor: ")

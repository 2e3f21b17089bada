"""What is proved to a person: one capture, one article, and the vault against the log."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.archive import WarcWriter, log, pack, signing
from monitor.cli import main
from monitor.model import Capture
from monitor.operate.evidence import archive_of, log_publication, log_rejudged, log_run
from monitor.operate.proof_page import FICTION
from monitor.site.language import catalogue
from monitor.vault import Store, open_reader
from tests.records import Maker, words_of

BODY = gzip.compress("<p>Повестка</p>".encode(), mtime=0)


class Evidence:
    """A vault of two articles, and its archive."""

    def __init__(self, folder: Path, make: Maker) -> None:
        self.db = folder / "monitor.db"
        self.archive = archive_of(self.db)
        self.topics = folder / "topics"
        self.topics.mkdir()
        (self.topics / "summons.toml").write_text("id = 'summons'\n")
        self.captures: list[Capture] = []
        with Store.open(self.db) as store, WarcWriter(self.archive) as writer:
            number = store.begin_run("feeds", make.at())
            for n in range(2):
                url = f"http://bereg.test/{n}"
                headers = [("Content-Type", "text/html"), ("Content-Encoding", "gzip")]
                self.captures.append(writer.append(pack(url, [], 200, "OK", headers, BODY, make.at(n))))
                fetch = replace(make.fetch(url, at=n), capture=self.captures[-1])
                store.save_article(number, fetch, make.parsed(url, words_of(n)))
            self.run = store.finish_run(number, "done", make.at(5))
            writer.close()
            log_run(store, writer.log, self.run, self.topics)
            self.articles = [row["id"] for row in store.db.rows("SELECT id FROM articles ORDER BY url")]

    def monitor(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["--db", str(self.db), *arguments])

    def sql(self, statement: str) -> None:
        with closing(sqlite3.connect(self.db)) as connection:
            connection.execute(statement)
            connection.commit()

    def entries(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in (self.archive / log.NAME).read_text("utf-8").splitlines()]


@pytest.fixture
def evidence(tmp_path: Path, make: Maker) -> Evidence:
    return Evidence(tmp_path, make)


def test_what_was_logged_is_verified_and_the_vault_agrees(evidence: Evidence) -> None:
    done = evidence.monitor("verify")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == "All is as it was logged."
    assert [entry["kind"] for entry in evidence.entries()] == [
        "capture", "capture", "file", "text", "text", "topics", "run", "signature",
    ]  # fmt: skip
    said = json.loads(evidence.monitor("verify", "--json").output)
    assert (said["files"], said["captures"], said["entries"], said["signed_entries"], said["faults"]) == (1, 2, 8, 8, [])
    assert evidence.monitor("status").exit_code == 0


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE fetches SET digest = 'sha256:00' WHERE id = 1", "request 1 (http://bereg.test/0): its capture <urn:uuid:"),
        ("UPDATE fetches SET warc_offset = 7 WHERE id = 2", "is in no entry of the log"),
        ("UPDATE revisions SET text = text || '!' WHERE fetch = 1", "its text of 2026-05-18T12:00:00.000000Z has changed"),
        ("UPDATE revisions SET text = 'x', digest = 'DIGEST' WHERE fetch = 1", "is in no entry of the log"),
    ],
)
def test_what_was_changed_in_the_vault_is_named(evidence: Evidence, statement: str, said: str) -> None:
    title = "Заголовок"
    evidence.sql(statement.replace("DIGEST", hashlib.sha256(f"{title}\nx".encode()).hexdigest()))
    done = evidence.monitor("verify")
    assert done.exit_code == 1
    (fault,) = [line for line in done.output.splitlines() if line.startswith("Not as it was: ")]
    assert said in fault


def test_a_changed_text_that_is_said_to_be_read_again_is_told(evidence: Evidence) -> None:
    digest = hashlib.sha256("Заголовок\nx".encode()).hexdigest()
    evidence.sql(f"UPDATE revisions SET text = 'x', digest = '{digest}' WHERE fetch = 1")
    evidence.sql(
        "INSERT INTO changed_readings (article, fetch, field, before, after, parser_before, parser, noticed, at, digest_before)"
        " SELECT article, fetch, 'text', 'a', 'x', '', '', fetched, fetched, '' FROM revisions WHERE fetch = 1"
    )
    done = evidence.monitor("verify")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-3:] == [
        f"Not logged yet: article {evidence.articles[0]}: its text of 2026-05-18T12:00:00.000000Z",
        "What is not logged yet is newer than the log, says the vault: the log does not prove it. The next run logs it.",
        "All else is as it was logged.",
    ]
    said = json.loads(evidence.monitor("verify", "--json").output)
    assert (said["not_logged_yet"], said["faults"]) == (1, [])


def test_a_text_outside_what_the_log_has_is_named(evidence: Evidence, make: Maker) -> None:
    with Store.open(evidence.db) as store:
        number = store.begin_run("feeds", make.at(10))
        for n in range(25):
            url = f"http://bereg.test/later/{n}"
            fetch = replace(make.fetch(url, at=10 + n), capture=evidence.captures[0])
            store.save_article(number, fetch, make.parsed(url, words_of(9 + n)))
    done = evidence.monitor("verify")
    assert (done.exit_code, done.output.count("Not logged yet: article ")) == (0, 20), done.output
    assert "Not logged yet: 5 things more." in done.output
    # Whoever puts a text into the vault, and makes it say that all was logged, is found out by that.
    evidence.sql("UPDATE evidence_logged SET value = '27' WHERE what = 'text'")
    done = evidence.monitor("verify")
    assert done.exit_code == 1
    assert done.output.count(" is in no entry of the log") == 20
    assert "Not as it was: 5 things more" in done.output


def test_a_text_within_what_the_log_has_is_a_fault_whatever_the_vault_says_of_the_log(evidence: Evidence) -> None:
    digest = hashlib.sha256("Заголовок\nx".encode()).hexdigest()
    evidence.sql(f"UPDATE revisions SET text = 'x', digest = '{digest}' WHERE fetch = 1")
    evidence.sql("UPDATE evidence_logged SET value = '0' WHERE what = 'text'")
    done = evidence.monitor("verify")
    assert (done.exit_code, done.output.count(" is in no entry of the log")) == (1, 1), done.output


def test_no_database_is_needed(evidence: Evidence) -> None:
    evidence.db.unlink()
    assert evidence.monitor("verify").exit_code == 0
    named = evidence.captures[1].record_id.strip("<>").removeprefix("urn:uuid:")
    for id_ in (named, f"urn:uuid:{named}", f"<urn:uuid:{named}>"):
        done = evidence.monitor("verify", "--capture", id_)
        assert (done.exit_code, "Address:   http://bereg.test/1\n" in done.output) == (0, True), done.output
    assert "name the id of the record" in evidence.monitor("verify", "--capture", "2").output


def test_one_capture_is_proved_in_ten_lines_and_its_bytes_are_written(evidence: Evidence, tmp_path: Path) -> None:
    evidence.sql("UPDATE fetches SET finished = '2026-05-18T12:03:00.000000Z' WHERE id = 2")  # by then it was read, too
    done = evidence.monitor("verify", "--capture", "2", "-o", str(tmp_path / "page"))
    assert done.exit_code == 0, done.output
    lines = dict(line.split(":", 1) for line in done.output.splitlines())
    assert len(lines) <= 10
    said = {label: value.strip() for label, value in lines.items()}
    assert said["Address"] == "http://bereg.test/1"
    assert said["Received"] == "2026-05-18 12:01:00 UTC, status 200"
    assert f"sha256:{said['SHA-256']}" == evidence.captures[1].digest
    assert said["Checked"].endswith("as they were received, packed with gzip")
    assert said["Log"].startswith("entry 2 of 8, written ")
    assert "entries 1 to 8, by the SSH key SHA256:" in said["Signed"]
    assert hashlib.sha256((tmp_path / "page").read_bytes()).hexdigest() == said["SHA-256"]


def test_an_article_is_proved_in_ten_lines_and_as_a_page(evidence: Evidence, tmp_path: Path) -> None:
    evidence.sql("UPDATE articles SET title = '<script>alert(1)</script>'")
    done = evidence.monitor("verify", evidence.articles[0], "-o", str(tmp_path / "proof.html"))
    assert done.exit_code == 0, done.output
    assert len(done.output.splitlines()) <= 10
    assert "Title:     <script>alert(1)</script> (Bereg)" in done.output
    page = (tmp_path / "proof.html").read_text("utf-8")
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append(tag)
    parser.feed(page)
    assert not {"script", "img", "link", "iframe"} & set(tags)
    assert "-----BEGIN SSH SIGNATURE-----" in page
    assert "Nobody else stamped the time" in page
    assert evidence.captures[0].record_id.strip("<>") in page


def test_an_invented_capture_is_said_to_be_in_both_languages(evidence: Evidence, tmp_path: Path) -> None:
    out = tmp_path / "proof.html"
    assert "Fiction" not in evidence.monitor("verify", evidence.articles[0], "-o", str(out)).output + out.read_text("utf-8")
    evidence.sql("UPDATE runs SET clock = '2026-05-18T12:00:00.000000Z'")
    for locale, mark in (("en", "Fiction: an invented press."), ("ru", catalogue("ru").gettext(FICTION))):
        done = evidence.monitor("verify", evidence.articles[0], "-o", str(out), "--locale", locale)
        assert mark in out.read_text("utf-8").partition("<table>")[0]
        assert "the clock of the crawl was set" in done.output


def test_a_capture_and_a_log_that_are_days_apart_say_so(evidence: Evidence) -> None:
    said = evidence.monitor("verify", "--capture", "1").output
    (days,) = re.findall(r"Log: +entry 1 of .*; the log was written (\d+) days after the capture", said)
    assert int(days) > 100
    assert re.search(r"Log: +entry 1 of \d+, written 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC, ", said)
    assert str(evidence.archive) not in said
    assert f"File:      {evidence.captures[0].file}, offset " in said


def test_bytes_that_have_changed_are_no_proof(evidence: Evidence, tmp_path: Path) -> None:
    path = evidence.archive / evidence.captures[1].file
    whole = path.read_bytes()
    at = evidence.captures[1].offset + 60
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    for arguments in (("--capture", "2", "-o", str(tmp_path / "page")), (evidence.articles[1],)):
        done = evidence.monitor("verify", *arguments)
        assert done.exit_code == 1
        assert f"{evidence.captures[1].file}: offset {evidence.captures[1].offset}: " in done.output
    assert not (tmp_path / "page").exists()
    assert evidence.monitor("verify", "--capture", "1").exit_code == 0


def test_a_log_that_is_not_whole_proves_nothing(evidence: Evidence) -> None:
    path = evidence.archive / log.NAME
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    done = evidence.monitor("verify", "--capture", "1")
    assert (done.exit_code, "entry 3 is missing" in done.output) == (1, True)


def test_another_capture_under_the_same_record_is_told(evidence: Evidence) -> None:
    first, second = evidence.captures
    evidence.sql(f"UPDATE fetches SET warc_record = '{second.record_id}' WHERE id = 1")
    done = evidence.monitor("verify", "--capture", "1")
    assert (done.exit_code, f"is record {first.record_id}, not {second.record_id}" in done.output) == (1, True)


@pytest.mark.parametrize("arguments", [("--capture", "99"), ("--capture", "no-such"), ("nobody",)])
def test_what_is_not_there_is_told_in_one_line(evidence: Evidence, arguments: tuple[str, ...]) -> None:
    done = evidence.monitor("verify", *arguments)
    assert (done.exit_code, len(done.output.splitlines())) == (1, 1)
    assert "monitor: " in done.output


def test_wrong_uses_are_told(evidence: Evidence, tmp_path: Path) -> None:
    assert evidence.monitor("verify", "-o", str(tmp_path / "page")).exit_code == 2
    assert evidence.monitor("verify", "article", "--capture", "1").exit_code == 2


def test_signatures_that_the_vault_saw_made_are_missed_also_where_the_log_is_cut(evidence: Evidence) -> None:
    for name in (signing.NAME, log.NAME):
        lines = (evidence.archive / name).read_bytes().splitlines(keepends=True)
        (evidence.archive / name).write_bytes(b"".join(lines[:-1]))
    done = evidence.monitor("verify")
    assert done.exit_code == 1
    assert "has 0 signatures of the 1 that the vault saw made" in done.output


def test_texts_are_logged_once_and_those_of_a_killed_run_with_the_next(evidence: Evidence, make: Maker) -> None:
    with Store.open(evidence.db) as store, WarcWriter(evidence.archive) as writer:
        for n in (2, 3):
            number = store.begin_run("feeds", make.at(10 * n))
            fetch = make.fetch(f"http://bereg.test/{n}", at=10 * n)
            store.save_article(number, fetch, make.parsed("http://bereg.test/1", words_of(n)))
            if n == 3:
                log_run(store, writer.log, replace(evidence.run, id=number), evidence.topics)
    texts = [entry["fetch"] for entry in evidence.entries() if entry["kind"] == "text"]
    assert texts == [1, 2, 3, 4]
    assert [entry["kind"] for entry in evidence.entries()].count("topics") == 1


def test_a_change_of_topics_and_a_publication_are_entries(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "public.db").write_bytes(b"snapshot")
    log_publication(evidence.db, tmp_path / "public.db", "public")
    log_rejudged(evidence.db, evidence.topics)
    (evidence.topics / "summons.toml").write_text("id = 'draft'\n")
    log_rejudged(evidence.db, evidence.topics)
    *_, published, _, _, topics, _ = evidence.entries()
    assert (published["kind"], published["profile"]) == ("publication", "public")
    assert published["sha256"] == hashlib.sha256(b"snapshot").hexdigest()
    assert topics["sha256"] == {"summons.toml": hashlib.sha256(b"id = 'draft'\n").hexdigest()}
    assert "signed up to entry 13" in evidence.monitor("verify").output


def test_before_anything_was_captured_there_is_nothing_to_log(tmp_path: Path) -> None:
    (tmp_path / "public.db").write_bytes(b"snapshot")
    log_publication(tmp_path / "monitor.db", tmp_path / "public.db", "internal")
    log_rejudged(tmp_path / "monitor.db", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["public.db"]


def damage(kind: str) -> Callable[[Path], object]:
    return {
        "cut": lambda path: path.write_bytes(path.read_bytes()[:-9]),
        "changed": lambda path: path.write_bytes(path.read_bytes().replace(b"\x1f\x8b", b"\x1f\x8a")),
        "gone": lambda path: path.unlink(),
        "all gone": lambda path: shutil.rmtree(path.parent),
    }[kind]


@pytest.mark.fault(81)
@pytest.mark.parametrize("kind", ["cut", "changed", "gone", "all gone"])
def test_status_tells_of_files_that_are_cut_changed_or_gone(evidence: Evidence, kind: str, tmp_path: Path) -> None:
    path = evidence.archive / evidence.captures[0].file
    damage(kind)(path)
    done = evidence.monitor("status", "--metrics", str(tmp_path / "povestka.prom"))
    assert done.exit_code == 3
    assert f"Archive: {path}: " in done.output
    assert "povestka_archive_faults 1.0" in (tmp_path / "povestka.prom").read_text()
    assert json.loads(evidence.monitor("status", "--json").output)["archive"][0].startswith(str(path))


def test_files_that_were_copied_are_no_fault_once_they_were_verified(evidence: Evidence) -> None:
    path = evidence.archive / evidence.captures[0].file
    copy = path.read_bytes()
    path.unlink()
    path.write_bytes(copy)
    os.utime(path, (0, 0))
    assert evidence.monitor("status").exit_code == 3
    assert evidence.monitor("verify").exit_code == 0
    assert evidence.monitor("status").exit_code == 0


def test_status_counts_the_hours_that_nobody_watched_as_exports_do(evidence: Evidence, tmp_path: Path, make: Maker) -> None:
    with Store.open(evidence.db) as store:
        store.sync_sources([make.source("bereg"), make.source("rupor")], [])
    now = datetime.now(UTC)
    since, until = (f"{now - timedelta(hours=hours):%Y-%m-%dT%H}:00:00.000000Z" for hours in (25, 2))
    for source in ("bereg", "rupor"):
        evidence.sql(f"INSERT INTO unpolled VALUES ('{source}', '{since}', '{until}')")
    done = evidence.monitor("status", "--metrics", str(tmp_path / "povestka.prom"))
    assert "Hours not seen, last 7 days: 46 of 2 outlets (46 not running)." in done.output
    assert 'povestka_unseen_hours{state="not running"} 46.0' in (tmp_path / "povestka.prom").read_text()
    with open_reader(evidence.db) as reader:
        assert json.loads(evidence.monitor("status", "--json").output)["unseen"] == reader.unseen()

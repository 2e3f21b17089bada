"""Reader's marks are taken away: as a file of their own, and never with the rest."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.vault.marks import Notes

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.db"
    with Notes.open(path) as opened:
        opened.add("a", "checked", "", "Мария", NOON)
        opened.add("a", "note", '=1+1\nзвонить; "завтра"', "Мария", NOON.replace(hour=13))
        opened.add("b", "tag", "суд", "Пётр", NOON.replace(hour=14))
        opened.remove("a", 2, "Пётр", NOON.replace(hour=15))
    return path


def monitor(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--db", str(folder / "monitor.db"), *arguments])


def test_marks_are_an_export_also_as_they_stood_at_another_time(notes: Path, tmp_path: Path) -> None:
    done = monitor(tmp_path, "export", "marks", "-o", str(tmp_path / "marks.jsonl"))
    assert (done.exit_code, "3 marks" in done.output) == (0, True), done.output
    rows = [json.loads(line) for line in (tmp_path / "marks.jsonl").read_text("utf-8").splitlines()]
    assert [(row["number"], row["kind"], row["marked_by"], row["removed_by"]) for row in rows] == [
        (1, "checked", "Мария", None), (2, "note", "Мария", "Пётр"), (3, "tag", "Пётр", None),
    ]  # fmt: skip
    assert (rows[1]["text"], rows[0]["removed"]) == ('=1+1\nзвонить; "завтра"', None)
    monitor(tmp_path, "export", "marks", "-o", str(tmp_path / "then.jsonl"), "--as-of", "2026-05-18T13:30:00Z")
    then = [json.loads(line) for line in (tmp_path / "then.jsonl").read_text("utf-8").splitlines()]
    assert [(row["number"], row["removed"]) for row in then] == [(1, None), (2, None)]
    monitor(tmp_path, "export", "marks", "-o", str(tmp_path / "marks.csv"), "--for", "excel")
    assert "'=1+1" in (tmp_path / "marks.csv").read_text("utf-8")
    refused = monitor(tmp_path, "export", "marks", "-o", str(tmp_path / "x.csv"), "--from", "2026-05-01")
    assert refused.exit_code == 2
    assert "all together" in refused.output


def test_what_is_handed_on_has_no_mark_and_no_name_of_a_reader(notes: Path, vault: Path, tmp_path: Path) -> None:
    shutil.copy(vault, notes.with_name("monitor.db"))
    done = monitor(tmp_path, "export", "all", "-o", str(tmp_path / "all"))
    assert done.exit_code == 0, done.output
    written = [file.read_text("utf-8") for file in (tmp_path / "all").iterdir()]
    assert len(written) > 20
    assert not [text for text in written if "marked_by" in text or "Мария" in text]

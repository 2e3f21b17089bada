"""The press edits three articles and removes one on its second day: one recheck finds them, and says which were silent."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from monitor.archive import read_capture
from monitor.archive.log import Entry, read_log
from monitor.crawl import clock
from monitor.operate import picture
from monitor.operate.evidence import verify_all
from monitor.vault import evidence, open_reader
from tests.press_days import PressDays, monitor

# What the world says of itself: monitor/press/world/articles.
EDITS = {
    "bereg-005": {("number", 0): 2},
    "bereg-008": {("passage_removed", 1): 1},
    "courier-007": {("number", 0): 1, ("passage_removed", 0): 1},
}


@pytest.fixture(scope="module")
def vault(press_days: PressDays, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vault after one crawl of the press on its first day and one recheck on its second."""
    return Path(shutil.copytree(press_days.rechecked, tmp_path_factory.mktemp("press") / "data")) / "monitor.db"


def rows(vault: Path, sql: str) -> list[dict[str, Any]]:
    with open_reader(vault) as reader:
        return [dict(row) for row in reader.query(sql)]


def test_each_edit_is_found_by_class_and_silent_ones_are_silent(vault: Path, press_days: PressDays) -> None:
    found: dict[str, dict[tuple[str, int], int]] = {}
    view = press_days.view()
    names = {view.link(name).partition("?")[0].rstrip("/"): name for name in view.world.entries}
    for row in rows(vault, "SELECT * FROM edits"):
        classes = found.setdefault(names[row["url"].partition("?")[0].rstrip("/")], {})
        classes[row["class"], row["disclosed"]] = classes.get((row["class"], row["disclosed"]), 0) + 1
        assert row["last_seen"] < row["noticed"]
    assert found == EDITS


def test_the_removal_is_suspected_and_nothing_else_is(vault: Path, press_days: PressDays) -> None:
    view = press_days.view()
    (only,) = rows(vault, "SELECT * FROM absences")
    assert only["url"] in {view.link(name) for name, entry in view.world.entries.items() if entry.removed_at}
    assert (only["kind"], only["way"], only["state"], only["looks"]) == ("removed", "not found", "suspected", 1)
    assert only["last_seen"] < only["noticed"] == only["last_checked"]


def test_the_run_says_what_it_found_and_when_each_was_checked_is_known(vault: Path, press_days: PressDays) -> None:
    said = press_days.said["rechecked"]
    assert "looked again at 111 articles: 107 unchanged; 3 edited, 2 of them silently; 1 not there" in said
    assert "3 edited, 2 of them silently; 1 not there, which may be removed." in said
    states = rows(vault, "SELECT state, count(*) AS n FROM rechecks GROUP BY state ORDER BY state")
    assert states == [{"state": "not found", "n": 1}, {"state": "there", "n": 110}]


def test_what_is_unchanged_costs_a_revisit_and_each_capture_gives_its_bytes(press_days: PressDays) -> None:
    vault = press_days.rechecked_again / "monitor.db"
    assert "110 unchanged" in press_days.said["rechecked_again"]
    # By then the one that is gone is confirmed to be removed, by a second way of looking.
    (gone,) = rows(vault, "SELECT state, confirmed_by FROM absences")
    assert gone == {
        "state": "confirmed",
        "confirmed_by": "not there at 2 looks in 7 hours; other articles of its host are; the home page does not link to it",
    }
    types: Counter[str] = Counter()
    with open_reader(vault) as reader:
        looks = {fetch.capture.record_id: fetch for fetch in evidence.captured_fetches(reader.db) if fetch.outcome == "unchanged"}
        for path in sorted((vault.parent / "warc").glob("*.warc.gz")):
            with path.open("rb") as file:
                for record in ArchiveIterator(file):
                    if record.rec_headers.get_header("WARC-Record-ID") in looks:
                        types[record.rec_type] += 1
        for fetch in looks.values():
            _, _, payload = read_capture(vault.parent / "warc", fetch.capture)
            assert f"sha256:{hashlib.sha256(payload).hexdigest()}" == fetch.capture.digest
    assert types == {"revisit": len(looks)}
    assert len(looks) == 110


def test_the_absence_is_in_the_log_and_its_row_is_held_against_it(vault: Path) -> None:
    entries = [json.loads(line) for line in (vault.parent / "warc" / "log.jsonl").read_text("utf-8").splitlines()]
    (entry,) = [entry for entry in entries if entry["kind"] == "absence"]
    (row,) = rows(vault, "SELECT * FROM absences")
    assert {name: entry[name] for name in ("article", "way", "state", "fetch")} == {
        name: row[name] for name in ("article", "way", "state", "fetch")
    }
    assert (entry["absence"], entry["since"]) == ("removed", row["noticed"])
    with open_reader(vault) as reader:
        assert verify_all(vault.parent / "warc", reader, lambda *_: None).faults == []
    with closing(sqlite3.connect(vault)) as db:
        db.execute("UPDATE article_absences SET state = 'confirmed'")
        db.commit()
        with open_reader(vault) as reader:
            (fault,) = verify_all(vault.parent / "warc", reader, lambda *_: None).faults
        db.execute("UPDATE article_absences SET state = 'suspected'")
        db.commit()
    assert f"article {row['article']}: that it is confirmed absent since" in fault


RELEVANT = "(SELECT id FROM articles WHERE relevant = 1)"
REBUILT = {
    "articles": "SELECT id, title, text, language, authors, published, modified, outlet FROM articles WHERE relevant = 1",
    "stories": "SELECT id, story FROM articles WHERE relevant = 1",
    # Which two texts of a group were compared depends on the order in which workers gave them.
    "copies": "SELECT article, copy_group, copy_of FROM coverage WHERE copy_group <> ''",
    "versions": "SELECT article, revision, title, text_digest FROM versions",
    "edits": "SELECT article, class, disclosed, before, after FROM edits",
    "verdicts": f"SELECT article, topic, score FROM verdicts WHERE relevant = 1 AND article IN {RELEVANT}",
    "places": f"SELECT article, region, role FROM places WHERE article IN {RELEVANT}",
    "attributions": f"SELECT article, kind, speaker, outlet FROM attributions WHERE article IN {RELEVANT}",
    "denials": f"SELECT article, claim_start, denial_start, speaker, kind FROM denials WHERE article IN {RELEVANT}",
    "pictures": "SELECT p.article, r.number, p.drawn, p.browser, p.digest, p.png FROM pictures p JOIN revisions r"
    " ON r.article = p.article AND r.fetch = p.fetch",
    "links": f"SELECT article, url, kind, anchor, start FROM links WHERE article IN {RELEVANT}",
}


class PretendedBrowser:
    """Draws what nobody would look at."""

    version = "Pretender 1"

    def draw(self, payload: bytes, _headers: object) -> bytes:
        return b"\x89PNG" + hashlib.sha256(payload).digest()


def test_a_vault_that_is_lost_is_rebuilt_from_its_archive_alone(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What articles say, how they were judged, what was edited in them, pictures. Our own clocks the archive cannot give back."""
    folder = tmp_path / "data"
    shutil.copytree(vault.parent, folder)
    monkeypatch.setattr(picture, "Browser", PretendedBrowser)
    edited = [row["article"] for row in rows(vault, "SELECT DISTINCT article FROM edits")]
    kept, faults = picture.draw_missing(folder / "monitor.db", edited, clock.now, lambda *_: None)
    assert (len(kept), faults) == (2 * len(edited), [])
    before = {name: sorted(map(repr, rows(folder / "monitor.db", sql))) for name, sql in REBUILT.items()}
    (folder / "warc").rename(tmp_path / "warc")
    for left in folder.glob("monitor.db*"):
        left.unlink()
    archives = [str(path) for path in sorted((tmp_path / "warc").glob("*.warc.gz"))]
    monitor(folder, "backfill", *archives)
    for name, sql in REBUILT.items():
        assert sorted(map(repr, rows(folder / "monitor.db", sql))) == before[name], name
        assert before[name]
    with open_reader(folder / "monitor.db") as reader:
        assert verify_all(folder / "warc", reader, lambda *_: None).faults == []


OURS = {
    "clocks": "SELECT id, first_seen, first_fetched FROM articles",
    "absences": "SELECT article, kind, way, state, looks FROM absences",
    "rechecks": "SELECT article, state, looks FROM rechecks",
    # Of two sitemaps that list the same address, that which is stored first gives its title.
    "entries": "SELECT source, guid, url, text FROM feed_entries",
    "polls": "SELECT entries, new, known, gap_since, lost FROM polls",
    "places": "SELECT url, kind, outcome, warc_file, warc_offset, digest FROM fetches WHERE warc_file IS NOT NULL",
}
"""What only a crawl has seen, and no archive of pages tells."""


def test_a_vault_that_is_lost_is_rebuilt_from_its_captures_and_its_log(
    press_days: PressDays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what only our own crawls saw: when, in which lists, what is gone. The captures stay as they lie."""
    folder = Path(shutil.copytree(press_days.rechecked_again, tmp_path / "data"))
    vault = folder / "monitor.db"
    monkeypatch.setattr(picture, "Browser", PretendedBrowser)
    picture.draw_missing(vault, [row["article"] for row in rows(vault, "SELECT article FROM edits")], clock.now, lambda *_: None)
    queries = REBUILT | OURS
    before = {name: [list(row.values()) for row in rows(vault, sql)] for name, sql in queries.items()}
    with pytest.raises(subprocess.CalledProcessError) as refused:
        monitor(folder, "rebuild")
    assert f"{vault} is there" in refused.value.stderr
    archived = {path.name: path.read_bytes() for path in (folder / "warc").glob("*.warc.gz")}
    for left in folder.glob("monitor.db*"):
        left.unlink()
    (folder / "monitor.db.part").write_text("of a try that was stopped")
    said = monitor(folder, "rebuild")
    assert {path.name: path.read_bytes() for path in (folder / "warc").glob("*.warc.gz")} == archived
    assert "and so has the vault" in said
    assert not list(folder.glob("*.part*"))
    log = [entry for entry in read_log(folder / "warc" / "log.jsonl") if isinstance(entry, Entry)]
    captured = {entry.fields["record"]: entry.fields["date"] for entry in log if entry.kind == "capture"}
    for row in rows(vault, "SELECT finished, warc_record FROM fetches WHERE kind <> 'feed text'"):
        assert datetime.fromisoformat(row["finished"]) == datetime.fromisoformat(captured[row["warc_record"]])
    for name, sql in queries.items():
        after = [list(row.values()) for row in rows(vault, sql)]
        assert before[name]
        if name == "clocks":  # a request was done with after its answer came
            was = {article: times for article, *times in before[name]}
            assert all(now <= then for article, *times in after for now, then in zip(times, was[article], strict=True))
        else:
            assert sorted(map(repr, after)) == sorted(map(repr, before[name])), name
    with open_reader(vault) as reader:
        assert verify_all(folder / "warc", reader, lambda *_: None).faults == []


def test_what_an_older_parser_left_is_read_again_to_what_it_is(press_days: PressDays, tmp_path: Path) -> None:
    """As if a parser of before had put a word behind every text: all is as it was once the archive is read again."""
    folder = Path(shutil.copytree(press_days.rechecked_again, tmp_path / "data"))
    vault = folder / "monitor.db"
    views = ("coverage", "versions", "edits", "denials", "stories")
    before = {view: rows(vault, f"SELECT * FROM {view}") for view in views}
    with closing(sqlite3.connect(vault)) as db, db:
        db.execute(
            "UPDATE revisions SET text = text || ' слово', substance = 'old ' || number, parser = 'old'"
            " WHERE article IN (SELECT id FROM articles WHERE gate = '')"
        )
        db.execute("UPDATE articles SET text = text || ' слово' WHERE gate = ''")
    said = json.loads(monitor(folder, "reread", "--all", "--json"))
    assert said["captures"] > said["articles"] > len(before["coverage"])
    assert {change["field"] for change in said["changes"]} == {"text"}
    assert all(change["before"] == f"{change['after']} слово" for change in said["changes"])
    assert {change["article"] for change in said["changes"]} >= {row["article"] for row in before["edits"]}
    # Posts of channels have no page of their own, nor has what only its feed had.
    pageless = {row["id"] for row in rows(vault, "SELECT id FROM articles WHERE text LIKE '% слово'")}
    assert len(pageless) < len(before["coverage"]) / 4
    for view in views:
        now = rows(vault, f"SELECT * FROM {view}")
        assert [row for row in now if row.get("article") not in pageless] == [
            row for row in before[view] if row.get("article") not in pageless
        ], view
    with open_reader(vault) as reader:
        faults = verify_all(folder / "warc", reader, lambda *_: None).faults
    assert [fault for fault in faults if not any(f"article {article}:" in fault for article in pageless)] == []

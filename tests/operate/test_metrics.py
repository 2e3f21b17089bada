"""The metrics say what the vault says, in the format that Prometheus reads, and whole."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from monitor.cli import main
from monitor.errors import MonitorError
from monitor.operate.metrics import OUTCOMES, write_metrics
from monitor.vault import FrontierEntry, Store, feeds, open_reader
from monitor.vault.connection import stamp

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)


def samples(file: Path) -> dict[tuple[str, ...], float]:
    """By name and the values of the labels."""
    found = text_string_to_metric_families(file.read_text("utf-8"))
    return {(s.name, *s.labels.values()): s.value for family in found for s in family.samples}


@pytest.fixture(scope="module")
def said(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], float]:
    target = tmp_path_factory.mktemp("metrics") / "povestka.prom"
    done = CliRunner().invoke(main, ["--db", str(vault), "status", "--metrics", str(target)])
    assert "Stored:" in done.output, done.output
    assert [path.name for path in target.parent.iterdir()] == ["povestka.prom"]
    return samples(target)


def test_they_agree_with_the_vault(said: dict[tuple[str, ...], float], vault: Path) -> None:
    with open_reader(vault) as reader:
        listed = {row["id"] for row in reader.query("SELECT id FROM sources WHERE listed = 1")}
        resting = feeds.not_due_sources(reader.db, datetime.now(UTC)).keys()
        late = datetime.now(UTC) - timedelta(minutes=30)
        overdue = reader.query("SELECT count(*) FROM feeds WHERE source IN (SELECT id FROM sources) AND due < ?", (stamp(late),))
        totals, requests, gaps = reader.totals(), reader.requests(), [*reader.gaps(), *reader.idle(datetime.now(UTC))]
    assert said["povestka_articles", "true"] == totals.relevant > 0
    assert said["povestka_articles", "false"] == totals.articles - totals.relevant
    assert said["povestka_stories",] == totals.stories
    assert {key[1:]: value for key, value in said.items() if key[0] == "povestka_requests_total"} == {
        (kind, outcome): count for kind, outcome, count in requests
    }
    assert said["povestka_sources",] == len(listed) > 0
    assert said["povestka_sources_due",] == len(listed - resting)
    assert said["povestka_sources_overdue",] == overdue[0][0]
    assert said["povestka_sources_with_gaps",] == len(gaps)
    assert said["povestka_vault_bytes",] == vault.stat().st_size


def test_a_run_has_its_time_and_one_outcome(vault: Path, tmp_path: Path) -> None:
    target = tmp_path / "povestka.prom"
    with open_reader(vault) as reader:
        last = replace(reader.runs()[0], started=NOW, finished=NOW + timedelta(minutes=2), outcome="gaps", silent=("A", "B"))
        write_metrics(target, reader, vault, last, NOW)
    found = samples(target)
    assert found["povestka_run_finished_timestamp_seconds",] - found["povestka_run_started_timestamp_seconds",] == 120
    assert {name: found["povestka_run_outcome", name] for name in OUTCOMES} == {n: n == "gaps" for n in OUTCOMES}
    assert found["povestka_run_silent_outlets",] == 2


def test_what_waits_and_what_the_archive_weighs_are_counted(tmp_path: Path) -> None:
    db, target = tmp_path / "monitor.db", tmp_path / "povestka.prom"
    (tmp_path / "warc").mkdir()
    (tmp_path / "warc" / "one.warc.gz").write_bytes(b"x" * 700)
    with Store.open(db) as store:
        rows = [("http://bereg.test/1", -1), ("http://bereg.test/2", 1), ("http://bereg.test/3", 2)]
        store.frontier.push(
            [FrontierEntry(url, url, "article", "", "bereg.test", 0, 0, "", NOW + timedelta(hours=hours)) for url, hours in rows]
        )
    with open_reader(db) as reader:
        write_metrics(target, reader, db, None, NOW)
    found = samples(target)
    states = ("due", "later", "leased", "done")
    assert [found["povestka_frontier_addresses", state] for state in states] == [1, 2, 0, 0]
    assert (found["povestka_archive_bytes",], found["povestka_archive_files",]) == (700, 1)
    assert not any(key[0].startswith("povestka_run_") for key in found)


@pytest.mark.parametrize(("name", "words"), [("metrics.txt", "end in .prom"), ("nowhere/povestka.prom", "folder that can be")])
def test_a_file_that_the_collector_would_not_find_is_refused(vault: Path, tmp_path: Path, name: str, words: str) -> None:
    with open_reader(vault) as reader, pytest.raises(MonitorError, match=words):
        write_metrics(tmp_path / name, reader, vault, None, NOW)


def test_the_documentation_names_every_metric_and_no_other(said: dict[tuple[str, ...], float], checkout: Path) -> None:
    documented = set(re.findall(r"`(povestka_\w+)`", (checkout / "docs" / "crawling.md").read_text("utf-8")))
    assert documented == {key[0] for key in said} | {"povestka_gaps", "povestka_unseen_hours"}

"""What `monitor doctor` says: facts of this machine and the vault, each with what to do, and nothing that it did not look at."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.model import Feed, FeedEntry, Fetch, Outcome, Source
from monitor.operate import doctor
from monitor.operate.doctor import Check, examine
from monitor.vault import FeedItem, Store

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
OUTLETS = {"bereg": "Берег", "polden": "Полдень", "znak": "Знамя"}


@pytest.fixture
def newsroom(checkout: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(checkout / "data", folder, ignore=shutil.ignore_patterns("*.db*", "warc", "*.lock", "site"))
    return folder


def source(id_: str) -> Source:
    home = f"https://{id_}.example/"
    doubt = "has it closed?" if id_ == "znak" else ""
    return Source(id_, OUTLETS[id_], home, "ru", "RU", "independent", f"{home}feed", "doubtful" if doubt else "listed", doubt)


def crawled(path: Path, outcomes: dict[str, Outcome], *, at: datetime, robots: Outcome = Outcome.ROBOTS_READ) -> None:
    """A run in which these sources answered so."""
    with Store.open(path) as store:
        store.sync_sources([source(id_) for id_ in OUTLETS], ())
        run = store.begin_run("feeds", at)
        for id_, outcome in outcomes.items():
            one = source(id_)
            store.save_fetch(run, Fetch(f"{one.home}robots.txt", id_, "robots", robots, "", at, at))
            fetch = Fetch(one.feed, id_, "feed", outcome, "", at, at)
            if outcome is Outcome.FEED:
                entry = FeedEntry(f"{one.home}1", "1", "Заметка", "", at, "", None)
                store.save_feed(run, fetch, Feed(one.feed, "rss2.0", one.outlet, "ru", (entry,)), [FeedItem(entry, "1", None)])
            else:
                store.save_fetch(run, fetch)
        store.finish_run(run, "done", at)


def found(newsroom: Path, now: datetime = NOW, contact: str = "desk@example.org") -> dict[str, list[Check]]:
    checks: dict[str, list[Check]] = {}
    for check in examine(newsroom, newsroom / "monitor.db", contact, now):
        checks.setdefault(check.name, []).append(check)
    return checks


def test_where_all_is_well_nothing_is_a_problem_and_the_network_was_not_asked(newsroom: Path) -> None:
    crawled(newsroom / "monitor.db", {"bereg": Outcome.FEED, "polden": Outcome.FEED}, at=datetime.now(UTC))
    result = CliRunner().invoke(main, ["--data", str(newsroom), "doctor", "--json"], env={"MONITOR_CONTACT": "desk@example.org"})
    states = {check["name"]: check["state"] for check in reversed(json.loads(result.output))}
    # The contact is read when the program begins.
    assert {name for name, state in states.items() if state == "problem"} <= {"contact"}
    assert states["network"] == "not checked"
    assert states["last run"] == states["sources"] == states["robots.txt"] == "ok"


def test_a_problem_exits_3_and_says_what_to_do(newsroom: Path) -> None:
    result = CliRunner().invoke(main, ["--data", str(newsroom), "doctor"])
    assert result.exit_code == 3
    assert "no database here" in result.output
    assert "-> run `monitor crawl`" in result.output


def test_a_contact_that_is_not_set_and_a_fault_of_the_newsroom_are_problems(newsroom: Path) -> None:
    assert found(newsroom)["contact"][0].state == "ok"
    assert found(newsroom, contact="")["contact"][0].state == "problem"
    (newsroom / "sources.csv").write_text("id\n", encoding="utf-8")
    assert found(newsroom)["newsroom"][0].state == "problem"


def test_the_vaults_folder_is_to_be_written_and_the_newsrooms_is_not(newsroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def folder(place: Path) -> Check:
        (one,) = [check for check in examine(newsroom, place / "monitor.db", "", NOW) if check.name == "folder"]
        return one

    state = newsroom.parent / "state"
    assert (folder(state).state, f"{state} is not there" in folder(state).found) == ("problem", True)
    (state / "warc").mkdir(parents=True)
    closed = {newsroom}
    make = doctor.tempfile.NamedTemporaryFile

    def refuse(**asked: Any) -> object:
        if asked["dir"] in closed:
            raise PermissionError(13, "Permission denied")
        return make(**asked)

    monkeypatch.setattr(doctor.tempfile, "NamedTemporaryFile", refuse)
    assert folder(state).state == "ok"
    closed.add(state / "warc")
    assert folder(state).found == f"{state / 'warc'} cannot be written: Permission denied"


def test_names_that_could_not_be_looked_up_are_told_by_the_last_run_alone(newsroom: Path) -> None:
    crawled(newsroom / "monitor.db", dict.fromkeys(OUTLETS, Outcome.DNS), at=NOW, robots=Outcome.DNS)
    (names,) = found(newsroom)["names"]
    assert names.state == "problem"
    assert names.found.startswith("6 of 6 requests")
    crawled(newsroom / "monitor.db", {"bereg": Outcome.FEED}, at=NOW + timedelta(hours=1))
    assert found(newsroom, NOW + timedelta(hours=1))["names"][0].state == "ok"


def test_hosts_without_a_robots_txt_are_named_by_their_newest_answer(newsroom: Path) -> None:
    crawled(newsroom / "monitor.db", {"bereg": Outcome.FEED, "polden": Outcome.TIMEOUT}, at=NOW, robots=Outcome.TIMEOUT)
    crawled(newsroom / "monitor.db", {"bereg": Outcome.FEED}, at=NOW + timedelta(hours=1))
    (robots,) = found(newsroom, NOW + timedelta(hours=1))["robots.txt"]
    assert (robots.state, "polden.example (timeout, 2026-05-18)" in robots.found) == ("problem", True)
    assert "bereg" not in robots.found


def test_sources_not_read_for_long_or_never_are_named_and_the_doubtful_are_not_judged(newsroom: Path) -> None:
    vault = newsroom / "monitor.db"
    crawled(vault, {"bereg": Outcome.FEED, "polden": Outcome.FEED}, at=NOW - timedelta(days=20))
    crawled(vault, {"bereg": Outcome.FEED, "polden": Outcome.TIMEOUT}, at=NOW)
    said = " ".join(check.found for check in found(newsroom)["sources"] if check.state == "problem")
    assert "1 not read for 14 days: polden (Полдень, last read 2026-04-28)" in said
    assert "znak" not in said
    (doubtful,) = [check for check in found(newsroom)["sources"] if check.state == "not checked"]
    assert "znak (Знамя)" in doubtful.found


def test_a_clock_that_was_set_back_is_noticed_by_what_was_written_before(newsroom: Path) -> None:
    crawled(newsroom / "monitor.db", {"bereg": Outcome.FEED}, at=datetime.now(UTC))
    assert found(newsroom, datetime.now(UTC))["clock"][0].state == "ok"
    assert found(newsroom, datetime.now(UTC) - timedelta(days=3))["clock"][0].state == "problem"


def test_a_run_long_ago_and_a_full_disk_are_problems(newsroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crawled(newsroom / "monitor.db", {"bereg": Outcome.FEED}, at=NOW)
    assert found(newsroom, NOW + timedelta(days=3))["last run"][0].state == "problem"
    usage = SimpleNamespace(total=10**12, used=10**12 - 1000, free=1000)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: usage)
    assert found(newsroom)["disk"][0].state == "problem"

"""The press edits three articles and removes one on its second day: one recheck finds them, and says which were silent."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.press import MOMENTS, Press, write_data
from monitor.vault import open_reader

# What the world says of itself: monitor/press/world/articles.
EDITS = {
    "bereg-005": {("number", 0): 2},
    "bereg-008": {("passage_removed", 1): 1},
    "courier-007": {("number", 0): 1, ("passage_removed", 0): 1},
}


@pytest.fixture(scope="module")
def second_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Press, Path, str]]:
    """The press on its second day, the vault after one crawl on the first and one recheck now, and what that said."""
    folder = tmp_path_factory.mktemp("press")

    def monitor(*arguments: str, moment: Any) -> str:
        clock = {"MONITOR_ALLOW_ADDRESSES": "127.0.0.0/8", "MONITOR_DELAY": "0", "MONITOR_CLOCK": moment.isoformat()}
        command = [sys.executable, "-m", "monitor.cli", "--data", str(folder), *arguments]
        ran = subprocess.run(command, env=os.environ | clock, capture_output=True, text=True, check=True)
        return ran.stdout

    with Press(moment=1) as press:
        write_data(folder, press.port)
        monitor("crawl", moment=MOMENTS[1] + timedelta(minutes=15))
        press.move(2)
        yield press, folder / "monitor.db", monitor("recheck", moment=MOMENTS[2])


def rows(vault: Path, sql: str) -> list[dict[str, Any]]:
    with open_reader(vault) as reader:
        return [dict(row) for row in reader.query(sql)]


def test_each_edit_is_found_by_class_and_silent_ones_are_silent(second_day: tuple[Press, Path, str]) -> None:
    press, vault, _ = second_day
    found: dict[str, dict[tuple[str, int], int]] = {}
    names = {press.article_url(name).partition("?")[0].rstrip("/"): name for name in press.world.entries}
    for row in rows(vault, "SELECT * FROM edits"):
        classes = found.setdefault(names[row["url"].partition("?")[0].rstrip("/")], {})
        classes[row["class"], row["disclosed"]] = classes.get((row["class"], row["disclosed"]), 0) + 1
        assert row["last_seen"] < row["noticed"]
    assert found == EDITS


def test_the_removal_is_suspected_and_nothing_else_is(second_day: tuple[Press, Path, str]) -> None:
    press, vault, _ = second_day
    (only,) = rows(vault, "SELECT * FROM absences")
    assert only["url"] in {press.article_url(name) for name, entry in press.world.entries.items() if entry.removed_at}
    assert (only["kind"], only["way"], only["state"], only["looks"]) == ("removed", "not found", "suspected", 1)
    assert only["last_seen"] < only["noticed"] == only["last_checked"]


def test_the_run_says_what_it_found_and_when_each_was_checked_is_known(second_day: tuple[Press, Path, str]) -> None:
    _, vault, said = second_day
    assert "looked again at 111 articles: 107 unchanged; 3 edited, 2 of them silently; 1 not there" in said
    assert "3 edited, 2 of them silently; 1 not there, which may be removed." in said
    states = rows(vault, "SELECT state, count(*) AS n FROM rechecks GROUP BY state ORDER BY state")
    assert states == [{"state": "not found", "n": 1}, {"state": "there", "n": 110}]

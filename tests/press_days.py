"""Two days of the press, crawled once for all tests that look at what such crawls leave."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.press import MOMENTS, Press, write_data
from monitor.press.pages import View
from monitor.press.world import load
from tests.once import made_once


@dataclass(frozen=True)
class PressDays:
    """Newsrooms with their vaults and archives, each of them the one before and one run more."""

    folder: Path
    port: int
    said: dict[str, str]
    """What the run before each of them printed."""

    @property
    def crawled(self) -> Path:
        """After a crawl of the first day."""
        return self.folder / "crawled"

    @property
    def rechecked(self) -> Path:
        """After a recheck on the second day, on which articles were edited and one is gone."""
        return self.folder / "rechecked"

    @property
    def rechecked_again(self) -> Path:
        """After a recheck of everything, seven hours later."""
        return self.folder / "rechecked_again"

    def view(self) -> View:
        """The press as it was on the second day."""
        return View(load(), MOMENTS[2], self.port)


def monitor(folder: Path, *arguments: str, moment: datetime | None = None) -> str:
    """`monitor` on this folder, where it may reach the press; what it printed."""
    clock = {"MONITOR_ALLOW_ADDRESSES": "127.0.0.0/8", "MONITOR_DELAY": "0"}
    clock |= {"MONITOR_CLOCK": moment.isoformat()} if moment else {}
    command = [sys.executable, "-m", "monitor.cli", "--data", str(folder), *arguments]
    ran = subprocess.run(command, env=os.environ | clock, capture_output=True, text=True, check=True)
    return ran.stdout


@pytest.fixture(scope="session")
def press_days(tmp_path_factory: pytest.TempPathFactory) -> PressDays:
    folder = made_once(tmp_path_factory, "press-days", _crawl)
    port, said = json.loads((folder / "said.json").read_text("utf-8"))
    return PressDays(folder, port, said)


def _crawl(folder: Path) -> None:
    days = PressDays(folder, 0, {})
    with Press(moment=1) as press:
        write_data(days.crawled, press.port)
        days.said["crawled"] = monitor(days.crawled, "crawl", moment=MOMENTS[1] + timedelta(minutes=15))
        press.move(2)
        shutil.copytree(days.crawled, days.rechecked)
        days.said["rechecked"] = monitor(days.rechecked, "recheck", moment=MOMENTS[2])
        shutil.copytree(days.rechecked, days.rechecked_again)
        later = MOMENTS[2] + timedelta(hours=7)
        days.said["rechecked_again"] = monitor(days.rechecked_again, "recheck", "--all", moment=later)
        (folder / "said.json").write_text(json.dumps([press.port, days.said]), encoding="utf-8")

"""`monitor demo`: the whole of it in a minute, against the embedded press; no network. Runs the verbs that a user would run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from monitor.errors import MonitorError
from monitor.press import Press, write_data
from monitor.publish import publish, serve

FOLDER = Path("build") / "demo"
# What makes the folder ours to empty, and nobody's own.
_MARK = "made-by-monitor-demo"
# The press lives on this machine: it needs no gentleness, and the address guard must let its addresses pass.
_ENVIRONMENT = {"MONITOR_ALLOW_ADDRESSES": "127.0.0.0/8", "MONITOR_DELAY": "0"}


def run(*, serves: bool, port: int) -> None:
    """Crawl the press at two moments, say what was found, build the snapshot, and serve it until stopped.

    Raises MonitorError where a crawl fails, or where the folder holds something that is not a demo's.
    """
    _empty(FOLDER)
    with Press(moment=1) as press:
        write_data(FOLDER, press.port)
        click.echo(f"The embedded press: {len(press.world.outlets)} fictional outlets, here on this machine. First crawl.")
        _crawl()
        press.move(2)
        click.echo("\nA day passes in the press: new articles, an edit, a removal. Second crawl.")
        _crawl("--all")
    click.echo()
    _monitor("status")
    publish(FOLDER / "monitor.db", FOLDER)
    _monitor("export", "coverage", "-o", str(FOLDER / "coverage.csv"))
    if serves:
        serve(FOLDER, port=port)


def _empty(folder: Path) -> None:
    if folder.exists():
        if not (folder / _MARK).exists():
            raise MonitorError(f"{folder}: is there and was not made by a demo; move it away, or run the demo in another folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()


def _crawl(*options: str) -> None:
    # 3 is news to tell, not a failure: the press has outlets that are closed or silent on purpose.
    _monitor("crawl", *options, allowed=(0, 3))


def _monitor(*arguments: str, allowed: tuple[int, ...] = (0, 3)) -> None:
    """One verb, in a process of its own: a reactor runs once."""
    sys.stdout.flush()
    ended = subprocess.run(  # noqa: S603 - our own program with our own words
        [sys.executable, "-m", "monitor.cli", "--data", str(FOLDER), *arguments], env=os.environ | _ENVIRONMENT, check=False
    )
    if ended.returncode not in allowed:
        raise MonitorError(f"the demo stopped: `monitor {arguments[0]}` ended with {ended.returncode}; its own words are above")

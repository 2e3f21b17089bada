"""`monitor demo`: the whole of it in a minute, against the embedded press; no network. Runs the verbs that a user would run."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click

from monitor.cli.options import example
from monitor.errors import MonitorError

FOLDER = Path("build") / "demo"
# What makes the folder ours to empty, and nobody's own.
_MARK = "made-by-monitor-demo"
# The press lives on this machine: it needs no gentleness, and the address guard must let its addresses pass.
_ENVIRONMENT = {"MONITOR_ALLOW_ADDRESSES": "127.0.0.0/8", "MONITOR_DELAY": "0"}

# The first crawl begins so much after its moment: what is asked again after a day is not due in the second, however slow the
# machine is, and every demo ends alike.
_LATER = timedelta(minutes=15)


def run(*, serves: bool, port: int) -> None:
    """Crawl the press at two moments, say what was found, build the snapshot, and serve it until stopped.

    Raises MonitorError where a crawl fails, or where the folder holds something that is not a demo's.
    """
    from monitor.press import MOMENTS, Press, write_data  # here, so that the help of all verbs loads no press and no site
    from monitor.site import publish, serve

    with _emptied(FOLDER):
        with Press(moment=1) as press:
            write_data(FOLDER, press.port)
            click.echo(f"The embedded press: {len(press.world.outlets)} fictional outlets, here on this machine. First crawl.")
            _monitor("crawl", at=MOMENTS[1] + _LATER)
            press.move(2)
            click.echo("\nA day passes in the press, and there are new articles. Second crawl.")
            _monitor("crawl", "--all", at=MOMENTS[2])
            click.echo("\nSome articles of the first day were edited since, and one is gone. They are looked at again.")
            _monitor("recheck", at=MOMENTS[2])
        click.echo()
        _monitor("status")
        publish(FOLDER / "monitor.db", FOLDER, data=FOLDER)
        _monitor("export", "coverage", "-o", str(FOLDER / "coverage.csv"))
        if serves:
            serve(FOLDER, port=port)


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    """The folder, empty and ours alone until the demo ends: a second demo must not take it away from under the first."""
    if folder.exists() and not (folder / _MARK).exists():
        raise MonitorError(f"{folder}: is there and was not made by a demo; move it away, or run the demo in another folder")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _MARK).open("w") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise MonitorError(f"{folder}: another demo is running there; stop it, or run this one in another folder") from error
        for old in folder.iterdir():
            if old.is_dir():
                shutil.rmtree(old)
            elif old.name != _MARK:
                old.unlink()
        yield


def _monitor(*arguments: str, at: datetime | None = None) -> None:
    """One verb, in a process of its own: a reactor runs once. `at` is the time that it believes to begin at."""
    environment = os.environ | _ENVIRONMENT | ({"MONITOR_CLOCK": at.isoformat()} if at else {})
    sys.stdout.flush()
    command = [sys.executable, "-P", "-m", "monitor.cli", "--data", str(FOLDER), *arguments]
    stopped: list[int] = []
    with subprocess.Popen(command, env=environment) as verb:  # noqa: S603 - our own program with our own words

        def stop(number: int, _: object) -> None:
            stopped.append(number)
            verb.send_signal(number)

        before = signal.signal(signal.SIGTERM, stop)  # else its crawl would go on by itself
        try:
            code = verb.wait()
        finally:
            signal.signal(signal.SIGTERM, before)
    if stopped:
        raise SystemExit(128 + signal.SIGTERM)
    # 3 is news to tell, not a failure: the press may have outlets that are closed or silent on purpose.
    if code not in {0, 3}:
        raise MonitorError(f"the demo stopped: `monitor {arguments[0]}` ended with {code}; its own words are above")


@click.command("demo", epilog=example("monitor demo --no-serve"))
@click.option("--serve/--no-serve", "serves", default=True, help="Serve what was found until stopped, or end after the summary.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="The next free one where this is in use."
)
def command(serves: bool, port: int) -> None:
    """Crawl the embedded fictional press, print the results and serve the site. Needs no network."""
    from monitor.cli.demo import run

    run(serves=serves, port=port)

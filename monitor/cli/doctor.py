"""`monitor doctor`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from monitor.cli.options import NEEDS_A_PERSON, Paths, as_json, example, pass_paths
from monitor.text.terminal import json_line, printable


@click.command("doctor", epilog=example("monitor doctor"))
@as_json
@pass_paths
def command(paths: Paths, as_json: bool) -> None:
    """Check the usual causes of trouble: contact, folder, disk, clock, last run, names, robots.txt, sources.

    One line for each: ok, problem or not checked, with what to do. Sends no request. Exits 3 where there is a problem.
    """
    from monitor.operate.doctor import examine
    from monitor.settings import MONITOR_CONTACT

    checks = examine(paths.data, paths.db, MONITOR_CONTACT, datetime.now(UTC))
    if as_json:
        click.echo(json_line([asdict(check) for check in checks]))
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            todo = f" -> {printable(check.todo)}" if check.todo and check.state != "ok" else ""
            click.echo(f"{check.state:11}  {check.name:{width}}  {printable(check.found)}{todo}")
    sys.exit(NEEDS_A_PERSON if any(check.state == "problem" for check in checks) else 0)

"""`monitor reread`."""

from __future__ import annotations

import sys

import click

from monitor.cli.options import NEEDS_A_PERSON, Folder, as_json, example, folder
from monitor.cli.output import counted
from monitor.text.terminal import json_line, printable


@click.command("reread", epilog=example("monitor reread"))
@as_json
@folder
def command(here: Folder, as_json: bool) -> None:
    """Read again, out of the archive, what was not read to its end. Fetches nothing.

    For after an update: outcomes `parser stopped` and `parser failed`. For after a change of the topics: pages that had no word
    of any, and were not extracted. Exits 3 when a capture cannot be had any more.
    """
    from monitor.crawl.reread import reread

    report = reread(here.data, here.db)
    if as_json:
        click.echo(json_line({"pages": report.pages, "outcomes": dict(report.outcomes), "faults": report.faults}))
    else:
        said = ", ".join(f"{count} {outcome}" for outcome, count in report.outcomes.most_common())
        click.echo(f"Read again: {counted(report.pages, 'page')}{': ' * bool(said)}{said}.")
        for fault in report.faults:
            click.echo(f"Cannot be had: {printable(fault)}")
    sys.exit(NEEDS_A_PERSON if report.faults else 0)

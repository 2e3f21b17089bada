"""`monitor outside`."""

from __future__ import annotations

import sys

import click

from monitor.cli.options import Paths, as_json, example, pass_paths
from monitor.errors import UsageError
from monitor.text.terminal import json_line, printable
from monitor.vault import outside


@click.command("outside", epilog=example("MONITOR_OUTSIDE_ARCHIVE=https://web.archive.org monitor outside --save"))
@click.option("--save", is_flag=True, help="Ask the archive to capture articles, too: once for each version.")
@click.option("--list", "listed", is_flag=True, help="Ask nobody; list the captures that are known.")
@as_json
@pass_paths
def command(paths: Paths, save: bool, listed: bool, as_json: bool) -> None:
    """Find captures of articles in another archive, such as the Wayback Machine, and request new ones.

    A capture shows when an article existed at the latest. Off until MONITOR_OUTSIDE_ARCHIVE names an archive with the Wayback
    Machine's interface, since its operator learns which articles are of interest. A capture's time is by that archive's clock and
    is not used to decide who was first.
    """
    if listed:
        if save:
            raise UsageError("--list asks nobody, and --save asks an archive: give one of them")
        with paths.reader() as reader:
            for one in outside.captures(reader.db):
                captured = f"{one.captured:%Y-%m-%dT%H:%M:%SZ}"
                row = one._asdict() | {"captured": captured}
                line = f"{one.article}  {captured}  {one.archive}, {one.how}: {one.address}  {one.title} ({one.outlet})"
                click.echo(json_line(row) if as_json else printable(line))
        return
    from monitor.crawl.process import run_outside

    sys.exit(run_outside(paths.data, paths.db, save=save, as_json=as_json))

"""`monitor check`."""

from __future__ import annotations

import sys

import click

from monitor.cli.options import Paths, as_json, example, pass_paths
from monitor.errors import DataError, Fault
from monitor.text.terminal import json_line, printable_lines


@click.command("check", epilog=example("monitor check"))
@as_json
@pass_paths
def command(paths: Paths, as_json: bool) -> None:
    """Check the configuration.

    Prints every fault of every file in data/, and of the lexicons, each as file:line: field: what, and what would be right.
    """
    from monitor.lexicons import all_faults

    faults = tuple(all_faults())
    try:
        found = paths.catalogue()
        if not found.sources:
            faults += (Fault(str(paths.data / "sources.csv"), 1, "file", "has no outlet; `monitor add URL` writes the first"),)
    except DataError as error:
        faults += error.faults
    if faults:
        if as_json:
            click.echo(json_line([{"file": f.file, "line": f.line, "field": f.field, "what": f.what} for f in faults]))
        else:
            click.echo(printable_lines("\n".join(map(str, faults))))
        sys.exit(1)
    if as_json:
        click.echo("[]")
        return
    feeds = sum(s.via == "feed" for s in found.sources)
    outlets = len({s.outlet for s in found.sources})
    click.echo(
        f"{paths.data}: no faults: {feeds} feeds of {outlets} outlets, {len(found.regions)} regions, {len(found.topics)} topics"
    )

"""`monitor retrace`."""

from __future__ import annotations

from dataclasses import asdict

import click

from monitor.cli.options import Paths, as_json, example, pass_paths
from monitor.cli.output import progress_line
from monitor.text.terminal import counted, json_line, printable

SHOWN = 20
"""Articles that are printed; the others are counted."""


@click.command("retrace", epilog=example("monitor retrace"))
@as_json
@pass_paths
def command(paths: Paths, as_json: bool) -> None:
    """Find attributions and denials again in all stored articles, and print what changed. Fetches nothing.

    Use it after an update, or after a change of the outlets' names. Attributions and denials, and what follows from them for
    stories and sources, are recomputed in one transaction; nothing else changes. With --json: each article that changed.
    """
    from monitor.derive.retrace import retrace

    paths.migrate("retrace")
    with progress_line("Tracing anew") as progress:
        report = retrace(paths.db, paths.data, progress=progress)
    if as_json:
        click.echo(json_line({"articles": report.articles, "changed": [asdict(one) for one in report.changed]}))
        return
    said, denied = (sum(one.said for one in report.changed), sum(one.denied for one in report.changed))
    went = sum(one.said_no_more for one in report.changed), sum(one.denied_no_more for one in report.changed)
    click.echo(f"Traced anew: {counted(report.articles, 'article')}, of which {len(report.changed)} changed.")
    click.echo(f"Attributions: {said} came, {went[0]} went. Denials: {denied} came, {went[1]} went.")
    for one in report.changed[:SHOWN]:
        click.echo(f"  {printable(one.title or '(no title)')}  {printable(one.url)}")
    if len(report.changed) > SHOWN:
        click.echo(f"  and {len(report.changed) - SHOWN} more; --json has all of them")

"""`monitor rebuild`."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from monitor.cli.options import NEEDS_A_PERSON, Paths, as_json, example, pass_paths
from monitor.cli.output import progress_line
from monitor.text.terminal import counted, json_line, printable

_SHOWN = 20
"""Faults that are printed; the others are counted."""


@click.command("rebuild", epilog=example("monitor --db data/monitor.db rebuild"))
@as_json
@pass_paths
def command(paths: Paths, as_json: bool) -> None:
    """Make a vault that is lost anew from the archive beside it (warc/): captures and log. Fetches nothing.

    Each capture is read, judged and stored as when it came, with the clocks of then, by the present topics and parser: articles,
    versions, feeds, posts of channels, texts of feeds, edits, absences, pictures, and what is still to be fetched. The rows name
    the captures where they lie. The vault appears only when complete. Exits 3 where a capture cannot be read.
    """
    from monitor.crawl.process import settings_of
    from monitor.crawl.rebuild import rebuild

    with progress_line("Captures read") as progress:
        report = rebuild(settings_of(paths.data, paths.db), paths.data, paths.db, progress=progress)
    if as_json:
        click.echo(json_line(asdict(report)))
    else:
        captures, runs = counted(report.captures, "capture"), counted(report.runs, "run")
        click.echo(f"{captures} of {runs} gave {counted(report.articles, 'article')}, of which {report.relevant} relevant.")
        if report.pictures:
            click.echo(f"Pictures of pages: {report.pictures}.")
        other = f"; {report.other_texts} are read otherwise now" if report.other_texts else ""
        click.echo(f"The log has {counted(report.texts, 'text')} of articles{other or ', and so has the vault'}.")
        if report.left:
            click.echo(
                f"Of {counted(len(report.left), 'capture')} nothing was made: they are no pages, and of no line of sources.csv."
            )
        for fault in report.faults[:_SHOWN]:
            click.echo(f"Could not be read: {printable(fault)}")
        if len(report.faults) > _SHOWN:
            click.echo(f"Could not be read: {len(report.faults) - _SHOWN} more; --json names each.")
    sys.exit(NEEDS_A_PERSON if report.faults else 0)

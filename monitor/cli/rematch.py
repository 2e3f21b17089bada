"""`monitor rematch`."""

from __future__ import annotations

from dataclasses import asdict

import click

from monitor.cli.options import Paths, as_json, example, pass_paths
from monitor.cli.output import progress_line
from monitor.text.terminal import counted, json_line

SHOWN = 20
"""Changes that are printed; the others are counted."""


@click.command("rematch", epilog=example("monitor rematch"))
@as_json
@pass_paths
def command(paths: Paths, as_json: bool) -> None:
    """Group all stored articles into stories again, and print what moved. Fetches nothing.

    A crawl regroups only articles near its new ones in time; this moves every article that would be grouped differently now, and
    names every speaker as this version does. Where MONITOR_MEANING is 1, missing embeddings are computed first. Addresses of
    stories stay valid, and those of merged stories redirect. With --json: each change, with the two articles that decided.
    """
    from monitor.crawl.embeddings import embed_missing, is_wanted
    from monitor.derive.rematch import rematch
    from monitor.settings import MONITOR_MEANING

    paths.migrate("rematch")
    if is_wanted(MONITOR_MEANING):
        with progress_line("Asking what articles mean") as progress:
            embed_missing(paths.db, progress=progress)
    with progress_line("Grouping anew") as progress:
        report = rematch(paths.db, paths.data, progress=progress)
    if as_json:
        event_rows = [asdict(event) for event in report.events]
        click.echo(
            json_line({"articles": report.articles, "stories": report.stories, "counts": report.counts, "events": event_rows})
        )
        return
    counts = ", ".join(f"{count} {event}" for event, count in report.counts.items()) or "nothing moved"
    click.echo(f"Grouped anew: {counted(report.articles, 'article')} in {report.stories} stories: {counts}.")
    for event in report.events[:SHOWN]:
        way = " -> ".join(story for story in (event.from_story, event.to_story) if story)
        click.echo(f"  {event.event}: {way}, article {event.article}")
    if len(report.events) > SHOWN:
        click.echo(f"  and {len(report.events) - SHOWN} more; --json has all of them")

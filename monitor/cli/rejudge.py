"""`monitor rejudge`."""

from __future__ import annotations

from dataclasses import asdict

import click

from monitor.cli.options import Paths, as_json, example, pass_paths
from monitor.cli.output import progress_line
from monitor.text.terminal import counted, json_line, printable


@click.command("rejudge", epilog=example("monitor rejudge"))
@as_json
@pass_paths
def command(paths: Paths, as_json: bool) -> None:
    """Judge all stored articles by the present topics, and print what changed. Fetches nothing.

    Verdicts, places, stories and first reports are recomputed in one transaction; nothing else changes.
    """
    from monitor.derive.rejudge import rejudge as judge_anew
    from monitor.operate.evidence import log_rejudged

    paths.migrate("rejudge")
    with progress_line("Judging anew") as progress:
        report = judge_anew(paths.db, paths.data, progress=progress)
    log_rejudged(paths.db, paths.data / "topics")
    if as_json:
        click.echo(json_line(asdict(report)))
        return
    click.echo(f"Judged anew: {counted(report.articles, 'article')}.")
    for topic, turned in report.topics.items():
        click.echo(f"{topic}: {turned.became.count} became relevant, {turned.ceased.count} ceased to be.")
        for mark, side in (("+", turned.became), ("-", turned.ceased)):
            for article in side.named:
                click.echo(f"  {mark} {printable(article['title'] or '(no title)')}  {printable(article['url'])}")
            if side.count > len(side.named):
                click.echo(f"  {mark} and {side.count - len(side.named)} more")
    if report.unread:
        click.echo(f"{counted(report.unread, 'page')} to read again, for what these topics ask for: monitor reread")

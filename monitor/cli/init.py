"""`monitor init`."""

from __future__ import annotations

import click

from monitor.cli.options import Paths, example, pass_paths


@click.command("init", epilog=example("monitor --data newsroom init"))
@pass_paths
def command(paths: Paths) -> None:
    """Write a newsroom's folder to start from: outlets, regions, towns and topics, for you to edit.

    For an installation without the source; a checkout has this folder already, in data/.
    """
    from monitor.newsroom.shipped import start_newsroom

    start_newsroom(paths.data)
    click.echo(f"{paths.data}: written; `monitor --data {paths.data} check` checks it")

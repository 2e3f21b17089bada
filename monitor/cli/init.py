"""`monitor init`."""

from __future__ import annotations

import click

from monitor.cli.options import Paths, example, pass_paths


@click.command("init", epilog=example("monitor --data newsroom init"))
@pass_paths
def command(paths: Paths) -> None:
    """Write a newsroom's folder to start from: outlets, regions, towns and topics, to be edited.

    Needed where the program was installed without its source; a checkout has one in data/.
    """
    from monitor.newsroom.shipped import start_newsroom

    start_newsroom(paths.data)
    click.echo(f"{paths.data}: written; `monitor --data {paths.data} check` checks it")

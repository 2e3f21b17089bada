"""`monitor init`."""

from __future__ import annotations

import click

from monitor.cli.options import Folder, example, folder


@click.command("init", epilog=example("monitor --data newsroom init"))
@folder
def command(here: Folder) -> None:
    """Write a newsroom's folder to start from: outlets, regions, towns and topics, to be edited.

    Needed where the program was installed without its source; a checkout has one in data/.
    """
    from monitor.newsroom.shipped import start_newsroom

    start_newsroom(here.data)
    click.echo(f"{here.data}: written; `monitor --data {here.data} check` checks it")

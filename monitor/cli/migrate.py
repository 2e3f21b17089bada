"""`monitor migrate`."""

from __future__ import annotations

import click

from monitor.cli.options import Paths, example, pass_paths


@click.command("migrate", epilog=example("monitor migrate"))
@pass_paths
def command(paths: Paths) -> None:
    """Bring a vault that an older version left to this one's tables, and keep a copy of it. Fetches nothing.

    Whatever writes the vault does so by itself (crawl, recheck, rejudge, alert ...). What only reads it (status, export, publish,
    verify, backup) changes nothing in it, and asks for this command.
    """
    was_older = paths.migrate("migrate")
    click.echo(f"{paths.db}: {'brought to' if was_older else 'has'} this version's tables.")

"""`monitor prune`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import click

from monitor.cli.options import Paths, as_json, example, pass_paths
from monitor.text.terminal import counted, json_line, printable


@click.command("prune", epilog=example("monitor prune --older 365"))
@click.option(
    "--older",
    type=click.IntRange(30),
    default=180,
    show_default=True,
    metavar="DAYS",
    help="What was done, due or made so long ago.",
)
@click.option("--yes", is_flag=True, help="Delete it. Without this, what would go is printed, and nothing does.")
@as_json
@pass_paths
def command(paths: Paths, older: int, yes: bool, as_json: bool) -> None:
    """Delete what is no evidence and no longer needed: old addresses that no feed names, copies from before a migration.

    Articles, versions, requests, polls, captures, the log and former states of rows are never deleted. A deleted address that
    turns up again is fetched again. The database reuses the freed space and does not shrink.
    """
    from monitor.operate.prune import prunable, prune

    if yes:
        paths.migrate("prune")
    found = (prune if yes else prunable)(paths.db, timedelta(days=older), datetime.now(UTC))
    if as_json:
        summary = {"deleted": yes, "rows": found.rows, "files": [str(file) for file in found.files], "bytes": found.bytes}
        click.echo(json_line(summary | {"failed": found.failed}))
        sys.exit(1 if found.failed else 0)
    for what, rows in found.rows.items():
        click.echo(f"{rows:>12,} {what}")
    for file, size in found.files.items():
        click.echo(f"{size:>12} {printable(str(file))}")
    total = f"{counted(sum(found.rows.values()), 'row')} and {counted(len(found.files), 'file')}, {found.bytes} bytes"
    click.echo(f"{total}: deleted." if yes else f"{total}: would go. Nothing is deleted; --yes does it.")
    for failed in found.failed:
        click.echo(printable(failed), err=True)
    sys.exit(1 if found.failed else 0)

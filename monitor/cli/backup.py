"""`monitor backup`."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.options import Paths, example, pass_paths
from monitor.cli.output import progress_line
from monitor.text.terminal import counted


@click.command("backup", epilog=example("monitor backup /mnt/backup/povestka"))
@click.argument("to", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@pass_paths
def command(paths: Paths, to: Path) -> None:
    """Copy the vault, its readers' marks and its archive into DIR, also while a crawl runs. The signing key is not copied.

    The database is copied by SQLite's online backup; of the archive, the files that are new or have changed. To restore, copy DIR
    back, or name its monitor.db with --db. `monitor --db DIR/monitor.db verify` checks that it is complete.
    """
    from monitor.operate.backup import backup

    with progress_line("Copied bytes") as show:
        copied = backup(paths.db, to, show)
    click.echo(f"{copied.vault}; {counted(copied.files, 'file')} of the archive copied, {copied.bytes} bytes")

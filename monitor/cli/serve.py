"""`monitor serve`."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.options import Paths, example, pass_paths


@click.command("serve", epilog=example("monitor serve --port 8001"))
@click.argument("folder_", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="The next free one where this is in use."
)
@pass_paths
def command(paths: Paths, folder_: Path | None, host: str, port: int) -> None:
    """Serve the newest snapshot with Datasette. Nothing is written but readers' marks, where a password closes the site."""
    from monitor.site import serve as run
    from monitor.vault.marks import notes_of

    run(folder_ or paths.data, host=host, port=port, data=paths.data, notes=notes_of(paths.db))

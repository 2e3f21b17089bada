"""`monitor press`."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.cli.options import example


@click.command("press", epilog=example("monitor press --port 8765 --data build/press"))
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="One port on the address of every outlet."
)
@click.option(
    "--data", "newsroom", type=click.Path(path_type=Path, file_okay=False), help="Write a newsroom's folder that points at it."
)
@click.option("--load", metavar="OUTLETSxARTICLES", help="A made-up press of this size in place of the written one.")
@click.option(
    "--at", "moment", type=click.IntRange(1, 2), default=1, show_default=True, help="Before or after the day that passes."
)
def command(port: int, newsroom: Path | None, load: str | None, moment: int) -> None:
    """Serve the embedded press of fictional outlets, until stopped."""
    from monitor.press import run

    run(port, moment=moment, load=load, data=newsroom)

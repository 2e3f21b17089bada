"""The command line: verbs. Parses, checks, delegates, and turns every expected error into one line and an exit code.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but something needs a person (a source failed, a gap).
Rooms are imported inside their verb: `monitor check` need not wait for Scrapy or Datasette to load.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

import click

from monitor import __version__
from monitor.errors import MonitorError, UsageError

NEEDS_A_PERSON = 3


class Verbs(click.Group):
    """Prints what we expect to go wrong as one line; what we do not expect keeps its traceback, for a bug report."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UsageError as error:
            raise click.UsageError(str(error), ctx) from error
        except MonitorError as error:
            click.echo(f"monitor: {error}", err=True)
            ctx.exit(1)
        except BrokenPipeError:
            # `monitor ... | head` closes our output: not our failure. https://docs.python.org/3/library/signal.html#note-on-sigpipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="monitor")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), envvar="MONITOR_DATA", default=Path("data"), show_default=True,
    show_envvar=True, help="The newsroom's folder: sources.csv, families.csv, regions.csv, topics/.",
)  # fmt: skip
@click.option(
    "--db", type=click.Path(path_type=Path, dir_okay=False), envvar="MONITOR_DB", show_envvar=True,
    help="The vault.  [default: monitor.db in the newsroom's folder]",
)  # fmt: skip
@click.pass_context
def main(ctx: click.Context, data: Path, db: Path | None) -> None:
    """Povestka watches what is published about military summons and mobilization in Russia.

    Start with `monitor demo`: it needs no network.
    """
    ctx.obj = Folder(data, db or data / "monitor.db")


class Folder:
    """Where this call reads and writes: the newsroom's folder and the vault."""

    def __init__(self, data: Path, db: Path) -> None:
        self.data, self.db = data, db

    def catalogue(self) -> Any:
        from monitor.catalogue import load

        return load(self.data)

    def reader(self) -> Any:
        from monitor.store import open_reader

        return open_reader(self.db)


folder = click.make_pass_decorator(Folder)

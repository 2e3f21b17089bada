"""The verbs in their groups, and what every verb shares: an expected error is one line and an exit code.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but something needs a person (a source failed, a gap).
"""

from __future__ import annotations

import errno
import os
import resource
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from monitor import __version__
from monitor.cli.options import Paths
from monitor.errors import MonitorError, UsageError
from monitor.operate import logs
from monitor.text.terminal import printable_lines

GROUPS = {
    "Start": ("demo", "init", "check"),
    "Collect": ("crawl", "recheck", "watch", "write", "add", "backfill", "outside"),
    "Publish": ("publish", "serve", "export", "brief", "alert"),
    "Operate": ("status", "doctor", "verify", "picture", "backup", "migrate", "prune"),
    "Recompute": ("rejudge", "retrace", "rematch", "reread", "rebuild"),
    "Filters (JSON Lines in and out)": ("read", "judge", "match", "trace", "diff"),
    "Try and test": ("press", "page"),
}
"""Every verb, in the order of the help. `monitor VERB` is `command` in the module of its name, imported when it is called."""


_NO_THREAD = ("can't start new thread",)
"""What Python says where there is no memory for the stack of a thread."""


class Verbs(click.Group):
    """Prints what we expect to go wrong as one line; what we do not expect keeps its traceback, for a bug report."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - Click's signature
        return [name for names in GROUPS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = import_module(f"monitor.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verbs by group, each with its first sentence, whole."""
        width = max(map(len, self.list_commands(ctx)))
        for group, names in GROUPS.items():
            with formatter.section(group):
                commands = [(name, self.get_command(ctx, name)) for name in names]
                rows = [(name.ljust(width), command.get_short_help_str(limit=400)) for name, command in commands if command]
                formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return self._invoke_and_flush(ctx)
        except UsageError as error:
            raise click.UsageError(printable_lines(str(error)), self._verb(ctx)) from error
        except MonitorError as error:
            logs.fail(error)
            ctx.exit(1)
        except (MemoryError, RuntimeError) as error:
            if not _lacks_memory(error):
                raise
            logs.fail(MonitorError(f"too little memory to work with: {_memory()}"))
            ctx.exit(1)
        except BrokenPipeError:
            # `monitor ... | head` closes our output: not our failure. https://docs.python.org/3/library/signal.html#note-on-sigpipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except EOFError as error:
            frame = [frame for frame, _ in traceback.walk_tb(error.__traceback__)][-1]
            if (cut := frame.f_locals.get("bytecode_path")) is None:
                raise
            # Python does not look whether the disk took all of what it compiled, and click takes its EOFError for a typed one.
            logs.fail(
                MonitorError(f"{cut}: what Python compiled is cut, as a full disk cuts it; delete this file and call again")
            )
            ctx.exit(1)
        except OSError as error:
            _tell(error)
            ctx.exit(1)

    def _invoke_and_flush(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        finally:
            sys.stdout.flush()  # what cannot be written is told here, and not by a traceback at the program's end

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        try:
            return super().make_context(*arguments, **more)
        except OSError as error:  # of --help and --version, which are printed here
            _tell(error)
            raise click.exceptions.Exit(1) from error

    def _verb(self, ctx: click.Context) -> click.Context:
        """The context of the verb that was called, so that its usage is shown and not that of all verbs."""
        name = ctx.invoked_subcommand
        command = self.get_command(ctx, name) if name else None
        return click.Context(command, parent=ctx, info_name=name) if command else ctx


def _lacks_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or error.args == _NO_THREAD


def _memory() -> str:
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return "it has no limit" if limit == resource.RLIM_INFINITY else f"{limit // 2**20} MB are allowed (ulimit -v, LimitAS)"


def _tell(error: OSError) -> None:
    """Tell of an output that cannot be written, or of a file or folder that somebody named and that cannot be had."""
    if error.filename is not None:  # no bug, and the name says all
        logs.fail(MonitorError(f"{error.filename}: {error.strerror}"))
    elif error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        logs.fail(MonitorError(f"the output cannot be written: {error.strerror}"))
    else:
        raise error


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
    ctx.obj = Paths(data, db or data / "monitor.db")

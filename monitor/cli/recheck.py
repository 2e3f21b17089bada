"""`monitor recheck`."""

from __future__ import annotations

import sys

import click

from monitor.cli.options import Paths, as_json, example, pass_paths


@click.command("recheck", epilog=example("monitor recheck"))
@click.option("--all", "everything", is_flag=True, help="Every relevant article, due or not.")
@as_json
@pass_paths
def command(paths: Paths, everything: bool, as_json: bool) -> None:
    """Check articles again that are due: find what was edited, and what was taken down.

    A run requests at most MONITOR_RECHECK_PAGES articles (120) of each host; the rest stay due.
    """
    from monitor.crawl.process import run_recheck

    sys.exit(run_recheck(paths.data, paths.db, everything=everything, as_json=as_json))

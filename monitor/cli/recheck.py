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
    """Look again at articles that are due: find what was edited since, and what was taken down.

    Of each host it asks for so many articles a run; the rest stay due.
    """
    from monitor.crawl.process import run_recheck

    sys.exit(run_recheck(paths.data, paths.db, everything=everything, as_json=as_json))

"""`monitor write`."""

from __future__ import annotations

import sys

import click

from monitor.cli.options import Paths, as_json, example, pass_paths, queue, queue_address


@click.command("write", epilog=example("monitor write --redis redis://queue.example:6379/0"))
@queue
@click.option("--all", "everything", is_flag=True, help="Every feed, due or not.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this line of sources.csv; may be given again.")
@as_json
@pass_paths
def command(paths: Paths, redis: str | None, everything: bool, sources: tuple[str, ...], as_json: bool) -> None:
    """Crawl with workers on any number of machines: hand out what is due, and store what they send.

    As `monitor crawl`, but `monitor crawl --redis` fetches and reads the pages on other machines.
    """
    address = queue_address(redis)
    from monitor.crawl.process import run_writer

    sys.exit(run_writer(paths.data, paths.db, address, everything=everything, sources=sources, as_json=as_json))

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
    """Crawl by workers on any number of machines: hand out what is due, store what they send.

    It is `monitor crawl`, whose pages `monitor crawl --redis` fetches elsewhere, and ends as that does.
    """
    address = queue_address(redis)
    from monitor.crawl.process import run_writer

    sys.exit(run_writer(paths.data, paths.db, address, everything=everything, sources=sources, as_json=as_json))

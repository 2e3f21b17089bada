"""`monitor watch`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.cli.options import Paths, edition, example, pass_paths, queue, queue_address, refuse_shared_folder


@click.command("watch", epilog=example("monitor watch --publish data"))
@click.option(
    "--publish", "site", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Build the snapshot that the site serves in DIR anew after a crawl, and during a long one, every quarter of an hour at"
    " most.",
)  # fmt: skip
@edition
@queue
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object for each crawl.")
@pass_paths
def command(paths: Paths, site: Path | None, profile: str, redis: str | None, as_json: bool) -> None:
    """Crawl, recheck, alert and publish on schedule until stopped.

    With --redis each crawl is `monitor write`, and workers on other machines fetch: `monitor crawl --redis`.

    A crawl begins when something is due, a minute after the last one began at the earliest.

    Each crawl is `monitor crawl`, and prints what it prints; `monitor recheck` follows where articles are due to be looked at
    again, and `monitor alert` where there is an alerts.toml. Every quarter of an hour there is one, due or not; after one that
    failed the next waits longer, up to an hour. SIGTERM and Ctrl-C let a crawl end cleanly; the exit code is then 0.
    """
    from monitor.operate.watch import watch as crawl_on_schedule

    refuse_shared_folder(paths, site, profile)
    address = None if redis is None else queue_address(redis)
    sys.exit(crawl_on_schedule(paths.data, paths.db, site=site, profile=profile, as_json=as_json, redis=address))

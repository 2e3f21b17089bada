"""`monitor backfill`."""

from __future__ import annotations

import sys

import click

from monitor.cli.options import Paths, as_json, example, pass_paths


@click.command("backfill", epilog=example("monitor backfill CC-NEWS-20260518000000-00001.warc.gz"))
@click.argument("archives", metavar="WARC...", nargs=-1, required=True, type=str)
@click.option("--all-hosts", is_flag=True, help="Take in pages of every host, not of the outlets in sources.csv alone.")
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Have them read by the Dask cluster of this scheduler (tcp://host:8786); local: by one here.",
)
@as_json
@pass_paths
def command(paths: Paths, archives: tuple[str, ...], all_hosts: bool, dask: str | None, as_json: bool) -> None:
    """Import articles of our outlets from WARC archives, such as Common Crawl's of news, or one's own vault. Fetches nothing.

    Pages keep the date of their capture, on a clock of its own. Nothing is taken twice. What is broken in an
    archive is skipped and named; then the exit code is 3. A WARC is a file, or an address that fsspec opens (https://, s3://).
    """
    from monitor.crawl.backfill import run_backfill

    sys.exit(run_backfill(paths.data, paths.db, archives, all_hosts=all_hosts, dask=dask, as_json=as_json))

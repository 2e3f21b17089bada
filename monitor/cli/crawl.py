"""`monitor crawl`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.cli.options import Paths, as_json, example, pass_paths, queue, queue_address
from monitor.errors import UsageError


@click.command("crawl", epilog=example("monitor crawl --url https://www.themoscowtimes.com/2023/04/21/example-a80902 --depth 1"))
@click.option("--all", "everything", is_flag=True, help="Every feed, due or not.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this line of sources.csv; may be given again.")
@click.option("--url", "urls", multiple=True, metavar="URL", help="From this article; may be given again.")
@click.option("--depth", type=click.IntRange(0, 10), help="How many links to follow from a relevant article.  [default: 2]")
@click.option(
    "--replay", type=click.Path(path_type=Path, exists=True), metavar="DIR|WARC", help="Captured pages in place of the network."
)
@queue
@click.option("--dry-run", is_flag=True, help="Print what would be fetched, and fetch nothing.")
@as_json
@pass_paths
def command(
    paths: Paths,
    everything: bool,
    sources: tuple[str, ...],
    urls: tuple[str, ...],
    depth: int | None,
    replay: Path | None,
    redis: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Fetch what is due: feeds, the articles that they name, and what relevant articles link to.

    With --redis this is one of many workers: it fetches and reads what `monitor write` hands out, until stopped.

    Exits 3 when nothing was collected, or when a source failed or was silent, and names these sources.
    """
    if sum(map(bool, (urls, replay, sources or everything))) > 1:
        raise UsageError("--url, --replay and --source/--all are three different crawls: give one of them")
    if redis is not None:
        if urls or replay or sources or everything or depth is not None or dry_run or as_json:
            raise UsageError("--redis: a worker fetches what `monitor write` hands out; give it no other option")
        address = queue_address(redis)
        from monitor.crawl.process import run_worker

        sys.exit(run_worker(paths.data, address))
    from monitor.crawl.process import run_crawl

    sys.exit(
        run_crawl(
            paths.data,
            paths.db,
            everything=everything,
            sources=sources,
            urls=urls,
            depth=depth,
            replay=replay,
            dry_run=dry_run,
            as_json=as_json,
        )
    )

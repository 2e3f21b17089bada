"""`monitor read`: package read as a filter."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.json_lines import Row, rows, write
from monitor.cli.options import example, items
from monitor.model import Article, Rejection


@click.command("read", epilog=example("monitor read --root pages < pages/index.jsonl > read.jsonl"))
@click.option(
    "--root", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".", help="What `file` is relative to."
)
@items
def command(root: Path, items: Iterable[str]) -> None:
    """Read captured pages. JSON Lines in: {"id", "file", "url"}, `file` may be gzipped.

    Out: {"id", "title", "authors", "date_published", "language", "text", "links", ...}, or {"id", "outcome", "detail", "title",
    "date_published"} where there is no article. Pages are read in worker processes with limits.
    """
    write(readings(items, root))


def readings(lines: Iterable[str], root: Path) -> Iterator[Row]:
    """`monitor read`: what each captured page says of itself, or why it is no article; read in worker processes with limits."""
    from monitor.archive import read_saved  # as below
    from monitor.crawl.workers import Limits, Workers  # its pool and parsers: not for `monitor match`

    now = datetime.now(UTC)
    given = list(rows(lines, "id", "file", "url"))
    tasks = ((read_saved(root / row["file"]), row["url"], now) for row in given)
    with Workers(os.cpu_count() or 1, Limits()) as workers:
        for row, found in zip(given, workers.map(_read, tasks), strict=True):
            if isinstance(found, Rejection):
                said = {"id": row["id"], "outcome": found.outcome, "detail": found.detail}
                yield said | {"title": found.title, "date_published": found.day}
            else:
                yield as_row(row["id"], found)


def _read(body: bytes, url: str, now: datetime) -> Article | Rejection:
    """In a worker process."""
    from monitor.read.article import read_page

    return read_page(body, url, now=now)


def as_row(name: str, article: Article) -> Row:
    """What `monitor read` says of an article: `date_published` is the declared day."""
    from monitor.read.article import published_day

    return {
        "id": name,
        "title": article.title,
        "subtitle": article.subtitle,
        "authors": list(article.authors),
        "date_published": published_day(article),
        "date_modified": article.modified.isoformat() if article.modified else article.modified_raw,
        "language": article.language,
        "section": article.section,
        "canonical": article.canonical,
        "paywalled": article.paywalled,
        "live": article.live,
        "flags": list(article.flags),
        "text": article.text,
        "next_page": article.next_page,
        "rules": dict(article.rules),
        "links": [{"url": n.url, "kind": n.kind, "anchor": n.anchor, "start": n.start, "end": n.end} for n in article.links],
    }

"""`monitor page`: a page test's folder, from a page of the web or a saved one."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from monitor.cli.json_lines import Row
from monitor.cli.options import Paths, example, pass_paths
from monitor.errors import MonitorError, UsageError
from monitor.model import Article, Rejection
from monitor.model.newsroom import SLUG
from monitor.text.terminal import printable

_LONGEST_NAME = 60


@click.command("page", epilog=example("monitor page https://outlet.example/news/bridge --into tests/pages"))
@click.argument("source", metavar="URL|FILE")
@click.option("--url", default="", metavar="URL", help="Of a FILE: the address that it was saved from.")
@click.option("--content-type", metavar="TYPE", default="text/html", help="Of a FILE: the type under which it was served.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default="tests/pages",
    show_default=True,
    help="Where the folder is made.",
)
@click.option("--name", help="The folder's name.  [default: made of the address]")
@pass_paths
def command(paths: Paths, source: str, url: str, content_type: str, into: Path, name: str | None) -> None:
    """Make a page test: a folder with a page, its origin, and what is read from it today, for you to correct.

    A URL is requested once, like any crawl: with our user agent, and not where robots.txt closes it. A FILE needs no network.
    Correct what is wrong in expected.json: each of its fields is a test. An outlet's page belongs to its publisher: for the
    project, keep its markup and write words of your own.
    """
    now = datetime.now(UTC)
    if source.startswith(("http://", "https://")):
        if url:
            raise UsageError("--url is for a FILE; a URL is its own address")
        from monitor.crawl.discovery import fetch_page

        fetched = fetch_page(paths.data, paths.db, source)
        body, address, type_, status = fetched.body, fetched.url, fetched.content_type, fetched.status
    else:
        from monitor.archive import read_saved

        if not url:
            raise UsageError(f"{source}: give --url, the address that the page was saved from: its links are relative to it")
        body, address, type_, status = read_saved(Path(source)), url, content_type, 200
    name = name or _named(address)
    made = into / name
    if not SLUG.fullmatch(name):
        raise UsageError(f"{name}: --name is small Latin letters and figures, parted by hyphens, such as date-in-the-footer-uk")
    if made.exists():
        raise MonitorError(f"{made}: is there already; name another with --name")
    from monitor.read.article import read_page

    expected = expected_of(read_page(body, address, type_, status=status, now=now))
    made.mkdir(parents=True)
    (made / "page.html").write_bytes(body)
    _write(
        made / "source.json", {"url": address, "content_type": type_, "status": status, "seen": now.isoformat(timespec="seconds")}
    )
    _write(made / "expected.json", expected)
    what = expected.get("title") or expected.get("outcome") or "an article without a title"
    click.echo(f"{printable(str(made))}: {printable(str(what))}")
    click.echo(f"Correct expected.json; then: pytest tests/read/test_pages.py -k {name}")


def expected_of(found: Article | Rejection) -> Row:
    """What was read, in the fields of a page test's expected.json."""
    from monitor.read.article import published_day

    if isinstance(found, Rejection):
        return {"outcome": found.outcome.value, "title": found.title, "day": found.day}
    links = {kind: [[link.url, link.anchor] for link in found.links if link.kind == kind] for kind in ("related", "citation")}
    return {
        "title": found.title,
        "subtitle": found.subtitle,
        "authors": list(found.authors),
        "published": found.published.isoformat() if found.published else None,
        "published_day": published_day(found),
        "language": found.language,
        "section": found.section,
        "canonical": found.canonical,
        "paywalled": found.paywalled,
        "live": found.live,
        "text_has": found.text.splitlines(),
        "text_lacks": [],
        "related": links["related"],
        "citations": links["citation"],
    }


def _named(address: str) -> str:
    """A name for the folder, of the host and the last part of the address that has words."""
    parts = urlsplit(address)
    words = [re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in (parts.hostname or "", *parts.path.split("/"))]
    host, *path = words
    last = next((part for part in reversed(path) if part), "")
    return f"{host}-{last}"[:_LONGEST_NAME].strip("-")


def _write(path: Path, row: Row) -> None:
    path.write_text(json.dumps(row, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

"""`monitor picture`."""

from __future__ import annotations

import sys

import click

from monitor.cli.options import NEEDS_A_PERSON, Paths, as_json, example, pass_paths
from monitor.cli.output import progress_line
from monitor.errors import MonitorError
from monitor.text.terminal import json_line, printable
from monitor.vault import pictures


@click.command("picture", epilog=example("monitor picture ARTICLE"))
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@as_json
@pass_paths
def command(paths: Paths, articles: tuple[str, ...], as_json: bool) -> None:
    """Draw a picture of the captured page of each version of ARTICLE (a Povestka ID), and archive it as evidence.

    Versions that have a picture are skipped. Chromium draws the page from the archive, without scripts and without a network. The
    picture is a record of the archive with a signed entry in the log: `monitor verify ARTICLE` proves it, its version's page on
    the internal edition shows it, and `export story` includes it. Exits 3 where a page cannot be drawn.
    """
    from monitor.crawl import clock
    from monitor.operate.picture import draw_missing

    paths.migrate("picture")
    articles = tuple(dict.fromkeys(articles))
    with paths.reader() as reader:
        for article in articles:
            if not reader.query("SELECT 1 FROM articles WHERE id = ?", (article,)):
                raise MonitorError(f"{printable(article)}: there is no article of this id here")
        had = sum(pictures.count(reader.db, article) for article in articles)
    with progress_line("Drawn pages") as show:
        kept, faults = draw_missing(paths.db, articles, clock.now, show)
    if as_json:
        picture_rows = [
            {"article": one.of.article, "version": one.of.revision, "request": one.of.fetch.id, "browser": one.browser,
             "digest": one.capture.digest, "file": one.capture.file, "offset": one.capture.offset,
             "record": one.capture.record_id}
            for one in kept
        ]  # fmt: skip
        click.echo(json_line({"pictures": picture_rows, "had_before": had, "faults": faults}))
    else:
        for one in kept:
            line = f"{one.of.article}, version {one.of.revision}: {one.browser} drew {one.size} bytes, SHA-256"
            at = one.capture
            click.echo(f"{printable(line)} {at.digest.removeprefix('sha256:')}; {at.file}, offset {at.offset}")
        for fault in faults:
            click.echo(f"Not drawn: {printable(fault)}")
        if not kept and not faults:
            click.echo("Each version has its picture already.")
    sys.exit(NEEDS_A_PERSON if faults else 0)

"""`monitor picture`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from monitor.cli.options import NEEDS_A_PERSON, Folder, as_json, example, folder
from monitor.cli.output import progress_line
from monitor.errors import MonitorError
from monitor.text.terminal import json_line, printable
from monitor.vault.pictures import not_drawn, pictures

if TYPE_CHECKING:
    from monitor.vault import NewPicture


@click.command("picture", epilog=example("monitor picture ARTICLE"))
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@as_json
@folder
def command(here: Folder, articles: tuple[str, ...], as_json: bool) -> None:
    """Draw the captured page of each version of an ARTICLE (a Povestka ID) that has no picture yet, and keep it as evidence.

    Chromium draws it out of the archive, without scripts and without a network. The picture is a record of the archive, has an
    entry of the log, and is signed: `monitor verify ARTICLE` proves it, its version's page on the internal edition shows it, and
    a story that is handed over has it. Exits 3 where a page cannot be drawn.
    """
    from monitor.crawl import clock
    from monitor.operate.picture import Browser, draw_version, keep

    with here.reader() as reader:
        for article in articles:
            if not reader.query("SELECT 1 FROM articles WHERE id = ?", (article,)):
                raise MonitorError(f"{printable(article)}: there is no article of this id here")
        pages = [page for article in articles for page in not_drawn(reader.db, article)]
        had = sum(1 for article in articles for _ in pictures(reader.db, article))
    drawn: list[NewPicture] = []
    faults: list[str] = []
    if pages:
        browser = Browser()
        with progress_line("Drawn pages") as show:
            for number, page in enumerate(pages, 1):
                try:
                    drawn.append(draw_version(here.db, page, browser, clock.now()))
                except MonitorError as error:
                    faults.append(f"{page.article}, version {page.revision}: {error}")
                show(number, len(pages))
    kept = keep(here.db, drawn)
    if as_json:
        said = [
            {"article": one.of.article, "version": one.of.revision, "request": one.of.fetch.id, "browser": one.browser,
             "digest": at.digest, "file": at.file, "offset": at.offset, "record": at.record_id}
            for one, at in kept.items()
        ]  # fmt: skip
        click.echo(json_line({"pictures": said, "had_before": had, "faults": faults}))
    else:
        for one, at in kept.items():
            line = f"{one.of.article}, version {one.of.revision}: {one.browser} drew {len(one.png)} bytes, SHA-256"
            click.echo(f"{printable(line)} {at.digest.removeprefix('sha256:')}; {at.file}, offset {at.offset}")
        for fault in faults:
            click.echo(f"Not drawn: {printable(fault)}")
        if not kept and not faults:
            click.echo("Each version has its picture already.")
    sys.exit(NEEDS_A_PERSON if faults else 0)

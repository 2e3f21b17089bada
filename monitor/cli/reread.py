"""`monitor reread`."""

from __future__ import annotations

import json
import sys
from itertools import groupby
from typing import TYPE_CHECKING

import click

from monitor.cli.options import NEEDS_A_PERSON, Folder, as_json, example, folder
from monitor.cli.output import counted, progress_line
from monitor.errors import UsageError
from monitor.text.terminal import json_line, printable

if TYPE_CHECKING:
    from monitor.vault import ChangedReading

SHOWN = 20
"""Articles that are printed; the others are counted."""
_WORDS = 120
"""Characters of what was read before and now."""


@click.command("reread", epilog=example("monitor reread --all"))
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@click.option("--all", "everything", is_flag=True, help="All that was ever read, as an article or as none, too.")
@as_json
@folder
def command(here: Folder, articles: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Read captures again, out of the archive, by the present reader, and print what it reads otherwise. Fetches nothing.

    For after an update: outcomes `parser stopped` and `parser failed`, and articles whose versions were read by two readers.
    For after a change of the topics: pages that had no word of any, and were not extracted. ARTICLE (a Povestka ID) or --all:
    what was read before. What is read otherwise is no edit of the outlet: `monitor export rereadings` has it. Exits 3 when a
    capture cannot be had or read, or is no article any more; such an article stays as it is.
    """
    from monitor.crawl.reread import reread

    if articles and everything:
        raise UsageError("ARTICLE and --all exclude each other: name articles, or read all again")
    with progress_line("Reading again") as progress:
        report = reread(here.data, here.db, articles=articles, everything=everything, progress=progress)
    failed = any(change.field == "outcome" for change in report.changes)
    if as_json:
        click.echo(json_line({
            "reader": report.reader, "pages": report.pages, "outcomes": dict(report.outcomes), "articles": report.articles,
            "captures": report.captures, "changes": [change._asdict() for change in report.changes], "faults": report.faults,
        }))  # fmt: skip
    else:
        said = ", ".join(f"{count} {outcome}" for outcome, count in report.outcomes.most_common())
        click.echo(f"Read again: {counted(report.pages, 'page')}{': ' * bool(said)}{said}.")
        if report.articles:
            _print_changes(report.articles, report.captures, report.reader, report.changes)
        for fault in report.faults:
            click.echo(f"Cannot be read again: {printable(fault)}")
    sys.exit(NEEDS_A_PERSON if report.faults or failed else 0)


def _print_changes(articles: int, captures: int, reader: str, changes: list[ChangedReading]) -> None:
    of = [(article, list(found)) for article, found in groupby(changes, key=lambda change: change.article)]
    click.echo(
        f"{counted(captures, 'capture')} of {counted(articles, 'article')} that were read before, by reader {reader}:"
        f" {len(of)} read otherwise."
    )
    for article, found in of[:SHOWN]:
        click.echo(
            f"  {article}, request {found[0].fetch}, read before by {found[0].reader_before or 'a reader that was not noted'}"
        )
        for change in found:
            before, after = _parted(change.before, change.after)
            click.echo(f"    {change.field}: {before} -> {after}")
    if len(of) > SHOWN:
        click.echo(f"  and {len(of) - SHOWN} articles more; --json has all of them")


def _parted(before: str, after: str) -> tuple[str, str]:
    """What differs of two values, from where it begins; with how long they are where that is not all."""
    begins = next(
        (place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    begins = max(0, begins - _WORDS // 4) if max(len(before), len(after)) > _WORDS else 0
    return _short(before, begins), _short(after, begins)


def _short(value: str, begins: int) -> str:
    part = value[begins : begins + _WORDS]
    shown = json.dumps(printable(part.replace("\n", " ")), ensure_ascii=False)
    return shown if part == value else f"…{shown}… ({len(value)} characters)"

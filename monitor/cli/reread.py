"""`monitor reread`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from monitor.cli.options import NEEDS_A_PERSON, Paths, as_json, example, pass_paths
from monitor.cli.output import progress_line
from monitor.errors import UsageError
from monitor.text.terminal import counted, json_line, printable

if TYPE_CHECKING:
    from monitor.crawl.reread import RereadReport
    from monitor.vault import ChangedReading

SHOWN = 20
"""Articles that are printed; the others are counted."""
_WORDS = 120
"""Characters of what was read before and now."""


@click.command("reread", epilog=example("monitor reread --all"))
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@click.option("--all", "everything", is_flag=True, help="All that was ever read, as an article or as none, too.")
@as_json
@pass_paths
def command(paths: Paths, articles: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Parse captures from the archive again with the present parser, and print what differs. Fetches nothing.

    Use it after an update, for the outcomes `parser stopped` and `parser failed` and for articles whose versions were read by two
    parsers; and after a change of the topics, for pages that were not extracted because they had no topic's words. With ARTICLE
    (a Povestka ID) or --all it also parses again what was read before. Differences are no edits of the outlet: see `monitor
    export rereadings`. Exits 3 when a capture cannot be fetched from the archive or read, or is no article any more; such an
    article stays as it is.
    """
    from monitor.crawl.reread import reread

    if articles and everything:
        raise UsageError("ARTICLE and --all exclude each other: name articles, or read all again")
    output = _AsJson() if as_json else _AsText()
    try:
        with progress_line("Reading again") as progress:
            report = reread(
                paths.data, paths.db, articles=articles, everything=everything, progress=progress, on_change=output.add
            )
    except BaseException:
        output.abort()
        raise
    output.finish(report)
    sys.exit(NEEDS_A_PERSON if report.faults or report.failed else 0)


class _AsJson:
    """One object, whose changes are printed as they come: after an update there may be whole texts of all articles among them."""

    def __init__(self) -> None:
        self._before = '{"changes": ['

    def add(self, changes: Sequence[ChangedReading]) -> None:
        for change in changes:
            click.echo(self._before + json_line(change._asdict()), nl=False)
            self._before = ", "

    def abort(self) -> None:
        """Of a run that fails, the changes so far are an object too."""
        if self._before == ", ":
            click.echo("]}")

    def finish(self, report: RereadReport) -> None:
        rest = json_line({
            "parser": report.parser, "pages": report.pages, "outcomes": dict(report.outcomes), "articles": report.articles,
            "captures": report.captures, "faults": report.faults,
        })  # fmt: skip
        click.echo(f"{self._before.rstrip(', ')}], {rest.removeprefix('{')}")


class _AsText:
    """The first articles in short, and how many there are."""

    def __init__(self) -> None:
        self._articles = 0
        self._lines: list[str] = []

    def add(self, changes: Sequence[ChangedReading]) -> None:
        self._articles += 1
        if self._articles > SHOWN:
            return
        first = changes[0]
        by = first.parser_before or "a parser that was not noted"
        self._lines.append(f"  {first.article}, request {first.fetch}, read before by {by}")
        for change in changes:
            before, after = _differing_parts(change.before, change.after)
            self._lines.append(f"    {change.field}: {before} -> {after}")

    def abort(self) -> None:
        """Of a run that fails, the error is all that is said."""

    def finish(self, report: RereadReport) -> None:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in report.outcomes.most_common())
        click.echo(f"Read again: {counted(report.pages, 'page')}{': ' * bool(counts)}{counts}.")
        if report.articles:
            click.echo(
                f"{counted(report.captures, 'capture')} of {counted(report.articles, 'article')} that were read before, by parser"
                f" {report.parser}: {self._articles} read otherwise."
            )
        for line in self._lines:
            click.echo(line)
        if self._articles > SHOWN:
            click.echo(f"  and {self._articles - SHOWN} articles more; --json has all of them")
        for fault in report.faults:
            click.echo(f"Cannot be read again: {printable(fault)}")


def _differing_parts(before: str, after: str) -> tuple[str, str]:
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

"""`monitor add`."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.options import NEEDS_A_PERSON, Paths, as_json, example, pass_paths
from monitor.errors import UsageError
from monitor.text.terminal import counted, json_line, printable


@click.command("add", epilog=example("monitor add https://outlet.example/ --country RU --kind regional"))
@click.argument("url", required=False)
@click.option(
    "--opml", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
    help="In place of URL: every feed of this list, as feed readers export it.",
)  # fmt: skip
@click.option("--id", "id_", help="[default: made of its host's name]")
@click.option("--name", help="The outlet, as readers know it.  [default: what its page calls it]")
@click.option("--language", metavar="CODE", help="ISO 639-1.  [default: the language of its titles]")
@click.option("--country", metavar="CODE", help="ISO 3166-1, or exile.  [default: what its host's name ends in, where that says]")
@click.option("--kind", help="As in the column of sources.csv.  [default: independent]")
@click.option("--dry-run", is_flag=True, help="Print the line, and write nothing into sources.csv.")
@as_json
@pass_paths
def command(
    paths: Paths,
    url: str | None,
    opml: Path | None,
    id_: str | None,
    name: str | None,
    language: str | None,
    country: str | None,
    kind: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Find an outlet's feeds, sitemaps and Telegram channels, show them, and write its line into sources.csv.

    URL is its home page, or a feed of it. Each address is really read, as politely as by any crawl. Exits 3 where something
    could not be told and has to be given; then nothing is written. Of a list, each feed is added by itself, and what could not
    be is named.
    """
    if bool(url) == bool(opml):
        raise UsageError("give the URL of an outlet, or --opml with a list of feeds")
    if opml:
        if id_ or as_json:
            raise UsageError("--id and --json are for one outlet, and not for --opml")
        known = {"--name": name, "--language": language, "--country": country, "--kind": kind}
        passed = [word for option, value in known.items() if value for word in (option, value)]
        sys.exit(_add_all(paths, opml, [*passed, *["--dry-run"] * dry_run]))
    assert url
    from monitor.cli.new_source import inspect_outlet, line_of
    from monitor.cli.new_source import write as append

    given = {"id": id_ or "", "outlet": name or "", "language": language or "", "country": country or "", "kind": kind or ""}
    addition = inspect_outlet(paths.data, paths.db, url, given, now=datetime.now(UTC))
    line = line_of(paths.data, addition)
    shown = sorted(addition.found.candidates, key=lambda c: (c not in addition.chosen, c.via, -c.listed))
    if as_json:
        rows = [
            {"url": c.url, "kind": c.via, "format": c.feed.format, "entries": c.listed, "language": c.feed.language,
             "newest": c.newest and c.newest.isoformat(), "chosen": c in addition.chosen}
            for c in shown
        ]  # fmt: skip
        failed = addition.found.failed
        click.echo(json_line({"found": rows, "failed": failed, "line": addition.cells, "missing": addition.missing}))
    else:
        for c in shown:
            newest = f"newest {c.newest:%Y-%m-%d %H:%M}" if c.newest else "no dates"
            counted_ = counted(c.listed, "sitemap" if c.feed.parts else "entry").replace("entrys", "entries")
            mark = "*" if c in addition.chosen else " "
            click.echo(
                f"{mark} {c.via:8} {printable(c.url)}  {counted_}, {newest}{f', {c.feed.language}' * bool(c.feed.language)}"
            )
        for address, why in addition.found.failed.items():
            click.echo(f"  no       {printable(address)}  {printable(why)}")
        if not addition.cells["feed"] and not addition.cells["sitemap"]:
            click.echo("Neither a feed nor a sitemap: its home page will be polled.")
        click.echo(line)
    if addition.missing:
        options = ", ".join(f"--{'name' if column == 'outlet' else column}" for column in addition.missing)
        click.echo(f"monitor: nothing was written: what could not be told has to be given: {options}", err=True)
        sys.exit(NEEDS_A_PERSON)
    if not dry_run:
        number = append(paths.data, addition)
        click.echo(f"{paths.data / 'sources.csv'}:{number}: written", err=as_json)


def _add_all(paths: Paths, opml: Path, options: list[str]) -> int:
    """Adds each feed of a list, in a process of its own, since a reactor runs once; the exit code is returned."""
    from monitor.read.opml import read_opml

    try:
        feeds = read_opml(opml.read_bytes())
    except UsageError as error:
        raise UsageError(f"{opml}: {error}") from error
    added, listed, failed = 0, 0, 0
    command = [sys.executable, "-P", "-m", "monitor.cli", "--data", str(paths.data), "--db", str(paths.db), "add"]
    for one in feeds:
        named = ["--name", one.name] if one.name and "--name" not in options else []
        ran = subprocess.run([*command, *named, *options, "--", one.feed], capture_output=True, text=True, check=False)  # noqa: S603 - our own program
        output_lines = [line for line in (ran.stdout + ran.stderr).splitlines() if line.strip()]
        is_known = ran.returncode == 2 and "is already listed" in ran.stderr
        added, listed, failed = added + (ran.returncode == 0), listed + is_known, failed + (ran.returncode != 0 and not is_known)
        click.echo(f"{printable(one.feed)}: {printable(output_lines[-1]) if output_lines else 'no answer'}")
    click.echo(f"{opml}: {counted(len(feeds), 'feed')}: {added} added, {listed} listed already, {failed} not added")
    return NEEDS_A_PERSON if failed else 0

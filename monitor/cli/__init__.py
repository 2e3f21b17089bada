"""The command line: verbs. Parses, checks, delegates, and turns every expected error into one line and an exit code.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but something needs a person (a source failed, a gap).
Rooms are imported inside their verb: `monitor check` need not wait for Scrapy or Datasette to load.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor import __version__
from monitor.errors import DataError, MonitorError, UsageError
from monitor.operate import logs

if TYPE_CHECKING:
    from monitor.model import Run
    from monitor.newsroom.catalogue import Catalogue
    from monitor.vault import Due, Reader
    from monitor.vault.records import Totals

NEEDS_A_PERSON = 3


class Verbs(click.Group):
    """Prints what we expect to go wrong as one line; what we do not expect keeps its traceback, for a bug report."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except UsageError as error:
            raise click.UsageError(str(error), self._verb(ctx)) from error
        except MonitorError as error:
            logs.fail(error)
            ctx.exit(1)
        except BrokenPipeError:
            # `monitor ... | head` closes our output: not our failure. https://docs.python.org/3/library/signal.html#note-on-sigpipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(1)
        except OSError as error:
            if error.filename is None:
                raise
            # A file or folder that somebody named and that cannot be had: no bug, and the name says all.
            logs.fail(MonitorError(f"{error.filename}: {error.strerror}"))
            ctx.exit(1)

    def _verb(self, ctx: click.Context) -> click.Context:
        """The context of the verb that was called, so that its usage is shown and not that of all verbs."""
        name = ctx.invoked_subcommand
        command = self.get_command(ctx, name) if name else None
        return click.Context(command, parent=ctx, info_name=name) if command else ctx


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="monitor")
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), envvar="MONITOR_DATA", default=Path("data"), show_default=True,
    show_envvar=True, help="The newsroom's folder: sources.csv, families.csv, regions.csv, topics/.",
)  # fmt: skip
@click.option(
    "--db", type=click.Path(path_type=Path, dir_okay=False), envvar="MONITOR_DB", show_envvar=True,
    help="The vault.  [default: monitor.db in the newsroom's folder]",
)  # fmt: skip
@click.pass_context
def main(ctx: click.Context, data: Path, db: Path | None) -> None:
    """Povestka watches what is published about military summons and mobilization in Russia.

    Start with `monitor demo`: it needs no network.
    """
    ctx.obj = Folder(data, db or data / "monitor.db")


@dataclass(frozen=True, slots=True)
class Folder:
    """Where this call reads and writes: the newsroom's folder and the vault."""

    data: Path
    db: Path

    def catalogue(self) -> Catalogue:
        from monitor.newsroom.catalogue import load

        return load(self.data)

    def reader(self) -> Reader:
        from monitor.vault import open_reader

        return open_reader(self.db)


folder = click.make_pass_decorator(Folder)
as_json = click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
edition = click.option(
    "--profile", type=click.Choice(["internal", "public"]), default="internal", show_default=True,
    help="internal: whole texts. public: facts, links and excerpts, without the names in private.txt; into a DIR of its own.",
)  # fmt: skip
items = click.argument("items", type=click.File("r", encoding="utf-8-sig"), default="-")


def example(text: str) -> str:
    """The example at the foot of a verb's help."""
    return f"\b\nExample:\n  {text}"


@main.command(epilog=example("monitor check"))
@as_json
@folder
def check(here: Folder, as_json: bool) -> None:
    """Every fault in the newsroom's folder, each as file:line: field: what, and what would be right."""
    try:
        found = here.catalogue()
    except DataError as error:
        if as_json:
            click.echo(json.dumps([{"file": f.file, "line": f.line, "field": f.field, "what": f.what} for f in error.faults]))
        else:
            click.echo(str(error))
        sys.exit(1)
    if as_json:
        click.echo("[]")
        return
    feeds = sum(s.via == "feed" for s in found.sources)
    outlets = len({s.outlet for s in found.sources})
    click.echo(
        f"{here.data}: no faults: {feeds} feeds of {outlets} outlets, {len(found.regions)} regions, {len(found.topics)} topics"
    )


@main.command(epilog=example("monitor crawl --url https://www.themoscowtimes.com/2023/04/21/example-a80902 --depth 1"))
@click.option("--all", "everything", is_flag=True, help="Every feed, due or not.")
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this line of sources.csv; may be given again.")
@click.option("--url", "urls", multiple=True, metavar="URL", help="From this article; may be given again.")
@click.option("--depth", type=click.IntRange(0, 10), help="How many links to follow from a relevant article.  [default: 2]")
@click.option(
    "--replay", type=click.Path(path_type=Path, exists=True), metavar="DIR|WARC", help="Captured pages in place of the network."
)
@click.option("--dry-run", is_flag=True, help="Print what would be fetched, and fetch nothing.")
@as_json
@folder
def crawl(
    here: Folder,
    everything: bool,
    sources: tuple[str, ...],
    urls: tuple[str, ...],
    depth: int | None,
    replay: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Fetch what is due: feeds, the articles that they name, and what relevant articles link to.

    Exits 3 when it gave nothing, or when a source failed or was silent, and names them.
    """
    if sum(map(bool, (urls, replay, sources or everything))) > 1:
        raise UsageError("--url, --replay and --source/--all are three different crawls: give one of them")
    from monitor.crawl.process import run_crawl

    sys.exit(
        run_crawl(
            here.data,
            here.db,
            everything=everything,
            sources=sources,
            urls=urls,
            depth=depth,
            replay=replay,
            dry_run=dry_run,
            as_json=as_json,
        )
    )


@main.command(epilog=example("monitor add https://outlet.example/ --country RU --kind regional"))
@click.argument("url")
@click.option("--id", "id_", help="[default: made of its host's name]")
@click.option("--name", help="The outlet, as readers know it.  [default: what its page calls it]")
@click.option("--language", metavar="CODE", help="ISO 639-1.  [default: the language of its titles]")
@click.option("--country", metavar="CODE", help="ISO 3166-1, or exile.  [default: what its host's name ends in, where that says]")
@click.option("--kind", help="As in the column of sources.csv.  [default: independent]")
@click.option("--dry-run", is_flag=True, help="Print the line, and write nothing into sources.csv.")
@as_json
@folder
def add(
    here: Folder,
    url: str,
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
    could not be told and has to be given; then nothing is written.
    """
    from monitor.cli.add import line_of, look
    from monitor.cli.add import write as append

    given = {"id": id_ or "", "outlet": name or "", "language": language or "", "country": country or "", "kind": kind or ""}
    addition = look(here.data, here.db, url, given, now=datetime.now(UTC))
    line = line_of(here.data, addition)
    shown = sorted(addition.found.candidates, key=lambda c: (c not in addition.chosen, c.via, -c.listed))
    if as_json:
        rows = [
            {"url": c.url, "kind": c.via, "format": c.feed.format, "entries": c.listed, "language": c.feed.language,
             "newest": c.newest and c.newest.isoformat(), "chosen": c in addition.chosen}
            for c in shown
        ]  # fmt: skip
        failed = addition.found.failed
        click.echo(
            json.dumps({"found": rows, "failed": failed, "line": addition.cells, "missing": addition.missing}, ensure_ascii=False)
        )
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
        number = append(here.data, addition)
        click.echo(f"{here.data / 'sources.csv'}:{number}: written", err=as_json)


@main.command(epilog=example("monitor backfill CC-NEWS-20260518000000-00001.warc.gz"))
@click.argument("archives", metavar="WARC...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--all-hosts", is_flag=True, help="Take in pages of every host, not of the outlets in sources.csv alone.")
@as_json
@folder
def backfill(here: Folder, archives: tuple[Path, ...], all_hosts: bool, as_json: bool) -> None:
    """Take in what archives hold of our outlets, such as Common Crawl's of news, or one's own vault. Fetches nothing.

    Pages keep the date of their capture, on a clock of its own. Nothing is taken twice. What is broken in an
    archive is passed over and told; then the exit code is 3.
    """
    from monitor.crawl.backfill import run_backfill

    sys.exit(run_backfill(here.data, here.db, archives, all_hosts=all_hosts, as_json=as_json))


@main.command(epilog=example("monitor watch --publish data"))
@click.option(
    "--publish", "site", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Build the snapshot that the site serves in DIR anew after a crawl, every quarter of an hour at most.",
)  # fmt: skip
@edition
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object for each crawl.")
@folder
def watch(here: Folder, site: Path | None, profile: str, as_json: bool) -> None:
    """Crawl on schedule until stopped: when something is due, a minute after the last crawl began at the earliest.

    Each crawl is `monitor crawl`, and prints what it prints; where there is an alerts.toml, `monitor alert` follows. Every
    quarter of an hour there is one, due or not; after one that failed the next waits longer, up to an hour. SIGTERM and Ctrl-C
    let a crawl end cleanly; the exit code is then 0.
    """
    from monitor.operate.watch import watch as crawl_on_schedule

    look_where_to_publish(here, site, profile)
    sys.exit(crawl_on_schedule(here.data, here.db, site=site, profile=profile, as_json=as_json))


@main.command(epilog=example("monitor rejudge"))
@as_json
@folder
def rejudge(here: Folder, as_json: bool) -> None:
    """Judge all that is stored by the newsroom's present topics, and say what changed sides. Fetches nothing.

    Verdicts, places, stories and first reports are made anew in one transaction; nothing else changes.
    """
    from monitor.derive.rejudge import rejudge as judge_anew

    with watched("Judging anew") as progress:
        report = judge_anew(here.db, here.data, progress=progress)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
        return
    click.echo(f"Judged anew: {counted(report.articles, 'article')}.")
    for topic, turned in report.topics.items():
        click.echo(f"{topic}: {turned.became.count} became relevant, {turned.ceased.count} ceased to be.")
        for mark, side in (("+", turned.became), ("-", turned.ceased)):
            for article in side.named:
                click.echo(f"  {mark} {printable(article['title'] or '(no title)')}  {printable(article['url'])}")
            if side.count > len(side.named):
                click.echo(f"  {mark} and {side.count - len(side.named)} more")


@contextmanager
def watched(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to call with how much is done and how much there is: one live line, where a person watches."""
    shown = 0.0

    def show(done: int, total: int) -> None:
        nonlocal shown
        if sys.stderr.isatty() and time.monotonic() - shown > 0.5:
            shown = time.monotonic()
            click.echo(f"\r{what}: {done} of {total}", nl=False, err=True)

    try:
        yield show
    finally:
        if shown:
            click.echo(err=True)


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """What was crawled, as a terminal may show it: nothing in it moves the cursor or turns the direction of writing."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def printable_lines(text: str) -> str:
    """The same of several lines."""
    return "\n".join(map(printable, text.splitlines()))


day = click.DateTime(["%Y-%m-%d"])


@main.command(epilog=example("monitor export coverage -o coverage.csv --for excel --from 2023-04-01 --clock published"))
@click.argument("view")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
@click.option(
    "--format", "kind", type=click.Choice(["csv", "jsonl", "parquet", "xlsx"]), help="[default: what the file's ending says]"
)
@click.option(
    "--for", "profile", type=click.Choice(["machine", "excel"]), default="machine", show_default=True,
    help="excel: BOM, formulas escaped. machine: nothing is changed.",
)  # fmt: skip
@click.option(
    "--locale", type=click.Choice(["en", "ru", "uk"]), default="en", show_default=True,
    help="The language that Excel is set to: in ru and uk it wants semicolons between cells and a decimal comma.",
)  # fmt: skip
@click.option("--from", "since", type=day, metavar="DATE", help="First day, in UTC.")
@click.option("--to", "until", type=day, metavar="DATE", help="Last day, in UTC; included.")
@click.option("--clock", default="first_seen", show_default=True, help="The column that --from and --to are about.")
@click.option("--query", metavar="QUERY", help="Only articles of which this holds, in the topic language.")
@folder
def export(
    here: Folder,
    view: str,
    out: Path,
    kind: str | None,
    profile: str,
    locale: str,
    since: datetime | None,
    until: datetime | None,
    clock: str,
    query: str | None,
) -> None:
    """Write all rows of VIEW from one state, and a manifest beside them: coverage, near_misses, skipped, gaps, ledger, ways
    or telegram_gaps.

    A query finds every inflected form: --query "повестка NEAR/5 военкомат"; docs/topic-language.md explains the language, and
    docs/coverage.md the columns. The file has its name only when it is whole.
    """
    from monitor.export.export import ExportRequest, kind_of
    from monitor.export.export import export as write_rows

    first, last = since.date() if since else None, until.date() if until else None
    order = ExportRequest(view, kind or kind_of(out), profile, locale, clock, first, last, query)
    count = write_rows(here.db, order, out)
    click.echo(f"{out}: {count} row{'' if count == 1 else 's'} of {view}")


@main.command(epilog=example("monitor publish"))
@click.argument("folder_", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@edition
@folder
def publish(here: Folder, folder_: Path | None, profile: str) -> None:
    """Build the snapshot that the site serves, public.db, in DIR or in the newsroom's folder; it is swapped in whole.

    Where the vault has not changed since, the snapshot stays as it is; the public edition is made anew each time.
    """
    from monitor.site import SNAPSHOT
    from monitor.site import publish as build
    from monitor.snapshot.private_names import withholder

    look_where_to_publish(here, folder_, profile)
    withhold = withholder(here.catalogue().private) if profile == "public" else None
    to = folder_ or here.data
    is_new = build(here.db, to, withhold=withhold, data=here.data)
    click.echo(f"{to / SNAPSHOT}{'' if is_new else ': as it was, the vault has not changed since'}")


def look_where_to_publish(here: Folder, to: Path | None, profile: str) -> None:
    """Raises UsageError where the public edition would take the internal one's place."""
    if profile == "public" and (to is None or to.resolve() == here.data.resolve()):
        raise UsageError("--profile public needs a DIR of its own: the newsroom's folder has the internal edition")


@main.command(epilog=example("monitor alert --dry-run"))
@click.option("--dry-run", is_flag=True, help="Print what would be told, and to whom; send nothing.")
@folder
def alert(here: Folder, dry_run: bool) -> None:
    """Tell what is new, as data/alerts.toml says: to chats and mailboxes, and in Atom feeds; each thing once.

    Run it after each crawl. Exits 3 when something could not be delivered: it waits, and is tried again by the next call.
    """
    from monitor.alerts.alerts import rehearse, tell

    alerts, now = here.catalogue().alerts, datetime.now(UTC)
    if not alerts:
        raise UsageError(f"{here.data / 'alerts.toml'}: there is no alert; docs/alerts.md shows how to write one")
    if dry_run:
        click.echo(printable_lines(rehearse(here.db, alerts, now=now)))
        return
    report = tell(here.db, alerts, now=now)
    click.echo("\n".join(report.lines) or "Nothing new to tell.")
    sys.exit(NEEDS_A_PERSON if report.failed else 0)


@main.command(epilog=example("monitor serve --port 8001"))
@click.argument("folder_", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="The next free one where this is in use."
)
@folder
def serve(here: Folder, folder_: Path | None, host: str, port: int) -> None:
    """Datasette on the newest snapshot, read-only."""
    from monitor.site import serve as run

    run(folder_ or here.data, host=host, port=port, data=here.data)


@main.command(epilog=example("monitor status --json"))
@click.option(
    "--metrics", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.prom",
    help="Write this file too, for Prometheus: node_exporter's textfile collector reads it.",
)  # fmt: skip
@as_json
@folder
def status(here: Folder, metrics: Path | None, as_json: bool) -> None:
    """The last run, what is stored, the gaps (sources that failed, were silent or not seen whole), and what is overdue.

    Exits 3 when there is a gap, when a source has been due for a day and nobody asked, and when the last run was killed or did
    not see all.
    """
    from monitor.vault import is_written

    with here.reader() as reader:
        runs, totals, gaps = reader.runs(), reader.totals(), [dict(row) for row in reader.view("gaps")]
        # The times of a press, whose days pass faster than ours, are not to be held against our clock.
        now = (runs[0].finished or runs[0].started) if runs and runs[0].is_by_set_clock else datetime.now(UTC)
        schedule = reader.schedule(now)
    if runs and runs[0].outcome == "running" and not is_written(here.db):
        runs[0] = replace(runs[0], outcome="killed")
    is_idle = any(due.state == "overdue" and due.at and now - due.at > timedelta(days=1) for due in schedule)
    needs_a_person = bool(gaps) or is_idle or any(run.outcome in {"gaps", "killed"} for run in runs[:1])
    if metrics:
        from monitor.operate.metrics import write_metrics

        with here.reader() as reader:
            write_metrics(metrics, reader, here.db, runs[0] if runs else None, now)
    if as_json:
        last = asdict(runs[0]) if runs else None
        found = {"run": last, "totals": asdict(totals), "gaps": gaps, "sources": [asdict(due) for due in schedule]}
        click.echo(json.dumps(found, ensure_ascii=False, default=datetime.isoformat))
    else:
        for line in lines_of_status(runs[:1], totals, gaps, schedule, now, needs_a_person=needs_a_person):
            click.echo(line)
    sys.exit(NEEDS_A_PERSON if needs_a_person else 0)


def lines_of_status(
    runs: Iterable[Run],
    totals: Totals,
    gaps: Sequence[dict[str, Any]],
    schedule: Sequence[Due],
    now: datetime,
    *,
    needs_a_person: bool,
) -> Iterator[str]:
    """What `monitor status` says, for people."""
    for run in runs:
        said = "killed; the next crawl goes on from there" if run.outcome == "killed" else run.outcome
        asked = counted(run.fetches, "capture" if run.is_of_captures else "request") + " so far" * (run.outcome == "running")
        yield f"Run {run.id}: {said}, {run.started:%Y-%m-%d %H:%M} UTC, {asked}.{printable(lacked(run))}"
    yield (
        f"Stored: {counted(totals.articles, 'article')}, {totals.relevant} of them relevant in {totals.stories} stories; "
        f"{totals.copied} carry a text that others carry too ({totals.texts} texts); {totals.edited} were edited."
    )
    yield f"Skipped: {', '.join(f'{count} {outcome}' for outcome, count in totals.skipped) or 'nothing'}."
    yield f"Gaps: {len(gaps)}:" if gaps else "Gaps: none in the sources." if needs_a_person else "Gaps: none."
    for gap in gaps:
        what = gap["outcome"] if gap["gap"] == "failed" else gap["gap"]
        detail = f": {printable(gap['detail'])}" if gap["detail"] else ""
        yield f"  {gap['source']} ({printable(gap['outlet'])}): {what}{detail}"
    states = Counter(due.state for due in schedule)
    following = next((f"; the next is due in {span(due.at - now)}" for due in schedule if due.state == "later" and due.at), "")
    yield f"Sources: {', '.join(f'{count} {state}' for state, count in states.items()) or 'none'}{following}."
    for due in schedule:
        if due.state == "overdue" and due.at:
            since = f"{span(now - due.at)}, {due.at:%Y-%m-%d %H:%M} UTC"
            yield f"  {due.source} ({printable(due.outlet)}): overdue for {since}{f'; {due.why}' * bool(due.why)}"


def span(length: timedelta) -> str:
    """How long, as roughly as people say it."""
    minutes = round(length / timedelta(minutes=1))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"


def lacked(run: Run) -> str:
    """What a run with gaps did not give, as a sentence to stand behind what it did; empty for another run."""
    if run.outcome != "gaps":
        return ""
    if run.silent:
        return f" Silent: {', '.join(run.silent)}."
    return " Not all of it was seen." if run.articles else " It collected nothing."


@main.command(epilog=example("monitor demo --no-serve"))
@click.option("--serve/--no-serve", "serves", default=True, help="Serve what was found until stopped, or end after the summary.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="The next free one where this is in use."
)
def demo(serves: bool, port: int) -> None:
    """Crawl the embedded press at two moments, print what was found, and serve it. Needs no network."""
    from monitor.cli.demo import run

    run(serves=serves, port=port)


@main.command(epilog=example("monitor press --port 8765 --data build/press"))
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="One port on the address of every outlet."
)
@click.option(
    "--data", "newsroom", type=click.Path(path_type=Path, file_okay=False), help="Write a newsroom's folder that points at it."
)
@click.option("--load", metavar="OUTLETSxARTICLES", help="A made-up press of this size in place of the written one.")
@click.option(
    "--at", "moment", type=click.IntRange(1, 2), default=1, show_default=True, help="Before or after the day that passes."
)
def press(port: int, newsroom: Path | None, load: str | None, moment: int) -> None:
    """Serve the embedded press of fictional outlets by itself, until stopped."""
    from monitor.press import run

    run(port, moment=moment, load=load, data=newsroom)


def write(found: Iterable[dict[str, Any]]) -> None:
    """JSON Lines, each as soon as it is known."""
    for row in found:
        print(json.dumps(row, ensure_ascii=False), flush=True)


@main.command(epilog=example("monitor read --root pages < pages/index.jsonl > read.jsonl"))
@click.option(
    "--root", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".", help="What `file` is relative to."
)
@items
def read(root: Path, items: Iterable[str]) -> None:
    """Read captured pages. JSON Lines in: {"id", "file", "url"}, `file` may be gzipped.

    Out: {"id", "title", "authors", "date_published", "language", "text", "links", ...}, or {"id", "outcome", "detail"} where
    there is no article. Pages are read in worker processes with limits.
    """
    from monitor.cli.pipes import readings

    write(readings(items, root))


@main.command(epilog=example("""echo '{"id": 1, "text": "..."}' | monitor judge"""))
@items
@folder
def judge(here: Folder, items: Iterable[str]) -> None:
    """Judge texts by the newsroom's topics. JSON Lines in: {"id", "title"?, "text", "language"?}.

    Out: {"id", "relevant", "topics": [{"topic", "score", "reasons"}], "places": [{"region", "role", "start", "end"}]}.
    """
    from monitor.cli.pipes import judged

    write(judged(items, here.catalogue()))


@main.command(epilog=example("monitor match < texts.jsonl > matches.jsonl"))
@items
def match(items: Iterable[str]) -> None:
    """Find which texts are copies of one text, and which tell one story. JSON Lines in: {"id", "title"?, "text", "published"?}.

    Out: {"id", "copy": group, "story": group}; a group's name is the least id in it.
    """
    from monitor.cli.pipes import matched

    write(matched(items))


@main.command(epilog=example("monitor trace < texts.jsonl"))
@items
@folder
def trace(here: Folder, items: Iterable[str]) -> None:
    """Find on whose word texts stand, and what they say is denied.

    JSON Lines in: {"id", "title"?, "text", "language"?, "links"?}.
    Out: {"id", "attributions": [{"kind", "speaker", "outlet", "start", "end"}], "denials": [{"claim", "denial", "speaker"}]}.
    """
    from monitor.cli.pipes import traced

    write(traced(items, here.catalogue()))


if __name__ == "__main__":
    main()

"""`monitor export`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from monitor.cli.known import known_names
from monitor.cli.options import Paths, as_known_at, as_of, day, example, newsroom_digests, pass_paths
from monitor.errors import UsageError
from monitor.text.terminal import counted


@click.command(
    "export", epilog=example("monitor export coverage -o coverage.csv --for excel --from 2023-04-01 --clock published")
)
@click.argument("view")
@click.argument("story", metavar="[ID]", required=False)
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="The file to write; of all views the folder.")
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
@click.option("--outlet", "outlets", multiple=True, metavar="NAME", help="Only articles of this outlet.")
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="CODE",
    help="Only articles about this region: its code, as RU-VGG, or its name.",
)
@click.option("--topic", "topics", multiple=True, metavar="ID", help="Only articles of this topic.")
@click.option("--story", "stories", multiple=True, metavar="ID", help="Only articles of this story.")
@as_of
@pass_paths
def command(
    paths: Paths,
    view: str,
    story: str | None,
    out: Path,
    kind: str | None,
    profile: str,
    locale: str,
    since: datetime | None,
    until: datetime | None,
    clock: str,
    query: str | None,
    outlets: tuple[str, ...],
    regions: tuple[str, ...],
    topics: tuple[str, ...],
    stories: tuple[str, ...],
    as_of: datetime | None,
) -> None:
    """Export all rows of a view, with a manifest beside the file; or a story, as one file to hand over.

    VIEW is coverage, near_misses, skipped, gaps, ledger, ways, telegram_gaps, stories, story_articles, who_first, origins,
    story_events, speakers, denied_elsewhere, disputed_figures, edits, absences, rechecks, rereadings, versions, attributions,
    denials, places, links, reasons, copies, texts; or all, which writes every view into a folder, with a datapackage.json that
    explains them. A query finds every inflected form: --query "повестка NEAR/5 военкомат"; docs/topic-language.md explains the
    language, and docs/coverage.md the columns. Days, query, outlet, region, topic and story choose articles; views about articles
    and stories keep the rows of these. All rows are of one state of the database. The file or folder appears only when it is
    complete.
    --as-of exports what was known at another time: the same bytes as then.

    `export marks -o FILE` writes the marks of the internal edition's readers, with their login names, and without a manifest.
    `all` never includes marks.

    `export opml -o FILE.opml` writes the newsroom's feeds for feed readers.

    `export story ID -o FILE.wacz` writes the captures of a story's articles, their data and the proof, in the format of
    ReplayWeb.page.
    """
    if (view == "story") != bool(story):
        raise UsageError("name a story by its id, as in `monitor export story ID -o FILE.wacz`")
    if story:
        from monitor.export.wacz import export_story
        from monitor.operate.evidence import archive_of

        if any((kind, since, until, query, outlets, regions, topics, stories)):
            raise UsageError("a story is exported whole: leave the other options out")
        with as_known_at(paths, as_of) as paths_then:
            count = export_story(paths_then.db, archive_of(paths.db), story, out, as_of)
        click.echo(f"{out}: {counted(count, 'capture')} of story {story}")
        return
    from monitor.export.export import ExportRequest, atomic_file, check, format_of
    from monitor.export.export import export as write_rows
    from monitor.export.marks import MARKS, write_marks
    from monitor.export.package import ALL, export_all
    from monitor.site.words import view_words
    from monitor.vault.marks import notes_of

    first, last = since.date() if since else None, until.date() if until else None
    named = (("outlet", outlets), ("region", regions), ("topic", topics), ("story", stories))
    only = known_names(paths, ((name, value) for name, values in named for value in values), query)
    words = view_words("ru" if locale == "ru" else "en")
    if view == "opml":
        from monitor.read.opml import Subscription, write_opml

        if as_of:
            raise UsageError("opml is made of the newsroom's list as it is: leave --as-of out")
        feeds = [Subscription(one.feed, one.outlet, one.home) for one in paths.catalogue().sources if one.via == "feed"]
        with atomic_file(out.absolute()) as file:
            file.write(write_opml("Povestka", feeds))
        click.echo(f"{out}: {counted(len(feeds), 'feed')}")
        return
    if view == MARKS:
        if any((since, until, query, only)):
            raise UsageError("marks are exported all together: leave days, query and conditions out")
        with atomic_file(out.absolute()) as file:
            count = write_marks(notes_of(paths.db), file, kind or format_of(out), profile, locale, words[MARKS], as_of)
        click.echo(f"{out}: {counted(count, 'mark')}")
        return
    if view == ALL:
        everything = ExportRequest(view, kind or "csv", profile, locale, clock, first, last, query, only, as_of)
        with as_known_at(paths, as_of) as paths_then:
            counts = export_all(paths_then.db, everything, out, newsroom=newsroom_digests(paths_then, as_of), words=words)
        click.echo(f"{out}: {sum(counts.values())} rows of {len(counts)} views, explained by datapackage.json")
        return
    request = ExportRequest(view, kind or format_of(out), profile, locale, clock, first, last, query, only, as_of)
    check(request)  # before the vault is copied
    with as_known_at(paths, as_of) as paths_then:
        count = write_rows(paths_then.db, request, out, newsroom=newsroom_digests(paths_then, as_of), words=words)
    click.echo(f"{out}: {counted(count, 'row')} of {view}")

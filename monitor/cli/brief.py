"""`monitor brief`."""

from __future__ import annotations

from contextvars import copy_context
from datetime import datetime
from pathlib import Path

import click

from monitor.cli.known import known_name
from monitor.cli.options import Paths, as_known_at, as_of, day, example, pass_paths
from monitor.errors import MonitorError, UsageError
from monitor.newsroom.names import names_of_regions, names_of_topics
from monitor.text.terminal import counted


@click.command("brief", epilog=example("monitor brief --from 2026-05-11 --to 2026-05-17 --region RU-VGG -o week.html"))
@click.option("--from", "since", type=day, metavar="DATE", required=True, help="First day, in UTC.")
@click.option("--to", "until", type=day, metavar="DATE", required=True, help="Last day, in UTC; included.")
@click.option("--region", metavar="CODE", help="Only articles about this region: its code, as RU-VGG, or its name.")
@click.option("--topic", metavar="ID", help="Only articles of this topic.")
@click.option("--locale", type=click.Choice(["en", "ru"]), default="en", show_default=True, help="The language of its headings.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="FILE.html, FILE.md or FILE.docx."
)
@as_of
@pass_paths
def command(
    paths: Paths,
    since: datetime,
    until: datetime,
    region: str | None,
    topic: str | None,
    locale: str,
    out: Path,
    as_of: datetime | None,
) -> None:
    """Write a brief of what is new: by region, first reports, denials, edits, removals, gaps.

    All texts in it are verbatim, with numbered sources, links and digests. The days are those on which an article was first seen,
    or an edit noticed. docx needs the extra povestka[docx].
    """
    from monitor.export.brief import KINDS, brief, write
    from monitor.export.export import atomic_file
    from monitor.site import language
    from monitor.site.details import gap_in_words

    kind = out.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise UsageError("{out}: its name says no format; end it with .html, .md or .docx", out=out)
    if since > until:
        raise UsageError("--from {since} is later than --to {until}", since=since.date(), until=until.date())
    newsroom = paths.catalogue()
    regions = {one.iso: one.ru if locale == "ru" else one.en for one in newsroom.regions}
    topics = {one.id: one.titles.get(locale) or one.id for one in newsroom.topics}
    region = region and known_name("--region", region, names_of_regions(newsroom.regions))
    topic = topic and known_name("--topic", topic, names_of_topics(newsroom.topics))
    spoken = copy_context()
    spoken.run(language.current.set, locale)
    only = [(column, value) for column, value in (("regions", region), ("topics", topic)) if value]
    with as_known_at(paths, as_of) as paths_then, paths_then.reader() as reader:
        found = brief(
            reader,
            since.date(),
            until.date(),
            only=only,
            regions=regions,
            scope=[known[code] for code, known in ((region, regions), (topic, topics)) if code],
            language=locale,
            translate=lambda text: spoken.run(language.translate, text),
            gap_words=lambda gap, facts, detail: spoken.run(gap_in_words, gap, facts, detail),
        )
    try:
        with atomic_file(out.absolute()) as file:
            file.write(write(found, kind))
    except OSError as error:
        raise MonitorError(f"{out}: cannot be written: {error.strerror}") from error
    click.echo(f"{out}: {counted(len(found.sources), 'article')} cited")

"""`monitor match`: package match as a filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from monitor.cli.json_lines import Row, rows, text_of, time_of, write
from monitor.cli.options import example, items
from monitor.errors import MonitorError


@click.command("match", epilog=example("monitor match < texts.jsonl > matches.jsonl"))
@items
def command(items: Iterable[str]) -> None:
    """Find which texts are copies of one text, and which tell one story. JSON Lines in: {"id", "title"?, "text", "published"?}.

    Out: {"id", "copy": group, "story": group}; a group's name is the least id in it.
    """
    write(matched(items))


def matched(lines: Iterable[str]) -> Iterator[Row]:
    """`monitor match`: the copy group and the story of each text, among all the texts given."""
    from monitor.match import StoryItem, group_copies, group_stories

    given = list(rows(lines, "id", "text"))
    titles = {r["id"]: text_of(r, "title") for r in given}
    if len(titles) < len(given):
        raise MonitorError("input: an id is given twice; copies are told apart by their ids")
    copies = group_copies((r["id"], titles[r["id"]], r["text"]) for r in given)
    stories = group_stories([StoryItem(r["id"], titles[r["id"]], r["text"], time_of(r, "published")) for r in given], copies)
    for row in given:
        yield {"id": row["id"], "copy": copies.get(row["id"], row["id"]), "story": stories[row["id"]]}

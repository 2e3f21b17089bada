"""`monitor diff`: what changed between two versions of an article, as a filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from monitor.cli.json_lines import Row, links_of, rows, text_of, time_of, write
from monitor.cli.options import Paths, example, items, pass_paths
from monitor.errors import MonitorError
from monitor.model import Version

if TYPE_CHECKING:
    from monitor.newsroom.catalogue import Catalogue


@click.command("diff", epilog=example("monitor diff < versions.jsonl"))
@items
@pass_paths
def command(paths: Paths, items: Iterable[str]) -> None:
    """Find the edits between two versions of an article, and whether each was disclosed.

    JSON Lines in: {"id", "language"?, "before": {"title", "text", "modified"?, "links"?}, "after": {...}}.
    Out: {"id", "edits": [{"class", "disclosed", "before", "after", "start", "end", "start_after", "end_after"}]}.
    """
    write(compared(items, paths.catalogue()))


def compared(lines: Iterable[str], catalogue: Catalogue) -> Iterator[Row]:
    """`monitor diff`: the edits between the two versions of each item."""
    from monitor.match import address_key
    from monitor.trace.edits import find_edits

    for row in rows(lines, "id"):
        edits = find_edits(
            _version(row, "before"), _version(row, "after"),
            language=text_of(row, "language"), outlets=catalogue.outlets, url_key=address_key,
        )  # fmt: skip
        yield {
            "id": row["id"],
            "edits": [
                {
                    "class": edit.kind, "disclosed": edit.disclosed, "before": edit.before, "after": edit.after,
                    "start": edit.before_start, "end": edit.before_end,
                    "start_after": edit.after_start, "end_after": edit.after_end,
                }
                for edit in edits
            ],
        }  # fmt: skip


def _version(row: Row, which: str) -> Version:
    said = row.get(which)
    if not isinstance(said, dict) or not isinstance(said.get("text"), str):
        raise MonitorError(f'input: {row["id"]}: {which}: not a version such as {{"title": "…", "text": "…", "modified": null}}')
    version = {**said, "id": row["id"]}
    return Version(text_of(version, "title"), said["text"], time_of(version, "modified"), links_of(version))

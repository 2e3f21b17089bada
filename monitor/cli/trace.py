"""`monitor trace`: package trace as a filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from monitor.cli.json_lines import Row, links_of, rows, text_of, write
from monitor.cli.options import Paths, example, items, pass_paths

if TYPE_CHECKING:
    from monitor.newsroom.catalogue import Catalogue


@click.command("trace", epilog=example("monitor trace < texts.jsonl"))
@items
@pass_paths
def command(paths: Paths, items: Iterable[str]) -> None:
    """Find attributions (who says what) and denials in texts.

    JSON Lines in: {"id", "title"?, "text", "language"?, "links"?}.
    Out: {"id", "attributions": [{"kind", "speaker", "outlet", "start", "end"}], "denials": [{"claim", "denial", "speaker"}]}.
    """
    write(traced(items, paths.catalogue()))


def traced(lines: Iterable[str], catalogue: Catalogue) -> Iterator[Row]:
    """`monitor trace`: on whose word each text stands, and what it says is denied."""
    from monitor.trace.attributions import find_attributions
    from monitor.trace.denials import find_denials

    for row in rows(lines, "id", "text"):
        text, language, links = row["text"], text_of(row, "language"), links_of(row)
        attributions = find_attributions(text=text, language=language, links=links, outlets=catalogue.outlets)
        yield {
            "id": row["id"],
            "attributions": [
                {
                    "kind": a.kind,
                    "speaker": a.speaker,
                    "outlet": a.outlet,
                    "start": a.start,
                    "end": a.end,
                    "url": a.url,
                    "rule": a.rule,
                    "resolved": a.resolved,
                }
                for a in attributions
            ],
            "denials": [
                {
                    "claim": {"start": d.claim_start, "end": d.claim_end},
                    "denial": {"start": d.denial_start, "end": d.denial_end},
                    "speaker": d.speaker,
                    "claimed_by": d.claimed_by,
                    "kind": d.kind,
                    "rule": d.rule,
                }
                for d in find_denials(text=text, language=language, attributions=attributions)
            ],
        }

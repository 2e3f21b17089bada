"""`monitor judge`: package judge as a filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from monitor.cli.json_lines import Row, rows, text_of, write
from monitor.cli.options import Paths, example, items, pass_paths
from monitor.model import Reason

if TYPE_CHECKING:
    from monitor.newsroom.catalogue import Catalogue


@click.command("judge", epilog=example("""echo '{"id": 1, "text": "..."}' | monitor judge"""))
@items
@pass_paths
def command(paths: Paths, items: Iterable[str]) -> None:
    """Judge texts by the newsroom's topics. JSON Lines in: {"id", "title"?, "text", "language"?}.

    Out: {"id", "relevant", "topics": [{"topic", "score", "reasons"}], "places": [{"region", "role", "start", "end"}]}.
    """
    write(judged(items, paths.catalogue()))


def judged(lines: Iterable[str], catalogue: Catalogue) -> Iterator[Row]:
    """`monitor judge`: relevance, the topics with their scores and reasons, and places, of each text."""
    from monitor.judge.places import find_places  # its dictionaries take a second to load: not for `monitor match`
    from monitor.judge.verdict import judge

    for row in rows(lines, "id", "text"):
        title, text, language = text_of(row, "title"), row["text"], text_of(row, "language")
        places = find_places(catalogue.gazetteer, title=title, text=text, language=language)
        verdicts = judge(catalogue.topics, title=title, text=text, language=language, places=places)
        fields = {"title": title, "text": text}
        yield {
            "id": row["id"],
            "relevant": any(v.relevant for v in verdicts),
            "topics": [
                {
                    "topic": v.topic,
                    "relevant": v.relevant,
                    "score": v.score,
                    "subtopics": list(v.subtopics),
                    "reasons": [_reason(r, fields[r.field]) for r in v.reasons],
                    "near_miss_reason": v.near_miss_reason,
                    "near_miss_detail": v.near_miss_detail,
                    "country": v.country,
                    "country_rule": v.country_rule,
                }
                for v in verdicts
            ],
            "places": [
                {
                    "region": p.region,
                    "town": p.town,
                    "role": p.role,
                    "rule": p.rule,
                    "field": p.field,
                    "start": p.start,
                    "end": p.end,
                }
                for p in places
            ],
        }


def _reason(reason: Reason, text: str) -> Row:
    return {
        "label": reason.label,
        "rule": reason.rule,
        "field": reason.field,
        "start": reason.start,
        "end": reason.end,
        "words": text[reason.start : reason.end],
    }

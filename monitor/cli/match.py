"""`monitor match`: package match as a filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from monitor.cli.json_lines import Row, rows, text_of, time_of, write
from monitor.cli.options import Paths, example, items, pass_paths
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.match import Embedding, StoryItem
    from monitor.newsroom.catalogue import Catalogue


@click.command("match", epilog=example("monitor match < texts.jsonl > matches.jsonl"))
@click.option("--meaning", is_flag=True, help="Go by what texts mean, too: needs the extra povestka[meaning].")
@items
@pass_paths
def command(paths: Paths, items: Iterable[str], meaning: bool) -> None:
    """Find which texts are copies of one text, and which tell one story. JSON Lines in: {"id", "title"?, "text", "published"?}.

    Out: {"id", "copy": group, "story": group}; a group's name is the least id in it.
    """
    write(matched(items, paths.catalogue(), by_meaning=meaning))


def matched(lines: Iterable[str], catalogue: Catalogue, *, by_meaning: bool) -> Iterator[Row]:
    """`monitor match`: the copy group and the story of each text, among all the texts given."""
    from monitor.match import group_copies, group_stories

    given = list(rows(lines, "id", "text"))
    if len({row["id"] for row in given}) < len(given):
        raise MonitorError("input: an id is given twice; copies are told apart by their ids")
    copies = group_copies((row["id"], text_of(row, "title"), row["text"]) for row in given)
    meanings = _meanings(given) if by_meaning else None
    stories = group_stories([_item(row, catalogue) for row in given], copies, catalogue.vocabulary, meanings)
    for row in given:
        yield {"id": row["id"], "copy": copies.get(row["id"], row["id"]), "story": stories[row["id"]]}


def _meanings(given: Iterable[Row]) -> dict[str, Embedding]:
    from monitor.crawl.embeddings import check_model, embed
    from monitor.match.embedding import Embedding, embedding_input

    check_model("--meaning")
    texts = {row["id"]: embedding_input(text_of(row, "title"), row["text"]) for row in given}
    return {id_: Embedding("", embed(text)) for id_, text in texts.items() if text}


def _item(row: Row, catalogue: Catalogue) -> StoryItem:
    from monitor.judge.places import find_places
    from monitor.match import StoryItem

    title, text = text_of(row, "title"), row["text"]
    places = find_places(catalogue.gazetteer, title=title, text=text, language=text_of(row, "language"))
    happened = [place for place in places if place.role == "event"]
    return StoryItem(
        row["id"],
        title,
        text,
        time_of(row, "published"),
        regions=tuple(place.region for place in happened),
        towns=tuple(place.town for place in happened if place.town),
        places=tuple((title if place.field == "title" else text)[place.start : place.end] for place in places),
    )

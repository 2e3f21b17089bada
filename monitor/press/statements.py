"""The expected denials and differing figures in the press's stories, for the tests. Reads world/truth/statements.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from monitor.errors import DataError, Fault
from monitor.press.truth import Truth, load_truth
from monitor.press.world import FOLDER, WrittenWorld, load

_FILE = "statements.toml"


class Passage(NamedTuple):
    """Words of an article, by its id."""

    article: str
    words: str


class DeniedElsewhere(NamedTuple):
    """A claim in one article that another article of the same story denies."""

    story: str
    claim: Passage
    denial: Passage


class DisputedFigures(NamedTuple):
    """Figures of one thing that differ within a story."""

    story: str
    figures: frozenset[Passage]


class Denied(NamedTuple):
    """A claim and its denial within one article, word for word, and who denies it as the text has it."""

    article: str
    claim: str
    denial: str
    speaker: str


def load_denied(
    world: WrittenWorld | None = None, path: Path = FOLDER / "truth" / _FILE
) -> tuple[tuple[Denied, ...], tuple[Denied, ...]]:
    """All denials within the relevant articles, copies aside: those that tracing should find, and those that a reader sees and it
    does not yet, as only the sense tells. Raises DataError where an article does not say so."""
    world = world or load()
    told: tuple[list[Denied], list[Denied]] = [], []
    faults = []
    for number, row in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["denied"], 1):
        by_sense = row.pop("only_by_sense", False)
        denied = Denied(**row)
        told[by_sense].append(denied)
        text = world.entries[denied.article].first.text
        faults += [
            Fault(_FILE, number, "words", f"{denied.article} does not say {words!r}")
            for words in (denied.claim, denied.denial)
            if words not in text
        ]
    if faults:
        raise DataError(tuple(faults))
    return tuple(told[0]), tuple(told[1])


def load_statements(
    world: WrittenWorld | None = None, truth: Iterable[Truth] | None = None, path: Path = FOLDER / "truth" / _FILE
) -> tuple[tuple[DeniedElsewhere, ...], tuple[DisputedFigures, ...]]:
    """All denials across articles, and all disputed figures. Raises DataError where the articles do not say so."""
    world = world or load()
    story_of = {row.article: row.story for row in (truth or load_truth(world))}
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    denied = tuple(
        DeniedElsewhere(row["story"], Passage(**row["claim"]), Passage(**row["denial"])) for row in rows["denied_elsewhere"]
    )
    disputed = tuple(
        DisputedFigures(row["story"], frozenset(Passage(**figure) for figure in row["figures"]))
        for row in rows["disputed_figures"]
    )
    said = [(row.story, passage) for row in denied for passage in (row.claim, row.denial)]
    said += [(group.story, passage) for group in disputed for passage in sorted(group.figures)]
    faults = []
    for number, (story, (article, words)) in enumerate(said, 1):
        if story_of.get(article) != story:
            faults.append(Fault(_FILE, number, "article", f"{article} is no article of {story!r}"))
        elif words not in world.entries[article].first.text:
            faults.append(Fault(_FILE, number, "words", f"{article} does not say {words!r}"))
    if faults:
        raise DataError(tuple(faults))
    return denied, disputed

"""The expected results of a crawl of the press, for the tests. Reads monitor/press/world/truth."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import DataError, Fault
from monitor.press.world import FOLDER, Entry, WrittenWorld, load

TOPICS = ("summons", "mobilization")
OUTCOMES = ("article", "removed", "robots", "challenge")
_COLUMNS = ("id", "outlet", "relevant", "topics", "copy_group", "story", "first", "regions", "outcome", "trap")
_REGION = re.compile(r"(?:RU|UA)-[0-9A-Z]{2,3}")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one article of the press."""

    article: str
    outlet: str
    relevant: bool
    topics: tuple[str, ...]
    copy_group: str
    """Id of the original, for it and for each of its copies; empty for a text that stands alone."""
    story: str
    """Shared by the articles on one event; empty where the article is not relevant."""
    first: bool
    """Whether it is the story's earliest by its declared time, of those that can be fetched."""
    regions: tuple[str, ...]
    """ISO 3166-2 of where it happened."""
    outcome: str
    """One of OUTCOMES: what its address gives in the end."""
    trap: str
    """What it tempts a careless reader with; empty where nothing."""


def load_truth(world: WrittenWorld | None = None, folder: Path = FOLDER / "truth") -> tuple[Truth, ...]:
    """Every row of every file, by article id. Raises DataError with every fault, and where rows and world disagree."""
    world = world or load()
    faults: list[Fault] = []
    rows: dict[str, _Row] = {}
    for path in sorted(folder.glob("*.csv")):
        for row in _rows(path, faults):
            if row.truth.article in rows:
                faults.append(row.fault("id", "is there twice"))
            rows[row.truth.article] = row
    for id_, entry in world.entries.items():
        if id_ not in rows:
            faults.append(Fault(f"{entry.first.outlet.id}.csv", 1, "id", f"{id_} has no row"))
    known = {id_: row for id_, row in rows.items() if id_ in world.entries}
    faults += [row.fault("id", "is no article of the world") for id_, row in rows.items() if id_ not in known]
    groups = {entry.original for entry in world.entries.values() if entry.original}
    for id_, row in known.items():
        faults += row.check(world.entries[id_], groups)
    faults += _check_stories(known.values(), world)
    if faults:
        raise DataError(tuple(sorted(faults)))
    return tuple(rows[id_].truth for id_ in sorted(rows))


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a truth file, and where it stands."""

    file: str
    line: int
    truth: Truth

    def fault(self, field: str, what: str) -> Fault:
        return Fault(self.file, self.line, field, f"{self.truth.article}: {what}")

    def check(self, entry: Entry, groups: set[str]) -> Iterator[Fault]:
        """What contradicts the article itself. `groups` are the articles that have copies."""
        truth, piece = self.truth, entry.first
        if truth.outlet != piece.outlet.id:
            yield self.fault("outlet", f"is {truth.outlet!r}, the article's is {piece.outlet.id!r}")
        group = entry.original or (truth.article if truth.article in groups else "")
        if truth.copy_group != group:
            yield self.fault("copy_group", f"is {truth.copy_group!r}, the articles say {group!r}")
        closed = any(piece.path.startswith(path) for path in piece.outlet.closed)
        outcome = "robots" if closed else "challenge" if piece.challenge else "removed" if entry.removed_at else "article"
        if truth.outcome != outcome:
            yield self.fault("outcome", f"is {truth.outcome!r}, the world gives {outcome!r}")
        if truth.relevant != bool(truth.topics):
            yield self.fault("topics", "are there where the article is relevant, and only there")
        if truth.relevant != bool(truth.story):
            yield self.fault("story", "is there where the article is relevant, and only there")


def _rows(path: Path, faults: list[Fault]) -> Iterator[_Row]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != _COLUMNS:
            faults.append(Fault(path.name, 1, "header", f"is not {','.join(_COLUMNS)}"))
            return
        for row in reader:
            if None in row or None in row.values():
                faults.append(Fault(path.name, reader.line_num, "columns", f"are not the {len(_COLUMNS)} of the header"))
                continue
            wrong = list(_wrong(row))
            faults += [Fault(path.name, reader.line_num, field, f"{row['id']}: {what}") for field, what in wrong]
            if not wrong:
                yield _Row(path.name, reader.line_num, _truth(row))


def _wrong(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The fields that are wrong whatever the world says."""
    if row["relevant"] not in ("yes", "no"):
        yield "relevant", f"is {row['relevant']!r}, not yes or no"
    if row["first"] not in (("yes", "no") if row["story"] else ("",)):
        yield "first", f"is {row['first']!r}: yes or no where there is a story, empty where there is none"
    if row["outcome"] not in OUTCOMES:
        yield "outcome", f"is {row['outcome']!r}, none of {', '.join(OUTCOMES)}"
    for topic in _list(row["topics"]):
        if topic not in TOPICS:
            yield "topics", f"{topic!r} is none of {', '.join(TOPICS)}"
    for region in _list(row["regions"]):
        if not _REGION.fullmatch(region):
            yield "regions", f"{region!r} is no ISO 3166-2 code such as RU-VGG"


def _truth(row: dict[str, str]) -> Truth:
    return Truth(
        article=row["id"],
        outlet=row["outlet"],
        relevant=row["relevant"] == "yes",
        topics=_list(row["topics"]),
        copy_group=row["copy_group"],
        story=row["story"],
        first=row["first"] == "yes",
        regions=_list(row["regions"]),
        outcome=row["outcome"],
        trap=row["trap"],
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _check_stories(rows: Iterable[_Row], world: WrittenWorld) -> Iterator[Fault]:
    """Each story has one first report: the earliest by declared time of those that can be fetched."""
    stories: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if row.truth.story:
            stories[row.truth.story].append(row)
    for story, members in stories.items():
        seen = [row for row in members if row.truth.outcome in ("article", "removed")]
        times = [world.entries[row.truth.article].first.published for row in seen]
        yield from _check_first(story, members, [row for row, time in zip(seen, times, strict=True) if time == min(times)])


def _check_first(story: str, members: Sequence[_Row], earliest: Sequence[_Row]) -> Iterator[Fault]:
    if len(earliest) > 1:
        yield earliest[1].fault(
            "first", f"shares its time with {earliest[0].truth.article}, so that nobody is first in {story!r}"
        )
    for row in members:
        if row.truth.first != (row in earliest):
            names = " and ".join(other.truth.article for other in earliest)
            yield row.fault("first", f"is {'yes' if row.truth.first else 'no'}, the earliest in {story!r} is {names or 'none'}")

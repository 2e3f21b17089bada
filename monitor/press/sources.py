"""What is true of the written world's sources: on whose word its relevant articles stand. Reads world/truth/sources.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from monitor.errors import DataError, Fault
from monitor.press.world import FOLDER, WrittenWorld, load

_FILE = "sources.toml"


class Said(NamedTuple):
    """A source as tracing should name it, and the words that name it: fields of `monitor.model.Attribution`."""

    kind: str
    speaker: str
    outlet: str
    start: int
    end: int


def load_sources(world: WrittenWorld | None = None, path: Path = FOLDER / "truth" / _FILE) -> Mapping[str, tuple[Said, ...]]:
    """All sources of an article, by its id, in the order of its text. Raises DataError where the article does not say so."""
    world = world or load()
    faults, found = [], {}
    for number, (article, rows) in enumerate(tomllib.loads(path.read_text(encoding="utf-8")).items(), 1):
        said, at = [], 0
        text = world.entries[article].first.text if article in world.entries else ""
        for kind, speaker, outlet, words in rows:
            start = text.find(words, at)
            if start < 0:
                faults.append(Fault(_FILE, number, "words", f"{article} does not say {words!r} there"))
                continue
            at = start + len(words)
            said.append(Said(kind, speaker, outlet, start, at))
        found[article] = tuple(said)
    if faults:
        raise DataError(tuple(faults))
    return found

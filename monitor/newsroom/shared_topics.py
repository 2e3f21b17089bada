"""Sets of words and exclusions that several topics share, each in a file of `topics/shared/`. Pure.

A topic names the files that it takes them from: `shared = ["calling-up"]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_SHARED = ("words", "exclusion")


@dataclass(frozen=True, slots=True)
class WholeTopic:
    """A topic with what it shares, as `compile_topic` reads it, and where each of its fields is written."""

    spec: Mapping[str, object]
    words: Mapping[str, str]
    """By the name of a shared set: the file that has it."""
    exclusions: Sequence[tuple[str, int]]
    """Of the topic's exclusions, those that are shared, which stand last: the file, and the how manieth of it."""
    own: int
    """How many exclusions are the topic's own."""
    has_all_sets: bool
    """Whether each file that it names could be read."""

    def place(self, field: str) -> tuple[str, str]:
        """The shared file that a field of `topic_faults` is written in, empty for the topic's own, and its name there."""
        if (named := re.match(r"words\.([^.]+)", field)) and named[1] in self.words:
            return self.words[named[1]], field
        if (numbered := re.match(r"exclusion\[(\d+)\](.*)", field)) and int(numbered[1]) > self.own:
            file, number = self.exclusions[int(numbered[1]) - self.own - 1]
            return file, f"exclusion[{number}]{numbered[2]}"
        return "", field


def shared_faults(content: Mapping[str, object]) -> list[tuple[str, str]]:
    """Every fault of a shared file that is none of a topic's, as (field, what is wrong and what would be right)."""
    faults = [(name, f"is not shared by topics; one of {', '.join(_SHARED)}") for name in content if name not in _SHARED]
    if not isinstance(content.get("words", {}), Mapping):
        faults.append(("words", "a table of sets of words is needed"))
    if not isinstance(content.get("exclusion", []), list):
        faults.append(("exclusion", "a list of [[exclusion]] is needed"))
    return faults


def with_shared(
    spec: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any] | None]
) -> tuple[WholeTopic, list[tuple[str, str]]]:
    """The topic with the words and exclusions of the files that it names, and the faults of how it names them, as (field, what).

    `shared` has all files by name, None of one with a fault. Shared sets stand before the topic's own, which may be made of them.
    """
    named = spec.get("shared", [])
    faults: list[tuple[str, str]] = []
    if not isinstance(named, list) or not all(isinstance(name, str) for name in named):
        faults.append(("shared", "a list of names of files in topics/shared/ is needed"))
        named = []
    faults += [("shared", f"there is no file topics/shared/{name}.toml") for name in named if name not in shared]
    files = {name: content for name in named if (content := shared.get(name)) is not None}
    has_all_sets = not faults and len(files) == len({*named})
    own = {name: value for name, value in spec.items() if name != "shared"}
    words: dict[str, object] = {}
    of_file: dict[str, str] = {}
    exclusions: list[object] = []
    places: list[tuple[str, int]] = []
    for file, content in files.items():
        for name, table in content.get("words", {}).items():
            words[name], of_file[name] = table, file
        for number, table in enumerate(content.get("exclusion", []), 1):
            exclusions.append(table)
            places.append((file, number))
    own_words = own.get("words", {})
    if words and isinstance(own_words, Mapping):
        faults += [(f"words.{name}", f"is in topics/shared/{of_file[name]}.toml too") for name in own_words if name in of_file]
        own["words"] = {**words, **own_words}
        of_file = {name: file for name, file in of_file.items() if name not in own_words}
    own_exclusions = own.get("exclusion", [])
    is_list = isinstance(own_exclusions, list)
    if exclusions and is_list:
        own["exclusion"] = [*own_exclusions, *exclusions]
    return WholeTopic(own, of_file, places, len(own_exclusions) if is_list else 0, has_all_sets), faults

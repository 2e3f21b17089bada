"""Names groups so that an address that people share stays valid when its group grows, splits or is merged. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any


@dataclass(frozen=True, slots=True)
class Addresses:
    """The names of some groups."""

    names: tuple[str, ...]
    """Of each group, in the order in which they were given."""
    merged: Mapping[str, str]
    """Names that no group has any more, and the name of the group that most of their members are in now."""


def keep_addresses(
    groups: Sequence[Collection[str]],
    before: Mapping[str, str],
    *,
    order: Callable[[str], Any],
    age: Callable[[str], int],
    is_taken: Callable[[str], bool],
) -> Addresses:
    """Names for groups of articles, of which `before` says in which group each was so far; an article that is new is not there.

    A group is called by the article that began it, the first of its members in their `order`. A name goes where most of its
    group's members go; where it parts into equal halves, to the one with that article, or with the first of them. A group to
    which several names go keeps the oldest, by `age`. A new group has the id of its first member whose id is no group's name yet
    (`is_taken`).
    """
    placed = {article: number for number, members in enumerate(groups) for article in members}
    was: defaultdict[str, list[str]] = defaultdict(list)
    for article, name in before.items():
        if article in placed:
            was[name].append(article)
    received: defaultdict[int, list[str]] = defaultdict(list)
    for name, articles in was.items():
        counts = Counter(placed[article] for article in articles)
        most = max(counts.values())
        first = min((a for a in articles if counts[placed[a]] == most), key=lambda a: (a != name, order(a)))
        received[placed[first]].append(name)
    kept = {number: min(names, key=lambda name: (age(name), name)) for number, names in received.items()}
    merged = {name: kept[number] for number, names in received.items() for name in names if name != kept[number]}
    used = set(was)
    names = []
    for number, members in enumerate(groups):
        name = kept.get(number) or next(n for n in _possible(sorted(members, key=order)) if not (n in used or is_taken(n)))
        used.add(name)
        names.append(name)
    return Addresses(tuple(names), merged)


def _possible(members: Sequence[str]) -> Iterator[str]:
    """Names for a group: its members' ids, and where all of them are taken, the first with a number."""
    yield from members
    for number in count(2):
        yield f"{members[0]}-{number}"

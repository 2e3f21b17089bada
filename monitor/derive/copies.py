"""Names groups of copies and finds each group's original, for groups whose articles have changed. Writes the vault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from monitor.match import keep_addresses, kind_of_same
from monitor.model import Copy, Sighting
from monitor.trace.first import credible_time, original
from monitor.vault import GroupMember, Store, WordingPair, copies, stories

SortKey = Callable[[GroupMember], tuple[bool, str, str]]


def update_copies(store: Store, changed: Sequence[str], at: datetime) -> None:
    """Store the groups, copies and originals of what the changed articles show now, as if all that they join were grouped anew.

    `at` is from when on a name leads to another group.
    """
    members = {member.id: member for member in copies.members(store.db, changed)}
    parts: defaultdict[int, list[GroupMember]] = defaultdict(list)
    for member in members.values():
        if member.part:
            parts[member.part].append(member)
    sightings = stories.sightings(store.db, [member.id for part in parts.values() if len(part) > 1 for member in part])
    order = _sort_key(sightings)
    found = sorted((sorted(part, key=order) for part in parts.values() if len(part) > 1), key=lambda group: order(group[0]))
    groups = {group[0].part: group for group in found}
    ages = copies.ages(store.db, {member.group for member in members.values()})
    addresses = keep_addresses(
        [[member.id for member in group] for group in groups.values()],
        {member.id: member.group for member in members.values() if member.group},
        order=lambda id_: order(members[id_]),
        age=lambda name: ages.get(name, 0),
        is_taken=partial(copies.is_name, store.db),
    )
    named = dict.fromkeys(members, "")
    originals, pairs = {}, defaultdict[int, list[WordingPair]](list)
    for pair in copies.pairs(store.db, groups):
        pairs[pair.part].append(pair)
    joined: list[Copy] = []
    for name, (part, group) in zip(addresses.names, groups.items(), strict=True):
        named |= dict.fromkeys((member.id for member in group), name)
        originals[name] = original([sightings[member.id] for member in group if member.id in sightings])
        joined += _star(group, pairs[part])
    copies.save_groups(store.db, named, joined, originals, addresses.merged, at)


def _sort_key(sightings: dict[str, Sighting]) -> SortKey:
    """What is relevant first, by when it was published."""

    def order(member: GroupMember) -> tuple[bool, str, str]:
        sighting = sightings.get(member.id)
        return sighting is None, credible_time(sighting).isoformat() if sighting else "", member.id

    return order


def _star(group: Sequence[GroupMember], pairs: Iterable[WordingPair]) -> Iterator[Copy]:
    """Copies that join a group, not one for every two of it: of each wording its other articles to the first, and what was
    compared to be one text."""
    shown: defaultdict[int, list[GroupMember]] = defaultdict(list)
    for member in group:
        shown[member.wording].append(member)
    for first, *others in shown.values():
        for other in others:
            yield _copy(first, other, kind_of_same(first.title, other.title), 1.0)
    for pair in pairs:
        yield _copy(shown[pair.a][0], shown[pair.b][0], pair.kind, pair.similarity)


def _copy(one: GroupMember, other: GroupMember, kind: str, similarity: float) -> Copy:
    a, b = sorted((one.id, other.id))
    return Copy(a, b, kind, similarity)

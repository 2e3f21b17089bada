"""Which stored articles tell one event, and who was first: told anew over all that is relevant. Writes through the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from monitor.derive.copies import update_copies
from monitor.match import Vocabulary, group_stories
from monitor.trace import find_origins, first_report, original
from monitor.vault import Store


def update_stories(store: Store, now: datetime, vocabulary: Vocabulary | None = None, *, always: bool = False) -> None:
    """Store the copies of what has changed, the story of each relevant article and who was first in it: the same whatever order
    the articles came in.

    Grouping takes some 4 ms of CPU an article, and most crawls bring nothing that it follows from: where that is as it was when
    stories were last told, they stay, unless it is `always`.
    """
    touched = store.touched()
    store.witness(touched)
    update_copies(store, touched, now)
    store.untouch(touched)
    items, groups = store.relevant_items(), store.copy_groups()
    sightings = store.sightings([item.id for item in items])
    digest = blake2b((vocabulary.digest if vocabulary else "").encode(), digest_size=16)
    for part in (*items, *sorted(groups.items()), *sorted(sightings.items())):
        digest.update(repr(part).encode())
    if digest.hexdigest() == store.told() and not always:
        return
    members: defaultdict[str, list[str]] = defaultdict(list)
    for article, story in group_stories(items, groups, vocabulary).items():
        members[story].append(article)
    save_stories(store, members, told=digest.hexdigest())


def save_stories(store: Store, members: Mapping[str, Sequence[str]], *, told: str = "") -> None:
    """Store the articles of each story, who was first in it, and from where they have it."""
    seen = {story: store.sightings(articles) for story, articles in members.items()}
    firsts = {story: first_report([*found.values()]) for story, found in seen.items()}
    store.save_stories({article: story for story, articles in members.items() for article in articles}, firsts, told=told)
    for story, found in seen.items():
        lead = original([*found.values()]).article
        store.save_story_facts(story, lead, firsts[story], find_origins(store.tellings(found)))

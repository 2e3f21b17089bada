"""Which stored articles tell one event, and who was first: told anew over all that is relevant. Writes through the store."""

from __future__ import annotations

from collections import defaultdict

from monitor.match import group_stories
from monitor.model import Sighting
from monitor.store import Store
from monitor.trace import first_report


def tell_stories(store: Store) -> None:
    """Store the story of each relevant article and who was first in it: the same whatever order the articles came in."""
    stories = group_stories(store.relevant_items(), store.copy_groups())
    sightings: defaultdict[str, list[Sighting]] = defaultdict(list)
    for article, sighting in store.sightings().items():
        if article in stories:
            sightings[stories[article]].append(sighting)
    store.save_stories(stories, {story: first_report(seen) for story, seen in sightings.items()})

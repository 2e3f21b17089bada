"""`monitor rejudge`: judges all stored articles by the newsroom's present topics and places. Writes the vault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from monitor.derive.retrace import trace
from monitor.derive.statements import update_statements
from monitor.derive.stories import update_stories
from monitor.judge.gate import Gate
from monitor.judge.places import find_places
from monitor.judge.verdict import judge
from monitor.newsroom import catalogue
from monitor.newsroom.digests import digests
from monitor.vault import Store, StoredText, articles, lists, open_reader, requests

SHOWN = 20
"""Articles that are named for each topic and side; the others are counted."""


@dataclass(slots=True)
class Change:
    """Articles that became relevant to a topic, or ceased to be."""

    count: int = 0
    named: list[dict[str, str]] = field(default_factory=list)
    """`article`, `title`, `url` of the first SHOWN in order of `article`."""

    def add(self, article: StoredText) -> None:
        """Count an article; the first ones are kept to be named."""
        self.count += 1
        if self.count <= SHOWN:
            self.named.append({"article": article.id, "title": article.title, "url": article.url})


@dataclass(frozen=True, slots=True)
class VerdictChanges:
    """The articles that became relevant to one topic, and those that ceased to be."""

    became: Change = field(default_factory=Change)
    """Relevant now, and not before."""
    ceased: Change = field(default_factory=Change)
    """Relevant before, and not now; all of a topic that is no longer there."""


@dataclass(frozen=True, slots=True)
class Report:
    """What judging anew came to."""

    articles: int
    topics: dict[str, VerdictChanges]
    """By id, in order: the newsroom's topics, and those of which the vault still had verdicts that made an article relevant."""
    unread: int = 0
    """Pages that were not extracted for other topics than these: `monitor reread` reads them out of the archive."""


def rejudge(vault: Path, data: Path, *, progress: Callable[[int, int], None]) -> Report:
    """Judge every stored article anew, find its places anew, and tell stories and first reports anew: all of it or nothing.

    An article that becomes relevant is traced too. `progress` is called with how many articles are done, and how
    many there are. Nothing else that is stored changes.
    Raises DataError where the newsroom's folder has faults, LockedError where another process writes, StoreError where there is
    no vault or it cannot be written.
    """
    found = catalogue.load(data)
    with open_reader(vault) as reader:
        total = reader.totals().articles
    turned = defaultdict[str, VerdictChanges](VerdictChanges, {topic.id: VerdictChanges() for topic in found.topics})
    done = 0
    with Store.open(vault, command="rejudge") as store, store.db.transaction():
        for article in articles.stored(store.db):
            title, text, language = article.title, article.text, article.language
            places = find_places(found.gazetteer, title=title, text=text, language=language)
            verdicts = judge(found.topics, title=title, text=text, language=language, places=places)
            sides = articles.rejudge(store.db, article, verdicts, places)
            if any(verdict.relevant for verdict in verdicts) and not article.is_relevant:  # it was not traced
                trace(store, article, found.outlets, needed=True)
            for topic in sides.gained:
                turned[topic].became.add(article)
            for topic in sides.lost:
                turned[topic].ceased.add(article)
            done += 1
            progress(done, total)
        update_stories(store, datetime.now(UTC), found.vocabulary)
        update_statements(store)
        lists.note_digests(store.db, digests(data))
        unread = len(requests.closed(store.db, Gate(found.topics).version))
    return Report(done, dict(sorted(turned.items())), unread)

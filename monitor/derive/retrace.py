"""`monitor retrace`: finds attributions and denials in all stored articles by the present rules. Writes the vault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from monitor.derive.statements import update_statements
from monitor.derive.stories import update_stories
from monitor.newsroom import catalogue
from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials
from monitor.trace.outlets import Outlets
from monitor.vault import Retraced, Store, StoredText, articles, open_reader


@dataclass(slots=True)
class Report:
    """What tracing anew came to."""

    articles: int = 0
    changed: list[Retraced] = field(default_factory=list)
    """Articles in which something is found otherwise than before, in order of their ids."""


def retrace(vault: Path, data: Path, *, progress: Callable[[int, int], None]) -> Report:
    """Find anew in every stored text of a topic on whose word it stands and what it says is denied, and what follows from that:
    all of it or nothing.

    `progress` is called with how many articles are done, and how many there are.
    Raises DataError where the newsroom's folder has faults, LockedError where another process writes, StoreError where there is
    no vault or it cannot be written.
    """
    found, report = catalogue.load(data), Report()
    with open_reader(vault) as reader:
        total = reader.totals().articles
    with Store.open(vault, command="retrace") as store, store.db.transaction():
        for article in articles.stored(store.db):
            if changes := trace(store, article, found.outlets, needed=article.is_relevant):
                report.changed.append(changes)
            report.articles += 1
            progress(report.articles, total)
        update_stories(store, datetime.now(UTC), found.vocabulary)
        update_statements(store, anew=True)
    return report


def trace(store: Store, article: StoredText, outlets: Outlets, *, needed: bool) -> Retraced | None:
    """Find anew who says and who denies in an article, or store that nobody does where that is not `needed`; None where it is as
    it was.
    """
    if not needed:
        return articles.retrace(store.db, article, (), ())
    text, language = article.text, article.language
    links = articles.links_of(store.db, article.id)
    attributed = find_attributions(text=text, language=language, links=links, outlets=outlets)
    return articles.retrace(store.db, article, attributed, find_denials(text=text, language=language, attributions=attributed))

"""`monitor retrace`: the present rules of who says and who denies over all that is stored. Writes through the store."""

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
from monitor.vault import Retraced, Store, articles, open_reader


@dataclass(slots=True)
class Report:
    """What tracing anew came to."""

    articles: int = 0
    changed: list[Retraced] = field(default_factory=list)
    """Articles in which something is found otherwise than before, in order of their ids."""


def retrace(vault: Path, data: Path, *, progress: Callable[[int, int], None]) -> Report:
    """Find anew in every stored text on whose word it stands and what it says is denied, and what follows from that: all of it or
    nothing.

    `progress` is called with how many articles are done, and how many there are.
    Raises DataError where the newsroom's folder has faults, LockedError where another process writes, StoreError where there is
    no vault or it cannot be written.
    """
    found, report = catalogue.load(data), Report()
    with open_reader(vault) as reader:
        total = reader.totals().articles
    with Store.open(vault, command="retrace") as store, store.db.transaction():
        for article in articles.stored(store.db):
            text, language = article.text, article.language
            links = articles.links_of(store.db, article.id)
            said = find_attributions(text=text, language=language, links=links, outlets=found.outlets)
            denied = find_denials(text=text, language=language, attributions=said)
            if changes := articles.retrace(store.db, article, said, denied):
                report.changed.append(changes)
            report.articles += 1
            progress(report.articles, total)
        update_stories(store, datetime.now(UTC), found.vocabulary)
        update_statements(store, anew=True)
    return report

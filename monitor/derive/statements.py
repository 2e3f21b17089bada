"""Finds speakers, denials between articles and differing figures in the stories that a crawl touched. Writes the vault."""

from __future__ import annotations

from collections import defaultdict

from monitor.model import Mention
from monitor.trace.across import find_denied_elsewhere, find_disputed_figures
from monitor.trace.speakers import describe_speaker, find_speakers, unnamed_id
from monitor.vault import Store, statements

MOST_ARTICLES = 60
"""Of a story, whose articles are held against each other: each against all. Copies are not counted."""


def update_statements(store: Store, *, anew: bool = False) -> None:
    """Store by whom all words in touched stories and articles are, what those stories' articles say against each other, and what
    each speaker of whom words came or went is called: the same as if all were found anew.

    To be called when the stories are stored. `anew`: everywhere, whatever was touched; what a name is made to may have changed
    with the program. Who a surname alone is follows from its article and its story, so no other is read.
    """
    with store.db.transaction():
        if anew:
            statements.mark_all_changed(store.db)
        marked = statements.changed_statements(store.db)
        members = statements.members(store.db, marked)
        statements.forget_ids(store.db, marked)
        mentions = statements.mentions(store.db, members)
        ids = _ids([mention.mention for mention in mentions])
        statements.save_ids(store.db, {m.place: id_ for m, id_ in zip(mentions, ids, strict=True) if id_ != m.was})
        changed = {id_ for m, id_ in zip(mentions, ids, strict=True) if anew or id_ != m.was for id_ in (id_, m.was) if id_}
        statements.save_speakers(
            store.db, changed, [describe_speaker(named.id, named.called) for named in statements.named(store.db, changed)]
        )
        by_name = {(m.mention.article, m.mention.name): id_ for m, id_ in zip(mentions, ids, strict=True)}
        stories = defaultdict[str, list[str]](list)
        for article, story in members.items():
            stories[story].append(article)
        statements.forget_against(store.db, [name for name in marked if name not in stories])
        for story, articles in stories.items():
            if not story or len(articles) < 2:
                statements.forget_against(store.db, [story])
                continue
            traced_articles = statements.traced(store.db, articles)[:MOST_ARTICLES]
            statements.save_against(
                store.db, story, find_denied_elsewhere(traced_articles), find_disputed_figures(traced_articles), by_name
            )
        statements.clear_changed(store.db)


def _ids(mentions: list[Mention]) -> list[str]:
    """The id of each speaker; a description of nobody in particular has one too, so that it can be counted."""
    _, ids = find_speakers(mentions)
    return [id_ or unnamed_id(mention.name, mention.language) for mention, id_ in zip(mentions, ids, strict=True)]

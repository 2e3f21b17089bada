"""Finds speakers, denials between articles and differing figures in the stories that a crawl touched. Writes the vault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import tee
from typing import TYPE_CHECKING, TypeAlias

from monitor.model import Mention, Rejection, Traced
from monitor.trace.speakers import describe_speaker, find_speakers, unnamed_id
from monitor.vault import Store, statements

if TYPE_CHECKING:
    from monitor.trace.across import Against

MOST_ARTICLES = 60
"""Of a story, whose articles are held against each other: each against all. Copies are not counted."""


Each: TypeAlias = (
    "Callable[[Callable[[Sequence[Traced]], Against], Iterable[tuple[Sequence[Traced]]]], Iterator[Against | Rejection]]"
)
"""Calls a function for each task, in other processes: `monitor.crawl.workers.Workers.map`."""


def update_statements(store: Store, *, anew: bool = False, each: Each | None = None) -> None:
    """Store by whom all words in touched stories and articles are, what those stories' articles say against each other, and what
    each speaker of whom words came or went is called: the same as if all were found anew.

    To be called when the stories are stored. `anew`: everywhere, whatever was touched; what a name is made to may have changed
    with the program. Who a surname alone is follows from its article and its story, so no other is read. `each` finds what a
    story's articles say against each other in processes that have the lexicons of it compiled, None here; what fails there is
    found here.
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
        statements.forget_against(store.db, [s for s, articles in stories.items() if not s or len(articles) < 2])
        of_several = {s: articles for s, articles in stories.items() if s and len(articles) > 1}
        if of_several:
            _save_against(store, of_several, by_name, each)
        statements.clear_changed(store.db)


def _save_against(
    store: Store, stories: Mapping[str, Sequence[str]], by_name: Mapping[tuple[str, str], str], each: Each | None
) -> None:
    """Of stories with several articles. `by_name`: the speaker of a name in an article."""
    from monitor.trace.across import find_against  # where no such story changed, nothing of it is loaded

    # None is read before its turn: a vault that is found anew has many.
    traced, tasks = tee(statements.traced(store.db, articles)[:MOST_ARTICLES] for articles in stories.values())
    found = each(find_against, ((articles,) for articles in tasks)) if each else map(find_against, tasks)
    for story, articles, against in zip(stories, traced, found, strict=True):
        denied, figures = find_against(articles) if isinstance(against, Rejection) else against
        statements.save_against(store.db, story, denied, figures, by_name)


def _ids(mentions: list[Mention]) -> list[str]:
    """The id of each speaker; a description of nobody in particular has one too, so that it can be counted."""
    _, ids = find_speakers(mentions)
    return [id_ or unnamed_id(mention.name, mention.language) for mention, id_ in zip(mentions, ids, strict=True)]

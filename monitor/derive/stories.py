"""Groups articles into stories and finds first reports and origins, for what has changed. Writes the vault.

The cost depends on the articles within some days of the changed ones, and not on the size of the vault.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from monitor.derive.copies import update_copies
from monitor.match import (
    STAYS,
    WINDOW,
    Known,
    StoryEvent,
    Vocabulary,
    connected,
    decides,
    features,
    group_part,
    keep_addresses,
    new_pairs,
    reasons,
    rules_digest,
    shipped,
    story_events,
    unpack,
    written,
)
from monitor.match.history import JOINED, LEFT, MERGED, MOVED, SPLIT
from monitor.match.likeness import SCALE
from monitor.trace.first import first_report, original
from monitor.trace.origins import find_origins
from monitor.vault import GroupedItem, Grouping, Store, share
from monitor.vault import articles as article_rows
from monitor.vault import stories as story_rows

Progress = Callable[[int, int], None]
T = TypeVar("T")
Best = tuple[str, float]
"""Another article, and how alike, 0 to 1."""
_Why = tuple[str, ...]

_AT_ONCE = 500
"""Articles whose texts, or pairs, are in memory at once."""


def update_stories(store: Store, now: datetime, vocabulary: Vocabulary | None = None) -> list[StoryEvent]:
    """Store the copies of what has changed, the stories that it touches and who was first in them; what became of stories.

    Grouped anew are the parts of what is alike that the changed articles touch: the stories are those of grouping all anew, but
    that articles which are more than STAYS from all that has changed stay where they are. Where words are weighed otherwise than
    before, all is grouped anew.
    """
    vocabulary = vocabulary or shipped()
    with store.db.transaction():
        if story_rows.grouped_by(store.db) != rules_digest(vocabulary):
            return rematch(store, now, vocabulary)
        if not (changed := article_rows.changed_articles(store.db)):
            return []
        _update_texts(store, changed, now)
        changed = article_rows.changed_articles(store.db)
        changes = _find_changes(store.grouping, vocabulary, {*changed, *store.grouping.citing(changed)})
        events = _regroup(store, now, changes, store.grouping.within(_spans(changes.times, STAYS)))
        _update_facts(store, changed, events)
        article_rows.clear_changed(store.db, changed)
    return events


def rematch(
    store: Store, now: datetime, vocabulary: Vocabulary | None = None, *, progress: Progress = lambda _done, _all: None
) -> list[StoryEvent]:
    """Group all relevant articles anew, and find anew who was first in every story; what became of stories.

    `progress` is called with how many articles are done, and how many there are.
    """
    vocabulary = vocabulary or shipped()
    with store.db.transaction():
        _update_texts(store, article_rows.changed_articles(store.db), now)
        store.grouping.forget_all()
        everything = store.grouping.relevant()
        changes = _find_changes(store.grouping, vocabulary, everything, progress)
        changes.gone.update(store.grouping.left())
        events = _regroup(store, now, changes, None)
        _update_facts(store, everything, events)
        article_rows.clear_changed(store.db, article_rows.changed_articles(store.db))
        story_rows.note_grouped_by(store.db, rules_digest(vocabulary))
    return events


def save_stories(store: Store, members: Mapping[str, Sequence[str]]) -> None:
    """Store each story's articles, its first report, and its origins."""
    for story, articles in members.items():
        seen = story_rows.sightings(store.db, articles)
        first = first_report([*seen.values()])
        story_rows.save(store.db, dict.fromkeys(articles, story), {story: first})
        story_rows.save_facts(
            store.db, story, original([*seen.values()]).article, first, find_origins(story_rows.tellings(store.db, seen))
        )


def _update_texts(store: Store, changed: Sequence[str], now: datetime) -> None:
    story_rows.save_sightings(store.db, changed)
    update_copies(store, changed, now)


# What has changed


@dataclass(slots=True)
class _Changes:
    """What is to be grouped anew."""

    numbers: set[int] = field(default_factory=set)
    """Of articles that are new, or known by something else than before."""
    beside: set[int] = field(default_factory=set)
    """Of those that they, and those that are gone, could have been joined to before."""
    times: set[datetime] = field(default_factory=set)
    """Of articles that have changed, before it and now."""
    gone: dict[str, str] = field(default_factory=dict)
    """Articles that are to be in no story any more, and the story of each."""


def _find_changes(
    grouping: Grouping, vocabulary: Vocabulary, candidates: Iterable[str], progress: Progress = lambda _done, _all: None
) -> _Changes:
    """What has changed of these articles; what they are known by, and how alike they are to others, is stored as it is now."""
    found, names = _Changes(), sorted(candidates)
    gone: list[GroupedItem] = []
    for done, some in enumerate(_batches(names), 1):
        before, now = grouping.stored(some), _grouped(grouping, vocabulary, some)
        changed = {id_: item for id_, item in now.items() if not (id_ in before and item.is_as(before[id_]))}
        left = [item for id_, item in before.items() if id_ not in now]
        outdated = [*left, *(before[id_] for id_ in changed if id_ in before)]
        found.beside |= grouping.forget_pairs(item.number for item in outdated)
        found.times |= {item.at for item in (*outdated, *changed.values())}
        gone += left
        grouping.save(changed.values())
        found.numbers |= {item.number for item in grouping.stored(changed).values()}
        progress(min(done * _AT_ONCE, len(names)), len(names))
    if gone:
        found.gone = {item.id: item.story for item in gone}
        grouping.remove(item.number for item in gone)
        mates = [article for articles in grouping.of_stories(found.gone.values()).values() for article in articles]
        found.beside |= {item.number for item in grouping.stored(mates).values()}
        found.beside -= {item.number for item in gone}
    known = grouping.known(_spans(found.times, WINDOW))
    for pairs in _batches(new_pairs(known, found.numbers)):
        grouping.save_pairs(pairs)
    return found


def _grouped(grouping: Grouping, vocabulary: Vocabulary, articles: Iterable[str]) -> dict[str, GroupedItem]:
    found = {}
    for id_, (item, text) in grouping.items(articles).items():
        assert item.published is not None
        found[id_] = GroupedItem(id_, item.published, text, item.cites, features(item, vocabulary).pack())
    return found


def _spans(times: Iterable[datetime], reach: timedelta) -> list[tuple[datetime, datetime]]:
    """The spans of time within reach of these times, in order; none overlaps another."""
    spans: list[tuple[datetime, datetime]] = []
    for time in sorted(times):
        if spans and time - reach <= spans[-1][1]:
            spans[-1] = spans[-1][0], time + reach
        else:
            spans.append((time - reach, time + reach))
    return spans


# Grouping


def _regroup(store: Store, now: datetime, changes: _Changes, movable: Container[int] | None) -> list[StoryEvent]:
    """Group the parts anew that have changed, and store which story each article is in and what became of stories."""
    grouping = store.grouping
    events = [StoryEvent(LEFT, article, story, "") for article, story in sorted(changes.gone.items()) if story]
    grouping.place(dict.fromkeys(changes.gone, ""))
    grouping.save_evidence({}, changes.gone)
    for part in connected(changes.numbers | changes.beside, lambda number: grouping.near(number, movable)):
        events += _Part(grouping, part, movable).regroup(changes.numbers)
    grouping.save_events(events, now)
    return events


class _Part:
    """Articles that may be grouped with one another and with no other."""

    def __init__(self, grouping: Grouping, numbers: set[int], movable: Container[int] | None) -> None:
        self._grouping = grouping
        members = grouping.members(numbers, movable)
        self._ids = {member.number: member.id for member in members}
        self._pairs = grouping.pairs(numbers)
        self._before = {member.id: member.story for member in members if member.story}
        self._text = {member.id: member.text for member in members}
        self._groups = group_part(members, self._pairs)

    def regroup(self, changed: Container[int]) -> list[StoryEvent]:
        """Store the story of each article, and what it is most alike to there; what became of stories."""
        grouping, before = self._grouping, self._before
        ages, times = grouping.ages({*before.values()}), grouping.times(self._text)
        addresses = keep_addresses(
            self._groups,
            before,
            order=lambda article: (times[article], article),
            age=lambda story: ages.get(story, 0),
            is_taken=grouping.is_taken,
        )
        stories = {
            name: sorted(group, key=lambda article: (times[article], article))
            for name, group in zip(addresses.names, self._groups, strict=True)
        }
        grouping.place(
            {article: story for story, articles in stories.items() for article in articles if before.get(article) != story}
        )
        events = [*story_events(stories, before, addresses.merged)]
        best = self._best(stories)
        known = grouping.evidence_of(best)
        renewed = {id_ for number, id_ in self._ids.items() if number in changed}
        other = {a: alike for a, alike in best.items() if known.get(a) != alike or a in renewed or alike[0] in renewed}
        decided = self._decided(events, stories, best)
        why = _why(grouping, {(article, alike) for article, (alike, _) in (*other.items(), *decided.values())})
        grouping.save_evidence(
            {article: (alike, score, why[article, alike]) for article, (alike, score) in other.items()},
            [article for article in self._text if article not in best],
        )
        return [self._with_deciding_pair(event, decided, why) for event in events]

    @staticmethod
    def _with_deciding_pair(
        event: StoryEvent, decided: Mapping[StoryEvent, tuple[str, Best]], why: Mapping[tuple[str, str], _Why]
    ) -> StoryEvent:
        """An event with the pair that decided."""
        if event not in decided:
            return event
        article, (alike, score) = decided[event]
        return replace(event, article=article, alike_article=alike, likeness=score, evidence=why[article, alike])

    def _best(self, stories: Mapping[str, Sequence[str]]) -> dict[str, Best]:
        """What each article is most alike to in its story."""
        story_of = {article: story for story, articles in stories.items() for article in articles}
        best: dict[str, tuple[int, str]] = {}
        for (a, b), score in self._pairs.items():
            one, other = self._ids[a], self._ids[b]
            if story_of[one] == story_of[other]:
                for article, alike in ((one, other), (other, one)):
                    if article not in best or (-score, alike) < (-best[article][0], best[article][1]):
                        best[article] = score, alike
        # Copies that lie further apart than a window were not compared.
        texts = {text: article for article, text in sorted(self._text.items(), reverse=True)}
        for article, text in self._text.items():
            if article not in best and texts[text] != article:
                best[article] = SCALE, texts[text]
        return {article: (alike, share(score)) for article, (score, alike) in best.items()}

    def _decided(
        self, events: Iterable[StoryEvent], stories: Mapping[str, Sequence[str]], best: Mapping[str, Best]
    ) -> dict[StoryEvent, tuple[str, Best]]:
        """Of each event the pair that decided, and how alike the two are; of those that one decided."""
        found = {}
        number_of = {id_: number for number, id_ in self._ids.items()}
        for event in events:
            if event.event in (JOINED, MOVED) and event.article in best:
                found[event] = event.article, best[event.article]
            elif event.event in (MERGED, SPLIT):
                own, others = decides(event, stories, self._before)
                pairs = {
                    (a, b): self._pairs.get((min(number_of[a], number_of[b]), max(number_of[a], number_of[b])), 0)
                    for a in own
                    for b in others
                }
                if pairs and (most := max(pairs.values())):
                    article, alike = min(pair for pair, score in pairs.items() if score == most)
                    found[event] = article, (alike, share(most))
        return found


def _why(grouping: Grouping, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], _Why]:
    """Why two articles are alike, and what speaks against it."""
    found: dict[tuple[str, str], _Why] = {}
    for some in _batches(sorted(set(pairs))):
        articles = {article for pair in some for article in pair}
        words = {id_: written(item) for id_, (item, _) in grouping.items(articles).items()}
        known = {
            id_: Known(item.number, unpack(item.features), item.at, item.text, frozenset(item.cites), item.meaning)
            for id_, item in grouping.stored(articles).items()
        }
        for a, b in some:
            found[a, b] = reasons(known[a], known[b], words[b] | words[a])
    return found


def _update_facts(store: Store, changed: Iterable[str], events: Iterable[StoryEvent]) -> None:
    """Store who was first in the stories that have changed, or of which an article has."""
    grouping = store.grouping
    stories = {name for event in events for name in (event.from_story, event.to_story) if name}
    for some in _batches(changed):
        stories |= {*grouping.stories_of(some).values()}
    for names in _batches(sorted(stories)):
        members = grouping.of_stories(names)
        save_stories(store, {story: articles for story, articles in members.items() if articles})
        story_rows.forget(store.db, [story for story, articles in members.items() if not articles])


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    left = iter(things)
    while some := [*islice(left, _AT_ONCE)]:
        yield some

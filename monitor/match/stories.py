"""Which articles tell one event? Average-link clustering of their likeness within a time window. Pure, order-independent.

Average link takes two groups for one story only where their members are alike on the whole, so that a chain of pairwise
resemblances does not run events together. It joins no two groups of which not at least one pair is alike enough: every story lies
within one connected part of the pairs that are, and it suffices to group anew the parts that something new touches.
"""

from __future__ import annotations

import heapq
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.match.copies import Parts
from monitor.match.embedding import Embedding, cosine
from monitor.match.features import UNIT, Features, StoryItem, features
from monitor.match.likeness import (
    FAINT,
    LEAST_COSINE,
    LINK,
    MEANT_ALIKE,
    WINDOW,
    Pair,
    days_between,
    evidence,
    likeness,
    may_be_alike,
)
from monitor.match.vocabulary import Vocabulary, shipped

# Under the least cosine.
LEAST_PRODUCT = int(LEAST_COSINE * UNIT**2)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)
# A member that is further from whatever is new stays where it is: reports of one event are in by then, and people have cited it.
STAYS = timedelta(days=10)
RULES = 2
"""Raised with every change of what is alike, or of how it is grouped: what was grouped by other rules is grouped anew."""


@dataclass(frozen=True, slots=True)
class Known:
    """An article as it is held against others."""

    number: int
    features: Features
    at: datetime | None
    text: str
    """Its id, or the name of its group of copies: whoever links to one copy of a text links to the text."""
    cites: frozenset[str] = frozenset()
    """The texts that it links to."""
    meaning: Embedding | None = None
    """None where no model was asked."""


@dataclass(frozen=True, slots=True)
class Member:
    """An article as it is grouped."""

    number: int
    id: str
    text: str
    """As of `Known`."""
    story: str = ""
    """Which it is in so far; empty where it is in none."""
    is_fixed: bool = False
    """It stays in the same group as the others of its story that are fixed, and joins no other story that has such."""


class Window:
    """Articles among which those are found that are alike to another one, without holding it against each."""

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        self._postings: defaultdict[str, defaultdict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        """By language and stem: the weight that it has in each article."""
        self._titles: defaultdict[str, defaultdict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        """The same of titles."""
        self._of_text: defaultdict[str, set[int]] = defaultdict(set)
        self._citing: defaultdict[str, set[int]] = defaultdict(set)

    def add(self, known: Known) -> None:
        """Add an article to the window."""
        self._known[known.number] = known
        postings = self._postings[known.features.language]
        for of, weight in known.features.vector.items():
            postings[of][known.number] = weight
        titles = self._titles[known.features.language]
        for of, weight in known.features.title.items():
            titles[of][known.number] = weight
        self._of_text[known.text].add(known.number)
        for text in known.cites:
            self._citing[text].add(known.number)

    def remove(self, number: int) -> None:
        """Remove an article from the window, by its number."""
        known = self._known.pop(number)
        postings = self._postings[known.features.language]
        for of in known.features.vector:
            del postings[of][number]
        titles = self._titles[known.features.language]
        for of in known.features.title:
            del titles[of][number]
        self._of_text[known.text].discard(number)
        for text in known.cites:
            self._citing[text].discard(number)

    def alike(self, known: Known) -> dict[int, int]:
        """How alike each other article is, by number, in millionths; those that are at most faintly so are not there."""
        found = {}
        for number, (product, title_overlaps) in self._within(known).items():
            score = likeness_of(known, self._known[number], product, title_overlaps)
            if score >= FAINT:
                found[number] = score
        for number, product in self._across(known).items():
            if (score := likeness_of(known, self._known[number], product)) >= FAINT:
                found[number] = score
        return found

    def _within(self, known: Known) -> dict[int, tuple[int, tuple[int, int]]]:
        """The articles of one's language that may be alike to it: the product of both vectors, and what each text tells of the
        other's title.
        """
        own = known.features
        products: defaultdict[int, int] = defaultdict(int)
        title_overlaps: defaultdict[int, int] = defaultdict(int)
        tells: defaultdict[int, int] = defaultdict(int)
        postings, titles = self._postings[own.language], self._titles[own.language]
        for of, weight in own.vector.items():
            if of in postings:
                for number, other in postings[of].items():
                    products[number] += weight * other
                if title := own.title.get(of):
                    for number in postings[of]:
                        title_overlaps[number] += title
            if of in titles:
                for number, title in titles[of].items():
                    tells[number] += title
        products.pop(known.number, None)
        return {
            number: (product, (title_overlaps[number], tells[number]))
            for number, product in products.items()
            if product >= LEAST_PRODUCT
            and may_be_alike(own, self._known[number].features, product, (title_overlaps[number], tells[number]))
        }

    def _across(self, known: Known) -> dict[int, int]:
        """The articles in other languages that share a word with one, are linked with it, or mean much the same: the product of
        both vectors of words.
        """
        products: defaultdict[int, int] = defaultdict(int)
        for language, postings in self._postings.items():
            if language != known.features.language:
                for of, weight in known.features.vector.items():
                    if of in postings:
                        for number, other in postings[of].items():
                            products[number] += weight * other
        for number in self._citing[known.text].union(*(self._of_text[text] for text in known.cites)):
            if self._known[number].features.language != known.features.language:
                products[number] += 0
        for number in self._meaning_alike(known):
            products[number] += 0
        return products

    def _meaning_alike(self, known: Known) -> Iterator[int]:
        """The articles in other languages that mean much the same as one."""
        for number, other in self._known.items() if known.meaning else ():
            if (pair_of(known, other).meaning or 0.0) >= MEANT_ALIKE:
                yield number


def likeness_of(a: Known, b: Known, product: int | None = None, title_overlaps: tuple[int, int] | None = None) -> int:
    """How alike two articles are, in millionths; `product` and `title_overlaps` are as of `likeness`."""
    return likeness(a.features, b.features, pair_of(a, b), product, title_overlaps)


def pair_of(a: Known, b: Known) -> Pair:
    """What decides the likeness of two articles besides their features."""
    meaning = cosine(a.meaning, b.meaning) if a.features.language != b.features.language else None
    return Pair(days_between(a.at, b.at), b.text in a.cites or a.text in b.cites, meaning)


def reasons(a: Known, b: Known, written: Mapping[str, str]) -> tuple[str, ...]:
    """Why two articles are alike, and what speaks against it, in words; `written` is as of `likeness.evidence`."""
    return (*(("the same text",) if a.text == b.text else ()), *evidence(a.features, b.features, pair_of(a, b), written))


def group_stories(
    items: Sequence[StoryItem],
    copies: Mapping[str, str] | None = None,
    vocabulary: Vocabulary | None = None,
    meanings: Mapping[str, Embedding] | None = None,
) -> dict[str, str]:
    """The story of every item, by id: the least id among its members, the item's own where it is alone.

    `copies` is what `group_copies` gave: one group's articles are always in one story. `meanings` has what items mean, by id, of
    those of which that is known.
    """
    ordered = sorted(items, key=lambda item: item.id)
    texts = [(copies or {}).get(item.id, item.id) for item in ordered]
    text_of = dict(zip((item.id for item in ordered), texts, strict=True))
    known = [
        Known(
            number,
            features(item, vocabulary or shipped()),
            item.published,
            text,
            frozenset(text_of.get(c, c) for c in item.cites),
            (meanings or {}).get(item.id),
        )
        for number, (item, text) in enumerate(zip(ordered, texts, strict=True))
    ]
    members = [Member(one.number, item.id, one.text) for one, item in zip(known, ordered, strict=True)]
    return {id_: group[0] for group in group_part(members, pairs_of(known)) for id_ in group}


def rules_digest(vocabulary: Vocabulary) -> str:
    """Tells whether stories were grouped as they would be now."""
    return f"{RULES}-{vocabulary.digest}"


def group_part(members: Iterable[Member], pairs: Mapping[tuple[int, int], int]) -> list[list[str]]:
    """The groups of some articles, of which none is alike to another one: ids, in order, the group of the least id first.

    `pairs` has how alike two of them are, by their numbers, the less first. Copies begin as one group, and so do those of one
    story that are fixed.
    """
    ordered = sorted(members, key=lambda member: member.id)
    place = {member.number: at for at, member in enumerate(ordered)}
    joined, first = Parts(), dict[tuple[str, str], int]()
    for at, member in enumerate(ordered):
        joined.join(at, first.setdefault(("text", member.text), at))
        if member.is_fixed:
            joined.join(at, first.setdefault(("story", member.story), at))
    placed = {(min(place[a], place[b]), max(place[a], place[b])): score for (a, b), score in pairs.items()}
    start = {at: joined.root(at) for at in range(len(ordered))}
    leaders = average_link(start, placed, [at for at, member in enumerate(ordered) if member.is_fixed])
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for at, member in enumerate(ordered):
        groups[leaders[at]].append(member.id)
    return list(groups.values())


def pairs_of(known: Iterable[Known]) -> dict[tuple[int, int], int]:
    """How alike each two articles are that are more than faintly so, by their numbers, the less first."""
    ordered = sorted(known, key=lambda k: (k.at or _BEFORE_ALL, k.number))
    return {(a, b): score for a, b, score in new_pairs(ordered, {k.number for k in ordered})}


def new_pairs(known: Iterable[Known], new: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Each two articles of which one is new and which are more than faintly alike: their numbers, the less first, and how alike.

    `known` come in the order of their time; no more of them are held than lie in one window.
    """
    every, only_new, dated = Window(), Window(), deque[Known]()
    for article in known:
        while article.at and dated and article.at - (dated[0].at or article.at) > WINDOW:
            gone = dated.popleft().number
            every.remove(gone)
            if gone in new:
                only_new.remove(gone)
        is_new = article.number in new
        for other, score in (every if is_new else only_new).alike(article).items():
            yield min(article.number, other), max(article.number, other), score
        every.add(article)
        if is_new:
            only_new.add(article)
        if article.at:
            dated.append(article)


def connected(seeds: Iterable[int], near: Callable[[int], Iterable[int]]) -> list[set[int]]:
    """The parts that hold the seeds: `near` gives the articles that one may be joined to. The part of the least seed first."""
    parts, seen = [], set[int]()
    for seed in sorted(set(seeds)):
        if seed in seen:
            continue
        part, waiting = {seed}, [seed]
        while waiting:
            for other in near(waiting.pop()):
                if other not in part:
                    part.add(other)
                    waiting.append(other)
        seen |= part
        parts.append(part)
    return parts


# Groups


def average_link(start: Mapping[int, int], pairs: Mapping[tuple[int, int], int], fixed: Collection[int] = ()) -> dict[int, int]:
    """The leader of each article, its group's least number. Joins the two groups that are most alike on average until none reach
    LINK; ties go to the least numbers.

    `start` gives the leader of each article before the first step. No two groups that hold a `fixed` article are joined.
    """
    groups = _Groups(start, pairs, fixed)
    heap = [entry for a in groups.members for entry in groups.links(a) if entry[1] == a]
    heapq.heapify(heap)
    while heap:
        negative, a, b = heapq.heappop(heap)
        # Of groups that were joined or have grown since, the heap holds a newer mean.
        if a in groups.members and b in groups.members and -negative == groups.mean(a, b) and not groups.are_apart(a, b):
            groups.join(a, b)
            for entry in groups.links(a):
                heapq.heappush(heap, entry)
    return {number: leader for leader, members in groups.members.items() for number in members}


class _Groups:
    """Groups by their leader, and between any two the sum of their members' likeness."""

    def __init__(self, start: Mapping[int, int], pairs: Mapping[tuple[int, int], int], fixed: Collection[int]) -> None:
        self.members: defaultdict[int, list[int]] = defaultdict(list)
        for number, leader in start.items():
            self.members[leader].append(number)
        self.total: dict[int, dict[int, int]] = {leader: {} for leader in self.members}
        self._fixed = {start[number] for number in fixed}
        for (i, j), score in pairs.items():
            a, b = start[i], start[j]
            if a != b:
                self.total[a][b] = self.total[b][a] = self.total[a].get(b, 0) + score

    def mean(self, a: int, b: int) -> float:
        return self.total[a][b] / (len(self.members[a]) * len(self.members[b]))

    def are_apart(self, a: int, b: int) -> bool:
        return a in self._fixed and b in self._fixed

    def links(self, a: int) -> Iterator[tuple[float, int, int]]:
        """The groups that are alike enough to `a` to be joined with it: mean (negative, for the heap) and both leaders."""
        return ((-mean, min(a, b), max(a, b)) for b in self.total[a] if (mean := self.mean(a, b)) >= LINK)

    def join(self, a: int, b: int) -> None:
        self.members[a] += self.members.pop(b)
        if b in self._fixed:
            self._fixed.add(a)
        for other, score in self.total.pop(b).items():
            del self.total[other][b]
            if other != a:
                self.total[a][other] = self.total[other][a] = self.total[a].get(other, 0) + score

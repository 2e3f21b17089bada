"""Compares two groupings of articles: which stories began, joined, moved, merged or split. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

BEGUN, JOINED, MOVED, MERGED, SPLIT, LEFT = "begun", "joined", "moved", "merged", "split", "left"


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """Something that became of a story."""

    event: str
    """begun | joined | moved | merged | split | left."""
    article: str
    """Which began, joined, moved or left; of a merge and of a split, that of `from_story` before it which decided."""
    from_story: str
    """Where the article was before, what was merged into `to_story`, or what that was split from; empty where it was nowhere."""
    to_story: str
    """Where it is now; empty where it is no longer relevant."""
    alike_article: str = ""
    """The other article of the pair that decided; empty where there is none."""
    likeness: float | None = None
    """Of the pair, 0 to 1."""
    evidence: tuple[str, ...] = ()
    """What the two share, and what speaks against it, in words."""


def story_events(
    stories: Mapping[str, Sequence[str]], before: Mapping[str, str], merged: Mapping[str, str]
) -> Iterator[StoryEvent]:
    """What became of these stories, of which each has its articles in order; without the pairs that decided.

    `before` has the story that an article was in; one that is new is not there. `merged` has the stories that are no more, and
    which one each is now. An article that goes where most of its story goes is told by what became of its story.
    """
    known = set(before.values())
    for story, articles in stories.items():
        began = "" if story in known else articles[0]
        parted = ""
        if began and (left := Counter(before[article] for article in articles if article in before)):
            parted = min(left, key=lambda name: (-left[name], name))
            began = next(article for article in articles if before.get(article) == parted)
            yield StoryEvent(SPLIT, began, parted, story)
        elif began:
            yield StoryEvent(BEGUN, began, "", story)
        for old in sorted(old for old, now in merged.items() if now == story):
            yield StoryEvent(MERGED, next(article for article in articles if before.get(article) == old), old, story)
        for article in articles:
            old = before.get(article, "")
            if not old and article != began:
                yield StoryEvent(JOINED, article, "", story)
            elif old not in ("", story, parted) and merged.get(old) != story:
                yield StoryEvent(MOVED, article, old, story)


def decides(event: StoryEvent, stories: Mapping[str, Sequence[str]], before: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """The articles on the two sides of a merge or a split, `event.article` on the first: the pair that decided is of both.

    `stories` has the articles of each story now, also of the one that was split.
    """
    own = {article for article in stories[event.to_story] if before.get(article) == event.from_story}
    others = stories[event.to_story] if event.event == MERGED else stories.get(event.from_story, ())
    return own, {*others} - own

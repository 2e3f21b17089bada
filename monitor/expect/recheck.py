"""Decides when an article is checked again: by its age, and by what happened to it and to its story. Pure: "now" is given.

Most articles are edited in their first hours, some for weeks, and what is taken down may go after years. How late an edit may
be noticed is in proportion to the age of what was edited, so the time to the next look is a part of the article's age: minutes
at first, then hours, days, weeks, and each time that the age doubles costs as many looks as the time before. Age begins anew
with an edit of the article itself. Where its story moves, age counts as the geometric mean of itself and of the time since the
newest report of the story.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.expect.schedule import NextTime, stable_random

# Of an article's age, the time to the next look. tests/bench/recheck.py has the delays and the requests of others beside it.
GROWTH = 0.5
SHORTEST, LONGEST = timedelta(minutes=20), timedelta(days=60)
# What was published longer before it was first seen is looked at by the age that it declares: archives and links give thousands.
OLD = timedelta(days=30)
# What was denied, or names what was, is looked at so many times as often.
DENIED = 2.0
# After a look that found no article there: soon, for a slip of the server's, and then for as long as confirming takes.
AFTER_ABSENCE = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=10),
    timedelta(days=30),
)
# Articles that were first seen together drift apart, by up to a tenth of the interval to either side.
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class RecheckHistory:
    """What decides an article's next recheck. All times in UTC."""

    article: str
    seen: datetime
    """When it was first seen."""
    published: datetime | None = None
    """Declared."""
    edited: datetime | None = None
    """When it was last seen to have changed."""
    story_moved: datetime | None = None
    """When the newest report of its story was first seen, which may be after the look."""
    is_denied: bool = False
    """Whether it, or another report of its story, says that a claim is denied."""
    absent_looks: int = 0
    """How many looks in a row found no article there, or could not tell."""


def next_recheck(life: RecheckHistory, looked: datetime) -> NextTime:
    """When an article that was checked at `looked` is to be checked next, and why then, in words."""
    if life.absent_looks:
        length = AFTER_ABSENCE[min(life.absent_looks, len(AFTER_ABSENCE)) - 1]
        return NextTime(looked + _jittered(length, life, looked), f"was not there at {life.absent_looks} looks in a row")
    age, why = looked - _began(life), "its age"
    if life.edited and life.edited > life.seen:
        age, why = looked - life.edited, "the time since its last edit"
    following = _after(looked, age, why, life)
    if life.story_moved:
        at = max(looked, life.story_moved)
        age, moved = age + (at - looked), max(at - life.story_moved, SHORTEST)
        if moved < age:
            following = min(following, _after(at, math.sqrt(age / moved) * moved, "its story moves", life), key=lambda n: n.due)
    return following


def _after(at: datetime, age: timedelta, why: str, life: RecheckHistory) -> NextTime:
    length = max(age, timedelta()) * GROWTH
    if life.is_denied:
        length, why = length / DENIED, f"{why}; a claim of its story is denied"
    return NextTime(at + _jittered(min(max(length, SHORTEST), LONGEST), life, at), why)


def _began(life: RecheckHistory) -> datetime:
    """When its age begins: as we first saw it, for what it said before is not known; of what was old by then, as published."""
    return life.published if life.published and life.seen - life.published > OLD else life.seen


def _jittered(length: timedelta, life: RecheckHistory, looked: datetime) -> timedelta:
    return length * (1 + _JITTER * (2 * stable_random(f"{life.article} {looked.isoformat()}") - 1))

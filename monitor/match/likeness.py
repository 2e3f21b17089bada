"""How alike two articles are, and why: a pure function of both articles' features and of nothing else.

docs/matching.md has the measurements behind the numbers here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.match.features import UNIT, Features

SCALE = 1_000_000
"""Likeness is a whole number of millionths: sums of it do not depend on their order."""
# Likeness at which two articles, and on average two groups, are one story.
LINK = 275_000
# Less is no likeness: it changes no story of the measured sets, and would be most of what is kept.
FAINT = 100_000
# Reports of one event come within days; what is alike and further apart is the next event of its kind.
WINDOW = timedelta(days=5)

# Within a language: the angle of the words, and how much of each title the other text tells.
COSINE, LESSER_TITLE, GREATER_TITLE = 0.8, 0.1, 0.05
# With a smaller cosine two texts share what all texts share.
LEAST_COSINE = 0.05
# English reports of one event are less alike by words than Russian ones (median cosine .44 to .53).
ENGLISH = 1.2
# Titles that both name somebody, and neither of them anybody whom the other article names.
OTHER_NAMES = 0.8
# One event does not happen in two federal subjects; a report may name another than the next one does, so this is no proof.
ELSEWHERE = 0.5
# For each day between the two.
DAY = 0.08
# A headline, or a post of a line, has few words to share: so many stems are few.
SHORT, FEW_STEMS = 1.8, 25

# Across languages: points of evidence, and what one is worth. English shares with Russian and Ukrainian little more than names,
# numbers and international words: its words count more.
WORDS, TO_ENGLISH, NAMES, NUMBERS, TOWN, SUBJECT = 3.0, 1.7, 4.0, 2.7, 1.0, 2.0
NO_NAME, NO_SUBJECT, DAY_APART, NOTHING = -0.8, -1.5, -1.2, -2.7
# A report that links to one in another language retells it more often than not. Within a language links lead to the background as
# often, and words say it better.
RETOLD = 1.9
POINT = 0.06
# Where a model says what both mean: for each hundredth of the cosine, above or under this one; with more, two need no word in
# common. Within a language it says no more than the words do.
MEANT, MEANT_ALIKE = 0.3, 0.875
# With fewer stems in common two texts merely name the same town.
LEAST_STEMS = 2
# Words, names or numbers that are told as evidence.
TOLD = 6
# Less is told as none.
SHOWN_DAYS = 0.05
# A dozen is said of many things; a number beyond it of few.
DOZEN, WITHIN_DOZEN = 12, 0.4


class Pair(NamedTuple):
    """What of two articles is no feature of either."""

    days: float
    """Between their times of publication; 0 where one has none."""
    is_retold: bool
    """One links, in its text, to the other or to a copy of it."""
    meaning: float | None = None
    """Of two in different languages, the cosine of what a model says that they mean; None where it does not say it of both."""


def days_between(a: datetime | None, b: datetime | None) -> float:
    """Days between two times; 0 where one is unknown."""
    return abs((a - b).total_seconds()) / 86_400 if a and b else 0.0


def likeness(
    a: Features, b: Features, pair: Pair, product: int | None = None, title_overlaps: tuple[int, int] | None = None
) -> int:
    """How alike two articles are, in millionths; symmetric. Where they are known: `product` is that of their vectors,
    `title_overlaps` what the text of b tells of the title of a, by weight, and the other way round.
    """
    if pair.days > WINDOW.days:
        return 0
    if product is None:
        product = dot(a.vector, b.vector)
    if a.language == b.language:
        score = _within(
            a, b, pair, product, title_overlaps or (_title_overlap(a.title, b.vector), _title_overlap(b.title, a.vector))
        )
    else:
        score = _across(a, b, pair, product)
    return round(SCALE * min(max(score, 0.0), 1.0))


def dot(a: Mapping[str, int], b: Mapping[str, int]) -> int:
    """The dot product of two sparse vectors."""
    if len(a) > len(b):
        a, b = b, a
    return sum(weight * b[of] for of, weight in a.items() if of in b)


def may_be_alike(a: Features, b: Features, product: int, title_overlaps: tuple[int, int]) -> bool:
    """Whether two articles in one language may be more than faintly alike, whatever else they are: most are not."""
    most = _shared(a, b, product, title_overlaps) * (SHORT if min(len(a.vector), len(b.vector)) < FEW_STEMS else 1.0)
    return SCALE * most >= FAINT - 1  # for what rounding adds


def _shared(a: Features, b: Features, product: int, title_overlaps: tuple[int, int]) -> float:
    """How alike the words of two articles in one language are."""
    one = title_overlaps[0] / a.title_weight if a.title_weight else 0.0
    other = title_overlaps[1] / b.title_weight if b.title_weight else 0.0
    score = COSINE * (product / UNIT**2) + LESSER_TITLE * min(one, other) + GREATER_TITLE * max(one, other)
    return score * ENGLISH if a.language == "en" else score


def _within(a: Features, b: Features, pair: Pair, product: int, title_overlaps: tuple[int, int]) -> float:
    if product < LEAST_COSINE * UNIT**2:
        return 0.0
    score = _shared(a, b, product, title_overlaps)
    if have_other_names(a, b):
        score *= OTHER_NAMES
    if are_elsewhere(a, b):
        score *= ELSEWHERE
    elif min(len(a.vector), len(b.vector)) < FEW_STEMS:
        score *= SHORT
    return score * (1 - DAY * pair.days)


def _title_overlap(title: Mapping[str, int], vector: Mapping[str, int]) -> int:
    """How much of a title, by weight, a text tells."""
    return sum(weight for of, weight in title.items() if of in vector)


def _across(a: Features, b: Features, pair: Pair, product: int) -> float:
    may_be = pair.is_retold or (pair.meaning or 0.0) >= MEANT_ALIKE
    if not may_be and len(a.vector.keys() & b.vector.keys()) < LEAST_STEMS:
        return 0.0
    # By the whole lengths all would look alike little: a text cannot hold words that its language does not have.
    length = UNIT * (a.held[b.language] * b.held[a.language]) ** 0.25
    words = product / length if length else 0.0
    if "en" in (a.language, b.language):
        words *= TO_ENGLISH
    points = NOTHING + WORDS * words + DAY_APART * pair.days
    named = a.people.keys() & b.people.keys()
    if a.people and b.people:
        most = max(sum(a.people.values()), sum(b.people.values()))
        points += NAMES * sum(min(a.people[of], b.people[of]) for of in named) / most if named else NO_NAME
    points += NUMBERS * math.log1p(sum(1.0 if number > DOZEN else WITHIN_DOZEN for number in sorted(a.numbers & b.numbers)))
    points += TOWN if a.towns & b.towns else 0.0
    if a.regions and b.regions:
        points += NO_SUBJECT if are_elsewhere(a, b) else SUBJECT
    if pair.is_retold:
        points += RETOLD
    if pair.meaning is not None:
        points += MEANT * 100 * (pair.meaning - MEANT_ALIKE)
    return LINK / SCALE + POINT * points


def have_other_names(a: Features, b: Features) -> bool:
    """Whether both titles name somebody, and neither anybody whom the other article names."""
    if not (a.title_names and b.title_names):
        return False
    return not (a.title_names & b.capitalised or b.title_names & a.capitalised)


def are_elsewhere(a: Features, b: Features) -> bool:
    """Whether both are placed, and in no federal subject that they share."""
    return bool(a.regions and b.regions and not a.regions & b.regions)


def evidence(a: Features, b: Features, pair: Pair, written: Mapping[str, str]) -> tuple[str, ...]:
    """What two articles share, and what speaks against their telling one event, in words; what counts most of each kind first.

    `written` gives the word of a text that a stem stands for, as `features.written` does.
    """
    names = sorted(a.people.keys() & b.people.keys(), key=lambda of: (-a.people[of], of))
    words = sorted(
        (of for of in a.vector.keys() & b.vector.keys() if of not in names and not of.isdigit()),
        key=lambda of: (-a.vector[of] * b.vector[of], of),
    )
    said = [
        ("names", [written.get(of, of) for of in names]),
        ("numbers", [str(number) for number in sorted(a.numbers & b.numbers, reverse=True)]),
        ("town", sorted(a.towns & b.towns)),
        ("words", [written.get(of, of) for of in words]),
    ]
    found = [f"{what}: {', '.join(shared[:TOLD])}" for what, shared in said if shared]
    if a.language != b.language and pair.is_retold:
        found.append("one links to the other")
    if pair.meaning is not None:
        found.append(f"meaning: {pair.meaning:.2f}")
    if pair.days >= SHOWN_DAYS:
        found.append(f"{pair.days:.1f} days apart")
    against = {
        "different regions": are_elsewhere(a, b),
        "titles name others": a.language == b.language and have_other_names(a, b),
        "no name in common": a.language != b.language and bool(a.people and b.people and not names),
    }
    return (*found, *(f"but {what}" for what, holds in against.items() if holds))

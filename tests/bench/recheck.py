"""How late an edit is noticed, and what that costs: a year of simulated articles, looked at by age and by fixed schedules.

    python tests/bench/recheck.py [--articles N]

What decides is `monitor.expect.recheck` itself, look by look. Articles are made up from a seed. Two in five are edited, most in
their first hours: the age at an edit is log-normal with a median of 3 hours, a tenth of edits come days to months later, and
half of all edits are followed by another within hours. One in 25 is taken down, at an age that is log-uniform from half an hour
to a year. One in ten belongs to a story that moves: reports of it appear in bursts for a week, and a third of its edits follow
one within an hour; one in four of these stories has a denial. Looks that other schedules make at fixed times are made so here
too. A delay is that from an edit, or a removal, to the first look after it; a version that was overwritten before any look is
`unseen`.
"""

from __future__ import annotations

import argparse
import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from monitor.expect import recheck
from monitor.expect.recheck import RecheckHistory, next_recheck

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = 1.0, 24.0
YEAR = 365 * DAY
# Hours from publication to the first time that we saw it: a poll of its feed.
SEEN = 0.15


@dataclass(frozen=True)
class Article:
    """An article as it would be if nobody looked; times in hours from its publication."""

    id: str
    edits: tuple[float, ...]
    removed: float
    """Endless where it stays."""
    reports: tuple[float, ...]
    """Other reports of its story."""
    denied: float
    """When a claim of its story is denied; endless where none is."""


def articles(count: int, *, seed: int = 1) -> Iterator[Article]:
    """So many articles, the same for the same seed."""
    rnd = random.Random(seed)
    for number in range(count):
        reports: list[float] = []
        denied = math.inf
        if rnd.random() < 0.1:
            for _ in range(rnd.randint(1, 4)):
                burst = rnd.uniform(0, 7 * DAY)
                reports += [burst + rnd.expovariate(1 / 2) for _ in range(rnd.randint(1, 6))]
            reports.sort()
            denied = reports[len(reports) // 2] if rnd.random() < 0.25 else math.inf
        edits: list[float] = []
        if rnd.random() < 0.4:
            late = rnd.random() < 0.1
            at = math.exp(rnd.uniform(math.log(2 * DAY), math.log(YEAR))) if late else rnd.lognormvariate(math.log(3), 1.4)
            if reports and rnd.random() < 1 / 3:
                at = rnd.choice(reports) + rnd.uniform(0.1, 1)
            edits.append(at)
            while rnd.random() < 0.5:
                at += rnd.expovariate(1 / 4)
                edits.append(at)
        removed = math.exp(rnd.uniform(math.log(0.5), math.log(YEAR))) if rnd.random() < 0.04 else math.inf
        yield Article(f"article-{number}", tuple(e for e in edits if e < min(removed, YEAR)), removed, tuple(reports), denied)


Schedule = Callable[[Article], Iterator[float]]
"""The times at which an article is looked at, in hours from its publication."""


def by_age(growth: float) -> Schedule:
    """As `monitor recheck` does it, with this part of the age."""

    def looks(article: Article) -> Iterator[float]:
        at, seen, edited = SEEN, 0, None
        while at < YEAR:
            yield at
            known = bisect_right(article.edits, at)
            if known > seen:
                seen, edited = known, at
            is_gone = at >= article.removed
            moved = article.reports[bisect_right(article.reports, at) - 1] if bisect_right(article.reports, at) else None
            life = RecheckHistory(
                article.id, _time(SEEN), START, _time(edited) if edited else None, _time(moved) if moved is not None else None,
                at >= article.denied,
            )  # fmt: skip
            if is_gone:
                return
            due = _hours(_with(growth, life, at))
            # A new report brings the next look forward, as the end of a crawl does.
            for report in article.reports:
                if at < report < due:
                    sooner = RecheckHistory(article.id, life.seen, START, life.edited, _time(report), report >= article.denied)
                    due = min(due, _hours(_with(growth, sooner, at)))
            at = due

    return looks


def _with(growth: float, life: RecheckHistory, at: float) -> datetime:
    recheck.GROWTH = growth
    return next_recheck(life, _time(at)).due


def every(hours: float, until: float = YEAR) -> Schedule:
    """At fixed intervals, for so long."""

    def looks(article: Article) -> Iterator[float]:
        at = SEEN
        while at < min(until, YEAR):
            yield at
            if at >= article.removed:
                return
            at += hours

    return looks


def steps(*parts: tuple[float, float]) -> Schedule:
    """At fixed intervals by age: (up to this age, every so many hours)."""

    def looks(article: Article) -> Iterator[float]:
        at = SEEN
        while at < YEAR:
            yield at
            if at >= article.removed:
                return
            at += next((hours for until, hours in parts if at < until), math.inf)

    return looks


def _time(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def _hours(time: datetime) -> float:
    return (time - START) / timedelta(hours=1)


class Cost(NamedTuple):
    """What a schedule came to."""

    looks: float
    """An article a year."""
    delays: Sequence[float]
    """Hours, of each edit and removal, in order of length; endless where the year ended first."""
    unseen: float
    """Of the versions that came to be, the part that was overwritten or taken down before any look."""
    late: float
    """Median of delay over the age at the change."""

    def delay(self, quantile: float) -> float:
        return self.delays[int(quantile * len(self.delays))]


def year(crowd: Sequence[Article], schedule: Schedule) -> Cost:
    """All articles through a year."""
    made = versions = unseen = 0
    delays: list[float] = []
    parts: list[float] = []
    for article in crowd:
        looks = list(schedule(article))
        made += len(looks)
        changes = sorted([*article.edits, *([article.removed] if article.removed < YEAR else [])])
        for change in changes:
            at = bisect_right(looks, change)
            delay = looks[at] - change if at < len(looks) else math.inf
            delays.append(delay)
            parts.append(delay / change)
        stood = [0.0, *article.edits]
        for since, until in zip(stood, [*article.edits, article.removed], strict=True):
            versions += 1
            at = bisect_right(looks, since)
            unseen += not (at < len(looks) and looks[at] < until)
    return Cost(made / len(crowd), sorted(delays), unseen / versions, sorted(parts)[len(parts) // 2])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=3000)
    crowd = list(articles(parser.parse_args().articles))
    print(
        f"{len(crowd)} articles, {sum(map(len, (a.edits for a in crowd)))} edits, {sum(a.removed < YEAR for a in crowd)} removals"
    )
    print(f"{'':26}{'looks':>8}{'median h':>10}{'90 % h':>10}{'delay/age':>11}{'unseen':>9}")
    schedules: dict[str, Schedule] = {
        **{f"by age, growth {growth:g}": by_age(growth) for growth in (1, recheck.GROWTH, 0.25)},
        "every hour for a day": every(1, DAY),
        "every day for a month": every(DAY, 30 * DAY),
        "every day": every(DAY),
        "every week": every(7 * DAY),
        "hours, days, weeks": steps((6, 1), (3 * DAY, 12), (30 * DAY, 7 * DAY), (YEAR, 30 * DAY)),
    }
    for name, schedule in schedules.items():
        cost = year(crowd, schedule)
        print(f"{name:26}{cost.looks:8.1f}{cost.delay(0.5):10.1f}{cost.delay(0.9):10.1f}{cost.late:11.2f}{cost.unseen:9.1%}")


if __name__ == "__main__":
    main()

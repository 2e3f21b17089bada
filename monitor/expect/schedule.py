"""Decides when a source is polled next: by its publish rate, its server's headers, and its failures. Pure: "now" is given.

Every entry that nobody has seen yet waits. A source is due when the waiting to be expected since its last poll reaches
`DUE_THRESHOLD`, the same for all. So requests go where they save most waiting: a source that publishes more is polled more, but
less than in proportion, and a newsroom that sleeps is hardly asked. The policy is that of K. C. Sia, J. Cho, H.-K. Cho: Efficient
Monitoring Algorithm for Fast News Alerts, IEEE TKDE 19(7), 2007, but for one thing: they count waiting by its length, which gives
the least mean delay; here it counts by the square of its length, for the longest delays are the ones that hurt.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Outcome

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=24)
# Entries times minutes squared. With this news waits less than if all were polled every 15 minutes, for two thirds of the
# requests: tests/bench/polling.py measures that, docs/polling.md has the curve.
DUE_THRESHOLD = 10.0
# How late a poll may be before it counts as missed: cron's line starts a crawl each quarter of an hour, and one may last as long.
SLACK = timedelta(minutes=30)
DEAD_AFTER = timedelta(days=30)
# A machine that stood still for a month, or whose clock jumped, has not asked for a month.
_DEAD_FAILURES = 10
BACKOFF_WEIGHT = {
    # Of the moment: the feed is there, and will answer another time.
    Outcome.TIMEOUT: 0.5,
    Outcome.CONNECTION: 0.5,
    Outcome.TOO_MANY: 0.5,
    Outcome.HTTP_ERROR: 0.5,  # nearly always 5xx
    Outcome.INCOMPLETE: 0.5,
    Outcome.ROBOTS_UNREACHABLE: 0.5,
    Outcome.PARSER_ERROR: 0.5,  # a fault of ours
    # Of ours: they say nothing of the feed.
    Outcome.INTERRUPTED: 0.0,
    Outcome.UNANSWERED: 0.0,
    Outcome.OVER_BUDGET: 0.0,
}
"""How much a failed poll adds to the back-off, where it is not 1: all other outcomes last until somebody changes something."""

_HOUR = timedelta(hours=1)
_HALF_LIFE = timedelta(days=28)
# What appeared while nobody looked for days is not known: a feed's document has lost its beginning.
_LONGEST_GAP = timedelta(days=3)
# Of a source of which nothing is known: six entries a day, on the weight of two hours' watching.
_PRIOR_ENTRIES, _PRIOR_HOURS = 0.5, 2.0
# Entries that must be expected in an hour of the day before its own count weighs as much as the mean of all.
_SHRINKAGE = 4.0
# Sources that were first polled together drift apart, by up to a tenth of the interval to either side.
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class PublishRate:
    """When a source publishes, as far as was seen. Old counts fade, by half in four weeks. Hours and days are those of UTC."""

    entries: tuple[float, ...] = (0.0,) * 31
    """How many appeared in each hour of the day (24 numbers), and on each day of the week from Monday (7)."""
    hours: tuple[float, ...] = (0.0,) * 31
    """For how many hours each of these was watched."""

    @property
    def rate(self) -> float:
        """Entries an hour, over the whole week."""
        return (sum(self.entries[:24]) + _PRIOR_ENTRIES) / (sum(self.hours[:24]) + _PRIOR_HOURS)


@dataclass(frozen=True, slots=True)
class NextTime:
    """When something is due, and why then, in words."""

    due: datetime
    why: str


def rate_from_dates(declared: Iterable[datetime | None], now: datetime) -> PublishRate:
    """The publish rate from a source's first document, by its entries' declared dates; empty where they declare none."""
    times = sorted(time for time in declared if time and now - _HALF_LIFE <= time <= now)
    return _watched(rate_with_entries(PublishRate(), times[0], now, times[1:]), times[0], now) if times else PublishRate()


def rate_after_poll(
    publish_rate: PublishRate, since: datetime, until: datetime, appeared: Sequence[datetime | None]
) -> PublishRate:
    """The rate after a poll at `until`, the one before it at `since`; `appeared` are the new entries' declared times."""
    if not timedelta() < until - since <= _LONGEST_GAP:
        return publish_rate
    return _watched(rate_with_entries(publish_rate, since, until, appeared), since, until)


def rate_with_entries(
    publish_rate: PublishRate, since: datetime, until: datetime, appeared: Sequence[datetime | None]
) -> PublishRate:
    """The rate with entries that were seen first at `until`, and not yet at `since`.

    Between the two they must have appeared, whatever they declare; one that declares nothing, at the second.
    """
    entries = list(publish_rate.entries)
    for declared in appeared:
        time = min(max(declared or until, since), until)
        entries[time.hour] += 1
        entries[24 + time.weekday()] += 1
    return PublishRate(tuple(entries), publish_rate.hours)


def _watched(publish_rate: PublishRate, since: datetime, until: datetime) -> PublishRate:
    """The rate with what was seen before faded, and the hours that passed since."""
    fade = 0.5 ** ((until - since) / _HALF_LIFE)
    hours = [watched * fade for watched in publish_rate.hours]
    at = since
    while at < until:
        end = min(until, at.replace(minute=0, second=0, microsecond=0) + _HOUR)
        watched = (end - at) / _HOUR
        hours[at.hour] += watched
        hours[24 + at.weekday()] += watched
        at = end
    return PublishRate(tuple(count * fade for count in publish_rate.entries), tuple(hours))


def interval(publish_rate: PublishRate, polled_at: datetime, *, window: int = 0, threshold: float = DUE_THRESHOLD) -> timedelta:
    """How long after a poll at `polled_at` the expected waiting reaches `threshold`, at most a day.

    Sooner where half of the entries that the document holds (`window`) would be new by then: what leaves it unseen is lost.
    """
    rate, goal = publish_rate.rate, threshold / 3600
    most = window / 2 or math.inf
    # What is expected by now: how many entries, how long they waited together, and the squares of how long.
    unseen = waited = squares = passed = 0.0
    hour, day = polled_at.hour, polled_at.weekday()
    step = 1 - (polled_at.minute * 60 + polled_at.second) / 3600
    while passed < 24:
        now = rate * _factor(publish_rate, hour, rate) * _factor(publish_rate, 24 + day, rate)
        grown = squares + step * (2 * waited + step * (unseen + step * now / 3))
        if grown >= goal or unseen + now * step >= most:
            enough = _reached(goal, step, squares, 2 * waited, unseen, now / 3) if grown >= goal else step
            return timedelta(hours=passed + min(enough, (most - unseen) / now))
        squares = grown
        waited += unseen * step + now * step * step / 2
        unseen += now * step
        passed += step
        step = 1.0
        hour = (hour + 1) % 24
        day = (day + (hour == 0)) % 7
    return LONGEST


def _reached(goal: float, at: float, a: float, b: float, c: float, d: float) -> float:
    """Where a + bx + cx² + dx³ reaches `goal`, by Newton's method from `at`, where it is beyond; all of a to d are positive."""
    while (beyond := a + at * (b + at * (c + at * d)) - goal) > goal / 1000:
        at -= beyond / (b + at * (2 * c + at * 3 * d))
    return at


def _factor(publish_rate: PublishRate, bin_: int, rate: float) -> float:
    """How much more than in the mean appears in an hour or on a day, drawn towards 1 where little was to be expected there."""
    return (publish_rate.entries[bin_] + _SHRINKAGE) / (rate * publish_rate.hours[bin_] + _SHRINKAGE)


def next_poll(
    publish_rate: PublishRate,
    polled_at: datetime,
    *,
    source: str,
    polls: int,
    window: int = 0,
    every: int | None = None,
    backoff: float = 0.0,
    ttl: int | None = None,
    fresh_until: datetime | None = None,
    not_before: datetime | None = None,
    threshold: float = DUE_THRESHOLD,
) -> NextTime:
    """When a source that was polled at `polled_at` is due: after its interval, learned or the operator's (`every`, in minutes),
    times one more than its `backoff`, not before what the document (`ttl`, in minutes) and its caching (`fresh_until`) ask for,
    but 5 minutes later at least and a day at most.

    `not_before` is the server's own demand (Retry-After), which holds against the operator's word too. `polls`, the number of
    this poll, and the source's id decide the jitter, always in the same way.
    """
    length = timedelta(minutes=every) if every else interval(publish_rate, polled_at, window=window, threshold=threshold)
    why = "the operator's interval" if every else f"publishes {_per_week(publish_rate.rate)}"
    if backoff:
        length *= 1 + backoff
        why += f"; backs off after failures that count {backoff:g}"
    length *= 1 + _JITTER * (2 * stable_random(f"{source} {polls}") - 1)
    due = polled_at + max(length, SHORTEST)
    if not every:
        due, why = _later(due, why, polled_at + timedelta(minutes=ttl or 0), f"its document asks for {ttl} minutes")
        due, why = _later(due, why, fresh_until, "its answer may be cached until then")
    due, why = _later(due, why, not_before, "its server asks for time")
    return NextTime(min(due, polled_at + LONGEST), why)


def stable_random(seed: str) -> float:
    """A number from 0 to 1 that looks like chance, and is the same for the same seed."""
    return int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=4).digest()) / 2**32


def _later(due: datetime, why: str, other: datetime | None, reason: str) -> tuple[datetime, str]:
    return (other, reason) if other and other > due else (due, why)


def _per_week(rate: float) -> str:
    """A rate in entries an hour, in words."""
    week = rate * 24 * 7
    return f"about {week:.0f} entries a week" if week >= 1.5 else "about an entry a week, or less"


def is_dead(failing_since: datetime, now: datetime, failures: int) -> bool:
    """Whether a source that has only failed since `failing_since` is given up: after 30 days and at least ten failures."""
    return now - failing_since >= DEAD_AFTER and failures >= _DEAD_FAILURES

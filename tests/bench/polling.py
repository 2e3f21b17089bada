"""How long news waits to be seen, and what that costs: a month of 1,000 feeds, polled by schedule or at fixed intervals.

    python tests/bench/polling.py [--feeds N] [--days N] [--plot FILE.svg]

What decides is `monitor.expect.schedule` itself, poll by poll, from nothing known at the first; feeds are made up from a seed:
their rates are log-normal from one entry a week to 200 a day, newsrooms keep hours and weekends in several time zones, publish in
bursts, lie behind caches, give no dates, fail for hours, die. A delay is that of one entry, from publication to the poll that
shows it, cache and all; what left the document unseen, or died with its feed, has an endless one.
"""

from __future__ import annotations

import argparse
import math
import random
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from monitor.expect.schedule import (
    BACKOFF_WEIGHT,
    DUE_THRESHOLD,
    PublishRate,
    is_dead,
    next_poll,
    rate_after_poll,
    rate_from_dates,
)
from monitor.model import Outcome

# A Monday. Times are in minutes from here.
START = datetime(2026, 6, 1, tzinfo=UTC)
DAY = 24 * 60
# How long feeds have published before they are first polled, so that their documents are full.
BEFORE = 60 * DAY
# Polling goes on for so long after the month, uncounted, that what was published in it is seen.
AFTER = 2 * DAY
# By the clock of the newsroom: wires never sleep, others do.
HOURS = {
    "wire": (0.35,) * 6 + (0.6, 0.9) + (1.4,) * 12 + (1.1, 0.9, 0.7, 0.5),
    "newsroom": (0.03,) * 6 + (0.2, 0.6, 1.2) + (1.8,) * 9 + (1.5, 1.2, 0.8, 0.4, 0.2, 0.1),
    "office": (0.01,) * 8 + (0.5, 2.0) + (2.6,) * 7 + (1.5, 0.4, 0.1) + (0.05,) * 4,
}
ZONES, ZONE_WEIGHTS = (3, 2, 1, 5, 7, 9, -4), (50, 20, 10, 8, 6, 3, 3)
CACHES, CACHE_WEIGHTS = (0, 5, 10, 15, 30, 60), (50, 15, 15, 10, 7, 3)
FOLLOW_UP = 40  # minutes from an entry to what it brings about, on average
THRESHOLDS = (3, DUE_THRESHOLD, 30, 220, 1500)
FIXED = (15, 60)


@dataclass(frozen=True)
class Feed:
    """A feed as it would be if nobody polled it; times in minutes."""

    id: str
    published: tuple[float, ...]
    visible: tuple[float, ...]
    """When each entry is in the document that the cache gives."""
    cache: float
    """Minutes after which the cache takes a new document; 0 for none."""
    phase: float
    window: int
    """How many entries the document holds."""
    is_dated: bool
    outages: tuple[tuple[float, float], ...]
    dies: float

    def fresh_until(self, at: float) -> float:
        """When the document changes next, as its cache says."""
        return (math.floor((at - self.phase) / self.cache) + 1) * self.cache + self.phase if self.cache else at

    def fails(self, at: float) -> Outcome | None:
        if at >= self.dies:
            return Outcome.NOT_FOUND
        return Outcome.TIMEOUT if any(rate_from_dates <= at < end for rate_from_dates, end in self.outages) else None


class Poll(NamedTuple):
    """What a policy is told of a poll."""

    at: float
    new: tuple[float | None, ...]
    """Declared times of the entries that were not known; None for each that declares none."""
    fresh_until: float
    failure: Outcome | None


Policy = Callable[[Feed], Callable[[Poll], float]]
"""For a feed, a function that is told of each poll and gives the minute of the next; endless where there is none."""


def feeds(count: int, days: int, *, seed: int = 1) -> Iterator[Feed]:
    """So many feeds over so many days, the same for the same seed."""
    rnd = random.Random(seed)
    for number in range(count):
        rate = min(200.0, max(1 / 7, rnd.lognormvariate(math.log(4), 1.7)))  # entries a day
        kind = rnd.choices(tuple(HOURS), (6, 4, 0) if rate > 60 else (2, 5, 3))[0]
        zone = rnd.choices(ZONES, ZONE_WEIGHTS)[0]
        hours = [HOURS[kind][(hour + zone) % 24] for hour in range(24)]
        weekend = rnd.uniform(0.1, 0.4) if kind == "office" else rnd.uniform(0.3, 0.9)
        week = [level * factor for factor in (1, 1, 1, 1, 1, weekend, weekend) for level in hours]
        dies = rnd.uniform(0, days * DAY) if rnd.random() < 0.05 else math.inf
        dies = 0.0 if rnd.random() < 0.03 else dies
        published = tuple(time for time in _published(rnd, rate, week, days * DAY + AFTER) if time < dies)
        cache, phase = rnd.choices(CACHES, CACHE_WEIGHTS)[0], rnd.uniform(0, 60)
        visible = published
        if cache:
            visible = tuple(math.ceil((time - phase) / cache) * cache + phase for time in published)
        begins = [rnd.uniform(0, days * DAY) for _ in range(days) if rnd.random() < 1 / 30]  # one a month
        outages = tuple(sorted((rate_from_dates, rate_from_dates + rnd.uniform(30, 720)) for rate_from_dates in begins))
        window = rnd.choice((10, 20, 30, 50, 100))
        yield Feed(f"feed-{number}", published, visible, cache, phase, window, rnd.random() < 0.85, outages, dies)


def _published(rnd: random.Random, rate: float, week: Sequence[float], until: float) -> list[float]:
    """A Poisson process with the week's profile whose every entry brings about others: a burst of up to two on average."""
    bursts = rnd.uniform(0.1, 0.5)
    top, mean = max(week), sum(week) / len(week)
    seeds = rate * (1 - bursts) / DAY * top / mean
    found = []
    time = -float(BEFORE)
    while (time := time + rnd.expovariate(seeds)) < until:
        if rnd.random() * top > week[int(time // 60) % len(week)]:
            continue
        family = [time]
        while family:
            member = family.pop()
            found.append(member)
            while rnd.random() < bursts / (1 + bursts):
                family.append(member + rnd.expovariate(1 / FOLLOW_UP))
    return sorted(time for time in found if time < until)


def fixed(minutes: int) -> Policy:
    """Every so many minutes, whatever comes."""
    return lambda _: lambda poll: poll.at + minutes


def by_publish_rate(threshold: float) -> Policy:
    """As a crawl does it, with this threshold."""
    return partial(_by_publish_rate, threshold=threshold)


def one_entry() -> Policy:
    """When one entry is expected: the rule of interval = week / entries a week."""
    return partial(_by_publish_rate, threshold=math.inf, window=2)


def _by_publish_rate(feed: Feed, threshold: float, window: int = 0) -> Callable[[Poll], float]:
    rate = PublishRate()
    polled: datetime | None = None
    failing_since: datetime | None = None
    polls = failures = 0
    backoff = 0.0

    def after(poll: Poll) -> float:
        nonlocal rate, polled, failing_since, polls, failures, backoff
        at = _moment(poll.at)
        polls += 1
        if poll.failure:
            failures, backoff = failures + 1, backoff + BACKOFF_WEIGHT.get(poll.failure, 1.0)
            failing_since = failing_since or at
            if is_dead(failing_since, at, failures):
                return math.inf
        else:
            declared = [None if time is None else _moment(time) for time in poll.new]
            rate = rate_after_poll(rate, polled, at, declared) if polled else rate_from_dates(declared, at)
            polled, failing_since, failures, backoff = at, None, 0, 0.0
        following = next_poll(
            rate, at, source=feed.id, polls=polls, window=window or feed.window, backoff=backoff, threshold=threshold,
            fresh_until=_moment(poll.fresh_until) if poll.fresh_until > poll.at else None,
        )  # fmt: skip
        return (following.due - START) / timedelta(minutes=1)

    return after


def _moment(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


class Cost(NamedTuple):
    """What a policy came to."""

    requests: int
    delays: list[float]
    """Minutes from publication to the poll that showed it, of each entry of the month, in order of length."""

    def delay(self, quantile: float) -> float:
        return self.delays[int(quantile * len(self.delays))]

    @property
    def unseen(self) -> int:
        return sum(map(math.isinf, self.delays[-10_000:]))


def simulate(feed: Feed, policy: Policy, days: int) -> Cost:
    """One feed polled through the month."""
    after = policy(feed)
    end = days * DAY
    delays: list[float] = []
    requests = seen = 0
    at = zlib.crc32(feed.id.encode()) % 900 / 60  # all are first polled within a quarter of an hour
    while at < end + AFTER:
        requests += at < end
        failure = feed.fails(at)
        new: tuple[float, ...] = ()
        if not failure:
            there = bisect_right(feed.visible, at)
            kept = max(seen, there - feed.window)
            delays += [math.inf for time in feed.published[seen:kept] if 0 <= time < end]
            new = feed.published[kept:there]
            delays += [at - time for time in new if 0 <= time < end]
            seen = there
        declared = new if feed.is_dated else (None,) * len(new)
        at = after(Poll(at, declared, feed.fresh_until(at) if not failure else at, failure))
    delays += [math.inf for time in feed.published[seen:] if 0 <= time < end]
    return Cost(requests, delays)


def month(crowd: Sequence[Feed], policy: Policy, days: int) -> Cost:
    """All feeds polled through the month."""
    costs = [simulate(feed, policy, days) for feed in crowd]
    return Cost(sum(cost.requests for cost in costs), sorted(delay for cost in costs for delay in cost.delays))


def _measure(count: int, days: int, policy: Policy) -> Cost:
    return month(list(feeds(count, days)), policy, days)


def _schedules(count: int, days: int, threshold: float) -> Cost:
    return _measure(count, days, by_publish_rate(threshold))


def _fixed(count: int, days: int, minutes: int) -> Cost:
    return _measure(count, days, fixed(minutes))


def _one_entry(count: int, days: int, _: int) -> Cost:
    return _measure(count, days, one_entry())


# The plot's axes, both logarithmic: requests a feed a day, and minutes.
LEFT, TOP, WIDTH, HEIGHT, GAP = 60, 50, 300, 300, 70
ACROSS, UP = (8, 128), (3, 384)


def plot(costs: dict[str, Cost], feed_days: int) -> str:
    """Delay over requests, as SVG: the median on the left, the 95th percentile on the right."""
    panels = [
        _panel(LEFT + number * (WIDTH + GAP), title, quantile, costs, feed_days)
        for number, (title, quantile) in enumerate((("Median", 0.5), ("95th percentile", 0.95)))
    ]
    width, height = LEFT + 2 * WIDTH + GAP + 30, TOP + HEIGHT + 60
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">\n'
        "<title>Delay from publication to seen, over requests: polling by schedule, and at fixed intervals</title>\n"
        f'<rect width="{width}" height="{height}" fill="white"/>\n' + "\n".join(panels) + "\n</svg>\n"
    )


def _panel(left: int, title: str, quantile: float, costs: dict[str, Cost], feed_days: int) -> str:
    def x(requests: float) -> float:
        return left + WIDTH * math.log(requests / ACROSS[0]) / math.log(ACROSS[1] / ACROSS[0])

    def y(minutes: float) -> float:
        return TOP + HEIGHT - HEIGHT * math.log(minutes / UP[0]) / math.log(UP[1] / UP[0])

    bottom = TOP + HEIGHT
    parts = [f'<text x="{left}" y="{TOP - 16}" font-weight="bold">{title} delay, minutes</text>']
    for tick in (8, 16, 32, 64, 128):
        parts.append(f'<text x="{x(tick):.0f}" y="{bottom + 18}" text-anchor="middle">{tick}</text>')
        parts.append(f'<path d="M{x(tick):.0f} {TOP}V{bottom}" stroke="#ddd"/>')
    for tick in (3, 6, 12, 24, 48, 96, 192, 384):
        parts.append(f'<text x="{left - 8}" y="{y(tick) + 4:.0f}" text-anchor="end">{tick}</text>')
        parts.append(f'<path d="M{left} {y(tick):.0f}H{left + WIDTH}" stroke="#ddd"/>')
    parts.append(f'<text x="{left + WIDTH / 2:.0f}" y="{bottom + 40}" text-anchor="middle">requests a feed a day</text>')
    at = {name: (x(cost.requests / feed_days), y(cost.delay(quantile))) for name, cost in costs.items()}
    line = "L".join(f"{across:.0f} {up:.0f}" for name, (across, up) in at.items() if name.startswith("schedule"))
    parts.append(f'<path d="M{line}" fill="none" stroke="#0b6" stroke-width="2"/>')
    for name, (across, up) in at.items():
        colour = "#0b6" if name.startswith("schedule") else "#c30" if name.startswith("every") else "#888"
        is_default = name.endswith(f" {DUE_THRESHOLD:g}")
        parts.append(f'<circle cx="{across:.0f}" cy="{up:.0f}" r="{6 if is_default else 4}" fill="{colour}"/>')
        label = name.removeprefix("schedule, ") + ", the default" * is_default
        # Ours below the curve, the others above it.
        shift, drop, side = (-4, 17, "end") if name.startswith("schedule") and across > left + 80 else (6, -9, "middle")
        parts.append(
            f'<text x="{across + shift:.0f}" y="{up + drop:.0f}" fill="{colour}" text-anchor="{side}" stroke="white"'
            f' stroke-width="3" paint-order="stroke">{label}</text>'
        )
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    with ProcessPoolExecutor() as pool:
        polled_at = {f"schedule, threshold {p:g}": pool.submit(_schedules, args.feeds, args.days, p) for p in THRESHOLDS}
        polled_at |= {f"every {m} minutes": pool.submit(_fixed, args.feeds, args.days, m) for m in FIXED}
        polled_at |= {"one entry expected": pool.submit(_one_entry, args.feeds, args.days, 0)}
        costs = {name: future.result() for name, future in polled_at.items()}
    print(f"{args.feeds} feeds, {args.days} days, {len(costs['every 15 minutes'].delays):,} entries")
    print(f"{'':26}{'requests':>10}{'a feed a day':>14}{'median, min':>13}{'95th, min':>11}{'unseen':>8}")
    for name, cost in costs.items():
        a_day = cost.requests / args.feeds / args.days
        mark = " *" if name.endswith(f" {DUE_THRESHOLD:g}") else ""
        row = f"{name + mark:26}{cost.requests:10,}{a_day:14.1f}{cost.delay(0.5):13.1f}{cost.delay(0.95):11.1f}{cost.unseen:8}"
        print(row)
    print("* the default")
    if args.plot:
        args.plot.write_text(plot(costs, args.feeds * args.days), encoding="utf-8")


if __name__ == "__main__":
    main()

"""How often the least to expect of a source raises a false alarm, and how soon it sees a true drop: simulated years.

    python tests/bench/expectation.py [YEARS]      outlet-years of each kind; 40 by default

Each outlet-year is hourly counts: a rhythm of the day and of the week, the New Year's holidays, days that are busier or quieter
than others and hang together (a first-order autoregression of the logarithm), a slow trend, bursts of news, and more variance
than Poisson. It is judged every six hours, as a crawl would. A false alarm is a run of drops with at most a day between them.
"""

import math
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate

from monitor.expect import HISTORY, expectation

RATES = (0.3, 1, 3, 10, 40, 150)
START = datetime(2025, 3, 1)  # noqa: DTZ001 - a simulated clock
YEAR = 365
EVERY = 6


def hours(rate: float, days: int, dice: random.Random) -> list[int]:
    """Entries an hour; `rate` is the mean of an ordinary day."""
    weekend, night = dice.uniform(0.3, 0.9), dice.uniform(0.05, 0.4)
    holidays = dice.uniform(0.6, 1.1) * weekend
    size, mood, keeps = dice.uniform(1, 8), dice.uniform(0.1, 0.3), dice.uniform(0.3, 0.7)
    trend = dice.uniform(-0.4, 0.4) / YEAR
    state, burst, counts = 0.0, 0, []
    for day in range(days):
        now = START + timedelta(days=day)
        state = keeps * state + math.sqrt(1 - keeps**2) * dice.gauss(0, mood)
        burst = burst - 1 if burst else dice.choice((1, 2, 3)) * (dice.random() < 0.01)
        is_holiday = now.month == 1 and now.day <= 8
        level = rate * math.exp(state + trend * day) * (holidays if is_holiday else weekend if now.weekday() > 4 else 1)
        level *= 2.5 if burst else 1
        for hour in range(24):
            share = (night if hour < 6 else 1.0) / (6 * night + 18)
            mean = level * share
            # Gamma-Poisson within the hour: entries come in clusters of this newsroom's shifts and agencies.
            counts.append(poisson(dice.gammavariate(size, mean / size), dice))
    return counts


def poisson(mean: float, dice: random.Random) -> int:
    limit, count, product = math.exp(-mean), 0, dice.random()
    while product > limit:
        count, product = count + 1, product * dice.random()
    return count


def judged(counts: list[int], first: int, last: int) -> Iterator[tuple[int, bool | None]]:
    """Every few hours from `first` to `last`: the hour, and whether a drop is seen; None where nothing can be said."""
    sums = [0, *accumulate(counts)]
    for hour in range(first, last, EVERY):
        ends = range(hour, max(23, hour - 24 * HISTORY), -24)
        days = [sums[end] - sums[end - 24] for end in ends]
        found = expectation(days, (START + timedelta(hours=hour - 1)).date())
        yield hour, found.is_drop if found else None


def alarms(counts: list[int]) -> tuple[int, float]:
    """False alarms of a year, and the share of judgements that said anything."""
    number, newest, said, all_ = 0, -1000, 0, 0
    for hour, drop in judged(counts, 24 * HISTORY, len(counts)):
        all_, said = all_ + 1, said + (drop is not None)
        if drop:
            number += hour - newest > 24
            newest = hour
    return number, said / all_


def delay(counts: list[int], share: float, dice: random.Random) -> float:
    """Days until a drop to `share` of the usual is seen; infinite where 30 days do not show it."""
    begin = 24 * (HISTORY + dice.randrange(300)) + dice.randrange(24)
    dropped = [count if hour < begin else sum(dice.random() < share for _ in range(count)) for hour, count in enumerate(counts)]
    return next(((hour - begin) / 24 for hour, drop in judged(dropped, begin, begin + 24 * 30) if drop), math.inf)


def main(years: int) -> None:
    dice = random.Random(20260501)
    print("entries   false alarms   judged   days until seen, median (share seen within 30)")
    print(" a day    a year         share    nothing comes       a quarter comes     half comes")
    for rate in RATES:
        began = time.process_time()
        worlds = [hours(rate, HISTORY + YEAR, dice) for _ in range(years)]
        found = [alarms(counts) for counts in worlds]
        cells = [f"{rate:6}    {sum(n for n, _ in found) / years:12.2f}   {sum(s for _, s in found) / years:6.0%}"]
        for share in (0.0, 0.25, 0.5):
            delays = sorted(delay(counts, share, dice) for counts in worlds)
            seen = sum(d < math.inf for d in delays) / years
            median = delays[years // 2]
            cells.append(f"{'-' if median == math.inf else f'{median:.1f}':>6} ({seen:4.0%})    ")
        print("   ".join(cells), f"{(time.process_time() - began):.0f} s", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 40)

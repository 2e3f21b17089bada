"""What crawls cost, and how much one machine or several can watch. `make bench ARGS=capacity` prints the tables of docs/scale.md.

    python tests/bench/capacity.py

Two models over the same measured costs (costs.toml, each with the command that measures it again). `simulate` is one run, event
by event: pages of hosts that are asked one after the other, a process that fetches and stores, processes that read, and the cores
that they share. tests/bench/test_capacity.py holds it to the runs in costs.toml, from which no cost was taken. `plan` is a
month of feeds and stories, by sums.
"""

from __future__ import annotations

import heapq
import itertools
import math
import tomllib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from monitor.expect.schedule import SHORTEST, PublishRate, interval

COSTS = Path(__file__).with_name("costs.toml")
KINDS = ("closed", "other", "topic")
"""Pages that the gate holds back; that are read, and of no topic; on which a topic has a verdict or a near miss."""
AT_ONCE, PER_HOST = 32, 2
"""Requests on their way, of all hosts and of one: monitor/settings.py."""
DAY = 86_400
"""Seconds."""
GB_A_MONTH = 30 / 1e9
"""Of so many bytes a day."""
STORIES = 500_000 / 180_000
"""A day, of a feed: what is told of Media Cloud."""


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU milliseconds and bytes, as costs.toml has them."""

    unit: float
    """Trafilatura's CPU ms a page, by its defaults, on the same pages: machines are compared by it."""
    page: Mapping[str, float]
    poll: Mapping[str, float]
    worker: Mapping[str, float]
    store: Mapping[str, float]
    vault: Mapping[str, float]
    archive: Mapping[str, float]
    mix: Mapping[str, float]
    price: Mapping[str, float]


class Run(NamedTuple):
    """A run that was measured."""

    name: str
    pages: Mapping[str, int]
    """By kind."""
    hosts: int
    workers: int
    delay: float
    """Seconds between two requests to one host."""
    cores: float
    unit: float
    """As in `Costs`, in the same minutes."""
    measured: Mapping[str, float]
    """Some of `Usage`."""


class Usage(NamedTuple):
    """What the pages of a run take, its start and end apart, as throughput.py does."""

    parent: float
    """CPU seconds,"""
    workers: float
    """and of all others."""
    pages: float
    """Seconds from the first request for a page to the last page that is stored."""


def load() -> tuple[Costs, list[Run]]:
    said: dict[str, Any] = tomllib.loads(COSTS.read_text())
    runs = [Run(**run) for run in said.pop("run")]
    return Costs(**said), runs


class _Cores:
    """Processes that share some cores evenly, and a clock."""

    def __init__(self, cores: float) -> None:
        self._cores = cores
        self._running: list[tuple[float, int, Callable[[], None]]] = []
        """By the work that is done when each is through: as long as all share alike, the order never changes."""
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._done = 0.0
        self.now = 0.0

    def work(self, seconds: float, then: Callable[[], None]) -> None:
        heapq.heappush(self._running, (self._done + seconds, next(self._numbers), then))

    def wait(self, seconds: float, then: Callable[[], None]) -> None:
        heapq.heappush(self._timers, (self.now + seconds, next(self._numbers), then))

    def run(self) -> None:
        """Until nothing is left to do."""
        while self._running or self._timers:
            speed = min(1.0, self._cores / len(self._running)) if self._running else 0.0
            through = self.now + (self._running[0][0] - self._done) / speed if speed else math.inf
            timer = self._timers[0][0] if self._timers else math.inf
            at = min(through, timer)
            self._done += speed * (at - self.now)
            self.now = at
            heapq.heappop(self._running if through <= timer else self._timers)[2]()


class _Servers:
    """Processes that take up one task after another."""

    def __init__(self, cores: _Cores, count: int) -> None:
        self._cores, self._idle = cores, count
        self._tasks: deque[tuple[float, float, Callable[[], None]]] = deque()
        self.cpu = 0.0

    def ask(self, seconds: float, then: Callable[[], None], *, waiting: float = 0.0) -> None:
        """The task takes so many `seconds` of CPU, and so many more in which its process waits for a disk."""
        self._tasks.append((seconds, waiting, then))
        self._begin()

    def _begin(self) -> None:
        if not self._idle or not self._tasks:
            return
        seconds, waiting, then = self._tasks.popleft()
        self._idle -= 1
        self.cpu += seconds

        def through() -> None:
            self._idle += 1
            then()
            self._begin()

        self._cores.work(seconds, lambda: self._cores.wait(waiting, through) if waiting else through())


def simulate(run: Run, costs: Costs) -> Usage:
    """What the run takes. Its pages are spread over its hosts, and kinds over them, as evenly as they go."""
    machine = _Cores(run.cores)
    parent, workers = _Servers(machine, 1), _Servers(machine, run.workers)
    scale = run.unit / costs.unit / 1000
    # Of each kind every so many: sorted by where along the run a page of it stands.
    order = sorted(((number + 0.5) / count, kind) for kind, count in run.pages.items() for number in range(count))
    hosts = [deque(kind for _, kind in order[host :: run.hosts]) for host in range(run.hosts)]
    free, on_way, line = [0.0] * run.hosts, [0] * run.hosts, deque(range(run.hosts))
    under_way = 0

    def fill() -> None:
        nonlocal under_way
        for _ in range(len(line)):
            host = line[0]
            line.rotate(-1)
            if under_way >= AT_ONCE:
                return
            if hosts[host] and on_way[host] < PER_HOST and free[host] <= machine.now:
                under_way += 1
                on_way[host] += 1
                free[host] = machine.now + run.delay
                machine.wait(run.delay, fill)
                fetch(host, hosts[host].popleft())

    def fetch(host: int, kind: str) -> None:
        def came() -> None:
            on_way[host] -= 1
            workers.ask(scale * costs.worker[kind], read)
            fill()

        def read() -> None:
            parent.ask(scale * costs.store[kind], stored, waiting=costs.page["sync"] / 1000)

        def stored() -> None:
            nonlocal under_way
            under_way -= 1
            fill()

        parent.ask(scale * (costs.page["fetch"] + costs.page["archive"]), came, waiting=costs.page["sync"] / 1000)

    machine.wait(0, fill)
    machine.run()
    assert not any(hosts), "all pages were to be fetched"
    return Usage(parent.cpu, workers.cpu, machine.now)


# --- A month -----------------------------------------------------------------------------------------------------------------


class Plan(NamedTuple):
    """What so many feeds and stories a day come to."""

    feeds: int
    stories: int
    polls: float
    """A day, of all feeds."""
    reading: float
    """Cores that read, in the mean."""
    fetching: float
    """Cores that fetch, pack what came and hand it on, in the mean."""
    writing: float
    """How much of the time the one writer is busy: CPU, and waiting for its disk."""
    under_way: float
    """Requests that wait for an answer, in the busiest hour."""
    vault: float
    """GB a month."""
    archive: float
    """GB a month."""
    of_polls: float
    """The share of both that says of a feed that nothing had changed."""
    cost: float
    """A month, at the prices of costs.toml; what was stored in the months before is not in it."""


def polls(stories: float) -> float:
    """How often a feed is polled in a day that lists so many stories in one, at all hours alike."""
    watched = (10_000.0,) * 24 + (240_000 / 7,) * 7
    rate = PublishRate(tuple(stories / 24 * hours for hours in watched), watched)
    return timedelta(days=1) / max(interval(rate, datetime(2026, 11, 30, tzinfo=UTC)), SHORTEST)


def plan(feeds: int, stories: int, costs: Costs) -> Plan:
    asked = feeds * polls(stories / feeds)
    worker, store, kept = (
        sum(costs.mix[kind] * of_kind[kind] for kind in KINDS) for of_kind in (costs.worker, costs.store, costs.vault)
    )
    reading = stories * worker
    fetching = sum(number * (of["fetch"] + of["archive"]) for number, of in ((asked, costs.poll), (stories, costs.page)))
    writing = asked * costs.poll["store"] + stories * store + (asked + stories) * 2 * costs.page["sync"]
    unchanged = asked * (costs.poll["vault"] + costs.poll["kept"]) * GB_A_MONTH
    vault = (asked * costs.poll["vault"] + stories * kept) * GB_A_MONTH
    archive = (asked * costs.poll["kept"] + stories * costs.archive["page"]) * GB_A_MONTH
    read, fetched, written = (milliseconds / 1000 / DAY for milliseconds in (reading, fetching, writing))
    under_way = (asked + stories) / DAY * costs.price["peak"] * costs.price["answer"]
    made = Plan(feeds, stories, asked, read, fetched, written, under_way, vault, archive, unchanged / (vault + archive), 0.0)
    cores = math.ceil((made.reading + made.fetching) * costs.price["peak"]) + 1
    return made._replace(cost=cores * costs.price["core"] + vault * costs.price["disk"] + archive * costs.price["object"])


def most_feeds(costs: Costs, busy: Callable[[Plan], float]) -> int:
    """Feeds, in thousands, at which what is so `busy` has nothing to spare."""
    return round(1 / busy(plan(1000, round(1000 * STORIES), costs)))


def main() -> None:
    costs, runs = load()
    print("CPU seconds of the pages of runs, as simulated (as measured)")
    for run in runs:
        said = simulate(run, costs)._asdict()
        cells = (f"{part} {said[part]:.1f} ({seconds:.1f})" for part, seconds in run.measured.items())
        print(f"  {run.name}: {', '.join(cells)}")
    print("\na month; GB are those that it adds")
    print("    feeds  stories    polls a day  cores that read  that fetch  writer busy  under way", end="")
    print("  vault GB  archive GB  of polls   cost")
    for feeds in (1_000, 30_000, 180_000):
        p = plan(feeds, round(feeds * STORIES), costs)
        print(f"  {p.feeds:>7,}{p.stories:>9,}{p.polls:>15,.0f}{p.reading:>17.2f}{p.fetching:>12.2f}{p.writing:>13.0%}", end="")
        print(f"{p.under_way:>11.0f}{p.vault:>10,.1f}{p.archive:>12,.1f}{p.of_polls:>10.0%}{p.cost:>7,.0f}")
    peak = costs.price["peak"]
    places = most_feeds(costs, lambda p: p.under_way / AT_ONCE)
    one = most_feeds(costs, lambda p: peak * (p.fetching + p.writing))
    writer = most_feeds(costs, lambda p: peak * p.writing)
    print(f"\nin the busiest hour there is nothing to spare of the {AT_ONCE} places of one process for requests at {places},000")
    print(
        f"feeds, of one process that fetches and stores at {one},000, of a writer to others that fetch and read at {writer},000"
    )


if __name__ == "__main__":
    main()

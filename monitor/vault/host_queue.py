"""Whose turn it is: the hosts that may have something due stand in line, the others wait for their time. Touches nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple


class Queue(NamedTuple):
    """What waits at one host with one priority and at one depth. Sorts in the order in which a host's lanes are served."""

    rank: int
    """Minus the priority."""
    depth: int


class HostQueue:
    """Hosts and lanes, each with a time before which nothing of it is due: too early costs a look into the table, too late
    would lose an address.

    Times are stamps of one width, so that they compare as they stand. A host is served at the front of the line and joins it
    again at its end: order is by turns and not by the clock, which may jump.
    """

    def __init__(self) -> None:
        self._lanes: dict[str, dict[Queue, str]] = {}
        self._line: OrderedDict[str, None] = OrderedDict()
        self._later: list[tuple[str, str]] = []
        """A heap: when each host that stands in no line may have something due. A host can be in it more than once."""
        self._resting: dict[str, str] = {}
        self._aside: set[tuple[str, int | None]] = set()

    def note(self, host: str, lane: Queue, due: str) -> None:
        """Something waits in this lane, and is due then."""
        if (host, None) in self._aside or (host, lane.depth) in self._aside:
            return
        lanes = self._lanes.setdefault(host, {})
        if lane not in lanes or due < lanes[lane]:
            lanes[lane] = due
            self._line_up(host)

    def renew(self, host: str, lane: Queue, due: str | None) -> None:
        """The earliest that waits in this lane is due then; None where nothing does."""
        del self._lanes[host][lane]
        if due is not None:
            self._lanes[host][lane] = due

    def pause_host(self, host: str, until: str) -> None:
        """Nothing of the host before then."""
        self._resting[host] = until

    def set_aside(self, host: str, depth: int | None = None) -> None:
        """Nothing more of the host, or of this depth of it, as long as this lives."""
        self._aside.add((host, depth))
        lanes = self._lanes.get(host, {})
        for lane in [lane for lane in lanes if depth in {None, lane.depth}]:
            del lanes[lane]

    def hosts(self, now: str) -> Iterator[tuple[str, list[Queue]]]:
        """Each host whose turn it is, once, with those of its lanes that may have something due."""
        while self._later and self._later[0][0] <= now:
            self._line.setdefault(heappop(self._later)[1])
        for _ in range(len(self._line)):
            host, _ = self._line.popitem(last=False)
            lanes = self._lanes[host]
            self._line_up(host, now)
            if host in self._line:
                yield host, sorted(lane for lane, due in lanes.items() if due <= now)

    def _line_up(self, host: str, now: str = "") -> None:
        if host in self._line or not self._lanes[host]:
            return
        due = max(min(self._lanes[host].values()), self._resting.get(host, ""))
        if due <= now:
            self._line[host] = None
        else:
            heappush(self._later, (due, host))

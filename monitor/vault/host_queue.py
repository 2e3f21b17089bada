"""The order in which hosts are served: hosts with addresses due take turns, the others wait for their time. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple


class Queue(NamedTuple):
    """The addresses of one host with one priority and depth. Sorts in the order in which a host's queues are served."""

    rank: int
    """Minus the priority."""
    depth: int


class HostQueue:
    """Hosts and their queues, each with a time before which nothing in it is due. A time that is too early costs one query; one
    that is too late would lose an address.

    Times are stamps of equal width, so they compare as text. Hosts take turns: one that was served goes to the end of the line.
    The clock decides no order, because it may jump.
    """

    def __init__(self) -> None:
        self._lanes: dict[str, dict[Queue, str]] = {}
        self._line: OrderedDict[str, None] = OrderedDict()
        self._later: list[tuple[str, str]] = []
        """A heap: when each host that stands in no line may have something due. A host can be in it more than once."""
        self._resting: dict[str, str] = {}
        self._aside: set[tuple[str, int | None]] = set()

    def note(self, host: str, lane: Queue, due: str) -> None:
        """Note that an address waits in this queue, due at `due`."""
        if (host, None) in self._aside or (host, lane.depth) in self._aside:
            return
        lanes = self._lanes.setdefault(host, {})
        if lane not in lanes or due < lanes[lane]:
            lanes[lane] = due
            self._line_up(host)

    def renew(self, host: str, lane: Queue, due: str | None) -> None:
        """Set when the earliest address of this queue is due; None where none waits."""
        del self._lanes[host][lane]
        if due is not None:
            self._lanes[host][lane] = due

    def pause_host(self, host: str, until: str) -> None:
        """Serve nothing of the host before `until`."""
        self._resting[host] = until

    def set_aside(self, host: str, depth: int | None = None) -> None:
        """Serve nothing more of the host, or of this depth of it, as long as this object is used."""
        self._aside.add((host, depth))
        lanes = self._lanes.get(host, {})
        for lane in [lane for lane in lanes if depth in {None, lane.depth}]:
            del lanes[lane]

    def hosts(self, now: str) -> Iterator[tuple[str, list[Queue]]]:
        """Each host whose turn it is, once, with those of its queues that may have addresses due."""
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

"""What the frontier costs beside Scrapy's own disk queues. Run by hand: `python tests/bench/frontier_speed.py [URLS HOSTS]`.

1,000,000 addresses on 5,000 hosts by default, each way in a process of its own, one after the other. Addresses come 50 at a time,
as the links of a page or the entries of a feed do, the hosts in random order.

- The frontier: a push is a transaction of 50; a pop is a lease of 32 and the acknowledgment of each, committed by 32, since in a
  crawl it is a part of the transaction that stores the page. Each commit is on the disk (synchronous=FULL) before the next
  begins. What is pushed twice is known; what was leased survives a kill.
- Scrapy's queues, with pickled requests on disk: what the operating system has not written is lost with the machine, what was
  popped is lost with the process, and nothing is known of what was pushed before (the duplicate filter is another part).
  DownloaderAwarePriorityQueue is Scrapy's default and spreads over hosts; ScrapyPriorityQueue knows no hosts.

Microseconds an address, wall and CPU; memory is what the process grew by at its peak. Of pops a sample is timed.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
PUSHED, LEASED = 50, 32


def pages(urls: int, hosts: int) -> Iterator[list[str]]:
    """Addresses, 50 of one host at a time."""
    per_host = urls // hosts
    parts = [(host, first) for host in range(hosts) for first in range(0, per_host, PUSHED)]
    random.Random(0).shuffle(parts)
    for host, first in parts:
        numbers = range(first, min(first + PUSHED, per_host))
        yield [
            f"https://www.outlet-{host}.example/news/2026/05/18/{n * 7919 % 1_000_003}-the-words-of-a-headline" for n in numbers
        ]


class Clocks:
    """Wall and CPU time of a piece of work, in microseconds for each of its parts."""

    def __init__(self) -> None:
        self.figures: dict[str, tuple[float, float]] = {}

    def time(self, name: str, work: Callable[[], int]) -> None:
        """Time it; the work says how many parts it had."""
        wall, cpu = time.perf_counter(), time.process_time()
        count = work()
        self.figures[name] = (time.perf_counter() - wall) / count * 1e6, (time.process_time() - cpu) / count * 1e6


def memory(field: str) -> float:
    """MB of this process: VmRSS now, VmHWM at its peak."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) / 1024


def frontier(folder: Path, urls: int, hosts: int, clocks: Clocks) -> float:
    from monitor.vault import FrontierEntry, Store

    def pending(url: str, depth: int) -> FrontierEntry:
        return FrontierEntry(url, url.replace("www.", ""), "article", "outlet", urlsplit(url).netloc, depth, depth, "", NOW)

    with Store.open(folder / "monitor.db") as store:
        run, before = store.begin_run("bench", NOW), memory("VmRSS")

        def push() -> int:
            for number, page in enumerate(pages(urls, hosts)):
                store.frontier.push(pending(url, number % 2) for url in page)
            return urls

        def pop() -> int:
            wanted = popped = min(urls // 2, 200_000)
            while wanted > 0:
                leased = store.frontier.lease(run, LEASED, now=NOW, room=lambda *_: 4)
                with store.db.transaction():
                    for one in leased:
                        store.frontier.done(one.pending.key)
                wanted -= len(leased)
            return popped

        def first() -> int:
            return len(store.frontier.lease(run, 1, now=NOW))

        def look(now: datetime) -> Callable[[], int]:
            return lambda: sum(not store.frontier.lease(run, LEASED, now=now) for _ in range(1000))

        clocks.time("push", push)
        clocks.time("the first lease of a run", first)
        clocks.time("pop", pop)
        earlier = NOW - timedelta(hours=1)
        store.frontier.lease(run, 1, now=earlier)
        clocks.time("a lease where nothing is due", look(earlier))
        for host in {urlsplit(page[0]).netloc for page in pages(urls, hosts)}:
            store.frontier.set_aside(host)
        clocks.time("a lease where no host may be asked", look(NOW))
        return memory("VmHWM") - before


def scrapy_queue(name: str, sample: int) -> Callable[[Path, int, int, Clocks], float]:
    def measure(folder: Path, urls: int, hosts: int, clocks: Clocks) -> float:
        from scrapy import Request, Spider, pqueues
        from scrapy.squeues import PickleLifoDiskQueue
        from scrapy.utils.test import get_crawler

        crawler = get_crawler()
        crawler.spider = Spider("bench")
        # The one thing of an engine that a queue asks for: which hosts are busy.
        downloader = SimpleNamespace(slots={}, get_slot_key=lambda request: urlsplit(request.url).netloc)
        crawler.engine = SimpleNamespace(downloader=downloader)
        before = memory("VmRSS")
        queue: Any = getattr(pqueues, name).from_crawler(crawler, PickleLifoDiskQueue, str(folder / "queue"))

        def push() -> int:
            for number, page in enumerate(pages(urls, hosts)):
                for url in page:
                    queue.push(Request(url, priority=number % 2, meta={"depth": number % 2, "source": "outlet"}))
            return urls

        def pop() -> int:
            for _ in range(min(sample, urls // 2)):
                assert queue.pop() is not None
            return min(sample, urls // 2)

        clocks.time("push", push)
        clocks.time("pop", pop)
        return memory("VmHWM") - before

    return measure


WAYS = {
    "the frontier": frontier,
    "Scrapy, DownloaderAwarePriorityQueue": scrapy_queue("DownloaderAwarePriorityQueue", 2000),
    "Scrapy, ScrapyPriorityQueue": scrapy_queue("ScrapyPriorityQueue", 200_000),
}


def measured(way: str, urls: str, hosts: str) -> dict[str, Any]:
    """The figures of one way, from a process of its own."""
    command = [sys.executable, __file__, urls, hosts, way]
    said: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return said


def child(way: str, urls: int, hosts: int) -> None:
    # A queue for each host and priority keeps a file open.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    clocks = Clocks()
    with tempfile.TemporaryDirectory() as folder:
        grown = WAYS[way](Path(folder), urls, hosts, clocks)
    print(json.dumps({"figures": clocks.figures, "memory": grown}))


def main() -> None:
    urls, hosts, *way = sys.argv[1:] or ["1000000", "5000"]
    if way:
        child(way[0], int(urls), int(hosts))
        return
    print(f"{int(urls):,} addresses on {int(hosts):,} hosts; microseconds an address, wall (CPU)")
    found = {way: measured(way, urls, hosts) for way in WAYS}
    ours = found["the frontier"]["figures"]
    for way, said in found.items():
        cells = [f"{name} {wall:,.0f} ({cpu:,.0f})" for name, (wall, cpu) in said["figures"].items() if name in {"push", "pop"}]
        ratios = [f"{name} {said['figures'][name][0] / ours[name][0]:.1f}" for name in ("push", "pop")]
        print(f"  {way}: {', '.join(cells)}, {said['memory']:.0f} MB; times ours: {', '.join(ratios)}")
    for name in ours.keys() - {"push", "pop"}:
        print(f"  {name}: {ours[name][0]:,.0f} microseconds in all")


main()

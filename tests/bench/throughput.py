"""What a page costs through the whole path, beside others over the same pages. Run by `make bench ARGS=throughput`.

    python tests/bench/throughput.py [--pages 3000] [--outlets 50] [--relevant SHARE] [--only WAY ...] [--news-please PYTHON]

The press serves made-up outlets, pages of 60 to 100 KB, 5 in 100 on the beat (`--relevant 1`: all) and 15 in 100 of the others
with a word of it around their article, from a process of its own that has made each page before. Each way runs in processes of
its own, one after the other, with no delay between requests and at most 32 on their way:

- trafilatura alone: one process, the pages' bytes from a file; its CPU time a page is what the others are measured by.
- Scrapy: downloads, and nothing else.
- aiohttp and trafilatura: downloads, and extracts in a pool of two processes. Nothing is judged, compared or stored.
- news-please: downloads, and extracts in a pool of two processes; left out where it is not installed (`--news-please` names the
  interpreter of an environment that has it).
- Povestka: `scrapy crawl feeds` into a fresh vault. Feeds are polled, pages fetched, written to the archive (on the disk before
  they are read), read, judged, compared, stored (on the disk, one transaction a page).

CPU is of a process and its descendants, sampled from /proc: "parent" is the one that fetches, "workers" are the others. The
start of all processes is counted; of Povestka a line says how it splits between start, pages and end. Trust ratios, not seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
ADDRESSES = "addresses.json"
AT_ONCE = 32
PROCESSES = 2
TICKS = os.sysconf("SC_CLK_TCK")


# --- The press ----------------------------------------------------------------------------------------------------------


def serve(folder: Path, outlets: int, articles: int, relevant: float) -> None:
    """Until standard input ends. An article's page is made once: the press must cost a crawl next to nothing."""
    from monitor.press.data import write_data
    from monitor.press.load import load_world
    from monitor.press.server import Press

    class Prepared(Press):
        def answer(self, outlet: Any, target: str, headers: dict[str, str]) -> Any:
            made = self.world.at(outlet.id, target, self.now) if target not in known else True
            if made:
                known.add(target)
                return page(outlet, target)
            return super().answer(outlet, target, headers)

    known: set[str] = set()
    page = cache(lambda outlet, target: Press.answer(press, outlet, target, {}))
    world = load_world(outlets, articles, relevant=relevant)
    with Prepared(0, 1, world) as press:
        write_data(folder, press.port, world=world)
        addresses = [press.article_url(f"load{outlet}-{number}") for number in range(articles) for outlet in range(outlets)]
        (folder / ADDRESSES).write_text(json.dumps(addresses))
        print("ready", flush=True)
        sys.stdin.read()


# --- The ways: each is what a process of its own does ----------------------------------------------------------------------


def extract(body: bytes, url: str) -> None:
    """What trafilatura makes of a page by its defaults."""
    import trafilatura

    assert trafilatura.bare_extraction(body, url=url) is not None


def extract_by_news_please(body: bytes, url: str) -> None:
    from newsplease import NewsPlease

    NewsPlease.from_html(body, url)  # of some pages it finds no text; here only the time counts


def alone(addresses: Sequence[str], folder: Path) -> None:
    for number, url in enumerate(addresses):
        extract((folder / "pages" / str(number)).read_bytes(), url)


async def fetched(addresses: Sequence[str], work: Callable[[bytes, str], None]) -> None:
    import aiohttp

    loop, room = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)
    with ProcessPoolExecutor(PROCESSES) as pool:
        async with aiohttp.ClientSession() as session:

            async def one(url: str) -> None:
                async with room:
                    async with session.get(url) as response:
                        body = await response.read()
                    await loop.run_in_executor(pool, work, body, url)

            await asyncio.gather(*map(one, addresses))


def looped(work: Callable[[bytes, str], None]) -> Callable[[Sequence[str], Path], None]:
    return lambda addresses, _: asyncio.run(fetched(addresses, work))


def scrapy_bare(addresses: Sequence[str], _: Path) -> None:
    from scrapy import Request, Spider
    from scrapy.crawler import AsyncCrawlerProcess

    class Bare(Spider):
        name = "bare"

        async def start(self) -> Any:
            for url in addresses:
                yield Request(url)

        def parse(self, response: Any) -> None:
            assert response.status == 200

    settings = {
        "CONCURRENT_REQUESTS": AT_ONCE, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
        "ROBOTSTXT_OBEY": False, "DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
    }  # fmt: skip
    process = AsyncCrawlerProcess(settings)
    process.crawl(Bare)
    process.start()


def povestka(_: Sequence[str], folder: Path) -> None:
    environment = os.environ | {
        "MONITOR_DATA": str(folder), "MONITOR_DB": str(folder / "vault" / "monitor.db"), "MONITOR_DELAY": "0",
        "MONITOR_ALLOW_ADDRESSES": "127.0.0.0/8", "PYTHONPATH": str(HERE.parents[2]),
    }  # fmt: skip
    os.chdir(HERE.parents[2])
    command = ["-m", "scrapy", "crawl", "feeds", "-s", "MONITOR_HOST_PAGES=1000000", "-s", "LOG_LEVEL=ERROR"]
    os.execve(sys.executable, [sys.executable, *command], environment)


WAYS: dict[str, Callable[[Sequence[str], Path], None]] = {
    "trafilatura alone": alone,
    "Scrapy": scrapy_bare,
    "aiohttp and trafilatura": looped(extract),
    "news-please": looped(extract_by_news_please),
    "Povestka": povestka,
}


# --- Measuring -------------------------------------------------------------------------------------------------------------


@dataclass
class Usage:
    """What a process and its descendants used."""

    seconds: float = 0
    cpu: dict[int, float] = field(default_factory=dict)
    """CPU seconds by process."""
    memory: list[tuple[float, float, float]] = field(default_factory=list)
    """Seconds since the start; MB of the parent, and of all others."""
    spent: list[tuple[float, float, float]] = field(default_factory=list)
    """Seconds since the start; CPU seconds of the parent until then, and of all others."""
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    def sample(self, parent: int, began: float) -> None:
        sizes = {}
        for process in family(parent):
            try:
                fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended since it was found
            self.cpu[process] = (int(fields[11]) + int(fields[12])) / TICKS
            sizes[process] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        own = sizes.pop(parent, 0)
        at, cpu = time.monotonic() - began, self.cpu.get(parent, 0)
        self.memory.append((at, own, sum(sizes.values())))
        self.spent.append((at, cpu, sum(self.cpu.values()) - cpu))


def family(process: int) -> list[int]:
    """A process and all that descend from it."""
    found = [process]
    for one in found:
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, path.read_text().split())
            except OSError:
                continue  # the thread has ended since it was found
    return found


def measure(command: list[str]) -> Usage:
    usage, began = Usage(), time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            usage.sample(process.pid, began)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    done.set()
    watcher.join()
    usage.seconds = time.monotonic() - began
    usage.cpu = {process.pid: 0.0, **usage.cpu}
    if code:
        sys.exit(f"throughput: {' '.join(command)} ended with exit code {code}")
    return usage


def slope(usage: Usage, pages: int) -> float:
    """MB that the parent grows by in 1,000 pages, over the second half of its time."""
    half = [(seconds, own) for seconds, own, _ in usage.memory if seconds > usage.seconds / 2 and own]
    if len(half) < 2:
        return 0.0
    return statistics.linear_regression(*zip(*half, strict=True)).slope * usage.seconds / pages * 1000


def row(way: str, usage: Usage, pages: int, unit: float) -> str:
    parent, *others = usage.cpu.values()
    total = parent + sum(others)
    cost = [1000 * seconds / pages for seconds in (parent, sum(others), total)]
    largest = [max(sample[part] for sample in usage.memory) for part in (1, 2)]
    return (
        f"  {way:<24}{pages / usage.seconds:7.1f} pages/s   CPU ms a page: parent {cost[0]:5.1f}, workers {cost[1]:6.1f}, all"
        f" {cost[2]:6.1f} = {cost[2] / unit:4.2f} x trafilatura   cores busy {total / usage.seconds:4.2f}   MB at most: parent"
        f" {largest[0]:4.0f} ({slope(usage, pages):+.1f} a 1,000 pages), others {largest[1]:5.0f}"
    )


def quarters(folder: Path, usage: Usage, pages: int) -> list[tuple[int, float]]:
    """For each quarter of the pages how many are stored at its end, and how many seconds after the start that is."""
    from monitor.vault import open_reader

    query = "SELECT finished FROM fetches WHERE article IS NOT NULL ORDER BY id LIMIT 1 OFFSET ?"
    with open_reader(folder / "vault" / "monitor.db") as reader:
        counts = [pages * quarter // 4 for quarter in range(1, 5)]
        times = [datetime.fromisoformat(reader.query(query, (count - 1,))[0][0]) for count in counts]
    return [(count, (at - usage.began).total_seconds()) for count, at in zip(counts, times, strict=True)]


def growth(folder: Path, usage: Usage, pages: int) -> str:
    """What the processes held, in the mean of ten seconds, when each quarter of the pages was stored."""
    cells = []
    for count, until in quarters(folder, usage, pages):
        sizes = [sample[1:] for sample in usage.memory if until - 10 <= sample[0] <= until]
        parent, others = map(statistics.mean, zip(*sizes, strict=True))
        cells.append(f"{count:,}: parent {parent:.0f}, others {others:.0f}")
    return "  memory in MB after so many pages: " + "; ".join(cells)


def split(folder: Path, usage: Usage, pages: int, unit: float) -> str:
    """What a page costs while pages come, by the last three quarters; what start and end cost beside that."""
    (first, since), *_, (_, until) = quarters(folder, usage, pages)
    before, after = (max(sample for sample in usage.spent if sample[0] <= at) for at in (since, until))
    each = [(then - now) / (pages - first) for now, then in zip(before[1:], after[1:], strict=True)]
    fixed = [all_of_it - pages * one for all_of_it, one in zip(usage.spent[-1][1:], each, strict=True)]
    return (
        f"  a page, without start and end: parent {1000 * each[0]:.1f} ms, workers {1000 * each[1]:.1f}, all"
        f" {1000 * sum(each):.1f} = {1000 * sum(each) / unit:.2f} x trafilatura; start and end: parent {fixed[0]:.1f} s,"
        f" workers {fixed[1]:.1f}"
    )


def gated(folder: Path) -> str:
    """What became of the pages."""
    from monitor.vault import open_reader

    with open_reader(folder / "vault" / "monitor.db") as reader:
        closed = reader.query("SELECT count(*) FROM articles WHERE gate != ''")[0][0]
        relevant = reader.query("SELECT count(DISTINCT article) FROM verdicts WHERE relevant")[0][0]
        near = reader.query("SELECT count(DISTINCT article) FROM verdicts")[0][0]
    return f"  on the beat {relevant:,}, with a verdict or a near miss {near:,}, not extracted {closed:,}"


def costs(folder: Path, addresses: Sequence[str]) -> None:
    """What costs.toml has, over some of the pages, in this process: CPU time of a worker's task, of archive and store; bytes."""
    from monitor.crawl.parsing import init_worker, read_gated, warm_up
    from monitor.crawl.run import worker_context
    from monitor.model import Outcome, ParsedArticle
    from monitor.newsroom import catalogue

    data = catalogue.load(folder)
    init_worker(worker_context(data))
    warm_up()
    kinds: dict[str, list[tuple[str, bytes, ParsedArticle]]] = {}
    spent, unit = dict[str, float](), 0.0
    some = range(0, len(addresses), max(1, len(addresses) // 200))
    for number in some:
        body, url = (folder / "pages" / str(number)).read_bytes(), addresses[number]
        began = time.process_time()
        page = read_gated(body, url, "text/html", 200, datetime.now(UTC), data.outlet_of(url))
        read = time.process_time()
        assert isinstance(page, ParsedArticle), page
        kind = "closed" if page.gate else "topic" if page.verdicts else "other"
        kinds.setdefault(kind, []).append((url, body, page))
        spent[kind] = spent.get(kind, 0) + read - began
        extract(body, url)
        unit += time.process_time() - read
    print(f"  costs, CPU ms, over {len(some)} pages: trafilatura, by its defaults, {1000 * unit / len(some):.1f}")
    for kind, pages in kinds.items():
        fetched = [(url, "article", Outcome.ARTICLE, 200, body, page) for url, body, page in pages]
        said = _kept(folder / kind, data, fetched)
        print(f"    {kind}, {len(pages)}: a worker's task {1000 * spent[kind] / len(pages):.1f}, {said}")
    unchanged = [(source.feed, "feed", Outcome.UNCHANGED, 304, b"", None) for source in data.sources for _ in range(8)]
    print(f"    a poll of what has not changed: {_kept(folder / 'polls', data, unchanged)}", flush=True)


def _kept(folder: Path, data: Any, fetched: Sequence[tuple[str, str, Any, int, bytes, Any]]) -> str:
    """What archive and store take for each of these in a vault of its own, but for the first."""
    from monitor.archive import WarcWriter
    from monitor.archive.writer import pack
    from monitor.crawl.entries import frontier_entry
    from monitor.model import Fetch
    from monitor.vault import PollHints, Store

    headers = [("Content-Type", "text/html"), ("Date", "Mon, 30 Nov 2026 05:51:51 GMT"), ("Server", "press"), ("ETag", '"a"')]
    spent, sizes = [0.0, 0.0], list[tuple[int, int]]()

    def size() -> tuple[int, int]:
        store.db.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        return (folder / "monitor.db").stat().st_size, sum(path.stat().st_size for path in (folder / "warc").iterdir())

    folder.mkdir()
    with Store.open(folder / "monitor.db") as store, WarcWriter(folder / "warc") as archive:
        store.sync_sources(data.sources, data.families)
        run, source = store.begin_run("feeds", datetime.now(UTC)), data.sources[0]
        for number, (url, kind, outcome, status, body, page) in enumerate(fetched):
            if number == 1:
                spent, sizes = [0.0, 0.0], [size()]
            now, key = datetime.now(UTC), frontier_entry(url, kind).key
            began = time.process_time()
            capture = archive.append(pack(url, headers[:2], status, "", headers, body, now, ip="127.0.0.1"))
            packed = time.process_time()
            fetch = Fetch(url, source.id, kind, outcome, "", now, datetime.now(UTC), status, len(body), capture=capture)
            if page:
                store.save_article(run, fetch, page, key=key)
            else:
                store.save_fetch(run, fetch, key=key, hints=PollHints(now, "", '"a"'))
            spent[0] += packed - began
            spent[1] += time.process_time() - packed
        (before, after), many = (sizes[0], size()), len(fetched) - 1
    grown = [(then - now) / many for now, then in zip(before, after, strict=True)]
    cpu = f"archive {1000 * spent[0] / many:.2f}, store {1000 * spent[1] / many:.2f}"
    return f"{cpu}; bytes in the vault {grown[0]:,.0f}, in the archive {grown[1]:,.0f}"


# --- The whole -------------------------------------------------------------------------------------------------------------


async def save(addresses: Sequence[str], folder: Path) -> list[int]:
    """Keep each page's bytes; their sizes. The press has made each page then."""
    import aiohttp

    room = asyncio.Semaphore(AT_ONCE)
    (folder / "pages").mkdir()
    async with aiohttp.ClientSession() as session:

        async def one(number: int, url: str) -> int:
            async with room, session.get(url) as response:
                response.raise_for_status()
                return (folder / "pages" / str(number)).write_bytes(await response.read())

        return await asyncio.gather(*(one(number, url) for number, url in enumerate(addresses)))


def stored(folder: Path) -> int:
    from monitor.vault import open_reader

    with open_reader(folder / "vault" / "monitor.db") as reader:
        return int(reader.query("SELECT count(*) FROM articles")[0][0])


def compare(folder: Path, only: Sequence[str], news_please: str) -> None:
    addresses = json.loads((folder / ADDRESSES).read_text())
    sizes = asyncio.run(save(addresses, folder))
    print(
        f"{len(addresses):,} pages of {min(sizes) // 1000} to {max(sizes) // 1000} KB, {os.cpu_count()} cores,"
        f" load before {os.getloadavg()[0]:.1f}"
    )
    costs(folder, addresses)
    unit = 0.0
    for way in WAYS:
        if only and way not in {"trafilatura alone", *only}:
            continue
        python = news_please if way == "news-please" else sys.executable
        if way == "news-please" and not python:
            print("  news-please: left out, it is not installed (--news-please PYTHON names an environment that has it)")
            continue
        usage = measure([python, str(HERE), "--way", way, str(folder)])
        unit = unit or 1000 * sum(usage.cpu.values()) / len(addresses)
        print(row(way, usage, len(addresses), unit), flush=True)
        if way == "Povestka":
            print(split(folder, usage, len(addresses), unit), flush=True)
            print(growth(folder, usage, len(addresses)), flush=True)
            print(gated(folder), flush=True)
    if not only or "Povestka" in only:
        found = stored(folder)
        assert found == len(addresses), f"{found} of {len(addresses)} pages became articles"


def main() -> None:
    parser = argparse.ArgumentParser(description="What a page costs through the whole path, beside others.")
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--outlets", type=int, default=50)
    parser.add_argument("--relevant", type=float, default=0.05, help="share of the pages that are on the beat")
    parser.add_argument("--only", action="append", default=[], choices=list(WAYS), metavar="WAY")
    parser.add_argument("--news-please", default=sys.executable if importlib.util.find_spec("newsplease") else "")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--way", nargs=2, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.serve:
        serve(said.serve, said.outlets, said.pages // said.outlets, said.relevant)
    elif said.way:
        way, folder = said.way
        WAYS[way](json.loads((Path(folder) / ADDRESSES).read_text()), Path(folder))
    else:
        with tempfile.TemporaryDirectory() as folder:
            size = ["--outlets", str(said.outlets), "--pages", str(said.pages), "--relevant", str(said.relevant)]
            command = [sys.executable, str(HERE), "--serve", folder, *size]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as press:
                assert press.stdout is not None
                assert press.stdout.readline(), "the press did not start"
                compare(Path(folder), said.only, said.news_please)


if __name__ == "__main__":
    main()

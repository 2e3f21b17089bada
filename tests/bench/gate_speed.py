"""What the gate spares: CPU time of a worker a page, with it and without, beside trafilatura.

    python tests/bench/gate_speed.py [PAGES]

The pages are real ones of general outlets where the measured data lies beside the checkout, else those of the page tests. Each
is read in all ways, one after the other. CPU time of one core; trust the ratios.
"""

from __future__ import annotations

import cProfile
import gzip
import json
import logging
import pstats
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import trafilatura

from monitor.crawl.parsing import WorkerContext, init_worker, read_article, read_gated
from monitor.model import ParsedArticle
from monitor.newsroom import catalogue

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT.parent / "shared" / "bench" / "reading"
NOW = datetime.now(UTC)


def pages(count: int) -> Iterator[tuple[bytes, str]]:
    if BENCH.is_dir():
        rows = json.loads((BENCH / "truth.json").read_text("utf-8"))
        for row in rows[:: max(1, len(rows) // count)]:
            yield gzip.decompress((BENCH / row["file"]).read_bytes()), row["url"]
        return
    for folder in sorted((ROOT / "tests" / "pages").iterdir()):
        yield (folder / "page.html").read_bytes(), json.loads((folder / "source.json").read_text("utf-8"))["url"]


def trafilatura_alone(body: bytes, url: str) -> object:
    return trafilatura.extract(body, url=url)


def whole(body: bytes, url: str) -> object:
    return read_article(body, url, "text/html", 200, NOW)


def gated(body: bytes, url: str) -> object:
    return read_gated(body, url, "text/html", 200, NOW)


def profile(some: list[tuple[bytes, str]], work: Callable[[bytes, str], object]) -> None:
    """The functions of ours and of lxml's that take most, by their whole time."""
    profiler = cProfile.Profile()
    profiler.enable()
    for body, url in some:
        work(body, url)
    profiler.disable()
    stats = pstats.Stats(profiler)
    rows = sorted(stats.stats.items(), key=lambda item: -item[1][3])
    total = rows[0][1][3]
    shown = [
        (where, spent)
        for (file, _, name), (_, _, _, spent, _) in rows
        if "/monitor/read/" in file.replace("\\", "/") or "/monitor/judge/" in file or "/monitor/trace/" in file
        for where in [f"{Path(file).stem}.{name}"]
    ][:12]
    print("    " + ", ".join(f"{where} {spent / total:.0%}" for where, spent in shown))


def main(count: int) -> None:
    logging.disable(logging.CRITICAL)
    data = catalogue.load(ROOT / "data")
    init_worker(WorkerContext(data.topics, data.regions, data.towns, data.outlets))
    some = list(pages(count))
    ways = (trafilatura_alone, whole, gated)
    whole(*some[0])
    spent, closed, closed_ms, became = Counter[str](), 0, Counter[str](), Counter[str]()
    for body, url in some:
        taken = {}
        for way in ways:
            began = time.process_time()
            said = way(body, url)
            taken[way.__name__] = time.process_time() - began
        spent.update(taken)
        is_closed = isinstance(said, ParsedArticle) and bool(said.gate)
        became["closed" if is_closed else "read" if isinstance(said, ParsedArticle) else "refused"] += 1
        if is_closed:
            closed += 1
            closed_ms.update(taken)
    size = sum(len(body) for body, _ in some) // len(some) // 1000
    print(f"{len(some)} pages of {size} KB: {', '.join(f'{n} {what}' for what, n in became.most_common())}")
    for what, times, number in ("all", spent, len(some)), ("closed", closed_ms, closed):
        unit = times["trafilatura_alone"]
        for way in ways if number else ():
            name = way.__name__.replace("_", " ")
            took = times[way.__name__]
            print(f"  {what:7}{name:20}{1000 * took / number:7.1f} ms a page = {took / unit:4.2f} x trafilatura")
    for way in ways[1:]:
        print(f"  shares of {way.__name__}, by whole time:")
        profile(some[:100], way)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)

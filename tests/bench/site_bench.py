"""`make bench-site`: how fast the site answers over a million articles, and what publishing them costs.

    python tests/bench/site_bench.py [ARTICLES] [--each PAGES] [--keep FOLDER]

Builds the vault (tests/bench/big_vault.py), publishes it as a person would, serves it, and asks for every kind of page that the
site's own links lead to, so many of each kind, and for what its forms ask: searches, and days. Then it asks stock Datasette, with
its default settings, the same of the same rows without our indexes and summaries. Exits 1 where a kind of page is over its limit
at the 95th percentile, or the snapshot is.

The time is that of the whole answer, as a reader waits for it, on this machine with whatever else it does; `cpu` is what the
server spent, which depends on nothing else. The start of the server is told and not counted.
"""

from __future__ import annotations

import argparse
import itertools
import math
import os
import random
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

import big_vault

MONITOR = [sys.executable, "-m", "monitor.cli"]
LIMIT_MS, HOME_LIMIT_MS = 200, 100
SNAPSHOT_SECONDS, SNAPSHOT_MB, UNCHANGED_SECONDS = 300, 300, 5
WALK_SECONDS = 720
"""Of the 25 minutes that all of it may take; what is left out of each kind is told."""
AT = 1_000_000
"""Articles that the limits are for."""
STOCK = "import sys; sys._called_from_test = True; from datasette.cli import cli; cli()"
"""Datasette without plugins, ours neither: of this version its tests alone can ask for that."""
SEARCHES = {
    "a common word": ["призыв", "повестка", "городе", "conscripts"],
    "words": ["повестка военкомат", "призыв OR повестка", "title:повестки", "юрист призыв"],
    "a phrase": ['"военный комиссариат"', '"draft notices"', '"весенний призыв"'],
    "nearness, wildcards, NOT": ["повестка NEAR/3 военкомат", "повест*", "призыв NOT повестка", "военкомат SENTENCE призыв"],
    "what is known of it": ["lang:uk", "region:RU-MOW повестка", "outlet:*001", "date:2025-03 призыв"],
    "words that nothing has": ["динозавр", '"повестка динозавр"'],
}


DAYS = ["_from=2026-05-11&_to=2026-05-17", "_from=2025-05-19", "_to=2023-12-31", "_from=2020-01-01&_to=2026-12-31"]
"""A week, a year, the first half of the years, and all of them."""


class Answer(NamedTuple):
    """What one page took and cost."""

    ms: float
    cpu: float
    path: str


class Links(HTMLParser):
    """The addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attributes if tag == "a" and name == "href" and value]


class Server:
    """A server that runs, and what its answers cost."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def get(self, path: str) -> tuple[str, float, float, int]:
        """The page, the ms that it took, the ms of CPU that it cost, and its status."""
        url = f"http://127.0.0.1:{self.port}{quote(path, safe='/?&=%~,:+@!$*();')}"
        began, cpu = time.perf_counter(), self._cpu()
        try:
            with urllib.request.urlopen(url, timeout=120) as answer:
                page, status = answer.read().decode(), answer.status
        except urllib.error.HTTPError as error:
            page, status = error.read().decode(), error.code
        return page, 1000 * (time.perf_counter() - began), self._cpu() - cpu, status

    def _cpu(self) -> float:
        """Of all its threads: https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat"""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


@contextmanager
def serving(command: list[str], port: int) -> Iterator[Server]:
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        server = Server(process, port)
        while True:
            if process.poll() is not None:
                sys.exit(f"bench: {' '.join(command)} ended with {process.returncode}")
            try:
                server.get("/")
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        print(f"started, with its first page: {time.perf_counter() - began:.1f} s")
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def kind_of(path: str) -> str:
    """What pages of one template and query have in common: the path without ids, the names of what is asked."""
    parts = urlsplit(path)
    where = re.sub(r"^(/public/\w+)/.+", r"\1/ID", parts.path)
    # Not the language or the zone of the page, nor how many values of a facet it shows: the same is asked.
    names = sorted(
        {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)} - {"_lang", "_tz", "_saved", "_facet_size"}
    )
    return f"{where}{'?' if names else ''}{'&'.join(names)}"


def walk(server: Server, each: int, measured: dict[str, list[Answer]], seconds: float = math.inf) -> None:
    """Every link from the home page on, up to `each` of a kind: one of each kind in turn, so that all have had as many where the
    time is over, and of those that wait any, so that what is linked first is not favoured."""
    chance = random.Random(0)
    until = time.monotonic() + seconds
    waiting, known = defaultdict[str, list[str]](list, {kind_of("/"): ["/"]}), {"/"}
    asked = defaultdict[str, int](int)
    while ready := [kind for kind, paths in waiting.items() if paths and asked[kind] < each]:
        if time.monotonic() > until:
            most = max(asked.values())
            print(
                f"the walk was ended after {seconds:.0f} s: at most {most} pages of a kind, of {len(ready)} kinds there are more"
            )
            return
        for kind in ready:
            asked[kind] += 1
            path = waiting[kind].pop(chance.randrange(len(waiting[kind])))
            for link in follow(server, path, measured[kind]):
                if link not in known:
                    known.add(link)
                    waiting[kind_of(link)].append(link)


def follow(server: Server, path: str, answers: list[Answer]) -> list[str]:
    """Asks for a page; the pages of the site that it links to."""
    page, took, cpu, status = server.get(path)
    if status != 200:
        sys.exit(f"bench: the site links to {path}, which answers {status}")
    answers.append(Answer(took, cpu, path))
    links = Links()
    links.feed(page)
    found = []
    for link in links.found:
        parts = urlsplit(link)
        if parts.netloc not in ("", f"127.0.0.1:{server.port}") or not parts.path:
            continue
        # A file of all rows takes the time of its rows.
        if parts.path.endswith(".csv") or parts.path.startswith("/-/"):
            continue
        found.append(f"{parts.path}{'?' if parts.query else ''}{parts.query}")
    return found


def searches(server: Server, measured: dict[str, list[Answer]]) -> None:
    for kind, queries in SEARCHES.items():
        for query in queries:
            for more in ("", "&language=ru", "&topics__arraycontains=summons", "&outlet=Outlet 007"):
                path = f"/public/coverage?_q={query}{more}"
                _, took, cpu, status = server.get(path)
                assert status == 200
                measured[f"search: {kind}"].append(Answer(took, cpu, path))


def days(server: Server, measured: dict[str, list[Answer]]) -> None:
    """What the form for days on every table of articles asks for: no link leads there."""
    for table, narrowed in (("coverage", "&language=ru&outlet=Outlet 000"), ("coverage", "&_q=повестка"), ("near_misses", "")):
        for clock, asked in itertools.product(("published", "first_seen", "first_fetched", "feed_date", "modified"), DAYS):
            for more in {"", narrowed}:
                path = f"/public/{table}?_clock={clock}&{asked}{more}"
                _, took, cpu, status = server.get(path)
                assert status == 200
                measured[f"/public/{table}, days{' and a search' if '_q' in more else ''}"].append(Answer(took, cpu, path))


def deep(server: Server, public: Path, measured: dict[str, list[Answer]]) -> None:
    """Pages that a reader comes to after thousands of "next page", and after those of a filter."""
    with closing(sqlite3.connect(f"file:{public}?immutable=1", uri=True)) as db:
        for share in (0.1, 0.5, 0.9, 0.98):
            sql = "SELECT published, article FROM coverage WHERE rowid = (SELECT cast(max(rowid) * ? AS INTEGER) FROM coverage)"
            published, article = db.execute(sql, (share,)).fetchone()
            following = f"_next={published.replace(':', '~3A').replace('.', '~2E')},{article}"
            for narrowed in ("", "language=ru&", "outlet=Outlet 000&", "regions__arraycontains=RU-MOW&", "_q=призыв&"):
                path = f"/public/coverage?{narrowed}_sort_desc=published&{following}"
                _, took, cpu, status = server.get(path)
                assert status == 200
                measured["/public/coverage, deep in"].append(Answer(took, cpu, path))


def stock(public: Path, folder: Path) -> None:
    """The same rows, and nothing that we do for speed; served as Datasette is by default."""
    plain = folder / "stock.db"
    plain.unlink(missing_ok=True)
    with closing(sqlite3.connect(plain)) as db:
        db.execute("ATTACH ? AS public", (str(public),))
        db.execute("PRAGMA journal_mode = OFF")
        for table in ("coverage", "near_misses", "skipped", "verdicts", "places"):
            (sql,) = db.execute("SELECT sql FROM public.sqlite_master WHERE name = ?", (table,)).fetchone()
            db.execute(re.sub(r" REFERENCES \w+ \(\w+\)", "", sql))
            db.execute(f"INSERT INTO {table} SELECT * FROM public.{table}")
        db.commit()
    facets = "_facet=outlet&_facet=language&_facet=week&_facet_array=topics&_facet_array=regions"
    weeks = "select week, r.value as region, count(*) from coverage, json_each(regions) r group by 1, 2 order by 1 desc limit 200"
    copied = (
        "select copy_group, count(distinct outlet) as n from coverage where copy_group <> '' group by 1 order by 2 desc limit 100"
    )
    pages = {
        "a table": "/stock/coverage?_sort_desc=published",
        "a table with our facets": f"/stock/coverage?_sort_desc=published&{facets}",
        "one outlet, with our facets": f"/stock/coverage?outlet=Outlet 007&_sort_desc=published&{facets}",
        "one region, with our facets": f"/stock/coverage?regions__arraycontains=RU-MOW&_sort_desc=published&{facets}",
        "a word": "/stock/coverage?title__contains=повестк&_sort_desc=published",
        "skipped, with our facets": "/stock/skipped?_sort_desc=fetch&_facet=outcome&_facet=outlet",
        "weeks and regions": f"/stock?sql={weeks}",
        "most copied": f"/stock?sql={copied}",
    }
    port = free_port()
    command = [sys.executable, "-c", STOCK, "serve", str(plain), "--port", str(port)]
    with serving(command, port) as server:
        print(f"{'stock Datasette, default settings':60} {'median':>8} {'max':>8} {'cpu':>8}  ms of 3")
        for name, path in pages.items():
            answers = [server.get(path) for _ in range(3)]
            late = sum(
                "took too long" in page or "interrupted" in page.lower() or status != 200 for page, _, _, status in answers
            )
            partly = sum("These facets timed out" in page or "facets timed out" in page.lower() for page, *_ in answers)
            said = "  GIVES UP" if late else "  facets left out" if partly else ""
            took, cpu = [answer[1] for answer in answers], [answer[2] for answer in answers]
            print(f"{name:60} {statistics.median(took):8.0f} {max(took):8.0f} {statistics.median(cpu):8.0f}{said}", flush=True)


def percentile(values: Iterable[float]) -> float:
    """The 95th: https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method"""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


def publish(vault: Path, folder: Path) -> bool:
    """Publishes twice; whether the first kept its limits and the second cost nothing."""
    fine = True
    for name, limit in (("snapshot", SNAPSHOT_SECONDS), ("snapshot of the unchanged vault", UNCHANGED_SECONDS)):
        began = time.perf_counter()
        process = subprocess.Popen([*MONITOR, "--db", str(vault), "publish", str(folder)], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit("bench: publishing failed")
        seconds, mb = time.perf_counter() - began, usage.ru_maxrss / 1024
        over = "" if seconds < limit and mb < SNAPSHOT_MB else "  OVER"
        cpu = usage.ru_utime + usage.ru_stime
        print(f"{name}: {seconds:.1f} s, {cpu:.1f} s of CPU, {mb:.0f} MB at most{over}", flush=True)
        fine = fine and not over
    return fine


def measure(articles: int, each: int, folder: Path) -> bool:
    vault, public = folder / "monitor.db", folder / "public"
    if not vault.exists():
        began = time.perf_counter()
        # In a process of its own: what it takes of the memory is no part of what publishing takes.
        subprocess.run([sys.executable, big_vault.__file__, str(articles), str(vault)], stdout=subprocess.DEVNULL, check=True)
        print(
            f"vault of {articles:,} articles: {time.perf_counter() - began:.0f} s, {vault.stat().st_size / 1e9:.1f} GB",
            flush=True,
        )
    fine = publish(vault, public)
    print(f"public.db: {(public / 'public.db').stat().st_size / 1e9:.1f} GB")
    measured: dict[str, list[Answer]] = defaultdict(list)
    port = free_port()
    with serving([*MONITOR, "serve", str(public), "--port", str(port)], port) as server:
        server.get("/public/coverage?_q=повестка OR повістка OR draft")  # loads the dictionaries
        walk(server, 1, defaultdict(list))  # what lies in no cache yet is the start's
        walk(server, each, measured, WALK_SECONDS)
        searches(server, measured)
        days(server, measured)
        deep(server, public / "public.db", measured)
    print(f"\n{'kind of page':60} {'n':>4} {'median':>8} {'p95':>8} {'max':>8} {'cpu p95':>8}  ms")
    for kind, values in sorted(measured.items()):
        took, cpu = [value.ms for value in values], percentile(value.cpu for value in values)
        late = percentile(took) >= (HOME_LIMIT_MS if kind == "/" else LIMIT_MS)
        fine = fine and not late
        shown = kind if len(kind) <= 60 else f"{kind[:59]}…"
        print(
            f"{shown:60} {len(took):4} {statistics.median(took):8.0f} {percentile(took):8.0f} {max(took):8.0f} {cpu:8.0f}"
            f"{'  OVER' if late else ''}"
        )
        if late:
            print(f"    the slowest: {max(values).path}")
    print(flush=True)
    stock(public / "public.db", folder)
    return fine


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the site answers over very many articles.")
    parser.add_argument("articles", type=int, nargs="?", default=AT)
    parser.add_argument("--each", type=int, metavar="PAGES", default=20, help="of a kind; 20 by default")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where vault and snapshot lie, or are to be left")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as made:
        folder = given.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        fine = measure(given.articles, given.each, folder)
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()

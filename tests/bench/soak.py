"""An hour under attack: three hostile outlets, ten honest ones and five visitors, on this machine alone.

    python tests/bench/soak.py [--minutes 60]

Ten honest outlets publish an article a minute each. Three hostile ones answer, whenever they are asked, with what once stopped a
crawl: gzip members without end, feeds of thousands of entries on hosts that never answer, near-copies of long texts. `monitor
watch --publish` crawls and publishes; `monitor serve` serves; five visitors ask for pages without a pause of more than a
second, one of them with queries that are expensive to compile or to match.

Prints, and fails where it does not hold: every honest article that was announced five minutes before the end is stored; the home
page's 95th percentile is under 300 ms; no visitor got a 5xx; the memory of the site and of the crawls in the last third is that
of the second third.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import multiprocessing
import os
import random
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
MONITOR = [sys.executable, "-m", "monitor.cli"]
HONEST = [f"127.0.8.{n}" for n in range(1, 11)]
HOSTILE = ["127.0.8.21", "127.0.8.22", "127.0.8.23"]
SILENT = "127.0.9"
"""Hosts of this network take a connection and never answer."""
EVERY = 60.0
"""Seconds between two articles of an honest outlet."""
HOME_LIMIT_MS = 300
LEAST_LATE = 300
"""Seconds before the end: what was announced before that has to be stored."""
BOMB = gzip.compress(gzip.compress(b"") * 1_000_000)
"""A million empty members, packed once more."""
WORDS = [
    "bus",
    "clerk",
    "door",
    "evening",
    "field",
    "garden",
    "harbour",
    "island",
    "journal",
    "kitchen",
    "letter",
    "market",
    "night",
    "office",
    "paper",
    "quarter",
    "river",
]


def page(title: str, text: str) -> bytes:
    when = datetime.now(UTC).isoformat()
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title><meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='{when}'></head>"
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def honest_page(host: str, number: int) -> bytes:
    rand = random.Random(f"{host}{number}")
    sentences = [" ".join(rand.choices(WORDS, k=12)).capitalize() + "." for _ in range(30)]
    sentences.insert(
        3, f"The clerk said that military summons number {number} had been handed to a man in the village of Nowhere."
    )
    return page(
        f"Summons number {number} of {host}", "".join(f"<p>{' '.join(sentences[i : i + 5])}</p>" for i in range(0, 30, 5))
    )


def feed(addresses: list[str]) -> bytes:
    items = "".join(f"<item><title>Item</title><link>{url}</link><guid>{url}</guid></item>" for url in addresses)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Outlet</title>{items}</channel></rss>'.encode()


class Web:
    """The outlets. `announced` has, of each article of an honest outlet, when it was first in its feed."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.announced: dict[str, float] = {}
        self.port = 0
        self.polls = 0

    async def start(self) -> None:
        first = socket.create_server((HONEST[0], 0))
        self.port = first.getsockname()[1]
        others = [socket.create_server((host, self.port)) for host in [*HONEST[1:], *HOSTILE]]
        silent = [socket.create_server((f"{SILENT}.{n}", self.port)) for n in range(1, 60)]
        for sock in [first, *others]:
            await asyncio.start_server(self.serve, sock=sock)
        for sock in silent:
            await asyncio.start_server(self.hang, sock=sock)

    async def hang(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3600)
        writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            host = writer.get_extra_info("sockname")[0]
            status, type_, body, packed = self.answer(host, head.split(" ")[1])
            packing = f"Content-Encoding: {packed}\r\n" if packed else ""
            writer.write(
                f"HTTP/1.1 {status} Word\r\nContent-Type: {type_}\r\n{packing}Content-Length: {len(body)}\r\n"
                "Connection: close\r\n\r\n".encode()
                + body
            )
            await writer.drain()
        writer.close()

    def answer(self, host: str, path: str) -> tuple[int, str, bytes, str]:
        base, html, rss = f"http://{host}:{self.port}", "text/html; charset=utf-8", "application/rss+xml"
        if path == "/robots.txt":
            return 404, html, b"", ""
        if host in HONEST:
            if path == "/feed":
                count = int((time.monotonic() - self.began) / EVERY) + 1
                addresses = [f"{base}/news/{n}" for n in range(max(0, count - 50), count)]
                for address in addresses:
                    self.announced.setdefault(address, time.monotonic())
                return 200, rss, feed(addresses), ""
            return 200, html, honest_page(host, int(path.rsplit("/", 1)[1])), ""
        self.polls += 1
        return {HOSTILE[0]: self.bombs, HOSTILE[1]: self.flood, HOSTILE[2]: self.copies}[host](base, path)

    def bombs(self, base: str, path: str) -> tuple[int, str, bytes, str]:
        if path == "/feed":
            return 200, "application/rss+xml", feed([f"{base}/bomb/{self.polls}/{n}" for n in range(200)]), ""
        return 200, "text/html", BOMB, "gzip, gzip"

    def flood(self, base: str, path: str) -> tuple[int, str, bytes, str]:
        if path == "/feed":
            hosts = [f"http://{SILENT}.{n % 59 + 1}:{self.port}/{self.polls}/{n}" for n in range(10_000)]
            names = [f"http://h{n}.silent.invalid/{self.polls}" for n in range(10_000)]
            return 200, "application/rss+xml", feed([*hosts, *names]), ""
        return 404, "text/html", base.encode(), ""

    def copies(self, base: str, path: str) -> tuple[int, str, bytes, str]:
        if path == "/feed":
            return 200, "application/rss+xml", feed([f"{base}/copy/{self.polls}/{n}" for n in range(60)]), ""
        rand = random.Random(7)
        words = ["military summons", *rand.choices(WORDS, k=100_000)]
        mine = random.Random(path)
        for _ in range(500):
            words[mine.randrange(len(words))] = "otherwise"
        return (
            200,
            "text/html",
            page("A long text", "".join(f"<p>{' '.join(words[i : i + 80])}.</p>" for i in range(0, len(words), 80))),
            "",
        )


def newsroom(folder: Path, port: int) -> None:
    (folder / "topics").mkdir(parents=True)
    (folder / "topics" / "summons.toml").write_text(
        'id = "summons"\ntitle = { en = "Summons", ru = "Повестки", uk = "Повістки" }\nthreshold = 1.0\n'
        'query = [\'"military summons"\']\n[[example]]\ntext = "A military summons."\nlanguage = "en"\nrelevant = true\n',
        "utf-8",
    )
    (folder / "families.csv").write_text("id,kind,outlets\n", "utf-8")
    for name in ("regions.csv", "towns.csv"):
        (folder / name).write_bytes((CHECKOUT / "data" / name).read_bytes())
    lines = ["id,outlet,home,language,country,kind,feed,status,doubt,sitemap,aliases,every\n"]
    for number, host in enumerate([*HONEST, *HOSTILE]):
        base = f"http://{host}:{port}"
        lines.append(f"o{number},Outlet {number},{base}/,en,RU,independent,{base}/feed,listed,,,,5\n")
    (folder / "sources.csv").write_text("".join(lines), "utf-8")


def memory(pid: int) -> dict[str, int]:
    """MB of a process and its descendants, by the first words of their command line."""
    found: dict[str, int] = {}
    children = subprocess.run(["ps", "-eo", "pid,ppid,rss,args"], capture_output=True, text=True, check=True).stdout.splitlines()[
        1:
    ]
    rows = [line.split(None, 3) for line in children]
    mine = {pid}
    for _ in range(6):
        mine |= {int(row[0]) for row in rows if int(row[1]) in mine}
    for row in rows:
        if int(row[0]) in mine:
            kind = (
                "crawl"
                if " crawl" in row[3]
                else "publish"
                if " publish" in row[3]
                else "watch"
                if " watch" in row[3]
                else "serve"
            )
            found[kind] = max(found.get(kind, 0), int(row[2]) // 1024)
    return found


def ask(url: str) -> tuple[int, float]:
    """Status and milliseconds."""
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            answer.read()
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError:
        status = 0
    return status, (time.perf_counter() - began) * 1000


QUERIES = (
    " NEAR/5 ".join(["a"] * 26), "-" * 5000 + "a", "NOT " * 2000 + "a", "(" * 500 + "summons" + ")" * 500, '"clerk said"~20',
    "summons", " OR ".join(WORDS * 20),
)  # fmt: skip


def visit(base: str, until: float, hostile: bool) -> tuple[list[float], dict[int, int]]:
    """One visitor: of each visit of the home page the milliseconds that it took, and how often each status was had.

    Each in a process of its own: in the outlets', which make up their pages as they are asked, visits were late by that.
    """
    times: list[float] = []
    statuses: dict[int, int] = {}
    rand = random.Random(str(hostile))
    while time.monotonic() < until:
        query = urllib.parse.urlencode({"_q": rand.choice(QUERIES) if hostile else "summons"})
        for path in ("/", "/public/coverage", "/public/gaps", "/public/skipped", f"/public/coverage?{query}"):
            status, took = ask(f"{base}{path}")
            statuses[status] = statuses.get(status, 0) + 1
            if path == "/" and status == 200:
                times.append(took)
        time.sleep(rand.random())
    return times, statuses


def run(minutes: float, folder: Path) -> bool:
    web, loop = Web(), asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    asyncio.run_coroutine_threadsafe(web.start(), loop).result()
    data, site = folder / "data", folder / "site"
    newsroom(data, web.port)
    environment = os.environ | {
        "MONITOR_ALLOW_ADDRESSES": "127.0.8.0/23", "MONITOR_DELAY": "0", "MONITOR_CONTACT": "desk@newsroom.example",
    }  # fmt: skip
    began = time.monotonic()
    end = began + minutes * 60
    with (folder / "watch.log").open("w") as log:
        watch = subprocess.Popen(
            ["nice", "-n", "10", *MONITOR, "--data", str(data), "watch", "--publish", str(site)],  # as its systemd unit does
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        samples: list[tuple[float, dict[str, int]]] = []
        while not (site / "public.db").exists() and time.monotonic() < end:
            time.sleep(1)
            if not samples or time.monotonic() > samples[-1][0] + 20:
                samples.append((time.monotonic(), memory(watch.pid)))
        print(f"the first site after {time.monotonic() - began:.0f} s")
        port = _free_port()
        serve = subprocess.Popen([*MONITOR, "--data", str(data), "serve", str(site), "--port", str(port)], stdout=log, stderr=log)
        base = f"http://127.0.0.1:{port}"
        _wait(lambda: ask(f"{base}/")[0] == 200, end)
        pool = ProcessPoolExecutor(5, mp_context=multiprocessing.get_context("spawn"))
        visitors = [pool.submit(visit, base, end, number == 0) for number in range(5)]
        while time.monotonic() < end:
            time.sleep(min(20, max(0, end - time.monotonic())))
            samples.append((time.monotonic(), memory(watch.pid) | memory(serve.pid)))
        visits = [visitor.result() for visitor in visitors]
        pool.shutdown()
        os.killpg(watch.pid, signal.SIGTERM)
        stopped = time.monotonic()
        watch.wait(timeout=180)
        print(f"watch ended {time.monotonic() - stopped:.0f} s after SIGTERM, with {watch.returncode}")
        serve.terminate()
        serve.wait(timeout=60)
    return _figures(data / "monitor.db", web, visits, samples, began, end)


def _figures(
    vault: Path,
    web: Web,
    visits: list[tuple[list[float], dict[int, int]]],
    samples: list[tuple[float, dict[str, int]]],
    began: float,
    end: float,
) -> bool:
    with closing(sqlite3.connect(f"file:{vault}?mode=ro", uri=True)) as db:
        stored = {url for (url,) in db.execute("SELECT url FROM articles")}
        runs = db.execute("SELECT count(*) FROM runs").fetchone()[0]
        outcomes = db.execute("SELECT outcome, count(*) FROM fetches GROUP BY 1 ORDER BY 2 DESC").fetchall()
    due = {url for url, when in web.announced.items() if when < end - LEAST_LATE}
    lost = due - stored
    print(f"{runs} runs; honest articles: {len(due)} announced in time, {len(lost)} of them not stored")
    print("requests: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes))
    took = sorted(ms for times, _ in visits for ms in times)
    statuses = sum((Counter(had) for _, had in visits), Counter[int]())
    p95 = took[int(0.95 * len(took))] if took else float("inf")
    median = statistics.median(took) if took else 0
    print(f"home: {len(took)} visits, median {median:.0f} ms, p95 {p95:.0f} ms; statuses {dict(statuses)}")
    third = (end - began) / 3
    flat = True
    for kind in ("watch", "crawl", "serve"):
        second = [sample[kind] for at, sample in samples if kind in sample and began + third <= at < began + 2 * third]
        last = [sample[kind] for at, sample in samples if kind in sample and at >= began + 2 * third]
        if not second or not last:
            print(f"memory of {kind}: not seen in both thirds")
            flat = False
            continue
        peak, later = max(second), max(last)
        flat = flat and later <= 1.2 * peak + 20
        print(f"memory of {kind}: {peak} MB at most in the second third, {later} in the last")
    return not lost and p95 < HOME_LIMIT_MS and flat and max(statuses) < 500


def _wait(is_so: Callable[[], bool], until: float) -> None:
    while not is_so() and time.monotonic() < until:
        time.sleep(1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description="An hour under attack.")
    parser.add_argument("--minutes", type=float, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fine = run(given.minutes, Path(folder))
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()

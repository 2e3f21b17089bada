"""`make bench-growth`: what work costs as the vault grows, in one table.

    python tests/bench/growth.py [ARTICLES ...] [--keep FOLDER]      500 1,500 4,500 and 13,500 stored articles by default

The press serves 500 articles of 20 outlets, all on the beat, and a crawl stores them: that is the first vault. The others are it,
multiplied: each row of each table again under ids of its own, each copy of all of them some days before the one after it, with
its former rows as the triggers keep them. So no table is left out and nothing is stored that a crawl would not store, but: copies
are no copies of each other, though their texts are the same (their fingerprints are moved apart), and outlets and speakers stay
as many as they were.

Into each vault, and into an empty one, a crawl brings the same 100 new articles. Then `monitor status`, `alert`, `publish` and
`export coverage` run, each in a process of its own. "copies" and "stories" are parts of such a crawl by themselves: what is done
to find copies while 100 articles of story_growth.py are stored, and the stories that they change.

CPU time of a process and its children, and the most memory of any of them; wall time is no measure on a machine that does other
things. The ratio beside each is to the smallest vault; the slope is that of log time over log articles between the two largest:
0 is flat, 1 grows as the vault does. `publish` and `export` write all that is stored.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from story_growth import reports, save

from monitor.derive.stories import update_stories
from monitor.newsroom import catalogue
from monitor.press import load
from monitor.press.data import write_data
from monitor.press.server import Press
from monitor.press.world import MOMENTS
from monitor.vault import Store

SIZES = (500, 1_500, 4_500, 13_500)
OUTLETS, NEW = 20, 100
BASE = SIZES[0]
SPAN = timedelta(days=5)
"""Of the first vault's articles: a hundred a day."""
ENVIRONMENT = {"MONITOR_ALLOW_ADDRESSES": "127.0.0.0/8", "MONITOR_DELAY": "0", "MONITOR_CONTACT": "desk@newsroom.example"}
MONITOR = [sys.executable, "-m", "monitor.cli"]
ALERTS = """
[[alert]]
id = "new"
about = "article"
to = ["atom:new.xml"]
[[alert]]
id = "spreading"
about = "spread"
outlets = 2
to = ["atom:spreading.xml"]
[[alert]]
id = "edited"
about = "edit"
to = ["atom:edited.xml"]
[[alert]]
id = "blind"
about = "gap"
to = ["atom:blind.xml"]
"""

# Tables that grow with the outlets and the runs, or that hold only what is still to be done.
LEFT = frozenset({
    "runs", "sources", "families", "feeds", "hosts", "expectations", "evidence_logged", "moments", "messages", "story_digest",
    "changed_articles", "changed_statements", "changed_speakers", "unread", "unpolled", "new_looks", "speaker_names",
    "former_ids", "speaker_name_counts", "newsroom_digests",
})  # fmt: skip
NAMES = frozenset({
    "key", "url", "canonical", "guid", "article", "copy_group", "original", "story", "from_story", "to_story", "alike_article",
    "first_article", "rival", "other",
})  # fmt: skip
"""Columns that name an article, a story or an address and refer to no table."""
NUMBERS = {
    ("story_items", "number"), ("story_pairs", "a"), ("story_pairs", "b"), ("wordings", "part"), ("story_moves", "number"),
    ("copy_groups", "number"),
}  # fmt: skip
"""Numbers that are counted through a table, and refer to none by their declaration."""


class Recent(load.LoadWorld):
    """A world whose articles are of some time before a moment, all on the beat: those cost most, at every verb."""

    def __init__(self, outlets: int, articles: int, seed: int, until: datetime, span: timedelta) -> None:
        super().__init__(outlets, articles, seed, relevant=1)
        self._until, self._span = until, span

    def _published(self, outlet: int, number: int) -> datetime:
        age = self._span / self.articles * (number + outlet / len(self.outlets))
        return (self._until - age - timedelta(minutes=1)).astimezone(load._ZONE).replace(microsecond=0)


class Cost(NamedTuple):
    """CPU seconds, and the most MB of a process."""

    seconds: float
    memory: float = 0


def run(data: Path, *arguments: str, at: datetime | None = None) -> Cost:
    environment = os.environ | ENVIRONMENT | ({"MONITOR_CLOCK": at.isoformat()} if at else {})
    process = subprocess.Popen([*MONITOR, "--data", str(data), *arguments], env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if (code := os.waitstatus_to_exitcode(status)) not in (0, 3):
        sys.exit(f"growth: monitor {' '.join(arguments)} ended with {code}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def crawled(data: Path, world: Recent, port: int, at: datetime) -> tuple[Cost, int]:
    """Crawl all of a world; what it cost, and the port that it was on."""
    with Press(port, at, world) as press:
        write_data(data, press.port, world=world)
        (data / "alerts.toml").write_text(ALERTS, "utf-8")
        return run(data, "crawl", "--all", at=at), press.port


def stored(data: Path) -> int:
    with closing(sqlite3.connect(data / "monitor.db")) as db:
        return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])


def multiply(path: Path, times: int) -> None:
    """Put so many copies, less one, of all that a vault holds before it."""
    with Store.open(path) as store:
        db = store.db
        db.pragma("synchronous = OFF")
        db.pragma("foreign_keys = OFF")
        named = [row["name"] for row in db.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        tables = [name for name in named if name not in LEFT and not name.startswith(("was_", "sqlite_"))]
        for table in tables:
            db.raw.execute(f"CREATE TEMP TABLE base_{table} AS SELECT * FROM main.{table}")
        shown = {table: _columns(store, table) for table in tables}
        for copy in range(1, times):
            with store.db.transaction():
                for table in tables:
                    db.change(f"INSERT INTO main.{table} SELECT {shown[table]} FROM base_{table}", (copy,))
        # What the triggers noted is as it was for the first.
        for table in ("changed_articles", "changed_statements", "changed_speakers"):
            db.change(f"DELETE FROM {table}")
        db.change("UPDATE evidence_logged SET value = (SELECT max(id) FROM fetches) WHERE what = 'text'")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _columns(store: Store, table: str) -> str:
    """What the nth copy (?1) of a row is, column by column."""
    db = store.db
    refers = {row["from"]: row["table"] for row in db.rows("SELECT * FROM pragma_foreign_key_list(?)", (table,))}
    columns = db.rows("SELECT name, type, pk FROM pragma_table_info(?)", (table,))
    keys = [row["name"] for row in columns if row["pk"]]

    def most(of: str, column: str) -> int:
        (row,) = db.rows(f'SELECT coalesce(max("{column}"), 0) + 1 AS n FROM {of}')
        return int(row["n"])

    said = []
    for row in columns:
        name, quoted = row["name"], f'"{row["name"]}"'
        to = refers.get(name)
        if name == "band":
            said.append("band / 2 + ?1 * 2199023255579")  # nothing else has these: copies are not compared with each other
        elif to in ("fetches", "wordings"):
            said.append(f"{quoted} + ?1 * {most(to, 'id')}")
        elif (table, name) in NUMBERS or (row["type"] == "INTEGER" and keys == [name]):
            counted = {"story_pairs": ("story_items", "number"), "wordings": ("wordings", "id")}.get(table, (table, name))
            said.append(f"{quoted} + ?1 * {most(*counted)}")
        elif row["type"] != "TEXT":
            said.append(quoted)
        elif (
            to == "articles"
            or name in NAMES
            or (table, name) in {("articles", "id"), ("wordings", "digest"), ("story_items", "text")}
        ):
            said.append(f"iif({quoted} = '', '', {quoted} || '-' || ?1)")
        else:
            earlier = f"strftime('%Y-%m-%dT%H:%M:%f000Z', {quoted}, '-' || ({SPAN.days} * ?1) || ' days')"
            said.append(f"iif({quoted} GLOB '20[0-9][0-9]-[01][0-9]-[0-3][0-9]T*Z', {earlier}, {quoted})")
    return ", ".join(said)


def parts(data: Path) -> Mapping[str, Cost]:
    """What copies and stories cost of storing 100 articles, in the vault's own process."""
    with Store.open(data / "monitor.db") as store:
        store.db.pragma("synchronous = OFF")
        now = MOMENTS[2] + timedelta(hours=1)
        vocabulary = catalogue.load(data).vocabulary  # by another one all would be grouped anew
        update_stories(store, now, vocabulary)  # whatever is still to be done
        began = time.process_time()
        save(store, store.begin_run("feeds", now), reports(NEW, MOMENTS[2], now, 1), 0)
        copies = time.process_time() - began
        began = time.process_time()
        update_stories(store, now, vocabulary)
        return {"copies": Cost(copies), "stories": Cost(time.process_time() - began)}


def measured(data: Path, port: int) -> Mapping[str, Cost]:
    run(data, "alert")  # from here on it looks for what is new
    news = Recent(OUTLETS, NEW // OUTLETS, 1, MOMENTS[2], timedelta(hours=12))
    before = stored(data)
    costs = {"crawl": crawled(data, news, port, MOMENTS[2])[0]}
    assert stored(data) == before + NEW, f"{stored(data) - before} of {NEW} articles were stored"
    costs["status"] = run(data, "status")
    costs["alert"] = run(data, "alert")
    costs["publish"] = run(data, "publish")
    costs["export"] = run(data, "export", "coverage", "-o", str(data / "coverage.csv"))
    return costs | parts(data)


ROWS = ("crawl", "copies", "stories", "alert", "status", "publish", "export")


def table(found: Mapping[int, Mapping[str, Cost]], empty: Mapping[str, Cost]) -> str:
    sizes = sorted(found)
    least, before, last = sizes[0], *sizes[-2:]
    lines = [f"{'':10}{'empty':>16}" + "".join(f"{size:>22,}" for size in sizes) + f"{'slope':>8}"]
    for name in ROWS:
        costs = [found[size][name] for size in sizes]
        slope = math.log(costs[-1].seconds / costs[-2].seconds) / math.log(last / before)
        ratios = [cost.seconds / found[least][name].seconds for cost in costs]
        memory = [f"{cost.memory:4.0f} M" if cost.memory else "" for cost in costs]
        cells = "".join(
            f"{cost.seconds:8.2f} s x{ratio:5.2f}{said:>6}" for cost, ratio, said in zip(costs, ratios, memory, strict=True)
        )
        lines.append(f"{name:10}{empty[name].seconds:14.2f} s{cells}{slope:8.2f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="What work costs as the vault grows.")
    parser.add_argument("sizes", nargs="*", type=lambda size: int(size.replace(",", "")), default=SIZES, metavar="ARTICLES")
    parser.add_argument("--keep", type=Path, help="a folder for the vaults, which stay there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        first, found = folder / "first", dict[int, Mapping[str, Cost]]()
        _, port = crawled(first, Recent(OUTLETS, BASE // OUTLETS, 0, MOMENTS[1], SPAN), 0, MOMENTS[1])
        base = stored(first)
        assert base == BASE, f"{base} of {BASE} articles were stored"
        empty = measured(_emptied(folder / "empty", port), port)
        for size in given.sizes:
            data = folder / str(size)
            shutil.copytree(first, data)
            began = time.monotonic()
            multiply(data / "monitor.db", max(1, round(size / BASE)))
            has, bytes_ = stored(data), (data / "monitor.db").stat().st_size
            print(f"{has:,} articles: a vault of {bytes_ / 2**20:,.0f} MB, made in {time.monotonic() - began:.0f} s", flush=True)
            found[has] = measured(data, port)
            print("  " + ", ".join(f"{name} {cost.seconds:.2f} s" for name, cost in found[has].items()), flush=True)
            if not given.keep:
                shutil.rmtree(data)
        print(f"\nload {os.getloadavg()[0]:.1f}\n{table(found, empty)}")


def _emptied(data: Path, port: int) -> Path:
    """A newsroom's folder with a vault in which nothing is."""
    write_data(data, port, world=Recent(OUTLETS, 1, 1, MOMENTS[2], SPAN))
    (data / "alerts.toml").write_text(ALERTS, "utf-8")
    with Store.open(data / "monitor.db"):
        return data


if __name__ == "__main__":
    main()

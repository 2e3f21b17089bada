"""What an export costs beside a bare cursor to CSV, in one run over the same rows: seconds of CPU time, ratio, peak memory.

    python tests/bench/export_speed.py [ROWS]      1,000,000 by default; a workbook is measured over a tenth of them

The rows are those of a snapshot of one article, repeated with ids of their own: as wide as real ones. Each export runs in a
process of its own, so that its memory is its own.
"""

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from monitor.snapshot import snapshot
from monitor.vault import Store

BARE = """
import csv, sqlite3, sys
with open(sys.argv[2], "w", newline="") as file:
    rows = sqlite3.connect(sys.argv[1]).execute("SELECT * FROM coverage")
    writer = csv.writer(file)
    writer.writerow([column[0] for column in rows.description])
    writer.writerows(rows)
"""
OURS = """
import sys
from pathlib import Path
from monitor.export import ExportRequest, export
kind, profile = sys.argv[3:]
export(Path(sys.argv[1]), ExportRequest("coverage", kind, profile), Path(sys.argv[2]))
"""
TEXT = "Повестки о явке в военкомат, как пишет вымышленная газета, " * 2


def made(folder: Path, rows: int) -> Path:
    """A snapshot with so many rows of coverage."""
    with Store.open(folder / "monitor.db"):
        pass
    path = folder / "public.db"
    snapshot(folder / "monitor.db", path)
    db = sqlite3.connect(path)
    names = [row[1] for row in db.execute("SELECT * FROM pragma_table_info('coverage')")]
    lists = {"authors": '["А. Вымышленная"]', "topics": '["summons","digital-register"]', "reasons": '["повестки","военкомат"]',
             "regions": '["RU-VGG"]', "attributed_to": "[]"}  # fmt: skip
    numbers = {"score": 1.5, "copies": 2, "links": 7, "revisions": 1, "words": 400, "paywalled": 0, "fetch": 1, "warc_offset": 5}
    time_ = "2026-05-18T12:00:00.000000Z"
    row = {name: lists.get(name) or numbers.get(name, "") for name in names}
    row |= dict.fromkeys(("published", "first_seen", "first_fetched"), time_) | {"title": TEXT, "subtitle": TEXT}
    row |= {"url": "https://outlet.example/2026/05/18/story", "digest": "sha256:" + 64 * "a", "outlet": "Берег"}
    marks = ", ".join("?" * len(names))
    # As ids are: one in two thousand is made of digits alone, which a spreadsheet would make a number of.
    values = ([hashlib.sha256(str(n).encode()).hexdigest()[:16], *list(row.values())[1:]] for n in range(rows))
    with db:
        db.executemany(f"INSERT INTO coverage VALUES ({marks})", values)
    db.close()
    return path


def run(code: str, *arguments: object) -> tuple[float, float]:
    """Seconds of CPU time, which other work on the machine does not lengthen, and peak memory in MB."""
    process = subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)])
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, arguments
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = made(folder, rows)
        bare, memory = run(BARE, path, folder / "out")
        print(f"{'bare cursor to csv':24} {rows:>9,} rows {bare:7.1f} s         {memory:5.0f} MB")
        for kind, profile in (("csv", "machine"), ("csv", "excel"), ("jsonl", "machine"), ("parquet", "machine")):
            seconds, memory = run(OURS, path, folder / "out", kind, profile)
            what = f"{kind} for {profile}"
            print(f"{what:24} {rows:>9,} rows {seconds:7.1f} s  x{seconds / bare:4.2f}  {memory:5.0f} MB", flush=True)
        few = rows // 10
        db = sqlite3.connect(path)
        with db:
            db.execute("DELETE FROM coverage WHERE rowid > ?", (few,))
        seconds, memory = run(OURS, path, folder / "out", "xlsx", "machine")
        print(f"{'xlsx':24} {few:>9,} rows {seconds:7.1f} s  x{seconds / bare * 10:4.2f}  {memory:5.0f} MB")


main()

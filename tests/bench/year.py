"""A year of one feed in a vault and its archive, by a clock that is moved: what it holds of memory, and how large both become.

    python tests/bench/year.py [--days 365] [--stories 2.8]

Each day is a run: the polls that a feed of so many stories gets, all answered with 304, and its stories, pages that are not
extracted. Prints for each quarter what is stored of what capacity.py says, and the memory of this process. Nothing is fetched.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import capacity

from monitor.archive import WarcWriter
from monitor.archive.writer import pack
from monitor.crawl.entries import frontier_entry
from monitor.match import fingerprint
from monitor.model import Article, Fetch, Outcome, ParsedArticle, Source
from monitor.vault import PollHints, Store

HEADERS = [("Content-Type", "text/html"), ("Date", "Mon, 30 Nov 2026 05:51:51 GMT"), ("Server", "press"), ("ETag", '"a"')]
HOST = "https://outlet.example"


def resident() -> float:
    """MB of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description="A year of one feed in a vault and its archive.")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--stories", type=float, default=capacity.STORIES, help="a day")
    said = parser.parse_args()
    costs, _ = capacity.load()
    polls, begun = round(capacity.polls(said.stories)), datetime(2026, 1, 1, tzinfo=UTC)
    now, done, rand = begun, [0, 0], random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def size() -> tuple[int, int]:
            store.db.rows("PRAGMA wal_checkpoint(TRUNCATE)")
            return (folder / "monitor.db").stat().st_size, sum(path.stat().st_size for path in (folder / "warc").iterdir())

        with Store.open(folder / "monitor.db", clock=lambda: now) as store, WarcWriter(folder / "warc") as archive:
            source = Source("outlet", "Outlet", HOST, "en", "GB", "general", f"{HOST}/feed.xml", "listed", "")
            store.sync_sources([source], [])
            before = size()
            for day in range(said.days):
                run = store.begin_run("feeds", now)
                stories = int(said.stories * (day + 1)) - int(said.stories * day)
                for number in range(polls):
                    now = begun + timedelta(days=day, minutes=1440 * number / polls)
                    capture = archive.append(pack(source.feed, HEADERS[:2], 304, "", HEADERS, b"", now, ip="127.0.0.1"))
                    fetch = Fetch(source.feed, source.id, "feed", Outcome.UNCHANGED, "", now, now, 304, 0, capture=capture)
                    store.save_fetch(run, fetch, key=frontier_entry(source.feed, "feed").key, hints=PollHints(now, "", '"a"'))
                for number in range(stories):
                    url, title = f"{HOST}/{day}/{number}", f"Story {number} of day {day}"
                    body = rand.randbytes(int(costs.archive["page"]) - 1200)
                    capture = archive.append(pack(url, HEADERS[:2], 200, "", HEADERS, body, now, ip="127.0.0.1"))
                    page = Article(url, url, title, "", (), now, "", None, "", "en", "", "", ())
                    parsed = ParsedArticle(page, "Outlet", (), (), (), (), fingerprint(title, ""), "0" * 64, gate="0" * 16)
                    fetch = Fetch(url, source.id, "article", Outcome.ARTICLE, "", now, now, 200, len(body), capture=capture)
                    store.save_article(run, fetch, parsed, key=frontier_entry(url, "article").key)
                store.finish_run(run, "done", now)
                done = [done[0] + polls, done[1] + stories]
                if (day + 1) % (said.days // 4) == 0:
                    grown = [(then - one) / 1e6 for one, then in zip(before, size(), strict=True)]
                    model = [
                        (done[0] * costs.poll["vault"] + done[1] * costs.vault["closed"]) / 1e6,
                        (done[0] * costs.poll["kept"] + done[1] * costs.archive["page"]) / 1e6,
                    ]
                    (vault, kept), (vault_told, kept_told) = grown, model
                    print(f"  day {day + 1}, {done[0]:,} polls, {done[1]:,} stories: vault {vault:.1f} MB,", end=" ")
                    print(f"{vault / vault_told:.2f} of the model; archive {kept:.1f}, {kept / kept_told:.2f};", end=" ")
                    print(f"memory {resident():.0f} MB", flush=True)


if __name__ == "__main__":
    main()

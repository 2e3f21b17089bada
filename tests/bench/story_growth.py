"""What it costs to group new articles into stories, by how many are stored: python tests/bench/story_growth.py [STORED ...]

Reports of invented events in the words of the fictional press, 91 a day (100,000 in three years), each told by one to eight
outlets. Ten days are saved as a crawl saves them; the days before are copies of those, by SQL. Then crawls bring 10 and 100
articles of the newest hours. CPU time of one core, of `update_stories` alone: copies, likeness, groups, who was first.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from monitor.derive.stories import update_stories
from monitor.match import fingerprint
from monitor.model import Article, Fetch, Outcome, ParsedArticle, Verdict
from monitor.press.load import load_world
from monitor.vault import Store

SIZES = (1_000, 10_000, 100_000)
A_DAY, DAYS = 91, 10
END = datetime(2026, 5, 19, 12, tzinfo=UTC)
OUTLETS = 40
TABLES = ("articles", "story_items", "story_pairs", "sightings", "story_facts", "story_evidence", "story_moves")
# Of a column that names an article, a story or an address: each copy of the ten days has its own.
NAMED = (
    "id",
    "key",
    "article",
    "story",
    "text",
    "lead",
    "first_article",
    "rival",
    "other",
    "from_story",
    "to_story",
    "alike_article",
)
TIMES = ("at", "published", "first_seen", "first_fetched", "last_fetched", "seen", "declared", "since", "until")


class Report(NamedTuple):
    at: datetime
    title: str
    text: str


def words() -> list[str]:
    world = load_world(5, 60)
    said = " ".join(world.piece(outlet, number).text for outlet in range(5) for number in range(60))
    return sorted(set(re.findall(r"[а-яё]{4,}", said)))


def reports(count: int, since: datetime, until: datetime, seed: int) -> Iterator[Report]:
    """In order of time."""
    chance, listed = random.Random(seed), words()
    syllables = [c + v for c in "бвгдзклмнпрст" for v in "аеиоу"]
    made: list[Report] = []
    while len(made) < count:
        began = since + (until - since) * chance.random()
        name, town = ("".join(chance.choices(syllables, k=4)).title() for _ in range(2))
        told = chance.choices(listed, k=60)
        for _ in range(min(chance.choice((1, 1, 1, 2, 2, 3, 5, 8)), count - len(made))):
            own = [word if chance.random() < 0.7 else chance.choice(listed) for word in told]
            title = f"{own[0].title()} {own[1]} {own[2]} в городе {town}"
            text = (
                f"В городе {town} {name} {' '.join(own[3:30])}. Сказал {name}: {' '.join(own[30:])}, {chance.randint(13, 900)}."
            )
            made.append(Report(min(began + timedelta(hours=12 * chance.random()), until), title, text))
    return iter(sorted(made))


def save(store: Store, run: int, found: Iterator[Report], first: int) -> int:
    number = first
    for number, report in enumerate(found, first):
        outlet = number % OUTLETS
        url = f"https://outlet{outlet}.example/{number}"
        page = Article(url, url, report.title, "", (), report.at, "", None, "", "ru", "", report.text, ())
        verdict = Verdict("summons", True, 1.0, (), (), "")
        parsed = ParsedArticle(page, f"Outlet {outlet}", (verdict,), (), (), (), fingerprint(report.title, report.text))
        at = report.at + timedelta(minutes=9)
        fetch = Fetch(url, f"outlet{outlet}", "article", Outcome.ARTICLE, "", at, at, 200, len(report.text))
        store.save_article(run, fetch, parsed)
    return number + 1


def multiply(store: Store, times: int) -> None:
    """Put copies of all that is stored before it, each ten days earlier than the next."""
    db = store.db
    most = {"number": 1 + db.rows("SELECT max(number) AS n FROM story_items")[0]["n"]}
    moves = 1 + db.rows("SELECT max(number) AS n FROM story_moves")[0]["n"]
    with store.db.transaction():
        for table in TABLES:
            columns = [row["name"] for row in db.rows("SELECT name FROM pragma_table_info(?)", (table,))]
            shown = []
            for column in columns:
                if column in ("a", "b") or (column == "number" and table == "story_items"):
                    shown.append(f"{column} + ?1 * {most['number']}")
                elif column == "number":
                    shown.append(f"number + ?1 * {moves}")
                elif column in NAMED and not (table == "articles" and column == "text"):
                    shown.append(f"iif({column} = '', '', {column} || '-' || ?1)")
                elif column in TIMES:
                    shown.append(f"strftime('%Y-%m-%dT%H:%M:%f000Z', {column}, '-' || ({DAYS} * ?1) || ' days')")
                else:
                    shown.append(f'"{column}"')
            db.change(f"CREATE TEMP TABLE base AS SELECT * FROM {table}")
            for copy in range(1, times):
                db.change(f"INSERT INTO {table} SELECT {', '.join(shown)} FROM base", (copy,))
            db.change("DROP TABLE base")


def main() -> None:
    sizes = [int(size.replace(",", "")) for size in sys.argv[1:]] or SIZES
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "monitor.db") as store:
            store.db.pragma("synchronous = OFF")
            run = store.begin_run("feeds", END)
            began = time.process_time()
            number = save(store, run, reports(A_DAY * DAYS, END - timedelta(days=DAYS), END, 0), 0)
            update_stories(store, END)
            multiply(store, max(1, round(size / (A_DAY * DAYS))))
            (stored,) = store.db.rows("SELECT count(*) AS n, sum(story <> '') AS s FROM story_items")
            (pairs,) = store.db.rows("SELECT count(*) / 2.0 AS n FROM story_pairs")
            print(
                f"{stored['n']:,} stored, {pairs['n'] / stored['n']:.0f} pairs each ({time.process_time() - began:.0f} s to make)"
            )
            for count in (10, 100):
                spent = []
                for again in range(3):
                    news = reports(count, END + timedelta(hours=again), END + timedelta(hours=again + 1), 10 * again + count)
                    number = save(store, run, news, number)
                    began = time.process_time()
                    update_stories(store, END)
                    spent.append(time.process_time() - began)
                print(
                    f"  a crawl of {count}: {1000 * min(spent):,.0f} ms, {1000 * min(spent) / count:.1f} ms an article",
                    flush=True,
                )


if __name__ == "__main__":
    main()

"""A vault of any number of relevant articles, written through the store's tables in bulk: what the site's benchmark publishes.

python tests/bench/big_vault.py ARTICLES FILE

160 outlets, whose shares and those of the regions fall as Zipf's, in three languages; six years; one article in eight carries a
text that others carry, in groups of 2 to 500; one in a hundred without a date. Texts have 60 to 150 words from the load
generator's sentences. The same seed gives the same rows.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from monitor.match import article_id
from monitor.model import Source
from monitor.newsroom import catalogue
from monitor.press.load import load_world
from monitor.text import iso_week, sentences
from monitor.vault import Store

DATA = Path(__file__).resolve().parents[2] / "data"
OUTLETS = 160
END = datetime(2026, 5, 19, 12, tzinfo=UTC)
YEARS = 6
COPIED = 0.12
UNDATED = 0.01
SKIPPED = 0.2
"""Failed requests for each article; and a quarter as many near misses."""
GROUPS = (2, 2, 2, 3, 3, 4, 5, 8, 12, 20, 40, 100, 500)
"""Sizes of groups of copies, the larger the rarer."""
FAILURES = ("timeout", "not found", "http error", "blocked", "challenge page", "closed by robots.txt", "paywall", "gone")
KINDS = ("independent", "regional", "state", "wire")
LANGUAGES = ("ru", "ru", "ru", "uk", "en")
AT_ONCE = 5_000
TABLES = (
    "fetches",
    "articles",
    "revisions",
    "article_urls",
    "links",
    "verdicts",
    "reasons",
    "places",
    "attributions",
    "denials",
)


class Text(NamedTuple):
    title: str
    text: str
    words: tuple[tuple[str, int, int], ...]
    """A few words of it with their spans, for reasons."""


class Made:
    """What one run of the generator draws from."""

    def __init__(self, articles: int, seed: int, pieces: int) -> None:
        self.chance = random.Random(seed)
        self.articles = articles
        self.outlets = [f"Outlet {number:03}" for number in range(OUTLETS)]
        self.outlet_weights = list(itertools.accumulate(1 / rank for rank in range(1, OUTLETS + 1)))
        known = catalogue.load(DATA)
        self.regions = [region.iso for region in known.regions]
        self.chance.shuffle(self.regions)
        self.region_weights = list(itertools.accumulate(1 / rank for rank in range(1, len(self.regions) + 1)))
        self.topics = [topic.id for topic in known.topics]
        self.sentences, self.titles = _pool(pieces)
        self.groups = self._groups()

    def _groups(self) -> dict[int, int]:
        """The group of each article that is in one, by its number; members stand within some thousand of each other."""
        weights = [1 / size**1.3 for size in GROUPS]
        groups: dict[int, int] = {}
        number = 0
        while len(groups) < COPIED * self.articles:
            number += 1
            size = self.chance.choices(GROUPS, weights)[0]
            start, spread = self.chance.randrange(self.articles), max(50, 4 * size)
            for step in self.chance.sample(range(spread), size):
                groups.setdefault((start + step) % self.articles, number)
        return groups

    def text(self, language: str) -> Text:
        chance = self.chance
        pool, lines = self.sentences[language], []
        length, wanted = 0, chance.randint(60, 150)
        while length < wanted:
            line, count = pool[int(len(pool) * chance.random())]
            lines.append(line)
            length += count
        text = " ".join(lines)
        found, at = [], 0
        for word in lines[0].split()[:3]:
            at = text.index(word, at)
            found.append((word, at, at + len(word)))
        return Text(chance.choice(self.titles[language]), text, tuple(found))


def _pool(pieces: int) -> tuple[dict[str, list[tuple[str, int]]], dict[str, list[str]]]:
    """Sentences with their number of words, and titles, by language."""
    pool: dict[str, list[tuple[str, int]]] = {language: [] for language in set(LANGUAGES)}
    titles: dict[str, list[str]] = {language: [] for language in pool}
    world = load_world(5, pieces, relevant=1)
    for outlet, number in itertools.product(range(5), range(pieces)):
        piece = world.piece(outlet, number)
        language = piece.outlet.language
        titles[language].append(piece.title)
        pool[language] += [(line := piece.text[a:b].replace("\n", " "), line.count(" ") + 1) for a, b in sentences(piece.text)]
    return pool, titles


def _stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def make(
    path: Path, articles: int, *, seed: int = 0, pieces: int = 300, progress: Callable[[int], None] = lambda _: None
) -> None:
    """Writes the vault, which must not be there; its sentences are those of so many articles of each language."""
    made = Made(articles, seed, pieces)
    with Store.open(path) as store:
        store.sync_sources(
            [
                Source(
                    f"outlet{number}",
                    name,
                    f"https://outlet{number}.example/",
                    LANGUAGES[number % 5],
                    "RU",
                    KINDS[number % 4],
                    f"https://outlet{number}.example/feed",
                    "rss",
                    "",
                )
                for number, name in enumerate(made.outlets)
            ],
            (),
        )
        run = store.begin_run("feeds", END - timedelta(hours=1))
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA synchronous = OFF")
        # Keys come in no order: of indexes that are not there, and tables that are in memory, each need not be read for each row.
        db.execute("PRAGMA cache_size = -500000")
        indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        for name, _ in indexes:
            db.execute(f"DROP INDEX {name}")
        columns = {table: [row[1] for row in db.execute(f"PRAGMA table_info({table})")] for table in TABLES}
        rows = _rows(made, run)
        stored = 0
        while pages := list(itertools.islice(rows, AT_ONCE)):
            batch: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
            for table, row in itertools.chain.from_iterable(pages):
                batch[table].append(row)
            for table, found in batch.items():
                if found:
                    names = [name for name in columns[table] if name in found[0]]
                    quoted = ", ".join(f'"{name}"' for name in names)
                    db.executemany(
                        f"INSERT INTO {table} ({quoted}) VALUES ({', '.join('?' * len(names))})",
                        ([row[name] for name in names] for row in found),
                    )
            db.commit()
            stored += len(batch["articles"])
            progress(stored)
        for _, sql in indexes:
            db.execute(sql)
        _copies(db, made)
        db.execute(STORIES)
        _feeds(db, made, run)
        db.execute("UPDATE runs SET outcome = 'finished', finished = ?", (_stamp(END),))
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


Row = tuple[str, dict[str, Any]]


def _rows(made: Made, run: int) -> Iterator[list[Row]]:
    """The rows of each article, the oldest first, and of what was asked for in between and failed."""
    texts: dict[int, tuple[int, Text]] = {}
    fetch = 0
    chance = made.chance
    step = timedelta(days=365 * YEARS) / made.articles
    for number in range(made.articles):
        published = END - timedelta(hours=2) - step * (made.articles - number)
        group = made.groups.get(number, 0)
        outlet = chance.choices(range(OUTLETS), cum_weights=made.outlet_weights)[0]
        if group in texts:
            language_of, text = texts[group]
        else:
            language_of, text = outlet, made.text(LANGUAGES[outlet % 5])
            if group:
                texts[group] = language_of, text
        fetch += 1
        yield list(_article(made, number, fetch, run, outlet, LANGUAGES[language_of % 5], published, text))
        while chance.random() < SKIPPED / (1 + SKIPPED):
            fetch += 1
            yield [
                ("fetches", _fetch(fetch, run, f"outlet{outlet}", f"{number}x{fetch}", chance.choice(FAILURES), published, None))
            ]
        if chance.random() < SKIPPED / 4:
            fetch += 1
            yield list(_near_miss(made, number, fetch, run, outlet, published))


def _fetch(fetch: int, run: int, source: str, path: str, outcome: str, time: datetime, article: str | None) -> dict[str, Any]:
    where = f"{source}.example/{path}"
    return {
        "id": fetch,
        "run": run,
        "url": f"https://{where}",
        "key": where,
        "source": source,
        "kind": "article",
        "outcome": outcome,
        "detail": "",
        "started": _stamp(time),
        "finished": _stamp(time + timedelta(seconds=1)),
        "status": 200 if article else 500,
        "bytes": 40_000,
        "location": "",
        "referrer": "",
        "depth": 0,
        "article": article,
        "warc_file": "povestka-00000.warc.gz",
        "warc_offset": fetch * 20_000,
        "digest": f"sha256:{fetch:064x}",
    }


def _row(
    made: Made,
    number: int,
    fetch: int,
    run: int,
    outlet: int,
    language: str,
    published: datetime,
    text: Text,
    path: str,
    *,
    relevant: bool,
) -> tuple[str, list[Row]]:
    chance, source = made.chance, f"outlet{outlet}"
    key = f"{source}.example/{path}"
    article = article_id(key)
    seen = published + timedelta(minutes=chance.randint(5, 300))
    dated = chance.random() >= UNDATED
    day = _stamp(published) if dated else None
    row = {
        "id": article,
        "key": key,
        "url": f"https://{key}",
        "canonical": f"https://{key}",
        "outlet": made.outlets[outlet],
        "source": source,
        "title": text.title,
        "subtitle": "",
        "authors": '["А. Автор"]',
        "published": day,
        "published_raw": day or "вчера",
        "modified": None,
        "modified_raw": "",
        "feed_date": day,
        "week": iso_week(published) if dated else "",
        "language": language,
        "section": "news",
        "text": text.text,
        "words": text.text.count(" ") + 1,
        "paywalled": 0,
        "live": 0,
        "flags": "[]",
        "first_seen": _stamp(seen),
        "first_fetched": _stamp(seen),
        "last_fetched": _stamp(seen),
        "fetch": fetch,
        "relevant": int(relevant),
        "copy_group": f"group{made.groups[number]:07}" if relevant and number in made.groups else "",
        "story": f"story{number // 7:07}" if relevant else "",
        "first": "undetermined",
        "first_basis": "",
    }
    return article, [
        ("fetches", _fetch(fetch, run, source, path, "article", seen, article)),
        ("articles", row),
        ("article_urls", {"url": row["url"], "article": article, "key": key, "first_seen": row["first_seen"]}),
    ]


def _article(
    made: Made, number: int, fetch: int, run: int, outlet: int, language: str, published: datetime, text: Text
) -> Iterator[Row]:
    chance = made.chance
    article, rows = _row(made, number, fetch, run, outlet, language, published, text, str(number), relevant=True)
    yield from rows
    row = rows[1][1]
    for revision in range(1, 3 if chance.random() < 0.02 else 2):
        yield (
            "revisions",
            {"article": article, "number": revision, "fetched": row["first_fetched"], "fetch": fetch, "title": text.title,
             "text": text.text, "digest": f"{article}{revision}"},
        )  # fmt: skip
    topics = made.topics if chance.random() < 0.3 else [made.topics[int(len(made.topics) * chance.random() ** 2)]]
    for topic in topics:
        yield (
            "verdicts",
            {"article": article, "topic": topic, "relevant": 1, "score": round(0.5 + chance.random() / 2, 2), "subtopics": "[]",
             "near_miss_reason": "", "near_miss_detail": "", "country": "RU"},
        )  # fmt: skip
        for word, start, end in text.words:
            yield (
                "reasons",
                {"article": article, "topic": topic, "field": "text", "start": start, "end": end, "label": "word", "word": word},
            )
    for _ in range(chance.choice((0, 1, 1, 2))):
        region = chance.choices(made.regions, cum_weights=made.region_weights)[0]
        word, start, end = text.words[0]
        yield (
            "places",
            {"article": article, "region": region, "town": "", "role": "event", "field": "text", "start": start, "end": end},
        )
    for _ in range(chance.choice((0, 1, 1, 2))):
        other = chance.randrange(made.articles)
        key = f"outlet{chance.randrange(OUTLETS)}.example/{other}"
        yield (
            "links",
            {"article": article, "url": f"https://{key}", "key": key, "kind": "citation", "anchor": "там", "start": 0, "end": 3},
        )
    if chance.random() < 0.7:
        speaker = f"Speaker {chance.randrange(5_000)}"
        yield (
            "attributions",
            {"article": article, "kind": "official", "speaker": speaker, "outlet": "", "start": 0, "end": 9, "url": ""},
        )
    if chance.random() < 0.05:
        yield (
            "denials",
            {"article": article, "claim_start": 0, "claim_end": 5, "denial_start": 12, "denial_end": 30, "speaker": "Speaker"},
        )


def _near_miss(made: Made, number: int, fetch: int, run: int, outlet: int, published: datetime) -> Iterator[Row]:
    text = made.text(LANGUAGES[outlet % 5])
    article, rows = _row(
        made, number, fetch, run, outlet, LANGUAGES[outlet % 5], published, text, f"near/{number}", relevant=False
    )
    yield from rows
    topic = made.chance.choice(made.topics)
    yield (
        "verdicts",
        {"article": article, "topic": topic, "relevant": 0, "score": 0.3, "subtopics": "[]",
         "near_miss_reason": made.chance.choice(("a context", "a country", "a word of service")),
         "near_miss_detail": "", "country": ""},
    )  # fmt: skip
    word, start, end = text.words[0]
    yield (
        "reasons",
        {"article": article, "topic": topic, "field": "text", "start": start, "end": end, "label": "word", "word": word},
    )


STORIES = """
    INSERT INTO story_facts (story, lead, first_article, basis, rival, reason)
    SELECT story, id, '', 'undetermined', '', '' FROM (
        SELECT story, id, min(coalesce(published, 'undated') || id)
        FROM articles WHERE story <> '' AND relevant = 1 GROUP BY story)"""
"""Each story is there, of which nobody can say who was first."""


def _copies(db: sqlite3.Connection, made: Made) -> None:
    db.execute(
        """
        INSERT INTO copies SELECT a.id, b.id, 'exact', 1.0 FROM articles a
        JOIN articles b ON b.copy_group = a.copy_group AND a.id < b.id WHERE a.copy_group <> '' AND b.copy_group <> ''"""
    )
    db.execute(
        """
        INSERT INTO copy_groups (copy_group, original, basis) SELECT copy_group, id, 'declared' FROM (
            SELECT copy_group, id, min(coalesce(published, 'undated') || id)
            FROM articles WHERE copy_group <> '' GROUP BY copy_group)"""
    )


def _feeds(db: sqlite3.Connection, made: Made, run: int) -> None:
    """The newest answer of each feed: most were read, some failed, some were empty."""
    fetch = db.execute("SELECT max(id) FROM fetches").fetchone()[0]
    for number in range(OUTLETS):
        fetch += 1
        outcome = "timeout" if number % 10 == 9 else "feed"
        row = _fetch(fetch, run, f"outlet{number}", "feed", outcome, END, None) | {"kind": "feed"}
        db.execute(f"INSERT INTO fetches ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
        db.execute(
            "INSERT INTO feeds (source, polled, entries, failures) VALUES (?, ?, ?, ?)",
            (f"outlet{number}", _stamp(END), 0 if number % 25 == 7 else 30, int(outcome != "feed")),
        )


def main(articles: int, path: Path) -> None:
    make(path, articles, progress=lambda done: print(f"\r{done:,}", end="", flush=True))
    print()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))

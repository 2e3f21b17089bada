"""What the snapshot promises: one state of the vault, nothing that is not named, whole or absent, and a search that narrows."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from datasette.utils import parse_metadata

from monitor.derive.absences import update_absences
from monitor.derive.statements import update_statements
from monitor.derive.stories import update_stories
from monitor.errors import StoreError
from monitor.model import Channel, CrossDenial, Feed, Figure, MessageNumber, Outcome, ParsedChannel
from monitor.snapshot import snapshot
from monitor.text import fold
from monitor.vault import Store, open_reader, statements
from monitor.vault.views import VIEWS

PROJECT = Path(__file__).parents[2]

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "public" / "public.db"


@pytest.fixture
def filled(store: Store, run: int, make: Any, text_of: Callable[..., str]) -> Store:
    """Three relevant articles, two of them copies, one that is not relevant, a feed that failed, and a channel with a gap."""
    store.sync_sources([make.source(name) for name in ("bereg", "rupor", "polden", "krug")], [])
    for number, (host, seed, published) in enumerate((("bereg", 1, -1), ("rupor", 1, 9 * 24 * 60), ("polden", 2, None))):
        url = f"http://{host}.test/{'source' if host == 'polden' else number}"
        title = "Ему принесли пове\u0301стку" if host == "polden" else "Заголовок"
        bundle = make.parsed(url, f"café {text_of(seed)}", title=title, published=published)
        store.save_article(run, make.fetch(url, digest="sha256:0"), bundle)
    store.save_article(run, make.fetch("http://krug.test/x"), make.parsed("http://krug.test/x", text_of(3), relevant=False))
    store.save_fetch(run, make.fetch("http://krug.test/feed", Outcome.TIMEOUT, kind="feed"))
    for minute, numbers in enumerate(((1, 2, 3), (1, 3))):
        feed = Feed("http://krug.test/s/krug", "telegram", "", "", ())
        shown = Channel(feed, (), tuple(MessageNumber(number, "media", number) for number in numbers))
        store.save_channel(run, make.fetch(feed.url, Outcome.FEED, kind="telegram", at=minute), ParsedChannel(shown, ()))
    update_stories(store, make.at(4))
    update_statements(store)
    _disagree(store)
    store.finish_run(run, "gaps", make.at(5))
    # The article of Polden was edited since, and is gone.
    store.db.change(
        "INSERT INTO revisions (article, number, fetched, fetch, title, text, digest, last_seen, compared)"
        " SELECT article, 2, fetched, fetch, title, text, digest, last_seen, 1 FROM revisions"
        " WHERE article = (SELECT id FROM articles WHERE outlet = 'Polden')"
    )
    store.db.change(
        "INSERT INTO version_edits SELECT article, 2, 0, 'number', 0, 'два', 'три', 0, 3, 0, 3, 'd', 0 FROM revisions"
        " WHERE number = 2"
    )
    store.db.change(
        "INSERT INTO changed_readings (article, fetch, field, before, after, parser_before, parser, noticed, at, digest_before)"
        " SELECT article, fetch, 'title', 'Раньше', title, 'one', 'two', fetched, fetched, digest FROM revisions WHERE number = 2"
    )
    (gone,) = store.db.row("SELECT url FROM articles WHERE outlet = 'Polden'")
    store.save_fetch(run, make.fetch(gone, Outcome.NOT_FOUND, kind="recheck", at=1))
    update_absences(store)
    return store


def _disagree(store: Store) -> None:
    """The articles of the first story are given two figures, and a denial."""
    story, a, b = store.db.rows("SELECT story, min(id), max(id) FROM articles WHERE story <> '' GROUP BY 1 ORDER BY 1")[0]
    figures = (Figure(a, 2, 0, 3, ""), Figure(b, 3, 0, 3, ""))
    statements.save_against(store.db, story, [CrossDenial(a, 0, 3, b, 4, 6, "военком", "")], [figures], {})


@pytest.fixture
def ask(filled: Store, vault: Path, target: Path) -> Iterator[Ask]:
    """Asks the snapshot of the filled vault."""
    snapshot(vault, target)
    with closing(sqlite3.connect(f"file:{target}?immutable=1", uri=True)) as connection:
        yield lambda sql, *values: connection.execute(sql, values).fetchall()


def test_the_coverage_is_the_vaults_own_view_row_for_row_in_its_order(ask: Ask, vault: Path) -> None:
    with open_reader(vault) as reader:
        assert ask("SELECT * FROM coverage ORDER BY rowid") == [tuple(row) for row in reader.view("coverage")]
        for view in VIEWS:
            assert tuple(name for (name,) in ask("SELECT name FROM pragma_table_info(?)", view)) == reader.columns(view)
            assert len(ask(f"SELECT * FROM {view}")) == len(list(reader.view(view))) > 0


def test_what_is_not_named_stays_in_the_vault(ask: Ask) -> None:
    tables = {name for (name,) in ask("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert not tables & {
        "frontier",
        "feeds",
        "feed_entries",
        "wordings",
        "wording_bands",
        "articles",
        "article_urls",
    }
    columns = {f"{table}.{name}" for table in tables for (name,) in ask("SELECT name FROM pragma_table_info(?)", table)}
    assert not columns & {"fetches.key", "links.key", "sources.etag", "versions.text"}
    articles = {article for (article,) in ask("SELECT article FROM coverage")}
    for table in ("texts", "verdicts", "reasons", "places", "attributions", "denials", "links", "versions"):
        assert {article for (article,) in ask(f"SELECT DISTINCT article FROM {table}")} == articles, table
    # The index is made of the two side by side, and the coverage is in the order of dates.
    assert ask("SELECT article FROM coverage ORDER BY rowid") == ask("SELECT article FROM texts ORDER BY rowid")


def test_the_search_narrows_and_looks_in_folded_words(ask: Ask) -> None:
    def found(words: str) -> list[str]:
        sql = "SELECT outlet FROM coverage WHERE rowid IN (SELECT rowid FROM coverage_fts WHERE coverage_fts MATCH ?)"
        return sorted(outlet for (outlet,) in ask(sql, f'"{words}"'))

    assert found(fold("ПОВЕСТКУ").text) == ["Polden"]  # the title has it with a stress mark
    assert found("слово1а7 слово1а8") == ["Bereg", "Rupor"]
    assert found("нет такого") == []
    assert found("cafe") == []  # the texts have "café": marks are kept, as the query keeps them


def test_links_lead_to_the_articles_that_we_hold(ask: Ask) -> None:
    ((polden,),) = ask("SELECT article FROM coverage WHERE outlet = 'Polden'")
    assert set(ask("SELECT url, target FROM links")) == {
        ("http://polden.test/source", polden),
        ("javascript:alert(1)", None),
    }


def test_summaries_count_articles_and_distinct_texts(ask: Ask) -> None:
    assert ask("SELECT week, topic, articles, texts, outlets FROM weeks_topics") == [
        ("", "summons", 1, 1, 1),
        ("2026-W21", "summons", 1, 1, 1),
        ("2026-W22", "summons", 1, 1, 1),
    ]
    assert {row[:2] for row in ask("SELECT week, region FROM weeks_regions")} == {
        (week, "RU-VGG") for week in ("", "2026-W21", "2026-W22")
    }
    assert len(ask("SELECT * FROM weeks_regions_topics")) == 3
    assert ask("SELECT outlet, articles, copies FROM outlets ORDER BY outlet") == [
        ("Bereg", 1, 0), ("Krug", 0, 0), ("Polden", 1, 0), ("Rupor", 1, 1)
    ]  # fmt: skip


TEXT = "iif(copy_group = '', article, copy_group)"
COUNTS = f"count(*), count(DISTINCT {TEXT})"
REGIONS = "(SELECT article AS a, value AS region FROM coverage, json_each(iif(regions = '[]', '[\"\"]', regions)))"
TOPICS = "(SELECT article AS a, value AS topic FROM coverage, json_each(topics))"


@pytest.mark.parametrize(("summary", "recount"), [
    ("SELECT topic, articles, texts, outlets FROM topics",
     f"SELECT topic, {COUNTS}, count(DISTINCT outlet) FROM coverage JOIN {TOPICS} ON a = article GROUP BY topic"),
    ("SELECT region, articles, texts FROM regions",
     f"SELECT region, {COUNTS} FROM coverage JOIN {REGIONS} ON a = article WHERE region <> '' GROUP BY region"),
    ("SELECT language, articles, texts FROM languages", f"SELECT language, {COUNTS} FROM coverage GROUP BY language"),
    ("SELECT week, articles, texts, copies FROM weeks",
     f"SELECT week, {COUNTS}, sum(copy_of <> '') FROM coverage GROUP BY week"),
    ("SELECT day, articles, texts FROM days", f"SELECT substr(first_seen, 1, 10) AS day, {COUNTS} FROM coverage GROUP BY day"),
    ("SELECT week, outlet, articles, texts, copies FROM weeks_outlets",
     f"SELECT week, outlet, {COUNTS}, sum(copy_of <> '') FROM coverage GROUP BY week, outlet"),
    ("SELECT region, topic, articles, texts FROM regions_topics",
     f"SELECT region, topic, {COUNTS} FROM coverage c JOIN {REGIONS} r ON r.a = c.article JOIN {TOPICS} t ON t.a = c.article"
     " GROUP BY region, topic"),
    ("SELECT outlet, topic, articles, texts FROM outlets_topics",
     f"SELECT outlet, topic, {COUNTS} FROM coverage JOIN {TOPICS} ON a = article GROUP BY outlet, topic"),
    ("SELECT outlet, region, articles, texts FROM outlets_regions",
     f"SELECT outlet, region, {COUNTS} FROM coverage JOIN {REGIONS} ON a = article GROUP BY outlet, region"),
    ("SELECT copy_group, articles, outlets, article, published FROM copy_groups",
     "SELECT copy_group, copies + 1, 2, article, published FROM coverage WHERE copy_of = '' AND copy_group <> ''"),
    ("SELECT outlet, seen + overflowed + unseen + not_polled FROM outlets_days",
     "SELECT outlet, sum(hours) FROM ledger GROUP BY outlet, substr(hour, 1, 10)"),
    ("SELECT outcome, sum(requests) FROM skipped_outcomes GROUP BY outcome",
     "SELECT outcome, count(*) FROM skipped GROUP BY outcome"),
    ("SELECT region, number FROM regions_articles",
     f"SELECT region, c.rowid FROM coverage c JOIN {REGIONS} ON a = article WHERE region <> ''"),
    ('SELECT "table", rows FROM counts WHERE "table" = \'texts\'', "SELECT 'texts', count(*) FROM texts"),
])  # fmt: skip
def test_a_summary_is_what_counting_the_rows_gives(ask: Ask, summary: str, recount: str) -> None:
    assert sorted(ask(summary)) == sorted(ask(recount)) != []


def test_delays_are_counted_from_the_earliest_declared_date(ask: Ask) -> None:
    nine_days = 9 * 24 * 60 + 1
    assert ask("SELECT * FROM delays") == [("Rupor", 1, nine_days, nine_days, nine_days)]


def test_the_median_delay_lies_between_the_two_in_the_middle(
    filled: Store, run: int, vault: Path, target: Path, make: Any, text_of: Callable[..., str]
) -> None:
    for number, minutes in enumerate((10, 1000, 20, 90), start=10):
        for host, at in (("bereg", 0), ("luch", minutes)):
            url = f"http://{host}.test/{number}"
            filled.save_article(run, make.fetch(url), make.parsed(url, text_of(number), published=at - 1000))
    update_stories(filled, make.at(4))
    snapshot(vault, target)
    with open_reader(target) as reader:
        (luch,) = reader.query("SELECT * FROM delays WHERE outlet = 'Luch'")
    assert tuple(luch) == ("Luch", 4, (20 + 90) // 2, 10, 1000)


def test_what_is_new_since_yesterday_and_in_seven_days_is_counted_by_hours() -> None:
    questions = parse_metadata((PROJECT / "data" / "site" / "metadata.yaml").read_text("utf-8"))["databases"]["public"]["queries"]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE hours (hour, articles)")
        hours = {"2026-05-18T00": 1, "2026-05-17T00": 10, "2026-05-16T23": 100, "2026-05-12T00": 1000, "2026-05-11T23": 10_000}
        db.executemany("INSERT INTO hours VALUES (?, ?)", list(hours.items()))
        for yesterday, week, new in (
            ("2026-05-17T00", "2026-05-12T00", (11, 1111)),
            ("2026-05-16T21", "2026-05-11T21", (111, 11_111)),
        ):
            since = {"yesterday": yesterday, "week": week}
            assert db.execute(questions["new_now"]["sql"], since).fetchone() == new


def test_what_rises_is_told_beside_its_usual_week(filled: Store, run: int, vault: Path, target: Path, make: Any) -> None:
    for number, days_ago in enumerate((1, 2, 9, 16, 36)):
        url = f"http://bereg.test/rising{number}"
        filled.save_article(run, make.fetch(url), make.parsed(url, f"текст {number}", published=-days_ago * 24 * 60))
    # Of the three that are there, one is dated at the time of the newest request, one after it, one not at all.
    for began, usual in (("2026-05-18", None), ("2026-04-01", 0.5)):  # nobody has counted a week in which nobody watched
        filled.db.raw.execute("UPDATE runs SET started = ?", (f"{began}T12:00:00.000000Z",))
        snapshot(vault, target)
        with open_reader(target) as reader:
            (topic,) = reader.query("SELECT value, recent, usual FROM rising WHERE kind = 'topic'")
        assert tuple(topic) == ("summons", 3, usual)


def test_it_says_when_it_was_made_and_how_fresh_it_is(ask: Ask) -> None:
    meta = dict(ask("SELECT key, value FROM meta"))
    assert (meta["articles"], meta["outlets"], meta["gaps"]) == ("3", "3", "1")
    assert meta["newest_fetch"] == "2026-05-18T12:01:00.000000Z"
    assert meta["made_at"] > meta["newest_fetch"]


def test_the_news_of_a_crawl_whose_clock_was_set_is_told_as_invented(
    filled: Store, ask: Ask, vault: Path, target: Path, make: Any
) -> None:
    assert ask("SELECT * FROM meta WHERE key IN ('fictional', 'clock')") == []
    filled.begin_run("feeds", make.at(), clock=make.at())
    again = target.with_name("again.db")
    snapshot(vault, again)
    with open_reader(again) as reader:
        meta = {row["key"]: row["value"] for row in reader.query("SELECT * FROM meta")}
        assert (meta["fictional"], meta["clock"]) == ("1", "2026-05-18T12:00:00.000000Z")
        assert tuple(reader.query("SELECT kind, clock FROM runs ORDER BY id DESC")[0]) == ("feeds", meta["clock"])


def test_what_is_filtered_is_indexed(ask: Ask) -> None:
    indexed = {
        column
        for (index,) in ask("SELECT name FROM pragma_index_list('coverage')")
        for (column,) in ask("SELECT name FROM pragma_index_info(?)", index)
    }
    assert indexed >= {"article", "outlet", "language", "week", "story", "copy_group", "published"}


def test_an_unchanged_vault_gives_the_same_content(filled: Store, vault: Path, target: Path) -> None:
    def content() -> list[str]:
        target.unlink(missing_ok=True)
        assert snapshot(vault, target)
        with closing(sqlite3.connect(target)) as connection:
            return [line for line in connection.iterdump() if "made_at" not in line and "'snapshot'" not in line]

    assert content() == content()


def test_of_an_unchanged_vault_no_other_snapshot_is_made(filled: Store, vault: Path, target: Path, make: Any) -> None:
    assert snapshot(vault, target)
    before = target.stat().st_ino, target.stat().st_mtime_ns
    assert not snapshot(vault, target)
    with open_reader(vault) as reader:
        list(reader.view("coverage"))
    assert not snapshot(vault, target)
    assert (target.stat().st_ino, target.stat().st_mtime_ns) == before
    closed = vault.with_name("closed.db")
    with Store.open(closed) as store:
        store.begin_run("feeds", make.at())
    assert snapshot(closed, target)
    with Store.open(closed):
        pass  # a writer that wrote nothing
    assert not snapshot(closed, target)
    assert snapshot(vault, target)


def test_whatever_is_written_to_the_vault_is_in_the_next_snapshot(
    filled: Store, run: int, vault: Path, target: Path, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot(vault, target)
    for number in range(20):  # one after the other, within one tick of the file system's clock
        filled.save_fetch(run, make.fetch(f"http://krug.test/{number}", Outcome.TIMEOUT))
        assert snapshot(vault, target)
        with open_reader(target) as reader:
            assert len(reader.query("SELECT * FROM fetches WHERE outcome = 'timeout'")) == number + 2
    monkeypatch.setitem(VIEWS, "coverage", VIEWS["coverage"] + " -- of another program")
    assert snapshot(vault, target)
    target.write_bytes(b"no snapshot")
    assert snapshot(vault, target)


def test_nothing_is_left_beside_it_and_the_file_needs_no_wal(ask: Ask, target: Path) -> None:
    assert [path.name for path in target.parent.iterdir()] == ["public.db"]
    assert target.read_bytes()[18:20] == b"\x01\x01"  # https://www.sqlite.org/fileformat2.html: 2 would be WAL


def test_it_is_one_state_of_a_vault_that_is_being_written(
    filled: Store, run: int, vault: Path, target: Path, make: Any, text_of: Callable[..., str]
) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            url = f"http://bereg.test/w{number}"
            filled.save_article(run, make.fetch(url), make.parsed(url, text_of(number + 10, 30)))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            snapshot(vault, target)
            with closing(sqlite3.connect(target)) as connection:
                counts = {
                    table: connection.execute(f"SELECT count(DISTINCT article) FROM {table}").fetchone()[0]
                    for table in ("coverage", "texts", "verdicts", "reasons", "places", "links", "versions")
                }
                assert len(set(counts.values())) == 1, counts
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        stop.set()
        writer.join()


def test_a_failure_leaves_the_older_file_and_one_clear_line(
    filled: Store, vault: Path, target: Path, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot(vault, target)
    before = target.read_bytes()
    filled.begin_run("feeds", make.at())

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"public.db: cannot be written: No space left on device; make room, [^\n]*$"):
        snapshot(vault, target)
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["public.db"]
    with pytest.raises(StoreError, match=r"none\.db: no database here"):
        snapshot(vault.with_name("none.db"), target)


def test_arrays_are_json_that_datasette_can_facet(ask: Ask) -> None:
    for column in ("authors", "topics", "reasons", "regions", "attributed_to"):
        assert all(isinstance(json.loads(value), list) for (value,) in ask(f"SELECT {column} FROM coverage"))


KILLED = """
import os, sys
from pathlib import Path
from monitor.snapshot import build
from monitor.snapshot import snapshot
build.facets.store = lambda db: os._exit(9)
snapshot(Path(sys.argv[1]), Path(sys.argv[2]), withhold=eval(sys.argv[3]))
"""


@pytest.mark.fault(80)
@pytest.mark.parametrize("withhold", ["None", "str"])
def test_what_killed_publishes_left_is_cleaned_by_the_next(vault: Path, tmp_path: Path, withhold: str) -> None:
    Store.open(vault).close()
    target, other = tmp_path / "site" / "public.db", vault.with_name(".public.db.00000000ffff.part.base")
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", KILLED, str(vault), str(target), withhold], check=False)
        assert done.returncode == 9
    assert len(list(target.parent.iterdir())) == 1
    before = {path.name for path in vault.parent.glob(".*")}
    assert bool(before) is (withhold == "str")
    other.write_bytes(b"of a publish into another folder, which may be running")
    snapshot(vault, target, withhold=str if withhold == "str" else None)
    assert [path.name for path in target.parent.iterdir()] == ["public.db"]
    assert [path.name for path in vault.parent.glob(".*")] == [other.name]
    other.unlink()

"""What was known at another time: whatever is done to a vault since, each table that readers are shown is what it was then."""

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from monitor.derive.absences import update_absences
from monitor.derive.edits import update_edits
from monitor.derive.statements import update_statements
from monitor.derive.stories import rematch, update_stories
from monitor.errors import StoreError, UsageError
from monitor.model import Channel, Family, MessageNumber, Outcome, ParsedChannel, Place, Verdict
from monitor.snapshot import build, recheck_tables, snapshot, statement_tables, story_tables
from monitor.trace.outlets import Outlets
from monitor.vault import Store, articles, evidence, open_reader
from monitor.vault.as_of import vault_as_of
from monitor.vault.connection import moment
from monitor.vault.history import BEGUN, WORKING_COLUMNS, WORKING_TABLES
from monitor.vault.migrations.steps import migrations
from monitor.vault.views import TABLES, VIEWS
from tests.records import Maker, words_of

MAKE = Maker()
PATHS = [f"http://{host}.test/{number}" for host in ("bereg", "polden", "rupor") for number in range(3)]
TEXTS = [words_of(seed) for seed in range(4)] + ["Повестки пришли 300 жителям. Военком это отрицает."]
Tables = dict[str, list[tuple[Any, ...]]]


class World:
    """A vault, and what may happen to it; each thing that happens is later than those before."""

    def __init__(self, store: Store) -> None:
        self.store, self.minutes = store, 0
        store.db.pragma("synchronous = OFF")
        self.run = store.begin_run("feeds", MAKE.at())

    def at(self) -> int:
        self.minutes += 7
        return self.minutes

    def page(self, number: int, text: int, relevant: bool) -> None:
        url, at = PATHS[number], self.at()
        parsed = MAKE.parsed(url, TEXTS[text], title=f"Заголовок {text}", relevant=relevant, published=number - 600)
        kind = "recheck" if articles.is_article(self.store.db, MAKE.pending(url).key) else "article"
        self.store.save_article(self.run, MAKE.fetch(url, kind=kind, at=at, digest=f"sha256:{text}"), parsed)

    def feed(self, first: int, count: int) -> None:
        items = [MAKE.entry(url, guid=f"{number}") for number, url in enumerate(PATHS[first : first + count])]
        fetch = MAKE.fetch("http://bereg.test/feed", Outcome.FEED, kind="feed", at=self.at())
        self.store.save_feed(self.run, fetch, MAKE.feed(*items), items)

    def failure(self, number: int) -> None:
        url, outcome = PATHS[number], (Outcome.TIMEOUT, Outcome.NOT_FOUND, Outcome.UNCHANGED)[number % 3]
        self.store.save_fetch(self.run, MAKE.fetch(url, outcome, kind="recheck", at=self.at()))
        self.store.save_fetch(self.run, MAKE.fetch("http://rupor.test/feed", outcome, kind="feed", at=self.at()))

    def channel(self, first: int, count: int) -> None:
        numbers = tuple(MessageNumber(number, "text", number) for number in range(first + 1, first + 1 + count))
        channel = Channel(MAKE.feed(), (), numbers)
        fetch = MAKE.fetch("http://kanal.test/s", Outcome.FEED, kind="feed", at=self.at())
        self.store.save_channel(self.run, fetch, ParsedChannel(channel, ()))

    def rejudge(self, score: int, relevant: bool) -> None:
        with self.store.db.transaction():
            for article in articles.stored(self.store.db):
                verdict = Verdict("summons", relevant, score / 10, (), (), "" if relevant else "mentioned in passing")
                articles.rejudge(self.store.db, article, [verdict], [Place("RU-MOW", "", "event", "text", 0, score)])

    def derive(self) -> None:
        update_stories(self.store, MAKE.at(self.at()))
        update_statements(self.store)
        update_edits(self.store, Outlets({}))
        update_absences(self.store)

    def rematch(self) -> None:
        rematch(self.store, MAKE.at(self.at()))
        update_statements(self.store)

    def end(self) -> None:
        self.store.finish_run(self.run, "done", MAKE.at(self.at()))
        self.store.update_expectations(self.run)
        self.run = self.store.begin_run("recheck", MAKE.at(self.at()))

    def lists(self, count: int, every: int) -> None:
        sources = [MAKE.source(name) for name in ("bereg", "polden", "rupor")][:count]
        self.store.sync_sources(sources, [Family(f"of {every}", "publisher", ("Bereg", "Rupor"))])


def deeds() -> st.SearchStrategy[tuple[str, tuple[Any, ...]]]:
    small, few = st.integers(0, 8), st.integers(1, 3)
    of: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
        "page": (small, st.integers(0, 4), st.booleans()), "feed": (small, few), "failure": (small,), "channel": (small, few),
        "rejudge": (few, st.booleans()), "derive": (), "rematch": (), "end": (), "lists": (few, few),
    }  # fmt: skip
    return st.sampled_from([*of, "page", "page", "derive"]).flatmap(lambda name: st.tuples(st.just(name), st.tuples(*of[name])))


def shown(path: Path) -> Tables:
    """All that readers may be shown, as it lies there: what views make of it follows from that, the order of their rows too."""
    with closing(sqlite3.connect(path)) as db:
        found = {}
        for name, without_rowid in db.execute("SELECT name, wr FROM pragma_table_list WHERE type = 'table'").fetchall():
            if name not in WORKING_TABLES and not name.startswith(("was_", "sqlite_")):
                columns = [column for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", (name,))]
                kept = [f'"{column}"' for column in columns if column not in WORKING_COLUMNS.get(name, ())]
                number = "" if without_rowid else "rowid, "
                found[name] = db.execute(f"SELECT {number}{', '.join(kept)} FROM {name}").fetchall()
    return found


def newest(store: Store) -> datetime:
    return moment(store.db.rows("SELECT at FROM moments ORDER BY number DESC LIMIT 1")[0]["at"])


def former_rows(path: Path) -> dict[str, int]:
    """How many rows each table of former rows has."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'was_%'")]
        return {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new vault: to make it anew for each sequence takes longer than all that happens to it."""
    path = tmp_path_factory.mktemp("vault") / "monitor.db"
    Store.open(path).close()
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path))


@settings(max_examples=5, phases=[Phase.generate])
@given(done=st.lists(deeds(), min_size=4, max_size=10))
def test_whatever_happens_to_a_vault_what_was_known_before_is_what_it_was(
    made: Path, done: list[tuple[str, tuple[Any, ...]]]
) -> None:
    with TemporaryDirectory() as folder:
        path, before = Path(shutil.copy(made, folder)), list[tuple[datetime, Tables]]()
        with Store.open(path) as store:
            world = World(store)
            for name, arguments in [("lists", (3, 1)), *done]:
                getattr(world, name)(*arguments)
                before.append((newest(store), shown(path)))
        for at, tables in before:
            with vault_as_of(path, at) as former:
                now = shown(former.path)
            assert {name: rows for name, rows in now.items() if rows != tables[name]} == {}
        assert [file.name for file in Path(folder).iterdir() if "as-of" in file.name] == []


def test_former_values_are_kept_of_every_column_that_readers_are_shown(path: Path) -> None:
    """SQLite itself tells what a query reads: views and the snapshot's tables are made of nothing else than what is kept."""
    read = set[tuple[str, str]]()

    def noting(vault: str) -> Callable[..., int]:
        def note(action: int, table: str | None, column: str | None, database: str | None, _by: str | None) -> int:
            if action == sqlite3.SQLITE_READ and table and column and database == vault:
                read.add((table, column))
            return sqlite3.SQLITE_OK

        return note

    with open_reader(path) as reader:
        reader.db.raw.set_authorizer(noting("main"))
        for view in (*VIEWS, *TABLES):
            list(reader.view(view))
        for question in (reader.state, reader.gaps, reader.unseen):
            question()
        assert not reader.is_fictional
        assert (reader.text("none"), reader.received({"fetch": 0}), [*evidence.captures_about(reader.db, ["none"])]) == (
            None,
            None,
            [],
        )
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("ATTACH ? AS vault", (str(path),))
        db.set_authorizer(noting("vault"))
        for tables in (build._TABLES, *(part.TABLES for part in (story_tables, statement_tables, recheck_tables))):
            db.executescript(tables)
    assert len(read) > 200
    working = {(t, c) for t, c in read if t in WORKING_TABLES or c in WORKING_COLUMNS.get(t, ())}
    assert working == {("moments", "number"), ("moments", "at")}  # which are not changed, and stand in the copy as they were


def test_what_is_as_it_was_leaves_no_former_row(path: Path) -> None:
    with Store.open(path) as store:
        world = World(store)
        world.lists(3, 1)
        for number in range(4):
            world.page(number, number % 2, relevant=True)
        world.rejudge(3, relevant=True)
        world.derive()
        before = former_rows(path)
        world.lists(3, 1)
        world.rejudge(3, relevant=True)
        world.derive()
        world.rematch()
        after = former_rows(path)
    assert {name: count - before[name] for name, count in after.items() if count != before[name]} == {}


def test_each_transaction_is_noted_with_its_command_and_times_never_go_back(path: Path) -> None:
    with Store.open(path, command="crawl feeds") as store:
        run = store.begin_run("feeds", MAKE.at())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE moments SET at = '2199-01-01T00:00:00.000000Z' WHERE number = (SELECT max(number) FROM moments)")
    with Store.open(path, command="rejudge") as store:  # the clock was put back
        store.finish_run(run, "done", MAKE.at())
        noted = [tuple(row) for row in store.db.rows("SELECT at, by FROM moments ORDER BY number")]
    assert [*dict.fromkeys(by for _, by in noted)] == ["made", "crawl feeds", "rejudge"]
    assert next(at for at, by in noted if by == "rejudge") == "2199-01-01T00:00:00.000001Z"
    assert [at for at, _ in noted] == sorted({at for at, _ in noted})


def test_a_run_whose_clock_was_set_is_noted_by_that(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    with Store.open(path, clock=lambda: MAKE.at(5)) as store:
        store.begin_run("feeds", MAKE.at(5))
    with vault_as_of(path, MAKE.at(5)) as former, open_reader(former.path) as reader:
        assert (len(reader.runs()), reader.state()["as_of"], former.first) == (1, "2026-05-18T12:05:00.000000Z", "")


def test_before_its_first_row_a_vault_is_empty_and_says_so(path: Path) -> None:
    with Store.open(path) as store:
        first = moment(store.db.rows("SELECT at FROM moments")[0]["at"])
        World(store).page(1, 1, relevant=True)
    with vault_as_of(path, first - timedelta(days=1)) as former, open_reader(former.path) as reader:
        assert [len(list(reader.view(view))) for view in (*VIEWS, *TABLES)] == [0] * len([*VIEWS, *TABLES])
        assert moment(former.first) == first


def test_of_what_was_not_kept_nothing_is_claimed(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:  # as a vault of before
        db.execute("DELETE FROM moments")
        db.execute("DROP TRIGGER keep_runs_came")
        db.execute("INSERT INTO runs (id, kind, started) VALUES (1, 'feeds', '2026-05-18T12:00:00.000000Z')")
    with Store.open(path) as store:
        since = store.db.rows("SELECT at, by FROM moments ORDER BY number")[0]
    assert since["by"] == BEGUN
    with pytest.raises(UsageError, match=re.escape(f"was not kept: {path} has a history since {since['at']}")):
        vault_as_of(path, MAKE.at()).__enter__()
    with vault_as_of(path, moment(since["at"])) as former, open_reader(former.path) as reader:
        assert len(reader.runs()) == 1


def test_what_is_to_come_and_a_snapshot_are_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="still to come; name a time that has passed"):
        vault_as_of(path, datetime.now(UTC) + timedelta(minutes=1)).__enter__()
    snapshot(path, tmp_path / "public.db")
    with pytest.raises(StoreError, match="is a snapshot, which holds one state; name the vault"):
        vault_as_of(tmp_path / "public.db", MAKE.at()).__enter__()


def test_a_column_that_a_migration_adds_is_kept_from_then_on(path: Path) -> None:
    with Store.open(path) as store:
        World(store).lists(3, 1)
        store.sync_sources([], [])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("ALTER TABLE families ADD COLUMN note TEXT NOT NULL DEFAULT 'none'")
    with Store.open(path) as store:
        World(store).lists(3, 1)
        store.db.change("UPDATE families SET note = 'some'")
        at = newest(store)
        store.db.change("UPDATE families SET note = 'other'")
    with closing(sqlite3.connect(path)) as db:
        held = {row[0] for row in db.execute("SELECT name FROM pragma_table_info('was_families')")}
    assert "note" in held
    for time, notes in ((at, {"some"}), (at - timedelta(microseconds=1), {"none"})):
        with vault_as_of(path, time) as former, open_reader(former.path) as reader:
            assert {row["note"] for row in reader.query("SELECT note FROM families")} == notes


def test_tables_of_work_are_renamed_with_all_that_is_to_be_done_and_their_triggers(tmp_path: Path) -> None:
    path = tmp_path / "older.db"
    with closing(sqlite3.connect(path)) as db, db:
        for step in migrations[: next(n for n, step in enumerate(migrations) if step.__name__ == "m0043_work_tables")]:
            step(db)
            db.execute(f"PRAGMA user_version = {migrations.index(step) + 1}")
        db.execute("INSERT INTO restated VALUES ('story-1')")
        db.execute("INSERT INTO unsaid VALUES ('speaker-1')")
        db.execute("INSERT INTO told VALUES ('by these words')")
        db.execute("INSERT INTO logged VALUES ('text', '27')")
        db.execute("PRAGMA application_id = 0x50565354")
    with Store.open(path) as store:
        assert [row["id"] for row in store.db.rows("SELECT id FROM changed_statements")] == ["story-1"]
        assert [row["speaker_id"] for row in store.db.rows("SELECT speaker_id FROM changed_speakers")] == ["speaker-1"]
        assert [row["digest"] for row in store.db.rows("SELECT digest FROM story_digest")] == ["by these words"]
        assert [row["value"] for row in store.db.rows("SELECT value FROM evidence_logged")] == ["27"]
        World(store).page(0, 0, True)
        assert [tuple(row) for row in store.db.rows("SELECT article FROM changed_articles")] != []
        triggers = {
            row["name"]: row["sql"] for row in store.db.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        }
    assert {"story_changes_statements", "attributions_change_speakers", "denials_change_speakers"} <= triggers.keys()
    assert [name for name, sql in triggers.items() if re.search("touched|restated|unsaid|called", sql)] == []


def test_a_column_that_a_migration_renames_keeps_what_its_rows_were(path: Path) -> None:
    """What reads pages was called `reader` in the vault before it was called `parser`, and a feed's `backoff` its `setbacks`."""
    with Store.open(path) as store:
        World(store).page(0, 0, True)
        store.db.change("UPDATE revisions SET parser = 'one'")
        at = newest(store)
        store.db.change("UPDATE revisions SET parser = 'two'")
        store.db.change("INSERT INTO feeds (source, backoff, publish_rate) VALUES ('rupor', 1.5, '{}')")
    with closing(sqlite3.connect(path)) as db, db:
        for table, column in (("revisions", ""), ("changed_readings", ""), ("changed_readings", "_before")):
            for name in (table, f"was_{table}"):
                db.execute(f"ALTER TABLE {name} RENAME COLUMN parser{column} TO reader{column}")
        for table in ("feeds", "was_feeds"):
            db.execute(f"ALTER TABLE {table} RENAME COLUMN backoff TO setbacks")
            db.execute(f"ALTER TABLE {table} RENAME COLUMN publish_rate TO rhythm")
        db.execute("DROP TABLE meanings")  # a later step makes it, and this column
        db.execute("DROP VIEW skipped")
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'fetches'"
        for (trigger,) in db.execute(triggers).fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("ALTER TABLE fetches DROP COLUMN title")
        before = next(number for number, step in enumerate(migrations) if step.__name__ == "m0040_parsers")
        db.execute(f"PRAGMA user_version = {before}")
    with Store.open(path), open_reader(path) as reader:
        assert [row["parser"] for row in reader.query("SELECT parser FROM versions")] == ["two"]
        assert [tuple(row) for row in reader.query("SELECT backoff, publish_rate FROM feeds")] == [(1.5, "{}")]
    with vault_as_of(path, at) as former, open_reader(former.path) as reader:
        assert [row["parser"] for row in reader.query("SELECT parser FROM versions")] == ["one"]


def test_a_copy_that_a_kill_left_goes_with_the_next(path: Path) -> None:
    left = path.with_name(f".{path.name}.as-of.killed")
    left.mkdir()
    (left / path.name).write_bytes(b"a large file")
    with vault_as_of(path, datetime.now(UTC)) as former:
        assert not left.exists()
        with vault_as_of(path, datetime.now(UTC)) as other:  # one that is in use stays
            assert other.path.exists()
            assert former.path.exists()
    assert not former.path.exists()

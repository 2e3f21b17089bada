"""What the vault promises when things go wrong: kills, full disks, two writers, other versions, readers that stay."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import LockedError, OlderError, SlowError, StoreError
from monitor.model import Family, Outcome
from monitor.snapshot import snapshot
from monitor.vault import Store, is_written, migrate_vault, open_reader, schema
from monitor.vault.connection import Connection as SQLite
from monitor.vault.connection import stamp


def write_articles(vault: Path, start: int, make: Any, text_of: Callable[..., str], said: Connection) -> None:
    """Saves one article after another, and says the id of each once it is acknowledged."""
    with Store.open(vault, command="the first writer") as store:
        run = store.begin_run("feeds", make.at())
        said.send("open")
        for number in range(start, start + 10_000):
            store.frontier.push([make.pending(f"http://bereg.test/{number}")])
            (leased,) = store.frontier.lease(run, 1, now=make.at())
            bundle = make.parsed(leased.pending.url, text_of(number % 7, 40 + number % 5))
            said.send(store.save_article(run, make.fetch(leased.pending.url), bundle, key=leased.pending.key).article)


class Writer:
    """A process that writes until it is killed."""

    def __init__(self, vault: Path, start: int, make: Any, text_of: Callable[..., str]) -> None:
        self._heard, said = multiprocessing.Pipe(duplex=False)
        # fork: twenty interpreters that import all anew would take most of the time.
        self._process = multiprocessing.get_context("fork").Process(
            target=write_articles, args=(vault, start, make, text_of, said)
        )
        self._process.start()
        said.close()
        assert self.hear() == "open"

    @property
    def pid(self) -> int:
        assert self._process.pid
        return self._process.pid

    def hear(self) -> str:
        return str(self._heard.recv())

    def kill(self) -> list[str]:
        """What it had acknowledged when it died, and nobody had heard yet."""
        self._process.kill()
        self._process.join()
        rest = []
        with contextlib.suppress(EOFError):  # the last word may have been cut
            while True:
                rest.append(self.hear())
        return rest


@pytest.mark.fault(47)
def test_after_20_kills_every_acknowledged_article_is_there_whole(vault: Path, make: Any, text_of: Callable[..., str]) -> None:
    acknowledged: list[str] = []
    for round_ in range(20):
        writer = Writer(vault, round_ * 10_000, make, text_of)
        acknowledged += [writer.hear() for _ in range(round_ % 4)]
        acknowledged += writer.kill()
    with Store.open(vault) as store, open_reader(vault) as reader:
        assert reader.query("PRAGMA integrity_check")[0][0] == "ok"
        assert reader.query("PRAGMA foreign_key_check") == []
        stored = {row["article"]: row for row in reader.view("coverage")}
        assert set(acknowledged) <= stored.keys()
        assert all(row["revisions"] == 1 and row["links"] == 2 and row["regions"] == '["RU-VGG"]' for row in stored.values())
        # One row in `fetches` and one address done for each article; nothing else was done.
        assert reader.query("SELECT count(*) FROM fetches")[0][0] == len(stored)
        assert store.frontier.counts(make.at()).done == len(stored)
        assert store.frontier.counts(make.at()).leased == 0
        # Copies are what one undisturbed run would have found: texts differ by number % 7 and by length alone.
        groups = {row["copy_group"] for row in stored.values()}
        assert len(groups - {""}) <= 7
    assert len(acknowledged) > 20


@pytest.mark.fault(50)
def test_a_second_writer_is_refused_and_told_who_writes(vault: Path, make: Any, text_of: Callable[..., str]) -> None:
    writer = Writer(vault, 0, make, text_of)
    try:
        with pytest.raises(LockedError, match=rf"process {writer.pid} \(the first writer, since .* UTC\) writes it"):
            Store.open(vault)
        with open_reader(vault) as reader:
            assert reader.query("SELECT 1")[0][0] == 1
    finally:
        writer.kill()
    Store.open(vault).close()


@pytest.mark.fault(50, 67)
@pytest.mark.parametrize("how", ["symbolic", "hard", "a folder"])
def test_a_database_of_two_names_has_one_writer(
    how: str, vault: Path, tmp_path: Path, make: Any, text_of: Callable[..., str]
) -> None:
    Store.open(vault).close()
    other = tmp_path / "elsewhere" / "other.db"
    if how == "a folder":
        other.parent.symlink_to(vault.parent, target_is_directory=True)
        other = other.parent / vault.name
    else:
        other.parent.mkdir()
        (other.symlink_to if how == "symbolic" else other.hardlink_to)(vault)
    writer = Writer(vault, 0, make, text_of)
    try:
        with pytest.raises(
            LockedError, match="another process, under another name" if how == "hard" else f"process {writer.pid}"
        ):
            Store.open(other)
        assert is_written(other) or how == "hard"
    finally:
        writer.kill()
    with Store.open(other), pytest.raises(LockedError, match="this process writes it already"):
        Store.open(vault)


def test_the_lock_ends_with_the_process_even_where_a_child_of_it_lives_on(vault: Path, tmp_path: Path) -> None:
    program = (
        "import os, sys, time; from pathlib import Path; from monitor.vault import Store\n"
        "store = Store.open(Path(sys.argv[1]))\n"
        "child = os.fork()\n"
        "if child == 0: time.sleep(60)\n"
        "print(child, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(vault)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())
    try:
        parent.kill()
        parent.wait()
        Store.open(vault).close()
    finally:
        os.kill(child, signal.SIGKILL)


def test_one_process_cannot_open_the_vault_to_write_twice(vault: Path) -> None:
    with Store.open(vault):
        with pytest.raises(LockedError, match="this process writes it already"):
            Store.open(vault)
        with pytest.raises(LockedError, match="this process writes it already"):
            Store.open(vault.parent / "." / vault.name)
    Store.open(vault).close()


@pytest.mark.fault(49)
def test_a_full_disk_is_one_clear_line_and_leaves_nothing_half_written(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    store.db.pragma(f"max_page_count = {store.db.rows('PRAGMA page_count')[0][0] + 20}")
    saved: list[str] = []

    def fill() -> None:
        for number in range(1000):
            url = f"http://bereg.test/{number}"
            saved.append(store.save_article(run, make.fetch(url), make.parsed(url, text_of(number, 500))).article)

    with pytest.raises(StoreError, match=rf"^{vault}: database or disk is full; make room [^\n]*$"):
        fill()
    with open_reader(vault) as reader:
        assert reader.query("PRAGMA integrity_check")[0][0] == "ok"
        assert {row["article"] for row in reader.view("coverage")} == set(saved)
        for table in ("links", "verdicts", "article_wordings", "article_urls", "revisions"):
            assert len(reader.query(f"SELECT DISTINCT article FROM {table}")) == len(saved)
        assert reader.query("SELECT count(*) FROM fetches")[0][0] == len(saved)
    store.db.pragma("max_page_count = 100000")
    store.save_article(run, make.fetch("http://bereg.test/later"), make.parsed("http://bereg.test/later", text_of(5)))


def test_what_breaks_in_the_middle_of_an_answer_leaves_nothing_of_it(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    def earned() -> Iterator[Any]:
        yield make.pending("http://bereg.test/earned")
        raise RuntimeError("in the middle")

    url = "http://bereg.test/1"
    with pytest.raises(RuntimeError, match="in the middle"):
        store.save_article(run, make.fetch(url), make.parsed(url, text_of(1)), pending=earned())
    with open_reader(vault) as reader:
        for table in ("fetches", "articles", "revisions", "links", "wordings", "wording_bands", "changed_articles", "frontier"):
            assert reader.query(f"SELECT count(*) FROM {table}")[0][0] == 0, table


def test_an_answer_takes_the_write_lock_before_its_work_not_in_the_middle(store: Store, vault: Path) -> None:
    other = sqlite3.connect(vault, timeout=0, isolation_level=None)
    with store.db.transaction(), pytest.raises(sqlite3.OperationalError, match="database is locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.fault(51)
def test_a_reader_that_stays_sees_one_state_and_does_not_stop_the_writer(
    store: Store, run: int, vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    def save(numbers: range) -> None:
        for number in numbers:
            url = f"http://bereg.test/{number}"
            store.save_article(run, make.fetch(url), make.parsed(url, text_of(number)))

    save(range(5))
    with open_reader(vault) as reader:
        staying = reader.view("coverage")
        next(staying)
        save(range(5, 40))
        assert len(list(staying)) == 4
        assert len(list(reader.view("coverage"))) == 40


@pytest.mark.fault(52)
def test_a_newer_vault_is_refused_with_a_clear_word_and_left_as_it_is(vault: Path) -> None:
    Store.open(vault).close()
    with contextlib.closing(sqlite3.connect(vault)) as connection:
        connection.execute("PRAGMA user_version = 999")
    before = vault.read_bytes()
    for opening in (Store.open, open_reader):
        with pytest.raises(StoreError, match=r"newer version of Povestka \(its tables are of version 999, .*; update this one$"):
            opening(vault)
    assert vault.read_bytes() == before


def m9999_more(db: sqlite3.Connection) -> None:
    """What a newer program has too."""
    db.execute("CREATE TABLE more (id INTEGER)")


def test_a_power_cut_takes_no_commit_that_has_returned(store: Store) -> None:
    """As sqlite.org/pragma.html#pragma_synchronous has it of FULL (2), which syncs the WAL at each commit; NORMAL does not."""
    assert [store.db.raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")] == ["wal", 2]


@pytest.mark.fault(52)
def test_an_older_vault_is_migrated_and_a_copy_of_it_kept(vault: Path, monkeypatch: pytest.MonkeyPatch, make: Any) -> None:
    with Store.open(vault) as store:
        store.begin_run("old", make.at())
    monkeypatch.setattr(schema, "migrations", [*schema.migrations, m9999_more])
    Store.open(vault).close()
    copy = vault.with_name("monitor.db.before-m9999_more")
    for path, names in ((vault, {"runs", "more"}), (copy, {"runs"})):
        with contextlib.closing(sqlite3.connect(path)) as db:
            found = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE name IN ('runs', 'more')")}
            assert found == names
            assert db.execute("SELECT kind FROM runs").fetchall() == [("old",)]


@pytest.mark.parametrize(
    ("command", "kind", "clock"),
    [
        ("crawl feeds", "feeds", None),
        ("crawl replay", "replay", None),
        ("crawl feeds, its clock set to 2026-05-18T15:00:00+03:00", "feeds", "2026-05-18T12:00:00.000000Z"),
    ],
)
def test_what_a_run_was_is_taken_out_of_its_command_when_the_vault_is_migrated(
    command: str, kind: str, clock: str | None, vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = [step for step in schema.migrations if step.__name__ < "m0016"]
    with monkeypatch.context() as patch, contextlib.closing(sqlite3.connect(vault)) as db:
        db.row_factory = sqlite3.Row
        patch.setattr(schema, "migrations", older)
        patch.setattr(schema, "VIEWS", {})
        schema.migrate(db, vault)
        db.execute("INSERT INTO runs (command, started) VALUES (?, '2026-05-18T12:00:00.000000Z')", (command,))
        for fetched, url in (("robots", "http://a.test/robots.txt"), ("discovery", "http://a.test/")):
            db.execute(
                "INSERT INTO fetches (run, url, key, source, kind, outcome, detail, started, finished, bytes, location, referrer,"
                " depth) VALUES (1, ?, '', '', ?, 'read', '', '', '', 0, '', '', 0)",
                (url, fetched),
            )
        db.commit()
    with Store.open(vault) as store, open_reader(vault) as reader:
        (run,) = store.runs()
        assert (run.kind, run.clock and stamp(run.clock)) == (kind, clock)
        outcomes = [row["outcome"] for row in reader.query("SELECT outcome FROM fetches ORDER BY id")]
        assert outcomes == [Outcome.ROBOTS_READ, Outcome.HOME_READ]


@pytest.mark.parametrize("had", [1, 7, 13])
def test_a_vault_whose_migrations_sqlite_utils_counted_is_brought_up_to_date(vault: Path, tmp_path: Path, had: int) -> None:
    with contextlib.closing(sqlite3.connect(vault)) as db:
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        db.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
        for step in schema.migrations[:had]:
            step(db)
            db.execute("INSERT INTO _sqlite_migrations VALUES ('povestka', ?, '')", (step.__name__,))
        db.commit()
    Store.open(vault).close()
    Store.open(tmp_path / "new.db").close()
    tables = []
    for path in (vault, tmp_path / "new.db"):
        with contextlib.closing(sqlite3.connect(path)) as db:
            tables.append(db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall())
            assert db.execute("PRAGMA user_version").fetchone() == (len(schema.migrations),)
    assert tables[0] == tables[1]


def test_who_reads_an_older_vault_is_told_to_bring_it_up_to_date(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(vault).close()
    monkeypatch.setattr(schema, "migrations", [*schema.migrations, m9999_more])
    with pytest.raises(StoreError, match=r"older version of Povestka; `monitor migrate` brings it"):
        open_reader(vault)
    assert migrate_vault(vault, command="migrate")
    assert not migrate_vault(vault, command="migrate")
    assert vault.with_name("monitor.db.before-m9999_more").exists()
    with open_reader(vault) as reader:
        assert reader.query("SELECT count(*) FROM more")[0][0] == 0


def test_nothing_is_made_where_there_is_no_vault_to_bring_up_to_date(vault: Path) -> None:
    with pytest.raises(StoreError, match="no database here"):
        migrate_vault(vault, command="migrate")
    assert not vault.exists()


OLDER = "DROP VIEW coverage"
"""As an older program leaves it: with other views."""


@pytest.mark.fault(52)
@pytest.mark.parametrize("verb", ["migrate", "rematch", "rejudge", "retrace", "alert", "prune --yes"])
def test_what_writes_a_vault_brings_an_older_one_up_to_date_by_itself(verb: str, vault: Path) -> None:
    Store.open(vault).close()
    with contextlib.closing(sqlite3.connect(vault)) as db:
        db.execute(OLDER)
    data = shutil.copytree(Path(__file__).parents[2] / "data", vault.parent / "newsroom")
    shutil.copy(data / "alerts.example.toml", data / "alerts.toml")
    ran = run_monitor("--data", str(data), "--db", str(vault), *verb.split())
    assert "brings it" not in ran.stderr, ran.stderr
    open_reader(vault).close()


def test_what_reads_an_older_vault_names_the_command_for_it_and_changes_nothing(vault: Path) -> None:
    Store.open(vault).close()
    with contextlib.closing(sqlite3.connect(vault)) as db:
        db.execute(OLDER)
    for verb in ("status", "verify", "alert --dry-run"):
        ran = run_monitor("--db", str(vault), *verb.split())
        assert (ran.returncode, "`monitor migrate` brings it" in ran.stderr) == (1, True), verb
    with pytest.raises(OlderError):
        open_reader(vault)


def run_monitor(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "monitor.cli", *arguments], capture_output=True, text=True, check=False)


@pytest.mark.fault(52)
@pytest.mark.parametrize(
    ("breaking", "said"),
    [
        ("CREATE TABLE runs (id INTEGER)", "table runs already exists"),
        (
            "INSERT INTO changed_articles VALUES ('nobody')",
            "m9999_broken: a row of changed_articles refers to nothing in",
        ),
    ],
)
def test_a_migration_that_fails_leaves_the_vault_as_it_was(
    vault: Path, monkeypatch: pytest.MonkeyPatch, breaking: str, said: str
) -> None:
    Store.open(vault).close()

    def m9999_broken(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE half (id INTEGER)")
        db.execute(breaking)

    with monkeypatch.context() as patch:
        patch.setattr(schema, "migrations", [*schema.migrations, m9999_broken])
        with pytest.raises(StoreError, match=said):
            Store.open(vault)
    with Store.open(vault), open_reader(vault) as reader:
        assert reader.query("SELECT count(*) FROM sqlite_master WHERE name = 'half'")[0][0] == 0
        assert reader.query("SELECT count(*) FROM revisions")[0][0] == 0


def test_references_are_checked_again_once_the_tables_are_up_to_date(store: Store) -> None:
    """While they are changed nothing is checked, so that a table can be made anew."""
    with pytest.raises(StoreError, match="FOREIGN KEY constraint failed"):
        store.db.change(
            "INSERT INTO revisions (article, number, fetched, fetch, title, text, digest) VALUES ('nobody', 1, '', 1, '', '', '')"
        )


def test_views_follow_the_program_without_a_migration(vault: Path) -> None:
    Store.open(vault).close()
    connection = sqlite3.connect(vault)
    connection.executescript("DROP VIEW gaps; DROP VIEW coverage; CREATE VIEW coverage AS SELECT 1 AS article")
    connection.close()
    with pytest.raises(StoreError, match=r"has other views than this version of Povestka; `monitor migrate` brings it"):
        open_reader(vault)
    with Store.open(vault), open_reader(vault) as reader:
        assert len(reader.columns("coverage")) > 30
        assert list(reader.view("gaps")) == []


def test_a_database_of_another_program_is_not_touched(vault: Path) -> None:
    connection = sqlite3.connect(vault)
    connection.execute("CREATE TABLE bookmarks (url)")
    connection.close()
    before = vault.read_bytes()
    with pytest.raises(StoreError, match="is a database of another program"):
        Store.open(vault)
    vault.write_text("not a database at all, though long enough to look at" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        Store.open(vault)
    assert before


def test_what_is_no_database_of_ours_is_not_read_and_told_in_one_line(vault: Path, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(vault)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    for read in (open_reader, lambda path: snapshot(path, tmp_path / "public.db")):
        with pytest.raises(StoreError, match=rf"^{vault}: is no database of Povestka; name one [^\n]+$"):
            read(vault)
    vault.write_text("not a database at all, though long enough to look at" * 100)
    for read in (open_reader, lambda path: snapshot(path, tmp_path / "public.db")):
        with pytest.raises(StoreError, match=rf"^{vault}: file is not a database$"):
            read(vault)
    assert list(tmp_path.iterdir()) == [vault]


def test_a_snapshot_can_be_read_but_is_no_vault_and_errors_name_what_was_asked_for(vault: Path, tmp_path: Path) -> None:
    target = tmp_path / "public.db"
    Store.open(vault).close()
    snapshot(vault, target)
    open_reader(target).close()
    with pytest.raises(StoreError, match=rf"^{target}: is a snapshot; name the vault"):
        snapshot(target, tmp_path / "again.db")
    with contextlib.closing(sqlite3.connect(vault)) as connection:
        connection.execute("DROP TABLE denials")
    with pytest.raises(StoreError, match=rf"^{target}: no such table: [^\n]*denials$"):
        snapshot(vault, target)


def test_what_cannot_be_opened_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"none.db: no database here; `monitor crawl` makes one$"):
        open_reader(tmp_path / "none.db")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"Not a directory; name a folder where you may write|File exists; name"):
        Store.open(tmp_path / "file" / "monitor.db")
    Store.open(tmp_path / "monitor.db").close()
    with open_reader(tmp_path / "monitor.db") as reader, pytest.raises(StoreError, match="attempt to write a readonly database"):
        reader.query("DELETE FROM runs")


def test_what_the_driver_itself_refuses_is_one_line_that_names_the_file_too(vault: Path) -> None:
    store = Store.open(vault)
    store.close()
    with pytest.raises(StoreError, match=rf"{vault}: Cannot operate on a closed database"):
        store.feed_state("bereg")


def test_a_query_that_gives_no_row_for_long_is_given_up_and_one_that_is_read_slowly_is_not(tmp_path: Path) -> None:
    db = SQLite(tmp_path / "some.db", writes=True)
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    with pytest.raises(SlowError, match=r"^[^\n]*some\.db: a query gave no row for too long$"):
        list(db.iterate(f"{numbers} WHERE i < 0", timeout=0.05))
    rows = db.iterate(f"{numbers} WHERE i < 4 OR i > 4e9", timeout=0.5)
    for number in (1, 2):
        assert next(rows)["i"] == number
        time.sleep(0.6)
    with pytest.raises(SlowError):  # Python's driver looks for the fourth before it gives the third
        next(rows)
    assert db.rows("SELECT 1")[0][0] == 1, "and the connection is as good as before"
    db.close()


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A folder on a disk of its own, and what makes that read-only."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr!r}")
    yield folder, lambda: subprocess.run(["mount", "-o", "remount,ro", folder], check=True) and None
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_vault_on_a_disk_that_cannot_be_written_is_read_and_published(
    read_only_disk: tuple[Path, Callable[[], None]], make: Any, text_of: Callable[..., str], tmp_path: Path
) -> None:
    folder, close = read_only_disk
    with Store.open(folder / "monitor.db") as store:
        run = store.begin_run("feeds", make.at())
        store.save_article(run, make.fetch("http://bereg.test/1"), make.parsed("http://bereg.test/1", text_of(1)))
    close()
    with open_reader(folder / "monitor.db") as reader:
        assert reader.query("SELECT count(*) FROM articles")[0][0] == 1
    snapshot(folder / "monitor.db", tmp_path / "public.db")
    with open_reader(tmp_path / "public.db") as reader:
        assert len(list(reader.view("coverage"))) == 1


def test_where_the_newest_is_in_the_wal_of_such_a_disk_that_is_told_and_nothing_older_is_read(
    read_only_disk: tuple[Path, Callable[[], None]], make: Any, tmp_path: Path
) -> None:
    folder, close = read_only_disk
    with Store.open(tmp_path / "monitor.db") as store:
        store.begin_run("feeds", make.at())
        for name in ("monitor.db", "monitor.db-wal"):
            (folder / name).write_bytes((tmp_path / name).read_bytes())
    close()
    with pytest.raises(
        StoreError, match=r"monitor\.db-wal: has what was written last, and the disk cannot be written; copy both"
    ):
        open_reader(folder / "monitor.db")


@pytest.mark.parametrize("check", ["integrity_check", "quick_check", "foreign_key_check"])
def test_sqlites_own_checks_find_nothing(vault: Path, make: Any, check: str) -> None:
    with Store.open(vault) as store:
        store.sync_sources([make.source("bereg")], [Family("north", "publisher", ("Bereg", "Polden"))])
    with contextlib.closing(sqlite3.connect(vault)) as db:
        assert db.execute(f"PRAGMA {check}").fetchall() == ([] if check == "foreign_key_check" else [("ok",)])

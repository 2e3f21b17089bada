"""Archives that a Dask cluster reads: the vault is the one that a backfill without it makes, whatever dies. Real clusters."""

import http.server
import os
import re
import sys
import threading
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import dask
import psutil
import pytest
from distributed import Client, LocalCluster

from monitor.vault import open_reader
from tests.faults.test_backfill import archive

BASE = "http://bridge.example/news"
SUMMONS = "The military commissariat of Tver handed out summonses to reservists in {} on Monday, an officer said. "
# What turns on the order in which pages came, which no backfill promises: numbers of rows and moments, what was so before, which
# wordings were compared (the articles have their groups), and with which of its captures the looks at an article begin. And
# places in the archive, by random ids; what a run cost.
NOT_CONTENT = re.compile(r"id|run|revision|fetch|relevant_since|warc_offset|warc_record|warc_file|seconds|\w+_seconds")
NOT_COMPARED = re.compile(r"was_.*|.*wording.*|copies|moments|looks|sqlite_.*")


def _pages(article, number):
    """Of one archive: stories of the beat and others, copies of the archive before it, further pages, and what is passed over."""
    day = f"2026-03-{number + 1:02}"

    def page(name, title, words, hour=10, status=200):
        return (f"{BASE}/{name}", f"{day}T{hour:02}:00:00Z", article(title, words=words), status)

    stories = [page(f"story-of-{word}{number}", f"Summonses in {word} {number}", SUMMONS.format(f"{word} {number}") * 4)
               for word in ("Rzhev", "Torzhok", "Kimry", "Bezhetsk")]  # fmt: skip
    others = [page(f"bridge-of-{word}{number}", f"A bridge in {word} {number}", f"The bridge of {word} {number} was mended. " * 9)
              for word in ("Rzhev", "Torzhok")]  # fmt: skip
    copied = page(f"copied-in-archive{number}", "Summonses for all", SUMMONS.format("all of the region") * 6, hour=11)
    again = page("front-of-tver", "What Tver says", f"Of day {number}. " + SUMMONS.format("Tver") * 3, hour=12)
    same = page("never-changed", "What stays", SUMMONS.format("Staritsa") * 3, hour=13)
    first = page(f"long-read{number}", "A long read", SUMMONS.format("part one") * 2, hour=14)
    url, date, body, status = first
    first = (url, date, body.replace("</head>", f'<link rel="next" href="{url}?page=2"></head>'), status)
    second = (f"{url}?page=2", date, article("A long read", words=SUMMONS.format("part two") * 2), 200)
    return [*stories, *others, copied, again, same, second, first, page(f"gone{number}", "Gone", "x", status=404),
            (f"{BASE}/empty{number}", f"{day}T15:00:00Z", "<html><body></body></html>", 200),
            (f"http://elsewhere.example/{number}", f"{day}T15:00:00Z", article("Of others"), 200)]  # fmt: skip


@pytest.fixture(scope="module")
def archives(tmp_path_factory, article):
    folder = tmp_path_factory.mktemp("archives")
    files = [archive(folder / f"{number}.warc.gz", *_pages(article, number)) for number in range(4)]
    broken = files[1].read_bytes()
    files[1].write_bytes(broken[: len(broken) // 2] + b"\xff" * 40 + broken[len(broken) // 2 + 40 :])
    return [str(file) for file in files]


def backfill(newsroom, archives, *options):
    """Its exit code, what it printed and what it logged."""
    command = [sys.executable, "-m", "monitor.cli", "--data", str(newsroom.folder), "backfill", *options, *archives]
    process = newsroom.popen(command, MONITOR_WORKERS="2")
    out, err = process.communicate(timeout=500)
    return process.returncode, out, err


def content(newsroom, began):
    """All rows of the vault, table by table, but for what NOT_CONTENT and NOT_COMPARED say, and moments since `began`."""
    with open_reader(newsroom.folder / "monitor.db") as reader:
        tables = [name for (name,) in reader.query("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: sorted(
                repr([(name, "now" if str(value)[:2] == "20" and str(value) >= began else value)
                      for name, value in dict(row).items() if not NOT_CONTENT.fullmatch(name)])
                for row in reader.query(f'SELECT * FROM "{table}"')
            )
            for table in tables if not NOT_COMPARED.fullmatch(table)
        }  # fmt: skip


@pytest.fixture(scope="module")
def plain(new_newsroom, archives):
    """What a backfill without a cluster makes of the archives."""
    newsroom = new_newsroom("plain")
    newsroom.sources(bridge="http://bridge.example/feed")
    began = datetime.now(UTC).isoformat()
    code, out, err = backfill(newsroom, archives)
    assert code == 3, out + err
    return out, content(newsroom, began)


def check(newsroom, plain, began, result, archives, named=()):
    """It is the vault of `plain`, of the same archives, which may be `named` otherwise."""
    code, out, err = result
    assert (code, "Traceback" in err, "not read ahead" in err) == (3, False, False), out + err
    before, after = plain[1], content(newsroom, began)
    for mine, theirs in zip(named, archives, strict=False):
        out = out.replace(mine, theirs)
        after["runs"] = [row.replace(mine, theirs) for row in after["runs"]]
    assert out.partition(": ")[2] == plain[0].partition(": ")[2], "but for the seconds that the run took"
    assert after.keys() == before.keys()
    for table, rows in after.items():
        assert rows == before[table], table
    read = [int(number) for number in re.findall(r"(\d+) pages read ahead", err)]
    assert [number > 9 for number in read] == [True] * len(archives), "of a broken one, what is whole"


def test_two_processes_here_make_the_vault_that_none_make(newsroom, archives, plain):
    newsroom.sources(bridge="http://bridge.example/feed")
    began = datetime.now(UTC).isoformat()
    check(newsroom, plain, began, backfill(newsroom, archives, "--dask", "local"), archives)
    assert len(plain[1]["articles"]) > 30
    assert len(plain[1]["revisions"]) > len(plain[1]["articles"])
    assert any("joined from several pages" in row for row in plain[1]["articles"])


@pytest.fixture
def served(archives):
    """The addresses of the archives on a server."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(Path(archives[0]).parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield [f"http://127.0.0.1:{server.server_port}/{Path(archive).name}" for archive in archives]
        server.shutdown()


@pytest.fixture
def cluster():
    """Two workers of somebody's cluster, that may start processes."""
    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def kill_one_at_work(client, killed):
    """The first worker that has started the processes that read; tells what it was at, and what it had started."""
    workers = {address: psutil.Process(number) for address, number in client.run(os.getpid).items()}
    while not killed:
        for address, tasks in client.processing().items():
            started = workers[address].children(recursive=True)
            if tasks and len(started) > 1:
                workers[address].kill()
                killed += [tasks, workers[address], *started]
                return
        time.sleep(0.05)


def test_what_a_killed_worker_was_at_is_read_by_another_and_stored_once(newsroom, archives, plain, served, cluster):
    newsroom.sources(bridge="http://bridge.example/feed")
    began, killed = datetime.now(UTC).isoformat(), []
    killer = threading.Thread(target=kill_one_at_work, args=(cluster, killed), daemon=True)
    killer.start()
    result = backfill(newsroom, served, "--dask", cluster.scheduler.address)
    killer.join(10)
    assert killed, "nobody was killed in the middle"
    check(newsroom, plain, began, result, archives, named=served)
    assert psutil.wait_procs(killed[1:], timeout=20)[1] == [], "what it had started outlives it"


def test_what_cannot_be_is_said_in_one_line(newsroom, archives):
    for arguments, said in [
        (["--dask", "local", "/nowhere.warc.gz"], "/nowhere.warc.gz: no such file"),
        (["--dask", "nowhere", archives[0]], "nor the address of a scheduler"),
        (["ftp://me:secret@archive.example/a.warc.gz"], "ftp://archive.example/a.warc.gz: give no password"),
    ]:
        code, out, err = backfill(newsroom, arguments)
        assert (code, out) == (2, ""), err
        assert said in err.splitlines()[-1]
        assert "secret" not in err


def test_an_address_that_cannot_be_fetched_is_told_and_loses_no_other(newsroom, served):
    newsroom.sources(bridge="http://bridge.example/feed")
    code, out, err = backfill(newsroom, [f"{served[0]}.gone?key=secret", served[0]])
    assert (code, "Traceback" in err) == (3, False), err
    assert f"Could not be read: {served[0]}.gone: cannot be fetched" in out
    assert len(newsroom.query("SELECT 1 FROM articles")) > 5
    assert "secret" not in out + err + str(newsroom.query("SELECT arguments FROM runs"))

"""A crawl by three workers and a writer, against the press, as its users start it: what it finds, and what is left when any of
them, or the Redis between them, is killed.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest

from monitor.archive import read_capture
from monitor.errors import StoreError
from monitor.match import url_identity
from monitor.model import Capture
from monitor.press import MOMENTS, Press, load_truth, write_data
from monitor.press.pages import View
from monitor.press.world import load
from monitor.vault import open_reader
from tests.redis_server import redis_server

pytestmark = pytest.mark.system

DELAY = 0.1
# Some outlets of the press, for runs that are disturbed.
FEW = ("riverside", "bereg", "polden", "rupor")


class Watched(Press):
    """Notes when each request came to which outlet."""

    def __init__(self, **given):
        super().__init__(**given)
        self.came = defaultdict(list)

    def answer(self, outlet, target, headers):
        self.came[outlet.id].append((time.monotonic(), target))
        return super().answer(outlet, target, headers)


class Machines:
    """Workers that live as long as the tests, and writers that each fill a vault."""

    def __init__(self, folder, press, server):
        self.folder, self.press, self.server = folder, press, server
        self._environment = os.environ | {
            "MONITOR_ALLOW_ADDRESSES": "127.0.0.0/8", "MONITOR_DELAY": str(DELAY),
            "MONITOR_REDIS": server.url, "MONITOR_LEASE": "2", "MONITOR_WORKERS": "1",
        }  # fmt: skip
        self._number, self._logs, self._began = count(), {}, time.monotonic()
        self.workers = [self.worker() for _ in range(3)]

    def start(self, *arguments):
        command = [sys.executable, "-P", "-m", "monitor.cli", "--data", str(self.folder / "press"), *arguments]
        number = next(self._number)
        log = (self.folder / f"log{number}").open("w+")
        # Each begins behind those before it, however long it takes to start: no clock goes back.
        clock = MOMENTS[1] + timedelta(minutes=number, seconds=time.monotonic() - self._began)
        environment = self._environment | {"MONITOR_CLOCK": clock.isoformat()}
        process = subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=log)
        self._logs[process.pid] = log
        return process

    def worker(self):
        return self.start("crawl", "--redis")

    def writer(self, vault, *arguments):
        return self.start("--db", str(vault), "write", "--redis", *arguments)

    def log(self, process):
        """What a process has said on stderr."""
        log = self._logs[process.pid]
        log.seek(0)
        return log.read()


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    folder = tmp_path_factory.mktemp("machines")
    with Watched(moment=1) as press, redis_server(durable=True) as server:
        write_data(folder / "press", press.port)
        machines = Machines(folder, press, server)
        try:
            yield machines
        finally:
            for worker in machines.workers:
                worker.terminate()
            said = [worker.communicate(timeout=300)[0] for worker in machines.workers]
        for worker, text in zip(machines.workers, said, strict=True):
            told = machines.log(worker)
            assert "Traceback" not in told
            # One that was only starting had nothing to end.
            assert (worker.returncode == 0 and "messages sent to the writer" in text) or "interrupted" in told, told


@pytest.fixture(autouse=True)
def _fresh(machines):
    with suppress(Exception):
        machines.server.client().flushall()


def rows(vault, sql):
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.query(sql)]


def ended(run, machines, timeout=240):
    out, _ = run.communicate(timeout=timeout)
    assert run.returncode in {0, 3}, out + machines.log(run)
    assert "Traceback" not in machines.log(run)
    return out


def articles(press, vault):
    """The names of the articles of the press that a vault has, each as often as it has it."""
    world = load()
    view = View(world, MOMENTS[1], press.port)
    names = {url_identity(view.url(*world.place(truth.article))): truth.article for truth in load_truth(world)}
    return sorted(names.get(key, key) for (key,) in rows(vault, "SELECT key FROM articles"))


def published(outlets=()):
    """Those that the press has published by then, on its own word."""
    world = load()
    return sorted(
        truth.article
        for truth in load_truth(world)
        if truth.outcome in {"article", "removed"}
        and world.entries[truth.article].first.published <= MOMENTS[1]
        and (not outlets or truth.outlet in outlets)
    )


def check_evidence(vault):
    """Every row leads to its bytes, each record is in the archive once, and the archive is whole."""
    fetches = rows(vault, "SELECT warc_file, warc_offset, warc_record, digest FROM fetches WHERE warc_record IS NOT NULL")
    for fetch in fetches[::7]:
        read_capture(vault.parent / "warc", Capture(*fetch))
    checked = subprocess.run(
        [sys.executable, "-m", "monitor.cli", "--db", str(vault), "verify"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_three_workers_find_what_the_press_says_and_ask_as_politely_as_one(machines, tmp_path):
    machines.press.came.clear()
    vault = tmp_path / "monitor.db"
    said = ended(machines.writer(vault), machines)
    assert articles(machines.press, vault) == published()
    assert "2 closed by robots.txt" in said
    assert rows(vault, "SELECT state, count(*) FROM frontier WHERE state = 'leased' GROUP BY state") == []
    # Every request that reached an outlet has its row, and the other way round.
    came = sum(len(requests) for requests in machines.press.came.values())
    assert rows(vault, "SELECT count(*) FROM fetches WHERE status IS NOT NULL") == [(came,)]
    assert rows(vault, "SELECT count(DISTINCT warc_record) FROM fetches WHERE status IS NOT NULL") == [(came,)]
    for outlet, requests in machines.press.came.items():
        assert [path for _, path in requests].count("/robots.txt") <= 3, outlet
        moments = sorted(moment for moment, _ in requests)
        # What a machine under load makes of the way there is no wish of ours: all together, and nearly each by itself.
        assert moments[-1] - moments[0] > (len(moments) - 1) * DELAY * 0.9, outlet
    check_evidence(vault)


def acknowledged(vault):
    """What is stored for good: fetches by their records, and articles."""
    try:
        return set(rows(vault, "SELECT url, started FROM fetches")), set(rows(vault, "SELECT key FROM articles"))
    except StoreError:
        return set(), set()


def wait_for(vault, fetches, writer, machines):
    """Until so much is stored, or the writer is done."""
    until = time.monotonic() + 240
    while writer.poll() is None and len(acknowledged(vault)[0]) < fetches:
        assert time.monotonic() < until, machines.log(writer)
        time.sleep(0.05)


@pytest.mark.fault(60)
@pytest.mark.parametrize("durable", [True, False], ids=["its file", "no file"])
def test_whoever_is_killed_every_article_is_there_once_and_nothing_stored_is_lost(machines, tmp_path, durable):
    seed = random.randrange(1000)
    moment = random.Random(seed)
    print("seed", seed)
    vault = tmp_path / "monitor.db"
    chosen = [word for source in FEW for word in ("--source", source)]
    writer = machines.writer(vault, *chosen)
    stored = [(set(), set())]
    others = moment.sample(["worker", "writer"], 2 if durable else 1)
    for victim in moment.sample(["redis", *others], 1 + len(others)):
        wait_for(vault, len(stored[-1][0]) + moment.randrange(2, 12), writer, machines)
        if victim == "worker":
            machines.workers.pop(0).kill()
            machines.workers.append(machines.worker())
        elif victim == "writer":
            writer.send_signal(signal.SIGKILL)
            writer.communicate()
        else:
            machines.server.kill()
            if not durable:
                machines.server.forget()
            time.sleep(moment.random())
            machines.server.start()
        stored.append(acknowledged(vault))
        if victim == "writer":
            writer = machines.writer(vault, *chosen)
    ended(writer, machines)
    for before in stored:
        assert all(then <= now for then, now in zip(before, acknowledged(vault), strict=True)), seed
    found = articles(machines.press, vault)  # those that others link to are among them
    assert set(published(FEW)) <= set(found) <= set(published()), seed
    assert len(found) == len(set(found)), seed
    assert rows(vault, "SELECT url, started, count(*) FROM fetches GROUP BY 1, 2 HAVING count(*) > 1") == [], seed
    assert rows(vault, "SELECT warc_record FROM fetches WHERE warc_record <> '' GROUP BY 1 HAVING count(*) > 1") == [], seed
    assert rows(vault, "SELECT count(*) FROM frontier WHERE state = 'leased'") == [(0,)], seed
    check_evidence(vault)

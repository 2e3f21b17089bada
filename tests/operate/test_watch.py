"""What a watch promises: it goes on whatever becomes of a crawl, waits as it should, and ends when it is told to.

The crawls here are small commands of the same exit codes; tests/faults/test_watch.py has real ones.
"""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.errors import StoreError
from monitor.operate.watch import Pacing, Watch
from monitor.operate.watch import watch as watch_newsroom

LONG_AGO, FAR_OFF = datetime(2001, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)


@pytest.fixture
def crawl(tmp_path):
    """A command that notes when it ran, and ends with the next of these exit codes; the last of them stops the watch too."""

    def make(*codes):
        # `ran` has the time of each begin, by the monotonic clock; its number of lines is the number of the crawl.
        script = (
            f"import os, signal, sys, time; codes = {codes}; ran = open({str(tmp_path / 'ran')!r}, 'a+'); ran.seek(0);"
            "number = len(ran.readlines()); print(time.monotonic(), file=ran, flush=True);"
            f"number + 1 == len(codes) and os.kill({os.getpid()}, signal.SIGTERM); sys.exit(codes[number])"
        )
        return [sys.executable, "-S", "-c", script]

    return make


@pytest.fixture
def waits(tmp_path):
    """Seconds between the begins of the crawls that ran; each may be late by what it takes to start a process."""

    def seconds():
        ran = [float(line) for line in (tmp_path / "ran").read_text().split()]
        return [round(after - before, 2) for before, after in pairwise(ran)]

    return seconds


def watch(command, due=LONG_AGO, *, pace, recheck=tuple, alert=tuple, publish=()):
    return asyncio.run(Watch(command, lambda: due, recheck=recheck, alert=alert, publish=publish, pace=pace).run())


def test_what_is_due_is_crawled_again_but_not_before_the_least_wait(crawl, waits):
    assert watch(crawl(0, 3, 0), pace=Pacing(least=0.5, most=60)) == 0
    assert len(waits()) == 2
    assert all(0.4 <= wait < 30 for wait in waits())


@pytest.mark.parametrize("due", [FAR_OFF, None])
def test_a_clock_that_was_set_back_does_not_stall_it(crawl, waits, due):
    # What was due in an hour is due in a hundred years, by the machine's clock.
    assert watch(crawl(0, 0), due, pace=Pacing(least=0.1, most=0.5)) == 0
    assert 0.4 <= waits()[0] < 30


def test_what_becomes_due_ends_the_wait(crawl, waits):
    assert watch(crawl(0, 0), datetime.now(UTC) + timedelta(seconds=1), pace=Pacing(least=0.1, most=60)) == 0
    assert waits()[0] < 30


def test_a_clock_that_jumps_ahead_during_the_wait_is_seen(crawl, waits):
    answers = iter([FAR_OFF, LONG_AGO, LONG_AGO])
    crawls = Watch(crawl(0, 0), lambda: next(answers), pace=Pacing(least=0.1, most=60, look=0.2))
    assert asyncio.run(crawls.run()) == 0
    assert waits()[0] < 30


def test_each_failure_doubles_the_wait_and_is_told_and_a_success_ends_that(crawl, tmp_path, caplog):
    began = time.monotonic()
    assert watch(crawl(1, -9, 0, 1, 0), pace=Pacing(least=0.2, most=60)) == 0
    # From the very beginning: a crawl that is late to start makes the wait before it longer, and the one behind it shorter.
    at = [float(line) - began for line in (tmp_path / "ran").read_text().split()]
    assert [when >= least for when, least in zip(at, (0, 0.3, 1.0, 1.1, 1.4), strict=True)] == [True] * 5
    assert [record.getMessage()[:44] for record in caplog.records if record.levelno == logging.ERROR] == [
        "the crawl failed (exit code 1), 1 in a row; ",
        "the crawl failed (exit code 247), 2 in a row",
        "the crawl failed (exit code 1), 1 in a row; ",
    ]


def test_the_wait_after_failures_has_an_end():
    pace = Pacing()
    assert [pace.after(n) for n in (0, 1, 2, 6, 1000)] == [60, 120, 240, 3600, 3600]


def test_wrong_use_ends_it_at_once(crawl, waits):
    assert watch(crawl(2, 0), pace=Pacing(least=0.1)) == 2
    assert waits() == []


def test_a_vault_that_cannot_be_read_is_told_and_the_crawls_go_on(crawl, waits, caplog):
    def broken():
        raise StoreError("monitor.db: is locked")

    assert asyncio.run(Watch(crawl(0, 0), broken, pace=Pacing(least=0.1, most=0.3)).run()) == 0
    assert "what is due cannot be seen: monitor.db: is locked" in caplog.text


def test_it_publishes_after_a_crawl_that_was_done_but_not_every_time(crawl, tmp_path):
    noted = tmp_path / "published"
    publish = ["sh", "-c", f"wc -l < {tmp_path}/ran >> {noted}; exit 1"]
    assert watch(crawl(1, 0, 3, 0), pace=Pacing(least=0.05, most=30), publish=publish) == 0
    assert noted.read_text().split() == ["2"]


def test_what_was_published_in_mid_crawl_is_published_again_when_it_is_over(crawl, tmp_path):
    noted = tmp_path / "published"
    publish = ["sh", "-c", f"wc -l < {tmp_path}/ran >> {noted}"]
    first, *others = crawl(0, 0, 0)
    slow = ["sh", "-c", f'"$@"; code=$?; [ -e {noted} ] || sleep 1; exit $code', "sh", first, *others]
    assert watch(slow, pace=Pacing(least=0.05, most=60, look=0.1, grace=0.3), publish=publish) == 0
    assert noted.read_text().split() == ["1", "1"]


def test_a_crawl_that_does_not_end_keeps_nobody_from_the_site(tmp_path):
    # It ends when the site was published a second time; what is published when it is over waits for its own time.
    noted, crawl = tmp_path / "published", f"until [ $(wc -l < {tmp_path}/published) = 2 ]; do sleep 0.05; done; sleep 0.3"
    noted.write_text("")
    publish = ["sh", "-c", f"echo {tmp_path.name} >> {noted}"]
    pace = Pacing(least=0.1, most=1.5, look=0.1, grace=0.2)
    began = time.monotonic()
    assert watch(["sh", "-c", f"{crawl}; kill -TERM {os.getpid()}"], pace=pace, publish=publish) == 0
    assert noted.read_text().split() == [tmp_path.name] * 2
    assert time.monotonic() - began >= 1.5


def test_a_signal_ends_both_a_crawl_and_the_publishing_beside_it(tmp_path):
    ends = "trap 'echo {} >> " + str(tmp_path / "ends") + "; exit 1' TERM; {}; while :; do sleep 0.05; done"
    crawl = ["sh", "-c", ends.format("crawl", ":")]
    publish = ["sh", "-c", ends.format("publish", f"kill -TERM {os.getpid()}")]
    assert watch(crawl, pace=Pacing(grace=0.5), publish=publish) == 0
    assert sorted((tmp_path / "ends").read_text().split()) == ["crawl", "publish"]


def test_it_tells_after_each_crawl_that_was_done_and_goes_on_where_that_fails(crawl, tmp_path, caplog):
    told = tmp_path / "told"
    alert = ["sh", "-c", f"wc -l < {tmp_path}/ran >> {told}; exit 3"]
    publish = ["sh", "-c", f"cat {told} > {tmp_path}/told_before_it_was_published"]
    pace = Pacing(least=0.05, most=30)
    assert watch(crawl(1, 0, 3, 0), pace=pace, alert=lambda: alert, publish=publish) == 0
    assert told.read_text().split() == ["2", "3"]
    assert (tmp_path / "told_before_it_was_published").read_text() == "2\n"
    assert "alerting failed (exit code 3); it is tried again after a later crawl" in caplog.text


def test_a_crawl_with_gaps_is_published_and_no_failure(crawl, tmp_path, caplog):
    noted = tmp_path / "published"
    publish = ["sh", "-c", f"wc -l < {tmp_path}/ran >> {noted}"]
    assert watch(crawl(3, 0), pace=Pacing(least=0.05, most=30), publish=publish) == 0
    assert noted.read_text().split() == ["1"]
    assert "failed" not in caplog.text


def test_a_signal_goes_on_to_the_crawl_and_the_watch_waits_for_its_end(tmp_path):
    script = f"trap 'sleep 0.3; echo clean > {tmp_path}/end; exit 1' TERM; kill -TERM {os.getpid()}; sleep 30 & wait"
    began = time.monotonic()
    assert watch(["sh", "-c", script], pace=Pacing()) == 0
    assert (tmp_path / "end").read_text() == "clean\n"
    assert time.monotonic() - began < 10


def test_it_ends_at_once_when_it_is_told_to_while_it_waits():
    began = time.monotonic()
    later = ["sh", "-c", f"(sleep 0.5; kill -INT {os.getpid()}) & exit 0"]
    assert watch(later, FAR_OFF, pace=Pacing()) == 0
    assert time.monotonic() - began < 10
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_comes_while_a_crawl_starts_reaches_it(monkeypatch, number):
    start = asyncio.create_subprocess_exec

    async def starting(*command, **options):
        child = await start(*command, **options)
        os.kill(os.getpid(), number)
        await asyncio.sleep(0.1)  # the watch hears it, and does not have the child yet
        return child

    monkeypatch.setattr(asyncio, "create_subprocess_exec", starting)
    began = time.monotonic()
    assert watch([sys.executable, "-S", "-c", "import time; time.sleep(60)"], pace=Pacing(least=0.1, most=60)) == 0
    assert time.monotonic() - began < 30


def test_a_file_in_the_working_directory_takes_no_librarys_place(monkeypatch, tmp_path):
    (tmp_path / "click.py").write_text("print('not Click'); raise SystemExit(0)")
    monkeypatch.chdir(tmp_path)
    commands = []

    async def run(self):
        commands.append(self._crawl)
        return 0

    monkeypatch.setattr(Watch, "run", run)
    assert watch_newsroom(tmp_path, tmp_path / "monitor.db") == 0
    done = subprocess.run([*commands[0], "--help"], capture_output=True, text=True, check=True)
    assert "Usage:" in done.stdout


def minutes_of_a_run(said):
    """A command that notes how many minutes its run may take, and stops the watch."""
    # What a crawl reads, and not what stands in its environment: nobody need look there.
    read = "from monitor.settings import MONITOR_RUN_MINUTES as minutes"
    return [sys.executable, "-c", f"import os; {read}; open({str(said)!r}, 'w').write(minutes); os.kill({os.getpid()}, 15)"]


@pytest.mark.parametrize(("given", "minutes"), [(None, "15"), ("45", "45")])
def test_a_crawl_within_a_watch_takes_a_quarter_of_an_hour_unless_told_otherwise(tmp_path, monkeypatch, given, minutes):
    if given:
        monkeypatch.setenv("MONITOR_RUN_MINUTES", given)
    else:
        monkeypatch.delenv("MONITOR_RUN_MINUTES", raising=False)
    said = tmp_path / "said"
    assert watch(minutes_of_a_run(said), pace=Pacing(least=0.1, most=60)) == 0
    assert said.read_text() == minutes


@pytest.mark.parametrize(("due", "minutes"), [(LONG_AGO, "1"), (FAR_OFF, "5")])
def test_articles_are_looked_at_again_for_a_minute_where_something_waits_for_that(tmp_path, monkeypatch, due, minutes):
    monkeypatch.delenv("MONITOR_RUN_MINUTES", raising=False)
    said = tmp_path / "said"
    command = [sys.executable, "-S", "-c", ""]
    assert watch(command, due, pace=Pacing(least=0.1, most=60), recheck=lambda: minutes_of_a_run(said)) == 0
    assert said.read_text() == minutes

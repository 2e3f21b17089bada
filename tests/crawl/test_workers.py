"""Whatever a task does to its worker, it ends in a result or in one reason, and the others go on.

Tasks are functions of the standard library: worker processes cannot import test modules.
"""

import ast
import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from monitor.crawl.parsing import WorkerContext, init_worker, read_gated_with_text, read_with_text, warm_up
from monitor.crawl.workers import Limits, Workers
from monitor.errors import MonitorError
from monitor.model import Article, Outcome, ParsedArticle, Rejection
from monitor.newsroom import catalogue


def test_a_result_comes_back(workers):
    assert asyncio.run(workers.run(divmod, 7, 2)) == (3, 1)


def test_a_task_that_uses_too_much_cpu_is_stopped(workers, limits):
    # sum() over count() stays in C: no signal handler of Python's would be heard.
    unread = asyncio.run(workers.run(sum, count()))
    assert unread == Rejection(Outcome.PARSER_LIMIT, "used more than 1 s of CPU time")


@pytest.mark.fault(59)
def test_a_task_that_uses_too_much_memory_is_stopped(workers):
    assert asyncio.run(workers.run(bytearray, 8 * 1024**3)) == Rejection(
        Outcome.PARSER_LIMIT, "needed more than 3072 MB of memory"
    )


def test_the_limit_is_on_a_task_and_not_on_its_worker(workers):
    # Together they use more than one task may.
    results = [asyncio.run(workers.run(sum, range(12_000_000))) for _ in range(8)]
    assert set(results) == {sum(range(12_000_000))}


@pytest.mark.fault(59)
def test_a_task_that_raises_is_a_reason(workers):
    assert asyncio.run(workers.run(int, "three")) == Rejection(
        Outcome.PARSER_ERROR, "ValueError: invalid literal for int() with base 10: 'three'"
    )


def test_a_run_that_is_stopped_waits_for_no_task(limits):
    async def stop():
        tasks = [asyncio.create_task(workers.run(time.sleep, 60)) for _ in range(3)]
        await asyncio.sleep(0.5)
        workers.abandon()
        return [*(await asyncio.gather(*tasks)), await workers.run(divmod, 7, 2)]

    with Workers(1, limits) as workers:
        asyncio.run(workers.started())
        began = time.monotonic()
        assert asyncio.run(stop()) == [Rejection(Outcome.INTERRUPTED, "the run ended first")] * 4
        assert time.monotonic() - began < 30


@pytest.mark.fault(59)
def test_a_worker_that_dies_is_replaced_and_its_task_tried_once_more(workers, tmp_path):
    seen = tmp_path / "tries"
    unread = asyncio.run(workers.run(os.system, f"echo x >> {seen}; kill -9 $PPID"))
    assert unread == Rejection(Outcome.PARSER_ERROR, f"the worker process died (exit code {-signal.SIGKILL})")
    assert seen.read_text() == "x\nx\n"
    assert asyncio.run(workers.run(abs, -1)) == 1


def test_a_worker_that_dies_while_the_run_stops_says_nothing_of_its_task(workers, limits, monkeypatch):
    monkeypatch.setattr(workers, "is_stopping", lambda: True)
    assert asyncio.run(workers.run(os.system, "kill -9 $PPID")) == Rejection(Outcome.INTERRUPTED, "the run ended first")
    assert asyncio.run(workers.run(sum, count())).outcome is Outcome.PARSER_LIMIT


def test_many_tasks_give_their_results_in_order_though_some_fail(workers):
    tasks = [(7,), ("x",), (-3,), ("y",), *((n,) for n in range(30))]
    found = list(workers.map(abs, tasks))
    assert [type(f) for f in found[:4]] == [int, Rejection, int, Rejection]
    assert found[4:] == list(range(30))


def test_tasks_are_taken_only_as_they_are_needed(workers):
    taken = []

    def tasks():
        for n in count():
            taken.append(n)
            yield (n,)

    results = workers.map(abs, tasks())
    assert next(results) == 0
    assert len(taken) < 20


def test_a_task_that_waits_for_ever_is_stopped(limits):
    from monitor.crawl.workers import Limits, Workers

    with Workers(1, Limits(cpu=5, timeout=0.5)) as impatient:
        assert asyncio.run(impatient.run(time.sleep, 60)) == Rejection(Outcome.PARSER_LIMIT, "took longer than 0.5 s")


def test_a_worker_has_the_parsers_loaded_and_neither_scrapy_nor_its_reactor(workers):
    loaded = asyncio.run(workers.run(eval, "set(__import__('sys').modules)"))
    assert "trafilatura" in loaded
    assert not loaded & {"scrapy", "twisted", "monitor.crawl.process"}


def test_reading_pages_gives_way_to_the_crawl_and_to_the_site(workers):
    assert asyncio.run(workers.run(os.getpriority, os.PRIO_PROCESS, 0)) == min(os.getpriority(os.PRIO_PROCESS, 0) + 5, 19)


def test_workers_are_forked_from_a_process_that_has_begun_for_them_and_one_of_another_run_begins_by_itself(tmp_path):
    code = (
        "import asyncio\n"
        "from monitor.crawl.workers import Limits, Workers\n"
        "where = \"(vars(__import__('sys'))['begun'], __import__('os').getpid(), __import__('os').getppid())\"\n"
        "for run in (1, 2):\n"
        "    begin = f\"vars(__import__('sys')).update(begun=({run}, __import__('os').getpid()))\"\n"
        "    with Workers(1, Limits(), eval, begin) as pool:\n"
        "        print(asyncio.run(pool.run(eval, where)))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    (first, second) = (ast.literal_eval(line) for line in ended.stdout.splitlines())
    assert first[0] == (1, first[2]), ended.stderr
    assert second[0] == (2, second[1])
    assert first[2] == second[2]


@pytest.fixture(scope="module")
def newsroom() -> None:
    """This process reads as a worker does that knows the newsroom's folder."""
    data = catalogue.load(Path(__file__).parents[2] / "data")
    init_worker(WorkerContext(data.topics, data.regions, data.towns, data.outlets))


@pytest.mark.usefixtures("newsroom")
def test_what_is_rehearsed_has_something_for_every_rule_to_begin_with():
    for read in warm_up():
        assert isinstance(read, ParsedArticle)
        assert read.is_relevant
        assert read.places
        assert read.attributions
        assert read.denials


RINK = "Мэр Томска Иван Петров сообщил, что каток открыт. Горожане опровергли, что каток открыт."
SUMMONS = "Военкомат Томска сообщил, что повестки получили триста призывников."
ABROAD = "Во Франции министр обороны Поль Рено заявил, что призыв вернут: повестки получат французы. Рено это опроверг."


def article(text: str) -> Article:
    url = "https://outlet.example/2"
    return Article(url, url, "Новости дня", "", (), None, "", None, "", "ru", "", text, ())


@pytest.mark.usefixtures("newsroom")
def test_an_article_that_is_not_relevant_is_not_traced():
    other, near, ours = (read_with_text(article(""), text, "Рупор") for text in (RINK, ABROAD, SUMMONS))
    assert (other.verdicts, other.attributions, other.denials) == ((), (), ())
    assert near.verdicts
    assert (near.attributions, near.denials) == ((), ())
    assert ours.is_relevant
    assert [said.speaker for said in ours.attributions] == ["Военкомат Томска"]


@pytest.mark.usefixtures("newsroom")
def test_the_text_of_a_feed_in_place_of_a_page_that_was_not_extracted_passes_the_gate_too():
    assert read_gated_with_text(article(""), RINK, "Рупор") is None
    assert read_gated_with_text(article(""), SUMMONS, "Рупор") == read_with_text(article(""), SUMMONS, "Рупор")


@pytest.mark.fault(66)
def test_processes_that_cannot_start_are_one_error_and_no_wait_for_ever(monkeypatch):
    monkeypatch.setattr("monitor.crawl.workers._START", 2)
    with Workers(1, Limits(), int, "no number") as pool:
        with pytest.raises(MonitorError, match=r"the worker processes cannot start \(\w+.*\); it may use .* open \d+ files"):
            asyncio.run(pool.started())
        assert asyncio.run(pool.run(abs, -1)).outcome is Outcome.INTERRUPTED


@pytest.mark.fault(66)
def test_a_limit_of_the_whole_process_holds_for_its_workers_too(tmp_path):
    code = (
        "import asyncio, resource\n"
        "from monitor.crawl.workers import Limits, Workers\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))\n"
        "with Workers(1, Limits(memory=2 * 1024**3)) as pool:\n"
        "    print(asyncio.run(pool.run(resource.getrlimit, resource.RLIMIT_AS)))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert ended.stdout == "(1000000000, 1000000000)\n", ended.stderr


@pytest.mark.fault(66)
def test_too_few_files_are_told_before_anything_is_started():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (63, hard))
    try:
        with pytest.raises(MonitorError, match=r"open 63 files \(ulimit -n, LimitNOFILE\); 64 files are the least"):
            Workers(1, Limits())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

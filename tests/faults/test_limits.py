"""A process that may use little: a crawl adapts to it, or ends in one line that names the cause."""

import subprocess

import pytest

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><item><title>One</title><link>{}</link></item></channel></rss>'


def limited(newsroom, limit):
    process = newsroom.popen(["bash", "-c", f'{limit}; exec "$@"', "bash", *newsroom.command("feeds", "everything=1")])
    out, err = process.communicate(timeout=300)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@pytest.mark.fault(66)
def test_memory_below_the_workers_own_limit_is_no_reason_to_stand_still(newsroom, web):
    host = "127.0.7.41"

    async def answer(call):
        if call.path == "/feed.xml":
            await call.answer(200, RSS.format(f"http://{host}:{web.port}/one"), type_="application/rss+xml")
        else:
            await call.answer(200, call.article("One"))

    newsroom.sources(small=web.on(host, answer) + "/feed.xml")
    run = limited(newsroom, "ulimit -v 1500000")
    assert run.returncode == 0, run.stdout + run.stderr
    assert newsroom.query("SELECT title FROM articles") == [("One",)]


@pytest.mark.fault(66)
def test_too_few_files_end_the_run_in_one_line(newsroom):
    run = limited(newsroom, "ulimit -n 60")
    assert run.returncode == 1
    assert "the worker processes cannot start: it may use" in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr


@pytest.mark.fault(66)
@pytest.mark.parametrize("kilobytes", [400_000, 900_000])
def test_too_little_memory_ends_the_run_in_one_line(newsroom, kilobytes):
    run = limited(newsroom, f"ulimit -v {kilobytes}")
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].endswith("; 954 MB are the least")
    assert f"it may use {kilobytes // 1024} MB of memory (ulimit -v, LimitAS)" in run.stderr
    assert "Traceback" not in run.stderr

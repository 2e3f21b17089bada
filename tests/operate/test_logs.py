"""A line of the log says what it is about, and nothing that was crawled can make a second one of it."""

import json
import logging
import re
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.operate import logs

FORGED = "2026-05-18 12:00:00 CRITICAL the vault is gone"


def record(message, **extra):
    made = logging.makeLogRecord(
        {"name": "monitor.crawl.fetch_log", "levelname": "INFO", "msg": "%s", "args": (message,)} | extra
    )
    made.created = 1779105600.25
    return made


def plain(made):
    return logs.Plain(logging.Formatter("%(levelname)s %(message)s")).format(made)


@given(st.text())
def test_whatever_is_crawled_a_plain_record_is_one_line_or_indented_and_printable(text):
    first, *others = plain(record(text + "\n" + FORGED)).split("\n")
    assert first.startswith("INFO ")
    assert others
    assert all(line.startswith("    ") for line in others)
    assert all(line.isprintable() for line in (first, *others))


@given(st.text())
def test_whatever_is_crawled_a_json_record_is_one_line_of_ascii(text):
    line = logs.Json().format(record(text, url=text))
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == text


def test_a_terminal_gets_no_escape_and_no_turn_of_the_writing_and_people_see_that_it_was_there():
    assert plain(record("a\x1b[2Jb\u202ec\x9bd")) == r"INFO a\x1b[2Jb\u202ec\x9bd"


def test_an_error_from_the_web_forges_no_line_in_its_own_traceback():
    made = record("failed", exc_info=(ValueError, ValueError(f"bad title\n{FORGED}"), None))
    assert f"\n    {FORGED}" in plain(made)
    assert "\n" not in logs.Json().format(made)
    assert "bad title" in json.loads(logs.Json().format(made))["exception"]


def test_a_json_record_names_time_run_outlet_and_address(monkeypatch):
    monkeypatch.setattr(logs, "_run", logs._Run())
    logs.set_run(7, {"https://bridge.example/a": "The Bridge"}.__getitem__)
    made = record("article", url="https://bridge.example/a", source="bridge", status=200, detail="")
    assert json.loads(logs.Json().format(made)) == {
        "time": "2026-05-18T12:00:00.250+00:00",
        "level": "INFO",
        "logger": "monitor.crawl.fetch_log",
        "message": "article",
        "run": 7,
        "outlet": "The Bridge",
        "source": "bridge",
        "url": "https://bridge.example/a",
        "status": 200,
    }


def test_a_kind_of_log_that_there_is_not_is_refused_by_name():
    with pytest.raises(UsageError, match="MONITOR_LOG: 'xml' is no kind of log; there are plain and json"):
        logs.check("xml")


def test_a_plain_line_says_its_time_with_its_zone(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Vladivostok")
    time.tzset()
    handlers, level = logging.root.handlers[:], logging.root.level
    try:
        logs.install("plain")
        (handler,) = [handler for handler in logging.root.handlers if handler not in handlers]
        assert handler.format(record("done")) == "2026-05-18 12:00:00 UTC INFO done"
    finally:
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
        monkeypatch.undo()
        time.tzset()


UNREAD = """
import logging, sys
from monitor.operate import logs
logs.install("json")
for number in range(30_000):
    logging.getLogger("monitor").info("line %d", number)
print("done", flush=True)
"""


def test_a_pipe_that_nobody_reads_holds_nothing_up():
    process = subprocess.Popen([sys.executable, "-c", UNREAD], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == "done\n"  # it went to its end though a pipe holds 64 KB
    assert process.wait(timeout=300) == 0


READ_LATE = """
import logging, sys
from monitor.operate import logs
logs.install("plain")
for number in range(15_000):
    logging.getLogger("monitor").info("line %d", number)
print("done", flush=True)
sys.stdin.readline()
logging.root.handlers[0].flush()
logging.getLogger("monitor").info("last")
"""


def test_what_was_left_out_while_nobody_read_is_counted():
    process = subprocess.Popen(
        [sys.executable, "-c", READ_LATE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    process.stdout.readline()
    _, err = process.communicate("\n", timeout=300)
    lines = err.splitlines()
    left_out = re.search(r"INFO last \((\d+) lines before it were left out: nobody read them\)$", lines[-1])
    assert left_out
    assert len(lines) - 1 + int(left_out[1]) == 15_000

"""What of Scrapy's own command line has no sense here is refused with a word, in one line and before anything is opened."""

import os
import subprocess
import sys

import pytest

from monitor.crawl.commands.crawl import _wrong_value


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["parse", "http://bereg.test/1"], "no `scrapy parse` here: `monitor crawl --url URL`"),
        (["crawl", "feeds", "-o", "items.json"], "`monitor export coverage -o FILE` writes it"),
        (["crawl", "feeds", "-s", "FEEDS={}"], "`monitor export coverage -o FILE` writes it"),
        (["crawl", "feeds", "-s", "MONITOR_HOST_PAGES=many"], "-s MONITOR_HOST_PAGES=many: a whole number is expected, such as"),
        (["crawl", "feeds", "-s", "MONITOR_HOST_PAGES=-3"], "a whole number is expected, such as MONITOR_HOST_PAGES=500"),
        (["crawl", "feeds", "-s", "ROBOTSTXT_OBEY=perhaps"], "-s ROBOTSTXT_OBEY=perhaps: 0 or 1 is expected"),
        (["crawl", "feeds", "-s", "DOWNLOAD_DELAY=x"], "-s DOWNLOAD_DELAY=x: a number is expected, such as DOWNLOAD_DELAY=0"),
        (["crawl", "feeds", "-s", "LOG_LEVEL=loud"], "-s LOG_LEVEL=loud: one of CRITICAL, "),
    ],
)
def test_it_is_told_and_nothing_is_done(arguments, said, checkout, tmp_path):
    environment = os.environ | {"MONITOR_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["MONITOR_WORKER_TIMEOUT", "MONITOR_WORKER_CPU", "DOWNLOAD_TIMEOUT"])
def test_what_is_measured_in_time_may_be_half_of_one(name):
    assert _wrong_value(name, "0.5") == ""
    assert _wrong_value(name, "-0.5").startswith(f"-s {name}=-0.5: a number is expected, such as {name}=")
    assert _wrong_value("DOWNLOAD_DELAY", "0.5") == ""
    assert _wrong_value("RETRY_PRIORITY_ADJUST", "-2") == ""
    assert _wrong_value("LOG_ENABLED", "true") == _wrong_value("LOG_LEVEL", "INFO") == ""
    assert _wrong_value("MONITOR_HOST_PAGES", "0.5").startswith("-s MONITOR_HOST_PAGES=0.5: a whole number is expected")

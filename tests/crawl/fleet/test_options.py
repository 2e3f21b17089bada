"""What `--redis` takes, and what it refuses in one line."""

import pytest
from click.testing import CliRunner

from monitor import settings
from monitor.cli import main
from monitor.cli.options import queue_address
from monitor.errors import UsageError


def said(*arguments):
    result = CliRunner().invoke(main, ["--data", "data", *arguments])
    assert result.exit_code == 2, result.output
    return " ".join(result.output.split())


@pytest.mark.parametrize("more", [["--all"], ["--url", "http://a.test/"], ["--depth", "1"], ["--dry-run"], ["--json"]])
def test_a_worker_takes_no_other_option(more):
    assert "give it no other option" in said("crawl", "--redis", "redis://queue.test/0", *more)


@pytest.mark.parametrize("verb", [["crawl", "--redis"], ["write"], ["write", "--redis"], ["watch", "--redis"]])
def test_an_address_is_needed(verb, monkeypatch):
    monkeypatch.setattr(settings, "MONITOR_REDIS", "")
    assert "MONITOR_REDIS" in said(*verb)


@pytest.mark.parametrize("verb", ["crawl", "write"])
def test_an_address_that_is_none_is_told_without_its_password(verb, tmp_path, monkeypatch):
    monkeypatch.setattr("monitor.crawl.process.AsyncCrawlerProcess", None)  # nothing is started
    told = said("--db", str(tmp_path / "monitor.db"), verb, "--redis", "http://:geheim@queue.test/")
    assert "redis://host:6379/0" in told
    assert "geheim" not in told
    assert list(tmp_path.iterdir()) == []


def test_the_address_of_the_environment_is_for_who_gives_none(monkeypatch):
    monkeypatch.setattr(settings, "MONITOR_REDIS", "redis://from-the-environment/0")
    assert queue_address("") == "redis://from-the-environment/0"
    assert queue_address("redis://given/0") == "redis://given/0"


def test_without_the_extra_it_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr("monitor.cli.options.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"povestka\[redis\]"):
        queue_address("redis://given/0")

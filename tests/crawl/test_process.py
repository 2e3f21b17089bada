"""A dry run refuses what a crawl would refuse, and fetches nothing."""

import shutil
from pathlib import Path

import pytest

from monitor.crawl.process import run_crawl
from monitor.errors import UsageError

STORY = "https://bridge.example/story"


def dry(checkout, tmp_path, settings=(), **given):
    return run_crawl(checkout / "data", tmp_path / "monitor.db", dry_run=True, settings=dict(settings), **given)


def test_it_prints_the_addresses_and_opens_no_vault(checkout, tmp_path, capsys):
    assert dry(checkout, tmp_path, urls=[STORY]) == 0
    assert capsys.readouterr().out == STORY + "\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("settings", "given", "said"),
    [
        ({"MONITOR_ALLOW_ADDRESSES": "everywhere"}, {}, "MONITOR_ALLOW_ADDRESSES"),
        ({"MONITOR_CLOCK": "noon"}, {}, "MONITOR_CLOCK"),
        ({}, {"urls": [STORY, "mailto:desk@bridge.example"]}, "mailto:desk@bridge.example' is no http"),
        ({}, {"replay": Path("captures")}, "--dry-run"),
    ],
)
def test_it_refuses_what_a_crawl_would_refuse(checkout, tmp_path, settings, given, said):
    with pytest.raises(UsageError, match=said):
        dry(checkout, tmp_path, settings, **given)


def test_a_dry_run_of_nothing_says_so(checkout, tmp_path, capsys):
    newsroom = tmp_path / "data"
    shutil.copytree(checkout / "data", newsroom, ignore=shutil.ignore_patterns("*.db*", "warc", "*.lock"))
    for name in ("sources.csv", "families.csv"):
        header, *_ = (newsroom / name).read_text("utf-8").splitlines()
        (newsroom / name).write_text(f"{header}\n", "utf-8")
    assert run_crawl(newsroom, tmp_path / "monitor.db", dry_run=True) == 0
    said = capsys.readouterr()
    assert (said.out, "Nothing is due" in said.err) == ("", True)

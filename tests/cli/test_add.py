"""`monitor add`: what it finds of an outlet, which feed it takes, and that it adds one line and touches no other byte."""

import csv
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cli.new_source import NewSource, best_feed, line_of, write
from monitor.crawl.discovery import Candidate, DiscoveryResult
from monitor.errors import DataError
from monitor.model import Feed, FeedEntry
from monitor.newsroom import catalogue
from monitor.press import Press
from monitor.read.opml import read_opml
from monitor.vault import open_reader

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
HEADER = "outlet,id,home,language,country,kind,feed,status,doubt,sitemap,aliases"
OLD = 'Old,old,https://old.example/,ru,RU,wire,https://old.example/rss,listed,"a, b",,'
CELLS = {
    "id": "zarya", "outlet": "Заря", "home": "https://zarya.example/", "language": "ru", "country": "RU", "kind": "regional",
    "feed": "https://zarya.example/feed", "status": "listed", "doubt": "", "sitemap": "",
}  # fmt: skip
LINE = "Заря,zarya,https://zarya.example/,ru,RU,regional,https://zarya.example/feed,listed,,,"


def addition(**cells: str) -> NewSource:
    return NewSource(DiscoveryResult("", ""), (), CELLS | cells)


@pytest.fixture
def newsroom(tmp_path: Path, checkout: Path) -> Path:
    for name in ("regions.csv", "towns.csv"):
        shutil.copyfile(checkout / "data" / name, tmp_path / name)
    shutil.copytree(checkout / "data" / "topics", tmp_path / "topics")
    (tmp_path / "families.csv").write_text("id,kind,outlets\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{HEADER}\n{OLD}\n", f"{LINE}\n"),
        (f"{HEADER}\n{OLD}", f"\n{LINE}\n"),
        (f"\ufeff{HEADER}\r\n{OLD}\r\n", f"{LINE}\r\n"),
        (f"{HEADER}\r\n{OLD}", f"\r\n{LINE}\r\n"),
    ],
)
def test_a_line_is_added_in_the_files_own_manner_and_no_other_byte_changes(newsroom: Path, before: str, after: str) -> None:
    (newsroom / "sources.csv").write_bytes(before.encode())
    assert line_of(newsroom, addition()) == LINE
    assert write(newsroom, addition()) == 3
    assert (newsroom / "sources.csv").read_bytes() == (before + after).encode()
    assert [source.id for source in catalogue.load(newsroom).sources] == ["old", "zarya"]


def test_a_line_that_the_catalogue_finds_fault_with_is_not_left_there(newsroom: Path) -> None:
    (newsroom / "sources.csv").write_text(f"{HEADER}\n{OLD}", encoding="utf-8")
    with pytest.raises(DataError, match="country"):
        write(newsroom, addition(country="Nowhere"))
    assert (newsroom / "sources.csv").read_text(encoding="utf-8") == f"{HEADER}\n{OLD}"


def candidate(url: str, entries: int, *, days: float = 0, title: str = "", via: str = "feed") -> Candidate:
    listed = tuple(FeedEntry(str(n), f"{url}/{n}", "", "", NOW - timedelta(days=days), "", None) for n in range(entries))
    return Candidate(url, via, Feed(url, "rss2.0", title, "ru", listed))


FULL = candidate("https://www.zarya.example/feed", 20)


@pytest.mark.parametrize(
    "other",
    [
        candidate("https://feeds.elsewhere.example/zarya", 100),
        candidate("https://zarya.example/comments/feed", 100),
        candidate("https://zarya.example/feed2", 100, title="Комментарии к записям"),
        candidate("https://zarya.example/old.xml", 100, days=40),
        candidate("https://zarya.example/rss/sport", 5),
        candidate("https://zarya.example/the/same/feed", 20),
        candidate("https://zarya.example/empty", 0),
        candidate("https://t.me/s/zarya", 20, via="telegram"),
        candidate("https://zarya.example/map.xml", 500, via="sitemap"),
    ],
    ids=lambda c: c.url,
)
def test_the_full_living_feed_of_its_own_host_is_taken(other: Candidate) -> None:
    for order in ([FULL, other], [other, FULL]):
        assert best_feed(DiscoveryResult("https://zarya.example/", "https://zarya.example/", None, order), NOW) is FULL


def test_a_feed_that_was_given_is_taken_whatever_else_there_is() -> None:
    given = candidate("https://zarya.example/rss/sport", 5)
    assert best_feed(DiscoveryResult(given.url, "https://zarya.example/", None, [FULL, given]), NOW) is given


def monitor(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    mine = {"MONITOR_ALLOW_ADDRESSES": "127.0.0.0/24", "MONITOR_DELAY": "0"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")} | mine
    command = [sys.executable, "-m", "monitor.cli", "--data", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_an_outlet_is_found_shown_written_recorded_and_refused_the_second_time(newsroom: Path) -> None:
    (newsroom / "sources.csv").write_text(f"{HEADER}\n", encoding="utf-8")
    with Press() as press:
        home = press.url("bereg")
        unsaid = monitor(newsroom, "add", home)
        assert unsaid.returncode == 3
        assert "nothing was written: what could not be told has to be given: --country" in unsaid.stderr
        asked = monitor(newsroom, "add", home, "--country", "RU", "--id", "bereg", "--json")
        assert asked.returncode == 0, asked.stderr
        again = monitor(newsroom, "add", home, "--country", "RU")
    told = json.loads(asked.stdout)
    chosen = {(row["kind"], row["url"], row["entries"] > 1) for row in told["found"] if row["chosen"]}
    assert chosen == {("feed", press.url("bereg", "/feed/"), True), ("sitemap", press.url("bereg", "/sitemap.xml"), True)}
    (row,) = csv.DictReader((newsroom / "sources.csv").open(encoding="utf-8"))
    assert (row["id"], row["outlet"], row["language"], row["home"]) == ("bereg", "Берег", "ru", home)
    assert again.returncode == 2
    assert f"{home} is already listed: {newsroom / 'sources.csv'}:2: home of bereg" in again.stderr
    with open_reader(newsroom / "monitor.db") as reader:
        kinds = dict(map(tuple, reader.query("SELECT url, outcome FROM fetches WHERE kind = 'discovery'")))
        assert kinds[home] == "home page read"
        assert kinds[press.url("bereg", "/feed/")] == "feed"
        assert [tuple(row) for row in reader.query("SELECT count(*) FROM frontier")] == [(0,)]
        assert list(reader.view("skipped")) == []


def test_a_list_of_feeds_is_added_each_by_itself_and_comes_back_as_a_list(newsroom: Path) -> None:
    (newsroom / "sources.csv").write_text(f"{HEADER}\n", encoding="utf-8")
    with Press() as press:
        feeds = [press.url("bereg", "/feed/"), press.url("bereg", "/nothing-here/")]
        outlines = "".join(f'<outline text="Берег" xmlUrl="{feed}"/>' for feed in feeds)
        (newsroom / "list.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', encoding="utf-8")
        first = monitor(newsroom, "add", "--opml", str(newsroom / "list.opml"), "--country", "RU")
        again = monitor(newsroom, "add", "--opml", str(newsroom / "list.opml"), "--country", "RU")
    assert first.returncode == 3
    assert first.stdout.splitlines()[-1] == f"{newsroom / 'list.opml'}: 2 feeds: 1 added, 0 listed already, 1 not added"
    assert again.stdout.splitlines()[-1] == f"{newsroom / 'list.opml'}: 2 feeds: 0 added, 1 listed already, 1 not added"
    (row,) = csv.DictReader((newsroom / "sources.csv").open(encoding="utf-8"))
    assert (row["outlet"], row["feed"]) == ("Берег", feeds[0])
    out = monitor(newsroom, "export", "opml", "-o", str(newsroom / "out.opml"))
    assert out.returncode == 0, out.stderr
    assert [one.feed for one in read_opml((newsroom / "out.opml").read_bytes())] == [feeds[0]]

"""A dry run refuses what a crawl would refuse, and fetches nothing."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.crawl.process import run_crawl
from monitor.errors import UsageError
from monitor.model import Fetch, Outcome
from monitor.newsroom import catalogue
from monitor.vault import FrontierEntry, Store

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


@pytest.fixture
def newsroom(checkout, tmp_path):
    """A folder with the outlets a, b and c, of which a wants to be asked once a day."""
    folder = tmp_path / "data"
    shutil.copytree(checkout / "data", folder, ignore=shutil.ignore_patterns("*.db*", "warc", "*.lock"))
    lines = [
        f"{n},Outlet {n},https://{n}.example,en,GB,independent,https://{n}.example/feed,listed,,,,{'1440' * (n == 'a')}"
        for n in "abc"
    ]
    header = "id,outlet,home,language,country,kind,feed,status,doubt,sitemap,aliases,every"
    (folder / "sources.csv").write_text("\n".join([header, *lines, ""]), "utf-8")
    (folder / "families.csv").write_text("id,kind,outlets\n", "utf-8")
    return folder


@pytest.fixture
def waiting(newsroom, tmp_path):
    """A vault of theirs: a was asked an hour ago, b asked for time, and pages of earlier runs wait."""
    now = datetime.now(UTC)

    def page(host, path, *, depth=0, due=now, kind="article", source=""):
        url = f"https://{host}.example/{path}"
        return FrontierEntry(url, url, kind, source, f"{host}.example", 1 - depth, depth, "", due)

    with Store.open(tmp_path / "monitor.db") as store:
        store.sync_sources(catalogue.load(newsroom).sources, [])
        asked = now - timedelta(hours=1)
        feed = Fetch("https://a.example/feed", "a", "feed", Outcome.UNCHANGED, "", asked, asked)
        store.save_fetch(store.begin_run("feeds", asked), feed)
        store.frontier.push([page("a", n) for n in range(4)])
        store.frontier.push([page("c", f"linked/{n}", depth=1) for n in range(4)])
        store.frontier.push([page("b", "waits"), page("a", "later", due=now + timedelta(hours=1))])
        store.frontier.push([page("old", "feed", kind="feed", source="old")])  # its line has left the list
        store.frontier.pause_host("b.example", now + timedelta(hours=1))
    return tmp_path / "monitor.db"


BUDGETS = {"MONITOR_HOST_PAGES": "3", "MONITOR_DEPTH_PAGES": "2"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "c/feed a/0 a/1 a/2 c/linked/0 c/linked/1"),
        ({"sources": ["a"]}, "a/feed a/0 a/1 c/linked/0 c/linked/1"),
        ({"everything": True}, "a/feed c/feed a/0 a/1 c/linked/0 c/linked/1"),
        ({"urls": ["https://d.example/story", "https://b.example/story"]}, "d/story a/0 a/1 a/2 c/linked/0 c/linked/1"),
    ],
)
def test_it_keeps_to_rhythm_rest_and_budgets_and_touches_nothing(newsroom, waiting, given, said, capsys):
    def files():
        # SQLite's own, by which it reads beside a writer, are none of the vault's.
        found = [path for path in waiting.parent.rglob("*") if path.is_file() and path.name[-4:] not in {"-shm", "-wal"}]
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in found}

    before = files()
    assert run_crawl(newsroom, waiting, dry_run=True, settings=BUDGETS, **given) == 0
    asked = [line.removeprefix("https://").replace(".example", "") for line in capsys.readouterr().out.splitlines()]
    assert asked == said.split()
    assert files() == before


def test_what_it_says_is_what_the_frontier_would_give_out(newsroom, waiting, capsys):
    run_crawl(newsroom, waiting, sources=["b"], dry_run=True)
    said = capsys.readouterr().out.split()
    with Store.open(waiting) as store:
        run, now = store.begin_run("feeds", datetime.now(UTC)), datetime.now(UTC)
        given = [leased.pending.url for leased in store.frontier.lease(run, 99, now=now, room=lambda _host, _depth: 99)]
    assert sorted(said) == sorted(url for url in given if url != "https://old.example/feed") != []


def test_a_dry_run_of_nothing_says_so(newsroom, tmp_path, capsys):
    for name in ("sources.csv", "families.csv"):
        header, *_ = (newsroom / name).read_text("utf-8").splitlines()
        (newsroom / name).write_text(f"{header}\n", "utf-8")
    assert run_crawl(newsroom, tmp_path / "monitor.db", dry_run=True) == 0
    said = capsys.readouterr()
    assert (said.out, "Nothing is due" in said.err) == ("", True)

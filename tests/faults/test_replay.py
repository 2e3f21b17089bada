"""Captured pages go the very same way, with no network: each ends as an article or with its reason."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import UTC, datetime

import pytest

from monitor.archive import WarcWriter, pack, records


def index(folder, *rows):
    folder.mkdir(exist_ok=True)
    (folder / "index.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def captures(tmp_path_factory, article):
    """Saved pages: two articles, one of them twice, a page that is none, and addresses that are none."""
    folder = tmp_path_factory.mktemp("captures")
    for name, body in {
        "one": article("One"),
        "two": article("Two", words="Other words."),
        "again": article("One, edited"),
        "none": "",
    }.items():
        (folder / f"{name}.html").write_text(body, encoding="utf-8")
    index(
        folder,
        {"id": "1", "file": "one.html", "url": "http://bridge.example/news/1"},
        {"id": "2", "file": "two.html", "url": "http://bridge.example/news/2?utm_source=x"},
        {"id": "3", "file": "again.html", "url": "http://bridge.example/news/1"},
        {"id": "4", "file": "none.html", "url": "http://bridge.example/news/3"},
        {"id": "5", "file": "one.html", "url": "nowhere"},
        {"id": "6", "file": "absent.html", "url": "http://bridge.example/news/4"},
    )
    return folder


@pytest.fixture(scope="module")
def replayed(new_newsroom, captures):
    newsroom = new_newsroom("replayed")
    done = newsroom.crawl("replay", f"path={captures}")
    assert done.returncode == 0, done.stderr
    return newsroom


def test_each_captured_page_ends_in_one_outcome(replayed):
    assert replayed.query("SELECT url, outcome FROM fetches ORDER BY url, id") == [
        ("", "bad address"),
        ("", "bad address"),
        ("http://bridge.example/news/1", "article"),
        ("http://bridge.example/news/1", "article"),
        ("http://bridge.example/news/2?utm_source=x", "article"),
        ("http://bridge.example/news/3", "not an article"),
    ]


def test_a_capture_that_cannot_be_asked_for_says_why(replayed):
    details = [str(row[0]) for row in replayed.query("SELECT detail FROM fetches WHERE outcome = 'bad address'")]
    assert any("absent.html" in detail for detail in details)
    assert any("nowhere" in detail for detail in details)


def test_an_address_that_was_captured_twice_is_one_article_with_both_its_texts(replayed):
    revisions = "SELECT count(*) FROM revisions r JOIN articles a ON a.id = r.article WHERE a.url LIKE '%/1'"
    assert replayed.query(revisions) == [(2,)]


def test_a_replay_leaves_nothing_for_a_run_that_fetches(replayed):
    assert replayed.query("SELECT * FROM frontier") == []


def test_a_warc_is_replayed_with_its_codings_and_redirects(newsroom, tmp_path, article):
    now = datetime(2026, 5, 12, tzinfo=UTC)
    html = [("Content-Type", "text/html")]
    with WarcWriter(tmp_path / "warc") as writer:
        packed = gzip.compress(article("Packed").encode())
        writer.append(
            pack("http://bridge.example/packed", [], 200, "OK", [*html, ("Content-Encoding", "gzip")], packed, fetched=now)
        )
        writer.append(pack("http://bridge.example/old", [], 301, "Moved", [("Location", "/new")], b"", fetched=now))
        writer.append(
            pack("http://bridge.example/new", [], 200, "OK", html, article("Moved", words="Elsewhere.").encode(), fetched=now)
        )
        writer.append(pack("http://bridge.example/lost", [], 301, "Moved", [("Location", "/nowhere")], b"", fetched=now))
    done = newsroom.crawl("replay", f"path={tmp_path / 'warc'}")
    assert done.returncode == 0, done.stderr
    assert newsroom.query("SELECT DISTINCT captured FROM fetches WHERE outcome <> 'not found'") == [
        ("2026-05-12T00:00:00.000000Z",)
    ]
    files = {row[0] for row in newsroom.query("SELECT warc_file FROM fetches WHERE warc_file IS NOT NULL")}
    dates = {record.captured for file in files for record in records(newsroom.folder / "warc" / str(file))}
    assert dates == {now}  # what is copied keeps the date of its capture
    assert newsroom.outcomes("http://bridge.example/packed") == ["article"]
    assert newsroom.outcomes("http://bridge.example/old") == ["redirected"]
    assert set(newsroom.outcomes("http://bridge.example/new")) == {"article"}
    assert newsroom.outcomes("http://bridge.example/nowhere") == ["not found"]


def test_a_replay_is_refused_under_a_set_clock_and_among_what_the_network_gave(newsroom, captures):
    clocked = newsroom.crawl("replay", f"path={captures}", MONITOR_CLOCK="2020-01-01T00:00:00Z")
    assert clocked.returncode == 2
    assert "MONITOR_CLOCK is set" in clocked.stderr.splitlines()[-1]
    assert not (newsroom.folder / "monitor.db").exists()
    newsroom.crawl("feeds")
    mixed = newsroom.crawl("replay", f"path={captures}")
    assert mixed.returncode == 2
    assert "replay into a vault of its own: --db FILE" in mixed.stderr.splitlines()[-1]
    assert newsroom.query("SELECT kind FROM runs") == [("feeds",)]
    again = newsroom.crawl("replay", f"path={captures}", MONITOR_DB=newsroom.folder / "replayed.db")
    assert again.returncode == 0, again.stderr


def test_the_network_is_not_crawled_into_a_vault_of_replays(newsroom, replayed):
    refused = newsroom.crawl("feeds", MONITOR_DB=replayed.folder / "monitor.db")
    assert refused.returncode == 2
    assert "holds replayed captures; crawl the network into a vault of its own: --db FILE" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.shared
def test_real_pages_end_as_articles_or_with_a_reason(newsroom, shared, tmp_path):
    source = shared / "bench" / "reading"
    rows = [json.loads(line) for line in (source / "index.jsonl").read_text(encoding="utf-8").splitlines()][:60]
    folder = tmp_path / "real"
    for row in rows:
        (folder / row["file"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / row["file"], folder / row["file"])
    index(folder, *rows)
    done = newsroom.crawl("replay", f"path={folder}")
    assert done.returncode == 0, done.stderr
    outcomes = newsroom.query("SELECT outcome, count(*) FROM fetches GROUP BY outcome")
    assert sum(count for _, count in outcomes) == len(rows)
    assert not {"parser failed", "unanswered"} & {outcome for outcome, _ in outcomes}

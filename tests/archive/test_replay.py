"""Replay: captured pages given as if they were the web, in order, none lost."""

import gzip
import io
import json
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.archive import Replay
from monitor.errors import MonitorError

PAGE = b"<html><title>1</title></html>"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A folder of saved pages: plain, compressed, captured twice, and such as cannot be asked for."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.html").write_bytes(PAGE)
    (tmp_path / "pages" / "b.html.gz").write_bytes(gzip.compress(b"<p>compressed"))
    rows = [
        {"id": 1, "file": "pages/a.html", "url": "https://vesna.example/a"},
        {"id": 2, "file": "pages/b.html.gz", "url": "https://vesna.example/b"},
        {"id": 3, "file": "pages/b.html.gz", "url": "https://vesna.example/a"},
        {"id": 4, "file": "pages/a.html", "url": "hard::vesna.html"},
        {"id": 5, "file": "pages/c.html", "url": "https://vesna.example/c"},
        {"id": 6, "file": "../outside.html", "url": "https://vesna.example/d"},
        {"id": 7, "url": "https://vesna.example/e"},
        {"id": 8, "file": "pages/a.html", "url": "http://[broken/"},
    ]
    lines = [json.dumps(row) for row in rows]
    (tmp_path / "index.jsonl").write_text("\n".join([*lines, "", "not json", "[1]"]), encoding="utf-8")
    return tmp_path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "crawl.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, status, body in [("http://osen.example/1", "200 OK", PAGE), ("http://osen.example/1", "404 Not Found", b"gone")]:
            headers = StatusAndHeaders(status, [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers))
    return path


def test_every_capture_is_given_in_order(saved: Path) -> None:
    with Replay(saved) as replay:
        assert list(replay.pages()) == ["https://vesna.example/a", "https://vesna.example/b", "https://vesna.example/a"]
        bodies = [replay.response(url)[2] for url in replay.pages()]
    assert bodies == [PAGE, b"<p>compressed", b"<p>compressed"]


def test_after_the_last_capture_of_an_address_that_one_is_given_again(saved: Path) -> None:
    with Replay(saved) as replay:
        assert [replay.response("https://vesna.example/a")[2] for _ in range(3)] == [PAGE, b"<p>compressed", b"<p>compressed"]


def test_a_saved_page_claims_no_encoding(saved: Path) -> None:
    with Replay(saved) as replay:
        assert replay.response("https://vesna.example/a")[:2] == (200, (("Content-Type", "text/html"),))


def test_an_address_that_was_never_captured_has_no_response(saved: Path) -> None:
    with Replay(saved) as replay:
        assert replay.response("https://vesna.example/other") is None


def test_what_cannot_be_asked_for_is_told_with_its_line(saved: Path) -> None:
    with Replay(saved) as replay:
        told = [str(fault) for fault in replay.unusable]
    assert [fault.split(":")[1] for fault in told] == ["4", "5", "6", "7", "8", "10", "11"]
    assert "'hard::vesna.html' is no http address" in told[0]
    assert "is missing" in told[1]
    assert "is outside the folder" in told[2]


def test_an_archive_is_replayed_with_its_statuses_and_headers(archive: Path) -> None:
    with Replay(archive) as replay:
        assert [replay.response(url)[::2] for url in replay.pages()] == [(200, PAGE), (404, b"gone")]
        assert ("Content-Type", "text/html; charset=utf-8") in replay.response("http://osen.example/1")[1]


def test_a_folder_may_hold_both(saved: Path, archive: Path) -> None:
    with Replay(saved) as replay:
        assert len(list(replay.pages())) == 5


def test_a_page_that_cannot_be_read_is_told_with_its_file(saved: Path) -> None:
    (saved / "pages" / "b.html.gz").write_bytes(gzip.compress(b"whole")[:-6])
    with Replay(saved) as replay, pytest.raises(MonitorError, match=r"b\.html\.gz: the captured page cannot be read"):
        replay.response("https://vesna.example/b")


def test_nothing_to_replay_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none", tmp_path / "none.warc.gz"):
        with pytest.raises(MonitorError, match="nothing to replay"):
            Replay(path)


@pytest.mark.shared
def test_real_captures_are_all_given_or_told(shared: Path) -> None:
    folder = shared / "bench" / "reading"
    with Replay(folder) as replay:
        pages = list(replay.pages())
        assert len(pages) + len(replay.unusable) == sum(1 for _ in (folder / "index.jsonl").open())
        assert all(replay.response(url)[2] for url in pages[:50])


def test_of_a_damaged_archive_what_is_whole_is_given_and_the_rest_is_told(saved: Path) -> None:
    path = saved / "damaged.warc"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=False)
        for number in range(3):
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            url = f"https://bereg.example/{number}"
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(PAGE), http_headers=head))
    path.write_bytes(path.read_bytes().replace(b"<title>1", b"<title>2", 1))
    with Replay(path) as replay:
        assert list(replay.pages()) == ["https://bereg.example/1", "https://bereg.example/2"]
        (fault,) = replay.unusable
        assert "damaged.warc:0: record: " in str(fault)
        assert "digest is not sha1:" in str(fault)

"""A picture of a captured page: drawn from its bytes alone, nothing is asked of anybody, and kept as evidence."""

import gzip
import hashlib
import io
import json
import re
import shutil
import sqlite3
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from warcio.archiveiterator import ArchiveIterator

from monitor.archive.log import NAME
from monitor.archive.signing import NAME as CHECKPOINTS
from monitor.archive.signing import Checkpoint, read_checkpoints
from monitor.cli import main
from monitor.crawl import clock
from monitor.errors import LockedError, MonitorError
from monitor.operate import picture
from monitor.vault import Store, open_reader
from monitor.vault.evidence import captured_fetches
from monitor.vault.lock import WriterLock
from tests.press_days import PressDays

pytestmark = pytest.mark.system

Get = Callable[..., httpx.Response]
Asking = Callable[[Path], AbstractContextManager[Get]]


@pytest.fixture
def watched() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_page_is_drawn_without_scripts_and_without_a_network(watched: tuple[str, list[str]]) -> None:
    address, asked = watched
    page = f"""<html><head><link rel=stylesheet href="{address}/style.css"><script src="{address}/a.js"></script></head>
        <body style="background:#123456"><img src="{address}/a.png"><iframe src="{address}/frame"></iframe>
        <script>document.body.style.background = "red"; fetch("{address}/fetched")</script>
        <div style="height:3000px"></div><p style="margin:0;height:40px;background:#654321">The end</p></body></html>"""
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("Set-Cookie", "a=b")]
    browser = picture.Browser()
    shown = Image.open(io.BytesIO(browser.draw(gzip.compress(page.encode()), headers))).convert("RGB")
    assert shown.width == 1000
    assert shown.getpixel((900, 2000)) == (0x12, 0x34, 0x56)
    assert shown.getpixel((900, shown.height - 30)) == (0x65, 0x43, 0x21), "the page to its end"
    assert re.match(r"Chromium \d+", browser.version)
    assert asked == []


def colour_of(page: bytes, *headers: tuple[str, str]) -> object:
    shown = Image.open(io.BytesIO(picture.Browser().draw(page, headers))).convert("RGB")
    return shown.getpixel((900, 300))


def test_a_header_that_cannot_be_sent_as_it_is_leaves_the_page_drawn(capfd: pytest.CaptureFixture[str]) -> None:
    page = b"<html><body style='background:#123456'>"
    headers = ("Content-Type", "text/html; charset=\u043f\u044f\u0442\u044c\x00\r"), ("Content-Language", "\u0440\u0443\u0441")
    assert colour_of(page, *headers) == (0x12, 0x34, 0x56)
    assert capfd.readouterr().err == ""


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> picture.Browser:
    """A browser that has said its version, and that nobody may start again."""
    browser = picture.Browser()
    monkeypatch.setattr(picture.Browser, "_run", lambda *_: pytest.fail("a browser was started"))
    return browser


def test_a_page_that_is_not_coded_as_it_says_is_told_before_a_browser_waits_for_it(idle: picture.Browser) -> None:
    with pytest.raises(MonitorError, match="the page cannot be decoded: Content-Encoding 'gzip'"):
        idle.draw(b"<html>", [("Content-Type", "text/html"), ("Content-Encoding", "gzip")])


def processes_of(mark: str) -> list[int]:
    """The processes of this machine that have a mark in their environment."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark.encode() in environ.read_bytes():
                found.append(int(environ.parent.name))
    return found


def test_a_browser_that_takes_too_long_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    browser, mark, most = picture.Browser(), f"drawn-{time.monotonic_ns()}", []
    monkeypatch.setenv("DRAWN", mark)
    monkeypatch.setattr(picture, "_SECONDS", 1)
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.1):
            most.append(len(processes_of(mark)))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        with pytest.raises(MonitorError, match="drew no picture within 1 s"):
            browser.draw(b"<p>" + b"<div><table><tr><td>" * 200_000, [("Content-Type", "text/html")])
    finally:
        ended.set()
        looking.join()
    assert max(most) > 2, "the browser has more processes than one"
    until = time.monotonic() + 60
    while processes_of(mark) and time.monotonic() < until:
        time.sleep(0.05)
    assert processes_of(mark) == []


def test_the_browser_has_a_limit_of_memory_and_of_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown = tmp_path / "limits"
    named = tmp_path / "chromium"
    named.write_text(f"#!/bin/sh\ncat /proc/self/limits >{shown}\n")
    named.chmod(0o755)
    monkeypatch.setattr(picture, "_BROWSERS", (str(named),))
    picture.Browser()
    limits = shown.read_text()
    assert re.search(r"Max data size +2147483648 +2147483648 ", limits)
    assert re.search(r"Max cpu time +60 +60 ", limits)


def test_without_a_browser_it_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "_BROWSERS", ("no-such-browser",))
    with pytest.raises(MonitorError, match="a picture needs a browser: no-such-browser; none of them is here"):
        picture.Browser()


class Drawn(NamedTuple):
    """A newsroom with an edited article, of both of whose versions pictures were drawn."""

    folder: Path
    article: str
    said: dict[str, Any]

    def monitor(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["--data", str(self.folder), *arguments])

    @property
    def digests(self) -> list[str]:
        return [one["digest"] for one in self.said["pictures"]]


@pytest.fixture(scope="module")
def drawn(press_days: PressDays, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    folder = Path(shutil.copytree(press_days.rechecked_again, tmp_path_factory.mktemp("pictures") / "data"))
    with open_reader(folder / "monitor.db") as reader:
        (row,) = reader.query("SELECT article FROM edits ORDER BY article LIMIT 1")
    done = Drawn(folder, row["article"], {}).monitor("picture", row["article"], "--json")
    assert done.exit_code == 0, done.output
    return Drawn(folder, row["article"], json.loads(done.output.splitlines()[-1]))


def test_each_version_has_a_picture_that_others_read_as_a_conversion_of_its_page(drawn: Drawn) -> None:
    assert [one["version"] for one in drawn.said["pictures"]] == [1, 2]
    assert len(set(drawn.digests)) == 2
    assert len({one["file"] for one in drawn.said["pictures"]}) == 1
    with open_reader(drawn.folder / "monitor.db") as reader:
        captures = {fetch.id: fetch.capture for fetch in captured_fetches(reader.db, article=drawn.article)}
    for one in drawn.said["pictures"]:
        with (drawn.folder / "warc" / one["file"]).open("rb") as file:
            record = next(r for r in ArchiveIterator(file) if r.rec_headers.get_header("WARC-Record-ID") == one["record"])
            content = record.content_stream().read()
            headers = record.rec_headers
        assert (record.rec_type, headers.get_header("Content-Type")) == ("conversion", "image/png")
        assert headers.get_header("WARC-Refers-To") == captures[one["request"]].record_id
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == one["digest"]
        assert Image.open(io.BytesIO(content)).width == 1000
    again = drawn.monitor("picture", drawn.article)
    assert (again.exit_code, again.output) == (0, "Each version has its picture already.\n")


@pytest.fixture
def undrawn(press_days: PressDays, tmp_path: Path) -> tuple[Path, str]:
    """The same newsroom without pictures, and the article."""
    folder = Path(shutil.copytree(press_days.rechecked_again, tmp_path / "data"))
    with open_reader(folder / "monitor.db") as reader:
        (row,) = reader.query("SELECT article FROM edits ORDER BY article LIMIT 1")
    return folder, row["article"]


def test_an_article_that_is_named_twice_is_drawn_once(undrawn: tuple[Path, str]) -> None:
    folder, article = undrawn
    done = CliRunner().invoke(main, ["--data", str(folder), "picture", article, article, "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.output.splitlines()[-1])
    assert ([one["version"] for one in said["pictures"]], said["had_before"]) == ([1, 2], 0)
    again = CliRunner().invoke(main, ["--data", str(folder), "picture", article, article, "--json"])
    assert json.loads(again.output.splitlines()[-1])["had_before"] == 2


def test_a_page_that_is_too_large_is_told_before_a_browser_is_asked(idle: picture.Browser) -> None:
    with pytest.raises(MonitorError, match="the page has 5000001 bytes; of one with more than 5000000 no picture is drawn"):
        idle.draw(b"x" * 5_000_001, [("Content-Type", "text/html")])


def test_others_may_write_the_vault_while_the_browser_draws(undrawn: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, article = undrawn
    draw = picture.Browser.draw

    def draw_while_another_writes(*arguments: Any) -> bytes:
        with Store.open(folder / "monitor.db", command="crawl"):
            return draw(*arguments)

    monkeypatch.setattr(picture.Browser, "draw", draw_while_another_writes)
    kept, faults = picture.draw_missing(folder / "monitor.db", [article], clock.now, lambda *_: None)
    assert (len(kept), faults) == (2, [])


def test_a_picture_waits_for_who_writes_the_vault_as_it_is_to_be_kept(
    undrawn: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, article = undrawn
    draw, timers = picture.Browser.draw, list[threading.Timer]()

    def draw_and_leave_it_locked(*arguments: Any) -> bytes:
        png = draw(*arguments)
        lock = WriterLock(folder / "monitor.db", "crawl")
        timers.append(threading.Timer(1, lock.release))
        timers[-1].start()
        return png

    monkeypatch.setattr(picture.Browser, "draw", draw_and_leave_it_locked)
    kept, faults = picture.draw_missing(folder / "monitor.db", [article], clock.now, lambda *_: None)
    assert (len(kept), faults, len(timers)) == (2, [], 2)


def test_a_picture_waits_no_longer_than_it_may(undrawn: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, article = undrawn
    monkeypatch.setattr(picture, "_LOCK_TIMEOUT", 1)
    draw, locks = picture.Browser.draw, list[WriterLock]()

    def draw_and_leave_it_locked(*arguments: Any) -> bytes:
        png = draw(*arguments)
        locks.append(WriterLock(folder / "monitor.db", "crawl"))
        return png

    monkeypatch.setattr(picture.Browser, "draw", draw_and_leave_it_locked)
    with pytest.raises(LockedError, match="writes it"):
        picture.draw_missing(folder / "monitor.db", [article], clock.now, lambda *_: None)
    locks.pop().release()
    assert not locks, "the second version was not drawn to be lost"


def test_while_another_writes_nothing_is_drawn(undrawn: tuple[Path, str], idle: picture.Browser) -> None:
    folder, article = undrawn
    with Store.open(folder / "monitor.db", command="crawl"):
        began = time.monotonic()
        done = CliRunner().invoke(main, ["--data", str(folder), "picture", article])
    assert done.exit_code != 0
    assert "writes it" in done.output
    assert time.monotonic() - began < picture._LOCK_TIMEOUT / 10, "it did not wait for the other to end"


def test_a_run_that_is_stopped_keeps_what_was_drawn_and_signs_it(undrawn: tuple[Path, str]) -> None:
    folder, article = undrawn

    def stop(done: int, _: int) -> None:
        assert done == 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        picture.draw_missing(folder / "monitor.db", [article], clock.now, stop)
    done = CliRunner().invoke(main, ["--data", str(folder), "verify", article])
    assert done.exit_code == 0, done.output
    assert CliRunner().invoke(main, ["--data", str(folder), "verify"]).output.endswith("All is as it was logged.\n")
    entries = len((folder / "warc" / NAME).read_text("utf-8").splitlines())
    *_, newest = read_checkpoints(folder / "warc" / CHECKPOINTS)
    assert isinstance(newest, Checkpoint)
    assert newest.head.entries == entries
    rest = CliRunner().invoke(main, ["--data", str(folder), "picture", article, "--json"])
    said = json.loads(rest.output.splitlines()[-1])
    assert ([one["version"] for one in said["pictures"]], said["had_before"]) == ([2], 1)


def test_a_picture_is_proved_by_log_and_signature(drawn: Drawn, tmp_path: Path) -> None:
    drawn = drawn._replace(folder=Path(shutil.copytree(drawn.folder, tmp_path / "data")))
    with closing(sqlite3.connect(drawn.folder / "monitor.db")) as db:
        db.execute("UPDATE fetches SET finished = strftime('%Y-%m-%dT%H:%M:%S.000000Z', finished, '100 seconds')")
        db.commit()
    entries = [json.loads(line) for line in (drawn.folder / "warc" / NAME).read_text("utf-8").splitlines()]
    assert [entry["digest"] for entry in entries if entry["kind"] == "picture"] == drawn.digests
    assert drawn.monitor("verify").output.endswith("All is as it was logged.\n")
    newest = drawn.said["pictures"][-1]
    out = drawn.folder / "proof.html"
    proof = drawn.monitor("verify", drawn.article, "-o", str(out))
    assert proof.exit_code == 0, proof.output
    (line,) = [line for line in proof.output.splitlines() if line.startswith("Picture: ")]
    for words in (newest["digest"].removeprefix("sha256:"), newest["browser"], newest["record"], "the newest of 2 pictures"):
        assert words in line
    # By the log, and not by the row of its request, which says when that was done with.
    (of,) = [entry["of"] for entry in entries if entry["kind"] == "picture" and entry["record"] == newest["record"]]
    (received,) = [entry["date"] for entry in entries if entry.get("record") == of]
    assert f"received {datetime.fromisoformat(received):%Y-%m-%d %H:%M:%S} UTC" in line
    page = out.read_text("utf-8")
    assert page.count("data:image/png;base64,") == 1
    assert newest["digest"].removeprefix("sha256:") in page
    file = drawn.folder / "picture.png"
    alone = drawn.monitor("verify", "--capture", newest["record"], "-o", str(file))
    assert alone.exit_code == 0, alone.output
    assert "Drawn:" in alone.output
    assert f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}" == newest["digest"]


def test_the_internal_edition_shows_it_and_the_public_one_withholds_it(drawn: Drawn, asking: Asking, tmp_path: Path) -> None:
    version = f"/public/version?article={drawn.article}&revision=2"
    address = f"/-/picture/{drawn.digests[1].removeprefix('sha256:')}.png"
    for profile in ("internal", "public"):
        done = drawn.monitor("publish", "--profile", profile, str(tmp_path / profile))
        assert done.exit_code == 0, done.output
        with asking(tmp_path / profile) as get:
            page, image = get(version), get(address)
            assert "#picture" in get(f"/public/coverage/{drawn.article}").text
        assert drawn.digests[1] in page.text
        if profile == "internal":
            assert f'src="{address}"' in page.text
            assert (image.status_code, image.headers["content-type"]) == (200, "image/png")
            assert f"sha256:{hashlib.sha256(image.content).hexdigest()}" == drawn.digests[1]
        else:
            assert "The picture is withheld in this edition" in page.text
            assert "<img" not in page.text
            assert image.status_code == 404
            assert b"\x89PNG" not in (tmp_path / profile / "public.db").read_bytes()


def test_a_story_that_is_handed_over_has_them(drawn: Drawn, tmp_path: Path) -> None:
    with open_reader(drawn.folder / "monitor.db") as reader:
        (row,) = reader.query("SELECT story FROM articles WHERE id = ?", (drawn.article,))
    done = drawn.monitor("export", "story", row["story"], "-o", str(tmp_path / "story.wacz"))
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(tmp_path / "story.wacz") as packed:
        shown = [packed.read(name) for name in packed.namelist() if name.startswith("pictures/")]
        records = list(ArchiveIterator(io.BytesIO(packed.read("archive/story.warc.gz"))))
        logged = packed.read("proof/log.txt").decode()
    assert sorted(f"sha256:{hashlib.sha256(one).hexdigest()}" for one in shown) == sorted(drawn.digests)
    assert [record.rec_type for record in records].count("conversion") == 2
    assert all(digest in logged for digest in drawn.digests)

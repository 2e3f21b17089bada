"""What pywb's server replays of an archive of ours, and of a story that is handed over: byte for byte."""

import http.client
import json
import shutil
import socket
import subprocess
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from monitor.archive import read_capture
from monitor.archive.warc import Place, read_record
from monitor.compression import decode_content
from monitor.export.wacz import export_story
from monitor.vault import CapturedFetch, open_reader
from monitor.vault.evidence import captured_fetches
from tests.press_days import PressDays

BIN = Path(__file__).resolve().parents[2] / ".venv-replay" / "bin"
MOST = 1 << 24
START = 60
"""Seconds until the server answers."""

pytestmark = pytest.mark.skipif(not (BIN / "wayback").exists(), reason="no pywb in .venv-replay: `make replay` installs it")


class Replay(NamedTuple):
    """The archive of two days of the press and its largest story with an edited article, and the port of a server of both."""

    archive: Path
    fetches: Sequence[CapturedFetch]
    pages: frozenset[tuple[str, str]]
    """Of the story: address and second."""
    port: int


@pytest.fixture(scope="module")
def replay(press_days: PressDays, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    folder, archive = tmp_path_factory.mktemp("pywb"), press_days.rechecked_again / "warc"
    vault = Path(shutil.copy(press_days.rechecked_again / "monitor.db", folder))
    with open_reader(vault) as reader:
        fetches = list(captured_fetches(reader.db))
        (row,) = reader.query(
            "SELECT story FROM edits JOIN (SELECT story, count(*) AS n FROM articles GROUP BY 1) USING (story)"
            " ORDER BY n DESC, story LIMIT 1"
        )
    export_story(vault, archive, row["story"], folder / "story.wacz")
    manage(folder, "init", "all")
    manage(folder, "add", "all", *(str(path) for path in sorted(archive.glob("*.warc.gz"))))
    manage(folder, "init", "story")
    manage(folder, "add", "--unpack-wacz", "story", str(folder / "story.wacz"))
    with zipfile.ZipFile(folder / "story.wacz") as packed:
        pages = [json.loads(line) for line in packed.read("pages/pages.jsonl").splitlines()[1:]]
    with serving(folder) as port:
        yield Replay(archive, fetches, frozenset((page["url"], second(page["ts"])) for page in pages), port)


def test_each_capture_of_an_archive_is_replayed_as_it_was_received(replay: Replay) -> None:
    counts = compared(replay, "all", replay.fetches)
    assert {what for what, _ in counts} == {"response", "revisit"}
    assert all(is_same for _, is_same in counts), counts


def test_each_page_of_a_story_is_replayed_out_of_its_file(replay: Replay) -> None:
    counts = compared(replay, "story", replay.fetches, replay.pages)
    assert sum(counts.values()) == len(replay.pages) > 1
    assert all(is_same for _, is_same in counts), counts


def manage(folder: Path, *arguments: str) -> None:
    done = subprocess.run([BIN / "wb-manager", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    log = folder / "log"
    with log.open("w") as output:
        command = [BIN / "wayback", "-b", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        try:
            ends = time.monotonic() + START
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert time.monotonic() < ends, log.read_text()
                    assert server.poll() is None, log.read_text()
                    time.sleep(0.2)
            yield port
        finally:
            server.terminate()
            server.wait()


def compared(
    replay: Replay, collection: str, fetches: Sequence[CapturedFetch], only: frozenset[tuple[str, str]] = frozenset()
) -> Counter[tuple[str, bool]]:
    """How many captures of each type of record came back the same, and not. Of those of one address and second the server may
    give any."""
    wanted: dict[tuple[str, str], list[tuple[int, bytes, str]]] = {}
    for fetch in fetches:
        with (replay.archive / fetch.capture.file).open("rb") as file:
            record = read_record(file, Place(fetch.capture.offset), keep=0)
        key = (record.url, second(record.fields["warc-date"]))
        if not only or key in only:
            status, headers, payload = read_capture(replay.archive, fetch.capture)
            wanted.setdefault(key, []).append((status, decoded(payload, dict(headers)), record.type))
    counts: Counter[tuple[str, bool]] = Counter()
    for (url, when), captures in wanted.items():
        status, body, there = replayed(replay.port, f"/{collection}/{when}id_/{url}")
        same = [kind for had, had_body, kind in captures if (had, had_body, when) == (status, body, there)]
        counts[same[0] if same else captures[0][2], bool(same)] += 1
    return counts


def replayed(port: int, path: str) -> tuple[int, bytes, str]:
    """Status, body and second of what the server gives."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    headers, body = dict(answer.getheaders()), answer.read()
    connection.close()
    said = headers.get("Memento-Datetime")
    return answer.status, decoded(body, headers), f"{parsedate_to_datetime(said):%Y%m%d%H%M%S}" if said else "no time"


def decoded(payload: bytes, headers: dict[str, str]) -> bytes:
    coding = next((value for name, value in headers.items() if name.lower() == "content-encoding"), "")
    return decode_content(payload, [coding], MOST).data


def second(date: str) -> str:
    """A time of fourteen digits, as archives write it."""
    return "".join(c for c in date if c.isdigit())[:14]

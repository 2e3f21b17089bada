"""What pywb's server replays of an archive of ours, byte for byte: `make peers` installs it, in an environment of its own.

    python tests/bench/replay_peers.py

Crawls the press at two of its moments, looks at its articles again, and hands its largest story over as a WACZ file. pywb indexes
the WARC files as one collection, and what it unpacks of the WACZ file as another, and its server (`wayback`) is asked for each
capture by address and second, as it was received (`id_`). Its answer is held against what read_capture gives: status and body. A
revisit is one too. Exits 1 where one differs or is not there, or where there was nothing to compare.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from monitor.archive import read_capture
from monitor.archive.warc import Place, read_record
from monitor.compression import decode_content
from monitor.export.wacz import export_story
from monitor.press import MOMENTS, Press, write_data
from monitor.vault import CapturedFetch, evidence, open_reader

BIN = Path(__file__).resolve().parents[2] / ".venv-peers" / "bin"
_MOST = 1 << 24
# Seconds until the server answers.
_START = 60


def main() -> int:
    if not (BIN / "wayback").exists():
        print("pywb is not installed: run `make peers`")
        return 1
    with tempfile.TemporaryDirectory() as name:
        newsroom, archives = Path(name) / "newsroom", Path(name) / "pywb"
        archives.mkdir()
        story = _crawl(newsroom)
        export_story(newsroom / "monitor.db", newsroom / "warc", story, archives / "story.wacz")
        files = sorted(str(path) for path in (newsroom / "warc").glob("*.warc.gz"))
        _manage(archives, "init", "all")
        _manage(archives, "add", "all", *files)
        _manage(archives, "init", "story")
        _manage(archives, "add", "--unpack-wacz", "story", str(archives / "story.wacz"))
        with open_reader(newsroom / "monitor.db") as reader:
            fetches = list(evidence.captured_fetches(reader.db))
        with zipfile.ZipFile(archives / "story.wacz") as packed:
            pages = [json.loads(line) for line in packed.read("pages/pages.jsonl").splitlines()[1:]]
        with _serving(archives) as port:
            counts = _compared(port, "all", newsroom / "warc", fetches)
            of_story = {(page["url"], _second(page["ts"])) for page in pages}
            counts |= _compared(port, "story", newsroom / "warc", fetches, of_story)
    for (collection, what), count in sorted(counts.items()):
        print(f"{collection}: {count} {what}")
    are_all_there = all(what.startswith("the same") for _, what in counts)
    return 0 if are_all_there and {collection for collection, _ in counts} == {"all", "story"} else 1


def _crawl(folder: Path) -> str:
    """A newsroom with two visits to the press; the story with the most articles of those that were edited."""
    with Press(moment=1) as press:
        write_data(folder, press.port)
        _monitor(folder, MOMENTS[1] + timedelta(minutes=15), "crawl")
        press.move(2)
        _monitor(folder, MOMENTS[2], "recheck")
        _monitor(folder, MOMENTS[2] + timedelta(hours=1), "recheck", "--all")
    with open_reader(folder / "monitor.db") as reader:
        (row,) = reader.query(
            "SELECT story FROM edits JOIN (SELECT story, count(*) AS n FROM articles GROUP BY 1) USING (story)"
            " ORDER BY n DESC, story LIMIT 1"
        )
    return str(row["story"])


def _monitor(folder: Path, moment: object, *arguments: str) -> None:
    settings = {"MONITOR_ALLOW_ADDRESSES": "127.0.0.0/8", "MONITOR_DELAY": "0", "MONITOR_CLOCK": str(moment)}
    command = [sys.executable, "-m", "monitor.cli", "--data", str(folder), *arguments]
    done = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)


def _manage(folder: Path, *arguments: str) -> None:
    done = subprocess.run([BIN / "wb-manager", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


@contextmanager
def _serving(folder: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [BIN / "wayback", "-b", "127.0.0.1", "-p", str(port)], cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            ends = time.monotonic() + _START
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if time.monotonic() > ends or server.poll() is not None:
                        raise SystemExit((folder / "log").read_text()) from None
                    time.sleep(0.2)
            yield port
        finally:
            server.terminate()
            server.wait()


def _compared(
    port: int, collection: str, folder: Path, fetches: list[CapturedFetch], only: set[tuple[str, str]] | None = None
) -> Counter[tuple[str, str]]:
    """How many captures came back as what, of those of these addresses and seconds. Of those that share both any one counts."""
    wanted: dict[tuple[str, str], list[tuple[int, bytes, str]]] = {}
    for fetch in fetches:
        with (folder / fetch.capture.file).open("rb") as file:
            record = read_record(file, Place(fetch.capture.offset), keep=0)
        key = (record.url, _second(record.fields["warc-date"]))
        if only is None or key in only:
            status, headers, payload = read_capture(folder, fetch.capture)
            wanted.setdefault(key, []).append((status, _decoded(payload, dict(headers)), record.type))
    counts: Counter[tuple[str, str]] = Counter()
    for (url, second), captures in wanted.items():
        status, body, there = _replayed(port, f"/{collection}/{second}id_/{url}")
        kinds = [kind for had, had_body, kind in captures if (had, had_body) == (status, body) and there == second]
        # The server may give of captures of one second any.
        counts[collection, f"the same ({kinds[0]})" if kinds else f"another: {status} of {there} for {second} of {url}"] += 1
    return counts


def _replayed(port: int, path: str) -> tuple[int, bytes, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    answer = connection.getresponse()
    headers, body = dict(answer.getheaders()), answer.read()
    connection.close()
    said = headers.get("Memento-Datetime")
    return answer.status, _decoded(body, headers), f"{parsedate_to_datetime(said):%Y%m%d%H%M%S}" if said else "no time"


def _decoded(payload: bytes, headers: dict[str, str]) -> bytes:
    coding = next((value for name, value in headers.items() if name.lower() == "content-encoding"), "")
    return decode_content(payload, [coding], _MOST).data


def _second(date: str) -> str:
    """A time of fourteen digits, as archives write it."""
    return "".join(c for c in date if c.isdigit())[:14]


if __name__ == "__main__":
    sys.exit(main())

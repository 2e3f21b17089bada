"""What `monitor read` makes of real pages, beside other extractors over the same pages, in one table. Run by `make bench`.

    python tests/bench/reading_peers.py [--pages N] [--only NAME ...]

Each reader is a process of its own that is given one page after the other: all are asked for a page before the next page is
opened, so that what else the machine does falls on all alike. CPU is of the reader's process alone, measured in it around each
page; its start and its imports are not counted. The figures are those of the scorer that lies beside the data, over the
pages with independent truth (`*truth`), and over those alone that people marked (`aeb`).

- trafilatura: as it is by its defaults, with its metadata. trafilatura precise: the same with favor_precision.
- newspaper4k: needs libraries that this project does not have; `make peers` installs it in an environment of its own.
- resiliparse: extract_plain_text(main_content=True); it reads no metadata.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
BENCH = ROOT.parent / "shared" / "bench" / "reading"
PEERS = ROOT / ".venv-peers" / "bin" / "python"
Said = dict[str, Any]
SNAPSHOT = {"readability", "newspaper4k"}


# --- The readers: bytes and an address to what is said of the page -----------------------------------------------------------


def povestka() -> Callable[[bytes, str], Said]:
    from monitor.model import Article
    from monitor.read.article import published_day, read_page

    now = datetime.now(UTC)

    def read(body: bytes, url: str) -> Said:
        found = read_page(body, url, now=now)
        if not isinstance(found, Article):
            return {}
        day = published_day(found)
        return {"title": found.title, "authors": list(found.authors), "date_published": day, "text": found.text}

    return read


def trafilatura(*, precise: bool = False) -> Callable[[bytes, str], Said]:
    from trafilatura import bare_extraction

    def read(body: bytes, url: str) -> Said:
        document = bare_extraction(body, url=url, favor_precision=precise, with_metadata=True, include_comments=False)
        if document is None:
            return {}
        found = document.as_dict()
        authors = [name for name in (found.get("author") or "").split("; ") if name]
        return {"title": found.get("title"), "authors": authors, "date_published": found.get("date"), "text": found.get("text")}

    return read


def newspaper4k() -> Callable[[bytes, str], Said]:
    import newspaper
    from newspaper.exceptions import ArticleException

    def read(body: bytes, url: str) -> Said:
        article = newspaper.Article(url or "https://page.invalid/", fetch_images=False)
        try:
            article.download(input_html=body)
            article.parse()
        except ArticleException:
            return {}
        day = article.publish_date
        return {
            "title": article.title,
            "authors": list(article.authors),
            "date_published": day.date().isoformat() if day else "",
            "text": article.text,
        }

    return read


def resiliparse() -> Callable[[bytes, str], Said]:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    def read(body: bytes, url: str) -> Said:
        markup = bytes_to_str(body, detect_encoding(body))
        return {"text": extract_plain_text(markup, main_content=True, alt_texts=False, comments=False)}

    return read


READERS: dict[str, Callable[[], Callable[[bytes, str], Said]]] = {
    "Povestka": povestka,
    "trafilatura": trafilatura,
    "trafilatura precise": lambda: trafilatura(precise=True),
    "newspaper4k": newspaper4k,
    "resiliparse": resiliparse,
}
NEEDS = {"newspaper4k": ("newspaper", PEERS)}
"""What is not among this project's libraries: the module, and the interpreter of the environment that has it."""


def serve(name: str) -> None:
    """Reads lines {"file", "url"} until there are no more; answers each with what was read and the CPU seconds that it took."""
    read = READERS[name]()
    for line in sys.stdin:
        row = json.loads(line)
        body = Path(row["file"]).read_bytes()
        body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        began = time.process_time()
        try:
            said, failed = read(body, row["url"]), ""
        except Exception as error:  # noqa: BLE001 - whatever a reader raises, it has read nothing: it is counted and shown
            said, failed = {}, f"{type(error).__name__}: {error}"
        print(json.dumps({"cpu": time.process_time() - began, "said": said, "failed": failed}), flush=True)


# --- The run -----------------------------------------------------------------------------------------------------------------


class Reader:
    """A reader in a process of its own."""

    def __init__(self, name: str, python: Path) -> None:
        self.name, self.cpu = name, 0.0
        self.said: dict[str, Said] = {}
        self.failed: list[str] = []
        """The pages on which it raised an error, and which."""
        self._process = subprocess.Popen(
            [python, HERE, "--serve", name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def read(self, row: dict[str, str]) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"file": str(BENCH / row["file"]), "url": row["url"]}) + "\n")
        self._process.stdin.flush()
        if not (line := self._process.stdout.readline()):
            sys.exit(f"bench: {self.name} stopped at {row['id']} (exit {self._process.wait()})")
        answer = json.loads(line)
        self.cpu += answer["cpu"]
        self.said[row["id"]] = answer["said"]
        if answer["failed"]:
            self.failed.append(f"{row['id']}: {answer['failed'].splitlines()[0]}")

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def interpreter(name: str) -> Path | None:
    """The python that has a reader's libraries; None where none has."""
    module, python = NEEDS.get(name, ("", Path(sys.executable)))
    if module and importlib.util.find_spec(module):
        return Path(sys.executable)
    return python if python.exists() else None


def table(readers: list[Reader], rows: list[dict[str, Any]]) -> str:
    spec = importlib.util.spec_from_file_location("score", BENCH / "score.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    measures = [
        ("body text, F1 of 4-word shingles", "*truth", "text", "f1"),
        ("the same, pages marked by people", "aeb", "text", "f1"),
        ("segments that must and must not occur, F1", "*truth", "segments", "f1"),
        ("title, equal", "*truth", "title", "exact"),
        ("authors, F1", "*truth", "authors", "f1"),
        ("authors, the same set", "*truth", "authors", "exact_set"),
        ("date, the same day", "*truth", "date", "accuracy"),
    ]
    figures = {reader.name: {group: out for group, _, out in scorer.score(rows, reader.said)} for reader in readers}
    least = next((reader.cpu for reader in readers if reader.name == "trafilatura"), readers[0].cpu)
    lines = ["| | " + " | ".join(reader.name for reader in readers) + " |", "|---" * (len(readers) + 1) + "|"]
    for words, group, kind, measure in measures:
        cells = []
        for reader in readers:
            value = figures[reader.name].get(group, {}).get(kind, {}).get(measure)
            cells.append(f"{value:.3f}".lstrip("0") if value else "–")
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    lines.append("| CPU time a page | " + " | ".join(f"{reader.cpu / least:.2f}" for reader in readers) + " |")
    lines.append("| pages on which it raised an error | " + " | ".join(str(len(reader.failed)) for reader in readers) + " |")
    lines.append("| CPU, ms a page | " + " | ".join(f"{1000 * reader.cpu / len(rows):.0f}" for reader in readers) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, help="of so many, evenly chosen, for a first impression")
    parser.add_argument("--only", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument("--serve", choices=READERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        return serve(given.serve)
    rows = [r for r in json.loads((BENCH / "truth.json").read_text("utf-8")) if r["sources"][0] not in SNAPSHOT]
    rows = rows[:: max(1, len(rows) // given.pages)] if given.pages else rows
    readers = []
    for name in given.only:
        if (python := interpreter(name)) is None:
            print(f"bench: {name} is not installed and is left out; `make peers` installs it in .venv-peers", flush=True)
        else:
            readers.append(Reader(name, python))
    for row in rows:
        for reader in readers:
            reader.read(row)
    for reader in readers:
        reader.close()
    print(f"{len(rows)} pages; each reader in its own process, all asked for a page before the next\n{table(readers, rows)}")
    return None


if __name__ == "__main__":
    main()

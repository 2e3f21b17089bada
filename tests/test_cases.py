"""Small inputs that once came out wrong, each with what is right: read as a crawl reads them, in its worker processes.

A case is a folder of the measured data: the input, and expected.json that says whence it came and what is right.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.crawl.parsing import (
    WorkerContext,
    announced,
    init_worker,
    read_article,
    read_polled,
    read_sitemap,
)
from monitor.crawl.workers import Limits, Workers
from monitor.model import Feed, ParsedArticle, ParsedChannel, Rejection
from monitor.newsroom import catalogue
from monitor.read.dates import read_date
from monitor.read.discover import Announced

pytestmark = pytest.mark.shared

CHECKOUT = Path(__file__).resolve().parent.parent
CASES = CHECKOUT.parent / "shared" / "cases"
Call = Callable[..., Any]

# A program of its own, for a broken archive may make reading endless.
RECORDS = """
import json, sys
from pathlib import Path
from monitor.archive import records
from monitor.errors import ArchiveError
faults = []
try:
    for number, record in enumerate(records(Path(sys.argv[1]), skip=lambda fault: faults.append(str(fault)))):
        print(json.dumps([record.url, record.payload[:9].decode("latin-1").lower()]))
        if number == 200:
            sys.exit("endless")
except ArchiveError as error:
    faults.append(str(error))
print(json.dumps({"faults": faults}))
"""


def folders() -> list[Path]:
    return sorted(folder for folder in CASES.iterdir() if folder.is_dir()) if CASES.is_dir() else []


@pytest.fixture(scope="module")
def call() -> Iterator[Call]:
    data = catalogue.load(CHECKOUT / "data")
    with Workers(1, Limits(), init_worker, WorkerContext(data.topics, data.regions, data.towns, data.outlets)) as workers:
        yield lambda function, *arguments: next(iter(workers.map(function, [arguments])))


def sitemap(body: bytes, url: str, content_type: str, now: datetime, since: datetime) -> Feed | Rejection:
    return read_sitemap(body, url, content_type, now=now, since=since)


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)
def test_case(folder: Path, call: Call) -> None:
    case = json.loads((folder / "expected.json").read_text("utf-8"))
    right, path, now = case["expected"], folder / case["input"], datetime.fromisoformat(case["now"])
    document = (path.read_bytes(), case["url"], case["content_type"])
    match case["kind"]:
        case "dates":
            check_dates(path)
        case "warc":
            check_archive(path, right)
        case "page":
            check_page(call(read_article, *document, 200, now), right)
        case "sitemap":
            check_feed(call(sitemap, *document, now, datetime.fromisoformat(case["since"])), right)
        case "discover":
            found = call(announced, *document)
            assert isinstance(found, Announced), found
            assert list(found.feeds) == right["feeds"]
        case _:
            check_feed(call(read_polled, *document, now), right)


def check_dates(path: Path) -> None:
    right = json.loads(path.read_text("utf-8"))
    found = {raw: instant.isoformat() if (instant := read_date(raw).instant) else None for raw in right}
    assert found == right


def check_archive(path: Path, right: dict[str, Any]) -> None:
    command = [sys.executable, "-c", RECORDS, path]
    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300, cwd=CHECKOUT)
    *pages, last = map(json.loads, run.stdout.splitlines())
    urls = [url for url, beginning in pages if beginning == "<!doctype"]
    if "urls" in right:
        assert urls == right["urls"]
    assert set(right.get("urls_have", ())) <= set(urls)
    assert all(word in json.dumps(last) for word in right.get("told", ()))


def check_page(found: Any, right: dict[str, Any]) -> None:
    if right["outcome"] != "article":
        assert isinstance(found, Rejection), "an article was read"
        assert str(found.outcome) == right["outcome"]
        return
    assert isinstance(found, ParsedArticle), found
    article = found.article
    assert [words for words in right.get("text_has", ()) if words not in article.text] == []
    assert [words for words in right.get("text_lacks", ()) if words in article.text] == []
    assert found.is_relevant == right.get("relevant", found.is_relevant)
    assert list(article.authors) == right.get("authors", list(article.authors))
    if "citations" in right:
        assert [link.url for link in article.links if link.kind == "citation"] == right["citations"]


def check_feed(found: Any, right: dict[str, Any]) -> None:
    if right["outcome"] != "feed":
        assert isinstance(found, Rejection), "a feed was read"
        assert str(found.outcome) == right["outcome"]
        return
    assert not isinstance(found, Rejection), found
    feed, posts = (found.channel.feed, found.posts) if isinstance(found, ParsedChannel) else (found, ())
    urls = [entry.url for entry in feed.entries]
    assert urls == right.get("urls", urls)
    assert sorted(urls) == right.get("urls_set", sorted(urls))
    titles = [entry.title for entry in feed.entries]
    assert titles == right.get("titles", titles)
    for words, entry in zip(right.get("texts_have", ()), feed.entries, strict=False):
        assert words in entry.text
    assert list(feed.parts) == right.get("parts", list(feed.parts))
    assert feed.partial == right.get("partial", feed.partial)
    assert len(posts) == right.get("posts", len(posts))
    assert not any(flag in post.article.flags for post in posts for flag in right.get("flags_lack", ()))
    assert all(any(word in flag for flag in feed.flags) for word in right.get("channel_flags_have", ()))

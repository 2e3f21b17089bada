"""What runs in the reactor's thread does no work without a bound on what came from the web: that is for workers.

Every module that a crawl runs in its own process is read, and each call in it of what unpacks, parses, searches or compares is
either handed to a worker (`workers.run(f, ...)`, `asyncio.to_thread(f, ...)`: then it is named and not called), or stands in
BOUNDED with the reason why it costs little whatever the bytes are.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
IN_WORKERS = {"monitor/crawl/parsing.py", "monitor/crawl/reread.py", "monitor/crawl/politeness/rules.py"}
"""Run by a worker; by a command that has no reactor; rules.py by who stands in BOUNDED."""
UNBOUNDED = (
    "monitor.compression", "monitor.judge", "monitor.match", "monitor.read", "monitor.text.language", "monitor.trace",
    "brotli", "bz2", "difflib", "feedparser", "gzip", "hashlib", "html", "lxml", "lzma", "parsel", "protego", "re", "trafilatura",
    "xml", "zlib", "zstandard", "json.loads", "monitor.crawl.parsing", "monitor.crawl.politeness.rules",
)  # fmt: skip
"""Modules, and functions, whose work grows with what they are given."""
OF_RESPONSES = {"css", "follow", "follow_all", "json", "jmespath", "selector", "text", "xpath"}
"""What Scrapy makes of a response decodes or parses its body."""
AN_ADDRESS = "an address, of which no more than 8,192 characters are asked for"
IN_A_WORKER = "is what a worker runs"
BOUNDED = {
    "monitor/crawl/entries.py: monitor.match.url_identity": AN_ADDRESS,
    "monitor/crawl/process.py: monitor.match.url_identity": "an address that a person gave",
    "monitor/crawl/spider.py: monitor.match.url_identity": AN_ADDRESS,
    "spiders/discover.py: monitor.match.url_identity": AN_ADDRESS,
    "spiders/related.py: monitor.match.url_identity": "an address that a person gave",
    "monitor/crawl/pages.py: monitor.read.address.is_next_page": AN_ADDRESS,
    "spiders/backfill.py: monitor.read.address.page_rank": AN_ADDRESS,
    "spiders/discover.py: monitor.read.discover.likely_feeds": AN_ADDRESS,
    "spiders/discover.py: monitor.read.discover.likely_sitemaps": AN_ADDRESS,
    "spiders/discover.py: monitor.read.discover.sitemaps_of": "the first 500 KiB of a robots.txt, to its tenth sitemap",
    "monitor/crawl/spider.py: monitor.read.is_noindex": "a header, of which Twisted takes 16 KiB",
    "monitor/crawl/politeness/robots.py: monitor.crawl.politeness.rules.parse_rules": "16 KiB; a longer file is a worker's",
    "monitor/crawl/spider.py: monitor.crawl.parsing.read_home": IN_A_WORKER,
    "monitor/crawl/spider.py: monitor.crawl.parsing.read_sitemap": IN_A_WORKER,
    "monitor/crawl/run.py: monitor.crawl.parsing.WorkerContext": "holds what the newsroom's folder gave",
}
"""By file and call, why it may stand there."""


def modules() -> list[Path]:
    found = [*CHECKOUT.glob("monitor/crawl/**/*.py"), *CHECKOUT.glob("spiders/*.py")]
    return [path for path in sorted(found) if str(path.relative_to(CHECKOUT)) not in IN_WORKERS]


def is_unbounded(name: str) -> bool:
    return any(name == known or name.startswith(f"{known}.") for known in UNBOUNDED)


def imported(tree: ast.Module) -> dict[str, str]:
    """What the names mean that a module imports, and those of its compiled expressions."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = alias.name if alias.asname else alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("re.compile("):
            names |= {target.id: f"re.{target.id}" for target in node.targets if isinstance(target, ast.Name)}
    return names


def calls(source: str) -> Iterator[str]:
    """The calls of what is unbounded, by full name, and what is read of responses that decodes or parses them."""
    tree = ast.parse(source)
    names = imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            first, _, rest = ast.unparse(node.func).partition(".")
            full = f"{names.get(first, '')}{'.' * bool(rest)}{rest}"
            if first in names and is_unbounded(full) and full != "re.compile":
                yield full
        elif isinstance(node, ast.Attribute) and node.attr in OF_RESPONSES and ast.unparse(node.value).endswith("response"):
            yield f"response.{node.attr}"


def test_the_reactor_does_nothing_without_a_bound() -> None:
    found = {f"{path.relative_to(CHECKOUT)}: {call}" for path in modules() for call in calls(path.read_text("utf-8"))}
    assert found - BOUNDED.keys() == set(), "give it to a worker, or say in BOUNDED why it costs little"
    assert BOUNDED.keys() - found == set(), "stands in BOUNDED and nowhere else"
    assert len(modules()) > 25


@pytest.mark.parametrize(("source", "found"), [
    ("from monitor.read import read_page\ndef f(response):\n    return read_page(response.body)", ["monitor.read.read_page"]),
    ("import gzip\ndef f(body):\n    return gzip.decompress(body)", ["gzip.decompress"]),
    ("from monitor.compression import decode_content as unpack\nunpack(b'', [], 1)", ["monitor.compression.decode_content"]),
    ("import re\n_X = re.compile('a')\ndef f(body):\n    return _X.search(body)", ["re._X.search"]),
    ("import re\ndef f(body):\n    return re.findall('a', body)", ["re.findall"]),
    ("import json\njson.loads(b'')\njson.dumps(1)", ["json.loads"]),
    ("def f(response):\n    return response.css('a'), response.status, response.body", ["response.css"]),
    ("from monitor.match import compare\ncompare('', '')", ["monitor.match.compare"]),
    ("from monitor.crawl.parsing import read_article\nasync def f(workers):\n    await workers.run(read_article, b'')", []),
    ("from monitor.compression import State\nState.WHOLE", []),
])  # fmt: skip
def test_a_call_of_what_has_no_bound_is_seen_and_what_a_worker_is_given_is_not(source: str, found: list[str]) -> None:
    assert list(calls(source)) == found

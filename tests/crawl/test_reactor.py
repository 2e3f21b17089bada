"""What runs in the reactor's thread does no work without a bound on what came from the web: that is for workers.

Every module that a crawl runs in its own process is read, and what these import of the packages that store and keep; each call in
it of what unpacks, parses, searches or compares is either handed to a worker (`workers.run(f, ...)`, `asyncio.to_thread(f, ...)`:
then it is named and not called), or stands in BOUNDED with the reason why it costs little whatever the bytes are.
"""

import ast
import fnmatch
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
IN_WORKERS = {"monitor/crawl/parsing.py", "monitor/crawl/reread.py", "monitor/crawl/politeness/rules.py"}
"""Run by a worker; by a command that has no reactor; rules.py by who stands in BOUNDED."""
UNBOUNDED = (
    "monitor.compression", "monitor.judge", "monitor.match", "monitor.read", "monitor.text.language", "monitor.trace",
    "brotli", "bz2", "difflib", "feedparser", "gzip", "hashlib", "html", "isal", "lxml", "lzma", "parsel", "protego", "re",
    "trafilatura", "xml", "zlib", "zstandard", "json.loads", "monitor.crawl.parsing", "monitor.crawl.politeness.rules",
)  # fmt: skip
"""Modules, and functions, whose work grows with what they are given."""
FOLLOWED = ("monitor.vault", "monitor.archive", "monitor.expect")
"""Packages whose modules are read where the crawl's modules, or such modules, import them. `monitor.derive` works after a run's
last request, when nobody waits.
"""
OF_RESPONSES = {"css", "follow", "follow_all", "json", "jmespath", "selector", "text", "xpath"}
"""What Scrapy makes of a response decodes or parses its body."""
AN_ADDRESS = "an address, of which no more than 8,192 characters are asked for"
IN_A_WORKER = "is what a worker runs"
OURS = "what this program wrote"
AT_ITS_START = "what this program wrote, before the first request"
BY_A_COMMAND = "for commands and the site; no crawl calls it"
RECEIVED = "linear in what was received, of which a response may have DOWNLOAD_MAXSIZE: some tenths of a second"
LOCAL = "archives of this machine, read piece by piece as far as the crawl asks"
BOUNDED = {
    "monitor/crawl/preparse.py: hashlib.blake2b": RECEIVED,
    "monitor/crawl/preparse.py: monitor.crawl.parsing.init_worker": IN_A_WORKER,
    "monitor/crawl/preparse.py: zlib.compress": IN_A_WORKER,
    "monitor/crawl/preparse.py: zlib.decompress": "what a worker packed of a page; it is trusted as this process is",
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
    "monitor/crawl/spider.py: monitor.read.robots.is_noindex": "a header, of which Twisted takes 16 KiB",
    "monitor/crawl/politeness/robots.py: monitor.crawl.politeness.rules.parse_rules": "16 KiB; a longer file is a worker's",
    "monitor/crawl/fork_server.py: monitor.crawl.parsing.load": "in the process that workers are forked from",
    "monitor/crawl/rebuild.py: monitor.match.*": BY_A_COMMAND,
    "monitor/crawl/run.py: monitor.crawl.parsing.WorkerContext": "holds what the newsroom's folder gave",
    "monitor/vault/*.py: json.loads": OURS,
    "monitor/vault/articles.py: monitor.match.*": AN_ADDRESS,
    "monitor/vault/connection.py: re._UNSTORABLE.sub": "one pass over a text that a worker read, for what UTF-8 cannot write",
    "monitor/vault/copies.py: monitor.match.copies.find_copies": "160 comparisons of 40,000 characters, of 5 to 20 ms",
    "monitor/vault/copies.py: monitor.match.copies.Candidate": "a record",
    "monitor/vault/copies.py: monitor.match.copies.Parts": "the parts of one group, by the links that it keeps",
    "monitor/vault/copies.py: monitor.match.copies.Budget": "a record; the words of texts of 40,000 characters",
    "monitor/vault/copies.py: monitor.match.copies.bands": "a signature, of one length",
    "monitor/vault/coverage.py: re._NUMBER.findall": "one pass over the names of two windows' entries",
    "monitor/vault/grouping.py: monitor.match.*": "for `monitor.derive`, after the last request",
    "monitor/crawl/embeddings.py: monitor.match.Embedding": "after the last request; 384 bytes",
    "monitor/vault/embeddings.py: monitor.match.embedding.embedding_input": "after the last request; 500 characters",
    "monitor/vault/embeddings.py: hashlib.sha256": "after the last request; 500 characters",
    "monitor/vault/revisions.py: hashlib.sha256": RECEIVED,
    "monitor/vault/search.py: monitor.judge.*": BY_A_COMMAND,
    "monitor/vault/stories.py: monitor.*": "for `monitor.derive`, after the last request",
    "monitor/expect/schedule.py: hashlib.blake2b": "the name of a source",
    "monitor/archive/inventory.py: json.loads": OURS,
    "monitor/archive/log.py: json.loads": OURS,
    "monitor/archive/log.py: hashlib.sha256": "a line of the log",
    "monitor/archive/writer.py: hashlib.file_digest": AT_ITS_START,
    "monitor/archive/writer.py: hashlib.sha256": RECEIVED,
    "monitor/archive/writer.py: re._CONTROL.sub": "a header, of which Twisted takes 16 KiB",
    "monitor/archive/writer.py: re._NOT_ASCII.sub": "a header, of which Twisted takes 16 KiB",
    "monitor/archive/writer.py: isal.isal_zlib.compress": RECEIVED,
    "monitor/archive/writer.py: zlib.decompressobj": AT_ITS_START,
    "monitor/archive/http.py: *": LOCAL,
    "monitor/archive/replay.py: *": LOCAL,
    "monitor/archive/stream.py: *": LOCAL,
    "monitor/archive/warc.py: *": LOCAL,
}
"""By file and call, why it may stand there; `*` is for any part of a name."""


def modules() -> list[Path]:
    """The files that are read: those of the crawl, and what they import of FOLLOWED."""
    found = [*CHECKOUT.glob("monitor/crawl/**/*.py"), *CHECKOUT.glob("spiders/*.py")]
    found = [path for path in sorted(found) if str(path.relative_to(CHECKOUT)) not in IN_WORKERS]
    for path in found:  # which grows meanwhile
        found += sorted(
            {where for name in imported(ast.parse(path.read_text("utf-8"))).values() if (where := home(name))} - {*found}
        )
    return found


def home(name: str) -> Path | None:
    """The file in which a name of FOLLOWED is defined, though a package may offer it; None for any other name."""
    if not name.startswith(FOLLOWED):
        return None
    path = CHECKOUT / name.replace(".", "/")
    if path.with_suffix(".py").exists():
        return path.with_suffix(".py")
    module, _, last = name.rpartition(".")
    package = CHECKOUT / module.replace(".", "/") / "__init__.py"
    if package.exists():
        return home(imported(ast.parse(package.read_text("utf-8"))).get(last, ""))
    return home(module)


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
            if first in names and "(" not in full and is_unbounded(full) and full != "re.compile":
                yield full
        elif isinstance(node, ast.Attribute) and node.attr in OF_RESPONSES and ast.unparse(node.value).endswith("response"):
            yield f"response.{node.attr}"


def test_the_reactor_does_nothing_without_a_bound() -> None:
    read = modules()
    found = {f"{path.relative_to(CHECKOUT)}: {call}" for path in read for call in calls(path.read_text("utf-8"))}
    told = {call: {known for known in BOUNDED if fnmatch.fnmatchcase(call, known)} for call in found}
    assert {call for call, why in told.items() if not why} == set(), "give it to a worker, or say in BOUNDED why it costs little"
    assert BOUNDED.keys() - set().union(*told.values()) == set(), "stands in BOUNDED and nowhere else"
    names = {str(path.relative_to(CHECKOUT)) for path in read}
    assert {"spiders/feeds.py", "monitor/vault/copies.py", "monitor/archive/log.py", "monitor/expect/schedule.py"} <= names
    assert len(names) == len(read) > 60


@pytest.mark.parametrize(("source", "found"), [
    (
        "from monitor.read.article import read_page\ndef f(response):\n    return read_page(response.body)",
        ["monitor.read.article.read_page"],
    ),
    ("import gzip\ndef f(body):\n    return gzip.decompress(body)", ["gzip.decompress"]),
    ("from monitor.compression import decode_content as unpack\nunpack(b'', [], 1)", ["monitor.compression.decode_content"]),
    ("from isal import isal_zlib\ndef f(body):\n    return isal_zlib.compress(body)", ["isal.isal_zlib.compress"]),
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

"""Parses the pages of a whole WARC file on a worker of a Dask cluster, before the run that stores them asks for them.

Reads the archive; starts worker processes.
"""

from __future__ import annotations

import multiprocessing
import pickle
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from monitor.archive import NOT_MODIFIED, WarcRecord, local_copy, records
from monitor.crawl.entries import article_entry
from monitor.crawl.parsing import WorkerContext, init_worker, read_article
from monitor.crawl.workers import Limits, Workers
from monitor.errors import MonitorError
from monitor.model import Outcome, ParsedArticle, Rejection
from monitor.newsroom.catalogue import Catalogue
from monitor.program import parser_version

# A page that hits a limit or breaks its parser is read once more by the run, whose own limits and machine decide.
_NOT_FINAL = frozenset((Outcome.PARSER_LIMIT, Outcome.PARSER_ERROR, Outcome.INTERRUPTED))


class UnfitWorkerError(MonitorError):
    """This worker of a cluster cannot read for the run, and says why."""


@dataclass(frozen=True, slots=True)
class PageFilter:
    """Which pages of an archive are imported, as far as that can be decided without the vault."""

    catalogue: Catalogue
    outlets: frozenset[str] | None
    """None: of every host."""

    @classmethod
    def of(cls, catalogue: Catalogue, *, all_hosts: bool) -> PageFilter:
        """A filter for the newsroom's outlets or for all hosts. It is sent over the network, and so holds only the part of the
        catalogue that it needs.
        """
        bare = replace(catalogue, families=(), regions=(), towns=(), topics=(), alerts=(), private=(), word_weights=None)
        return cls(bare, None if all_hosts else frozenset(source.outlet for source in catalogue.sources))

    def skip_reason(self, recorded: WarcRecord, now: datetime) -> str:
        """Why a page is not imported, in words; empty where it is."""
        if recorded.status == NOT_MODIFIED:
            return "unchanged since a capture that lies elsewhere"
        headers = {name.lower(): value for name, value in recorded.headers}
        if recorded.status != 200 or "html" not in headers.get("content-type", "html"):
            return "no pages"
        if self.outlets is not None and self.catalogue.outlet_of(recorded.url) not in self.outlets:
            return "of other hosts"
        is_dated = recorded.captured is not None and recorded.captured <= now + timedelta(days=1)
        return "" if is_dated else "without a date that can be"


@dataclass(frozen=True, slots=True)
class PreparsedPage:
    """The parsed result of one page, pickled and compressed, with the key of what it was parsed from."""

    key: bytes
    """From `parse_key`."""
    packed: bytes

    @classmethod
    def of(cls, key: bytes, parsed: ParsedArticle | Rejection) -> PreparsedPage:
        """The parsed result, pickled and compressed."""
        return cls(key, zlib.compress(pickle.dumps(parsed, pickle.HIGHEST_PROTOCOL), 1))

    def parsed(self) -> ParsedArticle | Rejection:
        """The article or its rejection. Raises what pickle raises: the cluster's workers are trusted like this process."""
        found: ParsedArticle | Rejection = pickle.loads(zlib.decompress(self.packed))  # noqa: S301 - see above
        return found


PreparsedPages = dict[int, PreparsedPage]
"""By the number of the page in its archive."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to parse an archive's pages exactly as the run would."""

    page_filter: PageFilter
    parser: str
    """Of `monitor.program.parser_version`."""
    context: bytes
    """A WorkerContext, pickled: it is for the processes in which pages are read."""
    limits: Limits
    now: datetime

    @classmethod
    def of(cls, page_filter: PageFilter, context: WorkerContext, limits: Limits, now: datetime) -> Task:
        """The task for one run: `now` is the time that the run reads by."""
        return cls(page_filter, context.parser, pickle.dumps(context, pickle.HIGHEST_PROTOCOL), limits, now)


_idle: list[tuple[tuple[bytes, Limits], Workers]] = []
"""Processes that have read an archive, and wait for the next: starting them costs what reading a hundred pages does."""


@contextmanager
def _borrowed_workers(task: Task) -> Iterator[Workers]:
    kind = (task.context, task.limits)
    if _idle and _idle[-1][0] == kind:
        _, workers = _idle.pop()  # a worker of several threads reads as many archives at once
    else:
        end_idle_workers()
        workers = Workers(1, task.limits, _init, task.context)
    try:
        yield workers
    except BaseException:
        with workers:
            raise
    _idle.append((kind, workers))


def _init(context: bytes) -> None:
    init_worker(pickle.loads(context))  # noqa: S301 - our own run sent it


def end_idle_workers() -> None:
    """End the worker processes that are kept for the next archive."""
    while _idle:
        _, workers = _idle.pop()
        with workers:
            pass


def parse_key(body: bytes, url: str, content_type: str, status: int, outlet: str) -> bytes:
    """A digest of everything the parsed result depends on except the time: equal keys mean that it can be used for the page."""
    digest = blake2b(repr((url, content_type, status, outlet)).encode(), digest_size=16)
    digest.update(body)
    return digest.digest()


def preparse_archive(archive: str, task: Task) -> PreparsedPages:
    """The parsed pages of an archive. Pages that hit a limit are left out; the run parses those itself.

    Raises ArchiveError where the archive cannot be fetched, UnfitWorkerError where this worker must not parse for the run.
    """
    if parser_version() != task.parser:
        raise UnfitWorkerError(f"a worker reads by {parser_version()}, this machine by {task.parser}: install one version")
    if multiprocessing.current_process().daemon:
        raise UnfitWorkerError(
            "a worker may start no processes, in which pages are read within limits: start it with"
            " DASK_DISTRIBUTED__WORKER__DAEMON=False, or `dask worker --no-nanny`"
        )
    order: deque[tuple[int, bytes]] = deque()
    found: PreparsedPages = {}
    with local_copy(archive) as path, _borrowed_workers(task) as workers:

        def page_arguments() -> Iterator[tuple[bytes, str, str, int, datetime, str]]:
            # What is broken is told by the run, which goes through the same bytes.
            for number, recorded in enumerate(records(path, skip=lambda _: None)):
                entry = None if task.page_filter.skip_reason(recorded, task.now) else article_entry(recorded.url)
                if entry is None:
                    continue
                types = [value for name, value in recorded.headers if name.lower() == "content-type"]
                args = (recorded.payload, entry.url, types[0] if types else "", recorded.status)
                outlet = task.page_filter.catalogue.outlet_of(entry.url)
                order.append((number, parse_key(*args, outlet)))
                yield (*args, task.now, outlet)

        for parsed in workers.map(read_article, page_arguments()):
            number, key = order.popleft()
            if not (isinstance(parsed, Rejection) and parsed.outcome in _NOT_FINAL):
                found[number] = PreparsedPage.of(key, parsed)
    return found

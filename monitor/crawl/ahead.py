"""Reads the pages of a whole archive ahead of the run that stores them, on whichever machine: what a worker of a cluster does.
Touches the archive, and worker processes.
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

from monitor.archive import NOT_MODIFIED, WarcRecord, at_hand, records
from monitor.crawl.entries import article_of
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
class Choice:
    """Which pages of archives are taken, as far as that does not turn on what is stored."""

    catalogue: Catalogue
    outlets: frozenset[str] | None
    """None: of every host."""

    @classmethod
    def of(cls, catalogue: Catalogue, *, all_hosts: bool) -> Choice:
        """Of the newsroom's outlets, or of every host. Of its folder no more goes over a wire than that takes."""
        bare = replace(catalogue, families=(), regions=(), towns=(), topics=(), alerts=(), private=(), word_weights=None)
        return cls(bare, None if all_hosts else frozenset(source.outlet for source in catalogue.sources))

    def why_not(self, recorded: WarcRecord, now: datetime) -> str:
        """Why a page is not taken, in words; empty where it is."""
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
class Reading:
    """What was read of a page ahead."""

    key: bytes
    """Of `reading_key`: of what it was read."""
    packed: bytes

    @classmethod
    def of(cls, key: bytes, parsed: ParsedArticle | Rejection) -> Reading:
        return cls(key, zlib.compress(pickle.dumps(parsed, pickle.HIGHEST_PROTOCOL), 1))

    def parsed(self) -> ParsedArticle | Rejection:
        """Raises what pickle does: who is asked to read ahead is trusted as this process is."""
        found: ParsedArticle | Rejection = pickle.loads(zlib.decompress(self.packed))  # noqa: S301 - see above
        return found


Readings = dict[int, Reading]
"""By the number of the page in its archive."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker must know to read an archive's pages as the run would."""

    choice: Choice
    parser: str
    """Of `monitor.program.parser_version`."""
    context: bytes
    """A WorkerContext, pickled: it is for the processes in which pages are read."""
    limits: Limits
    now: datetime

    @classmethod
    def of(cls, choice: Choice, context: WorkerContext, limits: Limits, now: datetime) -> Task:
        return cls(choice, context.parser, pickle.dumps(context, pickle.HIGHEST_PROTOCOL), limits, now)


_idle: list[tuple[tuple[bytes, Limits], Workers]] = []
"""Processes that have read an archive, and wait for the next: starting them costs what reading a hundred pages does."""


@contextmanager
def _processes(task: Task) -> Iterator[Workers]:
    kind = (task.context, task.limits)
    if _idle and _idle[-1][0] == kind:
        _, workers = _idle.pop()  # a worker of several threads reads as many archives at once
    else:
        let_go()
        workers = Workers(1, task.limits, _init, task.context)
    try:
        yield workers
    except BaseException:
        with workers:
            raise
    _idle.append((kind, workers))


def _init(context: bytes) -> None:
    init_worker(pickle.loads(context))  # noqa: S301 - as in Reading


def let_go() -> None:
    """End the processes that wait: no archive is read any more."""
    while _idle:
        _, workers = _idle.pop()
        with workers:
            pass


def reading_key(body: bytes, url: str, content_type: str, status: int, outlet: str) -> bytes:
    """Digest of all that a reading rests on, but for the moment: where any of it is other, so is the page."""
    digest = blake2b(repr((url, content_type, status, outlet)).encode(), digest_size=16)
    digest.update(body)
    return digest.digest()


def read_ahead(archive: str, task: Task) -> Readings:
    """What the pages of an archive are read as. Some may be left out, which the run then reads itself.

    Raises ArchiveError where the archive cannot be had, UnfitWorkerError where this is no worker for the run.
    """
    if parser_version() != task.parser:
        raise UnfitWorkerError(f"a worker reads by {parser_version()}, this machine by {task.parser}: install one version")
    if multiprocessing.current_process().daemon:
        raise UnfitWorkerError(
            "a worker may start no processes, in which pages are read within limits: start it with"
            " DASK_DISTRIBUTED__WORKER__DAEMON=False, or `dask worker --no-nanny`"
        )
    order: deque[tuple[int, bytes]] = deque()
    found: Readings = {}
    with at_hand(archive) as path, _processes(task) as workers:

        def asked() -> Iterator[tuple[bytes, str, str, int, datetime, str]]:
            # What is broken is told by the run, which goes through the same bytes.
            for number, recorded in enumerate(records(path, skip=lambda _: None)):
                entry = None if task.choice.why_not(recorded, task.now) else article_of(recorded.url)
                if entry is None:
                    continue
                types = [value for name, value in recorded.headers if name.lower() == "content-type"]
                args = (recorded.payload, entry.url, types[0] if types else "", recorded.status)
                outlet = task.choice.catalogue.outlet_of(entry.url)
                order.append((number, reading_key(*args, outlet)))
                yield (*args, task.now, outlet)

        for parsed in workers.map(read_article, asked()):
            number, key = order.popleft()
            if not (isinstance(parsed, Rejection) and parsed.outcome in _NOT_FINAL):
                found[number] = Reading.of(key, parsed)
    return found

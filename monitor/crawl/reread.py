"""`monitor reread`: pages that reading broke on, or that were not extracted for topics of before, out of the archive. Fetches
nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.archive.reader import read_capture
from monitor.compression import State, decode_content
from monitor.crawl.parsing import WorkerContext, init_worker, read_gated
from monitor.crawl.workers import Limits, Workers
from monitor.derive.statements import update_statements
from monitor.derive.stories import update_stories
from monitor.errors import ArchiveError
from monitor.judge import Gate
from monitor.model import PAGES_MISSING, Outcome, ParsedArticle, Rejection
from monitor.newsroom import catalogue
from monitor.newsroom.catalogue import Catalogue
from monitor.settings import DOWNLOAD_MAXSIZE, MONITOR_WORKER_CPU, MONITOR_WORKER_MEMORY, MONITOR_WORKER_TIMEOUT, MONITOR_WORKERS
from monitor.vault import Store, UnreadPage

_UNREADABLE = frozenset((Outcome.PARSER_LIMIT, Outcome.PARSER_ERROR))


@dataclass(slots=True)
class RereadReport:
    """What became of the pages."""

    pages: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """By what reading says of them now."""
    faults: list[str] = field(default_factory=list)
    """Captures that cannot be had any more, each with its place."""


def reread(data: Path, db: Path) -> RereadReport:
    """Read again what could not be read or was not extracted for other topics than these.

    What it gives is stored with the clocks and the captures of the fetch that brought it.

    What still cannot be read stays as it is, for the next mend. Raises DataError where the newsroom's folder has faults,
    LockedError where another process writes, StoreError where there is no vault or it cannot be written.
    """
    found, report = catalogue.load(data), RereadReport()
    context = WorkerContext(found.topics, found.gazetteer, found.outlets)
    limits = Limits(MONITOR_WORKER_CPU, MONITOR_WORKER_MEMORY, MONITOR_WORKER_TIMEOUT)
    with Store.open(db, command="reread") as store:
        pages = store.unread_pages(Gate(found.topics).version)
        report.pages = len(pages)
        if not pages:
            return report
        run = store.begin_run("reread", datetime.now(UTC))
        had: list[UnreadPage] = []
        with Workers(int(MONITOR_WORKERS), limits, init_worker, context) as workers:
            tasks = _tasks(pages, db.parent / "warc", found, had, report)
            for number, parsed in enumerate(workers.map(read_gated, tasks)):
                _save(store, run, had[number], parsed, report)
        update_stories(store, datetime.now(UTC))
        update_statements(store)
        store.finish_run(run, "done", datetime.now(UTC))
    return report


def _tasks(
    pages: Sequence[UnreadPage], folder: Path, found: Catalogue, had: list[UnreadPage], report: RereadReport
) -> Iterator[tuple[Any, ...]]:
    """The arguments of `read_gated`, for each page that is put into `had`."""
    for page in pages:
        try:
            status, headers, payload = read_capture(folder, page.capture)
        except ArchiveError as error:
            report.faults.append(str(error))
            continue
        said = {name.lower(): value for name, value in headers}
        body = decode_content(payload, [said.get("content-encoding", "")], DOWNLOAD_MAXSIZE)
        if body.state is not State.WHOLE:
            report.faults.append(f"{page.fetch.url}: {body.detail}")
            continue
        had.append(page)
        url = page.fetch.url
        yield body.data, url, said.get("content-type", ""), status, page.fetch.finished, found.outlet_of(url)


def _save(store: Store, run: int, page: UnreadPage, parsed: ParsedArticle | Rejection, report: RereadReport) -> None:
    outcome = Outcome.ARTICLE if isinstance(parsed, ParsedArticle) else parsed.outcome
    report.outcomes[str(outcome)] += 1
    if isinstance(parsed, ParsedArticle):
        if parsed.article.next_page:  # which comes with another look
            flags = (*parsed.article.flags, PAGES_MISSING)
            parsed = replace(parsed, article=replace(parsed.article, flags=flags))
        store.save_article(run, replace(page.fetch, outcome=outcome), parsed, key=page.key)
    elif outcome not in _UNREADABLE:
        store.save_fetch(run, replace(page.fetch, outcome=outcome, detail=parsed.detail), key=page.key)

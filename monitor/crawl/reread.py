"""`monitor reread`: parses captures from the archive again with the present parser. Fetches nothing.

What reading broke on, or was not extracted for topics of before, gives an article as a fetch does. What was read before is read
as it is now: that changes what the vault says of an article, and is no edit of the outlet.
"""

from __future__ import annotations

import logging
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.archive.reader import read_capture
from monitor.compression import State, decode_content
from monitor.crawl import clock
from monitor.crawl.parsing import CapturedPage, WorkerContext, init_worker, read_captured, read_gated
from monitor.crawl.workers import Limits, Workers
from monitor.derive.edits import update_edits
from monitor.derive.statements import update_statements
from monitor.derive.stories import update_stories
from monitor.errors import ArchiveError, UsageError
from monitor.model import NOINDEX, PAGES_MISSING, Capture, Outcome, ParsedArticle, Rejection
from monitor.newsroom import catalogue
from monitor.newsroom.catalogue import Catalogue
from monitor.newsroom.compiled import kept_forms
from monitor.newsroom.digests import digests
from monitor.operate.evidence import archive_of, log_reread
from monitor.program import parser_version
from monitor.read.robots import is_noindex
from monitor.settings import DOWNLOAD_MAXSIZE, MONITOR_WORKER_CPU, MONITOR_WORKER_MEMORY, MONITOR_WORKER_TIMEOUT, MONITOR_WORKERS
from monitor.vault import (
    CapturedArticle,
    CapturedReading,
    CapturedVersion,
    ChangedReading,
    Store,
    UnreadPage,
    lists,
    readings,
    requests,
)

logger = logging.getLogger(__name__)

_UNREADABLE = frozenset((Outcome.PARSER_LIMIT, Outcome.PARSER_ERROR))
# What says nothing of a page: another time it may be had, and read.
_MAY_PASS = _UNREADABLE | {Outcome.INCOMPLETE}

# Articles whose captures are looked up together, however many there are.
_AT_ONCE = 200
# Articles that a run reads again at its end, when its reactor's thread waits for that: some minutes where each has many captures.
# After an update there may be thousands.
_MOST_A_RUN = 100


@dataclass(slots=True)
class RereadReport:
    """What became of the pages."""

    parser: str
    """Of `monitor.program.parser_version`."""
    pages: int = 0
    """That reading had not come to the end of."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """By what reading says of them now."""
    articles: int = 0
    """That were read before, and all of whose captures were read again."""
    captures: int = 0
    failed: bool = False
    """Whether a capture of these is taken for something else than an article now."""
    faults: list[str] = field(default_factory=list)
    """Captures that could not be had or read, each with its place."""


OnChange = Callable[[Sequence[ChangedReading]], None]
"""Is given what is read otherwise of an article, whole texts among it, and keeps what of it it needs."""


def reread(
    data: Path,
    db: Path,
    *,
    articles: Sequence[str] = (),
    everything: bool = False,
    progress: Callable[[int, int], None],
    on_change: OnChange = lambda _: None,
) -> RereadReport:
    """Read again what could not be read or was not extracted for other topics than these, and articles whose versions were read
    by two parsers; or the `articles` named; or, with `everything`, all that was ever read as an article or as none, too.

    What it gives is stored with the clocks and the captures of the fetch that brought it. What still cannot be read stays as it
    is, for the next mend. `progress` is called with how many articles that were read before are done, and how many there are;
    `on_change` with what is read otherwise, an article at a time.

    Raises DataError where the newsroom's folder has faults, UsageError for a name of no article that can be read again,
    LockedError where another process writes, StoreError where there is no vault or it cannot be written, ArchiveError where the
    archive's log cannot be written.
    """
    found, report = catalogue.load(data), RereadReport(parser_version())
    context = WorkerContext(found.topics, found.regions, found.towns, found.outlets, report.parser, kept_forms())
    limits = Limits(MONITOR_WORKER_CPU, MONITOR_WORKER_MEMORY, MONITOR_WORKER_TIMEOUT)
    folder = archive_of(db)
    with Store.open(db, command="reread") as store:
        from monitor.judge.gate import Gate  # not above: a crawl reads again at its end, and needs none

        pages = [] if articles else requests.unread(store.db, Gate(found.topics).version, rejected=everything)
        again = readings.readable(store.db) if everything else list(articles) or readings.mixed(store.db)
        if unknown := set(articles) - {article.id for article in readings.captured(store.db, articles)}:
            raise UsageError(
                f"{min(unknown)}: no article here all of whose captures are in the archive; name one by its Povestka ID"
            )
        report.pages = len(pages)
        if not pages and not again:
            return report
        run = store.begin_run("reread", datetime.now(UTC))
        lists.note_digests(store.db, digests(data))
        had: deque[UnreadPage] = deque()
        with Workers(int(MONITOR_WORKERS), limits, init_worker, context) as workers:
            for parsed in workers.map(read_gated, _tasks(pages, folder, found, had, report)):
                _save(store, run, had.popleft(), parsed, report)
            _read_anew(store, workers, folder, again, report, progress, on_change)
        update_stories(store, datetime.now(UTC), found.vocabulary)
        update_statements(store)
        update_edits(store, found.outlets)
        ended = store.finish_run(run, "done", datetime.now(UTC))
        log_reread(store, ended, data / "topics")
    return report


def reread_mixed(store: Store, workers: Workers) -> None:
    """Read articles again of which a version came that another parser read than the one before, so that they can be compared:
    so many a run, any of them, so that those that cannot be read keep no others waiting.
    """
    again, report = readings.mixed(store.db), RereadReport(parser_version())
    if len(again) > _MOST_A_RUN:
        again = random.sample(again, _MOST_A_RUN)
    _read_anew(store, workers, archive_of(store.path), again, report, lambda *_: None, lambda _: None)
    for fault in report.faults:
        logger.warning("could not be read again: %s", fault)


def _read_anew(
    store: Store, workers: Workers, folder: Path, named: Sequence[str], report: RereadReport,
    progress: Callable[[int, int], None], on_change: OnChange,
) -> None:  # fmt: skip
    """Read all captures of these articles, and store what they are read as, an article at a time."""
    for first in range(0, len(named), _AT_ONCE):
        articles = readings.captured(store.db, named[first : first + _AT_ONCE])
        hidden: set[int] = set()
        results = workers.map(read_captured, _tasks_of(articles, folder, hidden, report))
        for article in articles:
            # `results` has those of the articles behind it, too.
            read = list(zip(article.captures, results, strict=False))
            if changes := _save_readings(store, article, read, hidden, report):
                on_change(changes)
            progress(report.articles, len(named))


def _save_readings(
    store: Store, article: CapturedArticle, read: Sequence[tuple[CapturedVersion, ParsedArticle | Rejection]], hidden: set[int],
    report: RereadReport,
) -> Sequence[ChangedReading]:  # fmt: skip
    """Store what an article's captures are read as; what that changes."""
    again, failed, is_passing = [], [], False
    for version, parsed in read:
        if isinstance(parsed, Rejection) and parsed.outcome in _MAY_PASS:
            is_passing = True
            if parsed.outcome in _UNREADABLE:  # else it was told as the archive was asked
                report.faults.append(f"{version.pages[0][0]}: {parsed.outcome}: {parsed.detail}")
        elif isinstance(parsed, Rejection):
            failed.append((version, str(parsed.outcome)))
        else:
            again.append((version, _flagged(parsed, is_whole=article.is_whole, is_hidden=version.fetch in hidden)))
    report.articles += 1
    report.captures += len(read)
    if failed:
        report.failed = True
        return readings.note_unreadable(store.db, article.id, failed, report.parser, clock.now())
    if is_passing:
        return ()
    return readings.save(store.db, CapturedReading(article.id, tuple(again)), clock.now())


def _tasks_of(
    articles: Sequence[CapturedArticle], folder: Path, hidden: set[int], report: RereadReport
) -> Iterator[tuple[Any, ...]]:
    """The arguments of `read_captured` for each capture, without pages where one of them cannot be had. Into `hidden` go the
    requests whose servers asked search engines to leave the page out.
    """
    for article in articles:
        for version in article.captures:
            pages: list[CapturedPage] = []
            for url, capture in version.pages:
                try:
                    page, is_hidden = _page(folder, url, capture)
                except ArchiveError as error:
                    report.faults.append(str(error))
                    pages = []
                    break
                pages.append(page)
                if is_hidden and len(pages) == 1 and version.way in {"page", "gated page"}:
                    hidden.add(version.fetch)
            yield pages, version.finished, article.outlet, version.way, version.entry


def _page(folder: Path, url: str, capture: Capture) -> tuple[CapturedPage, bool]:
    """A page as it was captured, and whether its server asked search engines to leave it out. Raises ArchiveError."""
    status, headers, payload = read_capture(folder, capture)
    headers_by_name = {name.lower(): value for name, value in headers}
    body = decode_content(payload, [headers_by_name.get("content-encoding", "")], DOWNLOAD_MAXSIZE)
    if body.state is not State.WHOLE:
        raise ArchiveError(f"{url}: {body.detail}")
    return (body.data, url, headers_by_name.get("content-type", ""), status), is_noindex(headers_by_name.get("x-robots-tag", ""))


def _flagged(parsed: ParsedArticle, *, is_whole: bool, is_hidden: bool) -> ParsedArticle:
    """With what the answer said beside the page, and whether the pages behind it were had."""
    flags = [flag for flag in parsed.article.flags if flag != PAGES_MISSING or not is_whole]
    flags += [flag for flag, is_so in ((PAGES_MISSING, not is_whole), (NOINDEX, is_hidden)) if is_so and flag not in flags]
    return replace(parsed, article=replace(parsed.article, flags=tuple(flags)))


def _tasks(
    pages: Sequence[UnreadPage], folder: Path, found: Catalogue, had: deque[UnreadPage], report: RereadReport
) -> Iterator[tuple[Any, ...]]:
    """The arguments of `read_gated`, for each page that is put into `had`."""
    for page in pages:
        url = page.fetch.url
        try:
            (body, _, content_type, status), _ = _page(folder, url, page.capture)
        except ArchiveError as error:
            report.faults.append(str(error))
            continue
        had.append(page)
        yield body, url, content_type, status, page.fetch.finished, found.outlet_of(url)


def _save(store: Store, run: int, page: UnreadPage, parsed: ParsedArticle | Rejection, report: RereadReport) -> None:
    outcome = Outcome.ARTICLE if isinstance(parsed, ParsedArticle) else parsed.outcome
    report.outcomes[str(outcome)] += 1
    if isinstance(parsed, ParsedArticle):
        if parsed.article.next_page:  # which comes with another look
            flags = (*parsed.article.flags, PAGES_MISSING)
            parsed = replace(parsed, article=replace(parsed.article, flags=flags))
        store.save_article(run, replace(page.fetch, outcome=outcome), parsed, key=page.key)
    elif outcome not in _UNREADABLE and page.fetch.outcome in _UNREADABLE:
        store.save_fetch(run, replace(page.fetch, outcome=outcome, detail=parsed.detail, title=parsed.title), key=page.key)

"""One run of the crawler, as a Scrapy extension: opens the session before the first request, and after the last one derives
stories and first reports, writes the summary and closes it.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.utils.defer import deferred_from_coro

from monitor.archive import WarcWriter
from monitor.crawl import clock, guard
from monitor.crawl.dispatch import Dispatcher
from monitor.crawl.embeddings import is_wanted, update_embeddings
from monitor.crawl.fetch_log import FetchLog
from monitor.crawl.parsing import WorkerContext, init_worker, warm_up
from monitor.crawl.progress import Progress
from monitor.crawl.reread import reread_mixed
from monitor.crawl.session import CrawlSession, FetchSession
from monitor.crawl.summary import summarise, summarise_outside, summarise_rechecks
from monitor.crawl.workers import Limits, Workers
from monitor.derive.absences import update_absences
from monitor.derive.edits import update_edits
from monitor.derive.statements import update_statements
from monitor.derive.stories import update_stories
from monitor.errors import MonitorError, UsageError
from monitor.model import Outcome, Run
from monitor.newsroom import catalogue
from monitor.newsroom.compiled import kept_forms
from monitor.newsroom.digests import digests
from monitor.operate import logs
from monitor.operate.evidence import log_run
from monitor.program import parser_version
from monitor.vault import FrontierEntry, RecheckSummary, Store, articles, lists, rechecks, runs

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

# Reports of a story that are looked at sooner when another appears: the newest.
_STORY_LOOKS = 100
_MANY = 50
"""Sources, of which a run may read more pages than a worker does before it is replaced."""
_GRACE = 5.0
"""Seconds in which requests and pages that are under way may end when a run is stopped: most take one or two."""
_LOOK = 0.5
"""Seconds between two looks whether it is."""
EXIT_CODES = {"done": 0, "gaps": 3, "stopped": 1, "failed": 1}
"""By a run's outcome."""


class RunSpider(Protocol):
    """What a run must know of its spider: see `NewsSpider`, which works with the session and is not known here."""

    name: str
    session: CrawlSession
    uses_frontier: bool
    is_live: bool
    backdates: bool
    seeks_news: bool
    polls: bool
    arguments: Mapping[str, object]

    def check(self, data: catalogue.Catalogue) -> None: ...

    def due(self) -> Sequence[FrontierEntry]: ...


class Abandons(Protocol):
    """What has requests or pages under way: `RecordingDownloader` and `Workers`."""

    def abandon(self) -> None:
        """End them as interrupted, and each that would still begin."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run."""

    run: Run
    text: str
    """For people; some lines."""
    error: str = ""
    """Why it failed; empty where it did not."""

    @property
    def exit_code(self) -> int:
        """0, 1 or 3: see EXIT_CODES."""
        return EXIT_CODES[self.run.outcome]


class SessionExtension:
    """Has the session of a crawler; each kind of run has its own."""

    session: FetchSession

    def note_failure(self, failure: Failure, response: Response | Failure | None) -> None:
        """Note on the attempt that a callback or the pipeline raised."""
        self.session.fetch_log.fail(getattr(response, "request", None), failure.value)


class RunExtension(SessionExtension):
    """Opens the session, and closes it with a report."""

    session: CrawlSession

    def __init__(self, crawler: Crawler) -> None:
        """Raises DataError, LockedError, StoreError, ArchiveError or UsageError: then nothing was opened or is fetched."""
        settings = crawler.settings
        self._crawler = crawler
        self._spider = cast("RunSpider", crawler.spider)
        self.session, self._open = open_run(settings, self._spider, stop=partial(close_failed, crawler))
        self.session.workers.is_stopping = lambda: not crawler.crawling
        if self._spider.uses_frontier:
            self.session.leases = Dispatcher(self.session, settings, self._spider.due)
        self._progress = Progress(crawler, self.session)  # held here: signals hold their receivers weakly
        self.report: Report | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunExtension:
        extension = cls(crawler)
        crawler.signals.connect(extension._started, signals.engine_started)
        crawler.signals.connect(extension.note_failure, signals.spider_error)
        crawler.signals.connect(extension.note_failure, signals.item_error)
        crawler.signals.connect(extension._closed, signals.spider_closed)
        return extension

    def _started(self) -> None:
        freeze_garbage()
        self._loops = [
            asyncio.create_task(task) for task in (wait_for_workers(self.session), end_when_stopped(self._crawler, self.session))
        ]

    def _closed(self, spider: RunSpider, reason: str) -> None:
        for loop in self._loops:
            loop.cancel()
        with self._open:
            self.report = close_run(self.session, spider, reason, Path(self._crawler.settings["MONITOR_DATA"]))


def open_run(settings: BaseSettings, spider: RunSpider, *, stop: Callable[[], None]) -> tuple[CrawlSession, ExitStack]:
    """The session of a run that begins now, given to its spider too; and what is to be closed after it.

    Raises DataError, LockedError, StoreError, ArchiveError or UsageError: then nothing was opened.
    """
    data = load_newsroom(settings)
    spider.check(data)
    if settings["MONITOR_CLOCK"] and not spider.is_live:
        # A set clock reaches this machine alone; captured pages are of the real world, and would be dated at will.
        raise UsageError("MONITOR_CLOCK is set: captured pages are replayed under the machine's clock; unset it")
    begins = clock.set_clock(settings["MONITOR_CLOCK"])
    if spider.is_live and not begins:
        warn_of_no_contact(settings)
    database = Path(settings["MONITOR_DB"])
    with ExitStack() as stack:
        store = stack.enter_context(Store.open(database, command=f"crawl {spider.name}", clock=clock.now if begins else None))
        if not spider.backdates:
            _check_kind(database, store.runs(), is_live=spider.is_live)
        warc_writer = stack.enter_context(WarcWriter(database.parent / "warc"))
        workers = stack.enter_context(make_workers(settings, data, polls=spider.polls))
        store.sync_sources(data.sources, data.families)
        lists.note_digests(store.db, digests(Path(settings["MONITOR_DATA"])))
        started = clock.now()
        id_ = store.begin_run(spider.name, started, clock=begins, arguments=spider.arguments)
        logs.set_run(id_, data.outlet_of)
        opened = stack.pop_all()
    spider.session = CrawlSession(
        id=id_, started=started, catalogue=data, store=store, known=store, warc_writer=warc_writer, archive=warc_writer,
        workers=workers, fetch_log=FetchLog(store, id_), stop=stop,
        computes_embeddings=is_wanted(settings["MONITOR_MEANING"]),
    )  # fmt: skip
    return spider.session, opened


def close_run(session: CrawlSession, spider: RunSpider, reason: str, newsroom: Path) -> Report:
    """Derive and store what follows from a run's results, finish its row, and return the report; `reason` is Scrapy's close
    reason.
    """
    unseen: tuple[str, ...] = ()
    looked: RecheckSummary | None = None
    store, fetch_log = session.store, session.fetch_log
    try:
        fetch_log.end_all(cut_short=reason != "finished")
        # Of a run that was stopped the next one derives, with what that stores: stories are the same then as if none was stopped.
        if reason == "finished":
            if session.computes_embeddings:
                update_embeddings(store, session.workers, articles.changed_articles(store.db))
            derive(session, rereads=True)
        run = store.finish_run(session.id, _outcome(session, reason), clock.now())
        store.update_expectations(session.id)
        looked = runs.looked(store.db, session.id)
        unseen = runs.unseen(store.db, session.id)
        saw_nothing = bool(looked.looks) and looked.inconclusive == looked.looks
        is_whole = not (run.silent or unseen or fetch_log.vanished or saw_nothing or _collected_nothing(session, spider, run))
        if run.outcome == "done" and not is_whole:
            run = store.finish_run(session.id, "gaps", clock.now())
        session.warc_writer.close()
        log_run(store, session.warc_writer.log, run, newsroom / "topics")
    except MonitorError as error:
        session.error = session.error or str(error)
        run = Run(session.id, spider.name, None, session.started, clock.now(), "failed", 0, 0, 0, 0, ())
    if looked and spider.name == "recheck":
        text = summarise_rechecks(run, looked, fetch_log.tally, fetch_log.robots)
    elif spider.name == "outside":
        text = summarise_outside(run, fetch_log.tally)
    else:
        vanished, waiting = fetch_log.vanished, session.waiting
        text = summarise(run, len(session.outlets), fetch_log.tally, session.not_due, unseen, vanished, waiting, fetch_log.robots)
    return Report(run, text, session.error)


def derive(session: CrawlSession, *, rereads: bool = False) -> None:
    """Compute and store what follows from a run's articles and looks; with `rereads`, versions that two parsers read are first
    read by one.
    """
    store = session.store
    update_stories(store, clock.now(), session.catalogue.vocabulary)
    update_statements(store, each=session.workers.map)
    if rereads:
        reread_mixed(store, session.workers)
    update_edits(store, session.catalogue.outlets)
    update_absences(store)
    rechecks.plan_stories(store.db, session.started, most=_STORY_LOOKS)


def _outcome(session: CrawlSession, reason: str) -> str:
    if session.error or reason == "start_error":
        return "failed"
    return "done" if reason == "finished" else "stopped"


def _collected_nothing(session: CrawlSession, spider: RunSpider, run: Run) -> bool:
    """No feed was read and no article; or there were articles to read and every one failed. An archive that was taken in
    before has nothing to give, nor has what was looked at again.
    """
    if spider.backdates or run.articles or not spider.seeks_news:
        return False
    fetch_log = session.fetch_log
    if fetch_log.articles:
        return True
    return not session.not_due and not (fetch_log.tally[Outcome.FEED] or fetch_log.tally[Outcome.UNCHANGED])


def load_newsroom(settings: BaseSettings) -> catalogue.Catalogue:
    """The newsroom's lists, and the address guard set by them. Raises DataError or UsageError."""
    guard.parse_networks(settings["MONITOR_ALLOW_ADDRESSES"])
    # It announces its dictionaries in five lines, in every process.
    logging.getLogger("pymorphy3").setLevel(logging.WARNING)
    data = catalogue.load(Path(settings["MONITOR_DATA"]))
    guard.reserve_lookups({urlsplit(address).hostname or "" for source in data.sources for address in (source.feed, source.home)})
    return data


def warn_of_no_contact(settings: BaseSettings) -> None:
    """Log a warning where MONITOR_CONTACT is not set."""
    if not settings["MONITOR_CONTACT"]:
        logger.warning(
            "MONITOR_CONTACT is not set: who wonders at our requests finds nobody to ask; set it to an address or a page"
        )


def freeze_garbage() -> None:
    """Exclude the about 200,000 objects that exist now, and stay to the end, from garbage collection."""
    gc.collect()
    gc.freeze()


async def wait_for_workers(session: FetchSession) -> None:
    """Give up where the processes that read cannot start."""
    try:
        await session.workers.started()
    except MonitorError as error:
        session.give_up(error)


def close_failed(crawler: Crawler) -> None:
    """Close the spider of a run that cannot go on; nothing where the run is over already."""
    if crawler.engine.spider is not None:
        deferred_from_coro(crawler.engine.close_spider_async(reason="failed"))


async def end_when_stopped(crawler: Crawler, session: FetchSession) -> None:
    """When the run is stopped, give what is under way some seconds, and end what is left, which the next run fetches again.

    A host that hangs, with a robots.txt to be had first, would hold up the end for two minutes.
    """
    while crawler.crawling and not session.error:  # noqa: ASYNC110 - Scrapy has no event for it
        await asyncio.sleep(_LOOK)
    await asyncio.sleep(_GRACE)
    parts: Sequence[Abandons] = cast("Any", crawler.engine.downloader), session.workers
    for part in parts:
        part.abandon()


def session_of(crawler: Crawler) -> FetchSession:
    """The session of a crawler's run: what Scrapy makes with a crawler is given this."""
    extension = crawler.get_extension(SessionExtension)
    assert isinstance(extension, SessionExtension), "settings.py lists RunExtension"
    return extension.session


def run_of(crawler: Crawler) -> CrawlSession:
    """The same for what writes to the vault."""
    session = session_of(crawler)
    assert isinstance(session, CrawlSession), "what writes is listed beside RunExtension"
    return session


def _check_kind(database: Path, runs: Sequence[Run], *, is_live: bool) -> None:
    """A vault is of the network or of replays: what we saw there and what somebody captured are never told apart again."""
    runs = [run for run in runs if run.kind != "reread"]  # of what is there, whatever it is
    replays = sum(run.kind == "replay" for run in runs)
    if is_live and replays:
        raise UsageError(f"{database} holds replayed captures; crawl the network into a vault of its own: --db FILE")
    if not is_live and len(runs) > replays:
        raise UsageError(f"{database} has runs of the network; replay into a vault of its own: --db FILE")


def make_workers(settings: BaseSettings, data: catalogue.Catalogue, *, polls: bool) -> Workers:
    """Processes that read, with what they need to know of the newsroom; `polls`: pages of what its sources list.

    Of many sources they warm up: that takes 3 s before the first page, and is won back where a worker is replaced.
    """
    return Workers(
        settings.getint("MONITOR_WORKERS"),
        worker_limits(settings),
        init_worker,
        worker_context(data),
        warm_up=warm_up if polls and len(data.sources) >= _MANY else None,
    )


def worker_limits(settings: BaseSettings) -> Limits:
    """What reading one page may use."""
    return Limits(
        settings.getfloat("MONITOR_WORKER_CPU"),
        settings.getint("MONITOR_WORKER_MEMORY"),
        settings.getfloat("MONITOR_WORKER_TIMEOUT"),
    )


def worker_context(data: catalogue.Catalogue) -> WorkerContext:
    """What reading needs to know of the newsroom."""
    return WorkerContext(data.topics, data.regions, data.towns, data.outlets, parser_version(), kept_forms())

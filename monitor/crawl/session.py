"""One run of the crawler, as a Scrapy extension: opens vault, archive and workers; closes them with stories, first reports and
a summary. Every other part of the porch finds its tools here.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.utils.defer import deferred_from_coro

from monitor.archive import WarcWriter
from monitor.crawl import clock, guard
from monitor.crawl.fetch_log import FetchAborted, FetchAttempt, FetchLog, FetchResult
from monitor.crawl.parsing import WorkerContext, init_worker
from monitor.crawl.summary import summarise
from monitor.crawl.workers import Limits, Workers
from monitor.derive.stories import update_stories
from monitor.errors import MonitorError, UsageError
from monitor.model import Outcome, Run
from monitor.newsroom import catalogue
from monitor.operate import logs
from monitor.vault import Store

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

logger = logging.getLogger(__name__)

EXIT_CODES = {"done": 0, "gaps": 3, "stopped": 1, "failed": 1}
"""By a run's outcome."""


class Crawling(Protocol):
    """What a run must know of its spider: see `NewsSpider`, which works with the run and is not known here."""

    name: str
    is_live: bool
    backdates: bool

    def check(self, data: catalogue.Catalogue) -> None: ...


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to."""

    run: Run
    text: str
    """For people; some lines."""
    error: str = ""
    """Why it failed; empty where it did not."""

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.run.outcome]


class RunExtension:
    """Holds what a run works with, from before the first request until after the last."""

    def __init__(self, crawler: Crawler) -> None:
        """Raises DataError, LockedError, StoreError, ArchiveError or UsageError: then nothing was opened or is fetched."""
        settings = crawler.settings
        self._crawler = crawler
        self._error = ""
        self.delays: dict[str, float] = {}
        """Hosts that want so many seconds between two requests."""
        self.not_due = 0
        """Sources that were left alone because they are not due."""
        guard.parse_networks(settings["MONITOR_ALLOW_ADDRESSES"])
        # It announces its dictionaries in five lines, in every process.
        logging.getLogger("pymorphy3").setLevel(logging.WARNING)
        self.catalogue = catalogue.load(Path(settings["MONITOR_DATA"]))
        self.sources = {source.id: source for source in self.catalogue.sources}
        spider = cast("Crawling", crawler.spider)
        spider.check(self.catalogue)
        if settings["MONITOR_CLOCK"] and not spider.is_live:
            # A set clock reaches this machine alone; captured pages are of the real world, and would be dated at will.
            raise UsageError("MONITOR_CLOCK is set: captured pages are replayed under the machine's clock; unset it")
        clock.set_clock(settings["MONITOR_CLOCK"])
        at = settings["MONITOR_CLOCK"] and f", its clock set to {settings['MONITOR_CLOCK']}"
        command = f"crawl {spider.name}{at}"
        database = Path(settings["MONITOR_DB"])
        with ExitStack() as stack:
            self.store = stack.enter_context(Store.open(database, command=command))
            if not spider.backdates:
                _check_kind(database, self.store.runs(), is_live=spider.is_live)
            self.warc_writer = stack.enter_context(WarcWriter(database.parent / "warc"))
            self.workers = stack.enter_context(_workers(settings, self.catalogue))
            self.workers.is_stopping = lambda: not crawler.crawling
            self.store.sync_sources(self.catalogue.sources, self.catalogue.families)
            self.started = clock.now()
            self.id = self.store.begin_run(command, self.started)
            logs.of_run(self.id, self.catalogue.outlet_of)
            self._open = stack.pop_all()
        self.fetch_log = FetchLog(self.store, self.id)
        self.report: Report | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunExtension:
        extension = cls(crawler)
        crawler.signals.connect(extension._started, signals.engine_started)
        crawler.signals.connect(extension._failed, signals.spider_error)
        crawler.signals.connect(extension._failed, signals.item_error)
        crawler.signals.connect(extension._closed, signals.spider_closed)
        return extension

    @property
    def outlets(self) -> set[str]:
        """Those that were asked so far."""
        return {self.sources[id_].outlet for id_ in self.fetch_log.sources if id_ in self.sources}

    def defer_host(self, url: str, until: datetime) -> None:
        """A host asked for time: what waits for it waits until then, in this run and in those after it."""
        self.store.frontier.pause_host(urlsplit(url).hostname or "", until)

    def raise_if_paused(self, url: str) -> None:
        """Raises FetchAborted where the host asked for time since the request was taken on: what stands in line is not sent."""
        until = self.store.frontier.paused_until(urlsplit(url).hostname or "", clock.now())
        if until:
            raise FetchAborted(Outcome.TOO_MANY, "not sent: its host asked for time while this waited for its turn", until)

    def give_up(self, error: MonitorError) -> None:
        """The vault or the archive cannot be written: stop, and fetch nothing that would be lost."""
        if not self._error:
            self._error = str(error)
            logger.critical("%s", error)
            deferred_from_coro(self._crawler.engine.close_spider_async(reason="failed"))

    def _started(self) -> None:
        """Some 200,000 objects are there by now and stay to the end: the collector need not go through them time and again."""
        gc.collect()
        gc.freeze()

    def _failed(self, failure: Failure, response: Response | Failure | None) -> None:
        attempt: FetchAttempt | None = getattr(getattr(response, "request", None), "meta", {}).get("attempt")
        if attempt and self.fetch_log.is_open(attempt):
            self.fetch_log.end(
                attempt, FetchResult(Outcome.PARSER_ERROR, f"{type(failure.value).__name__}: {failure.value}"[:500])
            )

    def _closed(self, spider: Crawling, reason: str) -> None:
        unseen: tuple[str, ...] = ()
        with self._open:
            try:
                self.fetch_log.end_all(cut_short=reason != "finished")
                update_stories(self.store, clock.now())
                run = self.store.finish_run(self.id, self._outcome(reason), clock.now())
                self.store.judge(self.id)
                unseen = self.store.unseen(self.id)
                is_whole = not (run.silent or unseen or self.fetch_log.vanished or self._collected_nothing(run))
                if run.outcome == "done" and not is_whole:
                    run = self.store.finish_run(self.id, "gaps", clock.now())
            except MonitorError as error:
                self._error = self._error or str(error)
                run = Run(self.id, f"crawl {spider.name}", self.started, clock.now(), "failed", 0, 0, 0, 0, ())
        tally, vanished = self.fetch_log.tally, self.fetch_log.vanished
        self.report = Report(run, summarise(run, len(self.outlets), tally, self.not_due, unseen, vanished), self._error)

    def _outcome(self, reason: str) -> str:
        if self._error or reason == "start_error":
            return "failed"
        return "done" if reason == "finished" else "stopped"

    def _collected_nothing(self, run: Run) -> bool:
        """No feed was read and no article; or there were articles to read and every one failed. An archive that was taken in
        before has nothing to give.
        """
        if cast("Crawling", self._crawler.spider).backdates:
            return False
        if self.fetch_log.articles:
            return not run.articles
        return not self.not_due and not (self.fetch_log.tally[Outcome.FEED] or self.fetch_log.tally[Outcome.UNCHANGED])


def _check_kind(database: Path, runs: Sequence[Run], *, is_live: bool) -> None:
    """A vault is of the network or of replays: what we saw there and what somebody captured are never told apart again."""
    replays = sum(run.command.startswith("crawl replay") for run in runs)
    if is_live and replays:
        raise UsageError(f"{database} holds replayed captures; crawl the network into a vault of its own: --db FILE")
    if not is_live and len(runs) > replays:
        raise UsageError(f"{database} has runs of the network; replay into a vault of its own: --db FILE")


def _workers(settings: BaseSettings, data: catalogue.Catalogue) -> Workers:
    limits = Limits(
        settings.getfloat("MONITOR_WORKER_CPU"),
        settings.getint("MONITOR_WORKER_MEMORY"),
        settings.getfloat("MONITOR_WORKER_TIMEOUT"),
    )
    return Workers(
        settings.getint("MONITOR_WORKERS"), limits, init_worker, WorkerContext(data.topics, data.gazetteer, data.outlets)
    )


def current(crawler: Crawler) -> RunExtension:
    """The run that a part of the porch belongs to."""
    extension = crawler.get_extension(RunExtension)
    assert isinstance(extension, RunExtension), "settings.py lists RunExtension"
    return extension

"""A worker of a crawl by many machines: leases tasks, fetches, parses, and sends the results to the writer. Stores nothing.

It runs Scrapy with the same downloader, middlewares and worker processes as `monitor crawl`, without the parts that store.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

from scrapy import signals
from scrapy.exceptions import DontCloseSpider

from monitor import settings as ours
from monitor.archive import PackedRecord
from monitor.crawl import clock
from monitor.crawl.fetch_log import VANISHED, Attempts, FetchAborted, FetchAttempt, FetchResult
from monitor.crawl.fleet.async_queue import RetryingQueue
from monitor.crawl.fleet.messages import Body, Message, Task, Writer, body_of, encode, ended
from monitor.crawl.fleet.queue import LeasedTask, Queue, QueueError
from monitor.crawl.items import DirectRequest, InvalidAddress, NoPage, ParsedFeed, ParsedResponse, ProbeResult
from monitor.crawl.politeness.robots import KEPT
from monitor.crawl.progress import Progress
from monitor.crawl.run import (
    SessionExtension,
    close_failed,
    end_when_stopped,
    freeze_garbage,
    load_newsroom,
    make_workers,
    session_of,
    wait_for_workers,
    warn_of_no_contact,
)
from monitor.crawl.session import FetchSession, KnownRobots, paused
from monitor.crawl.spider import NewsSpider
from monitor.errors import MonitorError
from monitor.model import POLLED, Capture, Outcome, ParsedArticle, ParsedChannel, Rejection
from monitor.newsroom import catalogue
from monitor.program import code_version
from monitor.vault import FeedState, LeasedEntry, RecheckState

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


logger = logging.getLogger(__name__)

# Seconds between two looks for tasks where there were none, and between two at who writes.
_LOOK, _LOOK_AT_WRITER = 0.2, 5.0
# Tasks that are leased at once: others are to have some too.
_AT_ONCE = 8
# Messages that wait to be sent before nothing more is read: what a worker holds is lost with it.
_MOST_WAITING = 32
# Seconds in which what is left is sent as the worker ends.
_LAST_WORDS = 20
_WITH_STATE = frozenset((*POLLED, "older"))
# A request that vanished is asked again by a later run.
_AGAIN = timedelta(hours=1)


class LeasedTasks:
    """Leased tasks as a source of addresses for the scheduler. The writer has applied budgets and the order of hosts."""

    def __init__(self) -> None:
        self._ready: deque[LeasedEntry] = deque()

    def add(self, tasks: Sequence[Task]) -> None:
        """These may be sent."""
        self._ready += [LeasedEntry(task.entry, task.attempts) for task in tasks]

    def take(self, hosts: Mapping[str, int], groups: Mapping[str, int]) -> list[LeasedEntry]:  # noqa: ARG002 - the writer counts
        """All that is there."""
        taken = list(self._ready)
        self._ready.clear()
        return taken

    def report_budgets(self) -> None:
        """The writer does."""


class TaskHistory:
    """Earlier answers, as they came with the leased tasks."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, str], FeedState] = {}
        self._moved_to: dict[str, str] = {}
        self._articles: set[str] = set()

    def add(self, task: Task) -> None:
        """The task is taken on."""
        entry = task.entry
        if entry.kind in _WITH_STATE:
            self._states[entry.source, entry.part] = task.state
        self._moved_to[entry.source] = task.moved_to
        if task.is_article:
            self._articles.add(entry.key)

    def remove(self, task: Task) -> None:
        """The task is over."""
        if task.entry.kind in _WITH_STATE:
            self._states.pop((task.entry.source, task.entry.part), None)
        self._articles.discard(task.entry.key)

    def feed_state(self, source: str, part: str = "") -> FeedState:
        return self._states.get((source, part)) or FeedState(moved_to=self._moved_to.get(source, ""))

    def recheck_state(self, article: str) -> RecheckState:  # noqa: ARG002 - nothing is looked at again by workers
        return RecheckState()

    def is_article(self, key: str) -> bool:
        return key in self._articles


class RecordBuffer:
    """WARC records that wait to be sent to the writer."""

    def __init__(self) -> None:
        self._records: dict[str, PackedRecord] = {}

    def append(self, record: PackedRecord, copied: datetime | None = None) -> Capture:  # noqa: ARG002 - workers copy nothing
        """A capture without a place: that is known when the writer has written it."""
        self._records[record.id] = record
        return Capture("", -1, record.id, record.digest)

    def take(self, attempts: Sequence[FetchAttempt]) -> tuple[PackedRecord, ...]:
        """The records of these attempts, once."""
        ids = [attempt.capture.record_id for attempt in attempts if attempt.capture]
        return tuple(self._records.pop(id_) for id_ in ids if id_ in self._records)


@dataclass(frozen=True, slots=True)
class _Outgoing:
    message: Message
    encoded: bytes


class Outbox:
    """A queue of messages to the writer, in order."""

    def __init__(self, packed: RecordBuffer) -> None:
        self._packed = packed
        self._waiting: deque[_Outgoing] = deque()
        self._changed = asyncio.Event()
        self._has_sent = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self.sent = 0

    def add(self, body: Body) -> None:
        """Say this to the writer."""
        bare = Message(uuid4().hex, body)
        message = Message(bare.id, body, self._packed.take(bare.attempts))
        # Now, for an attempt goes on changing.
        self._waiting.append(_Outgoing(message, encode(message)))
        self._changed.set()
        if len(self._waiting) >= _MOST_WAITING:
            self._has_room.clear()

    async def wait_for_room(self) -> None:
        """Returns when there is room for more."""
        await self._has_room.wait()

    @property
    def is_empty(self) -> bool:
        """Whether no message waits to be sent."""
        return not self._waiting

    async def first(self) -> _Outgoing:
        """The next to be sent; waits for it."""
        while not self._waiting:
            self._changed.clear()
            await self._changed.wait()
        return self._waiting[0]

    async def wait_until_empty(self) -> None:
        """Returns when all is sent."""
        while self._waiting:
            self._has_sent.clear()
            await self._has_sent.wait()

    def remove_first(self) -> None:
        """It was sent."""
        self._waiting.popleft()
        self.sent += 1
        self._has_sent.set()
        if len(self._waiting) < _MOST_WAITING:
            self._has_room.set()


class SendingLog(Attempts):
    """The attempts of a worker: how each ended is for the writer to write."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__()
        self._outbox = outbox

    def end(self, attempt: FetchAttempt, result: FetchResult, *, goes_on: bool = False) -> None:
        body = ended(attempt, result, goes_on=goes_on)
        self.close(attempt, result)
        self._outbox.add(body)

    def end_vanished(self) -> int:
        """End what nobody said an outcome of although nothing is under way any more; how many those are."""
        vanished = list(self._open)
        for attempt in vanished:
            self.end(attempt, FetchResult(Outcome.UNANSWERED, VANISHED, clock.now() + _AGAIN))
        return len(vanished)


@dataclass(slots=True, eq=False, kw_only=True)
class WorkerSession(FetchSession):
    """The session of a worker, from its start to its end."""

    link: RetryingQueue
    outbox: Outbox
    delay: float
    """Seconds between two requests to one host, whoever sends them."""
    most_at_once: int
    """Requests to one host that are under way, whoever sent them."""
    longest: float
    """Seconds that one takes at most."""
    doing: set[asyncio.Task[Any]] = field(default_factory=set)

    def defer_host(self, attempt: FetchAttempt, until: datetime) -> None:
        host = urlsplit(attempt.url).hostname or ""
        self._do(partial(self.link.queue.pause, host, until, asked_by=attempt.key))

    @asynccontextmanager
    async def host_turn(self, url: str) -> AsyncIterator[None]:
        host, id_ = urlsplit(url).hostname or "", uuid4().hex
        queue = self.link.queue
        try:
            while True:
                delay = max(self.delay, self.delays.get(host, 0))
                host_turn = await self.link.call(
                    queue.host_turn, host, id_, delay=delay, most=self.most_at_once, longest=self.longest, now=clock.now()
                )
                if host_turn.paused_until:
                    raise paused(host_turn.paused_until)
                if not host_turn.wait:
                    break
                await asyncio.sleep(host_turn.wait)
        except QueueError as error:
            raise FetchAborted(Outcome.INTERRUPTED, "the worker ended first") from error
        try:
            yield
        finally:
            self._do(partial(queue.leave, host, id_))

    async def known_robots(self, host: str) -> KnownRobots | None:
        with suppress(QueueError):
            return await self.link.call(self.link.queue.robots, host)
        return None

    async def note_robots(self, host: str, found: KnownRobots) -> None:
        seconds = (found.retry_at - clock.now()).total_seconds() if found.retry_at else KEPT
        with suppress(QueueError):
            await self.link.call(self.link.queue.note_robots, host, found, seconds)

    async def note_delay(self, host: str, seconds: float) -> None:
        self.delays[host] = seconds
        with suppress(QueueError):
            await self.link.call(self.link.queue.note_delay, host, seconds)

    def _do(self, function: partial[None]) -> None:
        """Soon, and without waiting for it."""

        async def call() -> None:
            with suppress(QueueError):
                await self.link.call(function)

        task = asyncio.create_task(call())
        self.doing.add(task)
        task.add_done_callback(self.doing.discard)


class SendPipeline:
    """Sends what the callbacks yield."""

    def __init__(self, session: WorkerSession) -> None:
        self._session = session

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SendPipeline:
        return cls(cast("WorkerSession", session_of(crawler)))

    async def process_item(self, item: Any) -> Any:
        if not isinstance(item, ParsedResponse | NoPage | ProbeResult | DirectRequest | InvalidAddress):
            raise TypeError(f"{type(item).__name__}: a worker fetches what it was given, and asks for nothing by itself")
        self._session.outbox.add(body_of(item))
        log = self._session.fetch_log
        match item:
            case ParsedResponse(attempt=attempt, pages=pages, parsed=parsed):
                for part in (attempt, *pages):
                    log.close(part, FetchResult(_outcome(parsed)))
            case ProbeResult(attempt=attempt, result=result):
                log.close(attempt, result)
            case DirectRequest():
                self._session.direct_requests.append(item)
        await self._session.outbox.wait_for_room()
        return item


def _outcome(parsed: ParsedArticle | ParsedFeed | ParsedChannel | Rejection) -> Outcome:
    match parsed:
        case Rejection(outcome=outcome):
            return outcome
        case ParsedArticle():
            return Outcome.ARTICLE
    return Outcome.FEED


class WorkerExtension(SessionExtension):
    """Opens a worker's session, keeps it in work, and ends it."""

    session: WorkerSession

    def __init__(self, crawler: Crawler) -> None:
        """Raises DataError or UsageError: then nothing is fetched."""
        settings = crawler.settings
        self._crawler = crawler
        self._newsroom = catalogue.digest(Path(settings["MONITOR_DATA"]))
        data = load_newsroom(settings)
        if not clock.set_clock(settings["MONITOR_CLOCK"]):
            warn_of_no_contact(settings)
        self._link = RetryingQueue(Queue(settings["MONITOR_REDIS"], lease=settings.getfloat("MONITOR_LEASE")))
        self._link.is_ending = lambda: not crawler.crawling
        self.name = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:6]}"
        self._most = settings.getint("CONCURRENT_REQUESTS")
        self._held: dict[str, LeasedTask] = {}
        """What was leased and is not answered, by key."""
        self._known, self._ready, packed = TaskHistory(), LeasedTasks(), RecordBuffer()
        self._outbox = Outbox(packed)
        self._started_at = time.monotonic()
        self._is_ending = self._has_nothing = False
        self._loops: list[asyncio.Task[None]] = []
        workers = make_workers(settings, data, polls=True)
        workers.is_stopping = lambda: not crawler.crawling
        self.session = WorkerSession(
            catalogue=data, known=self._known, archive=packed, workers=workers, fetch_log=SendingLog(self._outbox),
            stop=partial(close_failed, crawler), leases=self._ready, link=self._link, outbox=self._outbox,
            delay=settings.getfloat("DOWNLOAD_DELAY"), most_at_once=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
            longest=settings.getfloat("DOWNLOAD_TIMEOUT") + self._link.queue.lease_seconds,
        )  # fmt: skip
        crawler.spider.session = self.session  # type: ignore[union-attr] # Scrapy has made it
        self._progress = Progress(crawler, self.session, repeats=False)  # held here: signals hold their receivers weakly

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WorkerExtension:
        extension = cls(crawler)
        crawler.signals.connect(extension._started, signals.engine_started)
        crawler.signals.connect(extension._idle, signals.spider_idle)
        crawler.signals.connect(extension.note_failure, signals.spider_error)
        crawler.signals.connect(extension.note_failure, signals.item_error)
        crawler.signals.connect(extension._closed, signals.spider_closed)
        return extension

    @property
    def text(self) -> str:
        """What it came to, in words."""
        seconds, log = time.monotonic() - self._started_at, self.session.fetch_log
        requests = log.tally.total() + log.robots.total()
        return f"Worker {self.name}, {seconds:.1f} s: {requests} requests, {self._outbox.sent} messages sent to the writer."

    def _started(self) -> None:
        freeze_garbage()
        ends = end_when_stopped(self._crawler, self.session)
        loops = (self._lease(), self._send(), self._renew(), wait_for_workers(self.session), ends)
        self._loops += map(asyncio.create_task, loops)

    @property
    def _takes_more(self) -> bool:
        return self._crawler.crawling and not self.session.error

    async def _lease(self) -> None:
        """Take tasks on, as many as are fetched at once."""
        queue, looked = self._link.queue, -_LOOK_AT_WRITER
        try:
            while self._takes_more:
                if time.monotonic() - looked > _LOOK_AT_WRITER:
                    looked = time.monotonic()
                    check_writer(await self._link.call(queue.writer), self._newsroom)
                room = min(self._most - len(self._held), _AT_ONCE)
                leased = await self._link.call(queue.lease, self.name, room) if room > 0 else []
                new = [handed for handed in leased if handed.task.entry.key not in self._held]
                # One that came again, for the server had forgotten that it is here, is fetched once.
                self._held |= {handed.task.entry.key: handed for handed in leased}
                for handed in new:
                    self._known.add(handed.task)
                self._ready.add([handed.task for handed in new])
                if new:
                    self._has_nothing = False
                    self._wake()
                else:
                    if self._has_nothing:
                        await self._link.call(queue.note_idle, self.name)
                    await asyncio.sleep(_LOOK)
        except MonitorError as error:
            if not self._is_ending:
                self.session.give_up(error)

    async def _send(self) -> None:
        while True:
            outgoing = await self._outbox.first()
            handed = self._held.get(outgoing.message.settled)
            try:
                await self._link.call(self._link.queue.send, outgoing.message, outgoing.encoded, handed.id if handed else "")
            except QueueError:  # as the worker ends: as long as there is time
                await asyncio.sleep(_LOOK)
                continue
            self._outbox.remove_first()
            if handed:
                self._forget(handed)
            if self._outbox.is_empty:
                self._wake()  # to find that nothing is under way

    def _wake(self) -> None:
        # No public name wakes the engine, which would look by itself every five seconds.
        if slot := self._crawler.engine._slot:
            slot.nextcall.schedule()

    def _forget(self, handed: LeasedTask) -> None:
        self._held.pop(handed.task.entry.key, None)
        self._known.remove(handed.task)

    async def _renew(self) -> None:
        queue = self._link.queue
        with suppress(QueueError):
            while not self._is_ending:
                await asyncio.sleep(queue.lease_seconds / 4)
                if self._held or not self._outbox.is_empty:
                    await self._link.call(queue.renew, self.name, [handed.id for handed in self._held.values()])

    def _idle(self) -> None:
        """Nothing is under way: what is still open has vanished; and the writer is told when all is sent."""
        if not self._takes_more:
            return
        log = self.session.fetch_log
        assert isinstance(log, SendingLog)
        if not log.end_vanished() and self._outbox.is_empty:
            for handed in self._held.values():  # taken on, and never an attempt of
                attempt = FetchAttempt.of_entry(handed.task.entry, handed.task.attempts)
                log.note(attempt, FetchResult(Outcome.UNANSWERED, VANISHED, clock.now() + _AGAIN))
            self._has_nothing = not self._held
        raise DontCloseSpider

    async def _closed(self) -> None:
        """Send what is left, and let others do what was not done."""
        self._is_ending = True
        with suppress(TimeoutError, QueueError):
            async with asyncio.timeout(_LAST_WORDS):
                await self._outbox.wait_until_empty()
                self._link.is_over = True
                await self._link.call(self._link.queue.put_back, self.name, [handed.id for handed in self._held.values()])
                await self._link.call(self._link.queue.note_idle, self.name)
        self._link.is_over = True
        for loop in self._loops:
            loop.cancel()
        with self.session.workers:
            self._link.close()


def check_writer(writer: Writer | None, newsroom: str) -> None:
    """Raises MonitorError where what a worker finds, with the newsroom's files of that digest, is not what the writer would."""
    if writer and writer.version != (own := code_version()):
        raise MonitorError(f"the writer is Povestka {writer.version}, this worker {own}: install the same")
    if writer and writer.newsroom != newsroom:
        raise MonitorError(
            "the newsroom's folder is not the writer's: sources.csv, regions.csv, towns.csv and topics/ must be the same; copy"
            " them, and start this worker again"
        )


class WorkerSpider(NewsSpider):
    """Reads what it was given, by the callbacks that all of our spiders have."""

    name = "worker"
    custom_settings = {  # noqa: RUF012 - as Scrapy has it
        "EXTENSIONS": ours.EXTENSIONS
        | {"monitor.crawl.run.RunExtension": None, "monitor.crawl.fleet.worker.WorkerExtension": 10},
        "ITEM_PIPELINES": {"monitor.crawl.fleet.worker.SendPipeline": 100},
    }

"""The writer of a crawl by many machines: hands out what is due and stores what workers send. Only it writes the vault.

It is a run as `monitor crawl` is one, whose requests others send: the same budgets decide what goes out, the same pipeline stores
what comes, and the same end follows. A message is done with when it is on the disk: its record in the archive, and then its rows
and its id in one transaction with the address that it settles.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from monitor.crawl import clock
from monitor.crawl.dispatch import Dispatcher
from monitor.crawl.entries import group_of
from monitor.crawl.fetch_log import FetchAttempt, failure_of
from monitor.crawl.fleet.async_queue import RetryingQueue
from monitor.crawl.fleet.messages import (
    AttemptEnded,
    BadAddress,
    Message,
    MessageError,
    Missing,
    Parsed,
    Probed,
    SentDirectly,
    Task,
    Writer,
    decode,
)
from monitor.crawl.fleet.queue import Queue, QueuedMessage, QueueError
from monitor.crawl.items import DirectRequest, InvalidAddress, NoPage, ParsedFeed, ParsedResponse, ProbeResult
from monitor.crawl.pipelines import Item, StorePipeline
from monitor.crawl.run import Report, close_run, open_run, wait_for_workers
from monitor.errors import MonitorError
from monitor.model import Outcome
from monitor.newsroom import catalogue
from monitor.program import code_version
from monitor.vault import FrontierEntry, LeasedEntry, Store, articles, messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.settings import BaseSettings

    from monitor.crawl.session import CrawlSession
    from monitor.crawl.spider import NewsSpider

logger = logging.getLogger(__name__)

# Addresses that are out at once: enough for a dozen workers, and few enough to be handed out anew in no time.
_MOST_OUT = 500
# Seconds between two looks for messages where there were none, between two for what is due while nothing comes (each is a
# transaction), between two for what the server has forgotten, between two lines.
_LOOK, _LOOK_AGAIN, _CHECK, _PROGRESS = 0.1, 1.0, 2.0, 15.0
_QUIET = 60.0
"""Seconds without any message after which it is said that no worker is heard of."""
_MOST_KEPT = 50_000
"""Places of captures that are kept in mind."""
_AGAIN = timedelta(hours=1)
"""When an address is asked again whose message could not be read."""
# A message comes again where its worker did not hear that it was taken, which is as long as the server was away.
_KNOWN_FOR = timedelta(days=2)


def write(settings: BaseSettings, spider: NewsSpider) -> Report:
    """One run: what is due is handed out, and all that comes of it is stored.

    Raises what `open_run` does, UsageError where there is no Redis at the address, and MonitorError where the writer of another
    vault is at work there.
    """
    queue = Queue(settings["MONITOR_REDIS"], lease=float(settings["MONITOR_LEASE"]))
    running = asyncio.Event()
    session, opened = open_run(settings, spider, stop=running.clear)  # type: ignore[arg-type] # its session is given to it there
    newsroom = Path(settings["MONITOR_DATA"])
    with opened:
        writing = WriterRun(settings, spider, session, queue, running)
        reason = asyncio.run(writing.run(catalogue.digest(newsroom)))
        return close_run(session, spider, reason, newsroom)  # type: ignore[arg-type] # as above


class WriterRun:
    """One run of the writer."""

    def __init__(
        self, settings: BaseSettings, spider: NewsSpider, session: CrawlSession, queue: Queue, running: asyncio.Event
    ) -> None:
        """`running` is cleared to end it."""
        self._spider, self._session, self._running = spider, session, running
        self._store = session.store
        self._link, self._queue = RetryingQueue(queue), queue
        self._dispatcher = Dispatcher(session, settings, spider.due)
        self._pipeline = StorePipeline(session)
        self._out: dict[str, LeasedEntry] = {}
        """What is handed out and not settled, by key."""
        self._captures = session.warc_writer.newest()
        """By record id: a writer that was killed may have kept the record of a message that comes again."""
        self._checked = self._reported = self._heard = time.monotonic()
        self._run_until = time.monotonic() + 60 * settings.getfloat("MONITOR_RUN_MINUTES") + 2 * queue.lease_seconds

    async def run(self, newsroom: str) -> str:
        """Until nothing is left to do, or it is stopped: Scrapy's word for which."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._running.clear)
        self._running.set()
        self._link.is_ending = lambda: not self._running.is_set()
        writer = Writer(f"{socket.gethostname()}:{self._store.path.resolve()}", code_version(), newsroom)
        waiting = asyncio.create_task(wait_for_workers(self._session))
        is_done = False
        try:
            await self._claim_writer_role(writer)
            await self._link.call(self._queue.forget_workers)
            with self._store.db.transaction():
                messages.forget(self._store.db, clock.now() - _KNOWN_FOR)
            async for asked in self._spider.start():
                await self._pipeline.process_item(asked)
            is_done = await self._work(writer)
            if is_done:
                self._dispatcher.report_budgets()
        except QueueError:
            is_done = False  # it was stopped while the server was away, which is told
        except (MonitorError, DropItem) as error:
            self._session.give_up(error if isinstance(error, MonitorError) else MonitorError(str(error)))
            is_done = False
        finally:
            waiting.cancel()
            self._link.is_over = True
            with suppress(MonitorError):
                self._let_go()
                await self._link.call(self._queue.release)
            self._link.close()
        return "finished" if is_done else "shutdown"

    async def _claim_writer_role(self, writer: Writer) -> None:
        other = await self._link.call(self._queue.claim, writer)
        if other:
            raise MonitorError(
                f"{self._queue.address}: another vault is written from there, {other}; stop its writer, or use another"
                " database of the server (redis://host:6379/1)"
            )

    async def _work(self, writer: Writer) -> bool:
        """Until all is done; False where it was stopped before."""
        again, looked = True, -_LOOK_AGAIN
        while self._running.is_set() and time.monotonic() < self._run_until:
            messages = await self._link.call(self._queue.read, again=again)
            again = again and bool(messages)  # first what the writer before this one had read
            if messages:
                await self._take(messages)
            is_out = False
            if messages or not self._out or time.monotonic() - looked > _LOOK_AGAIN:
                looked = time.monotonic()
                is_out = await self._hand_out()
            await self._check(writer)
            if messages or is_out or again:
                continue
            if not self._out and await self._link.call(self._queue.is_idle):
                return True
            await asyncio.sleep(_LOOK)
        return False

    async def _hand_out(self) -> bool:
        """Let workers have what is due; whether there was anything."""
        is_out = False
        while len(self._out) < _MOST_OUT:
            hosts = Counter(leased.pending.host for leased in self._out.values())
            groups = Counter(group_of(leased.pending) for leased in self._out.values())
            taken = self._dispatcher.take(hosts, groups)
            if not taken:
                break
            is_out = True
            self._out |= {leased.pending.key: leased for leased in taken}
            await self._link.call(self._queue.hand_out, [task_of(self._store, leased) for leased in taken])
        return is_out

    async def _check(self, writer: Writer) -> None:
        """Now and then: still the writer, hosts as slow as they want to be, and nothing forgotten."""
        now = time.monotonic()
        if now - self._reported > _PROGRESS:
            self._reported = now
            log = self._session.fetch_log
            logger.info(
                "%d outlets, %d pages, %d articles; %d addresses are out", len(self._session.outlets), log.tally.total(),
                log.tally[Outcome.ARTICLE], len(self._out),
            )  # fmt: skip
        if self._out and now - self._heard > _QUIET:
            self._heard = now
            logger.warning("no worker has sent anything for a minute; `monitor crawl --redis` starts one")
        if now - self._checked < _CHECK:
            return
        self._checked = now
        await self._claim_writer_role(writer)
        self._session.delays |= await self._link.call(self._queue.delays)
        if self._out and (missing_keys := await self._link.call(self._queue.missing_keys, list(self._out))):
            await self._link.call(self._queue.hand_out, [task_of(self._store, self._out[key]) for key in missing_keys])

    async def _take(self, messages: Sequence[QueuedMessage]) -> None:
        """Store these, and then let go of them and of the addresses that they settle."""
        with self._store.db.transaction():
            for delivered in messages:
                try:
                    message = decode(Message, delivered.encoded)
                except MessageError as error:
                    logger.warning("%s: message %s %s; its address is asked again", self._queue.address, delivered.place, error)
                    self._store.frontier.requeue(delivered.settled, clock.now() + _AGAIN)
                    continue
                try:
                    with self._store.db.part():
                        await self._store_message(message)
                except (MonitorError, DropItem):
                    raise
                except Exception as error:  # whatever fault of ours it is, the messages behind it are to be stored
                    logger.exception("a message could not be stored")
                    with self._store.db.part():
                        self._note_failure(message, error)
        settled = [delivered.settled for delivered in messages if delivered.settled]
        for key in settled:
            self._out.pop(key, None)
        self._heard = time.monotonic()
        if len(self._captures) > _MOST_KEPT:
            self._captures.clear()
        await self._link.call(self._queue.settle, [delivered.place for delivered in messages], settled)

    async def _store_message(self, message: Message) -> None:
        if not messages.note(self._store.db, message.id, clock.now()):
            return
        for record in message.records:
            if record.id not in self._captures:
                self._captures[record.id] = self._session.warc_writer.append(record)
        log = self._session.fetch_log
        for attempt in message.attempts:
            self._place(attempt)
            log.open(attempt)
            if attempt.retry_after:
                self._session.defer_host(attempt, attempt.retry_after)
        match message.body:
            case AttemptEnded(attempt=attempt, result=result, goes_on=goes_on):
                log.vanished += result.outcome is Outcome.UNANSWERED
                log.end(attempt, result, goes_on=goes_on)
            case SentDirectly(entry=entry):
                self._pipeline.note_look(DirectRequest(entry))
            case body:
                await self._pipeline.process_item(_item(body))

    def _note_failure(self, message: Message, error: Exception) -> None:
        messages.note(self._store.db, message.id, clock.now())
        for attempt in message.attempts:
            self._session.fetch_log.note(attempt, failure_of(error))

    def _place(self, attempt: FetchAttempt) -> None:
        if attempt.capture:
            attempt.capture = self._captures.get(attempt.capture.record_id)

    def _let_go(self) -> None:
        """What is still out is the next run's; what workers find of it meanwhile waits in the server."""
        for leased in self._store.frontier.leased(self._session.id):
            self._store.frontier.requeue(leased.pending.key, clock.now(), unsent=True)


def task_of(store: Store, leased: LeasedEntry) -> Task:
    """What a worker is told of an address."""
    entry = leased.pending
    state = store.feed_state(entry.source, entry.part)
    moved_to = store.feed_state(entry.source).moved_to if entry.part else state.moved_to
    return Task(entry, leased.attempts, state, moved_to, articles.is_article(store.db, entry.key))


def _due_now(response: ParsedResponse) -> ParsedResponse:
    """The response, whose addresses are due now by this machine's clock: by another's, they might be due when the run is over."""
    now = clock.now()

    def due(entry: FrontierEntry) -> FrontierEntry:
        return replace(entry, due=now)

    parsed = response.parsed
    if isinstance(parsed, ParsedFeed):
        items = tuple(replace(item, pending=item.pending and due(item.pending)) for item in parsed.items)
        parsed = replace(parsed, items=items, parts=tuple(map(due, parsed.parts)))
    followed, older = tuple(map(due, response.followed)), response.older and due(response.older)
    return replace(response, parsed=parsed, followed=followed, older=older)


def _item(body: Parsed | Missing | Probed | BadAddress) -> Item:
    match body:
        case Parsed():
            return _due_now(body.response)
        case Missing(attempt=attempt):
            return NoPage(attempt)
        case Probed(attempt=attempt, result=result, announced=announced):
            return ProbeResult(attempt, result, announced)
    return InvalidAddress(body.url, body.detail, body.referrer, body.depth)

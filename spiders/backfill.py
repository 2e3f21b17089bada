"""Imports our outlets' pages from WARC archives by the same path as a crawl, without a network, with the archive's own dates."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, aclosing
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from scrapy import signals

from monitor.archive import WarcRecord, display_name, local_copy, records
from monitor.archive.replay import Spool, SpooledResponse, nearest
from monitor.crawl import clock
from monitor.crawl.backfill import BackfillResult
from monitor.crawl.captured import CapturedSpider
from monitor.crawl.cluster import Cluster
from monitor.crawl.entries import article_entry
from monitor.crawl.fetch_log import FetchAttempt
from monitor.crawl.items import DirectRequest, InvalidAddress, ParsedResponse, ProbeResult
from monitor.crawl.preparse import PageFilter, PreparsedPage, PreparsedPages, Task, parse_key
from monitor.crawl.run import worker_context, worker_limits
from monitor.crawl.session import CrawlSession
from monitor.errors import ArchiveError, MonitorError, UsageError
from monitor.model import ParsedArticle, Rejection
from monitor.read.address import page_rank
from monitor.vault import requests
from spiders.replay import ReplaySpider

if TYPE_CHECKING:
    from scrapy.http import Response

_HANDLER = "monitor.crawl.download.replay.RecordedHandler"
# Pages on their way at once: an archive of a gigabyte is read as it is worked off.
_AHEAD = 64
# Responses of other hosts that are passed over before the rest of the run gets a turn.
_AT_ONCE = 100
# Articles that wait for their next pages in memory: who has archives of more finds the pages that lie before them.
_MOST_WAITING = 1000
_WITHOUT_FIRST = "further pages captured more than a day from their article's first"


class BackfillSpider(CapturedSpider):
    """`scrapy crawl backfill -a archives=FILE.warc.gz,FILE.warc.gz`; `-a all_hosts=1`: not of our outlets alone."""

    name = "backfill"
    session: CrawlSession
    backdates = True
    uses_frontier = False
    custom_settings = ReplaySpider.custom_settings | {
        "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, "data": None, "file": None, "ftp": None, "s3": None},
    }

    def __init__(
        self,
        *,
        archives: str | Sequence[str] = (),
        all_hosts: str | bool = False,
        taken: BackfillResult | None = None,
        cluster: Cluster | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.archives = [name for name in archives.split(",") if name] if isinstance(archives, str) else archives
        if not self.archives:
            raise UsageError("the spider `backfill` needs archives: -a archives=FILE.warc.gz,FILE.warc.gz")
        self.all_hosts = all_hosts in {True, "1", "true", "yes"}
        self.taken = taken or BackfillResult()
        self._cluster = cluster
        self._spool = Spool()
        self._later: defaultdict[str, list[SpooledResponse]] = defaultdict(list)
        """By address: captures of what may be a further page."""
        self._later_readings: dict[int, PreparsedPage] = {}
        """Of those, by their places in the spool: each tells of what page it is."""
        self._waiting: list[tuple[FetchAttempt, ParsedArticle]] = []
        """Articles that name a next page, until the archives were read."""
        self._is_read = False

    @property
    def arguments(self) -> Mapping[str, object]:
        return {"archives": [display_name(archive) for archive in self.archives], "all_hosts": self.all_hosts}

    async def start(self) -> AsyncIterator[DirectRequest | ParsedResponse | ProbeResult | InvalidAddress]:
        async for asked in self._from_archives():
            yield asked
        await self._all_read()
        self._is_read = True
        async for item in self._take_waiting():
            yield item
        for _, urls in groupby(sorted(self._later, key=page_rank), key=page_rank):
            await self._all_read()
            for url in urls:
                entry = article_entry(url)
                joined = self._joined_pages.get(url, ())
                for capture in self._later[url]:
                    is_left = bool(joined) and capture.captured not in joined
                    self.taken.counts[_WITHOUT_FIRST if is_left else "taken"] += 1
                    if entry and not joined:
                        reading = self._later_readings.get(capture.offset)
                        yield DirectRequest(entry, {"recorded": self._spool.read(capture), "reading": reading})

    async def _take_waiting(self) -> AsyncIterator[ParsedResponse | ProbeResult | InvalidAddress]:
        waiting, self._waiting = self._waiting, []
        for attempt, parsed in waiting:
            async for item in super().take_article(attempt, parsed):
                yield item

    async def take_article(
        self, attempt: FetchAttempt, parsed: ParsedArticle | Rejection
    ) -> AsyncIterator[ParsedResponse | ProbeResult | InvalidAddress]:
        if not self._is_read and isinstance(parsed, ParsedArticle) and parsed.article.next_page:
            # The next page may lie anywhere in the archives.
            self._waiting.append((attempt, parsed))
            return
        async for item in super().take_article(attempt, parsed):
            yield item

    def _context_of_page(self, attempt: FetchAttempt, url: str) -> dict[str, Any] | None:
        """The capture that is nearest in time to that of the first page."""
        found = nearest(self._later.get(url, ()), attempt.captured) if attempt.captured else None
        return {"recorded": self._spool.read(found)} if found else None

    async def _from_archives(self) -> AsyncIterator[DirectRequest | ParsedResponse | ProbeResult | InvalidAddress]:
        self._choice = PageFilter.of(self.session.catalogue, all_hosts=self.all_hosts)
        try:
            async with aclosing(self._preparse()) as archives:
                async for archive, readings in archives:
                    async for asked in self._from_archive(archive, readings):
                        yield asked
        except ArchiveError:
            raise
        except MonitorError as error:  # of the cluster
            self.session.give_up(error)

    async def _preparse(self) -> AsyncGenerator[tuple[str, PreparsedPages]]:
        """Each archive, with the pages that a cluster has parsed of it."""
        if self._cluster is None:
            for archive in self.archives:
                yield archive, {}
            return
        context, limits = worker_context(self.session.catalogue), worker_limits(self.settings)
        task = Task.of(self._choice, context, limits, clock.now())
        async with aclosing(self._cluster.read(self.archives, task)) as archives:
            async for read in archives:
                yield read

    async def _from_archive(
        self, archive: str, readings: PreparsedPages
    ) -> AsyncIterator[DirectRequest | ParsedResponse | ProbeResult | InvalidAddress]:
        on_their_way = 0
        with ExitStack() as stack:
            try:
                path = await asyncio.to_thread(stack.enter_context, local_copy(archive))
                for number, recorded in enumerate(records(path, name=display_name(archive), skip=self.taken.note)):
                    if number % _AT_ONCE == 0:
                        await asyncio.sleep(0)
                    requested = self._asked(recorded, readings.get(number))
                    if requested:
                        on_their_way += 1
                        yield requested
                    if on_their_way >= _AHEAD:
                        await self.crawler.signals.wait_for(signals.scheduler_empty)
                        on_their_way = 0
                    if len(self._waiting) >= _MOST_WAITING:
                        async for item in self._take_waiting():
                            yield item
            except ArchiveError as error:
                self.taken.note(error)

    def _asked(self, recorded: WarcRecord, reading: PreparsedPage | None) -> DirectRequest | None:
        """The request for a record that is to be imported; None for another, whose reason is counted."""
        why = self._choice.skip_reason(recorded, clock.now()) or self._was_taken(recorded)
        entry = None if why else article_entry(recorded.url)
        if entry and page_rank(recorded.url):
            capture = self._spool.add(*recorded[1:])
            self._later[recorded.url].append(capture)
            if reading:
                self._later_readings[capture.offset] = reading
            return None
        self.taken.counts[why or ("taken" if entry else "of no http(s) address")] += 1
        # Outside the frontier: no run must fetch from the network what this one did not come to.
        return DirectRequest(entry, {"recorded": recorded[1:], "reading": reading}) if entry else None

    def _was_taken(self, recorded: WarcRecord) -> str:
        assert recorded.captured is not None, "else it is not chosen"
        return "taken before" if requests.is_captured(self.session.store.db, recorded.url, recorded.captured) else ""

    async def read(
        self, response: Response, body: bytes, url: str, content_type: str, status: int, now: datetime, outlet: str
    ) -> ParsedArticle | Rejection:
        """The cluster's result for exactly this page, else `read_article` in a worker process."""
        reading: PreparsedPage | None = response.meta.get("reading")
        if reading and reading.key == parse_key(body, url, content_type, status, outlet):
            return reading.parsed()
        return await super().read(response, body, url, content_type, status, now, outlet)

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's name and argument
        self._spool.close()

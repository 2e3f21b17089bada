"""Takes what archives captured of our outlets through the very same path, with no network, and with the archive's own dates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from scrapy import signals

from monitor.archive import NOT_MODIFIED, WarcRecord, records
from monitor.crawl import clock
from monitor.crawl.backfill import BackfillResult
from monitor.crawl.entries import article_of
from monitor.crawl.items import Unstored
from monitor.crawl.spider import NewsSpider
from monitor.errors import ArchiveError, UsageError
from spiders.replay import ReplaySpider

_HANDLER = "monitor.crawl.download.replay.RecordedHandler"
# Pages on their way at once: an archive of a gigabyte is read as it is worked off.
_AHEAD = 64
# Responses of other hosts that are passed over before the rest of the run gets a turn.
_AT_ONCE = 100


class BackfillSpider(NewsSpider):
    """`scrapy crawl backfill -a archives=FILE.warc.gz,FILE.warc.gz`; `-a all_hosts=1`: not of our outlets alone."""

    name = "backfill"
    is_live = False
    backdates = True
    uses_frontier = False
    custom_settings = ReplaySpider.custom_settings | {
        "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, "data": None, "file": None, "ftp": None, "s3": None},
    }

    def __init__(
        self,
        *,
        archives: str | Sequence[Path] = (),
        all_hosts: str | bool = False,
        taken: BackfillResult | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.archives = [Path(name) for name in archives.split(",") if name] if isinstance(archives, str) else archives
        if not self.archives:
            raise UsageError("the spider `backfill` needs archives: -a archives=FILE.warc.gz,FILE.warc.gz")
        self.all_hosts = all_hosts in {True, "1", "true", "yes"}
        self.taken = taken or BackfillResult()

    @property
    def arguments(self) -> Mapping[str, object]:
        return {"archives": [str(archive) for archive in self.archives], "all_hosts": self.all_hosts}

    async def start(self) -> AsyncIterator[Unstored]:
        self._outlets = {source.outlet for source in self.session.catalogue.sources}
        on_their_way = 0
        for archive in self.archives:
            try:
                for number, recorded in enumerate(records(archive, skip=self.taken.note)):
                    if number % _AT_ONCE == 0:
                        await asyncio.sleep(0)
                    asked = self._asked(recorded)
                    if asked:
                        on_their_way += 1
                        yield asked
                    if on_their_way >= _AHEAD:
                        await self.crawler.signals.wait_for(signals.scheduler_empty)
                        on_their_way = 0
            except ArchiveError as error:
                self.taken.note(error)

    def _asked(self, recorded: WarcRecord) -> Unstored | None:
        """For a response that is to be taken; None, and counted why, for another."""
        why = self._why_not(recorded)
        entry = None if why else article_of(recorded.url)
        self.taken.counts[why or ("taken" if entry else "of no http(s) address")] += 1
        # Outside the frontier: no run must fetch from the network what this one did not come to.
        return Unstored(entry, {"recorded": recorded[1:]}) if entry else None

    def _why_not(self, recorded: WarcRecord) -> str:
        if recorded.status == NOT_MODIFIED:
            return "unchanged since a capture that lies elsewhere"
        headers = {name.lower(): value for name, value in recorded.headers}
        if recorded.status != 200 or "html" not in headers.get("content-type", "html"):
            return "no pages"
        if not self.all_hosts and self.session.catalogue.outlet_of(recorded.url) not in self._outlets:
            return "of other hosts"
        if recorded.captured is None or recorded.captured > clock.now() + timedelta(days=1):
            return "without a date that can be"
        return "taken before" if self.session.store.is_captured(recorded.url, recorded.captured) else ""

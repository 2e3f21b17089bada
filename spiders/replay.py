"""Reads captured pages by the same path as a crawl, without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from monitor.archive.replay import Replay
from monitor.crawl.captured import CapturedSpider
from monitor.crawl.entries import article_entry
from monitor.crawl.fetch_log import FetchAttempt
from monitor.crawl.items import DirectRequest, InvalidAddress
from monitor.errors import UsageError
from monitor.read.address import page_rank

_HANDLER = "monitor.crawl.download.replay.ReplayHandler"


class ReplaySpider(CapturedSpider):
    """`scrapy crawl replay -a path=FOLDER` (with index.jsonl or WARC files), or a WARC file. Links are not followed."""

    name = "replay"
    custom_settings = {  # noqa: RUF012 - as Scrapy has it
        "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, "data": None, "file": None, "ftp": None, "s3": None},
        # Nothing is fetched, so nobody is asked, spared or asked again.
        "ROBOTSTXT_OBEY": False,
        "RETRY_ENABLED": False,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
        "MONITOR_DEPTH": 0,
    }

    def __init__(self, *, path: str | Path = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not path:
            raise UsageError("the spider `replay` needs captured pages: -a path=FOLDER, or -a path=FILE.warc.gz")
        self.path = Path(path)
        self.replay = Replay(self.path)

    @property
    def arguments(self) -> Mapping[str, object]:
        return {"path": self.path}

    async def start(self) -> AsyncIterator[DirectRequest | InvalidAddress]:
        for fault in self.replay.unusable:
            yield InvalidAddress("", str(fault))
        for rank, urls in groupby(sorted(self.replay.pages(), key=page_rank), key=page_rank):
            if rank:
                await self._all_read()
            for url in urls:
                entry = None if url in self._joined_pages else article_entry(url)
                # Outside the frontier: another run must not fetch from the network what this one did not come to.
                if entry:
                    yield DirectRequest(entry, {"replay": url})
                elif url not in self._joined_pages:
                    yield InvalidAddress(url)

    def _context_of_page(self, attempt: FetchAttempt, url: str) -> dict[str, Any] | None:
        found = self.replay.page(url, attempt.captured)
        return {"recorded": found} if found else None

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's name and argument
        self.replay.close()

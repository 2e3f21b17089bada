"""Takes captured pages through the very same path, with no network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from monitor.archive.replay import Replay
from monitor.crawl.entries import article_of
from monitor.crawl.items import Unaskable, Unstored
from monitor.crawl.spider import NewsSpider
from monitor.errors import UsageError

_HANDLER = "monitor.crawl.download.replay.ReplayHandler"


class ReplaySpider(NewsSpider):
    """`scrapy crawl replay -a path=FOLDER` (with index.jsonl or WARC files), or a WARC file. Links are not followed."""

    name = "replay"
    is_live = False
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

    async def start(self) -> AsyncIterator[Unstored | Unaskable]:
        for fault in self.replay.unusable:
            yield Unaskable("", str(fault))
        for url in self.replay.pages():
            entry = article_of(url)
            # Outside the frontier: another run must not fetch from the network what this one did not come to.
            yield Unstored(entry, {"replay": url}) if entry else Unaskable(url)

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's name and argument
        self.replay.close()

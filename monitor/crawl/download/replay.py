"""Download handlers that answer from captures in place of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import Headers
from scrapy.utils._download_handlers import make_response

from monitor.crawl.fetch_log import FetchAborted
from monitor.errors import MonitorError
from monitor.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from monitor.archive.replay import Replay


class ReplayHandler:
    """Scrapy's DOWNLOAD_HANDLERS interface over `monitor.archive.replay.Replay`, which the spider holds."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self._replay: Replay = crawler.spider.replay  # type: ignore[union-attr] # only the spider that has one names this handler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReplayHandler:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        if "recorded" in request.meta:
            return _response(request, *request.meta["recorded"])
        # Under the address as it was captured; but where a captured redirect leads is an address of its own.
        url = request.url if "redirect_urls" in request.meta else request.meta["replay"]
        try:
            answer = self._replay.response(url)
        except MonitorError as error:
            raise FetchAborted(Outcome.PARSER_ERROR, str(error)) from error
        if answer is None:
            raise FetchAborted(Outcome.NOT_FOUND, "is not among the captures")
        return _response(request, *answer)

    async def close(self) -> None:
        """The spider closes its replay."""


class RecordedHandler:
    """The same for requests that carry what an archive has recorded."""

    lazy = True

    async def download_request(self, request: Request) -> Response:
        return _response(request, *request.meta["recorded"])

    async def close(self) -> None:
        """Nothing is open."""


def _response(
    request: Request, status: int, headers: Iterable[tuple[str, str]], body: bytes, captured: datetime | None
) -> Response:
    request.meta["attempt"].captured = captured
    # A capture's body comes unpacked.
    decoded_headers = [(name, value) for name, value in headers if name.lower() != "content-encoding"]
    return make_response(request.url, status, Headers(decoded_headers), body)

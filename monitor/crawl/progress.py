"""Shows a run's progress on stderr: one live line on a terminal, otherwise plain log lines."""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, TextIO

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

from monitor.model import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from monitor.crawl.session import FetchSession

logger = logging.getLogger(__name__)

# Seconds between two lines.
_LIVE, _LOGGED = 0.5, 15.0


class Progress:
    """Counts of outlets, pages and articles, while the spider is open."""

    def __init__(self, crawler: Crawler, session: FetchSession, stream: TextIO | None = None, *, repeats: bool = True) -> None:
        """Without `repeats` nothing is logged while nothing happens."""
        self._session, self._repeats = session, repeats
        self._shown: Counter[Outcome] = Counter()
        self._stream = stream = stream or sys.stderr
        self._is_live = stream.isatty() and crawler.settings["MONITOR_LOG"] != "json"
        self._started = time.monotonic()
        self._loop = create_looping_call(self._show)
        crawler.signals.connect(self._open, signals.spider_opened)
        crawler.signals.connect(self._close, signals.spider_closed)

    def line(self) -> str:
        """How far the run is, now."""
        fetch_log = self._session.fetch_log
        pages = fetch_log.tally.total()
        seconds = time.monotonic() - self._started
        return (
            f"{len(self._session.outlets)} outlets, {pages} pages, {fetch_log.tally[Outcome.ARTICLE]} articles, {seconds:.0f} s"
        )

    def _open(self) -> None:
        self._loop.start(_LIVE if self._is_live else _LOGGED, now=self._is_live)

    def _close(self) -> None:
        if self._loop.running:
            self._loop.stop()
        if self._is_live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _show(self) -> None:
        if self._is_live:
            # To the start of the line, and nothing left of the one before.
            self._stream.write(f"\r\x1b[K{self.line()}")
            self._stream.flush()
        elif self._repeats or self._session.fetch_log.tally != self._shown:
            self._shown = self._session.fetch_log.tally.copy()
            logger.info("%s", self.line())

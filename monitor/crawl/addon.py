"""A Scrapy add-on that checks the operator's settings and derives Scrapy's own from them, before all other add-ons.

An add-on, and not a line in settings.py: there, a setting that is given for one run (`-s MONITOR_DELAY=5`) would come too late.
"""

from __future__ import annotations

import copy
import math
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.settings import default_settings

from monitor.crawl.spider import NewsSpider
from monitor.errors import UsageError
from monitor.operate import logs
from monitor.settings import user_agent

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

_SECONDS = ("MONITOR_DELAY", "MONITOR_LEASE", "MONITOR_OUTSIDE_DELAY", "MONITOR_WORKER_CPU", "MONITOR_WORKER_TIMEOUT")
_MINUTES = ("MONITOR_RUN_MINUTES",)
_NUMBERS = (
    "MONITOR_DEPTH",
    "MONITOR_HOST_PAGES",
    "MONITOR_DEPTH_PAGES",
    "MONITOR_SOURCE_PAGES",
    "MONITOR_RECHECK_PAGES",
    "MONITOR_OUTSIDE_PAGES",
    "MONITOR_WORKERS",
    "MONITOR_WORKER_MEMORY",
)
_PARTS = (
    "SCHEDULER", "DOWNLOADER", "DOWNLOAD_HANDLERS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES",
    "EXTENSIONS", "DOWNLOADER_MIDDLEWARES_BASE", "SPIDER_MIDDLEWARES_BASE", "EXTENSIONS_BASE",
)  # fmt: skip


class Operator:
    """Applies MONITOR_* settings from wherever they were given: settings.py, the environment, or `-s` of this run."""

    def __init__(self, crawler: Crawler) -> None:
        self._is_ours = issubclass(crawler.spidercls, NewsSpider)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Operator:
        return cls(crawler)

    def update_settings(self, settings: BaseSettings) -> None:
        """Raises UsageError for a setting that cannot be read."""
        apply(settings)
        if not self._is_ours:
            # `scrapy shell`, `fetch`, `view`, and a spider of one's own: they have no vault, so they get Scrapy's own parts.
            for name in _PARTS:
                settings.set(name, copy.deepcopy(getattr(default_settings, name)), priority="cmdline")


def apply(settings: BaseSettings) -> None:
    """Check the operator's settings, and derive Scrapy's from them. Raises UsageError for one that cannot be read."""
    for name in (*_SECONDS, *_MINUTES, *_NUMBERS):
        raw = settings[name]
        try:
            number = int(raw) if name in _NUMBERS else float(raw)
        except ValueError:
            number = math.nan
        if not 0 <= number < math.inf:
            unit = "minutes" if name in _MINUTES else "seconds"
            what = "whole number from 0 up" if name in _NUMBERS else f"number of {unit}, such as 1 or 0.5"
            raise UsageError(f"{name}: {raw!r} is no {what}")
    logs.check(settings["MONITOR_LOG"])
    _derive(settings, "DOWNLOAD_DELAY", "MONITOR_DELAY", float(settings["MONITOR_DELAY"]))
    _derive(settings, "USER_AGENT", "MONITOR_CONTACT", user_agent(settings["MONITOR_CONTACT"]))
    if not settings["MONITOR_DB"]:
        settings.set("MONITOR_DB", str(Path(settings["MONITOR_DATA"]) / "monitor.db"), priority="cmdline")


def _derive(settings: BaseSettings, name: str, source: str, value: object) -> None:
    """Scrapy's setting follows ours where ours was given with more weight: for this run, and not in settings.py."""
    if (settings.getpriority(source) or 0) > (settings.getpriority(name) or 0):
        settings.set(name, value, priority="cmdline")

"""`scrapy crawl`, with our summary and exit codes: a scheduler must see that nothing was collected. Parses and delegates."""

from __future__ import annotations

import argparse
import logging
import math

from scrapy.commands.crawl import Command as ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.settings import default_settings

from monitor import settings
from monitor.crawl.process import run_crawler
from monitor.errors import MonitorError
from monitor.errors import UsageError as WrongUse
from monitor.operate import logs


class Command(ScrapyCommand):
    """Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but something needs a person."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.output or opts.overwrite_output or any(given.startswith("FEEDS=") for given in opts.set):
            message = "no -o, -O or FEEDS here: what is found is in the vault, and `monitor export coverage -o FILE` writes it"
            raise UsageError(message, print_help=False)
        super().process_options(args, opts)
        for given in opts.set:
            if wrong := _wrong_value(*given.split("=", 1)):
                raise UsageError(wrong, print_help=False)
        assert self.settings is not None, "Scrapy has set them"
        if self.settings["MONITOR_LOG"] == "json":
            logs.install("json")
            self.settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError
        try:
            assert isinstance(self.crawler_process, AsyncCrawlerProcess), "settings.py names the asyncio reactor"
            crawler = self._create_crawler(args[0])
            for handler in logging.root.handlers:
                if not isinstance(handler.formatter, logs.Json):
                    handler.setFormatter(logs.Plain(handler.formatter))
            report = run_crawler(self.crawler_process, crawler, **opts.spargs)
        except MonitorError as error:
            logs.fail(error)
            raise SystemExit(2 if isinstance(error, WrongUse) else 1) from error
        print(report.text)
        self.exitcode = report.exit_code


def _wrong_value(name: str, value: str) -> str:
    """What is wrong with a value that is given with -s; empty where nothing is, or it is no setting that we know.

    A setting that is a number here or in Scrapy must be one; Scrapy would say so by a traceback, in the middle of a run.
    """
    if name == "LOG_LEVEL":
        levels = logging.getLevelNamesMapping()
        return "" if value in levels else f"-s {name}={value}: one of {', '.join(levels)} is expected"
    own, scrapys = getattr(settings, name, None), getattr(default_settings, name, None)
    is_ours = isinstance(own, int | float)
    default = own if is_ours else scrapys
    if not isinstance(default, int | float):
        return ""
    # Scrapy's whole numbers may be seconds, and its priorities less than nothing.
    kind = type(default) if is_ours or isinstance(default, bool) else float
    wanted = {bool: "0 or 1", int: "a whole number", float: "a number"}[kind]
    try:
        number = value.lower() in {"0", "1", "true", "false"} if kind is bool else kind(value)
    except ValueError:
        number = math.nan
    is_right = number is True if kind is bool else number >= (0 if is_ours else -math.inf)
    return "" if is_right else f"-s {name}={value}: {wanted} is expected, such as {name}={default:g}"

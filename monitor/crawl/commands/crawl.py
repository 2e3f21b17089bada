"""`scrapy crawl`, with our summary and exit codes: a scheduler must see that nothing was collected. Parses and delegates."""

from __future__ import annotations

import argparse
import logging

from scrapy.commands.crawl import Command as ScrapyCommand
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError

from monitor import settings
from monitor.crawl.process import run_crawler
from monitor.errors import MonitorError
from monitor.errors import UsageError as WrongUse
from monitor.operate import logs


class Command(ScrapyCommand):
    """Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but something needs a person."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.output or opts.overwrite_output or any(given.startswith("FEEDS=") for given in opts.set):
            said = "no -o, -O or FEEDS here: what is found is in the vault, and `monitor export coverage -o FILE` writes it"
            raise UsageError(said, print_help=False)
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
    """What is wrong with a value that is given with -s; empty where nothing is, or it is none of our settings.

    A setting that is a number here must be one; Scrapy would say so by a traceback, in the middle of a run.
    """
    default = getattr(settings, name, None)
    if not isinstance(default, int | float):
        return ""
    wanted = "0 or 1" if isinstance(default, bool) else "a whole number" if isinstance(default, int) else "a number"
    try:
        is_right = value.lower() in {"0", "1", "true", "false"} if isinstance(default, bool) else type(default)(value) >= 0
    except ValueError:
        is_right = False
    return "" if is_right else f"-s {name}={value}: {wanted} is expected, such as {name}={default:g}"

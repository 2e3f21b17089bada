"""`scrapy parse`, which our spiders cannot do: they parse in worker processes and store what they find. Says what does."""

from __future__ import annotations

import argparse

from scrapy.commands.parse import Command as ScrapyCommand
from scrapy.exceptions import UsageError


class Command(ScrapyCommand):
    """Scrapy's, refused with a word."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - Scrapy's signature
        message = "no `scrapy parse` here: `monitor crawl --url URL` reads a page into the vault, and `monitor read` a saved one"
        raise UsageError(message, print_help=False)

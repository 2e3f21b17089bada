"""The command line: a file a verb. Each parses its arguments, calls one function, and prints.

What a verb needs is imported when it runs: `monitor check` need not wait for Scrapy or Datasette to load.
"""

from monitor.cli.main import main

__all__ = ["main"]

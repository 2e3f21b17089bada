"""The Scrapy porch: everything that touches the network, and what holds it to account."""

from monitor.crawl.process import run_crawl

__all__ = ["run_crawl"]

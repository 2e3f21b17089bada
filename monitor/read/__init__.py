"""Bytes to records: pages to articles, feeds to entries. Pure: no network, files, database or clock."""

from monitor.read.article import published_day, read_page
from monitor.read.decode import Decoded, decode
from monitor.read.feed import read_feed
from monitor.read.home import read_home
from monitor.read.pages import continues, join_pages
from monitor.read.sitemap import read_sitemap

__all__ = [
    "Decoded", "continues", "decode", "join_pages", "published_day", "read_feed", "read_home", "read_page", "read_sitemap",
]  # fmt: skip

"""Bytes to records: pages to articles, feeds to entries. Pure: no network, files, database or clock."""

from monitor.read.article import is_noindex, published_day, read_page
from monitor.read.decode import Decoded, decode
from monitor.read.feed import read_feed
from monitor.read.home import linked, read_home
from monitor.read.pages import continues, join_pages
from monitor.read.sitemap import read_sitemap
from monitor.read.wayback import read_saved, read_search, save_url, search_url

__all__ = [
    "Decoded", "continues", "decode", "is_noindex", "join_pages", "linked", "published_day", "read_feed", "read_home",
    "read_page", "read_saved", "read_search", "read_sitemap", "save_url", "search_url",
]  # fmt: skip

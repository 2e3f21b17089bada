"""The spiders take what a Scrapy user gives them, and say what is wrong with it."""

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from scrapy.settings import Settings

from monitor.crawl.entries import article_entry, frontier_entry
from monitor.crawl.fetch_log import FetchAttempt
from monitor.errors import MonitorError, UsageError
from monitor.model import Link
from spiders.backfill import BackfillSpider
from spiders.discover import DiscoverSpider
from spiders.feeds import FeedsSpider
from spiders.related import RelatedSpider
from spiders.replay import ReplaySpider


def test_scrapy_lists_them(checkout):
    listed = subprocess.run([sys.executable, "-m", "scrapy", "list"], capture_output=True, text=True, cwd=checkout, check=True)
    assert listed.stdout.split() == ["backfill", "discover", "feeds", "outside", "recheck", "related", "replay"]


def test_feeds_takes_sources_as_a_list_or_with_commas():
    assert (
        FeedsSpider(source="bridge,lantern").chosen == FeedsSpider(source=["bridge", "lantern"]).chosen == ("bridge", "lantern")
    )
    assert FeedsSpider().chosen == ()


@pytest.mark.parametrize(("value", "everything"), [("1", True), (True, True), ("0", False), (False, False)])
def test_feeds_takes_everything_as_a_switch(value, everything):
    assert FeedsSpider(everything=value).everything is everything


def test_related_takes_addresses_with_commas_in_them():
    urls = "https://bridge.example/a,b,https://lantern.example/c"
    assert RelatedSpider(urls=urls).urls == ("https://bridge.example/a,b", "https://lantern.example/c")


def test_related_takes_a_file_with_an_address_a_line(tmp_path):
    file = tmp_path / "addresses.txt"
    file.write_text("https://bridge.example/1\n\n  https://lantern.example/2  \n", encoding="utf-8")
    assert RelatedSpider(urls=str(file)).urls == ("https://bridge.example/1", "https://lantern.example/2")


@pytest.mark.parametrize("url", ["", "outlet.example", "ftp://outlet.example/"])
def test_discover_without_an_address_says_what_it_needs(url):
    with pytest.raises(UsageError, match="no http"):
        DiscoverSpider(url=url)


def test_backfill_without_archives_says_what_it_needs():
    with pytest.raises(UsageError, match="archives=FILE"):
        BackfillSpider(archives="")


@pytest.mark.parametrize("urls", ["", "nowhere.txt"])
def test_related_without_addresses_says_what_it_needs(urls):
    with pytest.raises(UsageError, match=r"urls=FILE|nowhere\.txt"):
        RelatedSpider(urls=urls)


@pytest.mark.parametrize(
    "address", ["mailto:nobody", "file:///etc/passwd", "ftp://127.0.7.2/", "data:text/html,x", "javascript:alert(1)"]
)
def test_related_takes_web_addresses_alone(address):
    with pytest.raises(UsageError, match=f"{re.escape(repr(address))} is no http"):
        RelatedSpider(urls=["https://bridge.example/1", address])


def test_replay_without_captures_says_what_it_needs(tmp_path):
    with pytest.raises(UsageError, match="path=FOLDER"):
        ReplaySpider()
    with pytest.raises(MonitorError, match="nothing to replay"):
        ReplaySpider(path=tmp_path)


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        ("https://bridge.example/story", True), ("mailto:desk@bridge.example", False), ("javascript:alert(1)", False),
        ("", False), ("/story", False), ("http://", False), ("file:///etc/passwd", False),
    ],
)  # fmt: skip
def test_an_entry_is_made_for_web_addresses_alone(url, usable):
    assert (article_entry(url) is not None) is usable


def test_an_entry_has_its_address_as_it_is_sent():
    entry = article_entry("https://bridge.example/новость 1?q=a b#part")
    assert entry.url == "https://bridge.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C%201?q=a%20b#part"
    assert (entry.host, entry.kind, entry.depth) == ("bridge.example", "article", 0)


def test_a_page_of_fifty_thousand_links_earns_the_first_of_them(make):
    url = "https://bridge.example/1"
    page = make.parsed(url, "He was handed a military summons.", relevant=True)
    links = tuple(Link(f"https://lantern.example/{n}", "citation", "there") for n in range(50_000))
    parsed = replace(page, article=replace(page.article, links=links))
    spider = FeedsSpider()
    spider.settings = Settings({"MONITOR_DEPTH": 2})
    followed = list(spider._follow_links(parsed, FetchAttempt.of_entry(frontier_entry(url, "article"))))
    assert [entry.url for entry in followed] == [link.url for link in links[:200]]

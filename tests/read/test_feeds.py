"""A feed test is a folder in tests/feeds: the feed as it came, source.json that says whence, and expected.json: the whole
object that is read of it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import Feed
from monitor.read import read_feed

FEEDS = Path(__file__).resolve().parent.parent / "feeds"
NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Заря</title>
<item><title>Первая</title><link>https://zarya.example/1</link><pubDate>Mon, 18 May 2026 09:30:00 +0300</pubDate></item>
<item><title>Вторая</title><link>https://zarya.example/2</link><description><![CDATA[<p>Два</p>]]></description></item>
<item><title>Третья</title><link>https://zarya.example/3</link></item></channel></rss>""".encode()


@pytest.mark.parametrize("folder", sorted(FEEDS.iterdir()), ids=lambda folder: folder.name)
def test_feed(folder: Path) -> None:
    source = json.loads((folder / "source.json").read_text("utf-8"))
    feed = read_feed((folder / "feed").read_bytes(), source["url"], source["content_type"], now=NOW)
    plain = json.loads(json.dumps(asdict(feed), default=lambda value: value.isoformat()))
    assert plain == json.loads((folder / "expected.json").read_text("utf-8"))


def test_of_a_feed_cut_anywhere_the_whole_entries_are_taken() -> None:
    ends = [i + len(b"</item>") for i in range(len(RSS)) if RSS.startswith(b"</item>", i)]
    for cut in range(RSS.index(b"<rss") + 20, len(RSS) - len(b"</channel></rss>"), 7):
        feed = read_feed(RSS[:cut], "https://zarya.example/rss", now=NOW)
        assert isinstance(feed, Feed), feed
        assert feed.partial
        assert [e.url for e in feed.entries] == [f"https://zarya.example/{n + 1}" for n in range(sum(end <= cut for end in ends))]


def test_a_whole_feed_is_not_partial_and_says_when_it_was_published() -> None:
    feed = read_feed(RSS, "https://zarya.example/rss", now=NOW)
    assert isinstance(feed, Feed)
    assert not feed.partial
    assert feed.entries[0].published == datetime(2026, 5, 18, 6, 30, tzinfo=UTC)
    assert feed.entries[0].updated is None


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "JaVaScRiPt:alert(1)", "mailto:a@b.example"]
)
def test_an_entry_with_a_hostile_link_is_kept_without_it(link: str) -> None:
    feed = read_feed(RSS.replace(b"https://zarya.example/2", link.encode()), "https://zarya.example/rss", now=NOW)
    assert isinstance(feed, Feed)
    assert [e.url for e in feed.entries] == ["https://zarya.example/1", "", "https://zarya.example/3"]


def test_markup_in_titles_is_text() -> None:
    body = RSS.replace("Первая".encode(), b"&lt;script&gt;alert(1)&lt;/script&gt;AT&amp;amp;T &lt;b&gt;x&lt;/b&gt;")
    feed = read_feed(body, "https://zarya.example/rss", now=NOW)
    assert isinstance(feed, Feed)
    assert feed.entries[0].title == "AT&T x"


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("<ttl>90</ttl>", 90),
        ("<ttl>soon</ttl>", None),
        ("", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 1440),
        ("<sy:updatePeriod> Hourly </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 15),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 1440),
        ("<ttl>30</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 30),
    ],
)
def test_how_long_a_document_asks_to_be_left_alone(said: str, minutes: int | None) -> None:
    body = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
        f"<title>A feed</title>{said}<item><title>One</title><link>https://bridge.test/1</link></item></channel></rss>"
    )
    feed = read_feed(body.encode(), "https://bridge.test/feed", now=NOW)
    assert isinstance(feed, Feed)
    assert feed.ttl == minutes

"""A feed test is a folder in tests/feeds: the feed as it came, source.json that says whence, and expected.json: the whole
object that is read of it."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import Feed, Rejection
from monitor.read.feed import ADDRESS_RULES, read_feed

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
    if isinstance(feed, Rejection):
        assert (plain.pop("title"), plain.pop("day")) == ("", ""), "what stands in a feed's place is not named"
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


def read_items(*items: str, url: str = "https://zarya.example/rss", head: str = "<link>https://zarya.example/</link>") -> Feed:
    namespaces = "".join(
        f' xmlns:{prefix}="{uri}"'
        for prefix, uri in {
            "atom": "http://www.w3.org/2005/Atom",
            "content": "http://purl.org/rss/1.0/modules/content/",
            "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
            "media": "http://search.yahoo.com/mrss/",
            "yandex": "http://news.yandex.ru",
        }.items()
    )
    entries = "".join(f"<item>{item}</item>" for item in items)
    body = f'<rss version="2.0"{namespaces}><channel><title>Заря</title>{head}{entries}</channel></rss>'
    feed = read_feed(body.encode(), url, now=NOW)
    assert isinstance(feed, Feed), feed
    return feed


@pytest.mark.parametrize(
    ("feed", "written", "address"),
    [
        ("https://zarya.example/news/rss", "42", "https://zarya.example/news/42"),
        ("https://m.zarya.example/news/rss", "../42", "https://m.zarya.example/42"),
        ("https://zarya.example/news/rss", "/42", "https://zarya.example/42"),
        ("https://feeds.passing.example/zarya/rss", "42", "https://zarya.example/42"),
    ],
)
def test_a_relative_address_is_of_the_feed_or_of_its_site_where_another_host_passes_the_feed_on(
    feed: str, written: str, address: str
) -> None:
    assert [entry.url for entry in read_items(f"<link>{written}</link>", url=feed).entries] == [address]


@pytest.mark.parametrize(
    ("feed", "entry", "link"),
    [
        ('xml:base="https://zarya.example/news/"', "", 'href="1"'),
        ('xml:base="https://other.example/"', 'xml:base="https://zarya.example/news/"', 'href="1"'),
        ('xml:base="https://zarya.example/news/"', 'xml:base="../"', 'href="news/1"'),
        ('xml:base="https://zarya.example/"', "", 'xml:base="news/" href="1"'),
        ("", "", 'rel="http://www.iana.org/assignments/relation/alternate" href="https://zarya.example/news/1"'),
    ],
)
def test_an_atom_feed_says_what_its_addresses_are_relative_to(feed: str, entry: str, link: str) -> None:
    related = '<link rel="related" href="/0"/>'
    body = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {feed}><entry {entry}><title>Т</title>{related}<link {link}/></entry></feed>'
    )
    read = read_feed(body.encode(), "https://feeds.example/zarya.atom", now=NOW)
    assert isinstance(read, Feed), read
    assert [entry.url for entry in read.entries] == ["https://zarya.example/news/1"]


@pytest.mark.parametrize(("channel", "link"), [('xml:base="news/"', "1"), ('xml:base=""', "news/1")])
def test_a_channel_s_base_is_relative_to_that_of_its_document(channel: str, link: str) -> None:
    items = f"<channel {channel}><item><link>{link}</link></item></channel>"
    body = f'<rss version="2.0" xml:base="https://zarya.example/">{items}</rss>'
    read = read_feed(body.encode(), "https://feeds.example/zarya.rss", now=NOW)
    assert isinstance(read, Feed), read
    assert [entry.url for entry in read.entries] == ["https://zarya.example/news/1"]


def test_an_id_is_an_address_of_its_own_site_with_and_without_www() -> None:
    item = {"id": "https://zarya.example/1"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://zarya.example/", "items": [item]}
    read = read_feed(json.dumps(feed).encode(), "https://www.zarya.example/feed.json", now=NOW)
    assert isinstance(read, Feed), read
    assert [entry.url for entry in read.entries] == ["https://zarya.example/1"]


@pytest.mark.parametrize(
    "item",
    [
        {"url": "https://zarya.example/1", "external_url": "https://other.example/0"},
        {"url": "/1"},
        {"id": "https://zarya.example/1"},
        {"id": "https://zarya.example/1", "external_url": "https://other.example/0"},
        {"id": "https://other.example/0", "external_url": "https://zarya.example/1"},
    ],
)
def test_an_item_of_a_json_feed_has_its_own_address(item: dict[str, str]) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "home_page_url": "https://zarya.example/", "items": [item]}
    read = read_feed(json.dumps(feed).encode(), "https://feeds.example/zarya.json", now=NOW)
    assert isinstance(read, Feed), read
    assert [entry.url for entry in read.entries] == ["https://zarya.example/1"]


ADDRESSES = {
    "original link": "<link>https://proxy.example/~r/1</link><feedburner:origLink>https://zarya.example/1</feedburner:origLink>",
    "link": "<guid>https://zarya.example/?p=1</guid><link>https://zarya.example/1</link>",
    "alternate": '<atom:link rel="enclosure" href="/1.mp3"/><atom:link rel="alternate" type="application/json" href="/1.json"/>'
    '<atom:link rel="alternate" type="text/html" href="/1"/>',
    "permalink": "<link/><guid>https://other.example/1</guid>",
    "identifier": '<guid isPermaLink="false">https://zarya.example/1</guid>',
}


def test_each_rule_of_an_entrys_address_gives_it() -> None:
    assert list(ADDRESSES) == [name for name, _ in ADDRESS_RULES]
    for item in ADDRESSES.values():
        assert [e.url.rpartition("/")[2] for e in read_items(item).entries] == ["1"], item


@pytest.mark.parametrize(
    "item",
    [
        "<link/><guid isPermaLink='true'>/1</guid>",
        "<atom:link>https://zarya.example/1</atom:link>",
        "<link>https://proxy.example/1</link><fb:origLink>https://zarya.example/1</fb:origLink>",
    ],
)
def test_an_address_is_found_where_it_is_written_in_another_way(item: str) -> None:
    namespace = b'<rss xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom">'
    feed = namespace + f"<channel><item>{item}</item></channel></rss>".encode()
    found = read_feed(feed, "https://zarya.example/rss", now=NOW)
    assert isinstance(found, Feed)
    assert [entry.url for entry in found.entries] == ["https://zarya.example/1"]


@pytest.mark.parametrize(
    "item",
    [
        "<yandex:related><link url='/0'>Вчера</link></yandex:related>",
        "<enclosure><title>Снимок</title><link>https://zarya.example/photo</link></enclosure>",
        "<media:group><media:title>Снимок</media:title><media:content url='/p.jpg'><link>/p</link></media:content></media:group>",
        "<source url='https://other.example/rss'>Другая газета</source>",
        "<image><url>/i.jpg</url><title>Снимок</title><link>/i</link></image>",
        "<author><name>Анна Мурова</name><link>/anna</link></author>",
    ],
)
def test_what_is_nested_in_an_entry_is_not_its_own(item: str) -> None:
    own = "<title>Суд отменил сбор</title><link>https://zarya.example/1</link>"
    for whole in (own + item, item + own):
        entry = read_items(whole).entries[0]
        assert (entry.title, entry.url) == ("Суд отменил сбор", "https://zarya.example/1")


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("  https://zarya.example/1\n ", "https://zarya.example/1"),
        ("https://zarya.example/news/\n     bridge.html", "https://zarya.example/news/bridge.html"),
        ("https://zarya.example/a b.html", "https://zarya.example/a%20b.html"),
        ("/1?a=1&amp;b=2", "https://zarya.example/1?a=1&b=2"),
        ("<![CDATA[https://zarya.example/?a=1&b=2]]>", "https://zarya.example/?a=1&b=2"),
        ("//zarya.example/1", "https://zarya.example/1"),
        ("&#8203;https://zarya.example/1&#65279;", "https://zarya.example/1"),
        # No reference: it has no semicolon. Of what is escaped twice the ampersand was meant.
        ("https://zarya.example/?a=1&copy=2", "https://zarya.example/?a=1&copy=2"),
        ("<![CDATA[https://zarya.example/?a=1&amp;b=2]]>", "https://zarya.example/?a=1&b=2"),
        ("https://zarya.example/?a=1&amp;amp;b=2", "https://zarya.example/?a=1&b=2"),
        ("https:\\\\zarya.example\\1?a=\\2", "https://zarya.example/1?a=\\2"),
        ("zarya.example/1", "https://zarya.example/1"),
        ("www.zarya.example/1", "https://www.zarya.example/1"),
        ("bridge.example/1", "https://zarya.example/bridge.example/1"),
    ],
)
def test_an_address_is_read_as_a_browser_reads_it(link: str, url: str) -> None:
    assert read_items(f"<link>{link}</link>", url="https://feeds.example/zarya.xml").entries[0].url == url


@pytest.mark.parametrize(
    "field",
    [
        "<content:encoded>&lt;p&gt;Первый абзац.&lt;/p&gt;&lt;p&gt;Второй.&lt;/p&gt;</content:encoded>",
        "<content:encoded><![CDATA[<p>Первый абзац.</p><p>Второй.</p>]]></content:encoded>",
        "<content:encoded><p>Первый абзац.</p><p>Второй.</p></content:encoded>",
        "<yandex:full-text>Первый абзац.\nВторой.</yandex:full-text>",
        "<rbc_news:full-text>Первый абзац.\n\nВторой.</rbc_news:full-text>",
        "<yandex:full_text>Первый абзац.\nВторой.</yandex:full_text>",
        "<rambler:fulltext><![CDATA[Первый абзац.<br/>Второй.]]></rambler:fulltext>",
        '<atom:content type="xhtml"><div><p>Первый абзац.</p><p>Второй.</p></div></atom:content>',
        "<text>Первый абзац.\nВторой.</text>",
        '<xhtml:body xmlns:xhtml="http://www.w3.org/1999/xhtml"><p>Первый абзац.</p><p>Второй.</p></xhtml:body>',
    ],
)
def test_the_full_text_of_an_entry_is_read_wherever_feeds_put_it(field: str) -> None:
    entry = read_items(f"<title>Т</title><description>Коротко.</description>{field}").entries[0]
    assert (entry.summary, entry.text) == ("Коротко.", "Первый абзац.\nВторой.")


def test_one_broken_entry_costs_no_other() -> None:
    broken = "<title>Два & <b>три</title><description>Доля < 5 % <p>Абзац<br>ещё</description><category>x"
    feed = read_items("<link>/1</link>", f"<link>/2</link>{broken}", "<link>/3</link><title>Три</title>")
    assert [e.url.rpartition("/")[2] for e in feed.entries] == ["1", "2", "3"]
    assert feed.entries[1].title == "Два & три"
    assert feed.entries[2].title == "Три"
    assert not feed.partial


@pytest.mark.parametrize("behind", ["<script>var t=1;</script>", "<!-- 0.03 s -->", "\n<p>x</p>", ""])
def test_what_stands_behind_a_whole_feed_cuts_nothing(behind: str) -> None:
    feed = read_feed(RSS + behind.encode(), "https://zarya.example/rss", now=NOW)
    assert isinstance(feed, Feed)
    assert not feed.partial
    assert len(feed.entries) == 3


def test_a_comment_with_markup_is_no_page() -> None:
    feed = read_feed(RSS.replace(b"<rss", b"<!-- <html><p>A feed.</p> <item> --><rss"), "https://zarya.example/rss", now=NOW)
    assert isinstance(feed, Feed)
    assert len(feed.entries) == 3


@pytest.mark.parametrize(
    "piece", ["<!--", "<![CDATA[", "<item ", '<item a="', "<item><b>", "</b></item>", "&#1;", "<!DOCTYPE x [", "] "]
)
def test_the_time_of_a_feed_grows_as_its_length(piece: str) -> None:
    """Steps, not seconds: no pattern looks twice at a character, so a feed of 1 MB is read as one of 100 KB is."""
    feed = read_feed(b"<rss><channel>" + piece.encode() * (1_000_000 // len(piece)), "https://zarya.example/rss", now=NOW)
    assert isinstance(feed, Feed | Rejection)

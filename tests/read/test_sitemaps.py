"""Sitemaps of every kind, whole and broken: what is new in them is given, what is left out is counted."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Feed, Outcome, Rejection
from monitor.read.sitemap import read_sitemap

NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=2)
URL = "https://zarya.example/sitemap.xml"
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
    xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://zarya.example/bridge</loc><lastmod>2026-05-18T11:00:00+03:00</lastmod>
<news:news><news:publication><news:name>Заря</news:name><news:language>ru</news:language></news:publication>
<news:publication_date>2026-05-18T09:30:00+03:00</news:publication_date><news:title>Мост &amp; река</news:title></news:news>
<image:image><image:loc>https://zarya.example/bridge.jpg</image:loc><image:title>Снимок</image:title></image:image></url>
<url><loc>https://zarya.example/school</loc>
<news:news><news:publication_date>2026-05-17</news:publication_date><news:title>Школа</news:title></news:news></url>
</urlset>
"""


def read(body: bytes | str, **known) -> Feed | Rejection:
    return read_sitemap(body.encode() if isinstance(body, str) else body, URL, **({"now": NOW, "since": SINCE} | known))


def found(body: bytes | str, **known) -> Feed:
    sitemap = read(body, **known)
    assert isinstance(sitemap, Feed), sitemap
    return sitemap


def paths(body: bytes | str, **known) -> list[str]:
    return [entry.url.removeprefix("https://zarya.example/") for entry in found(body, **known).entries]


def urlset(*items: str) -> str:
    """A plain sitemap; an item is a path, or a path, "@" and its lastmod."""
    rows = [item.partition("@") for item in items]
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + "".join(
            f"<url><loc>https://zarya.example/{path}</loc>{f'<lastmod>{last}</lastmod>' * bool(last)}</url>"
            for path, _, last in rows
        )
        + "</urlset>"
    )


def index(*items: str) -> str:
    return urlset(*items).replace("urlset", "sitemapindex").replace("<url>", "<sitemap>").replace("</url>", "</sitemap>")


def test_a_news_sitemap_gives_titles_times_and_the_outlets_name() -> None:
    sitemap = found(NEWS)
    assert (sitemap.format, sitemap.title, sitemap.language, sitemap.flags) == ("sitemap", "Заря", "ru", ())
    bridge, school = sitemap.entries
    assert (bridge.url, bridge.title) == ("https://zarya.example/bridge", "Мост & река")
    assert bridge.published == datetime(2026, 5, 18, 6, 30, tzinfo=UTC)
    assert bridge.updated == datetime(2026, 5, 18, 8, tzinfo=UTC)
    assert (school.published, school.published_raw) == (None, "2026-05-17")


def test_a_plain_sitemap_gives_what_changed_in_its_time_the_newest_first() -> None:
    body = urlset(
        "old@2019-03-01", "new@2026-05-17T10:00:00Z", "newer@2026-05-18T10:00:00+03:00", "day@2026-05-16", "ancient@1999"
    )
    assert paths(body) == ["newer", "new", "day", "ancient"]
    assert found(body).left_out == 1
    assert found(body).flags == ("left out older entries: 1",)
    assert paths(body, since=NOW - timedelta(hours=6)) == ["newer", "ancient"]


@pytest.mark.parametrize(
    ("written", "is_new"),
    [
        ("2026-05-16T14:59:00+03:00", False), ("2026-05-16T15:01:00+03:00", True),
        ("2026-05-15T23:30:00-12:30", True), ("2026-05-16", True), ("2026-05-15", False),
    ],
)  # fmt: skip
def test_a_date_counts_by_its_zone_and_a_day_to_its_end(written: str, is_new: bool) -> None:
    assert paths(urlset(f"a@{written}")) == ["a"] * is_new


@pytest.mark.parametrize("written", ["9999-01-01", "2099-12-31T00:00:00Z", "0001-01-01", "2026-05-32", "soon", ""])
def test_a_date_that_cannot_be_is_no_date(written: str) -> None:
    sitemap = found(urlset(f"a@{written}"))
    assert [(entry.url, entry.updated) for entry in sitemap.entries] == [("https://zarya.example/a", None)]
    assert sitemap.undated == 1


def test_times_that_are_all_one_minute_are_the_generators_and_say_nothing_of_the_articles() -> None:
    sitemap = found(urlset(*(f"{n}@2026-05-18T11:58:{n:02}Z" for n in range(20))))
    assert {entry.updated for entry in sitemap.entries} == {None}
    assert sitemap.undated == 20
    assert "not believed" in " ".join(sitemap.flags)


def test_of_more_than_a_news_sitemap_may_have_the_newest_are_given() -> None:
    times = (NOW - timedelta(minutes=n) for n in range(1_200))
    sitemap = found(urlset(*(f"{n}@{time.isoformat()}" for n, time in enumerate(times))))
    assert [entry.url for entry in sitemap.entries] == [f"https://zarya.example/{n}" for n in range(1_000)]
    assert sitemap.left_out == 200


def test_an_archive_without_dates_is_left_out_and_counted() -> None:
    assert len(found(urlset(*map(str, range(1_000)))).entries) == 1_000
    sitemap = found(urlset("new@2026-05-18", *map(str, range(1_001))))
    assert [entry.url for entry in sitemap.entries] == ["https://zarya.example/new"]
    assert sitemap.left_out == 1_001


def test_of_an_index_the_sitemaps_that_may_have_news_are_given() -> None:
    sitemap = found(
        index(
            "posts-1.xml@2026-05-18T01:00:00Z", "posts-0.xml@2024-01-01", "2026-5.xml", "2026-4.xml", "map_2026_05_18.xml",
            "map_2026_05_01.xml", "2025.xml", "archive/2026/", "news.xml", "pages.xml",
        )
    )  # fmt: skip
    names = [part.removeprefix("https://zarya.example/") for part in sitemap.parts]
    assert names == ["posts-1.xml", "2026-5.xml", "map_2026_05_18.xml", "archive/2026/", "news.xml", "pages.xml"]
    assert sitemap.left_out == 4
    assert sitemap.entries == ()


def test_of_many_parts_that_do_not_tell_their_age_the_first_and_the_last_are_given() -> None:
    sitemap = found(index(*(f"posts-{n}.xml" for n in range(100))))
    assert [int(part[:-4].rpartition("-")[2]) for part in sitemap.parts] == [0, 1, 2, 3, 4, 95, 96, 97, 98, 99]
    assert sitemap.left_out == 90
    for count, taken in ((0, 0), (11, 11), (20, 20), (21, 10)):
        assert len(found(index(*(f"posts-{n}.xml" for n in range(count)))).parts) == taken


def test_a_short_index_that_was_made_in_one_minute_is_given_whole() -> None:
    sitemap = found(index(*(f"pieces.xml?p={n}@2026-05-18T01:00:00Z" for n in range(15))))
    assert len(sitemap.parts) == 15
    assert sitemap.left_out == 0


def test_an_index_that_names_itself_does_not_lead_to_itself() -> None:
    assert found(index("sitemap.xml", "news.xml")).parts == ("https://zarya.example/news.xml",)


def test_a_text_sitemap_is_an_address_a_line() -> None:
    assert paths("https://zarya.example/1\r\nhttps://zarya.example/2\n") == ["1", "2"]


def test_a_feed_that_stands_as_a_sitemap_is_read_as_a_feed() -> None:
    rss = "<rss version='2.0'><channel><item><link>https://zarya.example/1</link></item></channel></rss>"
    assert found(rss).format == "rss2.0"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_marks_and_encodings_are_read_as_they_are(encoding: str) -> None:
    assert [entry.title for entry in found(NEWS.encode(encoding)).entries] == ["Мост & река", "Школа"]


def test_a_packed_sitemap_is_unpacked_in_one_stream_or_several() -> None:
    half = len(NEWS) // 2
    assert paths(gzip.compress(NEWS.encode())) == ["bridge", "school"]
    assert paths(gzip.compress(NEWS[:half].encode()) + gzip.compress(NEWS[half:].encode())) == ["bridge", "school"]


def test_what_unpacks_without_end_is_stopped_at_the_protocols_limit() -> None:
    unread = read(gzip.compress(b"\x00" * 60_000_000))
    assert isinstance(unread, Rejection)
    assert unread.outcome is Outcome.TOO_LARGE


def test_a_stream_that_is_no_gzip_is_said_to_be_none() -> None:
    unread = read(b"\x1f\x8bnonsense, and more of it")
    assert isinstance(unread, Rejection)
    assert unread.outcome is Outcome.BAD_ENCODING


def test_of_a_sitemap_cut_anywhere_the_whole_entries_are_taken() -> None:
    body = urlset("1@2026-05-18", "2@2026-05-18", "3@2026-05-18")
    ends = [n + len("</url>") for n in range(len(body)) if body.startswith("</url>", n)]
    for cut in range(body.index(">") + 1, len(body) - len("</urlset>"), 5):
        sitemap = found(body[:cut])
        assert sitemap.partial
        assert len(sitemap.entries) == sum(end <= cut for end in ends)
    assert not found(body).partial


def test_of_a_packed_sitemap_that_was_cut_the_whole_entries_are_taken() -> None:
    packed = gzip.compress(urlset(*(f"{n * 7919 % 10_007}@2026-05-18T{n % 12:02}:00:00Z" for n in range(500))).encode())
    sitemap = found(packed[: len(packed) // 2])
    assert sitemap.partial
    assert 0 < len(sitemap.entries) < 500


def test_entities_of_a_document_type_stay_inert() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom" * 100}">' for n in range(12))
    evil = NEWS.replace("<urlset", f'<!DOCTYPE urlset [{bomb}<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset', 1)
    sitemap = found(evil.replace("Школа", "&e11;&x;"))
    assert len(sitemap.entries) == 2
    assert all(len(entry.title) < 50 for entry in sitemap.entries)


def test_more_addresses_than_the_protocol_allows_are_left_out_and_said() -> None:
    sitemap = found(urlset(*(f"{n}@2020-01-01" for n in range(50_010))))
    assert sitemap.left_out == 50_000
    assert any("more than 50000" in flag for flag in sitemap.flags)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "empty"), ("<!doctype html><title>Заря</title><p>Нет</p>", "a page stands"), ("Нет здесь ничего", "plain text"),
        ("<?xml version='1.0'?><opml/>", "not a feed"), ("{}", "json"),
    ],
)  # fmt: skip
def test_what_is_no_sitemap_says_what_it_is(body: str, words: str) -> None:
    unread = read(body)
    assert isinstance(unread, Rejection)
    assert unread.outcome is Outcome.NOT_A_FEED
    assert words in unread.detail


@given(st.binary(max_size=300), st.integers(0, 700), st.integers(0, 700))
def test_no_bytes_make_it_raise(noise: bytes, start: int, end: int) -> None:
    body = NEWS.encode()
    read(body[:start] + noise + body[end:])
    read(noise)
    read(b"\x1f\x8b" + noise)


def test_of_series_of_parts_the_ends_of_each_that_is_called_by_articles_are_given() -> None:
    parts = [
        *(f"wp-sitemap-posts-post-{n}.xml" for n in range(1, 31)),
        *(f"wp-sitemap-taxonomies-post_tag-{n}.xml" for n in range(1, 41)),
    ]
    names = [part.removeprefix("https://zarya.example/") for part in found(index(*parts)).parts]
    assert "wp-sitemap-posts-post-30.xml" in names
    assert len(names) == 20


def test_parts_that_were_all_made_in_one_minute_are_of_unknown_age() -> None:
    assert len(found(index(*(f"part-{n}.xml@2026-05-18T04:00:0{n % 10}Z" for n in range(200)))).parts) == 10


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<sitemapindex><sitemap>\nhttps://zarya.example/a.xml\n</sitemap></sitemapindex>", ["a.xml"]),
        ("<sitemapindex><sitemap>/a.xml <lastmod>2030-01-01</lastmod></sitemap></sitemapindex>", ["a.xml"]),
        ("<sitemapindex><sitemap><loc>/a.xml</loc><loc>/b.xml</loc></sitemap></sitemapindex>", ["a.xml", "b.xml"]),
        ("<SITEMAPINDEX><SITEMAP><LOC>/a.xml</LOC></SITEMAP></SITEMAPINDEX>", ["a.xml"]),
        ("Warning: no cache in <b>/map.php</b>\n<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>", ["a.xml"]),
        ("<sitemapindex><sitemap><loc>/a.xml</loc><sitemap><loc>/b.xml</loc></sitemapindex>", ["a.xml", "b.xml"]),
        ("<s:sitemapindex xmlns:s='x'><s:sitemap><s:loc>/a.xml</s:loc></s:sitemap></s:sitemapindex>", ["a.xml"]),
    ],
)
def test_an_index_is_read_however_it_is_written(body: str, expected: list[str]) -> None:
    sitemap = found(body)
    assert [part.removeprefix("https://zarya.example/") for part in sitemap.parts] == expected
    assert not sitemap.partial


def test_what_is_not_escaped_in_one_entry_costs_no_other() -> None:
    body = urlset("1", "2", "3").replace("/2</loc>", "/2</loc><news:title>Возраст < 30 & <b>больше</news:title>")
    assert paths(body) == ["1", "2", "3"]
    assert found(body).entries[1].title.startswith("Возраст < 30")

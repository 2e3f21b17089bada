"""Feeds, sitemaps and robots.txt: valid in their formats, polite to conditional requests."""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.robotparser import RobotFileParser

import feedparser
import pytest
from lxml import etree

from monitor.press import MOMENTS
from monitor.press.world import WrittenWorld

XML = ["bereg", "severny", "polden", "gorod", "rupor", "panorama", "khroniki", "krug", "dzvin", "pivden", "courier", "riverside"]
JSON = ["slovo", "ledger"]


def feed_url(press, outlet: str) -> str:
    return press.url(outlet, press.world.outlets[outlet].feeds[0].path)


def plain(url: str) -> str:
    return url.partition("?utm_")[0]


@pytest.mark.parametrize("outlet", XML)
def test_an_xml_feed_is_well_formed_and_lists_all_that_is_listed(press, get, world: WrittenWorld, outlet: str) -> None:
    got = get(feed_url(press, outlet))
    etree.fromstring(got.body)
    feed = feedparser.parse(got.body, response_headers={"content-type": got.headers["content-type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    expected = [(piece.title, press.article_url(piece.id)) for piece in world.newest(outlet, MOMENTS[1], 500)]
    entries = [(entry.title, plain(entry.link)) for entry in feed.entries if "/calendar/" not in entry.link]
    assert entries == expected
    assert feed.feed.title == world.outlets[outlet].name


@pytest.mark.parametrize(
    ("outlet", "version"),
    [("bereg", "rss20"), ("severny", "rss091u"), ("khroniki", "rss10"), ("gorod", "atom10"), ("polden", "rss20")],
)
def test_a_feed_is_of_the_format_that_it_claims(press, get, outlet: str, version: str) -> None:
    assert feedparser.parse(get(feed_url(press, outlet)).body).version == version


@pytest.mark.parametrize("outlet", JSON)
def test_a_json_feed_lists_all_that_is_listed(press, get, world: WrittenWorld, outlet: str) -> None:
    feed = json.loads(get(feed_url(press, outlet)).body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["url"] for item in feed["items"]] == [
        press.article_url(piece.id) for piece in world.newest(outlet, MOMENTS[1], 500)
    ]
    assert all(datetime.fromisoformat(item["date_published"]).tzinfo for item in feed["items"])


@pytest.mark.parametrize("outlet", [outlet for outlet in XML if outlet not in ("severny", "krug")])
def test_a_feed_gives_the_articles_own_times(press, get, world: WrittenWorld, outlet: str) -> None:
    feed = feedparser.parse(get(feed_url(press, outlet)).body)
    newest = world.newest(outlet, MOMENTS[1], 500)
    for entry, piece in zip(feed.entries, newest, strict=True):
        assert (
            entry["published_parsed" if "published_parsed" in entry else "updated_parsed"][:6]
            == piece.published.utctimetuple()[:6]
        )


def test_the_wires_feed_carries_whole_texts(press, get, world: WrittenWorld) -> None:
    feed = feedparser.parse(get(feed_url(press, "polden")).body)
    for entry, piece in zip(feed.entries, world.newest("polden", MOMENTS[1], 500), strict=True):
        assert entry.content[0].value.count("<p>") == len(piece.paragraphs)


def test_windows_1251_is_windows_1251(press, get) -> None:
    got = get(feed_url(press, "severny"))
    assert b'encoding="windows-1251"' in got.body
    assert "Северный вестник".encode("windows-1251") in got.body


def test_guids_change_on_every_poll_at_one_outlet_and_nowhere_else(press, get) -> None:
    def guids(outlet: str) -> list[str]:
        return [entry.id for entry in feedparser.parse(get(feed_url(press, outlet)).body).entries]

    assert not set(guids("panorama")) & set(guids("panorama"))
    assert guids("bereg") == guids("bereg")


@pytest.mark.parametrize("outlet", ["bereg", "severny", "gorod", "slovo", "khroniki"])
def test_a_feed_that_has_not_changed_answers_304(press, get, outlet: str) -> None:
    first = get(feed_url(press, outlet))
    for condition in ({"If_None_Match": first.headers["etag"]}, {"If_Modified_Since": first.headers["last-modified"]}):
        got = get(feed_url(press, outlet), **condition)
        assert (got.status, got.body) == (304, b"")
        assert got.headers["etag"] == first.headers["etag"]


def test_a_feed_that_has_changed_is_sent_whatever_the_conditions(press, get) -> None:
    first = get(feed_url(press, "polden"))
    press.move(2)
    for condition in ({"If_None_Match": first.headers["etag"]}, {"If_Modified_Since": first.headers["last-modified"]}):
        assert get(feed_url(press, "polden"), **condition).status == 200
    assert parsedate_to_datetime(get(feed_url(press, "polden")).headers["last-modified"]) > MOMENTS[1]


@pytest.mark.parametrize("date", ["yesterday", "", "Mon, 99 May 2026 00:00:00 GMT"])
def test_a_condition_that_cannot_be_read_is_ignored(press, get, date: str) -> None:
    assert get(feed_url(press, "bereg"), If_Modified_Since=date).status == 200


def test_if_none_match_goes_before_if_modified_since(press, get) -> None:
    date = get(feed_url(press, "bereg")).headers["last-modified"]
    assert get(feed_url(press, "bereg"), If_None_Match='"other"', If_Modified_Since=date).status == 200


@pytest.mark.parametrize("outlet", ["bereg", "severny", "panorama"])
def test_sitemaps_name_every_listed_article(press, get, world: WrittenWorld, outlet: str) -> None:
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
    index = etree.fromstring(get(press.url(outlet, "/sitemap.xml")).body)
    maps = [etree.fromstring(get(url.text).body) for url in index.findall(".//s:loc", space)]
    expected = [press.article_url(piece.id) for piece in world.newest(outlet, MOMENTS[1], 500)]
    for sitemap in maps:
        assert [loc.text for loc in sitemap.findall(".//s:loc", space)] == expected
    assert [len(sitemap.findall(".//n:title", space)) for sitemap in maps] == [0, len(expected)]
    assert get(press.url(outlet, "/sitemap-none.xml")).status == 404


def test_robots_closes_one_section_of_one_outlet(press, get, world: WrittenWorld) -> None:
    def allowed(outlet: str, url: str) -> bool:
        parser = RobotFileParser()
        parser.parse(get(press.url(outlet, "/robots.txt")).body.decode().splitlines())
        return parser.can_fetch("povestka", url)

    for piece in (entry.first for entry in world.entries.values()):
        assert allowed(piece.outlet.id, press.article_url(piece.id)) is not piece.path.startswith("/closed/")


def test_closed_articles_are_linked_from_elsewhere(world: WrittenWorld) -> None:
    closed = {id_ for id_, entry in world.entries.items() if entry.first.path.startswith("/closed/")}
    linked = {run.target for entry in world.entries.values() for paragraph in entry.first.paragraphs for run in paragraph}
    assert closed & linked
    assert not any(world.entries[id_].first.listed for id_ in closed)

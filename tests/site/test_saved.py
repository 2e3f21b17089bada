"""What saved searches and feeds promise: an address, a title and a feed that stay; entries lead to evidence and outlet."""

import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

import feedparser
import httpx
import pytest

from monitor.errors import DataError, MonitorError
from monitor.newsroom.alerts import read_alerts
from monitor.newsroom.catalogue import load
from monitor.newsroom.searches import read_searches
from monitor.site import publish

Get = Callable[..., httpx.Response]
Asking = Callable[[Path], AbstractContextManager[Get]]

SEARCHES = """
[[search]]
id = "raids"
title = { en = "Raids on dormitories", ru = "Рейды по общежитиям" }
query = "общежитие OR лес*"

[[search]]
id = "all-of-it"
title = "Повестки"
query = "повестка"
"""


@pytest.fixture(scope="module")
def saved(vault: Path, asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    data, folder = tmp_path_factory.mktemp("newsroom"), tmp_path_factory.mktemp("saved")
    (data / "searches.toml").write_text(SEARCHES, "utf-8")
    publish(vault, folder, data=data)
    with asking(folder) as get:
        yield get


def test_a_saved_search_has_an_address_a_title_and_a_feed(saved: Get) -> None:
    page = saved("/search/all-of-it").text
    assert "<h1>Повестки</h1>" in page
    assert 'type="application/atom+xml"' in page
    rows = saved("/search/all-of-it.json?_shape=array").json()
    assert rows == saved(f"/public/coverage.json?_q={quote('повестка')}&_shape=array").json() != []
    feed = feedparser.parse(saved("/search/all-of-it.atom").content)
    assert not feed.bozo
    assert feed.feed.title == "Povestka: Повестки"
    assert feed.feed.id == "tag:povestka,2026:/search/all-of-it.atom"
    assert feed.feed.links[0].href == "http://site.example/search/all-of-it.atom"
    assert len(feed.entries) == len(rows)
    assert "<h1>Рейды по общежитиям</h1>" in saved("/search/raids?_lang=ru").text
    assert "<h1>Coverage</h1>" in saved("/public/coverage?_q=x&_saved=raids").text, "a query of one's own has not its title"
    assert 'href="/search/raids.atom"' in saved("/").text
    assert saved("/search/nothing").status_code == 404
    assert "no saved search nothing" in saved("/search/nothing.json").json()["error"]


def test_a_saved_search_is_narrowed_and_stays_one(saved: Get) -> None:
    (link,) = {
        link
        for link in re.findall(r'href="(/public/coverage[^"]*outlet=[^"]*)"', saved("/search/all-of-it").text)
        if "%D0%9F%D0%BE%D0%BB%D1%8E%D1%81" in link
    }
    assert "<h1>Повестки</h1>" in saved(link.replace("&amp;", "&")).text


@pytest.mark.parametrize(("wrong", "where", "what"), [
    ('[[search]]\nid = "A b"\ntitle = "x"\nquery = "y"', "search[1].id", "is no id"),
    ('[[search]]\nid = "a"\ntitle = { en = "x" }\nquery = "y"', "search[1].title", "is no title"),
    ('[[search]]\nid = "a"\ntitle = "x"\nquery = "("', "search[1].query", "at character"),
    ('[[search]]\nid = "a"\ntitle = "x"\nquery = 3', "search[1].query", "is no text"),
    ('[[search]]\nid = "a"\ntitle = "x"', "search[1].query", "is missing"),
    ('[[search]]\nid = "a"\ntitle = "x"\nquery = "y"\nsize = 3', "search[1].size", "is no field"),
    ('[[search]]\nid = "a"\nquery = "("', "search[1].query", "at character"),
    (SEARCHES + SEARCHES, "search[3].id", "is an earlier search's id"),
    ("searches = 3", "searches", "is nothing that this file has"),
    ("search = 3", "search", "is no list of tables"),
])  # fmt: skip
def test_each_fault_of_the_file_is_told_with_its_place(wrong: str, where: str, what: str) -> None:
    _, faults = read_searches(tomllib.loads(wrong))
    assert any(field == where and what in said for field, said in faults), faults


def test_an_alert_can_name_a_saved_search_and_check_tells_of_both(tmp_path: Path, checkout: Path) -> None:
    (alert,), faults = read_alerts(tomllib.loads(ALERT), {"raids": "общежитие"})
    assert (alert.query, faults) == ("общежитие", [])
    for more, what in (('query = "x"', "has a query of its own"), ('about = "gap"', "cannot be asked of a gap")):
        text = ALERT.replace('about = "article"', more) if "about" in more else ALERT + more
        assert any(what in said for _, said in read_alerts(tomllib.loads(text), {"raids": "x"})[1])
    for name in ("sources.csv", "families.csv", "regions.csv", "towns.csv", "topics"):
        (tmp_path / name).symlink_to(checkout / "data" / name)
    (tmp_path / "alerts.toml").write_text(ALERT, "utf-8")
    with pytest.raises(DataError, match="is the id of no search"):
        load(tmp_path)
    (tmp_path / "searches.toml").write_text(SEARCHES, "utf-8")
    assert load(tmp_path).alerts[0].query == "общежитие OR лес*"
    (tmp_path / "searches.toml").write_text('[[search]]\nid = "raids"\ntitle = "x"\nquery = "("', "utf-8")
    with pytest.raises(DataError, match=r"searches.toml:4: search\[1\].query"):
        load(tmp_path)


ALERT = """
[[alert]]
id = "a"
about = "article"
search = "raids"
to = ["atom:a.xml"]
"""


def test_a_site_is_not_published_with_a_wrong_search(vault: Path, tmp_path: Path) -> None:
    (tmp_path / "searches.toml").write_text("[[search]]", "utf-8")
    with pytest.raises(MonitorError, match="monitor check"):
        publish(vault, tmp_path)


def test_an_entry_leads_to_the_evidence_and_to_the_outlet_and_says_what_it_is_about(get: Get) -> None:
    rows = {row["article"]: row for row in get("/public/coverage.json?_shape=array").json()}
    feed = feedparser.parse(get("/public/coverage.atom", accept_language="ru").content)
    assert feed.entries
    for entry in feed.entries:
        row = rows[entry.id.rsplit("/", 1)[1]]
        assert entry.link == f"http://site.example/public/coverage/{row['article']}"
        assert get(entry.link.removeprefix("http://site.example")).status_code == 200
        via = [link.href for link in entry.links if link.rel == "via"]
        assert via == ([row["url"]] if row["url"].startswith("http") else [])
        terms = {(tag.scheme.rsplit(":", 1)[1], tag.term) for tag in entry.tags}
        assert ("language", row["language"]) in terms or not row["language"]
        assert ("topic", "summons") in terms
    assert any(tag.label == "Новосибирская область" for entry in feed.entries for tag in entry.tags)


def test_sources_are_a_feed_of_who_is_cited_for_the_first_time(get: Get) -> None:
    rows = get("/public/speakers.json?_shape=array").json()
    feed = feedparser.parse(get("/public/speakers.atom").content)
    assert not feed.bozo
    assert {entry.id for entry in feed.entries} == {f"tag:povestka,2026:source/{row['speaker_id']}" for row in rows}
    assert [entry.updated for entry in feed.entries] == sorted((entry.updated for entry in feed.entries), reverse=True)
    assert get(feed.entries[0].link.removeprefix("http://site.example")).status_code == 200
    officials = [row for row in rows if (row["kind"], row["named"]) == ("official", "yes")]
    narrowed = feedparser.parse(get("/public/speakers.atom?kind=official&named=yes").content).entries
    assert 0 < len(narrowed) == len(officials) < len(rows)


LISTS = (
    "/", "/public/coverage", "/public/stories", "/public/speakers", "/public/edits", "/public/absences", "/public/near_misses",
    "/public/who_denies", "/public/newest", "/public/most_copied?x=", "/public/outlet?outlet=Полюс",
    "/public/region?region=RU-NVS",
    "/public/gaps", "/public/seen", "/public", "/public/coverage/81045ebf2ccf65a1",
    "/public/topic?topic=summons", "/public/story?story=81045ebf2ccf65a1", "/public/source?speaker=olg-dubv",
)  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_each_page_names_a_feed_its_own_where_it_has_one_for_readers_to_find(path: str, get: Get) -> None:
    head = get(path).text.split("</head>")[0]
    feeds = re.findall(r'<link rel="alternate" type="application/atom\+xml"[^>]*href="([^"]*)"', head)
    if "most_copied" in path:
        assert feeds == ["/public/newly_seen.atom"]  # rows are texts, not articles: the feed is the site's
    assert feeds
    for feed in feeds:
        answer = get(feed.replace("&amp;", "&"))
        assert answer.status_code in {200, 302}
        if answer.status_code == 200:
            assert not feedparser.parse(answer.content).bozo

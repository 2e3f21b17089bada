"""Articles that go, one by one and whole sites at once, on the wire: suspected, confirmed, taken back; never N for one outage."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)
ARTICLES = range(1, 5)
GONE = "/news/story/1"
CHALLENGE = "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
MISSING = "<html><head><title>Page not found</title></head><body><h1>404</h1><p>There is no such page.</p></body></html>"
BLOCK = "<html><head><title>Error</title></head><body>This page is not available in your country.</body></html>"
LIST = "<html><body><h1>News</h1><ul>{}</ul></body></html>".format(
    "".join(f"<li><a href='/news/{n}'>Item {n}</a>" for n in range(20))
)
# How the first story of a host goes: what it is asked for gives, and what is said of it.
WAYS = {
    "127.0.7.50": (404, "", "removed", "not found"),
    "127.0.7.51": (410, "", "removed", "gone"),
    "127.0.7.52": (451, "", "removed", "unavailable for legal reasons"),
    "127.0.7.53": (200, MISSING, "removed", "page says not found"),
    "127.0.7.54": (302, "/", "removed", "led to the home page"),
    "127.0.7.55": (302, "/news/", "removed", "led to a section"),
    "127.0.7.56": (302, "/news/story/2", "removed", "led to another article"),
    "127.0.7.57": (403, CHALLENGE, "hidden", "challenge page"),
    "127.0.7.58": (403, BLOCK, "hidden", "blocked"),
    "127.0.7.59": (200, "", "delisted", "noindex"),
    "127.0.7.63": (0, "", "unreachable", "no answer"),
}
OUTAGES = {"127.0.7.60": (404, ""), "127.0.7.61": (403, BLOCK), "127.0.7.62": (503, "")}
"""Hosts whose every story goes at once."""


class Press:
    """Hosts of four stories each; `is_away` says whether they are as in WAYS and OUTAGES."""

    def __init__(self, web):
        self.web, self.is_away = web, False
        self.bases = {host: web.on(host, self.answer) for host in (*WAYS, *OUTAGES)}

    @property
    def stories(self) -> list[str]:
        return [f"{base}/news/story/{n}" for base in self.bases.values() for n in ARTICLES]

    async def answer(self, call) -> None:
        if self.is_away and call.host in OUTAGES:
            status, body = OUTAGES[call.host]
            await call.answer(status, body)
        elif self.is_away and call.path == GONE:
            status, body, _, way = WAYS[call.host]
            if way == "noindex":
                await call.answer(200, self.story(call), **{"X-Robots-Tag": "noindex, nofollow"})
            elif not status:
                call.writer.close()
            elif status == 302:
                await call.answer(302, Location=f"{self.bases[call.host]}{body}")
            else:
                await call.answer(status, body)
        elif "/story/" in call.path:
            await call.answer(200, self.story(call))
        else:
            await call.answer(200, LIST)

    def story(self, call) -> str:
        name = f"{call.host}{call.path}".replace("/", "").replace(".", "x")
        words = " ".join(f"{word}{name}" for word in ("alder", "birch", "cedar") * 8)
        return call.article(f"Story {name}", words=words)


@pytest.fixture(scope="module")
def looked(web, new_newsroom, tmp_path_factory) -> Callable[[str], list[tuple[object, ...]]]:
    """Four looks at the stories: there, gone, gone after hours, there again; what is said of the absences after each."""
    newsroom, press = new_newsroom("absences"), Press(web)
    addresses = tmp_path_factory.mktemp("stories") / "urls.txt"
    addresses.write_text("\n".join(press.stories))
    assert newsroom.crawl("related", f"urls={addresses}", MONITOR_CLOCK=NOON.isoformat(), RETRY_TIMES=0).returncode == 0
    said = {}
    for name, hours, is_away in (("first", 7, True), ("again", 14, True), ("back", 21, False)):
        press.is_away = is_away
        clock = (NOON + timedelta(hours=hours)).isoformat()
        ran = newsroom.crawl("recheck", "everything=1", MONITOR_CLOCK=clock, RETRY_TIMES=0)
        assert ran.returncode in {0, 3}, ran.stderr
        said[name] = newsroom.query(
            "SELECT l.host, s.kind, s.way, s.state, a.url FROM absences s JOIN articles a ON a.id = s.article"
            " JOIN looks l ON l.article = a.id ORDER BY l.host"
        )
    said["articles"] = newsroom.query("SELECT url, relevant FROM articles")
    said["why"] = newsroom.query("SELECT DISTINCT kind, confirmed_by FROM absences WHERE confirmed_by <> '' ORDER BY kind")
    said["homes"] = newsroom.query("SELECT url FROM fetches WHERE kind = 'discovery' AND outcome = 'home page read'")
    said["newsroom"] = newsroom
    said["skipped"] = newsroom.query("SELECT * FROM skipped WHERE kind = 'recheck'")
    return said.__getitem__


@pytest.mark.fault(32, 90)
@pytest.mark.parametrize(("host", "kind", "way"), [(host, kind, way) for host, (_, _, kind, way) in WAYS.items()])
def test_what_goes_is_suspected_confirmed_by_time_and_others_and_returns(looked, host, kind, way):
    states = {when: [row[1:4] for row in looked(when) if row[0] == host] for when in ("first", "again", "back")}
    assert states["first"] == [(kind, way, "suspected")]
    assert states["again"] == [(kind, way, "confirmed" if kind == "removed" else "suspected")]
    assert states["back"] == [(kind, way, "returned")]
    assert {row[4].rpartition(":")[2].partition("/")[2] for row in looked("first") if row[0] == host} == {GONE[1:]}


def test_a_removal_is_confirmed_by_the_home_page_and_by_others_and_asked_for_once_a_host(looked):
    assert looked("why") == [
        ("removed", "not there at 2 looks in 7 hours; other articles of its host are; the home page does not link to it")
    ]
    removed = {host for host, (_, _, kind, _) in WAYS.items() if kind == "removed"}
    assert sorted(url.split("//")[1].split(":")[0] for (url,) in looked("homes")) == sorted(removed)


@pytest.mark.fault(90)
@pytest.mark.parametrize("host", OUTAGES)
def test_an_outage_or_a_block_of_a_whole_site_makes_no_article_removed(looked, host):
    assert [row for when in ("first", "again", "back") for row in looked(when) if row[0] == host] == []


def test_a_look_makes_no_article_of_what_stands_there_instead(looked):
    assert sorted(looked("articles")) == sorted((url, 1) for url, _ in looked("articles"))
    assert len(looked("articles")) == len(ARTICLES) * (len(WAYS) + len(OUTAGES))
    assert looked("skipped") == []


def test_absences_come_back_from_the_archive(looked, rebuilt):
    rebuilt(looked("newsroom"))

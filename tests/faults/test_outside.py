"""Another archive, imitated with its limits: captures are found and asked for, what it does not answer is told."""

import asyncio
import json
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

OUTLET, ARCHIVE, BUSY = "127.0.7.70", "127.0.7.71", "127.0.7.72"
HEAD = ["timestamp", "original", "statuscode", "digest"]
MOODS = ("found", "none", "nonsense", "huge", "slow", "other", "failing")


class World:
    """An outlet of an article for each mood of the archive, and the archive."""

    def __init__(self, web):
        self.outlet = web.on(OUTLET, self.page)
        self.archive = web.on(ARCHIVE, self.answer)
        self.busy = web.on(BUSY, self.refuse)
        self.agents = set()

    def url(self, mood):
        return f"{self.outlet}/story/{mood}"

    async def page(self, call):
        if "/story/" not in call.path:
            await call.answer(404)
            return
        words = " ".join(f"{word}{call.path.rpartition('/')[2]}" for word in ("alder", "birch", "cedar") * 8)
        await call.answer(200, call.article(f"Story {call.path}", words=words))

    async def refuse(self, call):
        await (call.answer(404) if call.path == "/robots.txt" else call.answer(429, "Slow down", **{"Retry-After": "3600"}))

    async def answer(self, call):
        if call.path == "/robots.txt":
            await call.answer(404)
            return
        self.agents.add(call.headers["user-agent"])
        if call.path.startswith("/save/"):
            await self.save(call, call.path.removeprefix("/save/"))
            return
        url = parse_qs(urlsplit(call.path).query)["url"][0]
        match url.rpartition("/")[2]:
            case "found":
                rows = [HEAD, ["20260518093000", url, "200", "ABC"], ["20260517093000", url, "200", "DEF"]]
                await call.answer(200, json.dumps(rows), content_type="application/json")
            case "other":
                await call.answer(200, json.dumps([HEAD, ["20260518093000", "http://bereg.test/", "200", "ABC"]]))
            case "nonsense":
                await call.answer(200, "<html>We are moving</html>")
            case "huge":
                await call.answer(200, "[" + " " * 300_000 + "]")
            case "slow":
                await asyncio.sleep(60)
            case "failing":
                await call.answer(503)
            case _:
                await call.answer(200, "[]")

    async def save(self, call, url):
        match unquote(url).rpartition("/")[2]:
            case "found":
                await call.answer(200, "Saved", **{"Content-Location": f"/web/20260518120500/{url}"})
            case "none":
                await call.answer(302, Location=f"{self.archive}/web/20260518120600/{url}")
            case "nonsense":
                await call.answer(200, "Job started")
            case _:
                await call.answer(523)


@pytest.fixture(scope="module")
def asked(web, new_newsroom, tmp_path_factory):
    """The newsroom after one run that looked for captures and asked for new ones, then one at an archive that asks for time."""
    newsroom, world = new_newsroom("outside"), World(web)
    addresses = tmp_path_factory.mktemp("stories") / "urls.txt"
    addresses.write_text("\n".join(map(world.url, MOODS)))
    assert newsroom.crawl("related", f"urls={addresses}").returncode == 0
    limits = {"MONITOR_CONTACT": "desk@bereg.test", "DOWNLOAD_TIMEOUT": 5, "DOWNLOAD_MAXSIZE": 200_000}
    ran = newsroom.crawl("outside", "save=1", MONITOR_OUTSIDE_ARCHIVE=world.archive, MONITOR_OUTSIDE_DELAY=0, **limits)
    assert ran.returncode == 0, ran.stderr
    again = newsroom.crawl("outside", MONITOR_OUTSIDE_ARCHIVE=world.busy, MONITOR_OUTSIDE_DELAY=0.3, **limits)
    assert again.returncode == 0, again.stderr
    return newsroom, world


def outcomes(newsroom, host, part):
    return newsroom.query(
        "SELECT outcome, status FROM fetches WHERE kind = 'outside' AND url LIKE ? ORDER BY outcome, status", f"%{host}%{part}%"
    )


def test_the_earliest_captures_are_kept_by_that_archives_clock_and_new_ones_are_told_apart(asked):
    newsroom, world = asked
    found = newsroom.query(
        "SELECT a.url, c.captured, how, capture FROM outside_captures c JOIN articles a ON a.id = article ORDER BY c.captured"
    )
    story, none = world.url("found"), world.url("none")
    assert found == [
        (story, "2026-05-17T09:30:00.000000Z", "found", f"{world.archive}/web/20260517093000/{story}"),
        (story, "2026-05-18T09:30:00.000000Z", "found", f"{world.archive}/web/20260518093000/{story}"),
        (story, "2026-05-18T12:05:00.000000Z", "asked for", f"{world.archive}/web/20260518120500/{story}"),
        (none, "2026-05-18T12:06:00.000000Z", "asked for", f"{world.archive}/web/20260518120600/{none}"),
    ]


def test_what_is_no_answer_has_its_outcome_and_every_answer_is_in_the_archive(asked):
    newsroom, _ = asked
    assert sorted(outcomes(newsroom, ARCHIVE, "/cdx/")) == sorted(
        [
            ("http error", 503), ("other archive read", 200), ("other archive read", 200), ("other archive read", 200),
            ("timeout", None), ("too large", None), ("wrong type", 200),
        ]
    )  # fmt: skip
    assert outcomes(newsroom, ARCHIVE, "/save/") == [
        *[("http error", 523)] * 4, ("other archive read", 200), ("other archive read", 302), ("wrong type", 200),
    ]  # fmt: skip
    kept = newsroom.query("SELECT count(*) FROM fetches WHERE kind = 'outside' AND status IS NOT NULL AND warc_file IS NULL")
    assert kept == [(0,)]


def test_an_archive_that_asks_for_time_is_left_alone_and_is_told_who_asks(asked, web):
    newsroom, world = asked
    assert len([path for path in web.paths(BUSY) if path != "/robots.txt"]) == 1
    assert {outcome for outcome, _ in outcomes(newsroom, BUSY, "")} == {"too many requests"}
    (agent,) = world.agents
    assert "+desk@bereg.test" in agent


def test_what_an_archive_says_is_no_news_and_its_captures_are_listed(asked):
    newsroom, _ = asked
    assert newsroom.query("SELECT count(*) FROM skipped WHERE kind = 'outside'") == [(0,)]
    assert newsroom.query("SELECT count(*) FROM articles WHERE relevant = 1") == [(len(MOODS),)]
    listed = newsroom.monitor("outside", "--list").stdout.splitlines()
    assert len(listed) == 4
    assert "2026-05-17T09:30:00Z  127.0.7.71, found: " in "".join(listed)


def test_nothing_is_asked_unless_an_archive_and_a_contact_are_named(asked):
    newsroom, world = asked
    ran = newsroom.monitor("outside")
    assert ran.returncode == 2
    assert "MONITOR_OUTSIDE_ARCHIVE names no archive" in ran.stderr
    ran = newsroom.crawl("outside", MONITOR_OUTSIDE_ARCHIVE=world.archive)
    assert "MONITOR_CONTACT is empty" in ran.stderr


def test_what_another_archive_answered_comes_back_from_our_own(asked, rebuilt):
    newsroom, _ = asked
    rebuilt(newsroom)

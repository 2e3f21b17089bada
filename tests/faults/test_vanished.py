"""What vanishes between two parts of a crawl, with no callback, no errback and no line in the log, is found at the run's end."""

import json

import pytest

from monitor import settings

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
# Parts that lose what they are given, as a plugin with a fault does; each loses one story.
LOSSY = """
from scrapy import signals
from scrapy.exceptions import DropItem, IgnoreRequest


class SpiderMiddleware:
    async def process_spider_output(self, response, result):
        async for item in result:
            if not response.url.endswith("/story/1"):
                yield item


class Pipeline:
    def process_item(self, item):
        url = item.attempt.url if hasattr(item, "attempt") else ""
        if url.endswith("/story/2"):
            raise DropItem("not mine")
        if url.endswith("/story/3"):
            raise KeyError("a fault")
        return item


class Extension:
    @classmethod
    def from_crawler(cls, crawler):
        extension = cls()
        crawler.signals.connect(extension.scheduled, signals.request_scheduled)
        return extension

    def scheduled(self, request):
        if request.url.endswith("/moved"):
            raise IgnoreRequest("not today")
"""


@pytest.fixture(scope="module")
def lossy(web, new_newsroom, tmp_path_factory):
    """A newsroom after a run that lost four stories of six, and one that lost none."""
    base = f"http://127.0.7.32:{web.port}"

    async def answer(call):
        if call.path == "/feed.xml":
            items = "".join(f"<item><title>{n}</title><link>{base}/story/{n}</link></item>" for n in range(6))
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        elif call.path == "/story/4":
            await call.answer(302, Location=f"{base}/moved")
        else:
            words = " ".join(f"{word}{call.path.replace('/', '')}" for word in ("alder", "birch", "cedar") * 8)
            await call.answer(200, call.article(f"Story {call.path}", words=words))

    folder = tmp_path_factory.mktemp("lossy")
    (folder / "lossy.py").write_text(LOSSY, encoding="utf-8")
    newsroom = new_newsroom("vanished")
    newsroom.sources(lossy=web.on("127.0.7.32", answer) + "/feed.xml")
    parts = {
        "SPIDER_MIDDLEWARES": settings.SPIDER_MIDDLEWARES | {"lossy.SpiderMiddleware": 1},
        "ITEM_PIPELINES": settings.ITEM_PIPELINES | {"lossy.Pipeline": 1},
        "EXTENSIONS": settings.EXTENSIONS | {"lossy.Extension": 1},
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder), prepend=":")
        newsroom.run = newsroom.crawl("feeds", **{name: json.dumps(value) for name, value in parts.items()})
    newsroom.ends = dict(newsroom.query("SELECT url, outcome || ' ' || detail FROM fetches WHERE kind = 'article' ORDER BY id"))
    newsroom.base = base
    newsroom.next = newsroom.crawl("feeds")
    return newsroom


@pytest.mark.fault(6)
def test_each_vanished_request_has_an_outcome_that_says_so(lossy):
    vanished = {url.removeprefix(lossy.base) for url, end in lossy.ends.items() if end.startswith("unanswered vanished")}
    assert vanished == {"/story/1", "/story/2", "/story/4"}


@pytest.mark.fault(6)
def test_an_error_in_a_pipeline_is_an_outcome_of_its_own(lossy):
    assert lossy.ends[f"{lossy.base}/story/3"] == "parser failed KeyError: 'a fault'"


@pytest.mark.fault(6)
def test_what_did_not_vanish_is_stored(lossy):
    assert {url for url, end in lossy.ends.items() if end.startswith("article")} == {f"{lossy.base}/story/{n}" for n in (0, 5)}


@pytest.mark.fault(6)
def test_the_summary_counts_them_and_a_person_is_needed(lossy):
    assert "no part of the crawl said what became of 3 requests" in lossy.run.stdout
    assert lossy.run.returncode == 3
    assert lossy.query("SELECT outcome FROM runs ORDER BY id") == [("gaps",), ("done",)]


@pytest.mark.fault(6)
def test_the_next_run_asks_for_them_again(lossy):
    assert lossy.next.returncode == 0, lossy.next.stdout
    stored = {url for (url,) in lossy.query("SELECT url FROM articles")}
    assert stored == {f"{lossy.base}/{path}" for path in ("story/0", "story/1", "story/2", "story/5", "moved")}


BROKEN = """
from monitor.crawl.frontier import Frontier
from monitor.errors import StoreError


class Broken(Frontier):
    def open(self, spider):
        def broken(*_):
            raise KeyError("a fault")

        self._session.leases.take = broken
        return super().open(spider)


class Full(Frontier):
    def open(self, spider):
        def full(*_):
            raise StoreError("monitor.db: database or disk is full")

        self._session.store.frontier.push = full
        return super().open(spider)
"""


@pytest.mark.parametrize(
    ("scheduler", "said", "is_ours"),
    [("Full", "monitor.db: database or disk is full", False), ("Broken", "the frontier failed: KeyError: 'a fault'", True)],
)
def test_a_frontier_that_fails_ends_the_run_with_one_line(scheduler, said, is_ours, newsroom, tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text(BROKEN, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    newsroom.sources(broken="http://127.0.7.33:9/feed.xml")
    run = newsroom.crawl("feeds", SCHEDULER=f"broken.{scheduler}")
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == f"monitor: {said}"
    assert ("Traceback" in run.stderr) == is_ours  # a full disk is nobody's programming error
    assert newsroom.query("SELECT outcome FROM runs") == [("failed",)]

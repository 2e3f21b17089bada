"""What a worker refuses to work with, and what it knows of its tasks."""

import pytest

from monitor.crawl.fleet.messages import Task, Writer
from monitor.crawl.fleet.worker import TaskHistory, check_writer
from monitor.errors import MonitorError
from monitor.newsroom import catalogue
from monitor.program import code_version
from monitor.vault import FeedState
from tests.records import Maker

MAKE = Maker()


@pytest.mark.parametrize(
    ("version", "newsroom", "told"),
    [
        ("0.0", "ours", "the writer is Povestka 0.0, this worker"),
        ("0.2.0", "ours", r"the writer is Povestka 0\.2\.0, this worker 0\.2\.0\+"),
        (code_version(), "another", "the newsroom's folder is not the writer's"),
    ],
)
def test_a_worker_that_would_find_something_else_than_the_writer_says_so(version, newsroom, told):
    with pytest.raises(MonitorError, match=told):
        check_writer(Writer("vault", version, newsroom), "ours")


def test_a_worker_waits_for_a_writer_and_works_for_one_of_its_own_kind():
    check_writer(None, "ours")
    check_writer(Writer("vault", code_version(), "ours"), "ours")


def test_the_digest_of_a_newsroom_is_of_what_decides_and_of_nothing_else(tmp_path):
    (tmp_path / "topics").mkdir()
    for name in ("sources.csv", "topics/a.toml", "private.txt"):
        (tmp_path / name).write_text(name, "utf-8")
    before = catalogue.digest(tmp_path)
    (tmp_path / "private.txt").write_text("other", "utf-8")
    assert catalogue.digest(tmp_path) == before
    for name in ("sources.csv", "topics/a.toml", "regions.csv"):
        (tmp_path / name).write_text(f"{name} changed", "utf-8")
        assert catalogue.digest(tmp_path) != before
        before = catalogue.digest(tmp_path)


def test_what_came_with_a_task_is_known_until_it_is_over():
    known = TaskHistory()
    poll = Task(MAKE.pending("http://bereg.test/feed", kind="feed"), 1, FeedState(etag="x"), "http://new.test/", is_article=False)
    page = Task(MAKE.pending("http://bereg.test/1"), 1, FeedState(), "http://new.test/", is_article=True)
    for task in (poll, page):
        known.add(task)
    assert known.feed_state("bereg").etag == "x"
    assert known.is_article(page.entry.key)
    for task in (page, poll):
        known.remove(task)
    assert known.feed_state("bereg") == FeedState(moved_to="http://new.test/")
    assert not known.is_article(page.entry.key)

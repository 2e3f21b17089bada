"""The further pages of an article come out of the archives that its first page came out of. Real runs, no network."""

from __future__ import annotations

import json

import pytest

from monitor.read.address import is_next_page, page_rank
from tests.faults.test_backfill import archive

BASE = "http://bridge.example/news"
FIRST = {
    "after": f"{BASE}/after", "before": f"{BASE}/before", "numbered": f"{BASE}/7", "path": f"{BASE}/path-1.html",
    "lacks": f"{BASE}/lacks", "years": f"{BASE}/years",
}  # fmt: skip
"""By case, the address of the first page."""
NEXT = {
    case: url.replace("-1.html", "-1-2.html") if case == "path" else f"{url}?page=2" for case, url in FIRST.items()
}  # fmt: skip


@pytest.fixture(scope="module")
def captures(tmp_path_factory, article):
    """An archive of articles of two pages: the second lies behind the first, before it, not there, or is years older."""
    pages = []
    for case, url in FIRST.items():
        first = article(f"The {case} story", words=f"{case} part one.").replace(
            "</head>", f'<link rel="next" href="{NEXT[case]}"></head>'
        )
        one = (url, "2026-03-01T10:00:00Z", first, 200)
        when = "2024-03-01T10:01:00Z" if case == "years" else "2026-03-01T10:01:00Z"
        two = (NEXT[case], when, article(f"The {case} story", words=f"{case} part two."), 200)
        pages += {"before": [two, one], "lacks": [one]}.get(case, [one, two])
    alone = (f"{BASE}/alone?page=2", "2026-03-01T10:00:00Z", article("An orphan", words="Whose first page is nowhere."), 200)
    return archive(tmp_path_factory.mktemp("archives") / "pages.warc.gz", *pages, alone)


@pytest.fixture(scope="module", params=["backfill", "replay"])
def taken(request, new_newsroom, captures):
    newsroom = new_newsroom(f"pages-{request.param}")
    newsroom.sources(bridge="http://bridge.example/feed")
    name = {"backfill": "archives", "replay": "path"}[request.param]
    done = newsroom.crawl(request.param, f"{name}={captures}")
    assert done.returncode == 0, done.stderr
    return newsroom


def read(newsroom, case):
    """Which parts an article has, and its flags."""
    ((text, flags),) = newsroom.query("SELECT text, flags FROM articles WHERE url = ?", FIRST[case])
    return [part for part in ("one", "two") if f"{case} part {part}." in text], json.loads(flags)


@pytest.mark.parametrize("case", ["after", "before", "numbered", "path"])
def test_pages_that_the_archive_holds_are_joined_wherever_they_lie(taken, case):
    assert read(taken, case) == (["one", "two"], ["joined from several pages"])
    assert taken.query("SELECT 1 FROM articles WHERE url = ?", NEXT[case]) == [], "it is no article of its own"
    columns = "kind, outcome, captured IS NOT NULL, warc_offset IS NOT NULL"
    assert taken.query(f"SELECT {columns} FROM fetches WHERE url = ?", NEXT[case]) == [("page", "article", 1, 1)]


def test_a_page_that_it_lacks_is_said(taken):
    assert read(taken, "lacks") == (["one"], ["not all of its pages were read"])
    found = taken.query("SELECT kind, outcome, detail FROM fetches WHERE url = ?", NEXT["lacks"])
    assert found == [("page", "not found", "is not among the captures")]


def test_a_page_without_its_first_is_an_article_of_its_own(taken):
    assert taken.query("SELECT title FROM articles WHERE url LIKE '%/alone?page=2'") == [("An orphan",)]


def test_a_page_of_other_years_is_not_joined(taken):
    assert read(taken, "years") == (["one"], ["not all of its pages were read"])


@pytest.mark.parametrize(("first", "later"), [
    ("/news/story", "/news/story?page=2"), ("/news/7", "/news/7/2"), ("/news/7", "/news/7?page=3"), ("/a-18", "/a-18-3"),
    ("/story-1.html", "/story-1-2.html"), ("/story/page1", "/story/page2"), ("/story?page=1", "/story?page=2"),
    ("/news/1234567", "/news/1234567/2"),
])  # fmt: skip
def test_a_further_page_ranks_behind_the_first(first, later):
    one, other = f"http://x.example{first}", f"http://x.example{later}"
    assert is_next_page(one, other)
    assert page_rank(one) < page_rank(other)


def test_an_address_without_a_page_number_has_no_rank():
    assert [page_rank(f"http://x.example{path}") for path in ("/", "/news/2026/05/story", "/news/1234567", "/a?id=12")] == [0] * 4

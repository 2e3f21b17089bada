"""Sitemaps and home pages on the wire, crawled twice: what is new in them is fetched, once; an archive is not."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest

HOST, OTHER, PLAIN, HOME = "127.0.7.40", "127.0.7.41", "127.0.7.42", "127.0.7.43"


def urlset(*items: tuple[str, str]) -> str:
    rows = (f"<url><loc>{url}</loc>{f'<lastmod>{last}</lastmod>' * bool(last)}</url>" for url, last in items)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(rows)}</urlset>'


def index(*items: tuple[str, str]) -> str:
    return urlset(*items).replace("urlset", "sitemapindex").replace("url>", "sitemap>")


def ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat(timespec="seconds")


@pytest.fixture(scope="module")
def crawled(new_newsroom, web):
    """Two crawls of an outlet that has a sitemap alone, and of one whose sitemap has no dates; between them, news."""
    newsroom = new_newsroom("sitemaps")
    documents: dict[str, tuple[str, bytes | str]] = {}

    async def answer(call):
        if call.path in documents:
            type_, body = documents[call.path]
            await call.answer(200, body, type_=type_)
        else:
            await call.answer(200, call.article(f"At {call.path}", words=f"Of {call.path}."))

    here, there = web.on(HOST, answer), web.on(OTHER, answer)
    plain = web.on(PLAIN, answer)
    documents["/map.xml"] = (
        "application/xml",
        index(
            (f"{here}/new.xml.gz", ""), (f"{here}/2020.xml", ""), (f"{here}/deep.xml", ago(hours=1)), (f"{there}/stolen.xml", "")
        ),
    )
    new = [(f"{here}/a/1", ago(hours=2)), (f"{here}/a/old", "2020-01-01"), (f"{there}/a/foreign", ago(hours=1))]
    documents["/new.xml.gz"] = ("application/x-gzip", gzip.compress(urlset(*new).encode()))
    documents["/deep.xml"] = ("application/xml", index((f"{here}/deeper.xml", "")))
    documents["/deeper.xml"] = ("application/xml", index((f"{here}/deepest.xml", "")))
    archive = [(f"{plain}/p/{n}", "") for n in range(101)]
    documents["/plain.txt"] = ("text/plain", "\n".join(url for url, _ in archive))
    home = web.on(HOME, answer)
    documents["/"] = ("text/html", '<a href="/h/1">A bridge is closed for repairs</a> <a href="/about">About us and our work</a>')
    newsroom.sources()
    with (newsroom.folder / "sources.csv").open("a", encoding="utf-8") as file:
        file.write(f"bridge,Bridge,{here}/,en,RU,independent,,none,,{here}/map.xml,\n")
        file.write(f"lantern,Lantern,{plain}/,en,RU,independent,,none,,{plain}/plain.txt,\n")
        file.write(f"kite,Kite,{home}/,en,RU,independent,,none,,,\n")
    first = newsroom.crawl("feeds")
    log = list(web.log)
    documents["/new.xml.gz"] = ("application/x-gzip", gzip.compress(urlset(*new, (f"{here}/a/2", ago(minutes=1))).encode()))
    documents["/plain.txt"] = ("text/plain", "\n".join([f"{plain}/p/new", *(url for url, _ in archive)]))
    documents["/"] = (
        "text/html",
        '<a href="/h/2">A school is cold in winter</a> <a href="/h/1">A bridge is closed for repairs</a>',
    )
    second = newsroom.crawl("feeds", "everything=1")
    assert second.returncode in {0, 3}, second.stderr
    return newsroom, first, log, web.log[len(log) :]


def asked(log, host) -> list[str]:
    return sorted(path for where, path in log if where == host and path != "/robots.txt")


def test_what_is_new_in_the_sitemaps_of_an_index_is_fetched_once(crawled) -> None:
    _, _, first, second = crawled
    assert asked(first, HOST) == ["/a/1", "/deep.xml", "/deeper.xml", "/map.xml", "/new.xml.gz"]
    assert asked(second, HOST) == ["/a/2", "/deep.xml", "/deeper.xml", "/map.xml", "/new.xml.gz"]


def test_what_lies_on_another_host_is_refused_and_counted(crawled) -> None:
    newsroom, _, first, second = crawled
    assert asked(first + second, OTHER) == []
    details = newsroom.query("SELECT detail FROM fetches WHERE detail LIKE '%refused addresses of other hosts: 1%'")
    assert len(details) == 4  # the index and the sitemap, twice


def test_an_archive_without_dates_is_noted_and_what_is_added_to_it_is_fetched(crawled) -> None:
    newsroom, done, first, second = crawled
    assert asked(first, PLAIN) == ["/plain.txt"]
    assert asked(second, PLAIN) == ["/p/new", "/plain.txt"]
    assert newsroom.query("SELECT count(*) FROM feed_entries WHERE source = 'lantern'") == [(102,)]
    assert "Silent" not in done.stdout


def test_a_home_page_is_polled_where_nothing_else_is_had_and_its_new_links_cost_a_fetch(crawled) -> None:
    _, _, first, second = crawled
    assert asked(first, HOME) == ["/", "/h/1"]
    assert asked(second, HOME) == ["/", "/h/2"]


def test_every_fetch_says_what_it_left_out(crawled) -> None:
    newsroom, *_ = crawled
    said = dict(newsroom.query("SELECT substr(url, instr(substr(url, 8), '/') + 7), detail FROM fetches WHERE kind = 'sitemap'"))
    assert "left out older sitemaps: 1" in said["/map.xml"]
    assert "an index, its sitemaps to read: 2" in said["/map.xml"]
    assert "left out older entries: 1" in said["/new.xml.gz"]
    assert "left out sitemaps that lie too deep: 1" in said["/deeper.xml"]


def test_none_of_them_is_a_gap(crawled) -> None:
    newsroom, *_ = crawled
    assert newsroom.query("SELECT * FROM gaps") == []

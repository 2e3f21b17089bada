"""What is promised of edits, absences and versions on the site: lists with facets, feeds, addresses that stay, plain words."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import httpx
import pytest
import yaml

from monitor.site import publish
from monitor.snapshot.redaction import EXCERPT
from tests.published import OLDER, PARSER

Get = Callable[..., httpx.Response]
Asking = Callable[[Path], AbstractContextManager[Get]]


def text(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text))


def rows(get: Get, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get(f"{path}{'&' if '?' in path else '?'}_shape=array").json()
    return found


@pytest.fixture(scope="module")
def edit(get: Get) -> dict[str, Any]:
    (only,) = rows(get, "/public/edits.json")
    return only


@pytest.fixture(scope="module")
def absence(get: Get) -> dict[str, Any]:
    (only,) = rows(get, "/public/absences.json")
    return only


@pytest.fixture(scope="module")
def versions(get: Get, edit: dict[str, Any]) -> list[dict[str, Any]]:
    return rows(get, f"/public/version.json?article={edit['article']}")


def test_what_was_edited_is_told_with_its_words_its_class_and_whether_it_was_said(get: Get) -> None:
    page = text(get("/public/edits"))
    for words in (
        "Сибирский вестник",
        "number silently двоих троих",
        "edited between 2026-05-18 12:00 UTC and 2026-05-19 12:00 UTC",
    ):
        assert words in page
    assert "число молча двоих троих" in text(get("/public/edits", accept_language="ru"))


def test_what_was_taken_down_is_told_with_when_it_was_last_there(get: Get) -> None:
    page = text(get("/public/absences"))
    assert (
        "May be taken down: page says not found. Last found 2026-05-18 12:00 UTC, missed since 2026-05-19 12:00 UTC, last checked"
        " 2026-05-19 12:00 UTC (1 look that did not find it)."
    ) in page
    assert "Возможно, удалена: страница говорит «не найдено»" in text(get("/public/absences", accept_language="ru"))


@pytest.mark.parametrize(
    "path",
    [
        "edits?outlet=Сибирский вестник",
        "edits?class=number&disclosed=0",
        "absences?state=suspected&way=page says not found",
        "absences?_size=1",
    ],
)
def test_both_are_narrowed_by_facets_and_are_what_datasette_gives_by_itself(get: Get, path: str) -> None:
    table, _, asked = path.partition("?")
    ours, theirs = (get(f"/public/{table}.json?{asked}{more}").json() for more in ("", "&_where=1"))
    assert "query" not in ours
    assert "query" in theirs
    assert len(ours["rows"]) == 1
    for part in ("rows", "filtered_table_rows_count", "next", "columns", "primary_keys"):
        assert ours[part] == theirs[part], part
    counts = [
        {
            name: [(str(one["value"]), one["count"], one["selected"]) for one in facet["results"]]
            for name, facet in said["facet_results"].items()
        }
        for said in (ours, theirs)
    ]
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "path", ["/public/edits?disclosed=1", "/public/absences?state=returned", "/public/edits?_sort=published"]
)
def test_a_list_that_has_nothing_or_another_order_is_a_page(get: Get, path: str) -> None:
    page = text(get(path))
    assert ("none could be seen" in page) == ("_sort" not in path)
    assert ("двоих" in page) == ("_sort" in path)


def test_each_edit_and_absence_is_an_entry_of_a_feed_of_its_own_and_leads_here(
    get: Get, edit: dict[str, Any], absence: dict[str, Any]
) -> None:
    for table, row, words in (
        ("edits", edit, "number, silently: двоих → троих"),
        ("absences", absence, "removed, suspected: page says not found"),
    ):
        assert f'href="/public/{table}.atom' in get(f"/public/{table}").text
        feed = feedparser.parse(get(f"/public/{table}.atom").content)
        assert not feed.bozo
        (entry,) = feed.entries
        assert entry.id.startswith(f"tag:povestka,2026:article/{row['article']}/")
        assert words in entry.summary
        assert entry.updated.startswith("2026-05-19T12:00")
        assert get(entry.link.removeprefix("http://site.example")).status_code == 200
    assert not feedparser.parse(get("/public/edits.atom?disclosed=1").content).entries


def test_an_article_says_when_it_was_checked_what_changed_and_that_it_is_gone(
    get: Get, edit: dict[str, Any], absence: dict[str, Any]
) -> None:
    page = text(get(f"/public/coverage/{edit['article']}"))
    assert "version 2 2026-05-19 12:00 UTC – 2026-05-19 12:00 UTC number silently двоих троих" in page
    gone = get(f"/public/coverage/{absence['article']}")
    assert "May be taken down</span>: page says not found." in gone.text.split("<article")[0]
    assert "Last checked 2026-05-19 12:00 UTC (1 look): page says not found." in text(gone)
    (other,) = rows(get, f"/public/coverage.json?outlet={quote('The Harbour Post')}&_size=1")
    assert "Not checked again since it was read" in text(get(f"/public/coverage/{other['article']}"))
    assert other["last_checked"] is None
    (row,) = rows(get, f"/public/coverage.json?article={absence['article']}")
    assert row["last_checked"] == absence["last_checked"]


def test_two_versions_stand_side_by_side_with_what_changed_marked(get: Get, versions: list[dict[str, Any]]) -> None:
    page = get(f"/public/version?article={versions[1]['article']}&text={versions[1]['text_digest'][:16]}").text
    before, after = page.split('class="pair"')[1].split("<section>")[1:3]
    assert re.findall("<mark[^>]*>([^<]*)</mark>", before) == ["двоих"]
    assert re.findall("<mark[^>]*>([^<]*)</mark>", after) == ["троих"]
    assert "<mark" not in get(f"/public/version?article={versions[0]['article']}&revision=1").text


def test_a_version_has_its_digests_its_place_and_a_citation_with_its_own_address(
    get: Get, versions: list[dict[str, Any]]
) -> None:
    for version in versions:
        address = f"http://site.example/public/version?article={version['article']}&amp;text={version['text_digest'][:16]}"
        page = get(f"/public/version?article={version['article']}&revision={version['revision']}").text
        for words in (version["text_digest"], version["digest"], version["warc_file"], f"verify --capture {version['fetch']}"):
            assert words in page
        assert page.count(address) == 6  # of itself; text; field and note of CSL and RIS; in BibTeX its sign is escaped


def test_the_address_of_a_version_stays_where_an_archive_brings_an_earlier_one(
    get: Get, asking: Asking, vault: Path, tmp_path: Path, versions: list[dict[str, Any]]
) -> None:
    shutil.copy(vault, tmp_path / "monitor.db")
    with closing(sqlite3.connect(tmp_path / "monitor.db")) as db, db:
        db.execute("UPDATE version_edits SET revision = revision + 1 WHERE article = ?", (versions[0]["article"],))
        db.execute("UPDATE revisions SET number = -number - 1 WHERE article = ?", (versions[0]["article"],))
        db.execute("UPDATE revisions SET number = -number WHERE article = ?", (versions[0]["article"],))
        db.execute(
            "INSERT INTO revisions (article, number, fetched, fetch, title, text, digest, last_seen, compared)"
            " SELECT article, 1, '2026-05-17T12:00:00.000000Z', fetch, 'Раньше', 'Было так.', 'ee', fetched, 1 FROM revisions"
            " WHERE article = ? AND number = 2",
            (versions[0]["article"],),
        )
    publish(tmp_path / "monitor.db", tmp_path / "site")
    with asking(tmp_path / "site") as later:
        for version in versions:
            path = f"/public/version.json?article={version['article']}&text={version['text_digest'][:16]}"
            (found,) = rows(later, path)
            assert found["revision"] == version["revision"] + 1
            assert {**found, "revision": 0} == {**version, "revision": 0}


@pytest.mark.parametrize("asked", ["article=0", "article={}&text=00", "article={}&revision=7", "article={}&revision=x"])
def test_a_version_that_is_not_there_is_not_found(get: Get, edit: dict[str, Any], asked: str) -> None:
    for ending in ("", ".json"):
        answer = get(f"/public/version{ending}?{asked.format(edit['article'])}")
        assert answer.status_code == 404
        assert "no such article" in answer.text
    assert "Digest of the text, or its first digits" in text(get("/public/version"))


def test_the_public_edition_shows_old_words_within_its_excerpts_and_no_private_name(
    vault: Path, asking: Asking, tmp_path: Path, versions: list[dict[str, Any]]
) -> None:
    publish(vault, tmp_path / "site", withhold=lambda said: said.replace("двоих", "[name withheld]"))
    with asking(tmp_path / "site") as get:
        page = text(get(f"/public/version?article={versions[1]['article']}&revision=2"))
        assert "двоих" not in page
        assert "[name withheld]" in page
        assert "This edition shows the beginning of the text." in page
        texts = rows(get, "/public/version_texts.json")
        assert len(texts) == 2
        assert all(len(row["text"]) <= EXCERPT + 1 for row in texts)
        assert json.dumps(texts, ensure_ascii=False).count("[name withheld]") == 1


def test_what_was_read_otherwise_is_told_on_the_articles_page_and_is_no_edit(get: Get) -> None:
    (row,) = rows(get, f"/public/rereadings.json?outlet={quote('Город на Лозе')}")
    assert (row["field"], row["parser_before"], row["parser"]) == ("text", OLDER, PARSER)
    assert "погода на завтра" in row["before"]
    page = get(f"/public/coverage/{row['article']}")
    assert "погода на завтра" not in page.text
    assert f"/public/version?article={row['article']}&amp;text={row['digest_before'][:16]}" in page.text
    assert f"Read again 2026-05-18 14:00 UTC: text read by parser {OLDER}, now by {PARSER}" in text(page)
    assert "Перечитано нами" in text(get(f"/public/coverage/{row['article']}", accept_language="ru"))
    assert rows(get, f"/public/edits.json?article={row['article']}") == []
    assert len(rows(get, f"/public/version.json?article={row['article']}")) == 1


def test_an_articles_page_asks_for_the_newest_rereadings_alone(checkout: Path) -> None:
    said = yaml.safe_load((checkout / "data" / "site" / "metadata.yaml").read_text("utf-8"))
    sql = said["databases"]["public"]["queries"]["article_rereadings"]["sql"]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE rereadings (number, article, field, before, after, at, parser, parser_before, digest_before)")
        db.executemany("INSERT INTO rereadings VALUES (?1, 'a', 'title', '', '', ?1, '', '', '')", [(n,) for n in range(30)])
        assert [row[4] for row in db.execute(sql, {"article": "a", "text": ""})] == list(range(29, 9, -1))


def test_the_address_of_a_version_stays_where_it_is_read_otherwise(get: Get) -> None:
    (row,) = rows(get, f"/public/rereadings.json?outlet={quote('Город на Лозе')}")
    page = get(f"/public/version?article={row['article']}&text={row['digest_before'][:16]}")
    assert page.status_code == 200
    assert "This version was cited as an earlier version of the parser read it." in text(page)
    assert PARSER in text(page)
    assert "погода на завтра" in text(page)
    (now,) = rows(get, f"/public/version.json?article={row['article']}")
    as_it_is = get(f"/public/version?article={row['article']}&text={now['text_digest'][:16]}")
    assert "was cited as an earlier version" not in text(as_it_is)

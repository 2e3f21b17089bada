"""Captures that another parser reads otherwise: told, beside what was read before, and no version or edit."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.derive.edits import update_edits
from monitor.match import url_identity
from monitor.model import FROM_FEED, NOT_EXTRACTED, PAGES_MISSING, SAYS_LESS, Outcome, ParsedArticle
from monitor.trace.outlets import Outlets
from monitor.vault import CapturedReading, ChangedReading, Store, evidence, open_reader, readings, requests
from tests.records import Maker

URL = "http://bereg.test/a"
TEXT = "Пекарня закрылась в среду. Без работы остались девять человек."
MENU = "\nГлавная Новости Погода"


def parsed(make: Maker, text: str, parser: str, **page: Any) -> ParsedArticle:
    found = make.parsed(URL, text, title="Пекарня")
    article = replace(found.article, links=(), **page)
    return replace(found, article=article, substance=f"{article.title} {text}", parser=parser)


@pytest.fixture
def save(store: Store, run: int, make: Maker) -> Any:
    def save(text: str, at: float, parser: str, **page: Any) -> None:
        store.save_article(run, make.fetch(URL, at=at, digest=f"sha256:{at:064}"), parsed(make, text, parser, **page))

    return save


def read_again(store: Store, make: Maker, texts: list[str], parser: str = "two", **page: Any) -> tuple[ChangedReading, ...]:
    (article,) = readings.captured(store.db, readings.readable(store.db))
    again = tuple((version, parsed(make, text, parser, **page)) for version, text in zip(article.captures, texts, strict=True))
    return readings.save(store.db, CapturedReading(article.id, again), make.at(100))


def rows(vault: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.query(sql)]


def test_what_is_read_otherwise_is_told_with_both_parsers(store: Store, save: Any, make: Maker, vault: Path) -> None:
    save(TEXT + MENU, 0, "one", subtitle="Главная")
    found = read_again(store, make, [TEXT], subtitle="Закрыта")
    assert [(c.field, c.before, c.after, c.parser_before, c.parser) for c in found] == [
        ("text", TEXT + MENU, TEXT, "one", "two"), ("subtitle", "Главная", "Закрыта", "one", "two"),
    ]  # fmt: skip
    assert rows(vault, "SELECT text, subtitle FROM articles") == [(TEXT, "Закрыта")]
    assert rows(vault, "SELECT number, text, parser FROM revisions") == [(1, TEXT, "two")]
    seen = rows(vault, "SELECT field, before, after, parser_before, parser, digest FROM rereadings")
    assert seen[0] == ("text", TEXT + MENU, TEXT, "one", "two", f"sha256:{0:064}")
    assert [text.digest for text in evidence.unlogged_texts(store.db)] == [rows(vault, "SELECT digest FROM revisions")[0][0]]


def test_an_article_shows_its_newest_capture_as_it_is_read_now(store: Store, save: Any, make: Maker, vault: Path) -> None:
    save(TEXT + MENU, 0, "one")
    save(TEXT + MENU, 10, "one")  # the same version, and another capture
    found = read_again(store, make, [TEXT, TEXT])
    assert [(c.fetch, c.field, c.after) for c in found] == [(1, "text", TEXT), (2, "text", TEXT)]
    assert rows(vault, "SELECT text FROM articles") == [(TEXT,)]
    assert rows(vault, "SELECT number, text FROM revisions") == [(1, TEXT)]


def test_the_same_reading_is_no_change_and_is_told_once(store: Store, save: Any, make: Maker, vault: Path) -> None:
    save(TEXT, 0, "one")
    assert read_again(store, make, [TEXT]) == ()
    assert rows(vault, "SELECT parser FROM revisions") == [("two",)]
    assert read_again(store, make, [TEXT + MENU], "three") != ()
    assert read_again(store, make, [TEXT + MENU], "three") == ()
    assert rows(vault, "SELECT count(*) FROM rereadings") == [(1,)]


def test_two_versions_that_differ_by_their_parsers_alone_become_one(store: Store, save: Any, make: Maker, vault: Path) -> None:
    save(TEXT + MENU, 0, "one")
    save(TEXT, 10, "two")
    assert [(article,) for article in readings.mixed(store.db)] == rows(vault, "SELECT id FROM articles")
    update_edits(store, Outlets())
    assert rows(vault, "SELECT * FROM version_edits") == [], "nobody knows whose doing that is"
    read_again(store, make, [TEXT, TEXT])
    update_edits(store, Outlets())
    assert readings.mixed(store.db) == []
    assert rows(vault, "SELECT number, text, fetched < last_seen FROM revisions") == [(1, TEXT, 1)]
    assert rows(vault, "SELECT * FROM version_edits") == []


def test_an_edit_is_found_once_both_versions_were_read_by_one(store: Store, save: Any, make: Maker, vault: Path) -> None:
    later = TEXT.replace("девять", "семь")
    save(TEXT + MENU, 0, "one")
    save(later, 10, "two")
    update_edits(store, Outlets())
    read_again(store, make, [TEXT, later])
    update_edits(store, Outlets())
    assert rows(vault, "SELECT revision, class, before, after FROM version_edits") == [(2, "number", "девять", "семь")]


def test_an_edit_that_the_parser_before_did_not_see_is_a_version(store: Store, save: Any, make: Maker, vault: Path) -> None:
    cut, later = "Пекарня закрылась в среду.", TEXT.replace("девять", "семь")
    save(cut, 0, "one")
    save(cut, 10, "one")
    assert rows(vault, "SELECT count(*) FROM revisions") == [(1,)]
    found = read_again(store, make, [TEXT, later])
    assert [(c.field, c.before, c.after) for c in found] == [("text", cut, TEXT), ("text", cut, later)]
    update_edits(store, Outlets())
    assert rows(vault, "SELECT class, before, after FROM version_edits") == [("number", "девять", "семь")]


def test_what_cannot_be_read_again_stays_and_is_compared_as_it_is(store: Store, save: Any, make: Maker, vault: Path) -> None:
    later = TEXT.replace("девять", "семь")
    save(TEXT, 0, "one")
    save(later, 10, "two")
    (article,) = readings.captured(store.db, readings.readable(store.db))
    before = rows(vault, "SELECT * FROM revisions")
    (told,) = readings.note_unreadable(store.db, article.id, [(article.captures[0], "not an article")], "two", make.at(20))
    assert (told.field, told.before, told.after, told.parser_before) == ("outcome", "article", "not an article", "one")
    assert rows(vault, "SELECT * FROM revisions") == before
    update_edits(store, Outlets())
    assert rows(vault, "SELECT class FROM version_edits") == [("number",)]


def test_a_text_of_a_feed_waits_for_no_reading(store: Store, save: Any, vault: Path) -> None:
    save(TEXT, 0, "one", flags=(FROM_FEED,))
    save(TEXT.replace("девять", "семь"), 10, "two", flags=(FROM_FEED,))
    assert readings.captured(store.db, readings.readable(store.db)) == readings.mixed(store.db) == []
    update_edits(store, Outlets())
    assert rows(vault, "SELECT class FROM version_edits") == [("number",)]


def test_a_run_is_gone_through_once_for_all_texts_of_feeds(store: Store, run: int, make: Maker) -> None:
    """Steps of SQLite's machine for twice as many texts in one run; a page that said less than its feed is found for each."""

    def steps(numbers: range) -> int:
        with store.db.transaction():
            for number in numbers:
                url = f"http://bereg.test/{number}"
                page = make.fetch(url, Outcome.NOT_AN_ARTICLE, detail=SAYS_LESS, digest="page")
                store.save_fetch(run, page, key=url_identity(url))
                found = make.parsed(url, TEXT)
                found = replace(found, article=replace(found.article, flags=(FROM_FEED,)))
                store.save_article(run, make.fetch(url, kind="feed text", digest="feed"), found)
        taken: list[int] = []
        named = readings.readable(store.db)
        store.db.raw.set_progress_handler(lambda: taken.append(1) and None, 10)
        found_again = readings.captured(store.db, named)
        store.db.raw.set_progress_handler(None, 0)
        pages = [[capture.digest for _, capture in version.pages] for article in found_again for version in article.captures]
        assert pages == [["feed", "page"]] * len(named)
        return len(taken)

    few, many = steps(range(60)), steps(range(60, 120))
    assert many < 2.5 * few


def test_an_article_that_leaves_all_topics_by_that_is_still_told(store: Store, save: Any, make: Maker, vault: Path) -> None:
    save(TEXT + MENU, 0, "one")
    (article,) = readings.captured(store.db, readings.readable(store.db))
    again = make.parsed(URL, TEXT, title="Пекарня", relevant=False)
    again = replace(again, article=replace(again.article, links=()), substance="s", parser="two")
    readings.save(
        store.db, CapturedReading(article.id, ((article.captures[0], again),)), datetime.fromisoformat("2026-05-18T13:00Z")
    )
    assert rows(vault, "SELECT relevant FROM articles") == [(0,)]
    assert rows(vault, "SELECT field, before, after FROM rereadings") == [("text", TEXT + MENU, TEXT), ("relevant", "1", "0")]


def test_when_it_was_seen_last_stays(store: Store, run: int, save: Any, make: Maker, vault: Path) -> None:
    save(TEXT + MENU, 0, "one")
    store.save_fetch(run, make.fetch(URL, Outcome.UNCHANGED, kind="recheck", at=30))
    before = rows(vault, "SELECT fetched, last_seen FROM revisions")
    read_again(store, make, [TEXT])
    assert rows(vault, "SELECT fetched, last_seen FROM revisions") == before


def test_links_are_told_by_where_they_lead(store: Store, run: int, make: Maker, vault: Path) -> None:
    page = make.parsed(URL, TEXT, title="Пекарня")
    store.save_article(run, make.fetch(URL, digest="sha256:0"), replace(page, substance="a", parser="one"))
    (article,) = readings.captured(store.db, readings.readable(store.db))
    again = replace(page, article=replace(page.article, links=()), substance="b", parser="two")
    (change,) = readings.save(store.db, CapturedReading(article.id, ((article.captures[0], again),)), make.at(1))
    assert (change.field, json.loads(change.before), change.after) == ("links", ["http://polden.test/source"], "[]")


def unchanged(store: Store, make: Maker, vault: Path, texts: dict[int, str], **page: Any) -> tuple[int, ...]:
    """Read an article again by the same parser, of each capture its text; nothing may come of it. Which captures were read."""
    what = "SELECT * FROM revisions"
    before = rows(vault, what), rows(vault, "SELECT title, text, flags FROM articles")
    (article,) = readings.captured(store.db, readings.readable(store.db))
    again = tuple((version, parsed(make, texts[version.fetch], "one", **page)) for version in article.captures)
    assert readings.save(store.db, CapturedReading(article.id, again), make.at(100)) == ()
    assert (rows(vault, what), rows(vault, "SELECT title, text, flags FROM articles")) == before
    assert rows(vault, "SELECT * FROM changed_readings") == []
    return tuple(version.fetch for version in article.captures)


def test_a_part_that_was_had_before_the_whole_is_no_version_again(store: Store, save: Any, make: Maker, vault: Path) -> None:
    part = "Пекарня закрылась в среду."
    save(part, 0, "one", flags=(PAGES_MISSING,))
    save(TEXT, 10, "one")
    assert rows(vault, "SELECT number, text FROM revisions") == [(1, TEXT)]
    assert unchanged(store, make, vault, {1: part, 2: TEXT}) == (2,)


def test_an_address_where_it_was_not_extracted_gives_no_version(
    store: Store, run: int, save: Any, make: Maker, vault: Path
) -> None:
    save(TEXT, 0, "one")
    gated = replace(parsed(make, "", "one", flags=(NOT_EXTRACTED,)), gate="topics of yesterday")
    store.save_article(run, make.fetch(f"{URL}?from=main", at=10, digest="sha256:b"), gated)
    save(TEXT, 20, "one")
    assert unchanged(store, make, vault, {1: TEXT, 2: TEXT + MENU, 3: TEXT}) == (1, 3)


def test_versions_that_were_not_kept_are_none_again(store: Store, save: Any, make: Maker, vault: Path) -> None:
    texts = {number: f"{TEXT} Обновление {number}." for number in range(1, 8)}
    for number, text in texts.items():
        save(text, number, "one", live=True)
    assert rows(vault, "SELECT count(*) FROM revisions") == [(4,)]
    assert unchanged(store, make, vault, texts, live=True) == (1, 2, 3, 4, 7), "the last is shown"

    again = [texts[number] + MENU * (number == 7) for number in (1, 2, 3, 4, 7)]
    found = read_again(store, make, again, live=True)
    assert [(c.fetch, c.field, c.before, c.parser_before) for c in found] == [(7, "text", texts[7], "")]
    assert rows(vault, "SELECT text FROM articles") == [(texts[7] + MENU,)]
    assert rows(vault, "SELECT text FROM revisions ORDER BY number") == [(texts[number],) for number in range(1, 5)]
    assert read_again(store, make, again, live=True) == ()


def test_what_any_parser_took_for_no_article_since_waits_no_more(store: Store, save: Any, make: Maker) -> None:
    save(TEXT, 0, "one")
    save(TEXT + MENU, 10, "two")
    (article,) = readings.captured(store.db, readings.mixed(store.db))
    readings.note_unreadable(store.db, article.id, [(article.captures[0], "not an article")], "two", make.at(5))
    assert readings.mixed(store.db) == [article.id], "the later version was not there then"
    readings.note_unreadable(store.db, article.id, [(article.captures[0], "not an article")], "three", make.at(20))
    assert readings.mixed(store.db) == []


def test_what_a_rereading_took_for_no_article_is_read_again_with_all(store: Store, run: int, make: Maker) -> None:
    for kind, outcome in (("article", Outcome.PARSER_ERROR), ("reread", Outcome.NOT_AN_ARTICLE)):
        store.save_fetch(run, make.fetch(URL, outcome, kind=kind, digest="sha256:0"), key="bereg.test/a")
    assert requests.unread(store.db, "") == []
    (page,) = requests.unread(store.db, "", rejected=True)
    assert page.fetch.outcome == Outcome.NOT_AN_ARTICLE, "and is not stored as that once more"

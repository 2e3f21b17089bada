"""The views of stories: their columns are told, and they say what is stored of who was first and from where."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.derive.copies import update_copies
from monitor.derive.stories import save_stories
from monitor.match import article_id, url_identity
from monitor.model import Attribution, Denial, Family, Outcome
from monitor.vault import Store, articles, open_reader, stories
from monitor.vault.statement_views import STATEMENT_VIEWS
from monitor.vault.story_views import STORY_VIEWS
from monitor.vault.views import TABLES, VIEWS

STORY = "Военкомат вручил повестки жильцам общежития политеха в Зареченске, сообщил комендант общежития Пётр Ермолаев. "


def url(name: str) -> str:
    return f"http://{name}.test/x"


def view(vault: Path, name: str) -> list[dict[str, Any]]:
    with open_reader(vault) as reader:
        return [dict(row) for row in reader.view(name)]


@pytest.mark.parametrize("name", [*STORY_VIEWS, *STATEMENT_VIEWS])
def test_every_column_is_told(name: str, store: Store, vault: Path, checkout: Path) -> None:
    _, *sections = (checkout / "docs" / "stories.md").read_text("utf-8").split("# The view `")
    (section,) = (section for section in sections if section.startswith(f"{name}`"))
    table = section.split("\n\n")[2]
    told = [column for names in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for column in re.findall(r"`(\w+)`", names)]
    with open_reader(vault) as reader:
        assert told == list(reader.columns(name))


@pytest.fixture
def story(store: Store, run: int, make: Any, vault: Path) -> str:
    """A wire, a reprint of it, one that credits it, and one that asked for itself; and an article that nobody else tells."""
    store.sync_sources([], [Family("wire", "wire", ("Agency",)), Family("house", "publisher", ("Rupor", "Krug"))])
    feed = "http://agency.test/feed"
    for at, listed in ((-20, []), (-10, [make.entry(url("agency"))])):
        store.save_feed(run, make.fetch(feed, Outcome.FEED, kind="feed", at=at), make.feed(*listed), listed)

    def save(name: str, text: str, published: float | None, *attributions: Attribution, **said: Any) -> None:
        page = make.parsed(url(name), STORY + text, title="Повестки в общежитии политеха", published=published, **said)
        page = replace(page, attributions=attributions, denials=(Denial(0, 3, 9, 30, ""),) if name == "krug" else ())
        store.save_article(run, make.fetch(url(name), at=5), page)

    save("agency", "Обход начался утром в понедельник и шёл до самого вечера во всех трёх корпусах общежития.", -15)
    save("bereg", "Обход начался утром в понедельник и шёл до самого вечера во всех трёх корпусах общежития.", -12)
    save("polden", "Об этом пишет агентство.", None, Attribution("outlet", "", "Agency", 0, 9))
    save("rupor", "Студенты говорят иное.", -30, Attribution("witness", "студенты", "", 1, 5))
    denied = (Attribution("outlet", "", "Agency", 10, 20), Attribution("official", "военком", "", 30, 40))
    save("krug", "Военком это отрицает, а жильцы корпуса рассказали нам подробности обхода.", -3, *denied)
    touched = articles.changed_articles(store.db)
    stories.save_sightings(store.db, touched)
    update_copies(store, touched, make.at(9))
    store.grouping.place(dict.fromkeys(touched, "s"))
    save_stories(store, {"s": touched})
    return "s"


def id_of(name: str) -> str:
    return article_id(url_identity(url(name)))


def test_a_story_says_who_was_first_in_what_interval_and_how_many_know(story: str, vault: Path) -> None:
    (row,) = view(vault, "stories")
    assert (row["articles"], row["texts"], row["outlets"], row["denials"]) == (5, 4, 5, 1)
    assert json.loads(row["outlet_names"]) == ["Agency", "Bereg", "Krug", "Polden", "Rupor"]
    assert (row["first_basis"], row["first_article"], row["first_outlet"]) == ("undetermined", "", "")
    assert (row["since"], row["until"]) == (None, "2026-05-18T11:50:00.000000Z")
    assert row["reason"] == "Polden declares no time, and it was not witnessed which outlet was first"
    assert (row["outlet"], row["regions"], row["topics"]) == ("Rupor", '["RU-VGG"]', '["summons"]')
    assert row["origins"] == 2


def test_origins_are_led_back_step_by_step(story: str, vault: Path) -> None:
    names = {id_of(name): name for name in ("agency", "bereg", "polden", "rupor", "krug")}
    found = [
        (names[row["article"]], row["rule"], names.get(row["from_article"], ""), row["is_origin"])
        for row in view(vault, "origins")
    ]
    assert found == [
        ("rupor", "firsthand", "", 1),
        ("agency", "wire", "", 1),
        ("bereg", "copy", "agency", 0),
        ("krug", "publisher", "rupor", 0),
        ("polden", "credits", "agency", 0),
    ]
    assert {row["rule"] for row in view(vault, "story_articles")} == {"firsthand", "wire", "copy", "publisher", "credits"}


def test_each_outlet_has_its_clocks(story: str, vault: Path) -> None:
    found = {row["outlet"]: (row["published"], row["absent"], row["first_seen"]) for row in view(vault, "who_first")}
    minute = "2026-05-18T{}:00.000000Z".format
    assert found["Agency"] == (minute("11:45"), minute("11:40"), minute("11:50"))
    assert found["Polden"] == (None, None, minute("12:05"))
    assert len(found) == 5


def test_a_story_that_is_no_more_leaves_nothing(story: str, store: Store, vault: Path) -> None:
    articles = [id_of(name) for name in ("agency", "bereg")]
    store.grouping.place(dict.fromkeys((id_of(name) for name in ("polden", "rupor", "krug")), "") | dict.fromkeys(articles, "t"))
    save_stories(store, {"t": articles})
    stories.forget(store.db, ["s"])
    for name in STORY_VIEWS.keys() - {"story_events"}:
        assert {row["story"] for row in view(vault, name)} == {"t"}


@pytest.mark.parametrize("name", [*VIEWS, *TABLES])
def test_no_view_goes_through_a_whole_table_for_each_of_its_rows(name: str, store: Store) -> None:
    """What a snapshot costs would grow with the square of the vault."""
    plan = {row["id"]: row for row in store.db.rows(f"EXPLAIN QUERY PLAN SELECT * FROM {name}")}
    tables = {row["name"] for row in store.db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    tables -= {"sources"}  # as long as the newsroom's list, and does not grow with what is stored
    called = {alias: table for table, alias in re.findall(r"\b(?:FROM|JOIN) (\w+) (\w)\b", VIEWS.get(name, ""))}

    def is_repeated(row: Any) -> bool:
        while row and not row["detail"].startswith("CORRELATED"):
            row = plan.get(row["parent"])
        return bool(row)

    scanned = [row["detail"].split()[1] for row in plan.values() if row["detail"].startswith("SCAN ") and is_repeated(row)]
    assert [one for one in scanned if called.get(one, one) in tables] == []

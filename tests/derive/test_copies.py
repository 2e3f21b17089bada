"""Whose text a group of copies is, and what it is called, as its articles come, change and go."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.derive.stories import update_stories
from monitor.match import article_id, url_identity
from monitor.model import Outcome
from monitor.vault import Store, articles, open_reader


def url(name: str) -> str:
    return f"http://{name}.test/x"


def id_of(name: str) -> str:
    return article_id(url_identity(url(name)))


@pytest.fixture
def save(store: Store, run: int, make: Any) -> Callable[..., None]:
    """Saves a text at an outlet's article, and finds what follows from it."""

    def one(name: str, text: str, *, at: float = 0, **said: Any) -> None:
        store.save_article(run, make.fetch(url(name), at=at), make.parsed(url(name), text, **said))
        update_stories(store, make.at(at))

    return one


def rows(vault: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.query(sql)]


def groups(vault: Path) -> dict[str, tuple[str, int, str]]:
    """Of each outlet's article: group, how many others carry it, whose copy it is."""
    names = {id_of(name): name for name in ("rupor", "bereg", "krug", "polden", "vesna")} | {"": ""}
    with open_reader(vault) as reader:
        view = [dict(row) for row in reader.view("coverage")]
    return {names[row["article"]]: (names[row["copy_group"]], row["copies"], names[row["copy_of"]]) for row in view}


def test_a_group_is_called_by_its_earliest_article_and_keeps_the_name_when_an_earlier_one_joins(
    save: Callable[..., None], vault: Path, text_of: Callable[..., str]
) -> None:
    save("rupor", text_of(1), published=-10)
    save("bereg", text_of(1), published=-20)
    assert groups(vault) == {"rupor": ("bereg", 1, "bereg"), "bereg": ("bereg", 1, "")}
    save("krug", text_of(1), published=-30)
    assert groups(vault) == {"rupor": ("bereg", 2, "krug"), "bereg": ("bereg", 2, "krug"), "krug": ("bereg", 2, "")}


def test_groups_that_a_new_text_joins_are_one_and_the_younger_name_leads_to_the_older(
    save: Callable[..., None], vault: Path, text_of: Callable[..., str]
) -> None:
    said = text_of(1, 120).split()
    for name, part in (("rupor", said[:60]), ("bereg", said[:60]), ("krug", said[60:]), ("polden", said[60:])):
        save(name, " ".join(part), published={"rupor": -5, "bereg": -4, "krug": -9, "polden": -8}[name])
    assert {group for group, *_ in groups(vault).values()} == {"rupor", "krug"}
    save("vesna", " ".join(said), at=5)
    assert {group for group, *_ in groups(vault).values()} == {"rupor"}
    assert rows(vault, "SELECT * FROM former_ids") == [("copies", id_of("krug"), id_of("rupor"), "2026-05-18T12:05:00.000000Z")]
    save("vesna", text_of(2), at=6)
    assert groups(vault)["rupor"] == ("rupor", 1, "")
    assert groups(vault)["krug"][0] == "polden", "the name krug leads elsewhere for ever"


def test_a_text_that_is_left_alone_has_no_group_and_gets_its_name_back(
    save: Callable[..., None], vault: Path, text_of: Callable[..., str]
) -> None:
    save("rupor", text_of(1), published=-20)
    save("bereg", text_of(1))
    save("bereg", text_of(2), at=1)
    assert groups(vault) == {"rupor": ("", 0, ""), "bereg": ("", 0, "")}
    save("krug", text_of(1), at=2, published=0)
    assert groups(vault)["krug"] == ("rupor", 1, "rupor")


def test_a_back_dated_copy_is_no_original(
    store: Store, run: int, save: Callable[..., None], vault: Path, make: Any, text_of: Callable[..., str]
) -> None:
    """The feed of the outlet was read without the article after the time at which it says that it published."""
    feed = "http://bereg.test/feed"
    for at, listed in ((-5, []), (10, [make.entry(url("bereg"), published=-300)])):
        store.save_feed(run, make.fetch(feed, Outcome.FEED, kind="feed", at=at), make.feed(*listed), listed)
    save("rupor", text_of(1), at=-6, published=-60)
    save("bereg", text_of(1), at=11, published=-300)
    assert groups(vault)["bereg"] == ("rupor", 1, "rupor")
    assert groups(vault)["rupor"][2] == ""
    assert rows(vault, "SELECT basis FROM copy_groups") == [("witnessed",)]


def test_copies_are_a_star_and_say_how_they_differ(save: Callable[..., None], vault: Path, text_of: Callable[..., str]) -> None:
    whole = text_of(1, 100)
    save("rupor", whole, title="Первый", published=-90)
    save("bereg", whole, title="Первый", published=-80)
    save("krug", whole, title="Второй", published=-70)
    save("polden", " ".join(whole.split()[:70]), published=-60)
    names = {id_of(name): name for name in ("rupor", "bereg", "krug", "polden")}
    found = {(frozenset((names[a], names[b])), kind) for a, b, kind, _ in rows(vault, "SELECT * FROM copies")}
    assert found == {
        (frozenset(("rupor", "bereg")), "exact"),
        (frozenset(("rupor", "krug")), "headline"),
        (frozenset(("rupor", "polden")), "cut"),
    }
    save("krug", whole, title="Первый", at=1, published=-70)
    assert {kind for _, _, kind, _ in rows(vault, "SELECT * FROM copies")} == {"exact", "cut"}


def test_a_group_of_which_nothing_is_relevant_has_no_original(
    save: Callable[..., None], vault: Path, text_of: Callable[..., str]
) -> None:
    for name in ("rupor", "bereg"):
        save(name, text_of(1), relevant=False)
    assert rows(vault, "SELECT original FROM copy_groups") == [("",)]
    save("krug", text_of(1), at=1)
    assert groups(vault) == {"krug": (groups(vault)["krug"][0], 0, "")}


def test_what_follows_is_found_once(store: Store, save: Callable[..., None], make: Any, text_of: Callable[..., str]) -> None:
    save("rupor", text_of(1))
    assert articles.changed_articles(store.db) == ()
    before = store.db.raw.total_changes
    update_stories(store, make.at(9))
    assert store.db.raw.total_changes == before

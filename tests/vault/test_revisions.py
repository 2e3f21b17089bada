"""The versions of an article: what is one, what is none, in whatever order they come."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Outcome
from monitor.vault import Store, open_reader
from monitor.vault.revisions import MOST_A_DAY, MOST_LIVE_A_DAY

A = "http://bereg.test/a"
Save = Callable[..., Any]


@pytest.fixture
def save(store: Store, run: int, make: Any) -> Save:
    def save(version: str, at: float, **article: object) -> Any:
        parsed = make.parsed(A, f"Текст {version} о пекарне, в котором ничего нет, кроме хлеба.")
        parsed = replace(parsed, article=replace(parsed.article, **article), substance=version)
        return store.save_article(run, make.fetch(A, at=at), parsed)

    return save


def versions(vault: Path) -> list[tuple[Any, ...]]:
    """Number, substance, minutes from noon at which it was first and last seen."""
    with open_reader(vault) as reader:
        rows = reader.query(
            "SELECT number, substance, (julianday(fetched) - julianday('2026-05-18T12:00')) * 1440 AS first,"
            " (julianday(last_seen) - julianday('2026-05-18T12:00')) * 1440 AS last FROM revisions ORDER BY number"
        )
        return [(row["number"], row["substance"], round(row["first"]), round(row["last"])) for row in rows]


def test_what_is_the_same_in_substance_is_one_version_from_its_first_sighting_to_its_last(save: Save, vault: Path) -> None:
    assert not save("a", 0).is_edited
    assert not save("a", 10).is_edited
    assert save("b", 20).is_edited
    assert not save("b", 30).is_edited
    assert versions(vault) == [(1, "a", 0, 10), (2, "b", 20, 30)]


def test_a_version_that_comes_back_is_another(save: Save, vault: Path) -> None:
    for at, version in enumerate("aba"):
        assert save(version, at * 10).is_edited is (at > 0)
    assert [row[:2] for row in versions(vault)] == [(1, "a"), (2, "b"), (3, "a")]


def test_one_that_stood_between_two_sightings_parts_them(save: Save, vault: Path) -> None:
    for at, version in ((0, "a"), (10, "a"), (30, "a"), (40, "a"), (20, "b")):
        save(version, at)
    assert versions(vault) == [(1, "a", 0, 10), (2, "b", 20, 20), (3, "a", 30, 40)]


@given(seen=st.lists(st.sampled_from("abc"), min_size=2, max_size=7), data=st.data())
@settings(max_examples=30)
def test_any_order_of_saving_ends_in_the_same_versions(
    seen: list[str], data: st.DataObject, make: Any, tmp_path_factory: Any
) -> None:
    def saved(order: list[tuple[int, str]]) -> list[tuple[Any, ...]]:
        path = tmp_path_factory.mktemp("vault") / "monitor.db"
        with Store.open(path) as store:
            store.db.pragma("synchronous = OFF")  # for speed: no power is cut here
            run = store.begin_run("feeds", make.at())
            for at, version in order:
                parsed = replace(make.parsed(A, f"Текст {version} о пекарне и хлебе."), substance=version)
                store.save_article(run, make.fetch(A, at=at), parsed)
        return versions(path)

    timed = [*enumerate(seen)]
    runs = [version for at, version in timed if at == 0 or seen[at - 1] != version]
    assert [row[1] for row in saved(timed)] == runs
    assert saved(data.draw(st.permutations(timed))) == saved(timed)


def test_of_what_changes_all_the_time_so_many_versions_a_day_are_kept_and_why_is_said(save: Save, vault: Path) -> None:
    for number in range(MOST_A_DAY + 5):
        save(str(number), number)
    save("the next day", 24 * 60 + MOST_A_DAY)
    assert len(versions(vault)) == MOST_A_DAY + 1
    with open_reader(vault) as reader:
        assert reader.query("SELECT limited FROM looks")[0][0] == "it changes all the time; 24 versions a day are kept"


def test_live_updates_are_one_article_that_grows(save: Save, vault: Path) -> None:
    for number in range(MOST_LIVE_A_DAY + 5):
        save(str(number), number, live=True)
    assert len(versions(vault)) == MOST_LIVE_A_DAY
    with open_reader(vault) as reader:
        assert reader.query("SELECT limited FROM looks")[0][0].startswith("live updates: one article that grows")


def test_a_look_that_finds_no_change_says_until_when_the_version_stood(
    save: Save, store: Store, run: int, make: Any, vault: Path
) -> None:
    save("a", 0)
    store.save_fetch(run, make.fetch(A, Outcome.UNCHANGED, kind="recheck", at=50))
    assert versions(vault) == [(1, "a", 0, 50)]

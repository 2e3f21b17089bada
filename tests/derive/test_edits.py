"""What changed between stored versions: found once each, and told apart from what a site changes everywhere."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.derive.edits import _digest, update_edits
from monitor.model import Edit
from monitor.trace.outlets import Outlets
from monitor.vault import Store, open_reader
from tests.records import make, run, store, text_of, vault

__all__ = ["make", "run", "store", "text_of", "vault"]

TEXT = "Пекарня закрылась в среду. Без работы остались девять человек. Соседи собирают подписи."


@pytest.fixture
def save(store: Store, run: int, make: Any) -> Any:
    def save(url: str, text: str, at: float, *, title: str = "Пекарня") -> None:
        parsed = make.parsed(url, text, title=title)
        article = replace(parsed.article, links=())
        store.save_article(run, make.fetch(url, at=at), replace(parsed, article=article, substance=f"{title} {text}"))

    return save


def edits(vault: Path) -> list[tuple[Any, ...]]:
    with open_reader(vault) as reader:
        names = "a.url, e.revision, e.class, e.disclosed, e.before, e.after, e.site_wide"
        return sorted(map(tuple, reader.query(f"SELECT {names} FROM version_edits e JOIN articles a ON a.id = e.article")))


def test_each_version_is_compared_once_with_the_one_before_it(store: Store, save: Any, vault: Path) -> None:
    url = "http://bereg.test/a"
    save(url, TEXT, 0)
    save(url, TEXT.replace("девять", "семь"), 10)
    update_edits(store, Outlets())
    update_edits(store, Outlets())
    assert edits(vault) == [(url, 2, "number", 0, "девять", "семь", 0)]
    save(url, TEXT.replace("девять", "семь").replace("среду", "пятницу"), 20)
    update_edits(store, Outlets())
    assert [row[1:3] for row in edits(vault)] == [(2, "number"), (3, "date")]


def test_a_version_that_comes_between_two_has_them_compared_anew(store: Store, save: Any, vault: Path) -> None:
    url = "http://bereg.test/a"
    save(url, TEXT, 0)
    save(url, TEXT.replace("девять", "пять"), 20)
    update_edits(store, Outlets())
    save(url, TEXT.replace("девять", "семь"), 10)
    update_edits(store, Outlets())
    assert [row[4:6] for row in edits(vault)] == [("девять", "семь"), ("семь", "пять")]


def test_what_many_pages_of_a_site_change_at_once_is_the_sites(store: Store, save: Any, vault: Path) -> None:
    urls = [f"http://bereg.test/{number}" for number in range(3)]
    line = "Прогноз погоды на завтра смотрите ниже."
    for number, url in enumerate(urls):
        save(url, f"{TEXT}\nНомер {number}.\n{line}", number, title=f"Заметка {number}")
        save(url, f"{TEXT}\nНомер {number}.", 10 + number, title=f"Заметка {number} | Берег")
    other = "http://polden.test/x"
    save(other, f"{TEXT}\n{line}", 0)
    save(other, TEXT, 10)
    update_edits(store, Outlets())
    assert {row[6] for row in edits(vault) if row[0] in urls} == {1}
    assert [(row[2], row[6]) for row in edits(vault) if row[0] == other] == [("passage_removed", 0)]


def test_what_three_reports_of_one_story_change_alike_is_no_sites(store: Store, save: Any, vault: Path) -> None:
    urls = [f"http://bereg.test/{number}" for number in range(3)]
    for number, url in enumerate(urls):
        save(url, f"{TEXT}\nНомер {number}.", number)
        save(url, f"{TEXT.replace('девять', 'семь')}\nНомер {number}.", 10 + number)
    with store.db.transaction():
        store.db.change("UPDATE articles SET story = 's'")
    update_edits(store, Outlets())
    assert [row[6] for row in edits(vault)] == [0, 0, 0]


def test_a_text_of_no_end_is_not_compared(store: Store, save: Any, vault: Path) -> None:
    url = "http://bereg.test/a"
    save(url, "Хлеб. " * 40_000, 0)
    save(url, "Хлеб и соль. " * 40_000, 1)
    update_edits(store, Outlets())
    save(url, "Хлеб.", 2)
    update_edits(store, Outlets())
    assert edits(vault) == []


def test_a_question_that_became_a_call_is_another_edit_than_one_that_became_a_statement() -> None:
    def digest(before: str, after: str) -> str:
        return _digest(Edit("headline", False, f"Уехал{before}", f"Уехал{after}", 0, 6, 0, 6))

    assert len({digest("?", "."), digest("?", "!"), digest(".", ".")}) == 3

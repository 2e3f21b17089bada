"""Who speaks, what is denied elsewhere and which figures differ: found where a crawl touched a story, the same as all anew."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count, starmap
from pathlib import Path
from typing import Any

import pytest

from monitor.derive.statements import update_statements
from monitor.match import article_id, url_identity
from monitor.model import Attribution, Denial, FirstReport, Outcome, Rejection
from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials
from monitor.trace.outlets import Outlets
from monitor.vault import Store, open_reader, stories

Save = Callable[..., str]


@pytest.fixture
def save(store: Store, run: int, make: Any) -> Save:
    """Saves an article in which these speak, in the order of the text; its id."""

    minutes = count()

    def one(host: str, *names: str, kind: str = "official", denies: str = "", **said: Any) -> str:
        url = f"http://{host}.test/x"
        page = make.parsed(url, f"Текст издания {host}. " + "слово " * 40, **said)
        spoken = tuple(Attribution(kind, name, "", 2 * n, 2 * n + 1) for n, name in enumerate(names))
        denied = (Denial(0, 3, 4, 6, denies),) if denies else ()
        store.save_article(run, make.fetch(url, at=next(minutes)), replace(page, attributions=spoken, denials=denied))
        return article_id(url_identity(url))

    return one


def tell(store: Store, **told: Sequence[str]) -> None:
    members = {article: story for story, articles in told.items() for article in articles}
    others = {row["id"] for row in store.db.rows("SELECT id FROM articles WHERE story <> ''")} - members.keys()
    store.grouping.place(dict.fromkeys(others, ""))
    stories.save(store.db, members, dict.fromkeys(told, FirstReport("", "undetermined")))
    update_statements(store)


def rows(vault: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.query(sql)]


def speakers(vault: Path) -> dict[str, tuple[Any, ...]]:
    found = rows(vault, "SELECT speaker_id, name, kind, named, forms, quotes, articles, outlets FROM speakers")
    return {id_: (*row[:3], json.loads(row[3]), *row[4:]) for id_, *row in found}


def test_one_person_is_one_speaker_wherever_he_is_quoted(store: Store, save: Save, vault: Path) -> None:
    a = save("bereg", "Евгений Малышев", "чиновники")
    b = save("rupor", "Малышева", kind="other", denies="Малышев")
    c = save("polden", "Evgeny Malyshev")
    tell(store, s=[a, b], t=[c])
    found = speakers(vault)
    assert found == {
        "evgn-malisv": (
            "Евгений Малышев", "official", "yes", ["Evgeny Malyshev", "Евгений Малышев", "Малышев", "Малышева"], 3, 3, 3
        ),
        "some-cinovnik": ("чиновники", "official", "no", ["чиновники"], 1, 1, 1),
    }  # fmt: skip
    assert rows(vault, "SELECT speaker_id FROM denials") == [("evgn-malisv",)]
    assert rows(vault, "SELECT denials FROM speakers ORDER BY 1") == [(0,), (1,)]


def test_a_surname_goes_with_its_story(store: Store, save: Save, vault: Path) -> None:
    a, b = save("bereg", "Евгений Малышев"), save("rupor", "Малышев")
    tell(store, s=[a, b])
    assert [*speakers(vault)] == ["evgn-malisv"]
    tell(store, s=[a], t=[b])
    assert {*speakers(vault)} == {"evgn-malisv", "malisv-t"}
    c = save("polden", "Олег Малышев")
    tell(store, t=[a, b, c])
    assert {*speakers(vault)} == {"evgn-malisv", "malisv-t", "olg-malisv"}


def test_a_speaker_of_whom_no_word_is_left_is_gone(store: Store, save: Save, vault: Path) -> None:
    a = save("bereg", "Евгений Малышев")
    tell(store, s=[a])
    assert save("bereg", "Олег Дубов") == a
    tell(store, s=[a])
    assert [*speakers(vault)] == ["olg-dubv"]
    save("bereg", "Олег Дубов", relevant=False)
    tell(store)
    assert rows(vault, "SELECT * FROM speaker_names") == []


def test_speakers_are_named_anew_where_the_rules_of_naming_have_changed(store: Store, save: Save, vault: Path) -> None:
    a, b = save("bereg", "Евгений Малышев"), save("rupor", "Малышев", denies="Малышев")
    tell(store, s=[a, b])
    state = "SELECT * FROM speaker_names", "SELECT speaker_id FROM attributions UNION ALL SELECT speaker_id FROM denials"
    right = [rows(vault, sql) for sql in state]
    # As a former version named them: one under another id, one by another name.
    store.db.change("UPDATE attributions SET speaker_id = 'malisv-former' WHERE article = ?", (b,))
    store.db.change("INSERT INTO speaker_names SELECT 'malisv-former', 'Малыш', kind, named, forms FROM speaker_names")
    store.db.change("UPDATE speaker_names SET name = 'Евгенья Малышев' WHERE speaker_id = 'evgn-malisv'")
    update_statements(store)
    assert [rows(vault, sql) for sql in state] != right
    update_statements(store, anew=True)
    assert [rows(vault, sql) for sql in state] == right


NAMES = ("Евгений Малышев", "Малышева", "Олег Малышев", "Пётр Раменский", "Раменскому", "чиновники", "Берег", "Берегу")


@pytest.mark.parametrize("seed", range(5))
def test_what_is_found_bit_by_bit_is_what_is_found_anew(seed: int, store: Store, save: Save, vault: Path) -> None:
    chance = random.Random(seed)
    said: dict[str, str] = {}
    for _ in range(12):
        host = chance.choice(["bereg", "rupor", "polden", "krug", "vest"])
        article = save(host, *chance.sample(NAMES, 2), denies=chance.choice(["", *NAMES]), relevant=chance.random() > 0.2)
        said[article] = chance.choice("st")
        relevant = {id_ for (id_,) in rows(vault, "SELECT id FROM articles WHERE relevant = 1")}
        told = {name: [article for article, story in said.items() if story == name and article in relevant] for name in "st"}
        tell(store, **told)
    state = "SELECT rowid, speaker_id, '' FROM attributions UNION ALL SELECT rowid, speaker_id, claimed_by_id FROM denials"
    step_by_step = rows(vault, state), rows(vault, "SELECT * FROM speaker_names")
    store.db.change("UPDATE attributions SET speaker_id = ''")
    store.db.change("UPDATE denials SET speaker_id = '', claimed_by_id = ''")
    store.db.change("DELETE FROM speaker_names")
    store.db.change("INSERT OR IGNORE INTO changed_statements SELECT id FROM articles")
    update_statements(store)
    assert (rows(vault, state), rows(vault, "SELECT * FROM speaker_names")) == step_by_step
    assert step_by_step[1]


CLAIM = "Студентов выгнали из общежития ночью, рассказала соседка Анна Лесная. Увезли 40 студентов из общежития, сказала она."
DENIAL = "Ректор Олег Дубов опроверг слухи о том, что студентов выгнали из общежития. Увезли 25 студентов из общежития."


def test_a_story_keeps_what_its_articles_say_against_each_other(store: Store, run: int, make: Any, vault: Path) -> None:
    ids = []
    for host, text in (("bereg", CLAIM), ("rupor", DENIAL)):
        url = f"http://{host}.test/x"
        said = find_attributions(text=text, language="ru", links=(), outlets=Outlets())
        denied = find_denials(text=text, language="ru", attributions=said)
        store.save_article(run, make.fetch(url), replace(make.parsed(url, text, published=-9), attributions=said, denials=denied))
        ids.append(article_id(url_identity(url)))
    tell(store, s=ids)
    found = rows(vault, "SELECT story, claim, claimed_by, claim_outlet, denial, speaker_id, outlet FROM denied_elsewhere")
    assert found == [
        ("s", "Студентов выгнали из общежития ночью", "Анна Лесная", "Bereg", "Ректор Олег Дубов опроверг", "olg-dubv", "Rupor")
    ]
    figures = rows(vault, "SELECT figure, figure_words, outlet FROM disputed_figures ORDER BY 1")
    assert figures == [(25.0, "25 студентов", "Rupor"), (40.0, "40 студентов", "Bereg")]
    state = [rows(vault, f"SELECT * FROM {table}") for table in ("cross_denials", "story_figures")]
    # As workers find it, and where no worker does.
    for each in (starmap, lambda _, tasks: (Rejection(Outcome.PARSER_LIMIT, "") for _ in tasks)):
        for table in ("cross_denials", "story_figures"):
            store.db.change(f"DELETE FROM {table}")
        store.db.change("INSERT INTO changed_statements VALUES ('s')")
        update_statements(store, each=each)
        assert [rows(vault, f"SELECT * FROM {table}") for table in ("cross_denials", "story_figures")] == state
    tell(store, s=ids[:1], t=ids[1:])
    assert rows(vault, "SELECT * FROM cross_denials") == rows(vault, "SELECT * FROM story_figures") == []


def test_how_often_a_speaker_is_called_what_is_what_a_count_of_all_gives(store: Store, save: Save) -> None:
    """After articles that came, whose words went, that are relevant no more, and whose language is another now."""
    a, b = save("bereg", "Евгений Малышев", "чиновники"), save("rupor", "Малышев", denies="Малышев")
    c = save("polden", "Малышева", kind="other")
    tell(store, s=[a, b], t=[c])
    assert counted(store) == counted_anew(store)
    assert sum(times for *_, times in counted(store)) == 5
    tell(store, s=[a], t=[b, c])
    save("bereg", "Малышев")
    save("rupor", relevant=False)
    tell(store, s=[a], t=[c])
    assert counted(store) == counted_anew(store)
    assert sum(times for *_, times in counted(store)) == 2
    store.db.change("UPDATE articles SET language = 'uk' WHERE id = ?", (a,))
    assert counted(store) == counted_anew(store)
    assert sorted(language for _, _, language, *_ in counted(store)) == ["ru", "uk"]


def counted(store: Store) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in store.db.rows("SELECT * FROM speaker_name_counts WHERE times > 0 ORDER BY 1, 2, 3, 4")]


def counted_anew(store: Store) -> list[tuple[Any, ...]]:
    rows = store.db.rows(
        """
        WITH said AS (
            SELECT speaker_id AS id, iif(speaker <> '', speaker, outlet) AS name, article, kind FROM attributions
            UNION ALL SELECT speaker_id, speaker, article, 'other' FROM denials
            UNION ALL SELECT claimed_by_id, claimed_by, article, 'other' FROM denials)
        SELECT s.id, s.name, a.language, s.kind, count(*) FROM said s JOIN articles a ON a.id = s.article
        WHERE s.id <> '' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""
    )
    return [tuple(row) for row in rows]

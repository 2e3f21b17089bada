"""What the vault keeps of texts so that copies are found: each text once, and little to do for a new one."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from monitor.derive.stories import update_stories
from monitor.match import copies as pure
from monitor.match import fingerprint
from monitor.vault import Store, open_reader
from monitor.vault.connection import stamp
from monitor.vault.migrations.steps import migrations
from monitor.vault.schema import APPLICATION_ID

Texts = Callable[..., str]
Save = Callable[..., set[int]]


def url(number: int) -> str:
    return f"http://outlet{number}.test/x"


@pytest.fixture
def save(store: Store, run: int, make: Any, vault: Path) -> Save:
    """Saves a text at an article's address, and gives the numbers of those that carry it too."""

    def one(number: int, text: str, *, at: float = 0) -> set[int]:
        id_ = store.save_article(run, make.fetch(url(number), at=at), make.parsed(url(number), text)).article
        with open_reader(vault) as reader:
            rows = reader.query(
                "SELECT url FROM article_wordings m JOIN wordings w ON w.id = m.wording JOIN wordings o USING (part)"
                " JOIN article_wordings s ON s.wording = o.id JOIN articles a ON a.id = s.article"
                " WHERE m.article = ?1 AND a.id <> ?1",
                (id_,),
            )
        return {int(row["url"].removeprefix("http://outlet").split(".")[0]) for row in rows}

    return one


@pytest.fixture
def most_compared(save: Save, text_of: Texts, compared: list[int], monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many comparisons an edit of a text costs at most, where many have signatures like its own and no more in common."""

    def most() -> int:
        for number in range(2 * pure.LINKS):
            save(number, f"{text_of(1)} отличие{number}")
        monkeypatch.setattr(pure, "compare", lambda *_: compared.append(1))
        costs = []
        for number in range(4):
            compared.clear()
            save(number, text_of(number + 2), at=1)
            costs.append(len(compared))
        return max(costs)

    return most


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each comparison of two texts."""
    made: list[int] = []
    compare = pure.compare
    monkeypatch.setattr(pure, "compare", lambda a, b: made.append(1) or compare(a, b))
    return made


def counts(vault: Path) -> list[int]:
    tables = ("wordings", "wording_bands", "wording_pairs", "article_wordings")
    with open_reader(vault) as reader:
        return [reader.query(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


def test_a_text_that_many_carry_is_kept_once_and_never_compared(
    save: Save, vault: Path, text_of: Texts, compared: list[int]
) -> None:
    for number in range(20):
        found = save(number, text_of(1))
    assert found == set(range(19))
    assert counts(vault) == [1, 42, 0, 20]
    assert not compared


def test_a_text_that_is_shown_no_more_is_forgotten(save: Save, vault: Path, text_of: Texts) -> None:
    for number in range(2):
        save(number, text_of(1))
    save(0, text_of(2), at=1)
    assert counts(vault) == [2, 84, 0, 2]
    save(1, text_of(2), at=1)
    assert counts(vault) == [1, 42, 0, 2]
    for number in range(2):
        save(number, "", at=2)
    assert counts(vault) == [0, 0, 0, 0]


def test_what_an_edited_text_alone_had_joined_is_parted(save: Save, text_of: Texts) -> None:
    said = text_of(1, 120).split()
    assert save(1, " ".join(said[:60])) == set()
    assert save(2, " ".join(said[60:])) == set()
    assert save(3, " ".join(said)) == {1, 2}
    assert save(3, text_of(9), at=1) == set()
    assert save(1, " ".join([*said[:60], "ещё"]), at=2) == set()


def test_what_is_alike_otherwise_stays_one_when_a_text_is_edited(save: Save, text_of: Texts) -> None:
    for number in range(4):
        save(number, f"{text_of(1)} отличие{number}")
    save(0, text_of(9), at=1)
    assert save(1, f"{text_of(1)} отличие1", at=2) == {2, 3}


def test_no_text_holds_a_group_together_alone(
    save: Save, vault: Path, text_of: Texts, compared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pure, "LINKS", 8)
    for number in range(60):
        save(number, f"{text_of(1)} отличие{number}")
    with open_reader(vault) as reader:
        links = reader.query(
            "SELECT count(*) AS n FROM wordings w JOIN wording_pairs p ON w.id IN (p.a, p.b) GROUP BY w.id ORDER BY n DESC"
        )
    assert links[0]["n"] <= 9  # one that it found itself, and LINKS that found it
    for number in range(60):
        compared.clear()
        save(number, text_of(number + 2), at=1)
        assert len(compared) <= 12  # some 9 links, of which one was at first no copy of what is left
        if number == 50:
            assert save(51, f"{text_of(1)} отличие51", at=2) == set(range(52, 60))


@pytest.mark.fault(74)
def test_what_an_edit_costs_is_bounded_where_nothing_turns_out_alike(most_compared: Callable[[], int]) -> None:
    """As many texts as may be compared with each that the edited one had joined: it had joined more than two."""
    assert 2 * pure.COMPARISONS < most_compared() <= 5 * pure.COMPARISONS


def test_the_words_that_may_be_compared_are_those_of_all_links_that_an_edit_leaves(
    most_compared: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.vault.copies.COMPARED_WORDS", 1)
    assert 1 <= most_compared() <= 1 + pure.COMPARISONS


@pytest.mark.fault(74)
def test_texts_of_very_many_words_cost_no_more_than_others(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    """40,000 characters each, in words of one letter; half of each is in all of them, so that all are candidates."""
    words: list[int] = []
    compare = pure.compare
    monkeypatch.setattr(pure, "compare", lambda a, b: words.append(len(a.split()) + len(b.split())) or compare(a, b))
    letters, sizes = "абвгдежзийклмнопрстуфхцчшщъыьэюя", list[tuple[int, int]]()
    for number in [*range(40), *range(6)]:
        ours, theirs = random.Random(number + len(sizes)), random.Random(0)
        said = (letter for _ in range(200) for letter in theirs.choices(letters, k=50) + ours.choices(letters, k=50))
        words.clear()
        save(number, " ".join(said), at=len(sizes) // 40)
        sizes.append((len(words), sum(words)))
    assert max(count for count, _ in sizes) > 2, "some were candidates"
    assert max(size for _, size in sizes) <= 5 * pure.COMPARED_WORDS


@pytest.mark.parametrize("differ", [0, 1])
def test_what_one_more_copy_costs_does_not_grow_with_its_group(
    store: Store, run: int, make: Any, text_of: Texts, compared: list[int], differ: int
) -> None:
    """Steps of SQLite's machine, rows and comparisons for twenty more copies: of a text that 40 carry, and of one that 400 do."""

    def cost(numbers: range) -> tuple[int, int, int]:
        compared.clear()
        before = store.db.raw.total_changes
        steps: list[int] = []
        with store.db.transaction():
            store.db.raw.set_progress_handler(lambda: steps.append(1) and None, 100)
            for number in numbers:
                text = f"{text_of(1)} отличие{number * differ}"
                store.save_article(run, make.fetch(url(number)), make.parsed(url(number), text))
            store.db.raw.set_progress_handler(None, 0)
        return len(steps), store.db.raw.total_changes - before, len(compared)

    cost(range(40))
    few = cost(range(40, 60))
    cost(range(60, 400))
    many = cost(range(400, 420))
    assert many[0] <= 1.2 * few[0]
    assert many[1] <= 1.2 * few[1]
    assert many[2] <= 20 * differ


def older_vault(path: Path, texts: dict[str, tuple[str, str]]) -> None:
    """A vault of before wordings were kept: a signature and bands for each article, a row for each two copies."""
    names = [step.__name__ for step in migrations]
    done = names.index("m0015_wordings")
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        for step in migrations[:done]:
            step(db)
        db.execute(f"PRAGMA user_version = {done}")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")

        def insert(table: str, **values: Any) -> None:
            for column in db.execute(f"PRAGMA table_info({table})").fetchall():
                if column["notnull"] and column["dflt_value"] is None:
                    values.setdefault(column["name"], "" if column["type"] == "TEXT" else 0)
            db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", [*values.values()])

        insert("runs", id=1)
        insert("fetches", id=1, run=1)
        for id_, (text, group) in texts.items():
            mine = fingerprint("Заголовок", text)
            seen = stamp(datetime(2026, 5, 18, tzinfo=UTC))
            known = {"words": mine.words, "copy_group": group, "relevant": 1, "first_seen": seen, "fetch": 1}
            insert("articles", id=id_, key=id_, text=text, **known)
            insert("sketches", article=id_, digest=mine.digest, signature=mine.signature)
            for band in mine.bands or (1,):
                insert("bands", band=band, article=id_)
        grouped = [id_ for id_, (_, group) in sorted(texts.items()) if group]
        for a, b in combinations(grouped, 2):
            insert("copies", a=a, b=b, kind="near", similarity=0.9)


def test_a_vault_of_before_keeps_its_copies_and_finds_more(tmp_path: Path, make: Any, text_of: Texts) -> None:
    older = tmp_path / "older.db"
    texts = {"a": text_of(1), "b": text_of(1), "c": f"{text_of(1)} ещё", "d": text_of(2), "e": "", "f": "Читать далее"}
    older_vault(older, {id_: (text, "a" if id_ in "abc" else "") for id_, text in texts.items()})
    with Store.open(older) as store:
        assert counts(older) == [4, 126, 1, 5]
        store.save_article(1, make.fetch(url(9)), make.parsed(url(9), f"{text_of(1)} ещё раз"))
        update_stories(store, make.at(2))
    with open_reader(older) as reader:
        groups = reader.query("SELECT copy_group, count(*) AS n FROM articles WHERE copy_group <> '' GROUP BY copy_group")
        assert [tuple(row) for row in groups] == [("a", 4)]

"""The vault of growth.py, multiplied: each table is left out by name, or can be had twice."""

import sys
from pathlib import Path

import pytest

from monitor.vault import Store, lists
from tests.records import Maker


def test_a_vault_is_multiplied_with_all_of_its_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parent), *sys.path])  # as a script's
    import growth

    make, data = Maker(), tmp_path / "monitor.db"
    with Store.open(data) as store:
        lists.note_digests(store.db, {"sources.csv": "0"})
        run = store.begin_run("feeds", make.at(0))
        for number in range(3):
            url = f"http://rupor.test/{number}"
            store.save_article(run, make.fetch(url), make.parsed(url, f"Текст {number}. " + "слово " * 40))
    growth.multiply(data, 3)
    assert growth.stored(tmp_path) == 9

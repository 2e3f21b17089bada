"""How common words are in a vault, as the program counts it, and as the newsroom's folder gives it back."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.derive import count_words
from monitor.errors import DataError
from monitor.lexicons import format_shares, parse_weights
from monitor.match.vocabulary import stem
from monitor.newsroom import catalogue
from monitor.vault import Store

TEXTS = [
    "Военкомат вручил повестки",
    "Военкомат закрылся",
    "Военкомат вручил повестки",
    "Summons were served",
    "Повестки, повестки",
]


@pytest.fixture
def filled(store: Store, run: int, vault: Path, make: Any) -> Path:
    for number, text in enumerate(TEXTS):
        url = f"http://bereg.test/{number}"
        store.save_article(
            run, make.fetch(url), make.parsed(url, text, title="Утро" if text[0] > "z" else "Morning", relevant=number > 2)
        )
    return vault


def count(vault: Path, folder: Path) -> str:
    done = CliRunner().invoke(count_words.main, [str(vault), "-o", str(folder)])
    assert done.exit_code == 0, done.output
    return done.output


def test_texts_are_counted_once_relevant_or_not(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_words, "LEAST_TEXTS", 3)
    said = count(filled, tmp_path / "words")
    assert "ru: 3 texts" in said
    assert "en: 1 texts; the shipped shares stay, 3 are needed" in said
    weights = parse_weights((tmp_path / "words" / "ru.txt").read_text("utf-8"))
    assert weights[stem("военкомат")] == weights[stem("повестки")] == 0.4  # -log(2/3)
    assert weights[stem("закрылся")] == 1.1
    assert weights[stem("утро")] == 0.0
    assert not (tmp_path / "words" / "en.txt").exists()


def test_what_the_newsroom_counted_takes_the_place_of_what_is_shipped(checkout: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(checkout / "data", data)
    shipped = catalogue.load(data).vocabulary
    (data / "words").mkdir()
    (data / "words" / "ru.txt").write_text("# counted\n1.5 gorod\n", encoding="utf-8")
    own = catalogue.load(data).vocabulary
    assert own.weight("ru", "gorod") == 150 != shipped.weight("ru", "gorod")
    assert own.weight("uk", "mista") == shipped.weight("uk", "mista")
    assert own.digest != shipped.digest
    (data / "words" / "ru.txt").write_text("# counted\n1.5 gorod\nмного gorod\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"ru\.txt:3: weight: begins with 'много'; a number is expected"):
        catalogue.load(data)


def test_shares_are_read_as_they_were_written() -> None:
    text = format_shares({"a": 1.0, "b": 0.5, "c": 0.5, "d": 1 / 6_000}, "Two\nlines")
    assert text == "# Two\n# lines\n0.0 a\n0.7 b c\n"
    assert parse_weights(text) == {"a": 0.0, "b": 0.7, "c": 0.7}

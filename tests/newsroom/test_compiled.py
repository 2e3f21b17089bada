"""Compiled topics are kept from one start to the next, and never taken for others."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from monitor.errors import DataError
from monitor.judge.lexicon_forms import lexicon_forms
from monitor.judge.topics import Topic, compile_topic
from monitor.judge.verdict import judge
from monitor.newsroom import catalogue, compiled, topics

TOPIC = """id = "floods"
title = {{ en = "Floods", ru = "Паводки", uk = "Повені" }}
query = "{query}"
"""
RIVER, BRIDGE = "Паводок затопил берег.", "Мост открыли утром."


@pytest.fixture
def folder(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("sources", "families", "regions", "towns"):
        (tmp_path / f"{name}.csv").write_bytes((checkout / "data" / f"{name}.csv").read_bytes().split(b"\n", 1)[0] + b"\n")
    (tmp_path / "topics").mkdir()
    write(tmp_path, "паводок")
    return tmp_path


def write(folder: Path, query: str) -> None:
    (folder / "topics" / "floods.toml").write_text(TOPIC.format(query=query), encoding="utf-8")


def held(topics: Sequence[Topic]) -> list[bool]:
    return [bool(judge(topics, title="", text=text, language="ru")) for text in (RIVER, BRIDGE)]


def kept(folder: Path, kind: str = "topics") -> list[Path]:
    return list((folder / "cache" / "povestka").glob(f"*.{kind}"))


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    done: list[object] = []

    def noted(spec: dict[str, object]) -> Topic:
        done.append(spec)
        return compile_topic(spec)

    monkeypatch.setattr(topics, "compile_topic", noted)
    return done


def test_topics_are_compiled_once(folder: Path, compilations: list[object]) -> None:
    first, second = catalogue.load(folder).topics, catalogue.load(folder).topics
    assert len(compilations) == 1
    assert held(first) == held(second) == [True, False]
    assert [path.stat().st_mode & 0o077 for path in kept(folder)] == [0]


def test_what_was_changed_is_compiled_anew(folder: Path, compilations: list[object]) -> None:
    catalogue.load(folder)
    write(folder, "мост")
    assert held(catalogue.load(folder).topics) == [False, True]
    assert len(compilations) == 2


def test_another_name_program_or_library_compiles_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = list((folder / "topics").iterdir())
    keys = {compiled.key_of(paths)}
    renamed = paths[0].with_name("rivers.toml")
    renamed.write_bytes(paths[0].read_bytes())
    keys.add(compiled.key_of([renamed]))
    monkeypatch.setattr(compiled, "code_digest", lambda: "another")
    keys.add(compiled.key_of(paths))
    monkeypatch.setattr(compiled, "version", lambda _: "another")
    keys.add(compiled.key_of(paths))
    assert len(keys) == 4


def test_what_topics_share_is_another_file_than_a_topic_of_its_name(folder: Path) -> None:
    (path,) = (folder / "topics").iterdir()
    shared = path.parent / "shared" / path.name
    shared.parent.mkdir()
    shared.write_bytes(path.read_bytes())
    assert compiled.key_of([path]) != compiled.key_of([shared])


def test_a_full_disk_leaves_nothing(folder: Path) -> None:
    program = (
        "import pathlib, resource; from monitor.newsroom import catalogue; resource.setrlimit(resource.RLIMIT_FSIZE, (99, 99));"
        f"catalogue.load(pathlib.Path({str(folder)!r}))"
    )
    ran = subprocess.run([sys.executable, "-B", "-c", program], check=False)
    assert ran.returncode == 0
    assert list((folder / "cache" / "povestka").iterdir()) == []


def test_topics_with_a_fault_are_not_kept(folder: Path) -> None:
    write(folder, "(паводок")
    for _ in range(2):
        with pytest.raises(DataError, match="query"):
            catalogue.load(folder)
    assert kept(folder) == []


@pytest.mark.parametrize("damage", ["cut", "another's", "empty"])
def test_what_cannot_be_trusted_is_compiled_anew(folder: Path, compilations: list[object], damage: str) -> None:
    catalogue.load(folder)
    (path,) = kept(folder)
    if damage == "another's":
        path.chmod(0o666)
    else:
        path.write_bytes(path.read_bytes()[: 100 if damage == "cut" else 0])
    assert held(catalogue.load(folder).topics) == [True, False]
    assert len(compilations) == 2
    assert held(catalogue.load(folder).topics) == [True, False]
    assert len(compilations) == 2, "it was written anew"


@pytest.mark.parametrize("place", ["a file", "no home"])
def test_without_a_folder_to_keep_them_topics_are_compiled(
    folder: Path, monkeypatch: pytest.MonkeyPatch, compilations: list[object], place: str
) -> None:
    if place == "a file":
        (folder / "cache").write_text("")
    else:
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    for _ in range(2):
        assert held(catalogue.load(folder).topics) == [True, False]
    assert len(compilations) == 2


def test_those_that_were_not_loaded_for_longest_go(folder: Path) -> None:
    topics = catalogue.load(folder).topics
    (first,) = kept(folder)
    for number in range(12):
        compiled.keep(f"{number}", topics)
        os.utime(first.parent / f"{number}.topics", (number, number))
    os.utime(first, (100, 100))
    compiled.keep("last", topics)
    assert {path.stem for path in kept(folder)} == {first.stem, "last", *map(str, range(6, 12))}


MADE = {"мост": "мост моста мосту", "bridge": "bridge bridge's bridges"}


@pytest.fixture
def makings(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    done: list[None] = []
    monkeypatch.setattr(compiled, "lexicon_forms", lambda: done.append(None) or MADE)
    return done


def test_the_lexicons_forms_are_looked_up_once(folder: Path, makings: list[None]) -> None:
    for _ in range(2):
        assert compiled.kept_forms.__wrapped__() == MADE
    assert len(makings) == 1
    assert [path.stat().st_mode & 0o077 for path in kept(folder, "forms")] == [0]


@pytest.mark.parametrize("damage", ["cut", "another's", "empty", "no word", "no text", "a hole"])
def test_forms_that_cannot_be_trusted_are_looked_up_anew(folder: Path, makings: list[None], damage: str) -> None:
    compiled.kept_forms.__wrapped__()
    (path,) = kept(folder, "forms")
    if damage == "another's":
        path.chmod(0o666)
    else:
        whole = path.read_bytes()
        damaged = {
            "cut": whole[:-5],
            "empty": b"",
            "no word": b"\n",
            "no text": b"\xff\n",
            "a hole": whole[:-9] + b"\0" * 8 + b"s",
        }
        path.write_bytes(damaged[damage])
    for _ in range(2):
        assert compiled.kept_forms.__wrapped__() == MADE
    assert len(makings) == 2, "they were written anew"


def test_forms_that_are_kept_are_those_of_the_dictionaries() -> None:
    found = lexicon_forms()
    assert {"губернатор", "пресс-секретарь", "міністр", "spokesman"} <= found.keys()
    asked = random.Random(1).sample(sorted(found), 100)
    program = (
        "import json, sys; from monitor.text.forms import forms;"
        "print(json.dumps([sorted(forms(word)) for word in json.load(sys.stdin)]))"
    )
    ran = subprocess.run([sys.executable, "-c", program], input=json.dumps(asked), capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [found[word].split() for word in asked]


def test_where_forms_are_kept_no_dictionary_is_loaded_for_a_first_article(checkout: Path) -> None:
    """What a worker does of it: each of them would load them, and each crawl has new ones."""
    program = (
        "import pathlib, sys; from monitor.newsroom import catalogue;"
        "from monitor.judge.places import find_places; from monitor.judge.verdict import judge;"
        f"data = catalogue.load(pathlib.Path({str(checkout / 'data')!r}));"
        "text = 'The governor of Tula said that reservists had been called up.';"
        "print(len(find_places(data.gazetteer, title='', text=text, language='en')),"
        " len(judge(data.topics, title='', text=text, language='en')), {'pymorphy3', 'simplemma'} & sys.modules.keys())"
    )
    for _ in range(2):  # of the first, forms and topics are kept
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "1 2 set()\n"

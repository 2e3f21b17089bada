"""Marks: what is marked stays, is taken back by name, and is told as of another time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import LockedError, StoreError, UsageError
from monitor.vault import Store
from monitor.vault.marks import MOST, MOST_TAGS, Mark, Notes, all_marks, copy_notes, marks_of, newest, notes_of, tags

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return notes_of(tmp_path / "monitor.db")


def add(path: Path, kind: str, text: str = "", *, article: str = "a", by: str = "Мария", minutes: float = 0) -> None:
    with Notes.open(path) as notes:
        notes.add(article, kind, text, by, NOON + timedelta(minutes=minutes))


def said(marks: list[Mark]) -> list[tuple[str, str, str]]:
    return [(mark.kind, mark.text, mark.marked_by) for mark in marks]


def test_marks_stand_until_they_are_taken_back_by_name(notes: Path) -> None:
    assert marks_of(notes, "a") == all_marks(notes) == newest(notes, most=9) == tags(notes) == []
    add(notes, "checked")
    add(notes, "note", "Позвонить\r\nв комиссариат ", minutes=1)
    add(notes, "tag", "  на   проверку", minutes=2)
    assert said(marks_of(notes, "a")) == [
        ("checked", "", "Мария"), ("note", "Позвонить\nв комиссариат", "Мария"), ("tag", "на проверку", "Мария"),
    ]  # fmt: skip
    with Notes.open(notes) as opened:
        opened.remove("b", 2, "Пётр", NOON + timedelta(minutes=3))  # which is no mark of that article
        opened.remove("a", 2, "Пётр", NOON + timedelta(minutes=3))
        opened.remove("a", 2, "Олег", NOON + timedelta(minutes=4))
    assert [mark.kind for mark in marks_of(notes, "a")] == ["checked", "tag"]
    (removed,) = [mark for mark in all_marks(notes) if mark.removed]
    assert (removed.text, removed.removed_by, removed.removed) == (
        "Позвонить\nв комиссариат",
        "Пётр",
        "2026-05-18T12:03:00.000000Z",
    )
    assert [mark.removed for mark in all_marks(notes, as_of=NOON + timedelta(minutes=1))] == [None, None]


def test_nothing_is_marked_twice(notes: Path) -> None:
    for by in ("Мария", "Пётр", "Мария"):
        add(notes, "checked", by=by)
        add(notes, "tag", "важно", by=by)
    assert said(marks_of(notes, "a")) == [("checked", "", "Мария"), ("tag", "важно", "Мария"), ("checked", "", "Пётр")]


def test_tags_are_counted_and_chosen_by(notes: Path) -> None:
    for article, tag in (("a", "важно"), ("b", "важно"), ("b", "суд")):
        add(notes, "tag", tag, article=article)
    add(notes, "note", "x", article="c")
    assert tags(notes) == [("важно", 2), ("суд", 1)]
    assert {mark.article for mark in newest(notes, tag="важно", most=9)} == {"a", "b"}
    assert [mark.article for mark in newest(notes, most=2)] == ["c", "b"]


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("note", " \r\n", "nothing written"), ("tag", "", "nothing written"), ("tag", "ж" * 61, "61 characters; 60 are the most"),
        ("note", "ж" * 5_001, "5001 characters"), ("praise", "x", "no mark praise"),
    ],
)  # fmt: skip
def test_what_is_no_mark_is_refused(notes: Path, kind: str, text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        add(notes, kind, text)
    assert all_marks(notes) == []


def test_an_article_has_so_many_marks_at_a_time(notes: Path) -> None:
    with Notes.open(notes) as opened:
        for number in range(MOST):
            opened.add("a", "note", str(number), "Мария", NOON)
        with pytest.raises(UsageError, match="take one back first"):
            opened.add("a", "note", "one more", "Мария", NOON)
        opened.add("b", "note", "one more", "Мария", NOON)


def test_texts_that_break_programs_come_back_as_they_were(notes: Path) -> None:
    text = "\u202egpj.exe '; DROP TABLE marks; -- {{ 7*7 }} <script>alert(1)</script> \U0001f937\u200d =1+1"
    add(notes, "note", text + "\udcff")
    assert marks_of(notes, "a")[0].text == text + "\ufffd"


def test_one_process_writes_and_another_programs_file_stays(notes: Path, tmp_path: Path) -> None:
    with Notes.open(notes), pytest.raises(LockedError):
        add(notes, "checked")
    Store.open(tmp_path / "monitor.db").close()
    with pytest.raises(StoreError, match="database of another program"):
        add(tmp_path / "monitor.db", "checked")


def test_a_copy_has_all(notes: Path, tmp_path: Path) -> None:
    add(notes, "note", "x")
    copy_notes(notes, tmp_path / "copy.db")
    assert all_marks(tmp_path / "copy.db") == all_marks(notes)


def test_the_most_used_tags_alone_are_offered(notes: Path) -> None:
    with Notes.open(notes) as opened:
        for number in range(MOST_TAGS + 1):
            opened.add(f"of {number}", "tag", f"тег {number:03}", "Мария", NOON)
        opened.add("another", "tag", f"тег {MOST_TAGS:03}", "Мария", NOON)
    offered = tags(notes)
    assert (len(offered), offered[0]) == (MOST_TAGS, (f"тег {MOST_TAGS:03}", 2))

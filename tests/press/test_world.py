"""The written world: checked to the letter, and told as it stands at a time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import DataError
from monitor.press.world import MOMENTS, WrittenWorld, load, paragraphs_of

Write = Callable[..., Path]


def test_the_written_world_is_without_fault_and_as_large_as_promised(world: WrittenWorld) -> None:
    assert len(world.outlets) >= 12
    assert {outlet.language for outlet in world.outlets.values()} == {"ru", "uk", "en"}
    assert len(world.entries) >= 190
    assert len({outlet.markup for outlet in world.outlets.values()}) >= 6
    assert {feed.format for outlet in world.outlets.values() for feed in outlet.feeds} >= {
        "rss2.0",
        "rss0.91",
        "rdf",
        "atom",
        "json",
    }
    assert all(outlet.address.startswith("127.") for outlet in world.outlets.values())


def test_the_written_world_has_what_the_crawl_must_cope_with(world: WrittenWorld) -> None:
    entries = world.entries.values()
    assert any(entry.original for entry in entries)
    assert any(entry.edited for entry in entries)
    assert any(entry.removed_at for entry in entries)
    assert any(entry.first.challenge for entry in entries)
    assert any(not entry.first.listed for entry in entries)
    assert any(entry.first.path.startswith("/closed/") for entry in entries)
    assert any(MOMENTS[1] < entry.first.published for entry in entries), "something is published between the moments"


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "what"),
    [
        ('"vesna-002"\nof', '"vesna-001"\nof', 14, "id", "twice"),
        ('"vesna-002"\nof', '"osen-002"\nof', 14, "id", "not the file's outlet"),
        ('of = "vesna-001"', 'of = "vesna-009"', 14, "of", "'vesna-009' is no [[article]]"),
        ("article:vesna-002", "article:vesna-003", 2, "body", "links to 'vesna-003'"),
        ("article:vesna-002", "javascript:alert", 2, "body", "links to 'javascript:alert'"),
        ('"vtoraya"', '"pervaya"', 14, "slug", "that of vesna-001 too"),
        ('"vtoraya"', '"Вторая"', 14, "slug", "lower-case Latin"),
        ("2026-05-10T10:00:00+03:00", "2026-05-10T10:00:00", 2, "published", "no time zone"),
        ("2026-05-10T10:00:00+03:00", "12 мая", 2, "published", "not an ISO time"),
        ("2026-05-10T12:00:00+03:00", "2026-05-20T12:00:00+03:00", 14, "published", "not between"),
        ("2026-05-10T12:00:00+03:00", "2024-05-10T12:00:00+03:00", 14, "published", "not between"),
        ("2026-05-10T12:00:00+03:00", "2026-05-09T12:00:00+03:00", 14, "published", "before that of its original"),
        ('title = "Первая заметка"\n', "", 2, "title", "is missing"),
        ('title = "Первая заметка"', "title = 7", 2, "title", "is int, not str"),
        ('title = "Первая заметка"', 'titel = "Первая"\ntitle = "Первая заметка"', 2, "titel", "is unknown"),
        (
            'of = "vesna-001"',
            'of = "vesna-001"\nkeep = 1\nchanges = [["Конец", "Край"]]',
            14,
            "changes",
            "'Конец' is not in the text",
        ),
        ('of = "vesna-001"', 'of = "vesna-001"\nchanges = [["Конец"]]', 14, "changes", "is not a pair"),
        ('of = "vesna-001"', 'of = "vesna-001"\nrelated = ["vesna-077"]', 14, "related", "'vesna-077' is no article"),
        ('of = "vesna-001"', 'of = "vesna-001"\nremoved = 3', 14, "removed", "moment 3 is unknown"),
        (
            'section = "news"\ntitle',
            'section = "news"\nmodified = "2026-05-09T10:00:00+03:00"\ntitle',
            2,
            "modified",
            "before published",
        ),
        ("[[copy]]", "[article.edit]\nmoment = 2\n\n[[copy]]", 2, "edit", "changes nothing"),
        ("[[copy]]", '[article.edit]\nmoment = 2\ntext = "a"\n\n[[copy]]', 2, "text", "is unknown"),
        ("[[copy]]", "[[kopy]]", 1, "kopy", "is unknown"),
    ],
)
def test_a_fault_in_an_article_is_told_with_its_file_line_and_field(
    written: Write, sound: tuple[str, str], old: str, new: str, line: int, field: str, what: str
) -> None:
    articles = sound[0]
    assert articles.count(old) == 1
    with pytest.raises(DataError) as error:
        load(written(articles.replace(old, new)))
    assert any((f.file, f.line, f.field) == ("vesna.toml", line, field) and what in f.what for f in error.value.faults), str(
        error.value
    )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"127.0.0.91"', '"192.0.2.1"', "no loopback address"),
        ('"rss2.0"', '"rss3.0"', "'rss3.0' is none of"),
        ('kind = "independent"', 'sort = "independent"', "unexpected keyword argument 'sort'"),
        ('markup = "plain"', 'markup = "plain"\nld = "yes"', "'yes' is none of"),
        ('markup = "plain"', 'markup = "plain"\nchallenge = { vesna-099 = 403 }', "'vesna-099' is nowhere"),
    ],
)
def test_a_fault_in_the_outlets_is_told(written: Write, sound: tuple[str, str], old: str, new: str, what: str) -> None:
    articles, outlets = sound
    with pytest.raises(DataError, match=r"outlets\.toml") as error:
        load(written(articles, outlets.replace(old, new)))
    assert what in str(error.value)


def test_all_faults_are_told_at_once(written: Write, sound: tuple[str, str]) -> None:
    broken = sound[0].replace('"vtoraya"', '"Вторая"').replace("2026-05-10T10:00:00+03:00", "вчера")
    with pytest.raises(DataError) as error:
        load(written(broken))
    assert {fault.field for fault in error.value.faults} >= {"slug", "published"}


def test_a_file_that_is_not_toml_is_told(written: Write) -> None:
    with pytest.raises(DataError, match=r"vesna\.toml:1: file: cannot be read as TOML"):
        load(written("[[article"))


def test_a_copy_is_made_from_its_original(written: Write, sound: tuple[str, str]) -> None:
    more = 'of = "vesna-001"\nkeep = 1\nlead = "Как сообщает «Весна»."\nchanges = [["Начало", "Первые слова"]]'
    copy = load(written(sound[0].replace('of = "vesna-001"', more))).entries["vesna-002"]
    assert copy.original == "vesna-001"
    assert copy.first.title == "Первая заметка"
    assert copy.first.text == "Как сообщает «Весна».\nПервые слова заметки."


def test_an_article_is_there_from_its_time_until_it_is_removed(written: Write, sound: tuple[str, str]) -> None:
    world = load(written(sound[0].replace('title = "Первая заметка"', 'title = "Первая заметка"\nremoved = 2')))
    published = datetime.fromisoformat("2026-05-10T10:00:00+03:00")
    outlet, path = world.place("vesna-001")
    assert world.at(outlet.id, path, published - timedelta(seconds=1)) is None
    for moment in (published, MOMENTS[1], MOMENTS[2] - timedelta(seconds=1)):
        assert world.at(outlet.id, path, moment)
    assert world.at(outlet.id, path, MOMENTS[2]) is None
    assert [piece.id for piece in world.newest("vesna", MOMENTS[2], 9)] == ["vesna-002"]


def test_an_edit_is_silent_unless_it_says_otherwise(written: Write, sound: tuple[str, str]) -> None:
    edit = '[article.edit]\nmoment = 2\ntitle = "Заметка"\n\n[[copy]]'
    entry = load(written(sound[0].replace("[[copy]]", edit))).entries["vesna-001"]
    before, after = entry.at(MOMENTS[1]), entry.at(MOMENTS[2])
    assert before
    assert after
    assert (before.title, after.title) == ("Первая заметка", "Заметка")
    assert after.modified is None
    assert after.text == before.text
    assert after.changed == MOMENTS[2]


def test_what_is_not_listed_is_found_only_at_its_address(written: Write, sound: tuple[str, str]) -> None:
    world = load(written(sound[0].replace('of = "vesna-001"', 'of = "vesna-001"\nlisted = false')))
    assert [piece.id for piece in world.newest("vesna", MOMENTS[1], 9)] == ["vesna-001"]
    assert world.at("vesna", "/news/vtoraya", MOMENTS[1])


_WORDS = st.text(st.characters(blacklist_characters="[]()", blacklist_categories=("Cs", "Cc")), min_size=1).filter(str.strip)


@given(st.lists(st.tuples(_WORDS, _WORDS, _WORDS), min_size=1, max_size=4))
def test_links_keep_the_words_around_them(paragraphs: list[tuple[str, str, str]]) -> None:
    squeezed = [tuple(" ".join(words.split()) for words in paragraph) for paragraph in paragraphs]
    body = "\n\n".join(f"{a} [{anchor}](article:vesna-001) {z}" for a, anchor, z in squeezed)
    found = paragraphs_of(body)
    assert ["".join(run.text for run in paragraph) for paragraph in found] == [" ".join(words) for words in squeezed]
    assert all([run.target for run in paragraph] == ["", "vesna-001", ""] for paragraph in found)

"""The cues of countries: each entry does its work in its own example, and the languages are equals."""

from functools import cache

import pytest

from monitor.judge.countries import COUNTRIES, Countries, cues_of, lexicon_nodes
from monitor.judge.document import Document, Vocabulary, vocabulary
from monitor.lexicons import LANGUAGES, lexicon

CUES = lexicon("countries")
ENTRIES = [
    (language, section, entry, example)
    for language, sections in CUES.items()
    for section, entries in sections.items()
    for entry, example in entries.items()
]


@cache
def known() -> Vocabulary:
    """Made by who runs these tests: all processes collect them, and it takes 2 s."""
    return vocabulary(list(lexicon_nodes("")))


def read(example: str) -> Document:
    return Document(known(), title="", text=example)


def test_each_country_is_named_by_its_example() -> None:
    lost = [
        (language, section, entry)
        for language, section, entry, example in ENTRIES
        if section.isupper() and (section, entry) not in {(c.country, c.entry) for c in cues_of(read(example), (), language)}
    ]
    assert lost == []
    assert len(ENTRIES) > 1_200


def test_each_fixed_phrase_takes_a_country_out_of_its_example() -> None:
    phrases = [(language, example) for language, section, _, example in ENTRIES if section == "fixed"]
    assert [(language, example) for language, example in phrases if cues_of(read(example), (), language)] == []
    assert len(phrases) > 30


@pytest.mark.parametrize("section", ["direction", "leaving", "war", "border"])
def test_each_word_of_passing_leaves_its_example_without_a_seat(section: str) -> None:
    for language, of, entry, example in ENTRIES:
        if of == section:
            document = read(example)
            cues = cues_of(document, (), language)
            assert {cue.country for cue in cues} - {"RU"}, (entry, "its example names no other country")
            country = Countries(document, cues, language=language, home="RU").of((0,), is_strong=True).country
            assert country in {"RU", "UA" if language == "uk" else "RU"}, (entry, example)


def test_a_refugee_was_called_up_where_he_fled_from() -> None:
    for language, of, entry, example in ENTRIES:
        if of == "refugee":
            document = read(example)
            countries = Countries(document, cues_of(document, (), language), language=language, home="RU")
            assert countries.of((0,), is_strong=True).country == "ER", (entry, example)


def test_where_an_occupier_is_named_those_of_the_occupied_country_do_not_call_up() -> None:
    for language, of, entry, example in ENTRIES:
        if of in {"occupier", "occupied"}:
            document = read(example)
            cues = cues_of(document, (), language)
            assert {cue.country for cue in cues} == {"RU", "UA"}, (entry, example)
            countries = Countries(document, cues, language=language, home="RU")
            assert {countries.of((at,), is_strong=True).country for at in document.all_positions()} == {"RU"}, (entry, example)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_cues_of_every_country_and_of_every_kind(language: str) -> None:
    kinds = {section for sections in CUES.values() for section in sections}
    assert kinds - set(CUES[language]) == set()
    assert set(COUNTRIES) == {kind for kind in kinds if kind.isupper()}

"""Phrases as patterns: each entry of these lexicons is reached by its example, and all languages speak of the same matters."""

import re

import pytest

from monitor.lexicons import LANGUAGES, lexicon, phrases
from monitor.lexicons.phrases import pattern

PHRASES = ("bylines", "claiming", "names", "related", "signoffs", "standins")
# Sections of which some languages have nothing: of Russian and Ukrainian a label stands where others have a preposition, and
# who wrote an article is reached at an address in English.
OF_SOME = {"bylines": {"author_before", "by", "deed", "tail", "town"}, "signoffs": {"reached_at"}}
SECTIONS = [(name, language, section) for name in PHRASES for language, sections in lexicon(name).items() for section in sections]


@pytest.mark.parametrize(
    ("phrase", "text", "is_found"),
    [
        ("наш канал", "Наш  канал", True),
        ("наш канал", "наш каналья", False),
        ("наш канал", "ваш-наш канал", True),
        ("канал*", "Каналы «Полюса»", True),
        ("ещё новости", "Еще новости", True),
        ("don't miss", "Don’t miss", True),
        ("пов'язані новини", "Повʼязані новини", True),
        ("фото:", "Фото : Анна Мурова", True),
        ("фото:", "Фото с места", False),
        ("читай* [*] также", "Читайте также", True),
        ("читай* [*] также", "Читайте здесь также", True),
        ("читай* [*] также", "Читайте здесь и там также", False),
        ("доступ … закрыт", "доступ к этому ресурсу закрыт", True),
        ("доступ … закрыт", "доступ закрыт", True),
        ("доступ … закрыт", "доступ раз два три четыре пять закрыт", False),
        ("[наш] канал", "канал", True),
        ("канал [наш]", "канал", True),
    ],
)
def test_a_phrase_is_found_as_it_is_written(phrase: str, text: str, is_found: bool) -> None:
    assert (re.search(pattern(phrase), text, re.IGNORECASE) is not None) == is_found


@pytest.mark.parametrize(("name", "language", "section"), SECTIONS)
def test_each_entry_is_reached_by_its_example(name: str, language: str, section: str) -> None:
    for entry, example in lexicon(name)[language][section].items():
        assert re.search(pattern(entry), example, re.IGNORECASE), entry
        assert re.search(phrases(name, section), example, re.IGNORECASE), entry


@pytest.mark.parametrize("name", PHRASES)
def test_all_languages_speak_of_the_same_matters(name: str) -> None:
    first, *others = [set(lexicon(name)[language]) - OF_SOME.get(name, set()) for language in LANGUAGES]
    assert all(other == first for other in others)


WORDS = [(name, language) for name in ("abbreviations", "dates") for language in lexicon(name)]


@pytest.mark.parametrize(("name", "language"), WORDS)
def test_each_entry_of_words_is_in_its_example(name: str, language: str) -> None:
    for section, entries in lexicon(name)[language].items():
        for entry, example in entries.items():
            if section in ("updated", "published"):
                assert re.search(pattern(entry), example, re.IGNORECASE), entry
            else:
                assert any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", example.lower()) for word in entry.split()), entry

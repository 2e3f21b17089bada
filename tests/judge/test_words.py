import re

import pymorphy3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.logic import leaves
from monitor.judge.nodes import Word
from monitor.judge.query import Record, compile_query
from monitor.judge.topics import Topic
from monitor.text import fold, word_starts, words
from monitor.text.forms import forms

ENGLISH = {
    "summons": "summons summonses",
    "summon": "summon summons summoned summoning",
    "conscript": "conscript conscripts conscripted conscripting",
    "conscription": "conscription conscription's",
    "draft": "draft drafts drafted drafting draft's",
    "draftee": "draftee draftees draftee's",
    "dodge": "dodge dodges dodged dodging",
    "evader": "evader evaders",
    "mobilize": "mobilize mobilizes mobilized mobilizing",
    "mobilise": "mobilise mobilises mobilised mobilising",
    "mobilization": "mobilization mobilizations",
    "reservist": "reservist reservists reservist's",
    "enlist": "enlist enlists enlisted enlisting",
    "call": "call calls called calling",
    "flee": "flee flees fled fleeing",
    "man": "man men man's men's",
    "deserter": "deserter deserters",
    "commissariat": "commissariat commissariats",
    "Russia": "russia russia's",
}


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_every_form_of_every_word_of_every_topic_is_found(language: str, topics: tuple[Topic, ...]) -> None:
    analyzer = pymorphy3.MorphAnalyzer(lang=language)
    vocabulary = {leaf.text for topic in topics for node in topic.nodes("") for leaf in leaves(node) if isinstance(leaf, Word)}
    paradigms = {
        word: {
            form.word for parse in analyzer.parse(word) if parse.is_known and parse.normal_form == word for form in parse.lexeme
        }
        for word in vocabulary
        if re.search("[а-яіїєґ]", word)
    }
    paradigms = {word: paradigm for word, paradigm in paradigms.items() if len(paradigm) > 1}
    assert len(paradigms) > 150
    for word, paradigm in paradigms.items():
        missed = [
            form for form in paradigm if compile_query(word).matches(Record(title="", text=f"и {form.capitalize()}, но")) is None
        ]
        assert missed == [], word


@pytest.mark.parametrize("word", ENGLISH)
def test_every_form_of_an_english_word_is_found(word: str) -> None:
    assert set(ENGLISH[word].split()) <= forms(word)


def test_a_word_in_its_dictionary_form_means_that_word() -> None:
    # In Ukrainian conscription; in Russian it could only be the genitive of "приз", a prize.
    assert "призові" in forms("призов")
    assert "призами" not in forms("призов")


def test_any_other_form_means_all_it_can_be() -> None:
    assert {"сталь", "становиться", "стать"} & forms("стали") == {"сталь", "стать"}


def test_one_language_can_be_asked_for() -> None:
    assert "призову" in forms("призов", "uk")
    assert forms("draft", "ru") == {"draft"}


def test_an_abbreviation_has_no_forms() -> None:
    assert forms("ТЦК") == {"тцк"}


def test_a_query_may_be_written_in_any_form_and_with_any_apostrophe() -> None:
    assert forms("повестками") == forms("повестка")
    assert forms("військовозобов’язаний") == forms("військовозобов'язаний")
    assert "учета" in forms("учёт")


def test_a_hyphen_parts_words_and_an_apostrophe_does_not() -> None:
    text = fold("draft-age, військовозобов’язаний; _повестка_ 7x7").text
    assert words(text) == ["draft", "age", "військовозобов'язаний", "повестка", "7x7"]


@given(st.text(alphabet="аб'_-. \u0301", max_size=30))
def test_words_are_where_they_are_found(text: str) -> None:
    found = words(text)
    starts = word_starts(text, found)
    assert [text[start : start + len(word)] for start, word in zip(starts, found, strict=True)] == found
    between = text
    for start, word in reversed(list(zip(starts, found, strict=True))):
        between = between[:start] + " " * len(word) + between[start + len(word) :]
    assert words(between) == []

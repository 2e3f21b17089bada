import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import WRITTEN_WORD, compounds, ends_sentence, fold, iso_week, sentences, words

marked = st.text(st.sampled_from("Пп-овестка ё’\u0301\u0306\u0308\u00ad\u200bABC\u0130ß.!\n 12"))


@given(marked | st.text())
def test_every_folded_character_leads_back_into_the_original(text: str) -> None:
    folded = fold(text)
    for i in range(len(folded.text)):
        start, end = folded.span(i, i + 1)
        assert 0 <= start < end <= len(text)


@given(marked | st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@pytest.mark.parametrize(
    "written",
    ["Пове́стка", "ПОВЕСТКА", "по\u00adвес\u00adтка", "пов\u200bестка", "Пoвecткa", "Повест-\nка"],
    ids=["stress mark", "capitals", "soft hyphens", "zero-width space", "Latin look-alikes", "broken at a line's end"],
)
def test_a_disguised_word_is_found_and_its_span_is_the_disguise(written: str) -> None:
    text = f"Вот {written}!"
    folded = fold(text)
    at = folded.text.index("повестка")
    start, end = folded.span(at, at + len("повестка"))
    assert text[start:end] == written


def test_decomposed_letters_are_folded_like_whole_ones() -> None:
    assert fold("Призывно\u0438\u0306, \u0456\u0308х, \u0435\u0308ж").text == "призывной, їх, еж"


@pytest.mark.parametrize("marks", ["\u0308", "\u0308\u0301"])
def test_folding_a_letter_with_many_accents_takes_time_in_proportion_to_the_text(marks: str) -> None:
    def seconds(count: int) -> float:
        text = "а" * count + "е" + marks * count
        began = time.process_time()
        fold(text)
        return time.process_time() - began

    # Sixteen times as much; what grows with the square would take 256 times. Asked again where the machine was busy.
    assert any(seconds(80_000) < 64 * seconds(5_000) for _ in range(3))


def test_latin_words_stay_latin() -> None:
    assert compounds(fold("Telegram и COVID-19, iPhone").text) == ["telegram", "и", "covid-19", "iphone"]


@given(marked | st.text())
def test_a_compound_is_the_words_that_hyphens_join(text: str) -> None:
    assert [word for compound in compounds(text) for word in compound.split("-")] == words(text)


@pytest.mark.parametrize(
    "text",
    [
        "Об’єднані п`ять сімей – «Пам'ять» і COVID-19",
        "A draft-age man's 'quoted' words, @some_channel: 5-го июня, п’ят-надцять",
        "Wasn‘t it? – 'No', he said.",
    ],
)
def test_written_words_are_the_compounds_of_the_folded_text(text: str) -> None:
    assert [fold(word).text for word in WRITTEN_WORD.findall(text)] == compounds(fold(text).text)


def test_a_word_of_a_million_apostrophes_is_read_at_once() -> None:
    assert len(WRITTEN_WORD.findall("a'" * 500_000)) == 1


@pytest.mark.parametrize("text", ["Конец.", "Он спросил: «Где?»", "Wait…", "(He left.)", "終わり。", "[No!]”"])
def test_a_text_ends_as_a_sentence_behind_its_marks_too(text: str) -> None:
    assert ends_sentence(text)


@pytest.mark.parametrize("text", ["", "Читайте также:", "Новости", "1.5", "Сказал («Нет.» — и ушёл", "…да"])
def test_a_text_without_a_last_point_ends_no_sentence(text: str) -> None:
    assert not ends_sentence(text)


def test_the_apostrophes_of_ukrainian_are_one() -> None:
    assert {fold(f"військовозобов{a}язаний").text for a in "'’ʼ‘`"} == {"військовозобов'язаний"}


def test_sentences_end_where_a_reader_ends_them() -> None:
    text = "Об этом г. Москва сообщил А. Б. Иванов. «Всё готово!» — сказал он.\nHe said: “No.” Then he left."
    assert [text[a:b] for a, b in sentences(text)] == [
        "Об этом г. Москва сообщил А. Б. Иванов.",
        "«Всё готово!» — сказал он.",
        "He said: “No.”",
        "Then he left.",
    ]


@given(st.text())
def test_sentences_lie_in_order_and_lose_nothing_but_white_space(text: str) -> None:
    spans = sentences(text)
    assert spans == sorted(spans)
    kept = "".join(text[a:b] for a, b in spans)
    assert "".join(kept.split()) == "".join(text.split())


def test_white_space_without_end_after_a_point_is_read_at_once() -> None:
    # Minutes, where each of the spaces is a place to begin anew.
    assert len(sentences("Конец." + " " * 100_000 + "а это не начало")) == 1


def test_weeks_are_iso_weeks() -> None:
    assert iso_week(date(2021, 1, 3)) == "2020-W53"
    assert iso_week(date(2026, 5, 18)) == "2026-W21"

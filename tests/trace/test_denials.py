"""Who denies what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.trace import find_denials


@pytest.mark.parametrize(
    ("language", "text", "claim", "speaker"),
    [
        ("en", "The Kremlin denied that a new wave was planned.", "a new wave was planned", "Kremlin"),
        (
            "en",
            "Spokesman Pyotr Lindov said he had no knowledge about students being served.",
            "students being served",
            "Pyotr Lindov",
        ),
        (
            "en",
            "Notices were handed out at night. Officials denied the reports.",
            "Notices were handed out at night.",
            "Officials",
        ),
        ("en", "Spokesman Pyotr Lindov said reports of night raids in town were false.", "night raids in town", "Pyotr Lindov"),
        ("ru", "Пресс-секретарь Пётр Линдов опроверг подготовку новой волны.", "подготовку новой волны", "Пётр Линдов"),
        ("ru", "«Речи о новой мобилизации не идёт», — сказал министр Олег Брод.", "новой мобилизации", "Олег Брод"),
        ("ru", "В городе прошёл рейд. Минобороны опровергло эту информацию.", "В городе прошёл рейд.", "Минобороны"),
        (
            "ru",
            "Сообщения о закрытии границы не соответствуют действительности, заявил министр Олег Брод.",
            "закрытии границы",
            "Олег Брод",
        ),
        (
            "ru",
            "Рабочих заставили подписать контракты. В главке это отрицают: «Решение каждый принимает сам».",
            "Рабочих заставили подписать контракты.",
            "",
        ),
        ("uk", "Повістку можна не брати. Юристи заперечують: за тиждень вона вручена.", "Повістку можна не брати.", "Юристи"),
        ("uk", "Речник Петро Гай спростував підготовку до мобілізації.", "підготовку до мобілізації", "Петро Гай"),
    ],
)
def test_the_claim_and_who_denies_it_are_found(language, text, claim, speaker):
    (only,) = find_denials(text=text, language=language)
    assert (text[only.claim_start : only.claim_end], only.speaker) == (claim, speaker)


def test_a_denial_without_a_name_is_of_the_one_who_spoke_before():
    text = 'Spokesman Pyotr Lindov said it was quiet. "There is no talk in the capital about some sort of wave," he added.'
    (only,) = find_denials(text=text, language="en")
    assert (text[only.claim_start : only.claim_end], only.speaker) == (
        "some sort of wave",
        "Lindov",
    ) or only.speaker == "Pyotr Lindov"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The law is in force."),
        ("en", "Denied."),
        ("en", ""),
        ("en", "Doctors at the hostel rejected the men years ago."),
        ("en", "The mayor did not deny that lists existed."),
        ("ru", "Начальник штаба своих слов о списках не опроверг и трубку не берёт."),
    ],
)
def test_what_denies_nothing_is_left_alone(language, text):
    assert find_denials(text=text, language=language) == ()


def test_a_denial_by_nobody_in_particular_is_not_put_in_another_s_mouth():
    text = "Адвокат Илья Зимин рассказал о рейде. Приход проверяющих в общежитие всюду отрицают."
    (only,) = find_denials(text=text, language="ru")
    assert only.speaker == ""


PIECES = st.sampled_from(["опроверг ", "denied ", "это. ", "that ", ", ", "«", "»", "\n", "Иван ", ". "])


@given(st.text(max_size=80) | st.lists(PIECES).map("".join))
def test_spans_always_lie_in_the_text(text):
    for language in ("ru", "uk", "en"):
        for d in find_denials(text=text, language=language):
            assert 0 <= d.claim_start < d.claim_end <= len(text)
            assert 0 <= d.denial_start < d.denial_end <= len(text)


@pytest.mark.shared
def test_the_first_article_s_denial_is_found(shared):
    text = next((shared / "seed").iterdir()).read_text(encoding="utf-8")
    said = {(text[d.claim_start : d.claim_end], d.speaker) for d in find_denials(text=text, language="en")}
    assert ("students being served draft notices in this fashion", "Dmitry Peskov") in said

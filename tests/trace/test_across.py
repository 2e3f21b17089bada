"""What the articles of a story say against each other."""

import pytest

from monitor.model import Traced
from monitor.trace.across import find_denied_elsewhere, find_disputed_figures
from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials
from monitor.trace.outlets import Outlets


def traced(article, text, language="ru"):
    said = find_attributions(text=text, language=language, links=(), outlets=Outlets())
    return Traced(article, language, text, said, find_denials(text=text, language=language, attributions=said))


CLAIM = "Студентов выгнали из общежития ночью, рассказала соседка Анна Лесная."
DENIAL = "Ректор Олег Дубов опроверг слухи о том, что студентов выгнали из общежития."


def test_a_claim_is_paired_with_its_denial_in_another_article():
    claiming, denying = traced("a", CLAIM), traced("b", DENIAL)
    for articles in ([claiming, denying], [denying, claiming]):
        (only,) = find_denied_elsewhere(articles)
        assert (only.claim_article, only.denial_article, only.speaker, only.claimed_by) == ("a", "b", "Олег Дубов", "Анна Лесная")
        assert CLAIM[only.claim_start : only.claim_end] == "Студентов выгнали из общежития ночью"
        assert DENIAL[only.denial_start : only.denial_end] == "Ректор Олег Дубов опроверг"


@pytest.mark.parametrize(
    "other",
    [
        "Ректор Олег Дубов опроверг слухи о продаже стадиона.",
        "Ректор Олег Дубов рассказал о продаже стадиона.",
        "Позже Анна Лесная признала, что студентов из общежития не выгнали.",
    ],
)
def test_a_denial_of_something_else_is_no_pair(other):
    assert find_denied_elsewhere([traced("a", CLAIM), traced("b", other)]) == ()


def test_who_says_the_same_as_a_denial_denies_nothing():
    same = "Студентов не выгнали из общежития, рассказала соседка Анна Лесная."
    assert find_denied_elsewhere([traced("a", same), traced("b", DENIAL)]) == ()


def test_words_that_all_of_a_story_has_tell_no_claim_from_another():
    about = ["Студентов общежития кормят, сообщил сторож Ким.", "У студентов общежития тепло, сообщил врач Тихон Лунин."]
    others = [traced(str(i), f"{text} Пишут о судьбе студентов из общежития.") for i, text in enumerate(about)]
    found = find_denied_elsewhere([traced("a", CLAIM), traced("b", DENIAL), *others])
    assert [(pair.claim_article, pair.claimed_by) for pair in found] == [("a", "Анна Лесная")]
    other = traced("c", "Студентов общежития кормят, сообщил сторож Ким.")
    assert find_denied_elsewhere([other, traced("b", "Ректор Олег Дубов опроверг слухи о студентах общежития."), *others]) == ()


def test_one_article_alone_says_nothing_against_another():
    assert find_denied_elsewhere([traced("a", CLAIM)]) == ()
    assert find_disputed_figures([traced("a", "На рынке задержали 20 мужчин.")]) == ()


def test_two_figures_for_one_thing_are_side_by_side():
    one = traced("a", "На рынке в среду задержали 20 мужчин, сообщила полиция.")
    two = traced("b", "На рынке в среду задержали 35 мужчин, рассказал сторож Ким.")
    (figures,) = find_disputed_figures([one, two])
    assert [(f.article, f.value, f.speaker) for f in figures] == [("a", 20, "полиция"), ("b", 35, "Ким")]
    assert [t.text[f.start : f.end] for t, f in zip([one, two], figures, strict=True)] == ["20 мужчин", "35 мужчин"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("На рынке задержали 20 мужчин.", "На рынке задержали 20 мужчин."),
        ("На рынке задержали 1,5 тысячи мужчин.", "На рынке задержали 1500 мужчин."),
        ("На рынке задержали 20 мужчин.", "В порту нашли 35 мужчин."),
        ("На рынке задержали 20 мужчин.", "На рынке задержали 5 женщин."),
        ("На рынке задержали мужчин 20 мая.", "На рынке задержали мужчин 21 мая."),
    ],
)
def test_equal_figures_and_figures_of_other_things_are_no_dispute(one, two):
    assert find_disputed_figures([traced("a", one), traced("b", two)]) == ()


def test_the_order_of_articles_says_nothing():
    articles = [
        traced(name, f"На рынке в среду задержали {number} мужчин.") for name, number in (("a", 20), ("b", 35), ("c", 20))
    ]
    (one,), (other,) = find_disputed_figures(articles), find_disputed_figures(articles[::-1])
    assert set(one) == set(other)

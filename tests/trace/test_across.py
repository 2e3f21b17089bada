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
    ("language", "one", "two", "figures"),
    [
        # An adjective stands before what is counted; who says so is none of what is said
        ("ru", "При обстреле общежития погибли 5 человек, сообщил штаб.",
         "При обстреле общежития погибли 9 мирных человек, рассказал врач Тихон Лунин.", ["5 человек", "9 мирных человек"]),
        ("uk", "На ринку в Зарічному затримали 30 чоловіків, розповіла продавчиня Марія Лоза.",
         "На ринку в Зарічному перевірили документи, затримали 4 чоловіків, повідомила прокуратура.",
         ["30 чоловіків", "4 чоловіків"]),
        ("en", "The mill dismissed 300 workers on Friday, the union said.",
         "The mill dismissed 40 temporary workers on Friday, its owner said.", ["300 workers", "40 temporary workers"]),
    ],
)  # fmt: skip
def test_two_figures_differ_in_whatever_words(language, one, two, figures):
    (found,) = find_disputed_figures([traced("a", one, language), traced("b", two, language)])
    assert [text[f.start : f.end] for text, f in zip((one, two), found, strict=True)] == figures


@pytest.mark.parametrize(
    ("language", "claim", "denial", "denied"),
    [
        ("ru", "Рабочих завода задержали у проходной, рассказала жена одного из них Ирина Лаптева.",
         "Военком Пётр Соснин опроверг сообщения о задержании рабочих у проходной завода.",
         "Рабочих завода задержали у проходной"),
        ("uk", "Пацієнтів лікарні вивозять до області, пише канал «Дзвін».",
         "Чутки про те, що пацієнтів лікарні вивозять до області, не відповідають дійсності, сказала Віра Дуб.",
         "Пацієнтів лікарні вивозять до області"),
        ("en", "Recruiters took 50 students from the dormitory, neighbor Anna Lesnaya said.",
         "The army denied that students were taken from the dormitory.", "Recruiters took 50 students from the dormitory"),
    ],
)  # fmt: skip
def test_a_claim_is_denied_across_articles_in_each_language(language, claim, denial, denied):
    (only,) = find_denied_elsewhere([traced("a", claim, language), traced("b", denial, language)])
    assert claim[only.claim_start : only.claim_end] == denied


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

"""One speaker under all forms of the name, and two who share a surname apart."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Mention
from monitor.text.morphology import analyzer
from monitor.trace.speakers import base_form, find_speakers, unnamed_id


def mention(name, article="a", story="s", kind="official", language="ru"):
    return Mention(article, story, kind, name, language)


def ids(*mentions):
    return find_speakers(mentions)[1]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("outlet", ["Берег", "Берегу", "Берега", "Берегом", "Bereg", "«Берег»"]),
        ("outlet", ["Полдень", "Полдня", "Полднем", "Polden"]),
        ("outlet", ["Северный вестник", "Северного вестника", "Северному вестнику"]),
        ("official", ["Евгений Малышев", "Евгению Малышеву", "Евгением Малышевым", "Evgeny Malyshev", "Evgenii Malyshev"]),
        ("official", ["Пётр Раменский", "Петра Раменского", "Петру Раменскому", "Pyotr Ramensky's", "Petr Ramenskiy"]),
        ("official", ["Павел Соснин", "Павла Соснина", "Pavel Sosnin"]),
        ("official", ["Минобороны", "Минобороны"]),
        ("lawyer", ["Анна-Мария Штольц", "Анны-Марии Штольц", "Anna-Maria Shtolts"]),
        ("other", ["Ольга Бондаренко-Лис", "Ольги Бондаренко-Лис", "Ольгою Бондаренко-Лис"]),
        ("other", ["Светлана Яремчук", "Світлана Яремчук", "Svitlana Yaremchuk", "Светлане Яремчук"]),
        ("other", ["Владимир Гнатюк", "Володимир Гнатюк", "Volodymyr Hnatiuk"]),
        ("other", ["Юрий Тимчишин", "Юрія Тимчишина", "Yurii Tymchyshyn"]),
        ("other", ["Ксения Хайруллина", "Kseniya Khayrullina", "Ksenia Khairullina"]),
        ("other", ["Олександр Сич", "Александра Сича", "Oleksandr Sych"]),
        ("other", ["Лев Шахов", "Льва Шахова"]),
        ("other", ["И. Соснин", "Иван Соснин"]),
        ("other", ["Иван Петрович Соснин", "И. П. Соснин"]),
    ],
)  # fmt: skip
def test_all_forms_of_a_name_are_one(kind, names):
    assert len(set(ids(*(mention(name, kind=kind) for name in names)))) == 1


def test_the_name_is_in_its_base_form_with_the_forms_seen():
    (only,), _ = find_speakers([mention("Евгению Малышеву"), mention("Малышева")])
    assert (only.name, only.forms) == ("Евгений Малышев", ("Евгению Малышеву", "Малышева"))


def test_a_surname_alone_is_the_one_who_has_it_in_the_article():
    first, second = ids(mention("Евгений Малышев"), mention("Малышев"))
    assert first == second


def test_a_surname_alone_is_the_one_who_has_it_in_the_story():
    first, second = ids(mention("Евгений Малышев", article="a"), mention("Малышев", article="b"))
    assert first == second


def test_initials_are_his_who_alone_fits_them():
    ivan, oleg, of_ivan, of_peter = ids(
        mention("Иван Соснин"), mention("Олег Соснин"), mention("И. Соснин"), mention("П. Соснин")
    )
    assert (of_ivan, len({ivan, oleg, of_peter})) == (ivan, 3)


def test_a_surname_that_two_have_stays_apart():
    three = ids(mention("Евгений Малышев"), mention("Олег Малышев"), mention("Малышев"))
    assert len(set(three)) == 3


def test_the_article_s_own_bearer_of_a_surname_comes_before_the_story_s():
    one, other, alone = ids(
        mention("Евгений Малышев", article="a"), mention("Олег Малышев", article="b"), mention("Малышев", article="b")
    )
    assert (alone == other, alone == one) == (True, False)


def test_a_surname_alone_in_two_stories_is_not_taken_for_one_person():
    first, second = ids(mention("Малышев", "a", "s"), mention("Малышев", "b", "t"))
    assert first != second


def test_a_description_is_nobody_in_particular():
    assert ids(mention("чиновники"), mention("officials", language="en"), mention("")) == ("", "", "")


def test_the_kind_is_what_most_call_him():
    (only,), _ = find_speakers([mention("Олег Дубов"), mention("Олег Дубов", kind="other"), mention("Дубов", kind="other")])
    assert only.kind == "official"


GIVEN = st.sampled_from(["Олег", "Пётр", "Евгений", "Игорь", "Роман"])
SURNAMES = st.sampled_from(["Малышев", "Соснин", "Раменский", "Дубов", "Зимин"])
CASES = st.sampled_from(["nomn", "gent", "datv", "accs", "ablt", "loct"])


def inflected(word, case):
    made = analyzer("ru").parse(word.lower())
    chosen = next(
        p for p in made if "nomn" in p.tag and "masc" in p.tag and ("Name" in p.tag or "Surn" in p.tag or "ADJF" in p.tag)
    )
    return chosen.inflect({case, "sing"}).word.title()


@given(GIVEN, SURNAMES, st.lists(CASES, min_size=1, max_size=6))
def test_every_case_of_a_name_gives_one_person_in_the_base_form(given_name, surname, cases):
    names = [f"{inflected(given_name, case)} {inflected(surname, case)}" for case in cases]
    speakers, found = find_speakers([mention(name) for name in names])
    assert len(set(found)) == 1
    assert set(speakers[0].forms) == set(names)


@given(st.lists(st.tuples(GIVEN | st.just(""), SURNAMES, st.sampled_from("ab"), st.sampled_from("st")), max_size=8), st.randoms())
def test_the_order_of_mentions_says_nothing(rows, chance):
    mentions = [mention(f"{first} {last}".strip(), article, story) for first, last, article, story in rows]
    shuffled = list(mentions)
    chance.shuffle(shuffled)
    speakers, found = find_speakers(mentions)
    again, moved = find_speakers(shuffled)
    assert speakers == again
    assert sorted(zip(mentions, found, strict=True), key=repr) == sorted(zip(shuffled, moved, strict=True), key=repr)


@pytest.mark.parametrize("name", ["Юристы", "Хирург", "Двое получателей", "Областной военкомат", "Officials", "Border officials"])
def test_who_is_capital_only_because_a_sentence_begins_is_nobody_in_particular(name):
    language = "ru" if re.search("[а-я]", name) else "en"
    assert ids(mention(name, language=language)) == ("",)
    assert unnamed_id(name, language) == unnamed_id(name.lower(), language)


def test_a_surname_that_is_a_word_is_one_where_a_given_name_stands_with_it():
    first, second = ids(mention("Пётр Мельник"), mention("Мельник"))
    assert first == second
    assert ids(mention("Пётр Мельник", story="other", article="b"), mention("Мельник"))[1] == ""


def test_an_office_of_one_word_is_the_same_in_all_stories():
    assert ids(mention("Минобороны", story="s"), mention("Минобороны", story="t", article="b")) == ("minoborn", "minoborn")


@pytest.mark.parametrize(
    ("name", "language", "base"),
    [
        ("Мать задержанного", "ru", "Мать задержанного"),
        ("областном управлении МЧС", "ru", "областное управление МЧС"),
        ("Правительства Иркутской области", "ru", "Правительство Иркутской области"),
        ("Военного комиссариата", "ru", "Военный комиссариат"),
        ("Батько пораненого з Новочеркаська", "uk", "Батько пораненого з Новочеркаська"),
        ("Анны Лесной", "ru", "Анна Лесная"),
        ("Петру Раменскому", "ru", "Пётр Раменский"),
        ("Лариса Кныш", "ru", "Лариса Кныш"),
        ("сварщика из Нижнего Тагила", "ru", "сварщик из Нижнего Тагила"),
        ("Виталий Хромов", "ru", "Виталий Хромов"),
        ("Виталия Хромова", "ru", "Виталий Хромов"),
        ("Виталию Хромову", "ru", "Виталий Хромов"),
        ("Анны Лисиной", "ru", "Анна Лисина"),
        ("Минцифры", "ru", "Минцифры"),
        ("Мінцифри", "uk", "Мінцифри"),
        ("27 источников данных", "ru", "27 источников данных"),
        ("пожилого мужчины", "ru", "пожилой мужчина"),
        ("Дежурный военкомата", "ru", "Дежурный военкомата"),
        ("городской администрации", "ru", "городская администрация"),
        ("Мэрии Ступина", "ru", "Мэрия Ступина"),
        ("двух источников", "ru", "двух источников"),
        ("одного из собеседников", "ru", "один из собеседников"),
        ("базі", "uk", "база"),
        ("письме министерства", "ru", "письмо министерства"),
        ("главке", "ru", "главк"),  # and not "главка", a short chapter, which says nothing
        ("главка", "ru", "главк"),
        ("областном главке", "ru", "областной главк"),
        ("управе", "ru", "управа"),
    ],
)
def test_of_a_description_only_what_has_its_case_is_put_in_the_base_form(name, language, base):
    assert base_form(name, language) == base


def test_one_description_in_two_cases_is_counted_as_one():
    assert unnamed_id("собеседников", "ru") == unnamed_id("собеседники", "ru") == "some-sobesednik"
    assert base_form("собеседников", "ru", number="") == "собеседники"

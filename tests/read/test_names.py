"""Bylines: people, each once; no buttons, no dates, no publishers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.read.bylines import is_person
from monitor.read.names import names


@pytest.mark.parametrize(
    ("raw", "people"),
    [
        (["By Anna Moor and Petr Lugin"], ("Anna Moor", "Petr Lugin")),
        (["Автор: Инна Белова и Олег Тур"], ("Инна Белова", "Олег Тур")),
        (["Соломія Ткач та Олесь Гай"], ("Соломія Ткач", "Олесь Гай")),
        (["Anna Moor, Harbour correspondent on Tuesday"], ("Anna Moor", "Harbour correspondent")),
        (["Anna Moor", "anna moor", "Moor"], ("Anna Moor",)),
        (["https://harbour.example/author/anna-moor", "Anna Moor"], ("Anna Moor",)),
        (["Anna Moor (photo: P. Lugin)", "Read more", "View all posts by Anna"], ("Anna Moor",)),
        (["Anna Moor, PhD"], ("Anna Moor",)),
        (["Редакция"], ()),
        (["May 12, 2026"], ()),
        (["Tess&amp;nbsp;Vale", "Léa d&#39;Arc"], ("Tess Vale", "Léa d'Arc")),
        (["Harbour Post"], ()),
        (["<a href='/a'>Ivan Roe</a>"], ("Ivan Roe",)),
        (["Дело и слово"], ("Дело и слово",)),
        (["Анна Белова и другие"], ("Анна Белова",)),
        (["Редакция «Маяка»"], ("Редакция «Маяка»",)),
        (["Staff and wire reports"], ("wire reports",)),
        (["Anna Moor December 17, 2026"], ("Anna Moor",)),
        (["Anna Moor Thursday, May 14, 2026"], ("Anna Moor",)),
        (["Theresa May"], ("Theresa May",)),
        (["Анна Мурова старший корреспондент"], ("Анна Мурова",)),
        (["Соломія Ткач спеціальний кореспондент"], ("Соломія Ткач",)),
        (["Соломія Ткач і Юрій Гай"], ("Соломія Ткач", "Юрій Гай")),
        (["Anna Moor Published Mar 9, 2026"], ("Anna Moor",)),
        (["Anna Moor and Petr Lugin Published"], ("Anna Moor", "Petr Lugin")),
        (["Инна Белова Опубликовано"], ("Инна Белова",)),
        (["Соломія Ткач Опубліковано: сьогодні"], ("Соломія Ткач",)),
        (["Anna Moor Zuerst veröffentlicht am Montag"], ("Anna Moor",)),
        (["Anna Moor Follow"], ("Anna Moor",)),
        (["Anna Publishova"], ("Anna Publishova",)),
        (["Moor, Anna"], ("Anna Moor",)),
        (["Moor, Anna", "Lugin, Petr"], ("Anna Moor", "Petr Lugin")),
        (["Anna Moor Senior Politics Editor"], ("Anna Moor",)),
        (["Staff Writer"], ()),
        (["View all posts by Anna Moor"], ("Anna Moor",)),
        (["Все материалы Инна Белова"], ("Инна Белова",)),
        (["Над текстом працювали: Соломія Ткач, Олесь Гай"], ("Соломія Ткач", "Олесь Гай")),
        (["Фото: Олег Тур / «Маяк»"], ()),
        (["Harbour Post, Novograd, Russia"], ()),
        (["Harbour Post - Anna Moor"], ("Anna Moor",)),
        (["Войти"], ()),
        (["«Анна Белова»"], ("Анна Белова",)),
        (["«Хлеб и Соль», Анна Белова"], ("Хлеб и Соль", "Анна Белова")),
        (["“Маяк” и Олег Тур"], ("Маяк", "Олег Тур")),
        (["Служба «Хлеб и Соль» и Олег Тур"], ("Служба «Хлеб и Соль»", "Олег Тур")),
    ],
)
def test_bylines(raw: list[str], people: tuple[str, ...]) -> None:
    assert names(raw, ["Harbour Post"]) == people


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Инна Белова", True),
        ("Anna Moor", True),
        ("Степной Край", False),
        ("Редакция", False),
        ("Harbour staff", False),
        ("anna_moor", False),
        ("Polden Media", False),
        ("Stepkray", False),
    ],
)
def test_a_name_that_is_no_persons_by_its_form(name: str, *, is_one: bool) -> None:
    assert is_person(name, frozenset({"polden media"}), ("sk", "stepkray")) == is_one


@given(st.lists(st.text(max_size=200), max_size=5), st.lists(st.text(max_size=20), max_size=3))
def test_names_are_bounded_and_distinct(raw: list[str], publishers: list[str]) -> None:
    found = names(raw, publishers)
    assert len(set(found)) == len(found)
    assert all(2 <= len(name) <= 60 and name == name.strip() for name in found)

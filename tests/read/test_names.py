"""Bylines: people, each once; no buttons, no dates, no publishers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        (["Анна Белова и другие"], ("Анна Белова", "другие")),
        (["Редакция «Маяка»"], ("Редакция «Маяка»",)),
        (["Staff and wire reports"], ("wire reports",)),
        (["«Анна Белова»"], ("Анна Белова",)),
        (["«Хлеб и Соль», Анна Белова"], ("Хлеб и Соль", "Анна Белова")),
        (["“Маяк” и Олег Тур"], ("Маяк", "Олег Тур")),
        (["Служба «Хлеб и Соль» и Олег Тур"], ("Служба «Хлеб и Соль»", "Олег Тур")),
    ],
)
def test_bylines(raw: list[str], people: tuple[str, ...]) -> None:
    assert names(raw, ["Harbour Post"]) == people


@given(st.lists(st.text(max_size=200), max_size=5), st.lists(st.text(max_size=20), max_size=3))
def test_names_are_bounded_and_distinct(raw: list[str], publishers: list[str]) -> None:
    found = names(raw, publishers)
    assert len(set(found)) == len(found)
    assert all(2 <= len(name) <= 60 and name == name.strip() for name in found)

"""Surnames without the endings of their cases."""

import re

import pytest

from monitor.text.endings import CASE_ENDINGS, surname_stem, without_ending


@pytest.mark.parametrize(
    "forms",
    [
        "соснов соснова соснову сосновым соснове сосновой соснову",
        "корбан корбана корбану корбаном корбані корбанові",
        "лесной лесного лесному лесным лесном лесная лесную",
        "береговий берегового береговому береговим береговій берегову берегової",
        "ковалюк ковалюка ковалюку ковалюком ковалюкові",
        "бережко бережка бережку бережком бережкові",
    ],
)
def test_the_forms_of_one_surname_have_one_stem(forms: str) -> None:
    assert len({without_ending(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("surname", ["соснов", "гнездев", "черных", "долгих", "рак", "цой"])
def test_what_no_case_adds_is_left(surname: str) -> None:
    assert without_ending(surname) == surname


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Анны Гнездёвой", "гнездев"),
        ("Anna Moor's", "moor"),
        ("Peter Lane’s", "lane"),
        ("Лесному", "лесн"),
        ("", ""),
        ("Moss", "moss"),
    ],
)
def test_a_surname_is_looked_for_by_its_stem(name: str, stem: str) -> None:
    assert surname_stem(name) == stem


def test_of_lilies_the_genitive_plural_has_the_same_stem() -> None:
    assert {without_ending(form) for form in ["лилия", "лилии", "лилию", "лилией", "лилий", "лилиями"]} == {"лил"}


def test_no_ending_hides_a_longer_one() -> None:
    for ending in CASE_ENDINGS:
        assert without_ending(f"бббб{ending}") == "бббб"
    assert len(set(CASE_ENDINGS)) == len(CASE_ENDINGS)
    assert not re.search("[^а-яіїєґ]", "".join(CASE_ENDINGS))

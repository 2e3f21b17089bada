"""What the dictionaries say of a word's forms."""

import pytest

from monitor.text.morphology import readings


@pytest.mark.parametrize(
    ("language", "word", "case", "number", "gender"),
    [
        ("ru", "губернатор", "nomn", "sing", "masc"),
        ("ru", "губернаторам", "datv", "plur", "masc"),
        ("ru", "лесу", "loct", "sing", "masc"),
        ("uk", "речниця", "nomn", "sing", "femn"),
        # Some nouns of the Ukrainian dictionary have no nominative by name.
        ("uk", "директор", "nomn", "sing", "masc"),
    ],
)
def test_a_form_has_its_case_number_and_gender(language, word, case, number, gender):
    assert (case, number, gender) in {(r.case, r.number, r.gender) for r in readings(word, language)}


def test_what_no_dictionary_has_is_marked():
    assert all(r.known for r in readings("губернатор", "ru"))
    assert not any(r.known for r in readings("кардбальтов", "ru"))


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_a_letter_without_a_name_in_unicode_is_no_error(language):
    assert [(r.lemma, r.part, r.known) for r in readings("\U00017000", language)] == [("\U00017000", "UNKN", False)]

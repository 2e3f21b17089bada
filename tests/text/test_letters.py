import pytest

from monitor.text.language import language
from monitor.text.letters import dictionary_language, has_cyrillic, is_cyrillic


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("повестка", "ru"),
        ("повістка", "uk"),
        ("summons", "en"),
        ("", "en"),
        ("2026: …", "en"),
        ("объявили, что «Київ» молчит, мы ещё ждём", "ru"),
        ("оголосили, що «Ведомости» помиляються: списків немає, а є вирішення", "uk"),
        ("The word «повестка» means a summons and an agenda", "en"),
        ("«Povestka Online»: повістки", "uk"),
        ("iPhone 18 Pro Max подорожал", "ru"),
        ("Apple Watch Ultra в Україні", "uk"),
    ],
)
def test_of_a_text_without_a_language_the_letters_tell_the_dictionary(text: str, read_as: str) -> None:
    assert dictionary_language("", text) == read_as
    assert dictionary_language("kk", text) == read_as  # of which there is no dictionary


@pytest.mark.parametrize("declared", ["ru", "uk", "en"])
def test_a_language_with_a_dictionary_is_taken_at_its_word(declared: str) -> None:
    assert dictionary_language(declared, "повістка, summons, повестка") == declared


@pytest.mark.parametrize(
    "text",
    [
        "В Новограде вручили двести повесток, сообщил военком, который объявил призыв.",
        "У Новограді вручили двісті повісток, повідомив військовий комісар області.",
    ],
)
def test_both_guesses_tell_russian_and_ukrainian_by_the_same_letters(text: str) -> None:
    assert language("", text) == dictionary_language("", text)


def test_most_letters_decide_and_other_signs_do_not() -> None:
    assert is_cyrillic("2026 12 31 — 05:30:00 — указ")
    assert not is_cyrillic("указ or ukase")
    assert has_cyrillic("ukase, указ")
    assert not has_cyrillic("Παράδειγμα, ukase")

"""What changed between two versions of an article, by class, and whether it was said openly."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.lexicons import lexicon
from monitor.model import Edit, Link, Version
from monitor.trace.edits import find_edits
from monitor.trace.edits.notes import boilerplate, labelled, note
from monitor.trace.edits.versions import Said, Text
from monitor.trace.edits.words import dictionary_of
from monitor.trace.outlets import Outlets

GOLD, CHECK = (Path(__file__).with_name(f"edits_{name}.jsonl") for name in ("gold", "check"))
NOON, EVENING = datetime(2026, 5, 18, 12, tzinfo=UTC), datetime(2026, 5, 18, 18, tzinfo=UTC)
TITLE = "Пекарня закрылась"
RU = (
    "Пекарня на Кленовой улице закрылась в среду, 14 мая.\n"
    "По данным мэра Ильи Ветрова, без работы остались девять человек. «Печь не чинили с осени», — сказала пекарь Нина Ольхова.\n"
    "Хозяин пекарни Пётр Ладов задолжал 40 тысяч рублей. Соседи собирают подписи."
)
UK = (
    "Пекарня на Кленовій вулиці зачинилася в середу, 14 травня.\n"
    "За даними мера Іллі Вітрова, без роботи лишилися дев'ять людей. «Піч не лагодили з осені», — каже пекарка Ніна Вільхова.\n"
    "Господар пекарні Петро Ладов заборгував 40 тисяч гривень. Сусіди збирають підписи."
)
EN = (
    "The bakery on Maple Street closed on Wednesday, 14 May.\n"
    'According to mayor Ilya Breeze, nine people lost their jobs. "Nobody mended the oven," said baker Nina Alder.\n'
    "Its owner, Peter Ladov, owes 40,000 rubles. Neighbors are collecting signatures."
)
TEXTS = {"ru": RU, "uk": UK, "en": EN}


def version(text: str, title: str = TITLE, modified: datetime | None = None, links: tuple[Link, ...] = ()) -> Version:
    return Version(title, text, modified, links)


def edits(before: Version, after: Version, language: str = "ru") -> tuple[Edit, ...]:
    return find_edits(before, after, language=language, outlets=Outlets(), url_key=lambda url: url.split("?")[0])


def kinds(language: str, *changes: tuple[str, str]) -> list[str]:
    """The classes of the edits that these replacements make in the text of a language."""
    after = TEXTS[language]
    for old, new in changes:
        assert after.count(old) == 1, old
        after = after.replace(old, new)
    return [edit.kind for edit in edits(version(TEXTS[language]), version(after), language)]


@pytest.mark.parametrize(
    ("language", "old", "new", "kind"),
    [
        ("ru", "девять человек", "четырнадцать человек", "number"),
        ("uk", "дев'ять людей", "чотирнадцять людей", "number"),
        ("en", "nine people", "fourteen people", "number"),
        ("ru", "40 тысяч", "14 тысяч", "number"),
        ("en", "40,000", "14,000", "number"),
        ("ru", "девять человек", "несколько человек", "number"),
        ("ru", "в среду", "в пятницу", "date"),
        ("uk", "в середу", "у п'ятницю", "date"),
        ("en", "Wednesday", "Friday", "date"),
        ("ru", "14 мая", "15 мая", "date"),
        ("uk", "14 травня", "14 червня", "date"),
        ("en", "14 May", "24 May", "date"),
        ("ru", "Нина Ольхова", "Нина Вольхова", "name"),
        ("uk", "Ніна Вільхова", "Ніна Вільшана", "name"),
        ("en", "Nina Alder", "Nina Elder", "name"),
        ("ru", "пекарь Нина Ольхова", "пекарь", "name"),
        ("en", "baker Nina Alder", "a baker", "name"),
        ("ru", "Пётр Ладов", "Павел Ладов", "name"),
        ("ru", "Печь не чинили с осени", "Печь не чинили с весны", "quote"),
        ("uk", "Піч не лагодили з осені", "Піч була справна", "quote"),
        ("en", "Nobody mended the oven", "Nobody touched the oven", "quote"),
        ("ru", "не чинили с осени", "не чинили", "quote"),
        ("ru", "По данным мэра Ильи Ветрова, без", "Без", "attribution"),
        ("uk", "За даними мера Іллі Вітрова, без", "Без", "attribution"),
        ("en", "According to mayor Ilya Breeze, nine", "Nine", "attribution"),
        ("ru", "По данным мэра Ильи Ветрова", "По данным соседей", "attribution"),
        ("ru", "По данным мэра Ильи Ветрова", "По данным мэра", "name"),
        ("ru", "подписи", "подпииси", "typo"),
        ("uk", "підписи", "пдписи", "typo"),
        ("en", "signatures", "singatures", "typo"),
        ("ru", "Соседи собирают", "Соседи собирают собирают", "typo"),
        ("ru", "Печь не чинили", "Печь не чнили", "typo"),
        ("ru", " Соседи собирают подписи.", "", "passage_removed"),
        ("uk", " Сусіди збирають підписи.", "", "passage_removed"),
        ("en", " Neighbors are collecting signatures.", "", "passage_removed"),
        ("ru", "подписи.", "подписи. Пётр Ладов отрицает, что задолжал.", "denial_added"),
        ("en", "signatures.", "signatures. Ladov denied that he owes anything.", "denial_added"),
    ],
)
def test_a_change_has_the_class_of_what_it_changed(language: str, old: str, new: str, kind: str) -> None:
    assert kinds(language, (old, new)) == [kind]


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("ru", "«Печь не чинили с осени»", "“Печь не чинили с осени”"),
        ("ru", " — сказала", " – сказала"),
        ("ru", "Хозяин пекарни", "Хо\u00adзяин пе\u200bкарни"),
        ("ru", "40 тысяч", "40\u00a0тысяч"),
        ("ru", "Пётр", "Петр"),
        ("ru", "Хозяин пекарни Пётр Ладов", "**Хозяин пекарни Пётр Ладов**"),
        ("ru", "рублей. Соседи", "рублей.\n\nСоседи"),
        ("ru", "рублей. Соседи собирают", "рублей. Соседи\nсобирают"),
        ("ru", "закрылась в среду, 14 мая", "в среду, 14 мая, закрылась"),
        ("en", '"Nobody mended the oven,"', "“Nobody mended the oven,”"),
        ("en", "Its owner, Peter", "Its owner, \u200ePeter"),
        ("ru", "девять человек", "9 человек"),
        ("uk", "дев'ять людей", "9 людей"),
        ("en", "nine people", "9 people"),
        ("ru", "Соседи собирают подписи.", "Соседи собирают подписи. Печь стоит во дворе."),
        ("ru", "подписи.", "подписи.\nПодписывайтесь на наш канал."),
        ("uk", "підписи.", "підписи.\nЧитайте також: хліб подорожчав."),
        ("en", "signatures.", "signatures.\nSign up for our letter. It is free."),
    ],
)
def test_what_readers_do_not_see_as_a_change_is_none(language: str, old: str, new: str) -> None:
    assert kinds(language, (old, new)) == []


@given(st.sampled_from(["ru", "uk", "en"]), st.data())
def test_white_space_is_no_edit_wherever_it_stands(language: str, data: st.DataObject) -> None:
    text = TEXTS[language]
    spaces = [i for i, c in enumerate(text) if c == " "]
    at = data.draw(st.sampled_from(spaces))
    other = data.draw(st.sampled_from(["\u00a0", "\n", "  ", "\u202f", " \u200b"]))
    assert edits(version(text), version(text[:at] + other + text[at + 1 :]), language) == ()


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert edits(version(one), version(one)) == ()
    for edit in edits(version(one), version(other)):
        if edit.kind != "headline":
            assert edit.before == (one[edit.before_start : edit.before_end] if edit.before_start >= 0 else "")
            assert edit.after == (other[edit.after_start : edit.after_end] if edit.after_start >= 0 else "")


def test_what_sentences_say_is_what_their_tokens_say() -> None:
    said = "First, a \u200bsentence: «Призыв начался», — сказал он. 1,000 of __them__!\n\nНовий абзац. Ё-моё…\n…"
    text = Text(said)
    assert text.said == [Said(sentence.paragraph, sentence.forms) for sentence in text.sentences]


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [
        ("ru", "Печи остыли ещё в полдень, рассказали два сотрудника пекарни.", ", рассказали два сотрудника пекарни"),
        ("uk", "Печі вистигли ще опівдні, розповіли двоє працівників пекарні.", ", розповіли двоє працівників пекарні"),
        ("en", "The ovens were cold by noon, according to two bakers.", ", according to two bakers"),
    ],
)
def test_a_number_that_went_with_its_whole_source_is_no_edit_of_its_own(language: str, text: str, source: str) -> None:
    (edit,) = edits(version(text), version(text.replace(source, "")), language)
    assert (edit.kind, edit.before) == ("attribution", source.removeprefix(", "))


@pytest.mark.parametrize(
    ("language", "before", "after", "kind"),
    [
        ("ru", "Мэр Илья Ветров на вопрос о пекарне не ответил.", "Мэр Илья Ветров опроверг закрытие пекарни.", "denial_added"),
        ("uk", "У міськраді на запит про пекарню не відповіли.", "У міськраді спростували закриття пекарні.", "denial_added"),
        ("ru", "Продажи упали на треть.", "Продажи снизились.", "number"),
        ("ru", "Все девять печей остыли к вечеру.", "Семь из девяти печей остыли к вечеру.", "number"),
        ("en", "All nine ovens were cold at dusk.", "Seven of nine ovens were cold at dusk.", "number"),
        ("en", "Bills, seen by The Baker and verified by two of its clerks, list debts.", "Bills list debts.", "attribution"),
        ("en", "Bread is dear, according to a bill seen by The Baker.", "Bread is dear, it is said.", "attribution"),
        ("ru", "Пекаря зовут Лодов. О Ладове пишут.", "Пекаря зовут Ладов. О Ладове пишут.", "typo"),
    ],
)  # fmt: skip
def test_a_changed_sentence_has_one_edit(language: str, before: str, after: str, kind: str) -> None:
    text = TEXTS[language]
    found = edits(version(f"{text}\n{before}"), version(f"{text}\n{after}"), language)
    assert [edit.kind for edit in found] == [kind]


def test_a_source_that_says_something_else_is_not_exchanged() -> None:
    before, after = (
        version(f"{EN}\n{text}") for text in ("The mayor's office blamed mice.", "The mayor's office spoke of mishaps.")
    )
    assert edits(before, after, "en") == ()


def test_a_note_that_an_earlier_version_had_it_otherwise_is_a_correction() -> None:
    note = "\nThis article was amended on 6 May. The bakery closed on Friday, not Wednesday as an earlier version had it."
    found = edits(version(EN), version(EN.replace("Wednesday", "Friday") + note), "en")
    assert [(edit.kind, edit.disclosed) for edit in found] == [("date", True), ("correction", True)]


@pytest.mark.parametrize(
    ("language", "words", "figures"),
    [("ru", "двадцать шесть", "26"), ("uk", "двадцять шість", "26"), ("en", "twenty-six", "26"), ("en", "twenty", "20")],
)
def test_a_number_in_words_and_in_figures_is_one_number(language: str, words: str, figures: str) -> None:
    old, new = {"ru": ("девять", "28"), "uk": ("дев'ять", "28"), "en": ("nine", "28")}[language]
    said, written, other = (TEXTS[language].replace(old, number) for number in (words, figures, new))
    assert edits(version(said), version(written), language) == edits(version(written), version(said), language) == ()
    assert [edit.kind for edit in edits(version(said), version(other), language)] == ["number"]
    assert [dictionary_of("en").value(said.split()) for said in ("five thousand", "six twenty", "a dozen")] == [None] * 3


def test_an_edit_names_the_words_and_where_they_stand() -> None:
    (edit,) = edits(version(RU), version(RU.replace("девять", "семь")))
    assert (edit.before, edit.after) == ("девять", "семь")
    assert RU[edit.before_start : edit.before_end] == "девять"
    assert edit.after_start == edit.before_start


def test_several_changes_are_each_an_edit_in_the_order_of_the_text() -> None:
    assert kinds("ru", ("среду", "пятницу"), ("девять", "семь"), ("Ольхова", "Вольхова"), (" Соседи собирают подписи.", "")) == [
        "date", "number", "name", "passage_removed",
    ]  # fmt: skip


def test_a_misspelling_beside_a_number_is_another_edit() -> None:
    before = EN.replace("nine people", "nine poeple")
    assert [e.kind for e in edits(version(before), version(before.replace("nine poeple", "seven people")), "en")] == [
        "number", "typo",
    ]  # fmt: skip


def test_neighbouring_sentences_that_went_are_one_passage() -> None:
    after = RU[: RU.index("\nХозяин")]
    assert [e.kind for e in edits(version(RU), version(after))] == ["passage_removed"]


def test_a_sentence_that_was_parted_or_joined_is_not_removed() -> None:
    joined = RU.replace("рублей. Соседи", "рублей, а соседи")
    assert edits(version(RU), version(joined)) == ()
    assert edits(version(joined), version(RU)) == ()


def test_the_same_change_in_two_places_is_one_edit() -> None:
    twice = RU + " Подписей девять."
    assert [e.kind for e in edits(version(twice), version(twice.replace("девять", "семь")))] == ["number"]


def test_anything_in_the_title_is_the_headline() -> None:
    after = version(RU, title="Пекарня закрылсь")
    (edit,) = edits(version(RU), after)
    assert (edit.kind, edit.before, edit.after) == ("headline", TITLE, "Пекарня закрылсь")
    assert [e.kind for e in edits(version(RU), version(RU, title=f"{TITLE}?"))] == ["headline"]
    assert edits(version(RU, title="«Пекарня» — закрылась"), version(RU, title="„Пекарня“ – закрылась")) == ()


# Said openly, or not


def test_an_edit_is_silent_unless_it_is_said() -> None:
    after = RU.replace("девять", "семь")
    assert [e.disclosed for e in edits(version(RU), version(after))] == [False]
    assert [e.disclosed for e in edits(version(RU, modified=NOON), version(after, modified=NOON))] == [False]
    assert [e.disclosed for e in edits(version(RU, modified=EVENING), version(after, modified=NOON))] == [False]
    assert [e.disclosed for e in edits(version(RU, modified=NOON), version(after))] == [False]
    assert [e.disclosed for e in edits(version(RU, modified=NOON), version(after, modified=EVENING))] == [True]
    assert [e.disclosed for e in edits(version(RU), version(after, modified=EVENING))] == [True]


@pytest.mark.parametrize(
    ("language", "note", "kinds"),
    [
        ("ru", "Исправление: работы лишились семь человек.", ["number", "correction"]),
        ("ru", "Исправление. Число уволенных было указано неверно. Приносим извинения.", ["number", "correction"]),
        ("ru", "В предыдущей версии было неверно указано число уволенных.", ["number", "correction"]),
        ("ru", "Обновлено: добавлены слова управы.", ["number"]),
        ("ru", "Дополнено ответом управы.", ["number"]),
        ("ru", "Обновлено 18 мая в 14:30. Печь чинят.", ["number"]),
        ("ru", "От редакции: мы убрали лишнее из заметки.", ["number"]),
        ("uk", "Виправлено: роботи позбулися семеро.", ["number", "correction"]),
        ("uk", "Матеріал оновлено.", ["number"]),
        ("en", "Correction: seven people lost their jobs.", ["number", "correction"]),
        ("en", "An earlier version of this article overstated how many people lost their jobs.", ["number", "correction"]),
        ("en", "Updated with the council's reply.", ["number"]),
        ("en", "Update: the council denied that anybody lost a job.", ["number", "denial_added"]),
    ],
)
def test_a_new_note_discloses_and_a_note_of_a_mistake_is_a_correction(language: str, note: str, kinds: list[str]) -> None:
    text = TEXTS[language]
    old, new = {"ru": ("девять", "семь"), "uk": ("дев'ять", "сім"), "en": ("nine", "seven")}[language]
    found = edits(version(text), version(f"{text.replace(old, new)}\n{note}"), language)
    assert sorted(e.kind for e in found) == sorted(kinds)
    assert {e.disclosed for e in found} == {True}


def test_a_note_that_was_there_before_discloses_nothing() -> None:
    noted = RU + "\nИсправление: улица названа верно."
    (edit,) = edits(version(noted), version(noted.replace("девять", "семь")))
    assert (edit.kind, edit.disclosed) == ("number", False)


def test_a_note_that_is_written_anew_discloses_and_is_no_edit() -> None:
    before, after = (f"{text}\nОбновлено в {hour}:00." for text, hour in ((RU, 14), (RU.replace("девять", "семь"), 16)))
    (edit,) = edits(version(before), version(after))
    assert (edit.kind, edit.disclosed) == ("number", True)


def test_a_note_that_went_is_a_passage_removed() -> None:
    assert [e.kind for e in edits(version(RU + "\nИсправление: улица названа верно."), version(RU))] == ["passage_removed"]


def test_an_invitation_that_went_is_no_passage() -> None:
    assert edits(version(RU + "\nПодписывайтесь на наш канал. Там свежий хлеб."), version(RU)) == ()


# Links


def linked(text: str, *links: tuple[str, str]) -> Version:
    return version(
        text, links=tuple(Link(url, "citation", words, text.index(words), text.index(words) + len(words)) for url, words in links)
    )


def test_a_link_that_went_while_its_words_stayed_is_an_edit() -> None:
    links = ("https://mayor.example/1", "данным мэра"), ("https://bread.example/2", "подписи")
    (edit,) = edits(linked(RU, *links), linked(RU, links[1]))
    assert (edit.kind, edit.before, edit.after) == ("link_removed", "данным мэра", "")
    assert edits(linked(RU, *links), linked(RU, *links)) == ()


def test_a_link_that_went_with_its_words_or_only_has_a_tracker_is_none() -> None:
    link = ("https://bread.example/2", "подписи")
    assert [e.kind for e in edits(linked(RU, link), version(RU.replace(" Соседи собирают подписи.", "")))] == ["passage_removed"]
    assert edits(linked(RU, link), linked(RU, ("https://bread.example/2?utm_source=feed", "подписи"))) == ()


# The lexicon


def sentence(text: str):
    return Text(text).sentences[0]


def entries(*sections: str) -> list[tuple[str, str, str, str]]:
    return [
        (language, section, entry, example)
        for language, tables in lexicon("edits").items()
        for section in sections
        for entry, example in tables[section].items()
    ]


@pytest.mark.parametrize(("language", "section", "entry", "example"), entries("correction", "update", "editor"))
def test_each_label_makes_a_note_of_its_example(language: str, section: str, entry: str, example: str) -> None:
    assert labelled(sentence(example), dictionary_of(language)) == section
    assert not labelled(sentence("Так, " + example.lower().replace(":", " ")), dictionary_of(language))


@pytest.mark.parametrize(("language", "section", "entry", "example"), entries("own_text", "mistake", "change"))
def test_each_word_of_a_note_does_its_work_in_its_example(language: str, section: str, entry: str, example: str) -> None:
    words, first = dictionary_of(language), sentence(example)
    assert note(first, words, alone=False) in ({"correction"} if section == "mistake" else {"correction", "update"})
    assert all(any(word in words.lemmas(form) for form in first.forms) for word in entry.split())


@pytest.mark.parametrize(("language", "section", "entry", "example"), entries("invitation", "legal_label"))
def test_each_invitation_and_label_is_known_from_its_example(language: str, section: str, entry: str, example: str) -> None:
    assert 0 in boilerplate(Text(example).said, dictionary_of(language))


@pytest.mark.parametrize(
    ("language", "section", "entry", "example"), entries("numeral", "one", "counting_prefix", "calendar", "year")
)
def test_each_number_and_date_is_known_in_its_example(language: str, section: str, entry: str, example: str) -> None:
    words = dictionary_of(language)
    asked = {
        "numeral": lambda t: words.is_number(t.form),
        "one": lambda t: words.is_one(t.form) and not words.is_number(t.form),
        "counting_prefix": lambda t: words.is_number(t.form) and t.form.startswith(entry.casefold().replace("ё", "е")),
        "calendar": lambda t: words.is_calendar(t.form, t.written),
        "year": lambda t: words.is_month_or_year(t.form, t.written),
    }[section]
    assert any(asked(token) for token in sentence(example).tokens)


# Against texts that were written by somebody who had not seen the rules


@pytest.mark.parametrize(("pairs", "precise", "found_of_all"), [(GOLD, 0.97, 0.95), (CHECK, 0.95, 0.93)])
def test_the_figures_over_pairs_by_others_do_not_fall(pairs: Path, precise: float, found_of_all: float) -> None:
    right = extra = missed = 0
    for line in pairs.read_text("utf-8").splitlines():
        row = json.loads(line)
        before, after = (
            Version(
                row[side]["title"],
                row[side]["text"],
                datetime.fromisoformat(row[side]["modified"]) if row[side]["modified"] else None,
                tuple(Link(n["url"], "citation", n["anchor"], n["start"], n["end"]) for n in row[side].get("links", ())),
            )
            for side in ("before", "after")
        )
        gold = Counter((e["class"], e["disclosed"]) for e in row["edits"] if e["class"] != "none")
        found = Counter((e.kind, e.disclosed) for e in edits(before, after, row["language"]))
        optional = Counter((e["class"], e["disclosed"]) for e in row.get("optional") or ())
        right += (gold & found).total()
        missed += (gold - found).total()
        extra += (found - gold - optional).total()
    precision, recall = right / (right + extra), right / (right + missed)
    assert precision >= precise
    assert recall >= found_of_all

"""What articles are known by, and how alike two are."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.lexicons import lexicon
from monitor.match import StoryItem, Vocabulary
from monitor.match.embedding import Embedding, cosine
from monitor.match.features import UNIT, features, unpack, written
from monitor.match.likeness import FAINT, LINK, MEANT_ALIKE, SCALE, Pair, dot, evidence, likeness
from monitor.match.vocabulary import MOST, numerals, shipped, stem, stems
from monitor.text import fold, words

DAY = datetime(2026, 5, 18, tzinfo=UTC)
TOGETHER = Pair(0.0, is_retold=False)

RAID = StoryItem(
    "raid",
    "В Заречье военкомат обошёл общежитие политеха",
    "Утром в понедельник сотрудники военкомата обошли общежитие Зареченского политеха и вручили повестки 42 студентам."
    " Об этом рассказал комендант корпуса Пётр Ермолаев. Двадцать шесть человек отказались открыть двери: по его словам, их"
    " обещали внести в особый список, а к вечеру у проходной собрались родители и потребовали встречи с проректором.",
    DAY,
    regions=("RU-OMS",),
    towns=("Zarechye",),
    places=("Заречье", "Зареченского"),
)
AGAIN = StoryItem(
    "again",
    "42 студента политеха получили повестки",
    "Повестки вручили 42 студентам политеха в Заречье: военкомат обошёл их общежитие, двери не открыли двадцать шесть человек."
    " Родители пришли к проходной и потребовали проректора, однако к ним вышел охранник. Ректорат заявил, что о проверке узнал"
    " из чата и что разрешения на неё никто не давал.",
    DAY,
    regions=("RU-OMS",),
    towns=("Zarechye",),
    places=("Заречье",),
)
ENGLISH = StoryItem(
    "english",
    "Polytechnic hostel raided by enlistment officers",
    "Enlistment officers in Zarechye handed summonses to 42 students, hostel warden Pyotr Yermolayev said; twenty-six kept their"
    " doors shut.",
    DAY,
    regions=("RU-OMS",),
    towns=("Zarechye",),
    places=("Zarechye",),
)
SPARE = StoryItem("spare", "Банк поднял ставку по вкладам", "Ставка выросла до 19 процентов, вкладчики довольны решением.", DAY)


def known(item, **changed):
    return features(replace(item, **changed), shipped())


def alike(a, b, pair=TOGETHER):
    return likeness(a, b, pair)


def test_reports_of_one_event_are_alike_and_others_are_not():
    for a, b in ((RAID, AGAIN), (RAID, ENGLISH), (AGAIN, ENGLISH)):
        assert alike(known(a), known(b)) > LINK
    assert all(alike(known(a), known(SPARE)) < FAINT for a in (RAID, AGAIN, ENGLISH))


def test_a_text_is_wholly_alike_to_itself_and_no_more():
    assert alike(known(RAID), known(RAID)) == pytest.approx(SCALE * 0.95, rel=0.01)
    assert alike(known(ENGLISH), known(ENGLISH)) == SCALE


def test_two_federal_subjects_halve_it():
    assert alike(known(RAID), known(AGAIN, regions=("RU-TVE",))) == pytest.approx(alike(known(RAID), known(AGAIN)) / 2, abs=1)
    assert alike(known(RAID), known(AGAIN, regions=())) == alike(known(RAID), known(AGAIN))
    assert alike(known(RAID), known(AGAIN, regions=("RU-TVE", "RU-OMS"))) == alike(known(RAID), known(AGAIN))


@given(st.floats(0, 5))
def test_each_day_between_takes_a_twelfth_and_more_than_five_take_all(days):
    whole = alike(known(RAID), known(AGAIN))
    assert alike(known(RAID), known(AGAIN), Pair(days, is_retold=False)) == pytest.approx(whole * (1 - 0.08 * days), abs=1)
    assert alike(known(RAID), known(AGAIN), Pair(5.01, is_retold=False)) == 0


def test_titles_that_name_others_speak_against_it():
    ours = known(RAID, title="Военкомат вызвал Ермолаева")
    theirs = known(AGAIN, title="Военкомат вызвал Сарафанова", text=RAID.text.replace("Пётр Ермолаев", "Илья Сарафанов"))
    plain = known(AGAIN, title="Военкомат вызвал коменданта", text=RAID.text.replace("Пётр Ермолаев", "Илья Сарафанов"))
    assert alike(ours, theirs) < 0.85 * alike(ours, plain)


def test_a_headline_has_few_words_to_share():
    long, short = known(RAID, title=""), known(AGAIN, title="", text="Военкомат обошёл общежитие политеха в Заречье")
    assert len(short.vector) < 25 <= len(long.vector)
    assert alike(long, short) > 1.5 * 0.8 * SCALE * dot(long.vector, short.vector) / UNIT**2


@pytest.mark.parametrize(
    ("changed", "is_less"),
    [
        ({"regions": ("RU-TVE",)}, True),
        ({"regions": ()}, True),
        ({"towns": ()}, True),
        ({"text": ENGLISH.text.replace("42", "17").replace("twenty-six", "nobody")}, True),
        ({"text": ENGLISH.text.replace("Pyotr Yermolayev", "Ilya Sarafanov")}, True),
        ({"text": ENGLISH.text.replace(", hostel warden Pyotr Yermolayev said", "")}, True),
        ({"title": "Another title of plain words"}, False),
    ],
)
def test_across_languages_each_piece_of_evidence_counts(changed, is_less):
    assert (alike(known(RAID), known(ENGLISH, **changed)) < alike(known(RAID), known(ENGLISH))) == is_less


def test_across_languages_who_links_to_a_report_retells_it():
    far = known(
        ENGLISH, text="A page on which Perm shows summonses was out of reach.", title="Page goes dark", regions=(), towns=()
    )
    assert alike(known(RAID), far) == 0
    assert alike(known(RAID), far, Pair(0.0, is_retold=True)) > 0
    assert alike(known(RAID), known(AGAIN), Pair(0.0, is_retold=True)) == alike(known(RAID), known(AGAIN)), (
        "within one it says less"
    )


ITEMS = (RAID, AGAIN, ENGLISH, SPARE)


@given(st.sampled_from(ITEMS), st.sampled_from(ITEMS), st.floats(0, 6), st.booleans())
def test_likeness_is_symmetric_and_between_nothing_and_one(a, b, days, is_retold):
    pair = Pair(days, is_retold)
    assert alike(known(a), known(b), pair) == alike(known(b), known(a), pair)
    assert 0 <= alike(known(a), known(b), pair) <= SCALE


@given(st.text(max_size=80), st.text(max_size=200))
def test_features_are_what_they_were_when_they_were_kept(title, text):
    found = known(RAID, title=title, text=text)
    assert unpack(found.pack()) == found
    assert unpack(found.pack()).pack() == found.pack()
    assert all(isinstance(weight, int) for weight in found.vector.values())


def test_without_a_title_the_first_sentence_stands_for_one():
    text = "Военкомат обошёл общежитие. Студентам вручили повестки."
    assert known(RAID, title="", text=text).title == known(RAID, title="Военкомат обошёл общежитие.", text=text).title


def test_names_are_capitals_within_a_sentence_or_words_that_the_language_does_not_list():
    found = known(RAID, title="", text="Утром Ермолаев пришёл. Хижняк ушёл. Город спал.", places=())
    assert found.people.keys() == {stem("ермолаев"), stem("хижняк")}
    assert found.capitalised >= {stem("утром"), stem("город")}
    assert known(RAID, title="", text="Утром в Заречье пришёл Ермолаев.").people.keys() == {stem("ермолаев")}, "places are none"
    assert not known(ENGLISH, title="Officers Raid Hostel In Zarechye").title_names, "in Title Case every word is capitalised"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("42 человека", {42}),
        ("двадцать шесть человек", {26}),
        ("двадцяти шести осіб", {26}),
        ("twenty-six men", {26}),
        ("увезли семерых", {7}),
        ("1 200 повесток", {1200}),
        ("1,200 notices", {1200}),
        ("50 тысяч рублей", {50_000}),
        ("пятьдесят тысяч", {50_000}),
        ("fifty thousand", {50_000}),
        ("сорок два, а потом семь", {42, 7}),
        ("тридцать и пять", {30, 5}),
        ("в 2026 году", set()),
        ("один человек, 1 раз", set()),
        ("телефон 88005553535", set()),
        ("сто двадцать", {100, 20}),
    ],
)
def test_numbers_are_read_in_digits_and_in_words(said, number):
    assert known(RAID, title="", text=said).numbers == number


@pytest.mark.parametrize(
    ("language", "number", "entry", "example"),
    [
        (language, number, entry, example)
        for language, sections in lexicon("numerals").items()
        for number, entries in sections.items()
        for entry, example in entries.items()
    ],
)
def test_every_numeral_is_reached_by_its_example(language, number, entry, example):
    assert any(numerals().get(word) == int(number) for word in words(fold(example).text)), example


def test_words_weigh_by_how_rare_they_are_in_their_language():
    weight = shipped().weight
    for language, said in (("ru", "который город военкомат"), ("uk", "який місто гуртожиток"), ("en", "which city summons")):
        weights = [weight(language, stem(word)) for word in said.split()]
        assert weights == sorted(set(weights))
        assert weights[0] < 200
        assert weights[-1] > 500
        assert weight(language, "zzzzz") == MOST


def test_the_words_of_the_beat_weigh_little_and_numbers_among_them_do_not():
    beat = Vocabulary(stems("повестка 42"))
    assert beat.weight("ru", stem("повестка")) == 200 < shipped().weight("ru", stem("повестка"))
    assert beat.weight("ru", "42") == shipped().weight("ru", "42")
    assert beat.weight("ru", stem("который")) == shipped().weight("ru", stem("который")), "what weighs less stays"
    assert beat.digest != shipped().digest == Vocabulary().digest


def test_a_table_of_ones_own_takes_the_place_of_the_shipped_one():
    own = Vocabulary(tables={"ru": {"poves": 1.5}})
    assert own.weight("ru", "poves") == 150
    assert own.weight("ru", stem("который")) == MOST
    assert own.weight("uk", stem("який")) == shipped().weight("uk", stem("який"))
    assert own.digest != shipped().digest


def test_evidence_says_in_words_what_two_share_and_what_speaks_against_it():
    told = written(ENGLISH) | written(RAID)
    assert evidence(known(RAID), known(ENGLISH), Pair(0.25, is_retold=True), told) == (
        "names: Ермолаев",
        "numbers: 42, 26",
        "town: Zarechye",
        "words: Заречье, политеха, студентам",
        "one links to the other",
        "0.2 days apart",
    )
    against = evidence(known(RAID), known(SPARE, regions=("RU-TVE",)), TOGETHER, told)
    assert against == ("but different regions",)
    an_hour = evidence(known(RAID), known(ENGLISH), Pair(1 / 24, is_retold=True), told)
    assert an_hour[-1] == "one links to the other", "nobody reads 0.0 days"


def test_what_both_mean_counts_beside_the_words_and_is_told():
    scores = [alike(known(RAID), known(ENGLISH), Pair(0.0, is_retold=False, meaning=cosine)) for cosine in (0.8, 0.84, 0.88)]
    assert scores == sorted(set(scores))
    assert alike(known(RAID), known(ENGLISH), Pair(0.0, is_retold=False, meaning=MEANT_ALIKE)) == alike(
        known(RAID), known(ENGLISH)
    )
    assert "meaning: 0.92" in evidence(known(RAID), known(ENGLISH), Pair(0.0, is_retold=False, meaning=0.917), {})


def test_the_cosine_of_two_meanings_is_of_one_model_and_of_signed_bytes():
    a, b = Embedding("m-1", bytes([3, 4])), Embedding("m-1", bytes([253, 252]))
    assert (cosine(a, a), cosine(a, b)) == (1.0, -1.0)
    assert cosine(a, replace(a, model="m-2")) is None
    assert cosine(a, Embedding("m-1", bytes(2))) is None, "which way nothing points nobody can say"


def test_a_kept_vector_is_of_one_length():
    for item in ITEMS:
        assert dot(known(item).vector, known(item).vector) == pytest.approx(UNIT**2, rel=0.01)
        assert json.loads(known(item).pack())[0] in {"ru", "uk", "en"}
    assert known(StoryItem("empty", "", "", DAY + timedelta(1))).vector == {}

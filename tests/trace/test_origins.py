"""How many really know: what is led back to another adds nothing, whatever it says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Telling
from monitor.trace.origins import ORIGINS, find_origins

NOON = datetime(2026, 5, 18, 12, tzinfo=UTC)


def telling(article, *, outlet="", publisher="", wire=False, at=0, copy_of="", firsthand=False, words_of=(), cites=()):
    outlet = outlet or article.upper()
    when = NOON + timedelta(minutes=at)
    return Telling(article, outlet, publisher or outlet, wire, when, copy_of or article, firsthand, tuple(words_of), tuple(cites))


def number(tellings):
    return sum(step.rule in ORIGINS for step in find_origins(tellings))


def steps(*tellings):
    return {step.article: (step.rule, step.source) for step in find_origins(tellings)}


def test_one_wire_six_reprints_two_that_cite_and_one_own_report_are_two():
    wire = telling("w", wire=True)
    reprints = [telling(f"r{n}", at=n + 1, copy_of="w") for n in range(6)]
    citing = [telling(f"c{n}", at=n + 9, words_of=["W"], firsthand=True) for n in range(2)]
    own = telling("o", at=20, firsthand=True)
    assert number([wire, *reprints, *citing, own]) == 2
    assert number([*reprints, *citing, own]) == 2, "the wire is known though the story has no article of it"


@pytest.mark.parametrize(
    ("second", "step"),
    [
        ({"copy_of": "a"}, ("copy", "a")),
        ({"words_of": ["A"]}, ("credits", "a")),
        ({"words_of": ["B", "A"]}, ("credits", "a")),  # its own outlet is no other
        ({"words_of": ["Z"]}, ("credits", "Z")),
        ({"cites": ["a"]}, ("links", "a")),
        ({"cites": ["elsewhere", "a"]}, ("links", "a")),
        ({"publisher": "P"}, ("publisher", "a")),
        ({"publisher": "P", "words_of": ["A"]}, ("publisher", "a")),
        ({"firsthand": True}, ("firsthand", "")),
        ({"wire": True}, ("wire", "")),
        ({}, ("unknown", "")),
        ({"copy_of": "a", "words_of": ["Z"], "firsthand": True}, ("copy", "a")),
        ({"words_of": ["Z"], "cites": ["a"], "firsthand": True}, ("credits", "Z")),
    ],
)
def test_each_article_takes_the_first_step_that_holds(second, step):
    assert steps(telling("a", publisher="P", firsthand=True), telling("b", at=1, **second))["b"] == step


def test_an_outlet_is_one_in_all_cases_and_scripts():
    polden = telling("a", outlet="Полдень", firsthand=True)
    assert steps(polden, telling("b", at=1, words_of=["Polden"]), telling("c", at=2, words_of=["Полднем"])) == {
        "a": ("firsthand", ""), "b": ("credits", "a"), "c": ("credits", "a"),
    }  # fmt: skip
    assert number([telling("b", at=1, words_of=["Bereg"]), telling("c", at=2, words_of=["Берегу"])]) == 1
    assert steps(telling("d", outlet="Bereg", words_of=["Берегу"], firsthand=True)) == {"d": ("firsthand", "")}


def test_outlets_that_are_called_by_numbers_are_told_apart_by_all_their_digits():
    assert number([telling("b", words_of=["112"]), telling("c", at=2, words_of=["12"])]) == 2
    assert steps(telling("a", outlet="Канал 112", firsthand=True), telling("b", at=1, words_of=["Каналом 112"]))["b"] == (
        "credits",
        "a",
    )


def test_the_first_article_of_an_outlet_is_what_others_have_it_from():
    found = steps(telling("y", outlet="A", at=5), telling("x", outlet="A", at=3), telling("b", at=9, words_of=["A"]))
    assert found == {"x": ("unknown", ""), "y": ("publisher", "x"), "b": ("credits", "x")}


def test_what_an_outlet_reprinted_is_not_what_others_have_from_it():
    story = [telling("d", outlet="D", publisher="Q", at=5), telling("a", publisher="P", words_of=["D"], firsthand=True, at=9)]
    reprint = telling("z", outlet="D", publisher="P", copy_of="d")
    assert number(story) == number([*story, reprint]) == 0


def test_who_stands_on_the_word_of_an_outlet_has_it_from_its_own_article_though_it_reprinted_another_before():
    first, reprint = telling("x", firsthand=True), telling("z", outlet="D", at=1, copy_of="x")
    own, later = telling("d", outlet="D", at=5), telling("b", at=9, words_of=["D"])
    assert steps(first, reprint, own, later)["b"] == ("credits", "d")
    assert steps(first, reprint, later)["b"] == ("credits", "z")


def test_articles_that_have_it_from_each_other_are_no_origin():
    assert number([telling("a", words_of=["B"], firsthand=True), telling("b", words_of=["A"], firsthand=True)]) == 0


def test_who_stands_on_the_word_of_two_does_not_make_them_one():
    both = telling("c", at=9, words_of=["A", "B"])
    assert number([telling("a", firsthand=True), telling("b", firsthand=True), both]) == 2


def test_of_nothing_nobody_knows():
    assert find_origins([]) == []


NAMES = "abcdef"
STORIES = st.lists(
    st.builds(
        telling,
        st.sampled_from(NAMES),
        outlet=st.sampled_from("ABCD"),
        publisher=st.sampled_from("PQR"),
        wire=st.booleans(),
        at=st.integers(0, 9),
        firsthand=st.booleans(),
        words_of=st.lists(st.sampled_from("ABCDZ"), max_size=2),
        cites=st.lists(st.sampled_from(NAMES), max_size=2),
    ),
    max_size=6,
    unique_by=lambda t: t.article,
)


@given(STORIES, st.data())
def test_adding_a_reprint_never_raises_it(story, data):
    """Whoever prints it, whatever it says beside, and whatever time it bears."""
    if not story:
        return
    of = data.draw(st.sampled_from(story))
    reprint = telling(
        "z",
        outlet=data.draw(st.sampled_from("ABCDEZ")),
        publisher=data.draw(st.sampled_from("PQRS")),
        wire=data.draw(st.booleans()),
        at=data.draw(st.integers(-5, 20)),
        copy_of=of.original,
        firsthand=data.draw(st.booleans()),
        words_of=data.draw(st.lists(st.sampled_from("ABCDYZ"), max_size=2)),
        cites=data.draw(st.lists(st.sampled_from(NAMES), max_size=2)),
    )
    assert number([*story, reprint]) <= number(story)


@given(STORIES, st.randoms())
def test_order_says_nothing_and_there_are_never_more_origins_than_publishers_and_outlets_outside(story, rnd):
    shuffled = story[:]
    rnd.shuffle(shuffled)
    assert find_origins(shuffled) == find_origins(story)
    outside = {name for t in story for name in t.credits} - {t.outlet for t in story}
    assert number(story) <= len({t.publisher for t in story} | outside)

"""Words that are evidence together, on a topic of floods: what they add up to, where, and what they do not overrule."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.judge.gate import Gate
from monitor.judge.topics import Topic, compile_topic, topic_faults
from monitor.judge.verdict import judge
from monitor.judge.weighing import FEWEST, MOST, Weights
from monitor.model import Verdict
from monitor.model.articles import IN_PASSING, NO_CONTEXT, NO_COUNTRY, OTHER_COUNTRY, OTHER_SENSE

FLOODS: dict[str, Any] = {
    "id": "floods",
    "title": {"en": "Floods", "ru": "Паводки", "uk": "Паводки"},
    "query": "паводок",
    "weak": "вода",
    "context": "река",
    "scope": {"country": "RU"},
    "weighed": {"ru": {"least": 3, "words": "3.5 потоп\n1.2 дамб\n0.9 лодк мешка прорва\n-1.0 аквапа\n"}},
    "exclusion": [{"id": "speech", "why": "A flood of words.", "query": "паводок NEAR/1 слово"}],
}
TOLD = "К утру дамбу прорвало, и соседи сели в лодки."
DRY = "Здесь никто не говорит ни о чём таком совсем."


def ask(text: str, *, title: str = "", language: str = "ru", **fields: Any) -> Verdict | None:
    return next(iter(judge([compile_topic(FLOODS | fields)], title=title, text=text, language=language)), None)


def relevant(text: str, *, title: str = "") -> bool:
    verdict = ask(text, title=title)
    return verdict is not None and verdict.relevant


def test_the_words_that_reach_the_sum_are_the_reasons() -> None:
    verdict = ask(TOLD)
    assert verdict is not None
    assert (verdict.relevant, verdict.score, verdict.country) == (True, 1.0, "RU")
    assert [(TOLD[r.start : r.end], r.label, r.rule) for r in verdict.reasons] == [
        ("дамбу прорвало", "floods", "floods.weighed.ru"),
        ("лодки", "floods", "floods.weighed.ru"),
    ]


@pytest.mark.parametrize(
    ("text", "is_enough"),
    [
        (TOLD, True),
        (TOLD.replace("лодки", "мешки"), False),  # a word of five letters is weighed whole
        (TOLD.replace("в лодки", "дамбу, дамбы"), False),  # a word counts once, in whatever form
        (TOLD.replace("соседи", "посетители аквапарка"), False),  # another takes away
        ("К утру был потоп, и соседи сели в лодки.", False),  # two words, however much they weigh
        ("Дамбу прорвало, все в лодки.", False),  # fewer words than a stretch has
        (f"{DRY}\n{TOLD}", True),
        ("К утру дамбу прорвало, так говорят все соседи.\nПотом они молча сели в большие лодки с мешками.", False),
        (f"{DRY * 10}\n{TOLD}", False),  # below the lead
    ],
)
def test_words_add_up_in_the_title_and_in_each_paragraph_of_the_lead(text: str, is_enough: bool) -> None:
    assert relevant(text) == is_enough
    if "\n" not in text:
        assert relevant(DRY, title=text) == is_enough


def test_words_overrule_nothing_that_a_rule_has_found() -> None:
    for text, reason in (
        (f"{TOLD} Это паводок слов.", OTHER_SENSE),
        (f"{TOLD} В Польше паводок.", OTHER_COUNTRY),
        (f"{TOLD}\n{DRY * 10} Паводок.", IN_PASSING),
    ):
        verdict = ask(text)
        assert verdict is not None
        assert (verdict.relevant, verdict.near_miss_reason) == (False, reason)
    assert ask("Вода прорвала дамбы, сказал человек в лодке на берегу.").near_miss_reason == ""
    assert ask("Вода пришла.").near_miss_reason == NO_CONTEXT


def test_words_of_another_country_or_language_are_no_evidence() -> None:
    verdict = ask(TOLD.replace("К утру", "В Польше к утру"))
    assert verdict is not None
    assert (verdict.relevant, verdict.near_miss_reason, verdict.country) == (False, OTHER_COUNTRY, "PL")
    # A name that is weighed says whose it is, too.
    weighed = {"ru": {"least": 2, "words": "1.2 дамб польше\n0.9 прорва"}}
    assert ask("В Польше к утру дамбу прорвало, и соседи ушли.", weighed=weighed).country == "PL"
    assert ask(TOLD, language="uk") is None
    english = {"en": {"least": 1, "words": "1.0 dike brok dawn"}}
    assert ask("The dike broke at dawn and nobody said a word.", language="en", weighed=english).near_miss_reason == NO_COUNTRY


IN_SETS: dict[str, Any] = {
    "words": {"barrier": {"ru": "дамба OR плотина OR вал"}, "vessel": {"ru": 'лодка OR катер OR "надувной плот"'}},
    "weighed": {"ru": {"least": 3, "words": "1.5 <barrier>\n0.9 <vessel>\n0.8 прорва рухн\n"}},
}


@pytest.mark.parametrize(
    ("text", "is_enough"),
    [
        (TOLD, True),
        ("К утру вал рухнул, и все соседи сели в катера.", True),  # words that nobody weighed, of sets that weigh
        ("К утру рухнул вал, и плотина, и дамбы, и все.", False),  # a set counts once, whichever words stand for it
        ("К утру вал рухнул, и все соседи сели на плот.", False),  # a word of a phrase alone is none of the set
    ],
)
def test_a_set_of_words_weighs_what_any_of_them_says(text: str, is_enough: bool) -> None:
    assert (ask(text, **IN_SETS) is not None) == is_enough
    assert Gate([compile_topic(FLOODS | IN_SETS)]).opens(text) == is_enough


def test_one_word_weighs_two_at_most() -> None:
    heavy = {"ru": {"least": 4, "words": "9.0 дамб\n0.9 лодк прорва\n"}}
    assert ask(TOLD, weighed=heavy) is None
    heavy["ru"]["least"] = 3.8
    assert ask(TOLD, weighed=heavy) is not None


def test_a_set_that_is_not_there_is_a_fault() -> None:
    assert topic_faults(FLOODS | IN_SETS | {"words": {"barrier": {"ru": "дамба"}}}) == [
        ("weighed.ru.words", "there is no set <vessel>; there are <barrier>")
    ]


def test_a_set_weighs_the_same_in_every_language_of_the_shipped_topics(topics: Sequence[Topic]) -> None:
    for topic in topics:
        weighed = [
            {what: weight for what, weight in weights.by_beginning.items() if what.startswith("<")}
            for weights in topic.weighed.values()
        ]
        assert all(one == weighed[0] for one in weighed)
        assert not weighed or len(weighed[0]) > 40


words_of = st.lists(st.sampled_from(["дамба", "дамбы", "мешки", "лодка", "катер", "аквапарк", "он", "и"]), max_size=MOST + 5)


@given(words=words_of, least=st.integers(1, 40))
def test_the_gate_sees_every_sum_that_judging_may_make(words: list[str], least: int) -> None:
    sets = {"<vessel>": ["лодка", "катер"], "<they>": ["он", "аквапарк"]}
    weights = Weights.of(
        {"дамб": 1.2, "мешк": 0.8, "лодк": 0.9, "аквапа": -1.0, "он": -0.1, "<vessel>": 1.4, "<they>": -0.7}, least / 10, sets
    )
    stretches = [words[:end] for end in range(len(words) + 1)]
    assert weights.may_reach(words) == any(weights.heaviest(stretch) for stretch in stretches if len(stretch) >= FEWEST)


def test_the_gate_opens_to_what_words_say_together_and_its_version_knows_them() -> None:
    gate = Gate([compile_topic(FLOODS)])
    assert gate.opens(f"Меню\n{TOLD}\nПоиск")
    assert not gate.opens(TOLD.replace(" лодки", "\nлодки"))
    heavier = {"ru": {"least": 3, "words": "1.2 дамб\n0.8 лодк"}}
    assert gate.version != Gate([compile_topic(FLOODS | {"weighed": heavier})]).version

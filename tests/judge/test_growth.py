"""What reading a query and matching it take grows with the query and the text, and no faster.

Steps are calls, counted. Of regular expressions the growth within one run is timed.
"""

import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Callable
from types import FrameType

import pytest

import monitor.judge
import monitor.text
from monitor.errors import QueryError
from monitor.judge.nodes import MAX_MATCHES
from monitor.judge.places import Gazetteer, find_places
from monitor.judge.query import Record, compile_query
from monitor.judge.syntax import parse
from monitor.judge.topics import Topic
from monitor.judge.verdict import judge


def steps(work: Callable[[], object]) -> int:
    """How many calls a piece of work makes, of functions in C too."""
    count = 0

    def profile(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def chain(length: int, operator: str = "NEAR/5") -> str:
    return f" {operator} ".join(["дом"] * length)


# Reading a query


@pytest.mark.parametrize("written", [
    chain, lambda n: chain(n, "SENTENCE"), lambda n: "дом " * n * 10, lambda n: "-дом " * n * 10,
    lambda n: '"дом сад" OR ' * n + "дом",
    lambda n: "title:(" + "дом OR " * n + "дом)", lambda n: "lang:(" + "ru OR " * n + "uk)",
    lambda n: "(" * (n // 2) + "дом" + " сад)" * (n // 2),
])  # fmt: skip
def test_reading_a_query_takes_steps_in_proportion_to_it(written: Callable[[int], str]) -> None:
    parse(written(26))  # the grammar and the dictionaries are loaded
    assert steps(lambda: parse(written(26))) < 2.6 * steps(lambda: parse(written(13)))


@pytest.mark.parametrize(
    ("written", "at", "word"),
    [
        ("-" * 5_000 + "дом", 14, "more than 14 NOT, - or groups within one another"),
        ("NOT " * 4_900 + "дом", 14 * 4, "more than 14 NOT, - or groups within one another"),
        ("-(" * 10 + "дом" + ")" * 10, 14, "more than 14 NOT, - or groups within one another"),
        ("дом " + "-дом " * 3_900, 5 * 1_000, "more than 1000 words in one query"),
        ('"' + "дом " * 1_001 + '"', 0, "more than 1000 words in one query"),
        (chain(32), len(chain(31)) + 1, "more than 30 of NEAR, BEFORE and SENTENCE in one query"),
        ("дом* " * 101, 500, "more than 100 words with wildcards in one query"),
        ('"' + "дом " * 101 + '"', 0, "more than 100 words in a phrase"),
        ('"' + "дом " * 21 + '"~3', 0, "more than 20 words in a phrase in any order"),
    ],
)
def test_a_query_that_is_too_much_is_refused_with_a_word(written: str, at: int, word: str) -> None:
    with pytest.raises(QueryError, match=re.escape(word)) as refusal:
        compile_query(written)
    assert refusal.value.start == at


def test_the_index_is_asked_for_a_chain_of_operators_without_nesting() -> None:
    written = compile_query(" NEAR/5 ".join(["дом", "сад", "лес", "река"] * 6)).fts()
    assert max(written[:at].count("(") - written[:at].count(")") for at in range(len(written))) <= 2


# Matching it


@pytest.mark.parametrize(("query", "text"), [
    (chain(26), "дом "),
    (chain(26, "SENTENCE"), "дом "),
    (chain(26, "SENTENCE/5"), "Дом дом. "),
    ("(а OR б) SENTENCE/5 (а OR в)", "Абв. " + "А " * 60 + ". "),
    # Each word stands on either side of the one before it: every operator has two choices, and all of them together 2^8.
    (" NEAR/100 ".join("абвгдежз"), "з ж е д г в б а б в г д е ж з "),
    ('"' + "дом " * 20 + '"~100', "дом "),
    ('"дом дом* *дом до* *ом ?ом д?м"~90', "дом "),
    ('"' + "дом " * 100 + '"', "дом "),
    ("(а SENTENCE в) SENTENCE (б SENTENCE в)", "а б "),
    ("*д*м", "д" * 90 + "м "),
])  # fmt: skip
def test_matching_takes_steps_in_proportion_to_the_text(query: str, text: str) -> None:
    compiled = compile_query(query)
    ask = [Record(title="", text="в " + text * count) for count in (150, 600)]
    compiled.matches(ask[0])
    few, many = (steps(lambda record=record: compiled.matches(record)) for record in ask)
    assert many < 6 * few


def test_an_operator_keeps_a_bounded_number_of_matches() -> None:
    letters = "абвгдежзиклмнопр"
    record = Record(title="", text=" ".join((*reversed(letters[1:]), *letters)) * 40)
    spans = compile_query(" NEAR/100 ".join(letters)).matches(record)
    assert spans is not None
    assert len(spans) <= len(letters) * MAX_MATCHES


@pytest.mark.parametrize(
    "text",
    [
        "Омск ", "Омский ", "Самарской и ", "Омск, ", "Военком Омска сказал ", "в Омске и ", "Сперва в Омске, ",
        "в Омске, теперь в Чите, ", "А из Омска штаб заверил, ", "из Омска в Читу ", "Омск — ", "родился в Омске; ",
        "fled to Omsk, where he was arrested, ", "з Омська на Читу, ",
    ],
)  # fmt: skip
def test_finding_places_takes_steps_in_proportion_to_the_text(gazetteer: Gazetteer, text: str) -> None:
    def ask(count: int) -> int:
        return steps(lambda: find_places(gazetteer, title="", text=text * count, language="ru"))

    ask(10)
    assert ask(800) < 6 * ask(200)


@pytest.mark.parametrize(
    "text", ["Призвать повестка Россия Украина военкомат ", "В России вручают повестки кубинцам, а в Украине нет, "]
)
def test_telling_the_country_takes_steps_in_proportion_to_the_text(topics: tuple[Topic, ...], text: str) -> None:
    def ask(count: int) -> int:
        return steps(lambda: judge(topics, title="", text=text * count, language="ru"))

    ask(10)
    assert ask(800) < 6 * ask(200)


# Regular expressions


def expressions() -> dict[str, re.Pattern[str]]:
    """Every one of judge and text."""
    modules = [
        importlib.import_module(f"{package.__name__}.{module.name}")
        for package in (monitor.judge, monitor.text)
        for module in pkgutil.iter_modules(package.__path__)
    ]
    return {f"{m.__name__}.{name}": it for m in modules for name, it in vars(m).items() if isinstance(it, re.Pattern)}


HOSTILE = [
    *(
        "a",
        "а",
        "aа",
        "A",
        "А",
        "А.",
        "А. ",
        "1",
        " ",
        "\n",
        " \n",
        "-",
        "-\n",
        "а-\n",
        "'",
        "'а",
        "а-",
        ".",
        ". ",
        ", ",
        ", А",
        "…",
    ),
    *("(", "(а", "[", "«", "—", '".', "!»", "/", "/а", "\\", "*", "?", "~", ":10", "T10:20", "_", "в ", "бывший ", "\u0301"),
]


@pytest.mark.parametrize("name", expressions())
def test_no_regular_expression_takes_longer_than_in_proportion_to_the_text(name: str) -> None:
    expression = expressions()[name]

    def seconds(text: str) -> float:
        began = time.process_time()
        for _ in expression.finditer(text):
            pass
        return time.process_time() - began

    for seed in HOSTILE:
        for text in (seed, f"{seed}\0"):
            few, many = (text * (length // len(text)) for length in (2_000, 32_000))
            # Sixteen times as much; what grows with the square would take 256 times. Asked again where the machine was busy.
            assert any(seconds(many) < 64 * max(seconds(few), 0.000_05) for _ in range(3)), (seed, text)

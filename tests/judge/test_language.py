import re
from datetime import date
from pathlib import Path

import pytest

from monitor.errors import QueryError
from monitor.judge.query import Record, compile_query

RECORD = Record(
    title="Военкоматы разослали пове́стки",
    text=(
        "В Заречье призывникам раздают повестки. Военно-врачебная комиссия ждёт их в мае. Дума молчит. "
        "Officials said draft-age men were summoned.\nКомиссия обещает отсрочку студентам."
    ),
    language="ru",
    outlet="Bereg",
    kind="independent",
    regions=("RU-VGG", "RU-MOW"),
    date=date(2023, 4, 21),
)


def found(query: str, record: Record = RECORD) -> list[str] | None:
    """The matched words as they stand in the article."""
    spans = compile_query(query).matches(record)
    return None if spans is None else [getattr(record, span.field)[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("призывник", ["призывникам"]),
        ("=призывникам", ["призывникам"]),
        ("повестка", ["пове́стки", "повестки"]),
        ("title:повестка", ["пове́стки"]),
        ("text:повестка", ["повестки"]),
        ("lead:отсрочка", ["отсрочку"]),
        ('"draft age man"', ["draft-age men"]),
        ('"военно-врачебный комиссия"', ["Военно-врачебная комиссия"]),
        ("военно-врачебный", ["Военно-врачебная"]),
        ('"призывник повестка"~1', ["призывникам", "повестки"]),
        ('"повестка призывник"~1', ["призывникам", "повестки"]),
        ("повестка NEAR/1 призывник", ["призывникам", "повестки"]),
        ("призывник BEFORE/1 повестка", ["призывникам", "повестки"]),
        ("(дума OR студент) NEAR/1 (молчать OR отсрочка)", ["Дума молчит", "отсрочку студентам"]),
        ("Заречье SENTENCE повестка", ["Заречье", "повестки"]),
        ("Заречье SENTENCE/1 комиссия", ["Заречье", "комиссия"]),
        ("дума SENTENCE/2 призывник", ["призывникам", "Дума"]),
        ("Заречье SENTENCE/1 (комиссия OR дума) SENTENCE/1 повестка", ["Заречье", "повестки", "комиссия"]),
        ("призывник AND студент", ["призывникам", "студентам"]),
        ("призывник студент", ["призывникам", "студентам"]),
        ("+призывник -реклама", ["призывникам"]),
        ("реклама OR дума", ["Дума"]),
        ("призывник AND NOT title:дума", ["призывникам"]),
        ("title:(военкомат AND NOT дума)", ["Военкоматы"]),
        ("повест*", ["пове́стки", "повестки"]),
        ("?омиссия", ["комиссия", "Комиссия"]),
        ("*ник*", ["призывникам"]),
        ('"раздавать повест*"', ["раздают повестки"]),
        ("lang:ru дума", ["Дума"]),
        ("lang:(uk OR ru) outlet:ber* kind:independent", []),
        ("region:RU-VGG", []),
        ("date:2023-04-21", []),
        ("date:2023", []),
        ("date:[2023-04 TO *]", []),
        ("date:[* TO 2023-04-21]", []),
        ("date:>=2023-04-21 date:<=2023-04-30", []),
    ],
)
def test_a_query_finds(query: str, words: list[str]) -> None:
    assert found(query) == words


@pytest.mark.parametrize(
    "query",
    [
        "=повестка",
        "title:призывник",
        '"комиссия врачебный"',
        "повестка BEFORE/1 призывник",
        "призывник NEAR/0 повестка",
        "дума SENTENCE повестка",
        "Заречье SENTENCE комиссия",
        "дума SENTENCE/1 призывник",
        "summon SENTENCE/1 отсрочка",  # in another paragraph
        "военкомат SENTENCE/5 призывник",  # one stands in the title, the other in the text
        "военкомат NEAR/100 призывник",  # one stands in the title, the other in the text
        "дума AND реклама",
        "-дума",
        "title:(военкомат AND NOT повестка)",
        "дума SENTENCE дума",
        '"молчать official" SENTENCE дума',  # the phrase itself reaches over the end of a sentence
        "lang:uk",
        "outlet:bere",
        "region:RU-SPE",
        "date:2022",
        "date:[2023-05 TO *]",
        "text:=военкоматы",
    ],
)
def test_a_query_does_not_find(query: str) -> None:
    assert found(query) is None


def test_an_article_without_a_date_is_in_no_range() -> None:
    assert found("date:[* TO *]", Record(title="", text="")) is None


def test_the_lead_ends_where_background_begins() -> None:
    late = Record(title="", text="слово " * 60 + "повестка")
    assert found("повестка", late) == ["повестка"]
    assert found("lead:повестка", late) is None


def test_and_binds_tighter_than_or_and_near_tighter_than_and() -> None:
    assert found("дума OR призывник AND реклама") == ["Дума"]
    assert found("реклама AND призывник NEAR/1 повестка OR дума") == ["Дума"]


def test_neighbourhood_binds_last_whatever_stands_before_the_neighbour() -> None:
    assert found("призывник OR реклама -дума") is None
    assert found("призывник OR дума +реклама") is None
    assert found("призывник NEAR/1 повестка -реклама") == ["призывникам", "повестки"]


@pytest.mark.parametrize("word", ["NEARBY", "NEAR/x", "ANDREW", "TO", "AND\\:", "notes\\:"])
def test_an_operators_name_is_a_word_where_more_follows_it(word: str) -> None:
    assert compile_query(word).matches(Record(title="", text=word.replace("\\", ""))) is not None


def test_what_is_forbidden_is_not_highlighted() -> None:
    assert compile_query("=дума NOT =реклама").forms == {"дума"}


@pytest.mark.parametrize(
    ("query", "at", "right"),
    [
        ("", 0, "at least one word"),
        ("   ", 0, "at least one word"),
        ("дума AND", 8, "a word is missing"),
        ("(дума", 5, "a ')'"),
        ("дума)", 4, "no '(' for it"),
        ('дума "реклама', 5, "not closed"),
        ("AND дума", 0, "on either side"),
        ("NEAR/5 дума", 0, "on either side"),
        ("дума NEAR реклама", 5, "as in NEAR/5"),
        ("дума NEAR/101 реклама", 5, "from 0 to 100"),
        ("дума BEFORE реклама", 5, "as in BEFORE/5"),
        ("(a AND b) NEAR/3 c", 1, "groups of them with OR"),
        ("дума SENTENCE/6 реклама", 5, "from 1 to 5"),
        ("дума SENTENCE/0 реклама", 5, "from 1 to 5"),
        ("дума SENTENCE/ реклама", 5, "as in SENTENCE/1"),
        ("a <men>", 2, "a topic's file may have one, as [words.men]"),
        ("a <men-2>", 2, "there is no set of words <men-2>"),
        ("a SENTENCE title:b", 11, "groups of them with OR"),
        ("a NEAR/3 -b", 9, "groups of them with OR"),
        ("дума~", 0, "every inflected form is found anyway"),
        ("реклама дума^2", 8, "holds or it does not"),
        ("/дум.*/", 0, "write wildcards"),
        ("автор:дума", 0, "there is no field автор:"),
        ("title:(lang:ru)", 6, "side by side"),
        ("lang:(-ru)", 6, "takes a value"),
        ("дума OR +реклама", 8, "has no meaning"),
        ("п*", 0, "at least two letters"),
        ("*", 0, "at least two letters"),
        ("*а*б*в*", 0, "at most two *"),
        ('"a b"~200', 0, "from 1 to 100"),
        ("date:вчера", 5, "write 2023-04-21"),
        ("date:2023-13", 5, "write 2023-04-21"),
        ("date:[2023-02-30 TO *]", 6, "write 2023-04-21"),
        ("date:{2023 TO 2024}", 5, "write [ and ]"),
        ("[a TO b]", 0, "belongs to a date"),
        ('""', 0, "no word here"),
        ("дума \\", 5, "cannot stand here"),
        ("(" * 15 + "a" + ")" * 15, 14, "groups within one another"),
        ("a " * 10_001, 20_000, "at most 20000"),
    ],
)
def test_a_wrong_query_is_refused_with_its_place_and_what_would_be_right(query: str, at: int, right: str) -> None:
    with pytest.raises(QueryError) as refusal:
        compile_query(query)
    assert right in str(refusal.value)
    assert refusal.value.start == at


def test_a_word_of_a_megabyte_does_not_stop_the_wildcards() -> None:
    assert found("*аб*в", Record(title="", text="аб" * 500_000)) is None


def test_every_query_of_the_documentation_is_one() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/topic-language.md").read_text("utf-8")
    rows = [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| `")]
    queries = [query for row in rows for query in re.findall("`([^`]+)`", row)]
    assert len(queries) > 30
    for query in queries:
        compile_query(query)

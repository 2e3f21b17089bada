"""What the full-text index proposes and what the matcher decides, over random queries and articles, in a real SQLite."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.judge.query import Record, compile_query
from monitor.snapshot.build import SEARCH
from monitor.text import fold, words
from monitor.vault.search import indexed

# As they may stand in a query; and forms, disguises and neighbours as they may stand in a text.
QUERY_WORDS = [
    "повестка",
    "=повестки",
    "призыв",
    "військовозобов'язаний",
    "draft",
    "=draft",
    "summons",
    "ТЦК",
    "учёт",
    "военно-врачебный",
]
TEXT_WORDS = [
    *(
        "повестки",
        "Пове́сткою",
        "призывов",
        "військовозобов’язаного",
        "drafts",
        "draft",
        "draft-age",
        "summons",
        "Russia's",
        "ТЦК",
        "учёта",
    ),
    *(
        "по\u00adвест\u00adкам",
        "Военно-врачебной",
        "врачебный",
        "_повестка_",
        "«призыв»",
        "дом",
        "призывно\u0438\u0306",
        "повісток",
        "0",
        "☂",
    ),
]
WILD = ["повест*", "*стка", "пр?зыв", "dra*", "*рафт*"]

text = st.lists(st.sampled_from(TEXT_WORDS), max_size=12).flatmap(
    lambda words: st.lists(
        st.sampled_from([" ", ". ", "-", "\n", ", ", "'", "…  "]), min_size=len(words), max_size=len(words)
    ).map(lambda between: "".join(word + mark for word, mark in zip(words, between, strict=True)))
)
record = st.builds(
    Record,
    title=text,
    text=text,
    language=st.sampled_from(["ru", "uk"]),
    date=st.none() | st.dates(date(2023, 1, 1), date(2023, 3, 1)),
)
word = st.sampled_from(QUERY_WORDS + WILD)
phrase = st.lists(st.sampled_from(QUERY_WORDS), min_size=2, max_size=3).map(lambda words: '"' + " ".join(words) + '"')
positional = st.recursive(
    word | phrase | phrase.map(lambda quoted: quoted + "~2"),
    lambda inner: (
        st.builds("({} OR {})".format, inner, inner)
        | st.builds("({} NEAR/2 {})".format, inner, inner)
        | st.builds("({} BEFORE/1 {})".format, inner, inner)
        | st.builds("({} SENTENCE {})".format, inner, inner)
    ),
    max_leaves=4,
)
query = st.recursive(
    positional | st.sampled_from(["lang:ru", "date:2023-02", "title:повестка", "text:(призыв OR draft)", "lead:summons"]),
    lambda inner: (
        st.builds("({} AND {})".format, inner, inner)
        | st.builds("({} OR {})".format, inner, inner)
        | st.builds("({} AND NOT {})".format, inner, inner)
        | st.builds("title:({} OR {})".format, positional, positional)
    ),
    max_leaves=5,
)
thorough = settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@pytest.fixture
def proposes() -> Iterator[Callable[[str, Record], bool]]:
    """Whether the index proposes an article for a query, built as the snapshot builds it."""
    database = sqlite3.connect(":memory:")
    database.execute(SEARCH.split(";\n", maxsplit=1)[0])

    def ask(expression: str, article: Record) -> bool:
        database.execute("insert into coverage_fts (coverage_fts) values ('delete-all')")
        database.execute(
            "insert into coverage_fts (rowid, title, text) values (1, ?, ?)", (indexed(article.title), indexed(article.text))
        )
        return bool(database.execute("select count(*) from coverage_fts where coverage_fts match ?", (expression,)).fetchone()[0])

    yield ask
    database.close()


@example("'draft'' age' o'clock_'s «Повістка’» № 5…военно-врачебная\u0301 ☂")
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("аб'’_-. \u0301\u00ab…\n"), max_size=60))
def test_the_index_has_the_words_that_a_query_looks_for_and_no_others(text: str) -> None:
    database = sqlite3.connect(":memory:")
    database.execute(SEARCH.split(";\n", maxsplit=1)[0])
    database.execute("insert into coverage_fts (rowid, title, text) values (1, '', ?)", (indexed(text),))
    database.execute("create virtual table vocabulary using fts5vocab(coverage_fts, instance)")
    found = [term for (term,) in database.execute("select term from vocabulary order by offset")]
    database.close()
    assert found == words(fold(text).text)


def matches(text: str, article: Record) -> bool:
    return compile_query(text).matches(article) is not None


# Where SQLite and we might part words otherwise: private-use and combining characters, hyphens, apostrophes, underscores.
@example("повестка", Record(title="", text="повестки\ue000"))
@example("повестка", Record(title="", text="\U000f0000повестки"))
@example("зов", Record(title="", text="при\u0302зов"))
@example("age", Record(title="", text="draft-age"))
@example("=draft", Record(title="", text="'draft' draft_age"))
@example("військовозобов'язаний", Record(title="", text="Військовозобов’язаного"))
@thorough
@given(query, record)
def test_what_the_matcher_finds_the_index_proposes(
    proposes: Callable[[str, Record], bool], written: str, article: Record
) -> None:
    compiled = compile_query(written)
    if compiled.matches(article) is not None and compiled.fts():
        assert proposes(compiled.fts(), article)


@thorough
@given(query, record)
@example("age", Record(title="", text="draft-age"))
@example("=draft", Record(title="", text="'draft' draft_age"))
@example("=повестки", Record(title="", text="повестки\ue000"))
@example("title:повестка AND (призыв OR draft)", Record(title="призыв", text="повестка"))
def test_where_the_index_alone_decides_it_finds_what_the_matcher_finds(
    proposes: Callable[[str, Record], bool], written: str, article: Record
) -> None:
    compiled = compile_query(written)
    if compiled.is_exact:
        assert proposes(compiled.fts(), article) == (compiled.matches(article) is not None)


@pytest.mark.parametrize(("written", "exact"), [
    ("повестка", True), ("=draft", True), ("title:повестка", True), ("повестка призыв OR draft", True), ("text:draft", True),
    ("lead:draft", False), ("повест*", False), ('"повестка призыв"', False), ("повестка NEAR/3 призыв", False),
    ("повестка SENTENCE призыв", False), ("повестка NOT призыв", False), ("повестка lang:ru", False), ("date:2026-05", False),
    ("военно-врачебный", False), (" OR ".join(["мобилизовать"] * 1_000), False),
])  # fmt: skip
def test_of_words_alone_the_index_knows_all(written: str, exact: bool) -> None:
    assert compile_query(written).is_exact == exact


@thorough
@given(query, query, record)
def test_the_operators_mean_what_they_say(left: str, right: str, article: Record) -> None:
    a, b = matches(left, article), matches(right, article)
    assert matches(f"({left}) AND ({right})", article) == (a and b)
    assert matches(f"({left}) OR ({right})", article) == (a or b)
    assert matches(f"NOT ({left})", article) == (not a)


@thorough
@given(st.one_of(word, phrase), st.one_of(word, phrase), record)
def test_nearness_goes_both_ways_and_a_phrase_is_the_nearest(left: str, right: str, article: Record) -> None:
    near = matches(f"{left} NEAR/2 {right}", article)
    assert near == matches(f"{right} NEAR/2 {left}", article)
    assert near == (matches(f"{left} BEFORE/2 {right}", article) or matches(f"{right} BEFORE/2 {left}", article))
    assert matches(f"{left} SENTENCE {right}", article) == matches(f"{right} SENTENCE {left}", article)
    if matches(f"{left} NEAR/0 {right}", article):
        assert near


@thorough
@given(query, record)
def test_every_span_is_a_whole_word_or_several_of_the_article(written: str, article: Record) -> None:
    for span in compile_query(written).matches(article) or ():
        field = getattr(article, span.field)
        matched = field[span.start : span.end]
        assert matched.strip() == matched != ""
        assert fold(matched).text.strip("_'")[0].isalnum()


def test_the_deepest_query_that_is_read_is_one_that_sqlite_reads(proposes: Callable[[str, Record], bool]) -> None:
    deepest = "призыв"
    for level in range(14):
        deepest = f"({deepest} {('AND', 'OR')[level % 2]} title:{('повестка', 'draft')[level % 2]})"
    article = Record(title="повестка draft", text="призыв")
    assert matches(deepest, article)
    assert proposes(compile_query(deepest).fts(), article)


@pytest.mark.parametrize("written", ["lang:ru", "NOT призыв", "призыв OR lang:ru", "*стка", "повестка OR *стка"])
def test_where_the_index_cannot_narrow_it_is_not_asked(written: str) -> None:
    assert compile_query(written).fts() == ""


def test_the_index_narrows(proposes: Callable[[str, Record], bool]) -> None:
    assert not proposes(compile_query("повестка NEAR/3 призыв").fts(), Record(title="призыв", text="дом"))
    assert not proposes(compile_query("title:повестка").fts(), Record(title="дом", text="повестка"))


def test_an_endless_query_is_left_to_the_matcher() -> None:
    assert compile_query(" OR ".join(["мобилизовать"] * 1_000)).fts() == ""

"""One query, one answer: the crawl's gate, the site's search, an export and an alert find the same of the press's articles."""

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.export import ExportRequest, export
from monitor.judge.places import find_places
from monitor.judge.query import Record, compile_query
from monitor.judge.topics import compile_topic, topic_faults
from monitor.judge.verdict import judge
from monitor.match import article_id, fingerprint, url_identity
from monitor.model import Article, Fetch, Outcome, ParsedArticle, Source, Verdict
from monitor.newsroom import catalogue
from monitor.press.pages import View
from monitor.press.world import MOMENTS, load
from monitor.site import publish
from monitor.site.application import site
from monitor.text import fold, words
from monitor.vault import Store, open_reader
from monitor.vault.search import record

Found = frozenset[str]
Find = Callable[[str], Found]
"""Ids of the articles that a query finds."""

WORLD = load()
PIECES = [entry.first for entry in WORLD.entries.values()]
_VIEW = View(WORLD, MOMENTS[1], 8765)
IDS = {piece.id: article_id(url_identity(_VIEW.url(piece.outlet, piece.path))) for piece in PIECES}
# Outlets have several lines in sources.csv, of several kinds, and lines leave it: these of Polden, a wire.
OTHER_KIND, LEFT_KIND = "analysis", "public-broadcaster"


@pytest.fixture(scope="module")
def records(checkout: Path) -> dict[str, Record]:
    """What the press itself says of each article, by id."""
    gazetteer = catalogue.load(checkout / "data").gazetteer
    found = {}
    for piece in PIECES:
        places = find_places(gazetteer, title=piece.title, text=piece.text, language=piece.outlet.language)
        kind = OTHER_KIND if piece.outlet.id == "polden" else piece.outlet.kind
        regions = tuple(sorted({place.region for place in places if place.role == "event"}))
        day = piece.published.astimezone(UTC).date()
        found[IDS[piece.id]] = Record(piece.title, piece.text, piece.outlet.language, piece.outlet.name, kind, regions, day)
    return found


def matching(query: str, records: dict[str, Record]) -> Found:
    compile_cached = compile_query(query)
    return frozenset(article for article, one in records.items() if compile_cached.matches(one) is not None)


@pytest.fixture(scope="module")
def in_press(records: dict[str, Record]) -> Find:
    """What the query finds without anything of ours between."""
    return lambda query: matching(query, records)


def _topic(query: str) -> dict[str, object]:
    """A topic of this query alone, which asks no more of an article than that words are found in it."""
    return {"id": "asked", "title": dict.fromkeys(("en", "ru", "uk"), "Asked"), "query": query, "threshold": 0.5}


@pytest.fixture(scope="module")
def at_gate(records: dict[str, Record]) -> Find:
    """What a crawl holds relevant whose one topic is this query."""

    def find(query: str) -> Found:
        topic = compile_topic(_topic(query))
        judged = {a: judge([topic], title=one.title, text=one.text, language=one.language) for a, one in records.items()}
        return frozenset(article for article, verdicts in judged.items() if any(verdict.relevant for verdict in verdicts))

    return find


@pytest.fixture(scope="module")
def vault(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All articles of the press, each as relevant."""
    path = tmp_path_factory.mktemp("vault") / "monitor.db"
    gazetteer = catalogue.load(checkout / "data").gazetteer
    lines = [
        Source(outlet.id, outlet.name, _VIEW.url(outlet), outlet.language, "RU", outlet.kind, "", "none", "")
        for outlet in WORLD.outlets.values()
    ]
    polden = WORLD.outlets["polden"]
    other, left = (
        Source(kind, polden.name, _VIEW.url(polden), "ru", "RU", kind, "", "none", "") for kind in (OTHER_KIND, LEFT_KIND)
    )
    with Store.open(path) as store:
        store.sync_sources([*lines, other, left], ())
        store.sync_sources([*lines, other], ())
        run = store.begin_run("feeds", MOMENTS[1])
        with store.db.transaction():
            for piece in PIECES:
                url, language = _VIEW.url(piece.outlet, piece.path), piece.outlet.language
                article = Article(
                    url, url, piece.title, piece.subtitle, piece.authors, piece.published, "", None, "", language, piece.section,
                    piece.text, (),
                )  # fmt: skip
                parsed = ParsedArticle(
                    article=article,
                    outlet=piece.outlet.name,
                    verdicts=(Verdict("all", True, 1.0, (), ()),),
                    places=find_places(gazetteer, title=piece.title, text=piece.text, language=language),
                    attributions=(),
                    denials=(),
                    fingerprint=fingerprint(piece.title, piece.text),
                )
                fetch = Fetch(
                    url, piece.outlet.id, "article", Outcome.ARTICLE, "", MOMENTS[1], MOMENTS[1] + timedelta(seconds=1), 200
                )
                store.save_article(run, fetch, parsed)
    return path


@pytest.fixture(scope="module")
def in_alert(vault: Path) -> Find:
    """What an alert calls: the query, over the record of a stored article."""
    with open_reader(vault) as reader:
        rows = reader.query(
            "SELECT c.article, c.title, a.text, c.language, c.outlet, (SELECT min(kind) FROM sources s WHERE s.outlet = c.outlet"
            " AND listed = 1) AS kind, c.regions, c.published FROM coverage c JOIN articles a ON a.id = c.article"
        )
    stored = {article: record(*columns) for article, *columns in rows}
    return lambda query: matching(query, stored)


@pytest.fixture(scope="module")
def in_export(vault: Path) -> Iterator[Find]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.jsonl"

        def find(query: str) -> Found:
            export(vault, ExportRequest("coverage", "jsonl", query=query), out)
            return frozenset(json.loads(line)["article"] for line in out.read_text("utf-8").splitlines())

        yield find


@pytest.fixture(scope="module")
def in_search(vault: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Find]:
    """The real Datasette over the snapshot, without a socket."""
    folder = tmp_path_factory.mktemp("public")
    publish(vault, folder)
    metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
    # However busy this machine is: what is asked here is not how fast it answers.
    app = site(folder / "public.db", folder, metadata, {"sql_time_limit_ms": 60_000, "max_returned_rows": 1_000})
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://site.example", timeout=60)

        def find(query: str) -> Found:
            answer = runner.run(
                client.get(f"/public/coverage.json?_shape=array&_size=max&_nofacet=1&_nocount=1&_q={quote(query)}")
            )
            assert answer.status_code == 200, answer.text
            return frozenset(row["article"] for row in answer.json())

        yield find
        runner.run(client.aclose())


# Words as the press writes them, in three languages, and of one article: else nearly nothing would be found together.
_WORDS = [words(fold(f"{piece.title} {piece.text}").text) for piece in PIECES]


@st.composite
def _passage(draw: st.DrawFn, length: int) -> list[str]:
    of_one = draw(st.sampled_from(_WORDS))
    start = draw(st.integers(0, len(of_one) - length))
    return of_one[start : start + length]


_term = st.one_of(
    _passage(1).map("".join),
    _passage(1).map(lambda word: f"={word[0]}"),
    # A wildcard stands behind letters: "41-*" asks for every word behind 41, and is refused.
    _passage(1).filter(lambda word: len(word[0]) > 3 and word[0][:3].isalnum()).map(lambda word: f"{word[0][:3]}*"),
)
_together = st.one_of(
    _passage(2).map('"{0[0]} {0[1]}"'.format),
    _passage(4).map('"{0[3]} {0[0]}"~3'.format),
    _passage(4).map("{0[0]} NEAR/2 {0[3]}".format),
    _passage(4).map("({0[0]} OR {0[1]}) BEFORE/3 {0[3]}".format),
    _passage(6).map("{0[0]} SENTENCE {0[5]}".format),
)
_within = st.builds("{}:{}".format, st.sampled_from(["title", "lead", "text"]), _passage(1).map("".join))
_of_words = st.one_of(_term, _together.map("({})".format), _within)
_known_of_it = st.one_of(
    st.sampled_from(["lang:ru", "lang:uk", "lang:(en OR uk)", "region:RU-VGG", "region:RU-*", "region:(RU-MOW OR RU-SPE)"]),
    st.sampled_from(sorted({piece.outlet.name for piece in PIECES})).map('outlet:"{}"'.format),
    st.sampled_from(["outlet:*вестник", "kind:regional", f"kind:{OTHER_KIND}", f"kind:{LEFT_KIND}", "kind:wire"]),
    st.sampled_from(["date:2026-05", "date:[2026-05-10 TO 2026-05-15]", "date:>=2026-05-14"]),
)


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("({} NOT {})".format, inner, inner),
        st.builds("(NOT {})".format, inner),
    )


_queries = st.recursive(st.one_of(_of_words, _known_of_it), _joined, max_leaves=4)
_queries_of_topics = st.recursive(_of_words, _joined, max_leaves=4).filter(lambda query: not topic_faults(_topic(query)))
thorough = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@thorough
@given(_queries)
@example("повестка")
@example("повістка NOT region:UA-43")
@example(f"kind:{OTHER_KIND} OR kind:{LEFT_KIND}")
@example("NOT lang:ru")
def test_search_export_and_alert_find_what_the_query_finds_in_the_press(
    in_press: Find, in_alert: Find, in_export: Find, in_search: Find, query: str
) -> None:
    expected = in_press(query)
    assert in_alert(query) == expected
    assert in_export(query) == expected
    assert in_search(query) == expected


@thorough
@given(_queries_of_topics)
@example("повестка")
@example("нег*")
@example("(summons OR повестка) NOT title:повестка")
def test_the_crawls_gate_lets_through_what_the_query_finds(in_press: Find, at_gate: Find, query: str) -> None:
    assert at_gate(query) == in_press(query)


@thorough
@given(_known_of_it, _of_words)
def test_a_topic_that_could_not_find_what_the_query_finds_is_refused(known: str, of_words: str) -> None:
    for query in (
        known,
        f"{of_words} AND {known}",
        f"{of_words} OR NOT {known}",
        f"NOT {of_words}",
        f"{of_words} OR (NOT {of_words})",
    ):
        assert [name for name, _ in topic_faults(_topic(query))] == ["query"]


def test_such_queries_find_some_articles_and_not_all(in_press: Find) -> None:
    found = [len(in_press(query)) for query in ("повестка", "повістка", "summons", "lang:ru", f"kind:{OTHER_KIND}")]
    assert all(0 < count < len(PIECES) for count in found), found
    assert in_press(f"kind:{LEFT_KIND}") == frozenset()

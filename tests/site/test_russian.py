"""What a reader of Russian is promised: every word of the site itself is Russian, on every kind of page and of error."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from babel.messages.pofile import read_po
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import Message, QueryError
from monitor.judge.query import compile_query
from monitor.newsroom.shipped import SHIPPED
from monitor.site import language
from monitor.site.details import DETAILS, detail_in_words
from tests.published import unlabelled

Get = Callable[..., httpx.Response]
SITE = SHIPPED / "site"


@pytest.fixture(scope="module")
def metadata() -> dict[str, Any]:
    return yaml.safe_load((SITE / "metadata.yaml").read_text("utf-8"))["databases"]["public"]


@pytest.fixture
def russian() -> Iterator[None]:
    """The visitor reads Russian."""
    before = language.current.set("ru")
    yield
    language.current.reset(before)


class Interface(HTMLParser):
    """The words of a page that are its own: not what was crawled (in <bdi>, in a cell, with a language of its own), nor code."""

    NOT_OURS = frozenset({"title", "bdi", "code", "pre", "td", "mark", "time", "textarea", "b"})

    def __init__(self) -> None:
        super().__init__()
        self.own: list[str] = []
        self._within: list[bool] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        foreign = tag in self.NOT_OURS or given.get("lang", "ru") != "ru" or "address" in given.get("class", "").split()
        if tag not in {"meta", "link", "input", "br", "rect", "line"}:
            self._within.append(foreign)
        if not foreign and not any(self._within):
            self.own += [given[name] for name in ("title", "aria-label", "placeholder", "alt") if name in given]

    def handle_endtag(self, tag: str) -> None:
        if self._within:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._within) and data.strip():
            self.own.append(data.strip())


# Names of formats, standards and programs; and what stood in the address that is wrong.
NAMES = {
    "Povestka", "Datasette", "English", "JSON", "CSV", "Atom", "ATOM", "SQL", "SQLite", "UTC", "ISO", "SHA", "BibTeX",
    "CSL", "xlsx", "csv", "parquet", "jsonl", "sort", "nothing", "soon", "query", "metadata", "json", "outlet", "warcio",
    "extract", "payload", "docs", "ledger", "UTF", "summons", "robots", "txt", "HTTP", "WARC", "Telegram", "RU-VGG", "VGG",
    "hours", "text", "max", "monitor",
}  # fmt: skip
PAGES = (
    "/", "/public", "/public/coverage", "/public/coverage?_q=повестка&outlet=Полюс&_from=2026-05-01&_facet_size=max",
    "/public/coverage?words__gt=1&_sort=words", "/public/coverage?_q=динозавр", "/public/coverage?_q=(", "/public/gaps",
    "/public/skipped", "/public/edits", "/public/absences", "/public/edits?disclosed=0&_sort=noticed", "/public/version",
    "/public/near_misses", "/public/ledger", "/public/ways", "/public/telegram_gaps", "/public/runs",
    "/public/runs/1", "/public/reasons", "/public/most_copied", "/public/weeks_and_regions",
    "/public/delay_behind_the_first_copy", "/public/ways_of_discovery", "/public?sql=select+1", "/public?sql=select",
    "/public/outlet?outlet=Полюс", "/public/outlet", "/public/outlet?outlet=Тихий берег", "/public/region?region=RU-NVS",
    "/public/region?region=RU-AD", "/public/topic?topic=summons", "/public/region", "/public/topic",
    "/public/topic?topic=mobilization", "/nothing", "/public/outlet?outlet=Nobody", "/public/coverage?_sort=nothing",
    "/-/export/coverage.csv?from=soon", "/-/export/coverage.csv?query=(", "/-/metadata", "/-/patterns",
    "/public/rising", "/public/origins", "/public/who_first", "/-/glossary", "/public/story_events", "/public/links",
    "/public/denials", "/public/rechecks", "/public/rereadings", "/public/verdicts", "/public/meta", "/public/speakers",
    "/public/rechecks?state=nothing", "/public/fetches", "/public/copies", "/public/recall",
)  # fmt: skip


def _latin(said: str) -> list[str]:
    """Words in Latin letters, but not codes of regions."""
    return [word for word in re.findall("[A-Za-z]{3,}", said) if not re.fullmatch("[A-Z]{3}", word)]


@pytest.mark.parametrize("path", PAGES)
def test_a_russian_page_has_no_english_word_of_its_own(path: str, get: Get) -> None:
    page = Interface()
    page.feed(get(path, accept_language="ru").text)
    assert len(page.own) > 10
    assert {word for said in page.own for word in _latin(said)} - NAMES == set(), page.own


def test_the_pages_of_an_article_and_of_copies_neither(get: Get) -> None:
    found = get("/public/coverage.json?_shape=array").json()
    rows = [row for row in found if "evil" not in row["url"]]  # whose Latin words stand in the text
    paths = [f"/public/coverage/{row['article']}" for row in rows]
    paths += [f"/public/who_carried?copy_group={row['copy_group']}" for row in rows if row["copy_group"]]
    for path in paths:
        page = Interface()
        page.feed(get(path, accept_language="ru").text)
        assert {word for said in page.own for word in _latin(said)} - NAMES == set(), page.own


@pytest.mark.parametrize(("column", "value", "said"), [
    ("evidence", "names: Анна", "имена: Анна"), ("evidence", "the same text", "тот же текст"),
    ("evidence", "0.1 days apart", "0.1 дня между ними"), ("event", "begun", "начат"),
    ("why", "its story moves; a claim of its story is denied", "её сюжет развивается; утверждение её сюжета опровергают"),
    ("country_rule", "beside: Росія", "названа рядом: Росія"), ("country_rule", "language", "язык текста"),
    ("country_rule", "most named: RU-VGG", "названа чаще других: Волгоградская область"),
    ("rule", "verb", "глагол речи"), ("rule", "word: summons", "word: summons"),
])  # fmt: skip
def test_what_is_made_of_our_words_is_said_in_them(column: str, value: str, said: str) -> None:
    token = language.current.set("ru")
    try:
        regions = {"RU-VGG": {"ru": "Волгоградская область"}}
        assert language.Names({"regions": regions}).value(column, value) == said
    finally:
        language.current.reset(token)


def test_a_cell_that_leads_to_a_row_of_another_table_has_its_title_and_no_id(get: Get) -> None:
    for table in ("versions", "story_articles", "denied_elsewhere"):
        cells = re.findall("<td[^>]*>(.*?)</td>", get(f"/public/{table}", accept_language="ru").text, re.DOTALL)
        links = [cell for cell in cells if 'href="/public/coverage/' in cell and "<bdi>" in cell]
        assert links, table
        assert not [cell for cell in links if re.search(r"\b[0-9a-f]{16}\b", re.sub("<[^>]+>", "", cell))], table


@pytest.mark.parametrize("path", ["/public/story_articles", "/public/verdicts", "/public/share?by=language"])
def test_numbers_of_cells_have_the_comma_of_the_language(path: str, get: Get) -> None:
    said = {
        lang: re.findall(r'<td[^>]*class="number"[^>]*>([\d.,]+)</td>', unlabelled(get(path, accept_language=lang)))
        for lang in ("en", "ru")
    }
    assert any("." in one for one in said["en"])
    assert [one.replace(".", ",") for one in said["en"]] == said["ru"]


def test_no_number_has_more_than_three_places_on_any_page(get: Get, metadata: dict[str, Any]) -> None:
    with_fractions = set()
    for name in (*metadata["tables"], *metadata["queries"]):
        for lang in ("en", "ru"):
            cells = re.findall(r"<td[^>]*>\s*(\d+[.,]\d+)\s*</td>", get(f"/public/{name}", accept_language=lang).text)
            assert not [cell for cell in cells if len(re.split("[.,]", cell)[1]) > 3], name
            with_fractions |= {name} if cells else set()
    assert {"copies", "recall", "verdicts"} <= with_fractions


def _said(node: ast.expr) -> Iterator[str]:
    """What an expression of a string may say, with 7 in place of each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*_said(node.body), *_said(node.orelse))


def _told(node: ast.AST) -> Iterator[ast.expr]:
    """What becomes a detail: given to what ends an attempt, named so, or put among the flags of a feed."""
    match node:
        case ast.Call(func=ast.Name(id="Rejection" | "FetchResult" | "FetchAborted" | "KnownRobots" | "Unpacked")):
            yield from node.args[1:]
        case ast.Call(func=ast.Attribute(value=ast.Name(id="flags"), attr="append")):
            yield from node.args
        case ast.Assign(targets=[ast.Name(id="detail" | "cost")]):
            yield node.value


def test_every_detail_that_the_program_writes_is_said_in_russian(checkout: Path, russian: None) -> None:
    files = [
        *checkout.glob("monitor/read/*.py"),
        *checkout.glob("monitor/crawl/**/*.py"),
        *checkout.glob("spiders/*.py"),
        checkout / "monitor" / "compression.py",
    ]
    said = {
        detail
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for told in _told(node)
        for detail in _said(told)
    }
    assert len(said) > 50
    names = {"JSON", "XML", "HTTP", "CDX", "Feed", "Content", "Encoding", "OpenSSL", "http", "https", "gzip"}
    english = {detail for detail in said if {*re.findall("[A-Za-z]{3,}", detail_in_words(detail))} - names}
    assert english == {"7 stands where a feed was", "7, after 7 bytes"}  # of which 7 is a phrase, as below
    assert detail_in_words("a page stands where a feed was") == "на месте ленты стоит страница"
    assert detail_in_words("the connection ended too soon, after 12 bytes") == "соединение оборвалось после 12 байт"


@pytest.mark.parametrize(("detail", "said"), [
    ("http error: HTTP 503: nothing is fetched from this host for now",
     "ошибка HTTP: HTTP 503: пока с этого узла ничего не запрашивается"),
    ("left out older entries: 10; cut short", "пропущено более старых записей: 10; обрезано"),
    ("its page 3: not found", "её страница 3: не найдена"),
    ("HTTP 404; the home page announces another: https://a.test/x",
     "HTTP 404; главная страница объявляет другую: https://a.test/x"),
    ("the page says: gone; a <b>", "на странице написано: gone; a <b>"), ("Errno 7 of a server", "Errno 7 of a server"),
    ("500 pages of this host were fetched in this run; 12 more wait for the next",
     "получено страниц этого узла: 500; ещё 12 ждут следующего обхода"),
    ("HTTP 503; certificate not verified: has expired (OpenSSL's error 10)",
     "HTTP 503; сертификат не проверен: истёк (ошибка OpenSSL 10)"),
    ("left out, of another channel than a: 1; posts without a text: 3", "пропущено, не из канала a: 1; постов без текста: 3"),
    ("the page says: a; b; certificate not verified: has expired", "на странице написано: a; b; сертификат не проверен: истёк"),
    ("cut at 2,000,000 of 3,123,456 characters", "обрезано на 2\u00a0000\u00a0000 из 3\u00a0123\u00a0456 знаков"),
    ("", ""), ("cut short" + "x" * 3000, "cut short" + "x" * 3000), (": " * 400, ": " * 400), ("; " * 400, "; " * 400),
])  # fmt: skip
def test_a_detail_is_said_in_russian_around_what_others_said(detail: str, said: str, russian: None) -> None:
    assert detail_in_words(detail) == said


def test_the_keys_of_what_is_said_of_the_snapshot_are_words(get: Get) -> None:
    keys = [row["key"] for row in get("/public/meta.json?_shape=array&_size=max").json()]
    assert {"as_of", "made_at", "profile"} <= {*keys}
    for path in ("/public/meta?_size=max", *(f"/public/meta/{key}" for key in keys)):
        cells = re.findall("<td[^>]*>([^<>]*)</td>", get(path, accept_language="ru").text)
        assert "Редакция сайта" in cells or path != "/public/meta/profile"
        assert not {*keys} & {*cells}, path


def test_the_catalogue_has_every_phrase_and_no_other_and_each_translated(checkout: Path) -> None:
    said = subprocess.run(
        [sys.executable, "docs/phrases.py", "--check"], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stdout) == (0, "phrases: every language has all of them\n")


def test_a_translation_names_what_the_phrase_names() -> None:
    """Each placeholder once at least: a message that leaves one out does not say what it is about."""
    with (language.CATALOGUES / "ru" / "LC_MESSAGES" / "povestka.po").open("rb") as file:
        catalogue = read_po(file, locale="ru")
    fields = re.compile(r"\{(\w+)")
    for message in catalogue:
        phrases = message.id if isinstance(message.id, tuple) else (message.id,)
        for form in message.string if isinstance(message.string, tuple) else (message.string,):
            assert set(fields.findall(form)) == set(fields.findall(phrases[-1])), phrases


def test_the_glossary_explains_the_words_that_the_tables_say(russian: None) -> None:
    with (language.CATALOGUES / "ru" / "LC_MESSAGES" / "povestka.po").open("rb") as file:
        catalogue = read_po(file, locale="ru")
    explained = {message.id: message.string for message in catalogue if message.context == "glossary"}
    said = {message.id: message.string for message in catalogue if not message.context}
    # An attribution is `чьи слова` as the label of a part, and a run `запуск` as the title of its page.
    differing = {id_ for id_ in explained.keys() & said.keys() if explained[id_] != said[id_]}
    assert differing == {"attribution", "run"}
    terms = {term["id"]: term for term in tomllib.loads((SITE / "glossary.toml").read_text("utf-8"))["term"]}
    outcomes = language.translate(terms["outcome"]["means"].replace("\n", " "))
    assert all(language.translate(outcome) in outcomes for outcome in ("paywall", "blocked", "timeout")), outcomes
    # Of an article, as `удалена`, `скрыта` and `убрана из списков` are.
    assert [said[state] for state in ("returned", "suspected")] == ["вернулась", "возможно, пропала"]


def test_every_column_has_a_label_in_both_languages(get: Get, metadata: dict[str, Any]) -> None:
    labels = tomllib.loads((SITE / "columns.toml").read_text("utf-8"))
    tables = [*metadata["tables"], *(name for name, query in metadata["queries"].items() if not query.get("hide"))]
    shown = [name for name in tables if not metadata["tables"].get(name, {}).get("hidden")]
    columns = {column for name in shown for column in get(f"/public/{name}.json?_size=1").json()["columns"]}
    assert sorted(columns - labels.keys()) == []
    assert all(metadata["tables"][name].get("title") for name in shown if name in metadata["tables"])


@pytest.mark.parametrize(("language", "label", "meaning"), [
    ("en", "Published, says the outlet", "When the outlet says that it was published"),
    ("ru", "Опубликовано, по словам издания", "Когда опубликовано, по словам издания"),
])  # fmt: skip
def test_headings_have_their_label_and_their_meaning(language: str, label: str, meaning: str, get: Get) -> None:
    for path in ("/public/most_copied", "/public/coverage?_facet=section", "/public/copy_groups"):
        page = get(path, accept_language=language).text
        assert f"{label} <code>published</code></dt><dd>{meaning}" in page, path
    assert f'title="{meaning}"' in get("/public/copy_groups", accept_language=language).text


def test_every_table_of_the_snapshot_has_a_title(get: Get, metadata: dict[str, Any]) -> None:
    listed = {table["name"] for table in get("/public.json").json()["tables"] if not table["hidden"]}
    assert sorted(listed - metadata["tables"].keys()) == []


@pytest.mark.parametrize(("gap", "facts", "words"), [
    ("silent", {}, "в ленте нет записей"),
    ("silent for long", {"since": "2026-05-01"}, "ничего нового с 2026-05-01"),
    ("window overflow", {"lost": 3, "since": "2026-05-01"}, "не меньше 3 записей прошло незамеченными, после 2026-05-01"),
    ("window overflow", {"lost": 1, "since": None}, "не меньше 1 записи прошло незамеченной"),
    ("below expectation", {"seen": 2, "least": 9, "days": 1, "usual": 5.5}, "2 из не менее чем 9 записей за 1 день, обычно 5.5"),
    ("not polled", {"since": "2026-05-01T10:00"}, "пора было с 2026-05-01T10:00, но никто не спросил"),
    ("failed", {}, ""),
])  # fmt: skip
def test_a_gap_is_told_in_russian_from_its_numbers(russian: None, gap: str, facts: dict[str, Any], words: str) -> None:
    assert language.gap_facts(gap, facts) == words


def test_a_message_is_said_in_russian_with_its_values_and_those_within_it(russian: None) -> None:
    inner = Message("more than {most} words in one query", most=64)
    assert language.translate(Message("--query: at character {at}: {what}", at=3, what=inner)) == (
        "query: знак 3: больше 64 слов в одном запросе"
    )
    assert language.translate(Message("as it stands {}")) == "as it stands {}"


PARTS = ["слово", "AND", "OR", "(", ")", '"', "NEAR/99", "date:", "x:", "~2", "^3", ":", "[", "TO", "*", "title:"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PARTS)))
def test_whatever_is_wrong_with_a_query_is_said_in_russian(russian: None, parts: list[str]) -> None:
    try:
        compile_query(" ".join(parts))
        said = ""
    except QueryError as error:
        said = language.translate(error.message)
    assert not re.search(r"\b(the|is|not|there|write|cannot|here|between|stands)\b", said)


def test_each_phrase_of_details_is_what_its_own_details_are_told_by(russian: None) -> None:
    numbers = {"n": "7", "all": "8", "most": "9", "bytes": "10", "status": "503", "code": "11", "depth": "2"}
    for template in DETAILS:
        names = re.findall(r"\{(\w+)\}", template)
        said = Message(template, **{name: numbers.get(name, "bereg.test") for name in names}) if names else Message(template)
        assert detail_in_words(str(said)) == language.translate(said)

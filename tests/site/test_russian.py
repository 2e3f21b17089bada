"""What a reader of Russian is promised: every word of the site itself is Russian, on every kind of page and of error."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.judge import compile_query
from monitor.model import Outcome
from monitor.newsroom.shipped import SHIPPED
from monitor.site import language
from monitor.site.application import read_metadata

Get = Callable[..., httpx.Response]
SITE = SHIPPED / "site"
CODE = SHIPPED.parent / "monitor"


@pytest.fixture(scope="module")
def russian() -> dict[str, Any]:
    return tomllib.loads((SITE / "ru.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def metadata() -> dict[str, Any]:
    return yaml.safe_load((SITE / "metadata.yaml").read_text("utf-8"))["databases"]["public"]


@pytest.fixture(scope="module")
def templates() -> str:
    return "".join(path.read_text("utf-8") for path in sorted((SITE / "templates").glob("*.html")))


@pytest.fixture
def words() -> Iterator[language.Words]:
    """The site's words, in Russian."""
    config = read_metadata(SITE / "metadata.yaml", {})["plugins"]["povestka"]
    before = language.current.set("ru")
    yield language.Words(config)
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
    "hours", "text", "max",
}  # fmt: skip
PAGES = (
    "/", "/public", "/public/coverage", "/public/coverage?_q=повестка&outlet=Полюс&_from=2026-05-01&_facet_size=max",
    "/public/coverage?words__gt=1&_sort=words", "/public/coverage?_q=динозавр", "/public/coverage?_q=(", "/public/gaps",
    "/public/skipped", "/public/near_misses", "/public/ledger", "/public/ways", "/public/telegram_gaps", "/public/runs",
    "/public/runs/1", "/public/reasons", "/public/most_copied", "/public/weeks_and_regions",
    "/public/delay_behind_the_first_copy", "/public/ways_of_discovery", "/public?sql=select+1", "/public?sql=select",
    "/public/outlet?outlet=Полюс", "/public/outlet", "/public/outlet?outlet=Тихий берег", "/public/region?region=RU-NVS",
    "/public/region?region=RU-AD", "/public/topic?topic=summons", "/public/region", "/public/topic",
    "/public/topic?topic=mobilization", "/nothing", "/public/outlet?outlet=Nobody", "/public/coverage?_sort=nothing",
    "/-/export/coverage.csv?from=soon", "/-/export/coverage.csv?query=(", "/-/metadata", "/-/patterns",
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


def test_every_phrase_of_templates_and_metadata_has_a_russian_one(
    russian: dict[str, Any], metadata: dict[str, Any], templates: str
) -> None:
    assert sorted(text for text in _said(metadata, templates) if text not in russian) == []
    nouns = {match[1] for match in re.finditer(r'counted\([^"]*?"(\w+)", "\w+"\)', templates)}
    assert nouns == set(russian["plurals"])


def _said(metadata: dict[str, Any], templates: str) -> set[str]:
    tables, queries = metadata["tables"].values(), metadata["queries"].values()
    said = {table.get(name) for table in tables for name in ("title", "description")}
    said |= {text for table in tables for text in (table.get("columns") or {}).values()}
    said |= {query.get(name) for query in queries if not query.get("hide") for name in ("title", "description", "not_found")}
    said |= {match[1] for match in re.finditer(r"""_\(\s*(?:metadata\.title or )?"((?:[^"\\]|\\.)*)"\)""", templates)}
    said |= set(re.findall(r'\("/public/?\w*", "([^"]+)"\)', templates))
    return {text for text in said if text}


def test_no_russian_phrase_is_left_over(russian: dict[str, Any], metadata: dict[str, Any], templates: str) -> None:
    """Each is said by a template, or stands, in its parts, in a text of the code: a message, an outcome, a state."""
    texts = "\n".join(node.value for tree in _trees() for node in ast.walk(tree) if _is_text(node))
    docs = "".join(path.read_text("utf-8") for path in (SHIPPED.parent / "docs").glob("*.md"))
    texts += yaml.safe_load((SITE / "metadata.yaml").read_text("utf-8"))["description"]
    texts += "".join(path.read_text("utf-8") for path in (SHIPPED / "topics").glob("*.toml"))
    everything = texts + docs + templates + "\n".join(_said(metadata, templates))
    left = [said for said in russian if said != "plurals" and not all(part in everything for part in said.split("{}"))]
    assert [said for said in left if said not in DATASETTE and not re.fullmatch("[A-Z]{2}", said)] == COMPOSED


DATASETTE = {
    "Cannot use _sort and _sort_desc at the same time", "Cannot sort table by {}", "_next not allowed for CSV streaming",
    "Invalid _shape: {}", "_col={} - invalid columns", "_nocol={} - invalid columns", "{} is not a valid column",
    "Invalid username or password", "This instance does not have any configured accounts", "_size must be <= {}",
}  # fmt: skip
"""What Datasette and its plugin for passwords say."""
COMPOSED = ["at least {} came and went unseen after {}"]
"""Put together in SQL."""


def _trees() -> Iterator[ast.Module]:
    for path in CODE.rglob("*.py"):
        yield ast.parse(path.read_text("utf-8"))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_column_has_a_label_in_both_languages(get: Get, metadata: dict[str, Any]) -> None:
    labels = tomllib.loads((SITE / "columns.toml").read_text("utf-8"))
    assert all(set(names) == {"en", "ru"} for names in labels.values())
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
        assert f"{label} <code>published</code></dt><dd>{meaning}</dd>" in page, path
    assert f'title="{meaning}"' in get("/public/copy_groups", accept_language=language).text


def test_every_table_of_the_snapshot_has_a_title(get: Get, metadata: dict[str, Any]) -> None:
    listed = {table["name"] for table in get("/public.json").json()["tables"] if not table["hidden"]}
    assert sorted(listed - metadata["tables"].keys()) == []


VALUES = "failed|silent|silent for long|window overflow|below expectation|not polled|dead|moved|event|dateline|speaker|mention"
VALUES += "|related|citation|canonical|undetermined|witnessed|declared|alone|official|independent|state|wire|person|archive"


@pytest.mark.parametrize("value", [*Outcome, *VALUES.split("|")])
def test_every_value_of_ours_has_a_russian_word(value: str, words: language.Words) -> None:
    assert re.search("[а-яё]", words(value)), value


@pytest.mark.parametrize("said", [
    "nothing new since 2026-05-01", "the feed has no entries", "at least 3 entries came and went unseen after 2026-05-01",
    "2 of at least 9 entries in 24 hours, where 20.0 are usual", "mentioned in passing",
    "no word of the topic's context near it", "due since 2026-05-01T10:00, and nobody asked",
])  # fmt: skip
def test_what_other_rooms_say_is_said_in_russian(said: str, words: language.Words) -> None:
    assert re.findall("[A-Za-z]{3,}", words(said)) == []


def test_every_way_to_write_a_wrong_query_is_explained_in_russian(words: language.Words) -> None:
    """The messages are taken from the code that gives them, with a number for whatever they name."""
    messages = set(_messages(CODE / "judge" / "syntax.py", {"QueryError"}))
    messages |= set(_messages(CODE / "site" / "parameters.py", {"BadRequest"}))
    messages |= set(_messages(CODE / "site" / "feeds.py", {"BadRequest"}))
    messages |= set(_messages(CODE / "site" / "downloads.py", {"UsageError"}))
    messages |= set(_messages(CODE / "export" / "formats.py", {"UsageError"}))
    assert len(messages) > 35
    assert sorted(message for message in messages if not re.search("[а-яё]{3}", words(message).replace("повест", ""))) == []


def _messages(path: Path, errors: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors:
            yield from _text_of(node.args[0])
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "what":
            yield from _text_of(node.value)


def _text_of(node: ast.expr) -> Iterator[str]:
    if _is_text(node):
        yield node.value  # type: ignore[attr-defined] - a constant
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*_text_of(node.body), *_text_of(node.orelse))


PARTS = ["слово", "AND", "OR", "(", ")", '"', "NEAR/99", "date:", "x:", "~2", "^3", ":", "[", "TO", "*", "title:"]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PARTS)))
def test_whatever_is_wrong_with_a_query_is_said_in_russian(words: language.Words, parts: list[str]) -> None:
    try:
        compile_query(" ".join(parts))
        said = ""
    except QueryError as error:
        said = words(str(error))
    assert not re.search(r"\b(the|is|not|there|write|cannot|here|between|stands)\b", said)

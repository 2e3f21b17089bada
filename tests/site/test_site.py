"""What the site promises: headers on every answer, a search that narrows, clear words for what is wrong, nothing that runs."""

import asyncio
import html
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import httpx
import pytest
from datasette.app import Datasette
from hypothesis import given
from hypothesis import strategies as st

from monitor.export import addresses
from monitor.newsroom.shipped import SHIPPED
from monitor.site import publish
from monitor.site.application import inspect, site
from monitor.site.cells import address, moment
from monitor.site.highlight import marked, spans_of
from monitor.site.metadata import read_metadata
from monitor.site.responses import HEADERS
from monitor.site.values import of_sql
from monitor.vault import Store

Get = Callable[..., httpx.Response]
Asking = Callable[[Path], AbstractContextManager[Get]]


@pytest.fixture(scope="module")
def articles(get: Get) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get("/public/coverage.json?_shape=array&_size=max").json()
    return found


PAGES = (
    "/",
    "/public",
    "/public/coverage",
    "/public/coverage?_q=повестками",
    "/public/coverage?_q=(",
    "/public/coverage?outlet=Полюс",
    "/public/coverage?_sort=words",
    "/public/coverage?_facet=section",
    "/public/coverage?topics__arraycontains=summons",
    "/public/gaps",
    "/public/skipped",
    "/public/near_misses",
    "/public/runs",
    "/public/runs/1",
    "/public/reasons",
    "/public/most_copied",
    "/public/weeks_and_regions",
    "/public?sql=select+*+from+coverage",
)
WRONG = (
    "/nothing",
    "/public/nothing",
    "/public/who_carried?copy_group=none",
    "/public/coverage/nothing",
    "/public?sql=drop+table+coverage",
    "/public/coverage?_sort=nothing",
    "/public/coverage.json?_q=(",
)
FILES = ("/static/site.css", "/public/coverage.json", "/public/coverage.csv?_stream=on", "/favicon.ico")


@pytest.mark.parametrize("path", [*PAGES, *WRONG, *FILES])
def test_every_answer_has_the_policy_once_and_allows_no_script(get: Get, path: str) -> None:
    answer = get(path)
    assert (answer.status_code == 200) == (path not in WRONG)
    for name, value in HEADERS:
        assert answer.headers.get_list(name.decode()) == [value.decode()]
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "script-src" not in policy
    assert not any("unsafe" in value or "http" in value for value in policy.values())


class Audit(HTMLParser):
    """What a page would have a browser do."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "img",
            "base",
            "video",
            "audio",
            "math",
            "foreignobject",
            "use",
        }:
            self.faults.append(f"<{tag}>")
        # Our pictures say how large they are; what a crawled text makes up does not.
        if tag == "svg" and "viewbox" not in given:
            self.faults.append("<svg>")
        self.faults += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            if name in given and not re.match(r"https?://|[/?#]", given[name]):
                self.faults.append(f"{name}={given[name]}")
        if tag == "a":
            self.links.append((given.get("href", ""), given.get("rel", "")))
        self.ids += [given["id"]] if "id" in given else []


def audited(answer: httpx.Response) -> Audit:
    audit = Audit()
    audit.feed(answer.text)
    return audit


@pytest.mark.parametrize("path", [*PAGES, *(path for path in WRONG if "json" not in path)])
def test_no_page_has_a_script_a_handler_a_style_of_its_own_or_a_foreign_file(get: Get, path: str) -> None:
    audit = audited(get(path))
    assert audit.faults == []
    assert len(audit.ids) == len(set(audit.ids))


def test_every_article_page_is_inert_and_links_outlets_without_telling_them(get: Get, articles: list[dict[str, Any]]) -> None:
    assert len(articles) == 11
    for article in articles:
        audit = audited(get(f"/public/coverage/{article['article']}"))
        assert audit.faults == []
        away = [(href, rel) for href, rel in audit.links if href.startswith("http") and "site.example" not in href]
        assert article["url"] in [href for href, _ in away]
        assert all("noopener noreferrer" in rel for _, rel in away)


def test_hostile_strings_stand_on_the_page_as_text(get: Get, articles: list[dict[str, Any]], payloads: tuple[str, ...]) -> None:
    (hostile,) = (article for article in articles if article["url"].startswith("https://evil"))
    for path in ("/", "/public/coverage", f"/public/coverage/{hostile['article']}", "/public/links", "/public/attributions"):
        answer = get(path)
        assert audited(answer).faults == []
        assert "<script>" not in answer.text
        assert "49" not in re.findall(r"\{\{ ?(\d+)", answer.text), "a template in a title was run"
    page = get(f"/public/coverage/{hostile['article']}").text
    assert all(payload in _text(page) for payload in payloads)


# Datasette leaves a facet of a column that is not there unawaited.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("place", [
    "/public/coverage?_q={}", "/public/coverage?outlet={}", "/public/coverage?{}=1", "/public/who_carried?copy_group={}",
    "/public?sql=select+'{}'", "/public?sql={}", "/public/{}", "/{}", "/public/coverage/{}", "/public/coverage?_next={}",
    "/public/coverage?_sort={}", "/public/coverage?_facet={}",
])  # fmt: skip
def test_what_stands_in_the_address_comes_back_as_text(get: Get, payloads: tuple[str, ...], place: str) -> None:
    for payload in payloads:
        answer = get(place.format(quote(payload, safe="")))
        assert audited(answer).faults == [], payload
        assert "<script>" not in answer.text


def _text(page: str) -> str:
    parts: list[str] = []
    parser = HTMLParser(convert_charrefs=True)
    parser.handle_data = parts.append
    parser.feed(page)
    return "".join(parts)


def found(get: Get, query: str) -> set[str]:
    return {row["outlet"] for row in get(f"/public/coverage.json?_shape=array&_q={quote(query)}").json()}


@pytest.mark.parametrize("form", ["повестка", "повестками", "ПОВЕСТКУ", "повесток"])
def test_any_inflected_form_finds_them_all_and_nothing_else(get: Get, form: str) -> None:
    expected = {"Полюс", "Город на Лозе", "Вечерний Приозёрск", "Северный луч", "Сибирский вестник", "Evil <b>Outlet</b>"}
    assert found(get, form) == expected


def test_a_ukrainian_form_and_a_word_in_a_title_alone_are_found(get: Get) -> None:
    assert found(get, "повісток") == {"Дзеркало степу"}
    assert found(get, "колледж") == {"Северный луч"}


def test_a_search_narrows_by_the_whole_query_and_not_by_its_words_alone(get: Get) -> None:
    assert found(get, "повестка студент") == {"Северный луч", "Сибирский вестник"}
    assert found(get, "повестка NOT студент") == {"Полюс", "Город на Лозе", "Вечерний Приозёрск", "Evil <b>Outlet</b>"}
    assert found(get, '"полиция вместе"') == set()
    assert found(get, '"вместе с полицией"') == {"Сибирский вестник"}
    assert found(get, "lang:uk") == {"Дзеркало степу"}
    assert found(get, "region:RU-ARK") == {"Северный луч"}
    assert found(get, "kind:independent повестка date:2026-05-18") == {"Сибирский вестник"}
    assert found(get, "kind:state") == set()
    assert found(get, "динозавр") == set()


def test_a_search_and_a_facet_narrow_together(get: Get) -> None:
    rows = get(f"/public/coverage.json?_shape=array&_q={quote('повестка')}&outlet={quote('Полюс')}").json()
    assert [row["outlet"] for row in rows] == ["Полюс"]


@pytest.mark.parametrize("query", ["(повестка", "повестка AND", '"повестка', "NEAR/"])
def test_a_wrong_query_gets_a_clear_word_on_the_page_and_an_error_for_programs(get: Get, query: str) -> None:
    page = get(f"/public/coverage?_q={quote(query)}")
    assert page.status_code == 200
    assert "The search cannot be answered" in page.text
    for of_an_answer in ("No article matches", "<strong>0</strong>", 'id="facets"', "These rows as"):
        assert of_an_answer not in page.text
    for kind in ("json", "csv"):
        answer = get(f"/public/coverage.{kind}?_q={quote(query)}")
        assert answer.status_code == 400


def test_an_empty_query_shows_everything(get: Get, articles: list[dict[str, Any]]) -> None:
    assert len(get("/public/coverage.json?_shape=array&_q=+").json()) == len(articles)


def test_the_home_page_says_what_it_is_how_fresh_and_what_is_missing(get: Get) -> None:
    page = _text(get("/").text)
    for words in ("military summons and mobilization", "Updated", "2026-05-19 12:00 UTC", "9", "Тихий берег", "failed: timeout"):
        assert words in page


def test_copies_are_folded_on_the_home_page_and_told_on_each_article(get: Get, articles: list[dict[str, Any]]) -> None:
    first = next(article for article in articles if article["outlet"] == "Полюс")
    assert _text(get("/").text).count(first["title"]) == 3, "among the stories, the newest and the shared texts"
    page = _text(get(f"/public/coverage/{first['article']}").text)
    assert all(outlet in page for outlet in ("Город на Лозе", "Вечерний Приозёрск"))
    assert "Суд отменил повестку" in page, "links are shown both ways"


def test_who_denies_is_told_apart_from_the_sources_cited(get: Get, articles: list[dict[str, Any]]) -> None:
    article = next(article for article in articles if article["title"].startswith("Russia's summons registry"))
    assert article["attributed_to"] == '["officials"]'
    page = _text(get(f"/public/coverage/{article['article']}").text)
    vouching, denying = page.split("Sources cited")[1].split("Who denies it")
    assert "officials" in vouching
    assert "governor" not in vouching
    assert re.search(r"the Volgograd governor\s*:\s*The Volgograd governor denied that his region was among them\.", denying)


def test_an_article_keeps_its_clocks_apart_and_says_where_its_bytes_are(get: Get, articles: list[dict[str, Any]]) -> None:
    undated = next(article for article in articles if not article["published"])
    page = _text(get(f"/public/coverage/{undated['article']}").text)
    for words in (
        "Published, says the page",
        "First seen by us",
        "yesterday, about noon",
        "povestka-20260518.warc.gz",
        "sha256:abab",
    ):
        assert words in page


def test_an_article_says_how_to_verify_its_archived_copy_where_its_vault_lies(
    get: Get, articles: list[dict[str, Any]], vault: Path
) -> None:
    page = get(f"/public/coverage/{articles[0]['article']}").text
    assert f"<pre>monitor --db {vault} verify --capture {articles[0]['fetch']}</pre>" in page


def test_titles_say_their_language(get: Get) -> None:
    assert re.search(r'<bdi lang="uk">У Криму', get("/public/coverage").text)


def test_every_question_of_the_metadata_can_be_asked(get: Get) -> None:
    metadata = read_metadata(SHIPPED / "site" / "metadata.yaml", {})
    for name, query in metadata["databases"]["public"]["queries"].items():
        asked = "".join(f"&{one}=0" for one in ("article", "copy_group") if one in of_sql(query["sql"]))
        answer = get(f"/public/{name}.json?_shape=objects{asked}")
        is_there = "not_found" not in query or not asked
        assert (answer.status_code == 200) == answer.json()["ok"] == is_there, name


@pytest.mark.parametrize("table", ["coverage", "near_misses"])
def test_every_column_of_the_articles_is_explained(get: Get, checkout: Path, table: str) -> None:
    columns = get(f"/public/{table}.json?_size=1").json()["columns"]
    explained = read_metadata(SHIPPED / "site" / "metadata.yaml", {})["plugins"]["povestka"]["tables"][table]["columns"]
    assert list(explained) == columns
    _, *sections = (checkout / "docs" / "coverage.md").read_text("utf-8").split("# The view `")
    (section,) = (section for section in sections if section.startswith(f"{table}`"))
    told = [name for names in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", names)]
    assert told == columns


def test_an_article_names_the_lines_of_the_topics_that_decided(get: Get) -> None:
    (reason,) = get("/public/reasons.json?_shape=array&_size=1").json()
    (verdict,) = get(f"/public/verdicts.json?_shape=array&article={reason['article']}&topic={reason['topic']}").json()
    assert reason["rule"]
    rule, _, named = verdict["country_rule"].partition(": ")
    assert named
    for path, shown in (("", rule), ("?_lang=ru", {"beside": "рядом"}[rule])):
        page = get(f"/public/coverage/{reason['article']}{path}").text
        assert f"data/topics/{reason['topic']}.toml: {reason['rule']}" in page
        assert f"{shown}: {named}" in page


def test_a_near_miss_says_what_was_lacking_and_marks_what_was_found(get: Get) -> None:
    answer = get("/public/near_misses")
    (row,) = get("/public/near_misses.json?_shape=array").json()
    assert "no word of the topic's context" in _text(answer.text)
    assert row["title"] in _text(answer.text)
    assert json.loads(row["reasons"])
    for word in json.loads(row["reasons"]):
        assert f">{word}</mark>" in answer.text
        assert word in row["passage"]
    assert get("/public/near_misses?near_miss_reason=nothing").status_code == 200


@given(st.text(st.sampled_from("aя<& ."), max_size=20), st.lists(st.text(st.sampled_from("aя<& ."), max_size=4), max_size=3))
def test_words_are_marked_where_they_stand_whole(text: str, words: list[str]) -> None:
    for span in spans_of(text, words):
        assert text[span["start"] : span["end"]] in words
        assert not text[: span["start"]][-1:].isalpha()
        assert not text[span["end"] :][:1].isalpha()


BANNER = "Fiction: an invented press. Nothing here happened."


def test_a_demonstration_says_on_every_page_that_nothing_of_it_happened(
    get: Get, asking: Asking, vault: Path, tmp_path: Path
) -> None:
    assert not any(BANNER in get(path).text for path in ("/", "/public/coverage", "/nothing"))
    demo = tmp_path / "demo.db"
    shutil.copy(vault, demo)
    with Store.open(demo) as store:
        noon = datetime(2026, 5, 18, 12, tzinfo=UTC)
        store.begin_run("feeds", noon, clock=noon)
    publish(demo, tmp_path / "public")
    with asking(tmp_path / "public") as get_demo:
        pages = [*PAGES, "/nothing", f"/public/coverage/{get_demo('/public/coverage.json').json()['rows'][0][0]}"]
        assert [path for path in pages if get_demo(path).text.count(BANNER) != 1] == []


@pytest.mark.parametrize("sql", ["select zeroblob(1000000000)", "select hex(zeroblob(9000000))"])
def test_sql_that_makes_a_giant_value_is_refused_at_once(get: Get, sql: str) -> None:
    def seconds() -> float:
        started = monotonic()
        answer = get(f"/public.json?sql={quote(sql)}")
        assert answer.status_code >= 400
        assert "too big" in answer.text
        return monotonic() - started

    assert any(seconds() < 2 for _ in range(3)), "asked again where the machine was busy"


def test_the_whole_database_is_not_given_away(get: Get) -> None:
    answer = get("/public.db")
    assert answer.status_code == 404
    assert "does not give its database as one file" in answer.text


def test_regions_have_their_names(get: Get) -> None:
    assert "Arkhangelsk" in _text(get("/").text)
    assert "RU-ARK" not in _text(get("/").text)


def test_every_link_of_the_home_page_leads_somewhere(get: Get) -> None:
    links = {href for href, _ in audited(get("/")).links if href.startswith("/")}
    assert len(links) > 20
    for link in sorted(links):
        assert get(link).status_code == 200, link


def test_the_published_folder_is_whole(folder: Path) -> None:
    assert {"public.db", "metadata.json", "settings.json", "inspect-data.json", "templates", "static"} == {
        path.name for path in folder.iterdir()
    }
    data = json.loads((folder / "inspect-data.json").read_text("utf-8"))
    assert data["public"]["file"] == "public.db"
    assert data["public"]["tables"]["coverage"]["count"] == 11
    assert inspect(folder / "public.db") == data


def test_a_newsroom_with_a_site_of_its_own_is_given_the_database_alone(vault: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    assert publish(vault, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"site", "public.db"}


def test_a_second_publish_into_the_same_folder_takes_the_place_of_the_first(vault: Path, tmp_path: Path) -> None:
    publish(vault, tmp_path / "new" / "folder")
    publish(vault, tmp_path / "new" / "folder")
    assert not [path for path in (tmp_path / "new" / "folder").iterdir() if path.name.endswith(".part")]


@pytest.mark.parametrize("url", [
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
    "file:///etc/passwd", "//evil.example/x", "http://[", "vbscript:x", "", "https:///x",
])  # fmt: skip
def test_an_address_that_is_not_http_is_no_link(url: str) -> None:
    assert "href" not in address(url)


def test_an_address_shows_the_host_that_it_leads_to() -> None:
    shown = str(address("https://other.example/known.example/a"))
    assert "<b>other.example</b>/known.example/a" in shown
    assert "\u202e" not in re.sub(r'href="[^"]*"', "", str(address("https://a.example/\u202egpj.exe")))


@given(st.text())
def test_no_address_breaks_out_of_its_attribute(url: str) -> None:
    audit = Audit()
    audit.feed(str(address(url)) + str(address("https://a.example/" + url)))
    assert audit.faults == []


spans = st.lists(
    st.fixed_dictionaries({"start": st.integers(-3, 40), "end": st.integers(-3, 40), "label": st.text(max_size=5)}), max_size=6
)


@given(st.text(st.sampled_from("aя<&\n \"'"), max_size=40), spans)
def test_marks_change_no_character_of_the_text_and_cover_exactly_their_spans(text: str, marks: list[dict[str, Any]]) -> None:
    html = str(marked(text, marks))
    lines = [line for line in text.split("\n") if line.strip()]
    assert [_text(p) for p in re.findall(r"<p>(.*?)</p>", html, re.DOTALL)] == lines
    covered = "".join(
        c for at, c in enumerate(text) if any(max(0, mark["start"]) <= at < mark["end"] for mark in marks) and c != "\n"
    )
    shown = "".join(_text(m) for m in re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL))
    assert shown.replace(" ", "") == covered.replace(" ", "")


@given(st.text())
def test_a_time_is_shown_with_its_label_and_anything_else_as_text(text: str) -> None:
    assert str(moment("2026-05-18T09:30:15.000000Z")) == (
        '<time datetime="2026-05-18T09:30:15.000000Z">2026-05-18 09:30 UTC</time>'
    )
    audit = Audit()
    audit.feed(str(moment(text)))
    assert audit.faults == []


@pytest.mark.parametrize("path", [
    "/-/export/coverage.csv",
    "/-/export/coverage.csv?for=excel&locale=ru",
    "/-/export/coverage.jsonl?query=повестка&from=2026-05-16&to=2026-05-18&clock=published",
    "/-/export/coverage.parquet",
    "/-/export/near_misses.xlsx",
    "/-/export/gaps.csv?query=&from=",
])  # fmt: skip
def test_the_site_gives_the_file_that_the_command_line_makes_and_its_manifest(
    path: str, get: Get, vault: Path, tmp_path: Path
) -> None:
    parts = urlsplit(path)
    asked = dict(parse_qsl(parts.query))  # without what is empty
    out = tmp_path / Path(parts.path).name
    options = [word for name, value in asked.items() for word in (f"--{name}", value)]
    view = out.stem
    subprocess.run([sys.executable, "-m", "monitor.cli", "--db", vault, "export", view, "-o", out, *options], check=True)
    answer = get(path)
    assert answer.status_code == 200
    name = "_".join([view, *(asked[part] for part in ("query", "from", "to") if part in asked), "as-of-2026-05-19"]) + out.suffix
    ascii_name = re.sub("[^ -~]+", "-", name)
    assert answer.headers["content-disposition"] == f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}"
    assert answer.content == out.read_bytes()
    said = get(path.replace(out.suffix, f"{out.suffix}.manifest.json")).json()
    own = json.loads(out.with_name(f"{out.name}.manifest.json").read_text("utf-8"))
    assert said["state"].pop("database") == "snapshot"
    assert own["state"].pop("database") == "vault"
    assert said["state"].pop("snapshot")
    assert own["state"].pop("snapshot") is None
    assert own.pop("newsroom").keys() == {"sources", "families", "regions", "towns", "topics", "lexicons"}
    assert said.pop("newsroom") == {}, "this snapshot was made without a newsroom's folder"
    assert said.pop("made") >= own.pop("made")
    assert said == own


def test_every_view_comes_as_one_archive_which_is_the_folder_of_the_command_line(get: Get, vault: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "monitor.cli", "--db", vault, "export", "all", "-o", tmp_path / "all", "--region", "RU-VGG"],
        check=True,
    )
    answer = get("/-/export/all.zip?region=RU-VGG")
    assert answer.status_code == 200
    assert 'filename="all_RU-VGG_as-of-2026-05-19.zip"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        members = {Path(name).name: archive.read(name) for name in archive.namelist()}
    assert members.keys() == {file.name for file in (tmp_path / "all").iterdir()}
    assert json.loads(members.pop("datapackage.json"))["povestka"]["only"] == [{"region": "RU-VGG"}]
    assert {name: content for name, content in members.items() if (tmp_path / "all" / name).read_bytes() != content} == {}


@pytest.mark.parametrize(("path", "word"), [
    ("/-/export/coverage.csv?query=(", "character 2"),
    ("/-/export/coverage.csv?from=yesterday", "2026-05-18"),
    ("/-/export/coverage.csv?form=2026-05-01", "no option form"),
    ("/-/export/gaps.csv?query=повестка", "the rows of gaps are neither"),
    ("/-/export/fetches.csv", "no view"),
    ("/-/export/all.csv", "no view"),
    ("/-/export/gaps.csv?topic=summons", "say nothing of the view gaps"),
    ("/-/export/all.zip?from=yesterday", "2026-05-18"),
    ("/-/export/near_misses.csv?query=повестка", "ask the vault"),
])  # fmt: skip
def test_a_wrong_export_is_told_and_gives_no_file(path: str, word: str, get: Get) -> None:
    answer = get(path)
    assert answer.status_code == 400
    assert word in html.unescape(answer.text)
    assert "content-disposition" not in answer.headers


def test_an_export_that_finds_nothing_for_long_is_given_up_in_a_clear_word_and_the_next_one_is_made(
    get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.site.downloads.TIMEOUT", 0)
    given_up = get("/-/export/coverage.csv?query=lang:ru AND lang:uk")  # no index knows: all texts are asked, and none is it
    assert given_up.status_code == 400
    assert "nothing was found in 0 seconds" in html.unescape(given_up.text)
    assert "monitor.db" not in given_up.text
    monkeypatch.undo()
    assert get("/-/export/coverage.csv?query=lang:ru AND lang:uk").text.count("\n") == 1, "a header, and no row"


def test_exports_that_nobody_fetches_do_not_fill_the_disk(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.site.plugin._exports", asyncio.Semaphore(0))
    answer = get("/-/export/coverage.csv")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


def test_copies_lead_to_both_articles_by_their_titles_alone(get: Get) -> None:
    (row,) = get("/public/copies.json?_size=1&_shape=array").json()
    page = get("/public/copies?_size=1").text
    for id_ in (row["a"], row["b"]):
        assert f'<a href="/public/coverage/{id_}" title="{id_}"><bdi>' in page
        assert f"<em>{id_}" not in page


def test_a_table_that_is_closed_is_in_no_export_either(folder: Path) -> None:
    metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
    metadata["databases"]["public"]["tables"]["near_misses"]["allow"] = False
    app = site(folder / "public.db", folder, metadata, {})

    async def ask() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://site.example") as client:
            return [(await client.get(f"/-/export/{view}.csv")).status_code for view in ("near_misses", "coverage")]

    assert asyncio.run(ask()) == [403, 200]


@pytest.mark.parametrize("url", [
    "https://known.example@other.example/", "https://other.example\\@known.example/", "https://known.example\u202e/x",
    "//x.example/", "javascript:alert(1)", "http:x", "https://[::1", "https://known.example:port/", "https:///x",
])  # fmt: skip
def test_an_address_that_may_not_lead_where_it_seems_to_is_no_link(url: str) -> None:
    assert addresses.link(url) == ""
    assert "href" not in address(url)


@pytest.mark.parametrize(("url", "led"), [
    ("https://x.example", "https://x.example/"),
    ("https://x.example:8080/a%20b?q=1&r=a/b#c", "https://x.example:8080/a%20b?q=1&r=a/b#c"),
    ("https://пример.example/новость <b>", "https://пример.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C%20%3Cb%3E"),
    ("http://[2001:db8::1]/\u202egpj.exe", "http://[2001:db8::1]/%E2%80%AEgpj.exe"),
    ("https://x.example/@desk", "https://x.example/@desk"),
])  # fmt: skip
def test_an_address_is_a_link_to_the_same_place(url: str, led: str) -> None:
    assert addresses.link(url) == led
    assert addresses.link(led) == led


@pytest.mark.parametrize(("sql", "code"), [
    ("select 1 as article, 'x' as outlet, 'y' as title, 'soon' as published", 400),
    ("select 1 as article, 2 as outlet, 3 as title, 4 as published", 400),
    ("select 'a' as article, 'x' as outlet, null as title, null as published", 200),
    ("select 'a' as article, 'x' as outlet, '' as title, null as published, 'no list' as topics", 400),
    ("select 1 as speaker_id, 2 as name, 3 as kind, 4 as quotes, 5 as articles, 6 as outlets, 'soon' as earliest", 400),
])  # fmt: skip
def test_a_feed_of_what_a_visitor_makes_up_is_a_feed_or_refused(get: Get, sql: str, code: int) -> None:
    answer = get(f"/public.atom?sql={quote(sql)}")
    assert answer.status_code == code


def test_a_cell_that_is_no_list_whatever_its_columns_name_is_text(get: Get) -> None:
    answer = get("/public?sql=" + quote("select '[x' as authors"))
    assert answer.status_code == 200
    assert "[x" in answer.text


def test_a_datasette_of_other_things_is_left_alone() -> None:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=Datasette([], memory=True).app())
        async with httpx.AsyncClient(transport=transport, base_url="http://other.example") as client:
            return await client.get("/_memory?sql=select+1&_shape=array")

    assert asyncio.run(ask()).status_code == 200


@pytest.mark.parametrize(("file", "media"), [
    ("coverage.csv", "text/csv; charset=utf-8"), ("coverage.csv?for=excel&locale=ru", "text/csv; charset=utf-8"),
    ("stories.jsonl", "application/jsonl; charset=utf-8"), ("gaps.parquet", "application/vnd.apache.parquet"),
    ("edits.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ("all.zip", "application/zip"),
    ("coverage.csv.manifest.json", "application/json; charset=utf-8"),
])  # fmt: skip
def test_a_download_says_what_it_is(file: str, media: str, get: Get) -> None:
    assert get(f"/-/export/{file}").headers["content-type"] == media

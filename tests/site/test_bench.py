"""What a researcher is promised: SQL with examples and a schema, counts by any column, keys, an API whose requests run."""

import json
import re
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest

from monitor.errors import MonitorError
from monitor.site import publish
from monitor.site.responses import headers_of
from monitor.site.serve import WORTH_OPENING
from tests.published import unlabelled

Get = Callable[..., httpx.Response]
Asking = Callable[[Path], AbstractContextManager[Get]]

KEYLESS = {
    "reasons", "places", "attributions", "denials", "links", "ways", "denied_elsewhere", "disputed_figures",
}  # fmt: skip
"""Rows of texts, of which none is told from another by its columns: each has the number of its row."""


def test_the_examples_run_and_the_schema_names_every_column(get: Get, folder: Path) -> None:
    for path in ("/public", f"/public?sql={quote('select 1')}"):
        page = get(path).text
        examples = {link for link in re.findall(r'href="(/public\?sql=[^"]*)"', page) if "order" in link}
        assert len(examples) == 5
        for example in examples:
            assert get(unescape(example)).status_code == 200, example
        schema = page.split('class="schema"')[1].split("</details>")[0]
        with closing(sqlite3.connect(folder / "public.db")) as db:
            for table in ("coverage", "stories", "weeks_read", "speakers"):
                columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
                told = schema.split(f"<code>{table}</code></a>")[1].split("</dd>")[0]
                assert re.findall("<code>([^<]*)</code>", told) == columns
    assert "/public/facets" not in schema


@pytest.mark.parametrize("sql", ["delete from coverage", "select nothing from nowhere", "select '</textarea><b>'; select 2"])
def test_a_refused_statement_keeps_its_text(sql: str, get: Get) -> None:
    answer = get(f"/public?{urlencode({'sql': sql})}")
    assert answer.status_code == 400
    (kept,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
    assert unescape(kept) == sql
    assert 'class="schema"' in answer.text


def test_rows_are_counted_by_any_column(get: Get) -> None:
    for table, column in (("coverage", "words"), ("fetches", "outcome"), ("runs", "kind"), ("stories", "origins")):
        assert f'<option value="{column}"' in get(f"/public/{table}").text.split('name="_facet"')[1].split("</select>")[0]
        answer = get(f"/public/{table}.json?_facet={column}&_shape=objects").json()
        counted = answer["facet_results"][column]["results"]
        assert sum(one["count"] for one in counted) <= answer["filtered_table_rows_count"]
        assert counted


def test_tables_without_a_list_of_their_own_have_the_whole_width(get: Get) -> None:
    assert '<div class="whole">' in get("/public/fetches").text
    assert '<div class="columns">' in get("/public/coverage").text


def test_every_table_has_a_primary_key(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "public.db")) as db:
        tables = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("coverage_fts", "sqlite_"))
        ]
        without = {name for name in tables if not any(row[5] for row in db.execute(f"PRAGMA table_info({name})"))}
    assert without == KEYLESS


def test_addresses_that_are_printed_or_documented_are_ascii(checkout: Path) -> None:
    assert all(path.isascii() for path in WORTH_OPENING)
    for name in ("README.md", "docs/api.md", "docs/site.md", "docs/quickstart.md", "docs/research.md"):
        for address in re.findall(
            r"https?://127\.0\.0\.1[^\s`\"'<>)]*|/public/[\w.]+\?[^\s`|)…]*", (checkout / name).read_text("utf-8")
        ):
            assert address.isascii(), (name, address)


def test_the_requests_of_the_api_run(get: Get, checkout: Path) -> None:
    text = (checkout / "docs" / "api.md").read_text("utf-8")
    asked = []
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        words = iter(shlex.split(block.replace("\\\n", " ")))
        path, pairs = "", []
        for word in words:
            if word.startswith("http"):
                path = word.removeprefix("http://127.0.0.1:8001")
            elif word in {"-d", "--data-urlencode"}:
                pairs.append(next(words).partition("=")[::2])
        asked.append(f"{path}?{urlencode(pairs)}")
    asked += re.findall(r'read_json\("http://127\.0\.0\.1:8001(.*?)"\)', text)
    assert len(asked) == 3
    search, stories, own = (get(path.replace(quote("Берег"), quote("Полюс"))).json() for path in (asked[0], asked[2], asked[1]))
    assert {"rows", "filtered_table_rows_count", "count_truncated", "facet_results", "next_url"} <= search.keys()
    assert all(row["outlet"] == "Полюс" for row in search["rows"])
    assert {"story", "title", "outlets", "origins", "denials", "first_outlet", "first_basis"} <= stories[0].keys()
    assert own[0].keys() == {"outlet", "late"}
    for name, value in (("_sort", "nothing"), ("_from", "soon")):
        assert get(f"/public/coverage.json?{name}={value}").json()["status"] == 400


def test_a_plugin_that_is_named_may_run_its_own_files_and_nothing_else_may(vault: Path, asking: Asking, tmp_path: Path) -> None:
    (tmp_path / "access.yaml").write_text("plugins: {povestka: {scripts: [datasette-vega]}}", "utf-8")
    publish(vault, tmp_path)
    assert json.loads((tmp_path / "metadata.json").read_text("utf-8"))["plugins"]["povestka"]["scripts"] == ["datasette-vega"]
    with asking(tmp_path) as get:
        policy = get("/").headers["content-security-policy"]
    assert "script-src site.example/-/static-plugins/datasette-vega/; connect-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in dict(headers_of("site.example", ()))[b"content-security-policy"].decode()
    for wrong in (
        "plugins: {povestka: {scripts: vega}}",
        'plugins: {povestka: {scripts: ["a b"]}}',
        "plugins: {povestka: {tables: {}}}",
    ):
        (tmp_path / "access.yaml").write_text(wrong, "utf-8")
        with pytest.raises(MonitorError, match="scripts alone"):
            publish(vault, tmp_path)


def test_the_coverage_is_a_table_of_chosen_columns_in_a_chosen_order_all_in_the_address(get: Get) -> None:
    rows = get("/public/coverage.json?_shape=array").json()
    path = "/public/coverage?_as=table&_show=title&_show=words&_show=first_seen"
    page = unlabelled(get(path))
    head = page.split("<thead>")[1].split("</thead>")[0]
    assert [re.sub("<[^>]*>", "", cell) for cell in head.split("</th>")[:-1]] == ["Title", "Words", "First seen by us"]
    assert page.split("<tbody>")[1].split("</tbody>")[0].count("<tr>") == len(rows)
    assert f'<td class="number">{rows[0]["words"]}</td>' in page
    assert page.count(" checked>") == 3
    (sorted_,) = re.findall(r'href="([^"]*_order=-first_seen[^"]*)"', page)
    later = get(unescape(sorted_))
    assert 'aria-sort="descending"' in later.text
    assert "_show=words" in unescape(re.findall(r'href="([^"]*_order=first_seen[^"]*)"', later.text)[0])
    (narrowed,) = {link for link in re.findall(r'href="([^"]*language=uk[^"]*)"', get(path).text) if "_as=table" in link}
    assert "<thead>" in get(unescape(narrowed)).text
    assert "<thead>" not in get("/public/coverage").text
    assert get("/public/coverage?_as=table&_show=nothing").status_code == 400
    assert get("/public/coverage?_as=heap").status_code == 400
    assert get("/public/coverage?_order=words").status_code == 400


@pytest.mark.parametrize("sorted_at_most", [50_000, 3])
@pytest.mark.parametrize("order", ["outlet", "-outlet", "first_seen", "-published", "week"])
@pytest.mark.parametrize("narrowed", ["", "&language=ru", "&_q=" + quote("повестками")])
def test_every_row_comes_once_in_the_order_that_is_asked_for(
    narrowed: str, order: str, sorted_at_most: int, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.snapshot.newest.SORTED", sorted_at_most)
    rows: list[dict[str, str]] = []
    path: str | None = f"/public/coverage.json?_shape=objects&_size=2&_order={quote(order)}{narrowed}"
    while path:
        answer = get(path).json()
        rows += answer["rows"]
        path = answer["next_url"]
    wanted = get(f"/public/coverage.json?_shape=array{narrowed}").json()
    assert sorted(row["article"] for row in rows) == sorted(row["article"] for row in wanted)
    values = [row[order.removeprefix("-")] or "" for row in rows]
    assert values == sorted(values, reverse=order.startswith("-"))

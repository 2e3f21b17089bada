"""A table with facets gives what Datasette gives by itself, row for row and count for count; a long search comes in pages."""

import asyncio
import json
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from monitor.site import publish
from monitor.site.application import site
from monitor.vault import search

Get = Callable[[str], Any]
ARTICLES = 400


@pytest.fixture(scope="module")
def get(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    """JSON of the real Datasette over some hundred articles, with copies and undated ones among them."""
    folder = tmp_path_factory.mktemp("faceted")
    make = runpy.run_path(str(checkout / "tests" / "bench" / "big_vault.py"))["make"]
    make(folder / "monitor.db", ARTICLES, pieces=4)
    publish(folder / "monitor.db", folder / "public")
    metadata = json.loads((folder / "public" / "metadata.json").read_text("utf-8"))
    settings = json.loads((folder / "public" / "settings.json").read_text("utf-8"))
    # However busy this machine is: what is asked here is not how fast it answers.
    slow = {"sql_time_limit_ms": 60_000, "facet_time_limit_ms": 60_000}
    app = site(folder / "public" / "public.db", folder / "public", metadata, settings | slow)
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://site.example", timeout=60)

        def ask(path: str) -> Any:
            answer = runner.run(client.get(path))
            client.cookies.clear()  # no request remembers the language of another
            assert answer.status_code == 200, answer.text
            return answer.json() if answer.headers["content-type"].startswith("application/json") else answer.text

        yield ask
        runner.run(client.aclose())


ASKED = [
    ("coverage", ""),
    ("coverage", "outlet=Outlet 000"),
    ("coverage", "week=&language=ru"),
    ("coverage", "outlet=Outlet 000&outlet=Outlet 001"),
    ("coverage", "topics__arraycontains=summons&topics__arraycontains=mobilization"),
    ("coverage", "topics__arraycontains=summons&outlet=Outlet 001&_size=3"),
    ("coverage", "week=1999-W01"),
    ("coverage", "_sort_desc=published&_size=7"),
    ("coverage", "outlet=Outlet 000&_lang=ru"),
    ("coverage", "_q=призыв"),
    ("coverage", "_q=призыв OR повестка&language=ru&_size=5"),
    ("coverage", '_q="военный комиссариат"'),
    ("coverage", "_q=lang:en NOT draft"),
    ("coverage", "_q=нет"),
    ("coverage", "_from=2024-01-01&_to=2025-06-30"),
    ("coverage", "_clock=first_seen&_from=2025-01-01&language=ru&_size=7"),
    ("coverage", "_clock=feed_date&_to=2023-12-31&topics__arraycontains=summons"),
    ("coverage", "_clock=modified&_from=2020-01-01"),
    ("coverage", "_clock=&_from=&_to="),
    ("coverage", "_from=2024-03-01&_to=2025-06-30&_tz=msk"),
    ("coverage", "_clock=first_seen&_to=2025-01-01&_tz=kyiv&language=ru"),
    ("coverage", "_from=0001-01-01&_to=9999-12-31&_tz=msk"),
    ("coverage", "_q=призыв&_clock=first_fetched&_from=2024-01-01"),
    ("near_misses", "_clock=first_seen&_from=2024-01-01&_to=2026-01-01"),
    ("near_misses", ""),
    ("near_misses", "near_miss_reason=a country"),
    ("skipped", ""),
    ("skipped", "outcome=timeout"),
    ("skipped", "run=1&_size=7"),
    ("ledger", ""),
]


def facets(answer: Any) -> dict[str, list[tuple[str, int, bool]]]:
    return {
        name: [(str(result["value"]), result["count"], result["selected"]) for result in facet["results"]]
        for name, facet in answer["facet_results"].items()
    }


def walked(get: Get, table: str, asked: str) -> tuple[list[Any], int]:
    """All rows, page by page, and the number of pages."""
    rows, pages, following = [], 0, ""
    while following is not None:
        answer = get(f"/public/{table}.json?{asked}&_nofacet=1{following and f'&_next={following}'}")
        rows += answer["rows"]
        following, pages = answer["next"], pages + 1
    return rows, pages


@pytest.mark.parametrize(("table", "asked"), ASKED)
def test_it_is_what_datasette_gives_by_itself(get: Get, monkeypatch: pytest.MonkeyPatch, table: str, asked: str) -> None:
    monkeypatch.setattr(search, "TEXTS_EXAMINED", ARTICLES + 1)
    ours = get(f"/public/{table}.json?{asked}&_facet_size=max")
    theirs = get(f"/public/{table}.json?{asked}&_facet_size=max&_where=1")
    assert "query" not in ours
    assert "query" in theirs
    for part in ("rows", "filtered_table_rows_count", "next", "columns"):
        assert ours[part] == theirs[part], part
    assert facets(ours) == facets(theirs)
    assert ours["count_truncated"] is False


@pytest.mark.parametrize(("table", "asked"), ASKED)
def test_page_by_page_every_row_comes_once_in_the_order_of_the_first_page(get: Get, table: str, asked: str) -> None:
    (rows, pages), (all_rows, _) = walked(get, table, asked), walked(get, table, f"{asked.partition('&_size')[0]}&_size=max")
    assert rows == all_rows
    assert len({json.dumps(row) for row in rows}) == len(rows)
    if asked.endswith(("_size=3", "_size=5", "_size=7")):
        assert pages > 3


def test_another_order_or_a_comparison_is_left_to_datasette(get: Get) -> None:
    for asked in ("_sort=words", "words__gt=80", "_where=words>80", "_facet=section", "topics=[]"):
        assert "rowid in" not in get(f"/public/coverage.json?{asked}")["query"]["sql"], asked


def test_what_is_chosen_is_taken_back_by_its_own_link_and_from_the_first_page(get: Get) -> None:
    first = get("/public/coverage.json?outlet=Outlet 000&_size=3")
    answer = get(f"/public/coverage.json?outlet=Outlet 000&_size=3&_next={first['next']}")
    (chosen,) = answer["facet_results"]["outlet"]["results"]
    assert chosen["selected"]
    assert "outlet" not in chosen["toggle_url"]
    assert "_next" not in chosen["toggle_url"]


@pytest.mark.parametrize("asked", ['_q="военный комиссариат"', "_q=lang:en", "_q=призыв", "_q=NOT призыв&language=ru"])
def test_a_search_over_more_than_one_look_is_shown_page_by_page_and_nothing_is_lost(
    get: Get, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    whole, _ = walked(get, "coverage", f"{asked}&_size=max")
    monkeypatch.setattr(search, "TEXTS_EXAMINED", 6)
    monkeypatch.setattr(search, "_MATCHED_AT_ONCE", 3)
    monkeypatch.setattr(search, "CANDIDATES_EXAMINED", 10)
    monkeypatch.setattr(search, "_PROPOSED_AT_ONCE", 5)
    first = get(f"/public/coverage.json?{asked}")
    assert first["count_truncated"]
    assert first["filtered_table_rows_count"] < len(whole)
    assert "at least <strong>" in get(f"/public/coverage?{asked}")
    rows, pages = walked(get, "coverage", asked)
    assert rows == whole
    assert pages > 1

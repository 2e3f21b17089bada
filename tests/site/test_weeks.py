"""What pictures of weeks promise: no week is left out, what is unfinished or was not watched is said, every number is a link."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.site.weeks import BASE, LEFT, MOST, OTHERS, SERIES, TOP, WIDTH, weeks
from tests.published import unlabelled

Get = Callable[..., httpx.Response]

NOW = "2026-05-20T12:00:00.000000Z"


def row(week: str, articles: float, series: str = "") -> dict[str, Any]:
    return {"week": week, "articles": articles, "series": series}


def test_no_week_between_the_first_and_the_last_is_left_out() -> None:
    drawn = weeks([row("2026-W21", 3), row("2025-W52", 1), row("", 7)], newest=NOW, watched=["2026-W20", "2026-W21"])
    assert [column.week for column in drawn.columns][:3] == ["2025-W52", "2026-W01", "2026-W02"]
    assert len(drawn.columns) == 22
    assert [column.state for column in drawn.columns][-3:] == ["not watched", "", "unfinished"]
    assert (drawn.columns[0].monday, drawn.columns[0].sunday) == (date(2025, 12, 22), date(2025, 12, 28))
    assert weeks([row("", 3)], newest=NOW).columns == ()


def test_the_largest_series_have_a_colour_and_the_rest_are_one() -> None:
    rows = [row("2026-W20", 10 - n, name) for n, name in enumerate("abcdefghi")]
    drawn = weeks(rows, newest=None)
    assert drawn.series == [*"abcdef", OTHERS]
    (column,) = drawn.columns
    assert [(part.series, part.count) for part in column.parts][-1] == (OTHERS, 4 + 3 + 2)
    beside = weeks([row("2026-W20", 1, "a"), row("2026-W20", 5, "b")], newest=None, beside=("a", "b")).columns[0].parts
    assert [part.number for part in beside] == [0, 1]
    assert beside[0].x + beside[0].width == pytest.approx(beside[1].x, abs=0.02)


counted = st.tuples(st.integers(0, 200), st.integers(0, 10**6), st.sampled_from("abcdefghijk"))


@given(st.lists(counted, min_size=1, max_size=60), st.booleans())
def test_parts_stand_within_the_drawing_and_add_up(found: list[tuple[int, int, str]], beside: bool) -> None:
    names = [date.fromordinal(735_000 + 7 * ago).isocalendar() for ago, _, _ in found]
    rows = [row(f"{n[0]}-W{n[1]:02}", count, series) for n, (_, count, series) in zip(names, found, strict=True)]
    series = tuple(sorted({one["series"] for one in rows}))[:2] if beside else ()
    rows = [one for one in rows if not series or one["series"] in series]
    drawn = weeks(rows, newest=NOW, watched=(), beside=series)
    assert len(drawn.columns) <= MOST
    assert all((b.monday - a.monday) == timedelta(days=7) for a, b in zip(drawn.columns, drawn.columns[1:], strict=False))
    kept = {column.week for column in drawn.columns}
    total = sum(one["articles"] for one in rows if one["week"] in kept)
    assert sum(part.count for column in drawn.columns for part in column.parts) == total
    for column in drawn.columns:
        for part in column.parts:
            assert 0 <= part.number <= SERIES
            assert LEFT <= part.x <= part.x + part.width <= WIDTH + 0.1
            assert TOP - 0.1 <= part.y <= part.y + part.height <= BASE + 0.1


@pytest.mark.parametrize(
    "path", ["/", "/public/region?region=RU-NVS", "/public/topic?topic=summons", "/public/outlet?outlet=Полюс"]
)
def test_a_column_says_its_week_and_state_and_leads_to_its_articles(path: str, get: Get) -> None:
    page = unlabelled(get(path))
    chart = page.split('<figure class="chart weeks">')[1].split("</figure>")[0]
    for link in set(re.findall(r'href="(/public/coverage\?[^"]*)"', chart)):
        assert re.search(r"week=\d{4}-W\d\d", link)
        assert "0</strong>" not in get(link.replace("&amp;", "&")).text.split("strong>")[1]
    assert "articles a week" in chart
    assert "A hatched column is a week that is not over." in chart
    assert chart.count("<title>") == len(re.findall("<rect class=.(?:s0|ground)", chart))
    assert '<th scope="row">' in chart


@pytest.mark.parametrize("by", ["topic", "region", "outlet", "language"])
def test_weeks_are_stacked_by_what_is_asked(by: str, get: Get) -> None:
    rows = get(f"/public/weeks_by.json?by={by}&_shape=array").json()
    assert sum(one["articles"] for one in rows) > 0
    page = get(f"/public/weeks_by?by={by}").text
    assert page.count('<rect class="s') == len([one for one in rows if one["week"]])
    column = {"topic": "topics", "region": "regions"}.get(by, by)
    chosen = next(one for one in rows if one["week"] and one["series"])
    narrowed = f"{column}{'__arraycontains' * column.endswith('s')}={quote(chosen['series'])}"
    found = get(f"/public/coverage.json?week={chosen['week']}&{narrowed}&_shape=objects").json()
    assert found["filtered_table_rows_count"] == chosen["articles"]


def test_a_share_is_of_all_that_was_read(get: Get) -> None:
    rows = get("/public/share.json?by=outlet&name=&_shape=array").json()
    assert all(0 <= one["relevant"] <= one["read"] for one in rows)
    relevant = get("/public/coverage.json?_shape=objects").json()["filtered_table_rows_count"]
    undated = len([one for one in get("/public/coverage.json?_shape=array&_size=1000").json() if not one["week"]])
    assert sum(one["relevant"] for one in rows) == relevant - undated
    assert sum(one["read"] for one in rows) > sum(one["relevant"] for one in rows)
    page = get(f"/public/share?by=outlet&name={quote('Полюс')}").text
    assert "percent" in page
    assert "All that were read" in page
    assert "English" in get("/public/share?by=language&name=").text


def test_two_of_a_kind_are_compared_over_time(get: Get) -> None:
    path = f"/public/compare_weeks?kind=outlet&a={quote('Полюс')}&b={quote('Город на Лозе')}"
    rows = get(path.replace("weeks?", "weeks.json?") + "&_shape=array").json()
    assert {one["series"] for one in rows} == {"Полюс", "Город на Лозе"}
    assert get(path).text.count('<rect class="s') == len(rows)
    page = unlabelled(get(f"/public/compare_weeks?kind=query&a={quote('повестка')}&b={quote('общежитие')}"))
    drawn = page.split('<figure class="chart weeks">')[1].split("</figure>")[0]
    told = sum(int(count) for count in re.findall(r'<td class="number">(\d+)</td><td class="number">', drawn))
    assert told == get(f"/public/coverage.json?_q={quote('повестка')}&_shape=objects").json()["filtered_table_rows_count"]
    assert 'role="alert"' in get("/public/compare_weeks?kind=query&a=(&b=x").text
    assert "Choose two" in get("/public/compare_weeks?kind=region&a=&b=").text


def test_a_search_that_there_is_no_time_for_says_how_far_it_was_counted(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.site.searching.COUNT_SECONDS", -1)
    monkeypatch.setattr("monitor.vault.search.TEXTS_EXAMINED", 1)
    monkeypatch.setattr("monitor.vault.search._MATCHED_AT_ONCE", 1)
    page = get("/public/compare_weeks?kind=query&a=NOT+nothing&b=lang:ru").text
    assert "counted down to the week after 2026-W" in page

"""What a visitor's zone changes: every time on a page, with its name, and what "yesterday" is; nothing in files."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.site import zones
from monitor.site.cells import clock, moment, passage
from monitor.site.templates import TemplateFunctions

Get = Callable[..., httpx.Response]
TIME = "2026-05-18T21:30:00.000000Z"


@pytest.fixture
def moscow() -> Iterator[None]:
    before = zones.current.set("msk")
    yield
    zones.current.reset(before)


def test_a_time_is_shown_in_the_zone_that_is_chosen_and_named(moscow: None) -> None:
    assert moment(TIME) == f'<time datetime="{TIME}">2026-05-19 00:30 Moscow</time>'
    assert clock(TIME) == f'<time datetime="{TIME}">00:30 Moscow</time>'
    assert zones.day(TIME) == "2026-05-19"
    assert zones.localise_times("by 2026-05-18 21:30 UTC at last") == "by 2026-05-19 00:30 Moscow at last"
    assert zones.midnight(TIME, 1) == "2026-05-17T21"
    assert zones.plain("9999-12-31T23:59:59.000000Z").startswith("9999-12-31")


def test_the_times_of_a_gap_are_those_of_the_visitor_and_named(moscow: None) -> None:
    facts = '{"hours": 3, "since": "2026-05-18T21:30", "until": "2026-05-19T00:30", "outlets": 2}'
    said = TemplateFunctions.gap_words({"gap": "not running", "facts": facts, "detail": ""})
    assert said == ", 3 hours between 2026-05-19 00:30 Moscow and 2026-05-19 03:30 Moscow; due then: 2 outlets"
    assert zones.minute(TIME) == "2026-05-19 00:30 Moscow"
    assert zones.minute("2026-05-18") == "2026-05-18"


@given(st.text(max_size=30))
def test_what_is_no_time_stays_as_it_stands(text: str) -> None:
    assert zones.day(text) == text
    assert zones.localise_times(text) == text


def test_the_choice_is_remembered_and_holds_on_every_kind_of_page(get: Get) -> None:
    chosen = get("/public/coverage?_tz=kyiv&_lang=ru")
    assert {said.split(";")[0] for said in chosen.headers.get_list("set-cookie")} == {"_tz=kyiv", "_lang=ru"}
    for path in ("/", "/public/coverage", "/public/story?story=81045ebf2ccf65a1", "/public/gaps", "/public/fetches"):
        page = get(path, cookie="_tz=kyiv; _lang=en").text
        shown = re.findall(r"<time[^>]*>[^<]*\d\d:\d\d ([^<]*)</time>", page)
        assert set(shown) == {"Kyiv"}, path
        assert "<b>Kyiv</b>" in page.split("<footer>")[1]
    assert "2026-05-17 09:00 Kyiv, Город на Лозе" in get("/public/story?story=81045ebf2ccf65a1", cookie="_tz=kyiv").text
    assert "UTC</time>" in get("/", cookie="_tz=<script>").text
    assert get("/public/coverage?_tz=mars").status_code == 400


def test_files_are_in_utc_whatever_is_chosen(get: Get) -> None:
    for path in ("/public/coverage.json?_shape=array", "/public/coverage.csv"):
        assert get(path, cookie="_tz=msk").text == get(path).text


def test_what_is_new_since_yesterday_is_so_where_the_visitor_is(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    def new(**cookie: str) -> str:
        (found,) = re.findall(r"New since yesterday.*?<a [^>]*>(\d+)<", get("/", **cookie).text)
        return str(found)

    rows: list[dict[str, Any]] = get("/public/coverage.json?_shape=array&_size=max").json()
    newest = get("/public/freshness.json?_shape=array").json()[0]["newest_fetch"]
    for zone in zones.ZONES:
        token = zones.current.set(zone)
        begin = zones.midnight(newest, 1)
        zones.current.reset(token)
        assert new(cookie=f"_tz={zone}") == str(sum(row["first_seen"] >= begin for row in rows))


def test_the_days_of_a_list_are_those_of_the_zone_in_its_address(get: Get) -> None:
    rows: list[dict[str, Any]] = get("/public/coverage.json?_shape=array&_size=max").json()
    found = set()
    for zone in zones.ZONES:
        token = zones.current.set(zone)
        days = {row["article"]: zones.day(row["published"]) for row in rows if row["published"]}
        zones.current.reset(token)
        for day in {*days.values()}:
            asked = f"_from={day}&_to={day}&_tz={zone}"
            shown = get(f"/public/coverage.json?{asked}&_shape=array", cookie="_tz=utc").json()
            assert {row["article"] for row in shown} == {article for article, its in days.items() if its == day}
            found.add(zone)
    assert found == zones.ZONES.keys()
    page = get("/public/coverage?_from=2026-05-17&_to=2026-05-17&_tz=msk").text
    assert "2026-05-17 – 2026-05-17, Moscow</span>" in page
    assert '<option value="msk" selected>Moscow' in page
    assert 'href="/public/coverage?_from=2026-05-17&amp;_to=2026-05-17&amp;_tz=utc">by days of UTC alone</a>' in page
    assert "/-/export/coverage" not in page
    assert "/-/export/coverage.xlsx?from=2026-05-17&" in get("/public/coverage?_from=2026-05-17&_tz=utc").text.replace(
        "&amp;", "&"
    )
    assert "2026-05-17 – …, UTC</span>" in get("/public/coverage?_from=2026-05-17", cookie="_tz=kyiv").text
    assert '<option value="kyiv" selected>' in get("/public/coverage", cookie="_tz=kyiv").text


def test_towns_are_called_as_the_language_does(get: Get, vault: Any) -> None:
    from monitor.site.language import Names, current

    names = Names({"towns": {"ru": {"RU-VGG Kamyshin": "Камышин"}}})
    before = current.set("ru")
    assert names.town("RU-VGG", "Kamyshin") == "Камышин"
    assert names.town("RU-VGG", "Nowhere") == "Nowhere"
    current.reset(before)


def test_a_passage_is_of_whole_words(get: Get) -> None:
    assert passage("ывезли всех на призывной пунк") == "всех на призывной"
    rows = get("/public/near_misses.json?_shape=array").json()
    page = get("/public/near_misses").text
    assert rows
    for row in rows:
        if row["passage"]:
            assert passage(row["passage"]).split()[0] in page


def test_the_sections_of_outlets_are_told_as_theirs(get: Get) -> None:
    page = get("/public/coverage/81045ebf2ccf65a1").text
    assert "the outlet&#39;s own section:</span>" in page or "the outlet&#39;s own section: <q><bdi>news</bdi></q>" in page
    assert "· <bdi>news</bdi>" not in page.split("</h1>")[0]


def test_delays_are_distributed_by_outlet_and_add_up(get: Get) -> None:
    delays = {row["outlet"]: row["copies"] for row in get("/public/delays.json?_shape=array").json()}
    parts: dict[str, int] = {}
    for row in get("/public/delay_distribution.json?_shape=array").json():
        parts[row["outlet"]] = parts.get(row["outlet"], 0) + row["copies"]
    assert parts == delays != {}
    page = get("/public/delay_behind_the_first_copy").text
    assert all(outlet in page for outlet in delays)
    outlet = next(iter(delays))
    chart = get(f"/public/outlet?outlet={outlet}").text.split('class="chart delays"')[1].split("</figure>")[0]
    assert sum(map(int, re.findall(r'<td class="number">(\d+)</td>', chart))) == delays[outlet]

"""What the site promises whoever asks for what is not there, or wrongly: a fitting status and one clear line, never a 500."""

import asyncio
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from monitor.site.application import site
from tests.published import Asking

Get = Callable[..., httpx.Response]


def said(answer: httpx.Response) -> str:
    """The line of a page, or of JSON, that says what is wrong."""
    if answer.headers["content-type"].startswith("application/json"):
        return str(answer.json()["error"])
    found = re.search(r'role="alert">(.*?)</p>', answer.text, re.DOTALL)
    assert found, answer.text
    return html.unescape(re.sub("<[^>]+>", "", found[1]))


ABSENT = {
    "/public/outlet{}?outlet=Nobody": "no outlet of that name",
    "/public/region{}?region=RU-ZZ": "no region of that code",
    "/public/topic{}?topic=nothing": "no topic of that id",
    "/public/who_carried{}?copy_group=none": "no such text here",
    "/public/coverage/0123456789abcdef{}": "",
}


@pytest.mark.parametrize("path", ABSENT)
def test_what_is_not_there_is_not_found_in_any_form(path: str, get: Get) -> None:
    page = get(path.format(""))
    assert page.status_code == 404
    assert ABSENT[path] in said(page)
    russian = get(path.format(""), accept_language="ru")
    assert russian.status_code == 404
    assert re.fullmatch(r"[А-ЯЁа-яё ,.:]+(?:RU-[A-Z]+ \([А-ЯЁа-яё ]+\)[, ]*)*", said(russian))
    assert [get(path.format(form)).status_code for form in (".json", ".csv", ".atom")] == [404] * 3
    assert get(path.format(".json")).json()["ok"] is False


@pytest.mark.parametrize(
    "path", ["/public/region?region=RU-AD", "/public/topic?topic=mobilization", "/public/outlet", "/public/topic"]
)
def test_a_region_or_topic_that_we_know_has_a_page_though_nothing_is_about_it_and_so_has_one_that_is_not_named(
    path: str, get: Get
) -> None:
    answer = get(path)
    assert answer.status_code == 200
    assert 'class="notice"' in answer.text


WRONG = {
    "/public/coverage?_sort=nothing": "_sort: there is no column nothing",
    "/public/gaps?_sort_desc=nothing": "_sort_desc: there is no column nothing",
    "/public/coverage?_facet=nothing": "_facet: there is no column nothing",
    "/public/coverage?_facet_array=nothing": "_facet_array: there is no column nothing",
    "/public/coverage?nothing=1": "nothing: there is no column nothing",
    "/public/coverage?nothing__gt=1": "nothing__gt: there is no column nothing",
    "/public/coverage?_col=nothing": "_col: there is no column nothing",
    "/public/coverage?_size=many": "_size: write a number, as in _size=50, and not many",
    "/public/coverage?_size=100000": "_size: at most 1000",
    "/public/coverage?_next=nowhere": "_next: is no place in this list; begin at its beginning",
    "/public/near_misses?_next=a,b": "_next: is no place in this list; begin at its beginning",
    "/public/coverage?_from=2026-02-30": "2026-02-30 is no day; write it as 2026-05-18",
    "/public/coverage?_to=soon": "soon is no day; write it as 2026-05-18",
    "/public/coverage?_from=2026-05-18&_clock=noon": "_clock: there is no noon, only published",
    "/public/coverage?words__gt=%C2%B2": "words__gt: write a number",
    "/public/coverage?words__in=%5B1": "words__in: write a list of texts",
    "/public/coverage?_q=%CF%EE%E2%E5%F1%F2%EA%E0": "The address is not in UTF-8",
    "/public/coverage?_q=%00": "The address has a character that no address has",
    "/%FF": "The address is not in UTF-8",
    f"/public/coverage?_q={'a' * 20_000}": "The address is longer than 16384 bytes",
    "/public/most_copied?_timelimit=soon": "_timelimit: write a number",
    "/public/coverage?_sort=words&_sort_desc=words": "_sort and _sort_desc: one order at a time",
    "/public/coverage.csv?_trace=1": "_trace: there is no such parameter",
    "/public/coverage?outlet=nobody": "outlet: there is no nobody; there is",
    "/public/coverage.csv?outlet=nobody": "outlet: there is no nobody; there is",
    "/public/coverage?outlet__in=nobody": "outlet__in: there is no nobody; there is",
    "/public/coverage?language=xx": "language: there is no xx; there is",
    "/public/coverage?regions__arraycontains=Volgograd": "regions__arraycontains: there is no Volgograd; there is RU-VGG (",
    "/public/coverage?topics__arraycontains=sumons": "topics__arraycontains: there is no sumons; there is summons",
    "/public/outlets?outlet=nobody": "outlet: there is no nobody; there is",
    "/public/stories?outlet_names__arraycontains=nobody": "outlet_names__arraycontains: there is no nobody; there is",
    "/public/coverage?week=soon": "week: soon is no week; write it as 2026-W21",
    "/public/coverage?words=many": "words: write a number, as in words=50, and not many",
    f"/public/coverage?title__contains={'a' * 5_000}": "title__contains: longer than",
    "/public/coverage?words__nothing=1": "words__nothing: there is no such parameter",
    "/public/coverage?published__gt=soon": "soon is no day; write it as 2026-05-18",
    "/public/coverage?_srot=words": "_srot: there is no such parameter",
    "/public/weeks_by?_sort=week": "_sort: there is no such parameter",
    "/public/weeks_by?by=nothing": "by: there is no nothing, only topic, region, outlet, language",
    "/public/weeks_by?yb=topic": "yb: there is no such parameter here, only by",
    "/public/most_copied?by=topic": "by: there is no such parameter",
    "/public/share?by=nothing": "by: there is no nothing, only outlet, language",
    "/public/share?by=language&name=xx": "name: there is no xx; there is",
    "/public/share?name=nobody": "name: there is no nobody; there is",
    "/public/compare_weeks?kind=nothing": "kind: there is no nothing, only outlet, region, topic, language, query",
    "/public/compare_weeks?kind=region&a=RU-XX": "a: there is no RU-XX; there is",
    "/public/seen?days=999": "days: write a number from 1 to 31",
    "/public/seen?days=many": "days: write a number from 1 to 31",
    "/public/hours_by_state?since=soon": "soon is no day; write it as 2026-05-18",
    "/public/weeks_and_regions?week=soon": "week: soon is no week; write it as 2026-W21",
    "/public/regions_and_topics?topic=nothing": "topic: there is no nothing; there is",
    "/public/ways_of_discovery?outlet=nobody": "outlet: there is no nobody; there is",
    "/public/compare?a=&b=nothing": "b: there is no article nothing here",
    "/-/export/coverage.csv?outlet=nobody": "outlet: there is no nobody; there is",
    "/-/export/coverage.csv?story=nothing": "--story: there is no nothing; the id stands in the address of its page",
    "/-/export/all.zip?copy_group=nothing": "--copy_group: there is no nothing; the id stands in the address of its page",
    "/-/export/coverage.csv?week=soon": "week: soon is no week; write it as 2026-W21",
    "/-/export/coverage.csv?query=region:nowhere": "region: there is no nowhere; there is",
    "/public/coverage.json?_q=region:nowhere": "_q: region: there is no nowhere; there is",
    "/?_lang=xx": "_lang: there is no xx, only en, ru",
    "/?_by=topic": "_by: there is no such parameter",
    "/?by=topic": "by: there is no such parameter",
    "/public/runs/1?by=topic": "by: there is no such parameter",
    "/public/runs/1.json?by=topic": "by: there is no such parameter",
    "/public?table=coverage": "table: there is no such parameter",
    "/-/glossary?term=story": "term: there is no such parameter",
    "/public.json?table=coverage": "table: there is no such parameter",
    "/.json?by=topic": "by: there is no such parameter",
    "/public.csv": "The list of tables has no CSV; name a table, or write SQL",
    "/public/gaps.atom": "Atom is for pages of articles; this one has JSON and CSV",
}


@pytest.mark.parametrize("path", WRONG)
def test_a_wrong_address_is_told_what_is_wrong_in_both_languages(path: str, get: Get) -> None:
    page = get(path)
    assert page.status_code == 400
    assert said(page).startswith(WRONG[path])
    assert "\n" not in said(page)
    assert "Traceback" not in page.text
    russian = get(path, accept_language="ru")
    assert russian.status_code == 400
    assert re.search("[а-яё]{3}", said(russian)), said(russian)
    assert not re.search(r"\b(the|is|not|there|write|only)\b", said(russian)), said(russian)


NAMING = (
    "/public/coverage.json?outlet=nobody", "/public/coverage?topics__arraycontains=nothing",
    "/public/coverage.csv?outlet__in=nobody",
    "/public/coverage.json?_q=region:nowhere", "/public/coverage.csv?_q=outlet:nobody", "/public/coverage?nothing=1",
    "/public/outlets?region=nowhere", "/public/weeks_and_regions.json?region=nowhere", "/public/share?by=language&name=xx",
    "/public/compare_weeks?kind=query&a=region:nowhere&b=x", "/public/compare_weeks.json?kind=region&a=nowhere",
    "/public/compare.json?a=nothing", "/public/outlet?outlet=nobody", "/public/region.json?region=nowhere",
    "/search/nothing", "/-/export/coverage.csv?outlet=nobody", "/-/export/coverage.csv?story=nothing",
    "/-/export/all.zip?copy_group=nothing", "/-/export/texts.csv?week=soon", "/public/runs/1.json?by=topic",
)  # fmt: skip


def test_a_closed_site_names_nothing_to_a_stranger_who_asks_wrongly(folder: Path) -> None:
    metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
    app = site(folder / "public.db", folder, metadata | {"allow": {"id": "reader"}}, {}, secret="for this test")

    async def ask() -> dict[str, list[httpx.Response]]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://site.example") as client:
            known = URLSafeSerializer("for this test", "actor").dumps({"a": {"id": "reader"}})  # as Datasette signs it
            return {
                path: [await client.get(path), await client.get(path, headers={"cookie": f"ds_actor={known}"})] for path in NAMING
            }

    for path, (stranger, reader) in asyncio.run(ask()).items():
        assert stranger.status_code == 403, path
        assert not re.search("Harbour Post|RU-VGG|summons|there is no", stranger.text), path
        assert stranger.headers["content-type"].startswith("application/json") == (".json" in path), path
        assert reader.status_code != 403, path


def test_a_query_with_an_allow_of_its_own_is_refused_in_words_to_those_alone_who_may_see_it(folder: Path) -> None:
    metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
    metadata["databases"]["public"]["queries"]["weeks_and_regions"]["allow"] = {"id": "reader"}
    app = site(folder / "public.db", folder, metadata, {}, secret="for this test")

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://site.example") as client:
            known = {"cookie": "ds_actor=" + URLSafeSerializer("for this test", "actor").dumps({"a": {"id": "reader"}})}
            wrong = "/public/weeks_and_regions.json?region=nowhere"
            return [await client.get(wrong), await client.get(wrong, headers=known), await client.get("/public/share?name=x")]

    stranger, reader, open_one = asyncio.run(ask())
    assert stranger.status_code == 403
    assert "RU-" not in stranger.text
    assert (reader.status_code, open_one.status_code) == (400, 400)
    assert "there is RU-AD" in reader.text


def test_the_form_of_sql_may_send_what_its_former_sql_had_a_parameter_for(get: Get) -> None:
    for form, sent in (("", "sql=select+1+as+one"), (".csv", "sql=select+1+as+one"), ("", "sql=")):
        assert get(f"/public{form}?{sent}&outlet=Rupor").status_code == 200, (form, sent)


def test_of_many_values_that_no_row_has_the_first_are_looked_for(get: Get) -> None:
    """Each may take as long as a query may: of 200 in one address that would be minutes."""
    page = get("/public/reasons?" + "&".join(f"label=nothing{number}" for number in range(50))).text
    assert page.count("Of all rows, none has this:") == 5


@pytest.mark.parametrize("choice", ["_lang=en", "_lang=ru", "_tz=msk"])
def test_language_and_zone_can_be_chosen_on_the_page_that_refuses_an_export(choice: str, get: Get) -> None:
    assert get(f"/-/export/coverage.csv?{choice}").text == get("/-/export/coverage.csv").text
    assert "week" in said(get(f"/-/export/coverage.csv?week=soon&{choice}"))


@pytest.mark.parametrize("query", ["outlets=3", "outlets__in=2,3", "outlets__not=1"])
def test_a_number_of_outlets_is_no_name_of_one(query: str, get: Get) -> None:
    assert get(f"/public/stories.json?{query}").status_code == 200


@pytest.mark.parametrize("added", ["fbclid=x", "utm_source=tg&UTM_Medium=rss", "gclid=1&yclid=2&ysclid=3", "_openstat=x"])
def test_a_link_is_answered_with_what_those_who_shared_it_added(added: str, get: Get) -> None:
    story = get("/public/stories.json?_shape=array&_size=1").json()[0]["story"]
    for path in (f"/public/story?story={story}", "/public/coverage?_size=1", "/public/newly_seen.atom?", "/public/outlets.csv?"):
        plain, shared = get(path), get(f"{path}&{added}")
        assert shared.status_code == 200, path
        assert shared.text.replace("?&", "?") == plain.text, path
        assert get(f"{path}&{added}&nothing=1").status_code == 400
    assert get(f"/-/export/coverage.csv?from=2026-05-19&{added}").text == get("/-/export/coverage.csv?from=2026-05-19").text


@pytest.mark.parametrize("path", [
    "/public/coverage{}?outlet={}", "/public/coverage{}?{}=1", "/public/coverage{}?_q=outlet:{}", "/public/region{}?region={}",
    "/public/compare{}?a={}", "/public/compare_weeks{}?kind={}",
])  # fmt: skip
@pytest.mark.parametrize("form", ["", ".json"])
def test_a_refusal_turns_no_writing_and_is_short(path: str, form: str, get: Get) -> None:
    answer = get(path.format(form, quote("\u202ea\u2066b\x1b" + "z" * 180)))
    assert answer.status_code in {200, 400, 404}
    found = re.search(r'role="alert">(.*?)</p>|class="notice">(.*?)</p>', answer.text, re.DOTALL)
    text = answer.json()["error"] if form else found and html.unescape(found[0])
    assert text
    assert not re.search("[\u202e\u2066\x1b]", text)


def test_a_long_value_is_cut_in_a_refusal_but_what_there_is_is_listed_whole(get: Get) -> None:
    wrong = said(get(f"/public/weeks_and_regions.json?region={'z' * 900}"))
    assert wrong.startswith(f"region: there is no {'z' * 100}…; there is ")
    assert len(wrong) > 300
    assert f"{'z' * 100}…" in said(get(f"/public/coverage?{'z' * 900}=1"))


@pytest.mark.parametrize("address", [
    "coverage?title={}", "coverage?title__gt={}", "coverage?words__gt=1&url={}", "near_misses?article={}",
    "rechecks?state={}", "skipped?outcome={}", "coverage?_q=({}", "coverage?_q={}(",
])  # fmt: skip
def test_a_long_value_is_shown_shortened_and_inert(address: str, get: Get) -> None:
    answer = get("/public/" + address.format(quote("\u202e" + "zq" * 1_500)))
    shown = html.unescape(re.sub("<[^>]*>", " ", answer.text))
    assert "zqzq" in shown
    assert max(map(len, re.findall("(?:zq)+", shown))) <= 100
    assert "\u202e" not in shown


def test_blanks_between_names_are_no_part_of_them(get: Get) -> None:
    outlets = [row["outlet"] for row in get("/public/outlets.json?_shape=array").json()][:2]
    together, apart = (get(f"/public/coverage.csv?outlet__in={quote(mark.join(outlets))}") for mark in (",", " , "))
    assert together.status_code == 200
    assert apart.text == together.text
    assert get(f"/public/coverage?outlet__notin={quote(', '.join([*outlets, 'nobody']))}").status_code == 400


def test_metadata_of_a_newsrooms_own_that_know_no_names_refuse_none(folder: Path, tmp_path: Path, asking: Asking) -> None:
    metadata: dict[str, Any] = json.loads((folder / "metadata.json").read_text("utf-8"))
    del metadata["databases"]["public"]["queries"]["names_known"]
    del metadata["plugins"]["povestka"]["queries"]["names_known"]
    for file in folder.iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "metadata.json").unlink()
    (tmp_path / "metadata.json").write_text(json.dumps(metadata), "utf-8")
    with asking(tmp_path) as get:
        assert get("/").status_code == 200
        for path in ("coverage?outlet=nobody", "coverage.json?_q=region:nowhere", "outlets?outlet=nobody"):
            assert get(f"/public/{path}").status_code == 200, path
        assert get("/-/export/coverage.csv?outlet=nobody").status_code == 200
        assert get("/public/outlet?outlet=nobody").status_code == 404


@pytest.mark.parametrize(("query", "near"), [
    ("region:RU-VGC", "RU-VGG (Volgograd Oblast)"), ("outlet:nobody OR повестка", "The Harbour Post"),
    ("lang:xx", "ru (Russian)"), ("kind:stat", "state"),
])  # fmt: skip
def test_a_search_that_names_what_there_is_not_finds_no_nothing(query: str, near: str, get: Get) -> None:
    page = get(f"/public/coverage?_q={quote(query)}")
    assert "The search cannot be answered" in page.text
    assert near in html.unescape(page.text)
    assert "<strong>0" not in page.text
    compared = get(f"/public/compare_weeks?kind=query&a={quote(query)}&b=x")
    assert near in html.unescape(compared.text)


def test_a_value_that_no_row_has_is_named_with_those_that_rows_have(get: Get) -> None:
    page = get("/public/skipped?outcome=nothing")
    assert "Of all rows, none has this" in page.text
    assert re.search(r'href="/public/skipped\?outcome=[^"]+"><bdi>', page.text)
    assert "No page was skipped" not in page.text  # some were
    assert "Of all rows, none has this" not in get("/public/skipped").text


@pytest.mark.parametrize(("path", "value", "others"), [
    ("rechecks?state=nothing", "State nothing", "there"), ("links?kind=nothing", "Kind nothing", "citation"),
    ("coverage?story=nothing", "Story nothing", ""), ("rechecks?state=nothing&kind__isnull=1", "", ""),
    ("verdicts?score=77&topic=summons", "Score 77", ""), ("speakers?name=nobody&_where=1%3D1", "nobody", ""),
])  # fmt: skip
def test_a_value_that_no_row_of_a_table_without_bitmaps_has_is_named_too(path: str, value: str, others: str, get: Get) -> None:
    told = re.search(r'class="notice">Of all rows, none has this:(.*?)</p>', get(f"/public/{path}").text)
    text = re.sub("<[^>]+>", "", told[1]) if told else ""
    assert value in text
    assert others in text
    assert "Topic" not in text, "some rows have that"


def test_values_that_rows_have_are_named_where_they_are_few(get: Get) -> None:
    assert "There is:" not in get("/public/fetches?url=nothing").text
    assert 'href="/public/links?kind=citation"' in get("/public/links?kind=nothing").text
    assert "Of all rows" not in get("/public/links?kind=citation").text


def test_a_misspelt_region_is_told_which_is_meant(get: Get) -> None:
    assert "There is RU-VGG (Volgograd Oblast)" in said(get("/public/region?region=Volgogrod"))
    assert "Есть RU-VGG (Волгоградская область)" in said(get("/public/region?region=Волгоградская", accept_language="ru"))


def test_a_cookie_that_breaks_the_rules_breaks_no_page(get: Get) -> None:
    assert get("/", cookie="a[]=1; \x00=\\; ds_actor=x").status_code == 200


PAGES = (
    "/", "/public", "/public/coverage", "/public/coverage.json", "/public/coverage.csv", "/public/coverage.atom", "/public/gaps",
    "/public/near_misses", "/public/ledger", "/public/ways", "/public/outlet", "/public/region.json", "/public/who_carried.atom",
    "/public/weeks_and_regions", "/public/newly_seen.atom", "/public/runs/1", "/-/export/coverage.csv", "/-/versions.json",
)  # fmt: skip
NAMES = [
    "_sort", "_sort_desc", "_facet", "_facet_array", "_facet_date", "_facet_size", "_facetless", "_size", "_next", "_q",
    "_from", "_to", "_clock", "_col", "_nocol", "_shape", "_labels", "_label", "_json", "_json_infinity", "_nl", "_ttl",
    "_timelimit", "_where", "_through", "_search", "_search_title", "_filter_column", "_filter_op", "_filter_value",
    "_filter_column_1", "_sort_by_desc", "_stream", "_dl", "_header", "_trace", "_lang", "_nocount", "_nofacet",
    "_blob_column", "sql", "_hide_sql", "outlet", "words__gt", "words__in", "regions__arraycontains", "published__date",
    "title__glob", "outlet__isnull", "copy_group", "region", "query", "for", "week",
]  # fmt: skip
VALUES = [
    "1", "-1", "max", "²", "1e400", "nothing", "words", "published", "rowid", "topics", "[", '["a"]', "[1]", '{"a":1}', "{",
    "$null", "a,b", ",,,", "on", "2026-05-18", "2026-02-30", ":x", "(", '"', "'", "%", "повестка", "повест*", "array",
    "object", "arrayfirst", "~", "~00", "2026-W21", "2026-W99", "W",
]  # fmt: skip
VALUES += ["", "a AND", "NOT повестка", "select 1", "select :x", "9" * 30, "a" * 3000, "((((" * 200, "\x00", "\u202e"]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES) | TEXT, st.sampled_from(VALUES) | TEXT), max_size=4)


# Datasette leaves facets unawaited where one of them fails.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(page=st.sampled_from(PAGES), pairs=PAIRS, bytes_=st.one_of(st.just(b""), st.binary(max_size=8)))
def test_no_query_makes_a_page_fail(page: str, pairs: list[tuple[str, str]], bytes_: bytes, get: Get) -> None:
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
    answer = get(f"{page}?{query}{quote_from_bytes(bytes_)}")
    assert answer.status_code in {200, 302, 400, 404}, answer.text
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert '<header class="masthead">' in answer.text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.binary(max_size=12))
def test_no_path_makes_a_page_fail(path: bytes, get: Get) -> None:
    answer = get(f"/public/{quote_from_bytes(path)}")
    assert answer.status_code in {200, 302, 400, 404}, answer.text

"""One visitor never stops the site for the others, learns nothing of its machine, and gets one clear line: asked for real."""

import asyncio
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from monitor.site import searching
from monitor.site.application import site
from monitor.site.responses import WAITING
from monitor.vault import search

Get = Callable[..., httpx.Response]
ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"


def words_of(page: httpx.Response) -> str:
    found = re.search(r'<p class="notice" role="alert">(.*?)</p>', page.text, re.DOTALL)
    assert found, page.text
    return re.sub(r"<.*?>|&#\d+;", "", found[1]).strip()


@pytest.mark.fault(72)
@pytest.mark.parametrize("query", [
    " NEAR/5 ".join("a" * 26), " ".join(["-a"] * 5_000)[:3_900], "NOT " * 900 + "a", "(" * 900, "a* " * 500,
    '"a b c d e f g h"~50',
], ids=["near", "minus", "not", "brackets", "wildcards", "window"])  # fmt: skip
def test_a_query_that_grows_with_each_word_is_answered_or_refused_in_a_word(get: Get, query: str) -> None:
    answer = get(f"/public/coverage?_q={quote(query)}")
    assert answer.status_code == 200
    assert (
        "The search cannot be answered" in answer.text or 'class="articles"' in answer.text or "No article matches" in answer.text
    )


def asked(folder: Path, paths: list[str], *, before: Callable[[], None] = lambda: None) -> list[httpx.Response]:
    """The answers to requests that are made at the same time; the last is begun when the others are on their way."""
    metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
    app = site(folder / "public.db", folder, metadata, {"sql_time_limit_ms": 1_000})

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://site.example", timeout=60
        ) as client:
            await client.get("/")
            running = [asyncio.ensure_future(client.get(path)) for path in paths[:-1]]
            await asyncio.sleep(0.2)
            before()
            last = await client.get(paths[-1])
            return [*await asyncio.gather(*running), last]

    return asyncio.run(ask())


@pytest.mark.fault(72)
def test_a_search_that_takes_for_ever_is_given_up_and_keeps_nobody_waiting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a query is bounded; were it not, it would still not stand in the loop."""
    stuck, here = threading.Event(), threading.get_ident()
    threads: list[int] = []

    def compiled(query: str) -> None:
        threads.append(threading.get_ident())
        stuck.wait(timeout=30)

    monkeypatch.setattr(searching, "STEP_SECONDS", 1)
    monkeypatch.setattr(search, "compile_cached", compiled)
    monkeypatch.setattr(searching.search, "compile_cached", compiled)
    try:
        slow, home = asked(folder, ["/public/coverage?_q=повестка", "/"])
    finally:
        stuck.set()
    assert home.status_code == 200
    assert (slow.status_code, words_of(slow)) == (400, "The search takes too long: use fewer words")
    assert here not in threads


@pytest.mark.fault(72)
def test_searches_leave_a_thread_to_those_who_read_and_too_many_are_told_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each search looks for as long as it is let; the last page asked for needs the database, and no search."""
    done, search_page = threading.Event(), search.search_page

    def looks_on(*arguments: Any, **more: Any) -> search.SearchPage:
        done.wait(timeout=30)
        return search_page(*arguments, **more)

    monkeypatch.setattr(search, "search_page", looks_on)
    number = 3 + searching.WAITING
    pages = [f"/public/coverage?_q=word{n}" for n in range(number)]
    threading.Timer(20, done.set).start()  # were no thread left, the last page would wait for ever
    answers: list[httpx.Response] = []

    async def ask() -> bool:
        metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
        app = site(folder / "public.db", folder, metadata, {})
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://site.example", timeout=60
        ) as client:
            await client.get("/")
            running = [asyncio.ensure_future(client.get(path)) for path in pages]
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)  # one is told that there are too many
            answers.append(await client.get("/public/gaps"))
            waited = not done.is_set()
            done.set()
            answers.extend(await asyncio.gather(*running))
            return waited

    assert asyncio.run(ask())
    read, *searched = [answer.status_code for answer in answers]
    assert read == 200
    assert (searched.count(200), searched.count(503)) == (2 + searching.WAITING, 1)


def test_one_look_at_texts_ends_in_time_and_the_next_page_goes_on(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = get('/public/coverage.json?_q="вместе с полицией" OR повестка&_shape=array').json()
    monkeypatch.setattr(search, "TIMEOUT", 0.0)
    rows, path = [], '/public/coverage.json?_q="вместе с полицией" OR повестка'
    while path:
        page = get(path).json()
        rows += page["rows"]
        path = page["next_url"]
    assert [row[0] for row in rows] == [row["article"] for row in whole]


@pytest.mark.fault(75)
def test_statements_of_visitors_run_one_by_one_and_others_read_on(folder: Path) -> None:
    *answers, home = asked(folder, [*[f"/public.json?sql={quote(ENDLESS)}"] * 30, "/"])
    assert home.status_code == 200
    codes = [answer.status_code for answer in answers]
    assert codes.count(503) == 30 - 1 - WAITING
    assert codes.count(400) == 1 + WAITING, "stopped by the time that a statement has"
    assert {answer.headers["retry-after"] for answer in answers if answer.status_code == 503} == {"60"}


ONE_STEP = "select instr(hex(zeroblob(4900000)), hex(zeroblob(2400000)) || '1')"
"""Ten million million comparisons, between which SQLite does not look at the time."""


@pytest.mark.fault(75)
def test_a_statement_whose_one_step_never_ends_is_ended_and_the_next_is_answered(folder: Path) -> None:
    began = time.monotonic()
    *stopped, home, after = asked(folder, [
        *[f"/public{form}?sql={quote(ONE_STEP)}" for form in (".json", "", ".csv")],
        f"/public/coverage.json?_where={quote(f'({ONE_STEP}) = 0')}", "/", "/public.json?sql=select+1+as+one&_shape=array",
    ])  # fmt: skip
    assert [answer.status_code for answer in stopped] == [400] * 4
    assert all("Traceback" not in answer.text for answer in stopped)
    assert (home.status_code, after.json()) == (200, [{"one": 1}])
    assert time.monotonic() - began < 60, "each has a second, and a process that is ended in a second more"


@pytest.mark.fault(75)
@pytest.mark.parametrize(("sql", "words"), [
    ("select zeroblob(9999999) from coverage a, coverage b", "its rows have more than 20,000,000 bytes"),
    ("with t as materialized (select zeroblob(9000000) as v from coverage a, coverage b, coverage c limit 200)"
     " select count(*) from t a join t b using (v) order by a.v", "needs more than 512 MB"),
], ids=["rows", "on the way"])  # fmt: skip
def test_a_statement_has_so_much_memory(get: Get, sql: str, words: str) -> None:
    answer = get(f"/public.json?sql={quote(sql)}")
    assert answer.status_code == 400
    assert words in answer.json()["error"]


@pytest.mark.fault(75)
def test_a_condition_of_a_visitor_waits_its_turn_in_every_form(folder: Path) -> None:
    path = f"/public/coverage.atom?_where={quote(f'({ENDLESS}) = 0')}"
    *answers, home = asked(folder, [*[path] * 10, "/"])
    assert home.status_code == 200
    assert sorted(answer.status_code for answer in answers) == [400] * (1 + WAITING) + [503] * (9 - WAITING)


def test_a_statement_is_answered_as_sqlite_answers_it(get: Get) -> None:
    sql = 'select 1 as a, 2 as a, 1.5 as "a ""b""", null as n, \'ё\' as t, x\'00ff\' as x, :p as p'
    found = get(f"/public.json?sql={quote(sql)}&p=говорит").json()
    assert found["columns"] == ["a", "a", 'a "b"', "n", "t", "x", "p"]
    assert found["rows"] == [[1, 2, 1.5, None, "ё", {"$base64": True, "encoded": "AP8="}, "говорит"]]
    many = get(
        "/public.json?sql=" + quote("with recursive n(i) as (select 1 union all select i + 1 from n) select i from n")
    ).json()
    assert (len(many["rows"]), many["truncated"]) == (1_000, True)
    assert get("/public.json?sql=select+nobody").json()["error"] == "no such column: nobody"
    where = get("/public/coverage.json?_where=1&_shape=array&_nofacet=1").json()
    assert where == get("/public/coverage.json?_shape=array&_nofacet=1").json()


@pytest.mark.parametrize(("path", "words"), [
    ("/public/coverage?" + "&".join(["_facet=outlet"] * 1_000), "The address has more than 200 parameters"),
    ("/public/coverage?" + "&".join(["_facet=outlet"] * 6), "More than 5 facets; leave some out"),
    ("/public/coverage?_search=повестка", "_search: write _q, which finds every form of a word"),
    ("/public/coverage?_search_title=x", "_search_title: write _q, which finds every form of a word"),
    ("/public.db", "This site does not give its database as one file; each of its tables is an export, with a manifest."),
    ("/static/" + "a" * 300, "A name in the address is longer than 200 bytes"),
    ("/-/static/" + "a" * 5_000, "A name in the address is longer than 200 bytes"),
])  # fmt: skip
def test_what_would_cost_too_much_is_refused_in_one_line(get: Get, path: str, words: str) -> None:
    answer = get(path)
    assert answer.status_code in {400, 404}
    assert words_of(answer) == words


@pytest.mark.fault(75)
@pytest.mark.parametrize("sql", [
    "select query_matches('a', 'b', 'c', 'ru', 'x', '', '[]', null)",
    "select " + "-" * 5_000 + "1",
    "select 1 " + "union all select 1 " * 400,
], ids=["a function of ours", "long", "many parts"])  # fmt: skip
def test_sql_has_no_function_of_ours_and_limits_to_what_it_says(get: Get, sql: str) -> None:
    assert get(f"/public.json?sql={quote(sql)}").status_code == 400


ABOUT = ("databases", "threads", "plugins", "settings", "metadata", "versions", "config", "actor", "permissions", "messages")


@pytest.mark.fault(78)
def test_nothing_tells_where_the_files_lie_or_what_serves_them(get: Get, folder: Path) -> None:
    for name in ABOUT:
        for form in ("", ".json"):
            assert get(f"/-/{name}{form}").status_code == 404, name
    sql = "select * from pragma_database_list"
    answers = [get(f"/public{form}?sql={quote(sql)}") for form in ("", ".json", ".csv")]
    answers += [get(path) for path in ("/", "/public", "/public.json", "/public/runs", "/public/nothing", "/public?sql=select")]
    for answer in answers:
        assert str(folder) not in answer.text
        assert folder.name not in answer.text


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    """The site as `monitor serve` serves it."""
    code = "import sys, pathlib; from monitor.site import serve; serve(pathlib.Path(sys.argv[1]), port=18141)"
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield next(int(found[1]) for line in process.stdout if (found := re.match(r"http://[\d.]+:(\d+)/$", line)))
        process.terminate()


def raw(port: int, request: bytes) -> tuple[int, str]:
    """Status and body of an answer to bytes that no client library would send."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        received = b""
        while part := connection.recv(65_536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode("utf-8", "replace")


GOOD = "Host: site.example\r\nConnection: close\r\n"


ODD = [
    ("POST /public/coverage", f"{GOOD}Content-Length: 0\r\n", 405),
    ("POST /public?sql=select+1", f"{GOOD}Content-Length: 3\r\n\r\na=b", 405),
    ("POST /-/login", f"{GOOD}Content-Length: 00000000099999999999\r\n\r\na=b", 413),
    ("POST /-/login", f"{GOOD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=b", 413),
    ("POST /-/login", f"{GOOD}Transfer-Encoding: chunked\r\n\r\n3\r\na=b", 413),
    ("PUT /", f"{GOOD}Content-Length: 0\r\n", 405),
    ("DELETE /public/coverage/1", GOOD, 405),
    ("TRACE /", GOOD, 405),
    ("FOO /", GOOD, 405),
    ("OPTIONS *", GOOD, 405),
    ("CONNECT site.example:443", GOOD, 405),
    (f"GET /static/{'a' * 3_000}", GOOD, 400),
    ("GET /", "Host: a b\r\nConnection: close\r\n", 400),
    ("GET /", "Host: <script>\r\nConnection: close\r\n", 400),
    ("GET /", "Host: x.example, y.example\r\nConnection: close\r\n", 400),
    ("GET /", "Host: x.example\r\nHost: y.example\r\nConnection: close\r\n", 400),
    ("GET /", f"Host: {'a' * 3_000}\r\nConnection: close\r\n", 400),
    ("GET /", "Connection: close\r\n", 400),
    ("GET /", "Host: x.example:99999999\r\nConnection: close\r\n", 400),
    ("HEAD /", GOOD, 200),
    ("GET /", "Host: [::1]:8001\r\nConnection: close\r\n", 200),
]  # fmt: skip


@pytest.mark.fault(79)
@pytest.mark.parametrize(
    ("line", "headers", "status"),
    ODD,
    ids=[f"{line[:20]}: {status}" for line, _, status in ODD],
)
def test_an_odd_request_is_one_clear_line(port: int, line: str, headers: str, status: int) -> None:
    code, body = raw(port, f"{line} HTTP/1.1\r\n{headers}{'' if headers.endswith('a=b') else chr(13) + chr(10)}".encode())
    assert code == status
    assert "Traceback" not in body
    if status == 405 and body:
        assert "this site is only read; use GET" in body

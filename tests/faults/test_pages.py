"""What hostile and broken servers do to a request for a page: each time one outcome, and the crawl goes on."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

# One crawl asks all of these addresses: a crawl of its own for each would take minutes. Each host has one fault.
SETTINGS = {
    "DOWNLOAD_MAXSIZE": 1_000_000, "DOWNLOAD_TIMEOUT": 4, "RETRY_TIMES": 1, "MONITOR_HOST_PAGES": 8, "MONITOR_DEPTH": 20,
    "MONITOR_WORKER_CPU": 2,
}  # fmt: skip


async def endless(call):
    await call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await call.raw(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


async def too_large(call):
    await call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900000000\r\n\r\n" + b"x" * 1000)


async def silent(call):
    await asyncio.sleep(30)


async def dripping(call):
    await call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n")
    for _ in range(100):
        await call.raw(b"x")
        await asyncio.sleep(0.2)


async def chain(call):
    await call.answer(302, Location=f"/chain/{int(call.path.rsplit('/', 1)[1]) + 1}")


async def to_itself(call):
    await call.answer(301, Location=call.path)


async def empty_location(call):
    await call.raw(b"HTTP/1.1 302 Found\r\nLocation:\r\nContent-Length: 0\r\n\r\n")


async def no_location(call):
    await call.answer(302)


async def to_file(call):
    await call.answer(302, Location="file:///etc/passwd")


async def to_loopback(call):
    await call.answer(302, Location=f"http://2130706433:{call.writer.get_extra_info('sockname')[1]}/inside")


async def to_metadata(call):
    await call.answer(302, Location="http://169.254.169.254/latest/meta-data/")


async def meta_refresh(call):
    await call.answer(200, '<html><head><meta http-equiv="refresh" content="0; url=/elsewhere"></head><body>Wait.</body></html>')


async def bomb(call):
    await call.answer(200, gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")


async def cut_gzip(call):
    body = gzip.compress(b"<p>" + bytes(range(256)) * 40)
    await call.answer(200, body[: len(body) // 2], Content_Encoding="gzip")


async def bad_gzip(call):
    await call.answer(200, b"this is not gzip at all", Content_Encoding="gzip")


async def unasked_coding(call):
    await call.answer(200, b"whatever", Content_Encoding="snappy")


async def reset(call):
    call.writer.transport.abort()


async def cut_body(call):
    await call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<html><p>Only the beginning of")


async def cut_chunk(call):
    await call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n<html><p>Only the")


async def garbage(call):
    await call.raw(b"\x00\x01 what is this \r\n\r\n")


def status(number, **headers):
    async def answer(call):
        await call.answer(number, "<html><body><p>No.</p></body></html>", **headers)

    return answer


async def page_as_pdf(call):
    await call.answer(200, call.article("Served as a PDF"), type_="application/pdf")


async def real_pdf(call):
    await call.answer(200, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", type_="text/html")


async def challenge(call):
    await call.answer(403, "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>")


async def monster(call):
    await call.answer(200, "<html><body><article><p>" + "<b>a</b> <i>military</i> <span>summons</span>" * 15_000)


async def deflated(call):
    packed = zlib.compressobj(wbits=-15)
    await call.answer(200, packed.compress(call.article("Bare deflate").encode()) + packed.flush(), Content_Encoding="deflate")


async def calendar(call):
    day = int(call.path.rsplit("/", 1)[1])
    # Each day leads to two others, and every one is an article on the beat.
    links = (f"/day/{2 * day + 1}", f"/day/{2 * day + 2}")
    await call.answer(200, call.article(f"Day {day}", words=f"On day {day}, {'word' * (day + 1)}.", links=links))


def with_robots(status=200, body=b"", **headers):
    """A host that answers so for robots.txt; its pages are articles."""

    async def answer(call):
        if call.path.startswith("/robots"):
            await call.answer(status, body, type_="text/plain", **headers)
        else:
            await call.answer(200, call.article("Behind robots.txt"))

    answer.has_robots = True
    return answer


async def robots_chain(call):
    await call.answer(302, Location=f"/robots{len(call.path)}{call.path}.txt")


robots_chain.has_robots = True
CLOSED = "User-agent: *\nDisallow: /2026/\n"
robots_503 = with_robots(503)
robots_later = with_robots(503, Retry_After="7200")
robots_403 = with_robots(403)
robots_html = with_robots(200, "<!doctype html><html><body>Disallow: /2026/ is what a page says</body></html>")
robots_utf16 = with_robots(200, CLOSED.encode("utf-16"))
robots_mark = with_robots(200, CLOSED.encode("utf-8-sig"))
asked: dict[str, list[float]] = {}


def in_no_hurry(delay):
    """A host that wants so many seconds between two requests; each of its articles cites the next."""

    async def answer(call):
        asked.setdefault(call.host, []).append(asyncio.get_running_loop().time())
        if call.path == "/robots.txt":
            await call.answer(200, f"User-agent: *\nCrawl-delay: {delay}\n", type_="text/plain")
        else:
            number = int(call.path.rsplit("/", 1)[1])
            words = f"On day {number}, {'pause' * (number + 1)}."
            await call.answer(200, call.article(f"Pause {number}", words=words, links=(f"/pause/{number + 1}",) * (number < 1)))

    answer.has_robots = True
    return answer


robots_huge = with_robots(200, CLOSED + "# filler\n" * 60_000)


# What is promised: the handler that breaks it, the outcome of each request for its address, in order.
FAULTS: dict[str, tuple[Callable[..., Awaitable[None]], list[str]]] = {
    "a body without end is stopped at the limit": (endless, ["too large"]),
    "a body that declares 900 MB is not begun": (too_large, ["too large"]),
    "no answer is a timeout, after another try": (silent, ["timeout", "timeout"]),
    "a body that drips is a timeout": (dripping, ["timeout", "timeout"]),
    "a redirect to itself does not vanish": (to_itself, ["bad redirect"]),
    "an empty Location does not vanish": (empty_location, ["bad redirect"]),
    "a redirect without Location does not vanish": (no_location, ["bad redirect"]),
    "a redirect to a file is refused": (to_file, ["bad redirect"]),
    "a gzip bomb is stopped at the limit": (bomb, ["too large"]),
    "a cut gzip stream is incomplete": (cut_gzip, ["incomplete"]),
    "what is no gzip is a bad encoding": (bad_gzip, ["bad encoding"]),
    "a coding that was not asked for is a bad encoding": (unasked_coding, ["bad encoding"]),
    "a reset is a failed connection, after another try": (reset, ["connection failed", "connection failed"]),
    "a body shorter than declared is incomplete, after another try": (cut_body, ["incomplete", "incomplete"]),
    "a cut chunk is incomplete": (cut_chunk, ["incomplete", "incomplete"]),
    "garbage is a failed connection": (garbage, ["connection failed", "connection failed"]),
    "403 is blocked": (status(403), ["blocked"]),
    "404 is not found": (status(404), ["not found"]),
    "410 is gone": (status(410), ["gone"]),
    "451 is unavailable for legal reasons": (status(451), ["unavailable for legal reasons"]),
    "429 is too many requests, and not asked again": (status(429, Retry_After="7200"), ["too many requests"]),
    "503 with Retry-After is not asked again": (status(503, Retry_After="7200"), ["http error"]),
    "503 without Retry-After is an error, after another try": (status(503), ["http error", "http error"]),
    "500 is an error, after another try": (status(500), ["http error", "http error"]),
    "304 with a body changes nothing": (status(304), ["unchanged"]),
    "a challenge page is no article": (challenge, ["challenge page"]),
    "a PDF is a wrong type": (real_pdf, ["wrong type"]),
    "HTML that is served as PDF is read": (page_as_pdf, ["article"]),
    "bare deflate is read": (deflated, ["article"]),
    "a page that takes the extractor minutes is stopped": (monster, ["parser stopped"]),
    "robots.txt that answers 503 closes its host": (robots_503, ["closed by robots.txt"]),
    "robots.txt that answers 503 with Retry-After closes its host": (robots_later, ["closed by robots.txt"]),
    "robots.txt that redirects without end closes its host": (robots_chain, ["closed by robots.txt"]),
    "robots.txt in UTF-16 is obeyed": (robots_utf16, ["closed by robots.txt"]),
    "robots.txt with a byte order mark is obeyed": (robots_mark, ["closed by robots.txt"]),
    "of a huge robots.txt the first 500 KiB are obeyed": (robots_huge, ["closed by robots.txt"]),
    "HTML in place of robots.txt closes nothing": (robots_html, ["article"]),
    "robots.txt that answers 403 closes nothing": (robots_403, ["article"]),
}
REFUSED = [
    "http://127.0.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/",
    "http://127.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/", "http://１２７.0.0.1:{port}/", "http://0.0.0.0:{port}/", "http://10.0.0.1/",
    "http://192.168.1.1/", "http://100.64.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/",
]  # fmt: skip


@pytest.fixture(scope="module")
def crawled(web, new_newsroom):
    """A newsroom after one crawl of everything above, and the address of each fault."""
    newsroom = new_newsroom("pages")
    urls = {}
    for number, (name, (handler, _)) in enumerate(FAULTS.items(), 2):
        urls[name] = web.on(f"127.0.7.{number}", handler) + "/2026/05/12/story"
    others = {
        "chain": web.on("127.0.7.50", chain) + "/chain/0",
        "to loopback": web.on("127.0.7.51", to_loopback) + "/go",
        "to metadata": web.on("127.0.7.52", to_metadata) + "/go",
        "meta refresh": web.on("127.0.7.54", meta_refresh) + "/wait",
        "in no hurry": web.on("127.0.7.55", in_no_hurry(1.5)) + "/pause/0",
        "calendar": web.on("127.0.7.53", calendar) + "/day/0",
    }
    refused = [address.format(port=web.port) for address in REFUSED]
    addresses = newsroom.folder / "addresses.txt"
    addresses.write_text("\n".join([*urls.values(), *others.values(), *refused, "mailto:nobody"]), encoding="utf-8")
    done = newsroom.crawl("related", f"urls={addresses}", **SETTINGS)
    assert done.returncode == 0, done.stderr
    newsroom.urls = urls | others
    return newsroom


@pytest.mark.parametrize("fault", FAULTS)
def test_each_request_ends_in_one_outcome(crawled, fault):
    assert crawled.outcomes(crawled.urls[fault]) == FAULTS[fault][1], crawled.detail(crawled.urls[fault])


def test_a_redirect_chain_ends_at_its_limit(crawled):
    base = crawled.urls["chain"].removesuffix("0")
    assert [crawled.outcomes(f"{base}{hop}") for hop in range(7)] == [["redirected"]] * 5 + [["bad redirect"], []]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_public_is_refused_in_every_spelling(crawled, web, address):
    url = address.format(port=web.port)
    rows = crawled.query("SELECT url, outcome FROM fetches WHERE kind = 'article' AND outcome = 'address refused'")
    hosts = {str(row[0]) for row in rows}
    assert url in hosts or url.replace("１２７", "127") in hosts


def test_a_redirect_to_an_address_that_is_not_public_is_refused(crawled):
    hops = crawled.query(
        "SELECT outcome FROM fetches WHERE kind = 'article' AND url IN (?, ?) ORDER BY id",
        crawled.urls["to loopback"], "http://169.254.169.254/latest/meta-data/",
    )  # fmt: skip
    assert ("redirected",) in hops
    assert crawled.outcomes(crawled.urls["to metadata"]) == ["redirected"]
    assert crawled.query("SELECT outcome FROM fetches WHERE url LIKE 'http://2130706433%/inside'") == [("address refused",)]


def test_a_meta_refresh_is_not_followed(crawled, web):
    assert len(crawled.outcomes(crawled.urls["meta refresh"])) == 1
    assert web.paths("127.0.7.54") == ["/robots.txt", "/wait"]


def test_nothing_reached_this_machine_itself(crawled, web):
    assert web.paths("127.0.0.1") == []


def test_where_robots_txt_cannot_be_had_nothing_else_is_fetched(crawled, web):
    for fault in ("robots.txt that answers 503 closes its host", "robots.txt that redirects without end closes its host"):
        host = crawled.urls[fault].split("/")[2].split(":")[0]
        assert web.paths(host)
        assert not [path for path in web.paths(host) if "robots" not in path]


def test_a_calendar_without_end_stops_at_the_limit_of_its_host(crawled, web):
    assert len([path for path in web.paths("127.0.7.53") if path != "/robots.txt"]) == SETTINGS["MONITOR_HOST_PAGES"]
    over = crawled.query("SELECT url, count(*) FROM fetches WHERE outcome = 'over budget' GROUP BY url")
    assert over
    assert {count for _, count in over} == {1}


def test_a_host_that_asks_for_time_gets_it(crawled):
    for fault in (
        "429 is too many requests, and not asked again",
        "503 with Retry-After is not asked again",
        "robots.txt that answers 503 with Retry-After closes its host",
    ):
        (row,) = crawled.query(
            "SELECT state, (julianday(due) - julianday('now')) * 86400 FROM frontier WHERE url = ?", crawled.urls[fault]
        )
        assert row[0] == "waiting"
        assert 6900 < row[1] <= 7200


def test_a_host_that_wants_a_delay_gets_it(crawled):
    moments = asked["127.0.7.55"]
    assert len(moments) == 3
    assert all(later - earlier > 1.45 for earlier, later in pairwise(moments))


def test_what_may_pass_is_put_off_and_what_is_settled_is_done(crawled):
    states = dict(crawled.query("SELECT url, state FROM frontier"))
    assert states[crawled.urls["no answer is a timeout, after another try"]] == "waiting"
    assert states[crawled.urls["410 is gone"]] == "done"
    assert "leased" not in states.values()


def test_no_request_is_without_an_end(crawled, web):
    asked = len(web.log)
    rows = crawled.query("SELECT count(*) FROM fetches WHERE url LIKE ?", "http://127.0.7.%")[0][0]
    refused = crawled.query(
        "SELECT count(*) FROM fetches WHERE outcome IN ('over budget', 'closed by robots.txt') AND status IS NULL"
    )[0][0]
    assert rows - refused == asked


def test_the_raw_bytes_are_kept_although_they_could_not_be_read(crawled):
    for fault in (
        "a cut gzip stream is incomplete",
        "what is no gzip is a bad encoding",
        "a body shorter than declared is incomplete, after another try",
    ):
        rows = crawled.query("SELECT warc_file, bytes FROM fetches WHERE url = ?", crawled.urls[fault])
        assert all(file and size for file, size in rows)


def test_an_address_that_is_no_web_address_is_recorded(crawled):
    assert crawled.outcomes("mailto:nobody") == ["bad address"]

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


async def large(call):
    await call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html><body><p>")
    for _ in range(100):
        await call.raw(b"word " * 200_000)


async def dripping_headers(call):
    await call.raw(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        await call.raw(b"X-Drop: %d\r\n" % number)
        await asyncio.sleep(0.2)


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


def to(address):
    async def answer(call):
        await call.answer(302, Location=address)

    return answer


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


async def overlong(call):
    whole = call.article("Longer than it was said to be").encode()
    await call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (len(whole) // 2) + whole)


def lengths(*values):
    async def answer(call):
        said = b"".join(b"Content-Length: " + value + b"\r\n" for value in values)
        await call.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + said + b"\r\nwords")

    return answer


def headers(count, size):
    """So many headers of that size; no page behind them can be worth that."""

    async def answer(call):
        said = b"".join(b"X-Header-%d: %s\r\n" % (number, b"x" * size) for number in range(count))
        await call.raw(b"HTTP/1.1 200 OK\r\n" + said + b"Content-Length: 0\r\n\r\n")

    return answer


async def ancient(call):
    await call.raw(call.article("Without a head").encode())


async def garbage(call):
    await call.raw(b"\x00\x01 what is this \r\n\r\n")


def status(number, **headers):
    async def answer(call):
        await call.answer(number, "<html><body><p>No.</p></body></html>", **headers)

    return answer


def page_as(type_):
    async def answer(call):
        await call.answer(200, call.article(f"Served as {type_}"), type_=type_)

    return answer


ABROAD = "This content is not available in your country for reasons that we may not name."
BY_PROVIDER = "Доступ к запрашиваемому ресурсу ограничен по решению органа, которого никто не назвал."


def stand_in(title, words, number=200):
    """What some servers send where an article was."""

    async def answer(call):
        await call.answer(number, f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{words}</p></body></html>")

    return answer


async def paywall(call):
    head = "<title>The rest is paid for</title><meta property='og:type' content='article'>"
    body = "<article><h1>The rest is paid for</h1><div>Subscribe to continue reading</div>"
    await call.answer(200, f"<html><head>{head}</head><body>{body}</article></body></html>")


async def real_pdf(call):
    await call.answer(200, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", type_="text/html")


async def challenge(call):
    await call.answer(403, "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>")


async def monster(call):
    await call.answer(200, "<html><body><article><p>" + "<b>a</b> <i>military</i> <span>summons</span>" * 15_000)


def heavy(*parts):
    """A page of about the size that a download may have here, made of one thing again and again."""

    async def answer(call):
        before, part, after = parts
        await call.answer(200, f"<html><body>{before}{part * (900_000 // len(part))}{after}")

    return answer


async def linking_nowhere(call):
    links = ("file:///etc/passwd", "ftp://127.0.7.2/x", "data:text/html,<p>Here</p>", "javascript:alert(1)")
    await call.answer(200, call.article("It links to files", links=links))


async def linking_everywhere(call):
    first = call.path == "/2026/05/12/story"
    links = tuple(f"/2026/05/12/{n}" for n in range(200)) if first else ()
    words = f"This one is {call.path.rsplit('/', 1)[1]}."
    await call.answer(200, call.article(f"Links {call.path}", words=words, links=links))


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
robots_broken = with_robots(200, "no gzip at all", Content_Encoding="gzip")
robots_429 = with_robots(429)
robots_later = with_robots(503, Retry_After="7200")
robots_403 = with_robots(403)


async def robots_silent(call):
    await asyncio.sleep(30)


robots_silent.has_robots = True
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


# What closes the page stands before the 500 KiB are over, and what would open it behind them.
FILLER = "# filler\n"
robots_huge = with_robots(200, FILLER * 55_000 + CLOSED + FILLER * 2_245_000 + "Allow: /2026/05/12/story\n")


# Read as something or stopped: which of the two is a matter of the machine.
ENDED = ["article", "not an article", "parser stopped", "parser failed"]
# What is promised: the number of the fault, the handler that injects it, the outcome of each request for its address, in order.
FAULTS: dict[str, tuple[int, Callable[..., Awaitable[None]], list[str]]] = {
    "a body without end is stopped at the limit": (3, endless, ["too large"]),
    "a body that declares 900 MB is not begun": (2, too_large, ["too large"]),
    "a body of 100 MB is stopped at the limit": (22, large, ["too large"]),
    "no answer is a timeout, after another try": (4, silent, ["timeout", "timeout"]),
    "a body that drips is a timeout": (4, dripping, ["timeout", "timeout"]),
    "headers that drip are a timeout": (4, dripping_headers, ["timeout", "timeout"]),
    "a redirect to itself does not vanish": (6, to_itself, ["bad redirect"]),
    "an empty Location does not vanish": (6, empty_location, ["bad redirect"]),
    "a redirect without Location does not vanish": (6, no_location, ["bad redirect"]),
    "a redirect to a file is refused": (7, to("file:///etc/passwd"), ["bad redirect"]),
    "a redirect to data is refused": (7, to("data:text/html,<p>Here</p>"), ["bad redirect"]),
    "a gzip bomb is stopped at the limit": (1, bomb, ["too large"]),
    "a cut gzip stream is incomplete": (15, cut_gzip, ["incomplete"]),
    "what is no gzip is a bad encoding": (16, bad_gzip, ["bad encoding"]),
    "a coding that was not asked for is a bad encoding": (16, unasked_coding, ["bad encoding"]),
    "bare deflate is read": (16, deflated, ["article"]),
    "a reset is a failed connection, after another try": (17, reset, ["connection failed", "connection failed"]),
    "a body shorter than declared is incomplete, after another try": (17, cut_body, ["incomplete", "incomplete"]),
    "a cut chunk is incomplete": (17, cut_chunk, ["incomplete", "incomplete"]),
    "a body longer than declared is incomplete, after another try": (18, overlong, ["incomplete", "incomplete"]),
    "two lengths are a failed connection": (19, lengths(b"5", b"7"), ["connection failed", "connection failed"]),
    "a negative length is a failed connection": (19, lengths(b"-5"), ["connection failed", "connection failed"]),
    "garbage is a failed connection": (19, garbage, ["connection failed", "connection failed"]),
    "HTTP of 1991, without a head, is a failed connection": (19, ancient, ["connection failed", "connection failed"]),
    "a header of 20 MB is a failed connection": (20, headers(1, 20_000_000), ["connection failed", "connection failed"]),
    "200,000 headers are a failed connection": (20, headers(200_000, 1), ["connection failed", "connection failed"]),
    "403 is blocked": (40, status(403), ["blocked"]),
    "401 is blocked": (40, status(401), ["blocked"]),
    "404 is not found": (40, status(404), ["not found"]),
    "410 is gone": (40, status(410), ["gone"]),
    "451 is unavailable for legal reasons": (40, status(451), ["unavailable for legal reasons"]),
    "429 is too many requests, and not asked again": (40, status(429, Retry_After="7200"), ["too many requests"]),
    "503 with Retry-After is not asked again": (40, status(503, Retry_After="7200"), ["http error"]),
    "503 without Retry-After is an error, and not asked again at once": (40, status(503), ["http error"]),
    "500 is an error, after another try": (40, status(500), ["http error", "http error"]),
    "304 with a body changes nothing": (41, status(304), ["unchanged"]),
    "a challenge page is no article": (32, challenge, ["challenge page"]),
    "a page that is closed to a country is blocked": (32, stand_in("Sorry", ABROAD), ["blocked"]),
    "451 is unavailable for legal reasons, whatever its page says": (
        32,
        stand_in("Sorry", ABROAD, 451),
        ["unavailable for legal reasons"],
    ),
    "a provider's page is blocked": (32, stand_in("Доступ ограничен", BY_PROVIDER), ["blocked"]),
    "a paywall without a sentence of the article is a paywall": (32, paywall, ["paywall"]),
    "a page of regret with status 200 is not found": (32, stand_in("Page not found", "We looked."), ["not found"]),
    "a PDF is a wrong type": (21, real_pdf, ["wrong type"]),
    "HTML that is served as PDF is read": (21, page_as("application/pdf"), ["article"]),
    "HTML that is served as a picture is read": (21, page_as("image/png"), ["article"]),
    "HTML that is served as a stream of bytes is read": (21, page_as("application/octet-stream"), ["article"]),
    "an article that links to files of this machine is read": (9, linking_nowhere, ["article"]),
    "an article with 200 links is read": (22, linking_everywhere, ["article"]),
    "a page that takes the extractor minutes is stopped": (28, monster, ["parser stopped"]),
    "a table of 50,000 rows ends": (28, heavy("<table>", "<tr><td>a<td>b", "</table>"), ENDED),
    "50,000 links end": (28, heavy("<p>", "<a href=/x>summons</a>", ""), ENDED),
    "100,000 attributes end": (28, heavy("<p ", "a=b c=d ", ">military summons"), ENDED),
    "200,000 tags within each other end": (28, heavy("", "<div>", "military summons"), ENDED),
    "robots.txt that answers 503 closes its host": (42, robots_503, ["robots.txt unreachable"]),
    "robots.txt that answers 429 closes its host": (42, robots_429, ["robots.txt unreachable"]),
    "robots.txt that answers 503 with Retry-After closes its host": (42, robots_later, ["robots.txt unreachable"]),
    "robots.txt that cannot be unpacked closes its host": (42, robots_broken, ["robots.txt unreachable"]),
    "robots.txt that does not answer closes its host": (42, robots_silent, ["robots.txt unreachable"]),
    "robots.txt that redirects without end closes its host": (42, robots_chain, ["robots.txt unreachable"]),
    "robots.txt in UTF-16 is obeyed": (43, robots_utf16, ["closed by robots.txt"]),
    "robots.txt with a byte order mark is obeyed": (43, robots_mark, ["closed by robots.txt"]),
    "HTML in place of robots.txt closes nothing": (43, robots_html, ["article"]),
    "of a robots.txt of 20 MB the first 500 KiB are obeyed": (44, robots_huge, ["closed by robots.txt"]),
    "robots.txt that answers 403 closes nothing": (42, robots_403, ["article"]),
}
REFUSED = [
    "http://127.0.0.1:{port}/", "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://0177.0.0.1:{port}/",
    "http://127.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/", "http://１２７.0.0.1:{port}/", "http://0.0.0.0:{port}/", "http://10.0.0.1/",
    "http://192.168.1.1/", "http://100.64.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/",
]  # fmt: skip
NO_WEB = ["mailto:nobody", "file:///etc/passwd", "ftp://127.0.7.2/story", "data:text/html,<p>Here</p>", "javascript:alert(1)"]


@pytest.fixture(scope="module")
def crawled(web, new_newsroom):
    """A newsroom after one crawl of everything above, and the address of each fault."""
    newsroom = new_newsroom("pages")
    urls = {}
    for number, (name, (_, handler, _)) in enumerate(FAULTS.items(), 2):
        urls[name] = web.on(f"127.0.7.{number}", handler) + "/2026/05/12/story"
    others = {
        "chain": web.on("127.0.7.70", chain) + "/chain/0",
        "to loopback": web.on("127.0.7.71", to_loopback) + "/go",
        "to metadata": web.on("127.0.7.72", to_metadata) + "/go",
        "meta refresh": web.on("127.0.7.74", meta_refresh) + "/wait",
        "in no hurry": web.on("127.0.7.75", in_no_hurry(1.5)) + "/pause/0",
        "calendar": web.on("127.0.7.73", calendar) + "/day/0",
    }
    refused = [address.format(port=web.port) for address in REFUSED]
    addresses = newsroom.folder / "addresses.txt"
    addresses.write_text("\n".join([*urls.values(), *others.values(), *refused]), encoding="utf-8")
    done = newsroom.crawl("related", f"urls={addresses}", **SETTINGS)
    assert done.returncode == 0, done.stderr
    newsroom.said = done.stderr
    newsroom.urls = urls | others
    return newsroom


@pytest.mark.parametrize("fault", [pytest.param(name, marks=pytest.mark.fault(number)) for name, (number, *_) in FAULTS.items()])
def test_each_request_ends_in_one_outcome(crawled, fault):
    outcomes, expected = crawled.outcomes(crawled.urls[fault]), FAULTS[fault][2]
    if expected is ENDED:
        assert len(outcomes) == 1
        assert outcomes[0] in ENDED
    else:
        assert outcomes == expected, crawled.detail(crawled.urls[fault])


@pytest.mark.fault(5)
def test_a_redirect_chain_ends_at_its_limit(crawled):
    base = crawled.urls["chain"].removesuffix("0")
    assert [crawled.outcomes(f"{base}{hop}") for hop in range(7)] == [["redirected"]] * 5 + [["bad redirect"], []]


@pytest.mark.parametrize("address", REFUSED)
@pytest.mark.fault(10)
def test_an_address_that_is_not_public_is_refused_in_every_spelling(crawled, web, address):
    url = address.format(port=web.port)
    rows = crawled.query("SELECT url, outcome FROM fetches WHERE kind = 'article' AND outcome = 'address refused'")
    hosts = {str(row[0]) for row in rows}
    assert url in hosts or url.replace("１２７", "127") in hosts


@pytest.mark.fault(10, 11)
def test_a_redirect_to_an_address_that_is_not_public_is_refused(crawled):
    hops = crawled.query(
        "SELECT outcome FROM fetches WHERE kind = 'article' AND url IN (?, ?) ORDER BY id",
        crawled.urls["to loopback"], "http://169.254.169.254/latest/meta-data/",
    )  # fmt: skip
    assert ("redirected",) in hops
    assert crawled.outcomes(crawled.urls["to metadata"]) == ["redirected"]
    assert crawled.query("SELECT outcome FROM fetches WHERE url LIKE 'http://2130706433%/inside'") == [("address refused",)]


@pytest.mark.fault(8)
def test_a_meta_refresh_is_not_followed(crawled, web):
    assert len(crawled.outcomes(crawled.urls["meta refresh"])) == 1
    assert web.paths("127.0.7.74") == ["/robots.txt", "/wait"]


@pytest.mark.fault(10)
def test_nothing_reached_this_machine_itself(crawled, web):
    assert web.paths("127.0.0.1") == []


@pytest.mark.fault(42)
def test_where_robots_txt_cannot_be_had_nothing_else_is_fetched(crawled, web):
    for fault in ("robots.txt that answers 503 closes its host", "robots.txt that redirects without end closes its host"):
        host = crawled.urls[fault].split("/")[2].split(":")[0]
        assert web.paths(host)
        assert not [path for path in web.paths(host) if "robots" not in path]


@pytest.mark.fault(45)
def test_a_calendar_without_end_stops_at_the_limit_of_its_host(crawled, web):
    assert len([path for path in web.paths("127.0.7.73") if path != "/robots.txt"]) == SETTINGS["MONITOR_HOST_PAGES"]
    over = crawled.query("SELECT url, count(*) FROM fetches WHERE outcome = 'over budget' GROUP BY url")
    assert over
    assert {count for _, count in over} == {1}


@pytest.mark.fault(22)
def test_of_a_page_with_200_links_no_more_are_followed_than_a_host_may_cost(crawled, web):
    host = crawled.urls["an article with 200 links is read"].split("/")[2].split(":")[0]
    assert len([path for path in web.paths(host) if path != "/robots.txt"]) == SETTINGS["MONITOR_HOST_PAGES"]


@pytest.mark.fault(9)
def test_what_is_no_web_address_is_not_opened_for_an_article_that_links_to_it(crawled):
    assert crawled.query("SELECT count(*) FROM links WHERE url LIKE 'http%'") != [(0,)]
    for table in ("links", "fetches", "frontier"):
        assert crawled.query(f"SELECT url FROM {table} WHERE url NOT LIKE 'http%'") == []


@pytest.mark.fault(40)
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
    moments = asked["127.0.7.75"]
    assert len(moments) == 3
    assert all(later - earlier > 1 for earlier, later in pairwise(moments))


def test_what_may_pass_is_put_off_and_what_is_settled_is_done(crawled):
    states = dict(crawled.query("SELECT url, state FROM frontier"))
    assert states[crawled.urls["no answer is a timeout, after another try"]] == "waiting"
    assert states[crawled.urls["410 is gone"]] == "done"
    assert "leased" not in states.values()


def test_no_request_is_without_an_end(crawled, web):
    asked = len(web.log)
    rows = crawled.query("SELECT count(*) FROM fetches WHERE url LIKE ?", "http://127.0.7.%")[0][0]
    refused = crawled.query(
        "SELECT count(*) FROM fetches WHERE status IS NULL"
        " AND outcome IN ('over budget', 'closed by robots.txt', 'robots.txt unreachable')"
    )[0][0]
    assert rows - refused == asked


@pytest.mark.fault(15, 16, 17)
def test_the_raw_bytes_are_kept_although_they_could_not_be_read(crawled):
    for fault in (
        "a cut gzip stream is incomplete",
        "what is no gzip is a bad encoding",
        "a body shorter than declared is incomplete, after another try",
    ):
        rows = crawled.query("SELECT warc_file, bytes FROM fetches WHERE url = ?", crawled.urls[fault])
        assert all(file and size for file, size in rows)


@pytest.mark.fault(9)
def test_what_is_no_web_address_is_refused_where_a_person_gives_it(newsroom, web):
    given = newsroom.folder / "addresses.txt"
    given.write_text("\n".join([f"{web.on('127.0.7.2', linking_nowhere)}/story", *NO_WEB]), encoding="utf-8")
    asked = len(web.log)
    done = newsroom.crawl("related", f"urls={given}")
    assert (done.returncode, done.stderr) == (2, f"monitor: {NO_WEB[0]!r} is no http(s) address\n")
    assert len(web.log) == asked
    assert not (newsroom.folder / "monitor.db").exists()

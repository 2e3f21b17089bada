"""An outlet is reached as its line says: through its proxy, robots.txt too, or past a certificate that its line excuses."""

from __future__ import annotations

import asyncio

import pytest
from warcio.archiveiterator import ArchiveIterator

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>{}</channel></rss>'
ITEM = "<item><title>{title}</title><link>{link}</link><guid>{link}</guid></item>"


class Proxy:
    """A SOCKS5 proxy (RFC 1928, no authentication) and an HTTP proxy (CONNECT) at one address, with its own idea of names."""

    def __init__(self, names):
        self.names = names
        self.asked = []

    async def serve(self, reader, writer):
        try:
            first = await reader.readexactly(1)
            if first == b"\x05":
                await self.socks(reader, writer)
            else:
                await self.connect(first, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # either side hung up
        finally:
            writer.close()

    async def socks(self, reader, writer):
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x00")
        _, command, _, kind = await reader.readexactly(4)
        assert (command, kind) == (1, 3), "the name itself is handed over, and a connection asked for"
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        port = int.from_bytes(await reader.readexactly(2), "big")
        await self.tunnel("socks", host, port, reader, writer, b"\x05\x00\x00\x01" + bytes(6), b"\x05\x04\x00\x01" + bytes(6))

    async def connect(self, first, reader, writer):
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split(" ", 2)
        assert method == "CONNECT"
        host, port = target.rsplit(":", 1)
        await self.tunnel(
            "http", host, int(port), reader, writer, b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 502 Bad Gateway\r\n\r\n"
        )

    async def tunnel(self, kind, host, port, reader, writer, yes, no):
        self.asked.append((kind, host))
        if host not in self.names:
            writer.write(no)
            return
        there = await asyncio.open_connection(self.names[host], port)
        writer.write(yes)
        await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
    except ConnectionError:
        pass  # either side hung up
    finally:
        writer.close()


@pytest.fixture(scope="module")
def proxy(web):
    """A proxy on this machine that alone knows where the outlets are, and its address."""
    proxy = Proxy(
        {
            "tor.example": "127.0.7.2",
            "www.http.example": "127.0.7.3",
            "news.http.example": "127.0.7.3",
            "odd.example": "127.0.7.4",
            "strict.example": "127.0.7.4",
        }
    )
    # The rest of 127.0.0.0/8 is closed to the crawler's pages; the proxy stands there all the same, as Tor does.
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(proxy.serve, "127.0.0.1", 0), web.loop).result()
    proxy.port = server.sockets[0].getsockname()[1]
    return proxy


def outlet(base, *, to=""):
    """A feed with one article, and one address that leads elsewhere."""

    async def answer(call):
        if call.path == "/feed.xml":
            items = ITEM.format(title="A story", link=f"{base}/story") + ITEM.format(title="Elsewhere", link=f"{base}/go")
            await call.answer(200, RSS.format(items), type_="application/rss+xml")
        elif call.path == "/go":
            await call.answer(302, Location=to)
        elif call.path == "/robots.txt":
            await call.answer(200, "User-agent: *\nDisallow: /closed\n", type_="text/plain")
        else:
            await call.answer(200, call.article(f"{base} has a story", words=f"{base.split('/')[2]} was there.", links=(to,)))

    answer.has_robots = True
    return answer


@pytest.fixture(scope="module")
def crawled(web, proxy, new_newsroom, authority):
    """A newsroom after one crawl of outlets that are reached in different ways."""
    newsroom = new_newsroom("ways")
    port = web.port
    tor, http = f"http://tor.example:{port}", f"http://www.http.example:{port}"
    web.on("127.0.7.2", outlet(tor, to=f"http://127.0.0.1:{proxy.port}/inside"))
    web.on("127.0.7.3", outlet(http, to=f"{tor}/closed/story"))
    direct = web.on("127.0.7.5", outlet(f"http://127.0.7.5:{port}", to=f"{http.replace('www.', 'news.')}/other"))
    tls = web.secure("127.0.7.4", authority.certificate("elsewhere.example"))
    web.on("127.0.7.4", outlet(f"https://odd.example:{tls}"))
    socks5, over_http = f"socks5h://127.0.0.1:{proxy.port}", f"http://127.0.0.1:{proxy.port}"
    lines = {
        "tor": (tor, socks5, ""),
        "http": (http, over_http, ""),
        "direct": (direct, "", ""),
        "odd": (f"https://odd.example:{tls}", socks5, "is of elsewhere.example, seen 2026-05, confirmed by telephone"),
        "strict": (f"https://strict.example:{tls}", socks5, ""),
        "unknown": (f"http://nowhere.example:{port}", socks5, ""),
        "lost": (f"http://lost.example:{port}", "http://127.0.0.1:1", ""),
        "inner": (f"http://localhost:{port}", socks5, ""),
        "spelled": (f"http://2130706433:{port}", over_http, ""),
    }
    rows = [
        f'{id_},Outlet {id_},{home}/,en,RU,independent,{home}/feed.xml,listed,,,,{way},"{tls}"\n'
        for id_, (home, way, tls) in lines.items()
    ]
    header = "id,outlet,home,language,country,kind,feed,status,doubt,sitemap,aliases,proxy,tls\n"
    (newsroom.folder / "sources.csv").write_text(header + "".join(rows), encoding="utf-8")
    newsroom.done = newsroom.crawl("feeds", MONITOR_DEPTH=1, RETRY_TIMES=0)
    newsroom.socks5, newsroom.over_http = socks5, over_http
    return newsroom


def ways(newsroom, where):
    return set(newsroom.query(f"SELECT kind, outcome, proxy FROM fetches WHERE {where}"))


def test_feed_article_and_robots_txt_of_an_outlet_go_through_its_proxy(crawled, proxy, web):
    for host, way in (("tor.example", crawled.socks5), ("www.http.example", crawled.over_http)):
        found = ways(crawled, f"url LIKE 'http://{host}:%'")
        assert {("robots", "robots.txt read", way), ("feed", "feed", way), ("article", "article", way)} <= found
    assert {("socks", "tor.example"), ("http", "www.http.example")} <= set(proxy.asked)
    assert ("robots", "robots.txt read", "") in ways(crawled, "url LIKE 'http://127.0.7.5:%'")


def test_a_page_of_a_subdomain_that_another_outlet_cites_goes_through_its_own_outlets_proxy(crawled):
    assert ways(crawled, "url LIKE '%news.http.example:%/other'") == {("article", "article", crawled.over_http)}


def test_robots_txt_is_obeyed_through_a_proxy_too(crawled):
    assert ways(crawled, "url LIKE '%tor.example:%/closed/story' AND outcome <> 'redirected'") == {
        ("article", "closed by robots.txt", "")
    }


@pytest.mark.fault(10)
def test_a_proxy_on_this_machine_opens_this_machine_to_no_page(crawled, proxy, web):
    assert ways(crawled, "url LIKE 'http://127.0.0.1:%/inside'") == {("article", "address refused", "")}
    assert ways(crawled, "url LIKE 'http://localhost:%' OR url LIKE 'http://2130706433:%'") == {
        ("robots", "address refused", ""), ("feed", "address refused", ""),
    }  # fmt: skip
    assert web.paths("127.0.0.1") == []
    assert {host for _, host in proxy.asked}.isdisjoint({"localhost", "127.0.0.1", "2130706433"})


def test_a_proxy_that_is_not_there_or_finds_no_way_is_said_so(crawled):
    details = dict(crawled.query("SELECT source, detail FROM fetches WHERE kind = 'feed' AND outcome = 'connection failed'"))
    assert set(details) == {"lost", "unknown"}
    assert "no way through the proxy: [Errno 111] Could not connect to proxy 127.0.0.1:1" in details["lost"]
    assert "no way through the proxy: Host unreachable" in details["unknown"]


def test_a_capture_says_through_which_proxy_it_came(crawled):
    came = {}
    for path in (crawled.folder / "warc").glob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                headers = record.rec_headers
                way = headers.get_header("X-Povestka-Proxy"), headers.get_header("WARC-IP-Address")
                came.setdefault(headers.get_header("WARC-Target-URI").split("/")[2].split(":")[0], set()).add(way)
    assert came["tor.example"] == {(crawled.socks5, None)}
    assert came["127.0.7.5"] == {(None, "127.0.7.5")}


@pytest.mark.fault(13)
def test_a_certificate_that_a_line_excuses_is_accepted_and_every_row_says_so(crawled):
    rows = crawled.query(
        "SELECT kind, outcome, detail FROM fetches WHERE url LIKE 'https://odd.example:%' AND url NOT LIKE '%/go'"
    )
    assert {(kind, outcome) for kind, outcome, _ in rows} == {
        ("robots", "robots.txt read"),
        ("feed", "feed"),
        ("article", "article"),
    }
    assert {detail for *_, detail in rows} == {
        "certificate not verified: is of elsewhere.example, seen 2026-05, confirmed by telephone"
    }


@pytest.mark.fault(13)
def test_the_same_certificate_is_refused_where_no_line_excuses_it(crawled):
    assert ways(crawled, "url LIKE 'https://strict.example:%'") == {
        ("robots", "certificate refused", crawled.socks5), ("feed", "certificate refused", ""),
    }  # fmt: skip

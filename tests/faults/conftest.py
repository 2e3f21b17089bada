"""A hostile web on this machine, and crawls of it: each host below misbehaves in one way, for real, on the wire."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from monitor.vault import open_reader

Handler = Callable[["Call"], Awaitable[None]]

TOPIC = """
id = "summons"
title = { en = "Summons", ru = "Повестки", uk = "Повістки" }
threshold = 1.0
query = ['"=military =summons"']
[[example]]
text = "He was handed a military summons."
language = "en"
relevant = true
"""
SOURCES = "id,outlet,home,language,country,kind,feed,status,doubt,sitemap,aliases\n"


def article(title: str, *, words: str = "", links: tuple[str, ...] = ()) -> str:
    """A page with an article that is on the beat; `links` are cited in its text."""
    text = (
        f"{words} The clerk said that a military summons had been handed to a man in the village of Nowhere on Monday, "
        "and that he had ten days to answer it. His neighbours remember the morning well, since the bus did not come. "
    )
    cited = "".join(
        f'<p>The story was <a href="{link}">told before</a>, at length and with {number} other names in it.</p>'
        for number, link in enumerate(links, 2)
    )
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title><meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='2026-05-12T09:30:00+03:00'></head>"
        f"<body><article><h1>{title}</h1><p>{text}</p>{cited}<p>{text}</p></article></body></html>"
    )


@dataclass
class Call:
    """One request as it reached the hostile web."""

    host: str
    path: str
    headers: dict[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @staticmethod
    def article(title: str, *, words: str = "", links: tuple[str, ...] = ()) -> str:
        """A page with an article that is on the beat; `links` are cited in its text."""
        return article(title, words=words, links=links)

    async def raw(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(
        self, status: int = 200, body: bytes | str = b"", *, type_: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        data = body.encode() if isinstance(body, str) else body
        lines = [f"HTTP/1.1 {status} Word", f"Content-Type: {type_}", f"Content-Length: {len(data)}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.raw("\r\n".join([*lines, "", ""]).encode() + data)


@dataclass
class Web:
    """Loopback hosts on one port. `log` has every request that reached them, in order, as (host, path)."""

    port: int = 0
    log: list[tuple[str, str]] = field(default_factory=list)
    handlers: dict[str, Handler] = field(default_factory=dict)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def on(self, host: str, handler: Handler) -> str:
        """Let a host answer by this handler; its base address."""
        self.handlers[host] = handler
        return f"http://{host}:{self.port}"

    def secure(self, host: str, certificate: Path) -> int:
        """Let a host answer over TLS too, with this certificate and its key; the port."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        starting = asyncio.start_server(self.serve, host, 0, ssl=context)
        server = asyncio.run_coroutine_threadsafe(starting, self.loop).result()
        return int(server.sockets[0].getsockname()[1])

    def paths(self, host: str) -> list[str]:
        return [path for where, path in self.log if where == host]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            host = writer.get_extra_info("sockname")[0]
            self.log.append((host, path))
            pairs = (line.split(": ", 1) for line in head[1:] if ": " in line)
            call = Call(host, path, {name.lower(): value for name, value in pairs}, reader, writer)
            handler = self.handlers.get(host)
            if handler is None or (path == "/robots.txt" and not getattr(handler, "has_robots", False)):
                await call.answer(404)
            else:
                await handler(call)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the crawler hung up, as it should, or the tests are over
        finally:
            writer.close()


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    """A web of a module's own: what one module's crawls asked for is no business of another's."""
    web = Web()
    loop = web.loop
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> list[asyncio.Server]:
        first = socket.create_server(("127.0.7.1", 0))
        web.port = first.getsockname()[1]
        others = [socket.create_server((f"127.0.7.{n}", web.port)) for n in range(2, 80)]
        # 127.0.0.1 too: whoever gets there went past the guard, and is seen.
        sockets = [first, *others, socket.create_server(("127.0.0.1", web.port))]
        return [await asyncio.start_server(web.serve, sock=sock) for sock in sockets]

    servers = asyncio.run_coroutine_threadsafe(start(), loop).result()
    yield web

    async def end() -> None:
        for server in servers:
            server.close()
        hanging = asyncio.all_tasks() - {asyncio.current_task()}
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(end(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


class Authority:
    """A certificate authority that a crawl is told to trust, and the certificates that it signs."""

    def __init__(self, folder: Path, name: str = "Authority of these tests") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        whole = self._sign(self._name, self._key, self._name, self._key, 1, x509.BasicConstraints(ca=True, path_length=None))
        self.file = folder / "authority.pem"
        self.file.write_bytes(whole.public_bytes(serialization.Encoding.PEM))

    def certificate(self, host: str, *, days: int = 1, trusted: bool = True) -> Path:
        """For a name or an address, valid for nine days, of which so many are left (none: negative; more: it is not valid yet);
        signed by itself unless `trusted`.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        try:
            name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            name = x509.DNSName(host)
        issuer, signer = (self._name, self._key) if trusted else (subject, key)
        signed = self._sign(subject, key, issuer, signer, days, x509.SubjectAlternativeName([name]))
        file = self._folder / f"{host}-{days}-{trusted}.pem"
        private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(key.private_bytes(*private) + signed.public_bytes(serialization.Encoding.PEM))
        return file

    @staticmethod
    def _sign(
        subject: x509.Name, key: Any, issuer: x509.Name, signer: Any, days: int, extension: x509.ExtensionType
    ) -> x509.Certificate:
        end = datetime.now(UTC) + timedelta(days=days)
        return (
            x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), end - timedelta(days=9), end)
            .add_extension(extension, critical=False)
            .sign(signer, hashes.SHA256())
        )


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@dataclass
class Newsroom:
    """A folder with its vault, and crawls into it as a user starts them."""

    folder: Path
    trusted: Path | None = None
    """Certificates that its crawls trust in place of the machine's."""

    def sources(self, **feeds: str) -> None:
        """One outlet a feed, named as its id."""
        lines = [
            f"{id_},Outlet {id_},{feed.rsplit('/', 1)[0]}/,en,RU,independent,{feed},listed,,,\n" for id_, feed in feeds.items()
        ]
        (self.folder / "sources.csv").write_text(SOURCES + "".join(lines), encoding="utf-8")

    def command(self, spider: str, *arguments: str, **settings: object) -> list[str]:
        # One worker process: starting two costs more than these few pages.
        options = [f"-s{name}={value}" for name, value in ({"MONITOR_WORKERS": 1} | settings).items()]
        given = [f"-a{argument}" for argument in arguments]
        return [sys.executable, "-m", "scrapy", "crawl", spider, "-LWARNING", *options, *given]

    def environment(self) -> dict[str, str]:
        # 127.0.7.0/24 is the web of these tests; the rest of this machine stays closed to the crawler.
        mine = {"MONITOR_DATA": str(self.folder), "MONITOR_DELAY": "0", "MONITOR_ALLOW_ADDRESSES": "127.0.7.0/24"}
        if self.trusted:
            mine["SSL_CERT_FILE"] = str(self.trusted)  # as OpenSSL has it
        return {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")} | mine

    def start(self, spider: str, *arguments: str, **settings: object) -> subprocess.Popen[str]:
        return self.popen(self.command(spider, *arguments, **settings))

    def popen(self, command: list[str], *, stderr: int = subprocess.PIPE, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            env=self.environment() | variables,
            text=True,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=Path(__file__).parents[2],
            start_new_session=True,  # a group of its own, as a terminal gives it
        )

    def crawl(self, spider: str, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
        process = self.start(spider, *arguments, **settings)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def monitor(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`monitor` with these arguments, on this folder."""
        process = self.popen([sys.executable, "-m", "monitor.cli", "--data", str(self.folder), *arguments])
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def query(self, sql: str, *values: str) -> list[tuple[object, ...]]:
        with open_reader(self.folder / "monitor.db") as reader:
            return [tuple(row) for row in reader.query(sql, values)]

    def outcomes(self, url: str) -> list[str]:
        """What became of each request for an address, in order."""
        return [
            str(row[0]) for row in self.query("SELECT outcome FROM fetches WHERE url = ? AND kind <> 'robots' ORDER BY id", url)
        ]

    def detail(self, url: str) -> str:
        return str(
            self.query("SELECT detail FROM fetches WHERE url = ? AND kind <> 'robots' ORDER BY id DESC LIMIT 1", url)[0][0]
        )


def make_newsroom(folder: Path) -> Newsroom:
    """A newsroom with one short topic, so that a crawl starts fast."""
    checkout = Path(__file__).parents[2]
    (folder / "topics").mkdir(parents=True)
    (folder / "topics" / "summons.toml").write_text(TOPIC, encoding="utf-8")
    (folder / "families.csv").write_text("id,kind,outlets\n", encoding="utf-8")
    for name in ("regions.csv", "towns.csv"):
        (folder / name).write_bytes((checkout / "data" / name).read_bytes())
    newsroom = Newsroom(folder)
    newsroom.sources()
    return newsroom


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[Newsroom], Newsroom]:
    """A newsroom as another left it, for a test that goes on with it: the other is looked at by more tests."""
    return lambda newsroom: Newsroom(shutil.copytree(newsroom.folder, tmp_path / "copy"), newsroom.trusted)


REBUILT = {
    "articles": "SELECT id, url, canonical, outlet, source, title, authors, published, modified, feed_date, language, text,"
    " flags, relevant, gate, copy_group, story, first, captured FROM articles",
    "addresses": "SELECT url, article FROM article_urls",
    "versions": "SELECT article, revision, title, text_digest, authors, modified FROM versions",
    "edits": "SELECT article, class, disclosed, before, after FROM edits",
    "absences": "SELECT article, kind, way, state, looks, confirmed_by FROM absences",
    "rechecks": "SELECT article, state, looks, limited FROM rechecks",
    "findings": "SELECT article, topic, score FROM verdicts UNION ALL SELECT article, kind, speaker FROM attributions",
    "links": "SELECT article, url, kind, anchor, start FROM links",
    "entries": "SELECT source, guid, url, title, published, text FROM feed_entries",
    "polls": "SELECT entries, new, known, gap_since, lost FROM polls",
    "posts": "SELECT source, number, kind, post, article, missed IS NULL FROM posts",
    "unread": "SELECT source, first, last FROM unread",
    # Of two answers from one address, to a look at a home page and to what was led there, nobody can tell which was which.
    "requests": "SELECT url, kind, outcome, iif(kind = 'feed text', '', detail), source, depth, status, article, digest"
    " FROM fetches WHERE warc_file IS NOT NULL",
    "places": "SELECT url, warc_file, warc_offset, warc_record, digest FROM fetches WHERE warc_file IS NOT NULL",
    "runs": "SELECT kind, outcome, articles, relevant FROM runs WHERE kind <> 'rebuild'",
    "outside": "SELECT article, capture, captured, archive, url, digest, how FROM outside_captures",
}
"""What comes back with a vault that is rebuilt. Clocks are those of the captures: see docs/evidence.md."""


@pytest.fixture
def rebuilt(tmp_path: Path) -> Callable[[Newsroom], Newsroom]:
    """The newsroom once its vault was lost and rebuilt from the archive, when all of it has come back."""

    def rebuild(newsroom: Newsroom) -> Newsroom:
        again = Newsroom(shutil.copytree(newsroom.folder, tmp_path / "rebuilt"), newsroom.trusted)
        for left in again.folder.glob("monitor.db*"):
            left.unlink()
        ran = again.monitor("rebuild")
        assert (ran.returncode, ran.stderr) == (0, "")
        captures = newsroom.folder.joinpath("warc", "log.jsonl").read_text("utf-8").count('"kind":"capture"')
        assert ran.stdout.startswith(f"{captures} captures of ")
        for name, sql in REBUILT.items():
            assert sorted(map(repr, again.query(sql))) == sorted(map(repr, newsroom.query(sql))), name
        assert again.monitor("verify").returncode == 0
        return again

    return rebuild


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return make_newsroom(tmp_path / "data")


@pytest.fixture(scope="session")
def new_newsroom(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Newsroom]:
    """For crawls that several tests look at."""
    return lambda name: make_newsroom(tmp_path_factory.mktemp(name) / "data")


@pytest.fixture(scope="session", name="article")
def article_fixture() -> Callable[..., str]:
    return article

"""The press on the network: each outlet on a loopback address of its own, all on one port. Touches loopback sockets alone.

asyncio, because a thread for each of a thousand listening addresses costs more than the answers do.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from email.utils import formatdate
from http import HTTPStatus
from itertools import count

from monitor.errors import MonitorError
from monitor.press.pages import View
from monitor.press.site import Answer, answer
from monitor.press.world import MOMENTS, Outlet, World, load

_MAX_HEAD = 16_384
"""Bytes of a request's head: longer ones are answered with 431."""
_TRIES = 20
"""Ports to try where any will do, before it is said that none is free on all addresses."""


class Press:
    """The embedded press, served from a daemon thread while the context lasts.

    `port` 0 takes one that is free. `moment` is 1, 2 or an aware time. Raises MonitorError where the port is taken.
    """

    def __init__(self, port: int = 0, moment: int | datetime = 1, world: World | None = None) -> None:
        self.world = world or load()
        self.port = port
        self.now = _time(moment)
        self._loop: asyncio.AbstractEventLoop
        self._stopping: asyncio.Event
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="press", daemon=True)
        self._sockets: list[socket.socket] = []
        self._polls = count(1)
        self._open: set[asyncio.Transport] = set()

    def __enter__(self) -> Press:
        self._sockets, self.port = _listen([outlet.address for outlet in self.world.outlets.values()], self.port)
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def url(self, outlet: str, path: str = "/") -> str:
        """The address of an outlet's home page, or of a path there."""
        return self.view().url(self.world.outlets[outlet], path)

    def article_url(self, article: str) -> str:
        """The address of an article, whether it is there at this time or not."""
        return self.view().link(article)

    def move(self, moment: int | datetime) -> None:
        """Moves the world's time: to moment 1 or 2, or to an aware time. The next request sees it."""
        self.now = _time(moment)

    def view(self) -> View:
        """The world as a request sees it now."""
        return View(self.world, self.now, self.port)

    def wait(self) -> None:
        """Blocks until the server ends."""
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        served = zip(self.world.outlets.values(), self._sockets, strict=True)
        servers = [await self._server(outlet, listening) for outlet, listening in served]
        self._started.set()
        await self._stopping.wait()
        for server in servers:
            server.close()
        for transport in self._open:
            transport.abort()

    async def _server(self, outlet: Outlet, listening: socket.socket) -> asyncio.Server:
        return await self._loop.create_server(lambda: _Connection(self, outlet), sock=listening)

    def answer(self, outlet: Outlet, target: str, headers: dict[str, str]) -> Answer:
        """What a request gets now."""
        return answer(self.view(), outlet, target, headers, next(self._polls))


def _time(moment: int | datetime) -> datetime:
    return moment if isinstance(moment, datetime) else MOMENTS[moment]


def _listen(addresses: list[str], port: int) -> tuple[list[socket.socket], int]:
    """Listening sockets on one port of all addresses, and the port."""
    for _ in range(1 if port else _TRIES):
        sockets: list[socket.socket] = []
        wanted = port
        try:
            for address in addresses:
                sockets.append(_socket(address, wanted))
                wanted = sockets[-1].getsockname()[1]
        except OSError as error:
            for opened in sockets:
                opened.close()
            if error.errno != errno.EADDRINUSE:
                raise MonitorError(f"the press cannot listen on {address}:{wanted}: {error.strerror}") from error
        else:
            return sockets, wanted
    if port:
        raise MonitorError(f"port {port} is in use on the press's addresses ({addresses[0]} and on): name another")
    raise MonitorError(f"no port is free on all of the press's addresses ({addresses[0]} and on)")


def _socket(address: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # So that a press can start again while connections of the last one linger.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


class _Connection(asyncio.Protocol):
    """One client: reads heads of GET and HEAD requests, answers in order, keeps the connection where the client wants it."""

    def __init__(self, press: Press, outlet: Outlet) -> None:
        self._press = press
        self._outlet = outlet
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._press._open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._press._open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        for head in self._heads():
            self._respond(head)

    def _heads(self) -> Iterator[str]:
        while b"\r\n\r\n" in self._buffer and not self._transport.is_closing():
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            yield head.decode("latin-1")
        if len(self._buffer) > _MAX_HEAD:
            self._send(Answer(431, (), b""), keep=False)

    def _respond(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        match first.split(" "):
            case [("GET" | "HEAD") as method, target, ("HTTP/1.1" | "HTTP/1.0") as version] if target.startswith("/"):
                headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
                self._send(self._press.answer(self._outlet, target, headers), keep=keep, body=method == "GET")
            case [_, target, "HTTP/1.1" | "HTTP/1.0"] if target.startswith("/"):
                # The body of such a request is not read, so the connection cannot go on.
                self._send(Answer(405, (("Allow", "GET, HEAD"),), b""), keep=False)
            case _:
                self._send(Answer(400, (), b""), keep=False)

    def _send(self, answer: Answer, *, keep: bool, body: bool = True) -> None:
        lines = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"Date: {formatdate(usegmt=True)}",
            "Server: press",
        ]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if answer.status != 304:
            lines.append(f"Content-Length: {len(answer.body)}")
        lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
        self._transport.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (answer.body if body else b""))
        if not keep:
            self._transport.close()

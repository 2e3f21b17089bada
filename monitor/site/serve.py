"""Serves a published folder with Datasette on this machine. Reads that folder; opens one port."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import os
import secrets
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import uvicorn

from monitor.errors import MonitorError
from monitor.newsroom.shipped import SHIPPED
from monitor.site.publish import SNAPSHOT

if TYPE_CHECKING:
    from monitor.site.application import Site

WORTH_OPENING = ("/", f"/public/coverage?_q={quote('повестками')}", "/public/gaps")
WORDS = ("повестка", "повістка", "summons")
"""One of each language."""
PORTS = 20
"""How many ports are tried, one after the other."""


def serve(
    folder: Path, *, host: str = "127.0.0.1", port: int = 8001, data: Path | None = None, notes: Path | None = None
) -> None:
    """Serves the snapshot in `folder` until it is stopped, at `port` or the next free one, and prints three addresses to open.

    A newer snapshot that is swapped in is served from the next request on. `data` is the newsroom's folder, as for `publish`,
    `notes` the file of its readers' marks.
    Raises MonitorError where there is no snapshot, or no port can be had.
    """
    # Datasette takes half a second to import: not for who has no need of it.
    from monitor.site.application import site
    from monitor.site.metadata import metadata_of

    target = folder / SNAPSHOT
    if not target.is_file():
        raise MonitorError(f"{target}: no snapshot here; `monitor publish` makes one")
    place = folder / "site" if (folder / "site").is_dir() else SHIPPED / "site"
    settings = json.loads((place / "settings.json").read_text("utf-8"))
    # SQLite writes files beside it, too: where the server may not, as in the unit and the image that are shipped, there are none.
    is_writable = notes is not None and os.access(notes.parent, os.W_OK)
    metadata = metadata_of(place, data or folder, folder, notes=notes if is_writable else None)
    # One for all snapshots, or a newer one would log everybody out.
    secret = os.environ.get("DATASETTE_SECRET") or secrets.token_hex(32)
    app = ReloadingApp(target, lambda: site(target, place, metadata, settings, secret=secret))
    with _listener(host, port) as listener:
        at = listener.getsockname()[1]
        if at != port:
            print(f"Port {port} is in use: serving on {at} instead.")
        print(*(f"http://{host}:{at}{path}" for path in WORTH_OPENING), sep="\n", flush=True)
        _settle()
        # Searches read texts in threads, and let others go on only when asked to: a page that hands over to a thread fifty times
        # waited 5 ms, Python's own value, each time.
        sys.setswitchinterval(0.0005)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        try:
            asyncio.run(server.serve(sockets=[listener]))
        except KeyboardInterrupt:
            print("Stopped.")


def _settle() -> None:
    """Load what stays, and have the collector look through it no more: of 150,000 objects that took 0.1 s, now and then."""
    from monitor.vault import search  # loads the dictionaries: not for who only writes an export

    import_module("datasette.app")  # and by it the plugins, ours too
    for word in WORDS:
        search.compile_cached(word)  # with the language's dictionary
    gc.collect()
    gc.freeze()


class ReloadingApp:
    """An ASGI application: what `make` gives, made anew when the file is another one than before."""

    def __init__(self, file: Path, make: Callable[[], Site]) -> None:
        self._file, self._make = file, make
        self._making = asyncio.Lock()
        self._served: _Served | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        served = await self._newest()
        served.requests += 1
        try:
            await served.site(scope, receive, send)
        finally:
            served.requests -= 1
            await self._retire(served)

    async def _newest(self) -> _Served:
        async with self._making:
            found = _identity(self._file)
            before = self._served
            if before is None or found not in {before.identity, None}:
                self._served = await self._opened()
                if before:
                    await self._retire(before)
            assert self._served
            return self._served

    async def _opened(self) -> _Served:
        while True:
            identity = _identity(self._file)
            site = self._make()
            await site.open()
            if _identity(self._file) == identity:
                return _Served(site, identity)
            await site.close()  # swapped while it was opened: some of its threads may have the one file and some the other

    async def _retire(self, served: _Served) -> None:
        if served is not self._served and not served.requests:
            await served.site.close()


@dataclass
class _Served:
    site: Site
    identity: tuple[int, int, int] | None
    requests: int = 0
    """Those that are on their way."""


def _identity(file: Path) -> tuple[int, int, int] | None:
    """Of a file that is swapped in whole; None where there is none just now."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _listener(host: str, port: int) -> socket.socket:
    """A listening socket at `port`, or at the next free one: bound here, so that nobody can take it in between."""
    for candidate in range(port, min(port + PORTS, 65_536)):
        try:
            return socket.create_server((host, candidate), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise MonitorError(
                    f"{host}:{candidate}: cannot listen there: {error.strerror}; name another --host or --port"
                ) from error
    raise MonitorError(f"ports {port} to {port + PORTS - 1} of {host} are all in use; name another with --port")

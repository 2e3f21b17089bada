"""Makes the public folder from the vault, and serves it with Datasette on this machine. Writes that folder; opens one port."""

from __future__ import annotations

import asyncio
import csv
import errno
import json
import os
import secrets
import socket
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from monitor.errors import MonitorError, StoreError
from monitor.export.export import atomic_file
from monitor.newsroom.shipped import SHIPPED
from monitor.snapshot import snapshot
from monitor.vault import open_reader

if TYPE_CHECKING:
    from monitor.site.application import Site

SNAPSHOT = "public.db"
WORTH_OPENING = ("/", "/public/coverage?_q=повестками", "/public/gaps")
PORTS = 20
"""How many ports are tried, one after the other."""


def publish(vault: Path, folder: Path, *, withhold: Callable[[str], str] | None = None, data: Path | None = None) -> bool:
    """Builds public.db in `folder` from the vault, swapped in whole; False where the vault has not changed since that was made.

    `data` is the newsroom's folder, which names regions and topics; `folder` where it is not said.
    It has whole texts, for the newsroom; with `withhold`, which takes private names out of a text, it is the public edition.

    A folder without a site of its own is given one, so that `datasette serve FOLDER` works wherever this package is installed.
    Raises StoreError where the vault cannot be read, MonitorError where whole texts would take the place of a public edition.
    """
    target = folder / SNAPSHOT
    if withhold is None and _is_public_edition(target):
        raise MonitorError(f"{target}: is the public edition, for everybody: give --profile public, or a DIR of its own")
    is_new = snapshot(vault, target, withhold=withhold)
    if not (folder / "site").is_dir():
        # Datasette takes half a second to import: not for who has no need of it.
        from monitor.site.application import inspect

        source = SHIPPED / "site"
        for file in (source / "settings.json", *source.glob("templates/*"), *source.glob("static/*")):
            _renew(folder / file.relative_to(source), file.read_bytes())
        metadata = _with_access(_metadata(source, data or folder), folder)
        _renew(folder / "metadata.json", _as_json(metadata))
        _renew(folder / "inspect-data.json", _as_json(inspect(target)))
    return is_new


def _is_public_edition(target: Path) -> bool:
    try:
        with open_reader(target) as reader:
            return reader.description().get("profile") == "public"
    except StoreError:
        return False  # there is none, or no snapshot


def serve(folder: Path, *, host: str = "127.0.0.1", port: int = 8001, data: Path | None = None) -> None:
    """Serves the snapshot in `folder` until it is stopped, at `port` or the next free one, and prints three addresses to open.

    A newer snapshot that is swapped in is served from the next request on. `data` is the newsroom's folder, as for `publish`.
    Raises MonitorError where there is no snapshot, or no port can be had.
    """
    from monitor.site.application import site  # see publish

    target = folder / SNAPSHOT
    if not target.is_file():
        raise MonitorError(f"{target}: no snapshot here; `monitor publish` makes one")
    place = folder / "site" if (folder / "site").is_dir() else SHIPPED / "site"
    settings = json.loads((place / "settings.json").read_text("utf-8"))
    metadata = _with_access(_metadata(place, data or folder), folder)
    # One for all snapshots, or a newer one would log everybody out.
    secret = os.environ.get("DATASETTE_SECRET") or secrets.token_hex(32)
    app = ReloadingApp(target, lambda: site(target, place, metadata, settings, secret=secret))
    with _listener(host, port) as listener:
        at = listener.getsockname()[1]
        if at != port:
            print(f"Port {port} is in use: serving on {at} instead.")
        print(*(f"http://{host}:{at}{path}" for path in WORTH_OPENING), sep="\n", flush=True)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        try:
            asyncio.run(server.serve(sockets=[listener]))
        except KeyboardInterrupt:
            print("Stopped.")


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


def _metadata(place: Path, data: Path) -> dict[str, Any]:
    from monitor.site.application import read_metadata  # see publish

    return read_metadata(place / "metadata.yaml", _regions(data), _topics(data))


def _regions(folder: Path) -> dict[str, dict[str, str]]:
    """The federal subjects by ISO code: their names, and their places on the tile map."""
    own = folder / "regions.csv"
    with (own if own.is_file() else SHIPPED / "regions.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["iso"]: {name: row[name] for name in ("en", "ru", "uk", "column", "row")} for row in csv.DictReader(file)}


def _topics(folder: Path) -> dict[str, dict[str, str]]:
    """What topics and their subtopics call themselves. Raises MonitorError for a file that cannot be read; `monitor check` tells
    all that is wrong with one."""
    own = folder / "topics"
    names = {}
    for file in sorted((own if own.is_dir() else SHIPPED / "topics").glob("*.toml")):
        try:
            topic = tomllib.loads(file.read_text("utf-8-sig"))
        except (OSError, ValueError) as error:
            raise MonitorError(f"{file}: cannot be read ({error}); `monitor check` tells what would be right") from error
        for named in (*topic.get("subtopic", ()), topic):  # a topic's own name before that of a subtopic with its id
            names[named.get("id", "")] = dict(named.get("title", {}))
    return names


ACCESS = "access.yaml"
"""Beside the snapshot: who may read it, as Datasette's `allow` and `plugins`. Nothing that we write; docs/deploy.md shows it."""


def _with_access(metadata: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The metadata with what ACCESS says. Raises MonitorError where that cannot be read: not to know is no reason to let in."""
    file = folder / ACCESS
    if not file.exists():
        return metadata
    from datasette.utils import BadMetadataError, parse_metadata  # see publish

    try:
        said = parse_metadata(file.read_text("utf-8"))
    except (BadMetadataError, OSError, UnicodeError) as error:
        raise MonitorError(f"{file}: cannot be read ({error}); write it as docs/deploy.md shows") from error
    if not isinstance(said, dict) or set(said) - {"allow", "plugins"}:
        raise MonitorError(f"{file}: has allow and plugins, and nothing else; write it as docs/deploy.md shows")
    return {**metadata, **said, "plugins": {**said.get("plugins", {}), **metadata["plugins"]}}


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _renew(file: Path, content: bytes) -> None:
    """A file of the folder, swapped in whole where it is another than before: a site that is up reads its templates meanwhile."""
    if file.is_file() and file.read_bytes() == content:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(file) as out:
        out.write(content)

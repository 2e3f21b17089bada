"""Makes the public folder from the vault, and serves it with Datasette on this machine. Writes that folder; opens one port."""

from __future__ import annotations

import asyncio
import csv
import errno
import json
import shutil
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn

from monitor.errors import MonitorError
from monitor.store import snapshot

App = Callable[[Any, Any, Any], Awaitable[None]]

SNAPSHOT = "public.db"
SHIPPED = Path(__file__).resolve().parents[2] / "data"
"""The newsroom's folder that comes with the program: its site and its regions serve a folder that has none of its own."""
WORTH_OPENING = ("/", "/public/coverage?_q=повестками", "/public/gaps")
PORTS = 20
"""How many ports are tried, one after the other."""


def publish(vault: Path, folder: Path, *, withhold: Callable[[str], str] | None = None) -> bool:
    """Builds public.db in `folder` from the vault, swapped in whole; False where the vault has not changed since that was made.

    It has whole texts, for the newsroom; with `withhold`, which takes private names out of a text, it is the public edition.

    A folder without a site of its own is given one, so that `datasette serve FOLDER` works wherever this package is installed.
    Raises StoreError where the vault cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / SNAPSHOT
    is_new = snapshot(vault, target, withhold=withhold)
    if not (folder / "site").is_dir():
        # Datasette takes half a second to import: not for who has no need of it.
        from monitor.publish.site import inspect, read_metadata

        for part in ("templates", "static"):
            shutil.copytree(SHIPPED / "site" / part, folder / part, dirs_exist_ok=True)
        shutil.copy(SHIPPED / "site" / "settings.json", folder)
        _write_json(folder / "metadata.json", read_metadata(SHIPPED / "site" / "metadata.yaml", _regions(folder)))
        _write_json(folder / "inspect-data.json", inspect(target))
    return is_new


def serve(folder: Path, *, host: str = "127.0.0.1", port: int = 8001) -> None:
    """Serves the snapshot in `folder` until it is stopped, at `port` or the next free one, and prints three addresses to open.

    A newer snapshot that is swapped in is served from the next request on.
    Raises MonitorError where there is no snapshot, or no port can be had.
    """
    from monitor.publish.site import read_metadata, site  # see publish

    target = folder / SNAPSHOT
    if not target.is_file():
        raise MonitorError(f"{target}: no snapshot here; `monitor publish` makes one")
    place = folder / "site" if (folder / "site").is_dir() else SHIPPED / "site"
    settings = json.loads((place / "settings.json").read_text("utf-8"))
    metadata = read_metadata(place / "metadata.yaml", _regions(folder))
    app = Newest(target, lambda: site(target, place, metadata, settings))
    with _listener(host, port) as listener:
        at = listener.getsockname()[1]
        if at != port:
            print(f"Port {port} is in use: serving on {at} instead.")
        print(*(f"http://{host}:{at}{path}" for path in WORTH_OPENING), sep="\n", flush=True)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        try:
            asyncio.run(server.serve(sockets=[listener]))
        except KeyboardInterrupt:
            print("Stopped.")


class Newest:
    """An ASGI application: what `make` gives, made anew when the file is another one than before."""

    def __init__(self, file: Path, make: Callable[[], App]) -> None:
        self._file, self._make = file, make
        self._served = _identity(file)
        self._app = make()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Nothing is awaited before the new one stands, so two requests do not both make it.
        found = _identity(self._file)
        if found not in {self._served, None}:
            self._app, self._served = self._make(), found
        await self._app(scope, receive, send)


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


def _regions(folder: Path) -> dict[str, dict[str, str]]:
    """The federal subjects by ISO code: their names, and their places on the tile map."""
    own = folder / "regions.csv"
    with (own if own.is_file() else SHIPPED / "regions.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["iso"]: {name: row[name] for name in ("en", "ru", "uk", "column", "row")} for row in csv.DictReader(file)}


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")

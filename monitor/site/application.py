"""The site over one snapshot, as an ASGI application: Datasette with our metadata, templates and counts. Reads the snapshot."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.site.parameters import DATABASE
from monitor.site.responses import App, Receive, Scope, Send
from monitor.vault import open_reader


def inspect(snapshot: Path) -> dict[str, Any]:
    """Hash, size and row counts of the snapshot, as `datasette serve --inspect-file` takes them: what it says of itself.

    Datasette shows the hash and compares it with nothing: that of the description serves, and no gigabytes are read for it.
    """
    with open_reader(snapshot) as reader:
        description = reader.description()
        tables = {name: {"count": rows} for name, rows in reader.counts().items()}
    digest = hashlib.sha256(json.dumps(description).encode()).hexdigest()
    # Its name alone: Datasette looks for it in the folder that it serves.
    return {DATABASE: {"hash": digest, "size": snapshot.stat().st_size, "file": snapshot.name, "tables": tables}}


class _Shared(dict[str, Any]):
    """A part of the metadata that nobody changes: Datasette copies all of it for each table that a page names."""

    def __deepcopy__(self, _: object) -> _Shared:
        return self


def _shared(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata, of which what plugins are told and the queries are not copied again and again."""
    plugins = {name: _Shared(said) if isinstance(said, dict) else said for name, said in metadata.get("plugins", {}).items()}
    databases = {
        name: {**said, "queries": _Shared(said["queries"])} if "queries" in said else said
        for name, said in metadata.get("databases", {}).items()
    }
    return {**metadata, "plugins": plugins, "databases": databases}


class Site:
    """The site over one snapshot, as an ASGI application."""

    def __init__(self, datasette: Any) -> None:
        self._datasette = datasette
        self._app: App = datasette.app()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def open(self) -> None:
        """Have each thread open the file now: one that opened it later could open another that was swapped in meanwhile."""
        threads = self._datasette.setting("num_sql_threads")
        together = threading.Barrier(threads)  # or the first would do it again for the others

        def read(connection: Any) -> None:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            together.wait(timeout=30)

        database = self._datasette.get_database(DATABASE)
        await asyncio.gather(*(database.execute_fn(read) for _ in range(threads)))

    async def close(self) -> None:
        """Let go of the file and the threads, once no request is on its way; a file that was replaced fills the disk else."""

        def end(_: object) -> None:
            raise SystemExit  # which ends the thread: Datasette has no way to end the one that writes its list of tables

        await self._datasette.get_database("_internal").execute_write_fn(end, block=False)
        self._datasette.executor.shutdown(wait=False)
        for database in self._datasette.databases.values():
            database.close()


def site(snapshot: Path, folder: Path, metadata: dict[str, Any], settings: dict[str, Any], *, secret: str | None = None) -> Site:
    """The site over one snapshot; `folder` holds its templates/ and static/. `secret` signs cookies: None for one of its own."""
    from datasette import handle_exception
    from datasette.app import Datasette  # not above: it loads the plugin, which knows this module

    # Where it finds rich, Datasette prints every wrong address with all values at hand: seconds of work for whoever asks.
    handle_exception.rich = None
    return Site(
        Datasette(
            [],
            immutables=[str(snapshot)],
            inspect_data=inspect(snapshot),
            metadata=_shared(metadata),
            settings=settings,
            template_dir=str(folder / "templates"),
            static_mounts=[("static", str((folder / "static").resolve()))],
            secret=secret,
        )
    )

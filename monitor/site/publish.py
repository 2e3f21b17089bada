"""Makes the folder that is served: the snapshot of the vault, and the site beside it. Writes that folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from monitor.errors import MonitorError, StoreError
from monitor.export.export import atomic_file
from monitor.newsroom.digests import digests
from monitor.newsroom.shipped import SHIPPED
from monitor.snapshot import snapshot
from monitor.vault import open_reader

SNAPSHOT = "public.db"


def publish(
    vault: Path,
    folder: Path,
    *,
    withhold: Callable[[str], str] | None = None,
    data: Path | None = None,
    named: Path | None = None,
    newsroom: Mapping[str, str] | None = None,
) -> bool:
    """Builds public.db in `folder` from the vault, swapped in whole; False where the vault has not changed since that was made.

    `data` is the newsroom's folder, which names regions and topics; `folder` where it is not said. `named` is the vault
    that pages name, where `vault` is a copy of it, and `newsroom` the digests by which that stood; else those of `data`.
    It has whole texts, for the newsroom; with `withhold`, which takes private names out of a text, it is the public edition.

    A folder without a site of its own is given one, so that `datasette serve FOLDER` works wherever this package is installed.
    Raises StoreError where the vault cannot be read, MonitorError where whole texts would take the place of a public edition.
    """
    target = folder / SNAPSHOT
    if withhold is None and _is_public_edition(target):
        raise MonitorError(f"{target}: is the public edition, for everybody: give --profile public, or a DIR of its own")
    by = digests(data) if data and newsroom is None else newsroom
    is_new = snapshot(vault, target, withhold=withhold, newsroom=by, named=named)
    if not (folder / "site").is_dir():
        # Datasette takes half a second to import: not for who has no need of it.
        from monitor.site.application import inspect
        from monitor.site.metadata import metadata_of

        source = SHIPPED / "site"
        for file in (source / "settings.json", *source.glob("templates/*"), *source.glob("static/*")):
            _renew(folder / file.relative_to(source), file.read_bytes())
        _renew(folder / "metadata.json", _as_json(metadata_of(source, data or folder, folder)))
        _renew(folder / "inspect-data.json", _as_json(inspect(target)))
    return is_new


def _is_public_edition(target: Path) -> bool:
    try:
        with open_reader(target) as reader:
            return reader.description().get("profile") == "public"
    except StoreError:
        return False  # there is none, or no snapshot


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _renew(file: Path, content: bytes) -> None:
    """A file of the folder, swapped in whole where it is another than before: a site that is up reads its templates meanwhile."""
    if file.is_file() and file.read_bytes() == content:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(file) as out:
        out.write(content)

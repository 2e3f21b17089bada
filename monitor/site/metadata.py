"""What Datasette is told of a site: its tables and queries, what regions and topics are called, who may read it. Reads files."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasette.utils import BadMetadataError, parse_metadata

from monitor.errors import MonitorError
from monitor.newsroom.searches import read_searches
from monitor.newsroom.shipped import SHIPPED
from monitor.site.parameters import DATABASE

Names = Mapping[str, Mapping[str, str]]
"""What things are called: en, ru and uk by code or id."""


def read_metadata(
    path: Path, regions: Names, topics: Names | None = None, towns: Names | None = None, searches: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Datasette's metadata from a file of the site.

    In it, for this plugin: tables and queries as that file has them, regions by ISO code, topics by id, towns by language, region
    and English name, saved searches by id, the labels of columns.toml and the words of glossary.toml beside that file.
    """
    metadata: dict[str, Any] = parse_metadata(path.read_text("utf-8"))
    labels, glossary = path.with_name("columns.toml"), path.with_name("glossary.toml")
    public = metadata.get("databases", {}).get(DATABASE, {})
    ours = {
        "description": metadata.get("description", ""),
        "regions": dict(regions),
        "topics": dict(topics or {}),
        "towns": dict(towns or {}),
        "searches": dict(searches or {}),
        "glossary": tomllib.loads(glossary.read_text("utf-8")) if glossary.exists() else {},
        "columns": tomllib.loads(labels.read_text("utf-8")) if labels.exists() else {},
        **{kind: public.get(kind, {}) for kind in ("tables", "queries")},
    }
    # Explanations, and tables of which only the title is told, are the plugin's alone: Datasette copies its metadata for each
    # table that a page names.
    tables = {name: {key: value for key, value in table.items() if key != "columns"} for name, table in ours["tables"].items()}
    tables = {name: table for name, table in tables.items() if table.keys() - {"title"}}
    shown = {**metadata, "databases": {**metadata.get("databases", {}), DATABASE: {**public, "tables": tables}}}
    return {**shown, "plugins": {**metadata.get("plugins", {}), "povestka": ours}}


def metadata_of(place: Path, data: Path, folder: Path, *, notes: Path | None = None) -> dict[str, Any]:
    """Datasette's metadata of the site in `place`, with the names of the newsroom's folder; `folder` says who may read it, and
    `notes` where the marks of its readers are, if any are offered (`monitor.site.marks`).
    """
    metadata = _with_access(
        read_metadata(place / "metadata.yaml", _regions(data), _topics(data), _towns(data), _searches(data)), folder
    )
    if notes:
        metadata["plugins"]["povestka"]["notes"] = str(notes)
    return metadata


def _regions(folder: Path) -> dict[str, dict[str, str]]:
    """The federal subjects by ISO code: their names, and their places on the tile map."""
    own = folder / "regions.csv"
    with (own if own.is_file() else SHIPPED / "regions.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["iso"]: {name: row[name] for name in ("en", "ru", "uk", "column", "row")} for row in csv.DictReader(file)}


def _towns(folder: Path) -> dict[str, dict[str, str]]:
    """What towns are called in other languages than English, by their region and English name."""
    own = folder / "towns.csv"
    with (own if own.is_file() else SHIPPED / "towns.csv").open(encoding="utf-8-sig", newline="") as file:
        return {"ru": {f"{row['iso']} {row['en']}": row["ru"] for row in csv.DictReader(file)}}


def _searches(folder: Path) -> dict[str, Any]:
    """Saved searches by id: titles and query. Raises MonitorError where one is wrong; `monitor check` tells all that is."""
    file = folder / "searches.toml"
    if not file.is_file():
        return {}
    try:
        searches, faults = read_searches(tomllib.loads(file.read_text("utf-8-sig")))
    except (OSError, ValueError) as error:
        raise MonitorError(f"{file}: cannot be read ({error}); `monitor check` tells what would be right") from error
    if faults:
        raise MonitorError(f"{file}: {': '.join(faults[0])}; `monitor check` tells the line, and all else that is wrong")
    return {search.id: {"title": dict(search.title), "query": search.query} for search in searches}


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


_PLUGIN = re.compile(r"[a-z0-9_-]+")
ACCESS = "access.yaml"
"""Beside the snapshot: who may read it, as Datasette's `allow` and `plugins`. Nothing that we write; docs/deploy.md shows it."""


def _with_access(metadata: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The metadata with what ACCESS says. Raises MonitorError where that cannot be read: not to know is no reason to let in."""
    file = folder / ACCESS
    if not file.exists():
        return metadata
    try:
        settings = parse_metadata(file.read_text("utf-8"))
    except (BadMetadataError, OSError, UnicodeError) as error:
        raise MonitorError(f"{file}: cannot be read ({error}); write it as docs/deploy.md shows") from error
    if not isinstance(settings, dict) or set(settings) - {"allow", "plugins"}:
        raise MonitorError(f"{file}: has allow and plugins, and nothing else; write it as docs/deploy.md shows")
    plugins = settings.get("plugins", {})
    ours = {**metadata["plugins"]["povestka"], "scripts": _scripts(file, plugins.get("povestka", {}))}
    return {**metadata, **settings, "plugins": {**plugins, **metadata["plugins"], "povestka": ours}}


def _scripts(file: Path, settings: Any) -> list[str]:
    """The plugins whose scripts may run. Raises MonitorError where they are no names: what is not understood is not let in."""
    names = settings.get("scripts", []) if isinstance(settings, dict) and set(settings) <= {"scripts"} else None
    if not isinstance(names, list) or not all(isinstance(name, str) and _PLUGIN.fullmatch(name) for name in names):
        raise MonitorError(
            f"{file}: plugins.povestka has scripts alone, a list of names of plugins; write it as docs/api.md shows"
        )
    return names

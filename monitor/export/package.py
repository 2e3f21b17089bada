"""All views of one state, a folder that explains itself: a Frictionless data package. Reads the database, writes the folder.

https://datapackage.org/profiles/data-package/v1/: what is read by programs, whatever wrote it.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from monitor.errors import MonitorError, UsageError
from monitor.export.export import NOT_OF_ARTICLES, ExportRequest, check, conditions_of, type_of, with_present_ids, write_view
from monitor.export.words import NONE, ViewWords, Words
from monitor.vault import open_reader
from monitor.vault.connection import stamp
from monitor.vault.reader import Reader
from monitor.vault.views import LISTS, TABLES, VIEWS

ALL = "all"
"""What stands for every view, where one is named."""
DESCRIPTOR = "datapackage.json"
DUCKDB = "load.sql"
"""Beside CSV: makes the tables in DuckDB with their types; it would else guess, a `first` of yes and no as a truth value."""

PRIMARY_KEYS = {
    "coverage": ("article",), "near_misses": ("article", "topic"), "skipped": ("fetch",), "ledger": ("outlet", "hour"),
    "ways": ("article", "way"), "telegram_gaps": ("source", "state", "lowest"),
    "stories": ("story",), "story_articles": ("article",), "who_first": ("story", "outlet"), "origins": ("story", "number"),
    "story_events": ("number",), "speakers": ("speaker_id",), "versions": ("article", "revision"),
    "edits": ("article", "revision", "number"), "absences": ("article", "noticed"), "rechecks": ("article",),
    "rereadings": ("number",), "texts": ("article",), "copies": ("a", "b"),
}  # fmt: skip
"""What tells the rows of a view apart. The others have no key: an article may say a thing twice."""
_TO_COVERAGE = ("copy_of", "first_article", "from_article", "alike_article", "claim_article", "target", "a", "b")
"""Columns that name another article of the coverage; where a request chooses articles, it may be none of these."""
_TO_SPEAKERS = ("speaker_id", "claimed_by_id")

_TYPES = {"text": "string", "time": "datetime", "int": "integer", "float": "number", "list": "string"}
_DUCKDB = {"text": "VARCHAR", "time": "TIMESTAMPTZ", "int": "BIGINT", "float": "DOUBLE", "list": "VARCHAR"}
_MEDIA = {
    "csv": "text/csv", "jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def export_all(
    database: Path,
    request: ExportRequest,
    folder: Path,
    *,
    timeout: float = math.inf,
    newsroom: Mapping[str, str] | None = None,
    words: Words | None = None,
) -> dict[str, int]:
    """Writes every view of the vault or snapshot, as all stood at one moment, into `folder`; the rows of each view are returned.

    What `request` asks for holds of each view that knows it; its own view is ignored. The folder appears under its name only when
    it is whole: VIEW.FORMAT of each view, and `datapackage.json`, which tells their types, keys and columns, the state and what
    may be missing. Raises UsageError for what cannot be asked, and for a folder that has something in it; else what
    `export` raises.
    """
    request = replace(request, view="coverage")
    check(request)
    if request.profile != "machine":
        raise UsageError("--for excel is for one file that a person opens: leave it out, or say --format xlsx")
    with open_reader(database) as reader, reader.one_state(), _whole_folder(folder) as part:
        request = with_present_ids(reader, request)
        resources, about, counts = [], dict[str, Any](), {}
        left_out = _left_out(reader, request)
        for view in (*VIEWS, *TABLES):
            if view in left_out:
                continue
            of_view = _narrowed(request, view)
            file = part / f"{view}.{request.kind}"
            with file.open("xb") as out:
                written_manifest = write_view(
                    reader, of_view, check(of_view), out, timeout=timeout, newsroom=newsroom, words=words
                )
                os.fsync(out.fileno())
            counts[view] = written_manifest["rows"]
            about = about or {**{name: written_manifest[name] for name in _SHARED}, "left_out": left_out}
            resources.append(_resource(reader.key(view), request, file.name, written_manifest, (words or {}).get(view, NONE)))
        (part / DESCRIPTOR).write_text(_as_json(_descriptor(request, about, resources)), encoding="utf-8")
        if request.kind == "csv":
            (part / DUCKDB).write_text("".join(_table(resource) for resource in resources), encoding="utf-8")
    return counts


_SHARED = (
    "program",
    "commit",
    "code",
    "newsroom",
    "state",
    "gaps",
    "unseen_hours",
    "fictional",
    "clock",
    "from",
    "to",
    "query",
    "as_of",
)


def _left_out(reader: Reader, request: ExportRequest) -> dict[str, str]:
    """The views that cannot be asked, by name, with the reason."""
    if request.query and not reader.is_vault:
        return {"near_misses": "a query cannot be asked of them here: the snapshot has no texts of near misses"}
    return {}


def _narrowed(request: ExportRequest, view: str) -> ExportRequest:
    """The request for one view: without what says nothing of it."""
    only = tuple((name, value) for name, value in request.only if name in conditions_of(view))
    if view in NOT_OF_ARTICLES:
        return replace(request, view=view, only=only, since=None, until=None, query=None)
    return replace(request, view=view, only=only)


def _narrows(request: ExportRequest) -> bool:
    """Whether a request chooses articles."""
    return bool(request.only or request.since or request.until or request.query)


def _descriptor(request: ExportRequest, about: Mapping[str, Any], resources: list[dict[str, Any]]) -> dict[str, Any]:
    state = {name: value for name, value in about["state"].items() if name != "content"}
    conditions = [f"{name} {value}" for name, value in request.only]
    conditions += [f"{name} {about[name]}" for name in ("query", "clock", "from", "to") if about[name]]
    day = str(state["newest_fetch"] or "")[:10]
    return {
        "profile": "tabular-data-package" if request.kind == "csv" else "data-package",
        "name": "povestka",
        "title": f"Povestka, all views as of {day or 'an empty database'}" + (f": {', '.join(conditions)}" if conditions else ""),
        "created": stamp(datetime.now(UTC)),
        "resources": resources,
        "povestka": {**about, "state": state, "only": [{name: value} for name, value in request.only]},
    }


def _resource(
    key: str, request: ExportRequest, name: str, written_manifest: Mapping[str, Any], words: ViewWords
) -> dict[str, Any]:
    view = written_manifest["view"]
    columns = tuple(written_manifest["columns"])
    schema: dict[str, Any] = {"fields": [_field(column, request.kind, words) for column in columns], "missingValues": [""]}
    if view in PRIMARY_KEYS:
        schema["primaryKey"] = list(PRIMARY_KEYS[view])
    if keys := list(_foreign_keys(view, columns, key, narrows=_narrows(request))):
        schema["foreignKeys"] = keys
    resource = {
        "name": view,
        "path": name,
        "profile": "tabular-data-resource" if request.kind == "csv" else "data-resource",
        "title": words.title or view,
        "description": words.description,
        "format": request.kind,
        "mediatype": _MEDIA[request.kind],
        "bytes": written_manifest["bytes"],
        "hash": f"sha256:{written_manifest['sha256']}",
        "rows": written_manifest["rows"],
        "only": written_manifest["only"],
        "schema": schema,
    }
    if request.kind in ("csv", "jsonl"):
        resource["encoding"] = "utf-8"
    return {name: value for name, value in resource.items() if value not in ("", [])}


def _field(column: str, kind: str, words: ViewWords) -> dict[str, Any]:
    type_ = "array" if column in LISTS and kind in ("jsonl", "parquet") else _TYPES[type_of(column)]
    description = words.columns.get(column, "")
    if column in LISTS and type_ == "string":
        description = f"{description} [a; b]".strip()
    field = {"name": column, "type": type_, "title": words.heads.get(column, ""), "description": description}
    return {name: value for name, value in field.items() if value}


def _foreign_keys(view: str, columns: tuple[str, ...], key: str, *, narrows: bool) -> Iterator[dict[str, Any]]:
    if key in columns and key == "article" and view not in ("coverage", "near_misses"):
        yield _foreign_key("article", "coverage", "article")
    if "story" in columns and view != "stories":
        yield _foreign_key("story", "stories", "story")
    if view == "edits":
        yield _foreign_key(("article", "revision"), "versions", ("article", "revision"))
    for column in _TO_SPEAKERS if view != "speakers" else ():
        if column in columns:
            yield _foreign_key(column, "speakers", "speaker_id")
    for column in _TO_COVERAGE if not narrows else ():
        if column in columns:
            # An empty resource is, in this specification, the same one.
            yield _foreign_key(column, "coverage" if view != "coverage" else "", "article")


def _foreign_key(columns: str | tuple[str, ...], view: str, to: str | tuple[str, ...]) -> dict[str, Any]:
    return {"fields": columns, "reference": {"resource": view, "fields": to}}


def _table(resource: Mapping[str, Any]) -> str:
    """SQL of DuckDB that makes a table of a CSV file, with the types that its columns have whatever is in them."""
    columns = ", ".join(f"'{field['name']}': '{_DUCKDB[type_of(field['name'])]}'" for field in resource["schema"]["fields"])
    path = resource["path"]
    return f"CREATE TABLE {resource['name']} AS FROM read_csv('{path}', header = true, columns = {{{columns}}});\n"


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


@contextmanager
def _whole_folder(folder: Path) -> Iterator[Path]:
    """A folder beside `folder` that takes its name when everything in it is there, and goes when anything fails."""
    target = Path(os.path.realpath(folder))
    if os.path.lexists(target) and not (target.is_dir() and not any(target.iterdir())):
        raise UsageError(f"{folder}: is there and not empty; name a new folder for the export")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        part.mkdir()
        yield part
        part.replace(target)  # rename(2): an empty folder of that name gives way
    except OSError as error:
        raise MonitorError(
            f"{folder}: cannot be written: {error.strerror}; make room, or name a folder where you may write"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)

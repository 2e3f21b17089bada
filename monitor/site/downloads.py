"""Exports as downloads: the same files as `monitor export` makes. Reads the snapshot; writes into a given folder."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from monitor.errors import SlowError, UsageError
from monitor.export.export import CONDITIONS, ExportRequest, export
from monitor.export.formats import KINDS
from monitor.export.package import ALL, DESCRIPTOR, export_all
from monitor.site import language, zones
from monitor.site.values import day
from monitor.site.words import view_words

EXPORTS = rf"/-/export/(?:(?P<view>\w+)\.(?P<kind>{'|'.join(KINDS)})(?P<manifest>\.manifest\.json)?|(?P<all>{ALL})\.zip)$"
"""Addresses of exports: /-/export/coverage.csv?for=excel&locale=ru&from=2026-05-11&to=2026-05-17&clock=published&query=...; and
/-/export/all.zip, every view as CSV in a folder with a datapackage.json."""

ZIP = "zip"

TIMEOUT = 120
"""Seconds that an export may look for its first row, and for each next one. In that time a query by outlet or region examines a
million articles, one that reads texts about 400,000. Writing the rows is not limited."""

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8", "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP: "application/zip",
}  # fmt: skip
"""What a download is, by its ending."""

_UNFIT = re.compile(r"[^\w-]+|_")
_NOT_ASCII = re.compile(r"[^ -~]+")
_OPTIONS = {"for": "profile", "locale": "locale", "clock": "clock", "from": "since", "to": "until", "query": "query"}
"""The parameters, named like the options of `monitor export`, and the fields of ExportRequest that they set."""


def parse_export_request(view: str, kind: str, pairs: Sequence[tuple[str, str]]) -> ExportRequest:
    """The ExportRequest of an address's parameters; empty ones are ignored. Raises UsageError for a parameter that is not
    valid, BadRequest for a day that is none.
    """
    asked = {name: value for name, value in pairs if name not in {*CONDITIONS, language.PARAMETER, zones.PARAMETER}}
    unknown = asked.keys() - _OPTIONS.keys()
    if unknown:
        raise UsageError(
            "no option {unknown}; there is {known}", unknown=", ".join(sorted(unknown)), known=", ".join([*_OPTIONS, *CONDITIONS])
        )
    given = {_OPTIONS[name]: value.strip() for name, value in asked.items() if value.strip()}
    days = {name: day(given.pop(name)) for name in ("since", "until") if name in given}
    only = tuple((name, value.strip()) for name, value in pairs if name in CONDITIONS and value.strip())
    return ExportRequest(view, kind, **given, **days, only=only)  # type: ignore[arg-type] # the names are those of _OPTIONS


def make(snapshot: Path, request: ExportRequest, folder: Path) -> tuple[Path, Path]:
    """Write the export and its manifest into `folder` and return both paths. Raises what `export` does."""
    if request.query and request.view == "near_misses":
        raise UsageError("the site has no texts of {view} to ask; ask the vault, with `monitor export`", view=request.view)
    words = view_words("ru" if request.locale == "ru" else "en")
    file = folder / f"rows.{request.kind}"
    try:
        if request.kind == ZIP:
            return _zipped(snapshot, request, folder)
        export(snapshot, request, file, timeout=TIMEOUT, words=words)
    except SlowError as error:
        raise UsageError(
            "nothing was found in {seconds} seconds of reading, and the site looks no longer: name days, or a word that the"
            " articles have, or use `monitor export`, which reads them all",
            seconds=TIMEOUT,
        ) from error
    manifest = file.with_name(f"{file.name}.manifest.json")
    return file.rename(folder / f"{_name(request, json.loads(manifest.read_text('utf-8')))}.{request.kind}"), manifest


def _zipped(snapshot: Path, request: ExportRequest, folder: Path) -> tuple[Path, Path]:
    """Every view in one archive, and the package's descriptor."""
    export_all(snapshot, replace(request, kind="csv"), folder / ALL, timeout=TIMEOUT, words=view_words())
    descriptor = folder / ALL / DESCRIPTOR
    name = _name(request, json.loads(descriptor.read_text("utf-8"))["povestka"])
    file = folder / f"{name}.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in sorted((folder / ALL).iterdir()):
            archive.write(member, f"{name}/{member.name}")
    return file, descriptor


def _name(request: ExportRequest, manifest: Mapping[str, Any]) -> str:
    """The file's name without its ending: view, query and conditions, days, and the day of the newest request in the data."""
    newest_fetch, only = manifest["state"]["newest_fetch"], [value for one in manifest["only"] for value in one.values()]
    days = [day.isoformat() for day in (request.since, request.until) if day]
    asked = [value for value in (request.query, *only) if value]
    parts = [request.view, *(_UNFIT.sub("-", value).strip("-")[:40] for value in asked), *days]
    return "_".join([*(part for part in parts if part), f"as-of-{(newest_fetch or '')[:10] or 'nothing'}"])


def disposition(name: str) -> str:
    """The header that names a download: RFC 6266, with the name in UTF-8 (RFC 8187) beside one in ASCII for old programs."""
    plain = _NOT_ASCII.sub("-", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"

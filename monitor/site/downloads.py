"""Exports asked for by a web address: the files that the command line makes. Reads the snapshot; writes into a folder given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from monitor.errors import SlowError, UsageError
from monitor.export.export import CONDITIONS, ExportRequest, export
from monitor.export.formats import KINDS

EXPORTS = rf"/-/export/(?P<view>\w+)\.(?P<kind>{'|'.join(KINDS)})(?P<manifest>\.manifest\.json)?$"
"""Addresses of exports: /-/export/coverage.csv?for=excel&locale=ru&from=2026-05-11&to=2026-05-17&clock=published&query=..."""

PATIENCE = 120
"""Seconds that an export may look for its first row, and for each next one. A query of what is known of an article (its outlet,
its region) has asked a million in that time; one that has to read texts some 400,000. Rows that come take what they take."""

_OPTIONS = {"for": "profile", "locale": "locale", "clock": "clock", "from": "since", "to": "until", "query": "query"}
"""Parameters, named as the options of `monitor export`, and the fields of the order that they are."""


def order_of(view: str, kind: str, pairs: Sequence[tuple[str, str]]) -> ExportRequest:
    """The order that an address makes; a parameter that is empty is none. Raises UsageError for one that it cannot be."""
    asked = {name: value for name, value in pairs if name not in CONDITIONS}
    unknown = asked.keys() - _OPTIONS.keys()
    if unknown:
        raise UsageError(
            "no option {unknown}; there is {known}", unknown=", ".join(sorted(unknown)), known=", ".join([*_OPTIONS, *CONDITIONS])
        )
    given = {_OPTIONS[name]: value.strip() for name, value in asked.items() if value.strip()}
    days = {name: _day(given.pop(name)) for name in ("since", "until") if name in given}
    only = tuple((name, value.strip()) for name, value in pairs if name in CONDITIONS and value.strip())
    return ExportRequest(view, kind, **given, **days, only=only)  # type: ignore[arg-type] # the names are those of _OPTIONS


def make(snapshot: Path, order: ExportRequest, folder: Path) -> tuple[Path, Path]:
    """The export and its manifest, in `folder`. Raises what `export` does."""
    if order.query and order.view == "near_misses":
        raise UsageError("the site has no texts of {view} to ask; ask the vault, with `monitor export`", view=order.view)
    period = "-".join(day.isoformat() for day in (order.since, order.until) if day)
    file = folder / f"{order.view}{f'-{period}' if period else ''}.{order.kind}"
    try:
        export(snapshot, order, file, patience=PATIENCE)
    except SlowError as error:
        raise UsageError(
            "nothing was found in {patience} seconds of reading, and the site looks no longer: name days, or a word that the"
            " articles have, or use `monitor export`, which reads them all",
            patience=PATIENCE,
        ) from error
    return file, file.with_name(f"{file.name}.manifest.json")


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise UsageError("{value} is no day; write it as 2026-05-18", value=said) from error

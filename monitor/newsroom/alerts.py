"""Alerts: data/alerts.toml, parsed by the catalogue, to records, with every fault in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.errors import QueryError
from monitor.judge import compile_query
from monitor.model import Alert

ABOUT = ("article", "spread", "gap", "edit", "removal")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TARGET = re.compile(r"\$[A-Za-z_]\w*|atom:[\w-]+\.xml")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_QUIET = re.compile(rf"{_TIME.pattern}-{_TIME.pattern}")


def read_alerts(
    spec: Mapping[str, object], searches: Mapping[str, str] | None = None
) -> tuple[tuple[Alert, ...], list[tuple[str, str]]]:
    """The alerts that are right, and what is wrong with the others: pairs of a field, as `alert[2].query`, and what about it.

    `searches` are the queries of the saved searches that an alert may name, by id.
    """
    faults = [(key, "is nothing that this file has; each alert is an [[alert]]") for key in spec if key != "alert"]
    tables = spec.get("alert", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return (), [*faults, ("alert", "is no list of tables; write [[alert]] above each")]
    found: dict[str, Alert] = {}
    for number, table in enumerate(tables, start=1):
        wrong = _faults(table, found, searches or {})
        faults += [(f"alert[{number}].{field}", what) for field, what in wrong]
        if not wrong:
            found[table["id"]] = _alert(table, searches or {})
    return tuple(found.values()), faults


def _alert(table: Mapping[str, Any], searches: Mapping[str, str]) -> Alert:
    given = {key: table[key] for key in ("id", "about", "query", "outlets", "zone") if key in table}
    if "search" in table:
        given["query"] = searches[table["search"]]
    if "digest" in table:
        given["digest"] = time.fromisoformat(table["digest"])
    if "quiet" in table:
        given["quiet"] = tuple(map(time.fromisoformat, table["quiet"].split("-")))
    return Alert(to=tuple(table["to"]), **given)


def _faults(table: Mapping[str, Any], known: Mapping[str, Alert], searches: Mapping[str, str]) -> list[tuple[str, str]]:
    checks: dict[str, tuple[Callable[[Any], bool], str]] = {
        "id": (_matches(_ID), "is no id; use lower-case letters, digits and hyphens"),
        "about": (ABOUT.__contains__, f"is none of {', '.join(ABOUT)}"),
        "to": (_are_targets, "is no list of targets; $NAME is an Apprise address in the environment, atom:FILE.xml a feed"),
        "query": (lambda value: isinstance(value, str), "is no text in quotes"),
        "search": (lambda value: value in searches, "is the id of no search in searches.toml"),
        "outlets": (lambda value: type(value) is int and value >= 2, "is no whole number from 2 up"),
        "digest": (_matches(_TIME), 'is no time; write it as "08:00"'),
        "quiet": (_matches(_QUIET), 'is no span of the day; write it as "22:00-07:00"'),
        "zone": (_is_zone, "is no time zone of the IANA database; such as Europe/Riga"),
    }
    faults = [(key, f"is no field of an alert; there are {', '.join(checks)}") for key in table if key not in checks]
    faults += [(key, "is missing") for key in ("id", "about", "to") if key not in table]
    faults += [(key, f"{table[key]!r} {what}") for key, (fits, what) in checks.items() if key in table and not fits(table[key])]
    if faults:
        return faults
    if table["id"] in known:
        faults.append(("id", f"{table['id']!r} is an earlier alert's id too; each has its own"))
    if "outlets" in table and table["about"] != "spread":
        faults.append(("outlets", 'is for about = "spread" alone'))
    if table["about"] == "gap":
        faults += [(key, "cannot be asked of a gap, which has no text") for key in ("query", "search") if table.get(key)]
    if "search" in table and "query" in table:
        faults.append(("search", "has a query of its own; leave out the one or the other"))
    if table.get("query"):
        try:
            compile_query(table["query"])
        except QueryError as error:
            faults.append(("query", f"at character {error.start + 1}: {error}"))
    return faults


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _are_targets(value: Any) -> bool:
    # An address of a channel has its password in it: the file is shared, the environment is not.
    return isinstance(value, list) and bool(value) and all(isinstance(to, str) and _TARGET.fullmatch(to) for to in value)


def _is_zone(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(ZoneInfo(value).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False

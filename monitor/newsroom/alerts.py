"""Alerts: data/alerts.toml, parsed by the catalogue, to records, with every fault in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Set
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.errors import QueryError
from monitor.judge.query import compile_query
from monitor.model import Alert
from monitor.model.newsroom import SLUG
from monitor.newsroom.names import key_of, near

ABOUT = ("article", "spread", "gap", "edit", "removal", "brief")
_UNASKED = {
    "gap": "cannot be asked of a gap, which has no text",
    "brief": "cannot be asked of a brief, which is of all that is new",
}
_SCOPE = ("region", "topic")
"""Fields that narrow a brief; `monitor brief` has options of these names."""
_SHOWN = 12
_NO_TARGETS = (
    "is no list of targets; write $NAME for an Apprise address, which stands in the environment alone (it has a password in it"
    " and is not repeated here), atom:FILE.xml for a feed"
)
"""Without what stands there: whoever writes the address itself would find its password in a log."""
_TARGET = re.compile(r"\$[A-Za-z_]\w*|atom:[\w-]+\.xml")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_QUIET = re.compile(rf"{_TIME.pattern}-{_TIME.pattern}")


def read_alerts(
    spec: Mapping[str, object],
    searches: Mapping[str, str | None] | None = None,
    names: Mapping[str, Mapping[str, Collection[str]]] | None = None,
) -> tuple[tuple[Alert, ...], list[tuple[str, str]]]:
    """The alerts that are right, and what is wrong with the others: pairs of a field, as `alert[2].query`, and what about it.

    `searches` are the queries of the saved searches that an alert may name, by id: None of one with a fault; None in place of
    all where they cannot be read. An alert that names such a search is not among the right ones, and has no fault by that.
    `names` are the names, by key, of each `region` and `topic` that a brief may be of; without it any is right.
    """
    faults = [(key, "is nothing that this file has; each alert is an [[alert]]") for key in spec if key != "alert"]
    tables = spec.get("alert", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return (), [*faults, ("alert", "is no list of tables; write [[alert]] above each")]
    found = []
    ids: set[object] = set()
    for number, table in enumerate(tables, start=1):
        wrong = _faults(table, ids, searches) + _faults_of_scope(table, names or {})
        faults += [(f"alert[{number}].{field}", what) for field, what in wrong]
        ids.add(str(table.get("id")))
        query = (searches or {}).get(table["search"]) if "search" in table and not wrong else table.get("query", "")
        if not wrong and query is not None:
            found.append(_alert(table, query, names or {}))
    return tuple(found), faults


def _alert(table: Mapping[str, Any], query: str, names: Mapping[str, Mapping[str, Collection[str]]]) -> Alert:
    given = {key: table[key] for key in ("id", "title", "about", "outlets", "zone") if key in table}
    if "digest" in table:
        given["digest"] = time.fromisoformat(table["digest"])
    if "quiet" in table:
        given["quiet"] = tuple(map(time.fromisoformat, table["quiet"].split("-")))
    keys: dict[str, Any] = {key: key_of(table[key], names[key]) if key in names else table[key] for key in _SCOPE if key in table}
    scope = ", ".join(next(iter(names.get(name, {}).get(key, ())), key) for name, key in keys.items())
    return Alert(to=tuple(table["to"]), query=query, scope=scope, **given, **keys)


def _faults_of_scope(table: Mapping[str, Any], names: Mapping[str, Mapping[str, Collection[str]]]) -> list[tuple[str, str]]:
    """What is wrong with the region and the topic of a brief."""
    faults = []
    for key, value in ((key, table[key]) for key in _SCOPE if key in table):
        if not isinstance(value, str) or not value.strip():
            faults.append((key, f"{value!r} is no text in quotes"))
        elif table.get("about") != "brief":
            faults.append((key, 'is for about = "brief" alone; others have a query'))
        elif key in names and not key_of(value, names[key]):
            known = near(value, names[key]) or sorted(names[key])[:_SHOWN]
            faults.append((key, f"there is no {value}; there is {', '.join(known)}"))
    return faults


def _faults(table: Mapping[str, Any], ids: Set[object], searches: Mapping[str, str | None] | None) -> list[tuple[str, str]]:
    checks: dict[str, tuple[Callable[[Any], bool], str]] = {
        "id": (_matches(SLUG), "is no id; use lower-case letters, digits and hyphens"),
        "title": (_is_line, "is no line of text in quotes"),
        "about": (ABOUT.__contains__, f"is none of {', '.join(ABOUT)}"),
        "to": (_are_targets, _NO_TARGETS),
        "query": (lambda value: isinstance(value, str), "is no text in quotes"),
        "search": (
            lambda value: isinstance(value, str) and (searches is None or value in searches),
            "is the id of no search in searches.toml",
        ),
        "outlets": (lambda value: type(value) is int and value >= 2, "is no whole number from 2 up"),
        "digest": (_matches(_TIME), 'is no time; write it as "08:00"'),
        "quiet": (_matches(_QUIET), 'is no span of the day; write it as "22:00-07:00"'),
        **dict.fromkeys(_SCOPE, (lambda _: True, "")),
        "zone": (_is_zone, "is no time zone of the IANA database; such as Europe/Riga"),
    }
    faults = [(key, f"is no field of an alert; there are {', '.join(checks)}") for key in table if key not in checks]
    faults += [(key, "is missing") for key in ("id", "about", "to") if key not in table]
    sound = {key: value for key, value in table.items() if key in checks and checks[key][0](value)}
    for key, (_, what) in checks.items():
        if key in table and key not in sound:
            faults.append((key, what if key == "to" else f"{table[key]!r} {what}"))
    if sound.get("id") in ids:
        faults.append(("id", f"{table['id']!r} is an earlier alert's id too; each has its own"))
    if "outlets" in table and sound.get("about", "spread") != "spread":
        faults.append(("outlets", 'is for about = "spread" alone'))
    if sound.get("about") in _UNASKED:
        faults += [(key, _UNASKED[sound["about"]]) for key in ("query", "search") if table.get(key)]
    if "search" in table and "query" in table:
        faults.append(("search", "has a query of its own; leave out the one or the other"))
    if sound.get("query"):
        try:
            compile_query(table["query"])
        except QueryError as error:
            faults.append(("query", f"at character {error.start + 1}: {error}"))
    return faults


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def _are_targets(value: Any) -> bool:
    # An address of a channel has its password in it: the file is shared, the environment is not.
    return isinstance(value, list) and bool(value) and all(isinstance(to, str) and _TARGET.fullmatch(to) for to in value)


def _is_zone(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(ZoneInfo(value).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False

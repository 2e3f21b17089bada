"""Saved searches: data/searches.toml, parsed by the catalogue, to records, with every fault in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from monitor.errors import QueryError
from monitor.judge.query import compile_query
from monitor.model import SavedSearch
from monitor.model.newsroom import SLUG

LANGUAGES = ("en", "ru")
"""Of titles: those that the site speaks."""


def read_searches(spec: Mapping[str, object]) -> tuple[tuple[SavedSearch, ...], list[tuple[str, str]]]:
    """The searches that are right, and what is wrong with others: pairs of a field, as `search[2].query`, and what about it."""
    faults = [(key, "is nothing that this file has; each search is a [[search]]") for key in spec if key != "search"]
    tables = spec.get("search", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return (), [*faults, ("search", "is no list of tables; write [[search]] above each")]
    found = []
    ids: set[object] = set()
    for number, table in enumerate(tables, start=1):
        wrong = _faults(table, ids)
        faults += [(f"search[{number}].{field}", what) for field, what in wrong]
        ids.add(str(table.get("id")))
        if not wrong:
            found.append(SavedSearch(table["id"], _titles(table["title"]), table["query"]))
    return tuple(found), faults


def search_ids(spec: Mapping[str, object]) -> set[str]:
    """The ids of all searches, also of those with a fault."""
    tables = spec.get("search", [])
    return {str(table.get("id")) for table in tables if isinstance(table, dict)} if isinstance(tables, list) else set()


def _titles(value: str | Mapping[str, str]) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else dict(value)


def _faults(table: Mapping[str, Any], ids: Set[object]) -> list[tuple[str, str]]:
    fields = ("id", "title", "query")
    faults = [(key, f"is no field of a search; there are {', '.join(fields)}") for key in table if key not in fields]
    faults += [(key, "is missing") for key in fields if key not in table]
    id_, title, query = (table.get(field) for field in fields)
    if "id" in table and not (isinstance(id_, str) and SLUG.fullmatch(id_)):
        faults.append(("id", f"{id_!r} is no id; use lower-case letters, digits and hyphens"))
    elif id_ in ids:
        faults.append(("id", f"{id_!r} is an earlier search's id too; each has its own"))
    if "title" in table and not _is_title(title):
        faults.append(("title", 'is no title; write "..." or { en = "...", ru = "..." }'))
    if not isinstance(query, str) or not query.strip():
        return [*faults, ("query", "is no text in quotes, in the topic language")] if "query" in table else faults
    try:
        compile_query(query)
    except QueryError as error:
        faults.append(("query", f"at character {error.start + 1}: {error}"))
    return faults


def _is_title(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return (
        isinstance(value, dict)
        and set(value) == set(LANGUAGES)
        and all(isinstance(one, str) and one.strip() for one in value.values())
    )

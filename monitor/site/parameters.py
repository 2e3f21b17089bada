"""What the address of a page asks for: whether it can be answered, days of a clock, the export that has the same rows.

Knows how Datasette reads an address, and asks it for the columns of a table; touches nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote_to_bytes, urlencode

from datasette.utils import tilde_decode, urlsafe_components
from datasette.utils.asgi import BadRequest, NotFound

from monitor.vault.reader import CLOCKS

DATABASE = "public"
"""The snapshot's name in every address: /public/coverage."""
DEFAULT_CLOCK = "published"
"""Of days that name none: the tables are in the order of this one."""
NOT_FOUND = "not_found"
"""In the metadata of a question about one thing: what a reader is told where there is no such thing."""
LONGEST = 16 * 1024
"""Bytes of an address: a query of 2,700 letters of Cyrillic, each six bytes as percent-encoding writes it."""

_TABLE = re.compile(rf"/{DATABASE}/([^/.]+)(?:\.\w+)?")
_NUMBER = re.compile("[0-9]{1,9}")
_YES_OR_NO = ("on", "off", "true", "false", "1", "0", "t", "f", "yes", "no")
_WORDS: Mapping[str, Sequence[str]] = {
    "_shape": ("arrays", "objects", "array", "object", "arrayfirst"),
    "_clock": CLOCKS,
    "_json_infinity": _YES_OR_NO,
}
_COLUMNS = frozenset(
    {"_sort", "_sort_desc", "_facet", "_facet_array", "_facet_date", "_col", "_nocol", "_label", "_filter_column"}
)
"""Parameters whose value is a column's name."""


class NoSuchThing(NotFound):
    """What a question is about is not there; the message says so."""


async def check(scope: Mapping[str, Any], datasette: Any) -> None:
    """Raises BadRequest, which says what would be right, for an address that cannot be read or asks for what cannot be: Datasette
    would stumble over it, or take it for another."""
    path, query = scope.get("raw_path") or scope["path"].encode(), scope.get("query_string", b"")
    if len(path) + len(query) > LONGEST:
        raise BadRequest(f"The address is longer than {LONGEST} bytes")
    for part in (path, query):
        try:
            said = unquote_to_bytes(part).decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest("The address is not in UTF-8") from error
        if not part.isascii() or "\x00" in said:
            raise BadRequest("The address has a character that no address has")
    arguments = parse_qs(query.decode("ascii"), keep_blank_values=True)
    found = _TABLE.fullmatch(path.decode("ascii"))
    if DATABASE not in datasette.databases:
        return  # a Datasette of somebody else's, where this program is installed too
    table, database = tilde_decode(found[1]) if found else "", datasette.get_database(DATABASE)
    is_table = table and await database.table_exists(table) and not await datasette.get_canned_query(DATABASE, table, None)
    columns = await database.table_columns(table) if is_table else ()
    for name, values in arguments.items():
        for value in values:
            _check(name, value, {*columns, "rowid"} if columns else ())
    if columns and (following := arguments.get("_next", [""])[0]):
        metadata = datasette.table_metadata(DATABASE, table)
        is_sorted = any(arguments.get(f"_{order}", [""])[0] or metadata.get(order) for order in ("sort", "sort_desc"))
        keys = await database.primary_keys(table)
        if len(urlsafe_components(following)) != len(keys or ["rowid"]) + is_sorted:
            raise BadRequest("_next: is no place in this list; begin at its beginning")


def _check(name: str, value: str, columns: Collection[str]) -> None:
    if not value and name.startswith("_") and name not in {"_facet", "_facet_array", "_facet_date", "_through"}:
        return  # an empty field of a form
    if name in {"_size", "_facet_size", "_timelimit", "_ttl"}:
        if not _NUMBER.fullmatch(value) and not (value == "max" and name.endswith("size")):
            raise BadRequest(f"{name}: write a number, as in {name}=50, and not {value}")
    elif name == "_through":
        raise BadRequest(f"{name}: there is no such parameter")
    elif name in {"_from", "_to"}:
        _day(value)
    elif name in _WORDS and value not in _WORDS[name]:
        raise BadRequest(f"{name}: there is no {value}, only {', '.join(_WORDS[name])}")
    elif columns and (name in _COLUMNS or name.startswith(("_facet", "_filter_column"))):
        if name not in _COLUMNS and not re.fullmatch(r"_filter_column_\d+", name):
            raise BadRequest(f"{name}: there is no such parameter")
        _known(name, value, columns)
    elif columns and (not name.startswith("_") or "__" in name):
        column, _, test = name.rpartition("__") if "__" in name else (name, "", "exact")
        _known(name, column, columns)
        _comparable(name, test, value)


def _known(name: str, column: str, columns: Collection[str]) -> None:
    if column not in columns:
        raise BadRequest(f"{name}: there is no column {column}")


def _comparable(name: str, test: str, value: str) -> None:
    """Refuses what Datasette would take for a number or a list, and cannot."""
    if test in {"gt", "gte", "lt", "lte"} and value.isdigit() and not _NUMBER.fullmatch(value):
        raise BadRequest(f"{name}: write a number, as in {name}=50, and not {value}")
    if test in {"in", "notin"} and value.startswith("["):
        try:
            listed = json.loads(value)
        except (ValueError, RecursionError):
            listed = None
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            raise BadRequest(f'{name}: write a list of texts, as in ["a", "b"], or a,b')


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise BadRequest(f"{said} is no day; write it as 2026-05-18") from error


class Days(NamedTuple):
    """Days of UTC, both included, of a clock; an end that is None is open."""

    clock: str
    since: date | None
    until: date | None


def days_of(arguments: Any) -> Days | None:
    """The days that an address names; None where it names none. The clock is there, as `check` has seen."""
    since, until, clock = (arguments.get(name) or "" for name in ("_from", "_to", "_clock"))
    if not (since or until):
        return None
    return Days(clock or DEFAULT_CLOCK, *(_day(day) if day else None for day in (since, until)))


def in_words(days: Days) -> str:
    return f"{days.clock} from {days.since or 'the beginning'} to {days.until or 'now'}, both included"


def conditions(days: Days) -> tuple[list[str], dict[str, str]]:
    """The same as SQL, with its parameters."""
    wheres = [f"{days.clock} >= :first_day"] * bool(days.since) + [f"{days.clock} < :last_day"] * bool(days.until)
    return wheres, {"first_day": str(days.since), "last_day": f"{days.until}T24"}


def by_first_seen(query: str) -> str:
    """The same query string, its rows in the order in which we first saw them."""
    kept = [pair for pair in query.split("&") if pair and not pair.startswith(("_sort_desc=", "_next="))]
    return "&".join([*kept, "_sort_desc=first_seen"])


def first_page(url: str) -> str:
    """The address without its place among the pages: an export begins at the beginning."""
    return re.sub(r"(?<=[?&])_next=[^&]*&?", "", url)


_CONDITIONS = {"outlet": 'outlet:"{}"', "language": "lang:{}", "regions__arraycontains": "region:{}"}


def as_order(arguments: Any) -> str | None:
    """The parameters of an export of what a page of the coverage shows; None where an export cannot ask for the same."""
    terms, order = [], {}
    for name in arguments:
        for value in arguments.getlist(name):
            if name == "_q" and value.strip():
                terms.append(f"({value.strip()})")
            elif name in _CONDITIONS and value and '"' not in value:
                terms.append(_CONDITIONS[name].format(value))
            elif name == "week" and (monday := _monday(value)):
                terms.append(f"date:[{monday} TO {monday + timedelta(days=6)}]")
            elif name in {"_from", "_to", "_clock"}:
                order[name[1:]] = value
            elif name not in {"_q", "_next", "_lang", "_sort", "_sort_desc", "_size", "_facet_size"}:
                return None
    if order:
        order["clock"] = order.get("clock") or DEFAULT_CLOCK  # an export's own is another
    if terms:
        order["query"] = " ".join(terms)
    return urlencode({name: value for name, value in order.items() if value})


def _monday(week: str) -> date | None:
    """The first day of a week that is written as 2026-W21."""
    try:
        return date.fromisoformat(f"{week}-1") if "W" in week else None
    except ValueError:
        return None

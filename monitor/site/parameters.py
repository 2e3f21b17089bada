"""What the address of a page asks for, read once: the table, its rows, their order and form.

Knows how Datasette reads an address, asks it for the columns of a table, and the snapshot for names; touches nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from datasette.utils import tilde_decode, urlsafe_components
from datasette.utils.asgi import BadRequest

from monitor.errors import Message
from monitor.site import zones
from monitor.site.known import COLUMNS, Known, known_names
from monitor.site.language import LANGUAGES, PARAMETER
from monitor.site.values import NUMBER, TIME, check_known, check_one_of, check_query, check_week, day, is_number
from monitor.snapshot.facets import FACETS
from monitor.snapshot.visitors import LONGEST_PATTERN
from monitor.vault.reader import CLOCKS
from monitor.vault.views import ARTICLES, LISTS

DATABASE = "public"
"""The snapshot's name in every address: /public/coverage."""
READ = "povestka.parameters"
"""Where a request's Parameters stand in its scope."""
UTC = "utc"
"""Of days whose address names no zone."""
DEFAULT_CLOCK = "published"
"""Of days that name none: the tables are in the order of this one."""
SAVED = "_saved"
"""The parameter that names a saved search, whose query stands beside it in `_q`."""
ORDER, PAGE = "_order", "_page"
"""The column by which the coverage is in order, the last first where it has a minus, and which page of that it is."""
ORDERED = ("published", "first_seen", "outlet", "language", "week")
"""Columns of the coverage that have an index for their order."""
FORM, SHOWN = "_as", "_show"
"""Whether the coverage stands as a list or as a table, and the columns that the table has."""
LONGEST = 16 * 1024
"""Bytes of an address: a query of 2,700 letters of Cyrillic, each six bytes as percent-encoding writes it."""
MOST_FACETS = 5
"""Columns that one address may have counted: each costs a look at every row."""
SHAPES = ("arrays", "objects", "array")
"""Forms of JSON that a listing has."""

# Fewer than `monitor.match.urls` knows: an export has a `from` of its own.
_SHARERS = frozenset((b"fbclid", b"gclid", b"yclid", b"ysclid", b"_openstat"))
_SHARERS_PREFIX = b"utm_"
_PAGE = re.compile(rf"/{DATABASE}/([^/.]+)(?:\.(\w+))?")
_ROW = re.compile(rf"/{DATABASE}/[^/]+/[^/]+")
_OF_DATABASE = re.compile(rf"/{DATABASE}(?:\.(\w+))?")
_PLAIN: Mapping[str, Collection[str]] = {
    "/": (),
    "/.json": (),
    "/.jsono": (),
    "/-/glossary": (),
    "/-/marks": ("tag",),
    "/-/marks.csv": (),
}
"""Pages that are no tables', and the parameters without an underscore that they take."""
_YES_OR_NO = ("on", "off", "true", "false", "1", "0", "t", "f", "yes", "no")
_ONE_OF: Mapping[str, Collection[str]] = {
    "_shape": ("arrays", "objects", "array", "object", "arrayfirst"),
    "_clock": CLOCKS,
    PARAMETER: LANGUAGES.keys(),
    zones.PARAMETER: zones.ZONES.keys(),
    FORM: ("list", "table"),
    ORDER: tuple(sign + column for column in ORDERED for sign in ("", "-")),
    "_json_infinity": _YES_OR_NO,
}
_FACETS = ("_facet", "_facet_array", "_facet_date")
_COLUMNS = frozenset({"_sort", "_sort_desc", *_FACETS, "_col", "_nocol", "_label", "_filter_column", SHOWN})
"""Parameters whose value is a column's name."""
_LISTED = frozenset({
    "_q", "_next", "_size", "_shape", "_nofacet", "_nocount", "_nosuggest", "_facet_size", "_clock", "_from", "_to",
    SAVED, FORM, SHOWN, ORDER, PAGE, PARAMETER, zones.PARAMETER,
})  # fmt: skip
"""Parameters that a listing answers, beside the facets of its table."""
_ANYWHERE = frozenset({
    "_shape", "_json", "_json_infinity", "_nl", "_stream", "_dl", "_header", "_labels", "_ttl", "_timelimit", "_blob_column",
    "_blob_hash", "_hide_sql", "_show_sql", "_extra", "_size", "_next", "_trace", SAVED, PARAMETER, zones.PARAMETER,
})  # fmt: skip
"""Parameters of Datasette's, and of ours, that a page of any kind may have."""
_OF_TABLES = frozenset({
    *_LISTED, *_COLUMNS, "_sort_by_desc", "_where", "_json", "_bin", "_filter_op", "_filter_value", "_fts_table", "_fts_pk",
})  # fmt: skip
_NUMBERED = re.compile(r"(_filter_(?:column|op|value))_\d+")
_TESTS = (
    "exact", "not", "contains", "endswith", "startswith", "gt", "gte", "lt", "lte", "like", "notlike", "glob", "in", "notin",
    "arraycontains", "arraynotcontains", "date", "isnull", "notnull", "isblank", "notblank",
)  # fmt: skip
"""The tests that Datasette has for a column."""
_OF_NAMES, _OF_LISTS = frozenset({"exact", "not", "in", "notin"}), frozenset({"arraycontains", "arraynotcontains"})
"""Those whose value is a name as it stands, or several; of a column of names, and of one of lists."""
_COMPARES = frozenset({"gt", "gte", "lt", "lte"})
_PATTERNS = frozenset({"contains", "startswith", "endswith", "like", "notlike", "glob"})
_CONTAINS = "__arraycontains"
_EXPORTED = frozenset({"outlet", "language", "week", "story", "copy_group", f"topics{_CONTAINS}", f"regions{_CONTAINS}"})
"""Conditions that an export of the coverage can have too."""


class Days(NamedTuple):
    """Days of a zone (`zones.ZONES`), both included, of a clock; an end that is None is open."""

    clock: str
    since: date | None
    until: date | None
    zone: str = UTC

    def __str__(self) -> str:
        return f"{self.clock} from {self.since or 'the beginning'} to {self.until or 'now'}, both included, {self.zone}"

    @property
    def hours(self) -> tuple[str, str]:
        """The hour with which they begin and the one before which they end, as stored; empty where that end is open."""
        last = self.until
        return (
            zones.begin(self.since, self.zone) if self.since else "",
            "" if not last else f"{last}T24" if last == date.max else zones.begin(last + timedelta(days=1), self.zone),
        )

    def conditions(self) -> tuple[list[str], dict[str, str]]:
        """The same as SQL, with its parameters."""
        wheres = [f"{self.clock} >= :first_hour"] * bool(self.since) + [f"{self.clock} < :last_hour"] * bool(self.until)
        return wheres, dict(zip(("first_hour", "last_hour"), self.hours, strict=True))


@dataclass(frozen=True, slots=True)
class Parameters:
    """An address that can be answered."""

    table: str = ""
    """The table or query of the page; empty for any other page."""
    format: str = ""
    """Empty for a page, else json, csv or atom."""
    pairs: tuple[tuple[str, str], ...] = ()
    """All that stands behind the question mark, decoded, in its order."""
    is_table: bool = False
    query: str = ""
    """In the topic language."""
    days: Days | None = None
    facets: tuple[tuple[str, str], ...] = ()
    """The table's own facets that are chosen, and their values."""
    others: frozenset[str] = field(default=frozenset())
    """Names of what a listing has no answer to: Datasette's to answer."""

    def get(self, name: str) -> str:
        """The first value of a parameter; empty where there is none."""
        return next((value for key, value in self.pairs if key == name), "")

    @property
    def is_of_articles(self) -> bool:
        """Whether the rows of the page are articles."""
        return self.table in ARTICLES

    @property
    def selections(self) -> list[tuple[str, str, str]]:
        """The conditions on columns: name, test, value."""
        found = []
        for name, value in self.pairs:
            if not name.startswith("_") or "__" in name:
                column, _, test = name.rpartition("__") if "__" in name else (name, "", "exact")
                found.append((column, test, value))
        return found

    def address(self, path: str, **changes: str | None) -> str:
        """The path with these parameters, some replaced, or left out where they are None."""
        kept = [(name, value) for name, value in self.pairs if name not in changes]
        pairs = [*kept, *((name, value) for name, value in changes.items() if value is not None)]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def toggled(self, path: str, name: str, value: str) -> str:
        """The first page of the same with one condition more, or without it where it is there."""
        pairs = [pair for pair in self.pairs if pair[0] not in {"_next", PAGE}]
        pairs = [pair for pair in pairs if pair != (name, value)] if (name, value) in pairs else [*pairs, (name, value)]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def of_export(self) -> str | None:
        """The parameters of an export of all rows that the page has a part of; None where an export cannot ask for the same."""
        asked = []
        if self.days and self.days.zone != UTC:
            return None  # an export's days are UTC's
        for name, value in self.pairs:
            if name in _EXPORTED and self.table == "coverage":
                asked.append((name.removesuffix(_CONTAINS).removesuffix("s") if name.endswith(_CONTAINS) else name, value))
            elif name in {"_from", "_to", "_clock"} and value:
                asked.append((name[1:], value))
            elif name not in {*_LISTED, "_sort", "_sort_desc"}:
                return None
        if self.days and not self.get("_clock"):
            asked.append(("clock", DEFAULT_CLOCK))  # an export's own is another
        if self.query and self.table != "coverage":
            return None  # a snapshot has no other texts
        return urlencode([*asked, *([("query", self.query)] if self.query else [])])


def facet_name(facet: str) -> str:
    """The parameter that chooses a value of a facet."""
    return f"{facet}{_CONTAINS}" if facet in LISTS else facet


def without_sharers(query: bytes) -> bytes:
    """The query string without what networks and senders of mail add to a link that is shared."""
    pairs = query.split(b"&")
    kept = [pair for pair in pairs if not _is_sharers(pair.partition(b"=")[0].lower())]
    return b"&".join(kept) if len(kept) < len(pairs) else query


def _is_sharers(name: bytes) -> bool:
    return name in _SHARERS or name.startswith(_SHARERS_PREFIX)


def table_of(path: str) -> str:
    """The table or query whose page stands at a path; empty for any other page."""
    found = _PAGE.fullmatch(path)
    return tilde_decode(found[1]) if found else ""


async def read(scope: Mapping[str, Any], datasette: Any, config: Mapping[str, Any]) -> Parameters:
    """The parameters of a request.

    Raises BadRequest, which says what would be right, for an address that cannot be read or asks for what cannot be: Datasette
    would stumble over it, take it for another, or give it all the time that there is.
    """
    path, query = scope.get("raw_path") or scope["path"].encode(), scope.get("query_string", b"")
    if len(path) + len(query) > LONGEST:
        raise BadRequest(Message("The address is longer than {bytes} bytes", bytes=LONGEST))
    for part in (path, query):
        try:
            text = unquote_to_bytes(part).decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest("The address is not in UTF-8") from error
        if not part.isascii() or "\x00" in text:
            raise BadRequest("The address has a character that no address has")
    if DATABASE not in datasette.databases:
        return Parameters()  # a Datasette of somebody else's, where this program is installed too
    try:
        pairs = tuple(parse_qsl(query.decode("ascii"), keep_blank_values=True, max_num_fields=200))
    except ValueError as error:
        raise BadRequest("The address has more than 200 parameters") from error
    found = _PAGE.fullmatch(path.decode("ascii"))
    table, database = table_of(path.decode("ascii")), datasette.get_database(DATABASE)
    is_table = bool(table) and table not in config.get("queries", {}) and await database.table_exists(table)
    details = await database.table_column_details(table) if is_table else []
    columns = {"rowid": "INTEGER", **{column.name: column.type for column in details}} if is_table else {}
    names = await known_names(database, config)
    plain = _plain_names(scope["path"], pairs)
    for name, value in pairs:
        _check_name(name, plain, is_table=is_table)
        _check(name, value, columns, names)
    await check_query(pairs, config.get("queries", {}).get(table), names, database)
    if sum(name in _FACETS for name, _ in pairs) > MOST_FACETS:
        raise BadRequest(Message("More than {most} facets; leave some out", most=MOST_FACETS))
    parameters = _parameters(table, (found and found[2]) or "", pairs, is_table=is_table)
    _check_limits(parameters, datasette)
    if is_table:
        about = config.get("tables", {}).get(table, {})
        _check_columns(parameters, about, columns, await database.primary_keys(table))
    return parameters


def _parameters(table: str, format_: str, pairs: tuple[tuple[str, str], ...], *, is_table: bool) -> Parameters:
    given = dict(reversed(pairs))  # of several the first
    of_articles, facets, others = table in ARTICLES, [], set()
    for name, value in pairs:
        facet = name.removesuffix(_CONTAINS)
        if facet in FACETS.get(table, {}) and name == facet_name(facet):
            facets.append((facet, value))
        elif name not in _LISTED or (name == "_shape" and value not in {*SHAPES, ""}) or (name == "_nofacet" and not value):
            others.add(name)
    days = None
    if of_articles and (given.get("_from") or given.get("_to")):
        since, until = (given.get(name) or "" for name in ("_from", "_to"))
        first, last = day(since) if since else None, day(until) if until else None
        if first and last and first > last:
            raise BadRequest(Message("the first day, {since}, is later than the last, {until}", since=since, until=until))
        days = Days(given.get("_clock") or DEFAULT_CLOCK, first, last, given.get(zones.PARAMETER) or UTC)
    query = given.get("_q", "").strip() if of_articles else ""
    return Parameters(table, format_, pairs, is_table, query, days, tuple(facets), frozenset(others))


def _plain_names(path: str, pairs: Sequence[tuple[str, str]]) -> Collection[str] | None:
    """The parameters without an underscore that a page takes which is neither a table's nor a query's; None of any other page."""
    if of_database := _OF_DATABASE.fullmatch(path):
        # The form sends what was written for a parameter also when its SQL has it no more.
        if any(name == "sql" for name, _ in pairs):
            return None
        if of_database[1] == "csv":
            raise BadRequest("The list of tables has no CSV; name a table, or write SQL")
        return ()
    return _PLAIN.get(path, () if _ROW.fullmatch(path) else None)


def _check_name(name: str, plain: Collection[str] | None, *, is_table: bool) -> None:
    """Refuses a parameter that no page of that kind answers: it would be taken silently, as if it had been heeded."""
    said = _NUMBERED.sub(r"\1", name)
    if not said.startswith("_") and (plain is None or said in plain):
        return
    if said.startswith("_") and ("__" in said or said in _ANYWHERE or (is_table and said in _OF_TABLES)):
        return
    if is_table and said.startswith(("_facet", "_search")):
        return  # told in words of their own
    raise BadRequest(Message("{name}: there is no such parameter", name=name))


def _check(name: str, value: str, columns: Mapping[str, str], names: Known) -> None:
    if not value and name.startswith("_") and name not in {*_FACETS, "_through"} and not name.startswith("_search"):
        return  # an empty field of a form
    if name in {"_size", "_facet_size", "_timelimit", "_ttl", PAGE}:
        if not NUMBER.fullmatch(value) and not (value == "max" and name.endswith("size")):
            raise BadRequest(Message("{name}: write a number, as in {name}=50, and not {value}", name=name, value=value))
    elif name in {"_through", "_trace"}:
        raise BadRequest(Message("{name}: there is no such parameter", name=name))
    elif name == "_search" or name.startswith("_search_") or name == "_searchmode":
        # Datasette's own finds the exact form alone, where `_q` finds all forms of a word: one address, two answers.
        raise BadRequest(Message("{name}: write _q, which finds every form of a word", name=name))
    elif name in {"_from", "_to"}:
        day(value)
    elif name in _ONE_OF:
        check_one_of(name, value, _ONE_OF[name])
    elif columns:
        _check_condition(name, value, columns, names)


def _check_condition(name: str, value: str, columns: Mapping[str, str], names: Known) -> None:
    if name in _COLUMNS or name.startswith(("_facet", "_filter_column")):
        if name not in _COLUMNS and not re.fullmatch(r"_filter_column_\d+", name):
            raise BadRequest(Message("{name}: there is no such parameter", name=name))
        _check_column(name, value, columns)
    elif not name.startswith("_") or "__" in name:
        column, _, test = name.rpartition("__") if "__" in name else (name, "", "exact")
        _check_column(name, column, columns)
        if test not in _TESTS:
            raise BadRequest(Message("{name}: there is no such parameter", name=name))
        _check_value(name, test, value, column, columns[column])
        # Of a story, `outlets` is how many there are.
        if column in COLUMNS and columns[column] == "TEXT" and test in (_OF_LISTS if column in LISTS else _OF_NAMES):
            several = json.loads(value) if value.startswith("[") else [one.strip() for one in value.split(",")]
            for one in several if test in {"in", "notin"} else [value]:
                check_known(name, COLUMNS[column], one, names)


def _check_column(name: str, column: str, columns: Mapping[str, str]) -> None:
    if column not in columns:
        raise BadRequest(Message("{name}: there is no column {column}", name=name, column=column))


def _check_value(name: str, test: str, value: str, column: str, type_: str) -> None:
    """Refuses what Datasette would take for a number or a list, and cannot, and what no column of that kind has."""
    is_long = test in _COMPARES and value.isdigit() and not NUMBER.fullmatch(value)
    is_other = type_ in {"INTEGER", "REAL"} and test in {"exact", "not", *_COMPARES} and value and not is_number(value)
    if is_long or is_other:
        raise BadRequest(Message("{name}: write a number, as in {name}=50, and not {value}", name=name, value=value))
    if (test == "date" and value) or (column in CLOCKS and test in _COMPARES and not TIME.fullmatch(value)):
        day(value)
    if test in _PATTERNS and len(value.encode()) > LONGEST_PATTERN - 2:  # Datasette puts a % at both ends
        raise BadRequest(Message("{name}: longer than {bytes} bytes", name=name, bytes=LONGEST_PATTERN - 2))
    if column == "week" and test == "exact" and value:
        check_week(name, value)
    if test in {"in", "notin"} and value.startswith("["):
        try:
            listed = json.loads(value)
        except (ValueError, RecursionError):
            listed = None
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            raise BadRequest(Message('{name}: write a list of texts, as in ["a", "b"], or a,b', name=name))


def _check_limits(parameters: Parameters, datasette: Any) -> None:
    most = datasette.setting("max_returned_rows")
    for name in ("_size", "_facet_size"):
        if (size := parameters.get(name)).isdigit() and int(size) > most:
            raise BadRequest(Message("{name}: at most {most}", name=name, most=most))
    if parameters.format == "csv" and parameters.get("_stream") and parameters.get("_next"):
        raise BadRequest("_next: a whole CSV begins at the beginning")


def _check_columns(parameters: Parameters, about: Mapping[str, Any], columns: Collection[str], keys: Collection[str]) -> None:
    """Refuses orders, columns and places in a list that Datasette would refuse in words of its own."""
    orders = {name: parameters.get(name) for name in ("_sort", "_sort_desc")}
    if all(orders.values()):
        raise BadRequest("_sort and _sort_desc: one order at a time")
    sortable = {*about.get("sortable_columns", columns), *keys}
    for name, column in orders.items():
        if column and column not in sortable:
            raise BadRequest(Message("{name}: this table cannot be in the order of {column}", name=name, column=column))
    if kept := [value for name, value in parameters.pairs if name == "_nocol" and value in keys]:
        raise BadRequest(Message("_nocol: {columns} cannot be left out", columns=", ".join(kept)))
    if following := parameters.get("_next"):
        is_sorted = any(orders.values()) or bool(about.get("sort") or about.get("sort_desc"))
        if len(urlsafe_components(following)) != len(keys or ["rowid"]) + is_sorted:
            raise BadRequest("_next: is no place in this list; begin at its beginning")

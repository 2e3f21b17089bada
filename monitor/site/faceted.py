"""The tables with facets: Datasette's own table page, told which rows to show. Knows Datasette; reads the snapshot.

Datasette counts the rows, and those of each facet, anew for each page: seconds a page over a million rows. Here the bitmaps of
the snapshot say which rows a page has, how many there are and how many each facet has; Datasette fetches those few and does the
rest.
Days of a clock are of the same bitmaps. A request that asks for something else (another order, a comparison, SQL) is answered by
Datasette alone, as it would be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode
from weakref import WeakKeyDictionary

from datasette.utils import path_with_replaced_args, tilde_encode, urlsafe_components
from datasette.utils.asgi import Request, Response
from datasette.views.table import TableView
from pyroaring import BitMap

from monitor.errors import QueryError
from monitor.judge import Query
from monitor.site.language import PARAMETER
from monitor.site.parameters import by_first_seen, days_of
from monitor.snapshot.facets import FACETS, KEYS, NEWEST_FIRST, Facets
from monitor.snapshot.newest import newest, newest_found
from monitor.vault import search
from monitor.vault.views import ARTICLES

COUNTED = 5_000
"""Of a search so many articles are counted, the first of its order: more is "more than"."""
ASKED = "povestka.page"
"""Where the page of a request stands in its scope."""

# What shapes an answer and chooses no rows.
_SHAPES = frozenset({
    "_q", "_next", "_size", "_shape", "_nofacet", "_nocount", "_nosuggest", "_labels", "_stream", "_dl", "_header", "_facet_size",
    "_json", "_json_infinity", "_nl", "_ttl", PARAMETER,
})  # fmt: skip
_DAYS = frozenset({"_clock", "_from", "_to"})
_ARRAY = "__arraycontains"
_loaded: WeakKeyDictionary[Any, Facets] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, and what is said of all."""

    rows: tuple[int, ...]
    """One more than the page shows, where there is one."""
    resumed: int | None
    """Where the page is not full and the search has not seen all: the last row that it looked at."""
    counted: BitMap | None
    """The rows that count and facets are of; None on the later pages of a search that has to read texts."""
    is_all: bool
    """Whether there are no more than those."""


class FacetedTable(TableView):
    """Datasette's view of a table, for those of FACETS."""

    async def _data_traced(self, request: Any, default_labels: bool = False, _next: str | None = None, _size: Any = None) -> Any:
        table = request.url_vars["table"]
        database = self.ds.get_database(request.url_vars["database"])
        if self.ds not in _loaded:
            _loaded[self.ds] = await database.execute_fn(Facets.load)
        facets = _loaded[self.ds]
        page = await self._page(request, facets, database, table, _next or request.args.get("_next"), _size)
        if page is None and _is_feed(request, table) and not request.args.get("_sort"):
            request = Request({**request.scope, "query_string": by_first_seen(request.query_string).encode("latin-1")}, None)
        request.scope[ASKED] = page
        answer = await super()._data_traced(request, default_labels, _next, _size)
        if page is None or isinstance(answer, Response):
            return answer
        data = answer[0]
        data["filtered_table_rows_count"] = None if page.counted is None or request.args.get("_nocount") else len(page.counted)
        data["count_truncated"] = not page.is_all
        data["facet_results"].clear()
        if page.counted is not None and not (request.args.get("_nofacet") or request.args.get("_shape") in {"array", "object"}):
            for facet in FACETS[table]:
                data["facet_results"][facet] = self._facet(request, facet, facets.counts(table, facet, page.counted))
        if page.resumed is not None:
            await self._resume(request, data, database, table, page.resumed)
        return answer

    async def _page(
        self, request: Any, facets: Facets, database: Any, table: str, following: str | None, size: Any
    ) -> Page | None:
        """The page that is asked for; None where Datasette alone can answer."""
        asked = _asked(request.args, table, self.ds.table_metadata(database.name, table).get("sort_desc"))
        if asked is None:
            return None
        try:
            wanted = self._size(size or request.args.get("_size"), database.name, table)
            query = search.compiled(request.args["_q"].strip()) if (request.args.get("_q") or "").strip() else None
        except (ValueError, QueryError):
            return None  # Datasette, and the filter of the search, say what is wrong
        within = facets.matching(table, asked)
        if table in ARTICLES and (days := days_of(request.args)):
            within = within & facets.during(table, *days)
        if _is_feed(request, table):
            seen = await database.execute_fn(lambda connection: _seen_last(connection, facets, table, query, within, wanted))
            return Page(tuple(seen), None, None, is_all=False)
        if following is None:
            after = 0
        else:
            keys = urlsafe_components(following)[-len(KEYS[table]) :]
            after = await database.execute_fn(lambda connection: Facets.number(connection, table, keys))
            if not after:
                return None
        if query is None:
            return Page(_rows(within, after, wanted + 1, backwards=table in NEWEST_FIRST), None, within, is_all=True)
        found: Page = await database.execute_fn(lambda connection: _searched(connection, query, within, after, wanted))
        return found

    def _size(self, asked: Any, database: str, table: str) -> int:
        size = asked or self.ds.table_metadata(database, table).get("size") or self.ds.page_size
        return int(self.ds.max_returned_rows if size == "max" else size)

    def _facet(self, request: Any, facet: str, counts: list[tuple[str, int]]) -> dict[str, Any]:
        size = request.args.get("_facet_size", "")
        shown = (
            self.ds.max_returned_rows if size == "max" else int(size) if size.isdigit() else self.ds.setting("default_facet_size")
        )
        name = f"{facet}{_ARRAY}" if facet in {"topics", "regions"} else facet
        asked = [pair for pair in parse_qsl(request.query_string, keep_blank_values=True) if pair[0] != "_next"]
        address = self.ds.absolute_url(request, self.ds.urls.path(request.path))
        results = []
        for value, count in counts[:shown]:
            pair = (name, value)
            following = [other for other in asked if other != pair] if pair in asked else [*asked, pair]
            results.append({
                "value": value, "label": value, "count": count, "selected": pair in asked,
                "toggle_url": f"{address}{'?' if following else ''}{urlencode(following)}",
            })  # fmt: skip
        return {
            "name": facet, "type": "array" if name != facet else "column", "hideable": False, "toggle_url": None,
            "results": results, "truncated": len(counts) > shown,
        }  # fmt: skip

    async def _resume(self, request: Any, data: dict[str, Any], database: Any, table: str, number: int) -> None:
        """A next page for one that is not full: it begins where this one stopped looking."""
        place = await database.execute_fn(lambda connection: Facets.place(connection, table, number))
        data["next"] = ",".join("$null" if value is None else tilde_encode(value) for value in place)
        path = path_with_replaced_args(request, {"_next": data["next"], "_sort_desc": "published"})
        data["next_url"] = self.ds.absolute_url(request, self.ds.urls.path(path))


def _asked(arguments: Mapping[str, Any], table: str, order: str) -> list[tuple[str, str]] | None:
    """The facets that a request names, with their values; None where it asks for anything else but days of the articles."""
    asked = []
    shapes = _SHAPES | _DAYS if table in ARTICLES else _SHAPES
    for name in arguments:
        facet = name.removesuffix(_ARRAY)
        if facet in FACETS[table] and (name != facet) == (facet in {"topics", "regions"}):
            asked += [(facet, value) for value in arguments.getlist(name)]  # type: ignore[attr-defined]
        elif name not in shapes and not (name == "_sort_desc" and arguments[name] == order):
            return None
    return asked


def _is_feed(request: Any, table: str) -> bool:
    return table in ARTICLES and request.url_vars.get("format") == "atom"


def _seen_last(connection: Any, facets: Facets, table: str, query: Query | None, within: BitMap, wanted: int) -> list[int]:
    """The rows of a feed: what we saw last, whatever its declared date."""
    if query is None or table != "coverage":
        return newest(connection, facets, table, within, wanted)
    return newest_found(connection, facets, query, within, wanted)


def _rows(found: BitMap, after: int, count: int, *, backwards: bool = False) -> tuple[int, ...]:
    """So many rows that come after one; all, where it is 0."""
    if not backwards:
        start = found.rank(after)
        return tuple(found[start : start + count])
    end = found.rank(after - 1) if after else len(found)
    return tuple(reversed(found[max(0, end - count) : end]))


def _searched(connection: Any, query: Query, within: BitMap, after: int, size: int) -> Page:
    counted = None
    if query.is_exact or not after:
        counted = search.look(connection, query, within, after=0, wanted=COUNTED + 1)
    if counted is not None and (not after or counted.until is None):
        found = counted
    else:
        found = search.look(connection, query, within, after=after, wanted=size + 1)
    rows = _rows(found.rows, after, size + 1)
    resumed = found.until if len(rows) <= size else None
    if counted is None:
        return Page(rows, resumed, None, is_all=False)
    return Page(rows, resumed, BitMap(counted.rows[:COUNTED]), is_all=counted.until is None and len(counted.rows) <= COUNTED)

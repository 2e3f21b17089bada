"""The pages of tables with facets, in three forms: page, JSON, Atom. Knows Datasette; reads the snapshot.

Datasette counts the rows, and those of each facet, anew for each page: seconds a page over a million rows. Here the bitmaps of
the snapshot say which rows a page has, how many there are and how many each facet has; those few are fetched. A request that asks
for something else (another order, a comparison, CSV) is answered by Datasette, as it would be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from datasette.utils import path_with_replaced_args, tilde_encode, urlsafe_components
from datasette.utils.asgi import BadRequest, Request, Response
from pyroaring import BitMap

from monitor.errors import Message, QueryError
from monitor.judge.query import Query
from monitor.site.access import check_access
from monitor.site.feeds import EVENTS, as_atom
from monitor.site.language import inert
from monitor.site.parameters import DATABASE, ORDER, PAGE, READ, Parameters, facet_name
from monitor.site.searching import compile_query, facets_of, run_search
from monitor.snapshot.facets import FACETS, KEYS, NEWEST_FIRST, OTHERS, Facets
from monitor.snapshot.newest import newest, newest_found, newest_others, ordered
from monitor.vault import search
from monitor.vault.views import LISTS

COUNTED = 5_000
"""Of a search so many articles are counted, the first of its order: more is "more than"."""
SEEN_LAST = {"stories": "first_seen", "speakers": "earliest"}
"""Tables of other things than articles that have a feed, and the clock whose order that is in."""
LISTING = "/-/listing"
"""Where a request goes that a listing answers."""
ASKED = "povestka.asked"
"""Where the path that was asked for stands in its scope."""
REFUSED = "povestka.refused"
"""Where in the scope stands what is wrong with an address, of a request that no listing answers."""


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


def is_listing(parameters: Parameters, about: Mapping[str, Any]) -> bool:
    """Whether a listing has the answer; `about` is what the metadata say of the table."""
    order = parameters.get("_sort_desc")
    others = parameters.others - ({"_sort_desc"} if order in {"", about.get("sort_desc")} else set())
    return (
        parameters.is_table
        and parameters.table in FACETS
        and parameters.format
        in ({"", "json", "atom"} if parameters.is_of_articles or parameters.table in SEEN_LAST else {"", "json"})
        and not others - ({"_sort"} if not parameters.get("_sort") else set())
    )


async def listing(request: Any, datasette: Any, tables: Mapping[str, Any]) -> Response:
    """The answer to a request whose Parameters stand in its scope; `tables` is what the metadata say of each."""
    parameters: Parameters = request.scope[READ]
    # The address that was asked for, and not the one that the request was led to.
    request = Request(request.scope | request.scope[ASKED], None)
    table, database = parameters.table, datasette.get_database(DATABASE)
    await check_access(datasette, request.actor, table)
    facets = await facets_of(datasette)
    about = tables.get(table, {})
    size = _size(parameters, datasette, about)
    try:
        query = await compile_query(datasette, parameters.query) if parameters.query else None
    except QueryError as error:
        if parameters.format:  # a program must not take "no rows" for an answer
            raise BadRequest(Message("_q: {what}", what=error.message)) from error
        wrong = {"query_error": inert(error.message), "query_start": error.start}
        return await _page(request, datasette, parameters, about, wrong)
    within = facets.matching(table, parameters.facets)
    if parameters.days:
        within = within & facets.during(table, parameters.days.clock, *parameters.days.hours)
    if parameters.format == "atom":
        ask = database.execute_fn if query is None else partial(run_search, datasette)
        seen = await ask(lambda connection: _seen_last(connection, facets, table, query, within, size))
        columns, rows = await database.execute_fn(lambda connection: Facets.rows(connection, table, seen))
        return await as_atom(datasette, request, columns, rows)
    after = await database.execute_fn(lambda connection: _after(connection, parameters))
    if query is None:
        found = Page(_rows(within, after, size + 1, backwards=table in NEWEST_FIRST), None, within, is_all=True)
    else:
        found = await run_search(datasette, lambda connection: _searched(connection, query, within, after, size))
    order, page = parameters.get(ORDER), max(int(parameters.get(PAGE) or 1), 1)
    if order and table == "coverage":
        among = within if query is None else found.counted or BitMap()
        in_order = await database.execute_fn(lambda connection: _in_order(connection, order, among, size, page))
        found = Page(tuple(in_order), None, found.counted, found.is_all)
    columns, rows = await database.execute_fn(lambda connection: Facets.rows(connection, table, found.rows[:size]))
    last = found.rows[size - 1] if 0 < size < len(found.rows) else found.resumed
    following = await database.execute_fn(lambda connection: _following(connection, table, last)) if last is not None else None
    onward = {PAGE: str(page + 1)} if order else {"_next": following}
    counts = {}
    if found.counted is not None and not parameters.get("_nofacet") and parameters.get("_shape") != "array":
        shown = _facet_size(parameters, datasette)
        counts = {
            facet: _facet(parameters, datasette, facet, facets.counts(table, facet, found.counted), shown)
            for facet in FACETS[table]
        }
    answer = {
        "database": DATABASE,
        "table": table,
        "columns": list(columns),
        "primary_keys": list(KEYS[table]),
        "rows": rows,
        "filtered_table_rows_count": None if found.counted is None or parameters.get("_nocount") else len(found.counted),
        "count_truncated": not found.is_all,
        "facet_results": counts,
        "next": following,
        "next_url": _address(datasette, parameters, parameters.format, **onward) if following else None,
    }
    if parameters.format == "json":
        return _as_json(answer, parameters)
    answer["rows"] = [dict(zip(columns, row, strict=True)) for row in rows]
    everything = facets.matching(table, ())
    answer["in_no_row"] = [
        (facet, value, [other for other, _ in facets.counts(table, facet, everything)[:OTHERS]])
        for facet, value in parameters.facets
        if not facets.matching(table, [(facet, value)])
    ]
    return await _page(request, datasette, parameters, about, answer)


def _size(parameters: Parameters, datasette: Any, about: Mapping[str, Any]) -> int:
    size = parameters.get("_size") or about.get("size") or datasette.setting("default_page_size")
    return int(datasette.setting("max_returned_rows") if size == "max" else size)


def _facet_size(parameters: Parameters, datasette: Any) -> int:
    size = parameters.get("_facet_size")
    most = datasette.setting("max_returned_rows")
    return int(most if size == "max" else size or datasette.setting("default_facet_size"))


def _address(datasette: Any, parameters: Parameters, format_: str, **changes: str | None) -> str:
    path = f"/{DATABASE}/{parameters.table}{f'.{format_}' if format_ else ''}"
    return str(datasette.urls.path(parameters.address(path, **changes)))


def _facet(parameters: Parameters, datasette: Any, facet: str, counts: Sequence[tuple[str, int]], shown: int) -> dict[str, Any]:
    name, path = facet_name(facet), f"/{DATABASE}/{parameters.table}{f'.{parameters.format}' if parameters.format else ''}"
    results = [
        {
            "value": value, "label": value, "count": count, "selected": (name, value) in parameters.pairs,
            "toggle_url": str(datasette.urls.path(parameters.toggled(path, name, value))),
        }
        for value, count in counts[:shown]
    ]  # fmt: skip
    return {
        "name": facet, "type": "array" if facet in LISTS else "column", "results": results, "truncated": len(counts) > shown,
    }  # fmt: skip


def _as_json(answer: dict[str, Any], parameters: Parameters) -> Response:
    shape, columns = parameters.get("_shape"), answer["columns"]
    if shape in {"objects", "array"}:
        answer["rows"] = [dict(zip(columns, row, strict=True)) for row in answer["rows"]]
    headers = {"link": f'<{answer["next_url"]}>; rel="next"'} if answer["next_url"] else {}
    return Response.json(answer["rows"] if shape == "array" else answer, headers=headers)


async def _page(
    request: Any, datasette: Any, parameters: Parameters, about: Mapping[str, Any], answer: Mapping[str, Any]
) -> Response:
    table = parameters.table
    forms = {
        name: _address(datasette, parameters, name)
        for name in ("json", *(["atom"] if parameters.is_of_articles or table in {*EVENTS, *SEEN_LAST} else []))
    }
    context = {
        "database": DATABASE, "table": table, "metadata": about, "renderers": forms, "selections": parameters.selections,
        "custom_table_templates": [f"_table-table-{DATABASE}-{table}.html"], "filter_columns": answer.get("columns", []),
        "form_hidden_args": [
            (name, value) for name, value in parameters.pairs if name.startswith("_") and "__" not in name and name != "_next"
        ],
        "sorted_facet_results": list(answer.get("facet_results", {}).values()),
        "alternate_url_json": forms["json"],
        "path_with_replaced_args": path_with_replaced_args,
        **answer,
    }  # fmt: skip
    templates = [f"table-{DATABASE}-{table}.html", "table.html"]
    html = await datasette.render_template(templates, context, request=request, view_name="table")
    return Response.html(html, headers={"link": f'<{forms["json"]}>; rel="alternate"; type="application/json+datasette"'})


def _after(connection: Any, parameters: Parameters) -> int:
    """The number of the last row of the page before; 0 for the first page."""
    following = parameters.get("_next")
    if not following:
        return 0
    number = Facets.number(connection, parameters.table, urlsafe_components(following)[-len(KEYS[parameters.table]) :])
    if number is None:
        raise BadRequest("_next: is no place in this list; begin at its beginning")
    return number


def _following(connection: Any, table: str, number: int) -> str:
    """The place of a row, as `_next` names it and Datasette reads it."""
    place = Facets.place(connection, table, number)
    return ",".join("$null" if value is None else tilde_encode(str(value)) for value in place)


def _seen_last(connection: Any, facets: Facets, table: str, query: Query | None, within: BitMap, wanted: int) -> list[int]:
    """The rows of a feed: what we saw last, whatever its declared date."""
    if table in SEEN_LAST:
        return newest_others(connection, table, SEEN_LAST[table], within, wanted)
    if query is None or table != "coverage":
        return newest(connection, facets, table, within, wanted)
    return newest_found(connection, facets, query, within, wanted)


def _in_order(connection: Any, order: str, among: BitMap, size: int, page: int) -> list[int]:
    column = order.removeprefix("-")
    return ordered(connection, column, among, first=(page - 1) * size, wanted=size + 1, last_first=order != column)


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
        counted = search.search_page(connection, query, within, after=0, wanted=COUNTED + 1)
    if counted is not None and (not after or counted.until is None):
        found = counted
    else:
        found = search.search_page(connection, query, within, after=after, wanted=size + 1)
    rows = _rows(found.rows, after, size + 1)
    resumed = found.until if len(rows) <= size else None
    if counted is None:
        return Page(rows, resumed, None, is_all=False)
    return Page(rows, resumed, BitMap(counted.rows[:COUNTED]), is_all=counted.until is None and len(counted.rows) <= COUNTED)

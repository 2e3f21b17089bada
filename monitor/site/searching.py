"""Runs visitors' searches outside the event loop, within time limits. Reads the snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from datasette.utils.asgi import BadRequest
from pyroaring import BitMap

from monitor.errors import Message, QueryError
from monitor.judge.query import Query
from monitor.site.known import config_of, known_names
from monitor.site.limiter import ConcurrencyLimit
from monitor.site.parameters import DATABASE
from monitor.snapshot.facets import Facets
from monitor.vault import search

T = TypeVar("T")

STEP_SECONDS = 5
"""Seconds for one step of a search. Compiling a query takes milliseconds, and its length and depth are limited; this limit is for
the unforeseen. The thread goes on, and the site answers other requests meanwhile."""

COUNT_SECONDS = 0.1
"""Seconds for counting a search's articles by week: about 400,000 by the index alone, 250 where texts must be read. The rest is
not counted, and the page says so.
"""

WAITING = 20
"""How many searches may wait for those that run; further ones get status 503."""

_limits: WeakKeyDictionary[Any, ConcurrencyLimit] = WeakKeyDictionary()
_loaded: WeakKeyDictionary[Any, Facets] = WeakKeyDictionary()


async def facets_of(datasette: Any) -> Facets:
    """The snapshot's bitmaps, loaded once for each snapshot."""
    if datasette not in _loaded:
        _loaded[datasette] = await datasette.get_database(DATABASE).execute_fn(Facets.load)
    return _loaded[datasette]


@dataclass(frozen=True, slots=True)
class WeeksFound:
    """How many articles a search finds, by the ISO week of their declared date."""

    counts: dict[str, int]
    after: str
    """The newest week that was not counted completely; empty where all were."""


async def count_by_week(datasette: Any, text: str) -> WeeksFound:
    """Count a search's articles by week, the newest weeks first, within COUNT_SECONDS. Raises QueryError, BadRequest."""
    query, facets = await compile_query(datasette, text), await facets_of(datasette)
    everything = facets.matching("coverage", ())
    rows, last = await run_search(datasette, lambda connection: _scan(connection, query, everything))
    after = next((week for week, _ in facets.counts("coverage", "week", BitMap([last]))), "") if last else ""
    counts = {week: count for week, count in facets.counts("coverage", "week", rows) if week > after}
    return WeeksFound(counts, after)


def _scan(connection: Any, query: Query, within: BitMap) -> tuple[BitMap, int | None]:
    found, after, end = BitMap(), 0, monotonic() + COUNT_SECONDS
    while True:
        looked = search.search_page(connection, query, within, after=after, wanted=len(within) + 1)
        found |= looked.rows
        if looked.until is None or monotonic() > end:
            return found, looked.until
        after = looked.until


async def run_search(datasette: Any, function: Callable[[Any], T]) -> T:
    """The result of `function(connection)`, which may read texts for seconds.

    One thread with a connection is always left for pages without a search. Raises Busy where too many searches wait.
    """
    at_once = max(1, datasette.setting("num_sql_threads") - 1)
    limit = _limits.setdefault(
        datasette, ConcurrencyLimit(at_once, WAITING, Message("Too many searches are running; ask again in a minute."))
    )
    async with limit.slot():
        found: T = await datasette.get_database(DATABASE).execute_fn(function)
        return found


async def compile_query(datasette: Any, text: str) -> Query:
    """The compiled query. Raises QueryError where it is not valid or names what there is not, BadRequest where compiling takes
    too long."""
    query = await run_in_thread(search.compile_cached, text)
    (await known_names(datasette.get_database(DATABASE), config_of(datasette))).check(query)
    return query


async def check_names(datasette: Any, text: str) -> None:
    """Raises QueryError where a valid query names what there is not; what is wrong with another, who carries it out says."""
    try:
        query = await run_in_thread(search.compile_cached, text)
    except QueryError:
        return
    (await known_names(datasette.get_database(DATABASE), config_of(datasette))).check(query)


async def run_in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """The result of `function(*arguments)`, run in a thread. Raises BadRequest after STEP_SECONDS, and what the function
    raises.
    """
    try:
        async with asyncio.timeout(STEP_SECONDS):
            return await asyncio.to_thread(function, *arguments)
    except TimeoutError as error:
        raise BadRequest("The search takes too long: use fewer words") from error

"""Pages about one thing, such as an outlet or a story: 404 where there is none, a redirect where its address has changed.

A query of the metadata that has NOT_FOUND is such a page; one that has MOVED too knows where a former address leads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import NotFound

from monitor.errors import Message
from monitor.site.known import COLUMNS, known_names
from monitor.site.language import _
from monitor.site.parameters import DATABASE, Parameters
from monitor.site.values import NOT_FOUND, of_sql

THERE = "there"
"""SQL that has a row where there is such a thing; where it is lacking, the query's own has."""
MOVED = "moved"
"""SQL that gives the present name of a thing by a former one."""


class NoSuchThing(NotFound):
    """What a page is about is not there; the message says so."""


async def is_missing(datasette: Any, config: Mapping[str, Any], requested: Parameters) -> bool:
    """Whether the page of one thing is asked for, and there is no such thing."""
    query = config.get("queries", {}).get(requested.table, {})
    named = _named(requested)
    if NOT_FOUND not in query:
        return False
    asked = query.get(THERE, query["sql"])
    if not any(value for name, value in named.items() if name in of_sql(asked)):
        return False
    # A region or a topic that we know is there, though no article is about it yet.
    if any(value in config.get(f"{name}s", {}) for name, value in named.items()):
        return False
    return not (await datasette.get_database(DATABASE).execute(asked, defaultdict(str, named))).rows


async def moved_address(datasette: Any, config: Mapping[str, Any], requested: Parameters) -> str:
    """The address to which a thing that is missing has moved. Raises NoSuchThing where it has not."""
    query, named = config["queries"][requested.table], _named(requested)
    rows = await datasette.get_database(DATABASE).execute(query[MOVED], defaultdict(str, named)) if MOVED in query else None
    found = rows.first() if rows is not None else None
    if found is None:
        raise NoSuchThing(await _with_near(query[NOT_FOUND], datasette, config, named))
    others = [(name, value) for name, value in requested.pairs if name not in found.keys()]  # noqa: SIM118 - of a sqlite3.Row
    path = f"/{DATABASE}/{requested.table}{f'.{requested.format}' if requested.format else ''}"
    return f"{datasette.urls.path(path)}?{urlencode([*dict(found).items(), *others])}"


def _named(requested: Parameters) -> dict[str, str]:
    return {name: value.strip() for name, value in requested.pairs if not name.startswith("_")}


async def _with_near(said: str, datasette: Any, config: Mapping[str, Any], named: Mapping[str, str]) -> Message:
    """What is said of a thing that is not there, with the names that may be meant."""
    names = await known_names(datasette.get_database(DATABASE), config)
    for name, value in named.items():
        if name in COLUMNS and (near := names.near(COLUMNS[name], value)):
            return Message(_("{what} There is {known}"), what=Message(said), known=near)
    return Message(said)

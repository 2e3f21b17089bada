"""The site's Datasette plugin, found through its entry point: its hooks and views. Reads the snapshot alone.

It adds what Datasette leaves out: a content security policy on every answer (`answers`), search in the topic language, cells that
are inert (`shown`), Atom (`feeds`), exports, and `ask`, by which a page runs a question of the metadata (`templates`).
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import BadRequest, Forbidden, NotFound, Response, asgi_send_file
from markupsafe import Markup

from monitor.errors import MonitorError, QueryError, UsageError
from monitor.site.cells import cell
from monitor.site.downloads import EXPORTS, make, order_of
from monitor.site.feeds import as_atom, has_articles
from monitor.site.parameters import DATABASE, NOT_FOUND, conditions, days_of, in_words
from monitor.site.responses import App, Send, answering, refusal
from monitor.site.templates import equip, words_of
from monitor.snapshot.facets import FACETS
from monitor.vault import search
from monitor.vault.views import ARTICLES

logger = logging.getLogger(__name__)

_one_export = asyncio.Semaphore(1)
"""A million rows take a core for some seconds: one at a time leaves the other to the readers of the site."""
_exports = asyncio.Semaphore(4)
"""Exports that are made, wait, or are on their way: each has a file on the disk, for as long as its visitor takes to fetch it."""
DEVELOPERS = r"/-/(patterns|messages|permissions|allow-debug|password-tool)$"
LONGEST_DOWNLOAD = 600
"""Seconds that a visitor may take: a gigabyte at 14 Mbit/s. Who takes none of it would keep a file, and a place, for ever."""


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Headers and a language for every answer."""
    return answering(datasette)


@hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Awaitable[Response]:
    """Pages that say what is wrong."""
    return refusal(datasette, request, exception)


@hookimpl
def forbidden(datasette: Any, request: Any, message: str) -> Awaitable[Response]:
    """The same for what is not for everybody."""
    return refusal(datasette, request, Forbidden(message))


@hookimpl
def prepare_connection(conn: Any) -> None:
    """Gives SQL the topic language, and a limit to what one value may take of the memory."""
    search.register(conn)
    search.limit(conn)


@hookimpl
def filters_from_request(request: Any, database: str, table: str) -> Any:
    """`_q` on the coverage is a query of the topic language: any inflected form finds all of them.

    (It begins with an underscore because Datasette takes every other parameter for a column's name.)
    """
    from datasette.filters import FilterArguments  # not above: Datasette loads this module in the middle of loading itself

    from monitor.site.faceted import ASKED

    of_articles = database == DATABASE and table in ARTICLES
    days = days_of(request.args) if of_articles else None
    text = (request.args.get("_q") or "").strip() if of_articles else ""
    said = [*([in_words(days)] if days else []), *([f"search finds “{text}”"] if text else [])]
    if page := request.scope.get(ASKED):
        return FilterArguments([f"rowid in ({','.join(map(str, page.rows))})"], human_descriptions=said)
    wheres, values = conditions(days) if days else ([], {})
    if table != "coverage" or not text:
        return FilterArguments(wheres, values, said) if days else None
    try:
        query = search.compiled(text)
    except QueryError as error:
        if request.url_vars.get("format"):  # a program must not take "no rows" for an answer
            raise BadRequest(f"_q: {error}") from error
        return FilterArguments(["0"], extra_context={"query_error": str(error), "query_start": error.start})
    if query.fts():  # the index proposes, the query decides
        wheres.append(search.PROPOSED)
    return FilterArguments([*wheres, search.in_snapshot(table)], {**values, "q_fts": query.fts(), "q": text}, said)


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """The home page, tables with facets and questions about one thing, by views of ours; exports; and no page for developers."""
    queries = datasette.metadata("queries", database=DATABASE) or {}
    about_one = [name for name, query in queries.items() if NOT_FOUND in query]
    return [
        (r"/$", home),
        *((rf"/(?P<database>{DATABASE})/(?P<table>{name})(\.(?P<format>\w+))?$", question) for name in about_one),
        (rf"/(?P<database>{DATABASE})/(?P<table>{'|'.join(FACETS)})(\.(?P<format>\w+))?$", faceted),
        (rf"/{DATABASE}/newest\.atom$", as_seen),
        (EXPORTS, download),
        (DEVELOPERS, nothing),
    ]


async def nothing() -> None:
    """A page that is for the developers of Datasette, has scripts and speaks English alone."""
    raise NotFound("for developers")


async def as_seen(datasette: Any) -> Response:
    """The feed of the newest by declared dates is that of the newest that we saw: nothing that is dated back is missed."""
    return Response.redirect(datasette.urls.path(f"/{DATABASE}/newly_seen.atom"))


async def home(request: Any, datasette: Any) -> Any:
    """The home page. Datasette's own view asks of each table whether the visitor may see it, though none is shown: 0.1 s."""
    await datasette.ensure_permissions(request.actor, ["view-instance"])
    page = await datasette.render_template("index.html", {"metadata": datasette.metadata()}, request=request, view_name="index")
    return Response.html(page)


async def faceted(request: Any, datasette: Any, send: Send) -> Any:
    """A table's page that need not be counted."""
    from monitor.site.faceted import FacetedTable  # not above, see filters_from_request

    return await FacetedTable.as_view(datasette)(request, send)


async def question(request: Any, datasette: Any, send: Send) -> Any:
    """The page of one thing."""
    from monitor.site.required_views import Question  # not above, see filters_from_request

    return await Question.as_view(datasette)(request, send)


async def download(request: Any, datasette: Any, send: Send) -> Any:
    """An export of the snapshot, the same file that `monitor export` makes of it, or the manifest of that file."""
    view = request.url_vars["view"]
    permissions = [("view-table", (DATABASE, view)), ("view-database", DATABASE), "view-instance"]
    await datasette.ensure_permissions(request.actor, permissions)
    if _exports.locked():
        busy = words_of(datasette)("Too many exports are being made or fetched just now; ask again in a minute.")
        return Response.text(f"{busy}\n", status=503, headers={"retry-after": "60"})
    try:
        order = order_of(view, request.url_vars["kind"], {name: request.args[name] for name in request.args})
        async with _exports:
            with tempfile.TemporaryDirectory(prefix="povestka-") as folder:
                async with _one_export:
                    path = Path(datasette.get_database(DATABASE).path)
                    file, manifest = await asyncio.to_thread(make, path, order, Path(folder))
                if request.url_vars["manifest"]:
                    return Response.json(json.loads(manifest.read_text("utf-8")))
                async with asyncio.timeout(LONGEST_DOWNLOAD):
                    return await asgi_send_file(send, file, filename=file.name, chunk_size=65_536)
    except TimeoutError:
        logger.warning("an export was not fetched within %s seconds, and was let go", LONGEST_DOWNLOAD)
        return None
    except UsageError as error:
        raise BadRequest(str(error)) from error
    except MonitorError:
        logger.exception("an export failed")  # its words name files of this machine, which are no stranger's business
        said = words_of(datasette)("The export could not be made; the server's log says why.")
        return Response.text(f"{said}\n", status=500)


@hookimpl
def render_cell(row: Any, value: Any, column: str, database: str, datasette: Any) -> Markup | None:
    """Cells that are inert."""
    return cell(row, value, column, datasette.urls.database(database), words_of(datasette))


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Gives the templates what they call."""
    equip(env, datasette)


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    """Atom, beside JSON, of every page whose rows are articles: /public/coverage.atom?outlet=..."""
    return {"extension": "atom", "can_render": has_articles, "render": as_atom}

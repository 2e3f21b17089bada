"""The site's Datasette plugin, found through its entry point: its hooks and views. Reads the snapshot alone.

It adds what Datasette leaves out: a content security policy on every answer and clear refusals (`responses`), tables with facets
in milliseconds (`listing`), search in the topic language, cells that are inert (`cells`), Atom (`feeds`), exports, and `ask`, by
which a page runs a query of the metadata (`templates`).
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import BadRequest, Forbidden, NotFound, Response, asgi_send_file
from markupsafe import Markup

from monitor.errors import Message, MonitorError, QueryError, UsageError
from monitor.export.package import ALL
from monitor.site.access import check_access
from monitor.site.cells import cell
from monitor.site.downloads import EXPORTS, MEDIA_TYPES, ZIP, disposition, make, parse_export_request
from monitor.site.feeds import as_atom, has_feed
from monitor.site.glossary import GLOSSARY, glossary
from monitor.site.home import home
from monitor.site.known import COLUMNS, Known, config_of, known_names
from monitor.site.language import translate
from monitor.site.limiter import Busy
from monitor.site.listing import ASKED, LISTING, REFUSED, listing
from monitor.site.marking import mark, marked
from monitor.site.own_address import set_address
from monitor.site.parameters import DATABASE, READ, Parameters, table_of
from monitor.site.responses import App, Send, refusal, wrap_application
from monitor.site.searching import check_names, compile_query, run_search
from monitor.site.templates import add_template_globals, names_of
from monitor.site.values import check_known, check_week
from monitor.snapshot.visitors import protect
from monitor.vault import search
from monitor.vault.views import TABLES, VIEWS

logger = logging.getLogger(__name__)

_one_export = asyncio.Semaphore(1)
"""A million rows take a core for some seconds: one at a time leaves the other to the readers of the site."""
_exports = asyncio.Semaphore(4)
"""Exports that are made, wait, or are on their way: each has a file on the disk, for as long as its visitor takes to fetch it."""
DEVELOPERS = r"/-/(?!export/|glossary$|login$|logout$|mark$|marks$|marks\.csv$|picture/|static/|static-plugins/|listing$).*"
"""Pages of Datasette and its plugins about themselves: paths of this machine, threads, versions, settings, forms in English."""
LONGEST_DOWNLOAD = 600
"""Seconds that a visitor may take: a gigabyte at 14 Mbit/s. Who takes none of it would keep a file, and a place, for ever."""


MOST_FOUND = 5_000
"""Articles of a search that Datasette may put into an order or a form of its own."""
EXPORT_FAILED = Message("The export could not be made; the server's log says why.")


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Headers and a language for every answer. Raises UsageError where MONITOR_SITE is no address."""
    set_address()
    return wrap_application(datasette)


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
    """Limits to a visitor's SQL.

    No function of ours is offered to that SQL: Python in the middle of a statement is stopped by none of SQLite's limits.
    """
    protect(conn)


@hookimpl
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> Any:
    """Days of a clock and a search, of a table that Datasette answers for itself (see `listing`)."""
    read: Parameters = request.scope.get(READ, Parameters())
    if database != DATABASE or not (read.days or read.query):
        return None
    return lambda: _filters(read, table, datasette)


async def _filters(read: Parameters, table: str, datasette: Any) -> Any:
    from datasette.filters import FilterArguments  # not above: Datasette loads this module in the middle of loading itself

    wheres, values = read.days.conditions() if read.days else ([], {})
    described = [str(read.days)] * bool(read.days)
    if read.query and table == "coverage":
        try:
            query = await compile_query(datasette, read.query)
        except QueryError as error:
            raise BadRequest(Message("_q: {what}", what=error.message)) from error
        rows = await run_search(datasette, lambda conn: search.all_rows(conn, query, MOST_FOUND))
        if rows is None:
            raise BadRequest(
                Message("_q: more than {most} articles to put into another order or form: use an export", most=MOST_FOUND)
            )
        wheres.append("rowid in (select value from json_each(:found))")
        values["found"] = json.dumps(list(rows))
        described.append(f"search finds “{read.query}”")
    return FilterArguments(wheres, values, described)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The home page and the tables with facets, by views of ours; exports; marks; pictures; and no page for developers."""
    return [
        (r"/$", home),
        (rf"{LISTING}$", listed),
        (rf"/{DATABASE}/newest\.atom$", as_seen),
        (EXPORTS, download),
        (rf"{GLOSSARY}$", glossary),
        (r"/-/mark$", mark),
        (r"/-/marks(?P<csv>\.csv)?$", marked),
        (r"/-/picture/(?P<digest>[0-9a-f]{64})\.png$", picture),
        (DEVELOPERS, nothing),
    ]


async def nothing(request: Any) -> Response:
    """Nothing for strangers; to who has a name and a password, which versions serve the site."""
    if request.path != "/-/versions.json" or not request.actor:
        raise NotFound("for developers")
    return Response.json({name: version(name) for name in ("povestka", "datasette", "uvicorn")})


async def as_seen(datasette: Any) -> Response:
    """The feed of the newest by declared dates is that of the newest that we saw: nothing that is dated back is missed."""
    return Response.redirect(datasette.urls.path(f"/{DATABASE}/newly_seen.atom"))


async def picture(request: Any, datasette: Any) -> Response:
    """A picture of a captured page, by its digest; the public edition has none."""
    await check_access(datasette, request.actor, "picture_files")
    digest = f"sha256:{request.url_vars['digest']}"
    found = await datasette.get_database(DATABASE).execute("SELECT png FROM picture_files WHERE digest = ?", [digest])
    if not found.rows:
        raise NotFound("no picture of this digest")
    return Response(found.rows[0]["png"], content_type="image/png")


async def listed(request: Any, datasette: Any) -> Any:
    """A page of a table with facets, or what is wrong with an address, for who may see the table; nothing at its own address."""
    if ASKED not in request.scope:
        raise NotFound("no page")
    if REFUSED in request.scope:
        await check_access(datasette, request.actor, table_of(request.scope[ASKED]["path"]))
        raise request.scope[REFUSED]
    return await listing(request, datasette, config_of(datasette).get("tables", {}))


async def download(request: Any, datasette: Any, send: Send) -> Any:
    """An export of the snapshot, the same file that `monitor export` makes of it, or the manifest of that file."""
    view = request.url_vars["all"] or request.url_vars["view"]
    for table in (*VIEWS, *TABLES) if view == ALL else (view,):
        await check_access(datasette, request.actor, table)
    if _exports.locked():
        raise Busy("Too many exports are being made or fetched; ask again in a minute.")
    try:
        export_request = parse_export_request(view, request.url_vars["kind"] or ZIP, request.scope[READ].pairs)
        names = await known_names(datasette.get_database(DATABASE), config_of(datasette))
        for name, value in export_request.only:
            _check_condition(name, value, names)
        if export_request.query:
            await check_names(datasette, export_request.query)
        async with _exports:
            with tempfile.TemporaryDirectory(prefix="povestka-") as folder:
                async with _one_export:
                    path = Path(datasette.get_database(DATABASE).path)
                    file, manifest = await asyncio.to_thread(make, path, export_request, Path(folder))
                if request.url_vars["manifest"]:
                    return Response.json(json.loads(manifest.read_text("utf-8")))
                async with asyncio.timeout(LONGEST_DOWNLOAD):
                    headers = {"content-disposition": disposition(file.name)}
                    media = MEDIA_TYPES[file.suffix.removeprefix(".")]
                    return await asgi_send_file(send, file, content_type=media, chunk_size=65_536, headers=headers)
    except TimeoutError:
        logger.warning("an export was not fetched within %s seconds, and was let go", LONGEST_DOWNLOAD)
        return None
    except (UsageError, QueryError) as error:
        raise BadRequest(error.message) from error
    except MonitorError:
        logger.exception("an export failed")  # its words name files of this machine, which are no stranger's business
        return Response.text(f"{translate(EXPORT_FAILED)}\n", status=500)


def _check_condition(name: str, value: str, names: Known) -> None:
    """Raises BadRequest for a condition of an export that no article can meet; ids the export itself looks up."""
    if name == "week":
        check_week(name, value)
    elif name in COLUMNS:
        check_known(name, COLUMNS[name], value, names)


@hookimpl
def render_cell(row: Any, value: Any, column: str, database: str, datasette: Any) -> Markup | None:
    """Cells that are inert."""
    return cell(row, value, column, datasette.urls.database(database), names_of(datasette))


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Gives the templates what they call."""
    add_template_globals(env, datasette)


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    """Atom, beside JSON, of every page whose rows are articles: /public/coverage.atom?outlet=..."""
    return {"extension": "atom", "can_render": has_feed, "render": as_atom}

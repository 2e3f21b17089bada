"""The site's Datasette plugin, found through its entry point: with `faceted` all that knows Datasette. Reads the snapshot alone.

It adds what Datasette leaves out: a content security policy on every answer, search in the topic language, cells that are inert,
and `ask`, by which a page runs a canned query of data/site/metadata.yaml.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import tempfile
import threading
import tomllib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from datasette import hookimpl
from datasette.utils import parse_metadata
from datasette.utils.asgi import BadRequest, Response, asgi_send_file
from markupsafe import Markup, escape

from monitor.errors import MonitorError, QueryError, UsageError
from monitor.publish import language
from monitor.publish.addresses import link
from monitor.publish.atom import Entry, atom
from monitor.publish.citation import citations
from monitor.publish.downloads import EXPORTS, make, order_of
from monitor.store import open_reader, search
from monitor.store.facets import FACETS
from monitor.store.reader import CLOCKS
from monitor.store.views import ARTICLES, LISTS

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

DATABASE = "public"
"""The snapshot's name in every address: /public/coverage."""

HEADERS = (
    # No script at all, ours or anybody's: what a crawled text may smuggle in has nothing to run in. https://www.w3.org/TR/CSP3/
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"vary", b"accept-language, cookie"),
    (b"x-content-type-options", b"nosniff"),
    # An outlet must not learn from its log which article the newsroom was reading.
    (b"referrer-policy", b"no-referrer"),
)
ADDRESSES = frozenset({"url", "canonical", "location", "referrer", "home", "feed"})
"""Columns whose http(s) addresses become links; an address anywhere else stays text."""
EPOCH = "1970-01-01T00:00:00+00:00"
"""The date of what has none, in formats that must have one."""
PASSAGE = 240
"""Characters of a text that a search shows."""
LANGUAGES = {"ru": "Russian", "uk": "Ukrainian", "en": "English"}

_one_export = asyncio.Semaphore(1)
"""A million rows take a core for some seconds: one at a time leaves the other to the readers of the site."""
_exports = asyncio.Semaphore(4)
"""Exports that are made, wait, or are on their way: each has a file on the disk, for as long as its visitor takes to fetch it."""
LONGEST_DOWNLOAD = 600
"""Seconds that a visitor may take: a gigabyte at 14 Mbit/s. Who takes none of it would keep a file, and a place, for ever."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\.\d{6}Z")


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    """Puts HEADERS on every answer, errors and files included, and answers in the visitor's language."""
    ours = {name for name, _ in HEADERS}

    def wrap(app: App) -> App:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            chosen = language.asked(scope.get("query_string", b"").decode("latin-1"))
            language.current.set(chosen or language.preferred(dict(scope.get("headers", ()))))
            remembered = [(b"set-cookie", f"{language.PARAMETER}={chosen}; Path=/; SameSite=Lax; HttpOnly".encode())]

            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    others = [pair for pair in message.get("headers", ()) if pair[0].lower() not in ours]
                    message = {**message, "headers": [*others, *HEADERS, *(remembered if chosen else ())]}
                await send(message)

            await app(scope, receive, send_with_headers)

        return wrapped

    return wrap


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

    from monitor.publish.faceted import ASKED

    if database != DATABASE or table not in ARTICLES:
        if page := request.scope.get(ASKED):
            return FilterArguments([f"rowid in ({','.join(map(str, page.rows))})"])
        return None
    days = between(*(request.args.get(name) or "" for name in ("_clock", "_from", "_to")))
    text = (request.args.get("_q") or "").strip()
    searched = [f"search finds “{text}”"] if text else []
    if page := request.scope.get(ASKED):
        return FilterArguments([f"rowid in ({','.join(map(str, page.rows))})"], human_descriptions=searched)
    if table != "coverage" or not text:
        return FilterArguments(*days) if days[0] else None
    try:
        query = search.compiled(text)
    except QueryError as error:
        if request.url_vars.get("format"):  # a program must not take "no rows" for an answer
            raise BadRequest(f"_q: {error}") from error
        return FilterArguments(["0"], extra_context={"query_error": str(error), "query_start": error.start})
    wheres = [search.in_snapshot(table)]
    if query.fts():  # the index proposes, the query decides
        wheres.insert(0, search.PROPOSED)
    return FilterArguments([*days[0], *wheres], {**days[1], "q_fts": query.fts(), "q": text}, [*days[2], *searched])


def between(clock: str, since: str, until: str) -> tuple[list[str], dict[str, str], list[str]]:
    """Conditions, their parameters and their words for days of UTC, both included, of a clock; nothing where no day is named.

    Raises BadRequest for what is no day, or no clock.
    """
    if not (since or until):
        return [], {}, []
    clock = clock or "published"
    if clock not in CLOCKS:
        raise BadRequest(f"_clock: {clock!r} is none of {', '.join(CLOCKS)}")
    try:
        days = [date.fromisoformat(day) if day else None for day in (since, until)]
    except ValueError as error:
        raise BadRequest("_from, _to: write a day as 2026-05-18") from error
    wheres = [f"{clock} >= :first_day"] * bool(days[0]) + [f"{clock} < :last_day"] * bool(days[1])
    said = f"{clock} from {days[0] or 'the beginning'} to {days[1] or 'now'}, both included"
    return wheres, {"first_day": str(days[0]), "last_day": f"{days[1]}T24"}, [said]


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The home page and the tables with facets, by views of ours, and the exports beside Datasette's own pages."""
    return [
        (r"/$", home),
        (rf"/(?P<database>{DATABASE})/(?P<table>{'|'.join(FACETS)})(\.(?P<format>\w+))?$", faceted),
        (EXPORTS, download),
    ]


async def home(request: Any, datasette: Any) -> Any:
    """The home page. Datasette's own view asks of each table whether the visitor may see it, though none is shown: 0.1 s."""
    await datasette.ensure_permissions(request.actor, ["view-instance"])
    page = await datasette.render_template("index.html", {"metadata": datasette.metadata()}, request=request, view_name="index")
    return Response.html(page)


async def faceted(request: Any, datasette: Any, send: Send) -> Any:
    """A table's page that need not be counted."""
    from monitor.publish.faceted import FacetedTable  # not above, see filters_from_request

    return await FacetedTable.as_view(datasette)(request, send)


async def download(request: Any, datasette: Any, send: Send) -> Any:
    """An export of the snapshot, the same file that `monitor export` makes of it, or the manifest of that file."""
    view = request.url_vars["view"]
    permissions = [("view-table", (DATABASE, view)), ("view-database", DATABASE), "view-instance"]
    await datasette.ensure_permissions(request.actor, permissions)
    if _exports.locked():
        busy = "Too many exports are being made or fetched just now; ask again in a minute.\n"
        return Response.text(busy, status=503, headers={"retry-after": "60"})
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
        return Response.text("The export could not be made; the server's log says why.\n", status=500)


@hookimpl
def render_cell(row: Any, value: Any, column: str, database: str, datasette: Any) -> Markup | None:
    """A cell that is inert, with links of ours where its row names an article or copies; None has Datasette escape it."""
    if not isinstance(value, str):
        return None
    here = datasette.urls.database(database)
    if column == "title" and "article" in row.keys():  # noqa: SIM118 - of a sqlite3.Row `in` asks the values
        key = row["article"]
        key = key["value"] if isinstance(key, dict) else key  # where Datasette has put a label beside it
        return Markup('<a href="{}/coverage/{}"><bdi>{}</bdi></a>').format(here, key, value or "(no title)")
    if column == "copy_group" and value:
        return Markup('<a href="{}/who_carried?copy_group={}">who carried it</a>').format(here, quote(value))
    if column in ADDRESSES:
        return address(value)
    if column in LISTS and (items := _items(value)) is not None:
        return Markup('<ul class="plain">{}</ul>').format(Markup().join(Markup("<li>{}").format(item) for item in items))
    if _TIME.fullmatch(value):
        return moment(value)
    if value.startswith(("http://", "https://")):
        return escape(value)  # Datasette would make a link of it
    return None


def _items(cell: str) -> list[object] | None:
    """The items of a list in a cell; None where it is none, as a visitor's own SQL may call it."""
    try:
        found = json.loads(cell)
    except ValueError:
        return None
    return found if isinstance(found, list) else None


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """What the templates of data/site call. Globals, because Datasette gives its error pages no other variables."""

    async def ask(name: str, **parameters: object) -> list[dict[str, object]]:
        query = await datasette.get_canned_query(DATABASE, name, None)
        if query is None:
            raise LookupError(f"a page asks {name!r}, and metadata.yaml has no such query")
        # As on the query's own page, a parameter that is not given is empty.
        rows = await datasette.get_database(DATABASE).execute(query["sql"], defaultdict(str, parameters))
        return [dict(row) for row in rows]

    config = datasette.plugin_config("povestka") or {}
    regions: Mapping[str, Mapping[str, str]] = config.get("regions", {})
    russian: Mapping[str, Any] = config.get("ru", {})

    def translated(text: str) -> str:
        """The site's own words in the visitor's language."""
        return str(russian.get(text, text)) if language.current.get() == "ru" else text

    def counted(count: int, one: str, many: str) -> str:
        """A number with its noun: `one` is the English singular, `many` the plural."""
        forms = russian["plurals"][one] if language.current.get() == "ru" and "plurals" in russian else [one, many]
        return f"{number(count)} {language.plural(count, forms)}"

    async def matched(row: Mapping[str, Any], query: str) -> dict[str, Any]:
        """Where a search finds what it looks for in an article: spans of the title, and of a passage of the text."""
        (text,) = [found["text"] for found in await ask("article_text", article=row["article"])] or [""]
        return matches(row, str(text), query)

    env.globals |= {
        "ask": ask,
        "matched": matched,
        "as_order": as_order,
        "_": translated,
        "counted": counted,
        "lang": language.current.get,
        "languages": language.LANGUAGES,
        "tiles": regions,
        "citations": lambda article: citations(article, language.current.get()),
    }
    env.filters |= {
        "moment": moment,
        "address": address,
        "marked": marked,
        "marked_line": marked_line,
        "spans_of": spans_of,
        "from_json": json.loads,
        "region": lambda code: regions[code][language.current.get()] if code in regions else code,
        "language": lambda code: translated(LANGUAGES.get(code, code or "language unknown")),
        "number": number,
        "minutes_after": minutes_after,
        "duration": duration,
        "first_page": first_page,
    }


@hookimpl
def register_output_renderer() -> dict[str, Any]:
    """Atom, beside JSON, of every page whose rows are articles: /public/coverage.atom?outlet=..."""
    return {"extension": "atom", "can_render": has_articles, "render": as_atom}


def has_articles(columns: Sequence[str]) -> bool:
    return {"article", "outlet", "title", "published"} <= set(columns)


def as_atom(request: Any, columns: Sequence[str], rows: Iterable[Any]) -> Any:
    """The rows of a page as a feed, in its order; 400 where they are no articles."""
    if not has_articles(columns):
        raise BadRequest("Atom is for pages of articles; this one has JSON and CSV")  # of an answer Datasette would make a 200
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    try:
        entries = [
            Entry(
                f"tag:povestka,2026:article/{row['article']}",
                str(row["title"] or "(no title)"),
                datetime.fromisoformat(row.get("first_seen") or row["published"] or EPOCH),
                f"{row['outlet']}. {row.get('subtitle') or ''}".strip(),
                row.get("url") or "",
                row["outlet"],
                datetime.fromisoformat(row["published"]) if row["published"] else None,
            )
            for row in found
        ]
    except (TypeError, ValueError) as error:  # a visitor's own SQL may call anything so
        raise BadRequest("These rows have the names of an article's columns, and are none") from error
    updated = max((entry.updated for entry in entries), default=datetime.fromisoformat(EPOCH))
    about = [value for key in request.args if key == "_q" or key[0] != "_" for value in request.args.getlist(key)]
    title = ": ".join(filter(None, ["Povestka", ", ".join(about)]))
    name = f"tag:povestka,2026:{request.path}?{request.query_string}"
    body = atom(name, title, entries, updated=updated, link=request.url)
    return Response(body.decode(), content_type="application/atom+xml; charset=utf-8")


def number(count: float) -> str:
    """A number with its thousands apart, as the visitor's language writes it."""
    return f"{count:,}".replace(",", "\u00a0" if language.current.get() == "ru" else ",")


def address(url: str) -> Markup:
    """A crawled address as a link that shows its host, where it is http(s); else as text.

    The link tells the outlet nothing of us and lends it nothing; the host comes first and alone, so that `https://known.example@other.example/`
    does not pass for the known one.
    """
    href = link(url)
    if not href:
        return Markup("<bdi>{}</bdi>").format(url)
    parts = urlsplit(href)
    # Percent-encoded: marks that turn the writing direction cannot make the path look like another.
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    shown = path if len(path) <= 60 else path[:59] + "…"
    return Markup('<a class="address" href="{}" rel="noopener noreferrer nofollow"><b>{}</b>{}</a>').format(
        href, parts.hostname, "" if shown == "/" else shown
    )


def moment(time: str | None) -> Markup:
    """A stored time as day and minute of UTC; a dash where there is none, and other text as it stands."""
    match = _TIME.fullmatch(time or "")
    if not match:
        return escape(time or "—")
    return Markup('<time datetime="{}">{} {} UTC</time>').format(time, match[1], match[2])


def matches(row: Mapping[str, Any], text: str, query: str) -> dict[str, Any]:
    """Where a query finds something: `title`, spans of the title; `passage` with its `spans`, around the first of the text."""
    try:
        asked = search.compiled(query.strip())
    except QueryError:
        return {"title": [], "passage": "", "spans": []}
    record = search.record(row["title"], text, row["language"], row["outlet"], None, row["regions"], row["published"])
    reasons = asked.matches(record) or ()
    spans = {field: [span for span in map(asdict, reasons) if span["field"] == field] for field in ("title", "text")}
    if not spans["text"]:
        return {"title": spans["title"], "passage": "", "spans": []}
    at = max(0, spans["text"][0]["start"] - PASSAGE // 3)
    start = text.find(" ", at) + 1 if at else 0
    end = start + PASSAGE
    inside = [span | {"start": span["start"] - start, "end": span["end"] - start} for span in spans["text"] if span["end"] <= end]
    return {"title": spans["title"], "passage": text[start:end].replace("\n", " "), "spans": inside}


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
            elif name == "week" and value:
                monday = date.fromisocalendar(int(value[:4]), int(value[6:]), 1)
                terms.append(f"date:[{monday} TO {monday + timedelta(days=6)}]")
            elif name in {"_from", "_to", "_clock"}:
                order[name[1:]] = value
            elif name not in {"_q", "_next", "_lang", "_sort", "_sort_desc", "_size", "_facet_size"}:
                return None
    if terms:
        order["query"] = " ".join(terms)
    return urlencode({name: value for name, value in order.items() if value})


def minutes_after(later: str, earlier: str) -> int:
    """Whole minutes from one stored time to another."""
    return int((datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds() // 60)


def duration(minutes: int) -> str:
    """Minutes as days, hours and minutes: 1:02:03 is a day, two hours and three minutes."""
    days, rest = divmod(minutes, 1440)
    return f"{f'{days}:' if days else ''}{rest // 60:02}:{rest % 60:02}"


def marked(text: str, spans: Iterable[Mapping[str, Any]] = ()) -> Markup:
    """The text as paragraphs, with <mark> around each span: `start` and `end` are offsets into it, `label` becomes its title."""
    merged = _merged(spans, len(text))
    return Markup("\n").join(
        Markup("<p>{}</p>").format(_marked(text, line.start(), line.end(), merged))
        for line in re.finditer("[^\n]+", text)
        if line[0].strip()
    )


def marked_line(text: str, spans: Iterable[Mapping[str, Any]] = ()) -> Markup:
    """The same for a title: one line, no paragraphs."""
    return _marked(text, 0, len(text), _merged(spans, len(text)))


def spans_of(text: str, words: Iterable[str]) -> list[dict[str, Any]]:
    """Where words and phrases that were taken from a text stand in it, whole, as `marked` takes them."""
    longest_first = sorted(filter(None, words), key=len, reverse=True)
    if not longest_first:
        return []
    found = re.finditer(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", text)
    return [{"start": match.start(), "end": match.end(), "label": "found"} for match in found]


def _marked(text: str, start: int, end: int, merged: list[tuple[int, int, str]]) -> Markup:
    marks, at = Markup(), start
    for first, last, label in merged:
        a, b = max(first, start), min(last, end)
        if a < b:
            marks += escape(text[at:a]) + Markup('<mark title="{}">{}</mark>').format(label, text[a:b])
            at = b
    return marks + escape(text[at:end])


def _merged(spans: Iterable[Mapping[str, Any]], length: int) -> list[tuple[int, int, str]]:
    """The spans in order, those that overlap as one."""
    merged: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda span: (span["start"], span["end"])):
        first, last, label = max(0, span["start"]), min(length, span["end"]), str(span["label"])
        if first >= last:
            continue
        if merged and first < merged[-1][1]:
            before = merged[-1]
            labels = before[2] if label in before[2].split("; ") else f"{before[2]}; {label}"
            merged[-1] = (before[0], max(before[1], last), labels)
        else:
            merged.append((first, last, label))
    return merged


def inspect(snapshot: Path) -> dict[str, Any]:
    """Hash, size and row counts of the snapshot, as `datasette serve --inspect-file` takes them: what it says of itself.

    Datasette shows the hash and compares it with nothing: that of the description serves, and no gigabytes are read for it.
    """
    with open_reader(snapshot) as reader:
        description = reader.description()
        tables = {name: {"count": rows} for name, rows in reader.counts().items()}
    digest = hashlib.sha256(json.dumps(description).encode()).hexdigest()
    # Its name alone: Datasette looks for it in the folder that it serves.
    return {DATABASE: {"hash": digest, "size": snapshot.stat().st_size, "file": snapshot.name, "tables": tables}}


def read_metadata(path: Path, regions: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Datasette's metadata from a file of the site; in it, for this plugin, the regions by ISO code and ru.toml."""
    metadata: dict[str, Any] = parse_metadata(path.read_text("utf-8"))
    beside = path.with_name("ru.toml")
    russian = tomllib.loads(beside.read_text("utf-8")) if beside.exists() else {}
    return {**metadata, "plugins": {**metadata.get("plugins", {}), "povestka": {"regions": dict(regions), "ru": russian}}}


class Site:
    """The site over one snapshot, as an ASGI application."""

    def __init__(self, datasette: Any) -> None:
        self._datasette = datasette
        self._app: App = datasette.app()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def open(self) -> None:
        """Have each thread open the file now: one that opened it later could open another that was swapped in meanwhile."""
        threads = self._datasette.setting("num_sql_threads")
        together = threading.Barrier(threads)  # or the first would do it again for the others

        def read(connection: Any) -> None:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            together.wait(timeout=30)

        database = self._datasette.get_database(DATABASE)
        await asyncio.gather(*(database.execute_fn(read) for _ in range(threads)))

    async def close(self) -> None:
        """Let go of the file and the threads, once no request is on its way; a file that was replaced fills the disk else."""

        def end(_: object) -> None:
            raise SystemExit  # which ends the thread: Datasette has no way to end the one that writes its list of tables

        await self._datasette.get_database("_internal").execute_write_fn(end, block=False)
        self._datasette.executor.shutdown(wait=False)
        for database in self._datasette.databases.values():
            database.close()


def site(snapshot: Path, folder: Path, metadata: dict[str, Any], settings: dict[str, Any], *, secret: str | None = None) -> Site:
    """The site over one snapshot; `folder` holds its templates/ and static/. `secret` signs cookies: None for one of its own."""
    from datasette.app import Datasette  # not above, see filters_from_request

    return Site(
        Datasette(
            [],
            immutables=[str(snapshot)],
            inspect_data=inspect(snapshot),
            metadata=metadata,
            settings=settings,
            template_dir=str(folder / "templates"),
            static_mounts=[("static", str((folder / "static").resolve()))],
            secret=secret,
        )
    )

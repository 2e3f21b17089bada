"""What goes with every answer of the site: headers, the visitor's language, limits, and a page that says what is wrong.

Knows Datasette; touches nothing but the answer.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any

from datasette.utils import path_with_replaced_args, sqlite3  # the SQLite that Datasette itself found, and its errors
from datasette.utils.asgi import BadRequest, Base400, NotFound, Request, Response

from monitor.errors import Message
from monitor.site import language, parameters, statements, zones
from monitor.site.language import _
from monitor.site.limiter import ConcurrencyLimit
from monitor.site.listing import ASKED, LISTING, REFUSED, is_listing
from monitor.site.parameters import READ, Parameters
from monitor.site.saved import saved_search
from monitor.site.subjects import NoSuchThing, is_missing, moved_address

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Sent = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Sent]]
Send = Callable[[Sent], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

Headers = tuple[tuple[bytes, bytes], ...]

HEADERS: Headers = (
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
_NAMES = {name for name, _ in HEADERS}


def headers_of(host: str, scripts: Sequence[str]) -> Headers:
    """HEADERS, in which the named plugins may run their own files of this host, and these may ask the site for data."""
    if not scripts or not host:
        return HEADERS
    allowed = " ".join(f"{host}/-/static-plugins/{name}/" for name in scripts)
    more = f"; script-src {allowed}; connect-src 'self'".encode()
    policy, value = HEADERS[0]
    return ((policy, value.replace(b"style-src 'self'", f"style-src 'self' {allowed}".encode()) + more), *HEADERS[1:])


METHODS = ("GET", "HEAD")
FORMS = ("/-/login", "/-/logout", "/-/mark")
"""Pages that take a form: those of the password plugin, of Datasette and of ours."""
LONGEST_FORM = 65_536
"""Bytes of a form: all of it is read into memory."""
_FRAMING = (b"content-length", b"transfer-encoding")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
LONGEST_NAME = 200
"""Bytes of one part of a path: the longest name that a file may have is 255, and ours are far shorter."""

WAITING = 4
"""Visitors' own SQL: one statement runs, so many wait, and any more are told that the site is busy. The threads that are left are
for those who read."""


def wrap_application(datasette: Any) -> Callable[[App], App]:
    """Wraps the application in the site's own rules."""
    return lambda app: _ResponseMiddleware(app, datasette)


class _ResponseMiddleware:
    """An application: HEADERS on every answer, errors and files included; the visitor's language; no address reaches Datasette
    that it would stumble over."""

    def __init__(self, app: App, datasette: Any) -> None:
        self._app, self._datasette = app, datasette
        self._config = datasette.plugin_config("povestka") or {}
        statements.set_apart(datasette)
        self._statements = ConcurrencyLimit(1, WAITING, Message("Too many visitors' queries are running; ask again in a minute."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        chosen = language.chosen_in_query(scope.get("query_string", b"").decode("latin-1"))
        headers = dict(scope.get("headers", ()))
        language.current.set(chosen or language.negotiated(headers))
        zone = language.chosen_in_query(scope.get("query_string", b"").decode("latin-1"), zones.PARAMETER, zones.ZONES.keys())
        zones.current.set(zone or language.chosen_in_cookie(headers, zones.PARAMETER, zones.ZONES.keys()) or "utc")
        cookies = [
            (b"set-cookie", f"{name}={value}; Path=/; SameSite=Lax; HttpOnly".encode())
            for name, value in ((language.PARAMETER, chosen), (zones.PARAMETER, zone))
            if value
        ]

        said = headers.get(b"host", b"").decode("latin-1")
        host = said if _HOST.fullmatch(said) else ""

        async def send_with_headers(message: Sent) -> None:
            if message["type"] == "http.response.start":
                others = [pair for pair in message.get("headers", ()) if pair[0].lower() not in _NAMES]
                ours = headers_of(host, self._config.get("scripts", ()))
                message = {**message, "headers": [*others, *ours, *cookies]}
            await send(message)

        scope = {**scope, "headers": _readable(scope)}
        if parameters.DATABASE in self._datasette.databases:
            scope = {**scope, "query_string": parameters.without_sharers(scope.get("query_string", b""))}
        try:
            scope = saved_search(scope, self._config.get("searches", {}))
            _check_request(scope, self._datasette)
            read = await parameters.read(scope, self._datasette, self._config)
        except (BadRequest, NoSuchThing) as wrong:
            await self._refuse(scope, wrong, receive, send_with_headers)
            return
        except Base400 as wrong:
            await self._say(scope, wrong, receive, send_with_headers)
            return
        try:
            await self._answer({**scope, READ: read}, receive, send_with_headers)
        except Base400 as wrong:
            await self._say(scope, wrong, receive, send_with_headers)

    async def _refuse(self, scope: Scope, wrong: Base400, receive: Receive, send: Send) -> None:
        """A refusal that names what the site has: Datasette says first who asks, and `plugin.listed` whether they may see it."""
        if scope["path"] in FORMS:  # these are for everybody, and name nothing
            await self._say(scope, wrong, receive, send)
            return
        led = {"query_string": b"", "path": LISTING, "raw_path": LISTING.encode()}
        await self._app({**scope, **led, REFUSED: wrong, ASKED: {"path": scope["path"], "raw_path": None}}, receive, send)

    async def _say(self, scope: Scope, wrong: Base400, receive: Receive, send: Send) -> None:
        # As Datasette hands it to its pages, without what cannot be read.
        request = Request({**scope, "query_string": b"", "raw_path": None, "csrftoken": str}, receive)
        await self._datasette.invoke_startup()
        await (await refusal(self._datasette, request, wrong)).asgi_send(send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        read: Parameters = scope[READ]
        if is_listing(read, self._config.get("tables", {}).get(read.table, {})):
            asked = {"path": scope["path"], "raw_path": scope.get("raw_path")}
            await self._app({**scope, ASKED: asked, "path": LISTING, "raw_path": LISTING.encode()}, receive, send)
        elif await is_missing(self._datasette, self._config, read):
            await self._respond_to_missing(scope, receive, send)
        else:
            await self._as_datasette(_in_order_of_feed(scope, read), receive, send)

    async def _as_datasette(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer that Datasette gives by itself; one that runs a visitor's SQL, in its turn."""
        if said := tuple(value for name, value in scope[READ].pairs if name in ("sql", "_where") and value.strip()):
            async with self._statements.slot():
                with statements.asking(said):
                    await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _respond_to_missing(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A redirect to where a thing has moved, or NoSuchThing, in place of the answer that Datasette would give.

        Who may not see the page is told that, and nothing else, by Datasette.
        """
        messages: list[Sent] = []

        async def hold(message: Sent) -> None:
            messages.append(message)

        await self._app(scope, receive, hold)
        if messages[0]["status"] != 403:
            moved = await moved_address(self._datasette, self._config, scope[READ])
            await Response.redirect(moved, status=301).asgi_send(send)
            return
        for message in messages:
            await send(message)


def _in_order_of_feed(scope: Scope, read: Parameters) -> Scope:
    """A feed is in the order in which we saw its articles; Datasette's own order is that of the declared dates."""
    if read.format != "atom" or not read.is_of_articles or read.get("_sort") or read.get("_sort_desc"):
        return scope
    query = read.address("", _sort_desc="first_seen", _next=None).removeprefix("?")
    return {**scope, "query_string": query.encode("ascii")}


class _NotAllowed(Base400):
    status = 405


class _TooLong(Base400):
    status = 413


class _NotOffered(Base400):
    status = 404


def _check_request(scope: Scope, datasette: Any) -> None:
    """Raises Base400 for a request that no browser makes of this site."""
    path, method = scope["path"], scope["method"]
    if method not in METHODS and not (method == "POST" and path in FORMS):
        raise _NotAllowed(Message("{method}: this site is only read; use GET", method=method[:20] if method.isalpha() else "?"))
    if method == "POST":
        # A body in chunks has no length, whatever Content-Length says.
        framing = [(name, value) for name, value in scope.get("headers", ()) if name.lower() in _FRAMING]
        if [name.lower() for name, _ in framing] != [b"content-length"] or not _is_short(framing[0][1]):
            raise _TooLong(Message("A form has {most} bytes at most, and says how many", most=LONGEST_FORM))
    hosts = [value for name, value in scope.get("headers", ()) if name.lower() == b"host"]
    if len(hosts) > 1 or (hosts and not _HOST.fullmatch(hosts[0].decode("latin-1"))):
        raise Base400("The Host header names no host")
    if any(len(part) > LONGEST_NAME for part in (scope.get("raw_path") or path.encode()).split(b"/")) and not _is_row(path):
        raise Base400(Message("A name in the address is longer than {bytes} bytes", bytes=LONGEST_NAME))

    if path == f"/{parameters.DATABASE}.db" and not datasette.setting("allow_download"):
        raise _NotOffered("This site does not give its database as one file; each of its tables is an export, with a manifest.")


def _is_short(length: bytes) -> bool:
    return length.isdigit() and len(length) <= 20 and int(length) <= LONGEST_FORM


def _is_row(path: str) -> bool:
    """Whether a path names a row of a table, whose keys may be long."""
    return path.startswith(f"/{parameters.DATABASE}/")


def _readable(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers that Datasette can read: a cookie that breaks the rules, it cannot."""
    return [(name, value) for name, value in scope.get("headers", ()) if name.lower() != b"cookie" or _is_cookie(value)]


def _is_cookie(value: bytes) -> bool:
    try:
        return bool(SimpleCookie(value.decode("latin-1"))) or not value
    except CookieError:
        return False


async def refusal(datasette: Any, request: Any, exception: Exception) -> Response:
    """A page, or JSON where JSON was asked for, that says in one line what is wrong, with the fitting status.

    Only what no visitor can bring about is a fault of ours: 500, with its traceback in the log.
    """
    from datasette.database import QueryInterrupted  # not above: Datasette loads its plugins in the middle of loading itself

    if ASKED in request.scope:  # the address that was asked for, and not the one that the request was led to
        request = Request(request.scope | request.scope[ASKED], None)
    title = getattr(exception, "title", None) or ""
    said: str = ""
    if isinstance(exception, Base400):
        status, said = exception.status, exception.args[0] if exception.args else ""
        if isinstance(exception, NotFound) and not isinstance(exception, NoSuchThing):
            said = _("An article that is no longer relevant, or was never stored, has no page here. Try the search above.")
    elif hasattr(exception, "error_dict"):  # DatasetteError, which cannot be imported while Datasette loads its plugins
        status, said = 400 if exception.status == 500 else exception.status, str(exception.message)  # type: ignore[attr-defined] # as above
    elif isinstance(exception, QueryInterrupted):  # of a file: a page is told otherwise
        status, title = 400, "SQL Interrupted"
    elif isinstance(exception, sqlite3.Error):  # of the visitor's own SQL: all other is asked in the tests
        status, said, title = 400, str(exception), "Invalid SQL"
    else:
        logger.error("%s could not be answered", request.path, exc_info=exception)
        status, title = 500, _("The page could not be made")
    if title == "SQL Interrupted":
        said = _("It was stopped after the time that this site gives to a query. Narrow it: an outlet, a week, a rarer word.")
    said, title = language.inert(said), language.inert(title)
    headers = {405: {"allow": ", ".join(METHODS)}, 503: {"retry-after": "60"}}.get(status, {})
    if request.path.endswith(".json"):
        error = {"ok": False, "error": language.translate(said) or title, "status": status, "title": title or None}
        return Response.json(error, status=status, headers=headers)
    context = {"status": status, "title": title, "error": said, "path_with_replaced_args": path_with_replaced_args}
    page = await datasette.render_template("error.html", context, request=request)
    return Response.html(page, status=status, headers=headers)

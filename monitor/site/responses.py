"""What goes with every answer of the site: headers, the visitor's language, and a page that says what is wrong with an address.

Knows Datasette; touches nothing but the answer.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from datasette.utils import path_with_replaced_args, sqlite3  # the SQLite that Datasette itself found, and its errors
from datasette.utils.asgi import Base400, NotFound, Request, Response

from monitor.site import language
from monitor.site.parameters import NoSuchThing, check

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

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
_NAMES = {name for name, _ in HEADERS}


def answering(datasette: Any) -> Callable[[App], App]:
    """Wraps the application: HEADERS on every answer, errors and files included; the visitor's language; and no address reaches
    Datasette that it would stumble over."""

    def wrap(app: App) -> App:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            chosen = language.asked(scope.get("query_string", b"").decode("latin-1"))
            language.current.set(chosen or language.preferred(dict(scope.get("headers", ()))))
            remembered = [(b"set-cookie", f"{language.PARAMETER}={chosen}; Path=/; SameSite=Lax; HttpOnly".encode())]

            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    others = [pair for pair in message.get("headers", ()) if pair[0].lower() not in _NAMES]
                    message = {**message, "headers": [*others, *HEADERS, *(remembered if chosen else ())]}
                await send(message)

            scope = {**scope, "headers": [pair for pair in scope.get("headers", ()) if _is_readable(*pair)]}
            try:
                await check(scope, datasette)
            except Base400 as wrong:
                # As Datasette hands it to its pages, without what cannot be read.
                request = Request({**scope, "query_string": b"", "raw_path": None, "csrftoken": str}, receive)
                await datasette.invoke_startup()
                response = await refusal(datasette, request, wrong)
                await response.asgi_send(send_with_headers)
            else:
                await app(scope, receive, send_with_headers)

        return wrapped

    return wrap


def _is_readable(name: bytes, value: bytes) -> bool:
    """Whether Datasette can read a header: a cookie that breaks the rules, it cannot."""
    try:
        return name.lower() != b"cookie" or bool(SimpleCookie(value.decode("latin-1"))) or not value
    except CookieError:
        return False


async def refusal(datasette: Any, request: Any, exception: Exception) -> Response:
    """A page, or JSON where JSON was asked for, that says in one line what is wrong, with the fitting status.

    Only what no visitor can bring about is a fault of ours: 500, with its traceback in the log.
    """
    title = getattr(exception, "title", None) or ""
    if isinstance(exception, Base400):
        status, said = exception.status, str(exception.args[0]) if exception.args else ""
        if isinstance(exception, NotFound) and not isinstance(exception, NoSuchThing):
            said = "An article that is no longer relevant, or was never stored, has no page here. Try the search above."
    elif hasattr(exception, "error_dict"):  # DatasetteError, which cannot be imported while Datasette loads its plugins
        status, said = 400 if exception.status == 500 else exception.status, str(exception.message)  # type: ignore[attr-defined] # as above
    elif isinstance(exception, sqlite3.Error):  # of the visitor's own SQL: all other is asked in the tests
        status, said, title = 400, str(exception), "Invalid SQL"
    else:
        logger.error("%s could not be answered", request.path, exc_info=exception)
        status, said, title = 500, "", "The page could not be made"
    if title == "SQL Interrupted":
        said = "It was stopped after the time that this site gives to a question. Narrow it: an outlet, a week, a rarer word."
    if request.path.endswith(".json"):
        return Response.json({"ok": False, "error": said or title, "status": status, "title": title or None}, status=status)
    context = {"status": status, "title": title, "error": said, "path_with_replaced_args": path_with_replaced_args}
    return Response.html(await datasette.render_template("error.html", context, request=request), status=status)

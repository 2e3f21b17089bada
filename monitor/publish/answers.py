"""What goes with every answer of the site: headers, and the visitor's language. Touches nothing but the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from monitor.publish import language

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


def answering(app: App) -> App:
    """The application with HEADERS on every answer, errors and files included, and answering in the visitor's language."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = language.asked(scope.get("query_string", b"").decode("latin-1"))
        language.current.set(chosen or language.preferred(dict(scope.get("headers", ()))))
        remembered = [(b"set-cookie", f"{language.PARAMETER}={chosen}; Path=/; SameSite=Lax; HttpOnly".encode())]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [pair for pair in message.get("headers", ()) if pair[0].lower() not in _NAMES]
                message = {**message, "headers": [*others, *HEADERS, *(remembered if chosen else ())]}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped

"""The home page: made once for each snapshot, language and zone, and then answered from memory. Knows Datasette.

It asks twenty queries, each in a thread; beside searches that keep the processor busy, handing over to those threads alone took
half a second. A snapshot does not change, so neither does its page. Who is logged in has a page of their own.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Response

from monitor.site import language, zones
from monitor.site.access import check_access
from monitor.site.known import config_of


@dataclass
class _Cache:
    pages: dict[tuple[str, str], str] = field(default_factory=dict)
    """By language and zone."""
    making: asyncio.Lock = field(default_factory=asyncio.Lock)


_caches: WeakKeyDictionary[Any, _Cache] = WeakKeyDictionary()
"""By the site over one snapshot: what was made goes with it."""


async def home(request: Any, datasette: Any) -> Response:
    """The home page. Datasette's own view asks of each table whether the visitor may see it, though none is shown: 0.1 s."""
    await check_access(datasette, request.actor)
    # A plugin that the newsroom trusts may put anything into a page.
    if request.actor or request.query_string or config_of(datasette).get("scripts"):
        return Response.html(await _render(request, datasette))
    cache, key = _caches.setdefault(datasette, _Cache()), (language.current.get(), zones.current.get())
    async with cache.making:  # or all who ask at first would make it
        if key not in cache.pages:
            cache.pages[key] = await _render(request, datasette)
    page = cache.pages[key]
    tag = f'"{hashlib.sha256(page.encode()).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}  # ask each time whether it is the same still
    if tag in request.headers.get("if-none-match", ""):
        return Response("", status=304, headers=headers, content_type="text/html; charset=utf-8")
    return Response.html(page, headers=headers)


async def _render(request: Any, datasette: Any) -> str:
    context = {"metadata": {"description": config_of(datasette).get("description", "")}}
    return str(await datasette.render_template("index.html", context, request=request, view_name="index"))

"""A visitor's query, read and matched outside the event loop, each within a time. Knows the matcher; touches nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from datasette.utils.asgi import BadRequest

from monitor.judge import Query
from monitor.vault import search

T = TypeVar("T")

DEADLINE = 5
"""Seconds for one step of a search. Reading a query takes milliseconds, and its length and depth are limited: this is for what
nobody thought of. The thread goes on, and the site answers others meanwhile."""


async def compiled(text: str) -> Query:
    """The query. Raises QueryError where it cannot be read, BadRequest where that takes too long."""
    return await outside(search.compiled, text)


async def outside(function: Callable[..., T], *arguments: Any) -> T:
    """What a function returns, called in a thread. Raises BadRequest after DEADLINE, and what the function raises."""
    try:
        async with asyncio.timeout(DEADLINE):
            return await asyncio.to_thread(function, *arguments)
    except TimeoutError as error:
        raise BadRequest("The search takes too long: use fewer words") from error

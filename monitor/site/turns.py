"""Whose turn it is: of what costs the site much, so many run at once, a few wait, and others are told to come later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from datasette.utils.asgi import Base400

from monitor.errors import Message


class Busy(Base400):
    """The site does as much as it can."""

    status = 503


class Turns:
    """Turns of one kind."""

    def __init__(self, at_once: int, waiting: int, refusal: Message) -> None:
        self._here, self._running = asyncio.Semaphore(at_once + waiting), asyncio.Semaphore(at_once)
        self._refusal = refusal

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Raises Busy where too many wait."""
        if self._here.locked():
            raise Busy(self._refusal)
        async with self._here, self._running:
            yield

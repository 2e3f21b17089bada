"""Limits how many expensive requests run at once: a few more wait, and others are refused with status 503."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from datasette.utils.asgi import Base400

from monitor.errors import Message


class Busy(Base400):
    """Too many such requests are running and waiting."""

    status = 503


class ConcurrencyLimit:
    """A limit for requests of one kind: `at_once` run, `waiting` more wait, the rest are refused with `refusal`."""

    def __init__(self, at_once: int, waiting: int, refusal: Message) -> None:
        self._here, self._running = asyncio.Semaphore(at_once + waiting), asyncio.Semaphore(at_once)
        self._refusal = refusal

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """A context in which one request runs. Raises Busy where too many wait."""
        if self._here.locked():
            raise Busy(self._refusal)
        async with self._here, self._running:
            yield

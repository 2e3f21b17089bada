"""The queue for asyncio: calls run in threads and are repeated while the Redis server cannot be reached."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from monitor.crawl.fleet.queue import Queue, QueueError

T = TypeVar("T")

logger = logging.getLogger(__name__)

# Seconds between two tries, at first and in the end.
_FIRST, _LAST = 0.2, 5.0
_AT_ONCE = 8


class RetryingQueue:
    """Calls the queue and waits while its server is away; logs one line when it goes and one when it returns."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.is_over = False
        """Nothing is waited for any more: an error is raised at once."""
        self.is_ending: Callable[[], bool] = lambda: False
        """The same, as another knows it."""
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="queue")
        self._is_away = False

    async def call(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """What a method of the queue returns. Raises QueueError where it `is_over` or `is_ending`."""
        loop, wait = asyncio.get_running_loop(), _FIRST
        while True:
            try:
                found = await loop.run_in_executor(self._threads, partial(function, *args, **kwargs))
            except QueueError as error:
                if not self._is_away:
                    logger.warning("%s; waiting for it", error)
                self._is_away = True
                if self.is_over or self.is_ending():
                    raise
                await asyncio.sleep(wait)
                wait = min(2 * wait, _LAST)
            else:
                if self._is_away:
                    logger.warning("%s: is there again", self.queue.address)
                self._is_away = False
                return found

    def close(self) -> None:
        """Close the queue."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self.queue.close()

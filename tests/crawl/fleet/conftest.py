"""A real Redis for the tests of a module."""

from collections.abc import Iterator

import pytest

from monitor.crawl.fleet.queue import Queue
from tests.redis_server import RedisServer, redis_server


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def queue(server: RedisServer) -> Iterator[Queue]:
    """Empty; who has not been heard of for a second and a half is dead: a busy machine holds a test up for less."""
    server.client().flushall()
    queue = Queue(server.url, lease=1.5)
    yield queue
    queue.close()

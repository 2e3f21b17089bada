"""What is said of a server of tasks that is not there."""

import asyncio
import logging

import pytest

from monitor.crawl.fleet.async_queue import RetryingQueue
from monitor.crawl.fleet.queue import Queue, QueueError

NOBODY = "redis://127.0.0.1:1"


@pytest.mark.parametrize(("name", "arguments"), [("put_back", ("worker", [])), ("renew", ("worker", [])), ("settle", ([], []))])
def test_a_server_that_is_away_is_never_said_to_be_there_again(name, arguments, caplog):
    link = RetryingQueue(Queue(NOBODY, lease=1))

    async def ask():
        for method, given in (("is_idle", ()), (name, arguments)):
            link.is_over = True
            with pytest.raises(QueueError):
                await link.call(getattr(link.queue, method), *given)

    with caplog.at_level(logging.WARNING):
        asyncio.run(ask())
    link.close()
    assert [record.getMessage() for record in caplog.records] == ["redis://127.0.0.1:1: ConnectionError; waiting for it"]

"""A Dask cluster that reads archives ahead of the run that stores them: a task an archive. Starts or asks a cluster."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.archive import display_name
from monitor.crawl.preparse import PreparsedPages, Task, UnfitWorkerError, end_idle_workers, preparse_archive
from monitor.errors import MonitorError, UsageError

if TYPE_CHECKING:
    from distributed import Client, Future

logger = logging.getLogger(__name__)

LOCAL = "local"
"""In place of a scheduler's address: worker processes on this machine."""
# Archives for each worker that are read or lie read: what is read waits in the workers' memory.
_FOR_EACH = 2
# Seconds until a scheduler answers and has a worker.
_TIMEOUT = 30
# Of workers here: they start the limited processes in which pages are read; a processor is for those, not for profiles and ticks.
_SETTINGS = {
    "distributed.worker.daemon": False,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
}


class ClusterError(MonitorError):
    """The cluster is gone."""


class Cluster:
    """The workers behind a scheduler."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def read(self, archives: Sequence[str], task: Task) -> AsyncGenerator[tuple[str, PreparsedPages]]:
        """Each archive, in order, with what the workers read of it: nothing where they could not.

        The archive of a worker that is lost is another's. Raises MonitorError where the workers are not fit or gone.
        """
        waiting: deque[tuple[str, Future]] = deque()
        upcoming = iter(archives)
        for number in range(len(archives)):
            at_once = _FOR_EACH * max(1, len(self._client.nthreads()))
            for archive in islice(upcoming, max(1 - len(waiting), at_once - len(waiting))):
                waiting.append((archive, self._client.submit(preparse_archive, archive, task, pure=False)))
            archive, future = waiting.popleft()
            readings = await asyncio.to_thread(_result, display_name(archive), future)
            logger.info(
                "%s: %d pages read ahead; archive %d of %d", display_name(archive), len(readings), number + 1, len(archives)
            )
            yield archive, readings


def _result(name: str, future: Future) -> PreparsedPages:
    from distributed import KilledWorker
    from distributed.client import FutureCancelledError

    try:
        readings: PreparsedPages = future.result()
    except FutureCancelledError as error:
        raise ClusterError("the cluster is gone; start the backfill again: what was taken is not taken twice") from error
    except UnfitWorkerError:
        raise
    except (MonitorError, KilledWorker) as error:
        reason = "each worker died that read it" if isinstance(error, KilledWorker) else str(error)
        logger.warning("%s: not read ahead (%s); it is read here", name, reason)
        return {}
    return readings


@contextmanager
def cluster_at(address: str, workers: int) -> Iterator[Cluster]:
    """The cluster whose scheduler is at `address`; LOCAL: one of so many workers on this machine, which ends with it.

    Raises UsageError where Dask is not installed or the address is none, MonitorError where no worker answers.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise UsageError("--dask needs Dask: pip install 'povestka[dask]'") from error
    if address != LOCAL:
        _check_scheduler(address)
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_SETTINGS))
        where: str | LocalCluster = address
        try:
            if address == LOCAL:
                # Nobody else of this machine may give it work: connections need its keys.
                where = stack.enter_context(
                    LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, security=True)
                )
            client = stack.enter_context(Client(where, timeout=_TIMEOUT, set_as_default=False))
            client.wait_for_workers(1, timeout=_TIMEOUT)
        except (OSError, TimeoutError) as error:
            raise MonitorError(f"--dask {address}: no worker answers there within {_TIMEOUT} s ({error})") from error
        yield Cluster(client)
        if address != LOCAL:  # whose processes end with it
            client.run(end_idle_workers)


def _check_scheduler(address: str) -> None:
    """Raises UsageError where it is no address, MonitorError where nobody listens: Dask's own client, if it cannot be made, keeps
    the program from ending.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not (host and port):
        raise UsageError(f"--dask {address!r} is neither `{LOCAL}` nor the address of a scheduler, as tcp://host:8786")
    try:
        socket.create_connection((host, port), _TIMEOUT).close()
    except OSError as error:
        raise MonitorError(f"--dask {address}: no scheduler answers there ({error})") from error

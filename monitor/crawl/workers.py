"""A pool of worker processes that parse untrusted bytes under limits of CPU time, memory and wall time.

Some real pages and feeds hang parsers for minutes. Such a page costs its worker process and gives one recorded outcome.
"""

from __future__ import annotations

import asyncio
import logging
import math
import multiprocessing
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from typing import Any, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from monitor.crawl import fork_server
from monitor.errors import MonitorError
from monitor.model import Outcome, Rejection

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Seconds: as the first process loads parsers, topics and lexicons on a machine under load, five of its own; and as the last is
# killed.
_START, _STOP = 120, 20
# Files that a crawl has open at once: the vault, the archive, a pipe for each way to each worker, some connections.
_LEAST_FILES = 64
# Bytes of address space of a crawl with its threads, of which each reserves 72 MB: 1.37 GB at most in an hour. With 750 MB a
# thread of the pool died in mid-run, and the crawl stood still.
_LEAST_MEMORY = 1_000_000_000
# The scheduler gives such a process a third of what it gives others that want the same processor: see setpriority(2), sched(7).
_NICENESS = 5

_INTERRUPTED = Rejection(Outcome.INTERRUPTED, "the run ended first")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use."""

    cpu: float = 10
    """Seconds of CPU time."""
    memory: int = 2 * 1024**3
    """Bytes of a worker's address space."""
    timeout: float = 300
    """Seconds of wall time: for a task that waits, and uses no CPU."""


class Workers:
    """A pool of limited processes. Use as a context manager: its processes end with it."""

    def __init__(
        self,
        count: int,
        limits: Limits,
        initializer: Callable[..., None] | None = None,
        *initargs: Any,
        warm_up: Callable[[], object] | None = None,
    ) -> None:
        """`initializer(*initargs)` runs once, before the processes are forked, or in each as it starts. After it the `warm_up`
        does what a first task would have to do for those behind it. All must be picklable.

        Raises MonitorError where this process may open too few files, or use too little memory.
        """
        if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < _LEAST_FILES:
            raise MonitorError(f"the worker processes cannot start: {_allowance()}; {_LEAST_FILES} files are the least")
        if 0 <= resource.getrlimit(resource.RLIMIT_AS)[0] < _LEAST_MEMORY:  # -1: no limit
            least = math.ceil(_LEAST_MEMORY / 1024**2)
            raise MonitorError(f"the worker processes cannot start: {_allowance()}; {least} MB are the least")
        self._count = count
        self._limits = limits
        self.is_stopping: Callable[[], bool] = lambda: False
        """Whether the run is being stopped: a worker that dies then was stopped too, which says nothing of its task."""
        self._waiting: set[Future[Any]] = set()
        self._is_abandoned = False
        self._task = fork_server.task_of(initializer, initargs, warm_up)
        # Not fork: the parent has threads. The fork server has all ready: a worker begins in milliseconds.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([fork_server.__name__])
        self._pool = self._new_pool()
        # The first processes take seconds to load the parsers; in a thread, so that requests go out meanwhile.
        starter = ThreadPoolExecutor(1)
        self._started = starter.submit(self._start)
        starter.shutdown(wait=False)

    def _start(self) -> None:
        try:
            self._start_processes()
        except Exception as error:  # whatever keeps them from starting: memory, files, processes
            raise MonitorError(f"the worker processes cannot start ({_words(error)}); {_allowance()}") from error

    def _start_processes(self) -> None:
        # Ctrl-C goes to the whole group of processes, and the fork server hears it until it has loaded the parsers. It inherits
        # the mask of the thread that starts it; the resource tracker, which it needs, would lift the mask as it starts.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        with fork_server.preloaded(self._task):
            forkserver.ensure_running()
            # A process that dies as it starts is replaced for ever, and no task is ever taken: this one tells.
            self._pool.schedule(_limited, args=(self._limits.cpu, abs, (0,))).result(_START)

    def _new_pool(self) -> ProcessPool:
        # Recycled now and then: parsers in C leak.
        return ProcessPool(
            self._count, max_tasks=1000, initializer=_prepare, initargs=(self._limits.memory, self._task), context=self._context
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._started.exception()
        self._pool.stop()  # type: ignore[no-untyped-call] # Pebble is typed in part
        try:
            self._pool.join(_STOP)
        except (TimeoutError, RuntimeError):
            logger.warning("some worker processes did not end in time")

    async def started(self) -> None:
        """Return when the processes have started. Raises MonitorError, naming the cause, where they cannot."""
        await asyncio.wrap_future(self._started)

    async def run(self, function: Callable[..., T], *args: Any) -> T | Rejection:
        """What the function returns, or a Rejection with the reason where a limit stopped it or it failed. Never raises."""
        try:
            await self.started()
        except MonitorError:
            return _INTERRUPTED  # whoever started it is told why
        try:
            return await self._run_once(function, args)
        except Exception as error:  # noqa: BLE001 - whatever hostile bytes make a parser raise is an outcome
            if not _is_worth_another(error):
                return _rejection_of(error, self._limits)
        try:
            return await self._run_once(function, args)
        except Exception as error:  # noqa: BLE001 - as above
            if self.is_stopping() and isinstance(error, ProcessExpired | BrokenProcessPool) and _is_worth_another(error):
                return _INTERRUPTED
            return _rejection_of(error, self._limits)

    async def _run_once(self, function: Callable[..., T], args: tuple[Any, ...]) -> T | Rejection:
        if self._is_abandoned:
            return _INTERRUPTED
        future = self._schedule(function, args)
        self._waiting.add(future)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise  # who waits, and not what is waited for
            return _INTERRUPTED
        finally:
            self._waiting.remove(future)

    def abandon(self) -> None:
        """Stop what `run` waits for, and what it would still start, as interrupted: the run is being stopped."""
        self._is_abandoned = True
        for future in tuple(self._waiting):
            future.cancel()

    def map(self, function: Callable[..., T], tasks: Iterable[tuple[Any, ...]]) -> Iterator[T | Rejection]:
        """As `run`, for many tasks at once, in their order; takes from `tasks` only a little more than it has given."""
        self._started.result()
        waiting: deque[tuple[tuple[Any, ...], Future[T]]] = deque()
        for args in tasks:
            waiting.append((args, self._schedule(function, args)))
            if len(waiting) > 4 * self._count:
                yield self._result(function, waiting.popleft())
        while waiting:
            yield self._result(function, waiting.popleft())

    def _result(self, function: Callable[..., Any], task: tuple[tuple[Any, ...], Future[Any]]) -> Any:
        args, future = task
        try:
            return future.result()
        except Exception as error:  # noqa: BLE001 - as in run
            if not _is_worth_another(error):
                return _rejection_of(error, self._limits)
        try:
            return self._schedule(function, args).result()
        except Exception as error:  # noqa: BLE001 - as in run
            return _rejection_of(error, self._limits)

    def _schedule(self, function: Callable[..., T], args: tuple[Any, ...]) -> Future[T]:
        task = (self._limits.cpu, function, args)
        try:
            future: Future[T] = self._pool.schedule(_limited, args=task, timeout=self._limits.timeout)
        except RuntimeError:
            # Pebble gives a pool up when a worker dies between two tasks.
            logger.warning("the pool of workers broke; a new one is made")
            self._pool = self._new_pool()
            future = self._pool.schedule(_limited, args=task, timeout=self._limits.timeout)
        return future


def _prepare(memory: int, task: bytes) -> None:
    # Ctrl-C goes to the whole group of processes: the parent decides when workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Where processors are few, the parent's event loop and the site come before pages that are read.
    os.nice(_NICENESS)
    # A worker that is stopped for its CPU time would leave a core file of its whole memory.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    fork_server.initialise(task)
    memory = min(memory, _hard(resource.RLIMIT_AS))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _limited(cpu: float, function: Callable[..., T], args: tuple[Any, ...]) -> T:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    # The limit is on all that a process ever used, in whole seconds. The kernel sends SIGXCPU, which no parser in C can hold up.
    limit = min(math.ceil(usage.ru_utime + usage.ru_stime + cpu), _hard(resource.RLIMIT_CPU))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    return function(*args)


def _hard(limit: int) -> int:
    """What the process may have at most, whoever limits it (ulimit, LimitAS); a number beyond all where nobody does."""
    _, hard = resource.getrlimit(limit)
    return sys.maxsize if hard == resource.RLIM_INFINITY else hard


def _allowance() -> str:
    """What the process may use, for who wonders why it does not start."""
    memory, files = resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    may = "memory without limit" if memory == resource.RLIM_INFINITY else f"{memory // 1024**2} MB of memory (ulimit -v, LimitAS)"
    return f"it may use {may} and open {files} files (ulimit -n, LimitNOFILE)"


def _words(error: BaseException) -> str:
    causes = [error]
    while cause := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(cause)
    message = next((str(cause) for cause in causes if str(cause)), "")
    return f"{type(causes[-1]).__name__}{': ' * bool(message)}{message}"[:300]


def _is_worth_another(error: BaseException) -> bool:
    """Whether the fault may lie with the machine and not with the bytes."""
    if isinstance(error, ProcessExpired):
        return bool(error.exitcode != -signal.SIGXCPU)
    return isinstance(error, TimeoutError | BrokenProcessPool)


def _rejection_of(error: BaseException, limits: Limits) -> Rejection:
    if isinstance(error, ProcessExpired) and error.exitcode == -signal.SIGXCPU:
        return Rejection(Outcome.PARSER_LIMIT, f"used more than {limits.cpu:g} s of CPU time")
    if isinstance(error, MemoryError):
        return Rejection(Outcome.PARSER_LIMIT, f"needed more than {limits.memory // 1024**2} MB of memory")
    if isinstance(error, TimeoutError):
        return Rejection(Outcome.PARSER_LIMIT, f"took longer than {limits.timeout:g} s")
    if isinstance(error, ProcessExpired):
        return Rejection(Outcome.PARSER_ERROR, f"the worker process died (exit code {error.exitcode})")
    return Rejection(Outcome.PARSER_ERROR, f"{type(error).__name__}: {error}"[:500])

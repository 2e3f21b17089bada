"""The process that workers are forked from. It has done what each of them would have to do as it starts, and before its first
page: what is compiled of topics and lexicons when it is first asked for. Touches a file that the parent writes, once.

Multiprocessing's fork server imports this module, and can be told nothing else: what to do stands in a file, and its name in the
environment.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import monitor.crawl.parsing  # noqa: F401 - loaded before processes are forked that read

_FILE = "POVESTKA_WORKER_TEMPLATE"

_done: list[bytes] = []
"""The task that this process, or the one that it was forked from, has done."""


def task_of(initializer: Callable[..., None] | None, initargs: tuple[Any, ...], rehearsal: Callable[[], object] | None) -> bytes:
    """What is to be done, for `told` and `begin`. All of it must be picklable."""
    return pickle.dumps((initializer, initargs, rehearsal))


@contextmanager
def told(task: bytes) -> Iterator[None]:
    """A fork server that is started within does the task before it forks; one that runs already forks as it is."""
    with TemporaryDirectory(prefix="povestka-") as folder:
        path = Path(folder) / "task"
        path.write_bytes(task)
        os.environ[_FILE] = str(path)
        try:
            yield
        finally:
            del os.environ[_FILE]


def begin(task: bytes) -> None:
    """Give this worker what its initializer gives, unless it has that from the process that it was forked from."""
    if _done != [task]:
        initializer, initargs, _ = pickle.loads(task)  # noqa: S301 - our parent wrote it
        if initializer:
            initializer(*initargs)


def _prepare(path: Path) -> None:
    task = path.read_bytes()
    initializer, initargs, rehearsal = pickle.loads(task)  # noqa: S301 - our parent wrote it
    try:
        if initializer:
            initializer(*initargs)
        if rehearsal:
            rehearsal()
    except Exception:  # each worker fails at it by itself, and the parent is told of that
        logging.getLogger(__name__).debug("the template could not be prepared", exc_info=True)
        return
    _done[:] = [task]
    # It stays to the end of each worker: no collector need go through it, and its pages stay shared between them.
    gc.collect()
    gc.freeze()


if (_path := os.environ.get(_FILE)) is not None:
    _prepare(Path(_path))

"""The process that worker processes are forked from. It initialises and warms up once what each worker would otherwise do itself:
compile topics and lexicons.

Multiprocessing's fork server only imports this module, so the task is passed in a file that the parent writes and whose name is
in the environment variable POVESTKA_WORKER_TEMPLATE.
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

from monitor.crawl import parsing

_FILE = "POVESTKA_WORKER_TEMPLATE"

_done: list[bytes] = []
"""The task that this process, or the one that it was forked from, has done."""


def task_of(initializer: Callable[..., None] | None, initargs: tuple[Any, ...], warm_up: Callable[[], object] | None) -> bytes:
    """The pickled task for `preloaded` and `initialise`: the initializer, its arguments and the warm-up."""
    return pickle.dumps((initializer, initargs, warm_up))


@contextmanager
def preloaded(task: bytes) -> Iterator[None]:
    """A context in which a fork server that starts does the task before it forks; one that runs already is not changed."""
    with TemporaryDirectory(prefix="povestka-") as folder:
        path = Path(folder) / "task"
        path.write_bytes(task)
        os.environ[_FILE] = str(path)
        try:
            yield
        finally:
            del os.environ[_FILE]


def initialise(task: bytes) -> None:
    """Run the initializer in this worker, unless the process that it was forked from has done so."""
    if _done != [task]:
        initializer, initargs, _ = pickle.loads(task)  # noqa: S301 - our parent wrote it
        if initializer:
            initializer(*initargs)


def _prepare(path: Path) -> None:
    parsing.load()
    task = path.read_bytes()
    initializer, initargs, warm_up = pickle.loads(task)  # noqa: S301 - our parent wrote it
    try:
        if initializer:
            initializer(*initargs)
        if warm_up:
            warm_up()
    except Exception:  # each worker fails at it by itself, and the parent is told of that
        logging.getLogger(__name__).debug("the template could not be prepared", exc_info=True)
        return
    _done[:] = [task]
    # It stays to the end of each worker: no collector need go through it, and its pages stay shared between them.
    gc.collect()
    gc.freeze()


if (_path := os.environ.get(_FILE)) is not None:
    _prepare(Path(_path))

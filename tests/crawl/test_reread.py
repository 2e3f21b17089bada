"""Articles that a run reads again at its end: what may pass says nothing of them, and they are only so many."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from monitor.crawl import reread
from monitor.crawl.workers import Workers
from monitor.model import Outcome, Rejection
from monitor.vault import Store, open_reader, readings
from tests.records import Maker


class Answering:
    """Workers that answer each task with this outcome."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def map(self, _: object, tasks: Iterable[tuple[Any, ...]]) -> Iterator[Rejection]:
        for _task in tasks:
            yield Rejection(self.outcome, "as the test says")


@pytest.fixture
def mixed(store: Store, run: int, make: Maker) -> list[str]:
    for name in "abc":
        url = f"http://bereg.test/{name}"
        for at, parser in enumerate(("one", "two")):
            said = replace(make.parsed(url, f"Текст {name} {at}"), substance=f"{name} {at}", parser=parser)
            store.save_article(run, make.fetch(url, at=at, digest="sha256:0"), said)
    return readings.mixed(store.db)


def told(vault: Path) -> list[tuple[Any, ...]]:
    with open_reader(vault) as reader:
        return [tuple(row) for row in reader.query("SELECT DISTINCT article, after FROM changed_readings")]


@pytest.mark.parametrize("outcome", [Outcome.PARSER_LIMIT, Outcome.PARSER_ERROR, Outcome.INCOMPLETE])
def test_what_may_pass_is_told_of_no_article_and_waits(store: Store, vault: Path, mixed: list[str], outcome: Outcome) -> None:
    reread.reread_mixed(store, cast("Workers", Answering(outcome)))
    assert told(vault) == []
    assert readings.mixed(store.db) == mixed


def test_a_run_reads_so_many_and_the_others_wait(
    store: Store, vault: Path, mixed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reread, "_MOST_A_RUN", 2)
    reread.reread_mixed(store, cast("Workers", Answering(Outcome.NOT_AN_ARTICLE)))
    assert len(mixed) == 3
    assert [after for _, after in told(vault)] == ["not an article"] * 2

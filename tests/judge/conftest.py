"""The shipped topics, compiled once: their dictionaries take a second to load."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from monitor.judge.places import Gazetteer, find_places
from monitor.judge.topics import Topic
from monitor.judge.verdict import judge
from monitor.model import Verdict
from monitor.newsroom.catalogue import load

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def topics() -> tuple[Topic, ...]:
    """Every topic that the project ships."""
    return load(CHECKOUT / "data").topics


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The shipped regions and towns."""
    return load(CHECKOUT / "data").gazetteer


Judged = Callable[..., tuple[Verdict, ...]]


@pytest.fixture(scope="session")
def judged(gazetteer: Gazetteer) -> Judged:
    """What topics say of an article whose places are found, as a crawl has it."""

    def ask(topics: Sequence[Topic], text: str, *, title: str = "", language: str = "ru") -> tuple[Verdict, ...]:
        places = find_places(gazetteer, title=title, text=text, language=language)
        return judge(topics, title=title, text=text, language=language, places=places)

    return ask


@pytest.fixture(scope="session")
def verdicts(topics: tuple[Topic, ...], judged: Judged) -> Callable[..., dict[str, Verdict]]:
    """What the shipped topics say, by topic."""

    def ask(text: str, **more: str) -> dict[str, Verdict]:
        return {verdict.topic: verdict for verdict in judged(topics, text, **more)}

    return ask


@pytest.fixture(scope="session")
def relevant(verdicts: Callable[..., dict[str, Verdict]]) -> Callable[..., bool]:
    """Whether any shipped topic takes the text."""

    def ask(text: str, *, title: str = "", language: str = "ru") -> bool:
        return any(verdict.relevant for verdict in verdicts(text, title=title, language=language).values())

    return ask

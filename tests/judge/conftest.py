"""The shipped topics, compiled once: their dictionaries take a second to load."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.judge import Topic, compile_topic, judge
from monitor.model import Verdict

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def topics() -> tuple[Topic, ...]:
    """Every topic that the project ships."""
    return tuple(
        compile_topic(tomllib.loads(path.read_text("utf-8"))) for path in sorted((CHECKOUT / "data/topics").glob("*.toml"))
    )


@pytest.fixture(scope="session")
def verdicts(topics: tuple[Topic, ...]) -> Callable[..., dict[str, Verdict]]:
    """What the shipped topics say, by topic."""

    def ask(text: str, *, title: str = "", language: str = "ru") -> dict[str, Verdict]:
        return {verdict.topic: verdict for verdict in judge(topics, title=title, text=text, language=language)}

    return ask


@pytest.fixture(scope="session")
def relevant(verdicts: Callable[..., dict[str, Verdict]]) -> Callable[..., bool]:
    """Whether any shipped topic takes the text."""

    def ask(text: str, *, title: str = "", language: str = "ru") -> bool:
        return any(verdict.relevant for verdict in verdicts(text, title=title, language=language).values())

    return ask

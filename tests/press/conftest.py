"""A press to ask, small worlds to break, and the means to ask with."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from monitor.press import Press
from monitor.press.world import WrittenWorld, load


class Got(NamedTuple):
    """A response."""

    status: int
    headers: dict[str, str]
    body: bytes


Get = Callable[..., Got]


@pytest.fixture(scope="session")
def world() -> WrittenWorld:
    return load()


@pytest.fixture
def press(world: WrittenWorld) -> Iterator[Press]:
    with Press(world=world) as running:
        yield running


@pytest.fixture
def get() -> Iterator[Get]:
    """Asks for an address over a kept connection; redirects are not followed."""
    connections: dict[str, http.client.HTTPConnection] = {}

    def ask(url: str, method: str = "GET", **headers: str) -> Got:
        parts = urlsplit(url)
        connection = connections.setdefault(parts.netloc, http.client.HTTPConnection(parts.netloc, timeout=10))
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Got(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    yield ask
    for connection in connections.values():
        connection.close()


OUTLETS = """
[[outlet]]
id = "vesna"
name = "Весна"
language = "ru"
country = "RU"
kind = "independent"
address = "127.0.0.91"
markup = "plain"
path = "/{section}/{slug}"
feeds = [{ path = "/rss", format = "rss2.0" }]
"""

ARTICLES = """
[[article]]
id = "vesna-001"
slug = "pervaya"
section = "news"
title = "Первая заметка"
published = "2026-05-10T10:00:00+03:00"
body = '''
Начало заметки.

Конец заметки со [ссылкой](article:vesna-002).
'''

[[copy]]
id = "vesna-002"
of = "vesna-001"
slug = "vtoraya"
section = "news"
published = "2026-05-10T12:00:00+03:00"
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """A small world's folder; `articles` and `outlets` are its files' texts, changed by the test."""

    def write(articles: str = ARTICLES, outlets: str = OUTLETS) -> Path:
        (tmp_path / "articles").mkdir(exist_ok=True)
        (tmp_path / "outlets.toml").write_text(outlets, encoding="utf-8")
        (tmp_path / "articles" / "vesna.toml").write_text(articles, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def sound() -> tuple[str, str]:
    """The texts of a sound world: articles, outlets."""
    return ARTICLES, OUTLETS

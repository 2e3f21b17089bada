"""A page test is a folder in tests/pages: page.html as it came, source.json that says whence, expected.json that says what is
read of it. Each field there is a test; docs/reading.md lists the fields."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from monitor.model import Article, Rejection
from monitor.read.article import published_day, read_page

PAGES = Path(__file__).resolve().parent.parent / "pages"
NOW = datetime(2026, 5, 18, 12, tzinfo=UTC)


@cache
def read(name: str) -> Article | Rejection:
    source = json.loads((PAGES / name / "source.json").read_text("utf-8"))
    body = (PAGES / name / "page.html").read_bytes()
    now = datetime.fromisoformat(source["seen"]) if "seen" in source else NOW
    return read_page(body, source["url"], source["content_type"], status=source["status"], now=now)


def said(article: Article, field: str) -> object:
    """What was read, in the shape in which expected.json says it."""
    kind = {"related": "related", "citations": "citation", "syndication": "syndication"}.get(field)
    if kind == "syndication":
        return [link.url for link in article.links if link.kind == kind]
    if kind:
        return [[link.url, link.anchor] for link in article.links if link.kind == kind]
    if field == "published_day":
        return published_day(article)
    value = asdict(article)[field]
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


CASES = [
    (folder.name, field)
    for folder in sorted(PAGES.iterdir())
    for field in json.loads((folder / "expected.json").read_text("utf-8"))
]


@pytest.mark.parametrize(("name", "field"), CASES)
def test_page(name: str, field: str) -> None:
    expected = json.loads((PAGES / name / "expected.json").read_text("utf-8"))[field]
    article = read(name)
    if field == "outcome":
        assert isinstance(article, Rejection), "an article was read"
        assert article.outcome.value == expected
        assert article.detail, "an outcome says why"
        return
    if isinstance(article, Rejection):
        assert getattr(article, field) == expected
        return
    assert isinstance(article, Article), article
    if field.endswith("_has"):
        found = said(article, field.removesuffix("_has"))
        missing = [e for e in expected if not (e in found if isinstance(found, str) else any(_holds(f, e) for f in found))]
        assert not missing, found
    elif field.endswith("_lacks"):
        found = said(article, field.removesuffix("_lacks"))
        assert not [e for e in expected if e in (found if isinstance(found, str) else [f[0] for f in found])], found
    else:
        assert said(article, field) == expected


def _holds(found: object, expected: object) -> bool:
    """A flag is matched by its beginning, all else as a whole."""
    return found.startswith(expected) if isinstance(found, str) and isinstance(expected, str) else found == expected


@pytest.mark.parametrize("name", [folder.name for folder in sorted(PAGES.iterdir())])
def test_link_spans_are_their_anchors(name: str) -> None:
    article = read(name)
    for link in article.links if isinstance(article, Article) else ():
        if link.kind == "citation":
            assert article.text[link.start : link.end] == link.anchor
        else:
            assert (link.start, link.end) == (-1, -1)

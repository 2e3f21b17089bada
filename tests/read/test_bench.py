"""The figures of docs/reading.md do not fall: measured over the human-marked pages, which take the least time."""

import gzip
import importlib.util
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.model import Article
from monitor.read.article import published_day, read_page

pytestmark = pytest.mark.shared
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def predict(bench: Path, row: dict[str, str]) -> dict[str, object]:
    article = read_page(gzip.decompress((bench / row["file"]).read_bytes()), row["url"], now=NOW)
    if not isinstance(article, Article):
        return {}
    return {
        "title": article.title,
        "authors": list(article.authors),
        "date_published": published_day(article),
        "text": article.text,
    }


@pytest.mark.parametrize(
    ("source", "floors"),
    [
        ("aeb", {("text", "f1"): 0.972}),
        ("postlight", {("title", "exact"): 0.80, ("authors", "f1"): 0.70, ("date", "accuracy"): 0.83}),
    ],
)
def test_figures_do_not_fall(shared: Path, source: str, floors: dict[tuple[str, str], float]) -> None:
    bench = shared / "bench" / "reading"
    spec = importlib.util.spec_from_file_location("score", bench / "score.py")
    assert spec is not None
    assert spec.loader is not None
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    truth = [row for row in json.loads((bench / "truth.json").read_text("utf-8")) if row["sources"][0] == source]
    said = {row["id"]: predict(bench, row) for row in truth}
    figures = next(out for name, _, out in scorer.score(truth, said) if name == source)
    assert {key: figures[key[0]][key[1]] for key in floors if figures[key[0]][key[1]] < floors[key]} == {}

"""The passage that a search shows: found at little cost, whatever the outlet published."""

from typing import Any

import pytest

from monitor.judge import document
from monitor.site.highlight import PASSAGE, SEARCHED, matches

ROW = {"title": "A village", "language": "en", "outlet": "Bereg", "regions": "[]", "published": "2026-05-18T10:00:00Z"}
FILLING = "The bus stood at the harbour for the whole of the evening. "


def passage(text: str, query: str = "summons", **row: str) -> dict[str, Any]:
    return matches(ROW | row, text, query)


def test_a_passage_is_around_the_first_word_that_was_found():
    found = passage(FILLING * 9 + "A summons came. " + FILLING * 9)
    (span,) = found["spans"]
    assert found["passage"][span["start"] : span["end"]] == "summons"
    assert len(found["passage"]) <= PASSAGE
    assert not found["is_beyond"]


def test_what_stands_far_into_a_long_text_is_said_to():
    far = FILLING * (SEARCHED // len(FILLING) + 1) + "A summons came."
    assert passage(far) == {"title": [], "passage": "", "spans": [], "is_beyond": True}
    assert not passage(far, title="The summons")["is_beyond"]
    assert not passage(FILLING * 9)["is_beyond"], "the whole of it was looked at"


def test_what_it_costs_does_not_follow_the_text(monkeypatch: pytest.MonkeyPatch):
    read = []
    monkeypatch.setattr(document, "fold", lambda text, real=document.fold: read.append(len(text)) or real(text))
    passage(FILLING * 20_000)
    assert 0 < sum(read) <= SEARCHED + len(ROW["title"])

"""The passage that a search shows, found at little cost whatever the outlet published; and words in their sentences."""

from typing import Any

import pytest

from monitor.judge import document
from monitor.site.highlight import PASSAGE, SEARCHED, in_sentences, matches

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


def around(words: str, said: str, **cut: bool) -> str:
    start = words.index(said)
    return str(in_sentences({"words": words, "start": start, "end": start + len(said), "is_cut": False, "goes_on": False} | cut))


def test_words_stand_in_their_sentences_and_are_marked():
    words = "Утром было тихо. Глава <b> отрицает, что призыв начался. Позже он ушёл."
    assert around(words, "призыв начался") == "Глава &lt;b&gt; отрицает, что <mark>призыв начался</mark>."
    assert around(words, "тихо. Глава") == "Утром было <mark>тихо. Глава</mark> &lt;b&gt; отрицает, что призыв начался."


@pytest.mark.parametrize(
    ("cut", "shown"),
    [
        ({"is_cut": True, "goes_on": True}, "… said that <mark>the draft</mark> began …"),
        ({"is_cut": True}, "… said that <mark>the draft</mark> began late"),
        ({}, "rning said that <mark>the draft</mark> began late"),
    ],
)
def test_a_sentence_that_is_cut_begins_and_ends_at_a_word_and_says_so(cut: dict[str, bool], shown: str):
    assert around("rning said that the draft began late", "the draft", **cut) == shown


def test_words_at_the_edges_of_what_is_there_stay_whole():
    assert around("thedraft", "thedraft", is_cut=True, goes_on=True) == "… <mark>thedraft</mark> …"

"""The article that the project started from: on whose word it stands and what it says is denied, to the last name."""

from pathlib import Path

import pytest

from monitor.trace.attributions import find_attributions
from monitor.trace.denials import find_denials
from monitor.trace.outlets import Outlets

pytestmark = pytest.mark.shared

OUTLETS = Outlets({"7x7": "7x7", "the moscow times": "The Moscow Times"})
"""As the catalogue has them."""


@pytest.fixture(scope="module")
def text(shared: Path) -> str:
    return next((shared / "seed").iterdir()).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def said(text):
    return find_attributions(text=text, language="en", links=(), outlets=OUTLETS)


def test_on_whose_word_it_stands(said):
    assert [(a.kind, a.speaker, a.outlet, a.resolved) for a in said] == [
        ("anonymous", "media reports", "", False),
        ("lawyer", "Yevgeny Smirnov", "The Moscow Times", False),
        ("official", "Military officials in Moscow and St.Petersburg", "", False),
        ("official", "Maxim Loktev", "", False),
        ("official", "Sergei Kachkovsky", "", False),
        ("official", "Andrey Kartapolov", "", False),
        ("outlet", "", "7x7", False),
        ("outlet", "", "7x7", False),
        ("lawyer", "Smirnov", "", False),
        ("lawyer", "Smirnov", "", True),
        ("anonymous", "independent media outlets", "", False),
        ("official", "Dmitry Peskov", "", False),
        ("official", "Peskov", "", False),
        ("official", "Peskov", "", True),
    ]


def test_who_denies_what(text, said):
    found = find_denials(text=text, language="en", attributions=said)
    assert [(d.rule, d.kind, d.speaker, d.claimed_by) for d in found] == [
        ("correcting", "correction", "Maxim Loktev", "Military officials in Moscow and St.Petersburg"),
        ("false", "denial", "Smirnov", "Andrey Kartapolov"),
        ("ignorance", "denial", "Dmitry Peskov", ""),
        ("never", "denial", "Peskov", ""),
    ]
    claims = [text[d.claim_start : d.claim_end] for d in found]
    for words, claim in zip(["expect to be summoned", "not yet legally binding", "students", "wave"], claims, strict=True):
        assert words in claim

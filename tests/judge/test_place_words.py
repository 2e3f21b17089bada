"""monitor/lexicons/places.toml: each entry is reached by its example, and the examples of a section do what it is for."""

import re

import pytest

from monitor.judge.places import Gazetteer, find_places
from monitor.judge.places.vocabulary import word_in
from monitor.lexicons import lexicon
from monitor.lexicons.phrases import pattern
from monitor.text import compounds, fold

PHRASES = {
    "life_before",
    "earlier",
    "earlier_at_first",
    "today",
    "compared",
    "compared_directly",
    "compared_at_first",
    "worked_from",
}
ENTRIES = [
    (language, section, entry, example)
    for language, sections in lexicon("places").items()
    for section, entries in sections.items()
    for entry, example in entries.items()
]
RULES = {
    "inside": {"inside"},
    "near": {"inside"},
    "from": {"origin"},
    "to": {"goal", "inside"},
    "kind": {"inside"},
    "people": {"people"},
    "spot": {"spot"},
    "official": {"speaker"},
    "saying": {"speaker"},
    "commentator": {"commentator"},
    "holding": {"commentator"},
    "moving": {"goal"},
    "leaving": {"origin"},
    "seated": {"seat"},
    "worked_from": {"seat"},
    "elsewhere": {"thing"},
    "on_behalf": {"on behalf"},
    "range_from": {"range"},
    "range_to": {"range"},
    "match": {"match"},
    "happening": {"inside"},
    "institution": {"adjective", "people"},
    "life_before": {"life before"},
    "home": {"home"},
    "native": {"life before"},
    "called_up": {"called up"},
    "feminine": {"thing"},
    "how": {"inside"},
    "seeing": {"inside"},
    "now": {"life before"},
    "police": {"speaker"},
    "earlier": {"life before", "earlier case"},
    "earlier_at_first": {"life before", "earlier case"},
    "compared": {"comparison"},
    "compared_directly": {"comparison"},
    "compared_at_first": {"comparison"},
}
"""The rules that decide on the first place of a section's examples."""
LANDS = {"settlement", "land", "namesake", "beside_namesake"}
NO_PLACE = {"title", "abroad", "capital", "governing", "against", "of_government", "which", "acting", "talked_to", *LANDS}
"""Sections whose words take the place out of their examples."""
QUIET = "Утро. День. "
"""Two sentences in which nothing happens, so that what follows is no lead."""


def reached(section: str, entry: str, example: str) -> bool:
    folded = fold(example).text
    if section in PHRASES:
        return re.search(pattern(entry), folded) is not None
    own = re.compile(re.escape(fold(entry).text).replace(r"\*", r"\w*") + "(?:'s)?")
    words = {*compounds(folded), *example.split()}
    return any(own.fullmatch(word) and word_in(section)(word) for word in words)


def test_each_entry_is_reached_by_its_example() -> None:
    assert [one for one in ENTRIES if not reached(*one[1:])] == []
    assert len(ENTRIES) > 1_000


@pytest.mark.parametrize("section", sorted({section for _, section, _, _ in ENTRIES} - {"subject", "subjects", "and", "base"}))
def test_each_example_shows_what_its_section_is_for(gazetteer: Gazetteer, section: str) -> None:
    wrong = []
    for language, of, entry, example in ENTRIES:
        if of == section:
            text = QUIET + example if section == "happening" else example
            places = find_places(gazetteer, title="", text=text, language=language)
            fits = not places if section in NO_PLACE else places and places[0].rule in RULES.get(section, {places[0].rule})
            if not fits:
                wrong.append((language, entry, example, [(place.region, place.role, place.rule) for place in places]))
    assert wrong == []


@pytest.mark.parametrize("section", ["subject", "subjects"])
def test_each_word_for_a_subject_makes_one_of_its_adjective(gazetteer: Gazetteer, section: str) -> None:
    named = {"subject": {"RU-OMS"}, "subjects": {"RU-SAM", "RU-SAR"}}[section]
    examples = [(language, text) for language, of, _, text in ENTRIES if of == section and language != "en"]
    wrong = [
        text
        for language, text in examples
        if {p.region for p in find_places(gazetteer, title="", text=text, language=language)} != named
    ]
    assert wrong == []


def test_each_word_between_two_names_joins_them(gazetteer: Gazetteer) -> None:
    texts = [(language, text) for language, of, _, text in ENTRIES if of == "and"]
    for language, text in texts:
        found = find_places(gazetteer, title="", text=text, language=language)
        assert [(place.region, place.role) for place in found] == [("RU-OMS", "event"), ("RU-ZAB", "event")], text

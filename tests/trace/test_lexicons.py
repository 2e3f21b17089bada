"""Each entry of the lexicons of tracing does its work in the sentence beside it."""

import re

import pytest

from monitor.lexicons import LANGUAGES, lexicon
from monitor.trace.attributions import find_attributions
from monitor.trace.outlets import Outlets
from monitor.trace.words import VERBS, words_of

NO_OUTLETS = Outlets()
# Kinds by sections whose nouns are of another kind by themselves than what they stand for.
STANDS_FOR = {
    "publication": {"outlet", "document"},
    "masthead": {"outlet"},
    "company": {"other"},
    "expert": {"lawyer"},
    "representative": None,
    "occasion": None,
}


def sections(name):
    return [(language, section) for language in LANGUAGES for section in lexicon(name)[language]]


def found(example, language):
    return find_attributions(text=example, language=language, links=(), outlets=NO_OUTLETS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_closed_class_has_words_that_are_in_their_sentences(language):
    for section, found in lexicon("grammar")[language].items():
        for entry, example in found.items():
            words = re.findall(r"[\w'.-]+", example.lower().replace("ё", "е"))
            said = {word for found in words for word in (found, found.rstrip("."), re.sub(r"-.*", "", found))}
            is_ending = section.endswith("_ends") and any(word.endswith(tuple(entry.split())) for word in said)
            assert is_ending or entry in " ".join(words) or not said.isdisjoint(entry.split()), (section, entry)


@pytest.mark.parametrize(("language", "section"), sections("saying"))
def test_each_word_of_saying_makes_an_attribution_of_its_example(language, section):
    for entry, example in lexicon("saying")[language][section].items():
        attributions = found(example, language)
        spans = [example[a.start : a.end].lower() for a in attributions]
        if section == "unnamed":
            assert [a.kind for a in attributions] == ["anonymous"], entry
            assert entry in re.sub(r"\s+", " ", example.lower())
        elif section in VERBS:
            words = words_of(language)
            forms = {word for span in spans for word in re.findall(r"[\w'’-]+", span.replace("ё", "е"))}
            first = entry.split()[0].replace("ё", "е")
            assert any(form in words.verbs and first == words.verbs[form].lemma for form in forms), (entry, attributions)
        else:
            last = entry.split()[-1]
            assert any(last in span or entry.split()[0] in span for span in spans), (entry, attributions)


@pytest.mark.parametrize(("language", "section"), sections("speakers"))
def test_each_noun_for_a_speaker_gives_its_example_that_kind(language, section):
    kinds = STANDS_FOR.get(section, {section})
    for entry, example in lexicon("speakers")[language][section].items():
        attributions = found(example, language)
        assert attributions, entry
        if section == "occasion":
            assert attributions[0].outlet, entry
        elif kinds is not None:
            assert attributions[0].kind in kinds, (entry, attributions)

"""The names of all places, by their words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.judge.places.vocabulary import word_in
from monitor.lexicons import lexicon
from monitor.model import Region, Town
from monitor.text import compounds, fold
from monitor.text.forms import forms, regular

_SUBJECT = word_in("subject")
_VOWELS = frozenset("аеиіоуыэюя")
_FLEETING = {
    "ец": ("а", "у", "ем", "ом", "е", "ы", "ев", "ов", "ам", "ами", "ах"),
    "ець": ("я", "ю", "ем", "еві", "і", "ів", "ям", "ями", "ях"),
}


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for."""

    region: str
    town: str
    """In English; empty where the name is the subject's own."""
    is_adjective: bool
    also: str
    """name | surname | word: what else the name may be; `demonym` of a people's name; empty where nothing."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names of all places, by their folded words: see `compile_places`."""

    names: dict[tuple[str, ...], tuple[Name, ...]]
    """More than one where several places have the name."""
    longest: dict[str, int]
    """For a first word, how many words the longest name has that begins with it."""
    official: dict[str, str]
    """Region by the adjective of its official name: "саратовской", of "Саратовская область"."""


def compile_places(regions: Iterable[Region], towns: Iterable[Town]) -> Gazetteer:
    """The gazetteer of these regions and towns. A subject's own name wins over a town of the same name."""
    regions = tuple(regions)
    names: dict[tuple[str, ...], tuple[Name, ...]] = {}
    official: dict[str, str] = {}
    for region in regions:
        for key, is_adjective in _keys(region.forms):
            name = Name(region.iso, "", is_adjective, "")
            names[key] = (*(n for n in names.get(key, ()) if n != name), name)
            if len(key) > 1 and _SUBJECT(key[-1]):
                # "Altai Krai", "Altai Republic": an adjective of two leads to neither.
                official[key[0]] = region.iso if official.get(key[0], region.iso) == region.iso else ""
    subjects = {(key, name.is_adjective) for key, bearers in names.items() for name in bearers}
    for town in towns:
        for key, is_adjective in _keys(town.forms):
            # The Ukrainian "Омську" is in the town, "омську" of the region: both are kept, and told by the capital.
            if (key, is_adjective) not in subjects:
                name = Name(town.iso, town.en, is_adjective, "" if is_adjective else town.also)
                names[key] = (*(n for n in names.get(key, ()) if n != name), name)
    for key, name in _demonyms({region.iso for region in regions}):
        names.setdefault(key, (name,))
    for adjective in official:
        names.setdefault((adjective,), ())
    longest: dict[str, int] = {}
    for key in names:
        longest[key[0]] = max(longest.get(key[0], 0), len(key))
    return Gazetteer(names, longest, official)


def _demonyms(known: set[str]) -> Iterator[tuple[tuple[str, ...], Name]]:
    """What the people of these subjects are called, in all forms."""
    for language, by_region in lexicon("demonyms").items():
        # English ones are regular; its dictionary takes 0.3 s to load.
        inflected = regular if language == "en" else forms
        for iso in sorted(by_region.keys() & known):
            named = [fold(entry).text for entry in by_region[iso]]
            for form in sorted({form for name in named for form in (*inflected(name), *_declined(name))}):
                yield (form,), Name(iso, "", is_adjective=True, also="demonym")


def _declined(name: str) -> Iterator[str]:
    """The forms of a name in -ец or -ець, whose vowel is fleeting: the dictionaries guess at many of these names, and miss some
    forms."""
    for end, endings in _FLEETING.items():
        if name.endswith(end):
            stem = name.removesuffix(end)
            yield from (f"{stem}{'й' * (stem[-1] in _VOWELS)}ц{ending}" for ending in endings)


def _keys(forms: Iterable[str]) -> Iterator[tuple[tuple[str, ...], bool]]:
    for form in forms:
        if key := tuple(compounds(fold(form).text)):
            yield key, form[:1].islower()

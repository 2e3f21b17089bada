"""Where a text names places, and which place each name is. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from monitor.judge.places.gazetteer import Gazetteer, Name
from monitor.judge.places.meaning import Context, is_place
from monitor.judge.places.sentence import LONG_CLAUSE, Found, Sentence
from monitor.judge.places.vocabulary import foreign, word_in
from monitor.text import compound_spans, fold, sentences

_SUBJECT = word_in("subject")
_SUBJECTS = word_in("subjects")
_NEAR = word_in("near")
_AND = word_in("and")
_FEMININE = word_in("feminine")
_COUNTRY = "RU-"
"""With which the codes of a country's subjects begin, of those whose towns other countries have as well."""

# Around two cities lies another subject, which has no other name for what is near them: "под Москвой" is Moscow Oblast.
_SURROUNDS = {"RU-MOW": "RU-MOS", "RU-SPE": "RU-LEN", "UA-40": "UA-43"}


def read_names(gazetteer: Gazetteer, original: str, language: str) -> list[tuple[Sentence, list[Found]]]:
    """The sentences that name a place, with those names. Only they are looked at word by word: most name none."""
    folded = fold(original)
    words = list(compound_spans(folded.text))
    hits = [start for start, end in words if folded.text[start:end].removesuffix("'s") in gazetteer.longest]
    if not hits:
        return []
    spans = sentences(original)
    starts = [start for start, _ in spans]
    read = []
    for number in sorted({bisect_right(starts, folded.span(at, at + 1)[0]) - 1 for at in hits}):
        sentence = Sentence(original, number, language)
        start, end = spans[number] if folded.offsets is None else (bisect_left(folded.offsets, i) for i in spans[number])
        for word in words[bisect_left(words, (start,)) : bisect_left(words, (end,))]:
            sentence.words.append(folded.text[slice(*word)])
            sentence.spans.append(folded.span(*word))
        sentence.names = _names(gazetteer, sentence)
        if sentence.names:
            read.append((sentence, sentence.names))
    return read


def _names(gazetteer: Gazetteer, sentence: Sentence) -> list[Found]:
    """The names in a sentence that are places there, each as the one of its bearers that is meant."""
    candidates = list(_candidates(gazetteer, sentence))
    named = {names[0].region for names, _, _ in candidates if len({n.region for n in names}) == 1}
    starts = {first for _, first, _ in candidates}
    kept = []
    for names, first, last in candidates:
        if subject := _subject_at(gazetteer, sentence, first):
            kept.append(subject)
            continue
        name = _bearer(names, named)
        if name is None:
            continue
        found = Found(name, first, last)
        context = Context(kept[-1] if kept else None, last + 1 in starts)
        if _is_called_elsewhere(found, sentence, context.previous):
            continue
        if is_place(found, sentence, context):
            if _NEAR(sentence.word(sentence.governor(found))) and not name.town:
                found.name = replace(name, region=_SURROUNDS.get(name.region, name.region))
            kept.append(found)
    return kept


def _candidates(gazetteer: Gazetteer, sentence: Sentence) -> Iterator[tuple[tuple[Name, ...], int, int]]:
    """The longest names of the gazetteer, left to right: what they may stand for, their first and last words."""
    at = 0
    while at < len(sentence.words):
        length = gazetteer.longest.get(sentence.words[at].removesuffix("'s"), 0)
        for size in range(length, 0, -1):
            words = [word.removesuffix("'s") for word in sentence.words[at : at + size]]
            names = gazetteer.names.get(tuple(words))
            if names is not None:
                # "Новосибирском" is the town, "новосибирском" what is of it; at the head of a sentence it is the town.
                is_noun = sentence.is_capital(at) and not (at == 0 and size == 1 and _FEMININE(words[0]))
                fitting = tuple(name for name in names if name.is_adjective != is_noun)
                yield fitting or names, at, at + len(words) - 1
                at += len(words) - 1
                break
        at += 1


def _bearer(names: tuple[Name, ...], named: set[str]) -> Name | None:
    """Of several places with one name, the one whose subject the sentence names; none where it does not say."""
    if len(names) > 1:
        names = tuple(name for name in names if name.region in named)
    return names[0] if len(names) == 1 else None


def _is_called_elsewhere(found: Found, sentence: Sentence, previous: Found | None) -> bool:
    """Whether the adjective before a town says that it is another of that name, elsewhere or abroad: "в калужском Кирове"."""
    if found.name.is_adjective or not found.name.region.startswith(_COUNTRY):
        return False
    if previous and previous.last == found.first - 1 and previous.name.is_adjective and previous.name.also != "demonym":
        return bool(found.name.town) and previous.name.region != found.name.region
    return sentence.word(found.first - 1) in foreign()


def _subject_at(gazetteer: Gazetteer, sentence: Sentence, at: int) -> Found | None:
    """The subject whose adjective shares its noun with others, or has it shortened: "Самарской и Саратовской областях"."""
    region = gazetteer.official.get(sentence.word(at), "")
    end = at + 1
    while end < at + LONG_CLAUSE and (_AND(sentence.word(end)) or sentence.word(end) in gazetteer.official):
        end += 1
    if not region or not (_SUBJECTS(sentence.word(end)) or (end == at + 1 and _SUBJECT(sentence.word(end)))):
        return None
    return Found(Name(region, "", is_adjective=False, also=""), at, end if end == at + 1 else at)

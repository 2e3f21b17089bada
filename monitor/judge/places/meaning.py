"""Whether a name is a place where it stands, or somebody, something else, or a government. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.judge.places.sentence import Found, Sentence
from monitor.judge.places.vocabulary import mastheads, word_in

_IN = word_in("inside")
_FROM = word_in("from")
_STRICTLY_IN = word_in("strictly_inside")
_KIND = word_in("kind")
_PEOPLE = word_in("people")
_SPOT = word_in("spot")
_OFFICIAL = word_in("official")
_SAYS = word_in("saying")
_BASE = word_in("base")
_CAPITALS = word_in("capital")
_GOVERNS = word_in("governing")
_AGAINST = word_in("against")
_OF_GOVERNMENT = word_in("of_government")
_TITLE = word_in("title")
_ABROAD = word_in("abroad")
_AND = word_in("and")
_SETTLEMENT = word_in("settlement")
_LAND = word_in("land")
_NAMESAKE = word_in("namesake")
_BESIDE_NAMESAKE = word_in("beside_namesake")
_TO = word_in("to")
_DASH = re.compile(" [—–] ")
_WHICH = word_in("which")
_ACTING = word_in("acting")
_TALKED_TO = word_in("talked_to")

_INSTITUTION = word_in("institution")
_NAME = 3
"""Words of an institution's name behind its place: "Омский государственный технический университет"."""

_GOVERNMENTS = frozenset({"RU-MOW"})
"""Capitals that stand for governments."""


class Context(NamedTuple):
    """What the gazetteer knows of the words about a name."""

    previous: Found | None
    """The last place before it in the sentence."""
    is_before_name: bool
    """Whether the next word begins a name too: "Мирного Архангельской области"."""


def is_place(found: Found, sentence: Sentence, context: Context) -> bool:
    after = sentence.word(found.last + 1)
    if found.name.also == "demonym":
        return True
    if found.name.is_adjective:
        # Within quotation marks of its own, «Омский почтальон», it is part of a name.
        if sentence.before(found) in {"«", "„", "“"} and sentence.closes(found.last + 1):
            return False
        # With a capital in mid-sentence it is part of a name: a district, a street, a newspaper.
        is_proper = sentence.is_capital(found.first) and (found.first > 0 or _TITLE(after))
        # A university, a theatre or a regional court is called by where it stands.
        return not is_proper or any(map(_INSTITUTION, sentence.words[found.last + 1 : found.last + 1 + _NAME]))
    if not sentence.is_capital(found.first) or _is_of_another_land(found, sentence):
        return False
    if _is_on_the_way(found, sentence, context):
        return True
    # A club, a paper: «Ростов».
    if (sentence.before(found) in {"«", "„"} or sentence.after(found) == "»") and not _KIND(sentence.word(found.first - 1)):
        return False
    if sentence.is_capital(found.last + 1) and sentence.is_latin(found) and (_TITLE(after) or after in mastheads()):
        return False
    if sentence.after(found) == "," and _ABROAD(after):
        return False
    if found.name.also and not (
        _follows_place(found, sentence, context.previous) or _said_to_be_a_place(found, sentence, context)
    ):
        return False
    return not (found.name.region in _GOVERNMENTS and not found.name.town and _is_government(found, sentence))


def _is_of_another_land(found: Found, sentence: Sentence) -> bool:
    """A village called as a subject is, "деревня Курганщина"; and what lies in Ukraine too, beside its neighbours there."""
    name = sentence.words[found.last]
    is_village = _LAND(name) and _SETTLEMENT(sentence.word(found.first - 1))
    return is_village or (_NAMESAKE(name) and sentence.has(_BESIDE_NAMESAKE))


def _is_on_the_way(found: Found, sentence: Sentence, context: Context) -> bool:
    """One end of «Москва — Владивосток», or where a way ends that began in a place: "з Курська на Орел"."""
    previous, end = context.previous, sentence.spans[found.last][1]
    if context.is_before_name and sentence.before(found) in {"«", "„"} and _DASH.match(sentence.original, end):
        return True
    if previous is None or previous.name.is_adjective:
        return False
    begins = sentence.spans[found.first][0]
    is_route = _DASH.fullmatch(sentence.original, sentence.spans[previous.last][1], begins) is not None
    is_way = previous.last == found.first - 2 and _TO(sentence.word(found.first - 1)) and _FROM(sentence.word(previous.first - 1))
    return is_route or is_way


def _follows_place(found: Found, sentence: Sentence, previous: Found | None) -> bool:
    """In "подмосковном Королёве", or "Казань и Владимир"."""
    if previous is None:
        return False
    between = sentence.words[previous.last + 1 : found.first]
    is_surname = sentence.is_capital(found.last + 1) and sentence.after(found) == " "
    if (
        not between
        and sentence.before(found) == " "
        and sentence.after(found) in {",", ".", ";"}
        and not previous.name.is_adjective
    ):
        return sentence.after(previous) == ","  # a list: "Сургут, Тюмень, Курган."
    return (len(between) == 1 and _AND(between[0]) and not is_surname) or (not between and previous.name.is_adjective)


def _said_to_be_a_place(found: Found, sentence: Sentence, context: Context) -> bool:
    """A name that is also a person's or a thing's: behind "in", "city of", with no surname or patronymic behind it."""
    if sentence.is_capital(found.last + 1) and sentence.after(found) == " " and not context.is_before_name:
        return False
    before = sentence.word(found.first - 1)
    if before == "of":
        before = sentence.word(found.first - 2)
    if before == "the":
        # "At the Engels air base": what stands there is called by the place.
        return _IN(sentence.word(found.first - 2)) and _BASE(sentence.word(found.last + 1))
    if before == "у":
        return sentence.language == "uk"
    return _STRICTLY_IN(before) or (before == "from" and found.name.also == "word") or _KIND(before) or _PEOPLE(before)


def _is_government(found: Found, sentence: Sentence) -> bool:
    """Whether a capital stands for those who govern from it."""
    before, after = sentence.word(found.first - 1), sentence.word(found.last + 1)
    if sentence.words[found.last].endswith("'s"):
        return not (_OFFICIAL(after) or _PEOPLE(after) or _SPOT(after))
    if _IN(before) and _SAYS(after) and not sentence.is_latin(found):
        return True  # "В Москве опровергли"
    if _OF_GOVERNMENT(before) or _AGAINST(before):
        # "В отличие от Москвы" a town is compared with it, and a government with another capital.
        return not sentence.is_compared(found) or sentence.has(_CAPITALS)
    if _IN(before) or _KIND(before):
        return False
    if _TALKED_TO(sentence.words[found.last]):
        return True
    if _FROM(before) and not sentence.is_latin(found):
        return False
    if _CAPITALS(sentence.word(found.first - 2) if _AND(before) else sentence.word(found.last + 2) if _AND(after) else ""):
        return True
    if _WHICH(after):
        return True
    if _ACTING(sentence.words[found.last]):
        # The nominative acts: "Москва требует"; in a dateline or a list a mark stands behind it.
        return sentence.after(found) == " " and sentence.original[sentence.spans[found.last][1] + 1 :][:1].islower()
    return not (_OFFICIAL(before) or _PEOPLE(before)) and (_SAYS(after) or _GOVERNS(after))

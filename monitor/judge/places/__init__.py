"""Which federal subject a text names, and in what role: where it happened, dateline, whose official speaks, mere mention. Pure.

Names come from the newsroom's data with all their forms; this module knows only how names stand in sentences. Three questions
are asked of each: is it a place here (`_is_place`), which of its bearers (`_bearer`), and what is said of it (`_tie`, `_role`).
A name that could be somebody's or something else's counts only where the sentence says that it is a place; unknown is an
answer. docs/places.md names each rule and why it is general.
"""

from __future__ import annotations

from monitor.judge.places.article import choose_events, join, mark_dateline
from monitor.judge.places.gazetteer import Gazetteer, compile_places
from monitor.judge.places.names import read_names
from monitor.judge.places.roles import RULES, tie_to
from monitor.model import Place

__all__ = ["RULES", "Gazetteer", "compile_places", "find_places"]


def find_places(gazetteer: Gazetteer, *, title: str, text: str, language: str) -> tuple[Place, ...]:
    """Every place that the title and text name, in order, with its role and its span in the original.

    `language` (ISO 639-1, or empty) tells the Ukrainian "у" (in) from the Russian one (at somebody's).
    """
    in_text = read_names(gazetteer, text, language)
    read = [("title", *named) for named in read_names(gazetteer, title, language)] + [("text", *named) for named in in_text]
    for field, sentence, names in read:
        for found in names:
            tie_to(found, sentence, is_lead=field == "title" or sentence.number < 2)
        join(names, sentence)
    mark_dateline(text, in_text)
    choose_events([names for _, _, names in read])
    return tuple(
        Place(found.name.region, found.name.town, found.role, field, s.spans[found.first][0], s.spans[found.last][1], found.rule)
        for field, s, names in read
        for found in names
    )

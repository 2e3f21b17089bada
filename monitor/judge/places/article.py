"""What the sentences of an article say together: joined names, the dateline, and which places are where it happened. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from monitor.judge.places.sentence import Found, Sentence, Tie
from monitor.judge.places.vocabulary import word_in

_AND = word_in("and")

_DATE = r"(?:\d{1,2} \w{3,9}|[A-Z]\w{2,8}\.? \d{1,2})(?: \d{4})?(?: г\.)?"
_AGENCY = r"(?:\([^)\n]{1,40}\)|/[^/\n]{1,40}/|«[^»\n]{1,40}»|[A-ZА-ЯІЇЄҐ]{3,30}+)"
_BEGINS = r"(?=[«\"“(]?[A-ZА-ЯЁІЇЄҐ\d])"
# What follows the place with which a text begins: "ОМСК, 20 мая —", "MOSCOW (Polden) —"; "Омск. /Полдень/"; "Томск. Студентам".
# Behind it a sentence begins: "Омск — не Томск" is one itself.
_DATELINE = re.compile(
    rf"(?:, [^\W\d_][\w .-]{{1,30}}?)?(?:[,.] ?{_DATE})?[,.]?(?: ?{_AGENCY})?[,.]? ?(?:[—–]|- ) ?{_BEGINS}"
    rf"|(?:[,.] ?{_DATE})?[,.]? ?/[^/\n]{{1,40}}/"
    rf"|(?:[,.] ?{_DATE})?\. {_BEGINS}"
    rf"|[,.] ?{_DATE}[,.]? ?[—–]"
)

_HEAD = 4
"""Words with which a comparison begins a sentence: "по сравнению с"."""
_LOOSE = frozenset({"told of"})
"""Rules that give way to what joins a name to the one before it."""


def join(names: list[Found], sentence: Sentence) -> None:
    """ "In Moscow and St. Petersburg": where only "and" or a comma stands between two places, both are what the first is."""
    is_compared = False
    betweens = [sentence.words[previous.last + 1 : found.first] for previous, found in pairwise(names)]
    last = max((number for number, between in enumerate(betweens) if not between), default=-1)
    for number, ((previous, found), between) in enumerate(zip(pairwise(names), betweens, strict=True)):
        is_compared = (previous.rule == "comparison" and previous.first <= _HEAD) or (is_compared and previous.rule == "joined")
        if is_compared and number == last:
            continue  # "Unlike Moscow, Chita has": the last comma ends the comparison at the head of a sentence.
        if found.role == "mention" and (not found.tie or found.rule in _LOOSE) and all(_AND(word) for word in between):
            found.role, found.tie, found.rule = previous.role, previous.tie, "joined"


def choose_events(read: list[list[Found]]) -> None:
    """Where it happened: the places with the closest ties, in the sentence for people, in the whole article for others."""
    closest = max((found.tie for names in read for found in names), default=Tie.NONE)
    speaking = {found.name.region for names in read for found in names if found.role == "speaker"}
    for names in read:
        in_sentence = max(found.tie for found in names)
        for found in names:
            if found.tie is Tie.ASIDE and found.name.region in speaking:
                continue
            rival = in_sentence if found.tie >= Tie.PEOPLE else closest
            if found.tie and found.tie in {rival, Tie.PLACE}:
                found.role = "event"


def mark_dateline(original: str, read: list[tuple[Sentence, list[Found]]]) -> None:
    """Give its role to the place with which the text begins, and to others in the same line: "Симферополь, Крым —".

    The text may begin below a photograph's caption or two.
    """
    for sentence, names in read:
        start = sentence.spans[names[0].first][0]
        if (
            sentence.number > 2
            or names[0].first > 0
            or names[0].name.is_adjective
            or original[start - 1 : start] not in {"", "\n"}
        ):
            continue
        if match := _DATELINE.match(original, sentence.spans[names[0].last][1]):
            for other, others in read:
                for found in others:
                    if start <= other.spans[found.first][0] < match.end():
                        found.role, found.tie, found.rule = "dateline", Tie.NONE, "dateline"
            return

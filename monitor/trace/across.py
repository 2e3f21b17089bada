"""Contradictions between the articles of one story: claims that another article denies, and figures that differ. Pure.

Statements are compared by the words they share, within a language. Paraphrases and other languages are not found.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

from monitor.lexicons import any_of
from monitor.model import Attribution, CrossDenial, Figure, Traced
from monitor.text.morphology import readings
from monitor.trace.claims import Claim, Claims
from monitor.trace.closed import closed
from monitor.trace.passages import Span

_ALIKE = 2
"""So many words two statements share at least, and half of those of the shorter, where they are of one thing."""
_SEVERAL = 4
"""Of so many articles or more, words that stand in most are the story's, and say nothing of which of its claims is meant."""
_NUMBER = re.compile(
    r"(?<![\w.,:/-])(\d{1,3}(?:[ \u00a0\u202f,]\d{3})+|\d+(?:[.,]\d+)?)(?![:/-]?\d)\s*"
    rf"(?:({any_of(closed('thousand'))})\w*\.?|({any_of(closed('million'))})\w*\.?)?\s*([^\W\d_]{{3,}}|%)?"
)
_WORD = re.compile(r"\s+([^\W\d_]{3,})")
_ADJECTIVE = tuple(sorted(closed("adjective_ends", "en")))
# What is no number of things: days, years, hours.
_NO_UNIT = closed("no_unit")


Against: TypeAlias = tuple[tuple[CrossDenial, ...], tuple[tuple[Figure, ...], ...]]
"""What the articles of a story deny of each other, and their figures that differ."""


def find_against(articles: Sequence[Traced]) -> Against:
    """What the articles of one story say against each other: `find_denied_elsewhere` and `find_disputed_figures`."""
    return find_denied_elsewhere(articles), find_disputed_figures(articles)


def find_denied_elsewhere(articles: Sequence[Traced]) -> tuple[CrossDenial, ...]:
    """Claims that one article of a story makes on somebody's word and another says are denied, in the order of the articles."""
    if not any(a.denials for a in articles):
        return ()
    readers = {a.article: Claims(a.text, a.language, a.attributions) for a in articles}
    common = _common(readers.values())
    found = []
    for denying in articles:
        for claiming in articles:
            if denying.article == claiming.article or denying.language != claiming.language:
                continue
            for denial in denying.denials:
                if denial.kind != "denial":
                    continue
                denied = readers[denying.article].claim((denial.claim_start, denial.claim_end), denial.speaker)
                claim = _likest(readers[claiming.article], denied, common)
                if claim:
                    spans = (claiming.article, *claim.span, denying.article, denial.denial_start, denial.denial_end)
                    found.append(CrossDenial(*spans, denial.speaker, claim.speaker))
    return tuple(found)


def _common(readers: Iterable[Claims]) -> frozenset[str]:
    """Words that most articles of a story have: those it is about. None where there are too few to tell."""
    texts = [reader.stems(0, len(reader.plain)) for reader in readers]
    counts = Counter(stem for stems in texts for stem in stems)
    return frozenset(stem for stem, n in counts.items() if 2 * n > len(texts)) if len(texts) >= _SEVERAL else frozenset()


def _likest(reader: Claims, denied: Claim, common: frozenset[str]) -> Claim | None:
    """What an article has somebody else say that is most like what is denied, and not its contrary; None where nothing is."""
    claims = [
        claim
        for k in range(len(reader.sentences))
        for claim in reader.claims(k)
        if claim.kind and claim.speaker != denied.speaker and claim.is_negative == denied.is_negative
    ]
    likest = max(claims, key=lambda claim: len(claim.stems & denied.stems), default=None)
    if likest is None or not likest.stems & denied.stems - common:
        return None
    return likest if _are_alike(likest.stems, denied.stems) else None


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    common = len(one & other)
    return common >= _ALIKE and 2 * common >= min(len(one), len(other))


def find_disputed_figures(articles: Sequence[Traced]) -> tuple[tuple[Figure, ...], ...]:
    """Groups of figures that count one thing and are not the same, each in the order of the articles; of a group no two articles
    need differ, but not all agree."""
    counted = [(figure, unit, stems, a.language) for a in articles for figure, unit, stems in _figures(a)]
    group = list(range(len(counted)))
    of_unit = defaultdict[tuple[str, str], list[int]](list)
    for i, (_, unit, _, language) in enumerate(counted):
        of_unit[unit, language].append(i)
    for i, j in (pair for same in of_unit.values() for pair in combinations(same, 2)):
        (one, _, stems, _), (other, _, its_stems, _) = counted[i], counted[j]
        apart = one.article != other.article or (one.speaker and other.speaker and one.speaker != other.speaker)
        if apart and _are_alike(stems, its_stems) and group[i] != group[j]:
            first, second = sorted((group[i], group[j]))
            group = [first if g == second else g for g in group]
    found = []
    for g in dict.fromkeys(group):
        figures = tuple(figure for at, (figure, *_) in zip(group, counted, strict=True) if at == g)
        if len({figure.value for figure in figures}) > 1:
            found.append(figures)
    return tuple(found)


def _figures(traced: Traced) -> Iterator[tuple[Figure, str, frozenset[str]]]:
    """Each number of an article with what it counts and the other words of its sentence."""
    reader = Claims(traced.text, traced.language, traced.attributions)
    for (begin, close), said in reader.credited:
        speaker = next((a.speaker or a.outlet for a in said), "")
        for match in _NUMBER.finditer(reader.low, begin, close):
            number, is_thousands, is_millions, unit = match.groups()
            end = match.end()
            if unit and (noun := _noun_behind(reader, unit, end, close)):
                unit, end = noun
            if not unit or unit in _NO_UNIT:
                continue
            value = float(re.sub(r"[ \u00a0\u202f]|,(?=\d{3})", "", number).replace(",", "."))
            value *= 1_000 if is_thousands else 1_000_000 if is_millions else 1
            stem = unit[:4]
            words = (s for start, stop in _outside_attributions(begin, close, said) for s in reader.stems(start, stop))
            stems = frozenset(s for s in words if not s.startswith(stem) and not s[0].isdigit())
            yield Figure(traced.article, value, match.start(), end, speaker), stem, stems


def _outside_attributions(start: int, end: int, said: Iterable[Attribution]) -> Iterator[Span]:
    """What of a sentence does not say on whose word it stands."""
    at = start
    for attribution in sorted(said, key=lambda a: a.start):
        yield at, max(at, attribution.start)
        at = max(at, attribution.end)
    yield at, end


def _noun_behind(reader: Claims, word: str, at: int, end: int) -> tuple[str, int] | None:
    """What is counted, where an adjective stands before it, and where it ends: "9 мирных человек", "40 temporary workers"."""
    following = _WORD.match(reader.low, at, end)
    if following is None or not _is_adjective(word, reader.language):
        return None
    return following[1], following.end()


def _is_adjective(word: str, language: str) -> bool:
    if language == "en":
        return word.endswith(_ADJECTIVE)
    found = readings(word, language)
    return bool(found) and found[0].part in {"ADJF", "PRTF"}
